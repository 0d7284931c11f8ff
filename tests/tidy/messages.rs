//! The page that documents what travels and what is recorded (`server/src/operator/messages.md`) is written from the types, and is not stale. What
//! may be sent and read is asked of the rules themselves. `LEFTFOLD_WRITE=1` writes the page anew.

mod http;
mod refusals;
mod rights;
mod types;

use std::{env, fmt::Write as _, fs};
use types::{Fields, Kind, Type, Types};

const PAGE: &str = "server/src/operator/messages.md";
/// In the order of the page.
const AGGREGATES: [&str; 4] = ["account", "class", "course", "attempt"];

#[test]
fn the_page_of_messages_says_what_the_types_say() {
    let file = super::root().join(PAGE);
    let written = page(&Types::read(super::files("domain/src", ".rs")));
    if env::var_os("LEFTFOLD_WRITE").is_some() {
        fs::write(&file, &written).expect("the page can be written");
    }
    let stands = fs::read_to_string(&file).unwrap_or_default();
    let first = stands.lines().zip(written.lines()).find(|(stands, written)| stands != written);
    assert!(stands == written, "{PAGE} is not what the types say by now: {first:?}. LEFTFOLD_WRITE=1 with this test writes it anew.");
}

fn page(types: &Types) -> String {
    let mut page = String::from(
        "# Messages\n\n\
         Written from the types of `domain` by a test; not to be edited. A message is JSON: the name of a command or event with one object, such as \
         `{\"NextQuestion\":{\"ordinal\":3}}`. Commands are sent to a stream, and events stand in one: `account/…`, `class/…`, `course/…`, or \
         `attempt/` with student, class, unit and run. Identifiers are 22 characters of base64url, hashes 43.\n\n\
         Every command ends in one stored result. Besides what its aggregate says no to (below), any command is answered `Forbidden` where the sender \
         may not give it, and refused as `Unreadable` or `TooLarge` where it is no command. What a command may be refused as is what the rules name on its way: it is \
         refused as nothing else, and a few of the names may be possible in theory only. Events are stored and travel as the bytes first recorded; a \
         reader lets fields be that it does not know.\n",
    );
    let mut named = Vec::new();
    for aggregate in AGGREGATES {
        _ = write!(page, "\n## {}\n\n{}\n", capital(aggregate), types.doc_of_module(aggregate));
        let refusals = refusals::by_command(types, aggregate);
        let commands = types.named(aggregate, "Command");
        _ = write!(page, "\n### Commands to {}\n", title(aggregate));
        for variant in commands.variants() {
            heading(&mut page, &variant.name, &variant.doc);
            fields(&mut page, &variant.fields, types, aggregate, &mut named);
            _ = write!(page, "\n- May be sent by: {}.\n", rights::senders(types, aggregate, variant));
            let mut no: Vec<_> = refusals.get(&variant.name).into_iter().flatten().map(|name| format!("`{name}`")).collect();
            no.sort();
            _ = writeln!(page, "- May be refused as: {}.", or_nothing(&no));
        }
        _ = write!(page, "\n### Events of {}\n", title(aggregate));
        for variant in types.named(aggregate, "Event").variants() {
            heading(&mut page, &variant.name, &variant.doc);
            fields(&mut page, &variant.fields, types, aggregate, &mut named);
            _ = write!(page, "\n- Read by: {}.\n", or_nothing(&rights::readers(aggregate, &variant.name)));
        }
        _ = write!(page, "\n### Refusals by {}\n\n", title(aggregate));
        for variant in types.named(aggregate, "Refusal").variants() {
            _ = writeln!(page, "- `{}`: {}{}", variant.name, variant.doc, in_words(&variant.fields, types, aggregate, &mut named));
        }
    }
    http::section(&mut page, types, &mut named);
    page.push_str("\n## Values\n\nWhat stands in the fields above.\n");
    let mut next = 0;
    while let Some(found) = named.get(next).cloned() {
        value(&mut page, &found, types, &mut named);
        next += 1;
    }
    page
}

fn title(aggregate: &str) -> String {
    let article = if aggregate.starts_with('a') { "an" } else { "a" };
    format!("{article} {aggregate}")
}

fn capital(word: &str) -> String {
    word[..1].to_uppercase() + &word[1..]
}

fn or_nothing(list: &[String]) -> String {
    if list.is_empty() { "nothing".to_owned() } else { list.join(", ") }
}

fn heading(page: &mut String, name: &str, doc: &str) {
    _ = write!(page, "\n#### `{name}`\n\n{doc}\n");
}

/// The fields as a table.
fn fields(page: &mut String, fields: &Fields, types: &Types, module: &str, named: &mut Vec<Type>) {
    match fields {
        Fields::Named(fields) if fields.is_empty() => {}
        Fields::Named(fields) => {
            page.push_str("\n| field | type | |\n|---|---|---|\n");
            for field in fields {
                let left_out = if field.optional { " (may be left out)" } else { "" };
                let kind = types.says(&field.kind, module, named);
                _ = writeln!(page, "| `{}` | {kind}{left_out} | {} |", field.name, field.doc.replace('|', "\\|"));
            }
        }
        Fields::Of(kind) => _ = write!(page, "\nWritten as {}.\n", types.says(kind, module, named)),
        Fields::None => page.push_str("\nWritten as a text: its name alone.\n"),
    }
}

/// The fields of a refusal or a case, in a line.
fn in_words(fields: &Fields, types: &Types, module: &str, named: &mut Vec<Type>) -> String {
    let said = match fields {
        Fields::None => return String::new(),
        Fields::Named(fields) if fields.is_empty() => return String::new(),
        Fields::Named(fields) => {
            let one = |field: &types::Field| {
                let left_out = if field.optional { ", may be left out" } else { "" };
                format!("`{}` ({}{left_out}): {}", field.name, types.says(&field.kind, module, named), field.doc)
            };
            fields.iter().map(one).collect::<Vec<_>>().join(" ")
        }
        Fields::Of(kind) => types.says(kind, module, named),
    };
    format!(" With {said}")
}

/// What stands in a field, if it is no plain text or number.
fn value(page: &mut String, found: &Type, types: &Types, named: &mut Vec<Type>) {
    _ = write!(page, "\n### {}\n\n{}\n", found.name, found.doc);
    match &found.kind {
        Kind::Struct(_) | Kind::Enum(_) if !found.derived => {}
        Kind::Struct(shape) => fields(page, shape, types, &found.module, named),
        Kind::Enum(variants) => {
            page.push_str("\nOne of:\n\n");
            for variant in variants {
                _ = writeln!(page, "- `{}`: {}{}", variant.name, variant.doc, in_words(&variant.fields, types, &found.module, named));
            }
        }
    }
}
