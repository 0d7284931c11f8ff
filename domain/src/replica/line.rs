//! The line to the server: how far it has come, and what was agreed over it.

use super::again::Tries;
use crate::{feeds::Feed, protocol::Mark};
use std::collections::{BTreeMap, BTreeSet};

/// Seconds without a frame before asking whether the server is there, and before giving up.
const SILENT_S_ASK: u32 = 10;
const SILENT_S_MAX: u32 = 15;

/// The state of the line.
#[derive(Debug, Default)]
pub(super) struct Line {
    stage: Stage,
    outlook: Outlook,
    terms: Terms,
    /// Counts the connections.
    session: u64,
    /// Connections that brought nothing that could be kept, in a row. The edge adds some chance to the pause after each.
    tries: Tries,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Stage {
    /// There is no connection, and none is being opened.
    #[default]
    Down,
    /// It broke, or could not be had: it is tried again a little later.
    Waiting,
    /// This tab has a socket, over which no frame came for so long.
    Ours { talk: Talk, silent_s: u32 },
    /// Another tab has the line, and says how it is.
    Theirs { live: bool, offline: bool },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Talk {
    /// The socket is being opened.
    Connecting,
    /// The server was told what is here.
    Greeting,
    /// The server has answered.
    Live(Live),
}

/// What is known only as long as the line is up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Live {
    flow: Flow,
    /// The commands from this number on were resent: if the server complains of this number again, it means what was sent before that.
    resent_from: Option<u64>,
    /// The server is busy, and said so of this command first.
    busy: Option<u64>,
}

/// How events come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Flow {
    /// Page by page, as far as history is missing.
    #[default]
    Paged,
    /// Live: the server was given credit.
    Credited,
}

/// What came of trying to reach the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Outlook {
    /// Nothing failed since it was last reached.
    #[default]
    Open,
    /// The last attempt failed, or the line broke.
    Offline,
    /// It is of no use to connect: the session is another account's, or this build is too old.
    Stopped,
}

/// What the server said when it last greeted: it counts until it greets again.
#[derive(Debug, Default)]
struct Terms {
    granted: BTreeSet<Feed>,
    /// Everything that was missing then has come.
    caught_up: bool,
    /// The server has given results for the commands up to this number: their events are here once the line is caught up.
    answered: u64,
    /// It wants a newer build.
    outdated: bool,
}

/// What hanging up led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HungUp {
    /// Nothing: another tab's line is not this one's to close.
    NotOurs,
    /// There was no socket.
    WasDown,
    /// The socket is to be closed.
    WasOpen,
}

/// What a second of silence means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Silence {
    /// Nothing yet.
    Short,
    /// It is time to ask whether the server is there.
    Long,
    /// The server is not there any more: give up the line.
    TooLong,
}

/// How far it has come.
impl Line {
    /// The connection stands, of this tab or of the one that owns it.
    pub(super) fn is_live(&self) -> bool {
        matches!(self.stage, Stage::Ours { talk: Talk::Live(_), .. } | Stage::Theirs { live: true, .. })
    }

    /// Connecting was tried and failed.
    pub(super) fn is_offline(&self) -> bool {
        match self.stage {
            Stage::Theirs { live, offline } => offline && !live,
            Stage::Ours { talk: Talk::Live(_), .. } => false,
            Stage::Down | Stage::Waiting | Stage::Ours { talk: Talk::Connecting | Talk::Greeting, .. } => self.outlook != Outlook::Open,
        }
    }

    /// Commands may go over it.
    pub(super) fn may_send(&self) -> bool {
        matches!(self.stage, Stage::Ours { talk: Talk::Live(_), .. })
    }

    /// The server was told what is here, and goes by that.
    pub(super) fn has_greeted(&self) -> bool {
        matches!(self.stage, Stage::Ours { talk: Talk::Greeting | Talk::Live(_), .. })
    }

    /// The server is about to send what happened elsewhere.
    pub(super) fn is_catching_up(&self) -> bool {
        self.has_greeted() && !self.terms.caught_up
    }

