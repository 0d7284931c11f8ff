//! The moment that is looked at: now, or as of an event of the class's history. It stands in the address, so that it can be kept.

use crate::{address::Address, device};
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate, use_query_map},
    params::ParamsMap,
};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};

/// The address changes once the slider has been still for this long: browsers let it change only so often.
const SETTLES_AFTER: Duration = Duration::from_millis(200);

/// The moment that the page shows: `?at=k` is "as of event k", without it the page is live; `&with=j` shows what is different from event j.
#[derive(Clone, Copy)]
pub struct Moment {
    /// The moment that is shown; `None` is now. It follows the slider while that is dragged.
    pub at: Memo<Option<usize>>,
    /// The other moment, that this one is compared with.
    pub with: Memo<Option<usize>>,
    address: Memo<Moments>,
    shown: Memo<Moments>,
    path: Memo<String>,
    query: Memo<ParamsMap>,
    navigate: StoredValue<Navigate, LocalStorage>,
}

type Navigate = Rc<dyn Fn(&str, NavigateOptions)>;

/// What an address says of moments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Moments {
    at: Option<usize>,
    with: Option<usize>,
}

/// The slider is being moved: the page shows where it is, and the address changes later.
#[derive(Debug, Clone, PartialEq)]
struct Passing {
    path: String,
    /// What the address said when the move began. Once the address says something else, the address counts.
    from: Moments,
    to: Moments,
}

thread_local! {
    static PASSING: ArcRwSignal<Option<Passing>> = ArcRwSignal::new(None);
    /// What the next frame is to show.
    static NEXT: RefCell<Option<Passing>> = const { RefCell::new(None) };
    static MOVES: Cell<u64> = const { Cell::new(0) };
}

/// The moment that the page below shows.
pub fn use_moment() -> Moment {
    let query = use_query_map();
    let path = use_location().pathname;
    let number = move |name: &str| query.read().get_str(name).and_then(|number| number.parse().ok());
    let address = Memo::new(move |_| Moments { at: number("at"), with: number("with") });
    let shown = Memo::new(move |_| {
        let (address, path) = (address.get(), path.get());
        let passing = PASSING.with(ArcRwSignal::get);
        passing.filter(|passing| passing.path == path && passing.from == address).map_or(address, |passing| passing.to)
    });
    let navigate: Navigate = Rc::new(use_navigate());
    Moment {
        at: Memo::new(move |_| shown.get().at),
        with: Memo::new(move |_| shown.get().with),
        address,
        shown,
        path,
        query,
        navigate: StoredValue::new_local(navigate),
    }
}

impl Moment {
    /// An address with the moment in it, so that links stay at the moment.
    pub fn link(self, address: &Address) -> String {
        let address = address.to_string();
        match self.address.get().at {
            Some(k) if address.contains('?') => format!("{address}&at={k}"),
            Some(k) => format!("{address}?at={k}"),
            None => address,
        }
    }

    /// Whether the page shows now, and so things can be done on it.
    pub fn is_live(self) -> bool {
        self.at.get().is_none()
    }

    /// Whether the slider is being moved, and the address has not changed yet.
    pub fn is_passing(self) -> bool {
        self.address.get() != self.shown.get()
    }

    /// Shows a moment of this page; `None` is now. The page changes in the next frame, the address once no other move follows for a while.
    pub fn look(self, at: Option<usize>) {
        self.pass(|before| Moments { at, ..before });
    }

    /// Compares with a moment; `None` with nothing.
    pub fn compare(self, with: Option<usize>) {
        self.pass(|before| Moments { with, ..before });
    }

    fn pass(self, to: impl FnOnce(Moments) -> Moments) {
        let (path, from) = (self.path.get_untracked(), self.address.get_untracked());
        let before = NEXT.with_borrow(|next| next.as_ref().map(|next| next.to)).unwrap_or_else(|| self.shown.get_untracked());
        let next = Passing { path, from, to: to(before) };
        let (to, is_first) = (next.to, NEXT.with_borrow_mut(|waiting| waiting.replace(next)).is_none());
        if is_first {
            request_animation_frame(|| {
                let next = NEXT.with_borrow_mut(Option::take);
                PASSING.with(|passing| passing.set(next));
            });
        }
        let moves = MOVES.get() + 1;
        MOVES.set(moves);
        device::after(SETTLES_AFTER, move || {
            if MOVES.get() == moves {
                self.settle(to);
            }
        });
    }

    /// Changes the address, replacing the entry in the browser's history, so that the way back does not fill with every moment passed.
    fn settle(self, to: Moments) {
        let (Some(path), Some(mut query)) = (self.path.try_get_untracked(), self.query.try_get_untracked()) else { return };
        for (name, number) in [("at", to.at), ("with", to.with)] {
            query.remove(name);
            if let Some(number) = number {
                query.insert(name, number.to_string());
            }
        }
        let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
        // A page that is gone goes nowhere.
        _ = self.navigate.try_with_value(|navigate| navigate(&format!("{path}{}", query.to_query_string()), options));
    }
}
