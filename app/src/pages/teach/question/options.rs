//! The choices of a question: how often each is chosen, by whom on the whole, and what to doubt about it.

use super::source::Asked;
use crate::{
    answers,
    components::teach::data_table::DataTable,
    table::{Cell, Table},
    texts::texts,
};
use domain::{
    content::{FieldKind, Html},
    projections::insight::QuestionInsight,
    statistics::{AnswerLine, Share},
};
use leptos::prelude::*;

/// The table of choices, for a question that has some and was answered.
#[component]
pub fn Options(asked: Memo<Option<Asked>>, insight: Memo<Option<QuestionInsight>>) -> impl IntoView {
    let choices = Memo::new(move |_| asked.with(|asked| asked.as_ref().and_then(choices)).unwrap_or_default());
    let lines = Memo::new(move |_| {
        let lines = insight.with(|insight| insight.as_ref().map(|insight| insight.answers.clone()).unwrap_or_default());
        if choices.with(Vec::is_empty) { Vec::new() } else { lines }
    });
    let table = Signal::derive(move || Table {
        title: asked.with(|asked| asked.as_ref().map(|asked| asked.titled(texts().question.options))).unwrap_or_default(),
        columns: columns().map(str::to_owned).to_vec(),
        rows: lines.with(|lines| choices.with(|choices| lines.iter().map(|line| cells(line, choices)).collect())),
    });
    view! {
        <Show when=move || lines.with(|lines| !lines.is_empty())>
            <section aria-labelledby="options">
                <h2 id="options">{texts().question.options}</h2>
                <DataTable id="options-table" table caption=Signal::stored(texts().question.options_caption.to_owned())/>
            </section>
        </Show>
    }
}

/// The choices of a question whose one field has some.
fn choices(asked: &Asked) -> Option<Vec<Html>> {
    let [field] = asked.parts()?.0.fields.as_slice() else { return None };
    match &field.kind {
        FieldKind::OneOf { choices } | FieldKind::ManyOf { choices } => Some(choices.clone()),
        FieldKind::Number { .. } | FieldKind::Text | FieldKind::Match { .. } => None,
    }
}

fn columns() -> [&'static str; 7] {
    let texts = &texts().question;
    [
        texts.option_column,
        texts.times_column,
        texts.share_column,
        texts.upper_column,
        texts.lower_column,
        texts.correlation_column,
        texts.doubts_column,
    ]
}

fn cells(line: &AnswerLine, choices: &[Html]) -> Vec<Cell> {
    let texts = &texts().question;
    let choice = line.answer.text.parse().map_or_else(|_| line.answer.text.clone(), |index| answers::choice(choices, index));
    let name = if line.answer.right { format!("{choice} ({})", texts.is_right) } else { choice };
    let share = |share: Share| Cell::Share(share.share);
    let doubts: Vec<&str> = line.doubts.iter().map(|doubt| (texts.doubt)(*doubt)).collect();
    let correlation = line.point_biserial.map_or(Cell::None, |correlation| Cell::Number(correlation, 2));
    vec![
        Cell::Text(name),
        Cell::Count(line.share.count as u64),
        share(line.share),
        share(line.upper),
        share(line.lower),
        correlation,
        Cell::Text(doubts.join("; ")),
    ]
}
