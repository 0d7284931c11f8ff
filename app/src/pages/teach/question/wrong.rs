//! The wrong answers to a question: how often each was given and by whom, what is said to it, and what a teacher can do about it.

use super::{
    explain::Explain,
    source::{Asked, Place},
};
use crate::{
    answers,
    components::teach::{
        exports::Exports,
        names::{Name, name_of},
    },
    dispatch::use_projection,
    markup,
    moment::use_moment,
    table::{Cell, Table},
    texts::texts,
};
use domain::{
    content::{Corrected, Correction, Input},
    grading::Grade,
    ids::{AccountId, CourseId},
    projections::insight::{QuestionInsight, WrongAnswer},
};
use leptos::prelude::*;

/// A line of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Tells it from other lines.
    key: String,
    /// As it was entered first.
    pub inputs: Vec<Input>,
    /// The same in words.
    pub answer: String,
    times: usize,
    students: Vec<AccountId>,
    /// What whoever gives it is told, as HTML.
    said: Vec<String>,
    /// What a teacher explained, as it can be changed.
    pub explained: Option<String>,
    /// It is wrong no more, and why.
    by_now: Option<String>,
}

impl Line {
    /// The answer, and that it is wrong no more if it is so.
    fn words(&self) -> String {
        self.by_now.as_ref().map_or_else(|| self.answer.clone(), |by_now| format!("{} ({by_now})", self.answer))
    }
}

impl Line {
    fn of(asked: &Asked, wrong: &WrongAnswer) -> Option<Self> {
        let (question, _) = asked.parts()?;
        let explained = wrong.explained.and_then(|number| asked.content.corrections.get((number as usize).checked_sub(1)?));
        let explained = explained.and_then(|corrected| match corrected {
            Corrected::Correction { correction: Correction::Explain { text, .. }, .. } => Some(text.clone()),
            Corrected::Correction { .. } | Corrected::Undoing { .. } => None,
        });
        let feedback = |grade: Grade<'_>| grade.feedback.iter().map(|html| html.0.clone()).collect();
        let said = asked.with_grade(&wrong.inputs, feedback).unwrap_or_default();
        let by_now = match (wrong.accepted, wrong.wrong) {
            (Some(correction), _) => Some((texts().question.accepted_by_now)(correction)),
            (None, 0) => Some(texts().question.right_by_now.to_owned()),
            (None, _) => None,
        };
        Some(Self {
            key: wrong.answer.join("\n"),
            inputs: wrong.inputs.clone(),
            answer: answers::entered(question, &wrong.inputs),
            times: wrong.count,
            students: wrong.students.iter().map(|given| given.student).collect(),
            said,
            explained,
            by_now,
        })
    }
}

/// The table.
#[component]
pub fn WrongAnswers(asked: Memo<Option<Asked>>, insight: Memo<Option<QuestionInsight>>) -> impl IntoView {
    let lines = Memo::new(move |_| {
        let wrong = insight.with(|insight| insight.as_ref().map(|insight| insight.wrong.clone()).unwrap_or_default());
        asked.with(|asked| {
            asked.as_ref().map(|asked| wrong.iter().filter_map(|wrong| Line::of(asked, wrong)).collect::<Vec<_>>()).unwrap_or_default()
        })
    });
    let names = use_projection(move |replica| {
        let of = |line: &Line| line.students.iter().map(|student| name_of(replica, *student)).collect::<Vec<_>>().join(", ");
        lines.with(|lines| lines.iter().map(of).collect::<Vec<_>>())
    });
    let table = Signal::derive(move || {
        let texts = &texts().question;
        let cells = |(line, names): (&Line, &String)| {
            let said: Vec<String> = line.said.iter().map(|html| markup::words(html)).collect();
            let said = if said.is_empty() { Cell::None } else { Cell::Text(said.join(" ")) };
            vec![Cell::Text(line.words()), Cell::Count(line.times as u64), Cell::Text(names.clone()), said]
        };
        Table {
            title: asked.with(|asked| asked.as_ref().map(|asked| asked.titled(texts.wrong_answers))).unwrap_or_default(),
            columns: [texts.answer_column, texts.times_column, texts.students_column, texts.said_column].map(str::to_owned).to_vec(),
            rows: lines.with(|lines| names.with(|names| lines.iter().zip(names).map(cells).collect())),
        }
    });
    let count = Memo::new(move |_| lines.with(Vec::len));
    let moment = use_moment();
    let now = Memo::new(move |_| moment.at.get().is_none());
    let place = Memo::new(move |_| asked.with(|asked| asked.as_ref().map(|asked| (asked.place, asked.course))));
    let row = move |first: Line| {
        let key = first.key.clone();
        let line = Memo::new(move |before: Option<&Line>| {
            let found = lines.with(|lines| lines.iter().find(|line| line.key == key).cloned());
            found.or_else(|| before.cloned()).unwrap_or_else(|| first.clone())
        });
        place.get_untracked().map(|(place, course)| view! { <Row line place course now/> })
    };
    let text = &texts().question;
    view! {
        <section aria-labelledby="wrong-answers">
            <h2 id="wrong-answers">{text.wrong_answers}</h2>
            <Show when=move || { count.get() > 0 } fallback=|| view! { <p>{texts().question.no_wrong_answers}</p> }>
                <div class="scroller" role="region" aria-labelledby="wrong-caption" tabindex="0">
                    <table class="figures-table">
                        <caption id="wrong-caption">{move || (texts().question.wrong_caption)(count.get())}</caption>
                        <thead>
                            <tr>
                                <th scope="col">{text.answer_column}</th>
                                <th scope="col">{text.times_column}</th>
                                <th scope="col">{text.students_column}</th>
                                <th scope="col">{text.said_column}</th>
                                <Show when=move || now.get()>
                                    <th scope="col">{text.actions_column}</th>
                                </Show>
                            </tr>
                        </thead>
                        <tbody>
                            <For each=move || lines.get() key=|line| line.key.clone() children=row/>
                        </tbody>
                    </table>
                </div>
                <Exports table/>
            </Show>
        </section>
    }
}

/// One wrong answer. Its cells change in place, so that what is being written beside it stays.
#[component]
fn Row(line: Memo<Line>, place: Place, course: CourseId, now: Memo<bool>) -> impl IntoView {
    let students = Memo::new(move |_| line.with(|line| line.students.clone()));
    let said = move || line.with(|line| line.said.iter().map(|html| format!("<div>{html}</div>")).collect::<String>());
    let address = move || {
        let inputs = line.with(|line| serde_json::to_string(&line.inputs).unwrap_or_default());
        format!("{}/correct?accept={}", place.address(), String::from(js_sys::encode_uri_component(&inputs)))
    };
    let answer = move || line.with(|line| line.answer.clone());
    view! {
        <tr>
            <th scope="row">{move || line.with(Line::words)}</th>
            <td data-kind="number">{move || line.with(|line| line.times)}</td>
            <td>
                <details>
                    <summary>{move || (texts().students)(students.with(Vec::len))}</summary>
                    <ul>
                        <For each=move || students.get() key=|student| *student let:student>
                            <li><Name student/></li>
                        </For>
                    </ul>
                </details>
            </td>
            <td data-kind="said" inner_html=said></td>
            <Show when=move || now.get()>
                <td>
                    <div class="actions">
                        <Show when=move || line.with(|line| line.by_now.is_none())>
                            <a class="button" data-kind="plain" href=address aria-label=move || (texts().question.accept_this)(&answer())>
                                {texts().question.accept_too}
                            </a>
                        </Show>
                        <Explain line place course/>
                    </div>
                </td>
            </Show>
        </tr>
    }
}
