//! A school with one course, made up for the tests: its people, its units, and what is right.

use domain::{
    account::Role,
    attempt::{self, AttemptKey, EditionRef},
    class,
    content::{
        Accepted, Block, Chapter, Field, FieldKey, FieldKind, Form, Input, Notation, Paper, Question, QuestionKey, Rule, Section,
        Tolerance, Tools, UnitKey, edition::Document,
    },
    course,
    event::{Event, Position, Recorded, StreamId, Version},
    ids::{AccountId, ClassId, ContentHash, CourseId, DeviceId, QuestionId, SchoolId, UnitId},
    library::Library,
    time::Timestamp,
};
use std::{collections::BTreeMap, sync::LazyLock};

/// A person by name.
pub fn person(name: &str) -> AccountId {
    AccountId::derived(&[name])
}

/// The school that everybody here goes to.
pub fn school() -> SchoolId {
    SchoolId::derived(&["school"])
}

/// A class by title.
pub fn class_of(title: &str) -> ClassId {
    ClassId::derived(&[title])
}

/// The course.
pub fn course_id() -> CourseId {
    CourseId::derived(&["arithmetic"])
}

/// A unit by name: `section` (10 questions), `drill` (5), `lone` (a section test of 1 question).
pub fn unit(name: &str) -> UnitId {
    UnitId::derived(&[name])
}

/// The units of the course.
pub const UNITS: [(&str, usize, Rule); 3] =
    [("section", 10, Rule::SECTION_TEST), ("drill", 5, Rule::DRILL), ("lone", 1, Rule::SECTION_TEST)];

/// The n-th question of a unit, counting from 1; its right answer is n.
pub fn question_id(unit_name: &str, n: usize) -> QuestionId {
    QuestionId::derived(&[unit_name, &n.to_string()])
}

/// A section whose n-th question has the answer n.
pub fn section(name: &str, count: usize, rule: Rule) -> (Section, UnitKey) {
    let kind = FieldKind::Number { notation: Notation::default(), units: vec![] };
    let question = |n| Question {
        id: question_id(name, n),
        body: vec![Block::Field(0)],
        fields: vec![Field { label: "Answer".into(), kind: kind.clone() }],
        tools: Tools::default(),
    };
    let accepted = |n: usize| Accepted { value: n.to_string().parse().expect("a number"), within: Tolerance::Exact };
    let key = |n| QuestionKey {
        fields: vec![FieldKey::Number { accepted: vec![accepted(n)], form: Form::Decimal, unit: None, feedback: vec![] }],
        worked: Default::default(),
        praise: None,
        comfort: None,
    };
    let questions = (1..=count).map(question).collect();
    let keys = (1..=count).map(|n| (question_id(name, n), key(n))).collect();
    let section = Section { id: unit(name), title: name.into(), rule, explanation: None, questions };
    (section, UnitKey { unit: unit(name), questions: keys })
}

/// An edition's documents.
#[derive(Clone)]
pub struct Documents {
    /// The paper's name.
    pub paper: ContentHash,
    /// The keys' names.
    pub keys: BTreeMap<UnitId, ContentHash>,
    /// All of them.
    pub bytes: BTreeMap<ContentHash, Vec<u8>>,
}

/// The course's n-th edition, of two.
pub fn edition(number: u32) -> Documents {
    static EDITIONS: LazyLock<[Documents; 2]> = LazyLock::new(|| [1, 2].map(make_edition));
    EDITIONS[number as usize - 1].clone()
}

fn make_edition(number: u32) -> Documents {
    let sections = || UNITS.map(|(name, count, rule)| section(name, count, rule));
    let paper = Paper {
        course: course_id(),
        title: format!("Arithmetic, edition {number}"),
        decimal_comma: false,
        chapters: vec![Chapter::of_sections("All".into(), sections().map(|(section, _)| section).to_vec())],
    };
    let paper = Document::of(&paper);
    let keys = sections().map(|(section, key)| (section.id, Document::of(&key)));
    let bytes = keys.iter().map(|(_, key)| key.clone()).chain([paper.clone()]).map(|document| (document.hash, document.bytes)).collect();
    Documents { paper: paper.hash, keys: keys.iter().map(|(unit, key)| (*unit, key.hash)).collect(), bytes }
}

