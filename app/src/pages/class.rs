//! A class, live: one row per student, who needs help on top.

use crate::{
    components::{
        arrival::PageHeading,
        class_frame::{ClassFrame, class_of_address},
        names::name_of,
        state::{State, state_name},
    },
    device,
    dispatch::use_projection,
    pages::teach::BY_NEED,
    texts::texts,
};
use domain::{
    ids::{AccountId, ClassId},
    projections::tally::Standing,
    replica::Replica,
};
use leptos::prelude::*;
use std::time::Duration;

/// How long a row that changed says so.
const CHANGED: Duration = Duration::from_millis(1_600);

/// The page.
#[component]
pub fn Class() -> impl IntoView {
    let class = class_of_address();
    view! { <ClassFrame>{move || class.get().map(|class| view! { <Known class/> })}</ClassFrame> }
}

/// What a row shows.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Work {
    answered: u32,
    right: u32,
    streak: u32,
    /// How many in a row finish the unit worked on.
    goal: Option<u32>,
    standing: Standing,
}

fn work(replica: &Replica, class: ClassId, student: AccountId) -> Work {
    let models = replica.shown();
    let Some(overview) = models.overview.student(class, student) else {
        return Work { answered: 0, right: 0, streak: 0, goal: None, standing: Standing::NotStarted };
    };
    let goal = || {
        let unit = overview.current?;
        let course = models.directory.course(models.directory.class(class)?.units.get(&unit)?.course)?;
        let section = replica.library().paper(course.contents.editions.last()?.paper)?.section(unit)?;
        Some(u32::from(section.rule.streak()))
    };
    Work { answered: overview.answered, right: overview.right, streak: overview.now().streak, goal: goal(), standing: overview.standing() }
}

/// The columns, to sort by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Student,
    Answered,
    Right,
    Streak,
    State,
}

const COLUMNS: [Column; 5] = [Column::Student, Column::Answered, Column::Right, Column::Streak, Column::State];

/// A student with all that rows are sorted by.
#[derive(Debug, Clone, PartialEq)]
struct Ranked {
    student: AccountId,
    name: String,
    work: Work,
}

fn need(standing: Standing) -> usize {
    BY_NEED.iter().position(|other| *other == standing).unwrap_or(BY_NEED.len())
}

#[component]
fn Known(class: ClassId) -> impl IntoView {
    let title = use_projection(move |replica| replica.shown().directory.class_title(class).to_owned());
    let ranked = use_projection(move |replica| {
        let members = replica.shown().directory.class(class).into_iter().flat_map(|members| &members.students);
        let row =
            |student: &AccountId| Ranked { student: *student, name: name_of(replica, *student), work: work(replica, class, *student) };
        members.map(row).collect::<Vec<_>>()
    });
    let sorting = RwSignal::new((Column::State, false));
    let order = Memo::new(move |_| {
        let (column, descending) = sorting.get();
        let mut rows = ranked.get();
        rows.sort_by(|one, other| {
            let (first, second) = if descending { (other, one) } else { (one, other) };
            let by_column = match column {
                Column::Student => first.name.to_lowercase().cmp(&second.name.to_lowercase()),
                Column::Answered => first.work.answered.cmp(&second.work.answered),
                Column::Right => first.work.right.cmp(&second.work.right),
                Column::Streak => first.work.streak.cmp(&second.work.streak),
                Column::State => need(first.work.standing).cmp(&need(second.work.standing)),
            };
            by_column.then_with(|| one.name.to_lowercase().cmp(&other.name.to_lowercase()))
        });
        rows.into_iter().map(|row| row.student).collect::<Vec<_>>()
    });
    let headline = Memo::new(move |_| ranked.with(|rows| headline(rows)));
    let count = Memo::new(move |_| ranked.with(Vec::len));
    view! {
        <header class="heading">
            <PageHeading text=headline title=Signal::derive(move || title.get())/>
        </header>
        <Tally ranked/>
        <div class="scroller" role="region" aria-labelledby="students" tabindex="0">
            <table class="class-table">
                <caption id="students">{move || (texts().class_caption)(count.get())}</caption>
                <thead>
                    <tr>{COLUMNS.map(|column| view! { <Head column sorting/> })}</tr>
                </thead>
                <tbody>
                    <For each=move || order.get() key=|student| *student let:student>
                        <Row class student/>
                    </For>
                </tbody>
            </table>
        </div>
    }
}

