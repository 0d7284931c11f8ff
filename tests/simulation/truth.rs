//! What is known to be true of the server: its feeds era by era, the results that it has told, and what no frame may hold.

use crate::{
    founding::{self, PEOPLE},
    store::Reader,
};
use domain::{
    account::Role,
    digest::Digest,
    event::{Event, Position, Recorded, Run, Version},
    feeds::{self, Feed},
    ids::{AccountId, DeviceId, EventId},
    projections::{directory::Directory, read_models::ReadModels},
    protocol::{Envelope, Mark, Outcome, ServerMessage},
    replica::storage::Queued,
    rights,
    time::Timestamp,
};
use server::store::{Filed, StoreReader as _};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// An invariant does not hold. Number 0 is that everything comes to rest in the end and agrees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Its number in ARCHITECTURE.md.
    pub invariant: u8,
    /// What was seen.
    pub seen: String,
}

/// Whether all held.
pub type Held<T = ()> = Result<T, Broken>;

/// Says that an invariant does not hold, unless it does.
pub fn hold(invariant: u8, holds: bool, seen: impl FnOnce() -> String) -> Held {
    if holds { Ok(()) } else { Err(Broken { invariant, seen: seen() }) }
}

/// A command as a person gave it: the same in the outbox, on the way, and in the server's hands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Content {
    /// The stream's name.
    pub stream: String,
    /// The device's time.
    pub at: i64,
    /// The command.
    pub body: String,
}

impl Content {
    /// Of what travels.
    pub fn of(envelope: &Envelope) -> Self {
        Self { stream: envelope.stream.clone(), at: envelope.at.0, body: envelope.body.get().to_owned() }
    }
}

/// An event of a feed, with everything that is recorded of it as text.
pub struct Fact {
    /// The event.
    pub recorded: Recorded,
    /// Everything, to compare byte for byte.
    pub text: String,
    /// The feed's digest after it, by the server.
    pub digest: Digest,
}

/// The feeds of an era.
#[derive(Default)]
pub struct Era {
    feeds: BTreeMap<Feed, Vec<Fact>>,
    ids: BTreeMap<Feed, BTreeSet<EventId>>,
}

/// What a command was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The command.
    pub content: Content,
    /// Its result.
    pub outcome: Outcome,
}

/// All that is known.
#[derive(Default)]
pub struct Truth {
    /// Era by era; the last is now.
    pub eras: Vec<Era>,
    /// What was told in this era.
    pub told: BTreeMap<(DeviceId, u64), Told>,
    /// What was told in eras before.
    pub told_before: Vec<((DeviceId, u64), Told)>,
    asked: BTreeMap<usize, VecDeque<(DeviceId, Envelope)>>,
    rights: BTreeMap<AccountId, Rights>,
}

/// What an account may read and know, and could before.
#[derive(Default)]
struct Rights {
    readable: BTreeSet<Feed>,
    /// Feeds that were taken away: they may come until the connection hears of it, which is what it does next.
    lost: BTreeSet<Feed>,
    knew: BTreeSet<AccountId>,
}

/// The text of an event of a run, with everything that the run says for it.
pub fn text_of(run: &Run<'_>, index: usize) -> String {
    let entry = &run.events[index];
    let (stream, actor, device, body) = (run.stream, run.actor, run.device, entry.body);
    let numbers = (entry.version, entry.position, entry.command, entry.index, entry.claimed, entry.recorded, entry.cause);
    format!("{stream} {actor} {device} {numbers:?} {body}")
}

fn fact(filed: Filed) -> Fact {
    let Filed { stream, version, position, actor, device, command, index, cause, claimed, recorded, .. } = filed;
    let numbers = (version, position, command, index, claimed, recorded, cause);
    let text = format!("{stream} {actor} {device} {numbers:?} {}", filed.body);
    let event = Event::read(&stream, filed.body.get());
    let recorded = Recorded { version, position, actor, device, command, index, cause, claimed, recorded, event };
    Fact { recorded, text, digest: filed.place.digest }
}

