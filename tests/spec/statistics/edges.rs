//! Where little or nothing is defined: "none", never NaN or an infinity; and what does not fit into a table.

use super::{is, marks, report};
use domain::statistics::{MARK_MAX, MarkTable, Report, Unfit, Why};

#[test]
fn one_student_has_a_mean_and_no_spread() {
    let Report { totals, reliability, questions } = report(&[1.0, 2.0], &[&[1.0, 0.5]]);
    is(totals.mean, 1.5);
    is(totals.median, 1.5);
    is(totals.m2, 0.0);
    assert_eq!([totals.standard_deviation, totals.skewness, totals.kurtosis, totals.k2, totals.k3, totals.k4], [None; 6]);
    assert_eq!([reliability.alpha_percent, reliability.error_ratio_percent, reliability.standard_error], [None; 3]);
    for question in questions {
        assert!(question.facility.is_some() && question.intended_weight_percent.is_some());
        assert_eq!([question.standard_deviation, question.effective_weight_percent, question.alpha_if_deleted_percent], [None; 3]);
        assert_eq!([question.discrimination.index_percent, question.discrimination.efficiency_percent], [None; 2]);
    }
}

#[test]
fn one_question_has_no_rest_to_agree_with() {
    let Report { totals, reliability, questions } = report(&[1.0], &[&[1.0], &[0.0], &[0.0], &[1.0]]);
    is(totals.standard_deviation, (1.0_f64 / 3.0).sqrt());
    assert_eq!([reliability.alpha_percent, reliability.error_ratio_percent, reliability.standard_error], [None; 3]);
    assert_eq!([questions[0].discrimination.index_percent, questions[0].discrimination.efficiency_percent], [None; 2]);
    assert_eq!(questions[0].alpha_if_deleted_percent, None);
    is(questions[0].effective_weight_percent, 100.0);
}

/// Three times 0.1 have a mean that is not 0.1, and a sum with 0.2 that is not 0.3: rounding must not pass for a spread.
#[test]
fn equal_marks_have_no_spread_however_they_round() {
    for count in 2..30 {
        let row: &[f64] = &[0.1, 0.2, 0.7];
        let Report { totals, reliability, questions } = report(&[1.0; 3], &vec![row; count]);
        assert_eq!((totals.standard_deviation, totals.m4), (Some(0.0), Some(0.0)), "{count} students");
        assert_eq!(
            [totals.skewness, totals.kurtosis, reliability.alpha_percent, reliability.standard_error],
            [None; 4],
            "{count} students"
        );
        for question in questions {
            assert_eq!(question.standard_deviation, Some(0.0));
            assert_eq!([question.discrimination.index_percent, question.effective_weight_percent], [None; 2], "{count} students");
        }
    }
}

/// 0.1 + 0.2 and 0.3 + 0 are the same total, so the totals do not vary though the questions do.
#[test]
fn totals_that_differ_by_rounding_only_are_equal() {
    let Report { totals, reliability, questions } = report(&[1.0; 3], &[&[0.1, 0.2, 0.3], &[0.3, 0.2, 0.1], &[0.6, 0.0, 0.0]]);
    assert_eq!(totals.standard_deviation, Some(0.0));
    assert_eq!([totals.skewness, reliability.alpha_percent, questions[0].effective_weight_percent], [None; 3]);
    is(questions[0].discrimination.index_percent, -100.0);
}

/// x₁ and T go together not at all, which is a weight of nothing, not none: x₁ = 0.3 0.3 0.1 0.1 with T = 0.9 0.7 0.7 0.9.
#[test]
fn a_covariance_that_is_only_rounding_is_zero() {
    let rows: [&[f64]; 4] = [&[0.3, 0.6], &[0.3, 0.4], &[0.1, 0.6], &[0.1, 0.8]];
    is(report(&[1.0; 2], &rows).questions[0].effective_weight_percent, 0.0);
}

