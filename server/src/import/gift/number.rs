//! Numbers as GIFT writes them: `1822:5`, `3.141..3.142`, `6.02e23`.

use super::Refusal;
use crate::import::rich::escaped;
use domain::content::{Accepted, Number, Tolerance};

/// The largest power of ten that is read: more is no answer to type.
const EXPONENT_MAX: i32 = 60;

/// A value and how near to it is right.
pub(super) struct Near {
    /// As it is graded.
    pub accepted: Accepted,
    /// The answer stated, as inline HTML.
    pub sentence: String,
    /// What the author should know.
    pub remark: Option<String>,
}

/// Reads a value with a margin, a range or a bare value.
pub(super) fn near(text: &str) -> Result<Near, Refusal> {
    let text = text.trim();
    let mut remark = None;
    let mut read = |text: &str| -> Result<Number, Refusal> {
        let (number, comma) = number(text).ok_or_else(|| refusal(text))?;
        if comma {
            remark = Some("The comma in its number was read as a decimal point.".to_owned());
        }
        Ok(number)
    };
    if let Some((low, high)) = text.split_once("..") {
        let (first, last) = (read(low)?, read(high)?);
        if first > last {
            return Err("Its range runs from the larger number to the smaller.".to_owned());
        }
        let two = read("2")?;
        let value = Number((&first.0 + &last.0) / &two.0);
        let within = Number((&last.0 - &first.0) / &two.0);
        let sentence = format!("Any number from <b>{}</b> to <b>{}</b> is right.", escaped(low.trim()), escaped(high.trim()));
        return Ok(Near { accepted: Accepted { value, within: tolerance(within) }, sentence, remark });
    }
    let (shown, margin) = text.split_once(':').map_or((text, "0"), |(value, margin)| (value.trim(), margin.trim()));
    let (value, zero) = (read(shown)?, read("0")?);
    let within = if margin.is_empty() { zero.clone() } else { read(margin)? };
    if within < zero {
        return Err("The margin of its number is negative.".to_owned());
    }
    let margin = if within == zero { String::new() } else { format!(", give or take {}", escaped(margin)) };
    let sentence = format!("The answer is <b>{}</b>{margin}.", escaped(shown));
    Ok(Near { accepted: Accepted { value, within: tolerance(within) }, sentence, remark })
}

fn refusal(text: &str) -> Refusal {
    let text: String = text.trim().chars().take(40).collect();
    format!("“{text}” is not a number.")
}

fn tolerance(within: Number) -> Tolerance {
    let zero: Number = "0".parse().expect("0 is a number");
    if within == zero { Tolerance::Exact } else { Tolerance::Absolute(within) }
}

/// The number, and whether a comma was its decimal sign.
fn number(text: &str) -> Option<(Number, bool)> {
    let text = text.trim().replace('\u{2212}', "-");
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => {
            (mantissa.to_owned(), exponent.parse::<i32>().ok().filter(|exponent| exponent.abs() <= EXPONENT_MAX)?)
        }
        None => (text, 0),
    };
    let comma = mantissa.matches(',').count() == 1 && !mantissa.contains('.') && mantissa.rsplit(',').next().is_some_and(|d| d.len() != 3);
    let mantissa = if comma { mantissa.replace(',', ".") } else { mantissa };
    if mantissa.contains('/') {
        return Some((mantissa.parse().ok().filter(|_| exponent == 0)?, false));
    }
    let (sign, digits) = match mantissa.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", mantissa.strip_prefix('+').unwrap_or(&mantissa)),
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
    Some((format!("{sign}{plain}").parse().ok()?, comma))
}
