//! What is said to be saved is saved: tabs and the whole browser are killed right after the words appear.

use crate::{
    page::Browser,
    practice::Next,
    school::Fact,
    stage::{confirmed, long_journey},
    waiting::until,
};
use serde_json::json;
use std::collections::BTreeSet;

const KILLS: usize = 50;
/// After so many tabs it is the whole browser's turn.
const TABS_EACH: usize = 2;

/// Returns as soon as the page says that so many answers are saved; nothing else happens in between.
async fn is_saved(browser: &Browser, answers: usize) {
    const SAID: &str = "
        const said = () => document.querySelector('.sync')?.textContent ?? '';
        const wanted = new RegExp(`^Offline – ${arguments[0]} answers? saved`);
        await new Promise((done) => {
            const look = () => { if (wanted.test(said())) { done(); return true; } };
            if (!look()) new MutationObserver((_, watch) => { if (look()) watch.disconnect(); }).observe(document.body, { subtree: true, childList: true, characterData: true });
        });
    ";
    browser.run::<Option<bool>>(SAID, vec![answers.into()]).await;
}

#[tokio::test]
async fn killed_fifty_times_right_after_it_said_saved_nothing_is_lost_or_doubled() {
    long_journey("killed", async |stage| {
        let profile = stage.profile("ann");
        let mut ann = stage.reopen(&profile).await;
        ann.sign_in("ann").await;
        let unit = ann.practise("Order of operations").await;
        let address = ann.path().await;
        confirmed(&ann).await;
        ann.is_kept_for_offline().await;
        stage.kill_server();
        let (mut tabs, mut browsers) = (0, 0);
        for nth in 1..=KILLS {
            let is_browsers_turn = (tabs + browsers) % (TABS_EACH + 1) == TABS_EACH;
            let dying = ann.driver.window().await.unwrap();
            // From a dead tab no other can be opened.
            let fresh = ann.new_tab().await;
            ann.tab(&dying).await;
            // Two right, then one at the second try: never finished, never stuck.
            if nth % 4 == 3 {
                ann.answer_wrong(&unit).await;
            } else {
                ann.answer_right(&unit).await;
            }
            is_saved(&ann, nth).await;
            if is_browsers_turn {
                stage.kill_browser(&ann, &profile).await;
                ann = stage.reopen(&profile).await;
                browsers += 1;
            } else {
                ann.crash_tab().await;
                ann.tab(&fresh).await;
                tabs += 1;
            }
            ann.go(&address).await;
            is_saved(&ann, nth).await;
            println!("{nth} of {KILLS} killed");
            if nth % 4 != 3 {
                ann.comes_out("Right").await;
                assert_eq!(ann.next().await, Next::Question);
            }
        }
        stage.start_server().await;
        confirmed(&ann).await;
        let feed = stage.school.sign_in("ann").await.own_feed().await;
        let answers: Vec<_> = feed.iter().filter_map(Fact::answer).collect();
        let tries: BTreeSet<_> = answers.iter().map(|answer| (answer.ordinal, answer.try_number)).collect();
        println!(
            "{tabs} tabs and {browsers} browsers killed: {} lost, {} doubled",
            KILLS.saturating_sub(answers.len()),
            answers.len() - tries.len()
        );
        assert_eq!((answers.len(), tries.len()), (KILLS, KILLS));
    })
    .await;
}

impl Browser {
    /// Ends the process behind the tab.
    async fn crash_tab(&self) {
        // Whoever asks is told nothing any more.
        _ = self.driver.cdp().send_raw("Page.crash", json!({})).await;
        until("the tab to be dead", async || match self.driver.execute("return 1;", Vec::<serde_json::Value>::new()).await {
            Ok(_) => Err("it answers".to_owned()),
            Err(_) => Ok(()),
        })
        .await;
    }
}
