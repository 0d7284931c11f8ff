//! The texts of the statistics of a class.

/// What a language says of it.
pub struct Statistics {
    pub title: &'static str,

    // What to do, in one sentence.
    pub nothing_assigned: &'static str,
    pub nothing_assigned_more: &'static str,
    pub nobody: fn(section: &str) -> String,
    pub too_few: fn(section: &str) -> String,
    pub nothing_odd: fn(section: &str) -> String,
    pub look_again: fn(questions: usize, section: &str) -> String,

    pub section: &'static str,
    pub section_option: fn(chapter: usize, section: &str) -> String,

    // Questions as they are drawn.
    pub practised: &'static str,
    pub practised_more: &'static str,
    pub practised_table: fn(section: &str) -> String,
    pub question: &'static str,
    pub numbered: fn(usize, prompt: &str) -> String,
    pub n: Term,
    pub first_try: Term,
    pub interval_from: Term,
    pub interval_to: Term,
    pub drawn_discrimination: Term,
    pub drawn_n: Term,
    pub time: Term,
    pub time_n: Term,
    pub too_few_of: fn(n: usize, of: usize) -> String,

    // Questions as a fixed set.
    pub fixed: &'static str,
    pub fixed_more: &'static str,
    pub which: &'static str,
    pub all: &'static str,
    pub chosen: fn(chosen: usize, of: usize) -> String,
    pub no_choice: &'static str,
    pub totals_table: fn(section: &str, questions: usize, of: usize) -> String,
    pub set_table: fn(section: &str, questions: usize, of: usize) -> String,
    pub figure: &'static str,
    pub value: &'static str,
    pub students: Term,
    pub maximum: Term,
    pub mean: Term,
    pub median: Term,
    pub deviation: Term,
    pub skewness: Term,
    pub kurtosis: Term,
    pub alpha: Term,
    pub error_ratio: Term,
    pub standard_error: Term,
    pub unanswered: Term,
    pub facility: Term,
    pub question_deviation: Term,
    pub discrimination: Term,
    pub efficiency: Term,
    pub intended: Term,
    pub effective: Term,
    pub alpha_without: Term,

    // Plots.
    pub histogram: &'static str,
    pub histogram_description: fn(n: usize, most: &str) -> String,
    pub histogram_table: fn(section: &str) -> String,
    pub total: &'static str,
    pub how_many: &'static str,
    pub bin: fn(from: f64, to: f64) -> String,
    pub against: &'static str,
    pub against_description: fn(shown: usize, of: usize) -> String,
    pub progress: &'static str,
    pub progress_table: &'static str,
    pub progress_description: fn(weeks: usize) -> String,
    pub nothing_done: &'static str,
    pub week: &'static str,
    pub answers: &'static str,
    pub right: &'static str,
    pub finished: &'static str,

    // The marks.
    pub marks: &'static str,
    pub marks_more: &'static str,
    pub marks_table: fn(section: &str) -> String,
    pub student: &'static str,
    pub maximum_row: &'static str,

    // What the numbers mean.
    pub meaning: &'static str,
    pub formula: fn(term: &str) -> String,
    pub formulas: &'static str,
    pub formulas_more: &'static str,
}

/// A number with what it means.
pub struct Term {
    /// Names its formula on the page.
    pub id: &'static str,
    pub name: &'static str,
    /// In one plain sentence.
    pub plain: &'static str,
    /// How it is computed; empty for what is counted or chosen.
    pub formula: &'static str,
}
