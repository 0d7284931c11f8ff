//! The class's progress over time: week by week, how much was answered and how much of it was right.

use super::Looking;
use crate::{
    components::teach::{
        data_table::DataTable,
        plot::{Axis, Drawing, Plot, Shape},
    },
    device,
    table::{Cell, Table},
    texts::texts,
};
use domain::{
    projections::insight::{WeekOfWork, Zone, weeks_of_work},
    statistics::Share,
};
use leptos::prelude::*;

/// About so many weeks are named under the plot.
const NAMED_WEEKS: usize = 5;

#[component]
pub fn Progress(looking: Looking) -> impl IntoView {
    let zone = Zone { minutes_ahead: device::minutes_ahead() };
    let weeks = Memo::new(move |_| looking.at(|journal, k| weeks_of_work(journal, k, zone)).unwrap_or_default());
    let all = &texts().statistics;
    let table = Memo::new(move |_| weeks.with(|weeks| table(weeks)));
    let drawing = Memo::new(move |_| weeks.with(|weeks| drawing(weeks)));
    let is_empty = Memo::new(move |_| weeks.with(Vec::is_empty));
    view! {
        <section class="statistics" aria-labelledby="progress">
            <h2 id="progress">{all.progress}</h2>
            <Show when=move || !is_empty.get() fallback=move || view! { <p>{all.nothing_done}</p> }>
                <DataTable id="progress-table" table/>
                <div class="plots">
                    <Plot id="progress-plot" drawing/>
                </div>
            </Show>
        </section>
    }
}

fn right(week: &WeekOfWork) -> Option<Share> {
    Share::of(week.right, week.answered)
}

fn table(weeks: &[WeekOfWork]) -> Table {
    let all = &texts().statistics;
    let row = |week: &WeekOfWork| {
        let right = right(week);
        vec![
            Cell::Text(device::day(week.monday)),
            Cell::Count(week.answered as u64),
            Cell::share(right.map(|right| right.share)),
            Cell::share(right.map(|right| right.low)),
            Cell::share(right.map(|right| right.high)),
            Cell::Count(week.finished as u64),
        ]
    };
    let columns = [all.week, all.answers, all.right, all.interval_from.name, all.interval_to.name, all.finished];
    Table { title: all.progress_table.to_owned(), columns: columns.map(str::to_owned).to_vec(), rows: weeks.iter().map(row).collect() }
}

fn drawing(weeks: &[WeekOfWork]) -> Drawing {
    let all = &texts().statistics;
    let at = |week: &WeekOfWork| week.monday.0 as f64;
    let (first, last) = (weeks.first().map_or(0.0, at), weeks.last().map_or(0.0, at));
    // Half a day on either side, so that a single week stands in the middle.
    let margin = ((last - first) * 0.03).max(43_200_000.0);
    let every = weeks.len().div_ceil(NAMED_WEEKS).max(1);
    let marks = weeks.iter().step_by(every).map(|week| (at(week), device::day(week.monday))).collect();
    let points = weeks.iter().filter_map(|week| right(week).map(|right| (at(week), right.share, (right.low, right.high)))).collect();
    Drawing {
        title: all.progress.to_owned(),
        description: (all.progress_description)(weeks.len()),
        x: Axis { name: all.week.to_owned(), low: first - margin, high: last + margin, marks },
        y: Axis::percent(all.right),
        shape: Shape::Line(points),
    }
}
