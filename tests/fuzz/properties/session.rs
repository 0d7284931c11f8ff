//! A whole socket session as a hostile device speaks it: whatever it says, in whatever order, nothing panics, everything comes to rest, each command
//! that was handed in is answered once, and nothing of another student's reaches it.

use domain::{
    account::Role,
    attempt::{self, AttemptKey, EditionRef},
    class,
    content::{Edition, Input as Entered, edition::Document},
    decision,
    digest::Digest,
    event::StreamId,
    feeds::{Feed, GENERATION},
    ids::{AccountId, ClassId, DeviceId, LogId, UnitId},
    protocol::{ClientMessage, Hello, Mark, Outcome, PROTOCOL, Presence, Reply},
    time::Timestamp,
};
use serde_json::{Value, json};
use server::{
    engine::{Answer, Engine, Operation, Work},
    operator::import::course,
    store::{KeptSession, StoreReader as _, memory::MemoryStore},
    subscription::{
        connection::{Connection, Effect, Guest, Input, Look},
        hub::{Hub, Seat},
    },
    writer::Busy,
};
use std::{
    collections::VecDeque,
    sync::{Arc, OnceLock},
};

/// The most doings of one session.
const DOINGS_MAX: usize = 200;
/// More turns than this without new doings would be a session that never comes to rest.
const TURNS_MAX: usize = 20_000;
/// No frame to a device is longer.
const FRAME_BYTES_MAX: usize = 4 * 1024 * 1024;
const NOW: Timestamp = Timestamp(1_800_000_000_000);
const SESSION: [u8; 32] = [1; 32];

/// What a fuzzer's bytes choose, one choice a byte; the first of all when they are used up.
struct Choices<'b>(std::slice::Iter<'b, u8>);

impl<'b> Choices<'b> {
    fn below(&mut self, bound: usize) -> usize {
        usize::from(self.0.next().copied().unwrap_or_default()) % bound
    }

    fn of<T: Clone>(&mut self, among: &[T]) -> T {
        among[self.below(among.len())].clone()
    }

    fn number(&mut self) -> u64 {
        self.of(&[0, 1, 2, 3, 64, 500, 2_000, u64::from(u32::MAX), i64::MAX as u64, u64::MAX])
    }

    fn text(&mut self) -> String {
        let piece = self
            .of(&["7", "1/3", "*", "ﬁ", "\u{202e}", "9".repeat(40).as_str(), "1e999999999", "\"", "İ", " ", "{", "\u{301}"]
                .map(str::to_owned));
        let times = self.of(&[1, 1, 1, 2, 40, 600, 9_000]);
        piece.repeat(times)
    }

    fn is_over(&self) -> bool {
        self.0.len() == 0
    }
}

/// How much of what was said was answered how: to see that a session gets anywhere.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Heard {
    /// Welcomes.
    pub welcomes: usize,
    /// Commands that were accepted and yielded events.
    pub accepted: usize,
    /// Commands that were refused, or are not the account's to give.
    pub refused: usize,
}

/// Somebody at the demo school, who speaks over one connection.
struct Hostile {
    engine: Engine<MemoryStore>,
    hub: Arc<Hub>,
    connection: Connection,
    seat: Seat,
    looks: VecDeque<Look>,
    handed_in: VecDeque<Work>,
    answers: VecDeque<Result<Answer, Busy>>,
    asked: usize,
    answered: usize,
    closed: bool,
    me: AccountId,
    other: AccountId,
    class: ClassId,
    unit: UnitId,
    edition: EditionRef,
    number: u64,
    heard: Heard,
}

fn log() -> LogId {
    LogId::derived(&["hostile"])
}

fn who(login: &str) -> AccountId {
    AccountId::derived(&["hostile", login])
}

static EDITION: OnceLock<Edition> = OnceLock::new();

