//! Where a page is: the addresses that somebody of a role begins at, and what the present address names.

use domain::{
    account::Role,
    ids::{ClassId, UnitId},
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

/// Where somebody of this role looks after their account: within their half of the app.
pub fn own_account(role: Role) -> &'static str {
    match role {
        Role::Student => "/account",
        Role::Teacher | Role::Administrator => "/teach/account",
    }
}

/// Where somebody of this role begins.
pub fn home(role: Role) -> &'static str {
    match role {
        Role::Student => "/learn",
        Role::Teacher | Role::Administrator => "/teach",
    }
}

/// Where a class's unit is worked on.
pub fn unit(class: ClassId, unit: UnitId) -> String {
    format!("/learn/{class}/{unit}")
}

/// The class that the address names.
pub fn class_of_address() -> Memo<Option<ClassId>> {
    let params = use_params_map();
    Memo::new(move |_| params.read().get("class")?.parse().ok())
}
