//! What the person should know of this device, said until they have read it.

use super::Client;
use crate::device;
use domain::time::Timestamp;
use leptos::prelude::*;
use serde::Serialize;
use std::cell::RefCell;

/// How many notices are kept for a support bundle.
const KEPT_MAX: usize = 50;

/// Something to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub enum Notice {
    /// The browser has deleted what was stored here.
    Evicted,
    /// The server was restored from a backup: this many commands were put back into the outbox to be resent.
    SentAgain(u64),
    /// The browser stores nothing for this page: closing it loses what was not sent.
    KeepsNothing,
    /// Another tab holds on to the database, and this one waits for it.
    DatabaseWaits,
    /// The database could not be opened again and again: loading the page again may help.
    DatabaseFails,
}

/// A notice with its moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Noticed {
    /// When.
    pub at: Timestamp,
    /// What.
    pub notice: Notice,
}

/// All of them.
#[derive(Default)]
pub struct Notices {
    shown: RwSignal<Vec<Notice>>,
    recent: RefCell<Vec<Noticed>>,
}

impl Client {
    pub(super) fn notice(&self, notice: Notice) {
        let mut recent = self.notices.recent.borrow_mut();
        recent.push(Noticed { at: device::now(), notice });
        let surplus = recent.len().saturating_sub(KEPT_MAX);
        recent.drain(..surplus);
        if !self.notices.shown.with_untracked(|shown| shown.contains(&notice)) {
            self.notices.shown.update(|shown| shown.push(notice));
        }
    }

    /// Those to show.
    pub fn notices(&self) -> Signal<Vec<Notice>> {
        self.notices.shown.into()
    }

    /// Removes a notice that somebody has read, or that does not apply any more.
    pub fn dismiss_notice(&self, notice: Notice) {
        if self.notices.shown.with_untracked(|shown| shown.contains(&notice)) {
            self.notices.shown.update(|shown| shown.retain(|other| *other != notice));
        }
    }

    /// The last ones, also those that were read.
    pub fn recent_notices(&self) -> Vec<Noticed> {
        self.notices.recent.borrow().clone()
    }
}
