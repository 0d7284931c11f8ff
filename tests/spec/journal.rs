//! The history of a class: nothing is lost, and the state as of any event is the fold of the events up to it.

use domain::{
    attempt::{self, AttemptKey, Judgement},
    event::{Event, Recorded, StreamId},
    feeds::{Feed, feeds_of},
    ids::{AccountId, UnitId},
    projections::{
        class_overview::{Board, ClassOverview},
        journal::{Journal, Lesson, Tried},
        state_hash,
    },
    time::Timestamp,
};
use model::{
    chance::Chance,
    class_history::{BEGUN, drawn, student},
    life::lived,
    school::*,
};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// A journal of these events.
pub fn journal_of(events: &[Recorded]) -> Journal {
    let mut journal = Journal::of(class_of("2B"));
    events.iter().for_each(|recorded| journal.push(recorded.clone()));
    journal
}

fn folded(events: &[Recorded]) -> Board {
    let mut board = Board::default();
    events.iter().for_each(|recorded| board.fold(recorded));
    board
}

/// The staff feed of class 2B after some days that the rules allow.
fn practised(seed: u64) -> Vec<Recorded> {
    let server = lived(seed, 150);
    let is_in = |recorded: &Recorded| feeds_of(&recorded.event, &server.directory).contains(&Feed::Staff(class_of("2B")));
    server.log.iter().filter(|recorded| is_in(recorded)).cloned().collect()
}

/// What was given in a unit, said again as plainly as can be.
pub fn naively_tried(events: &[Recorded], unit: UnitId) -> Vec<Tried> {
    let mut tried: Vec<Tried> = Vec::new();
    for recorded in events {
        let Event::Attempt(key, event) = &recorded.event else { continue };
        let (answer, judgement) = match event {
            attempt::Event::QuestionAnsweredCorrectly(answer) => (answer, Judgement::Right),
            attempt::Event::QuestionAnsweredWrongly(answer) => (answer, Judgement::Wrong),
            _ => continue,
        };
        if key.unit == unit {
            tried.push(Tried {
                attempt: *key,
                ordinal: answer.ordinal,
                question: answer.question,
                try_number: answer.try_number,
                at: recorded.recorded,
                ms: answer.ms,
                inputs: answer.inputs.clone(),
                recorded: judgement,
                judgement,
            });
        }
    }
    for recorded in events {
        let Event::Attempt(key, attempt::Event::AnswerRegraded(regraded)) = &recorded.event else {
            continue;
        };
        for judged in &regraded.answers {
            let same = |tried: &&mut Tried| (tried.attempt, tried.ordinal, tried.try_number) == (*key, judged.ordinal, judged.try_number);
            tried.iter_mut().filter(same).for_each(|tried| tried.judgement = judged.to);
        }
    }
    tried
}

fn naive_story(events: &[Recorded], student: AccountId) -> Vec<(usize, Recorded)> {
    let concerns = |recorded: &Recorded| match &recorded.event {
        Event::Attempt(key, _) | Event::Unknown(StreamId::Attempt(key)) => key.student == student,
        Event::Class(_, event) => event.student() == Some(student),
        _ => false,
    };
    (1..).zip(events).filter(|(_, recorded)| concerns(recorded)).map(|(number, recorded)| (number, recorded.clone())).collect()
}

