//! A course's corrections as somebody may hold them: all or only some, learnt of in whatever order. What stands follows from the numbers alone.

use domain::{
    content::{Correction, Corrections, Input},
    course::{Contents, Course, Event},
    decider::Decider,
    event,
    ids::UnitId,
    projections::directory::Directory,
};
use model::school::{as_log, course_id, edition, question_id, unit};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// The highest number that is tried of any of these.
const MOST: u32 = 30;

fn accept(answer: u8) -> Correction {
    Correction::AcceptToo { inputs: vec![Input::Text(answer.to_string())] }
}

fn made(number: u32, name: &str, n: usize, correction: Correction) -> Event {
    let (unit, question) = (unit(name), question_id(name, n));
    Event::AnswerKeyCorrected { number, edition: 1, unit, question, correction, harm_nobody: false, choices: None }
}

fn undone(number: u32, undoes: u32) -> Event {
    Event::CorrectionUndone { number, undoes }
}

fn held(events: &[Event]) -> Corrections {
    let mut contents = Contents::default();
    events.iter().for_each(|event| contents.evolve(event));
    contents.corrections
}

/// Corrections of two units, some taken back, numbered as a course numbers them.
fn history() -> impl Strategy<Value = Vec<Event>> {
    let choice = (any::<bool>(), 1..3_usize, 0..4_u8, prop::option::weighted(0.3, 0..10_usize));
    prop::collection::vec(choice, 0..20).prop_map(|choices| {
        let mut events: Vec<Event> = Vec::new();
        let mut standing: Vec<u32> = Vec::new();
        for (number, (is_drill, n, what, undo)) in (1..).zip(choices) {
            match undo.filter(|_| !standing.is_empty()) {
                Some(index) => events.push(undone(number, standing.remove(index % standing.len()))),
                None => {
                    let correction = if what == 3 { Correction::Drop {} } else { accept(what) };
                    events.push(made(number, if is_drill { "drill" } else { "section" }, n, correction));
                    standing.push(number);
                }
            }
        }
        events
    })
}

/// Those that are about a unit, with what took them back.
fn of_unit(events: &[Event], wanted: UnitId) -> Vec<Event> {
    let about = |event: &&Event| match event {
        Event::AnswerKeyCorrected { unit, .. } => *unit == wanted,
        Event::CorrectionUndone { undoes, .. } => {
            let undone =
                |made: &Event| matches!(made, Event::AnswerKeyCorrected { number, unit, .. } if number == undoes && *unit == wanted);
            events.iter().any(undone)
        }
        Event::CourseImported { .. } | Event::EditionPublished { .. } => false,
    };
    events.iter().filter(about).cloned().collect()
}

fn numbers(corrections: &Corrections, name: &str, n: usize) -> Vec<u32> {
    corrections.standing(unit(name), question_id(name, n)).map(|said| said.number).collect()
}

#[test]
fn what_was_taken_back_later_stood_before() {
    let all = held(&[made(1, "drill", 1, accept(1)), made(2, "drill", 1, accept(2)), undone(3, 1), made(4, "drill", 1, accept(1))]);
    for (as_of, standing) in [(0, vec![]), (1, vec![1]), (2, vec![1, 2]), (3, vec![2]), (4, vec![2, 4]), (9, vec![2, 4])] {
        assert_eq!(numbers(&all.as_of(as_of), "drill", 1), standing, "as of {as_of}");
    }
    assert_eq!((all.get(1).and_then(|said| said.undone_by), all.undoes(3), all.undoes(1)), (Some(3), Some(1), None));
    assert_eq!((all.get(3), all.get(0), all.len(), all.next_number()), (None, None, 4, 5));
}

#[test]
fn the_last_number_of_a_unit_is_that_of_its_last_correction_or_of_what_took_one_back() {
    let all = held(&[made(1, "section", 1, accept(1)), made(2, "drill", 1, accept(1)), made(3, "section", 2, accept(1)), undone(4, 1)]);
    assert_eq!([unit("section"), unit("drill"), unit("lone")].map(|unit| all.last_of(unit)), [4, 2, 0]);
    assert_eq!([0, 1, 2, 3, 4].map(|number| all.as_of(number).last_of(unit("section"))), [0, 1, 1, 3, 4]);
}

