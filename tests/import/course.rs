//! Our own course format: the demo course is sound, and every mistake of an author gets a message that helps.

use domain::{
    content::{Block, Edition, FieldKey, FieldKind, Html, Measure, Number, Piece, Question, QuestionKey, Rule, Section, Tolerance},
    ids::{CourseId, QuestionId, UnitId},
};
use server::operator::import::course::{demo, read};
use std::collections::BTreeSet;

const COURSE: &str = "title = \"Tables\"\nchapters = [\"one.toml\"]\n";

/// A chapter with one section that holds these lines.
fn chapter(lines: &str) -> String {
    format!("title = \"One\"\n[[section]]\nkey = \"by-seven\"\ntitle = \"By seven\"\n{lines}\n")
}

/// A chapter with one question that has these lines besides its key, and a worked-out answer.
fn question(lines: &str) -> String {
    chapter(&format!("[[section.question]]\nkey = \"six\"\nworked = \"Count.\"\n{lines}"))
}

/// A chapter with one question that asks for this field.
fn asking(field: &str) -> String {
    question(&format!("text = \"Well?\"\nfield = {{ {field} }}"))
}

fn edition(chapter: &str) -> Edition {
    match read(&[("course.toml", COURSE), ("one.toml", chapter)]) {
        Ok(edition) => edition,
        Err(problems) => panic!("{chapter}\n{problems:?}"),
    }
}

/// What is wrong with a chapter, as an author reads it.
fn wrong_with(chapter: &str) -> Vec<String> {
    match read(&[("course.toml", COURSE), ("one.toml", chapter)]) {
        Ok(_) => panic!("nothing was found wrong with\n{chapter}"),
        Err(problems) => problems.iter().map(ToString::to_string).collect(),
    }
}

/// The only question, and its key.
fn only(chapter: &str) -> (Question, QuestionKey) {
    let mut edition = edition(chapter);
    let question = edition.paper.chapters.remove(0).sections.remove(0).questions.remove(0);
    let (_, mut key) = edition.keys.pop_first().expect("one section");
    let key = key.questions.remove(&question.id).expect("its key");
    (question, key)
}

fn number(text: &str) -> Number {
    text.parse().expect("a number")
}

fn sections(edition: &Edition) -> Vec<&Section> {
    edition.paper.chapters.iter().flat_map(|chapter| &chapter.sections).collect()
}

#[test]
fn the_demo_course_is_sound() {
    assert_eq!(demo().faults(), []);
}

#[test]
fn the_demo_course_is_large_enough_and_has_all_kinds_of_field() {
    let demo = demo();
    let sections = sections(&demo);
    let tests: Vec<_> = sections.iter().filter(|section| section.rule == Rule::SECTION_TEST).collect();
    assert!(demo.paper.chapters.len() >= 3);
    assert!(tests.len() >= 9, "{} section tests", tests.len());
    for section in &tests {
        assert!(section.questions.len() >= 8, "{} has {} questions", section.title, section.questions.len());
    }
    let questions: Vec<_> = sections.iter().flat_map(|section| &section.questions).collect();
    assert!(questions.len() >= 90, "{} questions", questions.len());
    let kinds: BTreeSet<_> = questions.iter().flat_map(|question| &question.fields).map(|field| kind(&field.kind)).collect();
    assert_eq!(kinds, BTreeSet::from(["many-of", "match", "number", "one-of", "text"]));
}

fn kind(kind: &FieldKind) -> &'static str {
    match kind {
        FieldKind::Number { .. } => "number",
        FieldKind::Text => "text",
        FieldKind::OneOf { .. } => "one-of",
        FieldKind::ManyOf { .. } => "many-of",
        FieldKind::Match { .. } => "match",
    }
}

#[test]
fn each_chapter_of_the_demo_course_ends_with_its_only_drill() {
    for chapter in &demo().paper.chapters {
        let drills: Vec<bool> = chapter.sections.iter().map(|section| section.rule == Rule::DRILL).collect();
        assert_eq!(drills.iter().position(|drill| *drill), Some(drills.len() - 1), "{}", chapter.title);
    }
}

#[test]
fn the_demo_course_begins_with_a_section_test_of_single_numbers() {
    let demo = demo();
    let first = sections(&demo)[0];
    assert_eq!(first.rule, Rule::SECTION_TEST);
    for question in &first.questions {
        assert!(matches!(question.fields[..], [ref field] if matches!(field.kind, FieldKind::Number { .. })), "{:?}", question.body);
    }
}

