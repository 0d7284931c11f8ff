//! Who would change by what is planned, and how; then, once it is confirmed, how far it has come.

use crate::{
    collation,
    components::teach::{
        exports::Exports,
        names::{Name, name_of},
    },
    device,
    doors::{Dispatch, History, use_dispatch, use_documents, use_history, use_projection},
    pages::teach::question::source::Asked,
    table::{Cell, Table},
    texts::texts,
};
use domain::{
    attempt::{AttemptKey, Event, Judgement, Regraded},
    command::{Command, Refusal},
    course, grading,
    ids::{AccountId, UnitId},
    regrading::{Foreseen, Preview, Proposal, preview},
    replica::Replica,
};
use leptos::{html, prelude::*, task::spawn_local};
use std::collections::{BTreeMap, BTreeSet};

/// What is shown below the form.
#[derive(Debug, Clone, PartialEq)]
enum Step {
    /// Nothing is planned.
    Nothing,
    /// It is being counted.
    Counting,
    /// This would happen.
    Planned(Proposal, Preview),
    /// It is said already, or cannot be done.
    Said(String),
    /// It was confirmed.
    UnderWay(UnderWay),
}

/// What was confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
struct UnderWay {
    /// The number of the correction, as it is expected.
    number: u32,
    /// The attempts that will be graded again.
    expected: BTreeSet<AttemptKey>,
}

/// The part of the page below the form.
#[component]
pub fn Outlook(asked: Memo<Option<Asked>>, plan: RwSignal<Option<Proposal>>) -> impl IntoView {
    let class = asked.get_untracked()?.place.class;
    let dispatch = use_dispatch();
    let history = use_history(class);
    let step = RwSignal::new(Step::Nothing);
    let ready = Memo::new(move |_| history.with(|_| ()).is_some());
    let heading = NodeRef::<html::H2>::new();
    // Every plan is looked at once; the answers that come in meanwhile are graded by the server all the same.
    let count = move |planned: Proposal| {
        step.set(Step::Counting);
        spawn_local(async move {
            device::turn().await;
            let made = asked.with_untracked(|asked| looked_at(planned, asked.as_ref()?, dispatch, history));
            step.set(made.unwrap_or(Step::Nothing));
            if let Some(heading) = heading.get_untracked() {
                _ = heading.focus();
            }
        });
    };
    Effect::new(move |_| match (plan.get(), ready.get()) {
        (Some(planned), true) => count(planned),
        (Some(_), false) => step.set(Step::Counting),
        (None, _) => {
            // What came of it goes on being shown.
            if step.with_untracked(|step| matches!(step, Step::Counting | Step::Planned(..))) {
                step.set(Step::Nothing);
            }
        }
    });
    fetch_missing(step, plan);
    let confirm = Callback::new(move |()| {
        let Step::Planned(planned, preview) = step.get_untracked() else { return };
        let said = asked.with_untracked(|asked| Some(confirmed(&planned, &preview, asked.as_ref()?, dispatch)));
        step.set(said.unwrap_or(Step::Nothing));
        plan.set(None);
    });
    let back = Callback::new(move |()| {
        step.set(Step::Nothing);
        plan.set(None);
    });
    let shown = Memo::new(move |_| step.get());
    Some(view! {
        <section class="outlook" aria-live="polite">
            {move || match shown.get() {
                Step::Nothing => ().into_any(),
                Step::Counting => view! { <p role="status">{texts().regrading.looking}</p> }.into_any(),
                Step::Said(words) => view! { <p role="status">{words}</p> }.into_any(),
                Step::Planned(planned, preview) => {
                    let undo = matches!(planned, Proposal::Undo { .. });
                    view! { <Planned asked preview undo heading confirm back/> }.into_any()
                }
                Step::UnderWay(under_way) => view! { <Progress asked under_way/> }.into_any(),
            }}
        </section>
    })
}

/// What a plan comes to; none as long as the history is not read.
fn looked_at(planned: Proposal, asked: &Asked, dispatch: Dispatch, history: History) -> Option<Step> {
    if let Some(why) = misfit(asked, &planned) {
        let refusal = Refusal::Course(why);
        return Some(Step::Said((texts().refusal)(&refusal).to_owned()));
    }
    let preview = dispatch.peek(|replica| {
        let contents = &replica.shown().directory.course(asked.course)?.contents;
        untrack(|| history.with(|journal| preview(journal, asked.course, contents, replica.library(), &planned)))
    })?;
    let stands = preview.number.is_none();
    Some(if stands { Step::Said(texts().regrading.stood_already.to_owned()) } else { Step::Planned(planned, preview) })
}

