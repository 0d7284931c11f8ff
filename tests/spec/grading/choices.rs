//! Choices: one of, many of with whole and part marks, and matches.

use super::Is::*;
use super::{answer, key, many_of, matching, one_of, question, text};
use domain::content::{Input, Marks};

const NONE: u16 = Input::UNMATCHED;

#[test]
fn one_of_takes_exactly_one() {
    one_of(3, 1).choices(&[
        (&[1], Right),
        (&[0], Wrong),
        (&[2], Wrong),
        (&[], Empty),
        (&[3], Malformed),
        (&[u16::MAX], Malformed),
        (&[0, 1], Malformed),
    ]);
}

#[test]
fn many_of_takes_all_right_and_none_wrong() {
    for marks in [Marks::Whole, Marks::Parts] {
        many_of(4, &[0, 2], marks).choices(&[
            (&[0, 2], Right),
            (&[0], Wrong),
            (&[0, 1, 2], Wrong),
            (&[1, 3], Wrong),
            (&[0, 1, 2, 3], Wrong),
            (&[], Empty),
            (&[2, 0], Malformed),
            (&[0, 0], Malformed),
            (&[0, 4], Malformed),
        ]);
    }
}

/// Chosen; the mark in parts, the mark as a whole.
type Row = (&'static [u16], (u32, u32), (u32, u32));

#[test]
fn part_marks_add_for_right_and_take_for_wrong_but_not_below_zero() {
    let cases: &[Row] = &[
        (&[0, 2, 3], (1, 1), (1, 1)),
        (&[0, 2], (2, 3), (0, 1)),
        (&[0], (1, 3), (0, 1)),
        (&[0, 1], (0, 1), (0, 1)),
        (&[0, 1, 2], (1, 3), (0, 1)),
        (&[0, 1, 2, 3], (2, 3), (0, 1)),
        (&[1, 4], (0, 1), (0, 1)),
        (&[], (0, 1), (0, 1)),
    ];
    for (chosen, parts, whole) in cases {
        for (marks, expected) in [(Marks::Parts, parts), (Marks::Whole, whole)] {
            let asked = many_of(5, &[0, 2, 3], marks);
            let (question, key) = (question([asked.kind]), key([asked.key]));
            assert_eq!(answer(&question, &key, &[Input::Chosen(chosen.to_vec())]).mark, *expected, "{chosen:?} in {marks:?}");
        }
    }
}

#[test]
fn matches_compare_what_is_read_not_where_it_stands() {
    matching(&["mammal", "bird", "mammal ", "fish"], &[0, 1, 2]).choices(&[
        (&[0, 1, 2], Right),
        (&[2, 1, 0], Right),
        (&[0, 1, 0], Right),
        (&[1, 1, 2], Wrong),
        (&[0, 1, 3], Wrong),
        (&[0, 1, NONE], Empty),
        (&[NONE, NONE, NONE], Empty),
        (&[0, 1, 4], Malformed),
        (&[4, NONE, 0], Malformed),
        (&[0, 1], Malformed),
        (&[0, 1, 2, 3], Malformed),
        (&[], Malformed),
    ]);
}

#[test]
fn an_input_of_another_kind_is_malformed() {
    one_of(2, 0).rows(&[("0", Malformed), ("", Malformed)]);
    many_of(2, &[0], Marks::Whole).rows(&[("0", Malformed)]);
    matching(&["a"], &[0]).rows(&[("a", Malformed)]);
    text(&["a"]).choices(&[(&[0], Malformed), (&[], Malformed)]);
    super::number("0").choices(&[(&[0], Malformed)]);
}
