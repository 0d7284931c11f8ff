//! Tables in the order of a column.

use std::cmp::Ordering;
use tables::{Cell, Table};

fn by_letters(one: &str, other: &str) -> Ordering {
    one.to_lowercase().cmp(&other.to_lowercase())
}

fn table(cells: Vec<Cell>) -> Table {
    Table { title: String::new(), columns: vec!["c".to_owned()], rows: cells.into_iter().map(|cell| vec![cell]).collect() }
}

#[test]
fn numbers_go_by_size_words_behind_them_and_nothing_last() {
    let cells = vec![
        Cell::None,
        Cell::Number(10.0, 1),
        Cell::Text("too few: 3 of 10".to_owned()),
        Cell::Number(9.5, 1),
        Cell::Count(2),
        Cell::Share(-0.5),
    ];
    let table = table(cells);
    assert_eq!(table.sorted(0, false, by_letters), [5, 4, 3, 1, 2, 0]);
    assert_eq!(table.sorted(0, true, by_letters), [1, 3, 4, 5, 2, 0]);
    assert_eq!(table.sorted(7, false, by_letters), [0, 1, 2, 3, 4, 5], "a column that is not there orders nothing");
}

#[test]
fn words_go_by_their_letters_and_equal_ones_stay() {
    let table = table(["bob", "Ann", "ann", "cem"].map(|name| Cell::Text(name.to_owned())).to_vec());
    assert_eq!(table.sorted(0, false, by_letters), [1, 2, 0, 3]);
    assert_eq!(table.sorted(0, true, by_letters), [3, 0, 1, 2]);
    let ordered = table.in_order(&table.sorted(0, true, by_letters));
    assert_eq!(ordered.rows[0], [Cell::Text("cem".to_owned())]);
    assert_eq!(ordered.rows.len(), 4);
}

#[test]
fn whoever_shows_the_table_says_how_words_are_compared() {
    let table = table(["a", "c", "b"].map(|name| Cell::Text(name.to_owned())).to_vec());
    let backwards = |one: &str, other: &str| other.cmp(one);
    assert_eq!(table.sorted(0, false, backwards), [1, 2, 0]);
    assert_eq!(table.sorted(0, true, backwards), [0, 2, 1]);
}

#[test]
fn words_are_changed_wherever_they_stand_and_numbers_nowhere() {
    let cells = vec![Cell::Text("a".to_owned()), Cell::Count(1), Cell::None];
    let before = Table { title: "t".to_owned(), columns: ["x", "y", "z"].map(str::to_owned).to_vec(), rows: vec![cells] };
    let after = before.with_words(str::to_uppercase);
    assert_eq!((after.title.as_str(), after.columns.concat().as_str()), ("T", "XYZ"));
    assert_eq!(after.rows, [[Cell::Text("A".to_owned()), Cell::Count(1), Cell::None]]);
}
