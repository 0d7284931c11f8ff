//! Names of people: what is one, how one is shown, how much of it tells people apart.

use domain::names::{LETTERS_MAX, NoName, checked, isolated, plain, short_forms, shown};
use proptest::prelude::*;
use std::collections::BTreeSet;

#[track_caller]
fn called(names: &[&str], expected: &[&str]) {
    assert_eq!(short_forms(names), expected, "{names:?}");
}

#[test]
fn people_are_called_by_their_first_names() {
    called(&["Ann de Boer", "Bob Yilmaz", "Zoë Willems", "Jean-Luc Petit"], &["Ann", "Bob", "Zoë", "Jean-Luc"]);
    called(&["王小明", "Madonna", "אבי כהן", ""], &["王小明", "Madonna", "אבי", ""]);
    called(&[], &[]);
}

#[test]
fn nobody_is_called_by_a_particle_or_an_initial_alone() {
    called(&["van Dijk"], &["van Dijk"]);
    called(&["van der Berg Mei", "de Boer"], &["van der Berg", "de Boer"]);
    called(&["VAN DEN BERG", "El Amrani", "’t Hooft", "von Trapp Maria"], &["VAN DEN BERG", "El Amrani", "’t Hooft", "von Trapp"]);
    called(&["J. Smith", "A B Jones", "bin Laden", "Ben Smit"], &["J. Smith", "A B Jones", "bin Laden", "Ben"]);
    called(&["van", "de la"], &["van", "de la"]);
}

#[test]
fn who_shares_a_first_name_is_told_apart_by_as_much_of_the_last_as_it_takes() {
    called(&["Ann Smit", "Ann Boer", "Bob Smit"], &["Ann S.", "Ann B.", "Bob"]);
    called(&["Ann de Boer", "Ann de Bruin", "Ann Smit"], &["Ann de Bo.", "Ann de Br.", "Ann S."]);
    called(&["Ann", "Ann Smit", "ann Vos"], &["Ann", "Ann S.", "ann V."]);
    called(&["Ann Bo", "Ann Boe"], &["Ann Bo", "Ann Boe"]);
    called(&["Ann Maria Smit", "Ann Maria Boer"], &["Ann S.", "Ann B."]);
    called(&["Ann Maria Smit", "Ann Sofie Smit"], &["Ann Maria Smit", "Ann Sofie Smit"]);
    called(&["Ann van der Berg", "Ann van Berg"], &["Ann van der B.", "Ann van B."]);
}

#[test]
fn lists_of_schools_have_the_last_name_first() {
    called(&["Boer, Ann de", "Smit, Bob"], &["Ann", "Bob"]);
    called(&["Boer, Ann", "Smit, Ann"], &["Ann B.", "Ann S."]);
    called(&["Boer, Ann", "Ann Boer"], &["Boer, Ann", "Ann Boer"]);
}

#[test]
fn the_same_name_twice_is_numbered() {
    called(&["Ann Smit", "Ann Smit", "Ann Vos"], &["Ann Smit (1)", "Ann Smit (2)", "Ann V."]);
    called(&["Ann", "Ann"], &["Ann (1)", "Ann (2)"]);
    called(&["Ann Smit", "ANN SMIT"], &["Ann Smit (1)", "ANN SMIT (2)"]);
}

#[test]
fn a_name_can_be_seen_is_bounded_and_turns_nothing() {
    assert_eq!(checked("  Ann de Boer "), Ok("Ann de Boer"));
    assert_eq!(checked("O’Connor-O'Neill, Zoë 3ᵉ"), Ok("O’Connor-O'Neill, Zoë 3ᵉ"));
    let longest = "é".repeat(LETTERS_MAX);
    assert_eq!(checked(&longest), Ok(longest.as_str()));
    assert_eq!(checked(&"é".repeat(LETTERS_MAX + 1)), Err(NoName::TooLong(LETTERS_MAX + 1)));
    for nothing in ["", "  ", "\u{200b}", "\u{3164} \u{200d}"] {
        assert_eq!(checked(nothing), Err(NoName::Empty), "{nothing:?}");
    }
    for letter in ['\0', '\n', '\t', '\u{7f}', '\u{85}', '\u{2028}', '\u{202a}', '\u{202d}', '\u{202e}', '\u{2066}', '\u{2069}'] {
        assert_eq!(checked(&format!("Ann{letter}Boer")), Err(NoName::Invisible(letter)), "{letter:?}");
    }
    // Marks that join letters or say their direction are part of some names.
    assert_eq!(checked("ഷാന്\u{200d}"), Ok("ഷാന്\u{200d}"));
}

#[test]
fn what_was_kept_before_is_shown_safely() {
    assert_eq!(shown("Ann\u{202e}reoB ed"), "AnnreoB ed");
    assert_eq!(shown(" Ann\r\n\tde\u{2028}Boer\0"), "Ann de Boer");
    let long = shown(&"é".repeat(500));
    assert_eq!((long.chars().count(), long.chars().last()), (LETTERS_MAX, Some('…')));
    assert_eq!(shown("Ann de Boer"), "Ann de Boer");
    assert_eq!(isolated("Ann"), "\u{2068}Ann\u{2069}");
    assert_eq!(plain(&format!("{} and {}", isolated("Ann"), isolated("Bob"))), "Ann and Bob");
}

proptest! {
    #[test]
    fn however_people_are_called_no_two_are_called_the_same(names in prop::collection::vec("(Ann|ann|van|B\\.|A|ß)?( (Bo|Boe|de|van|\\(1\\)|, |Ann))?.{0,3}", 0..12)) {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let forms = short_forms(&names);
        prop_assert_eq!(forms.len(), names.len());
        let different: BTreeSet<&String> = forms.iter().collect();
        prop_assert_eq!(different.len(), names.len(), "{:?}", forms);
    }

    #[test]
    fn what_is_shown_is_a_name_or_nothing(name in "\\PC{0,200}|.{0,200}") {
        let shown = shown(&name);
        prop_assert!(matches!(checked(&shown), Ok(_) | Err(NoName::Empty)), "{:?}", shown);
    }
}
