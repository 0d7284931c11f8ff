//! CSV, read back by another reader.

use crate::{HOSTILE, of_kinds, of_words};
use csv::ReaderBuilder;
use tables::{Cell, DecimalSign, Table, csv as csv_for};

fn csv(table: &Table) -> String {
    csv_for(table, DecimalSign::Point)
}

fn read(text: &str) -> Vec<Vec<String>> {
    read_with(text, b',')
}

fn read_with(text: &str, separator: u8) -> Vec<Vec<String>> {
    let text = text.strip_prefix('\u{feff}').expect("it begins with a byte order mark");
    let mut reader = ReaderBuilder::new().has_headers(false).delimiter(separator).from_reader(text.as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// What a spreadsheet takes for the beginning of a formula.
fn is_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

/// In each country the reader's own separator stands between.
const COUNTRIES: [(DecimalSign, u8); 2] = [(DecimalSign::Point, b','), (DecimalSign::Comma, b';')];

#[test]
fn words_come_back_as_they_were_and_none_is_a_formula() {
    for (decimal, separator) in COUNTRIES {
        let back = read_with(&csv_for(&of_words(&HOSTILE), decimal), separator);
        assert_eq!(back.len(), HOSTILE.len() + 1, "{back:?}");
        let mut neutralised = 0;
        for (words, row) in HOSTILE.iter().zip(&back[1..]) {
            let [cell] = row.as_slice() else { panic!("{words:?} fell apart: {row:?}") };
            assert!(!is_formula(cell), "{words:?} would be run: {cell:?}");
            if is_formula(words) {
                neutralised += 1;
                assert!(cell.starts_with('\''), "{cell:?}");
                assert_eq!(cell.replace('\'', ""), words.replace('\'', ""), "nothing but apostrophes is added");
            } else if words.contains([';', '\t', '\n', '|', ',']) {
                assert_eq!(cell.replace('\'', ""), words.replace('\'', ""), "nothing but apostrophes is added");
            } else {
                assert_eq!(cell, words, "harmless words are left alone");
            }
        }
        assert_eq!(neutralised, 10, "the hostile ones are hostile");
    }
}

/// A reader of another country parts cells at commas, semicolons or tabs: then, too, no part begins with a formula.
#[test]
fn no_separator_of_another_country_lets_a_formula_out() {
    // In a later column no quote stands where such a reader would look for one.
    let more = ["a;=1+1;b", "a\t@SUM(1)", "a; \"=1+1\";b", "a\n-2", "a,=1+1,b", "a, \"@SUM(1)\",b"];
    let before: Vec<String> = HOSTILE.iter().chain(&more).map(|words| (*words).to_owned()).collect();
    for (decimal, own) in COUNTRIES {
        let rows = before.iter().map(|words| vec![Cell::Text("x".to_owned()), Cell::Text(words.clone()), Cell::Count(3)]).collect();
        let table = Table { title: "t".to_owned(), columns: ["a", "b", "c"].map(str::to_owned).to_vec(), rows };
        let text = csv_for(&table, decimal);
        for separator in b";\t|,".iter().filter(|separator| **separator != own) {
            let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).delimiter(*separator).from_reader(text.as_bytes());
            for record in reader.records().skip(1) {
                for cell in record.unwrap().iter() {
                    assert!(!is_formula(cell.trim_start_matches([' ', '"'])), "{cell:?}");
                }
            }
        }
        let back = read_with(&text, own);
        for (words, row) in before.iter().zip(&back[1..]) {
            assert_eq!(row[1].replace('\'', ""), words.replace('\'', ""), "nothing but apostrophes is added");
        }
    }
}

#[test]
fn where_decimals_have_a_comma_semicolons_stand_between() {
    let table = Table {
        title: "t".to_owned(),
        columns: vec!["a, b".to_owned(), "c".to_owned(), "d".to_owned()],
        rows: vec![
            vec![Cell::Text("x,=1+1".to_owned()), Cell::Count(3), Cell::Number(-0.25, 1)],
            vec![Cell::None, Cell::Share(0.5), Cell::None],
        ],
    };
    assert_eq!(csv_for(&table, DecimalSign::Comma), "\u{feff}\"a, b\";c;d\r\n\"x,'=1+1\";3;-0,25\r\n;0,5;\r\n");
    assert_eq!(csv(&table), "\u{feff}\"a, b\",c,d\r\n\"x,=1+1\",3,-0.25\r\n,0.5,\r\n");
}

#[test]
fn heads_are_words_like_others() {
    let table = Table { title: "t".to_owned(), columns: vec!["=1+1".to_owned(), "a,b".to_owned()], rows: Vec::new() };
    assert_eq!(read(&csv(&table)), [["'=1+1", "a,b"]]);
}

#[test]
fn numbers_stay_numbers_in_full() {
    let back = read(&csv(&of_kinds()));
    let row = &back[1];
    assert_eq!(row[0], "−3 stays", "a true minus sign is no formula");
    assert_eq!(row[1], "4294967295");
    let number = |column: usize| row[column].parse::<f64>().unwrap();
    assert_eq!(number(2).to_bits(), (-0.1_f64 - 0.2).to_bits(), "also below zero, without an apostrophe");
    assert_eq!(number(3).to_bits(), 1e-7_f64.to_bits());
    assert_eq!(number(4).to_bits(), (2.0_f64 / 3.0).to_bits());
    assert_eq!(row[5..], ["", "", ""], "what is no number is nothing");
    assert!(!row[3].contains('e'), "no exponent: {}", row[3]);
}

#[test]
fn it_is_as_the_standard_says() {
    let table = Table {
        title: "t".to_owned(),
        columns: vec!["a".to_owned(), "b".to_owned()],
        rows: vec![vec![Cell::Text("1\"2".to_owned()), Cell::Count(3)], vec![Cell::None, Cell::Share(0.5)]],
    };
    assert_eq!(csv(&table), "\u{feff}a,b\r\n\"1\"\"2\",3\r\n,0.5\r\n");
}

#[test]
fn a_very_long_cell_is_one_cell() {
    let long = "=\"\n,".repeat(100_000);
    assert_eq!(read(&csv(&of_words(&[&long])))[1], [format!("'{long}")]);
}
