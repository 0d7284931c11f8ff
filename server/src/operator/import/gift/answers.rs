//! What stands between the braces, divided into answers with their weights and feedback; texts still have their marks.

use super::{Refusal, source::shortened};

/// A weight in hundred-thousandths of a percent, exact as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Weight {
    value: i64,
    /// One in the last place that was written.
    place: i64,
}

/// A percent.
const PERCENT: i64 = 100_000;

impl Weight {
    /// Nothing.
    pub const ZERO: Self = Self { value: 0, place: PERCENT };
    /// 100 %.
    pub const FULL: Self = Self { value: 100 * PERCENT, place: PERCENT };

    /// More than nothing.
    pub fn counts(self) -> bool {
        self.value > 0
    }

    /// All of the mark.
    pub fn is_full(self) -> bool {
        self.value >= Self::FULL.value
    }

    /// It takes marks away.
    pub fn costs(self) -> bool {
        self.value < 0
    }

    /// Whether it is one of these many equal shares of the whole, but for rounding: a third is 33, 33.34 or 33.33333.
    pub fn is_share_of(self, shares: usize) -> bool {
        i64::try_from(shares).is_ok_and(|shares| (self.value * shares - Self::FULL.value).abs() < self.place * shares)
    }
}

impl std::fmt::Display for Weight {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.value < 0 { "−" } else { "" };
        let decimals = format!("{:05}", self.value.abs() % PERCENT);
        let decimals = decimals.trim_end_matches('0');
        write!(f, "{sign}{}{}{decimals} %", self.value.abs() / PERCENT, if decimals.is_empty() { "" } else { "." })
    }
}

/// One answer as given.
#[derive(Debug, Clone)]
pub(super) struct Given<'t> {
    /// `=`, `~`, or none where text stands before the first of them.
    pub sign: Option<char>,
    /// The weight that is written; none where the sign speaks for itself.
    pub weight: Option<Weight>,
    /// The answer.
    pub text: &'t str,
    /// Its feedback.
    pub feedback: Option<&'t str>,
    /// A `#` stands behind it, and nothing behind that.
    pub bare: bool,
    /// What the author should know of its sign, in a sentence.
    pub torn: Option<String>,
}

impl Given<'_> {
    /// What it is worth: `=` is right and `~` wrong unless a weight is written.
    pub fn worth(&self) -> Weight {
        self.weight.unwrap_or(if self.sign == Some('~') { Weight::ZERO } else { Weight::FULL })
    }
}

/// The answers, each of which starts with one of these signs. The error is a weight that cannot be read.
pub(super) fn given<'t>(answers: &'t str, signs: &[char]) -> Result<Vec<Given<'t>>, Refusal> {
    let mut all = Vec::new();
    let (mut sign, mut start) = (None, 0);
    for (at, next) in answers.char_indices().filter(|(_, c)| signs.contains(c)).map(|(at, c)| (at, Some(c))).chain([(answers.len(), None)])
    {
        let text = answers[start..at].trim();
        if sign.is_some() || !text.is_empty() {
            let torn = if start > 0 { torn_at(answers, start - 1) } else { None };
            let weighted = weighted(text)?;
            let (text, feedback) = commented(weighted.text);
            let bare = feedback.is_none() && text.len() < weighted.text.len();
            all.push(Given { sign, weight: weighted.weight, text, feedback, bare, torn: torn.or(weighted.doubt) });
        }
        // Both signs are one byte.
        (sign, start) = (next, (at + 1).min(answers.len()));
    }
    Ok(all)
}

/// An `=` that stands by another sign of code or mathematics was hardly meant to begin an answer.
fn torn_at(answers: &str, at: usize) -> Option<String> {
    let (before, after) = (&answers[..at], &answers[at + 1..]);
    let by_operator = before.ends_with(['<', '>', '!', '+', '*', '/', '&', '|', ':', '=']) || after.starts_with(['=', '>']);
    (answers[at..].starts_with('=') && by_operator).then(|| {
        let from = before.char_indices().rev().nth(7).map_or(0, |(from, _)| from);
        let piece: String = answers[from..].chars().take(17).collect();
        format!("An “=” begins an answer wherever it stands, also in “{}”; one that is meant as text is written \\=.", shortened(&piece))
    })
}

