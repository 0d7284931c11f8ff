//! Reads a decimal without its sign: separators of thousands, the decimal sign, and a power of ten.

use super::Unreadable;
use num_bigint::BigInt;
use num_rational::BigRational;

/// The most digits that are read, and the most that a power of ten may make of them.
pub(super) const DIGITS_MAX: usize = 400;

/// What separates thousands.
const GROUPING: [char; 4] = ['.', ',', ' ', '\''];

/// What stands before a power of ten, the letters in Latin and in Cyrillic.
const TIMES: [char; 12] = ['×', 'x', 'X', '*', '·', '⋅', '∙', '•', '⨯', '✕', 'х', 'Х'];

/// What stands before an exponent alone, in Latin and in Cyrillic letters.
const EXPONENT: [char; 4] = ['e', 'E', 'е', 'Е'];

/// A decimal as it was written, without its sign.
pub(super) struct Decimal<'t> {
    /// The digits before and after the decimal sign; none where a power of ten stands alone.
    mantissa: Option<(String, &'t str)>,
    /// The power of ten that these are times.
    pub power: Option<i32>,
}

impl<'t> Decimal<'t> {
    /// Reads `12`, `1.5`, `1,5`, `.5`, `5.`, `1 234,5`, `1.5e3`, `1.5 × 10^3` and `10^3`.
    pub fn read(text: &'t str) -> Result<Self, Unreadable> {
        let (mantissa, power) = split_power(text)?;
        let mantissa = mantissa.map(|mantissa| split_decimal(mantissa, power.is_some())).transpose()?;
        let digits = mantissa.as_ref().map_or(1, |(whole, decimals)| whole.len() + decimals.len());
        if digits + power.unwrap_or_default().unsigned_abs() as usize > DIGITS_MAX {
            return Err(Unreadable::TooLong);
        }
        Ok(Self { mantissa, power })
    }

    /// Digits and nothing else.
    pub fn is_integer(&self) -> bool {
        self.power.is_none() && self.mantissa.as_ref().is_some_and(|(_, decimals)| decimals.is_empty())
    }

    /// Exactly.
    pub fn value(&self) -> BigRational {
        let (digits, places) = match &self.mantissa {
            Some((whole, decimals)) => (integer(&format!("{whole}{decimals}")), decimals.len() as u32),
            None => (BigInt::from(1), 0),
        };
        let ten = |places: u32| BigInt::from(10).pow(places);
        match self.power.unwrap_or_default() {
            power @ 0.. => BigRational::new(digits * ten(power.unsigned_abs()), ten(places)),
            power => BigRational::new(digits, ten(places + power.unsigned_abs())),
        }
    }

    /// The digits with the course's decimal sign, without zeros in front and separators of thousands.
    pub fn shown(&self, decimal_comma: bool) -> Option<String> {
        self.mantissa.as_ref().map(|(whole, decimals)| {
            let sign = match (decimals.is_empty(), decimal_comma) {
                (true, _) => "",
                (false, true) => ",",
                (false, false) => ".",
            };
            format!("{}{sign}{decimals}", without_zeros(whole))
        })
    }
}

/// What stands before a power of ten, and the power.
fn split_power(text: &str) -> Result<(Option<&str>, Option<i32>), Unreadable> {
    if let Some((left, power)) = text.split_once('^') {
        let left = left.trim_end().strip_suffix("10").ok_or(Unreadable::NotANumber)?.trim_end();
        let power = Some(exponent(power)?);
        if left.is_empty() {
            return Ok((None, power));
        }
        // A point can only mean "times" after a decimal comma, as in `1,5.10³`: `1.10³` might be a power of 1.1.
        let dotted = || left.strip_suffix('.').filter(|rest| rest.contains(','));
        let mantissa = left.strip_suffix(TIMES).or_else(dotted).ok_or(Unreadable::NotANumber)?.trim_end();
        return Ok((Some(mantissa), power));
    }
    match text.split_once(EXPONENT) {
        Some((mantissa, power)) => Ok((Some(mantissa.trim_end()), Some(exponent(power)?))),
        None => Ok((Some(text), None)),
    }
}

/// The exponent, with or without brackets. An exponent that is far too large is never computed with.
fn exponent(text: &str) -> Result<i32, Unreadable> {
    let text = text.trim_start();
    let inside = |open, close| text.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
    let text = inside('(', ')').or_else(|| inside('{', '}')).unwrap_or(text).trim();
    let (negative, text) = text.strip_prefix(['-', '+']).map_or((false, text), |rest| (text.starts_with('-'), rest.trim_start()));
    let size: i32 = without_zeros(digits(text)?).parse().map_err(|_| Unreadable::TooLong)?;
    Ok(if negative { -size } else { size })
}

/// The digits before and after the decimal sign. Before a power of ten nobody groups thousands, so that a lone separator is the decimal sign.
fn split_decimal(text: &str, has_power: bool) -> Result<(String, &str), Unreadable> {
    let Some(at) = text.rfind(['.', ',']) else {
        return Ok((ungrouped(text)?, ""));
    };
    let (before, sign, after) = (&text[..at], &text[at..=at], &text[at + 1..]);
    if before.contains(sign) {
        return Ok((ungrouped(text)?, ""));
    }
    // `5.` is a number, `.` is none.
    let after = if after.is_empty() && !before.is_empty() { after } else { digits(after)? };
    if before.contains(GROUPING) {
        // Two kinds of separator: the first can only be one of thousands, the last only the decimal sign.
        return Ok((ungrouped(before)?, after));
    }
    if before.is_empty() {
        return Ok((String::new(), after));
    }
    if after.len() == 3 && !has_power && may_lead_thousands(digits(before)?) {
        return Err(Unreadable::Ambiguous);
    }
    Ok((digits(before)?.to_owned(), after))
}

/// The digits of an integer, the separators of its thousands taken out; they must be of one kind, and each must stand where it belongs.
fn ungrouped(text: &str) -> Result<String, Unreadable> {
    let separator = text.chars().find(|c| GROUPING.contains(c)).unwrap_or(' ');
    let mut groups = text.split(separator);
    let first = digits(groups.next().unwrap_or_default())?;
    let mut all = first.to_owned();
    for group in groups {
        if !may_lead_thousands(first) || digits(group)?.len() != 3 {
            return Err(Unreadable::NotANumber);
        }
        all.push_str(group);
    }
    Ok(all)
}

/// Whether these digits can stand before a group of three. A leading zero leads no thousands.
pub(super) fn may_lead_thousands(digits: &str) -> bool {
    digits.len() <= 3 && !digits.starts_with('0')
}

/// The text, if it is digits and nothing else: no sign either, so that signs cannot be nested.
pub(super) fn digits(text: &str) -> Result<&str, Unreadable> {
    let sound = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if sound { Ok(text) } else { Err(Unreadable::NotANumber) }
}

/// Without zeros in front, but for a last one.
pub(super) fn without_zeros(digits: &str) -> &str {
    let rest = digits.trim_start_matches('0');
    if rest.is_empty() { "0" } else { rest }
}

/// The value of digits that were found to be such.
pub(super) fn integer(digits: &str) -> BigInt {
    digits.parse().expect("only digits get here, at least one")
}
