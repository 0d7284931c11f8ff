//! Mastery, completion, and the differences between two moments.

use crate::{
    journal::journal_of,
    model::{
        class_history::{drawn, student},
        school::*,
    },
};
use domain::{
    attempt::{self, Answer},
    class,
    content::{Chapter, Rule},
    projections::{
        class_overview::Board,
        insight::{Cell, Completion, REVIEW_AFTER_MS, cell, completion, differences},
        tally::Tally,
    },
    time::Timestamp,
};
use proptest::prelude::*;

/// A tally after some steps, all at moment 0: `s` start, `+` right, `-` wrong, `!` stuck, `.` cleared, `f` finished.
fn tally(steps: &str) -> Tally {
    let mut tally = Tally::default();
    for step in steps.chars() {
        let answer = Answer { ordinal: 1, question: question_id("section", 1), try_number: 1, inputs: vec![], ms: None, corrections: 0 };
        let event = match step {
            's' => attempt::Event::AttemptStarted { edition: edition_ref("section", 1), rule: Rule::SECTION_TEST },
            '+' => attempt::Event::QuestionAnsweredCorrectly(answer),
            '-' => attempt::Event::QuestionAnsweredWrongly(answer),
            '!' => attempt::Event::StumblingBlockMet {},
            '.' => attempt::Event::StumblingBlockCleared {},
            _ => attempt::Event::SectionFinished {},
        };
        tally.fold(1, Timestamp(0), &event);
    }
    tally
}

#[test]
fn a_cell_says_where_the_work_stands() {
    let (in_time, late) = (REVIEW_AFTER_MS, REVIEW_AFTER_MS + 1);
    let progress = |streak| Cell::Progress { streak, goal: 5 };
    let table = [
        ("", in_time, Cell::NotStarted),
        ("", late, Cell::NotStarted),
        ("s", in_time, progress(0)),
        ("s++", in_time, progress(2)),
        ("s++-", late, progress(0)),
        ("s---!", in_time, Cell::Stuck),
        ("s---!", late, Cell::Stuck),
        ("s---!+.", in_time, progress(1)),
        ("s+++++++", in_time, progress(5)),
        ("s+++++f", in_time, Cell::Finished),
        ("s+++++f", late, Cell::ReviewDue),
        ("s+++++f--", in_time, Cell::Finished),
    ];
    for (steps, at, expected) in table {
        assert_eq!(cell(Some(&tally(steps)), Rule::SECTION_TEST, Timestamp(at)), expected, "{steps} at {at}");
    }
    assert_eq!(cell(None, Rule::DRILL, Timestamp(late)), Cell::NotStarted);
}

fn chapters() -> Vec<Chapter> {
    let [section, drill, lone] = UNITS.map(|(name, count, rule)| section(name, count, rule).0);
    vec![
        Chapter { title: "One".into(), sections: vec![section, drill] },
        Chapter { title: "Two".into(), sections: vec![lone] },
        Chapter { title: "Three".into(), sections: vec![] },
    ]
}

#[test]
fn a_chapter_is_as_complete_as_the_pairs_that_are_finished() {
    let mut board = Board::default();
    let enrol = |board: &mut Board, n| board.fold_class(&class::Event::StudentEnrolled { student: student(n) });
    let finish = |board: &mut Board, n, unit_name| {
        board.fold_work(student(n), unit(unit_name), 1, Timestamp(0), &attempt::Event::SectionFinished {});
    };
    for (unit_name, ..) in UNITS {
        board.fold_class(&class::Event::UnitAssigned { unit: unit(unit_name), course: course_id(), from: None, until: None });
    }
    let counted = |board: &Board| {
        let counted = |completion: Completion| (completion.sections, completion.finished.map(|share| (share.count, share.n)));
        completion(board, &chapters()).into_iter().map(counted).collect::<Vec<_>>()
    };
    assert_eq!(counted(&board), [(2, None), (1, None), (0, None)], "nobody is in the class");
    (0..4).for_each(|n| enrol(&mut board, n));
    finish(&mut board, 0, "section");
    finish(&mut board, 0, "drill");
    finish(&mut board, 1, "drill");
    finish(&mut board, 9, "drill");
    assert_eq!(counted(&board), [(2, Some((3, 8))), (1, Some((0, 4))), (0, None)], "who has left does not count");
    board.fold_class(&class::Event::AssignmentEnded { unit: unit("section") });
    assert_eq!(counted(&board), [(1, Some((2, 4))), (1, Some((0, 4))), (0, None)]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn differences_say_all_that_is_different_and_nothing_else(seed in any::<u64>(), one in 0..600_usize, other in 0..600_usize) {
        let journal = journal_of(&drawn(seed, 4, 600));
        let (before, after) = (journal.board_at(one), journal.board_at(other));
        let found = differences(&before, &after);
        let of = |board: &Board, n: usize, name: &str| {
            board.students.get(&student(n)).and_then(|work| work.units.get(&unit(name))).copied().unwrap_or_default()
        };
        let mut expected = Vec::new();
        for n in 0..4 {
            for (name, ..) in UNITS {
                if of(&before, n, name) != of(&after, n, name) {
                    expected.push((student(n), unit(name), of(&before, n, name), of(&after, n, name)));
                }
            }
        }
        expected.sort_by_key(|changed| (changed.0, changed.1));
        let work: Vec<_> = found.work.iter().map(|changed| (changed.student, changed.unit, changed.before, changed.after)).collect();
        prop_assert_eq!(work, expected);
        for n in 0..4 {
            let is_in = (before.members.contains(&student(n)), after.members.contains(&student(n)));
            prop_assert_eq!((found.joined.contains(&student(n)), found.left.contains(&student(n))), (is_in == (false, true), is_in == (true, false)));
        }
        for (name, ..) in UNITS {
            let is_set = (before.units.contains(&unit(name)), after.units.contains(&unit(name)));
            prop_assert_eq!((found.assigned.contains(&unit(name)), found.ended.contains(&unit(name))), (is_set == (false, true), is_set == (true, false)));
        }
        prop_assert_eq!(differences(&after, &after), Default::default());
    }
}
