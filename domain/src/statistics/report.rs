//! The statistics of a fixed set of questions: of the totals, of each question, and of how well they measure together.

use super::{
    marks::MarkTable,
    moments::{at_least, correlation, covariance, defined, deviations, mean, median, ratio, sum, variance},
    share::Share,
};
use serde::Serialize;

/// All statistics of a fixed set of questions. The formulas are those of Moodle's quiz statistics report ("Quiz statistics calculations" in its
/// developer documentation), unless said otherwise.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// Of the totals.
    pub totals: TotalFigures,
    /// How well the questions measure together.
    pub reliability: Reliability,
    /// Of each question, in the order given.
    pub questions: Vec<QuestionFigures>,
}

/// Statistics of the totals T.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TotalFigures {
    /// s, the attempts that all of these are about.
    pub n: usize,
    /// ΣM, the most that anybody could have.
    pub maximum: f64,
    /// T̄.
    pub mean: Option<f64>,
    /// The middle total; of an even count the mean of the two middle ones.
    pub median: Option<f64>,
    /// √k₂.
    pub standard_deviation: Option<f64>,
    /// k₃ / k₂^1.5.
    pub skewness: Option<f64>,
    /// k₄ / k₂²; 0 for a normal distribution.
    pub kurtosis: Option<f64>,
    /// The central moment Σ (T − T̄)² / s.
    pub m2: Option<f64>,
    /// The central moment Σ (T − T̄)³ / s.
    pub m3: Option<f64>,
    /// The central moment Σ (T − T̄)⁴ / s.
    pub m4: Option<f64>,
    /// s·m₂ / (s − 1).
    pub k2: Option<f64>,
    /// s²·m₃ / ((s − 1)(s − 2)).
    pub k3: Option<f64>,
    /// s²·[(s + 1)·m₄ − 3(s − 1)·m₂²] / ((s − 1)(s − 2)(s − 3)).
    pub k4: Option<f64>,
}

/// How well the questions measure together. None of it is defined for fewer than two attempts or questions, or for totals that are all equal.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Reliability {
    /// The attempts.
    pub n: usize,
    /// The questions, p.
    pub questions: usize,
    /// The coefficient of internal consistency, Cronbach's α: 100 · p/(p − 1) · (1 − ΣV(x)/k₂). May be negative.
    pub alpha_percent: Option<f64>,
    /// 100 · √(1 − α).
    pub error_ratio_percent: Option<f64>,
    /// The standard deviation of the totals · √(1 − α).
    pub standard_error: Option<f64>,
}

/// Statistics of one question.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct QuestionFigures {
    /// The attempts that all of these are about; not answering is an attempt with 0 marks.
    pub n: usize,
    /// Those without an answer.
    pub unanswered: usize,
    /// M.
    pub maximum: f64,
    /// x̄.
    pub mean: Option<f64>,
    /// x̄ / M; none if M = 0.
    pub facility: Option<f64>,
    /// √V(x).
    pub standard_deviation: Option<f64>,
    /// Full marks, with the 95 % interval; none if M = 0.
    pub right: Option<Share>,
    /// Against the rest.
    pub discrimination: Discrimination,
    /// 100 · M / ΣM.
    pub intended_weight_percent: Option<f64>,
    /// 100 · √C(x, T) / Σ √C(xⱼ, T) over the questions with C ≥ 0; none if C < 0.
    pub effective_weight_percent: Option<f64>,
    /// α over the other questions.
    pub alpha_if_deleted_percent: Option<f64>,
}

/// Whether those who do well on the rest (y) do well on a question (x).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Discrimination {
    /// The pairs (x, y).
    pub n: usize,
    /// 100 · C(x, y) / √(V(x)·V(y)); none if the product is 0.
    pub index_percent: Option<f64>,
    /// 100 · C(x, y) / Cmax, where Cmax is the covariance of the x sorted with the y sorted; none if it is 0.
    pub efficiency_percent: Option<f64>,
}

impl Report {
    /// Computes everything.
    pub fn of(marks: &MarkTable) -> Self {
        let totals = deviations(&marks.totals());
        let with_total: Vec<_> = (0..marks.questions()).map(|question| covariance(&deviations(&marks.of(question)), &totals)).collect();
        let weights = sum(with_total.iter().flatten().filter(|covariance| **covariance >= 0.0).map(|covariance| covariance.sqrt()));
        let effective = |covariance: f64| if covariance < 0.0 { None } else { ratio(100.0 * covariance.sqrt(), weights) };
        let questions = with_total.into_iter().enumerate().map(|(question, covariance)| QuestionFigures {
            effective_weight_percent: covariance.and_then(effective),
            ..QuestionFigures::of(marks, question)
        });
        Self { totals: TotalFigures::of(marks), reliability: Reliability::of(marks), questions: questions.collect() }
    }
}

