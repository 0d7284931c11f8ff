//! What is said to be saved is saved: tabs and the whole browser are killed right after the words appear.

use crate::{
    page::Browser,
    practice::Next,
    school::Fact,
    stage::{confirmed, long_journey},
};
use std::{collections::BTreeSet, time::Instant};

const KILLS: usize = 50;
/// After so many tabs it is the whole browser's turn.
const TABS_EACH: usize = 4;

/// Returns as soon as the page says that so many answers are saved; nothing else happens in between.
async fn is_saved(browser: &Browser, answers: usize) {
    browser.has("answersSaved", vec![answers.into()]).await;
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
        // A browser writes down its cookies only after half a minute, or when it is closed: she signed in the day before.
        let profile = stage.close(ann, &profile).await;
        ann = stage.reopen(&profile).await;
        ann.go(&address).await;
        confirmed(&ann).await;
        stage.kill_server();
        let (mut tabs, mut browsers) = (0, 0);
        for nth in 1..=KILLS {
            let begun = Instant::now();
            let is_browsers_turn = nth % (TABS_EACH + 1) == 0;
            // Two right, then one at the second try: never finished, never stuck.
            let is_right = nth % 4 != 3;
            stage.look_at(&ann).await;
            let dying = ann.driver.window().await.unwrap();
            // From a dead tab no other can be opened.
            let fresh = ann.new_tab().await;
            ann.tab(&dying).await;
            let question = ann.question(&unit).await;
            let inputs = if is_right { unit.right(question) } else { unit.wrong(question) };
            ann.fill(question, &inputs).await;
            let filled = begun.elapsed();
            ann.press("Check").await;
            is_saved(&ann, nth).await;
            let saved = begun.elapsed();
            if is_browsers_turn {
                stage.kill_browser(ann, &profile).await;
                ann = stage.reopen(&profile).await;
                browsers += 1;
            } else {
                ann.kill_tab().await;
                ann.tab(&fresh).await;
                tabs += 1;
            }
            let killed = begun.elapsed();
            ann.go(&address).await;
            is_saved(&ann, nth).await;
            let seen = begun.elapsed();
            if is_right {
                ann.comes_out("Right").await;
                assert_eq!(ann.next().await, Next::Question);
            }
            let what = if is_browsers_turn { "browser" } else { "tab" };
            println!(
                "{nth} of {KILLS}: filled after {} ms, saved after {}, {what} killed and replaced after {}, all there after {}, next question after {}",
                filled.as_millis(),
                saved.as_millis(),
                killed.as_millis(),
                seen.as_millis(),
                begun.elapsed().as_millis()
            );
        }
        stage.start_server().await;
        confirmed(&ann).await;
        let feed = stage.school.sign_in("ann").await.own_feed().await;
        let answers: Vec<_> = feed.iter().filter_map(Fact::answer).collect();
        let tries: BTreeSet<_> = answers.iter().map(|answer| (answer.ordinal, answer.try_number)).collect();
        let (lost, doubled) = (KILLS.saturating_sub(tries.len()), answers.len() - tries.len());
        println!("{tabs} tabs and {browsers} browsers killed, {} answers on the server: {lost} lost, {doubled} doubled", answers.len());
        assert_eq!((answers.len(), lost, doubled), (KILLS, 0, 0));
    })
    .await;
}
