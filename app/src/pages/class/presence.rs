//! What a student is doing now: at work, idle, away, not here; and who needs the teacher, most urgent first.

use super::grid::Sums;
use domain::{
    ids::{AccountId, UnitId},
    projections::tally::Standing,
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
    Situation { doing, unsent: presence.map_or(0, |present| present.said.unsent), stuck, standing: sums.standing, current: sums.current }
}

impl Situation {
    /// Why they need the teacher, if they do. Whoever is not here needs nobody now, whoever turned away may come back.
    pub fn need(&self) -> Option<Need> {
        let is_gone = self.doing == Doing::NotHere;
        match (self.stuck, self.doing) {
            (Some(unit), _) if !is_gone => Some(Need::Stuck(unit)),
            (_, Doing::Idle(_)) => Some(Need::Idle),
            (_, Doing::Unknown | Doing::NotHere | Doing::Away | Doing::Here | Doing::Working) => None,
        }
    }

    /// The lower, the more the student needs the teacher.
    pub fn rank(&self) -> (u8, i64) {
        let idle = if let Doing::Idle(minutes) = self.doing { -minutes } else { 0 };
        let group = match (self.need(), self.stuck, self.standing) {
            (Some(Need::Stuck(_)), _, _) => 0,
            (Some(Need::Idle), _, _) => 1,
            (None, Some(_), _) => 2,
            (None, None, Standing::Working | Standing::Stuck) => 3,
            (None, None, Standing::NotStarted) => 4,
            (None, None, Standing::Finished) => 5,
        };
        (group, idle)
    }
}

/// What raises an alert: a need of somebody, for as long as it lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Alert {
    /// Who.
    pub student: AccountId,
    /// Why.
    pub need: Need,
    /// After what was recorded last somebody is idle; a stumbling block lasts until it is cleared.
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
