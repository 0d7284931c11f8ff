//! Marks from a file: the tables as text and as JSON, whatever spreadsheet wrote the file, and a sentence for what is wrong in it.

use serde_json::{Value, json};
use std::{fs, path::Path, process::Command};

/// The case of the definitions, as a spreadsheet in English would write it.
const SMALL: &str = "student,Q1,Q2,Q3\nmaximum,1,1,1\nAnn,1,1,1\nBob,1,1,0\nCem,1,0,0\nDee,0,0,1\n";

fn tables(bytes: &[u8], json: bool) -> Result<String, String> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("marks.csv");
    fs::write(&file, bytes).expect("the file is written");
    server::operator::statistics::of_file(&file, None, json).map_err(|stop| stop.0.replace(&file.display().to_string(), "FILE"))
}

fn json_of(bytes: &[u8]) -> Value {
    let text = tables(bytes, true).unwrap_or_else(|fault| panic!("{}: {fault}", String::from_utf8_lossy(bytes)));
    serde_json::from_str(&text).expect("JSON")
}

/// Runs the program itself, as anybody would.
fn leftfold(arguments: &[&str], folder: &Path) -> (bool, String, String) {
    let ran = Command::new(env!("CARGO_BIN_EXE_leftfold")).args(arguments).current_dir(folder).output().expect("it runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (ran.status.success(), text(ran.stdout), text(ran.stderr))
}

#[test]
fn the_command_prints_tables_or_json_and_touches_no_data_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("marks.csv"), SMALL).expect("the file is written");
    let (done, text, _) = leftfold(&["statistics", "marks.csv"], folder.path());
    assert!(done);
    assert_eq!(text.trim_end(), tables(SMALL.as_bytes(), false).expect("tables"));
    let (done, json, _) = leftfold(&["statistics", "marks.csv", "--json"], folder.path());
    assert!(done);
    assert_eq!(serde_json::from_str::<Value>(&json).expect("JSON"), json_of(SMALL.as_bytes()));
    let (done, said, why) = leftfold(&["statistics", "other.csv"], folder.path());
    assert!(!done && said.is_empty() && why.starts_with("No statistics of other.csv: it cannot be read ("), "{said}{why}");
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1, "nothing but the file is there");
}

/// The numbers are worked in `tests/spec/statistics/worked.rs`.
#[test]
fn the_text_is_three_aligned_tables() {
    let expected = "\
Totals
                             value  n
maximum                     3.0000  4
mean                        1.7500  4
median                      1.5000  4
standard deviation          0.9574  4
skewness                    0.8546  4
kurtosis                   -1.2893  4
internal consistency α %    0.0000  4
error ratio %             100.0000  4
standard error              0.9574  4
central moment m2           0.6875  4
central moment m3           0.2812  4
central moment m4           0.7695  4
k-statistic k2              0.9167  4
k-statistic k3              0.7500  4
k-statistic k4             -1.0833  4

Questions
    n  no answer  maximum    mean  deviation  facility  full marks  95 % from      to
Q1  4          0   1.0000  0.7500     0.5000    0.7500      0.7500     0.3006  0.9544
Q2  4          0   1.0000  0.5000     0.5774    0.5000      0.5000     0.1500  0.8500
Q3  4          0   1.0000  0.5000     0.5774    0.5000      0.5000     0.1500  0.8500

Questions together
    n  discrimination %  efficiency %  intended weight %  effective weight %  α % without
Q1  4            0.0000        0.0000            33.3333             30.9529       0.0000
Q2  4           57.7350      100.0000            33.3333             43.7741    -266.6667
Q3  4          -30.1511      -33.3333            33.3333             25.2730      72.7273";
    let found = tables(SMALL.as_bytes(), false).expect("tables");
    assert_eq!(found, expected, "\n{found}");
}

