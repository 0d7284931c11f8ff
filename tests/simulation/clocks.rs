//! Clocks: the school's, which is the server's, and those of browsers, which are wrong, jump, and stand still while a device sleeps. A window is
//! judged by the school's, wherever anybody knows it. (16.)

use crate::{
    browser::{Browser, Slot},
    mutation::Mutation,
    truth::{Content, Held, hold},
    world::World,
};
use domain::{
    attempt::{self, AttemptKey},
    claims::{Arrival, LEEWAY_MS},
    class,
    command::{Command, Refusal},
    decision::newest_edition,
    event::{Event, StreamId},
    feeds::Feed,
    ids::DeviceId,
    protocol::{Envelope, Outcome, Reply},
    replica::{
        Incoming, Reading, TabWord,
        storage::{Change, Queued, Settled, Transaction},
    },
    time::Timestamp,
};
use server::engine::{Published, Work};
use std::{collections::BTreeMap, sync::Arc};

const MINUTE_MS: i64 = 60_000;
/// How far a device that knows the school's time may be off: half of the longest way there and back, and what a fast clock and the naming of moments add.
const OFF_MS_MAX: i64 = 30_000;

/// From when until when a class may work, of several kinds, around this moment; the first kinds are: always.
pub fn window(kind: u32, now: Timestamp) -> (Option<Timestamp>, Option<Timestamp>) {
    let at = |minutes: i64| Some(Timestamp(now.0 + minutes * MINUTE_MS));
    match kind % 7 {
        0..=2 => (None, None),
        3 => (at(-10), at(10)),
        4 => (None, at(20)),
        5 => (at(30), at(90)),
        _ => (at(-60), at(-5)),
    }
}

/// What a tab that was told the time can be held to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Knows {
    /// It was never told.
    Nothing,
    /// It was told, and nothing happened since that it could not notice.
    Time,
    /// Its clock was changed in a way that nobody could tell.
    Misled,
}

/// The commands that people gave in tabs that knew the time, with when that was by the school's clock.
pub type Given = BTreeMap<Content, Timestamp>;

impl Browser {
    /// What its clocks show.
    pub fn reading(&self, mutation: Option<Mutation>) -> Reading {
        let steady_ms = if mutation == Some(Mutation::WallClockAlone) { self.clock } else { self.steady };
        Reading { wall: Timestamp(self.clock), steady_ms }
    }
}

impl World {
    /// The time of a tab's next command: the school's as far as the tab knows it, and never the same twice.
    pub(crate) fn moment(&mut self, slot: Slot) -> Timestamp {
        self.dispatched += 1;
        let reading = self.browsers[&slot.browser()].reading(self.mutation);
        let time = if self.has(Mutation::RawClock) { reading.wall } else { self.tabs[&slot].replica.school_time(reading) };
        Timestamp(time.0 / 10_000 * 10_000 + self.dispatched % 10_000)
    }

    /// Somebody gives a command at this time of their tab's: a tab that was told the time has it right. (16.)
    pub(crate) fn claims(&mut self, slot: Slot, at: Timestamp) -> Held {
        let (now, knew) = (self.site.now, self.tabs[&slot].knows == Knows::Time);
        self.counts.one(if knew { "commands by the school's clock" } else { "commands by a clock of their own" });
        let off_ms = at.0 - now.0;
        hold(16, !knew || off_ms.abs() <= OFF_MS_MAX, || format!("{slot:?} was told the time, and is off by {off_ms} ms"))
    }

    /// It was taken, or not.
    pub(crate) fn gave(&mut self, slot: Slot, content: Content, command: &Command, decided: Result<&[Event], &Refusal>) {
        let now = self.site.now;
        match (command, decided) {
            (_, Err(Refusal::Attempt(attempt::Refusal::NotOpenNow))) => self.counts.one("refused as not open, at once"),
            (Command::Class(_, class::Command::AssignUnit { from, until, .. }), Ok(_)) if from.or(*until).is_some() => {
                self.counts.one("windows")
            }
            _ => {}
        }
        if self.tabs[&slot].knows == Knows::Time {
            self.given.insert(content, now);
        }
    }

    /// Tells a tab what its clocks show.
    pub(crate) fn tell_time(&mut self, slot: Slot) {
        let reading = self.browsers[&slot.browser()].reading(self.mutation);
        if let Some(tab) = self.tabs.get_mut(&slot) {
            tab.replica.tell_time(reading);
        }
    }

