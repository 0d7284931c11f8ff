//! The server against which the replica's rules are played (`tests/model`) is a model of the real one, and may not drift from it: whatever devices say, both
//! tell each device the same, but for when, in which frames, and people's names. What tests set at the model (a busy server, a restored one, events of a later
//! build, pages of history) is not held to anything here.

use domain::{
    attempt::{self, Attempt, AttemptKey},
    class,
    command::Command,
    content::{Correction, edition::Document},
    course,
    decider::Decider as _,
    digest::Digest,
    event::{Entry, Run, StreamId, Version, read_runs},
    feeds::{Feed, GENERATION, feeds_of},
    ids::{AccountId, DeviceId, LogId},
    projections::directory::Directory,
    protocol::{BUILD, CREDIT_FRAMES, ClientMessage, Envelope, Hello, Mark, Outcome, PROTOCOL, ServerMessage},
    time::Timestamp,
};
use model::{
    chance::Chance,
    school::{
        UNITS, answer_with, class_of, course_id, edition, edition_ref, founded, person, question_id, recorded, right_inputs, unit,
        wrong_inputs,
    },
    server::Server,
};
use serde_json::{json, value::RawValue};
use server::{
    engine::{Engine, Work},
    store::{Append, EventStore as _, KeptSession, NewEvent, Record, StoreReader as _, memory::MemoryStore},
    subscription::{
        connection::{Connection, Effect, Guest, Input, Look},
        hub::{Hub, Seat},
    },
};
use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::Arc,
};

const SEEDS: u64 = 40;
const ACTS: usize = 150;
const PEOPLE: [&str; 5] = ["ann", "bob", "cem", "tess", "admin"];
const NOW: Timestamp = Timestamp(1_000_000);

/// What a device was told, as far as both servers must say it.
#[derive(Debug, Default, PartialEq)]
struct Told {
    said: Vec<String>,
    events: BTreeMap<Feed, Vec<String>>,
    closed: bool,
}

impl Told {
    fn note(&mut self, frame: &str) {
        let marks = |granted: &BTreeMap<Feed, Mark>| granted.iter().map(|(feed, mark)| json!([feed, mark.after])).collect::<Vec<_>>();
        let said = match serde_json::from_str(frame).expect("a frame of the protocol") {
            ServerMessage::Events { feed, first, runs, .. } => {
                let heard = self.events.entry(feed).or_default();
                let runs = read_runs(runs.get()).expect("runs");
                let of_runs = runs.iter().flat_map(|run| run.events.iter().map(move |event| (run, event)));
                for (number, (Run { stream, actor, device, .. }, event)) in (first..).zip(of_runs) {
                    let Entry { version, position, command, index, claimed, body, .. } = event;
                    let by = format!("{actor} {device} {command} {index}");
                    heard.push(format!("{number}: {stream} {version:?} {position:?} by {by} {claimed:?}: {body}"));
                }
                return;
            }
            ServerMessage::Welcome(welcome) => {
                json!(["welcome", welcome.role, welcome.last, welcome.earlier, welcome.minimum_build, marks(&welcome.granted)])
            }
            ServerMessage::Feeds { granted } => json!(["feeds", marks(&granted)]),
            ServerMessage::Result { number, outcome, position: _ } => json!(["result", number, outcome]),
            // Names are kept beside the log, and the model has none; who is there is told by the hub.
            ServerMessage::People { .. } | ServerMessage::Presence { .. } => return,
            ServerMessage::Pong { .. } => json!("pong"),
            ServerMessage::Problem { .. } => json!("a problem"),
            ServerMessage::Renumber { .. }
            | ServerMessage::Gap { .. }
            | ServerMessage::Busy { .. }
            | ServerMessage::Compare { .. }
            | ServerMessage::Rewind { .. }
            | ServerMessage::Reset { .. }
            | ServerMessage::CaughtUp {}
            | ServerMessage::WrongAccount {}
            | ServerMessage::Upgrade { .. } => serde_json::from_str::<serde_json::Value>(frame).expect("JSON"),
        };
        self.said.push(said.to_string());
        // Which of several answers comes first is nobody's business.
        self.said.sort();
    }
}

