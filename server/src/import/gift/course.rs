//! The course that a file grows into: a section for each category, a chapter for each parent of categories.

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
    /// How many questions of a section go by the same name.
    namesakes: BTreeMap<(usize, String), usize>,
}

struct Growing {
    path: Vec<String>,
    questions: Vec<Question>,
    keys: BTreeMap<QuestionId, QuestionKey>,
}

impl Course {
    /// Without questions; those before the first category go into a section named after the course.
    pub fn new(title: &str, id: CourseId) -> Self {
        let mut course = Self { id, title: short(title), sections: Vec::new(), current: 0, namesakes: BTreeMap::new() };
        course.enter(Vec::new());
        course
    }

    /// Questions now go into this category.
    pub fn enter(&mut self, path: Vec<String>) {
        self.current = self.sections.iter().position(|section| section.path == path).unwrap_or(self.sections.len());
        if self.current == self.sections.len() {
            self.sections.push(Growing { path, questions: Vec::new(), keys: BTreeMap::new() });
        }
    }

    /// The identifier of the next question that goes by this name.
    pub fn question_id(&mut self, name: &str) -> QuestionId {
        let occurrence = self.namesakes.entry((self.current, name.to_owned())).or_default();
        *occurrence += 1;
        let occurrence = occurrence.to_string();
        QuestionId::derived(&[&self.id.to_string(), &joined(&self.sections[self.current].path), name, &occurrence])
    }

    /// Puts a question into the current section.
    pub fn add(&mut self, question: Question, key: QuestionKey) {
        let section = &mut self.sections[self.current];
        section.keys.insert(question.id, key);
        section.questions.push(question);
    }

    /// The edition; sections without questions are left out.
    pub fn edition(self) -> Edition {
        let mut chapters: Vec<Chapter> = Vec::new();
        let mut keys = BTreeMap::new();
        for section in self.sections.into_iter().filter(|section| !section.questions.is_empty()) {
            let id = UnitId::derived(&[&self.id.to_string(), &joined(&section.path)]);
            let (title, parents) = match section.path.split_last() {
                Some((last, parents)) => (short(last), parents),
                None => (self.title.clone(), &[][..]),
            };
            let chapter = if parents.is_empty() { self.title.clone() } else { short(&parents.join(" / ")) };
            let section_made = Section { id, title, rule: Rule::SECTION_TEST, explanation: None, questions: section.questions };
            keys.insert(id, UnitKey { unit: id, questions: section.keys });
            match chapters.iter_mut().find(|known| known.title == chapter) {
                Some(known) => known.sections.push(section_made),
                None => chapters.push(Chapter { title: chapter, sections: vec![section_made] }),
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