fn naive_attempts(events: &[Recorded], unit: UnitId) -> BTreeMap<AttemptKey, Vec<attempt::Event>> {
    let mut attempts: BTreeMap<AttemptKey, Vec<attempt::Event>> = BTreeMap::new();
    for recorded in events {
        match &recorded.event {
            Event::Attempt(key, event) if key.unit == unit => attempts.entry(*key).or_default().push(event.clone()),
            _ => {}
        }
    }
    attempts
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_event_comes_out_as_it_was_recorded(seed in any::<u64>()) {
        let events = drawn(seed, 4, 600);
        let journal = journal_of(&events);
        prop_assert_eq!(journal.len(), events.len());
        for (index, recorded) in events.iter().enumerate() {
            prop_assert!(journal.event(index + 1).as_ref() == Some(recorded), "event {}", index + 1);
            prop_assert_eq!(journal.time(index + 1), Some(recorded.recorded));
        }
        prop_assert_eq!((journal.event(0), journal.event(601), journal.time(0)), (None, None, None));
    }

    #[test]
    fn the_board_at_an_event_is_the_fold_of_the_events_up_to_it(seed in any::<u64>(), k in 0..1_700_usize) {
        let events = drawn(seed, 5, 1_600);
        let journal = journal_of(&events);
        for k in [k, k / 3, 0, 499, 500, 501, 1_000, 1_600] {
            let (at, folded) = (journal.board_at(k), folded(&events[..k.min(events.len())]));
            prop_assert_eq!(state_hash(&at), state_hash(&folded), "as of {}", k);
            prop_assert_eq!(at, folded);
        }
    }

    #[test]
    fn the_board_now_is_what_the_live_overview_shows(seed in any::<u64>()) {
        let events = practised(seed);
        let mut live = ClassOverview::default();
        events.iter().for_each(|recorded| live.fold(recorded));
        prop_assert_eq!(Some(&journal_of(&events).board_at(events.len())), live.board(class_of("2B")));
    }

    #[test]
    fn neither_pauses_nor_looking_make_a_difference(seed in any::<u64>(), order in any::<u64>()) {
        let events = drawn(seed, 3, 700);
        let (whole, mut chance) = (journal_of(&events), Chance(order));
        let mut halting = Journal::of(class_of("2B"));
        for recorded in &events {
            if chance.below(10) == 0 {
                let k = chance.below(halting.len() + 2);
                _ = (halting.board_at(k), halting.tried(unit("drill"), k));
            }
            halting.push(recorded.clone());
        }
        for k in [0, chance.below(700), 700] {
            prop_assert_eq!(halting.board_at(k), whole.board_at(k));
            prop_assert_eq!(halting.tried(unit("section"), k), whole.tried(unit("section"), k));
            prop_assert_eq!(halting.story(student(1), k), whole.story(student(1), k));
        }
        prop_assert_eq!(halting.lessons(), whole.lessons());
    }

    #[test]
    fn stories_attempts_and_answers_are_those_of_the_events(seed in any::<u64>(), k in 0..800_usize, practises in any::<bool>()) {
        let events = if practises { practised(seed) } else { drawn(seed, 4, 800) };
        let (journal, up_to) = (journal_of(&events), &events[..k.min(events.len())]);
        for unit in UNITS.map(|(name, ..)| unit(name)) {
            prop_assert_eq!(journal.tried(unit, k), naively_tried(up_to, unit));
            prop_assert_eq!(journal.attempts(unit, k), naive_attempts(up_to, unit));
        }
        for student in [student(0), student(3), person("ann"), person("nobody")] {
            prop_assert_eq!(journal.story(student, k), naive_story(up_to, student));
        }
    }

    #[test]
    fn the_last_event_up_to_a_moment_is_found_also_where_a_clock_was_set_back(seed in any::<u64>(), ms in 0..40_000_000_i64) {
        let events = drawn(seed, 2, 300);
        let at = Timestamp(BEGUN.0 + ms);
        let last = events.iter().rposition(|recorded| recorded.recorded <= at).map_or(0, |index| index + 1);
        prop_assert_eq!(journal_of(&events).until(at), last);
    }
}

/// Boards are let go of when all of them are too large together; those that are left must still be where they are thought to be.
#[test]
fn a_large_class_keeps_fewer_boards_and_shows_the_same() {
    let (students, units) = (130, 40);
    let mut chance = Chance(11);
    let events: Vec<Recorded> = (1..=48_000_u64)
        .map(|number| {
            let unit = UnitId::derived(&[&chance.below(units).to_string()]);
            let key = AttemptKey { student: student(chance.below(students)), class: class_of("2B"), unit, run: 1 };
            let event = attempt::Event::AttemptStarted { edition: edition_ref("drill", 1), rule: domain::content::Rule::DRILL };
            recorded(number, 1, Event::Attempt(key, event))
        })
        .collect();
    let journal = journal_of(&events);
    let cells = |board: &Board| board.students.values().map(|student| student.units.len()).sum::<usize>();
    assert!(cells(&journal.board_at(48_000)) * 96 > 400_000, "so many boards of this size are too many");
    for k in [499, 500, 1_000, 1_499, 23_999, 24_000, 24_500, 31_001, 47_999, 48_000] {
        assert_eq!(journal.board_at(k), folded(&events[..k]), "as of {k}");
    }
}

#[test]
fn as_of_nothing_nothing_has_happened_and_beyond_the_end_is_now() {
    let (events, empty) = (drawn(5, 3, 200), Journal::of(class_of("2B")));
    assert_eq!((empty.len(), empty.is_empty(), empty.class()), (0, true, class_of("2B")));
    assert_eq!((empty.board_at(0), empty.board_at(9), empty.until(Timestamp(9))), (Board::default(), Board::default(), 0));
    assert_eq!((empty.lessons(), empty.story(student(0), 9), empty.tried(unit("drill"), 9)), (vec![], vec![], vec![]));
    let journal = journal_of(&events);
    assert_eq!(journal.board_at(0), Board::default());
    assert_eq!(journal.board_at(9_999), journal.board_at(200));
}