/// An answer and its feedback.
pub(super) fn commented(text: &str) -> (&str, Option<&str>) {
    match text.split_once('#') {
        Some((text, feedback)) => (text.trim(), Some(feedback.trim()).filter(|feedback| !feedback.is_empty())),
        None => (text.trim(), None),
    }
}

/// An answer without its weight.
struct Weighted<'t> {
    weight: Option<Weight>,
    text: &'t str,
    doubt: Option<String>,
}

/// `%50%half` is half a point's worth of "half".
fn weighted(text: &str) -> Result<Weighted<'_>, Refusal> {
    let without = |doubt| Ok(Weighted { weight: None, text, doubt });
    let Some((inner, rest)) = text.strip_prefix('%').and_then(|after| after.split_once('%')) else {
        return without(None);
    };
    // The second percent sign stands in the feedback.
    if inner.contains('#') {
        return without(None);
    }
    if let Some(weight) = weight(inner) {
        let weight = weight.map_err(|why| format!("One of its weights, “%{}%”, is {why}.", shortened(inner)))?;
        return Ok(Weighted { weight: Some(weight), text: rest.trim(), doubt: None });
    }
    if is_text(inner) {
        return without(Some(format!(
            "“{}” begins with a percent sign, but not with a weight; it stands as it was written.",
            shortened(text)
        )));
    }
    Err(format!(
        "One of its weights, “%{}%”, is not a number; a percent sign at the start that is meant as text needs [plain] before it.",
        shortened(inner)
    ))
}

/// Whether what stands between two percent signs is part of a text: words, or a format as programs have them (`%d of %d`).
fn is_text(inner: &str) -> bool {
    let directive = inner.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | '#'));
    let of_format = directive.starts_with(['d', 'i', 'o', 'u', 'x', 'X', 'e', 'E', 'f', 'F', 'g', 'G', 'c', 's', 'p'])
        && !directive[1..].starts_with(char::is_alphanumeric);
    let of_words = inner.trim().contains(char::is_whitespace) && inner.contains(char::is_alphabetic);
    of_format || of_words
}

/// The weight, or why it is none that can be given; none where it is no number.
fn weight(text: &str) -> Option<Result<Weight, &'static str>> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let text = text.replace(['\u{2212}', '\u{2013}', '\u{2010}'], "-").replace(',', ".");
    let digits = text.strip_prefix(['-', '+']).unwrap_or(&text);
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
    let numeric = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if (whole.is_empty() && decimals.is_empty()) || !numeric(whole) || !numeric(decimals) {
        return None;
    }
    let written: String = decimals.trim_end_matches('0').chars().take(5).collect();
    let place = PERCENT / 10_i64.pow(u32::try_from(written.len()).unwrap_or(0));
    let whole = whole.trim_start_matches('0');
    let fraction: i64 = format!("{written:0<5}").parse().unwrap_or(0);
    let value = match whole.len() {
        0 => fraction,
        1..=3 => whole.parse::<i64>().unwrap_or(0) * PERCENT + fraction,
        _ => i64::MAX,
    };
    if value > Weight::FULL.value {
        return Some(Err(if text.starts_with('-') { "less than −100 %" } else { "more than 100 %" }));
    }
    Some(Ok(Weight { value: if text.starts_with('-') { -value } else { value }, place }))
}

/// Whether the answer is one of true and false, and which.
pub(super) fn truth(answers: &str) -> Option<bool> {
    match commented(answers).0.to_ascii_uppercase().as_str() {
        "T" | "TRUE" => Some(true),
        "F" | "FALSE" => Some(false),
        _ => None,
    }
}
