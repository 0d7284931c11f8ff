//! Working as a student in a unit, on this page only: nothing is stored, sent or counted.

use crate::{
    address::Address,
    components::{
        loading::Blank,
        not_found::NotFound,
        question::{Ask, Content},
        showing::Showing,
        teach::class_frame::ClassFrame,
        work::{Running, ShownAt, Work},
    },
    device,
    doors::{use_account, use_address, use_documents, use_projection},
    texts::texts,
};
use domain::{
    attempt::{self, Attempt, AttemptKey, EditionRef, Facts},
    decider::Decider,
    decision::newest_edition_of,
    ids::{ClassId, CourseId, UnitId},
    projections::tally::Tally,
    replica::Replica,
    views::shown::Shown,
};
use leptos::prelude::*;

/// The page.
#[component]
pub fn Rehearsal() -> impl IntoView {
    let address = use_address();
    view! {
        <ClassFrame now_only=true>
            {move || match address.get() {
                Some(Address::Rehearsal { class, unit }) => view! { <OfUnit class unit/> }.into_any(),
                Some(_) | None => view! { <NotFound/> }.into_any(),
            }}
        </ClassFrame>
    }
}

/// The newest edition of whichever course has the unit.
fn newest(replica: &Replica, unit: UnitId) -> Option<EditionRef> {
    let directory = &replica.shown().directory;
    let courses: Vec<CourseId> = directory.courses().map(|(course, _)| course).collect();
    courses.into_iter().find_map(|course| newest_edition_of(directory, course, unit))
}

/// The edition to be tried, as soon as its documents are here.
fn at_hand(replica: &Replica, unit: UnitId) -> Shown<EditionRef> {
    match newest(replica, unit) {
        Some(edition) => Shown::of_known(replica.library().unit(&edition, unit).map(|_| edition), replica.reach()),
        None => Shown::of(None, replica.reach()),
    }
}

#[component]
fn OfUnit(class: ClassId, unit: UnitId) -> impl IntoView {
    let documents = use_documents();
    let shown = use_projection(move |replica| at_hand(replica, unit));
    // The key of a unit that is not assigned comes only when a page asks for it.
    let edition = use_projection(move |replica| newest(replica, unit));
    Effect::new(move |_| {
        if let Some(edition) = edition.get() {
            [edition.paper, edition.key].into_iter().for_each(|hash| documents.want(hash));
        }
    });
    let nothing = || view! { <Blank title=texts().assigning.no_unit more=texts().assigning.no_unit_more/> };
    view! {
        <Showing shown loading=texts().loading_unit nothing let:edition>
            <Rehearse class unit edition/>
        </Showing>
    }
}

/// All that there is of it.
#[derive(Debug, Clone, PartialEq)]
struct Memory {
    key: AttemptKey,
    attempt: Attempt,
    tally: Tally,
}

#[component]
fn Rehearse(class: ClassId, unit: UnitId, edition: EditionRef) -> impl IntoView {
    let teacher = use_account().id();
    let content = use_projection(move |replica| Content::at_hand(replica, &edition));
    let fresh = move |run: u32| Memory {
        key: AttemptKey { student: teacher, class, unit, run },
        attempt: Attempt::NotStarted,
        tally: Tally::default(),
    };
    let memory = RwSignal::new(fresh(1));
    let shown_at = ShownAt::never();
    let ask = Ask::new(move |command: attempt::Command| {
        let decided = content.with_untracked(|content| memory.with_untracked(|memory| decide(memory, &command, content.as_ref())))?;
        memory.update(|memory| {
            for event in &decided {
                memory.tally.fold(memory.key.run, device::now(), event);
                memory.attempt = std::mem::take(&mut memory.attempt).evolve(event);
            }
        });
        Ok(decided)
    });
    let start = move |next: Memory| {
        let run = next.key.run;
        memory.set(next);
        if let Ok(events) = ask.run(attempt::Command::Start { edition }) {
            shown_at.note(run, &events);
        }
    };
    let again = Callback::new(move |()| {
        let before = memory.get_untracked();
        start(Memory { tally: before.tally, ..fresh(before.key.run + 1) });
    });
    // Another run draws other questions.
    let start_over = move |_| start(fresh(memory.with_untracked(|memory| memory.key.run) + 1));
    start(fresh(1));
    let running = Memo::new(move |_| {
        let Memory { key, attempt, .. } = memory.get();
        attempt.work().is_some().then(|| Running { number: key.run, attempt: attempt.clone() })
    });
    let tally = Memo::new(move |_| memory.with(|memory| memory.tally));
    let words = &texts().assigning;
    let home = Address::Manage(class);
    view! {
        <div class="rehearsal">
            <div class="notice" role="note" data-tone="warning">
                <p>{words.rehearsal} " " {words.rehearsal_more}</p>
                <button class="button" data-kind="quiet" type="button" on:click=start_over>{words.start_over}</button>
                <a class="button" data-kind="plain" href=home.to_string()>{words.back}</a>
            </div>
            <Work unit running content tally ask again shown_at home=home.clone()/>
        </div>
    }
}

/// The same decision as a student's, on what only this page knows.
fn decide(memory: &Memory, command: &attempt::Command, content: Option<&Content>) -> Result<Vec<attempt::Event>, Option<attempt::Refusal>> {
    let facts = Facts {
        attempt: memory.key,
        admitted: true,
        open_now: true,
        published: true,
        earlier_run_ended: true,
        unit: content.and_then(Content::unit),
        history: &[],
    };
    memory.attempt.decide(command, &facts).map_err(Some)
}
