//! A question as students see it, to be looked at and not answered.

use super::{Content, Sheet, body::Body};
use crate::components::fields::FieldState;
use domain::{attempt::QuestionStanding, content::Input, ids::QuestionId};
use leptos::prelude::*;

/// The question, with an answer in it or empty.
#[component]
pub fn QuestionSeen(
    /// The unit's documents.
    content: Content,
    /// Which question.
    question: QuestionId,
    /// What stands in its fields.
    #[prop(optional)]
    inputs: Vec<Input>,
) -> impl IntoView {
    let states = content.question(question).map(|(question, _)| {
        question.fields.iter().enumerate().map(|(index, field)| FieldState::of(&field.kind, inputs.get(index))).collect()
    });
    let sheet = Sheet {
        corrections: Signal::stored(content.corrections.clone()),
        content: StoredValue::new(content),
        question,
        current: Memo::new(|_| None),
        fields: StoredValue::new(states.unwrap_or_default()),
        refused: RwSignal::new(None),
    };
    // As after a right answer: nothing can be entered any more.
    let standing = Memo::new(|_| QuestionStanding::Right);
    view! {
        <div class="question sheet" role="group" aria-labelledby="prompt">
            <Body sheet standing/>
        </div>
    }
}
