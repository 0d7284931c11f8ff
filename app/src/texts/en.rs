//! The texts in English.

use super::Texts;
use domain::{
    account, attempt, class,
    command::Refusal,
    content::Form,
    course,
    grading::Unreadable,
    projections::tally::Standing,
    replica::{SyncState, storage::Trouble},
};

/// English.
pub const TEXTS: Texts = Texts {
    language: "en-GB",
    app: "Leftfold",
    skip: "Skip to the content",
    main_navigation: "Main",
    course: "Course",
    classes: "Classes",
    page_title: |page: &str| format!("{page} · Leftfold"),
    reload: "Reload",
    insecure: "This page was not opened safely (http on a network), so not everything can be kept on this device. Use the https address.",
    upgrade: "A newer Leftfold is needed to go on. What you entered is kept.",
    loading_course: "Loading your course…",
    loading_unit: "Loading this section…",
    loading_classes: "Loading your classes…",
    not_found: "There is nothing at this address",
    not_found_more: "Perhaps the link is old, or the section has been taken out of your course. Your work is safe.",
    broken: "Something went wrong here, not with your work",
    broken_more: "Your answers are kept on this device. Try again; if it keeps happening, tell your teacher what you just did.",
    try_again: "Try again",
    to_course: "To your course",
    to_classes: "To your classes",

    sync: "Sync",
    sync_state,

    sign_in: "Sign in",
    login: "Login",
    password: "Password",
    promise: "Goes on working when the network does not.",
    wrong_login: "This login and password do not belong together.",
    sign_in_later: "There were too many tries. Wait a minute, then try again.",
    no_connection: "There is no connection to Leftfold. Check the network, then try again.",
    session_over: |answers: usize| match answers {
        0 => "Your session is over. Sign in again to go on.".to_owned(),
        1 => "Your session is over. Sign in again: one answer waits on this device and is kept.".to_owned(),
        n => format!("Your session is over. Sign in again: {n} answers wait on this device and are kept."),
    },
    sign_out: "Sign out",
    unsent: |answers: usize| match answers {
        0 => "Your last steps have not been sent yet".to_owned(),
        1 => "One answer has not been sent yet".to_owned(),
        n => format!("{n} answers have not been sent yet"),
    },
    unsent_more: "They are saved on this device only. If you sign out now, they are lost. \
                  Once there is a network again they are sent within seconds.",
    stay: "Stay signed in",
    sign_out_and_lose: |answers: usize| match answers {
        0 => "Sign out and lose them".to_owned(),
        1 => "Sign out and lose one answer".to_owned(),
        n => format!("Sign out and lose {n} answers"),
    },

    your_course: "Your course",
    practise: "Practise",
    next_step: |chapter: &str| format!("Next step · {chapter}"),
    resume: |title: &str, missing: u32| match missing {
        0 => format!("“{title}” is almost finished"),
        n => format!("{} more in a row and “{title}” is finished", capital(&number(n))),
    },
    begin: |title: &str| format!("Start with “{title}”"),
    again_when_stuck: |title: &str| format!("Try “{title}” again, with the explanation at hand"),
    all_finished: "Everything is finished",
    all_finished_more: "Practise any section again, to keep it fresh.",
    go_on: "Continue",
    start: "Start",
    sections_finished: "Sections finished",
    course_progress: |course: &str, finished: usize, sections: usize| match sections {
        1 => format!("{course} · {finished} of 1 section finished"),
        n => format!("{course} · {finished} of {n} sections finished"),
    },
    of: |part: usize, whole: usize| format!("{part} of {whole}"),
    chapter_title: |number: usize, title: &str| format!("{number}. {title}"),
    chapter_progress: |finished: usize, sections: usize| format!("{finished} of {sections} finished"),
    answered_right: |answered: u32, right: u32| format!("{answered} answered, {right} right"),
    in_a_row: |streak: u32, goal: u32| format!("{streak} of {goal} in a row"),
    right_in_a_row: |streak: u32, goal: u32| format!("{streak} of {goal} right in a row"),
    state,
    no_course: "No course yet",
    no_course_more: "Nothing has been assigned to your class. As soon as your teacher does, it appears here by itself.",
    no_content: "Not on this device yet",
    no_content_more: "There is no connection, and this has not reached your device before. It appears by itself once there is a network.",

    inbox: |answers: usize| match answers {
        1 => "One answer needs a look".to_owned(),
        n => format!("{n} answers need a look"),
    },
    refused: |question: Option<&str>, why: &str| match question {
        Some(question) => format!("Refused: your answer to “{question}” does not count. {why} You entered:"),
        None => format!("Refused: this does not count. {why} You entered:"),
    },
    changed: |question: Option<&str>| match question {
        Some(question) => format!("The server graded your answer to “{question}” otherwise than was shown here. You entered:"),
        None => "This came out otherwise on the server than was shown here. You entered:".to_owned(),
    },
    nothing_entered: "(nothing)",
    nth_choice: |n: usize| format!("choice {n}"),
    pair: |left: &str, right: &str| format!("{left} – {right}"),
    dismiss: "Dismiss",

    check: "Check",
    next_question: "Next question",
    show_answer: "Show the answer",
    worked_answer: "Worked answer",
    practise_again: "Practise again",
    passed: |title: &str| format!("“{title}” is passed"),
    finished: |title: &str| format!("“{title}” is finished"),
    finished_more: |streak: u32, answered: u32, right: u32| {
        format!("{} right in a row. {answered} answered, {right} right the first time.", capital(&number(streak)))
    },
    finished_already: "This section is finished. Going on keeps it fresh.",
    go_on_with: |title: &str| format!("Go on with “{title}”"),
    keep_practising: "Keep practising",
    calculator: "Calculator allowed.",
    choose_one: "Choose one",
    choose_all: "Choose every one that is right",
    choose_match: "Choose what belongs to each",
    choose: "Choose…",
    unit_of: |label: &str| format!("Unit of {label}"),
    we_read: |what: &str| format!("we read {what}"),
    we_cannot_read: "we cannot read this as a number",
    do_you_mean: "This can be read in two ways. Do you mean",
    or: "or",
    with_decimals: |number: &str| format!("{number} with decimals"),
    as_mixed: |number: &str| format!("{number} as a mixed number"),
    right: "Right.",
    not_right: "Not right.",
    not_counted: "Not counted yet.",
    try_once_more: "Try again.",
    start_over: "The count starts over.",
    revealed: "Here is how it goes. The next question is a fresh start.",
    unreadable,
    refusal,
    attempt_refusal,
    forbidden: "This account may not do that.",
    explanation: "Explanation",
    stumbled: |misses: u32| format!("{} in a row did not work out. That happens to everybody.", capital(&number(misses))),
    stumbled_more: "Read the explanation once more, then go on. The next one that you get right at once clears this.",
    read_explanation: "Read the explanation",

    your_classes: "Your classes",
    no_classes: "No classes yet",
    no_classes_more: "As soon as you are given a class, it appears here by itself.",
    class_count: |n: usize| if n == 1 { "1 class".to_owned() } else { format!("{n} classes") },
    students: |n: usize| if n == 1 { "1 student".to_owned() } else { format!("{n} students") },
    so_many: |n: usize, standing: Standing| format!("{n} {}", state(standing)),
    need_you_in: |students: usize, class: &str| match students {
        1 => format!("One student in {class} needs you"),
        n => format!("{} students in {class} need you", capital(&number(n as u32))),
    },
    need_you: |students: usize| match students {
        1 => "One student needs you".to_owned(),
        n => format!("{} students need you", capital(&number(n as u32))),
    },
    nobody_needs_you: "Nobody is stuck in your classes",
    stuck_now: |names: &[String]| match names {
        [one] => format!("Who needs you now: {one} is stuck"),
        [one, two] => format!("Who needs you now: {one} and {two} are stuck"),
        [one, two, three] => format!("Who needs you now: {one}, {two} and {three} are stuck"),
        [one, two, rest @ ..] => format!("Who needs you now: {one}, {two} and {} more are stuck", number(rest.len() as u32)),
        [] => "Nobody is stuck".to_owned(),
    },
    nobody_started: "Nobody has started yet",
    nobody_is_stuck: "Nobody is stuck",
    everybody_finished: "Everybody is finished",
    no_students: "There is nobody in this class yet",
    class_caption: |n: usize| match n {
        1 => "1 student; changes by itself as answers come in".to_owned(),
        n => format!("{n} students; changes by itself as they answer"),
    },
    student: "student",
    answered: "answered",
    right_column: "right",
    streak: "streak",
    state_column: "state",
    goal: |goal: u32| format!(" of {goal}"),
    unnamed: "(no name yet)",
};