impl TotalFigures {
    fn of(marks: &MarkTable) -> Self {
        let totals = marks.totals();
        let deviations = deviations(&totals);
        let s = totals.len() as f64;
        // Powers by multiplication, which every machine rounds alike; the powers of floats that a library has they do not.
        let squares = deviations.iter().map(|d| d * d);
        let m2 = ratio(sum(squares.clone()), s);
        let m3 = ratio(sum(deviations.iter().map(|d| d * d * d)), s);
        let m4 = ratio(sum(squares.map(|square| square * square)), s);
        let k2 = m2.and_then(|m2| ratio(s * m2, s - 1.0));
        let k3 = m3.and_then(|m3| ratio(s * s * m3, (s - 1.0) * (s - 2.0)));
        let k4 =
            m4.zip(m2).and_then(|(m4, m2)| ratio(s * s * ((s + 1.0) * m4 - 3.0 * (s - 1.0) * m2 * m2), (s - 1.0) * (s - 2.0) * (s - 3.0)));
        Self {
            n: totals.len(),
            maximum: sum(marks.maxima().iter().copied()),
            mean: mean(&totals),
            median: median(&totals),
            standard_deviation: k2.map(f64::sqrt),
            skewness: k3.zip(k2).and_then(|(k3, k2)| ratio(k3, k2 * k2.sqrt())),
            kurtosis: k4.zip(k2).and_then(|(k4, k2)| ratio(k4, k2 * k2)),
            m2,
            m3,
            m4,
            k2,
            k3,
            k4,
        }
    }
}

impl Reliability {
    fn of(marks: &MarkTable) -> Self {
        let left = unexplained(marks);
        let standard_deviation = variance(&deviations(&marks.totals())).map(f64::sqrt);
        Self {
            n: marks.attempts(),
            questions: marks.questions(),
            alpha_percent: left.and_then(|left| defined(100.0 * (1.0 - left))),
            error_ratio_percent: left.and_then(|left| defined(100.0 * left.sqrt())),
            standard_error: left.zip(standard_deviation).and_then(|(left, deviation)| defined(deviation * left.sqrt())),
        }
    }
}

/// 1 − α, never below zero.
///
/// By the definition of α it is (p·ΣV(x) − k₂) / ((p − 1)·k₂), a difference of large numbers where α is near 1. That difference is
/// p/(s − 1) · Σ (d − d̄)² over all marks, where d is what a mark differs from its question's mean and d̄ the mean of a student's d: a
/// sum of squares, so nothing is lost and no root of a negative number can come up.
/// C. Hoyt, *Test reliability estimated by analysis of variance*, Psychometrika 6 (1941).
fn unexplained(marks: &MarkTable) -> Option<f64> {
    let p = marks.questions();
    let columns: Vec<_> = (0..p).map(|question| deviations(&marks.of(question))).collect();
    let k2 = variance(&deviations(&marks.totals()))?;
    let scatter = |attempt: usize| {
        let row: Vec<f64> = columns.iter().map(|column| column[attempt]).collect();
        sum(deviations(&row).into_iter().map(|deviation| deviation * deviation))
    };
    let scattered = sum((0..marks.attempts()).map(scatter));
    let degrees = (p as f64 - 1.0) * (marks.attempts() as f64 - 1.0);
    ratio(p as f64 * scattered, degrees * k2)
}

impl QuestionFigures {
    /// All but the effective weight, which takes the other questions.
    fn of(marks: &MarkTable, question: usize) -> Self {
        let x = marks.of(question);
        let maximum = marks.maxima()[question];
        let mean = mean(&x);
        let full = x.iter().filter(|mark| at_least(**mark, maximum, maximum)).count();
        Self {
            n: x.len(),
            unanswered: marks.unanswered()[question],
            maximum,
            mean,
            facility: mean.and_then(|mean| ratio(mean, maximum)),
            standard_deviation: variance(&deviations(&x)).map(f64::sqrt),
            right: Share::of(full, x.len()).filter(|_| maximum > 0.0),
            discrimination: Discrimination::of(&x, &marks.rest(question)),
            intended_weight_percent: ratio(100.0 * maximum, sum(marks.maxima().iter().copied())),
            effective_weight_percent: None,
            alpha_if_deleted_percent: Reliability::of(&marks.without(question)).alpha_percent,
        }
    }
}

impl Discrimination {
    /// Of the pairs of x and y, which stand at the same places.
    pub(super) fn of(x: &[f64], y: &[f64]) -> Self {
        let [dx, dy] = [x, y].map(deviations);
        let sorted = |values: &[f64]| {
            let mut values = values.to_vec();
            values.sort_by(f64::total_cmp);
            values
        };
        let best = covariance(&sorted(&dx), &sorted(&dy));
        let efficiency = covariance(&dx, &dy).zip(best).and_then(|(covariance, best)| ratio(100.0 * covariance, best));
        let index = correlation(&dx, &dy).and_then(|correlation| defined(100.0 * correlation));
        Self { n: x.len(), index_percent: index, efficiency_percent: efficiency }
    }
}