/// What comes of a plan that was confirmed as it was shown.
fn confirmed(planned: &Proposal, preview: &Preview, asked: &Asked, dispatch: Dispatch) -> Step {
    match dispatch.send(&Command::Course(asked.course, planned.command())) {
        Err(refusal) => Step::Said((texts().refusal)(&refusal).to_owned()),
        Ok(events) if events.is_empty() => Step::Said(texts().regrading.stood_already.to_owned()),
        Ok(_) => Step::UnderWay(UnderWay {
            number: preview.number.unwrap_or_default(),
            expected: preview.changes.iter().map(|change| change.attempt).collect(),
        }),
    }
}

/// Fetches the documents that the plan's outlook lacks, and has the plan looked at again when they are here.
fn fetch_missing(step: RwSignal<Step>, plan: RwSignal<Option<Proposal>>) {
    let missing =
        Memo::new(move |_| step.with(|step| if let Step::Planned(_, preview) = step { preview.missing.clone() } else { BTreeSet::new() }));
    let documents = use_documents();
    Effect::new(move |_| missing.with(|missing| missing.iter().for_each(|hash| documents.want(*hash))));
    let arrived =
        use_projection(move |replica| missing.with(|missing| missing.iter().filter(|hash| replica.library().has(**hash)).count()));
    Effect::new(move |_| {
        if arrived.get() > 0 && arrived.get() == missing.with_untracked(BTreeSet::len) {
            plan.update(|_| {});
        }
    });
}

/// Why a correction does not fit the question as students meet it now, if it does not.
fn misfit(asked: &Asked, planned: &Proposal) -> Option<course::Refusal> {
    match planned {
        Proposal::Correct { correction, .. } => match asked.parts() {
            Some((_, key)) if !grading::can_be_entered(correction, key) => Some(course::Refusal::TooLongToEnter),
            Some((question, key)) if grading::fits(correction, question, key) => None,
            Some(_) | None => Some(course::Refusal::DoesNotFit),
        },
        Proposal::Undo { .. } => None,
    }
}

/// A student's row.
#[derive(Debug, Clone, PartialEq)]
struct Row {
    student: AccountId,
    name: String,
    cells: Vec<Cell>,
}

fn columns() -> [&'static str; 6] {
    let regrading = &texts().regrading;
    [
        texts().student,
        texts().question.section_column,
        regrading.answers_column,
        regrading.streak_column,
        regrading.stuck_column,
        regrading.finished_column,
    ]
}

/// What changes for one attempt, in words, after the student's name.
fn cells(section: &str, regraded: &Regraded) -> Vec<Cell> {
    let texts = &texts().regrading;
    let mut outcomes: BTreeMap<(Judgement, Judgement), usize> = BTreeMap::new();
    for judged in &regraded.answers {
        *outcomes.entry((judged.from, judged.to)).or_default() += 1;
    }
    let outcomes: Vec<String> = outcomes.into_iter().map(|((from, to), answers)| (texts.outcome)(from, to, answers)).collect();
    let (before, after) = (regraded.before, regraded.after);
    let yes = |is: bool| if is { texts.yes } else { texts.no };
    let change = |from: &str, to: &str| Cell::Text((texts.from_to)(from, to));
    vec![
        Cell::Text(section.to_owned()),
        Cell::Text(outcomes.join(", ")),
        change(&before.streak.to_string(), &after.streak.to_string()),
        change(yes(before.stuck), yes(after.stuck)),
        change(yes(before.finished), yes(after.finished)),
    ]
}

