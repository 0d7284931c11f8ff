//! The apostrophes and quotation marks of all keyboards, made one kind each.

/// What is typed for an apostrophe or a single quotation mark, as `'`; any other character as it is. With accents that stand alone, primes,
/// the letters that look like one, and the low and the turned marks.
pub(super) fn apostrophes(c: char) -> char {
    match c {
        '`' | '\u{b4}' | '\u{2b9}' | '\u{2bb}'..='\u{2bd}' | '\u{2c8}' | '\u{2ca}' | '\u{2cb}' | '\u{374}' | '\u{384}' | '\u{5f3}' => '\'',
        '\u{1fbd}' | '\u{1fbf}' | '\u{1fef}' | '\u{1ffd}' | '\u{1ffe}' | '\u{a78b}' | '\u{a78c}' => '\'',
        '\u{2018}'..='\u{201b}' | '\u{2032}' | '\u{2035}' | '\u{275b}' | '\u{275c}' | '\u{ff07}' | '\u{ff40}' => '\'',
        other => other,
    }
}

/// How pointed quotation marks stand around the text that is being read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Opened {
    /// Not at all.
    Not,
    /// « so »: with spaces inside, which no other kind has.
    Outwards,
    /// »so« or »so».
    Inwards,
}

/// The text with `"` for every double quotation mark and for two single ones. The spaces inside « such marks » go.
pub(super) fn quotes(text: &str) -> String {
    let mut even = String::with_capacity(text.len());
    let (mut opened, mut skips) = (Opened::Not, false);
    for c in text.chars() {
        if skips && c.is_whitespace() {
            continue;
        }
        skips = false;
        match (c, opened) {
            ('«' | '‹', Opened::Not | Opened::Outwards) => {
                (opened, skips) = (Opened::Outwards, true);
                even.push('"');
            }
            ('»' | '›', Opened::Outwards) => {
                opened = Opened::Not;
                even.truncate(even.trim_end().len());
                even.push('"');
            }
            ('»' | '›', Opened::Not) => {
                opened = Opened::Inwards;
                even.push('"');
            }
            ('«' | '‹' | '»' | '›', Opened::Inwards) => {
                opened = Opened::Not;
                even.push('"');
            }
            ('\u{2ba}' | '\u{5f4}' | '\u{201c}'..='\u{201f}' | '\u{275d}' | '\u{275e}' | '\u{301d}'..='\u{301f}', _) => even.push('"'),
            ('\'', _) if even.ends_with('\'') => {
                even.pop();
                even.push('"');
            }
            (other, _) => even.push(other),
        }
    }
    even
}
