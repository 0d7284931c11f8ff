//! The line to the server: connecting, greeting, and what each frame means.

use super::{
    Effect, Feed, Loading, Purpose, Replica, TabWord,
    reading::Folded,
    storage::{Change, Chunk, Durability},
};
use crate::{
    feeds,
    protocol::{ClientMessage, Hello, Mark, PROTOCOL, ServerMessage, Welcome},
};
use std::collections::{BTreeMap, BTreeSet};

/// Seconds without a frame before asking whether the server is there, and before giving up.
const SILENT_S_ASK: u32 = 10;
const SILENT_S_MAX: u32 = 15;
/// How long to wait before connecting again: doubled each time, at most 4 s, to which the edge adds some chance.
const RETRY_MS: [u32; 5] = [250, 500, 1_000, 2_000, 4_000];

/// The state of the line.
#[derive(Debug, Default)]
pub(super) struct Line {
    owner: bool,
    stage: Stage,
    /// The last attempt failed, or the line broke.
    offline: bool,
    failures: usize,
    silent_s: u32,
    granted: BTreeSet<Feed>,
    caught_up: bool,
    /// The commands up to this number had their results at the welcome: what followed from them is here once the line is caught up.
    answered: u64,
    /// A number that the server waits for and that is being looked for in the database.
    gap: Option<u64>,
    /// The commands from this number on were sent again; further complaints about it are of before.
    resent_from: Option<u64>,
    /// Not the session's account, or too old: no use to connect.
    stopped: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Stage {
    #[default]
    Down,
    Waiting,
    Connecting,
    Greeting,
    Live,
    /// The line of another tab.
    Theirs {
        live: bool,
    },
}

impl Line {
    pub(super) fn is_live(&self) -> bool {
        matches!(self.stage, Stage::Live | Stage::Theirs { live: true })
    }

    pub(super) fn is_offline(&self) -> bool {
        self.offline && !self.is_live()
    }

    pub(super) fn is_owner(&self) -> bool {
        self.owner
    }

    pub(super) fn is_waiting(&self) -> bool {
        self.stage == Stage::Waiting
    }

    /// The wait before connecting again is over.
    pub(super) fn waited(&mut self) {
        if self.stage == Stage::Waiting {
            self.stage = Stage::Down;
        }
    }

    pub(super) fn caught_up(&self) -> bool {
        self.caught_up
    }

    pub(super) fn is_catching_up(&self) -> bool {
        matches!(self.stage, Stage::Greeting | Stage::Live) && !self.caught_up
    }

    pub(super) fn may_send(&self) -> bool {
        self.stage == Stage::Live
    }

    /// Whether everything that followed from a command is here, as far as this account may read it.
    pub(super) fn has_all_of(&self, number: u64) -> bool {
        self.caught_up && number <= self.answered
    }

    pub(super) fn grants(&self, feed: &Feed) -> bool {
        self.granted.contains(feed)
    }

    pub(super) fn heard(&mut self, live: bool, offline: bool) {
        self.stage = Stage::Theirs { live };
        self.offline = offline;
    }
}

/// The text of a frame.
pub(super) fn text(message: &ClientMessage) -> String {
    serde_json::to_string(message).expect("messages have text keys only, so they always serialise")
}

impl Replica {
    pub(super) fn own(&mut self, owner: bool, effects: &mut Vec<Effect>) {
        if self.line.owner && owner {
            return;
        }
        self.line.owner = owner;
        if owner {
            self.line.stage = Stage::Down;
            // What the owner before sent may not have arrived.
            self.unsend(0);
            self.connect_if_owner(effects);
        } else {
            self.hang_up(effects);
            effects.push(Effect::Tell(TabWord::HowIsTheLine));
        }
    }

    /// Connects, if this is the tab to do it, it is not done already, and the database has been read.
    pub(super) fn connect_if_owner(&mut self, effects: &mut Vec<Effect>) {
        let down = matches!(self.line.stage, Stage::Down | Stage::Waiting | Stage::Theirs { .. });
        let restarting = self.transactions.values().any(|purpose| *purpose == Purpose::Restart);
        if self.line.owner && down && !self.line.stopped && self.loading == Loading::Ready && !restarting && self.device.is_some() {
            self.line.stage = Stage::Connecting;
            self.line.silent_s = 0;
            effects.push(Effect::Connect);
        }
    }

    /// Closes the socket from this side.
    pub(super) fn hang_up(&mut self, effects: &mut Vec<Effect>) {
        match self.line.stage {
            Stage::Connecting | Stage::Greeting | Stage::Live => effects.push(Effect::Close),
            Stage::Down | Stage::Waiting => {}
            // Another tab's line is not this one's to close.
            Stage::Theirs { .. } => return,
        }
        self.line.stage = Stage::Down;
        self.unsend(0);
    }

