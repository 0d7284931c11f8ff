//! What always holds, whatever the file: no panic, a report for each question, and an edition without faults.

use super::{read, rich::assert_harmless};
use proptest::prelude::*;
use server::operator::import::{
    Import, Verdict, decode, decoded, gift,
    rich::{self, Format, Setting},
};

/// The stuff that GIFT files are made of, in any order.
fn tokens() -> impl Strategy<Value = String> {
    let token = prop_oneof![
        prop::sample::select(vec![
            "{",
            "}",
            "=",
            "~",
            "#",
            "####",
            "->",
            "::",
            ":",
            "\\",
            "\n",
            "\n\n",
            "\r\n",
            "//",
            "$CATEGORY: ",
            "$course$/top/",
            "/",
            "%50%",
            "%-50%",
            "%100%",
            "T",
            "FALSE",
            "1822",
            "..",
            "3.5",
            "e9",
            "*",
            "[html]",
            "[markdown]",
            "[",
            "]",
            "<p>",
            "</p>",
            "<b>",
            "<img alt='x'>",
            "$x$",
            "$",
            "\\(",
            "\\)",
            "\\frac\\{1\\}\\{2\\}",
            "&lt;",
            " ",
            "word",
            "é",
            "\u{e002}",
            "\u{e100}",
            "\u{feff}",
            "{=a ~b}",
            "{1:SA:=a}",
            "%33,3%",
            "%%",
            "```",
            "\\neq",
            "{#1:2}",
            "{T}",
        ])
        .prop_map(str::to_owned),
        "[a-z ]{0,6}",
    ];
    prop::collection::vec(token, 0..60).prop_map(|tokens| tokens.concat())
}

fn sound(text: &str) -> Result<(), TestCaseError> {
    let Import { edition, report } = read(text);
    let imported = report.iter().filter(|line| !matches!(line.verdict, Verdict::Refused(_))).count();
    prop_assert_eq!(edition.is_some(), imported > 0);
    if let Some(edition) = edition {
        prop_assert_eq!(edition.faults(), []);
        let again = gift::read_again(text, "A course", super::course(), &gift::known_of(&edition));
        prop_assert_eq!(again.edition.as_ref(), Some(&edition));
        prop_assert_eq!(super::sections(&edition).map(|section| section.questions.len()).sum::<usize>(), imported);
    }
    prop_assert!(report.is_sorted_by_key(|line| line.line));
    Ok(())
}

/// The stuff that formulas are made of, in any order.
const FORMULA: &str =
    r"([a-z0-9+^_{}&<> ]|\\(frac|sqrt|left|right|begin|end|text|color|href|over|\\|\{)|\{(matrix|cases|array)\}|\(|\)){0,30}";

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn files_made_of_gift_are_sound(text in tokens()) {
        sound(&text)?;
    }

    #[test]
    fn any_text_is_sound(text in any::<String>()) {
        sound(&text)?;
    }

    #[test]
    fn any_bytes_are_text_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        for encoding in [None, Some("windows-1252"), Some("utf-16le"), Some("iso-2022-jp")] {
            if let Ok(text) = decode(&bytes, encoding) {
                sound(&text)?;
            }
            if let Ok(decoded) = decoded(&bytes, encoding) {
                sound(&decoded.text)?;
            }
        }
    }

    #[test]
    fn rich_text_is_harmless(text in tokens(), payload in prop::sample::select(super::rich::PAYLOADS), at in any::<prop::sample::Index>()) {
        let mut text = text;
        let at = (0..=at.index(text.len() + 1)).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        text.insert_str(at, payload);
        for format in [Format::Plain, Format::Moodle, Format::Markdown, Format::Html] {
            for place in [Setting::Block, Setting::Inline] {
                assert_harmless(&text, &rich::read(&text, format, place).html);
            }
        }
    }

    #[test]
    fn any_formula_is_mathml_or_code(latex in FORMULA) {
        let html = rich::plain(&format!("\\({latex}\\)"));
        assert_harmless(&latex, &html);
    }
}
