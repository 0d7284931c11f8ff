//! The line to the server: connecting, greeting, and what each frame means.

use super::{Effect, Feed, Ownership, Purpose, Replica, TabWord, again::Tries, storage::Change, storage::Durability};
use crate::protocol::{ClientMessage, EARLIER_MAX, Hello, Mark, PROTOCOL, ServerMessage};
use std::collections::{BTreeMap, BTreeSet};

/// Seconds without a frame before asking whether the server is there, and before giving up.
const SILENT_S_ASK: u32 = 10;
const SILENT_S_MAX: u32 = 15;

/// The state of the line.
#[derive(Debug, Default)]
pub(super) struct Line {
    /// What the edge has: the lock or not, or there is none.
    pub(super) lock: Ownership,
    /// What this tab is.
    pub(super) ownership: Ownership,
    /// What it took over under.
    pub(super) epoch: Option<u64>,
    /// It could not store that it took over.
    pub(super) unfenced: bool,
    /// The transaction that takes over: those before it are of an earlier time.
    pub(super) taken_over_at: u64,
    /// Since the owner was last heard of.
    pub(super) silent_ticks: u32,
    stage: Stage,
    /// Counts the connections.
    session: u64,
    /// The last attempt failed, or the line broke.
    offline: bool,
    /// Connections that brought nothing that could be kept, in a row. The edge adds some chance to the pause after each.
    pub(super) tries: Tries,
    silent_s: u32,
    granted: BTreeSet<Feed>,
    caught_up: bool,
    /// The commands up to this number had their results at the welcome: what followed from them is here once the line is caught up.
    answered: u64,
    /// Live events may come.
    pub(super) credited: bool,
    /// The server wants a newer build.
    pub(super) outdated: bool,
    /// A number that the server waits for and that is being looked for in the database.
    pub(super) gap: Option<u64>,
    /// The commands from this number on were sent again; further complaints about it are of before.
    pub(super) resent_from: Option<u64>,
    /// The server has too much to do, and said so of this command first.
    pub(super) busy: Option<u64>,
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
        self.ownership != Ownership::None
    }

    fn may_connect(&self) -> bool {
        let may = match self.ownership {
            Ownership::None => false,
            Ownership::Alone => self.epoch.is_some() || self.unfenced,
            Ownership::Together => true,
        };
        may && !self.stopped && matches!(self.stage, Stage::Down | Stage::Waiting | Stage::Theirs { .. })
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

    pub(super) fn session(&self) -> u64 {
        self.session
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

    /// The server was told what is here, and goes by that.
    pub(super) fn has_greeted(&self) -> bool {
        matches!(self.stage, Stage::Greeting | Stage::Live)
    }

    pub(super) fn is_busy(&self) -> bool {
        self.busy.is_some()
    }

    pub(super) fn grants(&self, feed: &Feed) -> bool {
        self.granted.contains(feed)
    }

    pub(super) fn grant(&mut self, granted: &BTreeMap<Feed, Mark>) {
        self.granted = granted.keys().copied().collect();
        self.caught_up = false;
    }

    /// Whether everything that followed from a command is here, as far as this account may read it.
    pub(super) fn has_all_of(&self, number: u64) -> bool {
        self.caught_up && number <= self.answered
    }

    pub(super) fn greeted(&mut self, outdated: bool, answered: u64) {
        self.answered = answered;
        self.stage = Stage::Live;
        self.offline = false;
        self.resent_from = None;
        self.outdated = outdated;
    }

    pub(super) fn heard(&mut self, live: bool, offline: bool) {
        self.stage = Stage::Theirs { live };
        self.offline = offline;
        self.silent_ticks = 0;
    }

    /// No longer the owner's line.
    pub(super) fn stand_aside(&mut self) {
        self.stage = Stage::Down;
        self.ownership = Ownership::None;
        self.epoch = None;
        self.unfenced = false;
        self.silent_ticks = 0;
        self.caught_up = false;
    }

    pub(super) fn stop(&mut self) {
        self.stopped = true;
        self.offline = true;
    }

    /// What was agreed with the server holds as long as the line.
    fn forget_agreements(&mut self) {
        self.credited = false;
        self.busy = None;
    }
}

impl Replica {
    /// Connects, if this is the tab to do it, it is not done already, and the database has been read.
    pub(super) fn connect_if_owner(&mut self, effects: &mut Vec<Effect>) {
        let ready = self.database.is_ready() && !self.database.is_starting_over() && self.database.device().is_some();
        if self.line.may_connect() && ready && !self.is_mending(effects) {
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
        self.line.forget_agreements();
        self.log.line_is_gone();
        self.outbox.unsend(0);
    }

    /// Closes the socket from this side, to connect again a little later.
    pub(super) fn break_off(&mut self, effects: &mut Vec<Effect>) {
        self.hang_up(effects);
        self.closed(effects);
    }

    pub(super) fn opened(&mut self, effects: &mut Vec<Effect>) {
        let (Stage::Connecting, Some(device)) = (self.line.stage, self.database.device()) else { return };
        self.line.stage = Stage::Greeting;
        self.line.silent_s = 0;
        self.line.session += 1;
        self.presence.begin_anew();
        self.clock.begin_anew();
        self.clock.asks();
        self.line.forget_agreements();
        self.log.line_is_gone();
        // Of many, the latest: what is older is forgotten soon.
        let earlier = self.database.earlier.iter().rev().take(EARLIER_MAX).map(|(device, _)| *device).collect();
        let (build, account, feeds) = (self.build, self.account, self.log.told());
        let hello = Hello { protocol: (PROTOCOL, PROTOCOL), build, account, device, feeds, earlier };
        effects.push(Effect::say(&ClientMessage::Hello(hello)));
    }

    pub(super) fn closed(&mut self, effects: &mut Vec<Effect>) {
        if matches!(self.line.stage, Stage::Theirs { .. }) {
            return;
        }
        self.outbox.unsend(0);
        self.line.forget_agreements();
        self.log.line_is_gone();
        self.line.offline = true;
        self.line.caught_up = false;
        if self.line.is_owner() && !self.line.stopped {
            self.line.stage = Stage::Waiting;
            effects.push(Effect::RetryIn(self.line.tries.failed_again()));
        } else {
            self.line.stage = Stage::Down;
        }
        self.tell_line(effects);
    }

    pub(super) fn tell_line(&mut self, effects: &mut Vec<Effect>) {
        if self.line.is_owner() {
            let (live, offline) = (self.line.is_live(), self.line.is_offline());
            effects.push(Effect::Tell(TabWord::Line { live, offline, sent: self.outbox.last_sent(), ahead_ms: self.clock_ahead_ms() }));
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
            self.clock.asks();
            effects.push(Effect::say(&ClientMessage::Ping {}));
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
            ServerMessage::Feeds { granted } => _ = self.granted(&granted, effects),
            ServerMessage::Events { feed, first, runs, digest } => self.events(feed, first, runs.get(), digest, effects),
            ServerMessage::CaughtUp {} => {
                self.line.caught_up = true;
                // A device that could not store what came asks for it ever more rarely.
                if self.database.trouble.is_none() {
                    self.line.tries.worked();
                }
                // Results whose storing failed are stored with the next.
                self.confirm(effects);
                // Everything is here, and nothing of it is left to be stored: another tab may have stored what this one could not.
                if !self.database.is_confirming() {
                    self.database.trouble = None;
                }
                self.fetch_missing(effects);
            }
            ServerMessage::Result { number, outcome, position: _ } => {
                self.outbox.take_outcome(number, outcome);
                self.line.resent_from = None;
                self.confirm(effects);
                self.flush(effects);
            }
            ServerMessage::Renumber { number } => self.is_anothers(number, effects),
            ServerMessage::Gap { expected } => self.gap(expected, effects),
            ServerMessage::Busy { number, retry_after_ms } => self.busy(number, retry_after_ms, effects),
            ServerMessage::People { people } => {
                if people != self.people {
                    self.people.clone_from(&people);
                    self.store(Durability::Relaxed, vec![Change::People(people)], Purpose::Other, effects);
                }
            }
            ServerMessage::Presence { class, students } => self.take_presence(class, students, effects),
            ServerMessage::Reset { feed } => self.restart(vec![Change::Purge(feed)], effects),
            ServerMessage::Compare { feed } => self.compare(feed, effects),
            ServerMessage::Rewind { feed, after } => self.rewind(feed, after, effects),
            ServerMessage::WrongAccount {} => {
                self.line.stop();
                self.hang_up(effects);
                effects.push(Effect::SignInAgain);
            }
            ServerMessage::Upgrade { .. } => self.upgrade(effects),
            ServerMessage::Pong { server_time } => self.note_server_time(server_time),
            ServerMessage::Problem { .. } => {}
        }
    }
}