#[test]
fn json_has_every_number_with_its_n_and_null_where_none_is_defined() {
    let found = json_of(b"student,Q1,Extra\nmaximum,2,0\nAnn,2,0\n");
    let full = found["questions"][0]["right"].clone();
    assert!(full["low"].as_f64().is_some_and(|low| (low - 0.206_549).abs() < 1e-6), "1 of 1: 1/(1 + z²) and up: {full}");
    assert_eq!(full["high"], json!(1.0));
    let mut found = found;
    found["questions"][0]["right"] = Value::Null;
    let none = Value::Null;
    let expected = json!({
        "totals": {
            "n": 1, "maximum": 2.0, "mean": 2.0, "median": 2.0, "standard_deviation": none, "skewness": none, "kurtosis": none,
            "m2": 0.0, "m3": 0.0, "m4": 0.0, "k2": none, "k3": none, "k4": none,
        },
        "reliability": { "n": 1, "questions": 2, "alpha_percent": none, "error_ratio_percent": none, "standard_error": none },
        "questions": [
            {
                "question": "Q1", "n": 1, "unanswered": 0, "maximum": 2.0, "mean": 2.0, "facility": 1.0, "standard_deviation": none, "right": none,
                "discrimination": { "n": 1, "index_percent": none, "efficiency_percent": none },
                "intended_weight_percent": 100.0, "effective_weight_percent": none, "alpha_if_deleted_percent": none,
            },
            {
                "question": "Extra", "n": 1, "unanswered": 0, "maximum": 0.0, "mean": 0.0, "facility": none, "standard_deviation": none,
                "right": none, "discrimination": { "n": 1, "index_percent": none, "efficiency_percent": none },
                "intended_weight_percent": 0.0, "effective_weight_percent": none, "alpha_if_deleted_percent": none,
            },
        ],
        "remarks": [],
    });
    assert_eq!(found, expected, "{found:#}");
}

/// The same marks, as spreadsheets of other countries and systems write them.
#[test]
fn whatever_wrote_the_file_the_numbers_are_the_same() {
    let plain = json_of(b"student,Q1,Q2\nmaximum,1.5,2\nAnn,1.5,0.25\nBob,0,-1\nCem,0.5,2\n");
    for (what, bytes) in [
        ("a byte order mark", b"\xEF\xBB\xBFstudent,Q1,Q2\nmaximum,1.5,2\nAnn,1.5,0.25\nBob,0,-1\nCem,0.5,2\n".to_vec()),
        ("semicolons and decimal commas", "student;Q1;Q2\nmaximum;1,5;2\nAnn;1,5;0,25\nBob;0;−1\nCem;0,5;2\n".into()),
        ("as many commas as semicolons", "student;Q1;Q2\nmaximum;1,5;2,0\nAnn;1,5;0,25\nBob;0,0;-1,0\nCem;0,5;2,0\n".into()),
        ("tabs", "student\tQ1\tQ2\nmaximum\t1.5\t2\nAnn\t1.5\t0.25\nBob\t0\t-1\nCem\t0.5\t2\n".into()),
        ("carriage returns, no last line end", "student,Q1,Q2\r\nmaximum,1.5,2\r\nAnn,1.5,0.25\r\nBob,0,-1\r\nCem,0.5,2".into()),
        ("quotes", "\"student\",\"Q1\",\"Q2\"\n\"maximum, all\",\"1,5\",\"2\"\nAnn,\"1,5\",0.25\n\"Bob, Jr.\",0,-1\nCem,0.5,2\n".into()),
        ("blanks and empty rows", ",,\nstudent, Q1 ,Q2\n\n,,\nmaximum, 1.5 ,2\nAnn,1.5,+0.25\n,,\nBob,0,-1\nCem,0.50,2\n,,\n\n".into()),
        (
            "UTF-16",
            [0xFF, 0xFE]
                .into_iter()
                .chain("student,Q1,Q2\nmaximum,1.5,2\nAnn,1.5,0.25\nBob,0,-1\nCem,0.5,2\n".encode_utf16().flat_map(u16::to_le_bytes))
                .collect(),
        ),
    ] {
        assert_eq!(json_of(&bytes), plain, "{what}");
    }
}

#[test]
fn a_missing_mark_counts_nothing_and_a_student_without_any_counts_nowhere() {
    let found = json_of("student,Q1,Q2\nmaximum,1,1\nAnn,1,\nBob,-,-\nCem,,1\nDee,0,0\n".as_bytes());
    assert_eq!(found["totals"]["n"], 3);
    assert_eq!(found["questions"][0]["unanswered"], 1);
    assert_eq!(found["questions"][0]["mean"].as_f64().map(|mean| (mean * 3.0).round()), Some(1.0));
    let remarks = json!(["Missing marks that count as 0, as not answered: 2.", "Line 4 (Bob) has no mark at all and counts nowhere."]);
    assert_eq!(found["remarks"], remarks);
    let text = tables("student,Q1\nmaximum,1\nAnn,1\nBob,\n".as_bytes(), false).expect("tables");
    assert!(text.ends_with("\n\nLine 4 (Bob) has no mark at all and counts nowhere."), "{text}");
}

