//! XLSX, opened again by another reader.

use crate::{HOSTILE, of_kinds, of_words};
use calamine::{Data, Range, Reader as _, Xlsx, open_workbook_from_rs};
use std::io::Cursor;
use tables::{Cell, Table, spreadsheet::workbook};

fn open(table: &Table) -> (Vec<String>, Range<Data>, Range<String>) {
    let bytes = workbook(table).unwrap();
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).unwrap();
    let names = book.sheet_names();
    let range = book.worksheet_range(&names[0]).unwrap();
    let formulas = book.worksheet_formula(&names[0]).unwrap();
    (names, range, formulas)
}

#[test]
fn words_are_words_and_never_formulas() {
    let (names, range, formulas) = open(&of_words(&HOSTILE));
    assert_eq!(names, ["Words"]);
    assert!(formulas.cells().all(|(_, _, formula)| formula.is_empty()), "{formulas:?}");
    for (row, words) in (1..).zip(HOSTILE) {
        let cell = range.get_value((row, 0));
        match words {
            "" => assert!(matches!(cell, None | Some(Data::Empty)), "{cell:?}"),
            // XML knows one kind of line end.
            words => {
                let Some(Data::String(read)) = cell else { panic!("{words:?} became {cell:?}") };
                assert_eq!(read.replace("\r\n", "\n").replace('\r', "\n"), words.replace("\r\n", "\n").replace('\r', "\n"));
            }
        }
    }
}

#[test]
fn numbers_are_numbers_in_full_and_nothing_is_nothing() {
    let (_, range, _) = open(&of_kinds());
    let float = |column: u32| match range.get_value((1, column)) {
        Some(Data::Float(value)) => *value,
        other => panic!("{other:?}"),
    };
    assert_eq!(float(1).to_bits(), f64::from(u32::MAX).to_bits());
    assert!((float(2) - (-0.1 - 0.2)).abs() <= 1e-15 * 0.3);
    assert!((float(4) - 2.0 / 3.0).abs() <= 1e-15);
    for column in [5, 6, 7] {
        assert!(matches!(range.get_value((1, column)), None | Some(Data::Empty)));
    }
}

/// The parts of the file, unpacked by the reader of archives that the writer of spreadsheets brings along.
#[test]
fn the_first_row_stays_when_it_scrolls_and_shares_are_percentages() {
    let one = workbook(&of_kinds()).unwrap();
    assert_eq!(one, workbook(&of_kinds()).unwrap(), "the bytes follow from the table alone");
    let mut archive = zip::ZipArchive::new(Cursor::new(one)).unwrap();
    let mut part = |name: &str| std::io::read_to_string(archive.by_name(name).unwrap()).unwrap();
    let (sheet, styles) = (part("xl/worksheets/sheet1.xml"), part("xl/styles.xml"));
    assert!(sheet.contains("state=\"frozen\"") && sheet.contains("ySplit=\"1\""), "{sheet}");
    assert!(sheet.contains("<cols>"), "columns have widths");
    assert!(styles.contains("formatCode=\"0.0%\""), "{styles}");
}

#[test]
fn what_a_sheet_cannot_hold_is_cut_or_refused_and_never_a_broken_file() {
    let long = "😀=\"\n".repeat(20_000);
    let (_, range, _) = open(&of_words(&[&long]));
    let Some(Data::String(read)) = range.get_value((1, 0)) else { panic!("no words") };
    assert!(long.starts_with(read.as_str()) && read.encode_utf16().count() <= 32_767 && read.len() > 30_000);

    for title in ["", "History", "a/b\\c[d]e:f*g?h", "'quoted'", &"long ".repeat(30), "😀".repeat(40).as_str()] {
        let (names, ..) = open(&Table { title: title.to_owned(), columns: vec!["c".to_owned()], rows: vec![vec![Cell::Count(1)]] });
        assert!(!names[0].is_empty(), "{title}");
    }
    let wide = Table { title: String::new(), columns: vec![String::new(); 16_385], rows: Vec::new() };
    assert!(workbook(&wide).is_err());
}
