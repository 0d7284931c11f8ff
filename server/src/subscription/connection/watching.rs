//! Presence: what a student's page reports of itself goes to the hub, and teachers are told of their classes, many changes in one message.

use super::{Connection, Effect};
use domain::{
    account::Role,
    feeds::Feed,
    ids::{AccountId, ClassId},
    protocol::{Presence, Present, ServerMessage},
    time::Timestamp,
};
use std::{collections::BTreeMap, mem, time::Duration};

/// The least time between two messages about presence.
const PAUSE: Duration = Duration::from_millis(250);

/// The presence still to be told: only the latest of each student.
#[derive(Debug, Default)]
pub(super) struct Watching {
    due: BTreeMap<ClassId, BTreeMap<AccountId, Present>>,
    /// Nothing is told before this moment.
    next: Timestamp,
    /// A nudge was asked for, and will come at that moment.
    nudged: bool,
}

impl Connection {
    /// A student counts as present from the welcome on. (A teacher's page connects by itself, so that says nothing of whether anybody is there.)
    pub(super) fn arrived(&mut self) {
        if self.directory.account(self.guest.account).is_some_and(|known| known.role == Role::Student) {
            self.effects.push(Effect::Present(Presence::default()));
        }
    }

    /// Takes in what a page reports of its presence. A student's report goes to the hub. A teacher's is told to nobody, but while somebody looks at
    /// the page, the session is in use.
    pub(super) fn present(&mut self, presence: Presence) {
        match self.directory.account(self.guest.account).map(|known| known.role) {
            Some(Role::Student) => self.effects.push(Effect::Present(presence)),
            Some(Role::Teacher | Role::Administrator) if !presence.away => self.effects.push(Effect::Used),
            Some(Role::Teacher | Role::Administrator) | None => {}
        }
    }

    /// Has the hub tell who is there, in the classes of these feeds: everybody at first, then whoever's presence changes.
    pub(super) fn watch<'f>(&mut self, feeds: impl Iterator<Item = &'f Feed>) {
        let classes = feeds.filter_map(|feed| match feed {
            Feed::Staff(class) => Some(*class),
            Feed::Student(_) | Feed::Class(_) | Feed::Course(_) | Feed::Corrections(_) | Feed::Unit(..) | Feed::School(_) => None,
        });
        self.effects.extend(classes.map(Effect::Watch));
    }

    /// The hub has changes of presence.
    pub(super) fn stirred(&mut self, now: Timestamp, presence: BTreeMap<ClassId, BTreeMap<AccountId, Present>>) {
        for (class, students) in presence {
            self.watching.due.entry(class).or_default().extend(students);
        }
        self.tell_presence(now);
    }

    /// The pause is over.
    pub(super) fn nudge(&mut self, now: Timestamp) {
        self.watching.nudged = false;
        self.tell_presence(now);
    }

    fn tell_presence(&mut self, now: Timestamp) {
        // Nothing is told of a class that this account may not read any more.
        let places = &self.places;
        self.watching.due.retain(|class, _| places.has(&Feed::Staff(*class)));
        if self.watching.due.is_empty() {
            return;
        }
        // The next message is never due later than one pause from now: if it seems to be, the clock was set back, and nothing is waited for.
        let pause = u64::try_from(self.watching.next.0.saturating_sub(now.0)).map_or(Duration::ZERO, Duration::from_millis);
        if pause > Duration::ZERO && pause <= PAUSE {
            if !mem::replace(&mut self.watching.nudged, true) {
                self.effects.push(Effect::NudgeIn(pause));
            }
            return;
        }
        self.watching.next = Timestamp(now.0.saturating_add(i64::try_from(PAUSE.as_millis()).expect("a pause is short")));
        for (class, students) in mem::take(&mut self.watching.due) {
            self.say(&ServerMessage::Presence { class, students });
        }
    }
}
