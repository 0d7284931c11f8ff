//! Encodings: UTF-8 where it is that, else the one that is named, else the one that the letters tell.

use encoding_rs::Encoding;
use server::operator::import::{Decoded, Verdict, decode, decoded, gift};

fn encoded(text: &str, label: &str) -> Vec<u8> {
    let encoding = Encoding::for_label(label.as_bytes()).expect("an encoding");
    let (bytes, _, lossy) = encoding.encode(text);
    assert!(!lossy, "{label} has not all letters of {text}");
    bytes.into_owned()
}

const TEXTS: &[(&str, &str)] = &[
    ("windows-1251", "// Банк\n::Вопрос 1::Столица России? {=Москва ~Киев ~Минск}\n\nСколько будет дважды два? {=четыре}\n"),
    ("koi8-r", "// Банк\n::Вопрос 1::Столица России? {=Москва ~Киев ~Минск}\n\nСколько будет дважды два? {=четыре}\n"),
    ("iso-8859-5", "::Вопрос 1::Столица России? {=Москва ~Киев ~Минск}\n\nСколько будет дважды два? {=четыре}\n"),
    ("iso-8859-2", "Które miasto jest stolicą Polski? {=Warszawa ~Łódź ~Kraków}\n\nŻółw jest zwierzęciem, czyż nie? {T}\n"),
    ("windows-1250", "Které město je hlavním městem? {=Praha ~Plzeň ~Ústí}\n\nPříliš žluťoučký kůň úpěl ďábelské ódy. {T}\n"),
    ("windows-1252", "Où est né François ? {=à Orléans ~à Besançon}\n\nZoë’s café est fermé — vrai ? {T}\n"),
    ("macintosh", "Où est né François ? {=à Orléans ~à Besançon}\n\nLe café est fermé, très tôt ? {T}\n"),
    ("macintosh", "Welche Straße führt über die Brücke nach Köln? {=schöne ~grüne}\n"),
    ("windows-1253", "Ποια είναι η πρωτεύουσα της Ελλάδας; {=Αθήνα ~Θεσσαλονίκη}\n"),
    ("windows-1254", "Türkiye'nin başkenti neresidir? {=Ankara ~İstanbul ~Iğdır}\n\nGüneş doğudan doğar, değil mi? {T}\n"),
    ("shift_jis", "日本の首都はどこですか。 {=東京 ~大阪 ~京都}\n"),
    ("gbk", "中国的首都是哪里? {=北京 ~上海 ~广州}\n"),
];

#[test]
fn a_file_is_utf_8_with_or_without_a_mark() {
    for read in [decode, |bytes: &[u8], named: Option<&str>| decoded(bytes, named).map(|decoded| decoded.text)] {
        assert_eq!(read("één".as_bytes(), None).as_deref(), Ok("één"));
        assert_eq!(read(b"\xef\xbb\xbfone", None).as_deref(), Ok("one"));
        assert_eq!(read(b"", None).as_deref(), Ok(""));
    }
    assert_eq!(decoded("één".as_bytes(), None).map(|decoded| decoded.told), Ok(None));
}

#[test]
fn another_encoding_is_read_by_any_of_its_names() {
    for label in ["windows-1252", "Windows-1252", " cp1252 ", "latin1", "iso-8859-1"] {
        assert_eq!(decode(include_bytes!("windows-1252.gift"), Some(label)).map(|text| text.contains("Zoë’s café")), Ok(true), "{label}");
    }
}

#[test]
fn the_letters_tell_the_encoding_and_a_line_is_shown_as_it_reads() {
    for (label, text) in TEXTS {
        let Decoded { text: read, told } = decoded(&encoded(text, label), None).expect("it is a text");
        assert_eq!(read, *text, "{label}");
        let told = told.unwrap_or_default();
        let line = text.lines().find(|line| !line.is_ascii()).expect("there are letters");
        let start: String = line.chars().take(20).collect();
        assert!(told.contains(&start) && told.contains("--encoding"), "{label}: {told}");
    }
    let Decoded { text, told } = decoded(include_bytes!("windows-1252.gift"), None).expect("it is a text");
    assert!(text.contains("Zoë’s café") && told.is_some_and(|told| told.contains("windows-1252") && told.contains("Zoë’s café")));
}

#[test]
fn sixteen_bits_are_read_with_and_without_a_mark() {
    let text = "Où est né François ? {=à Orléans ~à Besançon}\n";
    for (big, mark) in [(true, true), (true, false), (false, true), (false, false)] {
        let marked = if mark { format!("\u{feff}{text}") } else { text.to_owned() };
        let bytes: Vec<u8> = marked.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect();
        let Decoded { text: read, told } = decoded(&bytes, None).expect("it is a text");
        assert_eq!(read, text, "{big} {mark}");
        assert!(told.is_some_and(|told| told.contains("UTF-16")), "{big} {mark}");
    }
}

#[test]
fn the_option_decides_and_is_shown_too() {
    let bytes = encoded("::Вопрос::Столица? {=Москва ~Киев}", "windows-1251");
    let Decoded { text, told } = decoded(&bytes, Some("windows-1252")).expect("any bytes are windows-1252");
    assert!(text.contains("Âîïðîñ") && told.is_some_and(|told| told.contains("Âîïðîñ")));
}

#[test]
fn a_few_broken_bytes_refuse_their_questions_only() {
    let mut bytes = "Où est né François ? {=à Orléans ~à Besançon}\n\nLe caf".as_bytes().to_vec();
    bytes.extend(b"\xe9 est ferm\xc3\xa9 ? {T}\n");
    let Decoded { text, told } = decoded(&bytes, None).expect("most of it is a text");
    assert!(told.is_some_and(|told| told.contains("line 3")));
    let report = gift::read(&text, "A course", super::course()).report;
    assert!(
        matches!(report[0].verdict, Verdict::Imported) && matches!(&report[1].verdict, Verdict::Refused(why) if why.contains('\u{fffd}'))
    );
}

#[test]
fn a_file_that_is_not_utf_8_says_where_and_what_to_do() {
    let error = decode(include_bytes!("windows-1252.gift"), None).expect_err("it is not UTF-8");
    assert!(error.contains("line 2") && error.contains("--encoding windows-1252") && error.contains("Zoë’s café"), "{error}");
    let error = decode(&encoded(TEXTS[0].1, "windows-1251"), None).expect_err("it is not UTF-8");
    assert!(error.contains("--encoding windows-1251") && error.contains("Банк"), "{error}");
}

#[test]
fn a_named_encoding_must_exist_and_fit() {
    for read in [decode, |bytes: &[u8], named: Option<&str>| decoded(bytes, named).map(|decoded| decoded.text)] {
        assert!(read(b"one", Some("klingon")).expect_err("there is none").contains("klingon"));
        assert!(read(b"\xff", Some("utf-8")).is_err());
        assert!(read(b"\xff\xff\xff", Some("shift_jis")).is_err());
    }
}
