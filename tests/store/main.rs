//! The rulebook of the stores and of the engine over them: every rule holds over each store.

mod connection;
mod contract;
mod drift;
mod engine;
mod logins;
mod panicked;
mod places;
mod race;
mod school;
mod sqlite;

/// Runs functions over a [`places::Place`] as tests, once for each kind of store.
macro_rules! over_every_store {
    ($from:ident: $($rule:ident)+) => {
        mod in_memory { $( #[test] fn $rule() { super::$from::$rule(&crate::places::Memory::default()); } )+ }
        mod in_sqlite { $( #[test] fn $rule() { super::$from::$rule(&crate::places::Sqlite::default()); } )+ }
    };
}
pub(crate) use over_every_store;
