//! The questions of a class that were answered, by chapter and section, the hardest first.

use crate::{
    answers,
    components::{
        arrival::PageHeading,
        class_frame::{ClassFrame, class_of_address},
        exports::Exports,
        loading::{Blank, Loading},
        moments::Moments,
        share::ShareBar,
    },
    dispatch::use_projection,
    history::use_history,
    moment::use_moment,
    pages::{
        not_found::NotFound,
        question::{
            insight::{self, Listed},
            source::Place,
        },
    },
    table::{Cell, Table},
    texts::texts,
};
use domain::{
    content::Paper,
    decision::newest_edition,
    ids::{ClassId, CourseId, QuestionId, UnitId},
    replica::Replica,
    statistics::Share,
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
        Some(class) => view! { <ClassFrame><OfClass class/></ClassFrame> }.into_any(),
        None => view! { <NotFound/> }.into_any(),
    }
}

/// What the class may practise, course by course, in the newest edition that is here.
#[derive(Debug, Clone, PartialEq)]
struct Taught {
    paper: Arc<Paper>,
    units: BTreeSet<UnitId>,
}

#[derive(Debug, Clone, PartialEq)]
enum Stage {
    Loading,
    NotHere,
    Nothing,
    Ready(Vec<Taught>),
}

fn stage(replica: &Replica, class: ClassId) -> Stage {
    let directory = &replica.shown().directory;
    let members = directory.class(class).filter(|members| members.teachers.contains(&replica.account()));
    let units = members.into_iter().flat_map(|members| &members.units);
    let mut courses: BTreeMap<CourseId, Taught> = BTreeMap::new();
    for (unit, assignment) in units {
        let paper = newest_edition(directory, class, *unit).and_then(|edition| replica.library().paper(edition.paper));
        if let Some(paper) = paper {
            let fresh = || Taught { paper: paper.clone(), units: BTreeSet::new() };
            courses.entry(assignment.course).or_insert_with(fresh).units.insert(*unit);
        }
    }
    let missing = courses.is_empty() && members.is_some_and(|members| !members.units.is_empty());
    let reached = replica.is_live() && !replica.is_catching_up();
    match (replica.is_ready(), members.is_some() && !missing) {
        (false, _) => Stage::Loading,
        (true, true) => Stage::Ready(courses.into_values().collect()),
        (true, false) if reached && !missing => Stage::Nothing,
        (true, false) if replica.is_offline() => Stage::NotHere,
        (true, false) => Stage::Loading,
    }
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
    first_try: Share,
    common: Option<(String, usize)>,
}

impl Row {
    fn section_words(&self) -> String {
        (texts().question.place)(self.chapter, &self.section_title)
    }

    fn question_words(&self) -> String {
        format!("{} {}", (texts().question.numbered)(self.number), self.prompt)
    }

    fn cells(&self) -> Vec<Cell> {
        let common = self.common.as_ref().map_or(Cell::None, |(answer, times)| Cell::Text((texts().question.given_times)(answer, *times)));
        vec![
            Cell::Text(self.section_words()),
            Cell::Text(self.question_words()),
            Cell::Count(self.first_try.n as u64),
            Cell::Share(self.first_try.share),
            Cell::Text((texts().question.interval)(self.first_try)),
            common,
        ]
    }
}

