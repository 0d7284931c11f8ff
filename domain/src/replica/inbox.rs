//! The inbox: what was refused or changed and nobody has dismissed yet, each with what built on it.

use super::{
    Change, Durability, Effect, Purpose, Replica,
    outbox::is_worth_a_word,
    storage::{Queued, Settled},
};
use crate::{command::Command, event::StreamId, ids::DeviceId, protocol::Outcome};
use std::collections::BTreeMap;

/// A refused or changed command, with those that were refused because of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group<'r> {
    /// The first of them that is worth a word.
    pub first: &'r Settled,
    /// The others that are, in order.
    pub dependents: Vec<&'r Settled>,
    /// How many more there were, of which nobody entered anything.
    pub others: usize,
}

#[derive(Debug, Default)]
pub(super) struct Inbox {
    /// Told one by one.
    pub(super) told: Vec<Settled>,
    /// Only counted: what depended on one of those told, and nobody misses.
    counted: Vec<Settled>,
    /// Per stream, the command from which on all were refused.
    chains: BTreeMap<StreamId, u64>,
}

/// The group that it belongs to.
fn root(settled: &Settled) -> (DeviceId, u64) {
    (settled.device, settled.because.unwrap_or(settled.number))
}

fn name(settled: &Settled) -> (DeviceId, u64) {
    (settled.device, settled.number)
}

impl Inbox {
    /// Says of a result whether it built on an earlier refusal, and whether anybody needs to be told; keeps it if so.
    pub(super) fn take_in(&mut self, settled: &mut Settled, worth_a_word: bool) {
        match settled.outcome {
            Outcome::Accepted { .. } => _ = self.chains.remove(&settled.command.stream),
            Outcome::Refused(_) | Outcome::Forbidden {} => {
                let first = *self.chains.entry(settled.command.stream).or_insert(settled.number);
                settled.because = (first < settled.number).then_some(first);
                let counted = !worth_a_word && self.told.iter().any(|told| root(told) == root(settled));
                settled.seen = !worth_a_word && !counted;
                if counted && !self.counted.iter().any(|known| name(known) == name(settled)) {
                    self.counted.push(settled.clone());
                }
            }
        }
        if !settled.seen && (settled.changed || worth_a_word) && !self.told.iter().any(|known| name(known) == name(settled)) {
            self.told.push(settled.clone());
        }
    }

    /// Another device's numbers mean nothing to this one.
    pub(super) fn forget_chains(&mut self) {
        self.chains.clear();
    }
}

impl Replica {
    /// What was refused or changed and is worth a word, not dismissed yet, oldest first.
    pub fn inbox(&self) -> &[Settled] {
        &self.inbox.told
    }

    /// The same in groups: a refused command with what built on it.
    pub fn inbox_groups(&self) -> Vec<Group<'_>> {
        let mut groups: Vec<Group<'_>> = Vec::new();
        for settled in &self.inbox.told {
            match groups.iter_mut().find(|group| root(group.first) == root(settled)) {
                Some(group) => group.dependents.push(settled),
                None => {
                    let others = self.inbox.counted.iter().filter(|counted| root(counted) == root(settled)).count();
                    groups.push(Group { first: settled, dependents: Vec::new(), others });
                }
            }
        }
        groups
    }

    /// Dismisses something from the inbox; with the last of a group also those that were only counted.
    pub fn dismiss(&mut self, device: DeviceId, number: u64, effects: &mut Vec<Effect>) {
        self.dismiss_all(|settled| name(settled) == (device, number), effects);
    }

    /// Dismisses a whole group, by the name of its first.
    pub fn dismiss_group(&mut self, device: DeviceId, number: u64, effects: &mut Vec<Effect>) {
        let Some(first) = self.inbox.told.iter().find(|settled| name(settled) == (device, number)) else { return };
        let group = root(first);
        self.dismiss_all(|settled| root(settled) == group, effects);
    }

    fn dismiss_all(&mut self, which: impl Fn(&Settled) -> bool, effects: &mut Vec<Effect>) {
        let mut gone: Vec<Settled> = Vec::new();
        self.inbox.told.retain(|settled| {
            let goes = which(settled);
            gone.extend(goes.then(|| settled.clone()));
            !goes
        });
        let left: Vec<_> = self.inbox.told.iter().map(root).collect();
        let roots: Vec<_> = gone.iter().map(root).filter(|root| !left.contains(root)).collect();
        self.inbox.counted.retain(|settled| {
            let goes = roots.contains(&root(settled));
            gone.extend(goes.then(|| settled.clone()));
            !goes
        });
        if gone.is_empty() {
            return;
        }
        let purpose = Purpose::Dismiss(gone.iter().map(name).collect());
        let changes = gone.into_iter().map(|settled| Change::Dismiss(Settled { seen: true, ..settled })).collect();
        self.store(Durability::Strict, changes, purpose, effects);
    }

    /// The database is right about what was refused or changed, but for what this tab has just told it.
    pub(super) fn reconcile_inbox(&mut self, results: Vec<Settled>) {
        let settling = self.settling();
        let told = std::mem::take(&mut self.inbox.told).into_iter().chain(std::mem::take(&mut self.inbox.counted));
        let kept: Vec<Settled> = told.filter(|settled| Some(settled.device) == self.device && settling.contains(&settled.number)).collect();
        let dismissing: Vec<(DeviceId, u64)> = self
            .transactions
            .values()
            .filter_map(|purpose| if let Purpose::Dismiss(names) = purpose { Some(names) } else { None })
            .flatten()
            .copied()
            .collect();
        let known: Vec<_> = kept.iter().map(name).collect();
        let stored = results.into_iter().filter(|settled| !dismissing.contains(&name(settled)) && !known.contains(&name(settled)));
        for settled in stored.chain(kept) {
            if Some(settled.device) == self.device && settled.outcome_is_no() {
                self.inbox.chains.entry(settled.command.stream).or_insert(settled.because.unwrap_or(settled.number));
            }
            let Queued { stream, body, .. } = &settled.command;
            if settled.changed || is_worth_a_word(Command::read(stream, body).ok().as_ref()) {
                self.inbox.told.push(settled);
            } else {
                self.inbox.counted.push(settled);
            }
        }
    }
}

impl Settled {
    fn outcome_is_no(&self) -> bool {
        match self.outcome {
            Outcome::Accepted { .. } => false,
            Outcome::Refused(_) | Outcome::Forbidden {} => true,
        }
    }
}
