//! What stands between the braces, divided into answers with their weights and feedback; texts still have their marks.

/// A weight in hundred-thousandths of a percent, exact as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Weight(i64);

impl Weight {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// 100 %.
    pub const FULL: Self = Self(10_000_000);

    /// Whether these many equal weights make up the whole; Moodle writes a third as 33.33333.
    pub fn is_share_of(self, shares: usize) -> bool {
        i64::try_from(shares).is_ok_and(|shares| (self.0 * shares - Self::FULL.0).abs() <= 100_000)
    }
}

impl std::fmt::Display for Weight {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.0 < 0 { "−" } else { "" };
        let decimals = format!("{:05}", self.0.abs() % 100_000);
        let decimals = decimals.trim_end_matches('0');
        write!(f, "{sign}{}{}{decimals} %", self.0.abs() / 100_000, if decimals.is_empty() { "" } else { "." })
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
}

impl Given<'_> {
    /// What it is worth: `=` is right and `~` wrong unless a weight is written.
    pub fn worth(&self) -> Weight {
        self.weight.unwrap_or(if self.sign == Some('~') { Weight::ZERO } else { Weight::FULL })
    }
}

/// The answers, each of which starts with one of these signs.
pub(super) fn given<'t>(answers: &'t str, signs: &[char]) -> Vec<Given<'t>> {
    let mut all = Vec::new();
    let (mut sign, mut start) = (None, 0);
    for (at, next) in answers.char_indices().filter(|(_, c)| signs.contains(c)).map(|(at, c)| (at, Some(c))).chain([(answers.len(), None)])
    {
        let text = answers[start..at].trim();
        if sign.is_some() || !text.is_empty() {
            let (weight, text) = weighted(text);
            let (text, feedback) = commented(text);
            all.push(Given { sign, weight, text, feedback });
        }
        // Both signs are one byte.
        (sign, start) = (next, (at + 1).min(answers.len()));
    }
    all
}

/// An answer and its feedback.
pub(super) fn commented(text: &str) -> (&str, Option<&str>) {
    match text.split_once('#') {
        Some((text, feedback)) => (text.trim(), Some(feedback.trim()).filter(|feedback| !feedback.is_empty())),
        None => (text.trim(), None),
    }
}

/// `%50%half` is half a point's worth of "half".
fn weighted(text: &str) -> (Option<Weight>, &str) {
    let Some((number, rest)) = text.strip_prefix('%').and_then(|after| after.split_once('%')) else {
        return (None, text);
    };
    match weight(number.trim()) {
        Some(weight) => (Some(weight), rest.trim()),
        None => (None, text),
    }
}

fn weight(text: &str) -> Option<Weight> {
    let digits = text.trim_start_matches('-');
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
    let numeric = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 3 || !numeric(whole) || !numeric(decimals) {
        return None;
    }
    let decimals: String = decimals.chars().chain("00000".chars()).take(5).collect();
    let value = whole.parse::<i64>().ok()? * 100_000 + decimals.parse::<i64>().ok()?;
    Some(Weight(if digits.len() < text.len() { -value } else { value.min(Weight::FULL.0) }))
}
