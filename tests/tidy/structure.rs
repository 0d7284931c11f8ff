//! House rules about the structure of the code, read from its syntax: which file uses which, that events and commands are matched by name, that
//! public types have names of their own, and how long a function is.

use super::{files, none};
use std::collections::{BTreeMap, BTreeSet};
use syn::{
    Arm, Attribute, ExprMatch, File, ImplItemFn, Item, ItemFn, ItemMod, ItemUse, Pat, Path, UseTree, Visibility,
    spanned::Spanned as _,
    visit::{self, Visit},
};

/// The crates, by where their source is and how others call them.
const CRATES: [&str; 4] = ["domain/src", "server/src", "app/src", "app/tables/src"];

fn parsed(folder: &str) -> Vec<(String, File)> {
    let parse = |(name, text): (String, String)| {
        let file = syn::parse_file(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        (name, file)
    };
    files(folder, ".rs").into_iter().map(parse).collect()
}

fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let syn::Meta::List(list) = &attribute.meta else { return false };
        list.path.is_ident("cfg") && list.tokens.to_string() == "test"
    })
}

/// The module that a file is, as its path from the crate's root; the root itself is empty.
fn module_of(name: &str, folder: &str) -> Vec<String> {
    let inner = name.strip_prefix(folder).expect("it is in the folder").trim_start_matches('/').trim_end_matches(".rs");
    if ["lib", "main"].contains(&inner) { Vec::new() } else { inner.split('/').map(str::to_owned).collect() }
}

/// Gathers what a file names, as paths from the crate's root.
struct Named<'m> {
    module: &'m [String],
    /// How deep in modules of the file's own.
    within: usize,
    found: Vec<Vec<String>>,
}

impl Named<'_> {
    fn note(&mut self, path: &[String]) {
        let up = path.iter().take_while(|part| *part == "super").count();
        let from_root = match path.first().map(String::as_str) {
            Some("crate") => path[1..].to_vec(),
            Some("self") => [self.module, &path[1..]].concat(),
            Some("super") if up > self.within => {
                let kept = self.module.len().saturating_sub(up - self.within);
                [&self.module[..kept], &path[up..]].concat()
            }
            // Of the file itself, one of its own modules, or another crate.
            Some(_) | None => [self.module, path].concat(),
        };
        self.found.push(from_root);
    }

    fn walk(&mut self, tree: &UseTree, before: &[String]) {
        match tree {
            UseTree::Path(path) => self.walk(&path.tree, &[before, &[path.ident.to_string()]].concat()),
            UseTree::Name(name) => self.note(&[before, &[name.ident.to_string()]].concat()),
            UseTree::Rename(name) => self.note(&[before, &[name.ident.to_string()]].concat()),
            UseTree::Glob(_) => self.note(before),
            UseTree::Group(group) => group.items.iter().for_each(|item| self.walk(item, before)),
        }
    }
}

impl<'a> Visit<'a> for Named<'_> {
    fn visit_item_mod(&mut self, module: &'a ItemMod) {
        // What a test beside the code names ties no rooms.
        if module.content.is_some() && !is_test(&module.attrs) {
            self.within += 1;
            visit::visit_item_mod(self, module);
            self.within -= 1;
        }
    }

    fn visit_item_use(&mut self, item: &'a ItemUse) {
        self.walk(&item.tree, &[]);
    }

    fn visit_path(&mut self, path: &'a Path) {
        let parts: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if parts.len() > 1 {
            self.note(&parts);
        }
        visit::visit_path(self, path);
    }
}

/// Which file uses which: by file, those whose modules it names. The file that a module stands in is its room: what it takes from there, and what that
/// hands out, is no arrow.
fn arrows(folder: &str) -> BTreeMap<String, BTreeSet<String>> {
    let all = parsed(folder);
    let modules: BTreeMap<Vec<String>, &str> = all.iter().map(|(name, _)| (module_of(name, folder), name.as_str())).collect();
    let of = |(name, file): &(String, File)| {
        let module = module_of(name, folder);
        let mut named = Named { module: &module, within: 0, found: Vec::new() };
        named.visit_file(file);
        let of_file = |path: &Vec<String>| (1..=path.len()).rev().find_map(|length| modules.get_key_value(&path[..length]));
        let used = named.found.iter().filter_map(of_file).filter(|(used, _)| !module.starts_with(used));
        (name.clone(), used.map(|(_, file)| (*file).to_owned()).collect())
    };
    all.iter().map(of).collect()
}