/// A school with a teacher, two students and a course.
fn founded() -> Engine<MemoryStore> {
    let mut engine = Engine::open(MemoryStore::of(log())).expect("memory can be read");
    let add = |login: &str, role| Operation::AddAccount {
        account: who(login),
        login: login.into(),
        name: format!("The one called {login}"),
        role,
        password_hash: "$argon2id$".into(),
        class: Some("2B".into()),
    };
    let people = [add("tess", Role::Teacher), add("ann", Role::Student), add("bob", Role::Student)];
    let edition = EDITION.get_or_init(course::demo);
    let publish = Operation::PublishCourse { edition: Box::new(edition.clone().into()), class: Some("2B".into()) };
    let work = people.into_iter().chain([publish]).map(Work::Operation).collect();
    let answers = engine.run(work, NOW).expect("memory works").answers;
    assert!(answers.iter().all(|answer| matches!(answer, Answer::Operated(Ok(_)))), "{answers:?}");
    engine
}

impl Hostile {
    fn at(mut engine: Engine<MemoryStore>) -> Self {
        let (me, other) = (who("ann"), who("bob"));
        let session = KeptSession::until(Timestamp(i64::MAX), me, SESSION);
        engine.run(vec![Work::SignIn { session, instead_of: None }], NOW).expect("memory works");
        let hub = Arc::new(Hub::new(Arc::clone(engine.directory())));
        let class = engine.class_titled("2B").expect("the class was opened");
        let unit = *engine.directory().class(class).expect("it is there").units.keys().next().expect("units are assigned");
        let edition = decision::newest_edition(engine.directory(), class, unit).expect("it is published");
        let seat = hub.join(SESSION, me);
        let (connection, first) = Connection::open(Guest { account: me, session: SESSION }, hub.directory(), 0);
        let (looks, handed_in, answers) = Default::default();
        let mut hostile = Self {
            engine,
            hub,
            connection,
            seat,
            looks,
            handed_in,
            answers,
            asked: 0,
            answered: 0,
            closed: false,
            me,
            other,
            class,
            unit,
            edition,
            number: 0,
            heard: Heard::default(),
        };
        hostile.carry_out(vec![first]);
        hostile
    }

