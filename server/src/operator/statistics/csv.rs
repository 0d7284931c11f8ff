//! Reading marks: commas, semicolons or tabs between, or what a first line `sep=;` says; decimal points or commas; and a sentence for what is not
//! understood.

use super::Sheet;
use csv::{ReaderBuilder, StringRecord, Trim};
use domain::statistics::{MarkTable, Unfit, Why};

/// A line of the file: its number, from 1, and its cells.
struct Line {
    number: u64,
    cells: StringRecord,
}

impl Line {
    /// A place on this line, in words; columns count from 1.
    fn at(&self, column: usize) -> String {
        format!("line {}, column {}", self.number, column + 1)
    }

    fn name(&self) -> &str {
        &self.cells[0]
    }
}

/// Reads a CSV of marks. The error is a sentence.
pub(super) fn read(text: &str) -> Result<Sheet, String> {
    // One kind of line end, so that lines are counted as editors count them.
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let (text, separator) = match declared(&text) {
        // An empty line in its place, so that the others keep their numbers.
        Some((separator, rest)) => (format!("\n{rest}"), separator),
        None => {
            let separator = separator(&text);
            (text, separator)
        }
    };
    let lines = lines(&text, separator)?;
    let [header, maximum, students @ ..] = lines.as_slice() else {
        return Err(match lines.first() {
            None => "it is empty. Its first line names the questions, its second line their maximum marks.".to_owned(),
            Some(_) => "its second line is missing; it gives the maximum mark of each question.".to_owned(),
        });
    };
    if students.is_empty() {
        return Err(format!("there is no student below the maximum marks (line {}).", maximum.number));
    }
    let questions = questions(header)?;
    for line in &lines[1..] {
        let (found, expected) = (line.cells.len(), header.cells.len());
        if found != expected {
            let place = line.at(found.min(expected));
            return Err(format!("{place}: the line has {found} columns, but the first line has {expected}."));
        }
    }
    let maxima = (1..=questions.len()).map(|column| {
        let missing = || format!("{} ({}): the maximum mark is missing.", maximum.at(column), questions[column - 1]);
        mark(maximum, column, &questions)?.ok_or_else(missing)
    });
    let maxima = maxima.collect::<Result<Vec<f64>, String>>()?;
    let marks = students.iter().map(|student| (1..=questions.len()).map(|column| mark(student, column, &questions)).collect());
    let rows = marks.collect::<Result<Vec<Vec<Option<f64>>>, String>>()?;
    let marks = MarkTable::new(maxima, rows).map_err(|Unfit { row, question, why }| {
        let line = row.map_or(maximum, |row| &students[row]);
        let hint = if matches!(why, Why::AboveMaximum { .. }) { format!(" (line {})", maximum.number) } else { String::new() };
        format!("{} ({}): {why}{hint}.", line.at(question + 1), questions[question])
    })?;
    let absent = marks.absent().iter().map(|row| (students[*row].number, printable(students[*row].name()))).collect();
    Ok(Sheet { questions, marks, absent })
}

/// The separator that a first line says to spreadsheets (`sep=;`, also in quotes, and with the separators of empty cells behind), and what
/// comes after that line.
fn declared(text: &str) -> Option<(u8, &str)> {
    let (line, rest) = text.split_once('\n')?;
    let line = line.trim_start_matches(['"', ' ']);
    let said =
        line.get(..SEPARATOR_IS.len()).filter(|begins| begins.eq_ignore_ascii_case(SEPARATOR_IS)).map(|begins| &line[begins.len()..])?;
    let (separator, after) = said.split_at_checked(1)?;
    let is_nothing = after.chars().all(|letter| ['"', ' ', ',', ';', '\t'].contains(&letter));
    let parts = |sign: &u8| !sign.is_ascii_alphanumeric() && !b"\" .".contains(sign);
    separator.bytes().next().filter(parts).filter(|_| is_nothing).map(|sign| (sign, rest))
}

/// How such a line begins.
const SEPARATOR_IS: &str = "sep=";

/// All lines with something on them.
fn lines(text: &str, separator: u8) -> Result<Vec<Line>, String> {
    let line = |record: csv::Result<StringRecord>| {
        let cells = record.map_err(|fault| format!("{fault}."))?;
        let before = cells.position().expect("a record that was read has a place");
        // A record begins for the crate where the one before ended, at the empty lines between them.
        let empty = text[before.byte() as usize..].bytes().take_while(|byte| *byte == b'\n').count() as u64;
        Ok(Line { number: before.line() + empty, cells })
    };
    records(text, separator).map(line).collect()
}

/// Spreadsheets like to add rows of nothing but separators; they are passed over.
fn records(text: &str, separator: u8) -> impl Iterator<Item = csv::Result<StringRecord>> {
    let mut reader = ReaderBuilder::new();
    let reader = reader.delimiter(separator).has_headers(false).flexible(true).trim(Trim::All).from_reader(text.as_bytes());
    let is_blank = |record: &StringRecord| record.iter().all(|cell| cell.chars().all(|letter| [',', ';', '\t'].contains(&letter)));
    reader.into_records().filter(move |record| !record.as_ref().is_ok_and(is_blank))
}

/// Whatever parts the second line, the one of numbers, into most cells. Of equals the semicolon: then the commas are in the numbers.
fn separator(text: &str) -> u8 {
    let cells = |separator: &u8| records(text, *separator).nth(1).and_then(Result::ok).map_or(0, |cells| cells.len());
    // The last of equals is taken.
    [b',', b'\t', b';'].into_iter().max_by_key(cells).expect("there are three")
}

fn questions(header: &Line) -> Result<Vec<String>, String> {
    if header.cells.len() < 2 {
        return Err(format!("{}: there is no question. Commas, semicolons or tabs stand between columns.", header.at(1)));
    }
    let name = |(column, name): (usize, &str)| match name {
        "" => Err(format!("{}: the question has no name.", header.at(column))),
        name => Ok(printable(name)),
    };
    header.cells.iter().enumerate().skip(1).map(name).collect()
}

/// Names go to a terminal: nothing in them may move its cursor.
fn printable(name: &str) -> String {
    name.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

/// A mark; none where the cell is empty or holds the "-" with which Moodle writes that there is none.
fn mark(line: &Line, column: usize, questions: &[String]) -> Result<Option<f64>, String> {
    let cell = &line.cells[column];
    if ["", "-"].contains(&cell) {
        return Ok(None);
    }
    let fault = || format!("{} ({}): “{}” is not a number.", line.at(column), questions[column - 1], printable(cell));
    number(cell).map(Some).ok_or_else(fault)
}

/// Digits with a decimal point or comma; nothing that a float may be besides, such as "inf" or "1e5".
fn number(cell: &str) -> Option<f64> {
    let digits = cell.strip_prefix(['-', '−', '+']).unwrap_or(cell);
    let (before, after) = digits.split_once(['.', ',']).unwrap_or((digits, "0"));
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits(before) || !is_digits(after) {
        return None;
    }
    let size: f64 = format!("{before}.{after}").parse().ok()?;
    Some(if cell.starts_with(['-', '−']) { -size } else { size })
}
