//! Whether a command came within its window is judged by the times that the device can claim, also after the server was restarted; what is recorded
//! is the time that the device claimed.

use crate::{
    places::Place,
    school::{NOW, School, accepted, answer, course, device, refused, reply, school, unit},
};
use domain::{
    attempt::Refusal as No,
    claims::Arrival,
    class,
    command::Command,
    protocol::{Envelope, Reply},
    time::Timestamp,
};
use server::{
    engine::{Answer, Engine, Work},
    store::{EventStore, StoreReader},
};

crate::over_every_store! { rules:
    after_the_deadline_two_hours_earlier_is_too_late
    the_floor_survives_a_restart
    what_was_done_without_a_connection_counts_and_is_recorded_as_claimed
    next_weeks_unit_is_not_begun_today
    a_clock_two_days_ahead_locks_nobody_out
    a_device_that_was_never_heard_of_is_held_to_its_session
    what_a_refused_device_claims_stays_with_its_result
    what_was_done_after_a_hello_counts_though_the_session_ended
    a_hello_is_worth_nothing_to_anybody_else
    made_up_devices_fill_nothing
}

const MINUTE_MS: i64 = 60_000;

fn at(minutes: i64) -> Timestamp {
    Timestamp(NOW.0 + minutes * MINUTE_MS)
}

/// The section is open to the class from and until these minutes.
fn open_between<S: EventStore>(school: &mut School<S>, from: i64, until: i64) {
    let window = class::Command::AssignUnit { unit: unit(), course: course(), from: Some(at(from)), until: Some(at(until)) };
    let class = school.class();
    let known = school.engine.reader().device(device("tess's phone")).unwrap();
    let number = known.map_or(0, |(_, last)| last) + 1;
    let reply = school.send("tess", Envelope { at: NOW, ..crate::school::envelope(number, &Command::Class(class, window)) });
    assert!(matches!(reply, Reply::Result(domain::protocol::Outcome::Accepted { events: 1, .. })), "{class}: {reply:?}");
}

/// Ann gives a command that comes now over a connection from then.
struct Ann<'s, S: EventStore> {
    school: &'s mut School<S>,
    number: u64,
    signed_in: i64,
}

impl<S: EventStore> Ann<'_, S> {
    fn gives(&mut self, command: domain::attempt::Command, claimed: i64, now: i64, greeted: i64) -> Reply {
        self.number += 1;
        let command = Command::Attempt(self.school.key("ann"), command);
        let envelope = Envelope { at: at(claimed), ..crate::school::envelope(self.number, &command) };
        let arrival = Some(Arrival { signed_in: at(self.signed_in), greeted: at(greeted), heard: at(now) });
        let work = Work::Command { account: self.school.account("ann"), device: device("ann's phone"), envelope, arrival };
        reply(self.school.engine.run(vec![work], at(now)).unwrap().answers.remove(0))
    }
}

fn ann<S: EventStore>(school: &mut School<S>) -> Ann<'_, S> {
    Ann { school, number: 0, signed_in: -60 }
}

/// A device says hello by a session of hers that began then.
fn hello<S: EventStore>(school: &mut School<S>, who: &str, on: &str, signed_in: i64, now: i64) {
    let work = Work::Greeted { account: school.account(who), device: device(on), signed_in: at(signed_in) };
    assert_eq!(school.engine.run(vec![work], at(now)).unwrap().answers, [Answer::Done]);
}

/// What the store keeps of devices that sent nothing.
fn kept<S: EventStore>(school: &School<S>) -> Vec<(String, String)> {
    school.engine.reader().entries("greeted", "", usize::MAX).unwrap()
}

mod rules {
    use super::*;

    pub fn after_the_deadline_two_hours_earlier_is_too_late(place: &impl Place) {
        let mut school = school(place);
        open_between(&mut school, -600, 120);
        let start = school.start();
        let mut ann = ann(&mut school);
        assert_eq!(ann.gives(start, 110, 110, -10), accepted(2, 2));
        assert_eq!(ann.gives(answer(1, "4"), 20, 140, -10), refused(No::NotOpenNow));
        assert_eq!(ann.gives(answer(1, "4"), 119, 140, 140), refused(No::NotOpenNow));
    }

