//! What journeys run in a page are named functions (`tests/browser/page/*.js`), each with a sentence; nobody hides JavaScript in a text.

use super::{files, none};

#[test]
fn what_journeys_run_in_a_page_are_functions_with_a_sentence_that_somebody_calls() {
    let scripts = files("tests/browser/page", ".js");
    let journeys: Vec<_> = ["tests/browser", "tests/browsers"].into_iter().flat_map(|folder| files(folder, ".rs")).collect();
    let mut faults = Vec::new();
    for (name, text) in &scripts {
        let lines: Vec<&str> = text.lines().collect();
        for pair in lines.windows(2) {
            let Some(rest) = pair[1].trim_start_matches("async ").strip_prefix("function ") else { continue };
            let function = rest.split('(').next().unwrap_or_default();
            if !pair[0].ends_with("*/") {
                faults.push(format!("{name}: nothing says what {function} does"));
            }
            let called = format!("{function}(");
            let is_called_here = scripts.iter().map(|(_, text)| text.matches(&called).count()).sum::<usize>() > 1;
            if !is_called_here && !journeys.iter().any(|(_, text)| text.contains(&format!("\"{function}\""))) {
                faults.push(format!("{name}: nobody calls {function}"));
            }
        }
    }
    let signs = ["document.querySelector", "window.", "arguments[", "indexedDB."];
    for (name, text) in journeys.iter().filter(|(name, _)| !name.ends_with("browser/page.rs")) {
        let hides = |line: &&str| !line.trim_start().starts_with("//") && signs.iter().any(|sign| line.contains(sign));
        faults.extend(text.lines().filter(hides).map(|line| format!("{name} hides JavaScript in a text: {}", line.trim())));
    }
    none(faults);
}
