//! Cases worked by hand, with the working.

use super::{is, report};

/// The case of the definitions: students 1 1 1 / 1 1 0 / 1 0 0 / 0 0 1, so x₁ = 1 1 1 0, x₂ = 1 1 0 0, x₃ = 1 0 0 1.
///
/// T = 3 2 1 1, T̄ = 7/4, differences 5/4 1/4 −3/4 −3/4: squares sum to 44/16 = 11/4, cubes to 72/64 = 9/8, fourth powers to 788/256 = 197/64.
#[test]
fn the_totals_of_the_small_case() {
    let totals = report(&[1.0; 3], &[&[1.0, 1.0, 1.0], &[1.0, 1.0, 0.0], &[1.0, 0.0, 0.0], &[0.0, 0.0, 1.0]]).totals;
    assert_eq!((totals.n, totals.maximum), (4, 3.0));
    is(totals.mean, 7.0 / 4.0);
    // In order 1 1 2 3: between 1 and 2.
    is(totals.median, 1.5);
    is(totals.m2, 11.0 / 16.0);
    is(totals.m3, 9.0 / 32.0);
    is(totals.m4, 197.0 / 256.0);
    // 4 · 11/16 / 3
    is(totals.k2, 11.0 / 12.0);
    // 16 · 9/32 / (3 · 2)
    is(totals.k3, 3.0 / 4.0);
    // 16 · (5 · 197/256 − 9 · 121/256) / (3 · 2 · 1) = 16 · −104/256 / 6
    is(totals.k4, -13.0 / 12.0);
    is(totals.standard_deviation, (11.0_f64 / 12.0).sqrt());
    is(totals.skewness, 0.75 / (11.0_f64 / 12.0).powf(1.5));
    // −13/12 · (12/11)²
    is(totals.kurtosis, -156.0 / 121.0);
}

/// V(x) = 1/4, 1/3, 1/3: their sum 11/12 is k₂, so α is nothing, and all of the spread is error.
#[test]
fn the_reliability_of_the_small_case() {
    let reliability = report(&[1.0; 3], &[&[1.0, 1.0, 1.0], &[1.0, 1.0, 0.0], &[1.0, 0.0, 0.0], &[0.0, 0.0, 1.0]]).reliability;
    assert_eq!((reliability.n, reliability.questions), (4, 3));
    is(reliability.alpha_percent, 0.0);
    is(reliability.error_ratio_percent, 100.0);
    is(reliability.standard_error, (11.0_f64 / 12.0).sqrt());
}

#[test]
fn the_questions_of_the_small_case() {
    let questions = report(&[1.0; 3], &[&[1.0, 1.0, 1.0], &[1.0, 1.0, 0.0], &[1.0, 0.0, 0.0], &[0.0, 0.0, 1.0]]).questions;
    let [first, second, third] = questions.as_slice() else { panic!("{questions:?}") };
    for (question, facility, variance) in [(first, 0.75, 1.0 / 4.0), (second, 0.5, 1.0 / 3.0), (third, 0.5, 1.0 / 3.0)] {
        assert_eq!((question.n, question.unanswered, question.maximum, question.discrimination.n), (4, 0, 1.0, 4));
        is(question.mean, facility);
        is(question.facility, facility);
        is(question.standard_deviation, f64::sqrt(variance));
        is(question.intended_weight_percent, 100.0 / 3.0);
        assert_eq!(question.right.map(|right| (right.count as f64 / 4.0, right.n)), Some((facility, 4)));
    }
    // y₁ = 2 1 0 1: C(x₁, y₁) = (1·1 + 1·0 + 1·−1 + 0·0)/3 = 0.
    is(first.discrimination.index_percent, 0.0);
    is(first.discrimination.efficiency_percent, 0.0);
    // y₂ = 2 1 1 1, ȳ₂ = 5/4, V(y₂) = 1/4: C(x₂, y₂) = (3/4 − 1/4)/3 = 1/6 over √(1/3 · 1/4) = 1/√3.
    is(second.discrimination.index_percent, 100.0 / 3.0_f64.sqrt());
    // Sorted, 0 0 1 1 with 1 1 1 2 is as good as it stands.
    is(second.discrimination.efficiency_percent, 100.0);
    // y₃ = 2 2 1 0, ȳ₃ = 5/4, V(y₃) = 11/12: C(x₃, y₃) = (3/4 − 5/4)/3 = −1/6 over √(1/3 · 11/12) = √11/6.
    is(third.discrimination.index_percent, -100.0 / 11.0_f64.sqrt());
    // Sorted, 0 0 1 1 with 0 1 2 2: (3/4 + 3/4)/3 = 1/2.
    is(third.discrimination.efficiency_percent, -100.0 / 3.0);
    // C(x, T) = C(x, y) + V(x) = 1/4, 1/2, 1/6, whose roots are 1/2, 1/√2, 1/√6.
    let roots = [0.5, 0.5_f64.sqrt(), (1.0_f64 / 6.0).sqrt()];
    for (question, root) in questions.iter().zip(roots) {
        is(question.effective_weight_percent, 100.0 * root / roots.iter().sum::<f64>());
    }
    // Without x₁: T = 2 1 0 1, V = 2/3 = 1/3 + 1/3.
    is(first.alpha_if_deleted_percent, 0.0);
    // Without x₂: T = 2 1 1 1, V = 1/4: 2 · (1 − (7/12)/(1/4)) = 2 · −4/3.
    is(second.alpha_if_deleted_percent, -800.0 / 3.0);
    // Without x₃: T = 2 2 1 0, V = 11/12: 2 · (1 − 7/11).
    is(third.alpha_if_deleted_percent, 800.0 / 11.0);
}

