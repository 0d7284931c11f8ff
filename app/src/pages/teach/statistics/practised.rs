//! The questions of a section as they are practised: drawn, so that everybody has met others.

use super::{Looking, Section, terms::Meanings};
use crate::{
    components::teach::data_table::DataTable,
    table::{Cell, Table},
    texts::texts,
};
use domain::{
    attempt::Judgement,
    ids::{QuestionId, UnitId},
    projections::{insight::SectionInsight, journal::Journal},
    statistics::{DRAWN_MIN, Discrimination, median_time_ms},
};
use leptos::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

#[component]
pub fn Practised(section: Memo<Option<Section>>, insight: Memo<Option<SectionInsight>>, looking: Looking) -> impl IntoView {
    let table = Memo::new(move |_| {
        let (Some(section), Some(insight)) = (section.get(), insight.get()) else { return Table::default() };
        let times = looking.at(|journal, k| times(journal, section.unit, k)).unwrap_or_default();
        table(&section, &insight, &times)
    });
    let all = &texts().statistics;
    let terms =
        vec![&all.n, &all.first_try, &all.interval_from, &all.interval_to, &all.drawn_discrimination, &all.drawn_n, &all.time, &all.time_n];
    view! {
        <section class="statistics" aria-labelledby="practised">
            <h2 id="practised">{all.practised}</h2>
            <p class="quiet">{all.practised_more}</p>
            <DataTable id="practised-table" table/>
            <Meanings terms/>
        </section>
    }
}

/// By question, how long the first answers took that say so, in milliseconds.
fn times(journal: &Journal, unit: UnitId, k: usize) -> BTreeMap<QuestionId, Vec<u64>> {
    let mut met = BTreeSet::new();
    let mut times: BTreeMap<QuestionId, Vec<u64>> = BTreeMap::new();
    for answered in journal.answers(Some(unit), k).filter(|answered| answered.try_number == 1) {
        let is_first = met.insert((answered.student, answered.question));
        if let (true, true, Some(ms)) = (is_first, answered.judgement != Judgement::Void, answered.ms) {
            times.entry(answered.question()).or_default().push(u64::from(ms));
        }
    }
    times
}

fn table(section: &Section, insight: &SectionInsight, times: &BTreeMap<QuestionId, Vec<u64>>) -> Table {
    let all = &texts().statistics;
    let row = |(question, prompt): &(QuestionId, String)| {
        let drawn = insight.questions.get(question);
        let share = drawn.map(|drawn| drawn.first_try);
        let times = times.get(question).map(Vec::as_slice).unwrap_or_default();
        vec![
            Cell::Text(prompt.clone()),
            Cell::Count(share.map_or(0, |share| share.n as u64)),
            Cell::share(share.map(|share| share.share)),
            Cell::share(share.map(|share| share.low)),
            Cell::share(share.map(|share| share.high)),
            drawn.map_or(Cell::None, |drawn| discrimination(drawn.discrimination)),
            Cell::Count(drawn.map_or(0, |drawn| drawn.discrimination.n as u64)),
            Cell::number(median_time_ms(times.iter().copied()).map(|ms| ms / 1000.0), 1),
            Cell::Count(times.len() as u64),
        ]
    };
    let terms =
        [&all.n, &all.first_try, &all.interval_from, &all.interval_to, &all.drawn_discrimination, &all.drawn_n, &all.time, &all.time_n];
    Table {
        title: (all.practised_table)(&section.title),
        columns: [all.question].into_iter().chain(terms.map(|term| term.name)).map(str::to_owned).collect(),
        rows: section.questions.iter().map(row).collect(),
    }
}

/// Below so many students it would be chance.
fn discrimination(of: Discrimination) -> Cell {
    if of.n < DRAWN_MIN { Cell::Text((texts().statistics.too_few_of)(of.n, DRAWN_MIN)) } else { Cell::number(of.index_percent, 1) }
}
