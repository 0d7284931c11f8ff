//! The texts of one student: the story, notes, a replay; and what a student is told of corrections and of units that are not open.

use domain::{
    attempt::{Judgement, Reckoning},
    class::Refusal,
    content::Correction,
    projections::tally::Standing,
};

/// What a language says of it.
#[cfg_attr(not(all(feature = "learn", feature = "teach")), expect(dead_code, reason = "the other half says it"))]
pub struct Story {
    // The page of one student.
    pub loading: &'static str,
    pub nothing_here: &'static str,
    pub nothing_here_more: &'static str,
    pub headline: fn(name: &str, standing: Standing, section: Option<&str>, before: Option<&str>) -> String,
    pub not_in_class: &'static str,
    pub time_in_all: &'static str,
    pub first_answers: &'static str,
    pub right_first_time: &'static str,
    pub last_seen: &'static str,
    pub never: &'static str,
    pub duration: fn(ms: u64) -> String,
    pub progress_caption: fn(name: &str) -> String,
    pub section: &'static str,
    pub minutes: &'static str,
    pub last_worked_on: &'static str,
    pub time_rule: &'static str,
    pub no_work: &'static str,

    // The story.
    pub story: &'static str,
    pub show_section: &'static str,
    pub all_sections: &'static str,
    pub nothing_happened: &'static str,
    pub class_events: &'static str,
    pub lesson: fn(from: &str, until: &str) -> String,
    pub earlier: fn(more: usize) -> String,
    pub beginning: &'static str,
    pub arrived: fn(time: &str) -> String,
    pub replay: &'static str,
    pub replay_of: fn(section: &str, from: &str) -> String,

    // Its sentences.
    pub began: fn(edition: u32, run: u32) -> String,
    pub was_given: fn(ordinal: u32, question: &str) -> String,
    pub answered: fn(entered: &str, question: &str, right: bool, try_number: u32, ms: Option<u32>) -> String,
    pub counts_as: fn(Judgement, correction: u32) -> String,
    pub revealed: fn(question: &str) -> String,
    pub stumbled_after: fn(misses: Option<u32>) -> String,
    pub cleared: &'static str,
    pub section_finished: fn(streak: Option<u32>) -> String,
    pub streak_completed: fn(streak: Option<u32>) -> String,
    pub drill_passed: fn(streak: Option<u32>) -> String,
    pub regraded: fn(number: u32, by: Option<&str>, what: Option<&Correction>, undoes: Option<u32>) -> String,
    pub made: fn(entered: &str, question: &str, to: Judgement) -> String,
    pub enrolled: fn(by: Option<&str>) -> String,
    pub removed: fn(by: &str) -> String,
    pub noted: fn(by: &str) -> String,
    pub note_removed: fn(by: &str) -> String,
    pub another_teacher: &'static str,
    pub unknown_question: &'static str,
    pub unknown_event: &'static str,
    pub and_more: fn(usize) -> String,

    // The replay of an attempt.
    pub replay_title: fn(section: &str, run: u32) -> String,
    pub step: fn(step: usize, steps: usize) -> String,
    pub first_step: &'static str,
    pub previous_step: &'static str,
    pub next_step: &'static str,
    pub last_step: &'static str,
    pub close: &'static str,
    pub replay_keys: &'static str,
    pub replay_controls: &'static str,
    pub no_question: &'static str,
    pub not_at_hand: &'static str,

    // Notes.
    pub notes: &'static str,
    pub write_note: fn(name: &str) -> String,
    pub note_more: &'static str,
    pub letters_left: fn(usize) -> String,
    pub send_note: &'static str,
    pub note_refused: fn(&Refusal) -> &'static str,
    pub note_stage: fn(NoteStage) -> &'static str,
    pub no_notes: &'static str,
    pub note_hidden: &'static str,
    pub note_missing: &'static str,
    pub note_gone: &'static str,
    pub by_at: fn(by: &str, at: &str) -> String,
    pub notes_are_live: &'static str,
    pub delete_note: &'static str,
    pub delete_note_more: &'static str,
    pub delete_note_now: &'static str,
    pub note_not_deleted: &'static str,

    // A student's notes.
    pub from_teacher: fn(unread: usize) -> String,
    pub earlier_notes: fn(usize) -> String,
    pub your_teacher: &'static str,
    pub have_read: &'static str,

    // Why a result changed.
    pub changes: &'static str,
    pub understood: &'static str,
    pub teacher_corrected: fn(section: &str, is_undoing: bool) -> String,
    pub counts_now: fn(question: &str, entered: Option<&str>, to: Judgement) -> String,
    pub what_follows: fn(before: &Reckoning, after: &Reckoning) -> Vec<String>,

    // Units that are not open; joining a class.
    pub opens: fn(at: &str) -> String,
    pub closes: fn(at: &str) -> String,
    pub is_over: fn(at: &str) -> String,
    pub join: &'static str,
    pub join_more: &'static str,
    pub code: &'static str,
    pub join_class: &'static str,
    pub joined: fn(class: &str) -> String,
    pub not_joined: &'static str,
    pub join_later: &'static str,
}

/// How settled a note is that the teacher has written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(feature = "teach"), expect(dead_code, reason = "only teachers are told"))]
pub enum NoteStage {
    /// It could not be stored on this device.
    NotSaved,
    /// It waits on this device.
    Saved,
    /// It is on its way.
    Sent,
    /// The server has it; the student gets it at the next sync.
    Confirmed,
}
