//! What strangers' banks broke: nothing wrong comes in silently, and little is refused without need.

use super::{field, one, read, refused};
use domain::content::{Block, FieldKey, FieldKind, Html, Marks, Piece, Question};
use server::operator::import::Verdict;

/// All text that a student sees before answering.
fn shown(question: &Question) -> String {
    let of_block = |block: &Block| match block {
        Block::Html(Html(html)) => html.clone(),
        Block::Line(pieces) => pieces.iter().map(|piece| if let Piece::Html(Html(html)) = piece { html.as_str() } else { "_" }).collect(),
        Block::Field(_) => String::new(),
    };
    question.body.iter().map(of_block).collect()
}

fn choices(question: &Question) -> Vec<&str> {
    match &question.fields[0].kind {
        FieldKind::OneOf { choices } | FieldKind::ManyOf { choices } => choices.iter().map(|html| html.0.as_str()).collect(),
        other => panic!("{other:?}"),
    }
}

/// The texts that are right, and whether something is remarked.
#[track_caller]
fn texts(gift: &str) -> (Vec<String>, bool) {
    let (_, mut key, remarks) = one(gift);
    let FieldKey::Text { accepted, .. } = key.fields.remove(0) else { panic!("{gift}: a text") };
    (accepted, !remarks.is_empty())
}

#[test]
fn general_feedback_behind_the_brace_is_never_in_the_question() {
    for gift in [
        "Which? {~content-box =border-box} #### The answer is border-box.",
        "Which? {~content-box =border-box}#### The answer is border-box.",
        "Which? {~content-box =border-box}\n#### The answer is border-box.",
        "Which? {~content-box =border-box}\n\t#####The answer is border-box.",
        "[markdown]Which?\n{~content-box =border-box}\n#### The answer is border-box.",
        "Which? {T} #### The answer is border-box.",
        "How many? {#5} #### The answer is border-box.",
        "Which? {=border-box#Yes.####Inside.} #### The answer is border-box.",
        "The {=box} is it. #### The answer is border-box.",
    ] {
        let (question, key, remarks) = one(gift);
        assert!(!shown(&question).contains("answer is"), "{gift}: {question:?}");
        assert!(key.worked.0.starts_with("<p>") && key.worked.0.contains("The answer is border-box."), "{gift}: {key:?}");
        assert!(remarks.iter().any(|remark| remark.contains("behind the closing brace")), "{gift}: {remarks:?}");
    }
    for gift in
        ["Which? #### It is a. {=a ~b}", "Which? {=a ~b} # It is a.", "Which? {=a ~b}\n## It is a.", "Which? {=a ~b}\n\n#### It is a."]
    {
        let import = read(gift);
        let last = import.report.last().expect("it is reported");
        assert!(matches!(&last.verdict, Verdict::Refused(why) if why.contains("feedback belongs")), "{gift}: {last}");
        let all = serde_json::to_string(&import.edition.map(|edition| edition.paper)).expect("a paper serialises");
        assert!(!all.contains("It is a"), "{gift}: {all}");
    }
    let (question, ..) = one("[markdown]#### A heading\nWhich? {=a ~b}");
    assert!(shown(&question).starts_with("<h4>A heading</h4>"));
    let (question, ..) = one("Is it \\#\\#\\#\\#? {T}");
    assert_eq!(shown(&question), "<p>Is it ####?</p>");
    let (_, key, remarks) = one("Which? {=a ~b#### one #### two}");
    assert!(key.worked.0.starts_with("<p>two</p>") && remarks[0].contains("more than once"), "{remarks:?}");
}

#[test]
fn cloze_is_named_and_refused() {
    for gap in [
        "1:SA:=ago",
        "1:SHORTANSWER:=ago",
        ":SA:=ago",
        "2:sa:=ago",
        " 1 : SA : =ago",
        "1:MW:=ago~%50%before#Nearly",
        "1:NUMERICAL:=42:0",
        "1:NM:=42:0.5#Yes",
        "1:MULTICHOICE:a~=b~c",
        "1:MC:a~%100%b",
        "1:MCV:a~=b",
        "1:MCHS:a~=b",
        "1:MULTIRESPONSE_HS:=a~=b~c",
        "10:MR:=a~b",
        "1\\:SHORTANSWER\\:\\=ago",
        "1:SHORTANSWER_C:=a\\}b",
        "1:CODERUNNER:=x",
        "\n1:SA:\n=ago",
    ] {
        for gift in
            [format!("We moved {{{gap}}}."), format!("::T::{{{gap}}} and {{{gap}}} so."), format!("<p>So {{{gap}}}</p>\nand {{1:SA:=b}}")]
        {
            assert!(refused(&gift).contains("Cloze"), "{gift}: {}", refused(&gift));
        }
    }
    for gift in ["When? {=10:30}", "Ratio? {=1:2:3}", "When? {=12:AM}"] {
        assert!(matches!(read(gift).report[0].verdict, Verdict::Imported), "{gift}");
    }
}

