//! A history as data: what is done, act by act, so that it can be told, cut short, and done again.

use std::{fmt, str::FromStr};

/// An act: what, with whom (a tab, a browser, a link, by its place), and how much or which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Act {
    /// What is done.
    pub kind: Kind,
    /// With whom.
    pub who: u32,
    /// How much, or which.
    pub what: u32,
}

impl Act {
    /// An act.
    pub fn new(kind: Kind, who: u32, what: u32) -> Self {
        Self { kind, who, what }
    }
}

/// Names the kinds once, for the type and for the text.
macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident $text:literal)+) => {
        /// What can be done.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Kind { $($(#[$doc])* $kind),+ }

        impl Kind {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$kind),+];

            /// As it is written.
            pub fn text(self) -> &'static str {
                match self { $(Self::$kind => $text),+ }
            }
        }
    };
}

kinds! {
    // Small steps, in a tab or on its way.
    /// The tab's database carries out what it was asked first.
    Store "store"
    /// The tab hears of what its database did.
    Hear "hear"
    /// The tab's socket opens, or does not.
    Connect "connect"
    /// A frame of the tab's reaches the server.
    Up "up"
    /// A frame of the server's reaches the tab.
    Down "down"
    /// The tab hears that its socket is closed.
    Closed "closed"
    /// The tab's timer rings.
    Retry "retry"
    /// The tab gets a document.
    Fetch "fetch"
    /// The tab gets a page of a feed's history.
    Page "page"
    /// The tab hears a word of another tab's.
    Word "word"
    /// The tab hears whether it has the lock.
    Own "own"
    /// The server looks something up for the tab.
    Look "look"
    /// The server passes on what waits for the tab.
    News "news"
    /// The server answers a command of the tab's.
    Answer "answer"
    /// The server looks whether the tab's session is good.
    Beat "beat"
    /// The server's writer takes up to so many commands at once.
    Write "write"
    /// The server's reactor does a piece of what events cause, in up to so many streams.
    React "react"
    // Larger steps.
    /// So many small steps that have to do with the tab, in order.
    Flow "flow"
    /// A second goes by in the tab.
    Tick "tick"
    /// A second goes by everywhere.
    Second "second"
    /// So many minutes go by for the server.
    Minutes "minutes"
    // What people do.
    /// Somebody opens the app, signed in; in a tab that is open they load it anew. 1: an older build of it.
    Open "open"
    /// Somebody closes a tab.
    Close "close"
    /// Somebody answers, or does something else that their role has.
    Do "do"
    /// Somebody has read what came of it.
    Dismiss "dismiss"
    /// Somebody signs in, in a browser where tabs of others may be open.
    SignIn "sign-in"
    /// Somebody signs out; 1: and discards what waits.
    SignOut "sign-out"
    /// A teacher corrects a key, or takes a correction back.
    Correct "correct"
    /// The office enrols, removes, assigns, appoints, publishes.
    Office "office"
    // What goes wrong, with a browser.
    /// A tab is frozen.
    Freeze "freeze"
    /// It goes on.
    Thaw "thaw"
    /// The power goes.
    Power "power"
    /// The browser's clock jumps.
    Jump "jump"
    /// The database closes by itself: what it was asked fails.
    Lose "lose"
    /// The device is full.
    Full "full"
    /// There is room again.
    Room "room"
    /// The database is deleted while it is open.
    Delete "delete"
    /// The profile as it is now is put aside.
    Keep "keep"
    /// The profile is put back to what was put aside.
    RollBack "roll-back"
    /// The whole browser is copied to another machine.
    Clone "clone"
    /// A byte of a stored chunk flips.
    Flip "flip"
    // With the network.
    /// A socket breaks; 1: what was sent before arrives later.
    Cut "cut"
    /// A browser has no network any more.
    Offline "offline"
    /// It has.
    Online "online"
    // With the server.
    /// It dies, after so many calls to its store in the batch that waits.
    Crash "crash"
    /// Its disk fails after so many calls.
    Fuse "fuse"
    /// It is backed up.
    BackUp "back-up"
    /// It is restored.
    Restore "restore"
    /// It wants a newer app.
    Upgrade "upgrade"
}

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.kind.text(), self.who, self.what)
    }
}

impl FromStr for Act {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let fault = || format!("{text:?} is no act");
        let mut words = text.split_whitespace();
        let name = words.next().ok_or_else(fault)?;
        let kind = *Kind::ALL.iter().find(|kind| kind.text() == name).ok_or_else(fault)?;
        let mut number = || words.next().map_or(Ok(0), |word| word.parse().map_err(|_| fault()));
        Ok(Self { kind, who: number()?, what: number()? })
    }
}

/// A history: where it begins, and what is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    /// What everything that is not an act is drawn from.
    pub seed: u64,
    /// What is done; none if it is still to be drawn.
    pub acts: Vec<Act>,
}

impl fmt::Display for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "seed {}", self.seed)?;
        self.acts.iter().try_for_each(|act| write!(f, "; {act}"))
    }
}

impl FromStr for History {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut parts = text.split([';', '\n']).map(str::trim).filter(|part| !part.is_empty());
        let seed = parts.next().and_then(|part| part.strip_prefix("seed "));
        let seed = seed.and_then(|seed| seed.trim().parse().ok()).ok_or("a history begins with its seed")?;
        Ok(Self { seed, acts: parts.map(str::parse).collect::<Result<_, _>>()? })
    }
}
