//! The short form, for every run of all tests: a student signs in, answers and reloads; a teacher opens the class.

use crate::{
    engine::Engine,
    stage::{Stage, journey},
};

#[tokio::test]
async fn chromium() {
    journey(Engine::Chromium, "short", briefly).await;
}

#[tokio::test]
async fn firefox() {
    journey(Engine::Firefox, "short", briefly).await;
}

#[tokio::test]
async fn webkit() {
    journey(Engine::WebKit, "short", briefly).await;
}

async fn briefly(stage: &Stage) {
    let browser = &stage.browser("a browser").await;
    stage.step(browser, "a student signs in", browser.sign_in_shared("ann")).await;
    let answering = async {
        let unit = browser.practise("Order of operations").await;
        browser.answer_right(&unit).await;
        browser.is_confirmed().await;
    };
    stage.step(browser, "answers", answering).await;
    let reloading = async {
        stage.reload(browser).await;
        browser.comes_out("Right").await;
        browser.is_confirmed().await;
    };
    stage.step(browser, "reloads", reloading).await;
    let leaving = async {
        browser.press("Sign out").await;
        browser.form_says("nothing that can be read is left").await;
    };
    stage.step(browser, "signs out", leaving).await;
    let class = async {
        browser.sign_in("tess").await;
        browser.follow("2B").await;
        browser.the("rowheader", "Ann").await;
    };
    stage.step(browser, "a teacher opens the class", class).await;
}
