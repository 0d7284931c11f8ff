//! The texts of a class at work: presence, alerts, the heatmap, in English.

use super::number;
use crate::texts::board::{Board, Number};
use domain::{
    attempt::Judgement,
    views::{
        mastery::{Became, Mastery},
        situation::Doing,
    },
};

/// English.
pub const BOARD: Board = Board {
    class_tab: "Class",
    crumbs: "Where you are",
    tabs: "Pages of this class",
    hide_names: "Hide names",
    student_number: |number: usize| format!("Student {number}"),

    idle_now: |names: &[String]| match names {
        [] => "Nobody is idle".to_owned(),
        [one] => format!("Look in on {one}, who has done nothing for a while"),
        [one, two] => format!("Look in on {one} and {two}, who have done nothing for a while"),
        [one, rest @ ..] => format!("Look in on {one} and {} more, who have done nothing for a while", number(rest.len() as u32)),
    },
    stuck_then: |names: &[String]| match names {
        [] => "Nobody was stuck".to_owned(),
        [one] => format!("{one} was stuck then"),
        [one, two] => format!("{one} and {two} were stuck then"),
        [one, two, three] => format!("{one}, {two} and {three} were stuck then"),
        [one, two, rest @ ..] => format!("{one}, {two} and {} more were stuck then", number(rest.len() as u32)),
    },
    stuck_before: |students: usize| match students {
        1 => "Nobody is stuck now; one student was stuck when they last worked".to_owned(),
        n => format!("Nobody is stuck now; {} students were when last at work", number(n as u32)),
    },
    needs: "Who needs you now",
    more_needy: |students: usize| format!("and {} more: sort the table by “now”", number(students as u32)),
    before: "Stuck when last at work",
    more_before: |students: usize| format!("and {} more who were stuck when they last worked", number(students as u32)),
    was_stuck: |section: Number, title: &str, last: &str| format!("was stuck in {} when they last worked, {last}", place(section, title)),
    was_stuck_in: |section: Number| match section {
        Some((chapter, section)) => format!("was stuck in {chapter}.{section}"),
        None => "was stuck".to_owned(),
    },
    was_at_section: |section: Number| match section {
        Some((chapter, section)) => format!("was at {chapter}.{section}"),
        None => "had begun".to_owned(),
    },
    need_stuck: |section: Number, title: &str, doing: Doing| format!("stuck in {}{}", place(section, title), besides(doing)),
    doing,
    stuck_in: |section: Number, doing: Doing| match section {
        Some((chapter, section)) => format!("stuck in {chapter}.{section}{}", besides(doing)),
        None => format!("stuck{}", besides(doing)),
    },
    at_section: |section: Number| match section {
        Some((chapter, section)) => format!("at {chapter}.{section}"),
        None => "has begun".to_owned(),
    },
    unsent: |answers: u32| format!("{answers} unsent"),
    alerts: "Alerts",
    alert_stuck: |name: &str, section: Number| match section {
        Some((chapter, section)) => format!("{name} has met a stumbling block in {chapter}.{section}."),
        None => format!("{name} has met a stumbling block."),
    },
    alert_idle: |name: &str| format!("{name} has done nothing for three minutes."),

    working_now: "at work",
    stuck_count: "stuck",
    idle_count: "idle",
    away_count: "away",
    not_here_count: "not here",
    unsent_count: "answers unsent",
    finished_count: "finished their section",
    lesson_answers: |under_way: bool| if under_way { "answers this lesson" } else { "answers since the last lesson began" },
    lesson_right: "right first time",
    hardest: |answers: u32| format!("right, hardest question of the lesson ({answers} answers):"),
    percent: |percent: u32| format!("{percent} %"),

    caption_then: |students: usize| match students {
        1 => "1 student, as it was then".to_owned(),
        n => format!("{n} students, as it was then"),
    },
    now: "now",
    finished: "finished",
    section_number: |chapter: usize, section: usize| format!("{chapter}.{section}"),
    mark: |is: Mastery, was: Option<Mastery>| match was {
        Some(was) => format!("{}→{}", mark(was), mark(is)),
        None => mark(is),
    },
    cell: |is: Mastery, was: Option<Mastery>| match was {
        Some(was) => format!("{}, was {}", mastery(is), mastery(was)),
        None => mastery(is),
    },
    legend: "What the cells say",

    behind: |name: &str, section: Number, title: &str| format!("{name}: {}", place(section, title)),
    worked: |answered: u32, right: u32, last: &str| format!("{answered} answered, {right} right first time; last worked on {last}"),
    judged: |judgement: Judgement| match judgement {
        Judgement::Right => "right",
        Judgement::Wrong => "wrong",
        Judgement::Void => "does not count",
    },
    story: "The whole story",
    close: "Close",

    difference: "What is different",
    changed_cells: |cells: usize| match cells {
        0 => "Nothing is different between the two moments.".to_owned(),
        1 => "One cell is different; it shows what it was → what it is.".to_owned(),
        n => format!("{n} cells are different; each shows what it was → what it is."),
    },
    changed_students: "By student",
    changed_sections: |sections: usize| if sections == 1 { "1 section".to_owned() } else { format!("{sections} sections") },
    became: |became: Became, count: usize| {
        let sections = if count == 1 { "1 section".to_owned() } else { format!("{count} sections") };
        let became = match became {
            Became::Finished => "finished",
            Became::Stuck => "stuck, and not before",
            Became::Unstuck => "at work again after a stumbling block",
            Became::Begun => "begun",
            Became::Moved => "with another streak",
            Became::ReviewDue => "due for review",
            Became::Back => "less far than at the other moment",
            Became::Assigned => "assigned or no longer assigned",
        };
        format!("{sections} {became}")
    },
};

fn place(section: Number, title: &str) -> String {
    match section {
        Some((chapter, section)) => format!("{chapter}.{section} {title}"),
        None => "a section that is not on this device yet".to_owned(),
    }
}

fn doing(doing: Doing) -> String {
    match doing {
        Doing::Unknown => "not known".to_owned(),
        Doing::NotHere => "not here".to_owned(),
        Doing::Away => "away".to_owned(),
        Doing::Idle(minutes) => format!("idle for {minutes} minutes"),
        Doing::Here => "here".to_owned(),
        Doing::Working => "working".to_owned(),
    }
}

/// What somebody who is stuck does besides.
fn besides(doing: Doing) -> String {
    match doing {
        Doing::Unknown | Doing::Here | Doing::Working => String::new(),
        Doing::NotHere | Doing::Away | Doing::Idle(_) => format!(", {}", self::doing(doing)),
    }
}

fn mark(mastery: Mastery) -> String {
    match mastery {
        Mastery::NotAssigned => String::new(),
        Mastery::Unstarted => "·".to_owned(),
        Mastery::Streak(streak, goal) => format!("{streak}/{goal}"),
        Mastery::Stuck => "▲".to_owned(),
        Mastery::Finished => "✓".to_owned(),
        Mastery::ReviewDue => "↻".to_owned(),
    }
}

fn mastery(mastery: Mastery) -> String {
    match mastery {
        Mastery::NotAssigned => "not assigned".to_owned(),
        Mastery::Unstarted => "not started".to_owned(),
        Mastery::Streak(streak, goal) => format!("{streak} of {goal}"),
        Mastery::Stuck => "stuck".to_owned(),
        Mastery::Finished => "finished".to_owned(),
        Mastery::ReviewDue => "review due".to_owned(),
    }
}
