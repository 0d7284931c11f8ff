//! What one student has done, section by section.

use super::{Told, section_title};
use crate::{
    components::{
        exports::Exports,
        names::name_of,
        state::state_name,
    },
    device,
    dispatch::use_projection,
    table::{Cell, Table},
    texts::texts,
};
use domain::{ids::UnitId, projections::tally::Standing, replica::Replica};
use leptos::prelude::*;

/// A section in which something was done.
#[derive(Debug, Clone, PartialEq)]
struct Row {
    title: String,
    standing: Standing,
    cells: Vec<Cell>,
}

/// The table.
#[component]
pub fn Sections(told: Told) -> impl IntoView {
    let rows = use_projection(move |replica| rows(replica, told));
    let caption = use_projection(move |replica| (texts().story.progress_caption)(&name_of(replica, told.student)));
    let columns = || {
        let words = texts();
        [words.story.section, words.state_column, words.answered, words.right_column, words.streak, words.story.minutes]
            .into_iter()
            .chain([words.story.last_worked_on])
    };
    let table = Signal::derive(move || Table {
        title: caption.get(),
        columns: columns().map(str::to_owned).collect(),
        rows: rows.get().into_iter().map(|row| row.cells).collect(),
    });
    let body = move || {
        let row = |row: Row| {
            let state = state_name(row.standing);
            let rest = row.cells.into_iter().skip(2).map(|cell| view! { <td>{cell.text()}</td> }).collect_view();
            view! {
                <tr data-state=state>
                    <th scope="row">{row.title}</th>
                    <td><span class="state" data-state=state>{(texts().state)(row.standing)}</span></td>
                    {rest}
                </tr>
            }
        };
        rows.get().into_iter().map(row).collect_view()
    };
    view! {
        <section class="student-sections">
            <Show when=move || rows.with(|rows| !rows.is_empty()) fallback=|| view! { <p class="quiet">{texts().story.no_work}</p> }>
                <div class="scroller" role="region" aria-labelledby="sections" tabindex="0">
                    <table class="class-table">
                        <caption id="sections">{move || caption.get()}</caption>
                        <thead>
                            <tr>{columns().map(|column| view! { <th scope="col">{column}</th> }).collect_view()}</tr>
                        </thead>
                        <tbody>{body}</tbody>
                    </table>
                </div>
                <p class="quiet">{texts().story.time_rule}</p>
                <Exports table/>
            </Show>
        </section>
    }
}

/// The sections in the order of their courses; what no course has any more comes last.
fn rows(replica: &Replica, told: Told) -> Vec<Row> {
    let units = told.board.with(|board| board.students.get(&told.student).map(|overview| overview.units.clone()).unwrap_or_default());
    let mut done: Vec<(usize, UnitId)> = units.keys().map(|unit| (place(replica, *unit), *unit)).collect();
    done.sort_unstable();
    let row = |(_, unit): (usize, UnitId)| {
        let tally = units.get(&unit).copied().unwrap_or_default();
        let title = section_title(replica, unit).unwrap_or_else(|| texts().story.unknown_question.to_owned());
        let minutes = told.spent.with(|spent| spent.units.get(&unit).copied().unwrap_or_default()) as f64 / 60_000.0;
        let cells = vec![
            Cell::Text(title.clone()),
            Cell::Text((texts().state)(tally.standing()).to_owned()),
            Cell::Count(u64::from(tally.answered)),
            Cell::Count(u64::from(tally.right)),
            Cell::Count(u64::from(tally.streak)),
            Cell::Number(minutes, 1),
            Cell::Text(device::written(tally.last, texts().language)),
        ];
        Row { title, standing: tally.standing(), cells }
    };
    done.into_iter().map(row).collect()
}

/// Where a section stands among all sections of the courses at hand.
fn place(replica: &Replica, unit: UnitId) -> usize {
    let papers = replica.shown().directory.courses().filter_map(|(_, course)| replica.library().paper(course.contents.editions.last()?.paper));
    let mut sections = papers.flat_map(|paper| &paper.chapters).flat_map(|chapter| &chapter.sections);
    sections.position(|section| section.id == unit).unwrap_or(usize::MAX)
}
