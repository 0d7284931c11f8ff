//! A student practises: right, wrong, uncounted, revealed; five in a row; one press is one command.

use crate::{
    practice::Next,
    stage::{confirmed, journey},
    waiting::until,
};
use domain::content::Input;
use serde_json::json;
use thirtyfour::prelude::*;

#[tokio::test]
async fn five_right_in_a_row_finish_a_section_for_good() {
    journey("five in a row", async |stage| {
        let ann = stage.browser("ann").await;
        ann.sign_in("ann").await;
        let unit = ann.practise("Order of operations").await;
        let address = ann.path().await;
        for nth in 1..=5 {
            ann.answer_right(&unit).await;
            ann.says(&format!("{nth} of 5 right in a row")).await;
            let expected = if nth == 5 { Next::Celebration } else { Next::Question };
            assert_eq!(ann.next().await, expected, "after {nth}");
            assert_eq!(ann.path().await, address, "the address stays the same throughout");
        }
        ann.says("“Order of operations” is finished").await;
        confirmed(&ann).await;

        ann.reload().await;
        ann.says("This section is finished").await;
        ann.follow("Course").await;
        ann.says("1 of").await;
        let again = stage.browser("ann elsewhere").await;
        again.sign_in("ann").await;
        again.practise("Order of operations").await;
        again.says("This section is finished").await;
        assert_eq!(stage.school.sign_in("ann").await.own_answers().await.len(), 5);
    })
    .await;
}

#[tokio::test]
async fn an_answer_is_right_or_not_right_or_not_counted_yet() {
    journey("outcomes", async |stage| {
        let ann = stage.browser("ann").await;
        ann.sign_in("ann").await;
        let unit = ann.practise("Order of operations").await;

        ann.press("Check").await;
        let empty = ann.comes_out("Not counted yet").await;
        let question = ann.question(&unit).await;
        let unreadable: Vec<Input> = question.fields.iter().map(|_| Input::Text("abc".to_owned())).collect();
        ann.fill(question, &unreadable).await;
        ann.press("Check").await;
        until("another reason", async || {
            let outcome = ann.comes_out("Not counted yet").await;
            if outcome == empty { Err(outcome) } else { Ok(()) }
        })
        .await;

        ann.answer_wrong(&unit).await;
        assert_eq!(ann.answer_right(&unit).await.id, question.id, "a wrong answer stays on the question");
        ann.says("0 of 5 right in a row").await;

        ann.next().await;
        let question = ann.question(&unit).await;
        ann.press("Show the answer").await;
        ann.says("Worked answer").await;
        ann.the("button", "Next question").await;
        assert!(ann.find("button", "Check").await.is_err());
        ann.next().await;
        assert_ne!(ann.question(&unit).await.id, question.id);

        confirmed(&ann).await;
        let answers = stage.school.sign_in("ann").await.own_answers().await;
        assert_eq!(answers.len(), 2, "what is not counted is not news: {answers:?}");
    })
    .await;
}

#[tokio::test]
async fn three_misses_give_advice_above_the_question() {
    journey("stumbling block", async |stage| {
        let ann = stage.browser("ann").await;
        ann.sign_in("ann").await;
        let unit = ann.practise("Order of operations").await;
        for _ in 0..3 {
            ann.answer_wrong(&unit).await;
            ann.press("Show the answer").await;
            ann.next().await;
        }
        ann.says("Three in a row did not work out").await;
        let (advice, prompt): (f64, f64) = ann.run("topsOfAdviceAndForm", vec![]).await;
        assert!(advice < prompt, "the advice stands above the question");
        ann.answer_right(&unit).await;
        until("the advice to be gone", async || {
            let said = ann.main_text().await?;
            if said.contains("Three in a row") { Err(said) } else { Ok(()) }
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_double_click_or_a_held_key_is_one_command() {
    journey("one press", async |stage| {
        let ann = stage.browser("ann").await;
        ann.sign_in("ann").await;
        let unit = ann.practise("Order of operations").await;
        let script = stage.school.sign_in("ann").await;

        let question = ann.question(&unit).await;
        ann.fill(question, &unit.right(question)).await;
        let check = ann.the("button", "Check").await;
        ann.driver.action_chain().double_click_element(&check).perform().await.unwrap();
        ann.comes_out("Right").await;
        assert_eq!(ann.question(&unit).await.id, question.id, "a double click does not leave the question");
        confirmed(&ann).await;
        assert_eq!(script.own_answers().await.len(), 1);

        // Enter, held down: the first press checks, the repeats do nothing.
        ann.next().await;
        let question = ann.question(&unit).await;
        ann.fill(question, &unit.right(question)).await;
        let enter = |kind: &str, repeat: bool| {
            json!({ "type": kind, "autoRepeat": repeat, "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r" })
        };
        ann.cdp("Input.dispatchKeyEvent", enter("keyDown", false)).await;
        for _ in 0..60 {
            ann.cdp("Input.dispatchKeyEvent", enter("keyDown", true)).await;
        }
        ann.comes_out("Right").await;
        let until_guard: f64 = ann.run("waitFor", vec![500.into()]).await;
        assert!(until_guard > 0.0);
        for _ in 0..20 {
            ann.cdp("Input.dispatchKeyEvent", enter("keyDown", true)).await;
        }
        ann.cdp("Input.dispatchKeyEvent", enter("keyUp", false)).await;
        assert_eq!(ann.question(&unit).await.id, question.id, "a held key does not leave the question");
        confirmed(&ann).await;
        assert_eq!(script.own_answers().await.len(), 2);

        // Two quick presses are one; a later one goes on.
        until("Enter to go on", async || {
            ann.driver.action_chain().send_keys(char::from(Key::Enter).to_string()).perform().await.map_err(|error| error.to_string())?;
            ann.find("button", "Check").await.map(|_| ())
        })
        .await;
        let question = ann.question(&unit).await;
        ann.fill(question, &unit.right(question)).await;
        let both = char::from(Key::Enter).to_string().repeat(2);
        ann.driver.action_chain().send_keys(both).perform().await.unwrap();
        ann.comes_out("Right").await;
        assert_eq!(ann.question(&unit).await.id, question.id, "a double Enter does not leave the question");
        confirmed(&ann).await;
        assert_eq!(script.own_answers().await.len(), 3);
    })
    .await;
}
