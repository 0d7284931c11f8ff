//! The wrong answers to a question: how often each was given and by whom, what is said to it, and what a teacher can do about it.

use super::{explain::Explain, mistake::Mistake, source::Asked};
use crate::{
    address::{Address, Place},
    components::teach::{
        exports::Exports,
        names::{Name, name_of},
    },
    doors::use_projection,
    markup,
    moment::use_moment,
    table::{Cell, Table},
    texts::texts,
};
use domain::{ids::CourseId, projections::insight::QuestionInsight};
use leptos::prelude::*;

/// The table.
#[component]
pub fn WrongAnswers(asked: Memo<Option<Asked>>, insight: Memo<Option<QuestionInsight>>) -> impl IntoView {
    let lines = Memo::new(move |_| {
        let wrong = insight.with(|insight| insight.as_ref().map(|insight| insight.wrong.clone()).unwrap_or_default());
        asked.with(|asked| {
            asked.as_ref().map(|asked| wrong.iter().filter_map(|wrong| Mistake::of(asked, wrong)).collect::<Vec<_>>()).unwrap_or_default()
        })
    });
    let names = use_projection(move |replica| {
        let of = |line: &Mistake| line.students.iter().map(|student| name_of(replica, *student)).collect::<Vec<_>>().join(", ");
        lines.with(|lines| lines.iter().map(of).collect::<Vec<_>>())
    });
    let table = Signal::derive(move || {
        let title = asked.with(|asked| asked.as_ref().map(|asked| asked.titled(texts().question.wrong_answers))).unwrap_or_default();
        lines.with(|lines| names.with(|names| data(title, lines, names)))
    });
    let count = Memo::new(move |_| lines.with(Vec::len));
    let moment = use_moment();
    let now = Memo::new(move |_| moment.at.get().is_none());
    let place = Memo::new(move |_| asked.with(|asked| asked.as_ref().map(|asked| (asked.place, asked.course))));
    let row = move |first: Mistake| {
        let key = first.key.clone();
        let line = Memo::new(move |before: Option<&Mistake>| {
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

/// The wrong answers as data, with the names of those who gave each.
fn data(title: String, lines: &[Mistake], names: &[String]) -> Table {
    let texts = &texts().question;
    let cells = |(line, names): (&Mistake, &String)| {
        let said: Vec<String> = line.said.iter().map(|html| markup::words(html)).collect();
        let said = if said.is_empty() { Cell::None } else { Cell::Text(said.join(" ")) };
        vec![Cell::Text(line.words()), Cell::Count(line.times as u64), Cell::Text(names.clone()), said]
    };
    Table {
        title,
        columns: [texts.answer_column, texts.times_column, texts.students_column, texts.said_column].map(str::to_owned).to_vec(),
        rows: lines.iter().zip(names).map(cells).collect(),
    }
}

/// One wrong answer. Its cells change in place, so that what is being written beside it stays.
#[component]
fn Row(line: Memo<Mistake>, place: Place, course: CourseId, now: Memo<bool>) -> impl IntoView {
    let students = Memo::new(move |_| line.with(|line| line.students.clone()));
    let said = move || line.with(|line| line.said.iter().map(|html| format!("<div>{html}</div>")).collect::<String>());
    let address = move || {
        let accept = Some(line.with(|line| line.inputs.clone()));
        Address::Correct { place, accept }.to_string()
    };
    let answer = move || line.with(|line| line.answer.clone());
    view! {
        <tr>
            <th scope="row">{move || line.with(Mistake::words)}</th>
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
