//! The texts of exports, in English.

use crate::texts::exports::Exports;

/// English.
pub const EXPORTS: Exports = Exports { title: "Export" };
