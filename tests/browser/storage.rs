//! The browser's database in trouble: deleted while it is open, of a newer build, full, not there at all, damaged.

use crate::{
    page::Browser,
    practice::Next,
    school::Fact,
    stage::{confirmed, journey},
    waiting::{until, within},
};
use serde_json::json;
use std::time::Duration;

/// The name of the one database that there is.
async fn database(browser: &Browser) -> String {
    browser.run("databaseName", vec![]).await
}

#[tokio::test]
async fn a_database_deleted_while_it_is_open_is_noticed_and_filled_again() {
    journey("database deleted", async |stage| {
        let ann = stage.browser("ann").await;
        ann.sign_in("ann").await;
        let unit = ann.practise("Order of operations").await;
        ann.answer_right(&unit).await;
        confirmed(&ann).await;
        let name = database(&ann).await;
        let deleted: String = ann.run("deleteDatabase", vec![name.into()]).await;
        assert_eq!(deleted, "deleted", "the app lets go of it");
        ann.says("The browser had deleted").await;
        ann.comes_out("Right").await;
        ann.next().await;
        ann.answer_right(&unit).await;
        confirmed(&ann).await;
        let script = stage.school.sign_in("ann").await;
        let on_server = script.own_feed().await;
        until("everything to be here again", async || {
            let on_device = ann.kept_feed(script.me.account).await;
            if on_device == on_server { Ok(()) } else { Err(format!("{} of {}", on_device.len(), on_server.len())) }
        })
        .await;
        assert_eq!(on_server.iter().filter_map(Fact::answer).count(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_database_of_a_newer_build_is_left_alone_and_said_to_be_so() {
    journey("database of a newer build", async |stage| {
        let ann = stage.browser("ann").await;
        ann.sign_in("ann").await;
        let unit = ann.practise("Order of operations").await;
        confirmed(&ann).await;
        let name = database(&ann).await;
        let raised: String = ann.run("raiseDatabase", vec![name.into()]).await;
        assert_eq!(raised, "raised", "the app lets go of it");
        ann.answer_right(&unit).await;
        ann.syncs("Not saved – another tab has a newer Leftfold").await;
    })
    .await;
}

#[tokio::test]
async fn a_full_device_is_said_to_be_full_and_saves_as_soon_as_there_is_room() {
    journey("full", async |stage| {
        let ann = stage.browser("ann").await;
        ann.forgives("QuotaExceeded");
        ann.sign_in("ann").await;
        let unit = ann.practise("Order of operations").await;
        confirmed(&ann).await;
        stage.kill_server();
        ann.syncs("Confirmed – offline").await;
        ann.cdp("Storage.overrideQuotaForOrigin", json!({ "origin": stage.school.url(), "quotaSize": 1 })).await;
        let mut answered = 0;
        // The browser goes by what room there was a little before: it takes a while until it notices.
        within(Duration::from_secs(90), "the device to be full", &mut async || {
            ann.answer_right(&unit).await;
            answered += 1;
            if ann.next().await == Next::Celebration {
                ann.press("Keep practising").await;
            }
            let sync = ann.sync().await?;
            if sync.starts_with("Not saved – this device is full") { Ok(()) } else { Err(sync) }
        })
        .await;
        ann.cdp("Storage.overrideQuotaForOrigin", json!({ "origin": stage.school.url() })).await;
        ann.syncs("Offline – ").await;
        stage.start_server().await;
        confirmed(&ann).await;
        assert_eq!(stage.school.sign_in("ann").await.own_answers().await.len(), answered, "also those that there was no room for");
    })
    .await;
}

#[tokio::test]
async fn without_a_database_the_work_goes_on_and_the_page_says_what_is_not_safe() {
    journey("no database", async |stage| {
        let ann = stage.browser("ann").await;
        ann.before_each_page("haveNoDatabase").await;
        ann.sign_in("ann").await;
        ann.says("This browser keeps nothing").await;
        let unit = ann.practise("Order of operations").await;
        ann.answer_right(&unit).await;
        confirmed(&ann).await;
        stage.kill_server();
        ann.next().await;
        ann.answer_right(&unit).await;
        ann.syncs("Not saved").await;
        stage.start_server().await;
        confirmed(&ann).await;
        assert_eq!(stage.school.sign_in("ann").await.own_answers().await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_flipped_byte_is_found_and_the_chunk_fetched_again() {
    journey("flipped byte", async |stage| {
        let ann = stage.browser("ann").await;
        ann.sign_in("ann").await;
        let unit = ann.practise("Order of operations").await;
        ann.answer_right(&unit).await;
        confirmed(&ann).await;
        ann.presses_sync_state().await;
        ann.press("Check all events").await;
        ann.says("are as they were recorded").await;
        // One letter in the last chunk of her own feed.
        let name = database(&ann).await;
        let script = stage.school.sign_in("ann").await;
        let on_server = script.own_feed().await;
        for by_loading in [true, false] {
            ann.has("flipLetter", vec![name.clone().into()]).await;
            assert_ne!(ann.kept_feed(script.me.account).await, on_server, "it is flipped");
            if by_loading {
                ann.reload().await;
            } else {
                ann.press("Check all events").await;
                ann.says("not as they were recorded").await;
            }
            until("the chunk to be as it was", async || {
                let on_device = ann.kept_feed(script.me.account).await;
                if on_device == on_server { Ok(()) } else { Err(format!("{on_device:?}")) }
            })
            .await;
        }
        ann.press("Check all events").await;
        ann.says("are as they were recorded").await;
    })
    .await;
}

#[tokio::test]
async fn the_outbox_of_an_older_build_is_adopted() {
    journey("older build", async |stage| {
        let ann = stage.browser("ann").await;
        // The page of plain data has no picture of its own.
        ann.forgives("favicon.ico");
        ann.sign_in("ann").await;
        let unit = ann.practise("Order of operations").await;
        confirmed(&ann).await;
        ann.is_kept_for_offline().await;
        let name = database(&ann).await;
        stage.kill_server();
        ann.answer_right(&unit).await;
        ann.syncs("Offline – 1 answer").await;
        // A page without the app in it makes the database what the first build made: no digests, no folds, no epoch.
        ann.driver.goto("about:blank").await.unwrap();
        stage.start_server().await;
        ann.go("/api/health").await;
        let waiting: usize = ann.run("makeDatabaseOfFirstBuild", vec![name.into()]).await;
        assert_eq!(waiting, 1);
        ann.go("/learn").await;
        let script = stage.school.sign_in("ann").await;
        until("the answer to arrive", async || match script.own_answers().await.len() {
            1 => Ok(()),
            n => Err(n.to_string()),
        })
        .await;
        ann.says("1 answered").await;
        confirmed(&ann).await;
        assert_eq!(ann.kept_feed(script.me.account).await, script.own_feed().await);
    })
    .await;
}