#[test]
fn empty_choices_are_left_out_with_a_remark() {
    for (gift, kept, right) in [
        ("It {~=is~are} so", vec!["is", "are"], 0),
        ("Which? {~ =green ~blue}", vec!["green", "blue"], 0),
        ("Which? {=7 ~8 ~}", vec!["7", "8"], 0),
        ("Which? {~~a~=b}", vec!["a", "b"], 1),
        ("Which? {~<p></p> ~&nbsp; ~a =b}", vec!["a", "b"], 1),
        ("Which? {~#No. ~a =b}", vec!["a", "b"], 1),
    ] {
        let (question, key, remarks) = one(gift);
        assert_eq!(choices(&question), kept, "{gift}");
        assert!(matches!(key.fields[0], FieldKey::OneOf { right: found, .. } if found == right), "{gift}");
        assert!(remarks.iter().any(|remark| remark.contains("left out")), "{gift}: {remarks:?}");
    }
    for (gift, reason) in [
        ("Which? {= ~a ~b}", "which is right, has no text"),
        ("Which? {~%50% ~%50%a ~b}", "which is right, has no text"),
        ("Which? {~ =a}", "fewer than two choices"),
        ("Which? {~~~}", "fewer than two choices"),
        ("Which? {[html]=<img src\\=\"x\"> ~b}", "before its first choice"),
        ("[html]Which? {~<img src\\=\"x\"> ~<img src\\=\"y\"> =b}", "no text to show"),
    ] {
        assert!(refused(gift).contains(reason), "{gift}: {}", refused(gift));
    }
    assert_eq!(texts("Who? {=me =}"), (vec!["me".to_owned()], true));
}

#[test]
fn html_in_what_is_typed_is_read_with_a_remark() {
    for (answer, text) in [
        ("<p>two</p>", "two"),
        ("&amp;&amp;", "&&"),
        ("Dunedin&nbsp;", "Dunedin"),
        ("<b>two</b> <i>words</i>", "two words"),
        ("<span lang\\=\"nl\">twee</span>", "twee"),
        ("caf&eacute;", "café"),
        ("x &lt; 5", "x < 5"),
        ("one<br>two", "one two"),
        ("[html]<p>two</p>", "two"),
        ("<p>", "<p>"),
        ("<br/>", "<br/>"),
    ] {
        assert_eq!(texts(&format!("Which? {{={answer}}}")), (vec![text.to_owned()], true), "{answer}");
    }
    for (answer, text) in
        [("x<5", "x<5"), ("a & b", "a & b"), ("[plain]<b>x</b>", "<b>x</b>"), ("if a<b and c>d", "if a<b and c>d"), ("$x$", "$x$")]
    {
        assert_eq!(texts(&format!("Which? {{={answer}}}")), (vec![text.to_owned()], false), "{answer}");
    }
    let (question, _, remarks) = one("Match. {=a -> &amp; =b -> <p>two</p> =c -> <br>}");
    let FieldKind::Match { right, .. } = &question.fields[0].kind else { panic!("a match") };
    assert_eq!(right, &["&", "<br>", "two"]);
    assert_eq!(remarks.len(), 3, "{remarks:?}");
}

#[test]
fn weights_are_read_or_refused_and_never_shown() {
    for (gift, right, marks) in [
        ("Who? {~%33.33%a ~%33.33%b ~%33.34%c ~d}", 3, Marks::Parts),
        ("Who? {~%33%a ~%33%b ~%34%c ~%-100%d}", 3, Marks::Parts),
        ("Who? {~%16.67%a ~%16.67%b ~%16.67%c ~%16.67%d ~%16.66%e ~%16.66%f ~g}", 6, Marks::Parts),
        ("Who? {~%33,33333%a ~%33,33333%b ~%33,33333%c ~%-33,33333%Porto}", 3, Marks::Parts),
        ("Who? {~%50.%a ~%50.0%b ~%–50%c}", 2, Marks::Parts),
        ("Who? {~% 50 %a ~%50 %b ~c}", 2, Marks::Parts),
        ("Who? {~%51%a ~%49%b ~c}", 2, Marks::Whole),
        ("Who? {~%60%a ~%40%b ~c}", 2, Marks::Whole),
        ("Who? {~%25%a ~%25%b ~c}", 2, Marks::Whole),
    ] {
        let (question, key, _) = one(gift);
        let FieldKey::ManyOf { right: found, marks: so, .. } = &key.fields[0] else { panic!("{gift}: {key:?}") };
        assert_eq!((found.len(), *so), (right, marks), "{gift}");
        assert!(choices(&question).iter().all(|choice| !choice.contains('%')), "{gift}: {question:?}");
    }
    for (gift, reason) in [
        ("Who? {~%blah%b ~%100%a}", "“%blah%”, is not a number"),
        ("Who? {=a ~%%b}", "“%%”, is not a number"),
        ("Who? {~%150.0%a ~b}", "more than 100 %"),
        ("Who? {~%1000%a ~b}", "more than 100 %"),
        ("Who? {=a ~%-100.5%b}", "less than −100 %"),
        ("Who? {=a ~%--50%b}", "is not a number"),
        ("Who? {=a ~%50.5.5%b}", "is not a number"),
        ("Who? {=%half%me}", "is not a number"),
        ("How many? {#=%101%5}", "more than 100 %"),
    ] {
        assert!(refused(gift).contains(reason), "{gift}: {}", refused(gift));
    }
    let (question, _, remarks) = one("Which prints two numbers? {=%d, %d ~%s ~% of a and % of b}");
    assert_eq!(choices(&question), ["%d, %d", "%s", "% of a and % of b"]);
    assert_eq!(remarks.len(), 2, "{remarks:?}");
}

