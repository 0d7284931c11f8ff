//! How builds read texts before apostrophes, ligatures, raised figures and Turkish letters were alike or told apart. Nothing is graded by it: it lets work go on that was done by a page of such a build
//! (`UnitContent::was_right`).

use super::characters::nfkc;
use unicode_normalization::{UnicodeNormalization, char::canonical_combining_class};

/// A text in the form in which they compared texts.
pub(super) fn comparable(text: &str, case: bool, ignore_accents: bool) -> String {
    if text.is_ascii() {
        let even = text.split_whitespace().collect::<Vec<_>>().join(" ");
        return if case { even } else { even.to_ascii_lowercase() };
    }
    let text = alike(text);
    let text = if ignore_accents { text.nfkd().filter(|c| canonical_combining_class(*c) == 0).collect() } else { text };
    if case { text } else { nfkc(&text.chars().flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect::<String>()) }
}

fn alike(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len() + 4);
    for c in text.chars().filter(|c| !is_invisible(*c)) {
        if matches!(c, '\u{bc}'..='\u{be}' | '\u{2150}'..='\u{215f}' | '\u{2189}') {
            spaced.push(' ');
        }
        spaced.push(c);
    }
    let even: String = nfkc(&spaced).chars().map(usual).collect();
    even.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

fn usual(c: char) -> char {
    match c {
        '\u{2010}' | '\u{2013}' | '\u{2212}' => '-',
        '\u{2044}' | '\u{2215}' => '/',
        '\u{2018}' | '\u{2019}' => '\'',
        '\u{201c}' | '\u{201d}' => '"',
        other => other,
    }
}
