//! Which students are present, put together from what each of their open connections reports. It is kept in memory only and lost when the server
//! shuts down. It has no clock: the caller says what time it is.

use domain::{
    ids::AccountId,
    protocol::{Presence, Present},
    time::Timestamp,
};
use std::collections::{BTreeMap, HashMap};

/// The presence of everybody who was connected since the server started.
#[derive(Debug, Default)]
pub struct Presences {
    students: HashMap<AccountId, Connections>,
}

#[derive(Debug)]
struct Connections {
    /// What each open connection said last.
    open: BTreeMap<u64, Presence>,
    present: Present,
}

impl Presences {
    /// Takes in what an open connection reports. Returns whether the account's presence changed.
    pub fn say(&mut self, account: AccountId, connection: u64, said: Presence, now: Timestamp) -> bool {
        let nobody = Present { here: false, since: now, said: Presence::default() };
        let known = self.students.entry(account).or_insert(Connections { open: BTreeMap::new(), present: nobody });
        known.open.insert(connection, said);
        known.put_together(now)
    }

    /// Notes that a connection has ended. Returns whether the account's presence changed.
    pub fn leave(&mut self, account: AccountId, connection: u64, now: Timestamp) -> bool {
        let Some(known) = self.students.get_mut(&account) else { return false };
        known.open.remove(&connection).is_some() && known.put_together(now)
    }

    /// The presence of an account; `None` if it was never connected.
    pub fn of(&self, account: AccountId) -> Option<Present> {
        self.students.get(&account).map(|known| known.present)
    }
}

impl Connections {
    /// Puts the reports together: here if any connection is open, away only if all are away, and unsent the most that any of them reports. When the
    /// last connection ends, `unsent` stays as it was. Returns whether anything changed.
    fn put_together(&mut self, now: Timestamp) -> bool {
        let before = self.present;
        let here = !self.open.is_empty();
        let said = match here {
            true => Presence {
                away: self.open.values().all(|said| said.away),
                unsent: self.open.values().map(|said| said.unsent).max().unwrap_or(0),
            },
            false => Presence { away: false, ..before.said },
        };
        let same = (before.here, before.said.away) == (here, said.away);
        self.present = Present { here, since: if same { before.since } else { now }, said };
        self.present != before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANN: AccountId = AccountId(uuid::Uuid::nil());

    fn said(away: bool, unsent: u32) -> Presence {
        Presence { away, unsent }
    }

    #[test]
    fn several_connections_are_one_presence() {
        let mut presences = Presences::default();
        assert_eq!(presences.of(ANN), None);
        // Connection, what it says or that it ends, when; then: whether that is news, here, away, unsent, since.
        let steps = [
            (1, Some(said(false, 0)), 10, (true, true, false, 0, 10)),
            (1, Some(said(false, 0)), 11, (false, true, false, 0, 10)),
            (1, Some(said(false, 3)), 12, (true, true, false, 3, 10)),
            (2, Some(said(true, 1)), 13, (false, true, false, 3, 10)),
            (1, Some(said(true, 0)), 14, (true, true, true, 1, 14)),
            (2, Some(said(false, 1)), 15, (true, true, false, 1, 15)),
            (2, None, 16, (true, true, true, 0, 16)),
            (2, None, 17, (false, true, true, 0, 16)),
            (1, Some(said(true, 4)), 18, (true, true, true, 4, 16)),
            (1, None, 19, (true, false, false, 4, 19)),
            (3, Some(said(false, 0)), 20, (true, true, false, 0, 20)),
        ];
        for (connection, what, now, (news, here, away, unsent, since)) in steps {
            let is_news = match what {
                Some(said) => presences.say(ANN, connection, said, Timestamp(now)),
                None => presences.leave(ANN, connection, Timestamp(now)),
            };
            let expected = Present { here, since: Timestamp(since), said: said(away, unsent) };
            assert_eq!((is_news, presences.of(ANN)), (news, Some(expected)), "at {now}");
        }
    }
}
