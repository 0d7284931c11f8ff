//! Presence: how things are at a student's end, said to the server; and who is there, as the server says. Kept in memory only.

use super::{Effect, Replica, TabWord};
use crate::{
    account::Role,
    ids::{AccountId, ClassId},
    protocol::{ClientMessage, Presence, Present},
};
use std::collections::BTreeMap;

/// A tab that is looked at says so every second; after so many seconds without a word of any, nobody looks.
const LOOKED_AT_TICKS: u64 = 2;

/// So often, in ticks, a page of a teacher's or administrator's that is looked at says so: on a shared computer their session ends without.
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
    /// What was said last over this line; a server takes whoever has said nothing for this.
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

    /// The owner's line.
    pub(super) fn line_is(&mut self, live: bool) {
        if !live {
            self.known.clear();
        }
    }
}

impl Replica {
    /// What is known of a student's presence in a class; none while the line is down, or if the student was not here since the server started.
    pub fn presence(&self, class: ClassId, student: AccountId) -> Option<Present> {
        if self.line.is_live() { self.presence.known.get(&class)?.get(&student).copied() } else { None }
    }

    /// Somebody looks at this page, or turned away.
    pub(super) fn looking(&mut self, looking: bool, effects: &mut Vec<Effect>) {
        self.presence.hidden = !looking;
        self.tell_looking(effects);
        self.say_presence(effects);
    }

    /// Somebody looks at another tab.
    pub(super) fn looks_elsewhere(&mut self, effects: &mut Vec<Effect>) {
        self.presence.looked_at = Some(self.ticks);
        self.say_presence(effects);
    }

    fn tell_looking(&self, effects: &mut Vec<Effect>) {
        if !self.presence.hidden && !self.line.is_owner() {
            effects.push(Effect::Tell(TabWord::Looking));
        }
    }

    pub(super) fn say_presence_at_tick(&mut self, effects: &mut Vec<Effect>) {
        self.tell_looking(effects);
        self.say_presence(effects);
    }

    /// Says how things are if that is news, and at most once a second: most answers are on the server before the second is over. A teacher's page says
    /// only that it is looked at.
    pub(super) fn say_presence(&mut self, effects: &mut Vec<Effect>) {
        let elsewhere = self.presence.looked_at.is_some_and(|at| at + LOOKED_AT_TICKS >= self.ticks);
        let unsent = u32::try_from(self.waiting_answers()).unwrap_or(u32::MAX);
        let presence = Presence { away: self.presence.hidden && !elsewhere, unsent };
        let is_due = match self.role {
            Role::Student => presence != self.presence.said && self.presence.said_at != Some(self.ticks),
            // Of them nobody is told how things are.
            Role::Teacher | Role::Administrator => {
                !presence.away && self.presence.said_at.is_none_or(|at| self.ticks >= at + IN_SIGHT_TICKS)
            }
        };
        if self.line.may_send() && is_due {
            self.presence.said = presence;
            self.presence.said_at = Some(self.ticks);
            effects.push(Effect::say(&ClientMessage::Presence(presence)));
        }
    }

    /// The server says who is there.
    pub(super) fn take_presence(&mut self, class: ClassId, students: BTreeMap<AccountId, Present>, effects: &mut Vec<Effect>) {
        self.presence.known.entry(class).or_default().extend(students.clone());
        effects.push(Effect::Tell(TabWord::Presence { class, students }));
    }

    /// The owner of the line says who is there.
    pub(super) fn heard_presence(&mut self, class: ClassId, students: BTreeMap<AccountId, Present>) {
        if !self.line.is_owner() {
            self.presence.known.entry(class).or_default().extend(students);
        }
    }

    /// Another tab asks.
    pub(super) fn tell_presence(&self, effects: &mut Vec<Effect>) {
        if self.line.is_owner() && self.line.is_live() {
            let known = self.presence.known.iter();
            let words = known.map(|(class, students)| TabWord::Presence { class: *class, students: students.clone() });
            effects.extend(words.map(Effect::Tell));
        }
    }

    /// Of classes that may be read no more nothing is known.
    pub(super) fn forget_presence_of_others(&mut self) {
        let line = &self.line;
        self.presence.known.retain(|class, _| line.grants(&crate::feeds::Feed::Staff(*class)));
    }
}
