//! What is asked for by HTTP, and notes: decided by the rules, recorded as done by whoever asked, with all that belongs to it or not at all.

use crate::{
    places::Place,
    school::{NOW, School, add, device, envelope, school},
};
use domain::{
    account::{self, Role},
    class::{self, Note, Refusal as No},
    command::{Command, Refusal},
    event::{Event, StreamId, Version},
    feeds::Feed,
    ids::{AccountId, ContentHash},
    protocol::{Outcome, Reply},
    time::Timestamp,
};
use server::{
    engine::{Answer, Asked, Denied, Granted, Operation, Wish, Work},
    store::{Append, EventStore, KeptSession, NewEvent, StoreReader},
};

crate::over_every_store! { rules:
    whoever_knows_the_code_of_an_open_class_joins_it
    a_code_opens_one_class_at_a_time
    a_teacher_gives_a_student_of_hers_another_password
    whoever_knows_a_password_changes_it_and_goes_on_where_they_are
    nobody_else_gives_passwords
    a_closed_account_has_no_password_no_session_and_no_rights
    a_closed_account_is_in_no_class
    accounts_that_an_earlier_build_closed_are_taken_out_of_their_classes_once
    a_person_gets_another_name
    a_note_is_stored_with_its_event_and_can_be_deleted
    a_note_that_is_refused_is_not_stored
}

fn ask<S: EventStore>(school: &mut School<S>, who: &str, wish: u32, what: Wish) -> Granted {
    let asked = Asked { by: school.account(who), device: device(&format!("{who} {wish}")), what };
    match school.run(vec![Work::Asked(asked)]).answers.remove(0) {
        Answer::Granted(granted) => granted,
        other => panic!("not the answer to what was asked for: {other:?}"),
    }
}

fn join<S: EventStore>(school: &mut School<S>, who: &str, wish: u32, code: &str) -> Granted {
    ask(school, who, wish, Wish::Join { code: code.into() })
}

/// A command of tess to class 2B.
fn tess<S: EventStore>(school: &mut School<S>, number: u64, command: class::Command) -> Outcome {
    let class = school.class();
    match school.send("tess", envelope(number, &Command::Class(class, command))) {
        Reply::Result(outcome) => outcome,
        other => panic!("{other:?}"),
    }
}

fn no(why: No) -> Granted {
    Err(Denied::Refused(Refusal::Class(why)))
}

/// Somebody has the server open the class of this stream to a code.
fn open<S: EventStore>(school: &mut School<S>, who: &str, wish: u32, class: StreamId, code: &str) -> Granted {
    let StreamId::Class(class) = class else { panic!("{class} is no class") };
    ask(school, who, wish, Wish::OpenEnrolment { class, code: code.into() })
}

mod rules {
    use super::*;

