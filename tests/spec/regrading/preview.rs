//! The dry run: what a teacher sees before a correction is what the real run then records.

use super::*;
use domain::{
    attempt::AttemptKey,
    command,
    decision::{self, World},
    event::{self, Recorded},
    feeds::{Feed, feeds_of},
    library::Library,
    projections::{directory::Directory, journal::Journal},
    regrading::{Preview, Proposal, preview},
    state::State,
    time::Timestamp,
};
use model::{chance::Chance, life::lived, school::*, server::Server};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// What the teacher's device holds of class 2B.
fn journal(log: &[Recorded]) -> Journal {
    let class = class_of("2B");
    let mut journal = Journal::of(class);
    let feed = |recorded: &&Recorded| feeds_of(&recorded.event, &Directory::default()).contains(&Feed::Staff(class));
    log.iter().filter(feed).for_each(|recorded| journal.push(recorded.clone()));
    journal
}

fn contents(server: &Server) -> Contents {
    server.directory.course(course_id()).expect("the course").contents.clone()
}

fn dry_run(server: &Server, proposal: &Proposal) -> Preview {
    preview(&journal(&server.log), course_id(), &contents(server), &LIBRARY, proposal)
}

/// The correction is made, and the process manager comes by each attempt; what it records.
fn real_run(server: &mut Server, proposal: &Proposal) -> BTreeMap<AttemptKey, Regraded> {
    server.tell("tess", &command::Command::Course(course_id(), proposal.command()));
    let correction = contents(server).corrections.last();
    let mut histories: BTreeMap<AttemptKey, Vec<Event>> = BTreeMap::new();
    for recorded in &server.log {
        if let event::Event::Attempt(key, event) = &recorded.event {
            histories.entry(*key).or_default().push(event.clone());
        }
    }
    let mut all = BTreeMap::new();
    for (key, history) in histories {
        let attempt = Attempt::replay(&history);
        let (directory, library) = (&server.directory, &server.library);
        let state = State::Attempt(Cow::Borrowed(&attempt));
        let world = World { history: &history, ..World::new(directory, library, state, Timestamp(0)) };
        let regrade = command::Command::Attempt(key, Command::Regrade { correction });
        let events = decision::decide(&regrade, &world).expect("never refused");
        for event in events {
            let event::Event::Attempt(_, Event::AnswerRegraded(regraded)) = event.clone() else { panic!("{event:?}") };
            all.insert(key, regraded);
            server.log.push(recorded(server.log.len() as u64 + 1, history.len() as u64 + 1, event));
        }
    }
    all
}

fn proposal(chance: &mut Chance, server: &Server) -> Proposal {
    let number = contents(server).corrections.len();
    if number > 0 && chance.below(3) == 0 {
        return Proposal::Undo { number: 1 + chance.below(number) as u32 };
    }
    let (name, count, _) = UNITS[chance.below(3)];
    let question = question_id(name, 1 + chance.below(count));
    let correction = [accept_too(), replace(), Correction::Drop {}, Correction::FullCredit {}, explain()][chance.below(5)].clone();
    Proposal::Correct { unit: unit(name), question, correction, harm_nobody: chance.below(3) == 0 }
}

#[test]
fn the_dry_run_is_the_real_run() {
    let (mut changed, mut quiet, mut undone) = (0, 0, 0);
    for seed in 0..12 {
        let mut server = lived(seed, 250);
        let mut chance = Chance(seed);
        for _ in 0..14 {
            let proposal = proposal(&mut chance, &server);
            let dry = dry_run(&server, &proposal);
            let before = contents(&server).corrections.last();
            let real = real_run(&mut server, &proposal);
            let after = contents(&server).corrections.last();
            assert_eq!(dry.number, (after > before).then_some(after), "{proposal:?}");
            let seen: BTreeMap<AttemptKey, Regraded> = dry.changes.iter().map(|change| (change.attempt, change.regraded.clone())).collect();
            assert_eq!(seen, real, "seed {seed}: {proposal:?}");
            assert!(dry.changes.iter().all(|change| change.inputs.len() == change.regraded.answers.len()));
            assert!(dry.missing.is_empty() && dry.unseen.is_empty());
            changed += real.len();
            quiet += usize::from(real.is_empty());
            undone += usize::from(!real.is_empty() && matches!(proposal, Proposal::Undo { .. }));
        }
    }
    assert!(changed > 40 && quiet > 5 && undone > 5, "all of it was tried: {changed}, {quiet}, {undone}");
}

