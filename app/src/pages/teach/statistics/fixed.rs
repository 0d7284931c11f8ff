//! Questions of a section as a test: a fixed set, one mark each, with the statistics that Moodle has.

use super::{Section, terms::Meanings};
use crate::{
    collation,
    components::teach::{
        data_table::DataTable,
        names::name_of,
        plot::{Axis, Drawing, Plot, Shape},
    },
    doors::use_projection,
    table::{Cell, Table},
    texts::{Term, texts},
};
use domain::{
    ids::{AccountId, ClassId, QuestionId},
    projections::insight::SectionInsight,
    statistics::{Bin, MarkTable, QuestionFigures, Report, histogram},
};
use leptos::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// The decimals of a mean and the like.
const DECIMALS: u8 = 2;
/// The decimals of a percentage that may be negative or above a hundred.
const PERCENT_DECIMALS: u8 = 1;

/// The chosen questions with their marks.
#[derive(Debug, Clone, PartialEq)]
struct Set {
    section: String,
    /// How many questions the section has.
    of: usize,
    /// The chosen ones.
    questions: Vec<(QuestionId, String)>,
    /// Who has answered any of them, in the order of the marks.
    students: Vec<AccountId>,
    /// By student, what was answered first: right or not.
    firsts: BTreeMap<AccountId, BTreeMap<QuestionId, bool>>,
    marks: MarkTable,
    report: Report,
}

#[component]
pub fn Fixed(class: ClassId, section: Memo<Option<Section>>, insight: Memo<Option<SectionInsight>>) -> impl IntoView {
    // Those that are left out, so that a question that is new is in.
    let left_out = RwSignal::new(BTreeSet::<QuestionId>::new());
    let set = Memo::new(move |_| {
        let section = section.get()?;
        let is_in = |(question, _): &(QuestionId, String)| left_out.with(|out| !out.contains(question));
        let questions: Vec<_> = section.questions.iter().filter(|question| is_in(question)).cloned().collect();
        insight.with(|insight| {
            let firsts = insight.as_ref()?.firsts.clone();
            let any = |answered: &BTreeMap<QuestionId, bool>| questions.iter().any(|(id, _)| answered.contains_key(id));
            let students: Vec<AccountId> = firsts.iter().filter(|(_, answered)| any(answered)).map(|(student, _)| *student).collect();
            let row = |student: &AccountId| questions.iter().map(|(id, _)| firsts.get(student)?.get(id).copied()).collect();
            let marks = MarkTable::of_right(questions.len(), students.iter().map(row).collect());
            let report = Report::of(&marks);
            Some(Set { section: section.title.clone(), of: section.questions.len(), questions, students, firsts, marks, report })
        })
    });
    let nothing = Memo::new(move |_| set.with(|set| set.as_ref().is_none_or(|set| set.questions.is_empty() || set.students.is_empty())));
    let of_set = move |make: fn(&Set) -> Table| Memo::new(move |_| set.with(|set| set.as_ref().map(make).unwrap_or_default()));
    let (totals, questions, spread) = (of_set(totals), of_set(questions), of_set(spread));
    let bars = Memo::new(move |_| set.with(|set| set.as_ref().map(bars)));
    let points = Memo::new(move |_| set.with(|set| set.as_ref().map(points)));
    let plot = move |id: &'static str, drawing: Memo<Option<Drawing>>| {
        let drawn = Memo::new(move |_| drawing.with(Option::is_some));
        let drawing = Signal::derive(move || drawing.get().unwrap_or_else(nothing_drawn));
        view! {
            <Show when=move || drawn.get()>
                <Plot id drawing/>
            </Show>
        }
    };
    let all = &texts().statistics;
    let why =
        move || set.with(|set| if set.as_ref().is_some_and(|set| set.questions.is_empty()) { all.no_choice } else { all.nothing_done });
    view! {
        <section class="statistics" aria-labelledby="fixed">
            <h2 id="fixed">{all.fixed}</h2>
            <p class="quiet">{all.fixed_more}</p>
            <Choice section left_out/>
            <Show when=move || !nothing.get() fallback=move || view! { <p>{why}</p> }>
                <DataTable id="totals-table" table=totals in_order=true/>
                <Meanings terms=total_terms()/>
                <DataTable id="questions-table" table=questions/>
                <Meanings terms=question_terms().to_vec()/>
                <div class="plots">{plot("totals-plot", bars)} {plot("against-plot", points)}</div>
                <details>
                    <summary>{move || spread.with(|table| table.title.clone())}</summary>
                    <DataTable id="spread-table" table=spread in_order=true/>
                </details>
                <Marks class set/>
            </Show>
        </section>
    }
}

