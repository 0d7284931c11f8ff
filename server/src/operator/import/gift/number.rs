//! Numbers as GIFT writes them, `1822:5`, `3.141..3.142`, `6.02e23`, and besides whatever can be typed as an answer.

use super::{Refusal, source::shortened};
use crate::operator::import::rich::escaped;
use domain::{
    content::{Accepted, FieldKind, Notation, Number, Tolerance},
    grading::{Unreadable, either_way, reading},
};

/// The largest power of ten that is read: more is no answer to type.
const EXPONENT_MAX: i32 = 60;

/// What stands between the ends of a range.
const RANGES: [&str; 3] = ["...", "…", ".."];

/// A value and how near to it is right.
pub(super) struct Near {
    /// As it is graded.
    pub accepted: Accepted,
    /// The answer stated, as inline HTML.
    pub sentence: String,
    /// The answer as it can be typed.
    pub typed: String,
    /// It is a percentage, so that percentages are taken for answers.
    pub percent: bool,
}

/// Reads the numbers of one question.
pub(super) struct Reader {
    /// A number of the question has a comma that can only be its decimal sign.
    decimal_comma: bool,
    /// What the author should know.
    pub remarks: Vec<String>,
}

/// A number as it was read.
struct Read {
    value: Number,
    percent: bool,
}

impl Reader {
    /// For a question with these numbers.
    pub fn of<'t>(texts: impl Iterator<Item = &'t str>) -> Self {
        let mut parts = texts.flat_map(|text| text.split(['=', ':', '…']).flat_map(|part| part.split("..")));
        let decimal_comma = parts.any(|part| part.matches(',').count() == 1 && !part.contains('.') && plain(part).is_some());
        Self { decimal_comma, remarks: Vec::new() }
    }

    /// Reads a value with a margin, a range or a bare value.
    pub fn near(&mut self, text: &str) -> Result<Near, Refusal> {
        let text = text.trim();
        let range = RANGES.iter().find_map(|sign| text.split_once(sign).filter(|(low, _)| !low.trim().is_empty()));
        if let Some((low, high)) = range {
            return self.range(low, high);
        }
        let (shown, margin) = text.split_once(':').map_or((text, ""), |(value, margin)| (value.trim(), margin.trim()));
        let Read { value, percent } = self.read(shown)?;
        let within = if margin.is_empty() { Tolerance::Exact } else { self.margin(margin, percent)? };
        let answer = enterable(shown, &value, percent);
        let margin = if within == Tolerance::Exact { String::new() } else { format!(", give or take {}", escaped(margin)) };
        let sentence = format!("The answer is <b>{}</b>{margin}.", escaped(&answer));
        Ok(Near { accepted: Accepted { value, within }, sentence, typed: answer, percent })
    }

    fn range(&mut self, low: &str, high: &str) -> Result<Near, Refusal> {
        let (first, last) = (self.read(low)?, self.read(high)?);
        if first.value > last.value {
            return Err("Its range runs from the larger number to the smaller.".to_owned());
        }
        let two = whole(2);
        let value = Number((&first.value.0 + &last.value.0) / &two.0);
        let within = tolerance(Number((&last.value.0 - &first.value.0) / &two.0));
        let percent = first.percent || last.percent;
        let (low, high) = (enterable(low, &first.value, percent), enterable(high, &last.value, percent));
        let sentence = format!("Any number from <b>{}</b> to <b>{}</b> is right.", escaped(&low), escaped(&high));
        Ok(Near { accepted: Accepted { value, within }, sentence, typed: low, percent })
    }

    /// A percentage of a number that is none is a part of the value.
    fn margin(&mut self, text: &str, of_percentage: bool) -> Result<Tolerance, Refusal> {
        // A second colon would be read as a fraction's.
        let margin = if text.contains(':') { Err(refusal(text)) } else { self.read(text) }?;
        if margin.value < whole(0) {
            return Err("The margin of its number is negative.".to_owned());
        }
        if margin.percent && !of_percentage && margin.value > whole(0) {
            self.remarks.push(format!("Its margin “{text}” was read as a part of the value."));
            return Ok(Tolerance::Relative(margin.value));
        }
        Ok(tolerance(margin.value))
    }

    fn read(&mut self, text: &str) -> Result<Read, Refusal> {
        let text = text.trim();
        if let Some(value) = moodle(text) {
            return Ok(Read { value, percent: false });
        }
        match reading(text, &typed(true), false) {
            Ok(read) => {
                if text.contains(',') && read.whole.as_ref().is_some_and(|whole| whole.contains('.')) && !text.contains('.') {
                    self.remarks.push("The comma in its number was read as a decimal point.".to_owned());
                }
                Ok(Read { value: read.value, percent: read.percent })
            }
            Err(Unreadable::Ambiguous) => self.either(text),
            Err(_) => Err(refusal(text)),
        }
    }

    /// A comma before three digits is a decimal sign where another number of the question tells.
    fn either(&mut self, text: &str) -> Result<Read, Refusal> {
        let Some((thousands, decimal)) = either_way(text) else { return Err(refusal(text)) };
        if self.decimal_comma && text.contains(',') {
            let read = reading(&decimal, &typed(true), false).map_err(|_| refusal(text))?;
            self.remarks.push("The comma in its number was read as a decimal point.".to_owned());
            return Ok(Read { value: read.value, percent: read.percent });
        }
        let decimal = decimal.replacen('0', "", 1).replace(',', ".");
        Err(format!("“{}” is not a number that can be read in one way only: write {thousands} or {decimal}0.", shortened(text)))
    }
}

