//! The types of `domain` as their source tells them: names, fields, documentation, and how they are written as JSON.

use std::collections::BTreeMap;
use syn::{Attribute, Expr, ExprLit, GenericArgument, Item, Lit, Meta, PathArguments};

/// A struct or an enum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Type {
    pub name: String,
    /// The first name of its path: an aggregate, or where a value is kept.
    pub module: String,
    pub doc: String,
    pub kind: Kind,
    /// Written by serde's derived code. If not, it is written as a text.
    pub derived: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    Struct(Fields),
    Enum(Vec<Variant>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variant {
    pub name: String,
    pub doc: String,
    pub fields: Fields,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fields {
    Named(Vec<Field>),
    /// As the one value in it is.
    Of(Box<syn::Type>),
    None,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// As it is written in JSON.
    pub name: String,
    pub doc: String,
    pub kind: syn::Type,
    pub optional: bool,
}

/// All of them.
pub struct Types {
    all: Vec<Type>,
    /// What the files say of themselves, and what is in them, by the first name of their path.
    files: BTreeMap<String, Vec<syn::File>>,
}

impl Type {
    pub fn variants(&self) -> &[Variant] {
        match &self.kind {
            Kind::Enum(variants) => variants,
            Kind::Struct(_) => panic!("{} is not an enum", self.name),
        }
    }
}

impl Types {
    /// Reads files, given by their paths and texts.
    pub fn read(sources: Vec<(String, String)>) -> Self {
        let (mut all, mut files) = (Vec::new(), BTreeMap::<String, Vec<syn::File>>::new());
        // The file that a room is named after comes before those in it.
        for (path, text) in sources {
            let name = path.trim_start_matches("domain/src/").trim_end_matches(".rs").to_owned();
            let module = name.split('/').next().unwrap_or_default().to_owned();
            let file = syn::parse_file(&text).unwrap_or_else(|fault| panic!("{path}: {fault}"));
            all.extend(file.items.iter().filter_map(|item| type_of(item, &module)));
            let files = files.entry(module.clone()).or_default();
            if name == module { files.insert(0, file) } else { files.push(file) }
        }
        Self { all, files }
    }

    pub fn files(&self, module: &str) -> &[syn::File] {
        self.files.get(module).unwrap_or_else(|| panic!("domain has no {module}"))
    }

    pub fn doc_of_module(&self, module: &str) -> String {
        doc(&self.files(module)[0].attrs)
    }

    /// A type of a module.
    pub fn named(&self, module: &str, name: &str) -> &Type {
        self.find(module, name).unwrap_or_else(|| panic!("domain has no {module}::{name}"))
    }

    /// The type of this name: the module's own, or the only one, or the only one of several that is written as JSON.
    fn find(&self, module: &str, name: &str) -> Option<&Type> {
        let named: Vec<_> = self.all.iter().filter(|known| known.name == name).collect();
        let own = named.iter().find(|known| known.module == module);
        let written: Vec<_> = named.iter().copied().filter(|known| known.derived).collect();
        match (own, named.as_slice(), written.as_slice()) {
            (Some(own), ..) => Some(own),
            (None, [only], _) | (None, _, [only]) => Some(only),
            (None, ..) => None,
        }
    }

    /// A type in words; those that are to be explained themselves are added to the list.
    pub fn says(&self, kind: &syn::Type, module: &str, list: &mut Vec<Type>) -> String {
        let (name, arguments) = path(kind);
        let mut said = |index: usize| self.says(&arguments[index], module, list);
        match name.as_str() {
            "Option" => format!("{} or nothing", said(0)),
            "Vec" => format!("list of {}", said(0)),
            "BTreeSet" => format!("set of {}", said(0)),
            "Box" | "Arc" => said(0),
            "BTreeMap" => format!("object from {} to {}", said(0), said(1)),
            "String" => "text".to_owned(),
            "bool" => "`true` or `false`".to_owned(),
            "u8" | "u16" | "u32" | "u64" | "usize" | "i64" => "whole number".to_owned(),
            "ContentHash" => "hash of a document".to_owned(),
            "RawValue" => "JSON".to_owned(),
            _ => match self.find(module, &name) {
                Some(found) => {
                    if !list.contains(found) {
                        list.push(found.clone());
                    }
                    let text = if found.derived { "" } else { ", a text" };
                    format!("[{name}](#{}){text}", name.to_lowercase())
                }
                None if name.ends_with("Id") => format!("`{name}`"),
                None => panic!("domain has no type {name}, or several ({module})"),
            },
        }
    }

    /// A value of a type as JSON: the least there is, and identifiers as `id` has them by their types.
    pub fn sample(&self, kind: &syn::Type, module: &str, id: &dyn Fn(&str) -> String) -> String {
        let (name, arguments) = path(kind);
        match name.as_str() {
            "Option" => "null".to_owned(),
            "Vec" | "BTreeSet" => "[]".to_owned(),
            "BTreeMap" => "{}".to_owned(),
            "Box" | "Arc" => self.sample(&arguments[0], module, id),
            "String" => "\"x\"".to_owned(),
            "bool" => "false".to_owned(),
            "u8" | "u16" | "u32" | "u64" | "usize" | "i64" => "1".to_owned(),
            "ContentHash" => format!("\"{}\"", "A".repeat(43)),
            _ => match self.find(module, &name).map(|found| (&found.kind, found)) {
                Some((Kind::Struct(fields), found)) => self.sample_of(fields, &found.module, id),
                Some((Kind::Enum(variants), found)) => self.sample_variant(&variants[0], &found.module, id),
                None => format!("\"{}\"", id(&name)),
            },
        }
    }

    pub fn sample_variant(&self, variant: &Variant, module: &str, id: &dyn Fn(&str) -> String) -> String {
        match &variant.fields {
            Fields::None => format!("\"{}\"", variant.name),
            fields @ (Fields::Named(_) | Fields::Of(_)) => format!("{{\"{}\":{}}}", variant.name, self.sample_of(fields, module, id)),
        }
    }

    fn sample_of(&self, fields: &Fields, module: &str, id: &dyn Fn(&str) -> String) -> String {
        match fields {
            Fields::Named(fields) => {
                let fields = fields.iter().map(|field| format!("\"{}\":{}", field.name, self.sample(&field.kind, module, id)));
                format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
            }
            Fields::Of(kind) => self.sample(kind, module, id),
            Fields::None => "null".to_owned(),
        }
    }
}

fn type_of(item: &Item, module: &str) -> Option<Type> {
    let (name, attributes, kind) = match item {
        Item::Struct(item) => (&item.ident, &item.attrs, Kind::Struct(fields_of(&item.fields))),
        Item::Enum(item) => {
            let variant = |variant: &syn::Variant| {
                let fields = fields_of(&variant.fields);
                Variant { name: renamed(&variant.attrs).unwrap_or_else(|| variant.ident.to_string()), doc: doc(&variant.attrs), fields }
            };
            (&item.ident, &item.attrs, Kind::Enum(item.variants.iter().map(variant).collect()))
        }
        _ => return None,
    };
    let derives = |attribute: &Attribute| match &attribute.meta {
        Meta::List(list) if list.path.is_ident("derive") => list.tokens.to_string().contains("Serialize"),
        Meta::List(_) | Meta::Path(_) | Meta::NameValue(_) => false,
    };
    let derived = attributes.iter().any(derives);
    Some(Type { name: name.to_string(), module: module.to_owned(), doc: doc(attributes), kind, derived })
}

fn fields_of(fields: &syn::Fields) -> Fields {
    match fields {
        syn::Fields::Named(named) => Fields::Named(
            named
                .named
                .iter()
                .map(|field| {
                    let own = field.ident.as_ref().expect("a named field has a name").to_string();
                    let name = renamed(&field.attrs).unwrap_or(own);
                    Field { name, doc: doc(&field.attrs), kind: field.ty.clone(), optional: serde(&field.attrs).contains("default") }
                })
                .collect(),
        ),
        syn::Fields::Unnamed(unnamed) => match unnamed.unnamed.first() {
            Some(field) => Fields::Of(Box::new(field.ty.clone())),
            None => Fields::None,
        },
        syn::Fields::Unit => Fields::None,
    }
}

/// What stands in the attributes for serde.
fn serde(attributes: &[Attribute]) -> String {
    let of_serde = attributes.iter().filter_map(|attribute| match &attribute.meta {
        Meta::List(list) if list.path.is_ident("serde") => Some(list.tokens.to_string()),
        Meta::List(_) | Meta::Path(_) | Meta::NameValue(_) => None,
    });
    of_serde.collect::<Vec<_>>().join(", ")
}

fn renamed(attributes: &[Attribute]) -> Option<String> {
    let said = serde(attributes);
    let (_, rest) = said.split_once("rename = \"")?;
    rest.split('"').next().map(str::to_owned)
}

/// The documentation as one line; links to code become code.
fn doc(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter_map(|attribute| match &attribute.meta {
        Meta::NameValue(named) if named.path.is_ident("doc") => match &named.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value().trim().to_owned()),
            _ => None,
        },
        Meta::NameValue(_) | Meta::List(_) | Meta::Path(_) => None,
    });
    let text = lines.collect::<Vec<_>>().join(" ");
    let mut parts = text.split("[`");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |plain, part| {
        let (code, rest) = part.split_once("`]").unwrap_or((part, ""));
        let rest = rest.strip_prefix('(').and_then(|rest| rest.split_once(')')).map_or(rest, |(_, rest)| rest);
        format!("{plain}`{}`{rest}", code.rsplit("::").next().unwrap_or(code))
    })
}

/// The last name of a type's path, and its arguments.
fn path(kind: &syn::Type) -> (String, Vec<syn::Type>) {
    let syn::Type::Path(path) = kind else { panic!("a message has a field of an unnamed type") };
    let last = path.path.segments.last().expect("a path has names");
    let arguments = match &last.arguments {
        PathArguments::AngleBracketed(arguments) => arguments.args.iter().filter_map(|argument| match argument {
            GenericArgument::Type(kind) => Some(kind.clone()),
            _ => None,
        }),
        PathArguments::None | PathArguments::Parenthesized(_) => return (last.ident.to_string(), Vec::new()),
    };
    (last.ident.to_string(), arguments.collect())
}
