//! The one place where [`Html`] is made from foreign text: escaped or sanitised, with LaTeX turned into MathML.
//!
//! Whatever the format, the text first becomes HTML and goes through the sanitiser. Only then, in the text between the tags of what the
//! sanitiser wrote, formulas are replaced by MathML that we checked ourselves. So no formula can smuggle a tag past the sanitiser, and the
//! sanitiser need not know MathML, whose parsing rules have fooled many.

mod markdown;
pub(super) mod markup;
mod math;

use domain::content::Html;
use markup::{Tag, Token, tokens};
use math::Dollars;
use std::{collections::HashSet, sync::LazyLock};

/// How a foreign text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// As it is; blank lines separate paragraphs.
    Plain,
    /// Like plain, but HTML tags are tags: Moodle's "auto-format".
    Moodle,
    /// Markdown with `$…$` formulas; HTML in it is sanitised.
    Markdown,
    /// HTML.
    Html,
}

/// Where the HTML will stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// On its own: paragraphs, lists, tables.
    Block,
    /// Within a line or a label: no block-level elements.
    Inline,
}

/// Sanitised HTML, and what had to be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rich {
    /// Safe to show as it is.
    pub html: Html,
    /// What its author should know, in sentences.
    pub remarks: Vec<String>,
}

/// Plain text as paragraphs.
pub fn plain(text: &str) -> Html {
    read(text, Format::Plain, Setting::Block).html
}

/// Plain text within a line.
pub fn plain_inline(text: &str) -> Html {
    read(text, Format::Plain, Setting::Inline).html
}

/// Markdown as blocks, written for Leftfold: `$…$` is a formula.
pub fn markdown(text: &str) -> Html {
    written(text, Format::Markdown, Setting::Block, Dollars::Trusted).html
}

/// Markdown within a line, written for Leftfold.
pub fn markdown_inline(text: &str) -> Html {
    written(text, Format::Markdown, Setting::Inline, Dollars::Trusted).html
}

/// Foreign HTML as blocks.
pub fn html(text: &str) -> Html {
    read(text, Format::Html, Setting::Block).html
}

/// Foreign HTML within a line.
pub fn html_inline(text: &str) -> Html {
    read(text, Format::Html, Setting::Inline).html
}

/// Text without any markup or formulas, escaped for use within a line.
pub fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            _ => safe.push(c),
        }
    }
    safe
}

