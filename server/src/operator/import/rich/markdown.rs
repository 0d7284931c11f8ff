//! Markdown to HTML that is yet to be sanitised; formulas become placeholders, so that the sanitiser never sees LaTeX.

use super::{
    markup::FORMULA,
    math::{self, Dollars, Formula, Part},
};
use pulldown_cmark::{Options, Parser, html};

/// HTML with a placeholder for each formula, which is put into the list; dollars that may have been meant as a formula's go to the `doubts`.
pub(super) fn to_html(text: &str, formulas: &mut Vec<Formula>, dollars: Dollars, doubts: &mut Vec<String>) -> String {
    let text = without_formulas(text, formulas, dollars, doubts);
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut out = String::new();
    html::push_html(&mut out, Parser::new_ext(&text, options));
    out
}

/// Takes the formulas out, whose backslashes and underscores Markdown would eat. Where they stand in code, they come back as they were.
fn without_formulas(text: &str, formulas: &mut Vec<Formula>, dollars: Dollars, doubts: &mut Vec<String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut doubtful = Vec::new();
    let parts = math::parts(text, dollars, &mut doubtful);
    doubts.extend(doubtful.into_iter().map(str::to_owned));
    for part in parts {
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