#[component]
fn Planned(
    asked: Memo<Option<Asked>>,
    preview: Preview,
    /// It takes a correction back.
    undo: bool,
    heading: NodeRef<html::H2>,
    confirm: Callback<()>,
    back: Callback<()>,
) -> impl IntoView {
    let texts = &texts().regrading;
    let nobody = preview.changes.is_empty();
    let students = preview.changes.iter().map(|change| change.attempt.student).collect::<BTreeSet<_>>().len();
    let words = if nobody { texts.nobody_changes.to_owned() } else { (texts.totals)(preview.totals, students) };
    let missing = (!preview.missing.is_empty()).then(|| view! { <p>{(texts.missing)(preview.missing.len())}</p> });
    let course = asked.with_untracked(|asked| asked.as_ref().map(|asked| asked.content.paper.title.clone())).unwrap_or_default();
    let changes = StoredValue::new(preview.changes);
    let rows = use_projection(move |replica| asked.with(|asked| changes.with_value(|changes| rows(replica, asked.as_ref(), changes))));
    let table = Signal::derive(move || Table {
        title: texts.outlook.to_owned(),
        columns: columns().map(str::to_owned).to_vec(),
        rows: rows.with(|rows| rows.iter().map(|row| [vec![Cell::Text(row.name.clone())], row.cells.clone()].concat()).collect()),
    });
    let list = (!nobody).then(|| {
        view! {
            <Rows rows students/>
            <Exports table/>
        }
    });
    view! {
        <h2 tabindex="-1" node_ref=heading>{if undo { texts.undo_outlook } else { texts.outlook }}</h2>
        <p>{words}</p>
        {missing}
        {list}
        <p class="quiet">{(texts.others)(&course)}</p>
        <div class="actions">
            <button class="button" type="button" on:click=move |_| confirm.run(())>
                {if undo { texts.confirm_undo } else { texts.confirm }}
            </button>
            <button class="button" data-kind="quiet" type="button" on:click=move |_| back.run(())>{texts.back}</button>
        </div>
    }
}

/// A row for each attempt that would change, by the students' names.
fn rows(replica: &Replica, asked: Option<&Asked>, changes: &[Foreseen]) -> Vec<Row> {
    let section = |key: &AttemptKey| asked.and_then(|asked| asked.content.paper.unit(key.unit)).map_or("", |unit| unit.title());
    let row = |change: &Foreseen| Row {
        student: change.attempt.student,
        name: name_of(replica, change.attempt.student),
        cells: cells(section(&change.attempt), &change.regraded),
    };
    let mut rows: Vec<Row> = changes.iter().map(row).collect();
    collation::sort_by_words(&mut rows, |row| row.name.clone());
    rows
}

/// The attempts that would change, as a table.
#[component]
fn Rows(rows: Memo<Vec<Row>>, students: usize) -> impl IntoView {
    let line = |row: Row| {
        let student = row.student;
        view! {
            <tr>
                <th scope="row"><Name student/></th>
                {row.cells.into_iter().map(|cell| view! { <td>{cell.text()}</td> }).collect_view()}
            </tr>
        }
    };
    view! {
        <div class="scroller" role="region" aria-labelledby="outlook-caption" tabindex="0">
            <table class="figures-table">
                <caption id="outlook-caption">{(texts().regrading.outlook_caption)(students)}</caption>
                <thead>
                    <tr>{columns().map(|name| view! { <th scope="col">{name}</th> })}</tr>
                </thead>
                <tbody>{move || rows.get().into_iter().map(line).collect_view()}</tbody>
            </table>
        </div>
    }
}

/// How far it has come.
#[component]
fn Progress(asked: Memo<Option<Asked>>, under_way: UnderWay) -> impl IntoView {
    let texts = &texts().regrading;
    let first = asked.get_untracked()?;
    let history = use_history(first.place.class);
    let UnderWay { number, expected } = under_way;
    let units: BTreeSet<UnitId> = expected.iter().map(|key| key.unit).collect();
    let all = expected.len();
    let arrived = use_projection(move |replica| {
        let confirmed = replica.confirmed().directory.course(first.course);
        confirmed.is_some_and(|course| course.contents.corrections.last() >= number)
    });
    let done = Memo::new(move |_| {
        let again = |events: &Vec<Event>| {
            events.iter().any(|event| matches!(event, Event::AnswerRegraded(regraded) if regraded.correction >= number))
        };
        let count = |attempts: BTreeMap<AttemptKey, Vec<Event>>| {
            attempts.iter().filter(|(key, events)| expected.contains(key) && again(events)).count()
        };
        history.with(|journal| units.iter().map(|unit| count(journal.attempts(*unit, journal.len()))).sum::<usize>()).unwrap_or(0)
    });
    let words = move || match (arrived.get(), done.get() >= all) {
        (false, _) => texts.waits.to_owned(),
        (true, true) => (texts.done)(all),
        (true, false) => format!("{} {}", texts.sent, (texts.progress)(done.get(), all)),
    };
    Some(view! {
        <p role="status">{words}</p>
        <Show when=move || arrived.get() && done.get() < all>
            <progress aria-label=texts.sent max=all value=move || done.get()></progress>
        </Show>
    })
}