impl Era {
    /// A feed's events.
    pub fn feed(&self, feed: &Feed) -> &[Fact] {
        self.feeds.get(feed).map_or(&[], Vec::as_slice)
    }

    /// Whether a device that is so far in a feed has of it what this era has.
    pub fn has_mark(&self, feed: &Feed, mark: &Mark) -> bool {
        mark.after == 0 || self.feed(feed).get(mark.after as usize - 1).is_some_and(|fact| fact.digest == mark.digest)
    }

    /// The same of all its feeds.
    pub fn has(&self, marks: &BTreeMap<Feed, Mark>) -> bool {
        marks.iter().all(|(feed, mark)| self.has_mark(feed, mark))
    }

    /// Whether an event of a waiting command of this name is among what a device has of a feed.
    pub fn holds(&self, feed: &Feed, mark: &Mark, actor: AccountId, name: (DeviceId, u64), queued: &Queued) -> bool {
        let is_of = |recorded: &Recorded| {
            let by = recorded.actor == actor && name == (recorded.device, recorded.command);
            by && (recorded.stream(), recorded.claimed) == (queued.stream, queued.at)
        };
        self.feed(feed).iter().take(mark.after as usize).any(|fact| is_of(&fact.recorded))
    }

    /// What an account that has got so far in these feeds has to show.
    pub fn fold(&self, me: AccountId, role: Role, marks: &BTreeMap<Feed, Mark>) -> Option<ReadModels> {
        let mut models = ReadModels::of(me, role);
        for (feed, mark) in marks {
            let facts = self.feed(feed).get(..mark.after as usize)?;
            facts.iter().for_each(|fact| models.fold(&fact.recorded));
        }
        Some(models)
    }

    /// The ends of the feeds that an account may read.
    pub fn ends(&self, account: AccountId, directory: &Directory, at: Timestamp) -> BTreeMap<Feed, Mark> {
        let readable = feeds::readable(account, directory, at).into_iter();
        let end = |feed: &Feed| Mark { after: self.feed(feed).len() as u64, ..Mark::default() };
        readable.map(|feed| (feed, end(&feed))).filter(|(_, mark)| mark.after > 0).collect()
    }
}

impl Truth {
    /// The era now.
    pub fn now(&self) -> &Era {
        self.eras.last().expect("there is one from the beginning")
    }

    /// A new era begins: all that the store holds is read, and what was told of it stays told.
    ///
    /// # Errors
    /// What is stored is not as it must be.
    pub fn begin_era(&mut self, reader: &Reader, every_feed: impl IntoIterator<Item = Feed>) -> Held {
        self.eras.push(Era::default());
        self.asked.clear();
        self.rights.clear();
        let told = std::mem::take(&mut self.told);
        let last = |device| reader.device(device).expect("the store works").map_or(0, |(_, last)| last);
        let (kept, lost) = told.into_iter().partition(|((device, number), _)| *number <= last(*device));
        self.told = kept;
        self.told_before.extend::<BTreeMap<_, _>>(lost);
        self.grow(reader, every_feed)
    }

    /// Who may read what has perhaps changed, with what is in the log now, or with the time.
    pub fn regrant(&mut self, directory: &Directory, at: Timestamp) {
        for (login, ..) in PEOPLE {
            let account = founding::account(login);
            let rights = self.rights.entry(account).or_default();
            let readable = feeds::readable(account, directory, at);
            rights.lost.extend(rights.readable.difference(&readable));
            rights.lost.retain(|feed| !readable.contains(feed));
            rights.knew.extend(rights::knows(account, directory));
            rights.readable = readable;
        }
    }

