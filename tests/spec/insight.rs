//! Views over a class's history: tables for what each means, and a second, plain implementation on histories drawn by chance.

mod attention;
mod over_time;

use crate::journal::{journal_of, naively_tried};
use domain::{
    attempt::{self, AttemptKey, Judgement},
    content::{Corrected, Correction, Corrections, Field, FieldKey, FieldKind, Html, Input, Paper, Question, QuestionKey},
    event::{Event, Recorded},
    grading,
    ids::{AccountId, QuestionId, UnitId},
    projections::{
        insight::{QuestionInsight, SectionInsight, Subject, WrongAnswer, Zone, mark_table, questions},
        journal::{Journal, Tried},
    },
    statistics::{Doubt, Report, histogram},
    time::Timestamp,
};
use model::{
    class_history::{drawn, student},
    school::*,
};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn subject(question: &Question) -> Subject<'_> {
    Subject { unit: unit("section"), question, key: None, decimal_comma: false, corrections: Corrections::none(), zone: Zone::default() }
}

/// The answers to each student's first meeting with a question that count for something, in order.
fn firsts(tried: &[Tried], question: QuestionId) -> Vec<&Tried> {
    let mut met: Vec<AccountId> = Vec::new();
    let mut firsts = Vec::new();
    for tried in tried.iter().filter(|tried| tried.question == question && tried.try_number == 1) {
        if !met.contains(&tried.attempt.student) {
            met.push(tried.attempt.student);
            firsts.push(tried);
        }
    }
    firsts.retain(|tried| tried.judgement != Judgement::Void);
    firsts
}

