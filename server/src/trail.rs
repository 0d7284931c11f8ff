//! The trail records who signed in or was refused, got another password, or was removed; by whom, when, and from which device. It is kept for 90 days
//! beside the log, for the administrators. A login that does not exist is not written down: what people type there is often a password.

use crate::{
    clock::now,
    logins::LOGIN,
    store::{StoreError, StoreReader, Trailed},
};
use domain::{account, class, event::Event, ids::AccountId, time::Timestamp};
use std::time::{Duration, Instant};

/// How long it is kept.
pub const KEPT_MS: i64 = 90 * 24 * 60 * 60 * 1_000;
/// The most rows that are kept.
pub const ROWS_MAX: u64 = 100_000;
/// The most refusals in a minute that get a row each; more are only counted, so that nobody can fill the trail by guessing.
const REFUSALS_MAX: u32 = 60;
/// What an operator's orders come from.
pub const COMMAND_LINE: &str = "the command line";

/// What can stand on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// Somebody signed in.
    SignedIn,
    /// A password was wrong, or the login is nobody's.
    Refused,
    /// Somebody changed their own password.
    PasswordChanged,
    /// Somebody was given another password.
    PasswordSet,
    /// Somebody ended a session of their own from elsewhere.
    SessionEnded,
    /// A student was taken out of a class.
    StudentRemoved,
    /// A teacher was taken away from a class.
    TeacherDismissed,
    /// A note to a student was taken back.
    NoteRemoved,
    /// An account was closed for good.
    AccountClosed,
    /// A token was taken away.
    TokenRemoved,
}

impl What {
    const ALL: [Self; 10] = [
        Self::SignedIn,
        Self::Refused,
        Self::PasswordChanged,
        Self::PasswordSet,
        Self::SessionEnded,
        Self::StudentRemoved,
        Self::TeacherDismissed,
        Self::NoteRemoved,
        Self::AccountClosed,
        Self::TokenRemoved,
    ];

    /// The word that is stored and given to other programs. These words never change.
    pub fn word(self) -> &'static str {
        match self {
            Self::SignedIn => "signed-in",
            Self::Refused => "refused",
            Self::PasswordChanged => "password-changed",
            Self::PasswordSet => "password-set",
            Self::SessionEnded => "session-ended",
            Self::StudentRemoved => "student-removed",
            Self::TeacherDismissed => "teacher-dismissed",
            Self::NoteRemoved => "note-removed",
            Self::AccountClosed => "account-closed",
            Self::TokenRemoved => "token-removed",
        }
    }

    /// What an event says that belongs on the trail, and of whom.
    pub fn of(event: &Event) -> Option<(Self, AccountId)> {
        if let Some((_, event)) = event.class() {
            return match event {
                class::Event::StudentRemoved { student } => Some((Self::StudentRemoved, *student)),
                class::Event::TeacherDismissed { teacher } => Some((Self::TeacherDismissed, *teacher)),
                class::Event::NoteRemoved { student, .. } => Some((Self::NoteRemoved, *student)),
                class::Event::ClassOpened { .. }
                | class::Event::TeacherAppointed { .. }
                | class::Event::StudentEnrolled { .. }
                | class::Event::UnitAssigned { .. }
                | class::Event::AssignmentEnded { .. }
                | class::Event::EnrolmentOpened { .. }
                | class::Event::EnrolmentClosed {}
                | class::Event::NoteWritten { .. } => None,
            };
        }
        let (account, event) = event.account()?;
        match event {
            account::Event::AccountClosed { .. } => Some((Self::AccountClosed, account)),
            // With the device that it was asked from, where that is known.
            account::Event::AccountOpened { .. } | account::Event::PasswordSet { .. } => None,
        }
    }

    /// A row of the trail; `who` is `None` for the operator, and for somebody who is not known.
    pub fn row(self, at: Timestamp, who: Option<AccountId>, whom: Option<AccountId>, device: impl Into<String>) -> Trailed {
        Trailed { at, what: self.word().to_owned(), who, whom, device: device.into(), times: 1 }
    }

    /// The row in words. Names come first: whoever reads looks for them.
    fn told(word: &str, who: &str, whom: &str) -> String {
        match Self::ALL.into_iter().find(|what| what.word() == word) {
            Some(Self::SignedIn) => format!("{who} signed in"),
            Some(Self::Refused) => format!("{whom}: refused"),
            Some(Self::PasswordChanged) => format!("{who} changed their own password"),
            Some(Self::PasswordSet) => format!("{whom}: given another password by {who}"),
            Some(Self::SessionEnded) => format!("{who} ended a session of their own"),
            Some(Self::StudentRemoved) => format!("{whom}: taken out of a class by {who}"),
            Some(Self::TeacherDismissed) => format!("{whom}: taken away from a class by {who}"),
            Some(Self::NoteRemoved) => format!("{whom}: a note to them taken back by {who}"),
            Some(Self::AccountClosed) => format!("{whom}: account closed by {who}"),
            Some(Self::TokenRemoved) => format!("a token was taken away by {who}"),
            // Written by a later build.
            None => format!("{whom}: {word} by {who}"),
        }
    }
}