#[test]
fn what_looks_the_same_is_one_choice_or_refused() {
    for gift in [
        "What? {=42 ~42 ~36}",
        "What? {=42 ~ <p>42</p> ~36}",
        "What? {=a  b ~a&nbsp;b ~c}",
        "What? {~%100%x ~<span>x</span> ~y}",
        "What? {=é ~e\u{301} ~a}",
    ] {
        assert!(refused(gift).contains("once right and once wrong"), "{gift}: {}", refused(gift));
    }
    let (question, _, remarks) = one("What? {=42 ~36 ~36}");
    assert_eq!((choices(&question), remarks.len()), (vec!["42", "36"], 1));
    let (_, key, remarks) = one("What? {=42 =42 ~36}");
    assert!(matches!(key.fields[0], FieldKey::OneOf { right: 0, .. }) && remarks.len() == 1, "{remarks:?}");
    let (question, _, remarks) = one("What? {=Monday ~monday ~<i>Monday</i>}");
    assert_eq!((choices(&question).len(), remarks.len()), (3, 1), "{remarks:?}");
}

#[test]
fn pairs_have_no_feedback_and_no_left_side_twice() {
    let (question, _, remarks) = one("Match. {=Oslo -> Norway#Well done =Rome -> Italy # Yes}");
    let FieldKind::Match { right, .. } = &question.fields[0].kind else { panic!("a match") };
    assert_eq!((right.as_slice(), remarks.len()), (&["Italy".to_owned(), "Norway".to_owned()][..], 2));
    let (question, _, remarks) = one("Match. {=Microsoft -> C# =Sun -> Java =Don -> F# =Ann -> C\\#}");
    let FieldKind::Match { right, .. } = &question.fields[0].kind else { panic!("a match") };
    assert_eq!((right.as_slice(), remarks.len()), (&["C#".to_owned(), "F#".to_owned(), "Java".to_owned()][..], 2));
    for gift in ["Match. {=a -> b =a -> c =d -> e}", "Match. {=a  x -> b =<p>a x</p> -> c =d -> e}"] {
        assert!(refused(gift).contains("on its left twice"), "{gift}: {}", refused(gift));
    }
    let (question, key, remarks) = one("Match. {=a -> b = a -> b =d -> e = -> }");
    assert!(matches!(&question.fields[0].kind, FieldKind::Match { left, .. } if left.len() == 2), "{question:?}");
    assert_eq!((key.fields.len(), remarks.len()), (1, 2), "{remarks:?}");
    let (_, _, remarks) = one("Match. {=a -> small =A -> capital}");
    assert!(remarks[0].contains("capitals only"), "{remarks:?}");
}

