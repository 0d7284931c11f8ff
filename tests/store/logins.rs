//! Logins that are the same to people, also those that earlier builds took for different ones.

use crate::{
    places::{Place, Sqlite},
    school::{add, bare},
};
use domain::{account::Role, ids::AccountId};
use server::{
    engine::{Operation, login_claimed},
    logins::account_of,
    store::{EventStore, Record, StoreReader},
};

crate::over_every_store! { rules:
    a_login_is_one_whatever_its_capitals_and_dots
    what_was_claimed_before_signs_in_in_every_spelling
    of_two_that_fold_alike_by_now_the_exact_spelling_wins
    no_login_is_added_that_somebody_has_in_another_spelling
}

fn owner(name: &str) -> AccountId {
    AccountId::derived(&[name])
}

/// A store in which earlier builds claimed these logins.
fn claimed<P: Place>(place: &P, logins: &[&str]) -> P::Store {
    let mut store = place.open();
    store.begin().unwrap();
    for login in logins {
        store.put(&Record::Claim { kind: "login", value: (*login).into(), owner: owner(login).to_string() }).unwrap();
    }
    store.commit().unwrap();
    store
}

mod rules {
    use super::*;

    pub fn a_login_is_one_whatever_its_capitals_and_dots(place: &impl Place) {
        for (login, alike) in [
            (" İris ", "iris"),
            ("IRIS", "iris"),
            ("ıris", "iris"),
            ("i\u{307}ris", "iris"),
            ("ＩＲＩＳ", "iris"),
            ("ir\u{200d}is", "iris"),
            ("iris\u{feff}", "iris"),
            ("Jürgen", "jürgen"),
            ("JU\u{308}RGEN", "jürgen"),
            ("strauß", "strauß"),
            ("anna.ż", "anna.ż"),
            ("ΝΙΚΟΣ", "νικος"),
        ] {
            assert_eq!(login_claimed(login), alike, "{login}");
            assert_eq!(login_claimed(alike), alike, "what is claimed stays what it is");
        }
        let mut school = bare(place);
        school.operate(add("İris", Role::Student, None)).unwrap();
        let iris = school.account("iris");
        for login in ["iris", "IRIS", "İris", "ıris", " İRİS "] {
            assert_eq!(account_of(&school.engine.reader(), login).unwrap(), Some(iris), "{login}");
        }
        assert_eq!(account_of(&school.engine.reader(), "ires").unwrap(), None);
    }

    pub fn what_was_claimed_before_signs_in_in_every_spelling(place: &impl Place) {
        let store = claimed(place, &["i\u{307}ris", "çağrı", "ann"]);
        for (login, whose) in [
            ("İris", "i\u{307}ris"),
            ("iris", "i\u{307}ris"),
            ("IRIS", "i\u{307}ris"),
            ("Çağrı", "çağrı"),
            ("çağri", "çağrı"),
            ("Ann", "ann"),
        ] {
            assert_eq!(account_of(&store.reader(), login).unwrap(), Some(owner(whose)), "{login}");
        }
        assert_eq!(account_of(&store.reader(), "cagri").unwrap(), None);
    }

    pub fn of_two_that_fold_alike_by_now_the_exact_spelling_wins(place: &impl Place) {
        let store = claimed(place, &["i\u{307}ris", "iris", "ılgın", "ılgin"]);
        for (login, whose) in [
            ("İris", Some("i\u{307}ris")),
            ("iris", Some("iris")),
            ("IRIS", Some("iris")),
            ("ıris", None),
            ("ılgın", Some("ılgın")),
            ("ılgin", Some("ılgin")),
            ("ilgin", None),
        ] {
            assert_eq!(account_of(&store.reader(), login).unwrap(), whose.map(owner), "{login}");
        }
        assert_eq!(store.reader().claims_beyond_ascii("login").unwrap().len(), 3);
        assert_eq!(store.reader().claims_beyond_ascii("badge").unwrap(), []);
    }

    pub fn no_login_is_added_that_somebody_has_in_another_spelling(place: &impl Place) {
        drop(claimed(place, &["i\u{307}ris"]));
        let mut school = bare(place);
        for login in ["iris", "İris", "ıRIS"] {
            assert_eq!(school.operate(add(login, Role::Student, None)), Err("the login iris is taken".into()));
        }
        assert_eq!(school.total(), 0);
        school.operate(add("tess", Role::Teacher, None)).unwrap();
        school.operate(add("ann", Role::Student, Some("2B"))).unwrap();
        let dismiss = |login: &str| Operation::DismissTeacher { login: login.into(), class: "2B".into() };
        assert_eq!(school.operate(dismiss("TESS")), Ok("TESS is no teacher of 2B: nothing was changed".into()));
        let teacher = school.account("tess");
        assert!(school.operate(Operation::AppointTeacher { teacher, class: "2B".into() }).is_ok());
        assert_eq!(school.operate(dismiss("TESS")), Ok("TESS is not teacher of 2B any more".into()));
        assert_eq!(school.operate(dismiss("eve")), Err("nobody has the login eve".into()));
    }
}

#[test]
fn a_check_names_logins_that_fold_alike_by_now_and_finds_no_fault() {
    let place = Sqlite::default();
    let mut school = bare(&place);
    for login in ["iris", "ann", "bob"] {
        let mut asked = add(login, Role::Student, None);
        if let Operation::AddAccount { password_hash, .. } = &mut asked {
            // A whole one: what cannot be compared would be a fault.
            *password_hash = "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNo".into();
        }
        school.operate(asked).unwrap();
    }
    let checked = || server::operator::check::check(&place.path(), &mut |_, _| {}).unwrap();
    assert_eq!((checked().faults(), checked().notes()), (&[][..], &[][..]));
    let ann = school.account("ann");
    drop(school);
    let mut store = place.open();
    store.begin().unwrap();
    store.put(&Record::Claim { kind: "login", value: "i\u{307}ris".into(), owner: ann.to_string() }).unwrap();
    store.commit().unwrap();
    drop(store);
    let report = checked();
    assert!(report.is_sound(), "{report}");
    let [note] = report.notes() else { panic!("{report}") };
    assert!(note.contains("“iris” and “i\u{307}ris”"), "{note}");
    assert!(report.to_string().starts_with(note) && report.to_string().lines().count() == 2, "{report}");
}