fn rows(class: ClassId, taught: &Taught, listed: &[Listed]) -> Vec<Row> {
    let by_question: BTreeMap<QuestionId, &Listed> = listed.iter().map(|line| (line.question, line)).collect();
    let mut rows = Vec::new();
    for (chapter, content) in taught.paper.chapters.iter().enumerate() {
        for (place, section) in content.sections.iter().enumerate() {
            for (number, question) in section.questions.iter().enumerate() {
                let Some(line) = by_question.get(&question.id).filter(|line| line.unit == section.id) else { continue };
                rows.push(Row {
                    chapter: chapter + 1,
                    section: place,
                    number: number + 1,
                    place: Place { class, unit: section.id, question: question.id },
                    section_title: section.title.clone(),
                    prompt: answers::prompt(question),
                    first_try: line.first_try,
                    common: line.common.clone(),
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
    let hardest = |one: &Row, other: &Row| one.first_try.share.total_cmp(&other.first_try.share);
    rows.sort_by(|one, other| {
        let (first, second) = if descending { (other, one) } else { (one, other) };
        let by_column = match column {
            Column::Section => (first.chapter, first.section).cmp(&(second.chapter, second.section)),
            Column::Question => first.prompt.cmp(&second.prompt),
            Column::Answers => first.first_try.n.cmp(&second.first_try.n),
            Column::Right => hardest(first, second),
        };
        // Of equally hard ones first the one of which more is known.
        by_column.then_with(|| hardest(one, other)).then_with(|| other.first_try.n.cmp(&one.first_try.n))
    });
}

#[component]
fn OfClass(class: ClassId) -> impl IntoView {
    let stage = use_projection(move |replica| stage(replica, class));
    let history = use_history(class);
    let moment = use_moment();
    let listed = Memo::new(move |_| {
        let Stage::Ready(taught) = stage.get() else { return None };
        history.with(|journal| {
            let k = moment.at.get().map_or(journal.len(), |k| k.min(journal.len()));
            let of = |taught: &Taught| rows(class, taught, &insight::listed(journal, k, &taught.paper, &taught.units));
            taught.iter().flat_map(of).collect::<Vec<_>>()
        })
    });
    // Loading, without a connection, and with something to show are different pages; what changes within the last is done in place.
    let shown = Memo::new(move |_| match (stage.get(), listed.with(Option::is_some)) {
        (Stage::Loading, _) | (Stage::Ready(_), false) => Shown::Loading,
        (Stage::NotHere, _) => Shown::NotHere,
        (Stage::Nothing, _) => Shown::Nothing,
        (Stage::Ready(_), true) => Shown::Ready,
    });
    let rows = Memo::new(move |_| listed.get().unwrap_or_default());
    let blank = |title, more| {
        let way_on = ("/teach", texts().to_classes);
        view! { <Blank title more way_on/> }.into_any()
    };
    move || match shown.get() {
        Shown::Loading => view! { <Loading what=texts().loading_classes/> }.into_any(),
        Shown::NotHere => blank(texts().no_content, texts().no_content_more),
        Shown::Nothing => blank(texts().not_found, texts().not_found_more),
        Shown::Ready => view! { <Known class rows/> }.into_any(),
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Shown {
    Loading,
    NotHere,
    Nothing,
    Ready,
}

#[component]
fn Known(class: ClassId, rows: Memo<Vec<Row>>) -> impl IntoView {
    let class_title = use_projection(move |replica| replica.shown().directory.class_title(class).to_owned());
    let moment = use_moment();
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
            <p>
                <a href="/teach">{texts().classes}</a>
                " · "
                <a href=move || moment.link(&format!("/teach/{class}"))>{move || class_title.get()}</a>
            </p>
            <PageHeading text=headline title=Signal::derive(move || format!("{} · {}", texts().question.title, class_title.get()))/>
        </header>
        <Moments class/>
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
                            key=|row| (row.place.unit, row.place.question, row.first_try.n, row.first_try.count, row.common.clone())
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
    let [section, question, n, right, interval, common] = <[Cell; 6]>::try_from(row.cells()).unwrap_or_else(|_| [const { Cell::None }; 6]);
    let place = row.place;
    view! {
        <tr>
            <td>{section.text()}</td>
            <th scope="row">
                <a href=move || moment.link(&place.address())>{question.text()}</a>
            </th>
            <td data-kind="number">{n.text()}</td>
            <td data-kind="number">{right.text()} <ShareBar share=row.first_try/></td>
            <td data-kind="number">{interval.text()}</td>
            <td>{common.text()}</td>
        </tr>
    }
}