/// Which questions count.
#[component]
fn Choice(section: Memo<Option<Section>>, left_out: RwSignal<BTreeSet<QuestionId>>) -> impl IntoView {
    let all = &texts().statistics;
    let questions = move || section.with(|section| section.as_ref().map(|section| section.questions.clone()).unwrap_or_default());
    let counts = move || {
        let questions = questions();
        let out = left_out.with(|out| questions.iter().filter(|(id, _)| out.contains(id)).count());
        (questions.len() - out, questions.len())
    };
    let one = move |(id, prompt): (QuestionId, String)| view! { <Tick id prompt left_out/> };
    let everything = move |_| {
        let ids: Vec<QuestionId> = questions().into_iter().map(|(id, _)| id).collect();
        left_out.update(|out| {
            let all_in = ids.iter().all(|id| !out.contains(id));
            for id in ids {
                if all_in {
                    out.insert(id)
                } else {
                    out.remove(&id)
                };
            }
        });
    };
    let all_in = move || {
        let (chosen, of) = counts();
        chosen == of
    };
    view! {
        <details>
            <summary>
                {all.which} ": "
                {move || {
                    let (chosen, of) = counts();
                    (all.chosen)(chosen, of)
                }}
            </summary>
            <fieldset>
                <legend class="unseen">{all.which}</legend>
                <label>
                    <input type="checkbox" prop:checked=all_in on:change=everything/>
                    <strong>{all.all}</strong>
                </label>
                <For each=questions key=|(id, prompt)| (*id, prompt.clone()) children=one/>
            </fieldset>
        </details>
    }
}

/// Whether a question counts.
#[component]
fn Tick(id: QuestionId, prompt: String, left_out: RwSignal<BTreeSet<QuestionId>>) -> impl IntoView {
    let is_in = move || left_out.with(|out| !out.contains(&id));
    let toggle = move |_| {
        left_out.update(|out| {
            if !out.remove(&id) {
                out.insert(id);
            }
        });
    };
    view! {
        <label>
            <input type="checkbox" prop:checked=is_in on:change=toggle/>
            <span>{prompt}</span>
        </label>
    }
}

/// The marks, as the program's own command reads them.
#[component]
fn Marks(class: ClassId, set: Memo<Option<Set>>) -> impl IntoView {
    let all = &texts().statistics;
    let names = use_projection(move |replica| {
        // Also of those who have left the class.
        let known = replica.shown().overview.board(class).into_iter().flat_map(|board| board.students.keys());
        known.map(|student| (*student, name_of(replica, *student))).collect::<BTreeMap<AccountId, String>>()
    });
    let table = Memo::new(move |_| set.with(|set| names.with(|names| set.as_ref().map(|set| marks(set, names)).unwrap_or_default())));
    view! {
        <details>
            <summary>{all.marks}</summary>
            <p class="quiet">{all.marks_more}</p>
            <DataTable id="marks-table" table in_order=true/>
        </details>
    }
}

/// First the maxima, then the students by name. A question not answered has no mark.
fn marks(set: &Set, names: &BTreeMap<AccountId, String>) -> Table {
    let all = &texts().statistics;
    let maxima = [Cell::Text(all.maximum_row.to_owned())].into_iter().chain(set.questions.iter().map(|_| Cell::Count(1)));
    let name = |student: &AccountId| names.get(student).cloned().unwrap_or_else(|| texts().unnamed.to_owned());
    let mut students: Vec<(String, AccountId)> = set.students.iter().map(|student| (name(student), *student)).collect();
    students.sort_by_key(|(_, student)| *student);
    collation::sort_by_words(&mut students, |(name, _)| name.clone());
    let row = |(name, student): (String, AccountId)| {
        let answered = set.firsts.get(&student);
        let mark = |(question, _): &(QuestionId, String)| {
            answered.and_then(|answered| answered.get(question)).map_or(Cell::None, |right| Cell::Count(u64::from(*right)))
        };
        [Cell::Text(name)].into_iter().chain(set.questions.iter().map(mark)).collect()
    };
    Table {
        title: (all.marks_table)(&set.section),
        columns: [all.student.to_owned()].into_iter().chain(set.questions.iter().map(|(_, prompt)| prompt.clone())).collect(),
        rows: [maxima.collect()].into_iter().chain(students.into_iter().map(row)).collect(),
    }
}

fn total_terms() -> Vec<&'static Term> {
    let all = &texts().statistics;
    vec![
        &all.students,
        &all.maximum,
        &all.mean,
        &all.median,
        &all.deviation,
        &all.skewness,
        &all.kurtosis,
        &all.alpha,
        &all.error_ratio,
        &all.standard_error,
    ]
}

fn totals(set: &Set) -> Table {
    let all = &texts().statistics;
    let Report { totals, reliability, .. } = &set.report;
    let figures = [
        (&all.maximum, Cell::Number(totals.maximum, 0)),
        (&all.mean, Cell::number(totals.mean, DECIMALS)),
        (&all.median, Cell::number(totals.median, DECIMALS)),
        (&all.deviation, Cell::number(totals.standard_deviation, DECIMALS)),
        (&all.skewness, Cell::number(totals.skewness, DECIMALS)),
        (&all.kurtosis, Cell::number(totals.kurtosis, DECIMALS)),
        (&all.alpha, Cell::number(reliability.alpha_percent, PERCENT_DECIMALS)),
        (&all.error_ratio, Cell::number(reliability.error_ratio_percent, PERCENT_DECIMALS)),
        (&all.standard_error, Cell::number(reliability.standard_error, DECIMALS)),
    ];
    let row = |(term, value): (&Term, Cell)| vec![Cell::Text(term.name.to_owned()), value, Cell::Count(totals.n as u64)];
    Table {
        title: (all.totals_table)(&set.section, set.questions.len(), set.of),
        columns: [all.figure, all.value, all.students.name].map(str::to_owned).to_vec(),
        rows: figures.map(row).to_vec(),
    }
}

