//! Formulas: finds LaTeX in text and makes MathML of it, of elements and attributes that are known to be harmless.

mod dollars;
mod spoken;

pub(super) use dollars::Dollars;

use super::{
    escaped,
    markup::{FORMULA, Token, tokens, unescaped},
};
use pulldown_latex::{Parser, RenderConfig, Storage, config::DisplayMode, event::Event, mathml::write_mathml};

/// The longest formula that is read, in bytes: its parser and writer recurse.
const LATEX_BYTES_MAX: usize = 2_000;
/// The longest formula that surely fits a narrow screen, in bytes of its source.
const UNBROKEN_BYTES_MAX: usize = 24;
/// The deepest nesting that is read.
const DEPTH_MAX: usize = 40;
/// The most events that a formula may have.
const EVENTS_MAX: usize = 10_000;

/// A formula in a text.
#[derive(Debug, Clone)]
pub(super) struct Formula {
    /// Without its delimiters.
    pub latex: String,
    /// On a line of its own.
    pub display: bool,
    /// With its delimiters.
    pub source: String,
}

/// A piece of text.
pub(super) enum Part<'t> {
    /// Not a formula.
    Text(&'t str),
    /// A formula.
    Formula(Formula),
    /// The formula with this number.
    Placeholder(usize),
}

/// The formulas in a text: placeholders and `\(…\)`, `\[…\]`; with `dollars` also `$…$` and `$$…$$`, as far as they are
/// formulas. Dollars that were left as text and may have been meant as a formula's are added to the `doubts`.
pub(super) fn parts<'t>(text: &'t str, dollars: Dollars, doubts: &mut Vec<&'t str>) -> Vec<Part<'t>> {
    let (mut parts, mut start, mut at) = (Vec::new(), 0, 0);
    while let Some(found) = text[at..].find(['$', '\\', FORMULA]).map(|offset| at + offset) {
        let (length, part) = match part_at(text, found, dollars, doubts) {
            Ok(part) => part,
            Err(skip) => {
                at = found + skip;
                continue;
            }
        };
        if start < found {
            parts.push(Part::Text(&text[start..found]));
        }
        parts.push(part);
        at = found + length;
        start = at;
    }
    if start < text.len() {
        parts.push(Part::Text(&text[start..]));
    }
    parts
}

/// The formula that starts here and its length, or how many bytes are surely not the start of one.
fn part_at<'t>(text: &'t str, at: usize, dollars: Dollars, doubts: &mut Vec<&'t str>) -> Result<(usize, Part<'t>), usize> {
    let rest = &text[at..];
    if let Some(after) = rest.strip_prefix(FORMULA) {
        let (number, _) = after.split_once(FORMULA).ok_or(FORMULA.len_utf8())?;
        let index = number.parse().map_err(|_| FORMULA.len_utf8())?;
        return Ok((number.len() + 2 * FORMULA.len_utf8(), Part::Placeholder(index)));
    }
    let (open, close, display) = if rest.starts_with(r"\(") {
        (r"\(", r"\)", false)
    } else if rest.starts_with(r"\[") {
        (r"\[", r"\]", true)
    } else if let Some(after) = rest.strip_prefix('\\') {
        // An escaped character, or a backslash at the end.
        return Err(1 + after.chars().next().map_or(0, char::len_utf8));
    } else if dollars == Dollars::Ignored {
        return Err(1);
    } else if rest.starts_with("$$") {
        ("$$", "$$", true)
    } else {
        ("$", "$", false)
    };
    let inside = &rest[open.len()..];
    // Looking no further than a formula may reach keeps a text full of dollars from taking for ever.
    let reach = (0..=inside.len().min(LATEX_BYTES_MAX)).rev().find(|end| inside.is_char_boundary(*end)).unwrap_or(0);
    let end = inside[..reach].find(close).ok_or(open.len())?;
    let (latex, after) = (&inside[..end], &inside[end + close.len()..]);
    if latex.trim().is_empty() {
        return Err(open.len());
    }
    let length = open.len() + end + close.len();
    let judged = match (open, dollars) {
        ("$", Dollars::Trusted) => dollars::trusted(latex, after),
        ("$", _) => dollars::single(text[..at].chars().next_back(), latex, after),
        ("$$", Dollars::Judged) => dollars::double(latex),
        _ => dollars::Judged::Formula,
    };
    match judged {
        dollars::Judged::Formula => {
            Ok((length, Part::Formula(Formula { latex: latex.to_owned(), display, source: rest[..length].to_owned() })))
        }
        dollars::Judged::Text => Err(open.len()),
        dollars::Judged::Doubtful => {
            doubts.push(&rest[..length]);
            Err(open.len())
        }
    }
}

/// MathML of a formula; none where it is not LaTeX that we read. A long one in a line is several in a row, since browsers break a line
/// between formulas but never in one.
pub(super) fn mathml(latex: &str, display: bool) -> Option<String> {
    if !display && latex.len() > UNBROKEN_BYTES_MAX {
        let links: Option<Vec<String>> = links(latex).into_iter().map(|link| whole_mathml(link, false)).collect();
        if let Some(links) = links {
            return Some(links.join(" "));
        }
    }
    whole_mathml(latex, display)
}

/// The links of a chain of equations: each but the first begins with its equals sign.
fn links(latex: &str) -> Vec<&str> {
    let (mut links, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    let is_plain = ![r"\left", r"\begin"].iter().any(|bracket| latex.contains(bracket));
    for (at, byte) in latex.bytes().enumerate().filter(|_| is_plain) {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            b'=' if depth == 0 && !latex[start..at].trim_matches([' ', '=']).is_empty() => {
                links.push(&latex[start..at]);
                start = at;
            }
            _ => {}
        }
    }
    links.push(&latex[start..]);
    links
}

