//! Characters that people and keyboards use for one another, made alike before anything is read or compared.

use super::Unreadable;
use unicode_normalization::{UnicodeNormalization, char::canonical_combining_class};

/// The most characters of an input that are looked at.
const CHARS_MAX: usize = 10_000;

/// Refuses an input that is too long to look at.
pub(super) fn bounded(input: &str) -> Result<(), Unreadable> {
    if input.chars().nth(CHARS_MAX).is_some() { Err(Unreadable::TooLong) } else { Ok(()) }
}

/// The text in NFKC, trimmed, its runs of white space made one space each, without invisible characters, with `-` for every
/// minus and short dash, `/` for a fraction's bar, and straight quotes.
pub(super) fn alike(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len() + 4);
    for c in text.chars().filter(|c| !is_invisible(*c)) {
        // NFKC makes 1⁄2 of ½, so that 1½ would become 11⁄2: keep them apart.
        if is_vulgar_fraction(c) {
            spaced.push(' ');
        }
        spaced.push(c);
    }
    let even: String = nfkc(&spaced).chars().map(usual).collect();
    even.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text without capitals: each character's capital made small, so that `ß` is `ss` and `ς` is `σ`.
pub(super) fn without_case(text: &str) -> String {
    nfkc(&text.chars().flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect::<String>())
}

/// The text without accents: decomposed, the marks dropped.
pub(super) fn without_accents(text: &str) -> String {
    text.nfkd().filter(|c| canonical_combining_class(*c) == 0).collect()
}

/// Whether this is a raised or lowered figure or sign. NFKC would read 3² as 32, so a number with one is not read at all.
pub(super) fn is_raised(c: char) -> bool {
    matches!(c, '\u{b2}' | '\u{b3}' | '\u{b9}' | '\u{2070}'..='\u{209c}')
}

fn nfkc(text: &str) -> String {
    text.nfkc().collect()
}

fn is_vulgar_fraction(c: char) -> bool {
    matches!(c, '\u{bc}'..='\u{be}' | '\u{2150}'..='\u{215f}' | '\u{2189}')
}

/// Soft hyphen, zero-width space, word joiner, byte order mark and the marks of writing direction: they come with pasted text.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

fn usual(c: char) -> char {
    match c {
        // Hyphen, en dash, minus.
        '\u{2010}' | '\u{2013}' | '\u{2212}' => '-',
        // Fraction slash, division slash.
        '\u{2044}' | '\u{2215}' => '/',
        '\u{2018}' | '\u{2019}' => '\'',
        '\u{201c}' | '\u{201d}' => '"',
        other => other,
    }
}
