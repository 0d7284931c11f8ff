//! JSON, with the type of each cell.

use crate::{HOSTILE, of_kinds, of_words};
use serde_json::{Value, json};
use tables::json;

#[test]
fn words_come_back_as_they_were() {
    let back: Value = serde_json::from_str(&json(&of_words(&HOSTILE))).unwrap();
    assert_eq!(back["columns"], json!(["words"]));
    let rows = back["rows"].as_array().unwrap();
    let words: Vec<&str> = rows.iter().map(|row| row[0]["text"].as_str().unwrap()).collect();
    assert_eq!(words, HOSTILE);
}

#[test]
fn each_cell_says_what_it_is() {
    let back: Value = serde_json::from_str(&json(&of_kinds())).unwrap();
    assert_eq!(back["title"], "One of each");
    let row = &back["rows"][0];
    assert_eq!(row[1], json!({ "count": 4_294_967_295_u64 }));
    assert_eq!(row[2]["number"].as_f64().unwrap().to_bits(), (-0.1_f64 - 0.2).to_bits());
    assert_eq!(row[4]["share"].as_f64().unwrap().to_bits(), (2.0_f64 / 3.0).to_bits());
    for nothing in [5, 6, 7] {
        assert_eq!(row[nothing], Value::Null);
    }
}
