//! The questions of a class that were answered, by chapter and section, the hardest first.

use crate::{
    address::{Address, Place},
    answers, collation,
    components::{
        arrival::PageHeading,
        not_found::NotFound,
        share::ShareBar,
        showing::Showing,
        teach::{
            class_frame::{ClassFrame, NotFoundHere},
            exports::Exports,
        },
    },
    doors::{class_of_address, use_history, use_projection},
    moment::use_moment,
    table::{Cell, Table},
    texts::texts,
    wording,
};
use domain::{
    content::Paper,
    ids::{ClassId, CourseId, QuestionId, UnitId},
    projections::insight::{QuestionRow, questions},
    replica::Replica,
    statistics::Share,
    views::{
        shown::Shown,
        taught::{edition_of, units_of},
    },
};
use leptos::prelude::*;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// The page.
#[component]
pub fn Questions() -> impl IntoView {
    let class = class_of_address();
    move || match class.get() {
        Some(class) => view! { <ClassFrame>{move || view! { <OfClass class/> }}</ClassFrame> }.into_any(),
        None => view! { <NotFound/> }.into_any(),
    }
}

/// What the class may practise, course by course, in the newest edition that is here.
#[derive(Debug, Clone, PartialEq)]
struct Taught {
    paper: Arc<Paper>,
    units: BTreeSet<UnitId>,
}

fn taught(replica: &Replica, class: ClassId) -> Shown<Vec<Taught>> {
    let directory = &replica.shown().directory;
    let members = directory.class(class).filter(|members| members.teachers.contains(&replica.account()));
    let units = if members.is_some() { units_of(replica.shown(), class) } else { BTreeSet::new() };
    let mut courses: BTreeMap<CourseId, Taught> = BTreeMap::new();
    for unit in &units {
        let Some(edition) = edition_of(replica.shown(), class, *unit) else { continue };
        if let Some(paper) = replica.library().paper(edition.paper) {
            let fresh = || Taught { paper: paper.clone(), units: BTreeSet::new() };
            courses.entry(edition.course).or_insert_with(fresh).units.insert(*unit);
        }
    }
    // The papers of what the class practises are on their way.
    if courses.is_empty() && !units.is_empty() {
        return Shown::of_known(None, replica.reach());
    }
    Shown::of(members.map(|_| courses.into_values().collect()), replica.reach())
}

/// A question as it stands in the table.
#[derive(Debug, Clone, PartialEq)]
struct Row {
    /// Where it stands in the courses.
    chapter: usize,
    section: usize,
    number: usize,
    place: Place,
    section_title: String,
    prompt: String,
    /// None where all that was answered counts for nothing.
    right: Option<Share>,
    common: Option<(String, usize)>,
}

impl Row {
    fn section_words(&self) -> String {
        (texts().question.place)(self.chapter, &self.section_title)
    }

    fn answers(&self) -> usize {
        self.right.map_or(0, |right| right.n)
    }

    fn question_words(&self) -> String {
        format!("{} {}", (texts().question.numbered)(self.number), self.prompt)
    }

    fn cells(&self) -> Vec<Cell> {
        let common = self.common.as_ref().map_or(Cell::None, |(answer, times)| Cell::Text((texts().question.given_times)(answer, *times)));
        vec![
            Cell::Text(self.section_words()),
            Cell::Text(self.question_words()),
            Cell::Count(self.answers() as u64),
            Cell::share(self.right.map(|right| right.share)),
            self.right.map_or(Cell::None, |right| Cell::Text((texts().question.interval)(right))),
            common,
        ]
    }
}

/// The questions that were answered, in the order of the course; also of units that are not assigned any more.
fn rows(class: ClassId, taught: &Taught, listed: Vec<QuestionRow>) -> Vec<Row> {
    let mut by_question: BTreeMap<QuestionId, QuestionRow> = listed.into_iter().map(|line| (line.question, line)).collect();
    let mut rows = Vec::new();
    for (chapter, content) in taught.paper.chapters.iter().enumerate() {
        for (place, unit) in content.units().enumerate().filter(|(_, unit)| taught.units.contains(&unit.id())) {
            for (number, question) in unit.questions().iter().enumerate() {
                let Some(line) = by_question.remove(&question.id) else { continue };
                rows.push(Row {
                    chapter: chapter + 1,
                    section: place,
                    number: number + 1,
                    place: Place { class, unit: unit.id(), question: question.id },
                    section_title: unit.title().to_owned(),
                    prompt: wording::prompt(question),
                    right: line.right,
                    common: line.wrong.map(|(answer, times)| (answers::normalised(question, &answer), times)),
                });
            }
        }
    }
    rows
}

/// The columns to sort by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Section,
    Question,
    Answers,
    Right,
}

