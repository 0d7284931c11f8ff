//! Who and what is in a class: its members, the units assigned, and the code to join with.

use crate::{
    ids::{AccountId, CourseId, UnitId},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Who and what is in a class.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Membership {
    /// Its teachers.
    pub teachers: BTreeSet<AccountId>,
    /// Its students.
    pub students: BTreeSet<AccountId>,
    /// The units assigned.
    pub units: BTreeMap<UnitId, Assignment>,
    /// Who was taken out: they do not come back by themselves.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub removed: BTreeSet<AccountId>,
    /// The code to join with, once enrolment was opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enrolment: Option<Enrolment>,
}

/// A code that students join with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolment {
    /// The code.
    pub code: String,
    /// From this moment on nobody joins with it.
    pub until: Timestamp,
}

impl Membership {
    /// The code that can be joined with at this moment.
    pub fn open_enrolment(&self, at: Timestamp) -> Option<&Enrolment> {
        self.enrolment.as_ref().filter(|enrolment| at < enrolment.until)
    }

    /// Whether this code lets students join at this moment; capitals make no difference.
    pub fn opens_to(&self, code: &str, at: Timestamp) -> bool {
        self.open_enrolment(at).is_some_and(|enrolment| enrolment.code.eq_ignore_ascii_case(code))
    }
}

/// A unit as it is assigned to a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// The course that the unit is part of.
    pub course: CourseId,
    /// Answers given before this moment are refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// Answers given from this moment on are refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

impl Assignment {
    /// Whether work given at this moment counts.
    pub fn is_open(&self, at: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= at) && self.until.is_none_or(|until| at < until)
    }
}

/// What codes are made of. Of letters and digits that are taken for one another at most one is among them: 0 and O, 1 and I, 2 and Z, 5 and S,
/// 8 and B, U and V.
pub const CODE_LETTERS: [char; 28] = [
    'A', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'L', 'M', 'N', 'P', 'Q', 'R', 'T', 'U', 'W', 'X', 'Y', '2', '3', '4', '5', '6', '7', '8',
    '9',
];
/// How many letters and digits a code has.
pub const CODE_LENGTH: usize = 6;
/// How long a code lets students join, in milliseconds: 14 days.
pub const ENROLMENT_MS: i64 = 14 * 24 * 60 * 60 * 1_000;
