//! Small pieces of HTML as text: escaping, and turning content into a line or into plain words.

use domain::{content::Html, grading::Reading};

/// Text as HTML that shows it.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The inside of a single paragraph, which may go on a line with other words; none if it is more than that.
pub fn as_line(html: &Html) -> Option<&str> {
    let html = html.0.trim();
    let inside = html.strip_prefix("<p>").and_then(|rest| rest.strip_suffix("</p>")).unwrap_or(html);
    let blocks = ["<p", "<ul", "<ol", "<table", "<div", "<pre", "<blockquote", "<h", "display=\"block\""];
    (!blocks.iter().any(|block| inside.contains(block))).then_some(inside)
}

/// The words of some HTML; a formula as it is spoken.
pub fn words(html: &str) -> String {
    let Some(element) = web_sys::window().and_then(|window| window.document()).and_then(|document| document.create_element("div").ok())
    else {
        return String::new();
    };
    element.set_inner_html(html);
    while let Ok(Some(formula)) = element.query_selector("math[aria-label]") {
        formula.set_outer_html(&escaped(&formula.get_attribute("aria-label").unwrap_or_default()));
    }
    element.text_content().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What was read, as HTML; a fraction as a formula.
pub fn read_number(reading: &Reading) -> String {
    let spoken = escaped(&reading.to_string());
    let Some((over, under)) = &reading.fraction else { return spoken };
    let sign = if reading.negative { "<mo>\u{2212}</mo>" } else { "" };
    let whole = reading.whole.as_ref().map_or_else(String::new, |whole| format!("<mn>{}</mn>", escaped(whole)));
    let percent = if reading.percent { "<mo>%</mo>" } else { "" };
    let unit = reading.unit.map_or_else(String::new, |unit| format!(" {}", escaped(unit.symbol())));
    let (over, under) = (escaped(over), escaped(under));
    format!("<math aria-label=\"{spoken}\">{sign}{whole}<mfrac><mn>{over}</mn><mn>{under}</mn></mfrac>{percent}</math>{unit}")
}
