//! Characters that nobody sees, figures, dashes, and the dots that belong to letters.

use super::nfkc;
use unicode_normalization::char::{canonical_combining_class, decompose_compatible};

/// The text without the characters that change nothing visible. Joiners do within the scripts that join letters and between pictures, and
/// stay there.
pub(crate) fn visible(text: &str) -> String {
    let mut seen = String::with_capacity(text.len());
    let mut joiner = None;
    for c in text.chars().filter(|c| !is_invisible(*c)) {
        if is_joiner(c) {
            joiner = joiner.or(Some(c));
            continue;
        }
        let joined = joins(c) && seen.chars().next_back().is_some_and(joins);
        seen.extend(joiner.take().filter(|_| joined));
        seen.push(c);
    }
    seen
}

/// They come with pasted text: soft hyphens, zero-width spaces, marks of writing direction, choices of a glyph, byte order marks.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0100}'..='\u{e01ef}'
    )
}

fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// Whether a joiner shows beside it: Arabic and its relatives, the scripts of India and its neighbours, Mongolian, pictures.
fn joins(c: char) -> bool {
    matches!(
        c,
        '\u{620}'..='\u{65f}' | '\u{66e}'..='\u{6ef}' | '\u{6fa}'..='\u{8ff}' | '\u{900}'..='\u{dff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
            | '\u{1800}'..='\u{18af}' | '\u{2190}'..='\u{2bff}' | '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}' | '\u{1f000}'..='\u{1faff}'
    )
}

/// Whether this is a lowered figure or sign: NFKC would read 1₂ as 12.
pub(in crate::grading) fn is_lowered(c: char) -> bool {
    matches!(c, '\u{2080}'..='\u{209c}')
}

/// The text with `^` and plain figures for raised ones: NFKC would read 3² as 32. The raised half of a fraction is none.
pub(super) fn lowered(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    // Where the caret of the run before is.
    let mut run = None;
    for c in text.chars() {
        match (raised(c), run) {
            (Some(raised), Some(_)) => plain.push(raised),
            (Some(raised), None) => {
                run = Some(plain.len());
                plain.push('^');
                plain.push(raised);
            }
            (None, Some(caret)) => {
                if c == '\u{2044}' {
                    plain.remove(caret);
                }
                run = None;
                raise_unit(c, &mut plain);
            }
            (None, None) => raise_unit(c, &mut plain),
        }
    }
    plain
}

/// Adds a character; a square or cubic unit of one character, such as ㎡, with its figure raised.
fn raise_unit(c: char, plain: &mut String) {
    if matches!(c, '\u{339f}'..='\u{33a6}') {
        let unit = nfkc(c.encode_utf8(&mut [0; 4]));
        let (letters, figure) = unit.split_at(unit.len() - 1);
        plain.extend([letters, "^", figure]);
    } else {
        plain.push(c);
    }
}

/// What a raised figure or sign raises, or a letter that stands for an exponent.
fn raised(c: char) -> Option<char> {
    if !matches!(c, '\u{b2}' | '\u{b3}' | '\u{b9}' | '\u{2b8}' | '\u{2e3}' | '\u{2070}'..='\u{207f}') {
        return None;
    }
    let mut first = None;
    decompose_compatible(c, |plain| first = first.or(Some(plain)));
    first
}

pub(super) fn is_vulgar_fraction(c: char) -> bool {
    matches!(c, '\u{bc}'..='\u{be}' | '\u{2150}'..='\u{215f}' | '\u{2189}')
}

/// Every dash that is taken for a minus sign, also the long vowel of Japanese, which the same key types.
pub(super) fn is_dash(c: char) -> bool {
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
pub(super) fn figure(c: char) -> char {
    let value = ZEROS.iter().find_map(|zero| u32::from(c).checked_sub(u32::from(*zero)).filter(|value| *value < 10));
    value.and_then(|value| char::from_digit(value, 10)).unwrap_or(c)
}

/// A decomposed text of small letters without the dots that an `i` or a `j` has anyway: Turkish has `İ` become `i` with one more, Lithuanian
/// writes it under accents. A dotless `ı` is an `i`.
pub(crate) fn without_dots(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut has_dot = false;
    for c in text.chars() {
        if canonical_combining_class(c) == 0 {
            has_dot = matches!(c, 'i' | 'j' | 'ı');
        }
        match c {
            '\u{307}' if has_dot => {}
            'ı' => plain.push('i'),
            other => plain.push(other),
        }
    }
    plain
}