#[test]
fn each_section_of_the_demo_course_is_explained_and_each_question_worked_out() {
    let demo = demo();
    for section in sections(&demo) {
        assert!(section.explanation.as_ref().is_some_and(|Html(html)| !html.is_empty()), "{}", section.title);
        for (id, key) in &demo.keys[&section.id].questions {
            assert!(!key.worked.0.is_empty(), "{}: {id}", section.title);
        }
    }
}

#[test]
fn two_courses_read_from_the_same_files_are_the_same() {
    assert_eq!(demo(), demo());
}

/// Work is recorded under these identifiers: they may never change.
#[test]
fn identifiers_follow_from_the_keys_and_stay() {
    let demo = demo();
    let first = sections(&demo)[0];
    assert_eq!(demo.paper.course, CourseId::derived(&["course", "Mathematics 2"]));
    assert_eq!(first.id, UnitId::derived(&[&demo.paper.course.to_string(), "order"]));
    assert_eq!(first.questions[0].id, QuestionId::derived(&[&demo.paper.course.to_string(), "order", "add-times"]));
    assert_eq!(demo.paper.course.to_string(), "9NTRxNnPV8yBmK6MV_sJuQ");
    assert_eq!(first.id.to_string(), "jEybA3DFUr-p5U-N89epbg");
    assert_eq!(first.questions[0].id.to_string(), "MfcPfSf9VdygtWMP8z58Ww");
}

#[test]
fn identifiers_are_unique() {
    let demo = demo();
    let sections = sections(&demo);
    let units: BTreeSet<UnitId> = sections.iter().map(|section| section.id).collect();
    let questions: BTreeSet<QuestionId> = sections.iter().flat_map(|section| &section.questions).map(|question| question.id).collect();
    assert_eq!(units.len(), sections.len());
    assert_eq!(questions.len(), sections.iter().map(|section| section.questions.len()).sum::<usize>());
}

#[test]
fn a_paragraph_with_placeholders_is_a_line_and_the_rest_stands_beneath() {
    let text = "Six\n\nsevens are [[2]] - or so\n\n[[1]]";
    let fields = r#"fields = [{ label = "A", number = 1 }, { label = "B", number = 42 }, { label = "C", text = "x" }]"#;
    let (question, _) = only(&question(&format!("text = \"\"\"{text}\"\"\"\n{fields}")));
    let [Block::Html(Html(six)), Block::Line(line), Block::Field(0), Block::Field(2)] = &question.body[..] else {
        panic!("{:?}", question.body)
    };
    assert!(six.contains("Six"), "{six}");
    let html = |text: &str| Piece::Html(Html(text.to_owned()));
    assert_eq!(line[..], [html("sevens are "), Piece::Field(1), html(" - or so")]);
}

#[test]
fn a_piece_that_looks_like_a_list_or_a_formula_stays_a_piece() {
    let (question, _) = only(&question("text = \"\"\"[[1]] - **5** = 37\"\"\"\nfield = { number = 42 }"));
    let [Block::Line(pieces)] = &question.body[..] else { panic!("{:?}", question.body) };
    assert_eq!(pieces[..], [Piece::Field(0), Piece::Html(Html(" - <strong>5</strong> = 37".to_owned()))]);
}

