//! The table of marks: what each student has on each question of a fixed set.

use super::moments::{deviations_of_sums, sum};
use std::fmt;

/// No mark is larger, so that no power of a total is too large for a float.
pub const MARK_MAX: f64 = 1e9;

/// A table of marks that fit their maxima. A row is one attempt.
#[derive(Debug, Clone, PartialEq)]
pub struct MarkTable {
    maxima: Vec<f64>,
    /// One for each attempt, as long as there are questions.
    rows: Vec<Vec<f64>>,
    /// How often each question has no mark.
    unanswered: Vec<usize>,
    /// The rows without any mark, by their place in what was given.
    absent: Vec<usize>,
}

/// What does not fit, and where. Places count from 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Unfit {
    /// The row; none for the row of maxima.
    pub row: Option<usize>,
    /// The question; for a row of another length the first that is missing or too many.
    pub question: usize,
    /// What is wrong there.
    pub why: Why,
}

/// Why a mark, a maximum or a row does not fit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Why {
    /// The row has another number of marks than there are questions.
    Length {
        /// The marks there are.
        found: usize,
        /// The questions there are.
        questions: usize,
    },
    /// Not a number, or one beyond [`MARK_MAX`].
    OutOfRange,
    /// A maximum below zero.
    NegativeMaximum(f64),
    /// A mark above its maximum.
    AboveMaximum {
        /// The mark.
        mark: f64,
        /// The maximum.
        maximum: f64,
    },
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length { found, questions } => write!(f, "{found} marks for {questions} questions"),
            Self::OutOfRange => write!(f, "marks go up to {MARK_MAX}, in either direction"),
            Self::NegativeMaximum(maximum) => write!(f, "{maximum} cannot be a maximum, it is below zero"),
            Self::AboveMaximum { mark, maximum } => write!(f, "{mark} is more than the maximum, {maximum}"),
        }
    }
}

impl MarkTable {
    /// Takes a table of marks. A missing mark is an answer not given and counts 0, as in Moodle; a row without any mark is no attempt and
    /// counts nowhere. Marks below zero are allowed, for wrong answers that cost.
    ///
    /// # Errors
    /// What does not fit: the first, in reading order.
    pub fn new(maxima: Vec<f64>, rows: Vec<Vec<Option<f64>>>) -> Result<Self, Unfit> {
        for (question, maximum) in maxima.iter().enumerate() {
            let fault = |why| Unfit { row: None, question, why };
            if !is_in_range(*maximum) {
                return Err(fault(Why::OutOfRange));
            }
            if *maximum < 0.0 {
                return Err(fault(Why::NegativeMaximum(*maximum)));
            }
        }
        for (row, marks) in rows.iter().enumerate() {
            fits(marks, &maxima).map_err(|(question, why)| Unfit { row: Some(row), question, why })?;
        }
        let is_absent = |row: &[Option<f64>]| row.iter().all(Option::is_none);
        let absent = (0..rows.len()).filter(|row| is_absent(&rows[*row])).collect();
        let attempts: Vec<_> = rows.into_iter().filter(|row| !is_absent(row)).collect();
        let unanswered = (0..maxima.len()).map(|question| attempts.iter().filter(|row| row[question].is_none()).count()).collect();
        let rows = attempts.into_iter().map(|row| row.into_iter().map(Option::unwrap_or_default).collect()).collect();
        Ok(Self { maxima, rows, unanswered, absent })
    }

    /// The table of answers that were right or not, one mark each; none for one not given. What of a row is beyond the questions is left out, and
    /// what is missing was not answered.
    pub fn of_right(questions: usize, rows: Vec<Vec<Option<bool>>>) -> Self {
        let mark = |right: Option<bool>| right.map(|right| if right { 1.0 } else { 0.0 });
        let row = |row: Vec<Option<bool>>| row.into_iter().chain(std::iter::repeat(None)).take(questions).map(mark).collect();
        Self::new(vec![1.0; questions], rows.into_iter().map(row).collect()).expect("marks of 0 and 1 fit maxima of 1")
    }

    /// s, how many attempts there are.
    pub fn attempts(&self) -> usize {
        self.rows.len()
    }

    /// p, how many questions there are.
    pub fn questions(&self) -> usize {
        self.maxima.len()
    }

    /// M, the maximum of each question.
    pub fn maxima(&self) -> &[f64] {
        &self.maxima
    }

    /// How often each question has no mark, among those who attempted.
    pub fn unanswered(&self) -> &[usize] {
        &self.unanswered
    }

    /// The rows that have no mark at all and count nowhere, by their place in what was given.
    pub fn absent(&self) -> &[usize] {
        &self.absent
    }

    /// T of each attempt, in the order given.
    pub fn totals(&self) -> Vec<f64> {
        self.rows.iter().map(|row| sum(row.iter().copied())).collect()
    }

    /// x of each attempt on one question.
    pub(super) fn of(&self, question: usize) -> Vec<f64> {
        self.rows.iter().map(|row| row[question]).collect()
    }

    /// What each total differs from the mean of all.
    pub(super) fn total_deviations(&self) -> Vec<f64> {
        deviations_of_sums(&self.totals(), self.size_of_totals())
    }

    /// What each y, all marks but those on one question, differs from the mean of all. Summed rather than subtracted from the total, which
    /// would leave its errors.
    pub(super) fn rest_deviations(&self, question: usize) -> Vec<f64> {
        let rest = |row: &Vec<f64>| sum(row[..question].iter().chain(&row[question + 1..]).copied());
        deviations_of_sums(&self.rows.iter().map(rest).collect::<Vec<_>>(), self.size_of_totals())
    }

    /// The largest total there would be if no mark were below zero: no sum rounds more coarsely.
    fn size_of_totals(&self) -> f64 {
        self.rows.iter().map(|row| sum(row.iter().map(|mark| mark.abs()))).fold(0.0, f64::max)
    }

    /// The same attempts without one question. Nobody becomes absent by that.
    pub(super) fn without(&self, question: usize) -> Self {
        let mut less = self.clone();
        less.maxima.remove(question);
        less.unanswered.remove(question);
        for row in &mut less.rows {
            row.remove(question);
        }
        less
    }
}

fn is_in_range(mark: f64) -> bool {
    mark.abs() <= MARK_MAX
}

fn fits(marks: &[Option<f64>], maxima: &[f64]) -> Result<(), (usize, Why)> {
    for (question, (mark, maximum)) in marks.iter().zip(maxima).enumerate() {
        match mark {
            Some(mark) if !is_in_range(*mark) => return Err((question, Why::OutOfRange)),
            Some(mark) if mark > maximum => return Err((question, Why::AboveMaximum { mark: *mark, maximum: *maximum })),
            Some(_) | None => {}
        }
    }
    let (found, questions) = (marks.len(), maxima.len());
    if found == questions { Ok(()) } else { Err((found.min(questions), Why::Length { found, questions })) }
}
