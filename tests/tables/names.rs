//! Names of files.

use tables::file_name;

#[test]
fn a_name_says_what_it_is_of() {
    assert_eq!(
        file_name(&["2B", "Questions of Order of operations", "2026-03-01"], "csv"),
        "leftfold-2B-Questions-of-Order-of-operations-2026-03-01.csv"
    );
    assert_eq!(file_name(&["Wiskunde é", "", "Größe ½"], "xlsx"), "leftfold-Wiskunde-é-Größe-½.xlsx");
}

#[test]
fn nothing_in_a_name_leads_anywhere_else() {
    let hostile = ["../../etc/passwd", "C:\\con", "a\u{202e}fdp.exe", "NUL", "x\0y", "…", "-rf", "a\n\r\tb", "*?<>|\":", ".hidden", "😀"];
    for name in hostile {
        let file = file_name(&[name], "csv");
        let (stem, ending) = file.rsplit_once('.').unwrap();
        assert_eq!(ending, "csv");
        assert!(
            stem.starts_with("leftfold-") && stem.chars().all(|letter| letter.is_alphanumeric() || letter == '-'),
            "{name:?} became {file:?}"
        );
    }
    assert_eq!(file_name(&["", "…"], "json"), "leftfold-export.json");
    let long = file_name(&[&"a b ".repeat(500)], "csv");
    assert!(long.len() < 80, "{long}");
}