/// The first two editions' documents.
pub static LIBRARY: LazyLock<Library> = LazyLock::new(|| {
    let mut library = Library::default();
    for number in [1, 2] {
        for (hash, bytes) in edition(number).bytes {
            library.insert(hash, &bytes).expect("the documents are made by this build");
        }
    }
    library
});

/// How an attempt on a unit names the n-th edition.
pub fn edition_ref(unit_name: &str, number: u32) -> EditionRef {
    let documents = edition(number);
    EditionRef { course: course_id(), number, paper: documents.paper, key: documents.keys[&unit(unit_name)] }
}

/// Ann's attempt of a unit in class 2B.
pub fn attempt(unit_name: &str, run: u32) -> AttemptKey {
    AttemptKey { student: person("ann"), class: class_of("2B"), unit: unit(unit_name), run }
}

/// What is right for a question.
pub fn right_inputs(question: QuestionId) -> Vec<Input> {
    let n = UNITS.iter().flat_map(|(name, count, _)| (1..=*count).map(move |n| (question_id(name, n), n)));
    let n = n.into_iter().find(|(id, _)| *id == question).expect("a question of the course").1;
    vec![Input::Text(n.to_string())]
}

/// What is wrong for any question.
pub fn wrong_inputs() -> Vec<Input> {
    vec![Input::Text("1000".into())]
}

/// The right answer to whatever question an attempt is at.
pub fn right_answer(attempt: &attempt::Attempt) -> attempt::Command {
    let current = attempt.current().expect("an attempt with a question");
    answer_with(attempt, right_inputs(current.question))
}

/// An answer to whatever question an attempt is at.
pub fn answer_with(attempt: &attempt::Attempt, inputs: Vec<Input>) -> attempt::Command {
    let current = attempt.current().expect("an attempt with a question");
    attempt::Command::SubmitAnswer { ordinal: current.ordinal, try_number: current.tries.len() as u32 + 1, inputs, ms: Some(4_000) }
}

/// The events that found the school: `admin`, teacher `tess`, the students `ann`, `bob`, `cem`, class 2B with `ann` and `bob` and the
/// course's first edition with all units assigned, class 2C with `cem`, without units.
pub fn founded() -> Vec<Event> {
    use domain::account::Event as Account;
    let open = |name, role| Event::Account(person(name), Account::AccountOpened { school: school(), role });
    let in_class = |title: &str, event| Event::Class(class_of(title), event);
    let opened = |title: &str| in_class(title, class::Event::ClassOpened { school: school(), title: title.into() });
    let enrolled = |title, name| in_class(title, class::Event::StudentEnrolled { student: person(name) });
    let of_course = |event| Event::Course(course_id(), event);
    let documents = edition(1);
    let mut events = vec![
        open("admin", Role::Administrator),
        open("tess", Role::Teacher),
        open("ann", Role::Student),
        open("bob", Role::Student),
        open("cem", Role::Student),
        opened("2B"),
        opened("2C"),
        in_class("2B", class::Event::TeacherAppointed { teacher: person("tess") }),
        enrolled("2B", "ann"),
        enrolled("2B", "bob"),
        enrolled("2C", "cem"),
        of_course(course::Event::CourseImported { title: "Arithmetic".into() }),
        of_course(course::Event::EditionPublished { number: 1, paper: documents.paper, keys: documents.keys }),
    ];
    events.extend(
        UNITS.map(|(name, ..)| {
            in_class("2B", class::Event::UnitAssigned { unit: unit(name), course: course_id(), from: None, until: None })
        }),
    );
    events
}

/// An event as the log has it, caused by the administrator.
pub fn recorded(position: u64, version: u64, event: Event) -> Recorded {
    Recorded {
        version: Version(version),
        position: Position(position),
        actor: person("admin"),
        device: DeviceId::derived(&["office"]),
        command: position,
        index: 0,
        cause: None,
        claimed: Timestamp(position as i64 * 1_000),
        recorded: Timestamp(position as i64 * 1_000 + 7),
        event,
    }
}

/// Events as a log: positions and versions counted.
pub fn as_log(events: impl IntoIterator<Item = Event>) -> Vec<Recorded> {
    let mut versions = BTreeMap::<StreamId, u64>::new();
    let count = |(index, event): (usize, Event)| {
        let version = versions.entry(event.stream()).or_default();
        *version += 1;
        recorded(index as u64 + 1, *version, event)
    };
    events.into_iter().enumerate().map(count).collect()
}
