//! Reads HTML that a serialiser wrote: tags with quoted attributes and escaped text between them. Not for foreign HTML.

/// A piece of serialised HTML.
pub(in crate::operator::import) enum Token<'t> {
    /// Escaped text.
    Text(&'t str),
    /// A tag.
    Tag(Tag<'t>),
}

/// A start or end tag.
pub(in crate::operator::import) struct Tag<'t> {
    /// From `<` to `>`.
    pub whole: &'t str,
    /// Its name.
    pub name: &'t str,
    /// It is an end tag.
    pub closes: bool,
}

impl<'t> Tag<'t> {
    /// The attributes with their escaped values.
    pub fn attributes(&self) -> impl Iterator<Item = (&'t str, &'t str)> {
        let inner = self.whole.trim_start_matches(['<', '/']).trim_end_matches(['>', '/']);
        let mut rest = inner.strip_prefix(self.name).unwrap_or_default();
        std::iter::from_fn(move || {
            let (name, after) = rest.split_once("=\"")?;
            let (value, after) = after.split_once('"')?;
            rest = after;
            Some((name.trim(), value))
        })
    }

    /// The escaped value of this attribute.
    pub fn attribute(&self, name: &str) -> Option<&'t str> {
        self.attributes().find(|(known, _)| *known == name).map(|(_, value)| value)
    }
}

/// The pieces, in order. A `<` that starts no tag is text.
pub(in crate::operator::import) fn tokens(html: &str) -> impl Iterator<Item = Token<'_>> {
    let mut rest = html;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let token_end = if starts_tag(rest) { tag_end(rest) } else { None };
        if let Some(end) = token_end {
            let (whole, after) = rest.split_at(end);
            rest = after;
            let closes = whole.starts_with("</");
            let name_and_more = &whole[if closes { 2 } else { 1 }..];
            let name =
                &name_and_more[..name_and_more.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(name_and_more.len())];
            return Some(Token::Tag(Tag { whole, name, closes }));
        }
        let end = rest.char_indices().skip(1).find(|(at, c)| *c == '<' && starts_tag(&rest[*at..])).map_or(rest.len(), |(at, _)| at);
        let (text, after) = rest.split_at(end);
        rest = after;
        Some(Token::Text(text))
    })
}

fn starts_tag(text: &str) -> bool {
    let name = text.strip_prefix('<').map(|after| after.strip_prefix('/').unwrap_or(after));
    name.is_some_and(|name| name.starts_with(|c: char| c.is_ascii_alphabetic()))
}

fn tag_end(tag: &str) -> Option<usize> {
    let mut quoted = false;
    for (at, c) in tag.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '>' if !quoted => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// Text with the serialiser's character references read.
pub(in crate::operator::import) fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&nbsp;", "\u{a0}").replace("&amp;", "&")
}

/// Encloses the number of a formula that Markdown found.
pub(in crate::operator::import) const FORMULA: char = '\u{e000}';

/// Whether a character is one of our own marks, which foreign text must not contain.
pub(in crate::operator::import) fn is_private_mark(c: char) -> bool {
    c == FORMULA
}

/// Whether a character has no look of its own and gives none to its neighbours: soft hyphens, marks of direction.
pub(in crate::operator::import) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{fe0f}' | '\u{feff}')
}