/// The words of sanitised HTML, without tags, in one line.
pub fn words(html: &Html) -> String {
    let mut text = String::new();
    for token in tokens(&html.0) {
        match token {
            Token::Text(part) => text.push_str(&markup::unescaped(part)),
            Token::Tag(tag) if BLOCKS.contains(&tag.name) || tag.name == "br" => text.push(' '),
            Token::Tag(_) => {}
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The characters that text with tags and character references stands for; formulas stay as they are written. What is no known tag is text.
pub fn characters(text: &str) -> String {
    if !text.contains(['<', '&']) {
        return text.to_owned();
    }
    let mut words = String::new();
    for token in tokens(&SANITISER.clean(&tagged(text).0).to_string()) {
        match token {
            Token::Text(part) => words.push_str(&markup::unescaped(part)),
            Token::Tag(tag) if BLOCKS.contains(&tag.name) || tag.name == "br" => words.push(' '),
            Token::Tag(_) => {}
        }
    }
    words
}

/// Whether elements of this name are blocks.
pub(super) fn is_block(name: &str) -> bool {
    BLOCKS.contains(&name)
}

/// Reads foreign text.
pub fn read(text: &str, format: Format, place: Setting) -> Rich {
    written(text, format, place, Dollars::Judged)
}

fn written(text: &str, format: Format, place: Setting, dollars: Dollars) -> Rich {
    let text: String = text.chars().filter(|c| !markup::is_private_mark(*c) && (!c.is_control() || matches!(c, '\n' | '\t'))).collect();
    let (mut formulas, mut doubts) = (Vec::new(), Vec::new());
    let raw = match format {
        Format::Plain => paragraphs(&escaped(&text)),
        Format::Moodle => moodle(&text),
        Format::Markdown => markdown::to_html(&text, &mut formulas, dollars, &mut doubts),
        Format::Html => text.clone(),
    };
    let clean = SANITISER.clean(&raw).to_string();
    // Misnested formatting can multiply; nobody writes such text by hand.
    if clean.len() > 4 * raw.len() + 10_000 {
        let remarks = vec!["Its HTML is too tangled to be read; it stands as plain text.".to_owned()];
        return Rich { html: read(&text, Format::Plain, place).html, remarks };
    }
    // Markdown's formulas are taken out already.
    let dollars = if format == Format::Markdown { Dollars::Ignored } else { dollars };
    let mut writer =
        Writer { out: String::new(), place, dollars, formulas, verbatim: 0, pending: Pending::Nothing, remarks: Vec::new(), doubts };
    for token in tokens(&clean) {
        match token {
            Token::Tag(tag) => writer.tag(&tag),
            Token::Text(text) => writer.text(text),
        }
    }
    writer.finished()
}

/// Escaped text as paragraphs: blank lines separate them, other line ends break the line.
fn paragraphs(escaped: &str) -> String {
    let mut html = String::new();
    let mut lines: Vec<&str> = Vec::new();
    for line in escaped.lines().map(str::trim).chain([""]) {
        if !line.is_empty() {
            lines.push(line);
        } else if !lines.is_empty() {
            html.push_str(&format!("<p>{}</p>", lines.join("<br>")));
            lines.clear();
        }
    }
    html
}

/// Tags are tags, but `a<b` is not lost as in Moodle: what cannot be a tag is text.
fn moodle(text: &str) -> String {
    let (html, blocks) = tagged(text);
    if blocks { html } else { paragraphs(&html) }
}

/// The text with each `<` that begins no known tag escaped, and whether one of the tags is a block's.
fn tagged(text: &str) -> (String, bool) {
    let mut html = String::with_capacity(text.len());
    let mut blocks = false;
    for (at, c) in text.char_indices() {
        if c != '<' {
            html.push(c);
            continue;
        }
        let rest = &text[at + 1..];
        let rest = rest.strip_prefix('/').unwrap_or(rest);
        let name = rest.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default().to_ascii_lowercase();
        let known = ends_as_a_tag(&rest[name.len()..])
            && (BLOCKS.contains(&name.as_str()) || INLINES.contains(&name.as_str()) || DROPPED.contains(&name.as_str()));
        blocks |= known && BLOCKS.contains(&name.as_str());
        html.push_str(if known || rest.starts_with("!--") { "<" } else { "&lt;" });
    }
    (html, blocks)
}

/// Whether a tag may go on like this after its name: at once with its end, or with attributes. `a<b and c>d` does not.
fn ends_as_a_tag(rest: &str) -> bool {
    rest.split_once('>').is_some_and(|(inner, _)| {
        let attributes = inner.trim_end_matches('/');
        attributes.trim().is_empty() || (attributes.starts_with(char::is_whitespace) && attributes.contains('=') && !inner.contains('<'))
    })
}

/// Block-level elements that are kept.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "caption",
    "center",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
];

/// Inline elements that are kept; `img` only until its description takes its place.
const INLINES: &[&str] = &[
    "a", "abbr", "b", "bdi", "bdo", "br", "cite", "code", "del", "dfn", "em", "i", "img", "ins", "kbd", "mark", "q", "rp", "rt", "ruby",
    "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "tt", "u", "var", "wbr",
];

/// Elements that are known to be elements and never kept, as opposed to `<x` in a sum.
const DROPPED: &[&str] = &[
    "script", "style", "iframe", "object", "embed", "form", "input", "button", "svg", "math", "video", "audio", "font", "link", "meta",
    "base",
];

static SANITISER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let none = HashSet::new;
    let mut builder = ammonia::Builder::empty();
    builder
        .tags(BLOCKS.iter().chain(INLINES).copied().collect())
        .clean_content_tags(["script", "style", "iframe", "noscript", "template", "object", "svg", "select", "textarea", "title"].into())
        .generic_attributes(["lang", "dir"].into())
        .tag_attributes(
            [
                ("a", ["href"].into()),
                ("img", ["alt"].into()),
                ("ol", ["start"].into()),
                ("td", ["colspan", "rowspan"].into()),
                ("th", ["colspan", "rowspan", "scope"].into()),
            ]
            .into(),
        )
        .generic_attribute_prefixes(none())
        .url_schemes(["http", "https", "mailto"].into())
        .url_relative(ammonia::UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"))
        .strip_comments(true);
    builder
});

/// What stands between the last word written and the next, inline.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pending {
    Nothing,
    Space,
    Break,
}

