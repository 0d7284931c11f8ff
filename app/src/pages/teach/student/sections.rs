//! What one student has done, section by section.

use super::{Told, section_title};
use crate::{
    components::teach::{data_table::DataTable, names::name_in_words},
    device,
    doors::use_projection,
    table::{Cell, Table},
    texts::texts,
};
use domain::{ids::UnitId, replica::Replica};
use leptos::prelude::*;

/// The table.
#[component]
pub fn Sections(told: Told) -> impl IntoView {
    let table = use_projection(move |replica| table(replica, told));
    view! {
        <section class="student-sections">
            <Show
                when=move || table.with(|table| !table.rows.is_empty())
                fallback=|| view! { <p class="quiet">{texts().story.no_work}</p> }
            >
                <DataTable id="sections" table/>
                <p class="quiet">{texts().story.time_rule}</p>
            </Show>
        </section>
    }
}

/// The sections in the order of their courses; what no course has any more comes last.
fn table(replica: &Replica, told: Told) -> Table {
    let words = texts();
    let units = told.board.with(|board| board.students.get(&told.student).map(|overview| overview.units.clone()).unwrap_or_default());
    let mut done: Vec<(usize, UnitId)> = units.keys().map(|unit| (place(replica, *unit), *unit)).collect();
    done.sort_unstable();
    let row = |(_, unit): (usize, UnitId)| {
        let tally = units.get(&unit).copied().unwrap_or_default();
        let ms = told.spent.with(|spent| spent.get(&unit).copied().unwrap_or_default());
        vec![
            Cell::Text(section_title(replica, unit).unwrap_or_else(|| unit.to_string())),
            Cell::Text((words.state)(tally.standing()).to_owned()),
            Cell::Count(u64::from(tally.answered)),
            Cell::Count(u64::from(tally.right)),
            Cell::Count(u64::from(tally.reckoning().streak)),
            Cell::Number(ms as f64 / 60_000.0, 1),
            Cell::Text(device::written(tally.last, words.language)),
        ]
    };
    let story = &words.story;
    let columns =
        [story.section, words.state_column, words.answered, words.right_column, words.streak, story.minutes, story.last_worked_on];
    Table {
        title: (story.progress_caption)(&name_in_words(replica, told.student)),
        columns: columns.map(str::to_owned).to_vec(),
        rows: done.into_iter().map(row).collect(),
    }
}

/// Where a section stands among all sections of the courses at hand.
fn place(replica: &Replica, unit: UnitId) -> usize {
    let papers =
        replica.shown().directory.courses().filter_map(|(_, course)| replica.library().paper(course.contents.editions.last()?.paper));
    let mut units = papers.flat_map(|paper| paper.units());
    units.position(|one| one.id() == unit).unwrap_or(usize::MAX)
}
