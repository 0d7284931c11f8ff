//! Notes: what a teacher tells a student is there at once, without a network on either side, and is told to nobody else.

use super::*;
use domain::{
    class::Note,
    ids::ContentHash,
    protocol::Outcome,
    replica::{Incoming, NoteText},
};

fn note(text: &str) -> Note {
    Note { note: text.into(), salt: person(text) }
}

/// Tess writes to Ann; the note's name.
fn write(world: &mut World, tab: usize, text: &str) -> ContentHash {
    let command = in_2b(class::Command::WriteNote { student: person("ann"), note: note(text) });
    let events = world.dispatch(tab, &command).expect("she may");
    let [Event::Class(_, class::Event::NoteWritten { note, .. })] = events[..] else { panic!("{events:?}") };
    note
}

fn here(text: &str) -> NoteText<'_> {
    NoteText::Here(text)
}

fn to_ann(world: &World, tab: usize) -> Vec<ContentHash> {
    world.tabs[tab].replica.shown().directory.notes.to(class_of("2B"), person("ann")).iter().map(|noted| noted.note).collect()
}

#[test]
fn a_note_is_read_at_once_by_whoever_wrote_it_and_at_the_next_sync_by_the_student() {
    let mut world = World::new();
    let (tess, ann, bob) = (world.open("tess"), world.open("ann"), world.open("bob"));
    world.rest();
    world.cut();
    world.rest();
    let well = write(&mut world, tess, "Well done");
    assert_eq!(world.tabs[tess].replica.note(well), here("Well done"), "before anything is stored");
    assert_eq!(to_ann(&world, tess), [well]);
    world.rest();
    let tess = world.reload(tess, "tess");
    world.rest();
    assert_eq!((to_ann(&world, tess), world.tabs[tess].replica.note(well)), (vec![well], here("Well done")), "after a reload, offline");
    world.mend();
    world.rest();
    assert_eq!((to_ann(&world, ann), world.tabs[ann].replica.note(well)), (vec![well], here("Well done")));
    let noted = world.tabs[ann].replica.shown().directory.notes.to(class_of("2B"), person("ann"))[0];
    assert_eq!(noted.by, person("tess"));
    world.cut();
    world.rest();
    let (tess, ann) = (world.reload(tess, "tess"), world.reload(ann, "ann"));
    world.rest();
    for tab in [tess, ann] {
        assert_eq!(world.tabs[tab].replica.note(well), here("Well done"), "after a reload, offline, on both sides");
    }
    let bobs = &world.tabs[bob];
    assert!(bobs.replica.shown().directory.notes.is_empty() && !bobs.database.data().content.contains_key(&well));
    assert!(bobs.received.iter().all(|frame| !frame.contains(&well.to_string()) && !frame.contains("Well done")));
    world.mend();
    world.rest();
    world.assert_agreement();
}

#[test]
fn no_event_and_no_fold_that_is_kept_says_what_a_note_says() {
    let mut world = World::new();
    let (tess, ann) = (world.open("tess"), world.open("ann"));
    world.rest();
    write(&mut world, tess, "Only for you");
    world.rest();
    world.seconds(3);
    for tab in [tess, ann] {
        let data = world.tabs[tab].database.data();
        assert!(data.chunks.values().any(|chunk| chunk.runs.contains("NoteWritten")), "the scan looks in the right place");
        assert!(data.chunks.values().all(|chunk| !chunk.runs.contains("Only for you")));
        assert!(data.snapshots.values().all(|snapshot| !snapshot.state.contains("Only for you")));
        assert!(world.tabs[tab].received.iter().all(|frame| !frame.contains("Only for you")));
    }
}

#[test]
fn another_tab_reads_a_note_that_waits() {
    let mut world = World::new();
    let tess = world.open("tess");
    let beside = world.open_beside(tess, "tess");
    world.rest();
    world.cut();
    let well = write(&mut world, tess, "Well done");
    world.rest();
    assert_eq!(world.tabs[beside].replica.note(well), here("Well done"));
}

#[test]
fn a_note_that_was_deleted_is_said_to_be_and_asked_for_once() {
    let mut world = World::new();
    let (tess, ann) = (world.open("tess"), world.open("ann"));
    world.rest();
    let well = write(&mut world, tess, "Well done");
    while !world.server.documents.contains_key(&well) {
        assert!(world.step());
    }
    world.server.documents.remove(&well);
    world.rest();
    assert_eq!(world.tabs[ann].replica.note(well), NoteText::Removed);
    let asked = world.fetched;
    world.seconds(30);
    assert_eq!(world.fetched, asked, "it is not asked for again and again");
    // She deleted it herself: her own device forgets it too.
    world.input(tess, Incoming::NoContent(well));
    world.rest();
    let tess = world.reload(tess, "tess");
    world.rest();
    assert_eq!(world.tabs[tess].replica.note(well), NoteText::Removed);
    assert!(!world.tabs[tess].database.data().content.contains_key(&well));
}

#[test]
fn while_it_cannot_be_had_it_is_not_taken_for_deleted() {
    let mut world = World::new();
    let (tess, ann) = (world.open("tess"), world.open("ann"));
    world.rest();
    let well = write(&mut world, tess, "Well done");
    while to_ann(&world, ann).is_empty() {
        assert!(world.step());
    }
    assert_eq!(world.tabs[ann].replica.note(well), NoteText::NotYet);
    world.input(ann, Incoming::Content { hash: well, bytes: None });
    assert_eq!(world.tabs[ann].replica.note(well), NoteText::NotYet);
    world.rest();
    assert_eq!(world.tabs[ann].replica.note(well), here("Well done"));
}

#[test]
fn only_the_classs_teacher_writes() {
    let mut world = World::new();
    for name in ["ann", "bob", "cem", "admin"] {
        let command = in_2b(class::Command::WriteNote { student: person("ann"), note: note("Hello") });
        assert_eq!(world.server.tell(name, &command), Outcome::Forbidden {}, "{name}");
    }
    for (student, text, why) in [
        ("cem", "Hello".to_owned(), class::Refusal::NotInClass),
        ("ann", " \n".to_owned(), class::Refusal::BadNote),
        ("ann", "é".repeat(2_001), class::Refusal::BadNote),
        ("ann", format!("a{}", " ".repeat(2_000)), class::Refusal::BadNote),
    ] {
        let command = in_2b(class::Command::WriteNote { student: person(student), note: note(&text) });
        assert_eq!(world.server.tell("tess", &command), Outcome::Refused(Refusal::Class(why)), "{text:.20}");
    }
    let command = in_2b(class::Command::WriteNote { student: person("ann"), note: note(&"é".repeat(2_000)) });
    assert!(matches!(world.server.tell("tess", &command), Outcome::Accepted { events: 1, .. }));
}

#[test]
fn what_a_page_asks_for_is_fetched() {
    let mut world = World::new();
    let tess = world.open("tess");
    world.rest();
    let paper = edition(2).paper;
    assert!(!world.tabs[tess].replica.library().has(paper));
    for _ in 0..2 {
        let effects = world.tabs[tess].replica.want(paper);
        world.carry_out(tess, effects);
    }
    let asked = world.fetched;
    world.rest();
    assert_eq!(world.fetched, asked + 1, "once");
    assert!(world.tabs[tess].replica.library().has(paper));
    // What is nowhere is asked for once.
    let effects = world.tabs[tess].replica.want(ContentHash::of(b"nothing"));
    world.carry_out(tess, effects);
    world.rest();
    let asked = world.fetched;
    world.seconds(30);
    assert_eq!(world.fetched, asked);
}
