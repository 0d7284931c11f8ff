//! The browser's database as other tabs and the browser itself treat it: held by another tab, not opened again, kept when room is scarce.

use crate::{
    page::Browser,
    stage::{confirmed, journey},
    waiting::until,
};

/// The name of the one database that there is.
async fn database(browser: &Browser) -> String {
    browser.run("databaseName", vec![]).await
}

#[tokio::test]
async fn a_database_that_another_tab_holds_is_waited_for_and_said_to_be() {
    journey("database held", async |stage| {
        let ann = stage.browser("ann").await;
        // The page of plain data has no picture of its own.
        ann.forgives("favicon.ico");
        ann.sign_in("ann").await;
        let unit = ann.practise("Order of operations").await;
        let address = ann.path().await;
        confirmed(&ann).await;
        let name = database(&ann).await;
        let app = ann.driver.window().await.unwrap();
        // A page without the app in it has an older database open, and does not let go when it is asked to.
        let other = ann.new_tab().await;
        ann.go("/api/health").await;
        ann.tab(&app).await;
        ann.driver.goto("about:blank").await.unwrap();
        ann.tab(&other).await;
        ann.has("holdOlderDatabase", vec![name.into()]).await;
        ann.tab(&app).await;
        ann.go(&address).await;
        ann.says("this page waits for it").await;
        ann.tab(&other).await;
        ann.has("letGoOfDatabase", vec![]).await;
        ann.tab(&app).await;
        ann.question(&unit).await;
        ann.answer_right(&unit).await;
        confirmed(&ann).await;
        until("the notice to be gone", async || {
            let said = ann.main_text().await?;
            if said.contains("waits for it") { Err(said) } else { Ok(()) }
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_database_that_does_not_open_again_offers_to_load_the_page_anew() {
    journey("database not opened again", async |stage| {
        let ann = stage.browser("ann").await;
        ann.before_each_page("haveBreakableDatabases").await;
        ann.sign_in("ann").await;
        let unit = ann.practise("Order of operations").await;
        ann.answer_right(&unit).await;
        confirmed(&ann).await;
        let name = database(&ann).await;
        ann.has("loseDatabase", vec![name.into()]).await;
        ann.says("The browser does not open what Leftfold keeps on this device any more").await;
        let opened: u32 = ann.run("triesToOpen", vec![]).await;
        assert!(opened <= 12, "tried {opened} times until then");
        ann.press("Reload").await;
        ann.says("Right").await;
        until("the notice to be gone", async || {
            let said = ann.main_text().await?;
            if said.contains("does not open what") { Err(said) } else { Ok(()) }
        })
        .await;
        ann.next().await;
        ann.answer_right(&unit).await;
        confirmed(&ann).await;
        assert_eq!(stage.school.sign_in("ann").await.own_answers().await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn the_browser_is_asked_to_keep_what_waits_unsent_and_asked_once() {
    journey("asked to persist", async |stage| {
        let ann = stage.browser("ann").await;
        ann.before_each_page("countAskedToPersist").await;
        ann.sign_in("ann").await;
        let unit = ann.practise("Order of operations").await;
        ann.answer_right(&unit).await;
        confirmed(&ann).await;
        assert_eq!(ann.run::<u32>("askedToPersist", vec![]).await, 0, "what the server has need not be kept");
        ann.next().await;
        stage.kill_server();
        ann.answer_right(&unit).await;
        ann.syncs("Offline – 1 answer").await;
        until("the browser to be asked", async || match ann.run::<u32>("askedToPersist", vec![]).await {
            1 => Ok(()),
            n => Err(format!("asked {n} times")),
        })
        .await;
        ann.next().await;
        ann.answer_right(&unit).await;
        ann.syncs("Offline – 2 answers").await;
        stage.start_server().await;
        confirmed(&ann).await;
        assert_eq!(ann.run::<u32>("askedToPersist", vec![]).await, 1, "once");
    })
    .await;
}

/// Some browsers, WebKit's for one, have nothing to ask.
#[tokio::test]
async fn a_browser_that_cannot_be_asked_to_keep_anything_works_all_the_same() {
    journey("no storage manager", async |stage| {
        let ann = stage.browser("ann").await;
        ann.before_each_page("haveNoStorageManager").await;
        ann.sign_in("ann").await;
        let unit = ann.practise("Order of operations").await;
        ann.answer_right(&unit).await;
        confirmed(&ann).await;
        ann.next().await;
        stage.kill_server();
        ann.answer_right(&unit).await;
        ann.syncs("Offline – 1 answer").await;
        ann.follow("Offline – 1 answer").await;
        ann.says("What this device has").await;
        stage.start_server().await;
        confirmed(&ann).await;
        assert_eq!(stage.school.sign_in("ann").await.own_answers().await.len(), 2);
    })
    .await;
}