/// Pearson's correlation in percent by the book: all deviations from the means.
fn correlation(pairs: &[(f64, f64)]) -> Option<f64> {
    let n = pairs.len() as f64;
    let (mean_x, mean_y) = (pairs.iter().map(|pair| pair.0).sum::<f64>() / n, pairs.iter().map(|pair| pair.1).sum::<f64>() / n);
    let c: f64 = pairs.iter().map(|(x, y)| (x - mean_x) * (y - mean_y)).sum();
    let (v, w): (f64, f64) = (pairs.iter().map(|(x, _)| (x - mean_x).powi(2)).sum(), pairs.iter().map(|(_, y)| (y - mean_y).powi(2)).sum());
    (v * w > 1e-12).then(|| 100.0 * c / (v * w).sqrt())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 30, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_question_is_what_its_answers_say(seed in any::<u64>(), k in 0..1_500_usize) {
        let events = drawn(seed, 14, 1_500);
        let journal = journal_of(&events);
        let tried = naively_tried(&events[..k], unit("section"));
        let (section, _) = section("section", 10, domain::content::Rule::SECTION_TEST);
        for question in &section.questions {
            let insight = QuestionInsight::of(&journal, subject(question), k);
            let first = firsts(&tried, question.id);
            let counted = |share: Option<domain::statistics::Share>| share.map(|share| (share.count, share.n));
            let some = |right: usize, n: usize| (n > 0).then_some((right, n));
            let right = first.iter().filter(|tried| tried.judgement == Judgement::Right).count();
            prop_assert_eq!(counted(insight.right), some(right, first.len()));

            let each: Vec<&Tried> = tried.iter().filter(|tried| tried.question == question.id && tried.try_number == 1).collect();
            let with = |judgement| each.iter().filter(|tried| tried.judgement == judgement).count();
            let (right, wrong) = (with(Judgement::Right), with(Judgement::Wrong));
            prop_assert_eq!(counted(insight.first_try), some(right, right + wrong));
            let trend: (usize, usize) = insight.trend.iter().fold((0, 0), |sum, week| (sum.0 + week.right.count, sum.1 + week.right.n));
            prop_assert_eq!(trend, (right, right + wrong));

            let mut times: Vec<u64> = first.iter().filter_map(|tried| tried.ms).map(|ms| u64::from(ms).min(300_000)).collect();
            times.sort_unstable();
            let half = times.len() / 2;
            let median = match times.len() {
                0 => None,
                odd if odd % 2 == 1 => Some(times[half]),
                _ => Some((times[half - 1] + times[half]).div_ceil(2)),
            };
            prop_assert_eq!((insight.median_ms.map(u64::from), insight.timed), (median, times.len()));

            prop_assert_eq!(by_answer(&insight.wrong), naively_wrong(&tried, question));
            prop_assert!(insight.wrong.windows(2).all(|pair| pair[0].count >= pair[1].count));
            let in_table: usize = insight.answers.iter().map(|line| line.share.count).sum();
            prop_assert_eq!(in_table, first.len());

            let rate = |student: AccountId| {
                let others = section.questions.iter().filter(|other| other.id != question.id);
                let of_student = others.flat_map(|other| firsts(&tried, other.id)).filter(|tried| tried.attempt.student == student);
                let right: Vec<bool> = of_student.map(|tried| tried.judgement == Judgement::Right).collect();
                (!right.is_empty()).then(|| right.iter().filter(|right| **right).count() as f64 / right.len() as f64)
            };
            let pairs: Vec<(f64, f64)> = first
                .iter()
                .filter_map(|tried| Some((f64::from(u8::from(tried.judgement == Judgement::Right)), rate(tried.attempt.student)?)))
                .collect();
            let expected = if pairs.len() < 10 { None } else { correlation(&pairs) };
            let found = insight.discrimination.and_then(|discrimination| discrimination.index_percent);
            prop_assert_eq!(insight.discrimination.map_or(0, |discrimination| discrimination.n), pairs.len());
            prop_assert_eq!(found.is_some(), expected.is_some());
            prop_assert!(found.zip(expected).is_none_or(|(found, expected)| (found - expected).abs() < 1e-9));
        }
    }

    #[test]
    fn the_list_of_questions_agrees_with_each_question(seed in any::<u64>(), k in 0..1_200_usize) {
        let events = drawn(seed, 6, 1_200);
        let journal = journal_of(&events);
        let rows = questions(&journal, &paper(), k);
        let share = |row: &domain::projections::insight::QuestionRow| row.right.map_or(2.0, |right| right.share);
        prop_assert!(rows.windows(2).all(|pair| share(&pair[0]) <= share(&pair[1])), "the hardest first");
        for (name, count, rule) in UNITS {
            for question in &section(name, count, rule).0.questions {
                let insight = QuestionInsight::of(&journal, Subject { unit: unit(name), ..subject(question) }, k);
                let row = rows.iter().find(|row| row.question == question.id);
                prop_assert_eq!(row.and_then(|row| row.right), insight.right);
                let mut wrong: Vec<(usize, Vec<String>)> = insight.wrong.into_iter().map(|line| (line.wrong, line.answer)).collect();
                wrong.retain(|(count, _)| *count > 0);
                wrong.sort_by(|one, other| other.0.cmp(&one.0).then_with(|| one.1.cmp(&other.1)));
                let most = wrong.into_iter().next().map(|(count, answer)| (answer, count));
                prop_assert_eq!(row.and_then(|row| row.wrong.clone()), most);
            }
        }
    }

    #[test]
    fn a_section_and_its_marks_hold_the_first_answers(seed in any::<u64>(), k in 0..900_usize) {
        let events = drawn(seed, 6, 900);
        let (journal, tried) = (journal_of(&events), naively_tried(&events[..k], unit("section")));
        let asked: Vec<QuestionId> = [2, 5, 9].map(|n| question_id("section", n)).to_vec();
        let students: Vec<AccountId> = (0..7).map(student).collect();
        let marks = mark_table(&journal, unit("section"), &asked, &students, k);
        let mark = |student: &AccountId, question: &QuestionId| {
            let first = firsts(&tried, *question).into_iter().find(|tried| tried.attempt.student == *student)?;
            Some(f64::from(u8::from(first.judgement == Judgement::Right)))
        };
        let rows: Vec<Vec<Option<f64>>> = students.iter().map(|student| asked.iter().map(|question| mark(student, question)).collect()).collect();
        prop_assert_eq!(&marks, &domain::statistics::MarkTable::new(vec![1.0; 3], rows).expect("marks"));
        prop_assert!(marks.absent().contains(&6), "the seventh never worked");
        let bins = histogram(&marks);
        prop_assert_eq!(bins.iter().map(|bin| bin.count).sum::<usize>(), marks.attempts());
        for (total, bin) in (0..4).zip(&bins) {
            prop_assert_eq!(bin.count, marks.totals().iter().filter(|sum| **sum == f64::from(total)).count());
        }
        let section = SectionInsight::of(&journal, unit("section"), k);
        for n in 1..=10 {
            let first = firsts(&tried, question_id("section", n));
            let drawn = section.questions.get(&question_id("section", n));
            prop_assert_eq!(drawn.map_or(0, |drawn| drawn.first_try.n), first.len());
        }
    }
}

