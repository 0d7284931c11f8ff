//! What the server keeps for the whole process: nothing that is a school's. *A tenant is a log*, and what is open of it is one value.

use super::files;
use std::collections::BTreeSet;
use syn::{
    ItemStatic, Macro,
    visit::{self, Visit},
};

/// All that is global in the server, by where it stands: what the app's pages may do, what imported texts may contain, and what tells requests apart.
const OF_THE_PROCESS: [(&str, &str); 5] = [
    ("server/src/http/assets.rs", "POLICY"),
    ("server/src/operator/import/rich.rs", "SANITISER"),
    ("server/src/request.rs", "BEGUN"),
    ("server/src/request.rs", "NUMBER"),
    ("server/src/request.rs", "task_local!"),
];

/// What is kept from one call to the next, without anybody being given it.
#[derive(Default)]
struct Global(Vec<String>);

impl<'a> Visit<'a> for Global {
    fn visit_item_static(&mut self, item: &'a ItemStatic) {
        self.0.push(item.ident.to_string());
        visit::visit_item_static(self, item);
    }

    fn visit_macro(&mut self, named: &'a Macro) {
        let last = named.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        if ["task_local", "thread_local"].contains(&last.as_str()) {
            self.0.push(format!("{last}!"));
        }
        visit::visit_macro(self, named);
    }
}

fn globals(text: &str) -> Vec<String> {
    let mut found = Global::default();
    found.visit_file(&syn::parse_file(text).expect("it is Rust"));
    found.0
}

#[test]
fn nothing_of_a_school_is_global_in_the_server() {
    let found = files("server/src", ".rs").into_iter();
    let found: BTreeSet<(String, String)> =
        found.flat_map(|(file, text)| globals(&text).into_iter().map(move |name| (file.clone(), name))).collect();
    let known: BTreeSet<_> = OF_THE_PROCESS.map(|(file, name)| (file.to_owned(), name.to_owned())).into();
    let [new, gone] = [(&found, &known), (&known, &found)].map(|(one, other)| one.difference(other).collect::<Vec<_>>());
    assert!(
        new.is_empty(),
        "global: {new:?}. If it is a school's, it belongs into `School`; if it is the process's, say so in the list here"
    );
    assert!(gone.is_empty(), "no longer there: {gone:?}");
}

#[test]
fn what_is_global_is_seen_wherever_it_stands() {
    assert_eq!(globals("static A: u8 = 1; mod inner { pub(crate) static B: u8 = 2; }"), ["A", "B"]);
    assert_eq!(globals("fn next() -> u64 { static C: AtomicU64 = AtomicU64::new(1); C.load(Relaxed) }"), ["C"]);
    assert_eq!(globals("std::thread_local! { static D: u8 = 1; }"), ["thread_local!"]);
    assert!(globals("const E: &'static str = \"\"; fn f(text: &'static str) {}").is_empty());
}