/// A way from a file back to itself, if there is one.
fn circle(arrows: &BTreeMap<String, BTreeSet<String>>) -> Option<Vec<String>> {
    fn walk(
        at: &str,
        arrows: &BTreeMap<String, BTreeSet<String>>,
        way: &mut Vec<String>,
        done: &mut BTreeSet<String>,
    ) -> Option<Vec<String>> {
        if let Some(begun) = way.iter().position(|before| before == at) {
            return Some(way[begun..].to_vec());
        }
        if !done.insert(at.to_owned()) {
            return None;
        }
        way.push(at.to_owned());
        let found = arrows.get(at).into_iter().flatten().find_map(|next| walk(next, arrows, way, done));
        way.pop();
        found
    }
    let mut done = BTreeSet::new();
    arrows.keys().find_map(|start| walk(start, arrows, &mut Vec::new(), &mut done))
}

#[test]
fn no_files_use_each_other_in_a_circle() {
    let known = arrows("domain/src");
    let uses = |one: &str, other: &str| known.get(one).is_some_and(|used| used.contains(other));
    assert!(uses("domain/src/feeds.rs", "domain/src/class.rs"), "does the rule see what files use?");
    assert!(uses("domain/src/replica/feed_log/pages.rs", "domain/src/replica/feed_log/damage.rs"), "and what stands beside them?");
    let circles = CRATES.iter().filter_map(|folder| circle(&arrows(folder)));
    none(circles.map(|way| format!("a circle: {}", way.join(" → "))).collect());
}

#[test]
fn a_circle_is_seen() {
    let arrows = |pairs: &[(&str, &str)]| {
        let mut arrows: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        pairs.iter().for_each(|(from, to)| _ = arrows.entry((*from).to_owned()).or_default().insert((*to).to_owned()));
        arrows
    };
    assert_eq!(circle(&arrows(&[("a", "b"), ("b", "c"), ("a", "c")])), None);
    assert_eq!(circle(&arrows(&[("a", "b"), ("b", "c"), ("c", "b")])), Some(vec!["b".to_owned(), "c".to_owned()]));
}

/// What a file of pages or components names of what is behind the doors.
fn past_the_doors(module: &[String], file: &File) -> Vec<String> {
    let behind = ["client", "storage", "sync", "tabs"];
    let mut named = Named { module, within: 0, found: Vec::new() };
    named.visit_file(file);
    let is_behind = |path: &&Vec<String>| path.first().is_some_and(|room| behind.contains(&room.as_str()));
    named.found.iter().filter(is_behind).map(|path| path.join("::")).collect()
}

