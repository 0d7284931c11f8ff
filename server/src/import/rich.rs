//! Text as authors write it, made into the HTML that is stored.

use domain::content::Html;
use pulldown_cmark::{Options, Parser, html};

/// Markdown with blocks.
pub fn markdown(text: &str) -> Html {
    let mut out = String::new();
    html::push_html(&mut out, Parser::new_ext(text, Options::ENABLE_MATH | Options::ENABLE_TABLES));
    Html(out)
}

/// A line of Markdown, without a paragraph around it.
pub fn markdown_inline(text: &str) -> Html {
    let Html(html) = markdown(text);
    let html = html.trim();
    Html(html.strip_prefix("<p>").and_then(|rest| rest.strip_suffix("</p>")).unwrap_or(html).to_owned())
}