type ByAnswer = BTreeMap<Vec<String>, (usize, usize, Vec<(AccountId, Timestamp, usize)>)>;

fn by_answer(wrong: &[WrongAnswer]) -> ByAnswer {
    let given = |line: &WrongAnswer| line.students.iter().map(|given| (given.student, given.first, given.count)).collect();
    wrong.iter().map(|line| (line.answer.clone(), (line.count, line.wrong, given(line)))).collect()
}

fn naively_wrong(tried: &[Tried], question: &Question) -> ByAnswer {
    let mut wrong = ByAnswer::new();
    for tried in tried.iter().filter(|tried| tried.question == question.id) {
        if tried.recorded == Judgement::Wrong || tried.judgement == Judgement::Wrong {
            let line = wrong.entry(grading::normalised(question, &tried.inputs, false)).or_default();
            line.0 += 1;
            line.1 += usize::from(tried.judgement == Judgement::Wrong);
            match line.2.iter_mut().find(|given| given.0 == tried.attempt.student) {
                Some(given) => given.2 += 1,
                None => line.2.push((tried.attempt.student, tried.at, 1)),
            }
        }
    }
    wrong
}

fn paper() -> Paper {
    let sections = UNITS.map(|(name, count, rule)| section(name, count, rule).0).to_vec();
    let chapters = vec![domain::content::Chapter::of_sections("All".into(), sections)];
    Paper { course: course_id(), title: "Arithmetic".into(), decimal_comma: false, chapters }
}

/// Answers to the first question of the section, a minute apart: who, which try, what, right or not.
fn answered(answers: &[(usize, u32, Input, bool)]) -> Journal {
    let event = |(who, try_number, input, right): &(usize, u32, Input, bool)| {
        let key = AttemptKey { student: student(*who), class: class_of("2B"), unit: unit("section"), run: 1 };
        let inputs = vec![input.clone()];
        let answer =
            attempt::Answer { ordinal: 1, question: question_id("section", 1), try_number: *try_number, inputs, ms: None, corrections: 0 };
        let event =
            if *right { attempt::Event::QuestionAnsweredCorrectly(answer) } else { attempt::Event::QuestionAnsweredWrongly(answer) };
        Event::Attempt(key, event)
    };
    let minutes = |(minute, recorded): (i64, Recorded)| Recorded { recorded: Timestamp(minute * 60_000), ..recorded };
    journal_of(&(0..).zip(as_log(answers.iter().map(event))).map(minutes).collect::<Vec<_>>())
}

fn text(text: &str) -> Input {
    Input::Text(text.into())
}

#[test]
fn a_wrong_answer_says_who_gave_it_when_first_and_how_often() {
    let journal = answered(&[
        (1, 1, text("7"), false),
        (1, 2, text("7 "), false),
        (2, 1, text("8"), false),
        (2, 2, text("7"), false),
        (3, 1, text("1"), true),
        (1, 3, text("1"), true),
    ]);
    let (section, _) = section("section", 10, domain::content::Rule::SECTION_TEST);
    let insight = QuestionInsight::of(&journal, subject(&section.questions[0]), 6);
    let counts: Vec<_> = insight.wrong.iter().map(|line| (line.answer.join(""), line.count, line.students.len())).collect();
    assert_eq!(counts, [("7".to_owned(), 3, 2), ("8".to_owned(), 1, 1)]);
    let given: Vec<_> = insight.wrong[0].students.iter().map(|given| (given.student, given.first.0 / 60_000, given.count)).collect();
    assert_eq!(given, [(student(1), 0, 2), (student(2), 3, 1)]);
    assert_eq!(insight.wrong[0].inputs, [text("7")]);
    assert_eq!(insight.right.map(|right| (right.count, right.n)), Some((1, 3)));
}

