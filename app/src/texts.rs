//! Every text of the screens: what a language must be able to say. One file per language; nothing is said anywhere else.

mod account;
#[cfg(feature = "teach")]
mod assigning;
#[cfg(feature = "teach")]
mod board;
mod en;
#[cfg(feature = "teach")]
mod exports;
#[cfg(feature = "teach")]
mod history;
#[cfg(feature = "teach")]
mod moments;
#[cfg(feature = "teach")]
mod question;
#[cfg(feature = "teach")]
pub mod regrading;
#[cfg(feature = "teach")]
mod statistics;
pub mod story;

#[cfg(feature = "teach")]
pub use statistics::Term;

use crate::client::Notice;
use domain::{
    account::Role,
    attempt,
    command::{Command, Refusal},
    feeds::Feed,
    grading::Unreadable,
    projections::tally::Standing,
    replica::{Ownership, SyncState},
};

/// The texts of the language that the screens are in.
pub fn texts() -> &'static Texts {
    &en::TEXTS
}

/// What a language says: plain texts, and functions where a number, a name or a case decides the words. Rooms of teachers' texts are in the
/// teachers' half of the app only; of what stands here, each half has use for most.
#[cfg_attr(not(all(feature = "learn", feature = "teach")), expect(dead_code, reason = "the other half says it"))]
pub struct Texts {
    // One's own account.
    pub account: account::Account,

    // The teacher's rooms.
    #[cfg(feature = "teach")]
    pub assigning: assigning::Assigning,
    #[cfg(feature = "teach")]
    pub board: board::Board,
    #[cfg(feature = "teach")]
    pub exports: exports::Exports,
    #[cfg(feature = "teach")]
    pub history: history::HistoryTexts,
    #[cfg(feature = "teach")]
    pub moments: moments::Moments,
    #[cfg(feature = "teach")]
    pub question: question::Question,
    #[cfg(feature = "teach")]
    pub regrading: regrading::Regrading,
    #[cfg(feature = "teach")]
    pub statistics: statistics::Statistics,
    pub story: story::Story,

    // The frame of every page.
    pub language: &'static str,
    pub app: &'static str,
    pub skip: &'static str,
    pub main_navigation: &'static str,
    pub course: &'static str,
    pub classes: &'static str,
    pub page_title: fn(&str) -> String,
    pub reload: &'static str,
    pub insecure: &'static str,
    pub upgrade: &'static str,
    pub loading_course: &'static str,
    pub loading_unit: &'static str,
    pub loading_classes: &'static str,
    pub not_found: &'static str,
    pub not_found_more: &'static str,
    pub broken: &'static str,
    pub broken_more: &'static str,
    pub try_again: &'static str,
    pub to_course: &'static str,
    pub to_classes: &'static str,

    // Saving.
    pub sync: &'static str,
    pub notice_label: &'static str,
    pub notice: fn(Notice) -> String,
    pub wrong_clock: fn(ahead_ms: i64, shows: &str, school: &str) -> String,
    pub update_needed: &'static str,
    pub sync_state: fn(&SyncState, offline: bool) -> String,
    pub sync_meaning: fn(&SyncState) -> &'static str,
    pub all_saved: fn(offline: bool) -> &'static str,
    pub all_saved_more: &'static str,

    // The demo school.
    pub demo: &'static str,
    pub demo_more: &'static str,
    pub demo_door: fn(Role) -> &'static str,
    pub demo_try: fn(Role) -> &'static str,
    pub demo_both: &'static str,

    // Signing in and out.
    pub sign_in: &'static str,
    pub login: &'static str,
    pub password: &'static str,
    pub promise: &'static str,
    pub wrong_login: &'static str,
    pub sign_in_later: &'static str,
    pub no_connection: &'static str,
    pub session_over: fn(answers: usize) -> String,
    pub whose_computer: &'static str,
    pub shared_computer: &'static str,
    pub shared_computer_more: &'static str,
    pub own_device: &'static str,
    pub own_device_more: &'static str,
    pub shared_session_over: &'static str,
    pub shared_not_forgotten: &'static str,
    pub shared_no_answer: &'static str,
    pub sign_out: &'static str,
    pub signed_out: fn(sealed: usize, left: &[String]) -> String,
    pub unsent: fn(answers: usize) -> String,
    pub unsent_more: &'static str,
    pub all_sent: &'static str,
    pub all_sent_more: &'static str,
    pub wait: &'static str,
    pub waiting: &'static str,
    pub waiting_online: &'static str,
    pub waiting_offline: &'static str,
    pub leave_sealed: &'static str,
    pub leave_sealed_more: &'static str,
    pub discard: fn(answers: usize) -> String,
    pub stay: &'static str,

    // The course.
    pub your_course: &'static str,
    pub practise: &'static str,
    pub next_step: fn(chapter: &str) -> String,
    pub resume: fn(title: &str, missing: u32) -> String,
    pub begin: fn(title: &str) -> String,
    pub again_when_stuck: fn(title: &str) -> String,
    pub all_finished: &'static str,
    pub all_finished_more: &'static str,
    pub go_on: &'static str,
    pub start: &'static str,
    pub sections_finished: &'static str,
    pub course_progress: fn(course: &str, finished: usize, sections: usize) -> String,
    pub of: fn(part: usize, whole: usize) -> String,
    pub chapter_title: fn(number: usize, title: &str) -> String,
    pub chapter_progress: fn(finished: usize, sections: usize) -> String,
    pub answered_right: fn(answered: u32, right: u32) -> String,
    pub in_a_row: fn(streak: u32, goal: u32) -> String,
    pub right_in_a_row: fn(streak: u32, goal: u32) -> String,
    pub state: fn(Standing) -> &'static str,
    pub no_course: &'static str,
    pub no_course_more: &'static str,
    pub no_content: &'static str,
    pub no_content_more: &'static str,
    pub course_opens: fn(at: &str) -> String,
    /// What a unit that opens later is called while its title is not here.
    pub opens_later: &'static str,
    pub opens_more: &'static str,

