//! The texts of a class at work: presence, alerts, the heatmap.

use domain::{
    attempt::Judgement,
    views::{
        mastery::{Became, Mastery},
        situation::Doing,
    },
};

/// The number of a section: of its chapter and in it.
pub type Number = Option<(usize, usize)>;

/// What a language says of it.
pub struct Board {
    // The frame of a class's pages.
    pub class_tab: &'static str,
    pub crumbs: &'static str,
    pub tabs: &'static str,
    pub hide_names: &'static str,
    pub student_number: fn(usize) -> String,

    // Who needs the teacher.
    pub idle_now: fn(names: &[String]) -> String,
    pub stuck_then: fn(names: &[String]) -> String,
    pub stuck_before: fn(students: usize) -> String,
    pub needs: &'static str,
    pub more_needy: fn(students: usize) -> String,
    pub before: &'static str,
    pub more_before: fn(students: usize) -> String,
    pub was_stuck: fn(Number, title: &str, last: &str) -> String,
    pub was_stuck_in: fn(Number) -> String,
    pub was_at_section: fn(Number) -> String,
    pub need_stuck: fn(Number, title: &str, Doing) -> String,
    pub doing: fn(Doing) -> String,
    pub stuck_in: fn(Number, Doing) -> String,
    pub at_section: fn(Number) -> String,
    pub unsent: fn(u32) -> String,
    pub alerts: &'static str,
    pub alert_stuck: fn(name: &str, Number) -> String,
    pub alert_idle: fn(name: &str) -> String,

    // The class in numbers.
    pub working_now: &'static str,
    pub stuck_count: &'static str,
    pub idle_count: &'static str,
    pub away_count: &'static str,
    pub not_here_count: &'static str,
    pub unsent_count: &'static str,
    pub finished_count: &'static str,
    pub lesson_answers: fn(under_way: bool) -> &'static str,
    pub lesson_right: &'static str,
    pub hardest: fn(answers: u32) -> String,
    pub percent: fn(u32) -> String,

    // The heatmap.
    pub caption_then: fn(usize) -> String,
    pub now: &'static str,
    pub finished: &'static str,
    pub section_number: fn(chapter: usize, section: usize) -> String,
    pub mark: fn(Mastery, was: Option<Mastery>) -> String,
    pub cell: fn(Mastery, was: Option<Mastery>) -> String,
    pub legend: &'static str,

    // What is behind a cell.
    pub behind: fn(name: &str, Number, title: &str) -> String,
    pub worked: fn(answered: u32, right: u32, last: &str) -> String,
    pub judged: fn(Judgement) -> &'static str,
    pub story: &'static str,
    pub close: &'static str,

    // Two moments.
    pub difference: &'static str,
    pub changed_cells: fn(usize) -> String,
    pub changed_students: &'static str,
    pub changed_sections: fn(usize) -> String,
    pub became: fn(Became, usize) -> String,
}
