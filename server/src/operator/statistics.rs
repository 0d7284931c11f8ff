//! Statistics of a file: a CSV of marks in, the tables that the app shows out, so that anyone can check the numbers against another tool.

mod csv;
mod text;

use crate::{operator::import::decode, stop::Stop};
use domain::statistics::{MarkTable, QuestionFigures, Reliability, Report, TotalFigures};
use serde::Serialize;
use std::{fs, path::Path};

/// Marks with the names that the file gives to them.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// The questions, from the first line.
    pub questions: Vec<String>,
    /// Their marks.
    pub marks: MarkTable,
    /// The students without any mark, who count nowhere, each with the line.
    pub absent: Vec<(u64, String)>,
}

/// The tables, as they are written in JSON.
#[derive(Serialize)]
struct Tables<'t> {
    totals: &'t TotalFigures,
    reliability: &'t Reliability,
    questions: Vec<Named<'t>>,
    remarks: Vec<String>,
}

#[derive(Serialize)]
struct Named<'t> {
    question: &'t str,
    #[serde(flatten)]
    figures: &'t QuestionFigures,
}

/// The tables of a file of marks, for people or as JSON. The first line names the questions, the second their maximum marks, each other line
/// is a student's; the first column names the students.
///
/// # Errors
/// When the file cannot be read, or something in it is not understood: a sentence with line and column.
pub fn of_file(file: &Path, encoding: Option<&str>, json: bool) -> Result<String, Stop> {
    let failed = |fault: String| Stop::because(format!("No statistics of {}: {fault}", file.display()));
    let bytes = fs::read(file).map_err(|fault| failed(format!("it cannot be read ({fault}).")))?;
    let sheet = decode(&bytes, encoding).and_then(|text| csv::read(&text)).map_err(failed)?;
    let report = Report::of(&sheet.marks);
    Ok(if json { as_json(&sheet, &report) } else { text::write(&sheet, &report) })
}

fn as_json(sheet: &Sheet, report: &Report) -> String {
    let Report { totals, reliability, questions } = report;
    let questions = sheet.questions.iter().zip(questions).map(|(question, figures)| Named { question, figures }).collect();
    let tables = Tables { totals, reliability, questions, remarks: remarks(sheet) };
    serde_json::to_string_pretty(&tables).expect("tables have text keys and finite numbers, so they always serialise")
}

/// What a reader should know of how the marks were taken.
fn remarks(sheet: &Sheet) -> Vec<String> {
    let empty: usize = sheet.marks.unanswered().iter().sum();
    let counted = (empty > 0).then(|| format!("Missing marks that count as 0, as not answered: {empty}."));
    let absent = sheet.absent.iter().map(|(line, name)| format!("Line {line} ({name}) has no mark at all and counts nowhere."));
    counted.into_iter().chain(absent).collect()
}
