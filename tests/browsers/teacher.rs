//! A teacher in each engine: the class as it works, a question's page, and a correction that reaches the student.

use crate::{
    engine::Engine,
    stage::{Stage, journey},
    waiting::until,
};
use serde_json::json;
use thirtyfour::prelude::*;

const SECTION: &str = "Order of operations";

#[tokio::test]
async fn chromium() {
    journey(Engine::Chromium, "teacher", class_question_and_correction).await;
}

#[tokio::test]
async fn firefox() {
    journey(Engine::Firefox, "teacher", class_question_and_correction).await;
}

#[tokio::test]
async fn webkit() {
    journey(Engine::WebKit, "teacher", class_question_and_correction).await;
}

async fn class_question_and_correction(stage: &Stage) {
    let (ann, tess) = (&stage.browser("ann").await, &stage.browser("tess").await);
    stage.step(tess, "the teacher signs in", tess.sign_in("tess")).await;
    let class = async {
        tess.follow("2B").await;
        tess.the("rowheader", "Ann").await;
    };
    stage.step(tess, "opens the class", class).await;

    let answering = async {
        ann.sign_in("ann").await;
        let unit = ann.practise(SECTION).await;
        let question = ann.answer_wrong(&unit).await;
        ann.is_confirmed().await;
        (unit, question)
    };
    let (unit, question) = stage.step(ann, "a student answers wrong", answering).await;
    let live = until("the answer on the class page", async || {
        let answered: Vec<String> = tess.run("cellsOfRow", vec!["Ann".into(), json!(["answered"])]).await;
        if answered == ["1"] { Ok(()) } else { Err(format!("{answered:?}")) }
    });
    stage.step(tess, "the class page has it", live).await;
    let reloading = async {
        stage.reload(tess).await;
        tess.the("rowheader", "Ann").await;
    };
    stage.step(tess, "the teacher reloads", reloading).await;

    let opening = async {
        tess.follow("Questions").await;
        let row = format!("a[href$='/questions/{}/{}']", unit.section.id, question.id);
        until("the question in the list", async || {
            let link = tess.driver.find(By::Css(row.clone())).await.map_err(|error| error.to_string())?;
            link.click().await.map_err(|error| error.to_string())
        })
        .await;
        tess.the("heading", "Wrong answers").await;
        tess.the("link", "Accept this too").await;
    };
    stage.step(tess, "opens the question", opening).await;
    let trying = async {
        tess.follow("Accept this too").await;
        tess.the("heading", "Who would change").await;
        tess.says("1 student of this class").await;
    };
    stage.step(tess, "sees who would change", trying).await;
    let correcting = async {
        tess.press("Correct it for everybody").await;
        tess.says("Done:").await;
    };
    stage.step(tess, "corrects it", correcting).await;
    stage.step(ann, "the student's answer is right now", ann.comes_out("Right")).await;
}
