//! The texts of one student: the story, notes, a replay; and what a student is told of corrections and of units that are not open, in English.

use super::{capital, number};
use crate::texts::story::{NoteStage, Story};
use domain::{
    attempt::{Judgement, Reckoning},
    class::Refusal,
    content::Correction,
    projections::tally::Standing,
};

/// English.
pub const STORY: Story = Story {
    loading: "Reading what happened…",
    nothing_here: "Nobody like that is in this class",
    nothing_here_more: "Perhaps the link is old, or the student has never been in this class.",
    headline: |name: &str, standing: Standing, section: Option<&str>, before: Option<&str>| match (standing, section) {
        (Standing::NotStarted, _) | (_, None) => format!("{name} has not begun yet"),
        (Standing::Working, Some(section)) if let Some(day) = before => format!("{name} last worked on “{section}”, {day}"),
        (Standing::Stuck, Some(section)) if let Some(day) = before => {
            format!("{name} was stuck in “{section}” when they last worked, {day}")
        }
        (Standing::Working, Some(section)) => format!("{name} is working on “{section}”"),
        (Standing::Stuck, Some(section)) => format!("{name} is stuck in “{section}”"),
        (Standing::Finished, Some(section)) => format!("{name} has finished “{section}”"),
    },
    not_in_class: "Not in the class any more; the work done in it stays.",
    time_in_all: "Time spent",
    first_answers: "First answers",
    right_first_time: "Right first time",
    last_seen: "Last worked",
    never: "never",
    duration,
    progress_caption: |name: &str| format!("What {name} has done, by section"),
    section: "section",
    minutes: "minutes",
    last_worked_on: "last worked on",
    time_rule: "Time spent is counted from what was done: each step stands for at most 5 minutes, cut short by the next one.",
    no_work: "No work in this class yet.",

    story: "What happened",
    show_section: "Show",
    all_sections: "all sections",
    nothing_happened: "Nothing has happened here yet.",
    class_events: "The class",
    lesson: |from: &str, until: &str| if from == until { from.to_owned() } else { format!("{from} to {until}") },
    earlier: |more: usize| match more {
        1 => "Earlier (1 more step)".to_owned(),
        n => format!("Earlier ({n} more steps)"),
    },
    beginning: "This is where it begins.",
    arrived: |time: &str| format!("done without a connection, arrived {time}"),
    replay: "Replay",
    replay_of: |section: &str, from: &str| format!("“{section}”, from {from}"),

    began: |edition: u32, run: u32| match run {
        1 => format!("Began, with edition {edition}"),
        n => format!("Began for the {} time, with edition {edition}", nth(n)),
    },
    was_given: |ordinal: u32, question: &str| format!("Was given question {ordinal}, “{question}”"),
    answered,
    counts_as: |judgement: Judgement, correction: u32| match judgement {
        Judgement::Right => format!("counts as right since correction {correction}"),
        Judgement::Wrong => format!("counts as wrong since correction {correction}"),
        Judgement::Void => format!("counts for nothing since correction {correction}"),
    },
    revealed: |question: &str| format!("Had the answer to “{question}” shown"),
    stumbled_after: |misses: Option<u32>| match misses {
        Some(n) => format!("Met a stumbling block after {} misses", number(n)),
        None => "Met a stumbling block".to_owned(),
    },
    cleared: "Got over the stumbling block: right first time",
    section_finished: |streak: Option<u32>| after_so_many("Finished the section", streak),
    streak_completed: |streak: Option<u32>| after_so_many("Completed another streak", streak),
    drill_passed: |streak: Option<u32>| after_so_many("Passed the drill", streak),
    regraded: |number: u32, by: Option<&str>, what: Option<&Correction>, undoes: Option<u32>| {
        let by = by.map(|by| format!(" by {by}")).unwrap_or_default();
        let what = what.map(|what| format!(" ({})", correction(what))).unwrap_or_default();
        match undoes {
            Some(undone) => format!("Correction {undone} was taken back{by}, and what it had changed is as it was"),
            None => format!("Correction {number}{by}{what} changed what came out here"),
        }
    },
    made: |entered: &str, question: &str, to: Judgement| match to {
        Judgement::Right => format!("It made the answer {entered} to “{question}” right"),
        Judgement::Wrong => format!("It made the answer {entered} to “{question}” wrong"),
        Judgement::Void => format!("It made the answer {entered} to “{question}” count for nothing"),
    },
    enrolled: |by: Option<&str>| match by {
        Some(by) => format!("Was put in the class by {by}"),
        None => "Joined the class with the code".to_owned(),
    },
    removed: |by: &str| format!("Was taken out of the class by {by}"),
    noted: |by: &str| format!("{by} wrote a note"),
    note_removed: |by: &str| format!("{by} took a note back"),
    another_teacher: "somebody else of the school",
    unknown_question: "a question that is not on this device",
    unknown_event: "Something that was recorded by a newer Leftfold than this",
    and_more: |n: usize| match n {
        1 => "So did one more answer.".to_owned(),
        n => format!("So did {} more answers.", number(n as u32)),
    },

    replay_title: |section: &str, run: u32| match run {
        1 => format!("Replay of “{section}”"),
        n => format!("Replay of “{section}”, {} run", nth(n)),
    },
    step: |step: usize, steps: usize| format!("Step {step} of {steps}"),
    first_step: "First",
    previous_step: "Previous",
    next_step: "Next",
    last_step: "Last",
    close: "Close",
    replay_keys: "The arrow keys, Home and End step through it too.",
    replay_controls: "Steps of the replay",
    no_question: "No question has been asked yet at this step.",
    not_at_hand: "The question, or its key, is not on this device. It comes by itself while there is a connection.",

    notes: "Notes",
    write_note: |name: &str| format!("A note to {name}"),
    note_more: "Only the student and the teachers of this class can read it. It arrives when the student's device next syncs.",
    letters_left: |n: usize| match n {
        1 => "1 letter left".to_owned(),
        n => format!("{n} letters left"),
    },
    send_note: "Send the note",
    note_refused: |refusal: &Refusal| match refusal {
        Refusal::BadNote => "A note must say something, in at most 2,000 letters.",
        Refusal::NotInClass => "The student is not in the class any more.",
        refusal => super::refusals::class_refusal(refusal),
    },
    note_stage: |stage: NoteStage| match stage {
        NoteStage::NotSaved => "not saved on this device yet",
        NoteStage::Saved => "saved on this device, not sent yet",
        NoteStage::Sent => "on its way",
        NoteStage::Confirmed => "sent; the student gets it at the next sync",
    },
    no_notes: "No notes yet.",
    note_hidden: "What it says is hidden as long as names are.",
    note_missing: "The text has not reached this device yet.",
    note_gone: "The text was deleted.",
    by_at: |by: &str, at: &str| format!("{by}, {at}"),
    delete_note: "Delete",
    delete_note_more: "What it says is deleted for everybody, on the student's device at its next sync. That a note was written stays.",
    delete_note_now: "Delete what it says",
    note_not_deleted: "It could not be deleted now. Check the connection, then try again.",
    notes_are_live: "Notes are written in the present. Go to now to write one.",

    from_teacher: |unread: usize| match unread {
        1 => "A note from your teacher".to_owned(),
        n => format!("{} notes from your teacher", capital(&number(n as u32))),
    },
    earlier_notes: |n: usize| match n {
        1 => "One note that you have read".to_owned(),
        n => format!("{} notes that you have read", capital(&number(n as u32))),
    },
    your_teacher: "Your teacher",
    have_read: "I have read it",

    changes: "Why a result changed",
    understood: "Understood",
    teacher_corrected: |section: &str, is_undoing: bool| match is_undoing {
        false => format!("Your teacher corrected a question in “{section}”."),
        true => format!("Your teacher took back a correction in “{section}”."),
    },
    counts_now: |question: &str, entered: Option<&str>, to: Judgement| {
        let answer = entered.map_or_else(|| "your answer".to_owned(), |entered| format!("your answer {entered}"));
        match to {
            Judgement::Right => format!("“{question}”: {answer} counts as right now."),
            Judgement::Wrong => format!("“{question}”: {answer} counts as wrong now."),
            Judgement::Void => format!("“{question}” was withdrawn: {answer} counts neither for nor against you."),
        }
    },
    what_follows,

    opens: |at: &str| format!("Opens {at}"),
    closes: |at: &str| format!("Open until {at}"),
    is_over: |at: &str| format!("Was open until {at}"),
    join: "Join a class",
    join_more: "Your teacher gives you a code of letters and digits. Capitals make no difference.",
    code: "Code",
    join_class: "Join",
    joined: |class: &str| if class.is_empty() { "You are in the class now.".to_owned() } else { format!("You are in {class} now.") },
    not_joined: "No class can be joined with this code now. Look at it again, or ask your teacher.",
    join_later: "There were too many tries. Wait a minute, then try again.",
};

