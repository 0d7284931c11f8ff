//! The text of a question with its fields where they belong.

use super::Sheet;
use crate::{
    components::{
        fields::{FieldState, FieldView, Mark, NumberedField},
        reading::{FullLine, ReadingLine},
    },
    texts::texts,
};
use domain::{
    attempt::QuestionStanding,
    content::{Block, Field, FieldKind, Html, Piece},
    grading::bounds::ANSWER_CHARS_MAX,
};
use leptos::prelude::*;

/// The text and the fields. The blocks before the first field are the prompt, by which the form is called.
#[component]
pub fn Body(sheet: Sheet, standing: Memo<QuestionStanding>) -> impl IntoView {
    let question = sheet.with_question(|question, _, comma| (question.clone(), comma));
    let open = Memo::new(move |_| standing.get() == QuestionStanding::Open);
    question.map(|(question, decimal_comma)| {
        let fields = Fields { sheet, all: StoredValue::new(question.fields), open, decimal_comma };
        let is_text = |block: &&Block| matches!(block, Block::Html(_));
        let prompt: Vec<Block> = question.body.iter().take_while(is_text).cloned().collect();
        let rest: Vec<Block> = question.body.iter().skip_while(is_text).cloned().collect();
        let named_by_line = prompt.is_empty();
        let prompt = (!named_by_line).then(|| {
            let tools = question.tools.calculator.then(|| view! { <p class="tools">{texts().calculator}</p> });
            view! { <div class="prompt" id="prompt">{prompt.into_iter().map(text).collect_view()} {tools}</div> }
        });
        let rest = rest.into_iter().enumerate().map(|(index, block)| match block {
            Block::Html(html) => view! { <div class="prompt" inner_html=html.0></div> }.into_any(),
            Block::Line(pieces) => fields.line(pieces, named_by_line && index == 0).into_any(),
            Block::Field(field) => fields.alone(field, named_by_line && index == 0).into_any(),
        });
        let rest = rest.collect_view();
        view! {
            {prompt}
            {rest}
        }
    })
}

fn text(block: Block) -> impl IntoView {
    match block {
        Block::Html(Html(html)) => Some(view! { <div class="prose" inner_html=html></div> }),
        Block::Line(_) | Block::Field(_) => None,
    }
}

#[derive(Clone, Copy)]
struct Fields {
    sheet: Sheet,
    all: StoredValue<Vec<Field>>,
    open: Memo<bool>,
    decimal_comma: bool,
}

impl Fields {
    fn line(self, pieces: Vec<Piece>, is_prompt: bool) -> impl IntoView {
        let numbers: Vec<usize> =
            pieces.iter().filter_map(|piece| if let Piece::Field(index) = piece { Some(*index) } else { None }).collect();
        let piece = move |piece: Piece| match piece {
            Piece::Html(html) => view! { <span inner_html=html.0></span> }.into_any(),
            Piece::Field(index) => self.field(index).into_any(),
        };
        view! {
            <div id=is_prompt.then_some("prompt")>
                <p class="line">{pieces.into_iter().map(piece).collect_view()}</p>
            </div>
            {numbers.into_iter().map(|index| self.under(index)).collect_view()}
        }
    }

    /// A field that stands alone; a number or a text on a line of its own.
    fn alone(self, index: usize, is_prompt: bool) -> impl IntoView {
        let kind = self.kind(index);
        match kind {
            Some(FieldKind::Number { .. } | FieldKind::Text) => self.line(vec![Piece::Field(index)], is_prompt).into_any(),
            Some(FieldKind::OneOf { .. } | FieldKind::ManyOf { .. } | FieldKind::Match { .. }) | None => {
                view! { <div id=is_prompt.then_some("prompt")>{self.field(index)}</div> }.into_any()
            }
        }
    }

    fn field(self, index: usize) -> Option<impl IntoView> {
        let field = self.all.with_value(|all| all.get(index).cloned())?;
        let state = self.state(index)?;
        let mark = self.mark(index);
        let chars_max = self.chars_max(index);
        Some(view! { <FieldView field=NumberedField { index, field } state mark open=self.open chars_max/> })
    }

    fn chars_max(self, index: usize) -> Memo<usize> {
        let sheet = self.sheet;
        Memo::new(move |_| sheet.with_key(|key| key.chars_max(index)).unwrap_or(ANSWER_CHARS_MAX))
    }

    /// What is to be said under a field while it is filled in.
    fn under(self, index: usize) -> Option<impl IntoView> {
        let state = self.state(index)?;
        Some(view! {
            {self.reading(index)}
            <FullLine state chars_max=self.chars_max(index)/>
        })
    }

    fn reading(self, index: usize) -> Option<impl IntoView> {
        let kind = self.kind(index).filter(|kind| matches!(kind, FieldKind::Number { .. }))?;
        let state = self.state(index)?;
        Some(view! { <ReadingLine id=format!("reading-{index}") kind state decimal_comma=self.decimal_comma/> })
    }

    fn kind(self, index: usize) -> Option<FieldKind> {
        self.all.with_value(|all| all.get(index).map(|field| field.kind.clone()))
    }

    fn state(self, index: usize) -> Option<FieldState> {
        self.sheet.fields.with_value(|fields| fields.get(index).copied())
    }

    /// How the field came out, while what was graded still stands in all of them.
    fn mark(self, index: usize) -> Mark {
        let sheet = self.sheet;
        Memo::new(move |_| {
            let current = sheet.current.get()?;
            let last = current.last_inputs().filter(|last| **last == sheet.inputs())?;
            if sheet.refused.with(Option::is_some) || current.standing == QuestionStanding::Revealed {
                return None;
            }
            sheet.with_grade(last, |grade| grade.fields.get(index).cloned())?
        })
    }
}
