//! The statistics of a class, as of any moment: of the questions of a section as they are practised and as a test, and the class's progress.

mod fixed;
mod practised;
mod progress;
mod terms;

use crate::{
    components::{arrival::PageHeading, not_found::NotFound, showing::Showing, teach::class_frame::ClassFrame},
    device,
    doors::{History, class_of_address, use_history, use_projection},
    moment::use_moment,
    texts::texts,
    wording,
};
use domain::{
    content::Question,
    ids::{ClassId, QuestionId, UnitId},
    projections::{insight::SectionInsight, journal::Journal},
    replica::Replica,
    views::{
        shown::Shown,
        taught::{edition_of, units_of},
    },
};
use leptos::prelude::*;
use std::time::Duration;

/// While a class is at work, what is counted follows so often: counting a whole year takes longer than an answer.
const COUNTED_EVERY: Duration = Duration::from_secs(1);
/// The most letters of a question's text in a table.
const PROMPT_LETTERS_MAX: usize = 70;

/// The page.
#[component]
pub fn Statistics() -> impl IntoView {
    let class = class_of_address();
    move || match class.get() {
        Some(class) => view! { <ClassFrame><OfClass class/></ClassFrame> }.into_any(),
        None => view! { <NotFound/> }.into_any(),
    }
}

/// A section that can be chosen.
#[derive(Debug, Clone, PartialEq)]
struct Section {
    unit: UnitId,
    title: String,
    /// Counts from 1.
    chapter: usize,
    /// In the paper's order: what each asks, in short.
    questions: Vec<(QuestionId, String)>,
}

/// A class's history at the moment that is looked at.
#[derive(Clone, Copy)]
struct Looking {
    history: History,
    /// The last event that counts.
    k: Memo<usize>,
}

impl Looking {
    /// Reads something of the history; none until that is there.
    fn at<T>(self, read: impl FnOnce(&Journal, usize) -> T) -> Option<T> {
        let k = self.k.get();
        self.history.with(|journal| read(journal, k))
    }
}

/// The sections that a class works with or has worked with, in the order of their courses.
fn sections(replica: &Replica, class: ClassId) -> Vec<Section> {
    let mut sections: Vec<_> = units_of(replica.shown(), class)
        .iter()
        .filter_map(|unit| {
            let edition = edition_of(replica.shown(), class, *unit)?;
            let paper = replica.library().paper(edition.paper)?;
            let mut placed = paper
                .chapters
                .iter()
                .enumerate()
                .flat_map(|(chapter, content)| content.units().enumerate().map(move |(place, unit)| (chapter, place, unit)));
            let (chapter, place, found) = placed.find(|(_, _, found)| found.id() == *unit)?;
            let numbered =
                |(number, question): (usize, &Question)| (question.id, (texts().statistics.numbered)(number, &beginning(question)));
            let questions = (1..).zip(found.questions()).map(numbered).collect();
            let section = Section { unit: *unit, title: found.title().to_owned(), chapter: chapter + 1, questions };
            Some(((edition.course, chapter, place), section))
        })
        .collect();
    sections.sort_by_key(|(place, _)| *place);
    sections.into_iter().map(|(_, section)| section).collect()
}

/// What a question asks, in short.
fn beginning(question: &Question) -> String {
    let words = wording::prompt(question);
    if words.chars().count() <= PROMPT_LETTERS_MAX {
        return words;
    }
    words.chars().take(PROMPT_LETTERS_MAX - 1).chain(['…']).collect()
}

/// The section in which most was answered by now.
fn busiest(replica: &Replica, class: ClassId, sections: &[Section]) -> Option<UnitId> {
    let students = || replica.shown().overview.board(class).into_iter().flat_map(|board| board.students.values());
    let answered = |unit: UnitId| students().filter_map(|work| work.units.get(&unit)).map(|tally| tally.answered).sum::<u32>();
    // Of equals the first.
    sections.iter().rev().map(|section| section.unit).max_by_key(|unit| answered(*unit))
}

