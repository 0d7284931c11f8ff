//! Presence: telling the server and the other tabs that somebody is here, and hearing from them who else is.

use crate::{
    feeds::Feed,
    ids::{AccountId, ClassId},
    protocol::{ClientMessage, Present},
    replica::{Effect, Replica, TabWord},
};
use std::collections::BTreeMap;

impl Replica {
    /// A student's presence in a class, as the server last said; `None` while the line is down, or if the student was not here since the server started.
    pub fn presence(&self, class: ClassId, student: AccountId) -> Option<Present> {
        if self.line.is_live() { self.presence.of(class, student) } else { None }
    }

    /// Somebody looks at this page, or turned away.
    pub(in crate::replica) fn looking(&mut self, looking: bool) {
        self.presence.looks(looking);
        self.say_that_somebody_looks();
    }

    /// Somebody looks at another tab.
    pub(in crate::replica) fn looks_elsewhere(&mut self) {
        self.presence.looks_elsewhere(self.ticks);
        self.say_presence();
    }

    /// Tells the tab with the socket that somebody looks at this page; the tab with the socket tells the server.
    pub(in crate::replica) fn say_that_somebody_looks(&mut self) {
        if self.presence.is_looked_at() && !self.tabs.is_owner() {
            self.effects.push(Effect::Tell(TabWord::Looking));
        }
        self.say_presence();
    }

    /// Sends this account's presence to the server, if it has to be said now.
    pub(in crate::replica) fn say_presence(&mut self) {
        if self.line.may_send()
            && let Some(presence) = self.presence.say(self.role, self.waiting_answers(), self.ticks)
        {
            self.effects.push(Effect::say(&ClientMessage::Presence(presence)));
        }
    }

    /// The server says who is there.
    pub(in crate::replica) fn take_presence(&mut self, class: ClassId, students: BTreeMap<AccountId, Present>) {
        self.presence.learn(class, students.clone());
        self.effects.push(Effect::Tell(TabWord::Presence { class, students }));
    }

    /// The owner of the line says who is there.
    pub(in crate::replica) fn heard_presence(&mut self, class: ClassId, students: BTreeMap<AccountId, Present>) {
        if !self.tabs.is_owner() {
            self.presence.learn(class, students);
        }
    }

    /// Another tab asks who is there: the owner of the line tells it.
    pub(in crate::replica) fn tell_presence(&mut self) {
        if self.tabs.is_owner() && self.line.is_live() {
            let known = self.presence.known().iter();
            let words = known.map(|(class, students)| TabWord::Presence { class: *class, students: students.clone() });
            self.effects.extend(words.map(Effect::Tell));
        }
    }

    /// Forgets who is there in classes that this account may no longer read.
    pub(in crate::replica) fn forget_presence_of_others(&mut self) {
        self.presence.forget_all_but(|class| self.line.grants(&Feed::Staff(class)));
    }
}