    /// Reads what the store has in these feeds beyond what is known. (10, 13, and no event twice.)
    ///
    /// # Errors
    /// When it is not as it must be.
    pub fn grow(&mut self, reader: &Reader, touched: impl IntoIterator<Item = Feed>) -> Held {
        let era = self.eras.last_mut().expect("there is one from the beginning");
        for feed in touched {
            let known = era.feeds.entry(feed).or_default();
            for filed in reader.read_feed(&feed, known.len() as u64, usize::MAX / 2).expect("the store works") {
                hold(5, filed.place.number == known.len() as u64 + 1, || format!("{feed} has a hole before {}", filed.place.number))?;
                let before = known.last().map_or_else(Digest::default, |fact| fact.digest);
                let digest = before.then(filed.shared(), &filed.entry());
                hold(5, digest == filed.place.digest, || format!("{feed} has a wrong digest at {}", filed.place.number))?;
                let body = filed.body.get();
                hold(13, !has_a_name(body), || format!("an event holds a name: {body}"))?;
                let fact = fact(filed);
                let new = era.ids.entry(feed).or_default().insert(fact.recorded.id());
                hold(4, new, || format!("an event is twice in {feed}: {}", fact.text))?;
                known.push(fact);
            }
        }
        Ok(())
    }

    /// Everything that was ever known is in the store still, as it was; and every result that was told. (2, 3, 4.)
    ///
    /// # Errors
    /// When it is not.
    pub fn is_stored(&self, reader: &Reader) -> Held {
        for (feed, facts) in &self.now().feeds {
            let stored = reader.read_feed(feed, 0, usize::MAX / 2).expect("the store works");
            let same = stored.len() == facts.len() && stored.into_iter().zip(facts).all(|(filed, known)| fact(filed).text == known.text);
            hold(3, same, || format!("{feed} is not what it was"))?;
        }
        self.told.iter().try_for_each(|((device, number), told)| is_result(reader, *device, *number, &told.outcome))
    }

    /// A connection took in a command.
    pub fn asked(&mut self, link: usize, device: DeviceId, envelope: Envelope) {
        self.asked.entry(link).or_default().push_back((device, envelope));
    }

    /// A connection is no more.
    pub fn hung_up(&mut self, link: usize) {
        self.asked.remove(&link);
    }

