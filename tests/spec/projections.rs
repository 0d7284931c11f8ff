//! Read models: what they count, and that neither batches nor the order of feeds matter to them.

use domain::{
    account::Role,
    attempt,
    command::Command,
    event::{Event, Recorded, StreamId},
    feeds::{Feed, feeds_of, readable},
    projections::{
        class_overview::ClassOverview,
        directory::Directory,
        progress::Progress,
        read_models::ReadModels,
        state_hash,
        tally::{Standing, Tally},
    },
    protocol::Outcome,
    time::Timestamp,
};
use model::{chance::Chance, life::lived, school::*, server::Server, world::World};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn models(name: &str) -> ReadModels {
    let role = match name {
        "tess" => Role::Teacher,
        "admin" => Role::Administrator,
        _ => Role::Student,
    };
    ReadModels::of(person(name), role)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn halves_are_the_whole_for_every_projection(seed in any::<u64>(), at in 0..100_usize) {
        let log = lived(seed, 60).log;
        let cut = log.len() * at / 100;
        fn fold<P: Clone>(log: &[Recorded], cut: usize, new: P, step: impl Fn(&mut P, &Recorded)) -> (P, P) {
            let mut whole = new.clone();
            log.iter().for_each(|recorded| step(&mut whole, recorded));
            let mut halves = new;
            log[..cut].iter().for_each(|recorded| step(&mut halves, recorded));
            let mut halves = halves.clone();
            log[cut..].iter().for_each(|recorded| step(&mut halves, recorded));
            (whole, halves)
        }
        let (whole, halves) = fold(&log, cut, Directory::default(), Directory::fold);
        prop_assert_eq!(state_hash(&whole), state_hash(&halves));
        let (whole, halves) = fold(&log, cut, Progress::of(person("ann")), Progress::fold);
        prop_assert_eq!(state_hash(&whole), state_hash(&halves));
        let (whole, halves) = fold(&log, cut, ClassOverview::default(), ClassOverview::fold);
        prop_assert_eq!(state_hash(&whole), state_hash(&halves));
        let (whole, halves) = fold(&log, cut, models("tess"), ReadModels::fold);
        prop_assert_eq!(state_hash(&whole), state_hash(&halves));
    }

    #[test]
    fn any_order_of_feeds_comes_to_the_same(seed in any::<u64>(), order in any::<u64>()) {
        let server = lived(seed, 80);
        for name in ["ann", "bob", "cem", "tess", "admin"] {
            let reads = readable(person(name), &server.directory, Timestamp(server.now));
            let mut feeds: BTreeMap<Feed, Vec<&Recorded>> = BTreeMap::new();
            for recorded in &server.log {
                for feed in feeds_of(&recorded.event, &server.directory).into_iter().filter(|feed| reads.contains(feed)) {
                    feeds.entry(feed).or_default().push(recorded);
                }
            }
            let mut queues: Vec<std::collections::VecDeque<&Recorded>> = feeds.into_values().map(Into::into).collect();
            let mut chance = Chance(order);
            let mut shuffled = models(name);
            while queues.iter().any(|queue| !queue.is_empty()) {
                let queue = chance.below(queues.len());
                if let Some(recorded) = queues[queue].pop_front() {
                    shuffled.fold(recorded);
                }
            }
            prop_assert_eq!(&shuffled, &server.fold(person(name)), "{}", name);
            prop_assert_eq!(state_hash(&shuffled), state_hash(&server.fold(person(name))));
        }
    }

    #[test]
    fn an_event_is_folded_once_however_often_it_comes(seed in any::<u64>()) {
        let server = lived(seed, 40);
        let mut twice = models("tess");
        for recorded in server.log.iter().flat_map(|recorded| [recorded, recorded]).chain(&server.log) {
            twice.fold(recorded);
        }
        let mut once = models("tess");
        server.log.iter().for_each(|recorded| once.fold(recorded));
        prop_assert_eq!(twice, once);
    }
}

/// Ann's and the class's tallies after some steps at a unit: `+` right, `-` wrong then right, `?` looked up; each then goes on.
fn tally_after(unit_name: &str, steps: &str) -> (Tally, Tally) {
    let mut world = World::new();
    let tab = world.open("ann");
    world.rest();
    world.start(tab, unit_name).expect("it starts");
    for step in steps.chars() {
        let done = match step {
            '+' => world.right(tab, unit_name),
            '-' => world.enter(tab, unit_name, "1000").and_then(|_| world.right(tab, unit_name).or(Ok(vec![]))),
            _ => {
                let ordinal = world.ordinal(tab, unit_name);
                world.work(tab, unit_name, attempt::Command::RevealAnswer { ordinal })
            }
        };
        done.expect("it may");
        _ = world.next(tab, unit_name);
    }
    world.rest();
    let own = world.tabs[tab].replica.shown().progress.unit(class_of("2B"), unit(unit_name)).tally;
    let class = world.server.fold(person("tess"));
    (own, class.overview.student(class_of("2B"), person("ann")).expect("she worked").now())
}