/// The columns with their heads; those that cannot be sorted by have none.
fn columns() -> [(Option<Column>, &'static str); 6] {
    let texts = &texts().question;
    [
        (Some(Column::Section), texts.section_column),
        (Some(Column::Question), texts.question_column),
        (Some(Column::Answers), texts.n_column),
        (Some(Column::Right), texts.right_column),
        (None, texts.interval_column),
        (None, texts.common_column),
    ]
}

fn sort(rows: &mut [Row], column: Column, descending: bool) {
    let share = |row: &Row| row.right.map_or(f64::INFINITY, |right| right.share);
    let hardest = |one: &Row, other: &Row| share(one).total_cmp(&share(other));
    rows.sort_by(|one, other| {
        let (first, second) = if descending { (other, one) } else { (one, other) };
        let by_column = match column {
            Column::Section => (first.chapter, first.section).cmp(&(second.chapter, second.section)),
            Column::Question => collation::compare(&first.prompt, &second.prompt),
            Column::Answers => first.answers().cmp(&second.answers()),
            Column::Right => hardest(first, second),
        };
        // Of equally hard ones first the one of which more is known.
        by_column.then_with(|| hardest(one, other)).then_with(|| other.answers().cmp(&one.answers()))
    });
}

#[component]
fn OfClass(class: ClassId) -> impl IntoView {
    let taught = use_projection(move |replica| taught(replica, class));
    let history = use_history(class);
    let moment = use_moment();
    let listed = Memo::new(move |_| {
        let taught = taught.get().ready()?;
        history.with(|journal| {
            let k = moment.at.get().map_or(journal.len(), |k| k.min(journal.len()));
            let of = |taught: &Taught| rows(class, taught, questions(journal, &taught.paper, k));
            taught.iter().flat_map(of).collect::<Vec<_>>()
        })
    });
    // Loading, without a connection, and with something to show are different pages; what changes within the last is done in place.
    let shown = Memo::new(move |_| match taught.with(|taught| taught.as_ref().map(|_| ())) {
        Shown::Ready(()) if listed.with(Option::is_none) => Shown::Loading,
        shown => shown,
    });
    let rows = Memo::new(move |_| listed.get().unwrap_or_default());
    let way_on = (Address::Teach, texts().to_classes);
    view! { <Showing shown loading=texts().loading_classes way_on nothing=NotFoundHere children=move |()| view! { <Known class rows/> }/> }
}

#[component]
fn Known(class: ClassId, rows: Memo<Vec<Row>>) -> impl IntoView {
    let class_title = use_projection(move |replica| replica.shown().directory.class_title(class).to_owned());
    let sorting = RwSignal::new((Column::Section, false));
    let sorted = Memo::new(move |_| {
        let (column, descending) = sorting.get();
        let mut rows = rows.get();
        sort(&mut rows, column, descending);
        rows
    });
    let headline = Memo::new(move |_| {
        let hardest = |rows: &Vec<Row>| {
            let mut rows = rows.clone();
            sort(&mut rows, Column::Right, false);
            rows.into_iter().next()
        };
        rows.with(hardest).map_or_else(|| texts().question.none_answered.to_owned(), |row| (texts().question.hardest)(&row.prompt))
    });
    let table = Signal::derive(move || Table {
        title: format!("{} {}", class_title.get(), texts().question.title),
        columns: columns().map(|(_, name)| name.to_owned()).to_vec(),
        rows: sorted.with(|rows| rows.iter().map(Row::cells).collect()),
    });
    let head = move |(column, name): (Option<Column>, &'static str)| match column {
        Some(column) => view! { <Head column name sorting/> }.into_any(),
        None => view! { <th scope="col">{name}</th> }.into_any(),
    };
    let count = Memo::new(move |_| rows.with(Vec::len));
    view! {
        <header class="heading">
            <PageHeading text=headline title=Signal::derive(move || format!("{} · {}", texts().question.title, class_title.get()))/>
        </header>
        <Show when=move || { count.get() > 0 } fallback=|| view! { <p>{texts().question.none_answered_more}</p> }>
            <div class="scroller" role="region" aria-labelledby="questions" tabindex="0">
                <table class="figures-table">
                    <caption id="questions">{move || (texts().question.caption)(count.get())}</caption>
                    <thead>
                        <tr>{columns().map(head)}</tr>
                    </thead>
                    <tbody>
                        <For
                            each=move || sorted.get()
                            key=|row| (row.place.question, row.right.map(|right| (right.count, right.n)), row.common.clone())
                            let:row
                        >
                            <Line row/>
                        </For>
                    </tbody>
                </table>
            </div>
            <Exports table/>
        </Show>
    }
}

#[component]
fn Head(column: Column, name: &'static str, sorting: RwSignal<(Column, bool)>) -> impl IntoView {
    let sorted = move || {
        let (by, descending) = sorting.get();
        (by == column).then_some(if descending { "descending" } else { "ascending" })
    };
    let sort = move |_| {
        sorting.update(|(by, descending)| {
            *descending = if *by == column { !*descending } else { column == Column::Answers };
            *by = column;
        });
    };
    view! {
        <th scope="col" aria-sort=sorted>
            <button type="button" on:click=sort>{name}</button>
        </th>
    }
}

#[component]
fn Line(row: Row) -> impl IntoView {
    let moment = use_moment();
    let text = |cell: &Cell| cell.text().unwrap_or_else(|| texts().question.undefined.to_owned());
    let cells: Vec<String> = row.cells().iter().map(text).collect();
    let [section, question, n, right, interval, common] = <[String; 6]>::try_from(cells).unwrap_or_default();
    let place = row.place;
    view! {
        <tr>
            <td>{section}</td>
            <th scope="row">
                <a href=move || moment.link(&Address::Question(place))>{question}</a>
            </th>
            <td data-kind="number">{n}</td>
            <td data-kind="number">{right} " " {row.right.map(|share| view! { <ShareBar share/> })}</td>
            <td data-kind="number">{interval}</td>
            <td>{common}</td>
        </tr>
    }
}