    /// Closes the socket from this side, to connect again a little later.
    pub(super) fn break_off(&mut self, effects: &mut Vec<Effect>) {
        self.hang_up(effects);
        self.closed(effects);
    }

    pub(super) fn opened(&mut self, effects: &mut Vec<Effect>) {
        let (Stage::Connecting, Some(device)) = (self.line.stage, self.device) else { return };
        self.line.stage = Stage::Greeting;
        self.line.silent_s = 0;
        let hello = Hello { protocol: (PROTOCOL, PROTOCOL), build: self.build, account: self.account, device, feeds: self.marks.clone() };
        effects.push(Effect::Send(text(&ClientMessage::Hello(hello))));
    }

    pub(super) fn closed(&mut self, effects: &mut Vec<Effect>) {
        if matches!(self.line.stage, Stage::Theirs { .. }) {
            return;
        }
        self.unsend(0);
        self.line.offline = true;
        self.line.caught_up = false;
        if self.line.owner && !self.line.stopped {
            self.line.stage = Stage::Waiting;
            effects.push(Effect::RetryIn(RETRY_MS[self.line.failures.min(RETRY_MS.len() - 1)]));
            self.line.failures += 1;
        } else {
            self.line.stage = Stage::Down;
        }
        self.tell_line(effects);
    }

    pub(super) fn tell_line(&mut self, effects: &mut Vec<Effect>) {
        if self.line.owner {
            let (live, offline) = (self.line.is_live(), self.line.is_offline());
            effects.push(Effect::Tell(TabWord::Line { live, offline, sent: self.last_sent() }));
        }
    }

    /// Counts the silence.
    pub(super) fn listen(&mut self, effects: &mut Vec<Effect>) {
        match self.line.stage {
            Stage::Connecting | Stage::Greeting | Stage::Live => {}
            Stage::Down | Stage::Waiting | Stage::Theirs { .. } => return,
        }
        self.line.silent_s += 1;
        if self.line.silent_s >= SILENT_S_MAX {
            self.break_off(effects);
        } else if self.line.silent_s == SILENT_S_ASK && self.line.stage != Stage::Connecting {
            effects.push(Effect::Send(text(&ClientMessage::Ping {})));
        }
    }

    pub(super) fn frame(&mut self, frame: &str, effects: &mut Vec<Effect>) {
        match self.line.stage {
            Stage::Greeting | Stage::Live => {}
            // A last word over a line that was hung up.
            Stage::Down | Stage::Waiting | Stage::Connecting | Stage::Theirs { .. } => return,
        }
        self.line.silent_s = 0;
        // A message of a later build says nothing to this one.
        let Ok(message) = serde_json::from_str::<ServerMessage<'_>>(frame) else { return };
        match message {
            ServerMessage::Welcome(welcome) => self.welcomed(welcome, effects),
            ServerMessage::Feeds { granted } => self.granted(&granted, effects),
            ServerMessage::Events { feed, first, runs, digest: _ } => self.events(feed, first, runs.get(), effects),
            ServerMessage::CaughtUp {} => {
                self.line.caught_up = true;
                self.line.failures = 0;
                // Results whose storing failed are stored with the next.
                self.confirm(Vec::new(), effects);
                // Everything is here, and nothing of it is left to be stored: another tab may have stored what this one could not.
                if !self.transactions.values().any(|purpose| matches!(purpose, Purpose::Confirm(_))) {
                    self.trouble = None;
                }
                self.fetch_missing(effects);
            }
            ServerMessage::Result { number, outcome } => {
                self.note_outcome(number, outcome);
                self.line.resent_from = None;
                self.confirm(Vec::new(), effects);
                self.flush(effects);
            }
            ServerMessage::Renumber { .. } => self.renumber(effects),
            ServerMessage::Gap { expected } => self.gap(expected, effects),
            ServerMessage::Busy { number, .. } => self.unsend(number),
            ServerMessage::People { people } => {
                if people != self.people {
                    self.people.clone_from(&people);
                    self.store(Durability::Relaxed, vec![Change::People(people)], Purpose::Other, effects);
                }
            }
            ServerMessage::Reset { feed } | ServerMessage::Compare { feed } => self.restart(vec![Change::Purge(feed)], effects),
            ServerMessage::Rewind { feed, after } => self.restart(vec![Change::Cut(feed, after)], effects),
            ServerMessage::WrongAccount {} => {
                self.line.stopped = true;
                self.hang_up(effects);
                self.line.offline = true;
                effects.push(Effect::SignInAgain);
            }
            ServerMessage::Upgrade { .. } => {
                self.line.stopped = true;
                self.hang_up(effects);
                self.line.offline = true;
                effects.push(Effect::Upgrade);
            }
            ServerMessage::Problem { .. } | ServerMessage::Pong {} => {}
        }
    }

