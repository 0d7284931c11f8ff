//! Which question a page is about: its class, its course, the edition that students meet now, and what is not here yet.

use super::made::{as_of, use_made};
use crate::{
    address::{Address, Place},
    answers,
    components::{question::Content, showing::Showing, teach::class_frame::NotFoundHere},
    doors::{use_address, use_documents, use_history, use_projection},
    moment::use_moment,
    texts::texts,
};
use domain::{
    content::{Correction, Input, Question, QuestionKey, Right},
    grading::Grade,
    ids::CourseId,
    replica::Replica,
    views::{shown::Shown, taught::edition_of},
};
use leptos::prelude::*;

/// The question that the address names, on its own page or the one to correct it.
pub fn use_place() -> Memo<Option<Place>> {
    let address = use_address();
    Memo::new(move |_| match address.get()? {
        Address::Question(place) | Address::Correct { place, .. } => Some(place),
        _ => None,
    })
}

/// A question with all that is known of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// Where it stands.
    pub place: Place,
    /// The course.
    pub course: CourseId,
    /// The title of its section.
    pub section: String,
    /// Which question of the section, counting from 1.
    pub number: usize,
    /// The documents of its unit, and the course's corrections.
    pub content: Content,
}

impl Asked {
    /// What something about the question is called where the question is not in sight, such as a file.
    pub fn titled(&self, what: &str) -> String {
        format!("{}, {what}", (texts().question.name)(&self.section, self.number))
    }

    /// The question and its key.
    pub fn parts(&self) -> Option<(&Question, &QuestionKey)> {
        self.content.question(self.place.question)
    }

    /// The corrections that stand for the edition that students meet now, with their numbers.
    pub fn standing(&self) -> Vec<(u32, &Correction)> {
        let Content { corrections, edition, .. } = &self.content;
        let standing = corrections.standing(self.place.unit, self.place.question);
        standing.filter(|said| said.corrected.holds_for(*edition)).map(|said| (said.number, said.correction())).collect()
    }

    /// What is right in each field by now.
    pub fn rights(&self) -> Vec<Right> {
        let key = self.content.unit().and_then(|unit| unit.corrected_key(self.place.question));
        key.map(|key| key.key().fields.iter().map(answers::right_of).collect()).unwrap_or_default()
    }

    /// An answer as it is graded by now.
    pub fn with_grade<T>(&self, inputs: &[Input], read: impl FnOnce(Grade<'_>) -> T) -> Option<T> {
        let key = self.content.unit()?.corrected_key(self.place.question)?;
        Some(read(key.grade(inputs)))
    }
}

/// Looks for the question; nothing if there is no such question in a class of this teacher.
fn find(replica: &Replica, place: Place) -> Shown<Asked> {
    let asked = asked(replica, place);
    let directory = &replica.shown().directory;
    let taught = directory.class(place.class).filter(|members| members.teachers.contains(&replica.account()));
    let known =
        taught.and_then(|_| edition_of(replica.shown(), place.class, place.unit)).map(|edition| replica.library().paper(edition.paper));
    match (asked, known) {
        (None, Some(Some(paper))) if paper.unit(place.unit).and_then(|unit| unit.question(place.question)).is_none() => Shown::Nothing,
        (asked, Some(_)) => Shown::of_known(asked, replica.reach()),
        (asked, None) => Shown::of(asked, replica.reach()),
    }
}

fn asked(replica: &Replica, place: Place) -> Option<Asked> {
    let directory = &replica.shown().directory;
    directory.class(place.class).filter(|members| members.teachers.contains(&replica.account()))?;
    let edition = edition_of(replica.shown(), place.class, place.unit)?;
    let paper = replica.library().paper(edition.paper)?.clone();
    let key = replica.library().key(edition.key)?.clone();
    let unit = paper.unit(place.unit)?;
    let number = unit.questions().iter().position(|question| question.id == place.question)? + 1;
    let corrections = directory.course(edition.course)?.contents.corrections.clone();
    Some(Asked {
        place,
        course: edition.course,
        section: unit.title().to_owned(),
        number,
        content: Content { paper, key, edition: edition.number, corrections },
    })
}

/// Shows a page of a question as soon as the question is there.
#[component]
pub fn OfQuestion(
    /// The question.
    place: Place,
    /// The page.
    page: fn(Memo<Option<Asked>>) -> AnyView,
) -> impl IntoView {
    let found = use_projection(move |replica| find(replica, place));
    let edition = use_projection(move |replica| edition_of(replica.shown(), place.class, place.unit));
    // What is not assigned any more does not come by itself.
    let documents = use_documents();
    Effect::new(move |_| {
        for hash in edition.get().into_iter().flat_map(|edition| [edition.paper, edition.key]) {
            documents.want(hash);
        }
    });
    let course = Memo::new(move |_| edition.get().map(|edition| edition.course));
    let made = Memo::new(move |_| course.get().map(use_made));
    let (history, moment) = (use_history(place.class), use_moment());
    // None is now.
    let then = Memo::new(move |_| {
        let k = moment.at.get()?;
        history.with(|journal| journal.time(k.min(journal.len())).unwrap_or_default())
    });
    let asked = Memo::new(move |before: Option<&Option<Asked>>| match found.get() {
        Shown::Ready(mut asked) => {
            if let (Some(then), Some(made)) = (then.get(), made.get()) {
                asked.content.corrections = made.with(|made| as_of(&asked.content.corrections, made, then));
            }
            Some(asked)
        }
        // What the page showed last stays while something is read anew.
        Shown::Loading | Shown::NotHere | Shown::Nothing => before.cloned().flatten(),
    });
    let shown = Memo::new(move |_| found.with(|found| found.as_ref().map(|_| ())));
    let way_on = (Address::Teach, texts().to_classes);
    view! { <Showing shown loading=texts().loading_unit way_on nothing=NotFoundHere children=move |()| page(asked)/> }
}
