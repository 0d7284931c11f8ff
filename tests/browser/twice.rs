//! The same student twice: in two tabs, and on two devices that answer the same question apart.

use crate::{
    page::Browser,
    stage::{confirmed, journey},
    waiting::until,
};
use domain::content::Input;
use std::collections::BTreeSet;

#[tokio::test]
async fn two_tabs_of_one_browser_stay_in_step() {
    journey("two tabs", async |stage| {
        let ann = stage.browser("ann").await;
        ann.sign_in("ann").await;
        let unit = ann.practise("Order of operations").await;
        let address = ann.path().await;
        let first = ann.driver.window().await.unwrap();
        let second = ann.new_tab().await;
        ann.go(&address).await;
        let question = ann.question(&unit).await;

        // Both have the answer filled in; the second gives it.
        ann.fill(question, &unit.right(question)).await;
        ann.tab(&first).await;
        ann.fill(question, &unit.right(question)).await;
        ann.tab(&second).await;
        ann.press("Check").await;
        ann.comes_out("Right").await;
        ann.tab(&first).await;
        ann.comes_out("Right").await;
        ann.says("1 of 5 right in a row").await;

        // The first goes on, and the second with it.
        ann.next().await;
        let asked = ann.question(&unit).await;
        ann.tab(&second).await;
        until("the second tab to go on", async || {
            let shown = ann.question(&unit).await.id;
            if shown == asked.id { Ok(()) } else { Err(shown.to_string()) }
        })
        .await;
        ann.answer_wrong(&unit).await;
        ann.tab(&first).await;
        ann.comes_out("Not right").await;

        // The same without a server; and the tab that has the socket goes.
        stage.kill_server();
        ann.answer_right(&unit).await;
        ann.syncs("Offline – 1 answer saved on this device").await;
        ann.tab(&second).await;
        ann.comes_out("Right").await;
        ann.syncs("Offline – 1 answer saved on this device").await;
        ann.tab(&first).await;
        ann.driver.close_window().await.unwrap();
        ann.tab(&second).await;
        stage.start_server().await;
        confirmed(&ann).await;
        ann.comes_out("Right").await;
        let answers = stage.school.sign_in("ann").await.own_answers().await;
        let tries: Vec<_> = answers.iter().map(|answer| (answer.ordinal, answer.try_number)).collect();
        assert_eq!(tries, [(1, 1), (2, 1), (2, 2)], "each answer once");
    })
    .await;
}

/// What the page says of the work, without the refusals.
async fn state(browser: &Browser) -> Vec<String> {
    browser.run("workOnPage", vec![]).await
}

#[tokio::test]
async fn two_devices_offline_answer_one_question_and_one_is_refused_and_kept() {
    journey("two devices", async |stage| {
        let (laptop, tablet) = (stage.browser("laptop").await, stage.browser("tablet").await);
        laptop.sign_in("ann").await;
        let unit = laptop.practise("Order of operations").await;
        confirmed(&laptop).await;
        tablet.sign_in("ann").await;
        tablet.practise("Order of operations").await;
        confirmed(&tablet).await;

        stage.kill_server();
        let question = laptop.question(&unit).await;
        assert_eq!(tablet.question(&unit).await.id, question.id);
        let (right, wrong) = (unit.right(question), unit.wrong(question));
        laptop.fill(question, &right).await;
        laptop.press("Check").await;
        laptop.comes_out("Right").await;
        laptop.syncs("Offline – 1 answer").await;
        tablet.fill(question, &wrong).await;
        tablet.press("Check").await;
        tablet.comes_out("Not right").await;
        tablet.syncs("Offline – 1 answer").await;

        stage.start_server().await;
        let refused = until("one of them to be refused, the other confirmed", async || {
            let (one, other) = (laptop.sync().await?, tablet.sync().await?);
            match (one.as_str(), other.as_str()) {
                ("Refused", "Confirmed") => Ok(&laptop),
                ("Confirmed", "Refused") => Ok(&tablet),
                _ => Err(format!("laptop “{one}”, tablet “{other}”")),
            }
        })
        .await;
        let entered = if refused.is(&laptop) { &right } else { &wrong };
        for input in entered {
            let Input::Text(text) = input else { panic!("the questions of this section are numbers") };
            refused.says(text).await;
        }
        refused.says("already answered").await;
        let answers = stage.school.sign_in("ann").await.own_answers().await;
        assert_eq!(answers.len(), 1);
        assert_eq!(&answers[0].inputs, if refused.is(&laptop) { &wrong } else { &right });
        until("both to come to the same state", async || {
            let (one, other) = (state(&laptop).await, state(&tablet).await);
            if one == other { Ok(()) } else { Err(format!("laptop {one:?}, tablet {other:?}")) }
        })
        .await;

        // What was refused is still there after a reload, until it was seen.
        refused.reload().await;
        refused.syncs("Refused").await;
        refused.says("already answered").await;
        refused.press("Dismiss").await;
        confirmed(refused).await;
        refused.reload().await;
        confirmed(refused).await;

        // They go on in step.
        if refused.is(&laptop) {
            tablet.answer_right(&unit).await;
        }
        laptop.comes_out("Right").await;
        tablet.comes_out("Right").await;
        laptop.next().await;
        let asked = laptop.question(&unit).await.id;
        until("the tablet to go on", async || {
            let shown = tablet.question(&unit).await.id;
            if shown == asked { Ok(()) } else { Err(shown.to_string()) }
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn two_devices_that_were_both_away_come_together() {
    journey("both away", async |stage| {
        let (laptop, tablet) = (stage.browser("laptop").await, stage.browser("tablet").await);
        laptop.sign_in("ann").await;
        let unit = laptop.practise("Order of operations").await;
        confirmed(&laptop).await;
        tablet.sign_in("ann").await;
        tablet.practise("Order of operations").await;
        confirmed(&tablet).await;

        // One does two questions, the other three: those in common count once.
        stage.kill_server();
        for (device, questions) in [(&laptop, 2), (&tablet, 3)] {
            for _ in 0..questions {
                device.answer_right(&unit).await;
                device.next().await;
            }
        }
        stage.start_server().await;
        for device in [&laptop, &tablet] {
            until("all to be settled", async || {
                let sync = device.sync().await?;
                if sync == "Confirmed" || sync == "Refused" { Ok(()) } else { Err(sync) }
            })
            .await;
        }
        let answers = stage.school.sign_in("ann").await.own_answers().await;
        let ordinals: BTreeSet<_> = answers.iter().map(|answer| answer.ordinal).collect();
        assert_eq!(answers.len(), ordinals.len(), "no question counts twice: {answers:?}");
        assert!(ordinals.len() >= 2, "{answers:?}");
        until("both to come to the same state", async || {
            let (one, other) = (state(&laptop).await, state(&tablet).await);
            if one == other { Ok(()) } else { Err(format!("laptop {one:?}, tablet {other:?}")) }
        })
        .await;
    })
    .await;
}