fn question_terms() -> [&'static Term; 9] {
    let all = &texts().statistics;
    [
        &all.students,
        &all.unanswered,
        &all.facility,
        &all.question_deviation,
        &all.discrimination,
        &all.efficiency,
        &all.intended,
        &all.effective,
        &all.alpha_without,
    ]
}

fn questions(set: &Set) -> Table {
    let all = &texts().statistics;
    let row = |((_, prompt), of): (&(QuestionId, String), &QuestionFigures)| {
        vec![
            Cell::Text(prompt.clone()),
            Cell::Count(of.n as u64),
            Cell::Count(of.unanswered as u64),
            Cell::share(of.facility),
            Cell::number(of.standard_deviation, DECIMALS),
            Cell::number(of.discrimination.index_percent, PERCENT_DECIMALS),
            Cell::number(of.discrimination.efficiency_percent, PERCENT_DECIMALS),
            Cell::number(of.intended_weight_percent, PERCENT_DECIMALS),
            Cell::number(of.effective_weight_percent, PERCENT_DECIMALS),
            Cell::number(of.alpha_if_deleted_percent, PERCENT_DECIMALS),
        ]
    };
    Table {
        title: (all.set_table)(&set.section, set.questions.len(), set.of),
        columns: [all.question].into_iter().chain(question_terms().map(|term| term.name)).map(str::to_owned).collect(),
        rows: set.questions.iter().zip(&set.report.questions).map(row).collect(),
    }
}

fn spread(set: &Set) -> Table {
    let all = &texts().statistics;
    let row = |bin: Bin| vec![Cell::Text((all.bin)(bin.from, bin.to)), Cell::Count(bin.count as u64)];
    Table {
        title: (all.histogram_table)(&set.section),
        columns: [all.total, all.how_many].map(str::to_owned).to_vec(),
        rows: histogram(&set.marks).into_iter().map(row).collect(),
    }
}

fn bars(set: &Set) -> Drawing {
    let all = &texts().statistics;
    let bins = histogram(&set.marks);
    let most = bins.iter().max_by_key(|bin| bin.count);
    let words = most.map_or_else(String::new, |bin| (all.bin)(bin.from, bin.to));
    let highest = most.map_or(1.0, |bin| bin.count as f64);
    let (low, high) = (bins.first().map_or(0.0, |bin| bin.from), bins.last().map_or(1.0, |bin| bin.to));
    let every = bins.len().div_ceil(10).max(1);
    // A total stands under the middle of its bar.
    let marks = bins.iter().step_by(every).map(|bin| ((bin.from + bin.to) / 2.0, (all.bin)(bin.from, bin.to))).collect();
    Drawing {
        title: all.histogram.to_owned(),
        description: (all.histogram_description)(set.students.len(), &words),
        x: Axis { name: all.total.to_owned(), low, high, marks },
        y: Axis::round(all.how_many, 0.0, highest),
        shape: Shape::Bars(bins.iter().map(|bin| (bin.from, bin.to, bin.count as f64)).collect()),
    }
}

fn points(set: &Set) -> Drawing {
    let all = &texts().statistics;
    // The number that the question has in the table.
    let number = |prompt: &str| prompt.split('.').next().unwrap_or_default().to_owned();
    let point = |((_, prompt), of): (&(QuestionId, String), &QuestionFigures)| {
        Some((of.facility?, of.discrimination.index_percent?, number(prompt)))
    };
    let points: Vec<_> = set.questions.iter().zip(&set.report.questions).filter_map(point).collect();
    let indices = || points.iter().map(|(_, index, _)| *index);
    // Quarters of a hundred, with nothing always in sight.
    let low = (indices().fold(0.0, f64::min) / 25.0).floor() * 25.0;
    let high = (indices().fold(25.0, f64::max) / 25.0).ceil() * 25.0;
    Drawing {
        title: all.against.to_owned(),
        description: (all.against_description)(points.len(), set.questions.len()),
        x: Axis::percent(all.facility.name),
        y: Axis::round(all.discrimination.name, low, high),
        shape: Shape::Points(points),
    }
}

fn nothing_drawn() -> Drawing {
    let axis = || Axis { name: String::new(), low: 0.0, high: 1.0, marks: Vec::new() };
    Drawing { title: String::new(), description: String::new(), x: axis(), y: axis(), shape: Shape::Bars(Vec::new()) }
}
