//! Characters that people and keyboards use for one another, made alike before anything is read or compared.

mod marks;
mod quotes;

use super::Unreadable;
use marks::{figure, is_dash, is_vulgar_fraction, lowered};
use quotes::{apostrophes, quotes};
use unicode_normalization::{UnicodeNormalization, char::canonical_combining_class};

pub(super) use marks::is_lowered;
pub(crate) use marks::{visible, without_dots};

/// The most characters of an input that are looked at.
const CHARS_MAX: usize = 10_000;

/// Refuses an input that is too long to look at.
pub(super) fn bounded(input: &str) -> Result<(), Unreadable> {
    if input.chars().nth(CHARS_MAX).is_some() { Err(Unreadable::TooLong) } else { Ok(()) }
}

/// A text in the form in which texts are compared.
pub(super) fn comparable(text: &str, case: bool, ignore_accents: bool) -> String {
    let text = alike(text);
    let text = if ignore_accents { without_accents(&text) } else { text };
    if case { text } else { without_case(&text) }
}

/// The text in NFKC, trimmed, its runs of white space made one space each, without invisible characters; with `-` for every minus and
/// short dash, `/` for a fraction's bar, one kind of apostrophe and of quotation marks, ligatures as their letters, our own figures for
/// those of other scripts, and raised ones after `^`.
pub(super) fn alike(text: &str) -> String {
    // Most texts are plain, and of what follows only apostrophes and quotation marks are about those.
    let even = if text.is_ascii() { text.chars().map(usual).collect() } else { composed(text) };
    quotes(&even).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text in NFKC, and so on, but for quotation marks and white space.
fn composed(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len() + 4);
    for c in lowered(&visible(text)).chars() {
        // NFKC makes 1⁄2 of ½, so that 1½ would become 11⁄2: keep them apart.
        if is_vulgar_fraction(c) {
            spaced.push(' ');
        }
        // Before NFKC, which makes a space and an accent of some.
        spaced.push(apostrophes(figure(c)));
    }
    unligated(&spaced.nfkd().collect::<String>()).nfc().map(usual).collect()
}

/// The text without capitals: each character's small letter, so that `ß`, `ẞ` and `SS` are `ss`, `ς` is `σ`, and the Turkish `İ` and `ı`
/// are `i`.
pub(super) fn without_case(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let large = text.nfd().flat_map(char::to_lowercase).flat_map(char::to_uppercase);
    nfkc(&without_dots(&large.flat_map(char::to_lowercase).collect::<String>()))
}

/// The text without accents: decomposed, the marks dropped, also those that are part of a letter.
pub(super) fn without_accents(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let plain = |c| match c {
        'Ł' => 'L',
        'ł' => 'l',
        'Ø' => 'O',
        'ø' => 'o',
        'Đ' => 'D',
        'đ' => 'd',
        'Ħ' => 'H',
        'ħ' => 'h',
        'Ŧ' => 'T',
        'ŧ' => 't',
        'ı' => 'i',
        'ȷ' => 'j',
        other => other,
    };
    text.nfkd().filter(|c| canonical_combining_class(*c) == 0).map(plain).collect()
}

/// A number as it was typed, made [`alike`]; besides, every dash is a minus sign, and so on with the signs of other scripts.
pub(super) fn numeral(text: &str) -> String {
    let signs = |c| match c {
        _ if is_dash(c) => '-',
        '\u{66a}' => '%',
        // Of Arabic: the decimal sign, the separator of thousands, the comma.
        '\u{66b}' => '.',
        '\u{66c}' => '\'',
        '\u{60c}' => ',',
        // What the key of a caret types too.
        '\u{2c6}' | '\u{2303}' => '^',
        other => other,
    };
    alike(&text.replace("**", "^").chars().map(signs).collect::<String>())
}

/// In NFKC.
pub(super) fn nfkc(text: &str) -> String {
    text.nfkc().collect()
}

/// The text with `oe` and `ae` for those ligatures that are letters of their own in Unicode. A capital one is `Oe` before small letters.
fn unligated(text: &str) -> String {
    let mut letters = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let is_large = rest.peek().is_some_and(|next| next.is_uppercase());
        match c {
            'œ' => letters.push_str("oe"),
            'æ' => letters.push_str("ae"),
            'Œ' => letters.push_str(if is_large { "OE" } else { "Oe" }),
            'Æ' => letters.push_str(if is_large { "AE" } else { "Ae" }),
            other => letters.push(other),
        }
    }
    letters
}

fn usual(c: char) -> char {
    match c {
        // Hyphen, en dash, minus.
        '\u{2010}' | '\u{2013}' | '\u{2212}' => '-',
        // Fraction slash, division slash.
        '\u{2044}' | '\u{2215}' => '/',
        other => apostrophes(other),
    }
}