    pub fn whoever_knows_the_code_of_an_open_class_joins_it(place: &impl Place) {
        let mut school = school(place);
        let class = StreamId::Class(school.class());
        assert_eq!(join(&mut school, "eve", 1, "KM4RT9"), no(No::NotOpenToYou), "no class is open");
        for who in ["ann", "eve", "nobody"] {
            assert_eq!(open(&mut school, who, 9, class, "KM4RT9"), Err(Denied::Forbidden), "{who}");
        }
        assert_eq!(open(&mut school, "tess", 11, class, "123456"), no(No::BadCode));
        assert_eq!(open(&mut school, "tess", 12, class, "KM4RT9"), Ok(class));
        let (before, eve) = (school.total(), school.account("eve"));
        for (who, code, answer) in [
            ("eve", "KM4RT8", no(No::NotOpenToYou)),
            ("eve", "", no(No::NotOpenToYou)),
            ("tess", "KM4RT9", Err(Denied::Forbidden)),
            ("nobody", "KM4RT9", Err(Denied::Forbidden)),
            ("ann", "KM4RT9", Ok(class)),
        ] {
            assert_eq!(join(&mut school, who, 2, code), answer, "{who}: {code}");
        }
        assert_eq!(school.total(), before, "ann is in the class already");
        assert_eq!(join(&mut school, "eve", 3, "km4rt9"), Ok(class), "capitals make no difference");
        let joined = school.events(class).pop().unwrap();
        assert_eq!((joined.actor, joined.command), (eve, 1), "she did it herself");
        assert_eq!(joined.body.get(), format!(r#"{{"StudentEnrolled":{{"student":"{eve}"}}}}"#));
        assert!(school.engine.directory().class(school.class()).unwrap().students.contains(&eve));
        assert_eq!(join(&mut school, "eve", 4, "KM4RT9"), Ok(class), "again");
        assert_eq!(school.total(), before + 1);
        tess(&mut school, 1, class::Command::RemoveStudent { student: eve });
        assert_eq!(join(&mut school, "eve", 5, "KM4RT9"), no(No::NotOpenToYou), "she was taken out");
        tess(&mut school, 2, class::Command::CloseEnrolment {});
        school.operate(add("fay", Role::Student, None)).unwrap();
        assert_eq!(join(&mut school, "fay", 1, "KM4RT9"), no(No::NotOpenToYou), "closed");
    }

    pub fn a_code_opens_one_class_at_a_time(place: &impl Place) {
        let mut school = school(place);
        school.operate(add("theo", Role::Teacher, Some("3C"))).unwrap();
        let other = StreamId::Class(school.engine.class_titled("3C").unwrap());
        let own = StreamId::Class(school.class());
        assert_eq!(open(&mut school, "tess", 1, own, "KM4RT9"), Ok(own));
        assert_eq!(open(&mut school, "theo", 1, other, "KM4RT9"), no(No::CodeTaken));
        assert_eq!(open(&mut school, "theo", 2, own, "XYN789"), Err(Denied::Forbidden), "it is not his class");
        assert_eq!(open(&mut school, "tess", 2, own, "KM4RT9"), Ok(own), "it is her own");
        assert_eq!(open(&mut school, "tess", 3, own, "XYN789"), Ok(own));
        assert_eq!(open(&mut school, "theo", 3, other, "KM4RT9"), Ok(other), "it is free now");
        assert_eq!(join(&mut school, "eve", 1, "KM4RT9"), Ok(other));
    }

    fn set<S: EventStore>(school: &mut School<S>, who: &str, wish: u32, account: AccountId) -> Granted {
        ask(school, who, wish, Wish::SetPassword { account, password_hash: format!("$argon2id$ by {who}"), from: "Firefox".into() })
    }

    pub fn a_teacher_gives_a_student_of_hers_another_password(place: &impl Place) {
        let mut school = school(place);
        let (ann, bob, later) = (school.account("ann"), school.account("bob"), Timestamp(i64::MAX));
        school.run(
            (1..=3)
                .zip([ann, ann, bob])
                .map(|(n, account)| Work::SignIn { session: KeptSession::until(later, account, [n; 32]), instead_of: None })
                .collect(),
        );
        assert_eq!(set(&mut school, "tess", 1, ann), Ok(StreamId::Account(ann)));
        let reader = school.engine.reader();
        assert_eq!(reader.credential(ann).unwrap().as_deref(), Some("$argon2id$ by tess"));
        assert_eq!(reader.credential(bob).unwrap().as_deref(), Some("$argon2id$"));
        let sessions = [1, 2, 3].map(|token| reader.session(&[token; 32], Timestamp(0)).unwrap());
        assert_eq!(sessions, [None, None, Some(bob)], "hers are over, on all devices");
        let (_, row) = reader.trail(u64::MAX, 1).unwrap().remove(0);
        assert_eq!(
            (row.what.as_str(), row.who, row.whom, row.device.as_str()),
            ("password-set", Some(school.account("tess")), Some(ann), "Firefox")
        );
        let events = school.events(StreamId::Account(ann));
        let known = school.engine.directory().account(ann).unwrap();
        assert_eq!(events[1].body.get(), format!(r#"{{"PasswordSet":{{"school":"{}"}}}}"#, known.school));
        assert_eq!(events[1].actor, school.account("tess"));
        let audit = reader.read_feed(&Feed::School(known.school), 0, 100).unwrap();
        assert_eq!(audit.last().unwrap().position, events[1].position, "the office can read who did it");
        assert_eq!(set(&mut school, "tess", 2, ann), Ok(StreamId::Account(ann)), "and again");
        assert_eq!(school.events(StreamId::Account(ann)).len(), 3);
    }

    pub fn whoever_knows_a_password_changes_it_and_goes_on_where_they_are(place: &impl Place) {
        let mut school = school(place);
        let (ann, bob, later) = (school.account("ann"), school.account("bob"), Timestamp(i64::MAX));
        let sign_in = |(n, account)| Work::SignIn { session: KeptSession::until(later, account, [n; 32]), instead_of: None };
        school.run((1..=3).zip([ann, ann, bob]).map(sign_in).collect());
        let change = |was: &str, hash: &str| Wish::ChangePassword {
            was: was.into(),
            password_hash: hash.into(),
            but: [2; 32],
            from: "Firefox".into(),
        };
        let before = school.total();
        assert_eq!(ask(&mut school, "ann", 1, change("$argon2id$ of last week", "$new")), Err(Denied::Forbidden), "it is another by now");
        assert_eq!(school.total(), before);
        assert_eq!(ask(&mut school, "ann", 2, change("$argon2id$", "$new")), Ok(StreamId::Account(ann)));
        let reader = school.engine.reader();
        let hashes = [ann, bob].map(|account| reader.credential(account).unwrap().unwrap());
        assert_eq!(hashes, ["$new", "$argon2id$"]);
        let sessions = [1, 2, 3].map(|token| reader.session(&[token; 32], Timestamp(0)).unwrap());
        assert_eq!(sessions, [None, Some(ann), Some(bob)], "the others of hers are over");
        assert_eq!(school.events(StreamId::Account(ann))[1].actor, ann);
    }

    pub fn nobody_else_gives_passwords(place: &impl Place) {
        let mut school = school(place);
        school.operate(add("theo", Role::Teacher, Some("3C"))).unwrap();
        school.operate(add("olga", Role::Administrator, None)).unwrap();
        let before = school.total();
        for (who, of) in [
            ("ann", "ann"),
            ("ann", "bob"),
            ("ann", "tess"),
            ("theo", "ann"),
            ("tess", "eve"),
            ("tess", "theo"),
            ("tess", "tess"),
            ("tess", "olga"),
            ("olga", "olga"),
            ("tess", "nobody"),
            ("nobody", "ann"),
        ] {
            let of = school.account(of);
            assert_eq!(set(&mut school, who, 1, of), Err(Denied::Forbidden), "{who}");
        }
        assert_eq!(school.total(), before);
        for of in ["ann", "eve", "tess", "theo"] {
            let of = school.account(of);
            assert_eq!(set(&mut school, "olga", of.0.as_u128() as u32, of), Ok(StreamId::Account(of)));
        }
    }

    pub fn a_closed_account_has_no_password_no_session_and_no_rights(place: &impl Place) {
        let mut school = school(place);
        school.operate(add("olga", Role::Administrator, None)).unwrap();
        let (tess, olga) = (school.account("tess"), school.account("olga"));
        school.run(vec![Work::SignIn { session: KeptSession::until(Timestamp(i64::MAX), tess, [7; 32]), instead_of: None }]);
        let close = |school: &mut School<_>, who, wish, account| ask(school, who, wish, Wish::CloseAccount { account });
        for (who, of) in [("ann", tess), ("tess", tess), ("olga", olga), ("nobody", tess)] {
            assert_eq!(close(&mut school, who, 1, of), Err(Denied::Forbidden), "{who}");
        }
        assert_eq!(close(&mut school, "olga", 2, tess), Ok(StreamId::Account(tess)));
        let reader = school.engine.reader();
        assert_eq!((reader.credential(tess).unwrap(), reader.session(&[7; 32], Timestamp(0)).unwrap()), (None, None));
        assert!(school.engine.directory().account(tess).is_none());
        assert_eq!(tess_sends(&mut school), Outcome::Forbidden {});
        assert_eq!(close(&mut school, "olga", 3, tess), Err(Denied::Forbidden), "there is no such account any more");
        let close = Operation::CloseAccount { login: "TESS".into() };
        assert_eq!(school.operate(close), Ok("the account of TESS is closed already".into()));
        assert_eq!(
            school.operate(Operation::CloseAccount { login: "eve".into() }),
            Ok("the account of eve is closed, and in no class any more; what was done with it stays".into())
        );
        assert!(school.operate(Operation::CloseAccount { login: "nobody".into() }).is_err());
        assert_eq!(school.operate(add("tess", Role::Teacher, None)), Err("the login tess is taken".into()), "nobody takes her place");
    }

    fn tess_sends<S: EventStore>(school: &mut School<S>) -> Outcome {
        tess(school, 1, class::Command::CloseEnrolment {})
    }

    pub fn a_closed_account_is_in_no_class(place: &impl Place) {
        let mut school = school(place);
        school.operate(add("olga", Role::Administrator, None)).unwrap();
        let [ann, bob, tess, olga] = ["ann", "bob", "tess", "olga"].map(|who| school.account(who));
        let class = StreamId::Class(school.class());
        ask(&mut school, "olga", 1, Wish::CloseAccount { account: tess }).unwrap();
        ask(&mut school, "olga", 2, Wish::CloseAccount { account: ann }).unwrap();
        school.operate(Operation::CloseAccount { login: "bob".into() }).unwrap();
        let members = school.engine.directory().class(school.class()).unwrap();
        assert!(members.students.is_empty() && members.teachers.is_empty());
        let told: Vec<_> = school.events(class).iter().rev().take(3).map(|filed| (filed.event(), filed.actor)).collect();
        let by = |event, who| (Event::Class(school.class(), event), who);
        assert_eq!(
            told,
            [
                by(class::Event::StudentRemoved { student: bob }, AccountId::derived(&["system"])),
                by(class::Event::StudentRemoved { student: ann }, olga),
                by(class::Event::TeacherDismissed { teacher: tess }, olga),
            ]
        );
        assert_eq!(school.engine.catch_up_on_leaving(NOW).unwrap(), 0);
    }

    pub fn accounts_that_an_earlier_build_closed_are_taken_out_of_their_classes_once(place: &impl Place) {
        let known = school(place);
        let (ann, tess, members) = (known.account("ann"), known.account("tess"), known.engine.directory().class(known.class()).cloned());
        let at = known.engine.directory().account(ann).unwrap().school;
        drop(known);
        let mut store = place.open();
        store.begin().unwrap();
        for (number, account) in (1..).zip([ann, tess]) {
            let closed = Event::Account(account, account::Event::AccountClosed { school: at });
            let feeds = domain::feeds::feeds_of(&closed, &domain::projections::directory::Directory::default());
            let append = Append {
                stream: closed.stream(),
                expected: Version(1),
                actor: account,
                device: device("an earlier build"),
                number,
                command_hash: [0; 16],
                claimed: NOW,
                recorded: NOW,
                cause: None,
                events: vec![NewEvent { body: closed.body(), feeds }],
                outcome: Outcome::Accepted { version: Version(2), events: 1 },
                records: Vec::new(),
            };
            store.append(&Append { actor: ann, ..append }).unwrap();
        }
        store.commit().unwrap();
        drop(store);
        let mut school = crate::school::bare(place);
        assert_eq!(school.engine.directory().class(school.class()), members.as_ref());
        assert_eq!(school.engine.catch_up_on_leaving(NOW).unwrap(), 2);
        let left = school.engine.directory().class(school.class()).unwrap();
        assert_eq!((left.students.len(), left.teachers.len()), (members.unwrap().students.len() - 1, 0));
        let total = school.total();
        assert_eq!(school.engine.catch_up_on_leaving(NOW).unwrap(), 0);
        drop(school);
        let mut school = crate::school::bare(place);
        assert_eq!((school.engine.catch_up_on_leaving(NOW).unwrap(), school.total()), (0, total));
    }

    pub fn a_person_gets_another_name(place: &impl Place) {
        let mut school = school(place);
        let rename = |login: &str, name: &str| Operation::RenamePerson { login: login.into(), name: name.into() };
        let batch = school.run(vec![Work::Operation(rename("ANN", " Ann Smith "))]);
        assert!(matches!(&batch.answers[..], [Answer::Operated(Ok(_))]));
        assert!(batch.renamed.iter().eq([&school.account("ann")]), "whoever may know it is told");
        assert_eq!(school.engine.reader().person(school.account("ann")).unwrap().as_deref(), Some("Ann Smith"));
        for (login, name) in [("nobody", "Ann"), ("ann", " "), ("ann", "A\u{202e}nn")] {
            assert!(school.operate(rename(login, name)).is_err(), "{login} {name}");
        }
    }

    fn note(student: AccountId, text: &str) -> class::Command {
        class::Command::WriteNote { student, note: Note { note: text.into(), salt: AccountId::derived(&["salt"]) } }
    }

    pub fn a_note_is_stored_with_its_event_and_can_be_deleted(place: &impl Place) {
        let mut school = school(place);
        let (class, ann) = (StreamId::Class(school.class()), school.account("ann"));
        let said = note(ann, "Quixotic words");
        let number = 1;
        assert!(matches!(tess(&mut school, number, said.clone()), Outcome::Accepted { events: 1, .. }));
        let event = school.events(class).pop().unwrap();
        let hash: ContentHash =
            serde_json::from_str::<serde_json::Value>(event.body.get()).unwrap()["NoteWritten"]["note"].as_str().unwrap().parse().unwrap();
        assert!(!event.body.get().contains("Quixotic"));
        let reader = school.engine.reader();
        let document = reader.document(hash).unwrap().expect("what it says is there");
        assert!(String::from_utf8(document).unwrap().contains("Quixotic words"));
        let result = reader.result(device("tess's phone"), number).unwrap().unwrap();
        assert!(!format!("{result:?}{:?}", reader.read_directory().unwrap()).contains("Quixotic"));
        assert!(matches!(tess(&mut school, number, said), Outcome::Accepted { .. }), "a resend is the same note");
        assert_eq!(school.events(class).last().unwrap().position, event.position);
        // A hash that is no note's names nothing that may be deleted.
        let paper = school.edition().paper;
        assert!(school.operate(Operation::RemoveNote { note: paper }).is_err());
        assert!(reader.document(paper).unwrap().is_some());
        let remove = |school: &mut School<_>, who, wish| ask(school, who, wish, Wish::RemoveNote { note: hash });
        for who in ["ann", "eve", "nobody"] {
            assert_eq!(remove(&mut school, who, 1), Err(Denied::Forbidden), "{who}");
        }
        assert_eq!(remove(&mut school, "tess", 21), Ok(class));
        assert_eq!(reader.document(hash).unwrap(), None);
        let events = school.events(class);
        assert_eq!(events[events.len() - 2].position, event.position, "that it was written stays");
        assert_eq!(events.last().unwrap().body.get(), format!(r#"{{"NoteRemoved":{{"student":"{ann}","note":"{hash}"}}}}"#));
        assert_eq!(remove(&mut school, "tess", 22), Err(Denied::Forbidden), "it is there no more");
        assert!(school.operate(Operation::RemoveNote { note: hash }).is_err());
    }

    pub fn a_note_that_is_refused_is_not_stored(place: &impl Place) {
        let mut school = school(place);
        let (ann, eve) = (school.account("ann"), school.account("eve"));
        let reader = school.engine.reader();
        for (number, student, text) in [(1, eve, "Hello"), (2, ann, " "), (3, ann, &*"a".repeat(2_001))] {
            let class::Command::WriteNote { note: said, .. } = note(student, text) else { unreachable!() };
            assert!(matches!(tess(&mut school, number, note(student, text)), Outcome::Refused(Refusal::Class(_))), "{number}");
            assert_eq!(reader.document(said.document().hash).unwrap(), None);
        }
        let class::Command::WriteNote { note: said, .. } = note(ann, "Hello") else { unreachable!() };
        for who in ["ann", "bob", "eve"] {
            let envelope = envelope(1, &Command::Class(school.class(), note(ann, "Hello")));
            assert_eq!(school.send(who, envelope), Reply::Result(Outcome::Forbidden {}), "{who}");
        }
        assert_eq!(reader.document(said.document().hash).unwrap(), None);
    }
}
