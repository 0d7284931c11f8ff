//! How a question went over the weeks: a table, and beside it a drawing of the same.

use super::source::Asked;
use crate::{
    components::exports::Exports,
    device,
    table::{Cell, Table},
    texts::texts,
};
use domain::projections::insight::{QuestionInsight, Week};
use leptos::prelude::*;

/// The drawing's size, in its own units; the share of 1 is at [`TOP`], that of 0 at [`BOTTOM`].
const WIDTH: f64 = 320.0;
const HEIGHT: f64 = 120.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = 110.0;
const SIDE: f64 = 12.0;

/// The weeks, where there are at least two to compare.
#[component]
pub fn Trend(asked: Memo<Option<Asked>>, insight: Memo<Option<QuestionInsight>>) -> impl IntoView {
    let weeks = Memo::new(move |_| insight.with(|insight| insight.as_ref().map(|insight| insight.trend.clone()).unwrap_or_default()));
    let table = Signal::derive(move || Table {
        title: asked
            .with(|asked| asked.as_ref().map(|asked| (texts().question.name)(&asked.section, asked.number)))
            .map_or_else(String::new, |name| format!("{name}, {}", texts().question.trend)),
        columns: columns().map(str::to_owned).to_vec(),
        rows: weeks.with(|weeks| weeks.iter().map(cells).collect()),
    });
    let row = |cells: Vec<Cell>| {
        let mut cells = cells.into_iter();
        let week = cells.next().map(|cell| cell.text());
        view! {
            <tr>
                <th scope="row">{week}</th>
                {cells.map(|cell| view! { <td data-kind="number">{answers::cell(&cell)}</td> }).collect_view()}
            </tr>
        }
    };
    view! {
        <Show when=move || { weeks.with(Vec::len) > 1 }>
            <section aria-labelledby="trend">
                <h2 id="trend">{texts().question.trend}</h2>
                <div class="trend">
                    <div class="scroller" role="region" aria-labelledby="trend-caption" tabindex="0">
                        <table class="figures-table">
                            <caption id="trend-caption">{texts().question.trend_caption}</caption>
                            <thead>
                                <tr>{columns().map(|name| view! { <th scope="col">{name}</th> })}</tr>
                            </thead>
                            <tbody>{move || table.get().rows.into_iter().map(row).collect_view()}</tbody>
                        </table>
                    </div>
                    {move || weeks.with(|weeks| drawing(weeks))}
                </div>
                <Exports table/>
            </section>
        </Show>
    }
}

fn columns() -> [&'static str; 4] {
    let texts = &texts().question;
    [texts.week_column, texts.n_column, texts.right_column, texts.interval_column]
}

fn cells(week: &Week) -> Vec<Cell> {
    vec![
        Cell::Text(device::day(week.monday, texts().language)),
        Cell::Count(week.right.n as u64),
        Cell::Share(week.right.share),
        Cell::Text((texts().question.interval)(week.right)),
    ]
}

/// The shares as a line, their intervals as strokes through its points. A week without answers leaves its place empty.
fn drawing(weeks: &[Week]) -> Option<impl IntoView + use<>> {
    let (first, last) = (weeks.first()?, weeks.last()?);
    let span = (last.monday.0 - first.monday.0).max(1) as f64;
    let x = move |week: &Week| SIDE + (week.monday.0 - first.monday.0) as f64 / span * (WIDTH - 2.0 * SIDE);
    let y = |share: f64| BOTTOM - share * (BOTTOM - TOP);
    let points = weeks.iter().map(|week| format!("{:.1},{:.1}", x(week), y(week.right.share))).collect::<Vec<_>>().join(" ");
    let marks = weeks.iter().map(|week| {
        let (x, low, high, share) = (x(week), y(week.right.low), y(week.right.high), y(week.right.share));
        view! {
            <line class="interval" x1=x x2=x y1=low y2=high></line>
            <circle class="point" cx=x cy=share r="4"></circle>
        }
    });
    let levels = [0.0, 0.5, 1.0].map(|share| {
        let level = y(share);
        view! {
            <line class="level" x1="0" x2=WIDTH y1=level y2=level></line>
            <text class="label" x="2" y=level - 2.0>{(texts().question.percent)(share)}</text>
        }
    });
    Some(view! {
        <svg class="trend-drawing" viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="img" aria-labelledby="trend-title trend-desc">
            <title id="trend-title">{texts().question.trend_caption}</title>
            <desc id="trend-desc">{(texts().question.trend_more)(weeks.len(), first.right.share, last.right.share)}</desc>
            {levels}
            {marks.collect_view()}
            <polyline class="line-through" points=points></polyline>
        </svg>
    })
}
