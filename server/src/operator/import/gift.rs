//! GIFT, Moodle's text format for questions: read as Moodle reads it, as far as it can be graded alike here.

mod answers;
mod choice;
mod cloze;
mod course;
mod draft;
mod look;
mod matching;
mod namesakes;
mod number;
mod prompt;
mod source;
mod torn;
mod written;

pub use namesakes::{Known, Looks, known, known_of};

use super::{Import, Line, Verdict};
use course::Course;
use domain::{
    content::{Block, Field, FieldKey, FieldKind, Html, Input, Question, QuestionKey, Tools},
    grading::{Correctness, grade},
    ids::{CourseId, QuestionId},
};
use draft::{Draft, Texts};
use source::{Kind, unmarked};

/// The most questions of one file.
const QUESTIONS_MAX: usize = 20_000;

/// Why a question is not imported, as a sentence.
type Refusal = String;

/// Reads a GIFT file as the first edition of this course. Never fails: the report says what was refused and why.
pub fn read(text: &str, course_title: &str, course: CourseId) -> Import {
    read_again(text, course_title, course, &[])
}

/// Reads a GIFT file as the next edition of this course. The same names give the same identifiers, so that a question that was corrected
/// stays itself; those that have the same name are told apart by what the course has `known` before.
pub fn read_again(text: &str, course_title: &str, course: CourseId, known: &[Known]) -> Import {
    let mut course = Course::new(course_title, course);
    let mut report: Vec<Line> = Vec::new();
    // The line of a text without answers that stands right before.
    let mut alone: Option<usize> = None;
    for entry in source::entries(text) {
        let (text, mut torn) = match entry.kind {
            Kind::Category(path) => {
                course.enter(path);
                alone = None;
                continue;
            }
            Kind::Question(text, torn) => (text, torn),
        };
        let (title, rest) = draft::titled(&text);
        let is_text = !rest.contains(['{', '}']) && !rest.starts_with('#');
        if let (Some(line), None, false) = (alone, &title, is_text) {
            torn.push(format!(
                "The text in line {line}, before the blank line, has no answers; if it belongs to this question, take the blank line out."
            ));
        }
        alone = is_text.then_some(entry.line);
        let name = draft::name(title.as_deref(), rest);
        let made = if report.len() < QUESTIONS_MAX {
            make(title.as_deref(), rest, torn)
        } else {
            Err(format!("The file has more than {QUESTIONS_MAX} questions."))
        };
        let goes_by = title.clone().unwrap_or_else(|| identity(rest));
        let (made, verdict) = match made {
            Ok((question, key, remarks)) => (Some((question, key)), Verdict::of(remarks)),
            Err(refusal) => (None, Verdict::Refused(refusal)),
        };
        course.add(goes_by, report.len(), made);
        report.push(Line { line: entry.line, name, verdict });
    }
    for (line, remark) in course.identify(known) {
        report[line].verdict.remark(remark);
    }
    let edition = course.edition();
    let faults = edition.faults();
    if faults.is_empty() {
        return Import { edition: Some(edition), report };
    }
    if let Some(fault) = faults.first().filter(|_| !edition.keys.is_empty()) {
        for line in report.iter_mut().filter(|line| !matches!(line.verdict, Verdict::Refused(_))) {
            line.verdict = Verdict::Refused(format!("The course cannot be published: {fault}."));
        }
    }
    Import { edition: None, report }
}

/// What an untitled question is known by: its text, so that a new answer or other spaces leave it the same question.
fn identity(rest: &str) -> String {
    let (head, after) = rest.split_once('{').unwrap_or((rest, ""));
    let tail = after.rsplit_once('}').map_or("", |(_, tail)| tail);
    let text = unmarked(&format!("{head} _____ {tail}")).to_lowercase();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A question that does not know yet which it is, its key, and what its author should know.
fn make(title: Option<&str>, rest: &str, torn: Vec<String>) -> Result<(Question, QuestionKey, Vec<String>), Refusal> {
    if rest.contains(char::REPLACEMENT_CHARACTER) {
        return Err("It has characters in it that could not be read (\u{fffd}).".to_owned());
    }
    let draft = draft::draft(title, rest)?;
    let mut texts = Texts::new(draft.format, torn.into_iter().chain(draft.remarks.iter().cloned()).collect());
    // What was torn is often why it is refused.
    let made = made(&draft, &mut texts).map_err(|why| [&[why], texts.remarks.as_slice()].concat().join(" "))?;
    let prompt = texts.prompt(&draft.prompt);
    if prompt.0.is_empty() {
        return Err("Its text has nothing to show.".to_owned());
    }
    let typed = matches!(made.field.kind, FieldKind::Number { .. } | FieldKind::Text);
    let body: Vec<Block> = prompt::body(&prompt, typed);
    let general: String = draft.general.iter().filter_map(|general| texts.feedback(Some(general))).map(|html| html.0).collect();
    let question = Question { id: QuestionId::derived(&[]), body, fields: vec![made.field], tools: Tools::default() };
    let worked = Html(format!("{general}{}", made.answer));
    let key = QuestionKey { fields: vec![made.key], worked, praise: None, comfort: made.comfort };
    if !question.places_each_field_once() || !key.fits(&question) {
        return Err("Its answers do not fit its text.".to_owned());
    }
    if let Some(right) =
        made.typed.filter(|typed| grade(&question, &key, &[Input::Text(typed.clone())], false).outcome != Correctness::Right)
    {
        return Err(format!("Its answer “{right}” cannot be entered, or would not be right."));
    }
    Ok((question, key, texts.remarks))
}

/// Tells the kind of question by what stands in the braces, in Moodle's order.
fn made(draft: &Draft<'_>, texts: &mut Texts) -> Result<Made, Refusal> {
    let answers = draft.answers;
    if answers.is_empty() {
        return Err("It is an essay, which cannot be graded here.".to_owned());
    }
    if let Some(numbers) = answers.strip_prefix('#') {
        return written::numerical(numbers, texts);
    }
    if answers.contains('~') {
        return choice::multiple(draft, texts);
    }
    if answers.contains('=') && answers.contains("->") {
        return matching::matching(draft, texts);
    }
    if let Some(right) = answers::truth(answers) {
        return Ok(choice::true_false(draft, right, texts));
    }
    written::short(draft, texts)
}

/// A question's one field with its key.
struct Made {
    field: Field,
    key: FieldKey,
    /// The right answer, stated.
    answer: String,
    /// The same as it can be typed, where it is typed.
    typed: Option<String>,
    /// What to say to any other wrong answer.
    comfort: Option<Html>,
}

impl Made {
    fn new(label: &str, kind: FieldKind, key: FieldKey, answer: String) -> Self {
        Self { field: Field { label: label.to_owned(), kind }, key, answer, typed: None, comfort: None }
    }
}