/// The page says that it stands where the dry run has no number.
#[test]
fn a_dry_run_has_no_number_for_what_stands_and_one_for_what_is_needed_again() {
    let mut server = Server::new("log");
    let proposal =
        Proposal::Correct { unit: unit("drill"), question: question_id("drill", 1), correction: accept_too(), harm_nobody: false };
    assert_eq!(dry_run(&server, &proposal).number, Some(1));
    real_run(&mut server, &proposal);
    assert_eq!(dry_run(&server, &proposal).number, None);
    let documents = edition(2);
    let publish = course::Command::Publish { paper: documents.paper, keys: documents.keys };
    server.tell("admin", &command::Command::Course(course_id(), publish));
    assert_eq!(contents(&server).editions.len(), 2, "it is published");
    assert_eq!(dry_run(&server, &proposal).number, Some(2));
    real_run(&mut server, &proposal);
    assert_eq!(dry_run(&server, &proposal).number, None);
}

#[test]
fn the_totals_add_up_what_changes() {
    let mut server = Server::new("log");
    let key = attempt("section", 1);
    server.tell("ann", &command::Command::Attempt(key, SECTION.start()));
    for (inputs, ordinal) in [(wrong_inputs(), 1), (wrong_inputs(), 2), (wrong_inputs(), 3)] {
        let submit = |try_number, inputs| Command::SubmitAnswer { ordinal, try_number, inputs, ms: None };
        server.tell("ann", &command::Command::Attempt(key, submit(1, inputs)));
        server.tell("ann", &command::Command::Attempt(key, submit(2, right_inputs(SECTION.question(ordinal)))));
        server.tell("ann", &command::Command::Attempt(key, Command::NextQuestion { ordinal }));
    }
    let correct = |correction| {
        let question = SECTION.question(3);
        Proposal::Correct { unit: unit("section"), question, correction, harm_nobody: false }
    };
    let accepted = dry_run(&server, &correct(accept_too()));
    let totals = accepted.totals;
    assert_eq!((totals.attempts, totals.answers, totals.to_right, totals.to_wrong, totals.to_void), (1, 6, 1, 0, 0));
    assert_eq!((totals.unstuck, totals.stuck, totals.finished, totals.unfinished), (1, 0, 0, 0));
    assert_eq!(accepted.changes[0].inputs, [wrong_inputs()]);
    let dropped = dry_run(&server, &correct(Correction::Drop {})).totals;
    assert_eq!((dropped.to_right, dropped.to_wrong, dropped.to_void, dropped.unstuck), (0, 0, 2, 1));
    let replaced = dry_run(&server, &correct(replace())).totals;
    assert_eq!((replaced.to_right, replaced.to_wrong, replaced.to_void), (1, 1, 0));
    real_run(&mut server, &correct(accept_too()));
    let undone = dry_run(&server, &Proposal::Undo { number: 1 }).totals;
    assert_eq!((undone.to_right, undone.to_wrong, undone.stuck, undone.unstuck), (0, 1, 1, 0));
    assert_eq!(dry_run(&server, &correct(accept_too())), Preview::default(), "it stands already");
    assert_eq!(dry_run(&server, &Proposal::Undo { number: 7 }), Preview::default(), "there is none");
}

#[test]
fn what_documents_are_missing_is_said() {
    let server = lived(5, 120);
    let proposal =
        Proposal::Correct { unit: unit("section"), question: question_id("section", 1), correction: accept_too(), harm_nobody: false };
    let dry = preview(&journal(&server.log), course_id(), &contents(&server), &Library::default(), &proposal);
    let edition = edition_ref("section", 1);
    assert_eq!(dry.missing, BTreeSet::from([edition.paper, edition.key]));
    assert!(!dry.unseen.is_empty() && dry.changes.is_empty() && dry.totals.attempts == 0);
}