fn duration(ms: u64) -> String {
    let seconds = ms / 1_000;
    match (seconds / 3_600, seconds / 60 % 60) {
        (0, 0) => format!("{seconds} s"),
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

fn nth(n: u32) -> String {
    const WORDS: [&str; 9] = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"];
    let word = n.checked_sub(1).and_then(|index| WORDS.get(index as usize));
    word.map_or_else(|| format!("{n}th"), |word| (*word).to_owned())
}

fn answered(entered: &str, question: &str, right: bool, try_number: u32, ms: Option<u32>) -> String {
    let verdict = if right { "right" } else { "wrong" };
    let after = ms.map(|ms| format!(", after {}", duration(u64::from(ms)))).unwrap_or_default();
    format!("Answered {entered} to “{question}”: {verdict} ({} try{after})", nth(try_number))
}

fn after_so_many(what: &str, streak: Option<u32>) -> String {
    streak.map_or_else(|| what.to_owned(), |streak| format!("{what}: {} right in a row", number(streak)))
}

fn correction(what: &Correction) -> &'static str {
    match what {
        Correction::Replace { .. } => "other answers are right",
        Correction::AcceptToo { .. } => "one more answer is right",
        Correction::Drop {} => "the question was withdrawn",
        Correction::FullCredit {} => "every answer is right",
        Correction::Explain { .. } => "an explanation",
    }
}

fn what_follows(before: &Reckoning, after: &Reckoning) -> Vec<String> {
    let finished = match (before.finished, after.finished) {
        (false, true) => Some("With that the section is finished.".to_owned()),
        (true, false) => Some("With that the section is not finished any more.".to_owned()),
        (true, true) | (false, false) => None,
    };
    let streak = (before.streak != after.streak && before.finished == after.finished).then(|| match after.streak {
        0 => "You have none right in a row now.".to_owned(),
        n => format!("You have {} right in a row now.", number(u32::from(n))),
    });
    let stuck = (before.stuck && !after.stuck).then(|| "The stumbling block is gone.".to_owned());
    finished.into_iter().chain(streak).chain(stuck).collect()
}
