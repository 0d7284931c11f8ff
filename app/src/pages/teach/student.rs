//! One student of a class: the story of the work, event by event, and notes.

mod notes;
mod replay;
mod sections;
mod sentences;
mod story;

use crate::{
    address::Address,
    components::{
        arrival::PageHeading,
        loading::Blank,
        showing::Showing,
        teach::{
            class_frame::{ClassFrame, NotFoundHere},
            names::{called, name_in_words},
        },
    },
    device,
    doors::{use_address, use_history, use_projection, use_stored_events},
    moment::use_moment,
    texts::texts,
};
use domain::{
    event::{Recorded, StreamId},
    feeds::Feed,
    ids::{AccountId, ClassId, CourseId, UnitId},
    projections::{
        class_overview::Board,
        insight::{is_about_now, time_spent},
        journal::Journal,
    },
    replica::Replica,
    time::Timestamp,
    views::shown::Shown,
};
use leptos::{prelude::*, task::spawn_local};
use notes::Notes;
use sections::Sections;
use std::collections::BTreeMap;
use story::Story;

/// Who corrected a course's key under a number.
pub type Correctors = BTreeMap<(CourseId, u32), AccountId>;

/// The page.
#[component]
pub fn Student() -> impl IntoView {
    let address = use_address();
    // Which unit's story is told changes in place.
    let student = Memo::new(move |_| match address.get()? {
        Address::Student { class, student, .. } => Some((class, student)),
        _ => None,
    });
    view! {
        <ClassFrame>
            {move || match student.get() {
                Some((class, student)) => view! { <OfStudent class student/> }.into_any(),
                // The frame is there already.
                None => view! { <NotFoundHere/> }.into_any(),
            }}
        </ClassFrame>
    }
}

/// What there is to tell of a student, up to the moment that is looked at.
#[derive(Clone, Copy)]
pub struct Told {
    /// The class.
    pub class: ClassId,
    /// The student.
    pub student: AccountId,
    /// The events with their numbers in the class's history.
    pub events: Memo<Vec<(usize, Recorded)>>,
    /// Who made which correction.
    pub correctors: ReadSignal<Correctors>,
    /// The same fold as the class page shows.
    pub board: Memo<Board>,
    /// How long was worked, by unit, in milliseconds.
    pub spent: Memo<BTreeMap<UnitId, u64>>,
}

#[component]
fn OfStudent(class: ClassId, student: AccountId) -> impl IntoView {
    let (history, moment) = (use_history(class), use_moment());
    let all = Memo::new(move |_| history.with(|journal: &Journal| journal.story(student, journal.len())));
    let events = Memo::new(move |_| {
        let at = moment.at.get().unwrap_or(usize::MAX);
        all.with(|all| all.as_ref().map_or_else(Vec::new, |all| all[..all.partition_point(|(number, _)| *number <= at)].to_vec()))
    });
    let board = Memo::new(move |_| {
        let mut board = Board::default();
        events.with(|events| events.iter().for_each(|(_, recorded)| board.fold(recorded)));
        board
    });
    let spent = Memo::new(move |_| {
        let at = moment.at.get().unwrap_or(usize::MAX);
        history.with(|journal| time_spent(journal, student, at.min(journal.len()))).unwrap_or_default()
    });
    let told = Told { class, student, events, correctors: use_correctors(), board, spent };
    let known =
        use_projection(move |replica| replica.shown().directory.class(class).is_some_and(|members| members.students.contains(&student)));
    let shown = Memo::new(move |_| match all.with(|all| all.as_ref().map(|all| known.get() || !all.is_empty())) {
        None => Shown::Loading,
        Some(false) => Shown::Nothing,
        Some(true) => Shown::Ready(()),
    });
    let nothing = || {
        let way_on = (Address::Teach, texts().to_classes);
        view! { <Blank title=texts().story.nothing_here more=texts().story.nothing_here_more way_on/> }
    };
    let ready = move |()| {
        view! {
            <Head told known/>
            <div class="student-page">
                <div>
                    <Sections told/>
                    <Story told/>
                </div>
                <Notes told/>
            </div>
        }
    };
    view! { <Showing shown loading=texts().story.loading nothing children=ready/> }
}