#[test]
fn a_tally_counts_first_answers() {
    // (unit, steps, answered, right, streak, standing)
    let table = [
        ("section", "", 0, 0, 0, Standing::Working),
        ("section", "+", 1, 1, 1, Standing::Working),
        ("section", "++-", 3, 2, 0, Standing::Working),
        ("section", "++?", 2, 2, 0, Standing::Working),
        ("section", "---", 3, 0, 0, Standing::Stuck),
        ("section", "-?-", 2, 0, 0, Standing::Stuck),
        ("section", "---+", 4, 1, 1, Standing::Working),
        ("section", "+++++", 5, 5, 0, Standing::Finished),
        ("section", "+++++++", 7, 7, 2, Standing::Finished),
        ("section", "+++++---", 8, 5, 0, Standing::Finished),
        ("drill", "++", 2, 2, 2, Standing::Working),
        ("drill", "+-+", 3, 2, 1, Standing::Working),
        ("drill", "-----", 5, 0, 0, Standing::Working),
        ("drill", "+-+++", 5, 4, 3, Standing::Finished),
    ];
    for (unit_name, steps, answered, right, streak, standing) in table {
        let (own, class) = tally_after(unit_name, steps);
        let counted = (own.answered, own.right, own.reckoning().streak, own.standing());
        assert_eq!(counted, (answered, right, streak, standing), "{unit_name}: {steps}");
        // The student's device counts by its own clock, the teacher's by the server's.
        let mut class = class;
        class.last = own.last;
        assert_eq!(own, class, "{unit_name}: {steps}: student and teacher see the same");
    }
}

#[test]
fn another_run_begins_a_new_streak_and_stays_finished() {
    let started = attempt::Event::AttemptStarted { edition: edition_ref("drill", 1), rule: domain::content::Rule::DRILL };
    let answer = attempt::Answer { ordinal: 1, question: question_id("drill", 1), try_number: 1, inputs: vec![], ms: None, corrections: 0 };
    let right = attempt::Event::QuestionAnsweredCorrectly(answer);
    let mut tally = Tally::default();
    for event in [&started, &right, &right, &right, &attempt::Event::DrillPassed {}, &started, &right] {
        tally.fold(1, domain::time::Timestamp(0), event);
    }
    assert_eq!((tally.answered, tally.reckoning().streak, tally.standing()), (4, 1, Standing::Finished));
}

#[test]
fn who_did_nothing_has_not_started() {
    assert_eq!(Tally::default().standing(), Standing::NotStarted);
    let server = Server::new("log");
    assert_eq!(server.fold(person("tess")).overview.student(class_of("2B"), person("ann")), None);
}

#[test]
fn the_overview_adds_up_over_units_and_shows_the_last_one() {
    let mut server = lived(7, 200);
    server.tell("ann", &Command::Attempt(attempt("lone", 1), attempt::Command::NextQuestion { ordinal: 1 }));
    let models = server.fold(person("tess"));
    for name in ["ann", "bob"] {
        let student = models.overview.student(class_of("2B"), person(name)).expect("they worked");
        assert_eq!(student.answered, student.units.values().map(|tally| tally.answered).sum::<u32>());
        assert_eq!(student.right, student.units.values().map(|tally| tally.right).sum::<u32>());
        let last = server.log.iter().rev().find_map(|recorded| match recorded.stream() {
            StreamId::Attempt(key) if key.student == person(name) => Some((key.unit, recorded.recorded)),
            _ => None,
        });
        assert_eq!(student.current.map(|unit| (unit, student.last)), last);
        assert!(student.answered > 5, "the history is long enough to mean something");
    }
}

#[test]
fn an_event_of_a_later_build_is_counted_and_otherwise_ignored() {
    let server = lived(3, 20);
    let mut models = server.fold(person("tess"));
    let before = models.overview.clone();
    let last = server.log.last().expect("a long log");
    let unknown = Recorded {
        position: domain::event::Position(9_999),
        version: domain::event::Version(9_999),
        event: Event::Unknown(last.stream()),
        ..last.clone()
    };
    models.fold(&unknown);
    assert_eq!((models.overview, models.unknown.len()), (before, 1));
    assert!(!Event::read(&last.stream(), r#"{"QuizLocked":{"until":1}}"#).is_known());
}

#[test]
fn the_office_answers_with_what_the_rules_say() {
    let mut server = Server::new("log");
    let refused = server.tell("ann", &Command::Class(class_of("2B"), domain::class::Command::RemoveStudent { student: person("bob") }));
    assert_eq!(refused, Outcome::Forbidden {});
}
