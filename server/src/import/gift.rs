//! GIFT, Moodle's text format for questions: read as Moodle reads it, as far as it can be graded alike here.

mod answers;
mod choice;
mod course;
mod draft;
mod matching;
mod number;
mod prompt;
mod source;
mod written;

use super::{Import, Line, Verdict};
use course::Course;
use domain::{
    content::{Block, Field, FieldKey, FieldKind, Html, Question, QuestionKey, Tools},
    ids::{CourseId, QuestionId},
};
use draft::{Draft, Texts};
use source::{Kind, unmarked};

/// The most questions of one file.
const QUESTIONS_MAX: usize = 20_000;

/// Why a question is not imported, as a sentence.
type Refusal = String;

/// Reads a GIFT file as an edition of this course. The same names give the same identifiers, so that reading the file again after a change
/// makes the next edition of the same course. Never fails: the report says what was refused and why.
pub fn read(text: &str, course_title: &str, course: CourseId) -> Import {
    let mut course = Course::new(course_title, course);
    let mut report = Vec::new();
    for entry in source::entries(text) {
        match entry.kind {
            Kind::Category(path) => course.enter(path),
            Kind::Question(text) => {
                let (title, rest) = draft::titled(&text);
                let name = draft::name(title.as_deref(), rest);
                let id = course.question_id(&title.clone().unwrap_or_else(|| identity(rest)));
                let made = if report.len() < QUESTIONS_MAX {
                    make(title.as_deref(), rest, id)
                } else {
                    Err(format!("The file has more than {QUESTIONS_MAX} questions."))
                };
                let verdict = match made {
                    Ok((question, key, remarks)) => {
                        course.add(question, key);
                        if remarks.is_empty() { Verdict::Imported } else { Verdict::Remarked(remarks) }
                    }
                    Err(refusal) => Verdict::Refused(refusal),
                };
                report.push(Line { line: entry.line, name, verdict });
            }
        }
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

fn make(title: Option<&str>, rest: &str, id: QuestionId) -> Result<(Question, QuestionKey, Vec<String>), Refusal> {
    let draft = draft::draft(title, rest)?;
    let mut texts = Texts::new(draft.format);
    let made = made(&draft, &mut texts)?;
    let prompt = texts.prompt(&draft.prompt);
    if prompt.0.is_empty() {
        return Err("Its text has nothing to show.".to_owned());
    }
    let typed = matches!(made.field.kind, FieldKind::Number { .. } | FieldKind::Text);
    let body: Vec<Block> = prompt::body(&prompt, typed);
    let general = texts.feedback(draft.general).map_or_else(String::new, |html| html.0);
    let question = Question { id, body, fields: vec![made.field], tools: Tools::default() };
    let worked = Html(format!("{general}{}", made.answer));
    let key = QuestionKey { fields: vec![made.key], worked, praise: None, comfort: made.comfort };
    if !question.places_each_field_once() || !key.fits(&question) {
        return Err("Its answers do not fit its text.".to_owned());
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
    if let Some(right) = choice::truth(answers) {
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
    /// What to say to any other wrong answer.
    comfort: Option<Html>,
}

impl Made {
    fn new(label: &str, kind: FieldKind, key: FieldKey, answer: String) -> Self {
        Self { field: Field { label: label.to_owned(), kind }, key, answer, comfort: None }
    }
}
