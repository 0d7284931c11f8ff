//! Tables: what is taken along is what the screen shows, and the statistics are what the program's own command computes from the marks.

use crate::{
    answers::{Unit, course, unit},
    page::Browser,
    school::{School, Script},
    stage::journey,
    waiting::until,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use calamine::{Data, Reader as _, Xlsx, open_workbook_from_rs};
use domain::{
    attempt::{AttemptKey, Command as Ask, EditionRef, question_at},
    command::Command,
    content::Document,
    ids::{ClassId, DeviceId},
    lines::Line,
    protocol::{Envelope, Outcome, Posted, Reply},
    time::Timestamp,
};
use serde_json::{Value, json};
use std::{io::Cursor, process};
use tempfile::TempDir;
use thirtyfour::prelude::*;

const SECTION: &str = "Order of operations";
/// So many students have worked; enough for a discrimination.
const STUDENTS: usize = 14;
const QUESTIONS_EACH: u32 = 16;

/// Has students work: each as well as it is their turn, the same in every run.
async fn work(school: &School, class: ClassId) {
    let unit = unit(SECTION);
    let paper = Document::of(&course().paper).hash;
    let edition = EditionRef { course: course().paper.course, number: 1, paper, key: Document::of(unit.key).hash };
    for (nth, login) in school.students.iter().take(STUDENTS).enumerate() {
        let script = school.sign_in(login).await;
        let commands = commands(&script, class, &unit, edition, nth);
        let count = commands.len();
        let device = DeviceId::derived(&[login]);
        let replies: Vec<Value> = script.post("/api/commands", &Posted { device, commands }).await.json().await.unwrap();
        assert_eq!(replies.len(), count);
        for reply in replies {
            let reply: Reply = serde_json::from_value(reply["reply"].clone()).unwrap();
            assert!(matches!(reply, Reply::Result(Outcome::Accepted { .. })), "{reply:?}");
        }
    }
}

fn commands(script: &Script, class: ClassId, unit: &Unit, edition: EditionRef, nth: usize) -> Vec<Envelope> {
    let key = AttemptKey { student: script.me.account, class, unit: unit.section.id, run: 1 };
    let mut asked = vec![Ask::Start { edition }];
    for ordinal in 1..=QUESTIONS_EACH {
        let id = question_at(key.id(), ordinal, domain::content::Unit::Section(unit.section)).expect("the section has questions");
        let place = unit.section.questions.iter().position(|question| question.id == id).expect("it is one of them");
        let question = &unit.section.questions[place];
        // The later students know more, the later questions are harder, and a few are lucky.
        let right = nth + (place * 5 + nth * 3) % 4 > place || (nth + place).is_multiple_of(7);
        let inputs = if right { unit.right(question) } else { unit.wrong(question) };
        asked.push(Ask::SubmitAnswer { ordinal, try_number: 1, inputs, ms: Some(4_000 + 700 * nth as u32 + 900 * place as u32) });
        if !right {
            asked.push(Ask::RevealAnswer { ordinal });
        }
        asked.push(Ask::NextQuestion { ordinal });
    }
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("it is later than 1970").as_millis() as i64;
    let envelope = |(number, ask)| {
        let command = Command::Attempt(key, ask);
        Envelope { number, stream: command.stream().to_string(), at: Timestamp(now), body: command.body() }
    };
    (1..).zip(asked).map(envelope).collect()
}

impl Browser {
    /// The file that was offered last, as soon as there is one.
    async fn caught(&self) -> (String, Vec<u8>) {
        until("a file", async || {
            let (name, bytes): (String, String) = self.run("takeFile", vec![]).await;
            if name.is_empty() { Err(self.main_text().await?) } else { Ok((name, STANDARD.decode(bytes).unwrap())) }
        })
        .await
    }

    async fn shown(&self, caption: &str) -> Vec<Vec<String>> {
        self.run("rowsOfTable", vec![json!(caption)]).await
    }

    /// What is saved as this kind of the table with this caption.
    async fn saved(&self, kind: &str, caption: &str) -> (String, Vec<u8>) {
        self.has("saveTable", vec![json!(kind), json!(caption)]).await;
        self.caught().await
    }

    /// The page of statistics, with the class's work on it.
    async fn statistics(&self) {
        self.follow("Statistics").await;
        self.the("heading", "As practised").await;
        until("the class's work", async || {
            let rows = self.shown("practised-table").await;
            let counted = rows.iter().skip(1).filter(|row| row[1] != "0").count();
            if counted > 3 { Ok(()) } else { Err(format!("{rows:?}")) }
        })
        .await;
    }
}

/// Signs tess in, goes to the class, and has it work.
async fn class_that_worked(stage: &crate::stage::Stage) -> (Browser, ClassId) {
    let tess = stage.browser("tess").await;
    tess.before_each_page("catchFiles").await;
    tess.sign_in("tess").await;
    tess.follow("2B").await;
    tess.the("rowheader", "Ann").await;
    let class: ClassId = tess.path().await.trim_start_matches("/teach/").parse().unwrap();
    work(&stage.school, class).await;
    (tess, class)
}

/// Whether the screen shows this number: rounded to as many decimals as it shows.
fn shows(shown: &str, value: f64) -> bool {
    let (digits, value) = shown.strip_suffix('%').map_or((shown, value), |digits| (digits, 100.0 * value));
    let decimals = digits.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let half = 0.5 * 10_f64.powi(-(decimals as i32));
    digits.parse::<f64>().is_ok_and(|shown| (shown - value).abs() <= half * (1.0 + 1e-9))
}

/// Compares the rows of an export with those of the screen: numbers are the same when rounded as the screen does, words are the same.
fn equal(what: &str, exported: &[Vec<Value>], shown: &[Vec<String>]) {
    assert_eq!(exported.len(), shown.len(), "{what}: {exported:?}");
    let mut numbers = 0;
    for (row, screen) in exported.iter().zip(shown) {
        assert_eq!(row.len(), screen.len(), "{what}: {row:?} {screen:?}");
        for (cell, words) in row.iter().zip(screen) {
            match cell {
                Value::Null => assert_eq!(words, "none", "{what}"),
                Value::String(text) => assert_eq!(text.split_whitespace().collect::<Vec<_>>().join(" "), *words, "{what}"),
                Value::Number(value) => {
                    numbers += 1;
                    assert!(shows(words, value.as_f64().unwrap()), "{what}: {value} is not {words}");
                }
                other => panic!("{other}"),
            }
        }
    }
    assert!(numbers > 3, "{what} has numbers");
}

/// As many columns as the head has; a cell that reads as a number is one, an empty one nothing.
fn csv_rows(bytes: &[u8]) -> Vec<Vec<Value>> {
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    let text = text.strip_prefix('\u{feff}').expect("a byte order mark");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    let cell = |cell: &str| match cell.parse::<f64>() {
        _ if cell.is_empty() => Value::Null,
        Ok(number) => json!(number),
        Err(_) => json!(cell),
    };
    reader.records().map(|record| record.unwrap().iter().map(cell).collect()).collect()
}

fn json_rows(bytes: &[u8]) -> Vec<Vec<Value>> {
    let table: Value = serde_json::from_slice(bytes).unwrap();
    let heads = table["columns"].as_array().unwrap().clone();
    let cell = |cell: &Value| cell.as_object().map_or(Value::Null, |typed| typed.values().next().unwrap().clone());
    let rows = table["rows"].as_array().unwrap().iter().map(|row| row.as_array().unwrap().iter().map(cell).collect());
    [heads].into_iter().chain(rows).collect()
}

fn xlsx_rows(bytes: &[u8], columns: usize) -> Vec<Vec<Value>> {
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes.to_vec())).unwrap();
    let sheet = book.sheet_names()[0].clone();
    assert!(book.worksheet_formula(&sheet).unwrap().cells().all(|(_, _, formula)| formula.is_empty()), "no formulas");
    let range = book.worksheet_range(&sheet).unwrap();
    let cell = |row: u32, column: usize| match range.get_value((row, column as u32)) {
        None | Some(Data::Empty) => Value::Null,
        Some(Data::Float(value)) => json!(value),
        Some(Data::Int(value)) => json!(value),
        Some(Data::String(text)) => json!(text),
        Some(other) => panic!("{other:?}"),
    };
    (0..range.height() as u32).map(|row| (0..columns).map(|column| cell(row, column)).collect()).collect()
}