/// One connection to the real server.
struct End {
    connection: Connection,
    seat: Seat,
    looks: VecDeque<Look>,
    told: Told,
    /// The frames of events that it was sent and has not allowed again.
    frames: u32,
}

/// The real server, over a store that begins with what the model begins with.
struct Real {
    engine: Engine<MemoryStore>,
    hub: Arc<Hub>,
    ends: BTreeMap<u64, End>,
    handed_in: VecDeque<(u64, Work)>,
}

fn session_of(account: AccountId) -> [u8; 32] {
    let mut session = [0; 32];
    session[..16].copy_from_slice(account.0.as_bytes());
    session
}

impl Real {
    fn new(log: &str) -> Self {
        let mut store = MemoryStore::of(LogId::derived(&[log]));
        store.begin().unwrap();
        let (mut directory, mut versions) = (Directory::default(), BTreeMap::<StreamId, u64>::new());
        for (number, event) in (1..).zip(founded()) {
            let version = versions.entry(event.stream()).or_default();
            let append = Append {
                stream: event.stream(),
                expected: Version(*version),
                actor: person("admin"),
                device: DeviceId::derived(&["office"]),
                number,
                command_hash: [0; 16],
                claimed: Timestamp(0),
                recorded: Timestamp(number as i64 * 1_000),
                cause: None,
                events: vec![NewEvent { body: event.body(), feeds: feeds_of(&event, &directory) }],
                outcome: Outcome::Accepted { version: Version(*version + 1), events: 1 },
                records: Vec::new(),
            };
            store.append(&append).unwrap();
            *version += 1;
            directory.fold(&recorded(number, *version, event));
        }
        for (hash, bytes) in [1, 2].into_iter().flat_map(|number| edition(number).bytes) {
            store.put(&Record::Document(Document { hash, bytes })).unwrap();
        }
        for name in PEOPLE {
            let session = KeptSession::until(Timestamp(i64::MAX), person(name), session_of(person(name)));
            store.put(&Record::Session(session)).unwrap();
        }
        store.commit().unwrap();
        let engine = Engine::open(store).unwrap();
        let hub = Arc::new(Hub::new(Arc::clone(engine.directory())));
        Self { engine, hub, ends: BTreeMap::new(), handed_in: VecDeque::new() }
    }

    fn connect(&mut self, link: u64, account: AccountId) {
        let guest = Guest { account, session: session_of(account) };
        let seat = self.hub.join(guest.session, account);
        let (connection, _first) = Connection::open(guest, self.hub.directory(), 0);
        self.ends.insert(link, End { connection, seat, looks: VecDeque::new(), told: Told::default(), frames: 0 });
    }

    fn say(&mut self, link: u64, frame: &str) {
        self.step(link, Input::Frame(frame));
        while self.goes_on() {}
    }

