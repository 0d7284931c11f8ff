//! Practising on the screen: which question is asked, filling its fields, checking, going on.

use crate::{
    answers::{Unit, unit},
    page::Browser,
    waiting::until,
};
use domain::content::{Block, Field, FieldKind, Input, Piece, Question};
use serde_json::{Value, json};
use thirtyfour::prelude::*;

/// What is there after a question was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    Question,
    /// The section was finished just now.
    Celebration,
}

impl Browser {
    /// Opens a unit from the course page.
    pub async fn practise(&self, title: &str) -> Unit {
        if self.path().await != "/learn" {
            self.follow("Course").await;
        }
        self.follow(&format!("Practise {title}")).await;
        let unit = unit(title);
        self.question(&unit).await;
        unit
    }

    /// The question on the screen, known by its text.
    pub async fn question(&self, unit: &Unit) -> &'static Question {
        let texts: Vec<Vec<&str>> = unit.section.questions.iter().map(pieces).collect();
        let texts = json!(texts);
        until("a question", async || {
            let matched: Vec<usize> = self.run("matchQuestions", vec![texts.clone()]).await;
            let (place, length) = matched.into_iter().enumerate().max_by_key(|(_, length)| *length).unwrap_or_default();
            if length == 0 { Err("none of the unit's".to_owned()) } else { Ok(&unit.section.questions[place]) }
        })
        .await
    }

    /// Fills the fields of the question on the screen.
    pub async fn fill(&self, question: &Question, inputs: &[Input]) {
        let mut boxes = Fields::of(self, "input[type=text]").await;
        let mut choices = Fields::of(self, "input[type=radio], input[type=checkbox]").await;
        let mut selects = Fields::of(self, "select").await;
        for index in placed(question) {
            let field: &Field = &question.fields[index];
            match (&field.kind, &inputs[index]) {
                (FieldKind::Number { units, .. }, Input::Text(text)) => {
                    let (number, unit) = text.rsplit_once(' ').filter(|_| !units.is_empty()).unwrap_or((text, ""));
                    type_into(&boxes.next(), number).await;
                    if !units.is_empty() {
                        let place = units.iter().position(|offered| offered.symbol() == unit).map_or(0, |place| place + 1);
                        choose(&selects.next(), place).await;
                    }
                }
                (FieldKind::Text, Input::Text(text)) => type_into(&boxes.next(), text).await,
                (FieldKind::OneOf { choices: offered } | FieldKind::ManyOf { choices: offered }, Input::Chosen(chosen)) => {
                    for place in 0..offered.len() {
                        let choice = choices.next();
                        let wanted = chosen.contains(&(place as u16));
                        // A radio button goes out by itself when another is chosen.
                        let is_radio = matches!(field.kind, FieldKind::OneOf { .. });
                        if choice.is_selected().await.unwrap() != wanted && (wanted || !is_radio) {
                            choice.click().await.unwrap();
                        }
                    }
                }
                (FieldKind::Match { .. }, Input::Chosen(chosen)) => {
                    for right in chosen {
                        let place = if *right == Input::UNMATCHED { 0 } else { usize::from(*right) + 1 };
                        choose(&selects.next(), place).await;
                    }
                }
                (kind, input) => panic!("{input:?} does not go into {kind:?}"),
            }
        }
    }

    /// Answers the question on the screen right, and sees that it is.
    pub async fn answer_right(&self, unit: &Unit) -> &'static Question {
        let question = self.question(unit).await;
        self.fill(question, &unit.right(question)).await;
        self.press("Check").await;
        self.comes_out("Right").await;
        question
    }

    /// Answers the question on the screen wrong, and sees that it is.
    pub async fn answer_wrong(&self, unit: &Unit) -> &'static Question {
        let question = self.question(unit).await;
        self.fill(question, &unit.wrong(question)).await;
        self.press("Check").await;
        self.comes_out("Not right").await;
        question
    }

    /// Leaves the question. A press too soon after the last is taken for a part of it, so this presses as often as it takes.
    pub async fn next(&self) -> Next {
        until("the next question", async || {
            let buttons = self.all("button").await?;
            let button = |name: &str| buttons.iter().find(|(other, _)| other.starts_with(name)).map(|(_, button)| button);
            if button("Keep practising").is_some() {
                return Ok(Next::Celebration);
            }
            if button("Check").is_some() {
                return Ok(Next::Question);
            }
            match button("Next question") {
                Some(button) => Err(format!("pressed: {:?}", button.click().await)),
                None => Err(format!("buttons {:?}", buttons.iter().map(|(name, _)| name).collect::<Vec<_>>())),
            }
        })
        .await
    }
}

/// The fields on the page, used up in order.
struct Fields(std::vec::IntoIter<WebElement>);

impl Fields {
    async fn of(browser: &Browser, kinds: &str) -> Self {
        let css = kinds.split(", ").map(|kind| format!("main form {kind}")).collect::<Vec<_>>().join(", ");
        Self(browser.driver.find_all(By::Css(css)).await.unwrap().into_iter())
    }

    fn next(&mut self) -> WebElement {
        self.0.next().expect("each field of the question is on the page")
    }
}

async fn type_into(field: &WebElement, text: &str) {
    field.send_keys(Key::Control + "a").await.unwrap();
    field.send_keys(text).await.unwrap();
}

async fn choose(select: &WebElement, place: usize) {
    select.find_all(By::Css("option")).await.unwrap()[place].click().await.unwrap();
}

/// The fields in the order in which they stand on the page.
fn placed(question: &Question) -> Vec<usize> {
    let line =
        |pieces: &Vec<Piece>| pieces.iter().filter_map(|piece| if let Piece::Field(field) = piece { Some(*field) } else { None }).collect();
    let block = |block: &Block| -> Vec<usize> {
        match block {
            Block::Html(_) => vec![],
            Block::Line(pieces) => line(pieces),
            Block::Field(field) => vec![*field],
        }
    };
    question.body.iter().flat_map(block).collect()
}

/// The pieces of HTML by which a question is known.
fn pieces(question: &Question) -> Vec<&str> {
    question.body.iter().flat_map(|block| block_pieces(question, block)).collect()
}

fn block_pieces<'q>(question: &'q Question, block: &'q Block) -> Vec<&'q str> {
    match block {
        Block::Html(html) => vec![&html.0],
        Block::Field(index) => field_pieces(&question.fields[*index]),
        Block::Line(pieces) => {
            let piece = |piece: &'q Piece| match piece {
                Piece::Html(html) => vec![html.0.as_str()],
                Piece::Field(index) => field_pieces(&question.fields[*index]),
            };
            pieces.iter().flat_map(piece).collect()
        }
    }
}

fn field_pieces(field: &Field) -> Vec<&str> {
    match &field.kind {
        FieldKind::OneOf { choices } | FieldKind::ManyOf { choices } => choices.iter().map(|html| html.0.as_str()).collect(),
        FieldKind::Match { left, .. } => left.iter().map(|html| html.0.as_str()).collect(),
        FieldKind::Number { .. } | FieldKind::Text => vec![],
    }
}

#[test]
fn every_question_of_the_demo_course_is_known_by_its_text() {
    for chapter in &crate::answers::course().paper.chapters {
        for section in &chapter.sections {
            let texts: Vec<Value> = section.questions.iter().map(|question| json!(pieces(question))).collect();
            for (index, text) in texts.iter().enumerate() {
                assert!(!texts[..index].contains(text), "{}: {text}", section.title);
            }
        }
    }
}