/// How many refusals were written down lately. It is told the time.
#[derive(Debug, Default)]
pub struct Refusals {
    since: Option<Instant>,
    written: u32,
    /// Those that were only counted.
    more: u32,
}

impl Refusals {
    /// Somebody was refused: whether that is to be written down, and how many were only counted in the minute before.
    pub fn note(&mut self, now: Instant) -> (bool, u32) {
        let mut before = 0;
        if self.since.is_none_or(|since| now.saturating_duration_since(since) >= Duration::from_secs(60)) {
            before = self.more;
            *self = Self { since: Some(now), written: 0, more: 0 };
        }
        if self.written < REFUSALS_MAX {
            self.written += 1;
            (true, before)
        } else {
            self.more = self.more.saturating_add(1);
            (false, before)
        }
    }
}

/// The newest rows in words, a line each, the newest last.
///
/// # Errors
/// When the store cannot be read.
pub fn lines(reader: &impl StoreReader, limit: usize) -> Result<String, StoreError> {
    let called = |account: Option<AccountId>, nobody: &str| -> Result<String, StoreError> {
        let Some(account) = account else { return Ok(nobody.to_owned()) };
        let logins = reader.claims_of(LOGIN, &account.to_string())?.join(", ");
        Ok(match reader.person(account)? {
            Some(name) => format!("{name} ({logins})"),
            None => logins,
        })
    };
    let mut lines = Vec::new();
    for (_, row) in reader.trail(u64::MAX, limit)?.into_iter().filter(|(_, row)| is_kept(row)) {
        let told = What::told(&row.what, &called(row.who, "the operator")?, &called(row.whom, "a login that nobody has")?);
        let times = if row.times > 1 { format!(", {} times", row.times) } else { String::new() };
        let device = if row.device.is_empty() { String::new() } else { format!(", from {}", row.device) };
        lines.push(format!("{}  {told}{times}{device}", utc(row.at)));
    }
    lines.reverse();
    Ok(if lines.is_empty() { "there is nothing on the trail".into() } else { lines.join("\n") })
}

/// Whether a row is young enough to be shown. Older ones are deleted about once an hour, and not shown until then.
pub fn is_kept(row: &Trailed) -> bool {
    row.at.0 > now().0.saturating_sub(KEPT_MS)
}

/// `2026-12-01 13:05:09 UTC`. The day by Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
fn utc(at: Timestamp) -> String {
    let (days, seconds) = (at.0.div_euclid(86_400_000), at.0.rem_euclid(86_400_000) / 1_000);
    let shifted = days + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let (month_from_march, day) = ((5 * of_year + 2) / 153, of_year - (153 * ((5 * of_year + 2) / 153) + 2) / 5 + 1);
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02} UTC")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_told_as_dates() {
        for (at, told) in [
            (0, "1970-01-01 00:00:00 UTC"),
            (951_782_400_000, "2000-02-29 00:00:00 UTC"),
            (1_796_130_309_999, "2026-12-01 13:05:09 UTC"),
            (4_102_444_799_000, "2099-12-31 23:59:59 UTC"),
        ] {
            assert_eq!(utc(Timestamp(at)), told);
        }
    }

    #[test]
    fn guessing_does_not_fill_it() {
        let (mut refusals, start) = (Refusals::default(), Instant::now());
        let written = |refusals: &mut Refusals, second: u64, tries: u32| -> (u32, u32) {
            let noted = (0..tries).map(|_| refusals.note(start + Duration::from_secs(second)));
            noted.fold((0, 0), |(written, counted), (one, before)| (written + u32::from(one), counted + before))
        };
        assert_eq!(written(&mut refusals, 0, 50), (50, 0));
        assert_eq!(written(&mut refusals, 30, 1_000), (10, 0));
        assert_eq!(written(&mut refusals, 60, 1), (1, 990), "those that were only counted are told in the next minute");
        assert_eq!(written(&mut refusals, 500, 1), (1, 0));
    }

    #[test]
    fn every_word_is_told_in_words() {
        for what in What::ALL {
            assert!(!What::told(what.word(), "Tess", "Ann").contains(what.word()) || what == What::Refused, "{what:?}");
        }
        assert_eq!(What::told("sent-home", "Tess", "Ann"), "Ann: sent-home by Tess");
    }
}