#[test]
fn what_is_wrong_is_said_with_line_and_column() {
    for (text, said) in [
        ("", "it is empty. Its first line names the questions, its second line their maximum marks."),
        ("\n,,\n\n", "it is empty. Its first line names the questions, its second line their maximum marks."),
        ("student,Q1\n", "its second line is missing; it gives the maximum mark of each question."),
        ("student,Q1\nmaximum,1\n", "there is no student below the maximum marks (line 2)."),
        ("student\nmaximum\nAnn\n", "line 1, column 2: there is no question. Commas, semicolons or tabs stand between columns."),
        ("student,Q1,\nmaximum,1,\nAnn,1,\n", "line 1, column 3: the question has no name."),
        ("student,Q1,Q2\nmaximum,1,1\nAnn,1\n", "line 3, column 3: the line has 2 columns, but the first line has 3."),
        ("student,Q1\nmaximum,1\nAnn,1\n\nBob,1,0\n", "line 5, column 3: the line has 3 columns, but the first line has 2."),
        ("\r\nstudent,Q1\r\n\r\nmaximum,1\r\nAnn,x\r\n", "line 5, column 2 (Q1): “x” is not a number."),
        ("student,\"Q\n1\"\nmaximum,1\nAnn,x\n", "line 4, column 2 (Q 1): “x” is not a number."),
        ("student,Q1\nmaximum,1,1\nAnn,1\n", "line 2, column 3: the line has 3 columns, but the first line has 2."),
        ("student,Q1,Q2\nmaximum,1,\nAnn,1,1\n", "line 2, column 3 (Q2): the maximum mark is missing."),
        ("student,Q1\nmaximum,one\nAnn,1\n", "line 2, column 2 (Q1): “one” is not a number."),
        ("student,Q1\nmaximum,-1\nAnn,-1\n", "line 2, column 2 (Q1): -1 cannot be a maximum, it is below zero."),
        ("student,Q1,Q2\nmaximum,1,1\nAnn,1,right\n", "line 3, column 3 (Q2): “right” is not a number."),
        ("student,Q1\nmaximum,1\nAnn,NaN\n", "line 3, column 2 (Q1): “NaN” is not a number."),
        ("student,Q1\nmaximum,1\nAnn,inf\n", "line 3, column 2 (Q1): “inf” is not a number."),
        ("student,Q1\nmaximum,1\nAnn,1e-1\n", "line 3, column 2 (Q1): “1e-1” is not a number."),
        ("student;Q1\nmaximum;9999\nAnn;1.234,5\n", "line 3, column 2 (Q1): “1.234,5” is not a number."),
        ("student,Q1\nmaximum,1\nAnn,1/2\n", "line 3, column 2 (Q1): “1/2” is not a number."),
        ("student,Q1\nmaximum,1\nAnn,\"1\n2\"\n", "line 3, column 2 (Q1): “1 2” is not a number."),
        ("student,Q1\nmaximum,1\nAnn,1\nBob,1.5\n", "line 4, column 2 (Q1): 1.5 is more than the maximum, 1 (line 2)."),
        ("student,Q1\nmaximum,10000000000\nAnn,1\n", "line 2, column 2 (Q1): marks go up to 1000000000, in either direction."),
    ] {
        for json in [false, true] {
            assert_eq!(tables(text.as_bytes(), json), Err(format!("No statistics of FILE: {said}")), "{text}");
        }
    }
    let said = tables(b"student,Q1\nmaximum,1\nAnn\xE9,1\n", false);
    let expected = "No statistics of FILE: The file is not UTF-8 (line 3). As windows-1252, line 3 reads “Anné,1”; if that is right, add --encoding windows-1252.";
    assert_eq!(said, Err(expected.to_owned()));
}

#[test]
fn names_cannot_move_the_cursor() {
    let text = tables("student,\"Q\u{1b}[2J1\"\nmaximum,1\nA\u{7}nn,-\nBob,1\n".as_bytes(), false).expect("tables");
    assert!(text.contains("Q [2J1") && text.contains("(A nn)") && !text.contains('\u{1b}'), "{text}");
}

#[test]
fn a_first_line_that_says_the_separator_is_no_row() {
    let expected = json_of(SMALL.as_bytes());
    let semicolons = SMALL.replace(',', ";");
    let files = [
        format!("sep=;\n{semicolons}"),
        format!("\u{feff}sep=;\r\n{}", semicolons.replace('\n', "\r\n")),
        format!("\"sep=;\"\n{semicolons}"),
        format!("SEP=;;;;\n{semicolons}"),
        format!("sep=,\n{SMALL}"),
        format!("sep=\t\n{}", SMALL.replace(',', "\t")),
        format!("sep=|\n{}", SMALL.replace(',', "|")),
    ];
    for file in files {
        assert_eq!(json_of(file.as_bytes()), expected, "{file}");
    }
    // What it says holds, also where there are more of another; and lines keep the numbers that editors show.
    let decimals = "sep=;\nstudent;Q1\nmaximum;1,0\nAnn;0,5\nBob;x\n";
    assert_eq!(
        tables(decimals.as_bytes(), true).expect_err("x is no mark"),
        "No statistics of FILE: line 5, column 2 (Q1): “x” is not a number."
    );
}