    pub fn the_floor_survives_a_restart(place: &impl Place) {
        let mut school = school(place);
        open_between(&mut school, -600, 120);
        let start = school.start();
        assert_eq!(ann(&mut school).gives(start, 130, 130, -10), refused(No::NotOpenNow));
        let number = 1;
        drop(school);
        let mut school = School { engine: Engine::open(place.open()).expect("the store can be read") };
        let start = school.start();
        let mut ann = Ann { school: &mut school, number, signed_in: -60 };
        assert_eq!(ann.gives(start.clone(), 20, 180, 180), refused(No::NotOpenNow), "she was heard of after the deadline");
        assert_eq!(ann.gives(start, 20, 181, 180), refused(No::NotOpenNow));
    }

    pub fn what_was_done_without_a_connection_counts_and_is_recorded_as_claimed(place: &impl Place) {
        let mut school = school(place);
        open_between(&mut school, -600, 120);
        let (start, stream) = (school.start(), school.stream("ann"));
        let mut ann = ann(&mut school);
        assert_eq!(ann.gives(start, 0, 0, -10), accepted(2, 2));
        let next = |ordinal| domain::attempt::Command::NextQuestion { ordinal };
        let offline = [(answer(1, "4"), 30), (next(1), 31), (answer(2, "4"), 60), (next(2), 119)];
        for (version, (command, claimed)) in (3..).zip(offline) {
            assert_eq!(ann.gives(command, claimed, 300, 300), accepted(version, 1));
        }
        assert_eq!(ann.gives(answer(3, "4"), 121, 300, 300), refused(No::NotOpenNow), "that was after the deadline");
        let recorded: Vec<_> = school.events(stream).iter().skip(2).map(|event| (event.claimed, event.recorded)).collect();
        assert_eq!(
            recorded,
            [30, 31, 60, 119].map(|claimed| (at(claimed), at(300))),
            "and how far it could not be checked is there to see"
        );
    }

    pub fn next_weeks_unit_is_not_begun_today(place: &impl Place) {
        let mut school = school(place);
        open_between(&mut school, 7 * 24 * 60, 8 * 24 * 60);
        let start = school.start();
        let mut ann = ann(&mut school);
        assert_eq!(ann.gives(start.clone(), 7 * 24 * 60 + 5, 0, -10), refused(No::NotOpenNow));
        let opens = 7 * 24 * 60;
        assert_eq!(ann.gives(start, opens + 2, opens - 1, opens - 2), accepted(2, 2), "clocks differ");
    }

    pub fn a_clock_two_days_ahead_locks_nobody_out(place: &impl Place) {
        let (mut school, ahead) = (school(place), 2 * 24 * 60);
        open_between(&mut school, -600, 120);
        let (start, stream) = (school.start(), school.stream("ann"));
        let mut ann = ann(&mut school);
        assert_eq!(ann.gives(start, ahead, 0, -10), accepted(2, 2));
        assert_eq!(ann.gives(answer(1, "4"), ahead + 100, 100, -10), accepted(3, 1));
        assert_eq!(ann.gives(answer(2, "4"), ahead + 130, 130, -10), refused(No::NotOpenNow));
        assert_eq!(school.events(stream)[2].claimed, at(ahead + 100), "what is recorded is the device's own word");
    }

    pub fn a_device_that_was_never_heard_of_is_held_to_its_session(place: &impl Place) {
        let mut school = school(place);
        // Over since an hour before she signed in.
        open_between(&mut school, -600, -120);
        let start = school.start();
        assert_eq!(ann(&mut school).gives(start, -130, 0, 0), refused(No::NotOpenNow));
        open_between(&mut school, -600, -30);
        let start = school.start();
        assert_eq!(Ann { school: &mut school, number: 1, signed_in: -60 }.gives(start, -40, 1, 1), accepted(2, 2));
    }

    pub fn what_a_refused_device_claims_stays_with_its_result(place: &impl Place) {
        let mut school = school(place);
        open_between(&mut school, -600, -300);
        let start = school.start();
        let mut ann = ann(&mut school);
        assert_eq!(ann.gives(start.clone(), -310, 0, 0), refused(No::NotOpenNow));
        // Sent again it is the same command, whenever it comes.
        ann.number = 0;
        assert_eq!(ann.gives(start, -310, 50, 50), refused(No::NotOpenNow));
    }