fn state(standing: Standing) -> &'static str {
    match standing {
        Standing::NotStarted => "not started",
        Standing::Working => "working",
        Standing::Stuck => "stuck",
        Standing::Finished => "finished",
    }
}

fn sync_state(state: &SyncState, offline: bool) -> String {
    match state {
        SyncState::NotSaved(why) => format!("Not saved – {}", trouble(*why)),
        SyncState::Refused => "Refused".to_owned(),
        SyncState::Changed => "Changed by the server".to_owned(),
        SyncState::Offline { answers: 1 } => "Offline – 1 answer saved on this device".to_owned(),
        SyncState::Offline { answers } => format!("Offline – {answers} answers saved on this device"),
        SyncState::Saving => "Not saved yet".to_owned(),
        SyncState::Saved => "Saved on this device".to_owned(),
        SyncState::Sent => "Sent".to_owned(),
        SyncState::Confirmed if offline => "Confirmed – offline".to_owned(),
        SyncState::Confirmed => "Confirmed".to_owned(),
    }
}

fn trouble(why: Trouble) -> &'static str {
    match why {
        Trouble::Denied => "this browser keeps nothing (a private window?)",
        Trouble::Full => "this device is full",
        Trouble::TooNew => "another tab has a newer Leftfold: reload",
        Trouble::Failed => "this device could not store it; trying again",
    }
}

