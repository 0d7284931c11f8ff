//! Identity: the same names give the same identifiers, so that a changed file is the next edition of the same course.

use super::{read, sections};
use domain::{
    content::Edition,
    ids::{CourseId, QuestionId, UnitId},
};
use server::operator::import::{
    Import, Verdict,
    gift::{known, read_again},
};

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
    let other = server::operator::import::gift::read(text, "A course", CourseId::derived(&["another"])).edition.expect("it is sound");
    let other = sections(&other).next().expect("it has a section");
    assert!(here[0].0 != other.id && here[0].1 != [other.questions[0].id]);
}

/// The identifiers of a file's questions after these editions, and the remarks on them.
fn after(editions: &[&str], text: &str) -> (Vec<QuestionId>, Vec<usize>) {
    let mut imports: Vec<Import> = Vec::new();
    for text in editions.iter().chain([&text]) {
        let earlier: Vec<&Edition> = imports.iter().rev().filter_map(|import| import.edition.as_ref()).collect();
        let known = known(earlier.iter().map(|edition| (&edition.paper, &edition.keys)));
        imports.push(read_again(text, "A course", super::course(), &known));
    }
    let Import { edition, report } = imports.pop().expect("one was read");
    let edition = edition.expect("something is imported");
    let ids = sections(&edition).flat_map(|section| section.questions.iter().map(|question| question.id)).collect();
    let remarked = |line: &(usize, &server::operator::import::Line)| matches!(line.1.verdict, Verdict::Remarked(_));
    (ids, report.iter().enumerate().filter(remarked).map(|(index, _)| index).collect())
}

fn file(answers: &[&str]) -> String {
    answers.iter().map(|answer| format!("Fill in the gap. {{={answer}}}\n\n")).collect()
}

#[test]
fn a_namesake_that_is_put_in_takes_nobodys_place() {
    let (first, _) = after(&[], &file(&["A", "C"]));
    for (next, places) in [
        (vec!["X", "A", "C"], vec![None, Some(0), Some(1)]),
        (vec!["A", "X", "C"], vec![Some(0), None, Some(1)]),
        (vec!["C", "A"], vec![Some(1), Some(0)]),
        (vec!["C"], vec![Some(1)]),
        (vec!["X", "C"], vec![Some(0), Some(1)]),
        (vec!["C", "X"], vec![Some(1), None]),
        (vec!["A", "X"], vec![Some(0), Some(1)]),
        (vec!["X", "Y"], vec![Some(0), Some(1)]),
        (vec!["X", "Y", "Z"], vec![None, None, None]),
        (vec!["A", "C", "X"], vec![Some(0), Some(1), None]),
    ] {
        let (ids, remarked) = after(&[&file(&["A", "C"])], &file(&next));
        for (id, place) in ids.iter().zip(&places) {
            match place {
                Some(place) => assert_eq!(*id, first[*place], "{next:?}"),
                None => assert!(!first.contains(id), "{next:?}"),
            }
        }
        let changed: Vec<usize> =
            next.iter().enumerate().filter(|(_, answer)| !["A", "C"].contains(answer)).map(|(index, _)| index).collect();
        let told = if next == ["A", "C", "X"] || next.len() == 3 && next[0] != "Z" && next.contains(&"A") { Vec::new() } else { changed };
        assert_eq!(remarked, told, "{next:?}");
    }
}

#[test]
fn what_was_taken_out_leaves_its_place_free_for_itself_alone() {
    let (first, _) = after(&[], &file(&["A", "C"]));
    let (ids, _) = after(&[&file(&["A", "C"]), &file(&["C"])], &file(&["X", "C"]));
    assert!(!first.contains(&ids[0]) && ids[1] == first[1]);
    let (ids, _) = after(&[&file(&["A", "C"]), &file(&["C"])], &file(&["A", "C"]));
    assert_eq!(ids, first);
    // One that is alone by its text is itself again, whatever its answer.
    let (once, _) = after(&[], &file(&["A"]));
    let (again, _) = after(&[&file(&["A"]), "Other {T}"], &file(&["B"]));
    assert_eq!(once, again);
}

#[test]
fn a_corrected_question_keeps_its_history_with_or_without_namesakes() {
    let before = "::T::One? {=a ~b}\n\n::T::Two? {=a ~b}\n\nThree? {=x}";
    let (first, _) = after(&[], before);
    for (next, order) in [
        ("::T::Two? {=b ~a}\n\n::T::One? {=a ~b}\n\nThree? {=y =x}", [1, 0, 2]),
        ("Three? {=z}\n\n::T::One, really? {=a ~b}\n\n::T::Two? {=a ~c}", [2, 0, 1]),
        ("::T::Two? {=a ~b ~c}\n\n::T::One? {~a =b}\n\nThree?  {=x}", [1, 0, 2]),
    ] {
        let (ids, _) = after(&[before], next);
        assert_eq!(ids, order.map(|place| first[place]), "{next}");
    }
}

#[test]
fn the_same_question_twice_is_remarked_on() {
    let (ids, remarked) = after(&[], &file(&["A", "A"]));
    assert_eq!(remarked, [0, 1]);
    let (again, _) = after(&[&file(&["A", "A"])], &file(&["A", "A"]));
    assert_eq!(ids, again);
}