#[test]
fn numbers_are_read_as_authors_write_them() {
    let rows = [
        (r#"number = 42"#, "42", Tolerance::Exact, false),
        (r#"number = -3"#, "-3", Tolerance::Exact, false),
        (r#"number = "0.5""#, "1/2", Tolerance::Exact, false),
        (r#"number = "7/12""#, "7/12", Tolerance::Exact, false),
        (r#"number = "4 1/6""#, "25/6", Tolerance::Exact, false),
        (r#"number = "-4 1/6""#, "-25/6", Tolerance::Exact, false),
        (r#"number = "37.5%""#, "3/8", Tolerance::Exact, true),
        (r#"number = "0.25", percent = true"#, "1/4", Tolerance::Exact, true),
        (r#"number = "0.25", form = "percent""#, "1/4", Tolerance::Exact, true),
        (r#"number = 10, within = "0.05""#, "10", Tolerance::Absolute(number("0.05")), false),
        (r#"number = 10, within = "2%""#, "10", Tolerance::Relative(number("0.02")), false),
        (r#"number = "6.02e23""#, "602000000000000000000000", Tolerance::Exact, false),
        (r#"number = "1,5 × 10^-3""#, "3/2000", Tolerance::Exact, false),
        (r#"number = "1.234""#, "617/500", Tolerance::Exact, false),
        (r#"number = "–5.""#, "-5", Tolerance::Exact, false),
        (r#"number = 10, within = "1e-2""#, "10", Tolerance::Absolute(number("0.01")), false),
        (r#"number = "33 1/3%""#, "1/3", Tolerance::Exact, true),
        (r#"number = "3.14159", decimals = 2"#, "3.14159", Tolerance::Decimals(2), false),
        (r#"number = "3.14159", figures = 3"#, "3.14159", Tolerance::Figures(3), false),
    ];
    for (written, value, within, percent) in rows {
        let (question, key) = only(&asking(written));
        let [FieldKey::Number { accepted, .. }] = &key.fields[..] else { panic!("{written}: {key:?}") };
        assert_eq!((&accepted[0].value, &accepted[0].within), (&number(value), &within), "{written}");
        let FieldKind::Number { notation, .. } = &question.fields[0].kind else { panic!("{written}") };
        assert_eq!(notation.percent, percent, "{written}");
    }
}

#[test]
fn a_unit_brings_its_family_unless_others_are_named() {
    let rows = [
        (r#"number = 3, unit = "l""#, vec![Measure::Ml, Measure::Cl, Measure::L]),
        (r#"number = 3, unit = "cm", units = ["cm", "m"]"#, vec![Measure::Cm, Measure::M]),
        (r#"number = 3"#, vec![]),
    ];
    for (written, offered) in rows {
        let (question, _) = only(&asking(written));
        assert!(matches!(&question.fields[0].kind, FieldKind::Number { units, .. } if *units == offered), "{written}");
    }
}

#[test]
fn choices_are_right_by_their_mark_and_shown_without_it() {
    let (question, key) = only(&asking(r#"one_of = ["three", "= four"], feedback = { three = "Once more." }"#));
    let html = |text: &str| Html(text.to_owned());
    assert_eq!(question.fields[0].kind, FieldKind::OneOf { choices: vec![html("three"), html("four")] });
    let [FieldKey::OneOf { right: 1, feedback }] = &key.fields[..] else { panic!("{key:?}") };
    assert!(feedback[&0].0.contains("Once more."));
    let (_, key) = only(&asking(r#"many_of = ["= two", "three", "= four"]"#));
    assert!(matches!(&key.fields[..], [FieldKey::ManyOf { right, .. }] if *right == BTreeSet::from([0, 2])), "{key:?}");
}

#[test]
fn pairs_find_each_other_whatever_the_order_and_share_equal_right_sides() {
    let (question, key) = only(&asking(r#"match = [["2", "even"], ["3", "odd"], ["4", "even"]], distractors = ["neither"]"#));
    let (FieldKind::Match { right: shown, .. }, FieldKey::Match { right }) = (&question.fields[0].kind, &key.fields[0]) else {
        panic!("{question:?}")
    };
    assert_eq!(shown.len(), 3);
    let found: Vec<&str> = right.iter().map(|index| shown[usize::from(*index)].as_str()).collect();
    assert_eq!(found, ["even", "odd", "even"]);
}

#[test]
fn the_longest_and_plainest_text_pattern_speaks_first() {
    let (_, key) = only(&asking(r#"text = "prime", feedback = { "odd" = "a", "*" = "b", "an odd one" = "c", "o*" = "d" }"#));
    let [FieldKey::Text { feedback, .. }] = &key.fields[..] else { panic!("{key:?}") };
    let patterns: Vec<&str> = feedback.iter().map(|(pattern, _)| pattern.as_str()).collect();
    assert_eq!(patterns, ["an odd one", "odd", "o*", "*"]);
}

#[test]
fn each_mistake_in_a_field_gets_its_message() {
    let rows = [
        ("", "a field has exactly one of"),
        (r#"number = 3, text = "three""#, "a field has exactly one of"),
        (r#"number = "three""#, "“three” is no number: write 12, 0.5, 7/12, 1 1/2, 15% or 6.02e23"),
        (r#"number = "1,234""#, "“1,234” can be read in two ways: write 1234 or 01,234"),
        (r#"number = "1/0""#, "“1/0” is no number"),
        (r#"number = []"#, "give at least one right answer"),
        (r#"number = 3, case = true"#, "case belongs to a text field, not to number: take it away"),
        (r#"text = "three", within = "1""#, "within belongs to a number field, not to text"),
        (r#"one_of = ["= a", "b"], marks = "parts""#, "marks belongs to a many_of field, not to one_of"),
        (r#"number = 3, within = "1", decimals = 2"#, "exclude each other: keep one"),
        (r#"number = 3, units = ["cm"]"#, "unit does not say which one the answer is in"),
        (r#"number = 3, unit = "m", units = ["cm"]"#, "unit is not among the units offered: add it"),
        (r#"number = 3, feedback = { "6/2" = "No." }"#, "feedback is for wrong answers, but 6/2 is right: say it as praise"),
        (r#"number = 3, feedback = { "0.5" = "No.", "1/2" = "No." }"#, "feedback names the value 1/2 twice: leave one"),
        (r#"text = []"#, "text accepts nothing"),
        (r#"text = " ""#, "text accepts nothing"),
        (r#"text = "three", feedback = { three = "No." }"#, "three is right: say it as praise"),
        (r#"one_of = ["a", "b"]"#, "0 choices are marked as right: put = before exactly one"),
        (r#"one_of = ["= a", "= b"]"#, "2 choices are marked as right: put = before exactly one"),
        (r#"one_of = ["= a"]"#, "give at least two choices"),
        (r#"one_of = ["= a", "a"]"#, "“a” is offered twice: leave one"),
        (r#"one_of = ["= a", "="]"#, "a choice is empty"),
        (r#"one_of = ["= a", "b"], feedback = { c = "No." }"#, "feedback names “c”, which is not a choice"),
        (r#"one_of = ["= a", "b"], feedback = { a = "No." }"#, "“a” is right: say it as praise"),
        (r#"many_of = ["a", "b"]"#, "no choice is marked as right: put = before each right one"),
        (r#"match = [["a", "b"]]"#, "give at least two pairs"),
        (r#"match = [["a", "b"], ["a", "c"]]"#, "two pairs have the same left side: change one"),
        (r#"match = [["a", "b"], ["c", "b"]]"#, "all pairs have the same right side: add a distractor"),
        (r#"match = [["a", "b"], ["c", "d"]], distractors = ["d"]"#, "the distractor “d” is right for a pair"),
        (r#"match = [["a", "b"], ["c", "d"]], feedback = { b = "No." }"#, "a match field has no feedback"),
    ];
    for (field, message) in rows {
        let problems = wrong_with(&asking(field));
        assert_eq!(problems.len(), 1, "{field}: {problems:?}");
        assert!(problems[0].starts_with("one.toml, section “by-seven”, question “six”: field 1: "), "{field}: {problems:?}");
        assert!(problems[0].contains(message), "{field}: {problems:?}");
    }
}

#[test]
fn each_mistake_in_a_question_gets_its_message() {
    let placed = |text: &str| format!("text = '''{text}'''\nfield = {{ number = 3 }}");
    let two = |rest: &str| format!("text = \"Well?\"\n{rest}");
    let rows = [
        (placed("[[1]] and [[2]]"), "[[2]] has no field: there are 1, counted from 1"),
        (placed("[[0]]"), "[[0]] has no field"),
        (placed("[[1]] and [[1]]"), "[[1]] stands in the text more than once: leave one"),
        (placed("- here [[1]]"), "a placeholder stands inside a list: move it into a paragraph's own text"),
        (placed("the *answer [[1]]*"), "a placeholder stands inside emphasis"),
        (placed("# Is it [[1]]"), "a placeholder stands inside a heading"),
        (placed("> [[1]]"), "a placeholder stands inside a quotation"),
        (placed("so `[[1]]`"), "a placeholder stands inside code"),
        (placed("so <b>[[1]]</b>"), "a placeholder stands inside HTML"),
        (placed("so $x = [[1]]$"), "a placeholder stands inside a formula"),
        (placed(" "), "the text is empty"),
        (
            "text = \"It is [[1]]\"\nfield = { one_of = [\"= a\", \"b\"] }".to_owned(),
            "[[1]] is not a number or a text: give it a paragraph of its own",
        ),
        (two(""), "give the one field as field, or several as fields"),
        (two("field = { number = 1 }\nfields = [{ number = 2 }]"), "give the one field as field, or several as fields"),
        (two("fields = [{ number = 1 }, { label = \"B\", number = 2 }]"), "several fields need a label each, all different"),
        (two("fields = [{ label = \"B\", number = 1 }, { label = \"B\", number = 2 }]"), "several fields need a label each, all different"),
        (
            two("fields = [{ label = \"A\", number = 1 }, { label = \"B\", number = 2 }]\nfeedback.3 = \"No.\""),
            "put the feedback into the field it belongs to",
        ),
        (two("field = { number = 1, feedback = { 2 = \"No.\" } }\nfeedback.3 = \"No.\""), "the feedback stands in two places"),
    ];
    for (lines, message) in rows {
        let problems = wrong_with(&question(&lines));
        assert_eq!(problems.len(), 1, "{lines}: {problems:?}");
        assert!(problems[0].starts_with("one.toml, section “by-seven”, question “six”: "), "{lines}: {problems:?}");
        assert!(problems[0].contains(message), "{lines}: {problems:?}");
    }
}

#[test]
fn each_mistake_around_the_questions_gets_its_message() {
    let six = "[[section.question]]\nkey = \"six\"\ntext = \"Well?\"\nfield = { number = 42 }\nworked = \"Count.\"\n";
    let here = "one.toml, section “by-seven”, question “six”: ";
    let rows = [
        (chapter(""), "course.toml: section “By seven” has no questions".to_owned()),
        ("title = \"One\"".to_owned(), "course.toml: the course has no sections".to_owned()),
        (chapter(&format!("{six}{six}")), format!("{here}another question of the section has this key: change one")),
        (chapter(&six.replace("worked = \"Count.\"", "")), format!("{here}there is no worked: write the worked-out answer")),
        (
            chapter(&six.replace("\"six\"", "\"Six!\"")),
            "question “Six!”: “Six!” is no key: use a few small letters, digits and hyphens".to_owned(),
        ),
        (
            format!("{}[[section]]\nkey = \"by-seven\"\ntitle = \"Again\"\n{six}", chapter(six)),
            "one.toml, section “by-seven”: another section of the course has this key: change one".to_owned(),
        ),
        (question("text = \"Well?\"\nfeild = { number = 42 }"), format!("{here}line 9: unknown field `feild`")),
        (asking("number = 42, tolerance = 1"), format!("{here}line 9: unknown field `tolerance`")),
        (asking("number = 0.5"), format!("{here}line 9: a number is written 12, or in quotes")),
        (asking("number = 42, unit = \"foot\""), format!("{here}line 9: unknown variant `foot`")),
        (chapter("rule = \"exam\""), "one.toml, section “by-seven”: line 5: unknown variant `exam`".to_owned()),
        (chapter("explanation = \"open"), "one.toml, section “by-seven”: line 5: ".to_owned()),
    ];
    for (chapter, message) in rows {
        let problems = wrong_with(&chapter);
        assert_eq!(problems.len(), 1, "{chapter}: {problems:?}");
        assert!(problems[0].contains(&message), "{chapter}: {problems:?}");
    }
}

#[test]
fn each_mistake_among_the_files_gets_its_message() {
    let one = asking("number = 42");
    let rows: [(Vec<(&str, &str)>, &str); 4] = [
        (vec![("one.toml", &one)], "course.toml: there is no such file: it gives the course's title and its chapters"),
        (vec![("course.toml", COURSE)], "course.toml: the chapter one.toml has no file of that name"),
        (vec![("course.toml", COURSE), ("one.toml", &one), ("two.toml", &one)], "course.toml: two.toml is not among the chapters"),
        (vec![("course.toml", "title = \"Tables\"\nchapter = []")], "course.toml: line 2: unknown field `chapter`"),
    ];
    for (files, message) in rows {
        let problems = read(&files).expect_err(message);
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].to_string().starts_with(message), "{problems:?}");
    }
}

#[test]
fn all_problems_are_told_at_once() {
    let question =
        |key: &str| format!("[[section.question]]\nkey = \"{key}\"\ntext = \"[[9]]\"\nfield = {{ number = 1 }}\nworked = \"Count.\"\n");
    let problems = wrong_with(&chapter(&format!("{}{}", question("a"), question("b"))));
    assert_eq!(problems.len(), 2, "{problems:?}");
}

#[test]
fn every_formula_of_the_demo_course_is_one() {
    let demo = server::operator::import::course::demo();
    let all = serde_json::to_string(&(&demo.paper, &demo.keys)).expect("content serialises");
    assert!(all.matches("<math").count() > 100, "does the test look in the right place?");
    let left: Vec<String> =
        all.match_indices('$').map(|(at, _)| all.chars().skip(all[..at].chars().count().saturating_sub(40)).take(80).collect()).collect();
    assert_eq!(left, Vec::<String>::new());
}
