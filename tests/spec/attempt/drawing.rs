//! Drawing a question: the same everywhere, uniform, and none of the last ⌊0.9 N⌋ again.

use super::*;
use domain::{attempt::UnitContent, content::Corrections};
use std::collections::BTreeSet;

/// The questions drawn in an attempt on a section of `count` questions.
fn drawn(student: &str, count: usize, draws: u32) -> Vec<QuestionId> {
    let (section, key) = school::section("section", count, Rule::DRILL);
    let attempt = domain::attempt::AttemptKey { student: school::person(student), ..school::attempt("section", 1) };
    let unit = UnitContent {
        unit: domain::content::Unit::Section(&section),
        key: &key,
        decimal_comma: false,
        edition: 1,
        corrections: Corrections::none(),
    };
    let facts = Facts { attempt, admitted: true, open_now: true, published: true, earlier_run_ended: true, unit: Some(unit), history: &[] };
    let mut state = Attempt::default();
    let mut questions = Vec::new();
    let mut command = SECTION.start();
    while questions.len() < draws as usize {
        let events = state.decide(&command, &facts).expect("it goes on");
        for event in &events {
            if let Event::QuestionAssigned { ordinal, question } = event {
                questions.push(*question);
                assert_eq!(*ordinal as usize, questions.len());
                command = miss(*ordinal);
            }
            if let Event::QuestionAnsweredWrongly(answer) = event {
                command = next(answer.ordinal);
            }
        }
        state = events.iter().fold(state, Attempt::evolve);
    }
    questions
}

#[test]
fn the_same_attempt_draws_the_same_questions() {
    assert_eq!(drawn("ann", 10, 60), drawn("ann", 10, 60));
    assert_ne!(drawn("ann", 10, 60), drawn("bob", 10, 60));
}

/// The first draws of one attempt, for ever: another program, another year, the same questions. A change here breaks every
/// attempt under way.
#[test]
fn the_draw_never_changes() {
    let draws: Vec<usize> = drawn("ann", 10, 12)
        .iter()
        .map(|question| (1..=10).find(|n| school::question_id("section", *n) == *question).expect("one of the ten"))
        .collect();
    assert_eq!(draws, PINNED);
}

const PINNED: [usize; 12] = [9, 8, 5, 7, 3, 2, 4, 1, 10, 6, 9, 8];

#[test]
fn none_of_the_last_nine_tenths_comes_again() {
    for (count, rest) in [(1, 0), (2, 1), (3, 2), (5, 4), (9, 8), (10, 9), (11, 9), (20, 18), (21, 18)] {
        let questions = drawn("ann", count, 5 * count as u32);
        for (index, question) in questions.iter().enumerate() {
            let recent = &questions[index.saturating_sub(rest)..index];
            assert!(!recent.contains(question), "of {count}: draw {} repeats one of the last {rest}", index + 1);
        }
        let all: BTreeSet<_> = questions.iter().collect();
        assert_eq!(all.len(), count, "of {count}: each comes within a few rounds");
    }
}

#[test]
fn a_question_may_come_again_as_soon_as_the_rule_lets_it() {
    // 21 questions, 18 of them resting: three to draw from, so some question comes again after exactly 18 others.
    let questions = drawn("ann", 21, 400);
    let again = questions.windows(20).any(|window| window[0] == window[19]);
    assert!(again, "after 18 others a question is drawn again");
}

#[test]
fn a_single_question_comes_again_and_again() {
    assert!(drawn("ann", 1, 10).iter().all(|question| *question == school::question_id("section", 1)));
}

/// Pearson's chi-square over the first and over a later draw of many attempts; 9 degrees of freedom, p = 0.001 at 27.9.
#[test]
fn every_question_is_as_likely() {
    const ATTEMPTS: usize = 2_000;
    for ordinal in [0, 1, 6] {
        let mut counts = BTreeMap::new();
        for n in 0..ATTEMPTS {
            *counts.entry(drawn(&format!("student {n}"), 10, 7)[ordinal]).or_insert(0_u32) += 1;
        }
        let expected = ATTEMPTS as f64 / 10.0;
        let chi_square: f64 = counts.values().map(|count| (f64::from(*count) - expected).powi(2) / expected).sum();
        assert_eq!(counts.len(), 10);
        assert!(chi_square < 27.9, "draw {}: chi-square {chi_square}", ordinal + 1);
    }
}

/// Whoever knows nothing but the ordinal comes to the same question as whoever went through all before it.
#[test]
fn the_question_at_an_ordinal_is_the_one_that_is_drawn_in_turn() {
    for count in [1, 2, 3, 9, 10, 21] {
        let (section, _) = school::section("section", count, Rule::DRILL);
        let at =
            |ordinal| domain::attempt::question_at(school::attempt("section", 1).id(), ordinal, domain::content::Unit::Section(&section));
        let one_by_one: Vec<_> = (1..=60).map(at).collect();
        assert_eq!(one_by_one, drawn("ann", count, 60).into_iter().map(Some).collect::<Vec<_>>(), "of {count}");
    }
}
