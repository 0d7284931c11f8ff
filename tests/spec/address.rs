//! The addresses of the app: each is read back as it was written, and stands where links and bookmarks have it.

#[path = "../../app/src/address.rs"]
mod written;

use domain::{account::Role, content::Input};
use model::school::*;
use std::collections::BTreeSet;
use written::{Address, NotAnAddress, Page, Place, Segment};

/// Every address there is, with how it is written: `C`, `U`, `Q` and `S` stand for the class, the unit, the question and the student.
fn all() -> Vec<(Address, &'static str)> {
    let (class, unit, student) = (class_of("2B"), unit("section"), person("ann"));
    let place = Place { class, unit, question: question_id("section", 1) };
    let answer = vec![Input::Text("1/2 + é?&=%".to_owned()), Input::Chosen(vec![0, 2])];
    vec![
        (Address::Start, "/"),
        (Address::SignIn, "/sign-in"),
        (Address::Sync, "/sync"),
        (Address::Learn, "/learn"),
        (Address::Unit { class, unit }, "/learn/C/U"),
        (Address::StudentAccount, "/account"),
        (Address::Teach, "/teach"),
        (Address::TeacherAccount, "/teach/account"),
        (Address::Class(class), "/teach/C"),
        (Address::Questions(class), "/teach/C/questions"),
        (Address::Question(place), "/teach/C/questions/U/Q"),
        (Address::Correct { place, accept: None }, "/teach/C/questions/U/Q/correct"),
        (
            Address::Correct { place, accept: Some(answer) },
            "/teach/C/questions/U/Q/correct?accept=%5B%221%2F2%20%2B%20%C3%A9%3F%26%3D%25%22%2C%5B0%2C2%5D%5D",
        ),
        (Address::Statistics(class), "/teach/C/statistics"),
        (Address::Student { class, student, unit: None }, "/teach/C/students/S"),
        (Address::Student { class, student, unit: Some(unit) }, "/teach/C/students/S?unit=U"),
        (Address::Manage(class), "/teach/C/manage"),
        (Address::Rehearsal { class, unit }, "/teach/C/try/U"),
    ]
}

/// The letters replaced by what they stand for.
fn in_full(written: &str) -> String {
    let (path, behind) = written.split_once('?').unwrap_or((written, ""));
    let letters = [
        ("C", class_of("2B").to_string()),
        ("U", unit("section").to_string()),
        ("Q", question_id("section", 1).to_string()),
        ("S", person("ann").to_string()),
    ];
    let full = |segment: &str| letters.iter().find(|(letter, _)| *letter == segment).map_or(segment.to_owned(), |(_, id)| id.clone());
    let path = path.split('/').map(full).collect::<Vec<_>>().join("/");
    match behind.split_once('=') {
        Some((name, text)) => format!("{path}?{name}={}", full(text)),
        None => path,
    }
}

#[test]
fn an_address_is_written_as_it_always_was_and_read_back_as_the_same() {
    for (address, written) in all() {
        let full = in_full(written);
        assert_eq!(address.to_string(), full, "{written}");
        assert_eq!(full.parse(), Ok(address.clone()), "{written}");
        // What browsers and the slider over a class's history add says nothing of the place.
        let more = if full.contains('?') { format!("{full}&at=3") } else { format!("{full}/?at=3&with=1") };
        assert_eq!(more.parse(), Ok(address), "{more}");
    }
}

#[test]
fn every_page_has_an_address_and_no_address_is_of_two_pages() {
    let path = |(address, _): (Address, &str)| address.to_string().split('?').next().unwrap_or_default().to_owned();
    let paths: BTreeSet<String> = all().into_iter().map(path).collect();
    for page in Page::ALL {
        let mut own: Vec<&String> = paths.iter().filter(|path| page.named(path).is_some()).collect();
        // A teacher's account has its name where a class would be, and is looked for first.
        own.retain(|path| page != Page::Class || *path != "/teach/account");
        assert_eq!(own.len(), 1, "{page:?}: {own:?}");
        let is_fixed = page.segments().all(|segment| matches!(segment, Segment::Fixed(_)));
        assert_eq!(page.named(own[0]).is_some_and(|named| named.is_empty()), is_fixed, "{page:?}");
    }
}

#[test]
fn what_is_no_address_is_not_read_as_one() {
    let class = class_of("2B");
    let no_addresses = [
        "/nowhere".to_owned(),
        "/learn/nothing/here".to_owned(),
        format!("/learn/{class}"),
        format!("/learn/{class}/"),
        "/teach/nobody".to_owned(),
        format!("/teach/{class}/questions/none/such"),
        format!("/teach/{class}/manage/more"),
        "//teach".to_owned(),
        "/Teach".to_owned(),
    ];
    for text in no_addresses {
        assert_eq!(text.parse::<Address>(), Err(NotAnAddress), "{text}");
    }
    // What is named behind a place and cannot be read is as if it were not there.
    for behind in ["accept=%5B", "accept=%E9", "accept=%4", "accept", "unit=none"] {
        let (address, _) = all().swap_remove(11);
        assert_eq!(format!("{address}?{behind}").parse(), Ok(address), "{behind}");
    }
}

#[test]
fn everybody_has_a_home_and_an_account_in_their_half_of_the_app() {
    for (role, page, other) in [
        (Role::Student, Page::Learn, Page::Teach),
        (Role::Teacher, Page::Teach, Page::Learn),
        (Role::Administrator, Page::Teach, Page::Learn),
    ] {
        let home = Address::home(role).to_string();
        assert!(page.is_above(&home) && !other.is_above(&home), "{role:?}");
        assert!(!other.is_above(&Address::account(role).to_string()), "{role:?}");
    }
    assert!(Page::Teach.is_above("/teach/") && Page::Teach.is_above("/teach/account"));
    assert!(!Page::Teach.is_above("/teachers") && !Page::Teach.is_above("/"));
}