    // The inbox.
    pub inbox: fn(answers: usize) -> String,
    pub refused: fn(question: Option<&str>, why: &str) -> String,
    pub changed: fn(question: Option<&str>) -> String,
    pub nothing_entered: &'static str,
    pub nth_choice: fn(usize) -> String,
    pub pair: fn(left: &str, right: &str) -> String,
    pub dismiss: &'static str,
    pub built_on_it: fn(steps: usize) -> String,

    // The page on syncing.
    pub sync_more: &'static str,
    pub connection: &'static str,
    pub connection_state: fn(live: bool, offline: bool) -> &'static str,
    pub this_tab: &'static str,
    pub tab_role: fn(Option<Ownership>) -> &'static str,
    pub build: &'static str,
    pub log: &'static str,
    pub log_and_era: fn(log: &str, era: u32) -> String,
    pub device: &'static str,
    pub epoch: &'static str,
    pub none_yet: &'static str,
    pub feeds: &'static str,
    pub feeds_more: &'static str,
    pub feed: &'static str,
    pub feed_name: fn(&Feed) -> String,
    pub events: &'static str,
    pub generation: &'static str,
    pub digest: &'static str,
    pub outbox: &'static str,
    pub outbox_more: &'static str,
    pub outbox_empty: &'static str,
    pub number: &'static str,
    pub given_at: &'static str,
    pub what: &'static str,
    pub command_name: fn(Option<&Command>) -> &'static str,
    pub saved: &'static str,
    pub sealed: fn(usize) -> String,
    pub inbox_title: &'static str,
    pub inbox_empty: &'static str,
    pub storage: &'static str,
    pub used: &'static str,
    pub used_of: fn(used: f64, quota: f64) -> String,
    pub persisted: fn(bool) -> &'static str,
    pub kept_by_browser: &'static str,
    pub results_kept: &'static str,
    pub folds_kept: &'static str,
    pub fold: fn(name: &str, version: u32, bytes: u64) -> String,
    pub check_events: &'static str,
    pub check_events_more: &'static str,
    pub checking: &'static str,
    pub checked: fn(chunks: usize, events: u64) -> String,
    pub found_bad: fn(chunks: usize, bad: &[String]) -> String,
    pub check_failed: &'static str,
    pub bundle: &'static str,
    pub bundle_more: &'static str,
    pub save_bundle: &'static str,

    // Practising.
    pub check: &'static str,
    pub next_question: &'static str,
    pub show_answer: &'static str,
    pub worked_answer: &'static str,
    pub practise_again: &'static str,
    pub right_answer: &'static str,
    pub key_corrected: &'static str,
    pub dropped: &'static str,
    pub dropped_open: &'static str,
    pub dropped_done: &'static str,
    pub full_credit: &'static str,
    pub passed: fn(title: &str) -> String,
    pub finished: fn(title: &str) -> String,
    pub finished_more: fn(streak: u32, answered: u32, right: u32) -> String,
    pub finished_already: &'static str,
    pub go_on_with: fn(title: &str) -> String,
    pub keep_practising: &'static str,
    pub calculator: &'static str,
    pub choose_one: &'static str,
    pub choose_all: &'static str,
    pub choose_match: &'static str,
    pub choose: &'static str,
    pub unit_of: fn(label: &str) -> String,
    pub we_read: fn(what: &str) -> String,
    pub field_is_full: fn(usize) -> String,
    pub we_cannot_read: &'static str,
    pub do_you_mean: &'static str,
    pub or: &'static str,
    pub with_decimals: fn(&str) -> String,
    pub as_mixed: fn(&str) -> String,
    pub right: &'static str,
    pub not_right: &'static str,
    pub not_counted: &'static str,
    pub try_once_more: &'static str,
    pub start_over: &'static str,
    pub revealed: &'static str,
    pub revealed_more: &'static str,
    pub unreadable: fn(Unreadable) -> &'static str,
    pub refusal: fn(&Refusal) -> &'static str,
    pub attempt_refusal: fn(&attempt::Refusal) -> &'static str,
    pub forbidden: &'static str,
    pub explanation: &'static str,
    pub stumbled: fn(misses: u32) -> String,
    pub stumbled_more: &'static str,
    pub read_explanation: &'static str,

    // Classes.
    pub your_classes: &'static str,
    pub no_classes: &'static str,
    pub no_classes_more: &'static str,
    pub class_count: fn(usize) -> String,
    pub students: fn(usize) -> String,
    pub so_many: fn(usize, Standing) -> String,
    pub need_you_in: fn(students: usize, class: &str) -> String,
    pub need_you: fn(students: usize) -> String,
    pub nobody_needs_you: &'static str,
    pub nobody_needs_you_now: &'static str,
    pub stuck_now: fn(names: &[String]) -> String,
    pub nobody_started: &'static str,
    pub nobody_is_stuck: &'static str,
    pub everybody_finished: &'static str,
    pub no_students: &'static str,
    pub class_caption: fn(usize) -> String,
    pub student: &'static str,
    pub answered: &'static str,
    pub right_column: &'static str,
    pub streak: &'static str,
    pub state_column: &'static str,
    pub unnamed: &'static str,
}
