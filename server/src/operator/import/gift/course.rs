//! The course that a file grows into: a section for each category, a chapter for each parent of categories.

use super::namesakes::{Known, Looks, identified};
use domain::{
    content::{Chapter, Edition, Paper, Question, QuestionKey, Rule, Section, UnitKey},
    ids::{CourseId, QuestionId, UnitId},
};
use std::collections::BTreeMap;

/// The longest title, in characters.
const TITLE_CHARS_MAX: usize = 200;

/// A course under construction.
pub(super) struct Course {
    id: CourseId,
    title: String,
    /// In order of first appearance.
    sections: Vec<Growing>,
    /// The index of the section that questions now go to.
    current: usize,
}

struct Growing {
    path: Vec<String>,
    questions: Vec<Added>,
}

/// A question before it is known which it is.
struct Added {
    /// What it goes by.
    name: String,
    /// Its place in the report.
    line: usize,
    /// None where it was refused: it keeps its place among its namesakes.
    made: Option<(Question, QuestionKey)>,
    /// Which it is.
    id: QuestionId,
}

impl Course {
    /// Without questions; those before the first category go into a section named after the course.
    pub fn new(title: &str, id: CourseId) -> Self {
        let mut course = Self { id, title: short(title), sections: Vec::new(), current: 0 };
        course.enter(Vec::new());
        course
    }

    /// Questions now go into this category.
    pub fn enter(&mut self, path: Vec<String>) {
        self.current = self.sections.iter().position(|section| section.path == path).unwrap_or(self.sections.len());
        if self.current == self.sections.len() {
            self.sections.push(Growing { path, questions: Vec::new() });
        }
    }

    /// Puts a question into the current section, or the place of one that was refused. `line` is its place in the report.
    pub fn add(&mut self, name: String, line: usize, made: Option<(Question, QuestionKey)>) {
        self.sections[self.current].questions.push(Added { name, line, made, id: QuestionId::derived(&[]) });
    }

    /// Finds out which question each is, and says what their authors should know of that, with the place in the report.
    pub fn identify(&mut self, known: &[Known]) -> Vec<(usize, String)> {
        let known: BTreeMap<QuestionId, (usize, &Known)> =
            known.iter().enumerate().map(|(place, known)| (known.id, (place, known))).collect();
        let course = self.id.to_string();
        let mut remarks = Vec::new();
        for section in &mut self.sections {
            let path = joined(&section.path);
            let mut names: BTreeMap<String, Vec<usize>> = BTreeMap::new();
            for (index, added) in section.questions.iter().enumerate() {
                names.entry(added.name.clone()).or_default().push(index);
            }
            for (name, places) in names {
                let looks = |added: &Added| added.made.as_ref().map(|(question, key)| Looks::of(question, Some(key)));
                let namesakes: Vec<_> = places.iter().map(|place| looks(&section.questions[*place])).collect();
                let ids = identified(&namesakes, &known, |number| QuestionId::derived(&[&course, &path, &name, &number.to_string()]));
                for (place, (id, remark)) in places.into_iter().zip(ids) {
                    let added = &mut section.questions[place];
                    added.id = id;
                    remarks.extend(remark.filter(|_| added.made.is_some()).map(|remark| (added.line, remark)));
                }
            }
        }
        remarks
    }

    /// The edition; sections without questions are left out.
    pub fn edition(self) -> Edition {
        let mut chapters: Vec<Chapter> = Vec::new();
        let mut keys = BTreeMap::new();
        for section in self.sections {
            let (mut questions, mut answers) = (Vec::new(), BTreeMap::new());
            for added in section.questions {
                if let Some((question, key)) = added.made {
                    questions.push(Question { id: added.id, ..question });
                    answers.insert(added.id, key);
                }
            }
            if questions.is_empty() {
                continue;
            }
            let id = UnitId::derived(&[&self.id.to_string(), &joined(&section.path)]);
            let (title, parents) = match section.path.split_last() {
                Some((last, parents)) => (short(last), parents),
                None => (self.title.clone(), &[][..]),
            };
            let chapter = if parents.is_empty() { self.title.clone() } else { short(&parents.join(" / ")) };
            let section_made = Section { id, title, rule: Rule::SECTION_TEST, explanation: None, questions };
            keys.insert(id, UnitKey { unit: id, questions: answers });
            match chapters.iter_mut().find(|known| known.title == chapter) {
                Some(known) => known.sections.push(section_made),
                None => chapters.push(Chapter::of_sections(chapter, vec![section_made])),
            }
        }
        Edition { paper: Paper { course: self.id, title: self.title, decimal_comma: false, chapters }, keys }
    }
}

/// A path as one name, in which no two paths are the same.
fn joined(path: &[String]) -> String {
    path.iter().map(|part| part.replace('/', "//")).collect::<Vec<_>>().join("/")
}

fn short(title: &str) -> String {
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    if title.chars().count() > TITLE_CHARS_MAX { title.chars().take(TITLE_CHARS_MAX).chain(['…']).collect() } else { title }
}
