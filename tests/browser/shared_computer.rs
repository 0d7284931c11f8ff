//! A computer that others use, too: what waits is sealed there, nothing opens without the server, and signing out leaves what one wants.

use crate::{
    page::Browser,
    privacy::{everything_kept, nothing_is_left},
    school::Script,
    stage::{confirmed, journey},
    waiting::until,
};
use domain::content::Input;
use serde_json::Value;

/// What nobody may find on the computer.
const ENTERED: &str = "1953125";

/// Gives an answer that can be recognised wherever it is kept.
async fn answer_in_vain(browser: &Browser, unit: &crate::answers::Unit) {
    let question = browser.question(unit).await;
    let inputs: Vec<Input> = question.fields.iter().map(|_| Input::Text(ENTERED.to_owned())).collect();
    browser.fill(question, &inputs).await;
    browser.press("Check").await;
    browser.comes_out("Not right").await;
}

/// Waits until the server has so many answers.
async fn arrived(student: &Script, answers: usize) {
    until("the answers to arrive", async || match student.own_answers().await.len() {
        n if n == answers => Ok(()),
        n => Err(format!("{n} of {answers}")),
    })
    .await;
}

/// The rows of a store in the one database that there is.
async fn rows(browser: &Browser, store: &str) -> Vec<Value> {
    let databases = browser.databases().await;
    let (_, database) = databases.as_object().unwrap().iter().next().expect("there is a database");
    database[store].as_array().cloned().unwrap_or_default()
}

#[tokio::test]
async fn what_waits_is_sealed_and_comes_back_at_the_next_sign_in() {
    journey("sealed", async |stage| {
        let browser = stage.browser("the computer at school").await;
        browser.sign_in_shared("ann").await;
        let unit = browser.practise("Order of operations").await;
        confirmed(&browser).await;
        browser.is_kept_for_offline().await;
        stage.kill_server();
        answer_in_vain(&browser, &unit).await;
        browser.syncs("Offline – 1 answer").await;
        let waiting = rows(&browser, "outbox").await;
        assert_eq!(waiting.len(), 1);
        assert!(waiting[0]["value"].as_str().unwrap().contains("sealed"), "{waiting:?}");
        assert!(!everything_kept(&browser).await.contains(ENTERED), "the answer can be read");

        // The results of confirmed commands are sealed, too.
        let results = rows(&browser, "results").await;
        assert!(!results.is_empty() && results.iter().all(|row| row["value"].as_str().unwrap().contains("sealed")), "{results:?}");

        browser.press("Sign out").await;
        browser.the("dialog", "One answer has not been sent yet").await;
        browser.press("Leave it here, sealed").await;
        browser.form_says("One step waits here").await;
        for store in ["feeds", "chunks", "content", "people", "results", "snapshots"] {
            assert!(rows(&browser, store).await.is_empty(), "something is left in {store}");
        }
        assert_eq!(rows(&browser, "outbox").await.len(), 1);
        assert!(!everything_kept(&browser).await.contains(ENTERED));

        // Somebody else works there and leaves; ann's answer stays for ann.
        stage.start_server().await;
        browser.sign_in_shared("bob").await;
        browser.the("link", "Practise Order of operations").await;
        confirmed(&browser).await;
        browser.press("Sign out").await;
        browser.form_says("nothing that can be read is left").await;
        assert!(stage.school.sign_in("bob").await.own_answers().await.is_empty());

        browser.sign_in_shared("ann").await;
        let ann = stage.school.sign_in("ann").await;
        until("the answer to arrive", async || match ann.own_answers().await.as_slice() {
            [answer] if answer.inputs.contains(&Input::Text(ENTERED.to_owned())) => Ok(()),
            answers => Err(format!("{answers:?}")),
        })
        .await;
        confirmed(&browser).await;
        assert_eq!(ann.own_answers().await.len(), 1, "once");
    })
    .await;
}