    fn tell_browser(&mut self, browser: u32) {
        let slots: Vec<Slot> =
            self.tabs.iter().filter(|(slot, tab)| slot.browser() == browser && !tab.frozen).map(|(slot, _)| *slot).collect();
        slots.into_iter().for_each(|slot| self.tell_time(slot));
    }

    /// A browser's clock jumps. A tab that is awake notices when it is turned back; that it is put ahead could be sleep, and what was kept for
    /// the next start is wrong until a tab keeps it anew.
    pub(crate) fn jump(&mut self, place: u32, by: i64) -> bool {
        if !self.browsers.contains_key(&place) {
            return false;
        }
        self.tell_browser(place);
        self.browsers.get_mut(&place).expect("it is there").clock += by;
        self.tell_browser(place);
        for (_, tab) in self.tabs.iter_mut().filter(|(slot, _)| slot.browser() == place) {
            let notices = by < 0 && !tab.frozen && tab.knows == Knows::Time;
            if !notices {
                tab.knows = Knows::Misled;
            }
            // A word takes no time, and no clock jumps meanwhile.
            for word in &mut tab.words {
                if let TabWord::Line { ahead_ms, .. } = word {
                    *ahead_ms = None;
                }
            }
        }
        self.profiles.iter_mut().filter(|((browser, _), _)| *browser == place).for_each(|(_, profile)| profile.keeps_time = false);
        true
    }

    /// So many minutes go by, for everybody. Devices that sleep meanwhile see it on their wall clocks alone.
    pub(crate) fn minutes(&mut self, minutes: u32) {
        let places: Vec<u32> = self.browsers.keys().copied().collect();
        places.iter().for_each(|place| self.tell_browser(*place));
        let ms = i64::from(minutes) * MINUTE_MS;
        self.site.now.0 += ms;
        for browser in self.browsers.values_mut() {
            browser.clock += ms;
            browser.steady += if browser.sleeps { 0 } else { ms };
        }
        places.iter().for_each(|place| self.tell_browser(*place));
    }

    /// What an input told a tab of the time.
    pub(crate) fn heard_time(&mut self, slot: Slot, heard: Heard) {
        let Some(tab) = self.tabs.get_mut(&slot) else { return };
        let (knows, told) = match heard {
            Heard::Frame { told } if tab.replica.time_told() != told => (Knows::Time, "times told by the server"),
            Heard::Tab => (Knows::Time, "times told by a tab"),
            // One that is still to read everything has not taken this.
            Heard::Kept { good: true } if tab.knows == Knows::Nothing && !tab.replica.is_reading_all() => {
                (Knows::Time, "times kept over a start")
            }
            Heard::Kept { good: false } if tab.knows == Knows::Nothing && tab.replica.clock_ahead_ms().is_some() => {
                (Knows::Misled, "starts with a wrong time")
            }
            Heard::Frame { .. } | Heard::Kept { .. } => return,
        };
        tab.knows = knows;
        self.counts.one(told);
    }

    /// What a tab will know of the time once it has taken an input.
    pub(crate) fn hears(&self, slot: Slot, input: &Incoming<'_>) -> Option<Heard> {
        let tab = self.tabs.get(&slot)?;
        match input {
            Incoming::Frame(_) => Some(Heard::Frame { told: tab.replica.time_told() }),
            Incoming::Word(TabWord::Line { ahead_ms: Some(_), .. }) if !tab.replica.is_owner() => Some(Heard::Tab),
            Incoming::Found(_) => Some(Heard::Kept { good: tab.reads_time }),
            _ => None,
        }
    }

    /// The time was kept: good if who kept it knew it, and no clock jumped before it was done.
    pub(crate) fn kept_time(&mut self, slot: Slot, transaction: &Transaction) {
        for change in &transaction.changes {
            let Change::Clock(kept) = change else { continue };
            let off_ms = self.browsers[&slot.browser()].clock + kept.ahead_ms - self.site.now.0;
            let good = self.tabs.get(&slot).is_some_and(|tab| tab.knows == Knows::Time) && off_ms.abs() <= OFF_MS_MAX;
            self.profiles.get_mut(&slot.profile()).expect("an open tab has one").keeps_time = good;
            self.counts.one("times kept");
        }
    }

