//! What a student is doing now: at work, idle, away, not here; who needs the teacher, most urgent first; and what is said first of a class.

use super::mastery::Sums;
use crate::{
    ids::{AccountId, UnitId},
    projections::{insight::is_about_now, tally::Standing},
    protocol::Present,
    time::Timestamp,
};

/// Nothing recorded for so long, in milliseconds, is idle: three minutes.
pub const IDLE_AFTER_MS: i64 = 3 * 60 * 1_000;
const MINUTE_MS: i64 = 60 * 1_000;

/// What a student does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doing {
    /// Nobody can say: there is no line, or the moment has passed.
    Unknown,
    /// No page of theirs is open.
    NotHere,
    /// The page is open, and they turned away from it.
    Away,
    /// Here, and has done nothing for so many minutes.
    Idle(i64),
    /// Here, but not for long enough to say more.
    Here,
    /// Something was recorded in the last three minutes.
    Working,
}

/// What is known of a student at the moment looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Situation {
    /// What they do.
    pub doing: Doing,
    /// Answers that have not reached the server.
    pub unsent: u32,
    /// The unit that they are stuck in.
    pub stuck: Option<UnitId>,
    /// Where the unit worked on last stands.
    pub standing: Standing,
    /// That unit.
    pub current: Option<UnitId>,
    /// When they worked last, if that is so long ago that how they stand is not about now.
    pub before: Option<Timestamp>,
}

/// What makes a student need the teacher.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Need {
    /// At a stumbling block.
    Stuck(UnitId),
    /// Here, and doing nothing.
    Idle,
}

/// A student's situation. Presence is known of now only.
pub fn situation(sums: &Sums, presence: Option<Present>, at: Timestamp) -> Situation {
    let is_recent = |since: Timestamp| at.0 - since.0 < IDLE_AFTER_MS;
    let recorded = sums.last > Timestamp::default() && is_recent(sums.last);
    let doing = match presence {
        Some(Present { here: false, .. }) => Doing::NotHere,
        Some(Present { said, .. }) if said.away => Doing::Away,
        Some(_) | None if recorded => Doing::Working,
        Some(Present { since, .. }) if is_recent(since) => Doing::Here,
        Some(Present { since, .. }) => Doing::Idle((at.0 - since.max(sums.last).0) / MINUTE_MS),
        None => Doing::Unknown,
    };
    let stuck = sums.current.filter(|_| sums.standing == Standing::Stuck);
    let is_here = presence.is_some_and(|present| present.here);
    let before = (sums.current.is_some() && !is_about_now(is_here, sums.last, at)).then_some(sums.last);
    let unsent = presence.map_or(0, |present| present.said.unsent);
    Situation { doing, unsent, stuck, standing: sums.standing, current: sums.current, before }
}

impl Situation {
    /// Why they need the teacher, if they do now.
    pub fn need(&self) -> Option<Need> {
        match (self.stuck, self.doing) {
            (Some(unit), _) if self.before.is_none() => Some(Need::Stuck(unit)),
            (_, Doing::Idle(_)) => Some(Need::Idle),
            (_, Doing::Unknown | Doing::NotHere | Doing::Away | Doing::Here | Doing::Working) => None,
        }
    }

    /// The unit that they were stuck in when they worked last, and when that was, if it is not about now.
    pub fn was_stuck(&self) -> Option<(UnitId, Timestamp)> {
        self.stuck.zip(self.before)
    }

    /// The lower, the more the student needs the teacher.
    pub fn rank(&self) -> (u8, i64) {
        let idle = if let Doing::Idle(minutes) = self.doing { -minutes } else { 0 };
        let group = match (self.need(), self.stuck, self.standing) {
            (Some(Need::Stuck(_)), _, _) if self.doing == Doing::NotHere => 2,
            (Some(Need::Stuck(_)), _, _) => 0,
            (Some(Need::Idle), _, _) => 1,
            (None, Some(_), _) => 3,
            (None, None, Standing::Working | Standing::Stuck) => 4,
            (None, None, Standing::NotStarted) => 5,
            (None, None, Standing::Finished) => 6,
        };
        (group, self.was_stuck().map_or(idle, |(_, last)| -last.0))
    }
}

/// What raises an alert: a need of somebody, for as long as it lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Alert {
    /// Who.
    pub student: AccountId,
    /// Why.
    pub need: Need,
    /// For somebody who is idle, when something of theirs was recorded last; always 0 for a stumbling block, which is one alert until it is cleared.
    since: Timestamp,
}

impl Alert {
    /// That somebody is stuck.
    pub fn stuck(student: AccountId, unit: UnitId) -> Self {
        Self { student, need: Need::Stuck(unit), since: Timestamp::default() }
    }

    /// That somebody has done nothing since then.
    pub fn idle(student: AccountId, since: Timestamp) -> Self {
        Self { student, need: Need::Idle, since }
    }
}

/// How many students do what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// In the class.
    pub students: usize,
    /// At work.
    pub working: usize,
    /// Here and at nothing.
    pub idle: usize,
    /// At a stumbling block now.
    pub stuck: usize,
    /// At one when they worked last, which is not about now.
    pub was_stuck: usize,
    /// Turned away from the page.
    pub away: usize,
    /// With no page open.
    pub not_here: usize,
    /// Answers that have not reached the server.
    pub unsent: u32,
    /// Nothing begun.
    pub not_started: usize,
    /// Done with what they worked on last.
    pub finished: usize,
    /// First answers ever, of those in the class.
    pub answered: u32,
    /// Those of them that were right.
    pub right: u32,
}

impl Counts {
    /// Takes in a student.
    pub fn add(&mut self, sums: &Sums, situation: &Situation) {
        let one = |is: bool| usize::from(is);
        self.working += one(situation.doing == Doing::Working);
        self.idle += one(matches!(situation.doing, Doing::Idle(_)));
        self.away += one(situation.doing == Doing::Away);
        self.not_here += one(situation.doing == Doing::NotHere);
        let was_stuck = situation.was_stuck().is_some();
        self.was_stuck += one(was_stuck);
        self.stuck += one(situation.standing == Standing::Stuck && !was_stuck);
        self.not_started += one(situation.standing == Standing::NotStarted);
        self.finished += one(situation.standing == Standing::Finished);
        self.unsent += situation.unsent;
        self.answered += sums.answered;
        self.right += sums.right;
    }
}

/// What a teacher is told first of a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Headline {
    /// Nobody is in the class.
    Nobody,
    /// Some are at a stumbling block: now, or at the moment looked at.
    Stuck,
    /// Some are here and do nothing.
    Idle,
    /// Nobody has begun.
    NobodyStarted,
    /// All have finished what they worked on last.
    EverybodyFinished,
    /// So many were at a stumbling block when they worked last.
    StuckBefore(usize),
    /// All go on.
    NobodyIsStuck,
}

impl Headline {
    /// Of a class with so many students who do this, and of those so many who need the teacher.
    pub fn of(counts: &Counts, stuck: usize, idle: usize) -> Self {
        match counts.students {
            0 => Self::Nobody,
            _ if stuck > 0 => Self::Stuck,
            _ if idle > 0 => Self::Idle,
            all if counts.not_started == all => Self::NobodyStarted,
            all if counts.finished == all => Self::EverybodyFinished,
            _ if counts.was_stuck > 0 => Self::StuckBefore(counts.was_stuck),
            _ => Self::NobodyIsStuck,
        }
    }
}
