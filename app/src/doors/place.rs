//! The door to where one is: what the address of the page names.

use crate::address::Address;
#[cfg(feature = "teach")]
use domain::ids::ClassId;
use leptos::prelude::*;
#[cfg(feature = "teach")]
use leptos_router::hooks::use_params_map;
use leptos_router::hooks::use_url;

/// The place that the address names; `None` if its identifiers cannot be read.
pub fn use_address() -> Memo<Option<Address>> {
    let url = use_url();
    Memo::new(move |_| {
        let url = url.read();
        format!("{}?{}", url.path(), url.search()).parse().ok()
    })
}

/// The class that the address names, also where nothing else in it can be read.
#[cfg(feature = "teach")]
pub fn class_of_address() -> Memo<Option<ClassId>> {
    let params = use_params_map();
    Memo::new(move |_| params.read().get("class")?.parse().ok())
}
