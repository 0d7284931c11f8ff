//! The functions that journeys call in a page, by their names: `page/*.js`. Of them only the one that is called goes there, with those that it calls.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

const FILES: [&str; 3] = [include_str!("page/shown.js"), include_str!("page/kept.js"), include_str!("page/otherwise.js")];

/// Each function's source by its name. One begins at the beginning of a line, and ends with the first brace that stands there.
static FUNCTIONS: LazyLock<BTreeMap<&str, &str>> = LazyLock::new(|| {
    let mut functions = BTreeMap::new();
    for file in FILES {
        let mut rest = file;
        while let Some((_, begun)) = rest.split_once("*/\n") {
            let end = begun.find("\n}\n").expect("a function ends") + 3;
            let (source, after) = begun.split_at(end);
            let name = source.trim_start_matches("async ").trim_start_matches("function ").split('(').next().expect("it has a name");
            assert!(functions.insert(name, source).is_none(), "there are two functions {name}");
            rest = after;
        }
    }
    functions
});

/// A function with all that it needs, as the text of a script.
pub fn with_all_it_calls(name: &'static str) -> String {
    let mut needed = BTreeSet::new();
    let mut open = vec![name];
    while let Some(name) = open.pop() {
        let source = FUNCTIONS.get(name).unwrap_or_else(|| panic!("no function {name} in tests/browser/page"));
        if needed.insert(*source) {
            let words = source.split(|letter: char| !letter.is_alphanumeric());
            open.extend(words.filter_map(|word| FUNCTIONS.get_key_value(word)).map(|(name, _)| *name));
        }
    }
    needed.into_iter().collect()
}