#[tokio::test]
async fn what_is_taken_along_is_what_the_screen_shows() {
    journey("exports", async |stage| {
        let (tess, _) = class_that_worked(stage).await;
        tess.statistics().await;
        // In another order than the one given: a file is in the order of the screen.
        let before = tess.shown("practised-table").await;
        // The questions get harder and take longer in the order given.
        tess.press("median time in s").await;
        until("another order", async || {
            let now = tess.shown("practised-table").await;
            if now == before { Err("the same".to_owned()) } else { Ok(()) }
        })
        .await;
        for caption in ["practised-table", "totals-table", "questions-table", "progress-table"] {
            let shown = tess.shown(caption).await;
            let (name, file) = tess.saved("CSV", caption).await;
            assert!(name.starts_with("leftfold-2B-") && name.ends_with(".csv"), "{name}");
            equal(&name, &csv_rows(&file), &shown);
            let (name, file) = tess.saved("JSON", caption).await;
            equal(&name, &json_rows(&file), &shown);
            let (name, file) = tess.saved("XLSX", caption).await;
            assert!(name.ends_with(".xlsx"), "{name}");
            equal(&name, &xlsx_rows(&file, shown[0].len()), &shown);
        }
        let asked: bool = tess.run("hasLoaded", vec![json!("spreadsheet")]).await;
        assert!(asked, "the spreadsheets' program is there, and was not at first");

        // Without a network it goes on.
        until("the program to be kept", async || {
            if tess.run::<bool>("isFileKept", vec![json!("/spreadsheet_bg.wasm")]).await { Ok(()) } else { Err("it is not".to_owned()) }
        })
        .await;
        stage.kill_server();
        let shown = tess.shown("totals-table").await;
        let (name, file) = tess.saved("XLSX", "totals-table").await;
        equal(&name, &xlsx_rows(&file, 3), &shown);
    })
    .await;
}