fn unreadable(why: Unreadable) -> &'static str {
    match why {
        Unreadable::Empty => "Something is still empty.",
        Unreadable::NotANumber => "This cannot be read as a number. Write 12, 0.5 or a fraction like 3/4.",
        Unreadable::Ambiguous => "This can be read in two ways: is the sign for thousands or for decimals?",
        Unreadable::TooLong => "This is longer than any answer need be.",
        Unreadable::OverZero => "Nothing can be divided by zero.",
        Unreadable::NotHere => "This way of writing is not meant here.",
        Unreadable::NoUnit => "The unit is missing, or is not one of those offered.",
        Unreadable::Malformed => "This does not fit the question. Reload the page and answer again.",
    }
}

fn wrong_form(form: Form) -> &'static str {
    match form {
        Form::Any => "The value is right; write it in another way.",
        Form::Simplest => "The value is right; write it in its simplest form.",
        Form::Mixed => "The value is right; write it as a mixed number in its simplest form.",
        Form::Decimal => "The value is right; write it as a decimal.",
        Form::Percent => "The value is right; write it as a percentage.",
    }
}

fn attempt_refusal(refusal: &attempt::Refusal) -> &'static str {
    match refusal {
        attempt::Refusal::NotAssigned => "This section is not assigned to your class any more.",
        attempt::Refusal::NotPublished => "This edition of the section is not published.",
        attempt::Refusal::ContentMissing => "The section has not reached this device completely yet.",
        attempt::Refusal::EarlierRunOpen => "The run before this one is not finished.",
        attempt::Refusal::NotStarted => "This section was not started.",
        attempt::Refusal::Ended => "This run has ended.",
        attempt::Refusal::AnotherQuestion { .. } => "Another question was before you.",
        attempt::Refusal::AlreadyAnswered => "The question was already answered, in another tab or on another device.",
        attempt::Refusal::AlreadyRevealed => "The answer had already been shown.",
        attempt::Refusal::NotAnsweredYet => "The question before it was not answered yet.",
        attempt::Refusal::WrongForm { form } => wrong_form(*form),
        attempt::Refusal::Unreadable { why } => unreadable(*why),
    }
}

fn refusal(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::Attempt(refusal) => attempt_refusal(refusal),
        Refusal::Class(refusal) => match refusal {
            class::Refusal::NotOpen => "There is no such class.",
            class::Refusal::AlreadyOpen => "The class exists already.",
            class::Refusal::BadTitle => "The title is empty or too long.",
            class::Refusal::NoSuchAccount => "There is no such account of that kind.",
            class::Refusal::NotPublished => "The section is not published.",
        },
        Refusal::Course(refusal) => match refusal {
            course::Refusal::NotImported => "There is no such course.",
            course::Refusal::BadTitle => "The title is empty or too long.",
            course::Refusal::Unsound => "The documents are missing or have faults.",
        },
        Refusal::Account(account::Refusal::AlreadyOpen) => "The account exists already.",
        Refusal::Unreadable => "The server does not know this kind of request.",
        Refusal::TooLarge => "It is longer than the server takes.",
    }
}

fn number(n: u32) -> String {
    const WORDS: [&str; 13] = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    WORDS.get(n as usize).map_or_else(|| n.to_string(), |word| (*word).to_owned())
}

fn capital(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map_or_else(String::new, |first| first.to_uppercase().chain(rest).collect())
}