/// Writes what the sanitiser let through: descriptions for images, MathML for formulas, and no blocks where none may be.
struct Writer {
    out: String,
    place: Setting,
    dollars: Dollars,
    formulas: Vec<math::Formula>,
    /// How many `code` and `pre` are open: formulas in them are examples.
    verbatim: usize,
    pending: Pending,
    remarks: Vec<String>,
    /// Dollars that were left as text and may have been meant as a formula's.
    doubts: Vec<String>,
}

impl Writer {
    fn tag(&mut self, tag: &Tag<'_>) {
        if matches!(tag.name, "code" | "pre" | "kbd" | "samp" | "tt") {
            self.verbatim = if tag.closes { self.verbatim.saturating_sub(1) } else { self.verbatim + 1 };
        }
        if tag.name == "img" {
            self.image(tag.attribute("alt").unwrap_or_default());
        } else if self.place == Setting::Block {
            self.out.push_str(tag.whole);
        } else if BLOCKS.contains(&tag.name) {
            let gap = if matches!(tag.name, "td" | "th") { Pending::Space } else { Pending::Break };
            if self.pending != Pending::Break {
                self.pending = gap;
            }
        } else if tag.name == "br" {
            self.pending = Pending::Break;
        } else {
            if !tag.closes {
                self.catch_up();
            }
            self.out.push_str(tag.whole);
        }
    }

    /// Remote images would tell their host who looks at them, so a description stands in their place.
    fn image(&mut self, alt: &str) {
        let alt = alt.trim();
        self.remarks.push(match markup::unescaped(alt).as_str() {
            "" => "An image without a description was left out.".to_owned(),
            alt => format!("An image was left out; its description “{alt}” stands in its place."),
        });
        if !alt.is_empty() {
            self.catch_up();
            self.out.push_str(&format!("[{alt}]"));
        }
    }

    fn text(&mut self, escaped_text: &str) {
        if self.place == Setting::Inline && self.pending != Pending::Nothing && escaped_text.trim().is_empty() {
            return;
        }
        self.catch_up();
        let text = markup::unescaped(escaped_text);
        let mut doubtful = Vec::new();
        let dollars = if self.verbatim == 0 { self.dollars } else { Dollars::Ignored };
        let parts = math::parts(&text, dollars, &mut doubtful);
        self.doubts.extend(doubtful.into_iter().map(str::to_owned));
        for part in parts {
            match part {
                math::Part::Text(text) => self.out.push_str(&escaped(text)),
                math::Part::Formula(formula) => self.formula(&formula),
                math::Part::Placeholder(index) => {
                    if let Some(formula) = self.formulas.get(index).cloned() {
                        self.formula(&formula);
                    }
                }
            }
        }
    }

    fn formula(&mut self, formula: &math::Formula) {
        if self.verbatim > 0 {
            self.out.push_str(&escaped(&formula.source));
            return;
        }
        match math::mathml(&formula.latex, formula.display) {
            Some(mathml) => self.out.push_str(&mathml),
            None => {
                self.remarks
                    .push(format!("The formula “{}” could not be read as LaTeX; it stands as it was written.", formula.latex.trim()));
                self.out.push_str(&format!("<code>{}</code>", escaped(formula.latex.trim())));
            }
        }
    }

    fn catch_up(&mut self) {
        match self.pending {
            Pending::Break if !self.out.is_empty() => self.out.push_str("<br>"),
            Pending::Space if !self.out.is_empty() => self.out.push(' '),
            Pending::Nothing | Pending::Space | Pending::Break => {}
        }
        self.pending = Pending::Nothing;
    }

    fn finished(mut self) -> Rich {
        if let Some(first) = self.doubts.first() {
            let shown: String = first.chars().take(40).collect();
            let more = if shown.len() < first.len() { "…" } else { "" };
            self.remarks.push(format!("The dollar signs in “{shown}{more}” were taken for text; a formula is surely one as \\(…\\)."));
        }
        Rich { html: Html(self.out.trim().to_owned()), remarks: self.remarks }
    }
}