#[tokio::test]
async fn students_never_load_the_program_for_spreadsheets() {
    journey("no spreadsheets for students", async |stage| {
        let ann = stage.browser("ann").await;
        ann.sign_in("ann").await;
        ann.practise(SECTION).await;
        ann.is_kept_for_offline().await;
        let kept: Vec<String> = ann.run("filesKeptAndLoaded", vec![]).await;
        assert!(kept.iter().any(|path| path.ends_with("_bg.wasm")), "{kept:?}");
        assert!(!kept.iter().any(|path| path.contains("spreadsheet")), "{kept:?}");
    })
    .await;
}

#[tokio::test]
async fn the_command_computes_the_same_from_the_marks_that_were_saved() {
    journey("statistics again", async |stage| {
        let (tess, _) = class_that_worked(stage).await;
        tess.statistics().await;
        // One question is left out, so that the set is chosen, and something is unanswered.
        tess.unfold("Which questions").await;
        let boxes = tess.all("checkbox").await.unwrap();
        let (left_out, first) = &boxes[1];
        assert!(left_out.starts_with("1."), "{left_out}");
        first.click().await.unwrap();
        tess.unfold("The marks behind these numbers").await;
        tess.the("columnheader", "student").await;
        let questions = tess.shown("questions-table").await.len() - 1;
        assert_eq!(questions + 1, unit(SECTION).section.questions.len());

        let (_, marks) = tess.saved("CSV", "marks-table").await;
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("marks.csv");
        std::fs::write(&file, &marks).unwrap();
        let told = process::Command::new(env!("CARGO_BIN_EXE_leftfold")).arg("statistics").arg(&file).arg("--json").output().unwrap();
        assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
        let told: Value = serde_json::from_slice(&told.stdout).unwrap();

        let near = |what: &str, saved: &Value, told: &Value| match (saved.as_f64(), told.as_f64()) {
            (Some(one), Some(other)) => assert!((one - other).abs() <= 1e-9 * one.abs().max(1.0), "{what}: {one} {other}"),
            (None, None) => {}
            _ => panic!("{what}: {saved} {told}"),
        };
        let (_, totals) = tess.saved("JSON", "totals-table").await;
        let totals = json_rows(&totals);
        equal("totals", &totals, &tess.shown("totals-table").await);
        let keys = ["maximum", "mean", "median", "standard_deviation", "skewness", "kurtosis"].map(|key| &told["totals"][key]);
        let more = ["alpha_percent", "error_ratio_percent", "standard_error"].map(|key| &told["reliability"][key]);
        for (row, told_one) in totals[1..].iter().zip(keys.into_iter().chain(more)) {
            near(&row[0].to_string(), &row[1], told_one);
            assert_eq!(row[2].as_u64(), told["totals"]["n"].as_u64());
        }
        assert_eq!(totals.len(), 10);
        assert!(told["reliability"]["alpha_percent"].is_number(), "the numbers say something: {told}");

        let (_, rows) = tess.saved("JSON", "questions-table").await;
        let rows = json_rows(&rows);
        equal("questions", &rows, &tess.shown("questions-table").await);
        assert_eq!(rows.len() - 1, told["questions"].as_array().unwrap().len());
        for (row, told_one) in rows[1..].iter().zip(told["questions"].as_array().unwrap()) {
            assert_eq!(row[0].as_str().unwrap().trim_start_matches('\''), told_one["question"].as_str().unwrap());
            let keys = ["n", "unanswered", "facility", "standard_deviation"].map(|key| &told_one[key]);
            let together = ["index_percent", "efficiency_percent"].map(|key| &told_one["discrimination"][key]);
            let weights = ["intended_weight_percent", "effective_weight_percent", "alpha_if_deleted_percent"].map(|key| &told_one[key]);
            for (cell, told_one) in row[1..].iter().zip(keys.into_iter().chain(together).chain(weights)) {
                near(&row[0].to_string(), cell, told_one);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn the_events_are_saved_as_they_were_recorded() {
    journey("events as lines", async |stage| {
        let (tess, class) = class_that_worked(stage).await;
        let script = stage.school.sign_in("tess").await;
        let page: Value = script.get(&format!("/api/feeds/staff/{class}?after=0")).await.json().await.unwrap();
        let there = crate::school::facts(1, &page["Events"]["runs"].to_string());
        assert!(there.len() > 100);
        until("all events on this device", async || {
            tess.has("forgetFiles", vec![]).await;
            tess.press("Save the events as JSON lines").await;
            let (name, file) = tess.caught().await;
            assert!(name.ends_with(".jsonl"), "{name}");
            let text = String::from_utf8(file).unwrap();
            let lines: Vec<Line<'_>> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            if lines.len() < there.len() {
                return Err(format!("{} of {}", lines.len(), there.len()));
            }
            for (line, fact) in lines.iter().zip(&there) {
                assert_eq!((line.number, line.position.0), (fact.number, fact.position));
                assert_eq!(domain::event::Event::read(&line.stream, &format!("{{\"{}\":{}}}", line.kind, line.body)), fact.event);
            }
            assert!(lines.iter().any(|line| line.kind == "QuestionAnsweredWrongly"));
            Ok(())
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn the_page_of_statistics_is_accessible_and_goes_by_keyboard() {
    journey("statistics accessible", async |stage| {
        let (tess, class) = class_that_worked(stage).await;
        tess.statistics().await;
        for summary in ["Which questions", "What these numbers mean", "The marks behind these numbers"] {
            tess.unfold(summary).await;
        }
        tess.is_accessible("the statistics").await;

        // By keyboard: the head of a column sorts, and says so.
        let head = tess.the("button", "right at first try").await;
        head.focus().await.unwrap();
        head.send_keys(Key::Enter + "").await.unwrap();
        until("descending", async || {
            let sorted: String = tess.run("orderOfTable", vec![json!("practised-table")]).await;
            if sorted == "descending" { Ok(()) } else { Err(sorted) }
        })
        .await;
        let focus: String = tess.run("focused", vec![]).await;
        assert_eq!(focus, "right at first try", "sorting leaves the focus where it was");

        // As of a moment before anybody answered.
        tess.go(&format!("/teach/{class}/statistics?at=5")).await;
        tess.the("heading", "Nobody has answered").await;
        tess.is_accessible("statistics of nothing").await;
    })
    .await;
}