    fn step(&mut self, link: u64, input: Input<'_>) {
        let end = self.ends.get_mut(&link).expect("it is connected");
        for effect in end.connection.step(NOW, input) {
            match effect {
                Effect::Send(text) => {
                    end.frames += u32::from(text.starts_with(r#"{"Events""#));
                    end.told.note(&text);
                }
                Effect::Listen(feed) => end.seat.listen(feed),
                Effect::TurnAway(feed) => end.seat.turn_away(&feed),
                Effect::Look(look) => end.looks.push_back(look),
                Effect::HandIn(work) => self.handed_in.push_back((link, work)),
                Effect::Close(_) => end.told.closed = true,
                Effect::BeatIn(_) | Effect::NudgeIn(_) | Effect::Present(_) | Effect::Watch(_) | Effect::Used => {}
            }
        }
    }

    /// Does what can be done now; whether there was anything.
    fn goes_on(&mut self) -> bool {
        let links: Vec<u64> = self.ends.keys().copied().collect();
        for link in &links {
            let look = self.ends.get_mut(link).and_then(|end| end.looks.pop_front());
            if let Some(look) = look {
                let seen = look.at(&self.engine.reader());
                self.step(*link, Input::Seen(seen));
                return true;
            }
        }
        let Some((link, work)) = self.handed_in.pop_front() else { return false };
        let mut batch = self.engine.run(vec![work], NOW).unwrap();
        drop(self.hub.publish(&batch.published, batch.directory.take()));
        self.step(link, Input::Answer(Ok(batch.answers.remove(0))));
        for link in links {
            // Nothing is looked up: whatever was is done.
            let waiting = self.ends[&link].seat.take();
            self.step(link, Input::News(waiting, self.hub.directory()));
        }
        true
    }

    fn digest(&self, feed: &Feed, after: u64) -> Option<Digest> {
        self.engine.reader().digest_at(feed, after).unwrap()
    }
}

/// A device of somebody's, and its connection if it has one.
struct Device {
    who: &'static str,
    id: DeviceId,
    link: Option<u64>,
    sent: Vec<Envelope>,
}

/// Both servers, and the devices that say the same to both.
struct Both {
    model: Server,
    real: Real,
    devices: Vec<Device>,
    chance: Chance,
}

impl Both {
    fn new(seed: u64) -> Self {
        let device =
            |who: &'static str, nth: usize| Device { who, id: DeviceId::derived(&[who, &nth.to_string()]), link: None, sent: Vec::new() };
        let devices = PEOPLE.into_iter().flat_map(|who| (0..2).map(move |nth| device(who, nth))).collect();
        let mut model = Server::new("both");
        model.frame_events_max = 500;
        Self { model, real: Real::new("both"), devices, chance: Chance(seed) }
    }

    /// The same, or what is the same but for digests, to both.
    fn say(&mut self, link: u64, to_model: &ClientMessage, to_real: &ClientMessage) {
        self.model.receive(link, &serde_json::to_string(to_model).unwrap());
        self.real.say(link, &serde_json::to_string(to_real).unwrap());
    }

    /// What each device was told is the same.
    fn compare(&mut self, what: &str) {
        for device in &mut self.devices {
            let Some(link) = device.link else { continue };
            let mut of_model = Told::default();
            while self.model.has_frames(link) {
                let Some(frame) = self.model.take(link) else {
                    of_model.closed = true;
                    break;
                };
                of_model.note(&frame);
            }
            let mut of_real = std::mem::take(&mut self.real.ends.get_mut(&link).expect("it is connected").told);
            // Whoever compares says hello again: the model, and it alone, says before that this was all.
            if of_real.said.iter().any(|said| said.contains("Compare")) {
                for told in [&mut of_model, &mut of_real] {
                    told.said.retain(|said| !said.contains("CaughtUp"));
                }
            }
            assert_eq!(of_model, of_real, "{what}: what {} is told by the model, and by the server", device.who);
            if of_real.closed {
                (device.link, _) = (None, self.model.hang_up(link));
                self.real.ends.remove(&link);
            }
        }
        // What came may come again.
        for link in self.real.ends.keys().copied().collect::<Vec<_>>() {
            let frames = std::mem::take(&mut self.real.ends.get_mut(&link).expect("it is connected").frames);
            if frames > 0 {
                self.say_same(link, &ClientMessage::Credit { frames });
            }
        }
    }

    fn say_same(&mut self, link: u64, message: &ClientMessage) {
        self.say(link, message, message);
    }

    fn hang_up(&mut self, device: usize) {
        if let Some(link) = self.devices[device].link.take() {
            self.model.hang_up(link);
            self.real.ends.remove(&link);
        }
    }

    /// A device connects and says what it has: nothing, something, or something else than the server has.
    fn greet(&mut self, device: usize) {
        self.hang_up(device);
        let Device { who, id, .. } = self.devices[device];
        let account = person(who);
        let link = self.model.connect(account);
        self.real.connect(link, account);
        self.devices[device].link = Some(link);
        let mut marks = [BTreeMap::new(), BTreeMap::new()];
        let mut wrong = BTreeSet::new();
        for feed in domain::feeds::readable(account, &self.model.directory, NOW) {
            let after = self.chance.below(self.model.length(&feed) as usize + 1) as u64;
            let is_wrong = after > 0 && self.chance.below(6) == 0;
            match self.chance.below(3) {
                0 => continue,
                _ if is_wrong => _ = wrong.insert(feed),
                _ => {}
            }
            let digests = [self.model.digest(&feed, after), self.real.digest(&feed, after)];
            for (marks, digest) in marks.iter_mut().zip(digests) {
                let digest = if is_wrong { Digest(7) } else { digest.expect("both have so many events") };
                marks.insert(feed, Mark { generation: GENERATION, after, digest });
            }
        }
        let hello = |feeds| {
            ClientMessage::Hello(Hello { protocol: (PROTOCOL, PROTOCOL), build: BUILD, account, device: id, feeds, earlier: Vec::new() })
        };
        let [to_model, to_real] = marks.map(hello);
        self.say(link, &to_model, &to_real);
        self.say_same(link, &ClientMessage::Credit { frames: CREDIT_FRAMES });
        self.compare(&format!("{who} says hello"));
        for feed in wrong {
            self.climb(device, feed);
        }
    }

    /// A device that has something else says what it has at some numbers, and then begins anew.
    fn climb(&mut self, device: usize, feed: Feed) {
        let Some(link) = self.devices[device].link else { return };
        let agreed = self.chance.below(self.model.length(&feed) as usize) as u64;
        let rungs = |digest: Option<Digest>| ClientMessage::Rungs {
            feed,
            rungs: vec![(agreed, digest.expect("it is there")), (agreed + 1, Digest(7))],
        };
        let (to_model, to_real) = (rungs(self.model.digest(&feed, agreed)), rungs(self.real.digest(&feed, agreed)));
        self.say(link, &to_model, &to_real);
        self.compare("a device compares");
        self.hang_up(device);
    }

    /// A command of a device, or something that only looks like one.
    fn command(&mut self, device: usize) {
        let Some(link) = self.devices[device].link else { return };
        let (who, sent) = (self.devices[device].who, self.devices[device].sent.len() as u64);
        let drawn = self.draw(who);
        let Envelope { stream, body, .. } = envelope(&drawn, 0);
        let usual = Envelope { number: sent + 1, stream, at: Timestamp(1_000 + sent as i64), body };
        let envelope = match self.chance.below(14) {
            0 => Envelope { number: sent + 2, ..usual },
            1 if sent > 0 => self.devices[device].sent[self.chance.below(sent as usize)].clone(),
            2 if sent > 0 => Envelope { number: sent, at: Timestamp(5), ..usual },
            3 => Envelope { body: RawValue::from_string(r#"{"Nonsense":{}}"#.into()).expect("JSON"), ..usual },
            4 => Envelope { stream: "nowhere".into(), ..usual },
            _ => usual,
        };
        if envelope.number == sent + 1 {
            self.devices[device].sent.push(envelope.clone());
        }
        let what = format!("{who}: {} {} {}", envelope.number, envelope.stream, envelope.body);
        self.say_same(link, &ClientMessage::Command(envelope));
        self.compare(&what);
    }

    /// What somebody might want, rightly or not.
    fn draw(&mut self, who: &str) -> Command {
        let (name, count, _) = UNITS[self.chance.below(UNITS.len())];
        let student = person(["ann", "bob", "cem", "tess"][self.chance.below(4)]);
        let class = class_of(["2B", "2C"][self.chance.below(2)]);
        let of_class = |command| Command::Class(class, command);
        let of_course = |command| Command::Course(course_id(), command);
        match (who, self.chance.below(10)) {
            ("ann" | "bob" | "cem", 0..9) => self.draw_work(person(who), class_of(if who == "cem" { "2C" } else { "2B" }), name),
            // What is another student's.
            ("ann" | "bob" | "cem", _) => self.draw_work(student, class, name),
            (_, 0) => of_class(class::Command::RemoveStudent { student }),
            (_, 1 | 2) => of_class(class::Command::EnrolStudent { student }),
            (_, 3 | 4) => of_class(class::Command::AssignUnit { unit: unit(name), course: course_id(), from: None, until: None }),
            (_, 5) => of_class(class::Command::EndAssignment { unit: unit(name) }),
            (_, 6) => of_class(class::Command::AppointTeacher { teacher: student }),
            (_, 7) => {
                let documents = edition(1 + self.chance.below(2) as u32);
                of_course(course::Command::Publish { paper: documents.paper, keys: documents.keys })
            }
            (_, 8) => of_course(course::Command::UndoCorrection { number: 1 + self.chance.below(3) as u32 }),
            _ => {
                let question = question_id(name, 1 + self.chance.below(count));
                let correction =
                    if self.chance.below(2) == 0 { Correction::FullCredit {} } else { Correction::AcceptToo { inputs: wrong_inputs() } };
                of_course(course::Command::Correct { unit: unit(name), question, correction, harm_nobody: self.chance.below(2) == 0 })
            }
        }
    }

    fn draw_work(&mut self, student: AccountId, class: domain::ids::ClassId, name: &str) -> Command {
        let key = AttemptKey { student, class, unit: unit(name), run: 1 + self.chance.below(8) as u32 / 7 };
        let stream = StreamId::Attempt(key);
        let events = self.model.stream(&stream).into_iter().filter_map(|event| event.attempt());
        let state = events.fold(Attempt::default(), |state, (_, event)| state.evolve(event));
        let current = state.current().map(|current| (current.ordinal, current.question));
        let command = match (current, self.chance.below(8)) {
            (None, _) | (_, 0) => attempt::Command::Start { edition: edition_ref(name, 1 + self.chance.below(2) as u32) },
            (Some((ordinal, _)), 1 | 2) => attempt::Command::NextQuestion { ordinal },
            (Some((ordinal, _)), 3) => attempt::Command::RevealAnswer { ordinal },
            (Some(_), 4) => answer_with(&state, wrong_inputs()),
            (Some((ordinal, _)), 5) => attempt::Command::NextQuestion { ordinal: ordinal + 1 },
            (Some((_, question)), _) => answer_with(&state, right_inputs(question)),
        };
        Command::Attempt(key, command)
    }

    /// What is in the log is the same.
    fn compare_logs(&self) {
        let reader = self.real.engine.reader();
        assert_eq!(self.model.log.len() as u64, reader.last_position().unwrap().0);
        for kind in ["account", "attempt", "class", "course"] {
            for (_, stream) in reader.streams(kind, "", 0, usize::MAX).unwrap() {
                let real: Vec<String> =
                    reader.read_stream(&stream, Version(0)).unwrap().iter().map(|filed| filed.body.to_string()).collect();
                let model: Vec<String> = self.model.stream(&stream).iter().map(|event| event.body().to_string()).collect();
                assert_eq!(model, real, "{stream}");
            }
        }
    }
}

fn envelope(command: &Command, number: u64) -> Envelope {
    Envelope { number, stream: command.stream().to_string(), at: Timestamp(0), body: command.body() }
}

#[test]
fn the_model_of_the_server_says_what_the_server_says() {
    let (mut commands, mut events) = (0, 0);
    for seed in 1..=SEEDS {
        let mut both = Both::new(seed);
        let founded = both.model.log.len();
        for _ in 0..ACTS {
            let device = both.chance.below(both.devices.len());
            match both.chance.below(12) {
                0 | 1 => both.greet(device),
                2 => both.hang_up(device),
                3 => {
                    if let Some(link) = both.devices[device].link {
                        both.say_same(link, &ClientMessage::Ping {});
                        both.compare("a ping");
                    }
                }
                _ if both.devices[device].link.is_none() => both.greet(device),
                _ => both.command(device),
            }
        }
        both.compare_logs();
        commands += both.devices.iter().map(|device| device.sent.len()).sum::<usize>();
        events += both.model.log.len() - founded;
    }
    assert!(commands > 2_000 && events > 600, "{commands} commands, {events} events");
}
