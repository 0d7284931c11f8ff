//! Our own course format: a `course.toml` and one TOML file per chapter, written and read by people; see `server/src/demo`.

mod field;
mod source;
mod text;

use super::rich::markdown;
use domain::{
    content::{Chapter, Edition, Field, FieldKey, Paper, Question, QuestionKey, Rule, Section, Tools, UnitKey},
    ids::{CourseId, QuestionId, UnitId},
};
use source::Practice;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

/// The demo course's files by name.
const DEMO: [(&str, &str); 5] = [
    ("course.toml", include_str!("../demo/course.toml")),
    ("integers.toml", include_str!("../demo/integers.toml")),
    ("fractions.toml", include_str!("../demo/fractions.toml")),
    ("algebra.toml", include_str!("../demo/algebra.toml")),
    ("geometry.toml", include_str!("../demo/geometry.toml")),
];

/// Something that an author has to put right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CourseFault {
    /// The name of the file.
    pub file: String,
    /// The key of the section, where it is in one.
    pub section: Option<String>,
    /// The key of the question, where it is in one.
    pub question: Option<String>,
    /// What is wrong and what to do.
    pub what: String,
}

impl fmt::Display for CourseFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(section) = &self.section {
            write!(f, ", section “{section}”")?;
        }
        if let Some(question) = &self.question {
            write!(f, ", question “{question}”")?;
        }
        write!(f, ": {}", self.what)
    }
}

/// The course of the demo school.
pub fn demo() -> Edition {
    read(&DEMO).expect("the demo course is part of the program, and a test reads it")
}

/// Reads a course from its files, each a name and a text; or says everything that is wrong with them.
pub fn read(files: &[(&str, &str)]) -> Result<Edition, Vec<CourseFault>> {
    let mut place = Place { file: "course.toml".to_owned(), section: None, question: None };
    let Some((_, text)) = files.iter().find(|(name, _)| *name == "course.toml") else {
        return Err(vec![place.problem("there is no such file: it gives the course's title and its chapters")]);
    };
    let course: source::Course = source::parse(text).map_err(|misread| vec![place.misread(misread)])?;
    let id = CourseId::derived(&["course", &course.title]);
    let paper = Paper { course: id, title: course.title, decimal_comma: course.decimal_comma, chapters: Vec::new() };
    let mut reading = Reading { edition: Edition { paper, keys: BTreeMap::new() }, sections: BTreeSet::new(), problems: Vec::new() };
    for (name, _) in files.iter().filter(|(name, _)| *name != "course.toml" && !course.chapters.iter().any(|chapter| chapter == name)) {
        reading.problems.push(place.problem(format!("{name} is not among the chapters: add it, or leave the file out")));
    }
    for name in &course.chapters {
        match files.iter().find(|(file, _)| file == name) {
            Some((_, text)) => reading.chapter(name, text),
            None => reading.problems.push(place.problem(format!("the chapter {name} has no file of that name"))),
        }
    }
    if reading.problems.is_empty() {
        place.section = None;
        reading.problems.extend(reading.edition.faults().into_iter().map(|fault| place.problem(fault.to_string())));
    }
    if reading.problems.is_empty() { Ok(reading.edition) } else { Err(reading.problems) }
}

/// Where the reader is.
#[derive(Clone)]
struct Place {
    file: String,
    section: Option<String>,
    question: Option<String>,
}

impl Place {
    fn problem(&self, what: impl Into<String>) -> CourseFault {
        CourseFault { file: self.file.clone(), section: self.section.clone(), question: self.question.clone(), what: what.into() }
    }

    fn misread(&self, misread: source::Misread) -> CourseFault {
        CourseFault { file: self.file.clone(), section: misread.section, question: misread.question, what: misread.what }
    }
}

/// The edition as far as it has been read.
struct Reading {
    edition: Edition,
    /// The keys of the sections of all chapters.
    sections: BTreeSet<String>,
    problems: Vec<CourseFault>,
}

impl Reading {
    fn chapter(&mut self, name: &str, text: &str) {
        let mut place = Place { file: name.to_owned(), section: None, question: None };
        let chapter: source::Chapter = match source::parse(text) {
            Ok(chapter) => chapter,
            Err(misread) => return self.problems.push(place.misread(misread)),
        };
        let mut sections = Vec::new();
        for section in chapter.sections {
            place.section = Some(section.key.clone());
            sections.push(self.section(section, &place));
        }
        self.edition.paper.chapters.push(Chapter::of_sections(chapter.title, sections));
    }