    /// A student who writes commands by hand begins each unit that is closed to the class, claims a moment at which it was or will be open, and is
    /// turned away: the device was never heard of, and the session has just begun. (16.)
    pub(crate) fn forge(&mut self) -> Held {
        let (now, directory) = (self.site.now, Arc::clone(self.site.engine().directory()));
        for (class, members) in directory.classes() {
            let Some(student) = members.students.iter().next().copied() else { continue };
            for (unit, assigned) in &members.units {
                let opens = assigned.from.filter(|from| from.0 > now.0 + LEEWAY_MS);
                let closed = assigned.until.filter(|until| until.0 < now.0 - LEEWAY_MS).map(|until| Timestamp(until.0 - 1));
                let (Some(at), Some(edition)) = (opens.or(closed), newest_edition(&directory, class, *unit)) else { continue };
                self.dispatched += 1;
                let device = DeviceId::derived(&["a script at home", &self.dispatched.to_string()]);
                let key = AttemptKey { student, class, unit: *unit, run: 1 };
                let start = Command::Attempt(key, attempt::Command::Start { edition });
                let envelope = Envelope { number: 1, stream: start.stream().to_string(), at, body: start.body() };
                let arrival = Arrival { signed_in: now, greeted: now, heard: now };
                let arrival = Some(arrival).filter(|_| !self.has(Mutation::BelieveEveryClaim));
                let (reply, published) = self.site.operate(Work::Command { account: student, device, envelope, arrival });
                self.counts.one("claims made up");
                let accepted = matches!(reply, Some(Reply::Result(Outcome::Accepted { .. })));
                hold(16, !accepted, || format!("at {now:?} a unit was begun that is closed, because {at:?} was claimed"))?;
                self.published(&published)?;
                self.truth.is_stored(&self.site.reader())?;
            }
        }
        Ok(())
    }

    /// Nobody works on what is not yet open by the server's clock, whatever a device claims. (16.)
    pub(crate) fn check_opened(&mut self, published: &[Published]) -> Held {
        // A batch that changes windows was decided under both.
        if published.iter().any(|published| matches!(published.event.stream, StreamId::Class(_))) {
            return Ok(());
        }
        for event in published.iter().map(|published| &published.event) {
            let Event::Attempt(key, done) = event.event() else { continue };
            let is_work = done.graded().is_some() || matches!(done, attempt::Event::AttemptStarted { .. });
            let members = self.site.engine().directory().class(key.class);
            let from = members.and_then(|members| members.units.get(&key.unit)).and_then(|assigned| assigned.from);
            let Some(from) = from.filter(|_| is_work) else { continue };
            self.counts.one("work on units that open at a moment");
            let early_ms = from.0 - event.recorded.0;
            hold(16, early_ms <= LEEWAY_MS, || format!("{key:?} was worked on {early_ms} ms before it opens"))?;
        }
        Ok(())
    }

    /// A command was refused because its window is not open: it was not when it was given either. (16.)
    pub(crate) fn check_window(&mut self, Settled { command, outcome, .. }: &Settled) -> Held {
        let (StreamId::Attempt(key), Outcome::Refused(Refusal::Attempt(attempt::Refusal::NotOpenNow))) = (command.stream, outcome) else {
            return Ok(());
        };
        self.counts.one("refused as not open, by the server");
        let Some(at) = self.given.get(&content(command)) else { return Ok(()) };
        let facts = self.truth.now().feed(&Feed::Class(key.class));
        let mut windows = facts.iter().filter_map(|fact| match &fact.recorded.event {
            Event::Class(_, class::Event::UnitAssigned { unit, from, until, .. }) if *unit == key.unit => Some((*from, *until)),
            _ => None,
        });
        let inside = |(from, until): (Option<Timestamp>, Option<Timestamp>)| {
            from.is_none_or(|from| from.0 + OFF_MS_MAX <= at.0) && until.is_none_or(|until| at.0 + OFF_MS_MAX < until.0)
        };
        hold(16, !windows.all(inside), || format!("refused as not open, though it was given at {at:?}: {command:?}"))
    }
}

/// A command as it waits.
pub fn content(queued: &Queued) -> Content {
    Content { stream: queued.stream.to_string(), at: queued.at.0, body: queued.body.clone() }
}

/// From whom a tab hears the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// The server, perhaps; before that it had last told this.
    Frame {
        /// What.
        told: Option<Timestamp>,
    },
    /// The tab that has the line.
    Tab,
    /// The database; good if it was kept by a tab that knew, and no clock jumped since.
    Kept {
        /// Whether it is.
        good: bool,
    },
}
