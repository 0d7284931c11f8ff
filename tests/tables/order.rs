//! Tables in the order of a column.

use tables::{Cell, Table};

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
    assert_eq!(table.sorted(0, false), [5, 4, 3, 1, 2, 0]);
    assert_eq!(table.sorted(0, true), [1, 3, 4, 5, 2, 0]);
    assert_eq!(table.sorted(7, false), [0, 1, 2, 3, 4, 5], "a column that is not there orders nothing");
}

#[test]
fn words_go_by_their_letters_and_equal_ones_stay() {
    let table = table(["bob", "Ann", "ann", "cem"].map(|name| Cell::Text(name.to_owned())).to_vec());
    assert_eq!(table.sorted(0, false), [1, 2, 0, 3]);
    assert_eq!(table.sorted(0, true), [3, 0, 1, 2]);
    let ordered = table.in_order(&table.sorted(0, true));
    assert_eq!(ordered.rows[0], [Cell::Text("cem".to_owned())]);
    assert_eq!(ordered.rows.len(), 4);
}
