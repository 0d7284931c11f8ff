//! Practice: statistics of questions that are drawn, where every student has met other questions, and some more often than others.

use super::{report::Discrimination, share::Share};
use serde::Serialize;
use std::collections::BTreeMap;

/// Below this n the discrimination of a drawn question is chance, and is not shown.
pub const DRAWN_MIN: usize = 10;

/// Statistics of one drawn question.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Drawn {
    /// First answers that were right, of all first answers.
    pub first_try: Share,
    /// Of x = the first answer (0 or 1) against y = the student's rate of right first answers on the section's other questions. Its n counts
    /// the students who have answered others too; from [`DRAWN_MIN`] on it is shown.
    pub discrimination: Discrimination,
}

/// The statistics of each question of a section, from what each student answered first to which of them: right or not.
pub fn practice<Q: Ord + Clone>(students: &[BTreeMap<Q, bool>]) -> BTreeMap<Q, Drawn> {
    let mut answers: BTreeMap<&Q, Vec<Answered>> = BTreeMap::new();
    for student in students {
        let right = student.values().filter(|right| **right).count();
        for (question, is_right) in student {
            let rest = Rest { right: right - usize::from(*is_right), of: student.len() - 1 };
            answers.entry(question).or_default().push(Answered { is_right: *is_right, rest });
        }
    }
    answers.into_iter().map(|(question, answered)| (question.clone(), Drawn::of(&answered))).collect()
}

struct Answered {
    is_right: bool,
    rest: Rest,
}

/// A student's first answers to the other questions.
struct Rest {
    right: usize,
    of: usize,
}

impl Drawn {
    fn of(answers: &[Answered]) -> Self {
        let right = answers.iter().filter(|answer| answer.is_right).count();
        let pairs = answers.iter().filter(|answer| answer.rest.of > 0);
        let (x, y): (Vec<f64>, Vec<f64>) =
            pairs.map(|answer| (f64::from(u8::from(answer.is_right)), answer.rest.right as f64 / answer.rest.of as f64)).unzip();
        let discrimination = match x.len() {
            n if n < DRAWN_MIN => Discrimination { n, index_percent: None, efficiency_percent: None },
            _ => Discrimination::of(&x, &y),
        };
        Self { first_try: Share::of(right, answers.len()).expect("a question stands here because somebody answered it"), discrimination }
    }
}
