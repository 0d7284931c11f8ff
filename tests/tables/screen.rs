//! What the screen shows of a cell.

use tables::Cell;

#[test]
fn cells_are_shown_as_they_are_meant() {
    let rows = [
        (Cell::Text("=1".to_owned()), Some("=1")),
        (Cell::Count(0), Some("0")),
        (Cell::Number(0.125, 2), Some("0.13")),
        (Cell::Number(-0.125, 2), Some("-0.13")),
        (Cell::Number(0.285, 2), Some("0.29")),
        (Cell::Number(2.5, 0), Some("3")),
        (Cell::Share(0.0625), Some("6.3%")),
        (Cell::Number(0.1249, 2), Some("0.12")),
        (Cell::Number(-0.001, 2), Some("0.00")),
        (Cell::Number(-0.005, 2), Some("-0.01")),
        (Cell::Number(-10.0, 0), Some("-10")),
        (Cell::Number(1e9, 1), Some("1000000000.0")),
        (Cell::Share(2.0 / 3.0), Some("66.7%")),
        (Cell::Share(1.0), Some("100.0%")),
        (Cell::Share(-1e-9), Some("0.0%")),
        (Cell::None, None),
        (Cell::Number(f64::NAN, 1), None),
        (Cell::Share(f64::NEG_INFINITY), None),
    ];
    for (cell, shown) in rows {
        assert_eq!(cell.text().as_deref(), shown, "{cell:?}");
    }
}
