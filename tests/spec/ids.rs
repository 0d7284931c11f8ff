//! Identifiers, and the names of streams and feeds: one thing has one name.

use domain::{
    event::StreamId,
    feeds::Feed,
    ids::{AccountId, AttemptId, ContentHash, UnitId},
};
use model::school::{attempt, class_of, course_id, person, school};

#[test]
fn an_identifier_is_22_characters_and_reads_back() {
    let ann = person("ann");
    assert_eq!(ann.to_string().len(), 22);
    assert_eq!(ann.to_string().parse(), Ok(ann));
    assert_eq!(serde_json::to_string(&ann).expect("text"), format!("\"{ann}\""));
    assert_eq!(serde_json::from_str::<AccountId>(&format!("\"{ann}\"")).expect("an id"), ann);
    let hash = ContentHash::of(b"x");
    assert_eq!(hash.to_string().len(), 43);
    assert_eq!(hash.to_string().parse(), Ok(hash));
}

#[test]
fn nothing_else_is_an_identifier() {
    let ann = person("ann").to_string();
    let long = "A".repeat(44);
    for text in ["", "ann", &ann[1..], &format!("{ann}A"), &format!("{ann}=="), "+/AAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAB", &long] {
        assert!(text.parse::<AccountId>().is_err(), "{text}");
    }
    assert!(ann.parse::<ContentHash>().is_err());
}

#[test]
fn derived_identifiers_are_the_same_everywhere_and_no_two_paths_run_together() {
    // Pinned: devices that start an attempt offline must agree for ever.
    assert_eq!(AccountId::derived(&["ann"]).to_string(), "ZNZeAQOSWKOPBajuViHtGw");
    assert_eq!(AttemptId::derived(&["a", "b"]).to_string(), "1cS6zc-mWhOnzBpZeUG_IQ");
    assert_ne!(AccountId::derived(&["ab", "c"]), AccountId::derived(&["a", "bc"]));
    assert_ne!(AccountId::derived(&["a/1:b"]), AccountId::derived(&["a", "b"]));
    assert_ne!(AccountId::derived(&["a"]).0, UnitId::derived(&["a"]).0, "each kind has its own");
}

#[test]
fn an_attempt_is_named_by_student_class_unit_and_run() {
    let first = attempt("section", 1);
    let others = [
        attempt("drill", 1),
        attempt("section", 2),
        domain::attempt::AttemptKey { student: person("bob"), ..first },
        domain::attempt::AttemptKey { class: class_of("2C"), ..first },
    ];
    for other in others {
        assert_ne!(first.id(), other.id());
    }
    assert_eq!(first.id(), attempt("section", 1).id());
}

#[test]
fn every_stream_and_feed_reads_back() {
    let (ann, class, course) = (person("ann"), class_of("2B"), course_id());
    for stream in [StreamId::Account(ann), StreamId::Class(class), StreamId::Course(course), StreamId::Attempt(attempt("drill", 12))] {
        assert_eq!(stream.to_string().parse(), Ok(stream));
    }
    for feed in [Feed::Student(ann), Feed::Staff(class), Feed::Class(class), Feed::Course(course), Feed::School(school())] {
        assert_eq!(feed.to_string().parse(), Ok(feed));
    }
}

#[test]
fn a_stream_has_one_name() {
    let name = StreamId::Attempt(attempt("drill", 1)).to_string();
    let stem = name.strip_suffix("/1").expect("run 1");
    for text in [stem.to_owned(), format!("{stem}/0"), format!("{stem}/01"), format!("{stem}/+1"), format!("{name}/"), format!("{name}/1")]
    {
        assert!(text.parse::<StreamId>().is_err(), "{text}");
    }
    for text in ["", "account", "account/", "quiz/x", "Account/AAAAAAAAAAAAAAAAAAAAAA", "attempt/a/b/c/1"] {
        assert!(text.parse::<StreamId>().is_err(), "{text}");
        assert!(text.parse::<Feed>().is_err(), "{text}");
    }
}
