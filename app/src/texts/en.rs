//! The texts in English.

mod account;
#[cfg(feature = "teach")]
mod assigning;
#[cfg(feature = "teach")]
mod board;
mod clock;
#[cfg(feature = "teach")]
mod exports;
#[cfg(feature = "teach")]
mod history;
#[cfg(feature = "teach")]
mod moments;
#[cfg(feature = "teach")]
mod question;
mod refusals;
#[cfg(feature = "teach")]
mod regrading;
#[cfg(feature = "teach")]
mod statistics;
mod story;
mod sync;

use super::Texts;
use domain::{account::Role, attempt, command::Command, feeds::Feed, projections::tally::Standing, replica::Ownership};
use refusals::{attempt_refusal, refusal, unreadable};
use sync::{notice, sync_meaning, sync_state};

/// English.
pub const TEXTS: Texts = Texts {
    account: account::ACCOUNT,
    #[cfg(feature = "teach")]
    assigning: assigning::ASSIGNING,
    #[cfg(feature = "teach")]
    board: board::BOARD,
    #[cfg(feature = "teach")]
    exports: exports::EXPORTS,
    #[cfg(feature = "teach")]
    history: history::HISTORY,
    #[cfg(feature = "teach")]
    moments: moments::MOMENTS,
    #[cfg(feature = "teach")]
    question: question::QUESTION,
    #[cfg(feature = "teach")]
    regrading: regrading::REGRADING,
    #[cfg(feature = "teach")]
    statistics: statistics::STATISTICS,
    story: story::STORY,

    language: "en-GB",
    app: "Leftfold",
    skip: "Skip to the content",
    main_navigation: "Main",
    course: "Course",
    classes: "Classes",
    page_title: |page: &str| format!("{page} · Leftfold"),
    reload: "Reload",
    insecure: "This page was not opened safely (http on a network), so not everything can be kept on this device, and nothing can be sealed. Use the https address.",
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
    sync_meaning,
    all_saved: |offline: bool| if offline { "All saved – offline" } else { "All saved" },
    all_saved_more: "nothing waits on this device. Whatever was done here before is on the server.",
    notice_label: "Notice",
    notice,
    wrong_clock: clock::wrong_clock,
    update_needed: "Something here was made with a newer Leftfold, and this page cannot show it yet. Reload to get it; nothing is lost.",

    demo: "This is the demo school",
    demo_more: "Nobody here is real, and nothing you do can break anything. Come in as:",
    demo_door: |role: Role| match role {
        Role::Student => "A student",
        Role::Teacher => "A teacher",
        Role::Administrator => "An administrator",
    },
    demo_try: |role: Role| match role {
        Role::Student => "Answer a few questions, switch the network off, go on, and switch it on again.",
        Role::Teacher => "Watch the class page change while students answer, and correct a question’s key.",
        Role::Administrator => "See to accounts and classes.",
    },
    demo_both: "For both at once, open the other one in a private window or another browser.",

    sign_in: "Sign in",
    login: "Login",
    password: "Password",
    promise: "Goes on working when the network does not.",
    wrong_login: "The login or the password is wrong.",
    sign_in_later: "There were too many tries. Wait a minute, then try again.",
    no_connection: "There is no connection to Leftfold. Check the network, then try again.",
    session_over: |answers: usize| match answers {
        0 => "Your session is over. Sign in again to go on.".to_owned(),
        1 => "Your session is over. Sign in again: one answer waits on this device and is kept.".to_owned(),
        n => format!("Your session is over. Sign in again: {n} answers wait on this device and are kept."),
    },
    whose_computer: "Whose computer is this?",
    shared_computer: "This is a shared computer",
    shared_computer_more: "You are signed out when the browser is closed. What could not be sent waits sealed: only your next sign-in opens it.",
    own_device: "My own device",
    own_device_more: "You stay signed in for 30 days, and Leftfold opens without a network.",
    shared_session_over: "Your session on this shared computer is over. What could be read here was deleted; what was not sent yet waits sealed for you.",
    shared_not_forgotten: "Your session on this shared computer is over. What is stored here could not be deleted: another tab holds on to it. Close all other tabs of Leftfold, then load this page again. What was not sent yet waits sealed for you.",
    shared_no_answer: "There is no connection. On a shared computer Leftfold opens only with one; what was not sent yet waits sealed for you.",
    sign_out: "Sign out",
    signed_out,
    unsent: |answers: usize| match answers {
        0 => "Your last steps have not been sent yet".to_owned(),
        1 => "One answer has not been sent yet".to_owned(),
        n => format!("{n} answers have not been sent yet"),
    },
    unsent_more: "It is saved on this device only. What is to become of it?",
    all_sent: "Everything is sent",
    all_sent_more: "Nothing is lost by signing out.",
    wait: "Wait until it is sent",
    waiting: "Waiting…",
    waiting_online: "It is being sent. You are signed out as soon as everything has arrived.",
    waiting_offline: "There is no connection. As soon as there is one it is sent, and then you are signed out.",
    leave_sealed: "Leave it here, sealed",
    leave_sealed_more: "Sealed: nobody can read it here. It is sent when you sign in on this device again.",
    discard: |answers: usize| match answers {
        0 => "Discard it".to_owned(),
        1 => "Discard one answer".to_owned(),
        n => format!("Discard {n} answers"),
    },
    stay: "Stay signed in",

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
    course_opens: |at: &str| format!("Your course opens {at}"),
    opens_later: "A section that opens later",
    opens_more: "It is handed out only then, so it needs a connection once from then on.",

    inbox: |answers: usize| match answers {
        1 => "One answer needs a look".to_owned(),
        n => format!("{n} answers need a look"),
    },
    refused: |question: Option<&str>, why: &str| match question {
        Some(question) => format!("Refused: your answer to “{question}” does not count. {why} You entered:"),
        None => format!("Refused: this does not count. {why} You entered:"),
    },
    changed: |question: Option<&str>| match question {
        Some(question) => format!("The server graded your answer to “{question}” differently from what was shown here. You entered:"),
        None => "The server's result differs from what was shown here. You entered:".to_owned(),
    },
    nothing_entered: "(nothing)",
    nth_choice: |n: usize| format!("choice {n}"),
    pair: |left: &str, right: &str| format!("{left} – {right}"),
    dismiss: "Dismiss",
    built_on_it: |steps: usize| match steps {
        1 => "One later step built on it and was refused as well.".to_owned(),
        n => format!("{} later steps built on it and were refused as well.", capital(&number(n as u32))),
    },

    sync_more: "What this device has, what still waits, and whether all of it is sound. For the curious, and for support.",
    connection: "Connection",
    connection_state: |live: bool, offline: bool| match (live, offline) {
        (true, _) => "connected",
        (false, true) => "not connected; trying again",
        (false, false) => "connecting",
    },
    this_tab: "This tab",
    tab_role: |ownership: Option<Ownership>| match ownership {
        Some(Ownership::Alone) => "holds the connection, for all tabs",
        Some(Ownership::Together) => "has a connection of its own, as each tab here",
        Some(Ownership::None) | None => "uses the connection of another tab",
    },
    build: "Build",
    log: "Log",
    log_and_era: |log: &str, era: u32| format!("{log}, era {era}"),
    device: "Device",
    epoch: "Epoch",
    none_yet: "none yet",
    feeds: "Feeds",
    feeds_more: "Lists of events that this device may read and keeps a copy of",
    feed: "feed",
    feed_name: |feed: &Feed| match feed {
        Feed::Student(_) => "your own work".to_owned(),
        Feed::Staff(_) => "a class, for its teachers".to_owned(),
        Feed::Class(_) => "a class, for its members".to_owned(),
        Feed::Course(_) => "a course".to_owned(),
        Feed::Corrections(_) => "the corrections of a course, for its teachers".to_owned(),
        Feed::Unit(..) => "the corrections of a unit".to_owned(),
        Feed::School(_) => "the school".to_owned(),
    },
    events: "events",
    generation: "generation",
    digest: "digest",
    outbox: "Outbox",
    outbox_more: "What was entered here and has no result yet",
    outbox_empty: "Nothing waits.",
    number: "number",
    given_at: "when",
    what: "what",
    command_name,
    saved: "state",
    sealed: |waiting: usize| match waiting {
        1 => "In storage it is sealed.".to_owned(),
        n => format!("In storage all {n} are sealed."),
    },
    inbox_title: "Inbox",
    inbox_empty: "Nothing was refused or changed.",
    storage: "Storage",
    used: "Used",
    used_of: |used: f64, quota: f64| format!("{} of {}", bytes(used), bytes(quota)),
    persisted: |persisted: bool| {
        if persisted { "kept when the device needs room" } else { "may be deleted when the device needs room; it is then fetched again" }
    },
    kept_by_browser: "The browser says",
    results_kept: "Results kept",
    folds_kept: "Folds kept",
    fold: |name: &str, version: u32, size: u64| format!("{name}, version {version}, {}", bytes(size as f64)),
    check_events: "Check all events",
    check_events_more: "Reads every stored event again and compares it with what was recorded.",
    checking: "Checking…",
    checked: |chunks: usize, events: u64| match chunks {
        0 => "No events are stored yet.".to_owned(),
        1 => format!("The one chunk with {events} events is as it was recorded."),
        n => format!("All {n} chunks with {events} events are as they were recorded."),
    },
    found_bad: |chunks: usize, bad: &[String]| {
        format!("{} of {chunks} chunks are not as they were recorded, and are fetched again: {}.", bad.len(), bad.join(", "))
    },
    check_failed: "The database could not be read.",
    bundle: "Support bundle",
    bundle_more: "A file for whoever helps you: what this device has, what waits, what was refused, without names. Your own answers that wait are in it.",
    save_bundle: "Save a support bundle",

    check: "Check",
    next_question: "Next question",
    show_answer: "Show the answer",
    worked_answer: "Worked answer",
    practise_again: "Practise again",
    right_answer: "The right answer:",
    key_corrected: "The answer to this question was corrected. Right is now:",
    dropped: "This question was taken out.",
    dropped_open: "It counts for nothing. Enter anything, or nothing, to go on.",
    dropped_done: "It counts for nothing. Go on to the next.",
    full_credit: "Every answer to this question counts as right.",
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
    field_is_full: |most| format!("No more fits: an answer has at most {most} characters."),
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
    revealed: "Shown.",
    revealed_more: "It does not count. The next question is a fresh start.",
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
    nobody_needs_you_now: "Nobody is stuck now in your classes",
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

fn signed_out(sealed: usize, left: &[String]) -> String {
    let sealed = match sealed {
        0 => String::new(),
        1 => " One step waits here, sealed: your next sign-in on this device sends it.".to_owned(),
        n => format!(" {n} steps wait here, sealed: your next sign-in on this device sends them."),
    };
    if left.is_empty() {
        format!("You are signed out. We have looked: nothing that can be read is left on this device.{sealed}")
    } else {
        format!(
            "You are signed out, but not everything could be deleted: {} is left. Close all other tabs of Leftfold, or clear the browser's data.{sealed}",
            left.join(", ")
        )
    }
}

fn command_name(command: Option<&Command>) -> &'static str {
    let Some(command) = command else { return "of a newer Leftfold" };
    match command.attempt().map(|(_, command)| command) {
        Some(attempt::Command::Start { .. }) => "starting a section",
        Some(attempt::Command::SubmitAnswer { .. }) => "an answer",
        Some(attempt::Command::RevealAnswer { .. }) => "asking for the answer",
        Some(attempt::Command::NextQuestion { .. }) => "the next question",
        Some(attempt::Command::Regrade { .. }) => "grading again",
        None => "a change to the school",
    }
}

/// A size as people write it.
fn bytes(bytes: f64) -> String {
    match bytes {
        b if b < 1e3 => format!("{b:.0} bytes"),
        b if b < 1e6 => format!("{:.0} kB", b / 1e3),
        b if b < 1e9 => format!("{:.1} MB", b / 1e6),
        b => format!("{:.1} GB", b / 1e9),
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
