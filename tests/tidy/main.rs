//! The house rules that a machine can check: what may depend on what, what every file says of itself, what nobody writes.

mod messages;
mod process;
mod scripts;
mod structure;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate stands in the workspace").to_path_buf()
}

/// All files below a folder with this ending, as paths from the root with their text.
fn files(folder: &str, ending: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut open = vec![root().join(folder)];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            let entries = fs::read_dir(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            open.extend(entries.map(|entry| entry.expect("an entry of a folder can be read").path()));
        } else if path.to_string_lossy().ends_with(ending) {
            let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let name = path.strip_prefix(root()).expect("found below the root").to_string_lossy().into_owned();
            found.push((name, text));
        }
    }
    found.sort();
    assert!(!found.is_empty(), "{folder} holds no {ending}: does the rule look in the right place?");
    found
}

fn rust() -> Vec<(String, String)> {
    ["domain/src", "app/tables/src", "server/src", "app/src", "tests"].into_iter().flat_map(|folder| files(folder, ".rs")).collect()
}

/// Fails with all faults at once.
fn none(faults: Vec<String>) {
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn every_file_opens_with_what_it_is() {
    none(
        rust()
            .into_iter()
            .filter(|(_, text)| !text.starts_with("//! "))
            .map(|(name, _)| format!("{name} does not begin with `//! `"))
            .collect(),
    );
}

#[test]
fn every_sheet_opens_with_what_it_is_and_stands_in_the_page() {
    let page = fs::read_to_string(root().join("app/index.html")).expect("the page is there");
    let faults = files("style", ".css").into_iter().flat_map(|(name, text)| {
        let silent = (!text.trim_start().starts_with("/*")).then(|| format!("{name} does not begin with a sentence"));
        let unlisted = (!page.contains(&format!("../{name}"))).then(|| format!("app/index.html does not list {name}"));
        silent.into_iter().chain(unlisted)
    });
    none(faults.collect());
}

#[test]
fn files_stay_short_enough_to_be_read() {
    let long = rust().into_iter().filter(|(name, text)| !name.starts_with("tests/") && text.lines().count() > 450);
    none(long.map(|(name, text)| format!("{name} has {} lines: it asks to become a folder", text.lines().count())).collect());
}

#[test]
fn nothing_is_called_utils() {
    let vague = ["utils", "util", "common", "helpers", "helper", "shared", "misc", "manager"];
    let is_vague = |name: &String| name.split(['/', '.']).any(|part| vague.contains(&part));
    none(rust().into_iter().map(|(name, _)| name).filter(is_vague).map(|name| format!("{name}: say what it is")).collect());
}

/// A test that reads a file which only this folder has is green here and red in every clone.
#[test]
fn git_keeps_every_file_of_the_source() {
    let list = |arguments: &[&str]| {
        let rooms = ["app", "bin", "domain", "public", "server", "style", "tests"];
        let ran = Command::new("git").current_dir(root()).arg("ls-files").args(arguments).arg("--").args(rooms).output().expect("git runs");
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
        String::from_utf8(ran.stdout).expect("names are text").lines().map(str::to_owned).collect::<Vec<_>>()
    };
    assert!(list(&["--cached"]).contains(&"tests/tidy/main.rs".to_owned()), "does the rule look in the right place?");
    none(list(&["--others", "--ignored", "--exclude-standard"]).into_iter().map(|name| format!("{name} is ignored by git")).collect());
}

/// The words are put together here, so that this file does not find itself.
#[test]
fn nobody_leaves_work_undone_and_no_test_waits_by_sleeping() {
    let undone = [["#[ign", "ore"], ["tod", "o!("], ["unimple", "mented!("], ["FIX", "ME"], ["XX", "X"]].map(|word| word.concat());
    let sleeping = [["thread::sl", "eep"], ["time::sl", "eep("]].map(|word| word.concat());
    let faults = rust().into_iter().flat_map(|(name, text)| {
        let words = undone.iter().chain(sleeping.iter().filter(|_| name.starts_with("tests/")));
        words.filter(|word| text.contains(word.as_str())).map(|word| format!("{name}: {word}")).collect::<Vec<_>>()
    });
    none(faults.collect());
}

#[test]
fn the_domain_depends_on_little_and_nothing_impure() {
    let manifest = fs::read_to_string(root().join("domain/Cargo.toml")).expect("the manifest is there");
    let section = manifest.split("[dependencies]").nth(1).and_then(|rest| rest.split("\n[").next()).expect("it has dependencies");
    let allowed = [
        "base64",
        "num-bigint",
        "num-rational",
        "num-traits",
        "serde",
        "serde_json",
        "sha2",
        "thiserror",
        "twox-hash",
        "unicode-normalization",
        "uuid",
    ];
    let names = section.lines().filter_map(|line| line.split(['=', '.']).next()).map(str::trim).filter(|name| !name.is_empty());
    none(names.filter(|name| !allowed.contains(name)).map(|name| format!("domain depends on {name}")).collect());
}

/// Decisions are exact, on every machine. Only the statistics count in floats: they are shown, and nothing is decided by them.
#[test]
fn only_statistics_count_in_floats() {
    let is_float = |text: &str| text.split(|letter: char| !letter.is_alphanumeric()).any(|word| ["f32", "f64"].contains(&word));
    let (exact, floating): (Vec<_>, Vec<_>) =
        files("domain/src", ".rs").into_iter().partition(|(name, _)| !name.starts_with("domain/src/statistics"));
    assert!(floating.iter().any(|(_, text)| is_float(text)), "does the rule look in the right place?");
    none(exact.into_iter().filter(|(_, text)| is_float(text)).map(|(name, _)| format!("{name} counts in floats")).collect());
}

#[test]
fn server_and_app_do_not_know_each_other_and_tables_know_nobody() {
    let strangers = [("server", "leftfold-app"), ("app", "leftfold-server"), ("app/tables", "domain"), ("app/tables", "leptos")];
    for (room, other) in strangers {
        let manifest = fs::read_to_string(root().join(room).join("Cargo.toml")).expect("the manifest is there");
        assert!(!manifest.contains(other), "{room} depends on {other}");
    }
}

#[test]
fn no_aggregate_imports_another_and_no_value_an_aggregate() {
    let aggregates = ["account", "attempt", "class", "course"];
    let faults = files("domain/src", ".rs").into_iter().flat_map(|(name, text)| {
        let own = name.trim_start_matches("domain/src/").split(['/', '.']).next().unwrap_or_default().to_owned();
        let is_value = ["content", "grading", "ids", "time"].contains(&own.as_str());
        let code: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
        let imports = |other: &str| {
            code.contains(&format!("crate::{other}::"))
                || code.contains(&format!("\n    {other}::"))
                || code.contains(&format!("\n    {other},"))
        };
        let watched = aggregates.contains(&own.as_str()) || is_value;
        aggregates
            .iter()
            .filter(|other| watched && **other != own && imports(other))
            .map(|other| format!("{name} imports {other}"))
            .collect::<Vec<_>>()
    });
    none(faults.collect());
}

#[test]
fn one_file_touches_the_network_and_one_room_the_database() {
    let faults = files("app/src", ".rs").into_iter().flat_map(|(name, text)| {
        let network = text.contains("gloo_net") && name != "app/src/sync.rs";
        let storage = name == "app/src/storage.rs" || name.starts_with("app/src/storage/");
        let database = ["indexed_db", "Idb"].iter().any(|word| text.contains(word)) && !storage;
        [(network, "the network"), (database, "the database")]
            .into_iter()
            .filter(|(touches, _)| *touches)
            .map(|(_, what)| format!("{name} touches {what}"))
            .collect::<Vec<_>>()
    });
    none(faults.collect());
}

#[test]
fn the_store_knows_nothing_of_quizzes() {
    let faults = files("server/src/store", ".rs")
        .into_iter()
        .filter(|(_, text)| ["attempt::", "Question", "streak", "grading"].iter().any(|word| text.contains(word)));
    none(faults.map(|(name, _)| format!("{name} knows what a quiz is")).collect());
}

/// Screens say nothing by themselves: their words stand in `app/src/texts`.
#[test]
fn components_hold_no_text() {
    // Drawings begin with a capital too, but go on with a number.
    let is_word = |literal: &str| {
        let mut letters = literal.chars();
        letters.next().is_some_and(char::is_uppercase) && letters.next().is_some_and(char::is_lowercase)
    };
    let faults = ["app/src/pages", "app/src/components"].into_iter().flat_map(|folder| files(folder, ".rs")).flat_map(|(name, text)| {
        let lines = text.lines().filter(|line| !line.trim_start().starts_with("//") && !line.contains("expect("));
        let literals = lines.flat_map(|line| line.split('"').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>());
        literals.filter(|literal| is_word(literal) && !is_key(literal)).map(|literal| format!("{name}: “{literal}”")).collect::<Vec<_>>()
    });
    none(faults.collect());
}

/// Where a page is, is written once, in `app/src/address.rs`: a link that is written by hand leads nowhere after its page has moved.
#[test]
fn pages_and_components_write_no_addresses() {
    let faults = ["app/src/pages", "app/src/components"].into_iter().flat_map(|folder| files(folder, ".rs")).flat_map(|(name, text)| {
        let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        let literals = lines.flat_map(|line| line.split('"').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>());
        literals.filter(|literal| is_address(literal)).map(|literal| format!("{name}: “{literal}” is an address")).collect::<Vec<_>>()
    });
    none(faults.collect());
}

/// Whether a literal is an address of the app or the end of one: a path, a path after something else, or what is named behind one.
fn is_address(literal: &str) -> bool {
    let begins_with_letter = |text: &str| text.starts_with(|letter: char| letter.is_ascii_alphabetic());
    let path = literal.strip_prefix('/').is_some_and(|path| path.is_empty() || begins_with_letter(path) || path.starts_with('{'));
    let goes_on = literal.split("}/").skip(1).any(begins_with_letter);
    let named = literal.split('?').skip(1).any(|behind| begins_with_letter(behind) && behind.contains('='));
    path || goes_on || named
}

#[test]
fn an_address_is_seen() {
    for address in ["/", "/learn", "/teach/{class}/manage", "/{class}", "{address}/correct", "{story}?unit={unit}", "?at={k}"] {
        assert!(is_address(address), "{address}");
    }
    for other in ["", "#main", "{}/{}", "{attempt}/{number}", "application/jsonl", "1 / 2", " / ", "What?", "leftfold-support-{}.json"] {
        assert!(!is_address(other), "{other}");
    }
}

/// Names of keys are the browser's words, not ours.
fn is_key(literal: &str) -> bool {
    ["Enter", "Escape", "Tab", "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown"].contains(&literal)
}

/// People expect Álvaro before Zoë and 2B before 10A, as their language has it: only the door to the browser's collation puts words in order.
#[test]
fn views_never_sort_by_name_themselves() {
    let words = ["name", "title", "prompt", "label", "words", "text", "login"];
    let sorts = |line: &str| [".sort", ".cmp(", "BTreeMap<String"].iter().any(|way| line.contains(way));
    let is_fault = |line: &&str| (sorts(line) && words.iter().any(|word| line.contains(word))) || line.contains(".to_lowercase()");
    let faults = files("app/src", ".rs").into_iter().filter(|(name, _)| name != "app/src/collation.rs").flat_map(|(name, text)| {
        let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        code.filter(is_fault).map(|line| format!("{name}: {}", line.trim())).collect::<Vec<_>>()
    });
    none(faults.collect());
}

#[test]
fn nothing_is_styled_in_place() {
    let faults = files("app/src", ".rs").into_iter().filter(|(_, text)| text.contains(" style=\""));
    none(faults.map(|(name, _)| format!("{name}: the policy of the page forbids style attributes")).collect());
}
