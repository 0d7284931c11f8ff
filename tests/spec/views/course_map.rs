//! A student's course: what of it is open, and the one step that is recommended.

use super::{events, on_device, seen_by};
use domain::{
    account::Role,
    class::{self, Assignment},
    event::Event,
    library::Library,
    time::Timestamp,
    views::{
        OnDevice, Reach,
        course_map::{Availability, Courses, NextStep, courses, next_step},
        shown::Shown,
    },
};
use model::school::*;

const NOW: Timestamp = Timestamp(1_000_000);

/// Units, and what was done in each.
type Work<'w> = &'w [(&'w str, &'w str)];

fn in_class(event: class::Event) -> Event {
    Event::Class(class_of("2B"), event)
}

/// The step recommended to Ann after she did this in her units, in this order.
fn step_after(work: Work<'_>, also: impl IntoIterator<Item = Event>) -> (&'static str, Option<String>) {
    let worked = work.iter().flat_map(|(name, steps)| {
        let key = attempt(name, 1);
        events(steps).map(move |event| Event::Attempt(key, event)).collect::<Vec<_>>()
    });
    let models = seen_by("ann", Role::Student, also.into_iter().chain(worked));
    let Shown::Ready(Courses::Known(courses)) = courses(on_device(&models, Reach::Live), NOW) else { panic!("her course is there") };
    match next_step(&courses) {
        NextStep::Resume(unit) => ("resume", Some(unit.title)),
        NextStep::Begin(unit) => ("begin", Some(unit.title)),
        NextStep::AgainWhenStuck(unit) => ("again", Some(unit.title)),
        NextStep::Review => ("review", None),
    }
}

#[test]
fn the_next_step_is_what_was_left_last_then_something_new_then_what_did_not_work_out() {
    let table: &[(Work<'_>, &str, Option<&str>)] = &[
        (&[], "begin", Some("section")),
        (&[("section", "s")], "resume", Some("section")),
        (&[("section", "s+"), ("drill", "s-")], "resume", Some("drill")),
        (&[("drill", "s-"), ("section", "s+")], "resume", Some("section")),
        (&[("section", "s---!")], "begin", Some("drill")),
        (&[("section", "s---!"), ("drill", "s+")], "resume", Some("drill")),
        (&[("section", "s---!."), ("drill", "s+")], "resume", Some("drill")),
        (&[("section", "s+++++f")], "begin", Some("drill")),
        (&[("section", "s+++++f--")], "begin", Some("drill")),
        (&[("section", "s+++++f"), ("drill", "s---!"), ("lone", "s---!")], "again", Some("drill")),
        (&[("section", "s+++++f"), ("drill", "sf"), ("lone", "sf")], "review", None),
    ];
    for (work, step, unit) in table {
        assert_eq!(step_after(work, []), (*step, unit.map(str::to_owned)), "{work:?}");
    }
}

#[test]
fn what_is_not_open_is_no_step() {
    let window = |name, from: Option<i64>, until: Option<i64>| {
        let (from, until) = (from.map(Timestamp), until.map(Timestamp));
        in_class(class::Event::UnitAssigned { unit: unit(name), course: course_id(), from, until })
    };
    assert_eq!(step_after(&[], [window("section", Some(NOW.0 + 1), None)]), ("begin", Some("drill".into())), "not yet");
    assert_eq!(step_after(&[("section", "s+")], [window("section", None, Some(NOW.0))]), ("begin", Some("drill".into())), "it is over");
    assert_eq!(step_after(&[("section", "s+")], [window("section", Some(NOW.0), Some(NOW.0 + 1))]), ("resume", Some("section".into())));
    let ended = in_class(class::Event::AssignmentEnded { unit: unit("section") });
    assert_eq!(step_after(&[("section", "s+")], [ended]), ("begin", Some("drill".into())), "it is not assigned any more");
}

#[test]
fn a_unit_is_open_from_the_first_moment_to_before_the_last() {
    let table = [
        (None, None, 0, Availability::Open { until: None }),
        (Some(10), None, 9, Availability::NotYet(Timestamp(10))),
        (Some(10), None, 10, Availability::Open { until: None }),
        (None, Some(20), 19, Availability::Open { until: Some(Timestamp(20)) }),
        (None, Some(20), 20, Availability::Over(Timestamp(20))),
        (Some(10), Some(20), 9, Availability::NotYet(Timestamp(10))),
        (Some(10), Some(20), 15, Availability::Open { until: Some(Timestamp(20)) }),
        (Some(10), Some(20), 21, Availability::Over(Timestamp(20))),
    ];
    for (from, until, at, expected) in table {
        let assignment = Assignment { course: course_id(), from: from.map(Timestamp), until: until.map(Timestamp) };
        assert_eq!(Availability::of(&assignment, Timestamp(at)), expected, "{assignment:?} at {at}");
        let is_open = matches!(expected, Availability::Open { .. });
        assert_eq!(assignment.is_open(Timestamp(at)), is_open, "what is shown as open is what the rules take");
    }
}

#[test]
fn a_course_that_is_not_here_is_missed_only_when_nothing_is_on_its_way() {
    let (ann, cem) = (seen_by("ann", Role::Student, []), seen_by("cem", Role::Student, []));
    let reaches = [Reach::Reading, Reach::Offline, Reach::Connecting, Reach::CatchingUp, Reach::Live];
    let none = Library::default();
    let said = |models, library, reach| match courses(OnDevice { models, library, reach }, NOW) {
        Shown::Loading => "loading",
        Shown::NotHere => "not here",
        Shown::Nothing => "nothing",
        Shown::Ready(Courses::Later(_)) => "later",
        Shown::Ready(Courses::Known(_)) => "known",
    };
    let without_paper = reaches.map(|reach| said(&ann, &none, reach));
    assert_eq!(without_paper, ["loading", "not here", "loading", "loading", "loading"]);
    let with_paper = reaches.map(|reach| said(&ann, &LIBRARY, reach));
    assert_eq!(with_paper, ["loading", "known", "known", "known", "known"]);
    let unassigned = reaches.map(|reach| said(&cem, &LIBRARY, reach));
    assert_eq!(unassigned, ["loading", "not here", "loading", "loading", "nothing"]);
}

#[test]
fn what_opens_later_is_said_to_while_nothing_of_it_is_handed_out() {
    let opens = |name, from| {
        in_class(class::Event::UnitAssigned { unit: unit(name), course: course_id(), from: Some(Timestamp(from)), until: None })
    };
    let later = [opens("section", NOW.0 + 9), opens("drill", NOW.0 + 5), opens("lone", NOW.0 + 7)];
    let ann = seen_by("ann", Role::Student, later.clone());
    let none = Library::default();
    let shown = |models, at| courses(OnDevice { models, library: &none, reach: Reach::Live }, at);
    assert_eq!(shown(&ann, NOW), Shown::Ready(Courses::Later(Timestamp(NOW.0 + 5))));
    assert_eq!(shown(&ann, Timestamp(NOW.0 + 5)), Shown::Loading, "it is on its way from then on");
    let one_open = seen_by("ann", Role::Student, later.into_iter().take(2));
    assert_eq!(shown(&one_open, NOW), Shown::Loading);
}
