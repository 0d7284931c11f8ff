//! What the code's own structure must be, read from its syntax: which file uses which.

use super::{files, none};
use std::collections::{BTreeMap, BTreeSet};
use syn::{
    Attribute, File, ItemMod, ItemUse, Path, UseTree,
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
    assert!(uses("domain/src/replica/history.rs", "domain/src/replica/behind.rs"), "and what stands beside them?");
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