/// What to do, in one sentence.
fn headline(rows: &[Ranked]) -> String {
    let first_name = |row: &Ranked| row.name.split_whitespace().next().unwrap_or_default().to_owned();
    let mut stuck: Vec<String> = rows.iter().filter(|row| row.work.standing == Standing::Stuck).map(first_name).collect();
    stuck.sort();
    let all = |standing: Standing| rows.iter().all(|row| row.work.standing == standing);
    if rows.is_empty() {
        texts().no_students.to_owned()
    } else if !stuck.is_empty() {
        (texts().stuck_now)(&stuck)
    } else if all(Standing::NotStarted) {
        texts().nobody_started.to_owned()
    } else if all(Standing::Finished) {
        texts().everybody_finished.to_owned()
    } else {
        texts().nobody_is_stuck.to_owned()
    }
}

#[component]
fn Tally(ranked: Memo<Vec<Ranked>>) -> impl IntoView {
    let card = move |standing: Standing| {
        let count = Memo::new(move |_| ranked.with(|rows| rows.iter().filter(|row| row.work.standing == standing).count()));
        view! {
            <div>
                <dt><State standing=standing/></dt>
                <dd>{move || count.get()}</dd>
            </div>
        }
    };
    view! { <dl class="tally">{BY_NEED.map(card)}</dl> }
}

#[component]
fn Head(column: Column, sorting: RwSignal<(Column, bool)>) -> impl IntoView {
    let name = match column {
        Column::Student => texts().student,
        Column::Answered => texts().answered,
        Column::Right => texts().right_column,
        Column::Streak => texts().streak,
        Column::State => texts().state_column,
    };
    let sorted = move || {
        let (by, descending) = sorting.get();
        (by == column).then_some(if descending { "descending" } else { "ascending" })
    };
    // Of numbers the most first, of names and needs the first.
    let first_descending = matches!(column, Column::Answered | Column::Right | Column::Streak);
    let sort = move |_| {
        sorting.update(|(by, descending)| {
            *descending = if *by == column { !*descending } else { first_descending };
            *by = column;
        });
    };
    view! {
        <th scope="col" aria-sort=sorted>
            <button type="button" on:click=sort>{name}</button>
        </th>
    }
}

/// A student. Its cells change in place.
#[component]
fn Row(class: ClassId, student: AccountId) -> impl IntoView {
    let work = use_projection(move |replica| work(replica, class, student));
    let name = use_projection(move |replica| name_of(replica, student));
    let changes = RwSignal::new(0_u32);
    Effect::new(move |before: Option<Work>| {
        let now = work.get();
        if before.is_some_and(|before| before != now) {
            changes.update(|changes| *changes += 1);
            // A row that is gone by then has nothing to say any more.
            device::after(CHANGED, move || _ = changes.try_update(|changes| *changes = changes.saturating_sub(1)));
        }
        now
    });
    let goal = move || work.get().goal.map(|goal| view! { <span class="goal">{(texts().goal)(goal)}</span> });
    view! {
        <tr data-state=move || state_name(work.get().standing) data-changed=move || (changes.get() > 0).then_some("")>
            <th scope="row">{move || name.get()}</th>
            <td>{move || work.get().answered}</td>
            <td>{move || work.get().right}</td>
            <td>{move || work.get().streak} {goal}</td>
            <td><State standing=Signal::derive(move || work.get().standing)/></td>
        </tr>
    }
}