#[test]
fn dollars_of_programs_and_prices_stay() {
    for text in [
        "echo $a.$b;",
        "foreach ($rows as $key=>$value)",
        "R$70 at the desk or R$ 80",
        "US$5 and A$7 and C$9",
        "$5, $10 or $20",
        "from $5/h to $6/h",
        "$1.50-$2.50",
        "costs 5$ and 10$ a day",
        "for ($i = 0; $i < 10; $i++)",
        "if ($a==$b)",
        "$x+$y",
        "echo $a$b",
        "$$a and $$b",
        "$a[0].$b[1]",
        "$obj->a($b)",
        "$PATH:$HOME",
        "$A$1 + $B$2",
        "print \"$name\" and \"$age\"",
        "kill $$; echo $!",
        "a $5 or 5$ note",
    ] {
        for format in ["", "[html]", "[markdown]", "[plain]"] {
            let escaped: String = text.chars().flat_map(|c| if "=~#{}:".contains(c) { vec!['\\', c] } else { vec![c] }).collect();
            let (question, ..) = one(&format!("{format}{escaped} {{T}}"));
            let Block::Html(html) = &question.body[0] else { panic!("text") };
            assert!(!html.0.contains("<math"), "{format}{text}: {html:?}");
            assert_eq!(server::operator::import::rich::words(html), text, "{format}{text}");
        }
    }
    for text in [
        "$x$",
        "$2x + 3$",
        "$a=b$",
        "$AB$",
        "$f(x)$",
        "$x \\\\in [0, 1)$",
        "$\\\\frac\\{1\\}\\{2\\}$",
        "the $n$th",
        "H$_2$O",
        "$\\\\sin x$",
        "$y = mx + c$",
        "$30^\\\\circ$",
        "$5$",
        "$[0, 1[$",
        "$|x|$",
    ] {
        let escaped: String = text.chars().flat_map(|c| if c == '=' { vec!['\\', c] } else { vec![c] }).collect();
        let (question, _, remarks) = one(&format!("So {escaped} is it. {{T}}"));
        assert!(shown(&question).contains("<math") && !shown(&question).contains('$'), "{text}: {question:?}");
        assert!(remarks.is_empty(), "{text}: {remarks:?}");
    }
    for text in ["$speed \\= distance$", "$n$abc", "so $ \\\\frac\\{1\\}\\{2\\} $ it", "$$ echo hello $$"] {
        let (question, _, remarks) = one(&format!("{text} {{T}}"));
        assert!(!shown(&question).contains("<math") && remarks[0].contains("dollar signs"), "{text}: {question:?}, {remarks:?}");
    }
}

#[test]
fn torn_texts_are_read_as_moodle_does_and_remarked_on() {
    for (gift, torn) in [
        ("Which? {=C# ~Java ~F#}", "The “#” behind “C”"),
        ("Which? {=C#}", "The “#” behind “C”"),
        ("Which? {=C##Right. ~D}", "The first “#” behind “C”"),
        ("Is $x \\neq 0$? {T}", "“\\neq”"),
        ("Is $a \\nu b$ or \\(x \\notin A\\)? {T}", "“\\nu”"),
        ("Which? {~\\(y=2x\\) ~z}", "part of a formula"),
        ("Which? {=if (x <= 1) ~if (x > 1)}", "An “=” begins an answer"),
        ("Which? {=<a href=\"x\">a</a> ~b}", "part of a tag"),
        ("Which? {=x=5}", "divides two answers"),
        ("So? {TRUE\nFALSE}", "is not one of TRUE and FALSE"),
        ("So? {T/F}", "is not one of TRUE and FALSE"),
        ("[markdown]Which?\n```\n// print\nx\n```\n{=a}", "“// print”"),
        ("[html]<pre>\n// print\nx</pre>\n{=a}", "“// print”"),
        ("Which?\n// is this text?\nOr {=a}", "“// is this text?”"),
        ("Match. {=a -> b -> c =d -> e}", "more than once"),
    ] {
        let (_, _, remarks) = one(gift);
        assert!(remarks.iter().any(|remark| remark.contains(torn)), "{gift}: {remarks:?}");
    }
    let import = read("[markdown]What does this print?\n\n```\nx\n``` {=a}\n\n::T::Another {=b}");
    let verdicts: Vec<String> = import.report.iter().map(ToString::to_string).collect();
    assert!(verdicts[0].contains("description") && verdicts[1].contains("The text in line 1"), "{verdicts:?}");
    assert!(verdicts[2].contains("imported: "), "{verdicts:?}");
    assert!(refused("Which? {~if (x == 1) =if (x !\\= 1)}").contains("An “=” begins an answer"));
    // The first half of both is the same, once right and once wrong.
    assert!(refused("Which? {~\\(y=2x\\) =\\(y=3x\\)}").contains("part of a formula"));
    for gift in ["What is $\\sqrt{2}$?", "What is $x^{2}$?", "What is \\(\\frac{12}3\\)?"] {
        assert!(refused(gift).contains("formula"), "{gift}: {}", refused(gift));
    }
    for gift in ["Who? {=%100%two#\n}", "a\\nnot b {T}", "// before\nWho? {\n// inside\n=a}", "Is \\(x \\\\neq 0\\)? {T}"] {
        assert!(matches!(read(gift).report[0].verdict, Verdict::Imported), "{gift}: {:?}", read(gift).report);
    }
    // Exports of Moodle have a mark behind each answer.
    assert!(matches!(field("Who? {=%100%two#}"), FieldKey::Text { .. }));
}
