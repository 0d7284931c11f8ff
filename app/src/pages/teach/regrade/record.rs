//! The corrections of a course: who, when, what, and the way to take one back.

use crate::{
    address::{Address, Place},
    answers,
    components::teach::{exports::Exports, names::person_in_words},
    device,
    doors::use_projection,
    pages::teach::question::{
        made::{Made, use_made},
        source::Asked,
    },
    table::{Cell, Table},
    texts::texts,
    wording,
};
use domain::{
    content::{Correction, Corrections, Question},
    ids::AccountId,
    regrading::Proposal,
    replica::Replica,
};
use leptos::prelude::*;

/// A line of the record.
#[derive(Debug, Clone, PartialEq)]
struct Line {
    number: u32,
    who: String,
    when: String,
    question: String,
    /// The question's page, if the class has it.
    place: Option<Place>,
    what: String,
    /// It can be taken back.
    stands: bool,
    taken_back: bool,
}

impl Line {
    fn cells(&self) -> Vec<Cell> {
        let what = if self.taken_back { format!("{} ({})", self.what, texts().regrading.taken_back) } else { self.what.clone() };
        vec![Cell::Text(self.when.clone()), Cell::Text(self.who.clone()), Cell::Text(self.question.clone()), Cell::Text(what)]
    }
}

/// The lines, newest first.
fn lines(replica: &Replica, asked: &Asked, made: &Made) -> Vec<Line> {
    let name = |who: AccountId| person_in_words(replica, who).unwrap_or_else(|| texts().regrading.another_teacher.to_owned());
    let made = |number: u32| {
        let (who, at) = made.get(&number).copied()?;
        Some((name(who), device::written(at, texts().language)))
    };
    let corrections = &asked.content.corrections;
    corrections.numbers().into_iter().rev().map(|number| line(asked, number, corrections, made(number))).collect()
}

fn columns() -> [&'static str; 4] {
    let texts = &texts().regrading;
    [texts.when_column, texts.who_column, texts.question_column, texts.what_column]
}

fn line(asked: &Asked, number: u32, corrections: &Corrections, made: Option<(String, String)>) -> Line {
    let (who, when) = made.unwrap_or_else(|| (String::new(), texts().regrading.not_sent.to_owned()));
    match corrections.get(number) {
        None => Line {
            number,
            who,
            when,
            question: String::new(),
            place: None,
            what: corrections.undoes(number).map(texts().regrading.took_back).unwrap_or_default(),
            stands: false,
            taken_back: false,
        },
        Some(said) => {
            let (unit, question) = (said.corrected.unit, said.corrected.question);
            let found = asked.content.paper.unit(unit).and_then(|unit| unit.question(question));
            let mut what = in_words(found, said.correction(), asked.content.paper.decimal_comma);
            if said.corrected.harm_nobody {
                what = format!("{what} ({})", texts().regrading.said_harm_nobody);
            }
            Line {
                number,
                who,
                when,
                question: found.map_or_else(|| texts().regrading.unknown_question.to_owned(), wording::prompt),
                place: found.map(|_| Place { class: asked.place.class, unit, question }),
                what,
                stands: said.stands(),
                taken_back: !said.stands(),
            }
        }
    }
}

/// A correction in words.
fn in_words(question: Option<&Question>, correction: &Correction, comma: bool) -> String {
    let texts = &texts().regrading;
    let entered = |inputs: &[domain::content::Input]| match question {
        Some(question) => answers::entered(question, inputs),
        None => inputs.iter().map(|input| wording::in_words(None, input)).collect::<Vec<_>>().join(" · "),
    };
    match correction {
        Correction::Replace { field, right } => {
            let several = question.is_some_and(|question| question.fields.len() > 1);
            let field = question.and_then(|question| question.fields.get(usize::from(*field)));
            let words = field.map(|field| answers::right_in_words(field, right, None, comma)).unwrap_or_default();
            let label = field.filter(|_| several).map_or("", |field| field.label.as_str());
            (texts.said_replace)(label, &words.join(" · "))
        }
        Correction::AcceptToo { inputs } => (texts.said_accept)(&entered(inputs)),
        Correction::Drop {} => texts.said_drop.to_owned(),
        Correction::FullCredit {} => texts.said_full_credit.to_owned(),
        Correction::Explain { inputs, text } => (texts.said_explain)(&entered(inputs), text),
    }
}

/// The record.
#[component]
pub fn Record(
    asked: Memo<Option<Asked>>,
    plan: RwSignal<Option<Proposal>>,
    /// Something can be changed.
    now: Memo<bool>,
) -> impl IntoView {
    let first = asked.get_untracked()?;
    let title = (texts().regrading.record)(&first.content.paper.title);
    let made = use_made(first.course);
    let lines = use_projection(move |replica| {
        asked.with(|asked| asked.as_ref().map(|asked| made.with(|made| lines(replica, asked, made))).unwrap_or_default())
    });
    let table_title = title.clone();
    let table = Signal::derive(move || Table {
        title: table_title.clone(),
        columns: columns().map(str::to_owned).to_vec(),
        rows: lines.with(|lines| lines.iter().map(Line::cells).collect()),
    });
    let some = Memo::new(move |_| lines.with(|lines| !lines.is_empty()));
    Some(view! {
        <section aria-labelledby="record">
            <h2 id="record">{title}</h2>
            <Show when=move || some.get() fallback=|| view! { <p>{texts().regrading.record_empty}</p> }>
                <Lines lines plan now/>
                <Exports table/>
            </Show>
        </section>
    })
}

/// The record as a table.
#[component]
fn Lines(lines: Memo<Vec<Line>>, plan: RwSignal<Option<Proposal>>, now: Memo<bool>) -> impl IntoView {
    view! {
        <div class="scroller" role="region" aria-labelledby="record-caption" tabindex="0">
            <table class="figures-table">
                <caption id="record-caption">{texts().regrading.record_caption}</caption>
                <thead>
                    <tr>
                        {columns().map(|name| view! { <th scope="col">{name}</th> })}
                        {move || now.get().then(|| view! { <th scope="col">{texts().regrading.undo_column}</th> })}
                    </tr>
                </thead>
                <tbody>{move || lines.get().into_iter().map(|line| row(line, plan, now.get())).collect_view()}</tbody>
            </table>
        </div>
    }
}

fn row(line: Line, plan: RwSignal<Option<Proposal>>, now: bool) -> impl IntoView {
    let cells = line.cells().into_iter().map(|cell| cell.text().unwrap_or_default());
    let [when, who, question, what] = <[String; 4]>::try_from(cells.collect::<Vec<_>>()).unwrap_or_default();
    let question = match line.place {
        Some(place) => view! { <a href=Address::Question(place).to_string()>{question}</a> }.into_any(),
        None => question.into_any(),
    };
    let number = line.number;
    let undo = line.stands.then(|| {
        let take_back = move |_| plan.set(Some(Proposal::Undo { number }));
        view! {
            <button
                class="button"
                data-kind="plain"
                type="button"
                aria-label=(texts().regrading.undo_this)(&line.what)
                on:click=take_back
            >
                {texts().regrading.undo}
            </button>
        }
    });
    view! {
        <tr data-state=line.taken_back.then_some("taken-back")>
            <td>{when}</td>
            <td>{who}</td>
            <td>{question}</td>
            <th scope="row">{what}</th>
            {now.then(|| view! { <td>{undo}</td> })}
        </tr>
    }
}
