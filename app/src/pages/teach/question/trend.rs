//! How a question went over the weeks: a table, and beside it a drawing of the same.

use super::source::Asked;
use crate::{
    components::teach::{
        data_table::DataTable,
        plot::{Axis, Drawing, Plot, Shape},
    },
    device,
    table::{Cell, Table},
    texts::texts,
};
use domain::projections::insight::{QuestionInsight, Week};
use leptos::prelude::*;

/// Beside the first and the last week, as a part of what lies between them.
const ROOM: f64 = 0.1;

/// The weeks, where there are at least two to compare.
#[component]
pub fn Trend(asked: Memo<Option<Asked>>, insight: Memo<Option<QuestionInsight>>) -> impl IntoView {
    let weeks = Memo::new(move |_| insight.with(|insight| insight.as_ref().map(|insight| insight.trend.clone()).unwrap_or_default()));
    let table = Signal::derive(move || {
        let texts = &texts().question;
        let columns = [texts.week_column, texts.n_column, texts.right_column, texts.interval_column];
        Table {
            title: asked.with(|asked| asked.as_ref().map(|asked| asked.titled(texts.trend))).unwrap_or_default(),
            columns: columns.map(str::to_owned).to_vec(),
            rows: weeks.with(|weeks| weeks.iter().map(cells).collect()),
        }
    });
    let drawing = Signal::derive(move || weeks.with(|weeks| drawing(weeks)));
    view! {
        <Show when=move || { weeks.with(Vec::len) > 1 }>
            <section aria-labelledby="trend">
                <h2 id="trend">{texts().question.trend}</h2>
                <div class="trend">
                    <DataTable id="trend-table" table caption=Signal::stored(texts().question.trend_caption.to_owned()) in_order=true/>
                    <Plot id="trend-plot" drawing/>
                </div>
            </section>
        </Show>
    }
}

fn cells(week: &Week) -> Vec<Cell> {
    vec![
        Cell::Text(device::day(week.monday)),
        Cell::Count(week.right.n as u64),
        Cell::Share(week.right.share),
        Cell::Text((texts().question.interval)(week.right)),
    ]
}

/// The shares as a line, with their intervals. Weeks without answers leave their places empty.
fn drawing(weeks: &[Week]) -> Drawing {
    let place = |week: &Week| week.monday.0 as f64;
    let (first, last) = (weeks.first().map_or(0.0, place), weeks.last().map_or(1.0, place));
    // Room for the dates under the first and the last week.
    let room = ROOM * (last - first);
    let share = |week: Option<&Week>| week.map_or(0.0, |week| week.right.share);
    let point = |week: &Week| (place(week), week.right.share, (week.right.low, week.right.high));
    let marks = [weeks.first(), weeks.last()].into_iter().flatten().map(|week| (place(week), device::day(week.monday))).collect();
    Drawing {
        title: texts().question.trend_caption.to_owned(),
        description: (texts().question.trend_more)(weeks.len(), share(weeks.first()), share(weeks.last())),
        x: Axis { name: texts().question.week_column.to_owned(), low: first - room, high: last + room, marks },
        y: Axis::percent(texts().question.right_column),
        shape: Shape::Line(weeks.iter().map(point).collect()),
    }
}