fn whole_mathml(latex: &str, display: bool) -> Option<String> {
    if latex.len() > LATEX_BYTES_MAX || nests_too_deep(latex) || DEFINITIONS.iter().any(|name| latex.contains(name)) {
        return None;
    }
    // The reader has assertions of its own; a formula that trips one is a formula that we cannot read, not a reason to stop the import.
    let written = std::panic::catch_unwind(|| written(latex, display)).ok().flatten()?;
    let checked = tight(&checked(&written)?);
    // Browsers give a formula no name of its own, so a label made of nothing but one would be empty.
    let label = escaped(&spoken::spoken(&checked));
    Some(checked.replacen("<math", &format!("<math aria-label=\"{label}\""), 1))
}

/// Without room at its outer edges: what stands there is the text's own space, or another formula of the same chain. Browsers would keep the room
/// that a sign has between two things also where there is only one, as in `= 12` or `4 + 3 =`.
fn tight(mathml: &str) -> String {
    let Some((open, inside)) = mathml.strip_suffix("</math>").and_then(|whole| whole.split_once('>')) else { return mathml.to_owned() };
    // Signs with attributes, brackets for one, have no room around them.
    const SIGN: &str = "<mo>";
    let last = inside.rfind("<mo").filter(|last| inside[*last..].starts_with(SIGN) && inside.ends_with("</mo>"));
    let places = [(last, " rspace=\"0em\""), (inside.starts_with(SIGN).then_some(0), " lspace=\"0em\"")];
    let mut tight = inside.to_owned();
    for (place, attribute) in places.into_iter().filter_map(|(place, attribute)| Some((place?, attribute))) {
        tight.insert_str(place + SIGN.len() - 1, attribute);
    }
    format!("{open}>{tight}</math>")
}

/// Commands that define commands: of no use in one formula, and a way to make it grow without end.
const DEFINITIONS: &[&str] = &[r"\def", r"\let", r"\futurelet", r"\newcommand", r"\renewcommand", r"\providecommand"];

fn nests_too_deep(latex: &str) -> bool {
    let opened = latex.bytes().filter(|byte| *byte == b'{').count();
    let ways = ["\\left", "\\begin", "^", "_", "\\sqrt"].iter().map(|way| latex.matches(way).count()).sum::<usize>();
    let (mut depth, mut deepest) = (0_usize, 0);
    for byte in latex.bytes() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest > DEPTH_MAX || opened + ways > 10 * DEPTH_MAX
}

fn written(latex: &str, display: bool) -> Option<String> {
    let storage = Storage::new();
    let mut events: Vec<Event<'_>> = Vec::new();
    for event in Parser::new(latex, &storage) {
        events.push(event.ok()?);
        if events.len() > EVENTS_MAX {
            return None;
        }
    }
    let display_mode = if display { DisplayMode::Block } else { DisplayMode::Inline };
    let config = RenderConfig { display_mode, ..RenderConfig::default() };
    let mut bytes = Vec::new();
    let events = events.into_iter().map(Ok::<_, std::fmt::Error>);
    write_mathml(&mut bytes, events, config).ok()?;
    String::from_utf8(bytes).ok()
}

const ELEMENTS: &[&str] = &[
    "math",
    "mfrac",
    "mi",
    "mmultiscripts",
    "mn",
    "mo",
    "mover",
    "mpadded",
    "mphantom",
    "mprescripts",
    "mroot",
    "mrow",
    "mspace",
    "msqrt",
    "mstyle",
    "msub",
    "msubsup",
    "msup",
    "mtable",
    "mtd",
    "mtext",
    "mtr",
    "munder",
    "munderover",
    "none",
];

const ATTRIBUTES: &[&str] = &[
    "accent",
    "accentunder",
    "depth",
    "display",
    "displaystyle",
    "height",
    "largeop",
    "linethickness",
    "lspace",
    "mathvariant",
    "maxsize",
    "minsize",
    "movablelimits",
    "rspace",
    "scriptlevel",
    "stretchy",
    "symmetric",
    "voffset",
    "width",
];

/// The same MathML, of known elements and attributes only; none where it is not well-formed. Styles and classes go: the page's policy
/// forbids the first, and the second are not ours.
fn checked(mathml: &str) -> Option<String> {
    let mut out = String::with_capacity(mathml.len());
    let mut open: Vec<&str> = Vec::new();
    for token in tokens(mathml) {
        let tag = match token {
            Token::Text(text) => {
                out.push_str(&escaped(&unescaped(text)));
                continue;
            }
            Token::Tag(tag) => tag,
        };
        if !ELEMENTS.contains(&tag.name) {
            return None;
        }
        if tag.closes {
            if open.pop() != Some(tag.name) {
                return None;
            }
            out.push_str(&format!("</{}>", tag.name));
            continue;
        }
        out.push_str(&format!("<{}", tag.name));
        for (name, value) in tag.attributes().filter(|(name, _)| ATTRIBUTES.contains(name)) {
            if !value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".%+- ".contains(&byte)) {
                return None;
            }
            out.push_str(&format!(" {name}=\"{value}\""));
        }
        out.push('>');
        if tag.whole.ends_with("/>") {
            out.push_str(&format!("</{}>", tag.name));
        } else {
            open.push(tag.name);
        }
    }
    open.is_empty().then_some(out)
}
