//! Beyond its quota an account is told to wait: nothing is decided, nothing is stored, and the number stays free.

use crate::{
    places::Place,
    school::{NOW, School, accepted, answer, device, envelope, reply, school},
};
use domain::{
    attempt,
    claims::Arrival,
    command::Command,
    ids::AccountId,
    protocol::{Outcome, Reply},
    time::Timestamp,
};
use server::{
    engine::{Engine, Work},
    quota::Quota,
    store::{EventStore, StoreReader},
};

crate::over_every_store! { rules:
    beyond_the_quota_nothing_is_decided_or_stored_and_the_number_stays_free
    the_quota_is_the_accounts_whatever_device_it_uses
    what_was_refused_counts_too
    who_was_away_may_catch_up_also_after_a_restart
}

const QUOTA: Quota = Quota { per_second: 2, burst: 10, catch_up_per_hour: 30 };
const HOUR_MS: i64 = 60 * 60 * 1_000;

fn limited<P: Place>(place: &P) -> School<P::Store> {
    drop(school(place));
    again(place)
}

fn again<P: Place>(place: &P) -> School<P::Store> {
    School { engine: Engine::open(place.open()).expect("the store can be read").limited(QUOTA) }
}

/// A command of somebody's, which comes so many milliseconds later.
fn gives<S: EventStore>(school: &mut School<S>, who: &str, on: &str, number: u64, command: attempt::Command, later_ms: i64) -> Reply {
    let now = Timestamp(NOW.0 + later_ms);
    let envelope = domain::protocol::Envelope { at: now, ..envelope(number, &Command::Attempt(school.key(who), command)) };
    let account: AccountId = school.account(who);
    let arrival = Some(Arrival { signed_in: NOW, greeted: now, heard: now });
    let work = Work::Command { account, device: device(on), envelope, arrival };
    reply(school.engine.run(vec![work], now).unwrap().answers.remove(0))
}

fn last<S: EventStore>(school: &School<S>, name: &str) -> u64 {
    school.engine.reader().device(device(name)).unwrap().map_or(0, |(_, last)| last)
}

/// So many commands one after the other; how many got a result.
fn results<S: EventStore>(school: &mut School<S>, who: &str, on: &str, commands: u64, later_ms: i64) -> u64 {
    let first = last(school, on) + 1;
    // Whatever it is, it has a result.
    let given = (first..first + commands).map(|number| gives(school, who, on, number, answer(9, "4"), later_ms));
    given.filter(|reply| matches!(reply, Reply::Result(_))).count() as u64
}

mod rules {
    use super::*;

    pub fn beyond_the_quota_nothing_is_decided_or_stored_and_the_number_stays_free(place: &impl Place) {
        let mut school = limited(place);
        let start = school.start();
        assert_eq!(gives(&mut school, "ann", "phone", 1, start, 0), accepted(2, 2));
        assert_eq!(results(&mut school, "ann", "phone", 9, 0), 9);
        let total = school.total();
        for _ in 0..50 {
            assert_eq!(gives(&mut school, "ann", "phone", 11, answer(1, "4"), 0), Reply::Busy(1_000));
        }
        assert_eq!((last(&school, "phone"), school.total()), (10, total));
        assert_eq!(school.engine.reader().result(device("phone"), 11).unwrap(), None);
        assert_eq!(gives(&mut school, "ann", "phone", 11, answer(1, "4"), 1_000), accepted(3, 1), "it is sent again, and decided then");
        assert_eq!(gives(&mut school, "bob", "bob's phone", 2, answer(1, "4"), 0), Reply::Gap(1), "nobody else waits");
    }

    pub fn the_quota_is_the_accounts_whatever_device_it_uses(place: &impl Place) {
        let mut school = limited(place);
        let taken: u64 = (0..30).map(|n| results(&mut school, "ann", &format!("device {n}"), 1, 0)).sum();
        assert_eq!(taken, 10);
        assert_eq!((10..30).map(|n| last(&school, &format!("device {n}"))).sum::<u64>(), 0);
    }

    pub fn what_was_refused_counts_too(place: &impl Place) {
        let mut school = limited(place);
        assert_eq!(results(&mut school, "ann", "phone", 1_000, 0), 10);
        let outcome = school.engine.reader().result(device("phone"), 10).unwrap().expect("it has a result").outcome;
        assert!(matches!(outcome, Outcome::Refused(_)), "{outcome:?}");
    }

    pub fn who_was_away_may_catch_up_also_after_a_restart(place: &impl Place) {
        let mut school = limited(place);
        assert_eq!(results(&mut school, "ann", "phone", 1_000, 0), 10);
        assert_eq!(results(&mut school, "ann", "phone", 1_000, 2 * HOUR_MS), 10 + 60);
        drop(school);
        let mut school = again(place);
        assert_eq!(results(&mut school, "ann", "phone", 1_000, 3 * HOUR_MS), 10 + 30, "since it was last heard of");
        drop(school);
        let mut school = again(place);
        assert_eq!(results(&mut school, "ann", "phone", 1_000, 3 * HOUR_MS + 1_000), 10, "a restart gives no more than what comes at once");
    }
}
