//! How far a student is in a section, what became of it between two moments, and the sections of a class.

use super::{on_device, seen_by, tally};
use domain::{
    account::Role,
    class,
    content::Rule,
    event::Event,
    ids::UnitId,
    projections::class_overview::{Board, StudentOverview},
    time::Timestamp,
    views::{
        Reach,
        mastery::{Became, Cell, Changes, Column, Mastery, REVIEW_AFTER_MS, became, columns, mastery, sums, unit as unit_here},
    },
};
use model::{class_history::student, school::*};
use std::collections::BTreeSet;

/// A section that so many in a row finish; 0 if that is not known.
fn column(name: &str, goal: u8) -> Column {
    let rule = (goal > 0).then_some(Rule::SectionTest { streak: goal, stumble: 3 });
    Column { unit: unit(name), number: None, title: name.to_owned(), rule }
}

/// A student's work: the section after these steps.
fn worked(steps: &str) -> StudentOverview {
    StudentOverview { units: [(unit("section"), tally(steps))].into(), ..StudentOverview::default() }
}

fn assigned(names: &[&str]) -> Board {
    let mut board = Board::default();
    for name in names {
        board.fold_class(&class::Event::UnitAssigned { unit: unit(name), course: course_id(), from: None, until: None });
    }
    board
}

#[test]
fn mastery_says_where_the_work_stands() {
    let (in_time, late) = (REVIEW_AFTER_MS, REVIEW_AFTER_MS + 1);
    let table = [
        ("", in_time, Mastery::Unstarted),
        ("", late, Mastery::Unstarted),
        ("s", in_time, Mastery::Streak(0, 5)),
        ("s++", in_time, Mastery::Streak(2, 5)),
        ("s++-", late, Mastery::Streak(0, 5)),
        ("s---!", in_time, Mastery::Stuck),
        ("s---!", late, Mastery::Stuck),
        ("s---!+.", in_time, Mastery::Streak(1, 5)),
        ("s+++++++", in_time, Mastery::Streak(5, 5)),
        ("s+++++f", in_time, Mastery::Finished),
        ("s+++++f", late, Mastery::ReviewDue),
        ("s+++++f--", in_time, Mastery::Finished),
    ];
    let board = assigned(&["section"]);
    for (steps, at, expected) in table {
        assert_eq!(mastery(&board, Some(&worked(steps)), &column("section", 5), Timestamp(at)), expected, "{steps} at {at}");
    }
    assert_eq!(mastery(&board, None, &column("section", 5), Timestamp(late)), Mastery::Unstarted);
    assert_eq!(mastery(&board, None, &column("drill", 5), Timestamp(late)), Mastery::NotAssigned);
    let without_paper = mastery(&board, Some(&worked("s++")), &column("section", 0), Timestamp(0));
    assert_eq!(without_paper, Mastery::Streak(2, 0), "how many finish it is not known without its paper");
}

#[test]
fn what_became_of_a_section_is_one_of_eight_things() {
    use Mastery::{Finished, NotAssigned, ReviewDue, Streak, Stuck, Unstarted};
    let table = [
        (NotAssigned, Unstarted, Became::Assigned),
        (Streak(2, 5), NotAssigned, Became::Assigned),
        (Unstarted, Streak(0, 5), Became::Begun),
        (NotAssigned, Streak(1, 5), Became::Begun),
        (Streak(1, 5), Streak(3, 5), Became::Moved),
        (Streak(3, 5), Streak(0, 5), Became::Moved),
        (ReviewDue, Finished, Became::Moved),
        (Streak(4, 5), Finished, Became::Finished),
        (Stuck, Finished, Became::Finished),
        (Finished, ReviewDue, Became::ReviewDue),
        (Streak(0, 5), Stuck, Became::Stuck),
        (Stuck, Streak(0, 5), Became::Unstuck),
        (Finished, Streak(4, 5), Became::Back),
        (Streak(2, 5), Unstarted, Became::Back),
    ];
    for (was, is, expected) in table {
        assert_eq!(became(was, is), expected, "{was:?} to {is:?}");
    }
}

#[test]
fn changes_count_cells_by_what_became_of_them_and_students_with_any() {
    let cell = |was: Option<Mastery>, is| Cell { is, was };
    let mut changes = Changes::default();
    changes.add(student(0), &[cell(None, Mastery::Stuck), cell(Some(Mastery::Streak(4, 5)), Mastery::Finished)]);
    changes.add(student(1), &[cell(None, Mastery::Unstarted), cell(None, Mastery::Finished)]);
    let begun = cell(Some(Mastery::Unstarted), Mastery::Streak(1, 5));
    changes.add(student(2), &[begun, begun, cell(Some(Mastery::Stuck), Mastery::Finished)]);
    assert_eq!(changes.cells, 4);
    assert_eq!(changes.into, [(Became::Finished, 2), (Became::Begun, 2)].into());
    assert_eq!(changes.students, [(student(0), 1), (student(2), 3)], "whoever did not change is not in it");
}

#[test]
fn sums_are_of_the_sections_that_are_shown() {
    let work = StudentOverview { answered: 9, right: 6, current: Some(unit("section")), ..worked("s+++++f") };
    let shown = sums(Some(&work), &[column("section", 5), column("drill", 5)]);
    assert_eq!((shown.answered, shown.right, shown.finished, shown.current), (9, 6, 1, Some(unit("section"))));
    assert_eq!(sums(Some(&work), &[column("drill", 5)]).finished, 0);
    let nobody = sums(None, &[column("section", 5)]);
    assert_eq!((nobody.answered, nobody.finished, nobody.current, nobody.last), (0, 0, None, Timestamp(0)));
}

#[test]
fn sections_stand_in_the_order_of_their_paper_and_those_without_one_at_the_end() {
    let tess = seen_by("tess", Role::Teacher, []);
    let gone = UnitId::derived(&["of a course that is gone"]);
    let wanted: BTreeSet<UnitId> = [unit("lone"), unit("section"), gone].into();
    let shown = columns(on_device(&tess, Reach::Live), class_of("2B"), &wanted, vec![course_id()]);
    let told: Vec<_> = shown.iter().map(|column| (column.unit, column.number, column.rule.map(Rule::goal))).collect();
    assert_eq!(told, [(unit("section"), Some((1, 1)), Some(5)), (unit("lone"), Some((1, 3)), Some(5)), (gone, None, None)]);
    let asked = unit_here(on_device(&tess, Reach::Live), unit("drill"));
    assert_eq!(asked.map(|unit| (unit.id(), unit.questions().len())), Some((unit("drill"), 5)));
    assert_eq!(unit_here(on_device(&tess, Reach::Live), gone), None);
}

#[test]
fn the_newest_edition_of_a_class_is_of_what_it_works_with_or_has_worked_with() {
    use domain::views::taught::{edition_of, units_of};
    let ended = |name| Event::Class(class_of("2B"), class::Event::AssignmentEnded { unit: unit(name) });
    let begun = super::events("s").map(|event| Event::Attempt(attempt("drill", 1), event));
    let tess = seen_by("tess", Role::Teacher, begun.chain([ended("drill"), ended("lone")]));
    assert_eq!(units_of(&tess, class_of("2B")), [unit("section"), unit("drill")].into(), "nobody worked on what has ended");
    let edition = |name| edition_of(&tess, class_of("2B"), unit(name));
    assert_eq!(edition("section"), Some(edition_ref("section", 1)));
    assert_eq!(edition("drill"), Some(edition_ref("drill", 1)));
    assert_eq!(edition("lone"), None);
}
