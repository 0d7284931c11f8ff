//! Small pieces of HTML as text: escaping, and turning content into a line or into plain words.

use domain::{content::Html, grading::ReadNumber};

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

/// What was read, as HTML; a fraction or a power of ten as a formula.
pub fn read_number(reading: &ReadNumber) -> String {
    let spoken = escaped(&reading.to_string());
    let sign = if reading.negative { "<mo>\u{2212}</mo>" } else { "" };
    let whole = reading.whole.as_ref().map_or_else(String::new, |whole| format!("<mn>{}</mn>", escaped(whole)));
    let percent = if reading.percent { "<mo>%</mo>" } else { "" };
    let unit = reading.unit.map_or_else(String::new, |unit| format!(" {}", escaped(unit.symbol())));
    let parted = match (&reading.fraction, reading.power) {
        (Some((over, under)), _) => format!("<mfrac><mn>{}</mn><mn>{}</mn></mfrac>", escaped(over), escaped(under)),
        (None, Some(power)) => {
            let times = if reading.whole.is_some() { "<mo>×</mo>" } else { "" };
            let minus = if power < 0 { "<mo>\u{2212}</mo>" } else { "" };
            format!("{times}<msup><mn>10</mn><mrow>{minus}<mn>{}</mn></mrow></msup>", power.unsigned_abs())
        }
        (None, None) => return spoken,
    };
    format!("<math aria-label=\"{spoken}\">{sign}{whole}{parted}{percent}</math>{unit}")
}
