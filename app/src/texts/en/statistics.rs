//! The texts of the statistics of a class, in English.

use crate::texts::statistics::{Statistics, Term};

/// English.
pub const STATISTICS: Statistics = Statistics {
    title: "Statistics",

    nothing_assigned: "Nothing to count yet",
    nothing_assigned_more: "As soon as a section is assigned to this class and its course is on this device, its statistics appear here by themselves.",
    nobody: |section| format!("Nobody has answered anything in “{section}” yet"),
    too_few: |section| format!("Too few answers in “{section}” yet to judge its questions"),
    nothing_odd: |section| format!("No question of “{section}” stands out"),
    look_again: |questions, section| match questions {
        1 => format!("Look again at one question of “{section}”"),
        n => format!("Look again at {n} questions of “{section}”"),
    },

    section: "Section",
    section_option: |chapter, section| format!("{chapter}. {section}"),

    practised: "As practised",
    practised_more: "Questions are drawn, so everybody has met others. Of each student only the first answer to a question counts. A question \
                     with a negative discrimination is answered right by those who do worse elsewhere: look at it again.",
    practised_table: |section| format!("Questions of {section} as practised"),
    question: "question",
    numbered: |number, prompt| format!("{number}. {prompt}"),
    n: Term {
        id: "n",
        name: "n",
        plain: "How many students the numbers beside it are about: those who have answered the question.",
        formula: "",
    },
    first_try: Term {
        id: "first-try",
        name: "right at first try",
        plain: "The share of students whose first answer to the question was right.",
        formula: "first answers that were right / first answers",
    },
    interval_from: Term {
        id: "interval",
        name: "95% from",
        plain: "With so few students chance plays a part: the true share lies between this and the next number, 95 times in 100.",
        formula: "(p + z²/2n ± z · √(p(1 − p)/n + z²/4n²)) / (1 + z²/n), with p the share and z = 1.96 (Wilson’s interval)",
    },
    interval_to: Term { id: "interval-to", name: "to", plain: "The upper end of the interval.", formula: "" },
    drawn_discrimination: Term {
        id: "drawn-discrimination",
        name: "discrimination %",
        plain: "Whether students who do well on the section’s other questions do well on this one: 100 is as well as can be, 0 is chance, \
                below 0 something is wrong. It is shown from 10 students on.",
        formula: "100 · C(x, y) / √(V(x) · V(y)), with x the first answer (1 or 0) and y the student’s rate of right first answers on the \
                  section’s other questions",
    },
    drawn_n: Term {
        id: "drawn-n",
        name: "n of discrimination",
        plain: "How many students have answered this question and another one of the section.",
        formula: "",
    },
    time: Term {
        id: "time",
        name: "median time in s",
        plain: "Half of the first answers took less than this, half took longer; more than five minutes count as five.",
        formula: "median of min(answered − shown, 5 min), by the student’s own clock",
    },
    time_n: Term { id: "time-n", name: "n of time", plain: "How many of the first answers say how long they took.", formula: "" },
    too_few_of: |n, of| format!("too few: {n} of {of}"),

    fixed: "As a test",
    fixed_more: "The chosen questions as a fixed set, one mark each. Everybody counts who has answered at least one of them; a question not \
                 answered has 0 marks. The numbers are those of Moodle’s quiz statistics.",
    which: "Which questions",
    all: "All questions",
    chosen: |chosen, of| format!("{chosen} of {of} chosen"),
    no_choice: "Choose at least one question.",
    totals_table: |section, questions, of| format!("Totals of {section}, {questions} of {of} questions"),
    set_table: |section, questions, of| format!("Questions of {section} as a test, {questions} of {of}"),
    figure: "figure",
    value: "value",
    students: Term {
        id: "students",
        name: "n",
        plain: "How many students the number is about: those who have answered at least one question.",
        formula: "",
    },
    maximum: Term {
        id: "maximum",
        name: "maximum",
        plain: "The most marks that anybody could have.",
        formula: "ΣM, with M the maximum mark of a question",
    },
    mean: Term {
        id: "mean",
        name: "mean",
        plain: "The average of all totals.",
        formula: "ΣT / s, with T a student’s total and s the number of students",
    },
    median: Term {
        id: "median",
        name: "median",
        plain: "Half of the students have less than this, half have more.",
        formula: "the middle T; of an even count the mean of the two middle ones",
    },
    deviation: Term {
        id: "deviation",
        name: "standard deviation",
        plain: "How far totals are from the mean, typically: about two thirds of the students are within this distance.",
        formula: "√k₂, with k₂ = s · m₂ / (s − 1) and mᵣ = Σ(T − mean)ʳ / s",
    },
    skewness: Term {
        id: "skewness",
        name: "skewness",
        plain: "Below 0 a few students are far below the others, above 0 a few are far above.",
        formula: "k₃ / k₂^1.5, with k₃ = s² · m₃ / ((s − 1)(s − 2))",
    },
    kurtosis: Term {
        id: "kurtosis",
        name: "kurtosis",
        plain: "Above 0 there are more very high or very low totals than usual, below 0 fewer.",
        formula: "k₄ / k₂², with k₄ = s² · ((s + 1) · m₄ − 3(s − 1) · m₂²) / ((s − 1)(s − 2)(s − 3))",
    },
    alpha: Term {
        id: "alpha",
        name: "internal consistency α %",
        plain: "How much the questions agree with each other about who knows the matter: above 75 is good, below 65 is little.",
        formula: "100 · p / (p − 1) · (1 − ΣV(x) / k₂), with p questions (Cronbach’s α); it may be negative",
    },
    error_ratio: Term {
        id: "error-ratio",
        name: "error ratio %",
        plain: "How much of the differences between students is chance.",
        formula: "100 · √(1 − α)",
    },
    standard_error: Term {
        id: "standard-error",
        name: "standard error",
        plain: "How many marks a student’s total would change by chance, typically, in another test like this.",
        formula: "standard deviation · √(1 − α)",
    },
    unanswered: Term {
        id: "unanswered",
        name: "not answered",
        plain: "How many of the students have not answered the question; they have 0 marks for it.",
        formula: "",
    },
    facility: Term {
        id: "facility",
        name: "facility",
        plain: "How easy it is: the share of the marks that students have.",
        formula: "mean of x / M",
    },
    question_deviation: Term {
        id: "question-deviation",
        name: "deviation",
        plain: "How far marks on the question are from their mean; near 0 it tells nobody apart.",
        formula: "√V(x), where V divides by s − 1",
    },
    discrimination: Term {
        id: "discrimination",
        name: "discrimination %",
        plain: "Whether students who do well on the other questions do well on this one; below 0 something is wrong with the question or its key.",
        formula: "100 · C(x, y) / √(V(x) · V(y)), with y = T − x the marks on all other questions",
    },
    efficiency: Term {
        id: "efficiency",
        name: "efficiency %",
        plain: "The discrimination as a part of what a question of this facility could reach.",
        formula: "100 · C(x, y) / Cmax, with Cmax the covariance of the x sorted with the y sorted",
    },
    intended: Term {
        id: "intended",
        name: "intended weight %",
        plain: "What the question is worth of all marks.",
        formula: "100 · M / ΣM",
    },
    effective: Term {
        id: "effective",
        name: "effective weight %",
        plain: "How much of the differences between students comes from this question.",
        formula: "100 · √C(x, T) / Σ√C(xⱼ, T) over the questions with C ≥ 0; none if C < 0",
    },
    alpha_without: Term {
        id: "alpha-without",
        name: "α % without it",
        plain: "The internal consistency if this question were left out; if that is clearly higher, leave it out.",
        formula: "α over the other questions",
    },

    histogram: "How the totals are spread",
    histogram_description: |n, most| format!("A histogram of the totals of {n} students. Most of them have {most}."),
    histogram_table: |section| format!("Students by their total in {section}"),
    total: "total",
    how_many: "students",
    bin: |from, to| if to - from <= 1.0 { format!("{from}") } else { format!("{from} to {}", to - 1.0) },
    against: "Facility against discrimination",
    against_description: |shown, of| {
        format!(
            "A point for each of {shown} of {of} questions, by number: the further to the right the easier, the further up the better it tells students apart. The table of the questions has the numbers."
        )
    },
    progress: "Progress of the class, week by week",
    progress_table: "Progress week by week",
    progress_description: |weeks| {
        format!(
            "The share of first answers that were right in each of {weeks} weeks, each with its 95% interval. The table has the numbers."
        )
    },
    nothing_done: "There is nothing to show here yet.",
    week: "week of",
    answers: "first answers",
    right: "right",
    finished: "sections finished",

    marks: "The marks behind these numbers",
    marks_more: "Saved as CSV, this table is what “leftfold statistics FILE.csv” reads: first the questions, then the maximum marks, then a \
                 line for each student. So anybody can check the numbers with another program.",
    marks_table: |section| format!("Marks of {section}"),
    student: "student",
    maximum_row: "maximum",

    meaning: "What these numbers mean",
    formula: |term| format!("Formula of {term}"),
    formulas: "How it is computed",
    formulas_more: "x is a student’s mark on a question, M the most that can be had for it, T the student’s total, y = T − x. Variances V and \
                    covariances C divide by s − 1. Where something would be divided by nothing, it says “none”.",
};
