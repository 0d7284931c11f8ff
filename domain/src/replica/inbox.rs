//! The inbox: the commands that were refused or changed and that nobody has dismissed yet, each with those that built on it.

use super::storage::{Queued, Settled};
use crate::{command::Command, event::StreamId, ids::DeviceId, protocol::Outcome};
use std::collections::BTreeMap;

/// A refused or changed command, with those that were refused because of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group<'r> {
    /// The first of them that is worth a word.
    pub first: &'r Settled,
    /// The others that are, in order.
    pub dependents: Vec<&'r Settled>,
    /// How many more there were that carry nobody's input.
    pub others: usize,
}

/// What is known of results that nobody has seen.
#[derive(Debug, Default)]
pub(super) struct Inbox {
    /// Told one by one.
    told: Vec<Settled>,
    /// Only counted: they carry nobody's input, and were refused because of one of those told.
    counted: Vec<Settled>,
    /// Per stream, the command from which on all were refused.
    chains: BTreeMap<StreamId, u64>,
}

/// Only commands that carry somebody's input are reported when they are refused: answers, and what teachers do.
pub(super) fn is_worth_a_word(command: Option<&Command>) -> bool {
    command.and_then(Command::attempt).is_none_or(|(_, command)| command.inputs().is_some())
}

/// The group that it belongs to.
fn root(settled: &Settled) -> (DeviceId, u64) {
    (settled.device, settled.because.unwrap_or(settled.number))
}

/// How a result is named.
pub(super) fn name(settled: &Settled) -> (DeviceId, u64) {
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
    /// The refused or changed commands that a person should hear of and has not dismissed yet, oldest first.
    pub(super) fn told(&self) -> &[Settled] {
        &self.told
    }

    /// The same in groups: a refused command with what built on it.
    pub(super) fn groups(&self) -> Vec<Group<'_>> {
        let mut groups: Vec<Group<'_>> = Vec::new();
        for settled in &self.told {
            match groups.iter_mut().find(|group| root(group.first) == root(settled)) {
                Some(group) => group.dependents.push(settled),
                None => {
                    let others = self.counted.iter().filter(|counted| root(counted) == root(settled)).count();
                    groups.push(Group { first: settled, dependents: Vec::new(), others });
                }
            }
        }
        groups
    }

    /// Takes out one result; with the last of a group also those that were only counted. Returns all that it took out.
    pub(super) fn dismiss(&mut self, of: (DeviceId, u64)) -> Vec<Settled> {
        self.dismiss_all(|settled| name(settled) == of)
    }

    /// Takes out a whole group, named by its first result. Returns all that it took out.
    pub(super) fn dismiss_group(&mut self, of: (DeviceId, u64)) -> Vec<Settled> {
        let Some(first) = self.told.iter().find(|settled| name(settled) == of) else { return Vec::new() };
        let group = root(first);
        self.dismiss_all(|settled| root(settled) == group)
    }

    fn dismiss_all(&mut self, which: impl Fn(&Settled) -> bool) -> Vec<Settled> {
        let mut gone: Vec<Settled> = self.told.extract_if(.., |settled| which(settled)).collect();
        let left: Vec<_> = self.told.iter().map(root).collect();
        let roots: Vec<_> = gone.iter().map(root).filter(|root| !left.contains(root)).collect();
        gone.extend(self.counted.extract_if(.., |settled| roots.contains(&root(settled))));
        gone
    }

    /// The database is right about what was refused or changed, but for what this tab is storing just now: the results of the commands `settling` of the
    /// present device, and that the results `dismissing` were seen.
    pub(super) fn reconcile(&mut self, results: Vec<Settled>, device: Option<DeviceId>, settling: &[u64], dismissing: &[(DeviceId, u64)]) {
        let told = std::mem::take(&mut self.told).into_iter().chain(std::mem::take(&mut self.counted));
        let kept: Vec<Settled> = told.filter(|settled| Some(settled.device) == device && settling.contains(&settled.number)).collect();
        let known: Vec<_> = kept.iter().map(name).collect();
        let stored = results.into_iter().filter(|settled| !dismissing.contains(&name(settled)) && !known.contains(&name(settled)));
        for settled in stored.chain(kept) {
            if Some(settled.device) == device && settled.outcome_is_no() {
                self.chains.entry(settled.command.stream).or_insert(settled.because.unwrap_or(settled.number));
            }
            let Queued { stream, body, .. } = &settled.command;
            if settled.changed || is_worth_a_word(Command::read(stream, body).ok().as_ref()) {
                self.told.push(settled);
            } else {
                self.counted.push(settled);
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
