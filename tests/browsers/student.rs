//! A student in each engine: answers, a formula, reloading, back and forward, two tabs, the server away and back, leaving a shared computer.

use crate::{
    engine::Engine,
    page::Browser,
    practice::Next,
    stage::{Stage, journey},
    waiting::until,
};

const SECTION: &str = "Order of operations";
const WITH_FORMULAS: &str = "Expressions";

#[tokio::test]
async fn chromium_on_ones_own_device() {
    journey(Engine::Chromium, "student", own_device).await;
}

#[tokio::test]
async fn firefox_on_ones_own_device() {
    journey(Engine::Firefox, "student", own_device).await;
}

#[tokio::test]
async fn webkit_on_ones_own_device() {
    journey(Engine::WebKit, "student", own_device).await;
}

#[tokio::test]
async fn chromium_on_a_shared_computer() {
    journey(Engine::Chromium, "shared computer", shared_computer).await;
}

#[tokio::test]
async fn firefox_on_a_shared_computer() {
    journey(Engine::Firefox, "shared computer", shared_computer).await;
}

#[tokio::test]
async fn webkit_on_a_shared_computer() {
    journey(Engine::WebKit, "shared computer", shared_computer).await;
}

/// The formulas of the question on the screen are drawn.
async fn formulas_are_drawn(browser: &Browser) {
    until("formulas", async || {
        let sizes: Vec<(f64, f64)> = browser.run("sizesOfFormulas", vec![]).await;
        let drawn = !sizes.is_empty() && sizes.iter().all(|(width, height)| *width > 4.0 && *height > 8.0);
        if drawn { Ok(()) } else { Err(format!("{sizes:?}")) }
    })
    .await;
}

async fn own_device(stage: &Stage) {
    let ann = &stage.browser("ann").await;
    stage.step(ann, "signs in", ann.sign_in("ann")).await;
    let unit = stage.step(ann, "opens a section", ann.practise(SECTION)).await;
    let address = ann.path().await;
    stage.step(ann, "answers wrong", ann.answer_wrong(&unit)).await;
    stage.step(ann, "answers right", ann.answer_right(&unit)).await;
    stage.step(ann, "it is confirmed", ann.is_confirmed()).await;
    let reloading = async {
        stage.reload(ann).await;
        ann.comes_out("Right").await;
        ann.is_confirmed().await;
    };
    stage.step(ann, "reloads", reloading).await;
    let again = async {
        stage.reload(ann).await;
        assert_eq!(ann.next().await, Next::Question);
    };
    stage.step(ann, "reloads again and goes on", again).await;
    stage.step(ann, "loads another address", stage.load_address(ann, "/sync")).await;
    let back = async {
        ann.says("What this device has").await;
        ann.driver.back().await.expect("there is a page before");
        ann.question(&unit).await;
    };
    stage.step(ann, "goes back over a load", back).await;
    stage.step(ann, "answers after coming back", ann.answer_right(&unit)).await;
    let course = async {
        ann.is_confirmed().await;
        ann.follow("Course").await;
        ann.is_at("/learn").await;
        ann.driver.back().await.expect("there is a page before");
        ann.is_at(&address).await;
        ann.comes_out("Right").await;
        ann.driver.forward().await.expect("there is a page after");
        ann.is_at("/learn").await;
    };
    stage.step(ann, "goes back and forward", course).await;
    let formula = async {
        let unit = ann.practise(WITH_FORMULAS).await;
        formulas_are_drawn(ann).await;
        ann.answer_right(&unit).await;
    };
    stage.step(ann, "answers a question with a formula", formula).await;
    stage.step(ann, "four answers have arrived", stage.has_answers("ann", 4)).await;

    let first = ann.driver.window().await.expect("there is a tab");
    let two = async {
        stage.another_tab(ann).await;
        ann.go(&address).await;
        ann.next().await;
        ann.answer_right(&unit).await;
        ann.is_confirmed().await;
    };
    stage.step(ann, "answers in a second tab", two).await;
    let second = ann.driver.window().await.expect("there is a tab");
    let in_first = async {
        ann.tab(&first).await;
        stage.load_address(ann, &address).await;
        ann.comes_out("Right").await;
        ann.is_confirmed().await;
        ann.next().await;
    };
    stage.step(ann, "the first tab has it, too", in_first).await;

    let away = async {
        ann.is_kept_for_offline().await;
        stage.kill_server().await;
        ann.answer_right(&unit).await;
        ann.syncs("Offline – 1 answer saved on this device").await;
    };
    stage.step(ann, "answers with the server away", away).await;
    let reloads_offline = async {
        stage.reload(ann).await;
        ann.comes_out("Right").await;
        ann.syncs("Offline – 1 answer saved on this device").await;
    };
    stage.step(ann, "reloads with the server away", reloads_offline).await;
    let is_back = async {
        stage.start_server().await;
        ann.is_confirmed().await;
        ann.tab(&second).await;
        ann.is_confirmed().await;
        ann.comes_out("Right").await;
    };
    stage.step(ann, "the server is back, in both tabs", is_back).await;
    stage.step(ann, "six answers have arrived", stage.has_answers("ann", 6)).await;
}

async fn shared_computer(stage: &Stage) {
    let browser = &stage.browser("the computer at school").await;
    stage.step(browser, "signs in on a shared computer", browser.sign_in_shared("ann")).await;
    let unit = stage.step(browser, "opens a section", browser.practise(SECTION)).await;
    stage.step(browser, "answers right", browser.answer_right(&unit)).await;
    stage.step(browser, "it is confirmed", browser.is_confirmed()).await;
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
    // The page of before is not shown again.
    let back = async {
        browser.driver.back().await.expect("a browser can always be asked to go back");
        browser.the("textbox", "Login").await;
    };
    stage.step(browser, "goes back after signing out", back).await;
    let next = async {
        browser.sign_in_shared("bob").await;
        browser.practise(SECTION).await;
    };
    stage.step(browser, "the next student signs in", next).await;
}