/// Questions that work against each other: x₁ = 0 0 1 of 1, x₂ = 3 2 0 of 4, T = 3 2 1.
#[test]
fn a_question_against_the_others_has_no_effective_weight() {
    let report = report(&[1.0, 4.0], &[&[0.0, 3.0], &[0.0, 2.0], &[1.0, 0.0]]);
    let [first, second] = report.questions.as_slice() else { panic!("{report:?}") };
    // C(x₁, T) = (0·1 + 0·0 + 1·−1)/2 = −1/2 < 0; so the other has all the weight.
    assert_eq!(first.effective_weight_percent, None);
    is(second.effective_weight_percent, 100.0);
    is(first.intended_weight_percent, 20.0);
    is(second.intended_weight_percent, 80.0);
    is(first.facility, 1.0 / 3.0);
    is(second.facility, 5.0 / 12.0);
    // V(x₁) = 1/3, V(x₂) = (16 + 1 + 25)/9/2 = 7/3, C = −5/3/2 = −5/6: −5/6 over √7/3.
    for question in [first, second] {
        is(question.discrimination.index_percent, -250.0 / 7.0_f64.sqrt());
        // Sorted, 0 0 1 with 0 2 3: (3 − 5/3)/2 = 2/3.
        is(question.discrimination.efficiency_percent, -125.0);
        assert_eq!(question.alpha_if_deleted_percent, None, "one question alone has no consistency");
    }
    // k₂ = 1: 2 · (1 − 8/3) = −10/3, and 1 − α = 13/3.
    is(report.reliability.alpha_percent, -1000.0 / 3.0);
    is(report.reliability.error_ratio_percent, 100.0 * (13.0_f64 / 3.0).sqrt());
    is(report.reliability.standard_error, (13.0_f64 / 3.0).sqrt());
    is(report.totals.skewness, 0.0);
    assert_eq!((report.totals.k4, report.totals.kurtosis), (None, None), "kurtosis takes four");
    is(report.totals.median, 2.0);
}

/// Everybody's marks go up and down together: all is signal. The definition would take the root of a little less than nothing here.
#[test]
fn questions_that_agree_wholly_have_an_alpha_of_100() {
    let rows: Vec<[f64; 3]> = [0.1, 0.3, 0.7, 0.2, 0.6].map(|mark| [mark; 3]).to_vec();
    let rows: Vec<&[f64]> = rows.iter().map(<[f64; 3]>::as_slice).collect();
    let report = report(&[1.0; 3], &rows);
    is(report.reliability.alpha_percent, 100.0);
    assert!(report.reliability.error_ratio_percent.expect("defined") < 1e-10, "{report:?}");
    assert!(report.reliability.standard_error.expect("defined") < 1e-12, "{report:?}");
    for question in &report.questions {
        is(question.discrimination.index_percent, 100.0);
        is(question.discrimination.efficiency_percent, 100.0);
        is(question.effective_weight_percent, 100.0 / 3.0);
    }
}
