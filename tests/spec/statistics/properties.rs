//! What always holds: agreement with the definitions on random marks, and that nobody's place in the table matters.

use super::{
    agree,
    exact::{self, Fraction, float, hundredths, percent, root, whole},
};
use domain::statistics::{DRAWN_MIN, Discrimination, MarkTable, QuestionFigures, Report, practice};
use num_traits::Zero as _;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// Marks in hundredths, so that both implementations see the same numbers.
#[derive(Debug, Clone)]
struct Table {
    maxima: Vec<i64>,
    rows: Vec<Vec<Option<i64>>>,
}

impl Table {
    fn marks(&self) -> MarkTable {
        let float = |count: i64| count as f64 / 100.0;
        let rows = self.rows.iter().map(|row| row.iter().map(|mark| mark.map(float)).collect()).collect();
        MarkTable::new(self.maxima.iter().copied().map(float).collect(), rows).expect("the marks fit")
    }

    /// The attempts, a column for each question; no answer is no mark, and nobody who gave none attempted.
    fn columns(&self) -> (Vec<Vec<Fraction>>, usize) {
        let attempts: Vec<_> = self.rows.iter().filter(|row| row.iter().any(Option::is_some)).collect();
        let column = |question: usize| attempts.iter().map(|row| hundredths(row[question].unwrap_or(0))).collect();
        ((0..self.maxima.len()).map(column).collect(), attempts.len())
    }

    /// The same marks, with students and questions in another order.
    fn shuffled(&self, students: &[usize], questions: &[usize]) -> Self {
        let row = |student: &usize| questions.iter().map(|question| self.rows[*student][*question]).collect();
        Self { maxima: questions.iter().map(|question| self.maxima[*question]).collect(), rows: students.iter().map(row).collect() }
    }
}

/// Some marks of a question: often all or nothing, so that ties, equal columns and nothing at all come up.
fn mark(maximum: i64) -> impl Strategy<Value = Option<i64>> {
    prop_oneof![1 => Just(None), 3 => Just(Some(0)), 4 => Just(Some(maximum)), 3 => Just(Some(maximum / 3)), 2 => (-50..=maximum).prop_map(Some)]
}

fn table(students: impl Into<prop::collection::SizeRange>, questions: std::ops::RangeInclusive<usize>) -> impl Strategy<Value = Table> {
    let students = students.into();
    let maximum = prop_oneof![1 => Just(0_i64), 5 => Just(100), 3 => prop::sample::select(vec![10, 30, 70, 1000]), 2 => 1..1000_i64];
    prop::collection::vec(maximum, questions).prop_flat_map(move |maxima| {
        let row: Vec<_> = maxima.iter().map(|maximum| mark(*maximum)).collect();
        prop::collection::vec(row, students.clone()).prop_map(move |rows| Table { maxima: maxima.clone(), rows })
    })
}

fn check(what: &str, found: Option<f64>, expected: Option<f64>, scale: f64) -> Result<(), TestCaseError> {
    prop_assert!(agree(found, expected, scale), "{}: {:?} is not {:?}", what, found, expected);
    Ok(())
}

