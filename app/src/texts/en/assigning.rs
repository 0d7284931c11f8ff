//! The texts of managing a class: units, students, enrolment; and of working as a student, in English.

use super::{capital, number};
use crate::{sync::NotDone, texts::assigning::Assigning};
use domain::class::Refusal;

/// English.
pub const ASSIGNING: Assigning = Assigning {
    title: "Assignments",
    headline: |open: usize, coming: usize| {
        let coming = match coming {
            0 => String::new(),
            n => format!(", {} to come", number(n as u32)),
        };
        match open {
            0 => format!("No section is open{coming}"),
            1 => format!("One section is open{coming}"),
            n => format!("{} sections are open{coming}", capital(&number(n as u32))),
        }
    },
    in_the_present: "You are looking at an earlier moment. Assigning, passwords and enrolment work in the present only.",
    go_to_now: "Go to now",

    sections: |course: &str| format!("{course}: its sections in order"),
    section: "section",
    state: "state",
    from: "from",
    until: "until",
    what_to_do: "what to do",
    at_once: "no beginning set",
    no_end: "no end set",
    open_now: "open",
    not_yet: "not yet",
    over: "over",
    not_assigned: "not assigned",
    assign: "Assign",
    change: "Change",
    end: "End",
    try_it: "Try as a student",
    no_courses: "No course is known here yet. An administrator assigns the first section of a course to a class.",
    assign_title: |section: &str| format!("Assign “{section}”"),
    time_zone: |zone: &str| format!("In the time zone of this browser: {zone}."),
    from_more: "Empty: it can be worked on at once.",
    until_more: "Empty: it stays open. Answers after this moment are refused.",
    bad_moment: "This is not a date with a time.",
    cancel: "Cancel",
    end_title: |section: &str| format!("End “{section}”?"),
    end_more: "The class can no longer work on it, and it disappears from the students' course. Their work stays, and you can assign it again.",
    end_now: "End it",
    ended: |section: &str| format!("“{section}” is not assigned any more."),
    assign_again: "Assign it again as it was",
    assigned: |section: &str| format!("“{section}” is assigned."),
    refused: super::refusals::class_refusal as fn(&Refusal) -> &'static str,

    students: |n: usize| match n {
        1 => "One student".to_owned(),
        n => format!("{} students", capital(&number(n as u32))),
    },
    new_password: "New password",
    password_title: |name: &str| format!("A new password for {name}"),
    password_more: "The old one stops working, and whoever is signed in with it is signed out. At least 8 letters; this one was just made up.",
    password: "New password",
    another: "Make up another",
    set_password: "Set it",
    password_set: |name: &str| format!("{name} signs in with this from now on"),
    password_once: "Write it down or show it now: it cannot be shown again.",
    done: "Done",
    password_bad: "This password is too short, too long, one that everybody tries first, or the student’s login or name.",
    password_forbidden: "You may not give this student a password.",
    password_failed: "There is no connection, so the password stays as it was. Try again.",
    remove: "Take out of the class",
    remove_title: |name: &str| format!("Take {name} out of the class?"),
    remove_more: "The work done in the class stays. No code brings the student back: only an administrator puts them in again.",
    remove_now: "Take out",
    no_students: "Nobody is in this class yet.",

    enrolment: "Joining with a code",
    enrolment_closed: "Nobody can join by themselves now.",
    enrolment_open: "Students of the school who enter this code on their course page join this class.",
    enrolment_until: |moment: &str| format!("The code works until {moment}."),
    not_opened: |why| match why {
        NotDone::DoesNotFit | NotDone::Forbidden => "You may not let students join this class. Nothing was changed.",
        NotDone::Later => "The server has too much to do. Nothing was changed; try again in a moment.",
        NotDone::NoConnection => "A code is made by the server, and there is no connection. Nothing was changed; try again.",
        NotDone::SignedOut => "You are not signed in any more. Nothing was changed; sign in and try again.",
    },
    open_enrolment: "Let students join",
    close_enrolment: "Let nobody join any more",
    new_code: "Another code",
    copy: "Copy",
    copied: "Copied.",
    not_copied: "This browser does not copy by itself; select the code and copy it.",

    rehearsal: "You are trying this as a student. Nothing here is stored or counted.",
    rehearsal_more: "It is gone when you leave the page.",
    start_over: "Start over",
    back: "Back to the assignments",
    no_unit: "There is no such section",
    no_unit_more: "Perhaps the link is old, or the section has been taken out of the course.",
};
