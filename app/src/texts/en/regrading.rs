//! The texts of correcting a key, in English.

use super::{capital, number};
use crate::texts::regrading::Regrading;
use domain::{attempt::Judgement, content::Form, grading::Unreadable, regrading::Totals};

/// English.
pub const REGRADING: Regrading = Regrading {
    title: "Correct a question",
    heading: "What is to be different?",
    not_then: "You are looking at a moment in the past. Corrections are made now.",
    to_now: "Go to now",

    what: "What is to be done",
    replace: "Change what is right",
    replace_more: "The right answer in the key is wrong, or too narrow, or too wide.",
    accept: "Accept one more answer",
    accept_more: "What is right stays right; this is right as well.",
    drop: "Drop the question",
    drop_more: "It is faulty: answers count for nothing, it is drawn no more, and whoever is at it goes on with any answer.",
    full_credit: "Give full credit",
    full_credit_more: "Every answer given to it, and every one to come, is right.",
    field: "Which field",
    right_in: |field: &str| format!("Right in “{field}”"),
    also_right: "The answer to accept",
    nth_right: |nth: usize| if nth == 1 { "Right answer".to_owned() } else { format!("Right answer {nth}") },
    tolerance: |nth: usize| if nth == 1 { "How near".to_owned() } else { format!("How near to answer {nth}") },
    exact: "exactly this",
    absolute: "this ± an amount",
    relative: "this ± a percentage",
    decimals: "rounded to decimals",
    figures: "rounded to significant figures",
    amount: |nth: usize| if nth == 1 { "Amount".to_owned() } else { format!("Amount for answer {nth}") },
    add: "Add a right answer",
    remove: |nth: usize| format!("Remove right answer {nth}"),
    form_label: "Form asked for",
    form,
    patterns: "Right answers, one on each line",
    patterns_more: "* stands for anything; \\* for a star.",
    rounded: |value: &str, places: u8, decimals: bool| match (decimals, places) {
        (true, 1) => format!("{value} rounded to 1 decimal"),
        (true, n) => format!("{value} rounded to {n} decimals"),
        (false, 1) => format!("{value} rounded to 1 significant figure"),
        (false, n) => format!("{value} rounded to {n} significant figures"),
    },
    harm_nobody: "Harm nobody",
    harm_nobody_more: "No answer that was right becomes wrong; what is asked from now on follows the correction.",
    look: "Show who would change",
    nothing_right: "Say what is right first: at least one answer.",
    unreadable_value: |nth: usize, why: Unreadable| format!("Right answer {nth}: {}", super::unreadable(why)),
    unreadable_amount: |nth: usize| format!("The amount for right answer {nth} must be a number, 0 or more."),
    nothing_entered: "Fill in the answer to accept.",
    right_already: "This answer is right already.",
    as_before: "This is what is right already. Change something first.",

    outlook: "Who would change, and how",
    undo_outlook: "Who would change if this is taken back",
    looking: "Counting…",
    nobody_changes: "Nobody in this class would change. Answers from now on are graded so.",
    totals,
    outlook_caption: |students: usize| match students {
        1 => "1 student of this class".to_owned(),
        n => format!("{n} students of this class"),
    },
    answers_column: "answers",
    streak_column: "streak",
    stuck_column: "stuck",
    finished_column: "finished",
    outcome: |from: Judgement, to: Judgement, answers: usize| format!("{answers} × {} → {}", judgement(from), judgement(to)),
    from_to: |from: &str, to: &str| if from == to { from.to_owned() } else { format!("{from} → {to}") },
    yes: "yes",
    no: "no",
    others: |course: &str| {
        format!(
            "Students of other classes with “{course}” are graded again as well. They cannot be listed here: you do not see their work."
        )
    },
    missing: |documents: usize| match documents {
        1 => {
            "The key of an older edition is not on this device, so that some students may be missing here. It is being fetched.".to_owned()
        }
        n => format!(
            "The keys of {} older editions are not on this device, so that some students may be missing here. They are being fetched.",
            number(n as u32)
        ),
    },
    confirm: "Correct it for everybody",
    confirm_undo: "Take it back for everybody",
    back: "Leave it as it is",

    stood_already: "This correction stands already, so nothing was changed. If a later one holds instead, take that one back.",
    waits: "Saved on this device. As soon as there is a connection it is sent, and then everybody is graded again.",
    sent: "Everybody is being graded again.",
    progress: |done: usize, all: usize| format!("{done} of {all} graded again"),
    done: |all: usize| match all {
        0 => "Done. Nobody in this class had to be graded again.".to_owned(),
        1 => "Done: 1 graded again.".to_owned(),
        n => format!("Done: all {n} graded again."),
    },

    record: |course: &str| format!("Corrections of “{course}”"),
    record_caption: "For all classes with this course, the latest first",
    record_empty: "Nothing has been corrected yet.",
    who_column: "who",
    when_column: "when",
    what_column: "what",
    question_column: "question",
    undo_column: "take back",
    another_teacher: "another teacher",
    not_sent: "not sent yet",
    undo: "Take back…",
    undo_this: |what: &str| format!("Take back: {what}"),
    taken_back: "taken back",
    took_back: |number: u32| format!("Correction {number} taken back"),
    said_replace: |field: &str, right: &str| {
        if field.is_empty() { format!("Right is now: {right}") } else { format!("Right in “{field}” is now: {right}") }
    },
    said_accept: |answer: &str| format!("Accepted too: {answer}"),
    said_drop: "Question dropped",
    said_full_credit: "Full credit for everybody",
    said_explain: |answer: &str, text: &str| format!("Explained the answer {answer}: “{text}”"),
    said_harm_nobody: "nobody harmed",
    unknown_question: "(not in the newest edition)",
};

fn form(form: Form) -> &'static str {
    match form {
        Form::Any => "any form",
        Form::Simplest => "in simplest form",
        Form::Mixed => "as a mixed number",
        Form::Decimal => "as a decimal",
        Form::Percent => "as a percentage",
    }
}

fn judgement(judgement: Judgement) -> &'static str {
    match judgement {
        Judgement::Wrong => "wrong",
        Judgement::Void => "not counted",
        Judgement::Right => "right",
    }
}

fn totals(totals: Totals, students: usize) -> String {
    let Totals { attempts: _, answers: _, to_right, to_wrong, to_void, finished, unfinished, unstuck, stuck } = totals;
    let who = if students == 1 { "one student".to_owned() } else { format!("{} students", number(students as u32)) };
    let first = match to_right + to_wrong + to_void {
        0 => format!("No answer is graded differently, but something else changes for {who}"),
        1 => format!("One answer of {who} is graded differently"),
        n => format!("{} answers of {who} are graded differently", capital(&number(n))),
    };
    let parts = [
        (to_right, "right then"),
        (to_wrong, "wrong then"),
        (to_void, "count for nothing"),
        (finished, "now finished"),
        (unfinished, "no longer finished"),
        (unstuck, "no longer stuck"),
        (stuck, "now stuck"),
    ];
    let said: Vec<String> = parts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    if said.is_empty() { format!("{first}.") } else { format!("{first}: {}.", said.join(", ")) }
}