fn check_discrimination(found: &Discrimination, x: &[Fraction], y: &[Fraction]) -> Result<(), TestCaseError> {
    check("discrimination index", found.index_percent, percent(exact::correlation(x, y)), 100.0)?;
    check("discriminative efficiency", found.efficiency_percent, percent(float(exact::efficiency(x, y))), 100.0)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn everything_agrees_with_its_definition(table in table(0..=12, 0..=6)) {
        let Report { totals, reliability, questions } = Report::of(&table.marks());
        let (columns, s) = table.columns();
        let exact_totals = exact::totals(&columns, s);
        let [k2, k3, k4] = exact::k_statistics(&exact_totals);
        let [m2, m3, m4] = [2, 3, 4].map(|power| exact::moment(&exact_totals, power));
        prop_assert_eq!((totals.n, reliability.n, reliability.questions), (s, s, columns.len()));
        check("mean", totals.mean, float(exact::mean(&exact_totals)), 1e3)?;
        check("median", totals.median, float(exact::median(&exact_totals)), 1e3)?;
        for (what, found, expected) in [("m2", totals.m2, m2), ("m3", totals.m3, m3), ("m4", totals.m4, m4)] {
            check(what, found, float(expected), 1e6)?;
        }
        for (what, found, expected) in [("k2", totals.k2, &k2), ("k3", totals.k3, &k3), ("k4", totals.k4, &k4)] {
            check(what, found, float(expected.clone()), 1e6)?;
        }
        let spread = k2.clone().filter(|k2| !k2.is_zero());
        let power = |power: f64| float(spread.clone()).map(|k2| k2.powf(power));
        check("standard deviation", totals.standard_deviation, root(k2), 100.0)?;
        check("skewness", totals.skewness, float(k3).zip(power(1.5)).map(|(k3, under)| k3 / under), 100.0)?;
        check("kurtosis", totals.kurtosis, float(k4).zip(power(2.0)).map(|(k4, under)| k4 / under), 100.0)?;
        let alpha = exact::alpha(&columns, s);
        let left = root(alpha.clone().map(|alpha| whole(1) - alpha));
        check("alpha", reliability.alpha_percent, percent(float(alpha)), 1e3)?;
        check("error ratio", reliability.error_ratio_percent, percent(left), 1e3)?;
        check("standard error", reliability.standard_error, left.zip(power(0.5)).map(|(left, deviation)| left * deviation), 1e3)?;

        let sum: i64 = table.maxima.iter().sum();
        let effective = exact::effective_weights(&columns, s);
        prop_assert_eq!(questions.len(), columns.len());
        for (number, question) in questions.iter().enumerate() {
            let x = &columns[number];
            let y: Vec<_> = exact_totals.iter().zip(x).map(|(total, x)| total - x).collect();
            let maximum = table.maxima[number];
            let facility = exact::mean(x).and_then(|mean| exact::over(mean, hundredths(maximum)));
            let others: Vec<_> = (0..columns.len()).filter(|other| *other != number).map(|other| columns[other].clone()).collect();
            prop_assert_eq!((question.n, question.discrimination.n), (s, s));
            check("mean", question.mean, float(exact::mean(x)), 100.0)?;
            check("facility", question.facility, float(facility), 100.0)?;
            check("deviation", question.standard_deviation, root(exact::variance(x)), 100.0)?;
            check_discrimination(&question.discrimination, x, &y)?;
            check("intended", question.intended_weight_percent, (sum > 0).then(|| 100.0 * maximum as f64 / sum as f64), 100.0)?;
            check("effective", question.effective_weight_percent, effective[number], 100.0)?;
            check("alpha if deleted", question.alpha_if_deleted_percent, percent(float(exact::alpha(&others, s))), 1e3)?;
            let full = x.iter().filter(|mark| **mark == hundredths(maximum)).count();
            prop_assert_eq!(question.right.map(|right| (right.count, right.n)), (s > 0 && maximum > 0).then_some((full, s)));
        }
    }

    #[test]
    fn the_order_of_students_and_questions_makes_no_difference(
        (table, students, questions) in table(2..=40, 1..=8).prop_flat_map(|table| {
            let students = Just((0..table.rows.len()).collect::<Vec<_>>()).prop_shuffle();
            let questions = Just((0..table.maxima.len()).collect::<Vec<_>>()).prop_shuffle();
            (Just(table), students, questions)
        }),
    ) {
        let plain = Report::of(&table.marks());
        let shuffled = Report::of(&table.shuffled(&students, &questions).marks());
        prop_assert!(near(&numbers(&plain.totals), &numbers(&shuffled.totals)), "{:?}\n{:?}", plain.totals, shuffled.totals);
        prop_assert!(near(&numbers(&plain.reliability), &numbers(&shuffled.reliability)), "{:?}\n{:?}", plain.reliability, shuffled.reliability);
        for (place, question) in questions.iter().enumerate() {
            let [before, after]: [&QuestionFigures; 2] = [&plain.questions[*question], &shuffled.questions[place]];
            prop_assert!(near(&numbers(before), &numbers(after)), "{:?}\n{:?}", before, after);
        }
    }

    #[test]
    fn practice_agrees_with_its_definition(
        students in prop::collection::vec(prop::collection::btree_map(0..6_u8, any::<bool>(), 0..6), 0..40),
    ) {
        let found = practice(&students);
        for question in 0..6_u8 {
            let answered: Vec<&BTreeMap<u8, bool>> = students.iter().filter(|student| student.contains_key(&question)).collect();
            let Some(drawn) = found.get(&question) else {
                prop_assert!(answered.is_empty());
                continue;
            };
            let right = answered.iter().filter(|student| student[&question]).count();
            prop_assert_eq!((drawn.first_try.count, drawn.first_try.n), (right, answered.len()));
            let (mut x, mut y) = (Vec::new(), Vec::new());
            for student in answered {
                let others: Vec<Fraction> =
                    student.iter().filter(|(other, _)| **other != question).map(|(_, right)| whole(usize::from(*right))).collect();
                if let Some(rate) = exact::mean(&others) {
                    x.push(whole(usize::from(student[&question])));
                    y.push(rate);
                }
            }
            prop_assert_eq!(drawn.discrimination.n, x.len());
            if x.len() < DRAWN_MIN {
                prop_assert_eq!((drawn.discrimination.index_percent, drawn.discrimination.efficiency_percent), (None, None));
            } else {
                check_discrimination(&drawn.discrimination, &x, &y)?;
            }
        }
    }
}

/// All numbers of a table, in its order; none as none.
fn numbers(of: &impl serde::Serialize) -> Vec<Option<f64>> {
    fn gather(value: &serde_json::Value, into: &mut Vec<Option<f64>>) {
        match value {
            serde_json::Value::Object(fields) => fields.values().for_each(|field| gather(field, into)),
            serde_json::Value::Number(number) => into.push(number.as_f64()),
            serde_json::Value::Null => into.push(None),
            other => panic!("{other} is no number"),
        }
    }
    let mut found = Vec::new();
    gather(&serde_json::to_value(of).expect("tables serialise"), &mut found);
    found
}

/// To 1e-12 of the number, or of 1 where it is smaller.
fn near(one: &[Option<f64>], other: &[Option<f64>]) -> bool {
    let is_near = |(one, other): (&Option<f64>, &Option<f64>)| match (one, other) {
        (Some(one), Some(other)) => (one - other).abs() <= 1e-12 * one.abs().max(1.0),
        (one, other) => one == other,
    };
    one.len() == other.len() && one.iter().zip(other).all(is_near)
}