    fn section(&mut self, source: source::Section, place: &Place) -> Section {
        self.check_key(&source.key, place);
        if !self.sections.insert(source.key.clone()) {
            self.problems.push(place.problem("another section of the course has this key: change one"));
        }
        let course = self.edition.paper.course.to_string();
        let id = UnitId::derived(&[&course, &source.key]);
        let mut place = place.clone();
        let (mut questions, mut keys) = (Vec::new(), BTreeMap::new());
        for question in &source.questions {
            place.question = Some(question.key.clone());
            self.check_key(&question.key, &place);
            let id = QuestionId::derived(&[&course, &source.key, &question.key]);
            if questions.iter().any(|other: &Question| other.id == id) {
                self.problems.push(place.problem("another question of the section has this key: change one"));
            }
            match read_question(question, id) {
                Ok((question, key)) => {
                    questions.push(question);
                    keys.insert(id, key);
                }
                Err(problems) => self.problems.extend(problems.into_iter().map(|what| place.problem(what))),
            }
        }
        self.edition.keys.insert(id, UnitKey { unit: id, questions: keys });
        let rule = match source.rule {
            Practice::SectionTest => Rule::SECTION_TEST,
            Practice::Drill => Rule::DRILL,
        };
        Section { id, title: source.title, rule, explanation: source.explanation.as_deref().map(markdown), questions }
    }

    /// Keys stand in no document, but identifiers come from them: they should look as if nobody would ever want to improve them.
    fn check_key(&mut self, key: &str, place: &Place) {
        if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') {
            self.problems.push(place.problem(format!("“{key}” is no key: use a few small letters, digits and hyphens")));
        }
    }
}

fn read_question(source: &source::Question, id: QuestionId) -> Result<(Question, QuestionKey), Vec<String>> {
    let mut problems = Vec::new();
    let (fields, keys) = read_fields(source, id).unwrap_or_else(|wrong| {
        problems.extend(wrong);
        Default::default()
    });
    if source.worked.as_deref().unwrap_or_default().trim().is_empty() {
        problems.push("there is no worked: write the worked-out answer".to_owned());
    }
    if source.text.trim().is_empty() {
        problems.push("the text is empty: say what is asked".to_owned());
    }
    // Without fields every placeholder would be reported as well.
    if !problems.is_empty() {
        return Err(problems);
    }
    let body = text::body(&source.text, &fields)?;
    let say = |text: &Option<String>| text.as_deref().map(markdown);
    let worked = say(&source.worked).unwrap_or_default();
    let key = QuestionKey { fields: keys, worked, praise: say(&source.praise), comfort: say(&source.comfort) };
    Ok((Question { id, body, fields, tools: Tools { calculator: source.calculator } }, key))
}

fn read_fields(source: &source::Question, id: QuestionId) -> Result<(Vec<Field>, Vec<FieldKey>), Vec<String>> {
    let sources: Vec<&source::Field> = source.field.iter().chain(&source.fields).collect();
    let (Some(first), true) = (sources.first(), source.field.is_none() || source.fields.is_empty()) else {
        return Err(vec!["give the one field as field, or several as fields".to_owned()]);
    };
    if sources.len() > 1 {
        let labels: BTreeSet<_> = sources.iter().filter_map(|field| field.label.as_deref()).collect();
        if labels.len() < sources.len() {
            return Err(vec!["several fields need a label each, all different: they are told apart by it".to_owned()]);
        }
        if !source.feedback.is_empty() {
            return Err(vec!["there are several fields: put the feedback into the field it belongs to".to_owned()]);
        }
    } else if !source.feedback.is_empty() && !first.feedback.is_empty() {
        return Err(vec!["the feedback stands in two places: put all of it into the field or all beside it".to_owned()]);
    }
    let (mut fields, mut keys, mut problems) = (Vec::new(), Vec::new(), Vec::new());
    for (index, field) in sources.into_iter().enumerate() {
        let feedback = if field.feedback.is_empty() { &source.feedback } else { &field.feedback };
        match field::field(field, feedback, &format!("{id}/{index}")) {
            Ok((field, key)) => {
                fields.push(field);
                keys.push(key);
            }
            Err(what) => problems.push(format!("field {}: {what}", index + 1)),
        }
    }
    if problems.is_empty() { Ok((fields, keys)) } else { Err(problems) }
}