#[test]
fn nobody_and_nothing_have_no_statistics() {
    let nobody = report(&[1.0, 1.0], &[]);
    assert_eq!((nobody.totals.n, nobody.totals.mean, nobody.totals.median, nobody.totals.m2), (0, None, None, None));
    assert_eq!((nobody.questions[0].facility, nobody.questions[0].right), (None, None));
    let nothing = report(&[], &[&[], &[]]);
    assert_eq!((nothing.totals.n, nothing.totals.mean, nothing.questions.len()), (0, None, 0));
}

#[test]
fn a_question_without_marks_has_no_facility() {
    let questions = report(&[0.0, 1.0], &[&[0.0, 1.0], &[0.0, 0.0]]).questions;
    assert_eq!((questions[0].facility, questions[0].right), (None, None));
    is(questions[0].intended_weight_percent, 0.0);
    is(questions[0].effective_weight_percent, 0.0);
    assert_eq!(report(&[0.0], &[&[0.0]]).questions[0].intended_weight_percent, None, "nothing of nothing");
}

#[test]
fn no_answer_counts_nothing_and_no_answer_at_all_is_no_attempt() {
    let table =
        MarkTable::new(vec![1.0; 2], vec![vec![Some(1.0), None], vec![None, None], vec![Some(0.0), Some(1.0)], vec![None, Some(0.0)]]);
    let table = table.expect("the marks fit");
    assert_eq!((table.attempts(), table.absent(), table.unanswered()), (3, [1].as_slice(), [1, 1].as_slice()));
    let filled = marks(&[1.0; 2], &[&[1.0, 0.0], &[0.0, 1.0], &[0.0, 0.0]]);
    let (Report { totals, questions, .. }, filled) = (Report::of(&table), Report::of(&filled));
    assert_eq!(totals, filled.totals);
    assert_eq!((questions[0].n, questions[0].unanswered, questions[0].facility), (3, 1, filled.questions[0].facility));
}

#[test]
fn the_largest_and_the_smallest_marks_give_numbers_or_none_but_no_infinity() {
    for mark in [MARK_MAX, 1e-9, 1e-200, f64::MIN_POSITIVE] {
        let report = report(&[mark; 2], &[&[mark, 0.0], &[0.0, mark], &[0.0, 0.0], &[mark / 2.0, 0.0], &[mark, mark]]);
        let text = format!("{report:?}");
        assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
        assert!(report.totals.mean.is_some(), "{text}");
    }
}

#[test]
fn what_does_not_fit_is_said_with_its_place() {
    let unfit = |maxima: &[f64], rows: &[&[f64]]| {
        let rows = rows.iter().map(|row| row.iter().copied().map(Some).collect()).collect();
        MarkTable::new(maxima.to_vec(), rows).expect_err("something does not fit")
    };
    let at = |row, question, why| Unfit { row, question, why };
    assert_eq!(unfit(&[1.0, -1.0], &[]), at(None, 1, Why::NegativeMaximum(-1.0)));
    assert_eq!(unfit(&[f64::INFINITY], &[]), at(None, 0, Why::OutOfRange));
    assert_eq!(unfit(&[1.0], &[&[0.0], &[1.5]]), at(Some(1), 0, Why::AboveMaximum { mark: 1.5, maximum: 1.0 }));
    assert_eq!(unfit(&[1.0, 1.0], &[&[1.0]]), at(Some(0), 1, Why::Length { found: 1, questions: 2 }));
    assert_eq!(unfit(&[1.0], &[&[1.0, 1.0]]), at(Some(0), 1, Why::Length { found: 2, questions: 1 }));
    assert_eq!(unfit(&[1.0], &[&[f64::NAN]]), at(Some(0), 0, Why::OutOfRange));
    assert_eq!(unfit(&[1.0], &[&[-2.0 * MARK_MAX]]), at(Some(0), 0, Why::OutOfRange));
}