    /// A frame leaves the server for this account. (3, 4, 10, 13.)
    ///
    /// # Errors
    /// When it holds what it must not.
    pub fn sent(&mut self, link: usize, to: AccountId, text: &str, hears_later: bool, reader: &Reader) -> Held {
        let message: ServerMessage<'_> = serde_json::from_str(text).expect("the server writes the protocol");
        match &message {
            ServerMessage::People { people } => {
                let knew = self.rights.get(&to).map(|rights| &rights.knew);
                hold(10, people.keys().all(|person| knew.is_some_and(|knew| knew.contains(person))), || {
                    format!("{to} is told names that are not for them: {text}")
                })?;
            }
            _ => hold(13, !has_a_name(text), || format!("a frame holds a name: {text}"))?,
        }
        is_theirs(to, text)?;
        match message {
            ServerMessage::Events { feed, .. } => {
                let rights = self.rights.get(&to);
                let may = rights.is_some_and(|rights| rights.readable.contains(&feed) || (hears_later && rights.lost.contains(&feed)));
                hold(10, may, || format!("{to} is sent what is none of theirs: {text}"))
            }
            ServerMessage::Presence { class, .. } => {
                let (rights, staff) = (self.rights.get(&to), Feed::Staff(class));
                let may = rights.is_some_and(|rights| rights.readable.contains(&staff) || (hears_later && rights.lost.contains(&staff)));
                hold(10, may, || format!("{to} is told who is there in a class that is not theirs: {text}"))
            }
            ServerMessage::Result { number, outcome, position } => {
                let asked = self.asked.get_mut(&link).and_then(VecDeque::pop_front);
                let (device, envelope) = asked
                    .filter(|(_, envelope)| envelope.number == number)
                    .ok_or_else(|| Broken { invariant: 4, seen: format!("a result for {number}, which nobody asked for, or not now") })?;
                is_result(reader, device, number, &outcome)?;
                is_seen_at(reader, &envelope, &outcome, position)?;
                let told = Told { content: Content::of(&envelope), outcome };
                let before = self.told.entry((device, number)).or_insert_with(|| told.clone());
                hold(4, *before == told, || format!("{device} was told {before:?}, and now {told:?} for {number}"))
            }
            ServerMessage::Renumber { .. } | ServerMessage::Gap { .. } | ServerMessage::Busy { .. } => {
                _ = self.asked.get_mut(&link).and_then(VecDeque::pop_front);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// A document goes to an account. (10, 13.)
    ///
    /// # Errors
    /// When it is not for them.
    pub fn handed_out(to: AccountId, bytes: &[u8], directory: &Directory, now: Timestamp) -> Held {
        let text = str::from_utf8(bytes).expect("documents are JSON");
        hold(13, !has_a_name(text), || "a document holds a name".into())?;
        is_theirs(to, text)?;
        let Ok(key) = serde_json::from_str::<domain::content::UnitKey>(text) else { return Ok(()) };
        let is_student = directory.account(to).is_some_and(|known| known.role == Role::Student);
        // A few seconds early, so that a device whose clock is a little ahead need not ask twice.
        let has_opened = |from: Option<Timestamp>| from.is_none_or(|from| from.0 <= now.0 + 10_000);
        let mut units = directory.classes_of_student(to).filter_map(|(_, members)| members.units.get(&key.unit));
        let mut given = || units.any(|assignment| has_opened(assignment.from));
        hold(10, !is_student || given(), || format!("{to} is handed the key of {}", key.unit))
    }
}

fn is_result(reader: &Reader, device: DeviceId, number: u64, told: &Outcome) -> Held {
    let stored = reader.result(device, number).expect("the store works").map(|stored| stored.outcome);
    let seen = || format!("{device} was told {told:?} for {number}; stored is {stored:?}");
    hold(3, stored.as_ref() == Some(told), seen)
}

/// An accepted command's place in the log is that of its stream's event of that version; nothing else has one.
fn is_seen_at(reader: &Reader, envelope: &Envelope, outcome: &Outcome, told: Option<Position>) -> Held {
    let stands = match (outcome, envelope.stream.parse()) {
        (Outcome::Accepted { version, .. }, Ok(stream)) if version.0 > 0 => {
            let events = reader.read_stream(&stream, Version(version.0 - 1)).expect("the store works");
            events.first().map(|event| event.position)
        }
        (Outcome::Accepted { .. } | Outcome::Refused(_) | Outcome::Forbidden {}, _) => None,
    };
    hold(3, stands == told, || format!("{envelope:?} is said to be seen at {told:?}; it stands at {stands:?}"))
}

/// Whether a text holds anybody's name or login.
fn has_a_name(text: &str) -> bool {
    text.contains("Quixnam") || text.contains("quixlog")
}

/// Nothing in a text for a student speaks of another student, or is what teachers read.
fn is_theirs(to: AccountId, text: &str) -> Held {
    static STUDENTS: std::sync::LazyLock<Vec<(AccountId, String, String)>> = std::sync::LazyLock::new(|| {
        let students = PEOPLE.iter().filter(|(_, role, _)| *role == Role::Student);
        students.map(|(login, ..)| (founding::account(login), founding::account(login).to_string(), founding::name_of(login))).collect()
    });
    if !STUDENTS.iter().any(|(account, ..)| *account == to) {
        return Ok(());
    }
    for (_, id, name) in STUDENTS.iter().filter(|(account, ..)| *account != to) {
        hold(10, !text.contains(id.as_str()) && !text.contains(name.as_str()), || format!("{to} is told of another student: {text}"))?;
    }
    hold(10, !text.contains("staff/"), || format!("{to} is told what is for teachers: {text}"))
}
