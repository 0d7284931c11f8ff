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

/// A number as it was typed, made [`alike`]: besides, every dash is a minus sign, figures of other scripts are ours, and raised ones
/// stand after `^`.
pub(super) fn numeral(text: &str) -> String {
    let signs = |c| match c {
        _ if is_dash(c) => '-',
        '\u{66a}' => '%',
        // Of Arabic: the decimal sign, the separator of thousands, the comma.
        '\u{66b}' => '.',
        '\u{66c}' => '\'',
        '\u{60c}' => ',',
        // What the top of a keyboard types for a caret.
        '\u{2c6}' | '\u{2303}' => '^',
        c => figure(c),
    };
    alike(&lowered(text).replace("**", "^").chars().map(signs).collect::<String>())
}

/// Whether this is a lowered figure or sign: NFKC would read 1₂ as 12.
pub(super) fn is_lowered(c: char) -> bool {
    matches!(c, '\u{2080}'..='\u{209c}')
}

/// The text with `^` and plain figures for raised ones: NFKC would read 3² as 32.
fn lowered(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut was_raised = false;
    for c in text.chars() {
        let raised = raised(c);
        if raised.is_some() && !was_raised {
            plain.push('^');
        }
        was_raised = raised.is_some();
        plain.push(raised.unwrap_or(c));
    }
    plain
}

/// What a raised figure, sign or letter raises.
fn raised(c: char) -> Option<char> {
    match c {
        '\u{b9}' => Some('1'),
        '\u{b2}' => Some('2'),
        '\u{b3}' => Some('3'),
        '\u{2070}'..='\u{207f}' => nfkc(c.encode_utf8(&mut [0; 4])).chars().next(),
        _ => None,
    }
}

/// Every dash that is taken for a minus sign, also the long vowel of Japanese, which the same key types.
fn is_dash(c: char) -> bool {
    matches!(
        c,
        '\u{2d7}' | '\u{2010}'
            ..='\u{2015}' | '\u{2043}' | '\u{2212}' | '\u{2796}' | '\u{30fc}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}' | '\u{ff70}'
    )
}

/// The zeros of the scripts that have figures of their own in daily use; the others follow each.
const ZEROS: [char; 17] = [
    '\u{660}', '\u{6f0}', '\u{966}', '\u{9e6}', '\u{a66}', '\u{ae6}', '\u{b66}', '\u{be6}', '\u{c66}', '\u{ce6}', '\u{d66}', '\u{e50}',
    '\u{ed0}', '\u{f20}', '\u{1040}', '\u{17e0}', '\u{1810}',
];

/// A figure of another script as ours; any other character as it is.
fn figure(c: char) -> char {
    let value = ZEROS.iter().find_map(|zero| u32::from(c).checked_sub(u32::from(*zero)).filter(|value| *value < 10));
    value.and_then(|value| char::from_digit(value, 10)).unwrap_or(c)
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
