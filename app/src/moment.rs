//! The moment that is looked at: now, or as of an event of the class's history. It stands in the address, so that it can be kept.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate, hooks::use_query_map};

/// The moment in the address: `?at=k` is "as of event k"; without it the page is live.
#[derive(Clone, Copy)]
pub struct Moment {
    /// None is now.
    pub at: Memo<Option<usize>>,
}

/// The moment that the page below shows.
pub fn use_moment() -> Moment {
    let query = use_query_map();
    Moment { at: Memo::new(move |_| query.read().get("at")?.parse().ok()) }
}

impl Moment {
    /// An address with the moment in it, so that links stay at the moment.
    pub fn link(self, address: &str) -> String {
        match self.at.get() {
            Some(k) => format!("{address}?at={k}"),
            None => address.to_owned(),
        }
    }

    /// Goes to a moment of this page; none is now. The way back is not filled with every moment passed.
    pub fn go(self, address: &str, k: Option<usize>) {
        let address = k.map_or_else(|| address.to_owned(), |k| format!("{address}?at={k}"));
        use_navigate()(&address, NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() });
    }
}
