//! Presence: what this device tells the server of its own account, and who is there, as the server says. Kept in memory only.

use crate::{
    account::Role,
    ids::{AccountId, ClassId},
    protocol::{Presence, Present},
};
use std::collections::BTreeMap;

/// A tab that is looked at says so every second; after so many seconds without a word of any, nobody looks.
const LOOKED_AT_TICKS: u64 = 2;

/// How often, in ticks, a teacher's or administrator's page says that somebody looks at it: without that, their session on a shared computer ends.
const IN_SIGHT_TICKS: u64 = 60;

/// What is known.
#[derive(Debug, Default)]
pub(super) struct Watch {
    /// Who is there, by class.
    known: BTreeMap<ClassId, BTreeMap<AccountId, Present>>,
    /// Nobody looks at this page.
    hidden: bool,
    /// When another tab was last looked at, in ticks.
    looked_at: Option<u64>,
    /// What was said last over this line; at first, what the server assumes of anybody who has said nothing.
    said: Presence,
    /// When, in ticks.
    said_at: Option<u64>,
}

impl Watch {
    /// Whoever was there over another line may not be there now, and nothing was said over this one.
    pub(super) fn begin_anew(&mut self) {
        self.known.clear();
        self.said = Presence::default();
        self.said_at = None;
    }

    /// The owner says whether its line is up. While it is not, nobody knows who is there.
    pub(super) fn line_is(&mut self, live: bool) {
        if !live {
            self.known.clear();
        }
    }
    /// What is known of a student in a class.
    pub(super) fn of(&self, class: ClassId, student: AccountId) -> Option<Present> {
        self.known.get(&class)?.get(&student).copied()
    }

    /// Who is there, by class.
    pub(super) fn known(&self) -> &BTreeMap<ClassId, BTreeMap<AccountId, Present>> {
        &self.known
    }

    /// The server says who is there, or the tab that it told.
    pub(super) fn learn(&mut self, class: ClassId, students: BTreeMap<AccountId, Present>) {
        self.known.entry(class).or_default().extend(students);
    }

    /// Forgets who is there in classes that this account may no longer read.
    pub(super) fn forget_all_but(&mut self, may_read: impl Fn(ClassId) -> bool) {
        self.known.retain(|class, _| may_read(*class));
    }

    /// Somebody looks at this page, or turned away.
    pub(super) fn looks(&mut self, looks: bool) {
        self.hidden = !looks;
    }

    /// Whether somebody looks at this page.
    pub(super) fn is_looked_at(&self) -> bool {
        !self.hidden
    }

    /// Somebody looks at another tab.
    pub(super) fn looks_elsewhere(&mut self, ticks: u64) {
        self.looked_at = Some(ticks);
    }

    /// The presence to send now over the line, if any; it counts as said. A student's is sent when it has changed, at most once a second, since most answers
    /// are on the server before the second is over. A teacher's or administrator's page says only, now and then, that somebody looks at it.
    pub(super) fn say(&mut self, role: Role, unsent: usize, ticks: u64) -> Option<Presence> {
        let elsewhere = self.looked_at.is_some_and(|at| at + LOOKED_AT_TICKS >= ticks);
        let presence = Presence { away: self.hidden && !elsewhere, unsent: u32::try_from(unsent).unwrap_or(u32::MAX) };
        let is_due = match role {
            Role::Student => presence != self.said && self.said_at != Some(ticks),
            // Nobody is shown their presence.
            Role::Teacher | Role::Administrator => !presence.away && self.said_at.is_none_or(|at| ticks >= at + IN_SIGHT_TICKS),
        };
        is_due.then(|| {
            self.said = presence;
            self.said_at = Some(ticks);
            presence
        })
    }
}