#[tokio::test]
async fn signing_out_can_wait_until_everything_is_sent() {
    journey("patient sign out", async |stage| {
        let browser = stage.browser("the computer at school").await;
        browser.sign_in_shared("ann").await;
        let unit = browser.practise("Order of operations").await;
        confirmed(&browser).await;
        stage.kill_server();
        browser.answer_right(&unit).await;
        browser.syncs("Offline – 1 answer").await;
        browser.press("Sign out").await;
        browser.the("dialog", "One answer has not been sent yet").await;
        browser.press("Wait until it is sent").await;
        browser.the("button", "Waiting").await;
        stage.start_server().await;
        nothing_is_left(&browser).await;
        assert_eq!(stage.school.sign_in("ann").await.own_answers().await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn ones_own_device_can_leave_what_waits_sealed_too() {
    journey("sealed on one's own device", async |stage| {
        let browser = stage.browser("ann's").await;
        browser.sign_in("ann").await;
        let unit = browser.practise("Order of operations").await;
        confirmed(&browser).await;
        stage.kill_server();
        answer_in_vain(&browser, &unit).await;
        browser.syncs("Offline – 1 answer").await;
        assert!(everything_kept(&browser).await.contains(ENTERED), "here it need not be sealed");
        browser.press("Sign out").await;
        browser.press("Leave it here, sealed").await;
        browser.form_says("One step waits here").await;
        assert!(!everything_kept(&browser).await.contains(ENTERED), "now it is");
        stage.start_server().await;
        browser.sign_in("ann").await;
        arrived(&stage.school.sign_in("ann").await, 1).await;
    })
    .await;
}

#[tokio::test]
async fn a_shared_computer_opens_only_with_the_server_and_forgets_a_session_that_is_over() {
    journey("shared computer", async |stage| {
        let profile = stage.profile("the computer at school");
        let browser = stage.reopen(&profile).await;
        browser.sign_in_shared("ann").await;
        let unit = browser.practise("Order of operations").await;
        browser.answer_right(&unit).await;
        confirmed(&browser).await;
        browser.is_kept_for_offline().await;
        browser.reload().await;
        browser.comes_out("Right").await;

        // Without the server it does not open; with it, it does.
        stage.kill_server();
        browser.next().await;
        answer_in_vain(&browser, &unit).await;
        browser.syncs("Offline – 1 answer").await;
        browser.reload().await;
        browser.form_says("opens only with one").await;
        stage.start_server().await;
        browser.reload().await;
        let ann = stage.school.sign_in("ann").await;
        arrived(&ann, 2).await;
        confirmed(&browser).await;

        // The browser is closed and opened again: the session is over, and what could be read is gone. What waits is not.
        stage.kill_server();
        browser.answer_right(&unit).await;
        browser.syncs("Offline – 1 answer").await;
        let profile = stage.close(browser, &profile).await;
        stage.start_server().await;
        let browser = stage.reopen(&profile).await;
        browser.forgives("401 (Unauthorized)");
        browser.go("/").await;
        browser.form_says("is over").await;
        assert!(rows(&browser, "chunks").await.is_empty());
        assert_eq!(rows(&browser, "outbox").await.len(), 1);
        assert!(!everything_kept(&browser).await.contains("QuestionAnswered"));
        browser.sign_in_shared("ann").await;
        arrived(&ann, 3).await;
    })
    .await;
}

/// What is kept is for the page alone, and only its memory has the key: names, history, papers.
#[tokio::test]
async fn nothing_personal_can_be_read_on_a_shared_computer_whose_browser_was_just_closed() {
    journey("nothing to read", async |stage| {
        let (school, home) = (stage.browser("the computer at school").await, stage.browser("at home").await);
        school.sign_in_shared("tess").await;
        home.sign_in("tess").await;
        let mut kept = Vec::new();
        for browser in [&school, &home] {
            browser.follow("2B").await;
            browser.says("Ann").await;
            until("names, papers and history to be stored", async || {
                for store in ["people", "content", "chunks"] {
                    if rows(browser, store).await.is_empty() {
                        return Err(format!("{store} is empty"));
                    }
                }
                Ok(())
            })
            .await;
            kept.push(browser.databases().await.to_string());
        }
        for readable in ["Ann", "StudentEnrolled", "chapters"] {
            assert!(!kept[0].contains(readable), "{readable} can be read");
            assert!(kept[1].contains(readable), "one's own computer keeps {readable} as it is: does the journey look in the right place?");
        }
        // It can be read by the page that has the key, also after it was loaded again.
        school.reload().await;
        school.says("Ann").await;
    })
    .await;
}

#[tokio::test]
async fn a_session_that_ends_under_an_open_page_leaves_nothing_on_a_shared_computer() {
    journey("ended while open", async |stage| {
        let shared = stage.browser("the computer at school").await;
        shared.forgives("401 (Unauthorized)");
        shared.sign_in_shared("ann").await;
        let unit = shared.practise("Order of operations").await;
        shared.answer_right(&unit).await;
        confirmed(&shared).await;
        let home = stage.browser("at home").await;
        home.sign_in("ann").await;
        home.follow("Your account").await;
        home.press("End Chrome on Linux, signed in").await;
        home.says("It is ended.").await;
        shared.form_says("What could be read here was deleted").await;
        nothing_is_left(&shared).await;
        // Somebody else who comes finds nothing, and nothing is left of the first.
        shared.enter("bob", "leftfold").await;
        shared.is_at("/learn").await;
        assert!(!shared.databases().await.to_string().contains("Ann"));
    })
    .await;
}