#[test]
fn what_took_back_a_correction_may_be_known_before_it() {
    let early = held(&[undone(7, 5)]);
    assert_eq!((early.len(), early.last(), early.last_of(unit("drill")), early.is_empty()), (1, 7, 0, false));
    let both = held(&[undone(7, 5), made(5, "drill", 1, accept(1))]);
    assert!(numbers(&both, "drill", 1).is_empty());
    assert_eq!(both.last_of(unit("drill")), 7);
}

/// A course with all that was said of it, in this order, on a device.
fn directory(events: Vec<Event>) -> Directory {
    let mut directory = Directory::default();
    as_log(events.into_iter().map(|event| event::Event::Course(course_id(), event))).iter().for_each(|recorded| directory.fold(recorded));
    directory
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_in_which_they_come_makes_no_difference(
        (events, shuffled) in history().prop_flat_map(|events| (Just(events.clone()), Just(events).prop_shuffle())),
        before in 0..20_usize,
        between in 0..20_usize,
    ) {
        let documents = edition(1);
        let published = |number| Event::EditionPublished { number, paper: documents.paper, keys: documents.keys.clone() };
        let course = [Event::CourseImported { title: "Counting".into() }, published(1), published(2)];
        let in_order = [course.to_vec(), events].concat();
        // What is said of the course comes in its order, from another feed: some corrections before it, some in between.
        let mut mixed = shuffled;
        let (before, between) = (before.min(mixed.len()), between.min(mixed.len()));
        for (event, place) in course.iter().rev().zip([before.max(between), before.max(between), before.min(between)]) {
            mixed.insert(place, event.clone());
        }
        prop_assert_eq!(directory(in_order.clone()), directory(mixed.clone()));
        prop_assert_eq!(Course::replay(&in_order), Course::replay(&mixed));
    }

    #[test]
    fn who_holds_those_of_one_unit_says_the_same_of_it(events in history(), as_of in 0..MOST) {
        let all = held(&events);
        for name in ["section", "drill"] {
            let own = held(&of_unit(&events, unit(name)));
            prop_assert_eq!(own.last_of(unit(name)), all.last_of(unit(name)));
            prop_assert_eq!(own.as_of(as_of).last_of(unit(name)), all.as_of(as_of).last_of(unit(name)));
            for n in 1..3 {
                let question = question_id(name, n);
                prop_assert!(own.about(unit(name), question).eq(all.about(unit(name), question)));
                prop_assert!(own.as_of(as_of).about(unit(name), question).eq(all.as_of(as_of).about(unit(name), question)));
                // As of its unit's last number is as of any that concerns others alone.
                let last = all.as_of(as_of).last_of(unit(name));
                prop_assert!(all.as_of(last).standing(unit(name), question).eq(all.as_of(as_of).standing(unit(name), question)));
            }
        }
    }

    #[test]
    fn holes_in_the_numbers_do_no_harm(events in history(), kept in any::<u32>(), as_of in 0..MOST) {
        let some: Vec<Event> = events.iter().enumerate().filter(|(index, _)| kept >> index & 1 == 1).map(|(_, event)| event.clone()).collect();
        let corrections = held(&some);
        let number = |event: &Event| match event {
            Event::AnswerKeyCorrected { number, .. } | Event::CorrectionUndone { number, .. } => *number,
            Event::CourseImported { .. } | Event::EditionPublished { .. } => 0,
        };
        let known: BTreeSet<u32> = some.iter().map(number).collect();
        prop_assert_eq!(corrections.numbers(), known.clone());
        prop_assert_eq!((corrections.len(), corrections.is_empty()), (known.len(), known.is_empty()));
        prop_assert_eq!(corrections.next_number(), known.last().map_or(1, |last| last + 1));
        let by_then: Vec<Event> = some.iter().filter(|event| number(event) <= as_of).cloned().collect();
        prop_assert_eq!(corrections.as_of(as_of).into_owned(), held(&by_then));
        for (name, n) in [("section", 1), ("section", 2), ("drill", 1), ("drill", 2)] {
            let stood: Vec<u32> = corrections
                .about(unit(name), question_id(name, n))
                .filter(|said| said.stood_at(as_of))
                .map(|said| said.number)
                .collect();
            prop_assert_eq!(numbers(&corrections.as_of(as_of), name, n), stood);
        }
    }

    #[test]
    fn what_a_device_keeps_of_them_reads_back(events in history()) {
        let directory = directory(events);
        let kept = serde_json::to_string(&directory).expect("it can be written");
        prop_assert_eq!(serde_json::from_str::<Directory>(&kept).expect("it can be read"), directory);
    }
}