    pub fn what_was_done_after_a_hello_counts_though_the_session_ended(place: &impl Place) {
        const DAY: i64 = 24 * 60;
        let mut school = school(place);
        open_between(&mut school, -600, 120);
        hello(&mut school, "ann", "ann's phone", -60, 0);
        hello(&mut school, "ann", "ann's phone", -60, 1);
        drop(school);
        // The server is started anew, the session ends, and 62 hours later she signs in again.
        let mut school = School { engine: Engine::open(place.open()).expect("the store can be read") };
        let (start, later) = (school.start(), 62 * 60);
        hello(&mut school, "ann", "ann's phone", later, later);
        assert_eq!(kept(&school).len(), 1);
        let mut ann = Ann { school: &mut school, number: 0, signed_in: later };
        assert_eq!(ann.gives(start, 30, later + 1, later), accepted(2, 2));
        assert_eq!(ann.gives(answer(1, "4"), 119, later + 1, later), accepted(3, 1));
        assert_eq!(ann.gives(answer(2, "4"), 130, later + 1, later), refused(No::NotOpenNow), "that was after the deadline");
        assert_eq!(kept(&school), [], "it is known by what it has sent");
        // One that was there until after the deadline, and had nothing to send.
        open_between(&mut school, -600, 2 * DAY);
        let idle = |school: &School<_>, now| (vec![Work::Idle { account: school.account("ann"), device: device("ann's tablet") }], at(now));
        hello(&mut school, "ann", "ann's tablet", DAY, DAY);
        let (work, now) = idle(&school, 3 * DAY);
        school.engine.run(work, now).unwrap();
        assert_eq!(kept(&school).len(), 1);
        let next = domain::attempt::Command::NextQuestion { ordinal: 1 };
        let envelope = Envelope { at: at(2 * DAY - 30), ..crate::school::envelope(1, &Command::Attempt(school.key("ann"), next)) };
        let arrival = Some(Arrival { signed_in: at(4 * DAY), greeted: at(4 * DAY), heard: at(4 * DAY) });
        let work = Work::Command { account: school.account("ann"), device: device("ann's tablet"), envelope, arrival };
        let answers = school.engine.run(vec![work], at(4 * DAY)).unwrap().answers;
        assert_eq!(answers, [Answer::Reply(refused(No::NotOpenNow), None)]);
    }

    /// Bob says hello with what will be ann's device, or with what is; her own hello with it is not his.
    pub fn a_hello_is_worth_nothing_to_anybody_else(place: &impl Place) {
        let mut school = school(place);
        open_between(&mut school, -600, 120);
        hello(&mut school, "bob", "ann's phone", -60, 0);
        let (start, later) = (school.start(), 62 * 60);
        let mut ann = Ann { school: &mut school, number: 0, signed_in: later };
        assert_eq!(ann.gives(start.clone(), 30, later + 1, later), refused(No::NotOpenNow), "nobody has seen it with her");
        let before = kept(&school);
        hello(&mut school, "bob", "ann's phone", -50, later + 2);
        hello(&mut school, "ann", "ann's phone", -50, later + 2);
        let idle = Work::Idle { account: school.account("bob"), device: device("ann's phone") };
        school.engine.run(vec![idle], at(later + 200)).unwrap();
        assert_eq!(kept(&school), before, "it is hers, and has sent something");
        let mut ann = Ann { school: &mut school, number: 1, signed_in: later };
        open_between(ann.school, -600, later + 100);
        assert_eq!(ann.gives(start, later + 30, later + 300, later + 300), accepted(2, 2), "that he is idle with it says nothing of her");
    }

    pub fn made_up_devices_fill_nothing(place: &impl Place) {
        let mut school = school(place);
        for number in 0..300 {
            hello(&mut school, "ann", &format!("made up {number}"), number / 100, number);
        }
        let kept = kept(&school);
        assert_eq!(kept.len(), 1);
        assert!(kept[0].1.len() < 1_000, "{kept:?}");
        // In one batch as well.
        let work =
            |number: i64| Work::Greeted { account: school.account("bob"), device: device(&format!("his {number}")), signed_in: at(number) };
        let work = (0..300).map(work).collect();
        school.run(work);
        assert!(self::kept(&school).iter().all(|(_, value)| value.len() < 1_000));
    }
}
