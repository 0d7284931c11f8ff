//! What one command costs the thread that writes, over a history that somebody made to be slow.

use super::machine;
use crate::{
    figures::{Figure, grouped, ms, percentile},
    say,
};
use domain::{
    account::Role,
    attempt::{self, AttemptKey},
    command::Command,
    content::{
        Accepted, Block, Chapter, Correction, Field, FieldKey, FieldKind, Form, Html, Input, Marks, Notation, Paper, Question, QuestionKey,
        Rule, Section, Tolerance, UnitKey,
    },
    course,
    decision::newest_edition,
    event::StreamId,
    ids::{AccountId, CourseId, DeviceId, QuestionId, UnitId},
    protocol::{Envelope, Reply},
    time::Timestamp,
};
use serde_json::value::RawValue;
use server::{
    engine::{Answer, EditionDocuments, Engine, Operation, Work},
    store::memory::MemoryStore,
};
use std::{collections::BTreeMap, fs, thread, time::Duration};

/// How often each piece of hostility is done.
const ROUNDS: u32 = 40;
/// How far the longest attempt goes.
const ORDINALS: u32 = 1_000;
const NOW: Timestamp = Timestamp(1_700_000_000_000);

/// A student who means it badly.
struct Hostile {
    engine: Engine<MemoryStore>,
    number: u64,
    /// Of each command its kind, and what it cost.
    costs: Vec<(String, Duration)>,
}

/// What one command costs: p50, p99, p99.9 and the most.
pub fn figures() -> Vec<Figure> {
    say("a student who means it badly");
    let mut hostile = Hostile::at_school();
    for unit in UNITS {
        hostile.works_on(unit);
    }
    hostile.goes_on_for_ever();
    hostile.sends_nonsense();
    let mut by_kind: BTreeMap<&str, Vec<Duration>> = BTreeMap::new();
    for (kind, cost) in &hostile.costs {
        by_kind.entry(kind).or_default().push(*cost);
    }
    for (kind, costs) in &mut by_kind {
        say(&format!("  {} × {kind}: {}", costs.len(), spread(costs)));
    }
    let slowest = hostile.costs.iter().max_by_key(|(_, cost)| *cost).map_or("", |(kind, _)| kind.as_str());
    let mut costs: Vec<Duration> = hostile.costs.iter().map(|(_, cost)| *cost).collect();
    let what = format!("deciding one of {} hostile commands, processor time of the thread that writes", grouped(costs.len() as f64));
    let measured = format!("{}, which is {slowest}", spread(&mut costs));
    vec![Figure::new(what, measured).beside(machine()).aim("p99.9 1 ms, at most 5 ms")]
}

fn spread(costs: &mut [Duration]) -> String {
    let [p50, p99, p999, most] = [0.5, 0.99, 0.999, 1.0].map(|share| ms(percentile(costs, share)));
    format!("p50 {p50}, p99 {p99}, p99.9 {p999}, at most {most}")
}

/// The kinds of question.
const UNITS: [&str; 4] = ["numbers", "texts", "choices", "matches"];

fn unit(name: &str) -> UnitId {
    UnitId::derived(&["edge", name])
}

fn course() -> CourseId {
    CourseId::derived(&["edge"])
}

fn question(name: &str, n: usize) -> QuestionId {
    QuestionId::derived(&["edge", name, &n.to_string()])
}

fn field(name: &str) -> (FieldKind, FieldKey) {
    let html = |n: usize| Html(format!("<p>{n}</p>"));
    match name {
        "numbers" => {
            let third = |within| Accepted { value: "1/3".parse().expect("a number"), within };
            let accepted = vec![
                third(Tolerance::Figures(200)),
                third(Tolerance::Relative("1/1000".parse().expect("a number"))),
                third(Tolerance::Decimals(100)),
            ];
            (
                FieldKind::Number { notation: Notation::default(), units: vec![] },
                FieldKey::Number { accepted, form: Form::Any, unit: None, feedback: vec![] },
            )
        }
        "texts" => {
            let wild = format!("*{}*b", "a*".repeat(200));
            let accepted = vec!["photosynthesis".to_owned(), wild, "über*straße".to_owned(), "don't*".to_owned()];
            (FieldKind::Text, FieldKey::Text { accepted, case: false, ignore_accents: true, feedback: vec![] })
        }
        "choices" => (
            FieldKind::ManyOf { choices: (0..20).map(html).collect() },
            FieldKey::ManyOf { right: (0..10).collect(), marks: Marks::Parts, feedback: Default::default() },
        ),
        _ => (
            FieldKind::Match { left: (0..20).map(html).collect(), right: (0..20).map(|n| n.to_string()).collect() },
            FieldKey::Match { right: (0..20).collect() },
        ),
    }
}