#[test]
fn a_correction_that_stands_marks_the_answer_that_it_accepts_or_explains() {
    let journal = answered(&[(1, 1, text("7"), false), (2, 1, text("8"), false), (3, 1, text("9"), false)]);
    let (section, _) = section("section", 10, domain::content::Rule::SECTION_TEST);
    let of = |question: usize, correction| Corrected {
        edition: 1,
        unit: unit("section"),
        question: question_id("section", question),
        correction,
        harm_nobody: false,
        choices: None,
    };
    let accept = |answer: &str| Correction::AcceptToo { inputs: vec![text(answer)] };
    let explain = |answer: &str| Correction::Explain { inputs: vec![text(answer)], text: "Carry.".into() };
    let mut corrections = Corrections::default();
    let made =
        [(1, of(1, accept("7"))), (2, of(1, explain("8"))), (3, of(1, explain("8"))), (4, of(1, accept("9"))), (6, of(2, accept("9")))];
    made.into_iter().for_each(|(number, corrected)| corrections.correct(number, corrected));
    corrections.take_back(5, 4);
    let subject = Subject { corrections: &corrections, ..subject(&section.questions[0]) };
    let insight = QuestionInsight::of(&journal, subject, 3);
    let mut said: Vec<_> = insight.wrong.iter().map(|line| (line.answer.join(""), line.accepted, line.explained)).collect();
    said.sort();
    assert_eq!(said, [("7".to_owned(), Some(1), None), ("8".to_owned(), None, Some(3)), ("9".to_owned(), None, None)]);
}

#[test]
fn a_question_with_choices_shows_all_of_them() {
    let question = Question {
        fields: vec![Field { label: "Answer".into(), kind: FieldKind::OneOf { choices: vec![Html::default(); 4] } }],
        ..section("section", 1, domain::content::Rule::SECTION_TEST).0.questions[0].clone()
    };
    let key = QuestionKey {
        fields: vec![FieldKey::OneOf { right: 2, feedback: BTreeMap::new() }],
        worked: Html::default(),
        praise: None,
        comfort: None,
    };
    let chose = |who, choice: u16| (who, 1, Input::Chosen(vec![choice]), choice == 2);
    let journal = answered(&[chose(1, 2), chose(2, 2), chose(3, 0)]);
    let subject = Subject { key: Some(&key), ..subject(&question) };
    let lines = QuestionInsight::of(&journal, subject, 3).answers;
    let shown: Vec<_> = lines.iter().map(|line| (line.answer.text.as_str(), line.answer.right, line.offered, line.share.count)).collect();
    assert_eq!(shown, [("2", true, true, 2), ("0", false, true, 1), ("1", false, true, 0), ("3", false, true, 0)]);
    assert!(lines[3].doubts.contains(&Doubt::HardlyChosen));
    let without_key = QuestionInsight::of(&journal, Subject { key: None, ..subject }, 3).answers;
    assert!(without_key.iter().all(|line| !line.offered), "what is right is not known");
}

#[test]
fn a_fixed_set_has_a_report_of_its_own() {
    // The small worked case of the definitions: 1 1 1 / 1 1 0 / 1 0 0 / 0 0 1.
    let rows = [[true, true, true], [true, true, false], [true, false, false], [false, false, true]];
    let events = rows.iter().enumerate().flat_map(|(who, row)| {
        row.iter().enumerate().map(move |(index, right)| {
            let key = AttemptKey { student: student(who), class: class_of("2B"), unit: unit("section"), run: 1 };
            let question = question_id("section", index + 1);
            let answer = attempt::Answer { ordinal: 1, question, try_number: 1, inputs: vec![], ms: None, corrections: 0 };
            let event =
                if *right { attempt::Event::QuestionAnsweredCorrectly(answer) } else { attempt::Event::QuestionAnsweredWrongly(answer) };
            Event::Attempt(key, event)
        })
    });
    let journal = journal_of(&as_log(events));
    let asked: Vec<QuestionId> = (1..=3).map(|n| question_id("section", n)).collect();
    let marks = mark_table(&journal, unit("section"), &asked, &(0..4).map(student).collect::<Vec<_>>(), 12);
    let report = Report::of(&marks);
    assert_eq!((marks.totals(), report.totals.mean), (vec![3.0, 2.0, 1.0, 1.0], Some(1.75)));
    // Facilities 3/4, 2/4 and 2/4.
    let facilities: Vec<_> = report.questions.iter().map(|question| question.facility).collect();
    assert_eq!(facilities, [Some(0.75), Some(0.5), Some(0.5)]);
    let bins: Vec<_> = histogram(&marks).iter().map(|bin| (bin.from, bin.count)).collect();
    assert_eq!(bins, [(0.0, 0), (1.0, 2), (2.0, 1), (3.0, 1)]);
    assert_eq!(mark_table(&journal, unit("section"), &asked, &[], 12).attempts(), 0);
    assert_eq!(histogram(&mark_table(&journal, UnitId::derived(&["none"]), &asked, &[student(0)], 12)), []);
}
