//! What a text looks like, so that two that nobody can tell apart are found.

use crate::operator::import::rich::{
    is_block,
    markup::{Token, is_invisible, tokens, unescaped},
};
use domain::content::Html;
use unicode_normalization::UnicodeNormalization;

/// The same for texts that look the same: spaces and what cannot be seen make no difference, nor do elements that have no look of their own.
pub(super) fn look(html: &Html) -> String {
    let mut looks = String::new();
    for token in tokens(&html.0) {
        match token {
            Token::Text(text) => looks.extend(unescaped(text).chars().filter(|c| !is_invisible(*c))),
            Token::Tag(tag) if is_block(tag.name) || tag.name == "br" => looks.push(' '),
            Token::Tag(tag) => match seen(tag.name) {
                "" => {}
                name => looks.push_str(&format!("\u{1f}{}{name}\u{1f}", if tag.closes { "/" } else { "" })),
            },
        }
    }
    looks.nfc().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The look that an element gives; none where it has none, or is not told from another by it.
fn seen(name: &str) -> &str {
    match name {
        "span" | "a" | "abbr" | "bdi" | "bdo" | "wbr" => "",
        "strong" => "b",
        "em" | "cite" | "dfn" | "var" => "i",
        "kbd" | "samp" | "tt" => "code",
        "ins" => "u",
        "del" | "strike" => "s",
        name => name,
    }
}
