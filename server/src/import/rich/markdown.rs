//! Markdown to HTML that is yet to be sanitised; formulas become placeholders, so that the sanitiser never sees LaTeX.

use super::{
    markup::FORMULA,
    math::{self, Formula, Part},
};
use pulldown_cmark::{Event, Options, Parser, html};

/// HTML with a placeholder for each formula, which is put into the list.
pub(super) fn to_html(text: &str, formulas: &mut Vec<Formula>) -> String {
    let text = bracketed(text, formulas);
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_MATH;
    let events = Parser::new_ext(&text, options).into_offset_iter().map(|(event, range)| match event {
        // "$5-$6" is two prices.
        Event::InlineMath(_) if text[range.end..].starts_with(|c: char| c.is_ascii_digit()) => Event::Text(text[range].to_owned().into()),
        Event::InlineMath(latex) | Event::DisplayMath(latex) if latex.trim().is_empty() => Event::Text(text[range].to_owned().into()),
        Event::InlineMath(latex) => Event::Text(placeholder(formulas, &latex, false, &text[range]).into()),
        Event::DisplayMath(latex) => Event::Text(placeholder(formulas, &latex, true, &text[range]).into()),
        event => event,
    });
    let mut out = String::new();
    html::push_html(&mut out, events);
    out
}

/// Takes out `\(…\)` and `\[…\]`, whose backslashes Markdown would eat.
fn bracketed(text: &str, formulas: &mut Vec<Formula>) -> String {
    let mut out = String::with_capacity(text.len());
    for part in math::parts(text, false) {
        match part {
            Part::Text(text) => out.push_str(text),
            Part::Formula(formula) => {
                out.push_str(&placeholder(formulas, &formula.latex, formula.display, &formula.source));
            }
            Part::Placeholder(_) => {}
        }
    }
    out
}

fn placeholder(formulas: &mut Vec<Formula>, latex: &str, display: bool, source: &str) -> String {
    formulas.push(Formula { latex: latex.to_owned(), display, source: source.to_owned() });
    format!("{FORMULA}{}{FORMULA}", formulas.len() - 1)
}