    fn welcomed(&mut self, welcome: Welcome, effects: &mut Vec<Effect>) {
        match self.log {
            // Another log: nothing that is stored of it is worth anything, but what waits is.
            Some((log, _)) if log != welcome.log => {
                let purge = self.marks.keys().map(|feed| Change::Purge(*feed));
                let changes = purge.chain([Change::Log(welcome.log, welcome.era), Change::Renumber]).collect();
                self.restart(changes, effects);
                return;
            }
            Some(_) => {}
            None => {
                self.log = Some((welcome.log, welcome.era));
                self.store(Durability::Relaxed, vec![Change::Log(welcome.log, welcome.era)], Purpose::Other, effects);
            }
        }
        self.line.stage = Stage::Live;
        self.line.answered = welcome.last;
        self.line.offline = false;
        self.line.resent_from = None;
        self.granted(&welcome.granted, effects);
        self.tell_line(effects);
        self.fetching.clear();
        self.fetch_missing(effects);
        self.flush(effects);
    }

    fn granted(&mut self, granted: &BTreeMap<Feed, Mark>, effects: &mut Vec<Effect>) {
        self.line.granted = granted.keys().copied().collect();
        self.line.caught_up = false;
        let lost = self.marks.keys().filter(|feed| !granted.contains_key(feed));
        let lost: Vec<Change> = lost.map(|feed| Change::Purge(*feed)).collect();
        if !lost.is_empty() {
            self.restart(lost, effects);
        }
    }

    /// Changes the database so that everything must be read anew, then does so and connects again.
    fn restart(&mut self, mut changes: Vec<Change>, effects: &mut Vec<Effect>) {
        let (settle, _) = self.settle(true);
        changes.splice(0..0, settle);
        self.hang_up(effects);
        self.store(Durability::Strict, changes, Purpose::Restart, effects);
    }

    /// This profile is a copy of another: become a device of its own.
    fn renumber(&mut self, effects: &mut Vec<Effect>) {
        self.restart(vec![Change::Renumber], effects);
    }

    fn events(&mut self, feed: Feed, first: u64, runs: &str, effects: &mut Vec<Effect>) {
        if !self.line.granted.contains(&feed) {
            return;
        }
        match self.fold_chunk(&feed, first, runs) {
            // Numbers have no holes, so something was lost on the way: ask again from where we are.
            Folded::Hole => self.break_off(effects),
            // Had already.
            Folded::Had => self.confirm(Vec::new(), effects),
            Folded::New { count } => {
                self.show_again();
                let mark = self.marks.get(&feed).copied().unwrap_or(Mark { generation: feeds::GENERATION, ..Mark::default() });
                let chunk = Chunk { feed, first, count, digest: mark.digest, runs: runs.to_owned() };
                self.confirm(vec![Change::Chunk(chunk), Change::Mark(feed, mark)], effects);
                if self.line.caught_up {
                    self.fetch_missing(effects);
                }
            }
        }
    }

    /// One transaction: what came, and the results that are complete with it.
    fn confirm(&mut self, mut changes: Vec<Change>, effects: &mut Vec<Effect>) {
        let (settle, numbers) = self.settle(false);
        changes.extend(settle);
        if !changes.is_empty() {
            self.store(Durability::Relaxed, changes, Purpose::Confirm(numbers), effects);
        }
    }

    /// The server waits for a number. Send from there on; if it is not here, another tab may just have stored it.
    fn gap(&mut self, expected: u64, effects: &mut Vec<Effect>) {
        if self.line.resent_from == Some(expected) {
            return;
        }
        self.unsend(expected);
        if self.has_command(expected) {
            self.line.resent_from = Some(expected);
            self.flush(effects);
        } else {
            self.line.gap = Some(expected);
            self.look(effects);
        }
    }

    /// After a look: a number that is nowhere was used up on a profile that this one is a copy of.
    pub(super) fn look_for_gap(&mut self, effects: &mut Vec<Effect>) {
        let Some(expected) = self.line.gap.take() else { return };
        if self.has_command(expected) {
            self.line.resent_from = Some(expected);
            self.flush(effects);
        } else if self.waiting() > 0 {
            self.renumber(effects);
        }
    }
}