    /// It is tried again a little later.
    pub(super) fn is_waiting(&self) -> bool {
        self.stage == Stage::Waiting
    }

    /// The number of the connection.
    pub(super) fn session(&self) -> u64 {
        self.session
    }
}

/// How it comes and goes.
impl Line {
    /// Whether to connect: this tab has no socket, and connecting was not stopped for good.
    pub(super) fn is_to_be_had(&self) -> bool {
        self.outlook != Outlook::Stopped && matches!(self.stage, Stage::Down | Stage::Waiting | Stage::Theirs { .. })
    }

    /// A socket is being opened.
    pub(super) fn connect(&mut self) {
        self.leave_theirs();
        self.stage = Stage::Ours { talk: Talk::Connecting, silent_s: 0 };
    }

    /// It is open, and the server is greeted; false if no socket was being opened.
    pub(super) fn opened(&mut self) -> bool {
        let connecting = matches!(self.stage, Stage::Ours { talk: Talk::Connecting, .. });
        if connecting {
            self.stage = Stage::Ours { talk: Talk::Greeting, silent_s: 0 };
            self.session += 1;
        }
        connecting
    }

    /// The server has answered: whether it wants a newer build, and up to which command it has given results.
    pub(super) fn greeted(&mut self, outdated: bool, answered: u64) {
        let live = Live { resent_from: None, ..self.live().copied().unwrap_or_default() };
        self.stage = Stage::Ours { talk: Talk::Live(live), silent_s: 0 };
        self.outlook = Outlook::Open;
        self.terms.outdated = outdated;
        self.terms.answered = answered;
    }

    /// Closes it from this side.
    pub(super) fn hang_up(&mut self) -> HungUp {
        let was = match self.stage {
            Stage::Ours { .. } => HungUp::WasOpen,
            Stage::Down | Stage::Waiting => HungUp::WasDown,
            Stage::Theirs { .. } => return HungUp::NotOurs,
        };
        self.stage = Stage::Down;
        was
    }

    /// It is another tab's.
    pub(super) fn is_theirs(&self) -> bool {
        matches!(self.stage, Stage::Theirs { .. })
    }

    /// The line is closed, or could not be opened. Returns after how many milliseconds to try again, if this tab is to do so and it is of any use.
    pub(super) fn broke(&mut self, is_owner: bool) -> Option<u32> {
        self.terms.caught_up = false;
        let tries = is_owner && self.outlook != Outlook::Stopped;
        if self.outlook != Outlook::Stopped {
            self.outlook = Outlook::Offline;
        }
        self.stage = if tries { Stage::Waiting } else { Stage::Down };
        tries.then(|| self.tries.failed_again())
    }

    /// The wait before it is tried again is over.
    pub(super) fn waited(&mut self) {
        if self.stage == Stage::Waiting {
            self.stage = Stage::Down;
        }
    }

    /// Another tab has the line from now on, and will say how it is.
    pub(super) fn stand_aside(&mut self) {
        self.leave_theirs();
        self.stage = Stage::Down;
        self.terms.caught_up = false;
    }

    /// The tab that has it says how it is.
    pub(super) fn heard(&mut self, live: bool, offline: bool) {
        self.stage = Stage::Theirs { live, offline };
    }

    /// What another tab said of it counts until this one has tried.
    fn leave_theirs(&mut self) {
        if let (Stage::Theirs { offline, .. }, Outlook::Open | Outlook::Offline) = (self.stage, self.outlook) {
            self.outlook = if offline { Outlook::Offline } else { Outlook::Open };
        }
    }

    /// It is of no use to connect again.
    pub(super) fn stop(&mut self) {
        self.outlook = Outlook::Stopped;
    }

    /// What came could be kept: the next failure is the first.
    pub(super) fn worked(&mut self) {
        self.tries.worked();
    }

    /// A frame came. False if it is to be ignored, because the line was hung up before.
    pub(super) fn hears(&mut self) -> bool {
        let greeted = self.has_greeted();
        if let Stage::Ours { silent_s, .. } = &mut self.stage
            && greeted
        {
            *silent_s = 0;
        }
        greeted
    }

