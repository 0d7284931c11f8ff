//! A small school for the engine's tests: two students, a teacher, a class, and a course of one section.

use crate::places::{Place, raw};
use domain::{
    account::Role,
    attempt::{self, AttemptKey, EditionRef},
    class,
    command::{Command, Refusal},
    content::{
        Accepted, Block, Chapter, Field, FieldKey, FieldKind, Form, Html, Notation, Paper, Question, QuestionKey, Rule, Section, Tolerance,
        UnitKey,
    },
    decision::newest_edition,
    event::{StreamId, Version},
    ids::{AccountId, ClassId, CourseId, DeviceId, QuestionId, UnitId},
    protocol::{Envelope, Outcome, Reply},
    time::Timestamp,
};
use server::{
    engine::{Answer, Batch, EditionDocuments, Engine, Operated, Operation, Work},
    store::{EventStore, Filed, StoreReader},
};

pub const NOW: Timestamp = Timestamp(1_700_000_000_000);

/// An engine with what the tests ask of it.
pub struct School<S: EventStore> {
    pub engine: Engine<S>,
}

/// The section with this name; the right answer to each of its questions is 4.
pub fn unit() -> UnitId {
    UnitId::derived(&["adding"])
}

pub fn course() -> CourseId {
    CourseId::derived(&["sums"])
}

/// A course of one section of this many questions.
pub fn sums(questions: usize) -> EditionDocuments {
    let ids: Vec<QuestionId> = (0..questions).map(|n| QuestionId::derived(&[&n.to_string()])).collect();
    let kind = FieldKind::Number { notation: Notation::default(), units: vec![] };
    let question = |id| Question {
        id,
        body: vec![Block::Html(Html("2 + 2 =".into())), Block::Field(0)],
        fields: vec![Field { label: "Answer".into(), kind: kind.clone() }],
        tools: Default::default(),
    };
    let section = Section {
        id: unit(),
        title: "Adding".into(),
        rule: Rule::SECTION_TEST,
        explanation: None,
        questions: ids.iter().copied().map(question).collect(),
    };
    let four = Accepted { value: "4".parse().expect("4 is a number"), within: Tolerance::Exact };
    let field = FieldKey::Number { accepted: vec![four], form: Form::Any, unit: None, feedback: vec![] };
    let key = QuestionKey { fields: vec![field], worked: Html("4".into()), praise: None, comfort: None };
    EditionDocuments {
        paper: Paper {
            course: course(),
            title: "Sums".into(),
            decimal_comma: false,
            chapters: vec![Chapter::of_sections("One".into(), vec![section])],
        },
        keys: vec![UnitKey { unit: unit(), questions: ids.into_iter().map(|id| (id, key.clone())).collect() }],
    }
}

/// Teacher tess, students ann and bob, in class 2B with the sums assigned; student eve in no class.
pub fn school<P: Place>(place: &P) -> School<P::Store> {
    let mut school = bare(place);
    for (login, role, class) in [
        ("tess", Role::Teacher, Some("2B")),
        ("ann", Role::Student, Some("2B")),
        ("bob", Role::Student, Some("2B")),
        ("eve", Role::Student, None),
    ] {
        school.operate(add(login, role, class)).expect("the account is new");
    }
    school.operate(publish(sums(8), Some("2B"))).expect("the course is sound");
    school
}

/// The engine alone, over whatever is there.
pub fn bare<P: Place>(place: &P) -> School<P::Store> {
    School { engine: Engine::open(place.open()).expect("the store can be read") }
}

pub fn add(login: &str, role: Role, class: Option<&str>) -> Operation {
    let (login, name, class) = (login.to_owned(), format!("{login} X."), class.map(Into::into));
    let account = AccountId::derived(&["somebody", &login]);
    Operation::AddAccount { account, login, name, role, password_hash: "$argon2id$".into(), class }
}

pub fn publish(edition: EditionDocuments, class: Option<&str>) -> Operation {
    Operation::PublishCourse { edition: Box::new(edition), class: class.map(Into::into) }
}