/// Who corrected what, from the feeds of the courses; they are small.
fn use_correctors() -> ReadSignal<Correctors> {
    let (correctors, set_correctors) = signal(Correctors::new());
    let stored = use_stored_events();
    let courses = use_projection(|replica| {
        let feed = |(course, entry): (CourseId, &domain::projections::directory::CourseEntry)| (course, entry.contents.corrections.len());
        replica.shown().directory.courses().map(feed).filter(|(_, corrections)| *corrections > 0).collect::<Vec<_>>()
    });
    Effect::new(move |_| {
        for (course, _) in courses.get() {
            spawn_local(async move {
                let recorded = stored.all(Feed::Corrections(course)).await;
                let found = recorded
                    .iter()
                    .filter_map(|recorded| Some(((course, recorded.event.course()?.1.correction_number()?), recorded.actor)));
                // A page that was left needs nothing any more.
                _ = set_correctors.try_update(|correctors| correctors.extend(found));
            });
        }
    });
    correctors
}

/// The title of a section, as the newest edition at hand has it.
pub fn section_title(replica: &Replica, unit: UnitId) -> Option<String> {
    let papers = replica.shown().directory.courses().filter_map(|(_, course)| Some(course.contents.editions.last()?.paper));
    papers.filter_map(|paper| replica.library().paper(paper)).find_map(|paper| Some(paper.unit(unit)?.title().to_owned()))
}

/// When somebody worked last, by the clock of the device.
fn last_worked(student: AccountId, events: &[(usize, Recorded)]) -> Option<Timestamp> {
    let own = |recorded: &&Recorded| matches!(recorded.stream(), StreamId::Attempt(_)) && recorded.actor == student;
    events.iter().rev().map(|(_, recorded)| recorded).find(own).map(|recorded| recorded.claimed)
}

#[component]
fn Head(told: Told, known: Memo<bool>) -> impl IntoView {
    let Told { student, events, board, spent, .. } = told;
    let (history, moment) = (use_history(told.class), use_moment());
    let overview = Memo::new(move |_| board.with(|board| board.students.get(&student).cloned().unwrap_or_default()));
    let headline = use_projection(move |replica| {
        let overview = overview.get();
        let section = overview.current.and_then(|unit| section_title(replica, unit));
        let past = moment.at.get().and_then(|k| history.with(|journal: &Journal| journal.time(k.min(journal.len()))).flatten());
        let is_here = past.is_none() && replica.presence(told.class, student).is_some_and(|present| present.here);
        let before = !is_about_now(is_here, overview.last, past.unwrap_or_else(|| replica.school_time(device::clocks())));
        let before = before.then(|| device::day_written(overview.last, texts().language));
        (texts().story.headline)(&called(replica, told.class, student), overview.standing(), section.as_deref(), before.as_deref())
    });
    let name = use_projection(move |replica| name_in_words(replica, student));
    let last = Memo::new(move |_| events.with(|events| last_worked(student, events)));
    let words = &texts().story;
    let fact = |name: &'static str, value: Signal<String>| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd>{move || value.get()}</dd>
            </div>
        }
    };
    view! {
        <header class="heading">
            <PageHeading text=headline title=Signal::derive(move || name.get())/>
            <Show when=move || !known.get()>
                <p>{words.not_in_class}</p>
            </Show>
        </header>
        <dl class="tally student-facts">
            {fact(words.time_in_all, Signal::derive(move || (words.duration)(spent.with(|spent| spent.values().sum()))))}
            {fact(words.first_answers, Signal::derive(move || overview.with(|overview| overview.answered.to_string())))}
            {fact(words.right_first_time, Signal::derive(move || overview.with(|overview| overview.right.to_string())))}
            {fact(
                words.last_seen,
                Signal::derive(move || last.get().map_or_else(|| words.never.to_owned(), |at| device::written(at, texts().language))),
            )}
        </dl>
    }
}