/// The same, but while it changes all the time only now and then.
fn now_and_then(length: Memo<Option<usize>>) -> RwSignal<Option<usize>> {
    let counted = RwSignal::new(None);
    let waits = StoredValue::new(false);
    Effect::new(move |_| {
        let now = length.get();
        if counted.get_untracked().is_none() {
            counted.set(now);
        } else if !waits.get_value() {
            waits.set_value(true);
            device::after(COUNTED_EVERY, move || {
                // A page that was left counts nothing any more.
                if let Some(now) = length.try_get_untracked() {
                    _ = waits.try_set_value(false);
                    _ = counted.try_set(now);
                }
            });
        }
    });
    counted
}

#[component]
fn OfClass(class: ClassId) -> impl IntoView {
    let sections = use_projection(move |replica| sections(replica, class));
    let history = use_history(class);
    let moment = use_moment();
    let length = Memo::new(move |_| history.with(Journal::len));
    let counted = now_and_then(length);
    let k = Memo::new(move |_| match moment.at.get() {
        Some(k) => k.min(length.get().unwrap_or(0)),
        None => counted.get().unwrap_or(0),
    });
    let looking = Looking { history, k };
    let shown = Memo::new(move |_| match (counted.get().is_some(), sections.with(Vec::is_empty)) {
        (false, _) => Shown::Loading,
        (true, true) => Shown::Nothing,
        (true, false) => Shown::Ready(()),
    });
    let nothing = || {
        view! {
            <header class="heading">
                <PageHeading text=texts().statistics.nothing_assigned title=Signal::stored(texts().statistics.title.to_owned())/>
            </header>
            <p>{texts().statistics.nothing_assigned_more}</p>
        }
    };
    view! { <Showing shown loading=texts().loading_classes nothing children=move |()| view! { <Known class sections looking/> }/> }
}

#[component]
fn Known(class: ClassId, sections: Memo<Vec<Section>>, looking: Looking) -> impl IntoView {
    let busiest = use_projection(move |replica| busiest(replica, class, &self::sections(replica, class)));
    // The one that is busiest when the page opens; it stays when another gets busier.
    let chosen = RwSignal::new(busiest.get_untracked());
    let section = Memo::new(move |_| {
        sections.with(|sections| sections.iter().find(|section| Some(section.unit) == chosen.get()).or(sections.first()).cloned())
    });
    let insight = Memo::new(move |_| {
        let unit = section.with(|section| section.as_ref().map(|section| section.unit))?;
        looking.at(|journal, k| SectionInsight::of(journal, unit, k))
    });
    let headline = Memo::new(move |_| {
        let title = section.with(|section| section.as_ref().map(|section| section.title.clone()).unwrap_or_default());
        insight.with(|insight| insight.as_ref().map_or_else(|| (texts().statistics.nobody)(&title), |insight| headline(insight, &title)))
    });
    let class_title = use_projection(move |replica| replica.shown().directory.class_title(class).to_owned());
    let title = Signal::derive(move || format!("{} · {}", texts().statistics.title, class_title.get()));
    let choose = move |event| chosen.set(event_target_value(&event).parse().ok());
    let option = move |one: Section| {
        let unit = one.unit;
        let is_chosen = move || section.with(|section| section.as_ref().is_some_and(|section| section.unit == unit));
        view! {
            <option value=unit.to_string() selected=is_chosen>
                {(texts().statistics.section_option)(one.chapter, &one.title)}
            </option>
        }
    };
    view! {
        <header class="heading">
            <PageHeading text=headline title/>
        </header>
        <p class="statistics-choice">
            <label for="section">{texts().statistics.section}</label>
            <select id="section" on:change=choose>
                <For each=move || sections.get() key=|section| (section.unit, section.title.clone()) children=option/>
            </select>
        </p>
        <practised::Practised section insight looking/>
        <fixed::Fixed class section insight/>
        <progress::Progress looking/>
        <terms::Formulas/>
    }
}

/// What to do, in one sentence.
fn headline(insight: &SectionInsight, section: &str) -> String {
    let indices = || insight.questions.values().filter_map(|drawn| drawn.discrimination.index_percent);
    let odd = indices().filter(|index| *index < 0.0).count();
    if insight.questions.is_empty() {
        (texts().statistics.nobody)(section)
    } else if indices().next().is_none() {
        (texts().statistics.too_few)(section)
    } else if odd == 0 {
        (texts().statistics.nothing_odd)(section)
    } else {
        (texts().statistics.look_again)(odd, section)
    }
}
