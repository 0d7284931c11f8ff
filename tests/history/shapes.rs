//! Every event shape ever stored has a file in v1: its body, byte for byte. Files are added, never changed.

use domain::{
    account, class, course,
    event::{Event, StreamId},
    protocol::Outcome,
};
use model::school::{attempt, class_of, course_id, person};
use std::{fs, path::Path};

/// The file of an event as it is first written. A new variant does not compile until it has one.
fn stored(event: &Event) -> &'static str {
    match event {
        Event::Attempt(_, event) => match event {
            domain::attempt::Event::AttemptStarted { .. } => include_str!("v1/attempt/AttemptStarted.json"),
            domain::attempt::Event::QuestionAssigned { .. } => include_str!("v1/attempt/QuestionAssigned.json"),
            domain::attempt::Event::QuestionAnsweredCorrectly(_) => include_str!("v1/attempt/QuestionAnsweredCorrectly.json"),
            domain::attempt::Event::QuestionAnsweredWrongly(_) => include_str!("v1/attempt/QuestionAnsweredWrongly.json"),
            domain::attempt::Event::AnswerRevealed { .. } => include_str!("v1/attempt/AnswerRevealed.json"),
            domain::attempt::Event::StumblingBlockMet {} => include_str!("v1/attempt/StumblingBlockMet.json"),
            domain::attempt::Event::StumblingBlockCleared {} => include_str!("v1/attempt/StumblingBlockCleared.json"),
            domain::attempt::Event::SectionFinished {} => include_str!("v1/attempt/SectionFinished.json"),
            domain::attempt::Event::StreakCompleted {} => include_str!("v1/attempt/StreakCompleted.json"),
            domain::attempt::Event::DrillPassed {} => include_str!("v1/attempt/DrillPassed.json"),
            domain::attempt::Event::AnswerRegraded(_) => include_str!("v1/attempt/AnswerRegraded.json"),
        },
        Event::Class(_, event) => match event {
            class::Event::ClassOpened { .. } => include_str!("v1/class/ClassOpened.json"),
            class::Event::TeacherAppointed { .. } => include_str!("v1/class/TeacherAppointed.json"),
            class::Event::StudentEnrolled { .. } => include_str!("v1/class/StudentEnrolled.json"),
            class::Event::StudentRemoved { .. } => include_str!("v1/class/StudentRemoved.json"),
            class::Event::UnitAssigned { .. } => include_str!("v1/class/UnitAssigned.json"),
            class::Event::AssignmentEnded { .. } => include_str!("v1/class/AssignmentEnded.json"),
            class::Event::EnrolmentOpened { .. } => include_str!("v1/class/EnrolmentOpened.json"),
            class::Event::EnrolmentClosed {} => include_str!("v1/class/EnrolmentClosed.json"),
            class::Event::NoteWritten { .. } => include_str!("v1/class/NoteWritten.json"),
            class::Event::NoteRemoved { .. } => include_str!("v1/class/NoteRemoved.json"),
            class::Event::TeacherDismissed { .. } => include_str!("v1/class/TeacherDismissed.json"),
        },
        Event::Course(_, event) => match event {
            course::Event::CourseImported { .. } => include_str!("v1/course/CourseImported.json"),
            course::Event::EditionPublished { .. } => include_str!("v1/course/EditionPublished.json"),
            course::Event::AnswerKeyCorrected { .. } => include_str!("v1/course/AnswerKeyCorrected.json"),
            course::Event::CorrectionUndone { .. } => include_str!("v1/course/CorrectionUndone.json"),
        },
        Event::Account(_, event) => match event {
            account::Event::AccountOpened { .. } => include_str!("v1/account/AccountOpened.json"),
            account::Event::PasswordSet { .. } => include_str!("v1/account/PasswordSet.json"),
            account::Event::AccountClosed { .. } => include_str!("v1/account/AccountClosed.json"),
        },
        Event::Unknown(_) => panic!("an event that this build does not know has no file"),
    }
}

/// Aggregate, file name and body of every shape.
fn shapes() -> Vec<(StreamId, String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/history/v1");
    let streams = [
        ("account", StreamId::Account(person("ann"))),
        ("attempt", StreamId::Attempt(attempt("section", 1))),
        ("class", StreamId::Class(class_of("2B"))),
        ("course", StreamId::Course(course_id())),
    ];
    let mut shapes = Vec::new();
    for (aggregate, stream) in streams {
        for file in fs::read_dir(root.join(aggregate)).expect("a folder for each aggregate") {
            let path = file.expect("it can be listed").path();
            let name = path.file_stem().and_then(|name| name.to_str()).expect("a plain name").to_owned();
            shapes.push((stream, name, fs::read_to_string(&path).expect("it can be read")));
        }
    }
    shapes
}

#[test]
fn every_shape_reads_as_a_known_event_and_writes_back_to_the_same_bytes() {
    for (stream, name, body) in shapes() {
        let event = Event::read(&stream, &body);
        assert!(event.is_known(), "{stream}: {name}");
        assert_eq!(event.body().get(), body, "{stream}: {name}");
    }
}

#[test]
fn every_file_is_named_after_the_event_in_it() {
    let shapes = shapes();
    assert!(shapes.len() >= 45, "no file goes");
    for (stream, name, body) in &shapes {
        let variant = name.split('.').next().expect("a name");
        let first = stored(&Event::read(stream, body));
        assert!(body.starts_with(&format!("{{\"{variant}\":")), "{name}");
        assert!(first.starts_with(&format!("{{\"{variant}\":")), "{name}");
    }
}

#[test]
fn a_shape_of_one_aggregate_is_unknown_to_the_others() {
    let class = StreamId::Class(class_of("2B"));
    for (stream, name, body) in shapes() {
        assert_eq!(Event::read(&class, &body).is_known(), stream == class, "{name}");
    }
}

#[test]
fn fields_of_later_builds_are_let_be() {
    let class = StreamId::Class(class_of("2B"));
    let later = r#"{"ClassOpened":{"school":"AAAAAAAAAAAAAAAAAAAAAA","title":"2B","room":12}}"#;
    assert!(matches!(Event::read(&class, later), Event::Class(_, class::Event::ClassOpened { .. })));
}

/// What a store keeps of a command that was not accepted. Files are added, never changed.
#[test]
fn every_outcome_that_is_stored_as_a_text_reads_and_writes_back_to_the_same_bytes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/history/v1/outcome");
    let files: Vec<_> = fs::read_dir(folder).expect("there is a folder").map(|file| file.expect("it can be listed").path()).collect();
    assert!(files.len() >= 12, "no file goes");
    for path in files {
        let stored = fs::read_to_string(&path).expect("it can be read");
        let outcome: Outcome = serde_json::from_str(&stored).unwrap_or_else(|fault| panic!("{}: {fault}", path.display()));
        assert_eq!(serde_json::to_string(&outcome).expect("it can be written"), stored, "{}", path.display());
    }
}