fn documents() -> EditionDocuments {
    let made = |name: &str| {
        let (kind, key) = field(name);
        let asked = |n| Question {
            id: question(name, n),
            body: vec![Block::Field(0)],
            fields: vec![Field { label: "Answer".into(), kind: kind.clone() }],
            tools: Default::default(),
        };
        let key = QuestionKey { fields: vec![key], worked: Html::default(), praise: None, comfort: None };
        let section = Section {
            id: unit(name),
            title: name.into(),
            rule: Rule::SECTION_TEST,
            explanation: None,
            questions: (0..60).map(asked).collect(),
        };
        let keys = UnitKey { unit: unit(name), questions: (0..60).map(|n| (question(name, n), key.clone())).collect() };
        (section, keys)
    };
    let (sections, keys) = UNITS.iter().copied().chain(["endless"]).map(made).unzip();
    let chapters = vec![Chapter::of_sections("One".into(), sections)];
    EditionDocuments { paper: Paper { course: course(), title: "Edge".into(), decimal_comma: false, chapters }, keys }
}

/// What is typed into each kind of field so that it is slow, another text each time: within the bounds and far beyond them.
fn inputs(name: &str, n: u32) -> Vec<Input> {
    let text = |text: String| vec![Input::Text(text)];
    match (name, n % 5) {
        ("numbers", 0) => text(format!("{}/{}", "7".repeat(190), "3".repeat(200))),
        ("numbers", 1) => text(format!("1e-{}", 100 + n)),
        ("numbers", 2) => text(format!("0,{}{n}", "3".repeat(380))),
        ("numbers", 3) => text(format!("{n}{}", "e1".repeat(5_000))),
        ("numbers", _) => text("½".repeat(10_000)),
        ("texts", 0) => text(format!("{n}{}", "a".repeat(490))),
        ("texts", 1) => text(format!("{n}{}", "ß\u{301}".repeat(240))),
        ("texts", 2) => text(format!("{n}{}", "\u{fdfa}".repeat(27))),
        ("texts", 3) => text(format!("{n}{}", "\u{1e9b}\u{323}".repeat(240))),
        ("texts", _) => text(format!("{n}{}", "a".repeat(40_000))),
        (_, 0) => vec![Input::Chosen((0..20_000).collect())],
        (_, 1) => vec![Input::Chosen((0..10_000).rev().collect())],
        ("choices", n) => vec![Input::Chosen((0..10 + n as u16).collect())],
        (_, n) => vec![Input::Chosen((0..20).map(|index| (index + n as u16) % 20).collect())],
    }
}

impl Hostile {
    fn at_school() -> Self {
        let mut engine = Engine::open(MemoryStore::default()).expect("the store can be read");
        let account = |login: &str, role| Operation::AddAccount {
            account: AccountId::derived(&["bench", login]),
            login: login.into(),
            name: login.into(),
            role,
            password_hash: "$argon2id$".into(),
            class: Some("2B".into()),
        };
        let publish = Operation::PublishCourse { edition: Box::new(documents()), class: Some("2B".into()) };
        for operation in [account("tess", Role::Teacher), account("eve", Role::Student), publish] {
            let answers = engine.run(vec![Work::Operation(operation)], NOW).expect("the store works").answers;
            assert!(matches!(answers.as_slice(), [Answer::Operated(Ok(_))]), "{answers:?}");
        }
        let mut hostile = Self { engine, number: 0, costs: Vec::new() };
        hostile.corrects();
        hostile
    }

    /// Corrections make more to grade: some for each question that is typed into, and one question that is drawn no more.
    fn corrects(&mut self) {
        let mut number = 0;
        let accept = |text: &str| Correction::AcceptToo { inputs: vec![Input::Text(text.into())] };
        let mut tell = |name: &str, n: usize, correction| {
            number += 1;
            let command = Command::Course(
                course(),
                course::Command::Correct { unit: unit(name), question: question(name, n), correction, harm_nobody: false },
            );
            let account = self.account("tess");
            let envelope = Envelope { number, stream: command.stream().to_string(), at: NOW, body: command.body() };
            let reply = self.run(account, "tess", envelope);
            assert!(matches!(&reply, Reply::Result(domain::protocol::Outcome::Accepted { events: 1, .. })), "{reply:?}");
        };
        for n in 0..60 {
            tell("texts", n, accept("sun"));
            tell("texts", n, accept("light"));
            tell("numbers", n, accept("12"));
        }
        tell("endless", 0, Correction::Drop {});
    }

