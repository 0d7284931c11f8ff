//! Identity: the same names give the same identifiers, so that a changed file is the next edition of the same course.

use super::{read, sections};
use domain::ids::{CourseId, QuestionId, UnitId};

fn ids(text: &str) -> Vec<(UnitId, Vec<QuestionId>)> {
    let edition = read(text).edition.expect("something is imported");
    sections(&edition).map(|section| (section.id, section.questions.iter().map(|question| question.id).collect())).collect()
}

#[test]
fn a_file_read_twice_is_the_same_edition() {
    let text = include_str!("bank.gift");
    assert_eq!(read(text), read(text));
}

#[test]
fn another_answer_or_other_spaces_leave_a_question_itself() {
    let before = ids("$CATEGORY: C\n\n::T::Who? {=a}\n\nAn  untitled\nquestion {=b}");
    let after = ids("$CATEGORY: $course$/top/C\n\n::T::Whoever? {=c =d}\n\nAn untitled question {~b =e}");
    assert_eq!(before, after);
}

#[test]
fn namesakes_are_told_apart_and_stay_in_order() {
    let [(unit, questions)] = &ids("::T::Who? {=a}\n\n::T::Who? {=a}")[..] else { panic!("one section") };
    assert_ne!(questions[0], questions[1]);
    assert_eq!(ids("::T::One? {=a}"), [(*unit, vec![questions[0]])]);
    // A namesake that is refused today keeps its place for the day that it is mended.
    assert_eq!(ids("::T::Who? {}\n\n::T::Who? {=a}"), [(*unit, vec![questions[1]])]);
}

#[test]
fn other_courses_and_categories_have_other_questions() {
    let text = "$CATEGORY: C\n\n::T::Who? {=a}";
    let here = ids(text);
    let there = ids("$CATEGORY: D\n\n::T::Who? {=a}");
    assert!(here[0].0 != there[0].0 && here[0].1 != there[0].1);
    let other = server::import::gift::read(text, "A course", CourseId::derived(&["another"])).edition.expect("it is sound");
    let other = sections(&other).next().expect("it has a section");
    assert!(here[0].0 != other.id && here[0].1 != [other.questions[0].id]);
}
