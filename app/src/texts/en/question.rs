//! The texts of the questions of a class and one of them, in English.

use super::{capital, number};
use crate::texts::question::Question;
use domain::statistics::{Doubt, Share};

/// English.
pub const QUESTION: Question = Question {
    title: "Questions",
    percent,
    interval: |share: Share| format!("{} to {}", percent(share.low), percent(share.high)),
    count: |n: usize| format!("n = {n}"),

    hardest: |prompt: &str| format!("The hardest by now: {prompt}"),
    none_answered: "Nobody has answered anything yet",
    none_answered_more: "As soon as students answer, their questions stand here, the hardest first.",
    caption: |questions: usize| match questions {
        1 => "1 question that was answered".to_owned(),
        n => format!("{n} questions that were answered, the hardest first in each section"),
    },
    section_column: "section",
    question_column: "question",
    n_column: "answers",
    right_column: "right",
    interval_column: "95% interval",
    common_column: "most common wrong answer",
    given_times: |answer: &str, times: usize| format!("{answer} ({times}×)"),
    numbered: |number: usize| format!("{number}."),
    place: |chapter: usize, section: &str| format!("{chapter}. {section}"),

    name: |section: &str, number: usize| format!("{section}, question {number}"),
    no_answers: "Nobody has answered this question yet",
    common_mistake: |answer: &str, students: usize| match students {
        1 => format!("The common mistake: {answer}"),
        n => format!("{} students answer {answer}", capital(&number(n as u32))),
    },
    right_first_time: |share: Share| match share.n {
        1 if share.count == 1 => "The one answer was right".to_owned(),
        1 => "The one answer was not right".to_owned(),
        n => format!("{} of {n} were right the first time", share.count),
    },
    dropped: "This question was dropped: it counts for nothing and is drawn no more",
    full_credit: "Every answer to this question counts as right",
    as_seen: "As students see it",
    right_answer: "Right answer",
    right_in: |field: &str| format!("Right in “{field}”"),
    accepted_too: "Accepted too",
    figures: "In figures",
    right_share: "Share right",
    first_try: "First-try rate",
    median_time: "Median time",
    seconds: |ms: u32| {
        let seconds = (ms + 500) / 1000;
        if seconds < 60 { format!("{seconds} s") } else { format!("{} min {} s", seconds / 60, seconds % 60) }
    },
    discrimination: "Discrimination",
    figures_more: "Share right counts each student once: the very first answer. The first-try rate counts every time the question came up. \
                   An interval holds the true share in 95 of 100 such cases. A discrimination above 0 says that who does well elsewhere in the section does well here.",
    undefined: "none",
    too_few: |least: usize| format!("not shown: below n = {least} it is chance"),
    wrong_answers: "Wrong answers",
    wrong_caption: |kinds: usize| match kinds {
        1 => "1 wrong answer; equal ones are counted as one".to_owned(),
        n => format!("{n} different wrong answers, the most frequent first; equal ones are counted as one"),
    },
    no_wrong_answers: "No wrong answers.",
    answer_column: "answer",
    times_column: "times",
    students_column: "students",
    said_column: "what is said to it",
    actions_column: "what to do",
    accepted_by_now: |correction: u32| format!("accepted by correction {correction}"),
    right_by_now: "right by now",
    accept_too: "Accept this too",
    accept_this: |answer: &str| format!("Accept this too: {answer}"),
    explain: "Explain this mistake",
    explain_this: |answer: &str| format!("Explain this mistake: {answer}"),
    explanation_label: |answer: &str| format!("What to say to whoever answers {answer}"),
    explanation_more: |left: usize| format!("Plain text. Whoever gives this answer from now on reads it at once. {left} characters left."),
    save: "Save the explanation",
    cancel: "Cancel",
    explained: "Saved. Whoever gives this answer next reads it.",

    options: "Choices",
    options_caption: "First answers of each student; upper and lower are the 27% who do best and worst elsewhere in the section",
    option_column: "choice",
    share_column: "share",
    upper_column: "upper 27%",
    lower_column: "lower 27%",
    correlation_column: "point-biserial",
    doubts_column: "to look at",
    is_right: "right",
    doubt: |doubt: Doubt| match doubt {
        Doubt::WrongYetPositive => "wrong, yet the better students choose it",
        Doubt::RightYetNegative => "right, yet the better students do not choose it",
        Doubt::HardlyChosen => "hardly anybody chooses it",
    },

    trend: "Over the weeks",
    trend_caption: "First answers by week",
    trend_more: |weeks: usize, first: f64, last: f64| {
        format!("{weeks} weeks: right first time from {} in the first to {} in the last", percent(first), percent(last))
    },
    week_column: "week from",

    corrections: "Corrections of this question",
    correct: "Correct this question",
    correct_more: "Change what is right, drop it, or give full credit. You see who would change before anything happens.",
};

fn percent(share: f64) -> String {
    format!("{:.0}%", 100.0 * share)
}
