//! Many tabs of one browser: an owner that goes or freezes is replaced, and nothing depends on there being one.

use crate::{
    page::Browser,
    stage::{confirmed, journey, measured_journey},
    waiting::{until, within},
};
use serde_json::json;
use std::time::{Duration, Instant};
use thirtyfour::WindowHandle;

/// How soon another tab has the connection.
const NEW_OWNER: Duration = Duration::from_secs(2);

/// How long a page does nothing at all: no timer runs in it, nobody is heard, and it keeps what it holds.
const FROZEN: Duration = Duration::from_secs(15);
/// Opens more tabs at an address, and returns all of them with their order.
async fn tabs(browser: &Browser, address: &str, count: usize) -> Vec<WindowHandle> {
    let mut tabs = vec![browser.driver.window().await.unwrap()];
    while tabs.len() < count {
        tabs.push(browser.new_tab().await);
        browser.go(address).await;
        browser.the("button", "Check").await;
    }
    tabs
}

#[tokio::test]
async fn of_five_tabs_another_takes_over_within_two_seconds() {
    measured_journey("five tabs", async |stage| {
        let ann = stage.browser("ann").await;
        ann.sign_in("ann").await;
        let unit = ann.practise("Order of operations").await;
        let address = ann.path().await;
        confirmed(&ann).await;
        let tabs = tabs(&ann, &address, 5).await;
        // The first tab is the owner; its process is killed when it has sent what was just entered and has no answer to it yet.
        ann.tab(&tabs[1]).await;
        let question = ann.question(&unit).await;
        ann.fill(question, &unit.right(question)).await;
        stage.hold_server(true);
        ann.press("Check").await;
        ann.comes_out("Right").await;
        ann.tab(&tabs[0]).await;
        ann.syncs("Sent").await;
        let begun = Instant::now();
        ann.kill_tab().await;
        stage.hold_server(false);
        ann.tab(&tabs[1]).await;
        within(NEW_OWNER, "another owner", &mut async || {
            let sync = ann.sync().await?;
            if sync == "Confirmed" { Ok(()) } else { Err(sync) }
        })
        .await;
        println!("an owner of five tabs is killed: everything is confirmed by another after {} ms", begun.elapsed().as_millis());
        ann.next().await;
        ann.answer_right(&unit).await;
        confirmed(&ann).await;
        assert_eq!(stage.school.sign_in("ann").await.own_answers().await.len(), 2);
    })
    .await;
}

async fn two_tabs_without(name: &str, otherwise: &'static str) {
    journey(name, async |stage| {
        let ann = stage.browser("ann").await;
        ann.before_each_page(otherwise).await;
        ann.sign_in("ann").await;
        let unit = ann.practise("Order of operations").await;
        let address = ann.path().await;
        let first = ann.driver.window().await.unwrap();
        let second = ann.new_tab().await;
        ann.before_each_page(otherwise).await;
        ann.go(&address).await;
        ann.answer_right(&unit).await;
        confirmed(&ann).await;
        ann.tab(&first).await;
        ann.comes_out("Right").await;
        ann.presses_sync_state().await;
        ann.says("has a connection of its own").await;
        ann.go(&address).await;
        ann.next().await;
        // Without the server; then each sends what it has.
        stage.kill_server();
        ann.answer_right(&unit).await;
        ann.syncs("Offline – 1 answer").await;
        stage.start_server().await;
        confirmed(&ann).await;
        ann.tab(&second).await;
        confirmed(&ann).await;
        ann.comes_out("Right").await;
        assert_eq!(stage.school.sign_in("ann").await.own_answers().await.len(), 2, "each answer once");
    })
    .await;
}

#[tokio::test]
async fn without_web_locks_every_tab_connects() {
    two_tabs_without("no locks", "haveNoLocks").await;
}

#[tokio::test]
async fn without_a_channel_between_tabs_every_tab_connects() {
    two_tabs_without("no channel", "haveNoChannel").await;
}

#[tokio::test]
async fn a_lock_that_is_always_refused_is_asked_for_a_few_times_and_then_done_without() {
    journey("refused locks", async |stage| {
        let ann = stage.browser("ann").await;
        ann.before_each_page("refuseLocks").await;
        ann.sign_in("ann").await;
        let unit = ann.practise("Order of operations").await;
        ann.answer_right(&unit).await;
        confirmed(&ann).await;
        ann.presses_sync_state().await;
        ann.says("has a connection of its own").await;
        let asked: u32 = ann.run("locksAsked", vec![]).await;
        assert!((2..=6).contains(&asked), "asked {asked} times");
        assert_eq!(stage.school.sign_in("ann").await.own_answers().await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_page_that_the_browser_kept_and_shows_again_begins_anew() {
    journey("shown again", async |stage| {
        let ann = stage.browser("ann").await;
        ann.sign_in("ann").await;
        let unit = ann.practise("Order of operations").await;
        ann.answer_right(&unit).await;
        confirmed(&ann).await;
        // What a browser does that keeps a page while another is shown: it goes, stirs no more, and comes back as it was.
        ann.has("hidePage", vec![]).await;
        stage.kill_server();
        stage.start_server().await;
        // Long enough for an owner to connect again more than once, or to be taken for gone.
        let waited: f64 = ann.run("waitFor", vec![1_500.into()]).await;
        assert!(waited > 0.0);
        assert_eq!(ann.run::<u32>("socketsOpened", vec![]).await, 0, "a page that is going tries nothing again");
        ann.has("showPageAgain", vec![]).await;
        until("the page to be loaded anew", async || {
            if ann.try_run::<bool>("isAnotherPage").await? { Ok(()) } else { Err("the page of before is there".to_owned()) }
        })
        .await;
        ann.comes_out("Right").await;
        ann.next().await;
        ann.answer_right(&unit).await;
        confirmed(&ann).await;
    })
    .await;
}

#[tokio::test]
async fn a_frozen_owner_loses_the_connection_and_steps_down_when_it_thaws() {
    journey("frozen owner", async |stage| {
        let ann = stage.browser("ann").await;
        ann.sign_in("ann").await;
        let unit = ann.practise("Order of operations").await;
        let address = ann.path().await;
        confirmed(&ann).await;
        let tabs = tabs(&ann, &address, 2).await;
        ann.tab(&tabs[0]).await;
        ann.has("freeze", vec![json!(FROZEN.as_millis() as u64)]).await;
        ann.tab(&tabs[1]).await;
        ann.answer_right(&unit).await;
        let begun = Instant::now();
        within(FROZEN, "the other tab to take the connection", &mut async || {
            let sync = ann.sync().await?;
            if sync == "Confirmed" { Ok(()) } else { Err(sync) }
        })
        .await;
        println!("an owner freezes: everything is confirmed by another after {} ms", begun.elapsed().as_millis());
        ann.tab(&tabs[0]).await;
        ann.comes_out("Right").await;
        ann.presses_sync_state().await;
        ann.says("uses the connection of another tab").await;
        until("the answer once", async || match stage.school.sign_in("ann").await.own_answers().await.len() {
            1 => Ok(()),
            n => Err(n.to_string()),
        })
        .await;
    })
    .await;
}