    fn step(&mut self, input: Input<'_>) {
        let effects = self.connection.step(NOW, input);
        self.carry_out(effects);
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            assert!(!self.closed, "nothing comes after the close");
            match effect {
                Effect::Send(text) => {
                    assert!(text.len() <= FRAME_BYTES_MAX, "a frame of {} bytes", text.len());
                    assert!(!text.contains(&self.other.to_string()), "of another student: {text}");
                    self.heard.welcomes += usize::from(text.starts_with(r#"{"Welcome""#));
                }
                Effect::Listen(feed) => self.seat.listen(feed),
                Effect::TurnAway(feed) => self.seat.turn_away(&feed),
                Effect::Look(look) => self.looks.push_back(look),
                Effect::HandIn(work) => {
                    self.asked += 1;
                    self.handed_in.push_back(work);
                }
                Effect::Present(presence) => self.seat.present(presence, NOW),
                Effect::Watch(class) => self.seat.watch(class),
                Effect::BeatIn(_) | Effect::NudgeIn(_) | Effect::Used => {}
                Effect::Close(_) => self.closed = true,
            }
        }
    }

    /// Everything that follows from what was said, until nothing does.
    fn rest(&mut self) {
        for _ in 0..TURNS_MAX {
            if self.closed {
                return;
            }
            if let Some(look) = self.looks.pop_front() {
                let seen = look.at(&self.engine.reader());
                self.step(Input::Seen(seen));
            } else if !self.handed_in.is_empty() {
                let work: Vec<Work> = self.handed_in.drain(..).collect();
                let batch = self.engine.run(work, NOW).expect("memory works");
                drop(self.hub.publish(&batch.published, batch.directory));
                self.answers.extend(batch.answers.into_iter().map(Ok));
            } else if let Some(answer) = self.answers.pop_front() {
                self.answered += 1;
                match &answer {
                    Ok(Answer::Reply(Reply::Result(Outcome::Accepted { events: 1.., .. }), position)) => {
                        let last = self.engine.reader().last_position().expect("memory works");
                        assert!(position.is_some_and(|position| (1..=last.0).contains(&position.0)), "{position:?} of {last:?}");
                        self.heard.accepted += 1;
                    }
                    Ok(Answer::Reply(Reply::Result(Outcome::Refused(_) | Outcome::Forbidden {}), None)) => self.heard.refused += 1,
                    Ok(_) | Err(_) => {}
                }
                self.step(Input::Answer(answer));
            } else {
                let waiting = self.seat.take();
                let is_news = !waiting.events.is_empty() || !waiting.skipped.is_empty() || waiting.end.is_some();
                if self.connection.takes_news() {
                    self.step(Input::News(waiting, self.hub.directory()));
                }
                if !is_news && self.looks.is_empty() && self.handed_in.is_empty() {
                    assert_eq!(self.asked, self.answered, "each command is answered once");
                    return;
                }
            }
        }
        panic!("the session never comes to rest");
    }

    fn say(&mut self, message: &ClientMessage) {
        let text = serde_json::to_string(message).expect("messages serialise");
        self.frame(&text);
    }

    fn frame(&mut self, text: &str) {
        if self.connection.takes_frames() && !self.closed {
            self.step(Input::Frame(text));
        }
    }

    fn feed(&self, choices: &mut Choices<'_>) -> Feed {
        let course = self.edition.course;
        choices.of(&[
            Feed::Student(self.me),
            Feed::Class(self.class),
            Feed::Course(course),
            Feed::Student(self.other),
            Feed::Staff(self.class),
        ])
    }

    fn mark(choices: &mut Choices<'_>) -> Mark {
        Mark { generation: choices.of(&[GENERATION, 0, u32::MAX]), after: choices.number(), digest: Digest(choices.number()) }
    }

    fn hello(&self, choices: &mut Choices<'_>) -> ClientMessage {
        let feeds = (0..choices.below(6)).map(|_| (self.feed(choices), Self::mark(choices))).collect();
        ClientMessage::Hello(Hello {
            protocol: choices.of(&[(PROTOCOL, PROTOCOL), (1, 99), (0, 0), (u32::MAX, 0)]),
            build: choices.of(&[0, 3, u32::MAX]),
            account: choices.of(&[self.me, self.me, self.me, self.other]),
            device: DeviceId::derived(&[choices.of(&["phone", "tablet", "bob's"])]),
            feeds,
            earlier: (0..choices.of(&[0, 1, 16, 200])).map(|n| DeviceId::derived(&[&n.to_string()])).collect(),
        })
    }

    fn body(&self, choices: &mut Choices<'_>) -> Value {
        let inputs = |choices: &mut Choices<'_>| -> Vec<Entered> {
            let one = |choices: &mut Choices<'_>| match choices.below(3) {
                0 | 1 => Entered::Text(choices.text()),
                _ => Entered::Chosen((0..choices.of(&[0, 3, 2_000])).collect()),
            };
            (0..choices.of(&[0, 1, 1, 1, 2, 50])).map(|_| one(choices)).collect()
        };
        let command = match choices.below(9) {
            0 | 1 => attempt::Command::Start { edition: self.edition },
            2..5 => attempt::Command::SubmitAnswer {
                ordinal: choices.of(&[1, 1, 2, 0, u32::MAX]),
                try_number: choices.of(&[1, 2, 3, 0, u32::MAX]),
                inputs: inputs(choices),
                ms: choices.of(&[None, Some(0), Some(u32::MAX)]),
            },
            5 => attempt::Command::RevealAnswer { ordinal: choices.of(&[1, 2, 0, u32::MAX]) },
            6 => attempt::Command::NextQuestion { ordinal: choices.of(&[1, 2, 0, u32::MAX]) },
            7 => return json!(class::Command::Join { student: self.me, code: choices.text() }),
            _ => {
                let deep = choices.of(&[1, 100, 5_000]);
                let text = "[".repeat(deep) + &"]".repeat(deep);
                return serde_json::from_str(&text).unwrap_or(Value::Null);
            }
        };
        json!(command)
    }

    fn command(&mut self, choices: &mut Choices<'_>) {
        let run = choices.of(&[1, 1, 1, 2, 0, u32::MAX]);
        let key = |student| AttemptKey { student, class: self.class, unit: self.unit, run };
        let stream = match choices.below(6) {
            0..3 => StreamId::Attempt(key(self.me)).to_string(),
            3 => StreamId::Attempt(key(self.other)).to_string(),
            4 => StreamId::Class(self.class).to_string(),
            _ => choices.text(),
        };
        let number = choices.of(&[self.number + 1, self.number + 1, self.number + 1, self.number, self.number + 2, 0, u64::MAX]);
        self.number = if number == self.number + 1 { number } else { self.number };
        let at = choices.of(&[NOW.0, 0, i64::MIN, i64::MAX]);
        let body = self.body(choices);
        self.frame(&json!({ "Command": { "number": number, "stream": stream, "at": at, "body": body } }).to_string());
    }

    fn doing(&mut self, choices: &mut Choices<'_>) {
        match choices.below(16) {
            0..2 => {
                let hello = self.hello(choices);
                self.say(&hello);
            }
            2..8 => self.command(choices),
            8 => self.say(&ClientMessage::Credit { frames: choices.of(&[1, 64, 0, u32::MAX]) }),
            9 => {
                let (feed, mark) = (self.feed(choices), Self::mark(choices));
                self.say(&ClientMessage::Have { feed, mark });
            }
            10 => {
                let (feed, times) = (self.feed(choices), choices.of(&[0, 1, 30, 3_000]));
                let rungs = (0..times).map(|_| (choices.number(), Digest(choices.number()))).collect();
                self.say(&ClientMessage::Rungs { feed, rungs });
            }
            11 => self.say(&ClientMessage::Presence(Presence { away: choices.below(2) == 0, unsent: choices.of(&[0, u32::MAX]) })),
            12 => self.say(&ClientMessage::Ping {}),
            13 => {
                let text = choices.text();
                self.frame(&text);
            }
            14 if self.connection.takes_frames() => self.step(Input::Binary),
            _ if self.connection.takes_news() => self.step(Input::Beat),
            _ => {}
        }
    }
}

/// Plays a session by these bytes.
pub fn hold(bytes: &[u8]) {
    _ = play(bytes);
}

/// The same, and says how it was answered.
pub fn play(bytes: &[u8]) -> Heard {
    let mut choices = Choices(bytes.iter());
    let mut hostile = Hostile::at(founded());
    // Most begin as the app does: otherwise few would get past the greeting.
    if choices.below(8) > 0 {
        let (account, device) = (hostile.me, DeviceId::derived(&["phone"]));
        let hello = Hello { protocol: (PROTOCOL, PROTOCOL), build: 3, account, device, feeds: Default::default(), earlier: Vec::new() };
        hostile.say(&ClientMessage::Hello(hello));
        hostile.rest();
    }
    for _ in 0..DOINGS_MAX {
        if choices.is_over() || hostile.closed {
            break;
        }
        hostile.doing(&mut choices);
        // Not always: what was said may still be under way when more is.
        if choices.below(3) > 0 {
            hostile.rest();
        }
    }
    hostile.rest();
    let reading = Document::of(&json!(hostile.engine.directory()));
    assert!(reading.bytes.len() < 4 * 1024 * 1024, "the directory grew to {} bytes", reading.bytes.len());
    hostile.heard
}