    fn account(&self, login: &str) -> AccountId {
        AccountId::derived(&["bench", login])
    }

    fn key(&self, name: &str) -> AttemptKey {
        let class = self.engine.class_titled("2B").expect("the class was opened");
        AttemptKey { student: self.account("eve"), class, unit: unit(name), run: 1 }
    }

    fn run(&mut self, account: AccountId, device: &str, envelope: Envelope) -> Reply {
        let device = DeviceId::derived(&["edge", device]);
        let mut answers =
            self.engine.run(vec![Work::Command { account, device, envelope, arrival: None }], NOW).expect("the store works").answers;
        match answers.remove(0) {
            Answer::Reply(reply, _) => reply,
            other => panic!("not the answer to a command: {other:?}"),
        }
    }

    /// Sends a command, and notes what it cost.
    fn send(&mut self, kind: String, stream: String, body: Box<RawValue>) -> Reply {
        self.number += 1;
        let (account, envelope) = (self.account("eve"), Envelope { number: self.number, stream, at: NOW, body });
        let before = processor_time();
        let reply = self.run(account, "eve", envelope);
        self.costs.push((kind, processor_time().saturating_sub(before)));
        reply
    }

    fn attempt(&mut self, name: &str, key: AttemptKey, command: attempt::Command) -> Reply {
        // Such as `SubmitAnswer`: what stands before its fields.
        let said = format!("{command:?}");
        let what = said.split([' ', '(', '{']).next().unwrap_or_default();
        let command = Command::Attempt(key, command);
        self.send(format!("{what} in {name}"), command.stream().to_string(), command.body())
    }

    fn start(&mut self, name: &str) -> AttemptKey {
        let key = self.key(name);
        let edition = newest_edition(self.engine.directory(), key.class, key.unit).expect("an edition is published");
        self.attempt(name, key, attempt::Command::Start { edition });
        key
    }

    /// As many tries as there are, and after each a *Next* that asks whether one of them was right once; then all over again.
    fn works_on(&mut self, name: &str) {
        let key = self.start(name);
        for ordinal in 1..=ROUNDS {
            for try_number in 1..=60 {
                let inputs = inputs(name, try_number);
                self.attempt(name, key, attempt::Command::SubmitAnswer { ordinal, try_number, inputs, ms: None });
                self.attempt(name, key, attempt::Command::NextQuestion { ordinal });
            }
            self.attempt(name, key, attempt::Command::RevealAnswer { ordinal });
            self.attempt(name, key, attempt::Command::NextQuestion { ordinal });
        }
    }

    /// On and on, in a section with a question that is passed over.
    fn goes_on_for_ever(&mut self) {
        let name = "endless";
        let key = self.start(name);
        for ordinal in 1..=ORDINALS {
            self.attempt(name, key, attempt::Command::RevealAnswer { ordinal });
            self.attempt(name, key, attempt::Command::NextQuestion { ordinal });
        }
    }

    /// What no app of ours sends.
    fn sends_nonsense(&mut self) {
        let raw = |text: String| RawValue::from_string(text).expect("it is JSON");
        let stream = StreamId::Attempt(self.key("numbers")).to_string();
        for n in 0..ROUNDS as usize {
            let deep = 100 + n;
            self.send("brackets in brackets".into(), stream.clone(), raw(format!("{}{}", "[".repeat(deep), "]".repeat(deep))));
            self.send(
                "20,000 fields".into(),
                stream.clone(),
                raw(format!("{{\"SubmitAnswer\":{{\"ordinal\":1,\"inputs\":[{}\"\"]}}}}", "\"\",".repeat(20_000))),
            );
            self.send("500,000 characters".into(), stream.clone(), raw(format!("\"{}\"", "x".repeat(500_000))));
            self.send("a long stream".into(), "attempt/".repeat(5_000), raw("{}".to_owned()));
        }
    }
}

/// What this thread has had of a processor so far. The kernel counts it up to date when a thread gives its turn away.
fn processor_time() -> Duration {
    thread::yield_now();
    let told = fs::read_to_string("/proc/thread-self/schedstat").expect("Linux tells each thread's time");
    let nanos = told.split_whitespace().next().and_then(|nanos| nanos.parse().ok()).expect("the first number is nanoseconds");
    Duration::from_nanos(nanos)
}