    /// A second without a frame.
    pub(super) fn listen(&mut self) -> Silence {
        let Stage::Ours { talk, silent_s } = &mut self.stage else { return Silence::Short };
        *silent_s += 1;
        match talk {
            _ if *silent_s >= SILENT_S_MAX => Silence::TooLong,
            Talk::Greeting | Talk::Live(_) if *silent_s == SILENT_S_ASK => Silence::Long,
            Talk::Connecting | Talk::Greeting | Talk::Live(_) => Silence::Short,
        }
    }
}

/// What was agreed over it.
impl Line {
    fn live(&self) -> Option<&Live> {
        if let Stage::Ours { talk: Talk::Live(live), .. } = &self.stage { Some(live) } else { None }
    }

    fn live_mut(&mut self) -> Option<&mut Live> {
        if let Stage::Ours { talk: Talk::Live(live), .. } = &mut self.stage { Some(live) } else { None }
    }

    /// These feeds may be read.
    pub(super) fn grant(&mut self, granted: &BTreeMap<Feed, Mark>) {
        self.terms.granted = granted.keys().copied().collect();
        self.terms.caught_up = false;
    }

    /// Whether a feed may be read.
    pub(super) fn grants(&self, feed: &Feed) -> bool {
        self.terms.granted.contains(feed)
    }

    /// Everything that was missing has come.
    pub(super) fn catch_up(&mut self) {
        self.terms.caught_up = true;
    }

    /// Whether everything that was missing has come.
    pub(super) fn is_caught_up(&self) -> bool {
        self.terms.caught_up
    }

    /// Whether events of a command may still come in these feeds. A server that wants a newer build sends none.
    pub(super) fn may_bring(&self, number: Option<u64>, feeds: &[Feed]) -> bool {
        let has_all = self.terms.caught_up && number.is_some_and(|number| number <= self.terms.answered);
        !has_all && !self.terms.outdated && feeds.iter().any(|feed| self.grants(feed))
    }

    /// The server wants a newer build.
    pub(super) fn is_outdated(&self) -> bool {
        self.terms.outdated
    }

    /// The server has no credit for live events yet: history is still being fetched page by page, or has just ended.
    pub(super) fn is_paged(&self) -> bool {
        self.live().is_some_and(|live| live.flow == Flow::Paged) && !self.terms.outdated
    }

    /// The server is given credit.
    pub(super) fn credit(&mut self) {
        if let Some(live) = self.live_mut() {
            live.flow = Flow::Credited;
        }
    }

    /// The server is busy, and said so of this command. True if it had not said so of another before.
    pub(super) fn is_busy_with(&mut self, number: u64) -> bool {
        match self.live_mut() {
            Some(live) if live.busy.is_none() => {
                live.busy = Some(number);
                true
            }
            Some(_) | None => false,
        }
    }

    /// The server is busy.
    pub(super) fn is_busy(&self) -> bool {
        self.live().is_some_and(|live| live.busy.is_some())
    }

    /// The time that a busy server asked for is over: commands are resent from the first of which it said so. If the server complains of a gap there, it means
    /// what was sent before. False if the server was not busy.
    pub(super) fn is_not_busy(&mut self) -> bool {
        let number = self.live_mut().and_then(|live| live.busy.take());
        number.inspect(|number| self.resend_from(*number)).is_some()
    }

    /// Commands from this number on are sent again.
    pub(super) fn resend_from(&mut self, number: u64) {
        if let Some(live) = self.live_mut() {
            live.resent_from = Some(number);
        }
    }

    /// Whether they were already.
    pub(super) fn has_resent_from(&self, number: u64) -> bool {
        self.live().is_some_and(|live| live.resent_from == Some(number))
    }

    /// A result came: what the server complains of from now on is news.
    pub(super) fn result_came(&mut self) {
        if let Some(live) = self.live_mut() {
            live.resent_from = None;
        }
    }
}