pub fn device(name: &str) -> DeviceId {
    DeviceId::derived(&[name])
}

pub fn envelope(number: u64, command: &Command) -> Envelope {
    Envelope { number, stream: command.stream().to_string(), at: Timestamp(NOW.0 - 500), body: command.body() }
}

impl<S: EventStore> School<S> {
    pub fn run(&mut self, work: Vec<Work>) -> Batch {
        self.engine.run(work, NOW).expect("the store works")
    }

    pub fn operate(&mut self, operation: Operation) -> Operated {
        match self.run(vec![Work::Operation(operation)]).answers.remove(0) {
            Answer::Operated(operated) => operated,
            other => panic!("not the answer to an operation: {other:?}"),
        }
    }

    /// A command of the device `{who}'s phone`.
    pub fn send(&mut self, who: &str, envelope: Envelope) -> Reply {
        let work = self.work(who, &format!("{who}'s phone"), envelope);
        self.run_one(work)
    }

    /// A command of an attempt, of the device `{who}'s phone`.
    pub fn attempt(&mut self, who: &str, number: u64, command: attempt::Command) -> Reply {
        self.send(who, envelope(number, &Command::Attempt(self.key(who), command)))
    }

    pub fn run_one(&mut self, work: Work) -> Reply {
        reply(self.run(vec![work]).answers.remove(0))
    }

    pub fn work(&self, who: &str, on: &str, envelope: Envelope) -> Work {
        Work::Command { account: self.account(who), device: device(on), envelope, arrival: None }
    }

    pub fn account(&self, login: &str) -> AccountId {
        let claimed = self.engine.reader().claim("login", login).expect("the store can be read");
        claimed.map_or_else(|| AccountId::derived(&["nobody", login]), |owner| owner.parse().expect("an account claims a login"))
    }

    pub fn class(&self) -> ClassId {
        self.engine.class_titled("2B").expect("the class was opened")
    }

    /// A student's first attempt at the sums.
    pub fn key(&self, who: &str) -> AttemptKey {
        AttemptKey { student: self.account(who), class: self.class(), unit: unit(), run: 1 }
    }

    /// Its stream.
    pub fn stream(&self, who: &str) -> StreamId {
        StreamId::Attempt(self.key(who))
    }

    pub fn edition(&self) -> EditionRef {
        newest_edition(self.engine.directory(), self.class(), unit()).expect("an edition is published")
    }

    pub fn start(&self) -> attempt::Command {
        attempt::Command::Start { edition: self.edition() }
    }

    pub fn events(&self, stream: StreamId) -> Vec<Filed> {
        self.engine.reader().read_stream(&stream, Version(0)).expect("the store works")
    }

    /// How many events there are at all.
    pub fn total(&self) -> u64 {
        self.engine.reader().last_position().expect("the store works").0
    }
}

pub fn answer(ordinal: u32, input: &str) -> attempt::Command {
    attempt::Command::SubmitAnswer { ordinal, try_number: 1, inputs: vec![domain::content::Input::Text(input.into())], ms: Some(4_100) }
}

/// What a command is answered, wherever that can be seen.
pub fn reply(answer: Answer) -> Reply {
    match answer {
        Answer::Reply(reply, _) => reply,
        other => panic!("not the answer to a command: {other:?}"),
    }
}

pub fn accepted(version: u64, events: u16) -> Reply {
    Reply::Result(Outcome::Accepted { version: Version(version), events })
}

pub fn refused(refusal: attempt::Refusal) -> Reply {
    Reply::Result(Outcome::Refused(Refusal::Attempt(refusal)))
}

pub fn assign(class: ClassId, unit: UnitId) -> Command {
    Command::Class(class, class::Command::AssignUnit { unit, course: course(), from: None, until: None })
}

/// An envelope whose body no build ever wrote.
pub fn nonsense(number: u64, stream: &str, body: &str) -> Envelope {
    Envelope { number, stream: stream.into(), at: NOW, body: raw(body) }
}
