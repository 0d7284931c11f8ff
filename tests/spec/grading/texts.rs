//! Text: what counts, what does not, and wildcards.

use super::Is::*;
use super::text;

#[test]
fn spaces_and_capitals_do_not_count() {
    text(&["New York"]).rows(&[
        ("New York", Right),
        ("  new\t\u{a0} YORK\n", Right),
        ("Ｎew York", Right),
        ("NewYork", Wrong),
        ("New York City", Wrong),
        ("", Empty),
        (" \t ", Empty),
    ]);
    text(&["Straße"]).rows(&[("STRASSE", Right), ("straße", Right), ("strase", Wrong)]);
    text(&["ΟΔΟΣ"]).rows(&[("οδος", Right), ("οδοσ", Right)]);
    text(&["New York"]).capitals_count().rows(&[("New York", Right), ("New  York", Right), ("new york", Wrong)]);
}

#[test]
fn accents_count_unless_asked_otherwise() {
    text(&["café"]).rows(&[("café", Right), ("cafe\u{301}", Right), ("CAFÉ", Right), ("cafe", Wrong), ("cafè", Wrong)]);
    text(&["café"]).accents_do_not_count().rows(&[("cafe", Right), ("cafè", Right), ("CAFÉ", Right), ("caf", Wrong)]);
    text(&["Zoe"]).accents_do_not_count().capitals_count().rows(&[("Zoë", Right), ("zoë", Wrong)]);
}

#[test]
fn what_keyboards_exchange_is_alike() {
    text(&["x-2"]).rows(&[("x−2", Right), ("x–2", Right), ("X-2", Right), ("x - 2", Wrong)]);
    text(&["don't"]).rows(&[("don’t", Right), ("dont", Wrong)]);
    text(&["fish"]).rows(&[("ﬁsh", Right), ("\u{feff}fi\u{ad}sh", Right)]);
    text(&["1/2"]).rows(&[("½", Right), ("1⁄2", Right)]);
    text(&["12:30"]).rows(&[("12:30", Right), ("12/30", Wrong)]);
}

#[test]
fn any_of_several_patterns_is_right() {
    text(&["seven", "7"]).rows(&[("Seven", Right), ("7", Right), ("seven 7", Wrong)]);
    text(&[]).rows(&[("seven", Wrong)]);
}

#[test]
fn a_star_stands_for_any_run() {
    text(&["col*r"]).rows(&[("color", Right), ("colour", Right), ("colr", Right), ("colors", Wrong), ("col", Wrong)]);
    text(&["*"]).rows(&[("anything", Right), ("", Empty)]);
    text(&["a*a"]).rows(&[("aa", Right), ("aba", Right), ("a", Wrong)]);
    text(&["*ab*ab*"]).rows(&[("abab", Right), ("xabxabx", Right), ("ab", Wrong), ("aab", Wrong)]);
    text(&["the * cat"]).rows(&[("the black cat", Right), ("the cat", Wrong), ("THE  old\tcat", Right)]);
    text(&["a**b"]).rows(&[("ab", Right), ("a*b", Right), ("a", Wrong)]);
    text(&["*É*"]).rows(&[("le thé noir", Right), ("le the noir", Wrong)]);
}

#[test]
fn a_star_after_a_backslash_is_a_star() {
    text(&[r"2\*3"]).rows(&[("2*3", Right), ("2x3", Wrong), (r"2\*3", Wrong)]);
    text(&[r"\**"]).rows(&[("*", Right), ("*x", Right), ("x", Wrong)]);
    text(&[r"a\b"]).rows(&[(r"a\b", Right), ("ab", Wrong)]);
}

#[test]
fn no_input_can_pose_as_a_wildcard() {
    text(&["abc"]).rows(&[("*", Wrong), ("a*", Wrong), ("\0", Wrong), ("a\0c", Wrong)]);
    text(&["a\0c"]).rows(&[("abc", Wrong), ("ac", Right)]);
}
