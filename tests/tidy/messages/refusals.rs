//! What each command may be refused as: the refusals that `decide` names on the command's way, itself or in what it calls. Some of them may not be
//! possible in fact; one that is not named is not possible.

use super::types::Types;
use std::collections::{BTreeMap, BTreeSet};
use syn::{
    Arm, Block, Expr, ExprCall, ExprMethodCall, ExprPath, Item, Pat, PatStruct, Stmt,
    visit::{self, Visit},
};

/// What a piece of code names: commands it is for, refusals, and functions that it calls.
#[derive(Debug, Default, Clone)]
struct Named {
    commands: BTreeSet<String>,
    refusals: BTreeSet<String>,
    calls: BTreeSet<String>,
    returns: bool,
}

impl<'ast> Visit<'ast> for Named {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names: Vec<_> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        match names.as_slice() {
            [.., kind, name] if kind == "Command" => _ = self.commands.insert(name.clone()),
            [.., kind, name] if kind == "Refusal" => _ = self.refusals.insert(name.clone()),
            _ => {}
        }
        visit::visit_path(self, path);
    }

    fn visit_pat_struct(&mut self, pattern: &'ast PatStruct) {
        self.visit_path(&pattern.path);
        visit::visit_pat_struct(self, pattern);
    }

    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        if let Expr::Path(ExprPath { path, .. }) = &*call.func {
            self.calls.extend(path.segments.last().map(|segment| segment.ident.to_string()));
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        self.calls.insert(call.method.to_string());
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_return(&mut self, back: &'ast syn::ExprReturn) {
        self.returns = true;
        visit::visit_expr_return(self, back);
    }
}

/// The functions of an aggregate, by name.
#[derive(Default)]
struct Functions(BTreeMap<String, Vec<Named>>);

impl<'ast> Visit<'ast> for Functions {
    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.add(&function.sig.ident, &function.block);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.add(&function.sig.ident, &function.block);
    }
}

impl Functions {
    fn add(&mut self, name: &syn::Ident, block: &Block) {
        let mut named = Named::default();
        named.visit_block(block);
        self.0.entry(name.to_string()).or_default().push(named);
    }

    /// The refusals of a piece of code, with those of all that it calls.
    fn refusals(&self, named: &Named) -> BTreeSet<String> {
        let (mut found, mut seen, mut open) = (named.refusals.clone(), BTreeSet::new(), named.calls.clone());
        while let Some(call) = open.pop_first() {
            // What is decided, and what follows from it, is not a part of itself.
            if ["decide", "evolve"].contains(&call.as_str()) || !seen.insert(call.clone()) {
                continue;
            }
            for function in self.0.get(&call).into_iter().flatten() {
                found.extend(function.refusals.iter().cloned());
                open.extend(function.calls.iter().cloned());
            }
        }
        found
    }
}

fn of(visit: impl FnOnce(&mut Named)) -> Named {
    let mut named = Named::default();
    visit(&mut named);
    named
}

/// By command, what it may be refused as.
pub fn by_command(types: &Types, aggregate: &str) -> BTreeMap<String, BTreeSet<String>> {
    let files = types.files(aggregate);
    let mut functions = Functions::default();
    files.iter().for_each(|file| functions.visit_file(file));
    let decide = files.iter().flat_map(|file| &file.items).find_map(decide).expect("an aggregate decides");
    let all: BTreeSet<String> = types.named(aggregate, "Command").variants().iter().map(|variant| variant.name.clone()).collect();
    let mut found: BTreeMap<String, BTreeSet<String>> = all.iter().map(|name| (name.clone(), BTreeSet::new())).collect();
    let mut done = BTreeSet::new();
    let mut add = |commands: &BTreeSet<String>, done: &BTreeSet<String>, refusals: &BTreeSet<String>| {
        let concerned = if commands.is_empty() { &all } else { commands };
        for command in concerned.difference(done) {
            found.get_mut(command).expect("a command that there is").extend(refusals.iter().cloned());
        }
    };
    for statement in &decide.stmts {
        match statement {
            // The case of a command that is over with here.
            Stmt::Expr(Expr::If(branch), _) => {
                let (condition, then) = (of(|named| named.visit_expr(&branch.cond)), of(|named| named.visit_block(&branch.then_branch)));
                add(&condition.commands, &done, &functions.refusals(&then));
                if then.returns {
                    done.extend(condition.commands);
                }
            }
            Stmt::Expr(Expr::Match(cases), _) => {
                for Arm { pat, guard, body, .. } in &cases.arms {
                    let commands = of(|named| named.visit_pat(pat)).commands;
                    let mut named = of(|named| named.visit_expr(body));
                    if let Some((_, guard)) = guard {
                        named.visit_expr(guard);
                    }
                    add(&commands, &done, &functions.refusals(&named));
                }
            }
            // What is only given a name is counted where it is called: see what a command's case calls.
            Stmt::Local(local) => {
                let named = of(|named| named.visit_local(local));
                if let Pat::Ident(name) = &local.pat {
                    functions.0.entry(name.ident.to_string()).or_default().push(named);
                }
            }
            Stmt::Expr(other, _) => add(&BTreeSet::new(), &done, &functions.refusals(&of(|named| named.visit_expr(other)))),
            Stmt::Item(_) | Stmt::Macro(_) => {}
        }
    }
    found
}

/// The body of `decide`.
fn decide(item: &Item) -> Option<&Block> {
    let Item::Impl(implemented) = item else { return None };
    let (_, path, _) = implemented.trait_.as_ref()?;
    path.segments.last().filter(|segment| segment.ident == "Decider")?;
    implemented.items.iter().find_map(|item| match item {
        syn::ImplItem::Fn(function) if function.sig.ident == "decide" => Some(&function.block),
        _ => None,
    })
}
