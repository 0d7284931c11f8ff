//! A GIFT file as a whole: how it is divided into questions and sections, and what the report says.

use super::{read, refused, sections};
use server::operator::import::{Import, Verdict};

fn kinds(import: &Import) -> Vec<(usize, &str, char)> {
    let letter = |verdict: &Verdict| match verdict {
        Verdict::Imported => 'i',
        Verdict::Remarked(_) => 'r',
        Verdict::Refused(_) => '-',
    };
    import.report.iter().map(|line| (line.line, line.name.as_str(), letter(&line.verdict))).collect()
}

#[test]
fn a_category_is_a_section_and_its_parent_a_chapter() {
    let import = read(include_str!("bank.gift"));
    let lines = [
        (5, "Halves", 'i'),
        (7, "Halves", 'i'),
        (9, "Adding", '-'),
        (12, "½ × ½ =", 'i'),
        (18, "A", 'i'),
        (20, "Write about verbs.", '-'),
        (24, "Thirds", 'i'),
    ];
    assert_eq!(kinds(&import), lines);
    let edition = import.edition.expect("most of it is imported");
    assert_eq!(edition.faults(), []);
    assert_eq!(edition.paper.title, "A course");
    let chapters: Vec<_> = edition.paper.chapters.iter().map(|c| (c.title.as_str(), c.sections.len())).collect();
    assert_eq!(chapters, [("Fractions", 2), ("A course", 1)]);
    let sizes: Vec<_> = sections(&edition).map(|section| (section.title.as_str(), section.questions.len())).collect();
    assert_eq!(sizes, [("Adding", 3), ("Multiplying", 1), ("Words", 1)]);
}

#[test]
fn questions_before_any_category_go_into_a_section_named_after_the_course() {
    let edition = read("One? {T}\n\n$CATEGORY: $course$/top\n\nTwo? {F}").edition.expect("both are sound");
    let titles: Vec<_> = sections(&edition).map(|section| (section.title.as_str(), section.questions.len())).collect();
    assert_eq!(titles, [("A course", 2)]);
}

#[test]
fn a_slash_in_a_category_is_written_twice() {
    let edition = read("$CATEGORY: Maths/km//h\n\nTwo? {F}").edition.expect("it is sound");
    assert_eq!(edition.paper.chapters[0].title, "Maths");
    assert_eq!(edition.paper.chapters[0].sections[0].title, "km/h");
}

#[test]
fn a_broken_question_does_not_take_others_with_it() {
    let import = read(include_str!("broken.gift"));
    let lines = [(1, "Open", '-'), (3, "Next", 'i'), (5, "Closed", '-'), (7, "Twice", '-'), (9, "Packed", 'i'), (10, "After", 'i')];
    assert_eq!(kinds(&import), lines);
}

#[test]
fn line_ends_marks_and_comments_do_not_matter() {
    let plain = "// a comment\n\n::Q::Two\nlines {\n// inside\n=a\n\n~b\n}\n";
    let expected = read(plain).edition.expect("it is sound");
    for text in [plain.replace('\n', "\r\n"), plain.replace('\n', "\r"), format!("\u{feff}{plain}"), plain.replace('\n', "  \n\t")] {
        assert_eq!(read(&text).edition.as_ref(), Some(&expected), "{text:?}");
    }
}

#[test]
fn an_empty_file_has_nothing_to_report() {
    for text in ["", "\n\n", "// only this\n", "$CATEGORY: x\n"] {
        let import = read(text);
        assert_eq!((import.edition, import.report.len()), (None, 0), "{text:?}");
    }
}

#[test]
fn what_cannot_be_graded_is_refused_with_a_reason() {
    let long = format!("{} {{T}}", "x".repeat(20_001));
    let many = format!("Which? {{=a {}}}", "~b ".repeat(100));
    for (text, reason) in [
        ("Write. {}", "essay"),
        ("Write. { #### Feedback }", "essay"),
        ("Read this.", "description"),
        ("::Only a title::", "description"),
        ("Which? {~a ~b}", "None of its choices"),
        ("Which? {=%50%a ~b}", "No choice is fully right"),
        ("Which? {~=a}", "fewer than two choices"),
        ("Which? {=a ~}", "fewer than two choices"),
        ("Which? {~%100%a}", "fewer than two choices"),
        ("Which? {a ~b =c}", "before its first choice"),
        ("Match. {=a -> b}", "fewer than two pairs"),
        ("Match. {=a -> b =c -> d =e}", "“->”"),
        ("Match. {=a -> =c -> d}", "nothing on the right"),
        ("How many? {#}", "no number"),
        ("How many? {#five}", "“five” is not a number"),
        ("How many? {#1,234}", "one way only: write 1234 or 1.2340"),
        ("How many? {#5..1}", "larger number to the smaller"),
        ("How many? {#5:-1}", "negative"),
        ("How many? {#=%50%5}", "fully right"),
        ("How many? {#1e999999999}", "not a number"),
        ("How many? {#1/0}", "not a number"),
        ("Who? {=%50%me}", "fully right"),
        ("Who? {=}", "empty"),
        ("{=me}", "no text"),
        ("Brace } and { brace", "braces"),
        ("Brace {=a", "braces"),
        ("Brace =a}", "braces"),
        ("Brace {=a}}", "braces"),
        ("Sum {1} {=a}", "more than one answer block"),
        (&long, "longer than 20000 characters"),
        (&many, "more than 100 choices"),
    ] {
        let refusal = refused(text);
        let start: String = text.chars().take(40).collect();
        assert!(refusal.contains(reason), "{start}: {refusal}");
        assert!(refusal.ends_with('.'), "a sentence: {refusal}");
    }
}

#[test]
fn a_question_is_called_by_its_title_or_its_first_words() {
    for (text, name) in [
        ("::  A \\: title ::Text {T}", "A : title"),
        ("Text {T}", "Text"),
        ("[html]<p>Some <b>bold</b> text</p> {T}", "Some bold text"),
        ("[markdown]Some **bold** text {T}", "Some bold text"),
        ("{T}", "(no text)"),
    ] {
        assert_eq!(read(text).report[0].name, name, "{text}");
    }
    let long = read(&format!("{} {{T}}", "word ".repeat(100)));
    assert!(long.report[0].name.chars().count() <= 61 && long.report[0].name.ends_with('…'));
}