#[test]
fn lessons_end_with_a_pause_of_more_than_twenty_minutes_and_have_ten_events() {
    // (minutes since the last event, how many such events) in a row, then the lessons as (first, last).
    type Case<'c> = (&'c [(i64, usize)], &'c [(usize, usize)]);
    let table: [Case; 9] = [
        (&[(0, 9)], &[]),
        (&[(0, 10)], &[(1, 10)]),
        (&[(1, 12)], &[(1, 12)]),
        (&[(20, 10)], &[(1, 10)]),
        (&[(21, 10)], &[]),
        (&[(1, 10), (21, 1), (1, 9)], &[(1, 10), (11, 20)]),
        (&[(1, 10), (21, 1), (1, 3), (60, 1), (2, 10)], &[(1, 10), (15, 25)]),
        (&[(1, 5), (-30, 1), (1, 5)], &[(1, 11)]),
        (&[], &[]),
    ];
    for (steps, lessons) in table {
        let mut at = Timestamp(0);
        let mut events = Vec::new();
        for (minutes, count) in steps {
            for _ in 0..*count {
                at.0 += minutes * 60_000;
                let number = events.len() as u64 + 1;
                let event = Event::Attempt(attempt("drill", 1), attempt::Event::StumblingBlockMet {});
                events.push(Recorded { recorded: at, ..recorded(number, number, event) });
            }
        }
        let found: Vec<(usize, usize)> = journal_of(&events).lessons().iter().map(|lesson| (lesson.first, lesson.last)).collect();
        assert_eq!(found, lessons, "{steps:?}");
    }
}

#[test]
fn what_the_office_does_between_lessons_and_answers_graded_again_are_no_work() {
    let of_work = |minute: i64| {
        let event = Event::Attempt(attempt("drill", 1), attempt::Event::StumblingBlockMet {});
        Recorded { recorded: Timestamp(minute * 60_000), ..recorded(1, 1, event) }
    };
    let between = |minute: i64, event: Event| Recorded { recorded: Timestamp(minute * 60_000), ..recorded(1, 1, event) };
    let reckoning = attempt::Reckoning::default();
    let regraded = attempt::Regraded { correction: 1, answers: vec![], before: reckoning, after: reckoning };
    let mut events: Vec<Recorded> = (0..10).map(of_work).collect();
    events.push(between(20, Event::Attempt(attempt("drill", 1), attempt::Event::AnswerRegraded(regraded))));
    let enrolled = domain::class::Event::StudentEnrolled { student: person("cem") };
    events.push(between(25, Event::Class(class_of("2B"), enrolled)));
    events.extend((35..45).map(of_work));
    let minute = |minute: i64| Timestamp(minute * 60_000);
    let lessons = [
        Lesson { first: 1, last: 10, from: minute(0), until: minute(9) },
        Lesson { first: 13, last: 22, from: minute(35), until: minute(44) },
    ];
    assert_eq!(journal_of(&events).lessons(), lessons);
}

/// A correction that came after a moment changes nothing as of that moment.
#[test]
fn an_answer_counts_as_it_did_at_the_moment_looked_at() {
    let key = attempt("section", 1);
    let question = question_id("section", 1);
    let answer = attempt::Answer { ordinal: 1, question, try_number: 1, inputs: wrong_inputs(), ms: None, corrections: 0 };
    let reckoning = attempt::Reckoning::default();
    let regraded = |correction, from, to| {
        let answers = vec![attempt::Judged { ordinal: 1, question, try_number: 1, from, to }];
        attempt::Event::AnswerRegraded(attempt::Regraded { correction, answers, before: reckoning, after: reckoning })
    };
    let events = [
        attempt::Event::QuestionAnsweredWrongly(answer),
        regraded(1, Judgement::Wrong, Judgement::Right),
        regraded(2, Judgement::Right, Judgement::Void),
        regraded(3, Judgement::Void, Judgement::Wrong),
    ];
    let log = as_log(events.map(|event| Event::Attempt(key, event)));
    let journal = journal_of(&log);
    for (k, judgement) in [(1, Judgement::Wrong), (2, Judgement::Right), (3, Judgement::Void), (4, Judgement::Wrong)] {
        let [tried] = journal.tried(unit("section"), k).try_into().expect("one answer");
        assert_eq!((tried.recorded, tried.judgement), (Judgement::Wrong, judgement), "as of {k}");
    }
}