/// What a field takes whose answers are read here.
pub(super) fn typed(percent: bool) -> FieldKind {
    FieldKind::Number { notation: Notation { percent, ..Notation::default() }, units: Vec::new() }
}

/// A way to write the value that can be entered and is read as it: as the author wrote it, if it may be.
fn enterable(written: &str, value: &Number, percent: bool) -> String {
    let written = written.trim();
    let reads = |text: &String| reading(text, &typed(percent), false).is_ok_and(|read| read.value == *value);
    let pointed = written.replace(',', ".");
    // A further decimal tells decimals from thousands: 3.141 is read as neither, 3.1410 as what it is.
    let candidates = [written.to_owned(), pointed.clone(), format!("{pointed}0"), decimal(value, 0), decimal(value, 1)];
    candidates.into_iter().find(reads).unwrap_or_else(|| value.to_string())
}

/// The value with as few decimals as write it exactly and so many more; as a fraction where none do.
fn decimal(value: &Number, more: usize) -> String {
    let ten = whole(10);
    let (mut scaled, mut places) = (value.0.clone(), 0_usize);
    while !scaled.is_integer() {
        if places > 2 * usize::try_from(EXPONENT_MAX).unwrap_or(0) {
            return value.to_string();
        }
        scaled *= &ten.0;
        places += 1;
    }
    let digits = scaled.to_integer().to_string();
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits.as_str()), |digits| ("-", digits));
    if places == 0 {
        return format!("{sign}{digits}");
    }
    let padded = format!("{digits:0>width$}", width = places + 1);
    let (whole, decimals) = padded.split_at(padded.len() - places);
    format!("{sign}{whole}.{decimals}{}", "0".repeat(more))
}

fn refusal(text: &str) -> Refusal {
    format!("“{}” is not a number.", shortened(text.trim()))
}

fn whole(number: u8) -> Number {
    number.to_string().parse().expect("digits are a number")
}

fn tolerance(within: Number) -> Tolerance {
    if within == whole(0) { Tolerance::Exact } else { Tolerance::Absolute(within) }
}

/// What is read in one way only, without a percentage.
fn plain(text: &str) -> Option<Number> {
    reading(text, &typed(false), false).ok().map(|read| read.value)
}

/// A number as programs write it, and so Moodle: always with a point, so that 3.141 is no thousands.
fn moodle(text: &str) -> Option<Number> {
    let text = text.trim().replace(['\u{2212}', '\u{2013}', '\u{2010}'], "-");
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok().filter(|exponent| exponent.abs() <= EXPONENT_MAX)?),
        None => (text.as_str(), 0),
    };
    let (sign, digits) = match mantissa.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", mantissa.strip_prefix('+').unwrap_or(mantissa)),
    };
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
    let numeric = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if (whole.is_empty() && decimals.is_empty()) || !numeric(whole) || !numeric(decimals) {
        return None;
    }
    // `.5` and `5.` are numbers to Moodle, and the point moves by the power of ten.
    let places = i32::try_from(decimals.len()).ok()? - exponent;
    let mut digits = format!("{whole}{decimals}");
    let plain = if places <= 0 {
        digits.extend(std::iter::repeat_n('0', usize::try_from(-places).ok()?));
        digits
    } else {
        let places = usize::try_from(places).ok()?;
        let padded = format!("{digits:0>width$}", width = places + 1);
        let (whole, decimals) = padded.split_at(padded.len() - places);
        format!("{whole}.{decimals}")
    };
    format!("{sign}{plain}").parse().ok()
}