/// Pages and components name doors (`app/src/doors`), not what is behind them: so it can be seen what a screen needs, and what is behind can change.
#[test]
fn pages_and_components_use_the_doors() {
    let screens = ["app/src/pages", "app/src/components"].into_iter().flat_map(|folder| files(folder, ".rs"));
    let faults = screens.flat_map(|(name, text)| {
        let file = syn::parse_file(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut past = past_the_doors(&module_of(&name, "app/src"), &file);
        // What stands inside of a macro is no syntax to be visited.
        let whole = ["crate::client::", "crate::storage::", "crate::sync::", "crate::tabs::"];
        past.extend(whole.into_iter().filter(|path| text.contains(path)).map(str::to_owned));
        past.into_iter().map(|path| format!("{name} names {path}: which door is it?")).collect::<Vec<_>>()
    });
    none(faults.collect());
}

#[test]
fn a_way_past_the_doors_is_seen() {
    let past = |code: &str| {
        let module = ["pages", "sync"].map(str::to_owned);
        past_the_doors(&module, &syn::parse_str(code).expect("it is a file"))
    };
    assert_eq!(past("use crate::{device, sync::{self, NotDone}};"), ["sync::self", "sync::NotDone"]);
    assert_eq!(past("fn look(client: &crate::client::Client) {}"), ["client::Client"]);
    assert!(past("use crate::{device, doors::{NotDone, use_device}}; use std::sync::Arc;").is_empty());
    assert!(past("fn sync() { sync::look(); } mod sync { pub fn look() {} }").is_empty());
}

/// Where in a pattern it names an event or a command, and where it takes whatever comes: places are the ways down through tuples and wrappers.
fn places(pattern: &Pat, here: &str, named: &mut BTreeSet<String>, anything: &mut BTreeSet<String>) {
    let is_asked = |path: &Path| {
        let parts: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        parts.len() > 1 && ["Event", "Command"].contains(&parts[parts.len() - 2].as_str())
    };
    match pattern {
        Pat::Wild(_) | Pat::Rest(_) => _ = anything.insert(here.to_owned()),
        Pat::Ident(ident) if ident.subpat.is_none() && ident.ident.to_string().starts_with(char::is_lowercase) => {
            anything.insert(here.to_owned());
        }
        Pat::Ident(ident) => ident.subpat.iter().for_each(|(_, inner)| places(inner, here, named, anything)),
        Pat::Or(or) => or.cases.iter().for_each(|case| places(case, here, named, anything)),
        Pat::Paren(paren) => places(&paren.pat, here, named, anything),
        Pat::Reference(reference) => places(&reference.pat, here, named, anything),
        Pat::Tuple(tuple) => {
            tuple.elems.iter().enumerate().for_each(|(index, inner)| places(inner, &format!("{here}/{index}"), named, anything));
        }
        Pat::TupleStruct(made) if is_asked(&made.path) => {
            named.insert(here.to_owned());
            // An event within an event: which of the aggregate's own.
            let wrapped = made.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
            for (index, inner) in made.elems.iter().enumerate() {
                // `..` takes the aggregate and whatever event of it comes.
                let all = if matches!(inner, Pat::Rest(_)) { index..2 } else { index..index + 1 };
                all.for_each(|index| places(inner, &format!("{here}/{wrapped}.{index}"), named, anything));
            }
        }
        Pat::TupleStruct(made) => {
            let wrapper = made.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
            made.elems.iter().for_each(|inner| places(inner, &format!("{here}/{wrapper}"), named, anything));
        }
        Pat::Struct(made) if is_asked(&made.path) => _ = named.insert(here.to_owned()),
        Pat::Path(path) if is_asked(&path.path) => _ = named.insert(here.to_owned()),
        _ => {}
    }
}

/// Whether some of these arms ask for events or commands by name, and others take whatever comes in the same place.
fn swallows(arms: &[Arm]) -> bool {
    let (mut named, mut anything) = (BTreeSet::new(), BTreeSet::new());
    arms.iter().for_each(|arm| places(&arm.pat, "", &mut named, &mut anything));
    anything.iter().any(|taken| named.iter().any(|asked| asked == taken || asked.starts_with(&format!("{taken}/"))))
}

/// Matches in which a new event or command would go somewhere without anybody having decided so.
#[derive(Default)]
struct Swallowing {
    lines: Vec<usize>,
}

impl<'a> Visit<'a> for Swallowing {
    fn visit_item_mod(&mut self, module: &'a ItemMod) {
        if !is_test(&module.attrs) {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_expr_match(&mut self, expression: &'a ExprMatch) {
        if swallows(&expression.arms) {
            self.lines.push(expression.span().start().line);
        }
        visit::visit_expr_match(self, expression);
    }
}

#[test]
fn events_and_commands_are_asked_for_by_name() {
    // What a text in Markdown is read as are events of another kind.
    let is_ours = |name: &String| !name.starts_with("server/src/operator/import/");
    let faults = CRATES.iter().flat_map(|folder| parsed(folder)).filter(|(name, _)| is_ours(name)).flat_map(|(name, file)| {
        let mut found = Swallowing::default();
        found.visit_file(&file);
        found.lines.into_iter().map(move |line| format!("{name}:{line}: `_` over events or commands")).collect::<Vec<_>>()
    });
    none(faults.collect());
}

#[test]
fn an_event_that_is_swallowed_is_seen() {
    let swallows = |code: &str| {
        let expression: ExprMatch = syn::parse_str(code).expect("it is a match");
        swallows(&expression.arms)
    };
    assert!(swallows("match event { Event::Class(..) => 1, _ => 2 }"));
    assert!(swallows("match event { Event::Class(_, class::Event::Opened { .. }) => 1, Event::Class(..) => 2, Event::Unknown(_) => 3 }"));
    assert!(swallows("match (at, event) { (0, Event::Unknown(_)) => 1, (_, other) => 2 }"));
    assert!(swallows("match event { Some(class::Event::Opened { .. }) => 1, Some(_) | None => 2 }"));
    assert!(!swallows("match (at, event) { (_, Event::Unknown(_)) => 1, (0, Event::Class(..)) => 2 }"));
    assert!(!swallows("match count { 0 => 1, _ => 2 }"));
}

/// A public type is called by its name: two of the same name in a crate are two things to confuse.
#[test]
fn no_public_type_of_a_crate_has_another_s_name() {
    // Each aggregate has these five.
    let of_aggregates = ["State", "Command", "Event", "Facts", "Refusal"];
    let faults = CRATES.iter().flat_map(|folder| {
        let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (file, parsed) in parsed(folder) {
            for item in &parsed.items {
                let (visibility, name) = match item {
                    Item::Struct(item) => (&item.vis, &item.ident),
                    Item::Enum(item) => (&item.vis, &item.ident),
                    Item::Trait(item) => (&item.vis, &item.ident),
                    Item::Type(item) => (&item.vis, &item.ident),
                    _ => continue,
                };
                if matches!(visibility, Visibility::Public(_)) && !of_aggregates.contains(&name.to_string().as_str()) {
                    names.entry(name.to_string()).or_default().push(file.clone());
                }
            }
        }
        names
            .into_iter()
            .filter(|(_, files)| files.len() > 1)
            .map(|(name, files)| format!("{name}: {}", files.join(", ")))
            .collect::<Vec<_>>()
    });
    none(faults.collect());
}

/// The most lines of a function.
const LINES_MAX: usize = 70;
/// The most lines of a short arm of a match.
const ARM_LINES_MAX: usize = 10;

#[derive(Default)]
struct Long {
    found: Vec<(String, usize, usize)>,
}

impl Long {
    fn look(&mut self, name: String, whole: proc_macro2::Span, block: &syn::Block) {
        let lines = |span: proc_macro2::Span| span.end().line + 1 - span.start().line;
        let is_list = match block.stmts.last() {
            Some(syn::Stmt::Expr(syn::Expr::Match(all), _)) => all.arms.iter().all(|arm| lines(arm.span()) <= ARM_LINES_MAX),
            _ => false,
        };
        if lines(whole) > LINES_MAX && !is_list {
            self.found.push((name, whole.start().line, lines(whole)));
        }
    }
}

impl<'a> Visit<'a> for Long {
    fn visit_item_fn(&mut self, function: &'a ItemFn) {
        self.look(function.sig.ident.to_string(), function.span(), &function.block);
        visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'a ImplItemFn) {
        self.look(function.sig.ident.to_string(), function.span(), &function.block);
        visit::visit_impl_item_fn(self, function);
    }
}

#[test]
fn functions_stay_short_enough_to_be_read() {
    let faults = CRATES.iter().flat_map(|folder| parsed(folder)).flat_map(|(name, file)| {
        let mut long = Long::default();
        long.visit_file(&file);
        let told = |(function, line, lines): (String, usize, usize)| format!("{name}:{line}: {function} has {lines} lines");
        long.found.into_iter().map(told).collect::<Vec<_>>()
    });
    none(faults.collect());
}

#[test]
fn a_long_function_is_seen() {
    let seen = |code: &str| {
        let mut long = Long::default();
        long.visit_file(&syn::parse_str(code).expect("it is a file"));
        long.found.into_iter().map(|(name, ..)| name).collect::<Vec<_>>()
    };
    let lines = |count: usize| "step();\n".repeat(count);
    let arms = |lines_of_each: &str| format!("0 => {{\n{lines_of_each}}}\n").repeat(LINES_MAX);
    assert!(seen(&format!("fn short() {{\n{}}}", lines(LINES_MAX - 2))).is_empty());
    assert_eq!(seen(&format!("fn long() {{\n{}}}", lines(LINES_MAX - 1))), ["long"]);
    assert_eq!(seen(&format!("impl Sheet {{ fn long() {{\n{}}} }}", lines(LINES_MAX - 1))), ["long"]);
    assert!(seen(&format!("fn list() {{ match 0 {{\n{}}} }}", arms(&lines(1)))).is_empty());
    assert_eq!(seen(&format!("fn list() {{ match 0 {{\n{}}} }}", arms(&lines(ARM_LINES_MAX)))), ["list"]);
}

/// The parts of the replica, each with its own files.
const PARTS: [&str; 9] = ["clock", "database", "documents", "feed_log", "inbox", "line", "outbox", "presence", "tabs"];

fn part_of(file: &str) -> Option<&'static str> {
    let inner = file.strip_prefix("domain/src/replica/")?;
    PARTS.into_iter().find(|part| inner.strip_prefix(part).is_some_and(|rest| rest.starts_with(['.', '/'])))
}

#[test]
fn no_part_of_the_replica_knows_another_or_the_whole() {
    let known = arrows("domain/src");
    let parts: BTreeSet<&str> = known.keys().filter_map(|file| part_of(file)).collect();
    assert_eq!(parts.into_iter().collect::<Vec<_>>(), PARTS, "does the rule see all parts?");
    let strange = |file: &str, used: &str| {
        let by_part = part_of(used).is_some_and(|other| part_of(file) != Some(other));
        by_part || used.starts_with("domain/src/replica/coordinator")
    };
    let of_parts = || known.iter().filter(|(file, _)| part_of(file).is_some());
    let uses =
        of_parts().flat_map(|(file, used)| used.iter().filter(|used| strange(file, used)).map(move |used| format!("{file} uses {used}")));
    let texts: BTreeMap<String, String> = files("domain/src/replica", ".rs").into_iter().collect();
    let whole = of_parts().filter(|(file, _)| texts[*file].contains("impl Replica")).map(|(file, _)| format!("{file} knows the whole"));
    none(uses.chain(whole).collect());
}
