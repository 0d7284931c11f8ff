//! The page on syncing: what it says is so, and the support bundle that it saves can be loaded again.

use crate::{
    stage::{confirmed, journey},
    waiting::until,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::replica::{Effect, Incoming, Replica, bundle::Bundle};

#[tokio::test]
async fn the_page_says_what_is_so_and_saves_a_bundle_that_loads_again() {
    journey("sync page", async |stage| {
        let ann = stage.browser("ann").await;
        ann.sign_in("ann").await;
        let unit = ann.practise("Order of operations").await;
        ann.answer_right(&unit).await;
        confirmed(&ann).await;
        ann.presses_sync_state().await;
        ann.is_at("/sync").await;
        ann.the("rowheader", "your own work").await;
        ann.says("holds the connection").await;
        ann.says("Nothing waits.").await;
        ann.press("Check all events").await;
        ann.says("as they were recorded").await;

        ann.follow("Course").await;
        stage.kill_server();
        ann.practise("Order of operations").await;
        ann.next().await;
        ann.answer_right(&unit).await;
        ann.syncs("Offline – 1 answer").await;
        ann.follow("Offline").await;
        ann.says("an answer").await;
        // What would be saved as a file is caught on its way.
        ann.has("catchFiles", vec![]).await;
        ann.press("Save a support bundle").await;
        let text: String = until("the bundle", async || {
            let (name, bytes): (String, String) = ann.run("takeFile", vec![]).await;
            if name.is_empty() { Err("none".to_owned()) } else { Ok(String::from_utf8(STANDARD.decode(bytes).unwrap()).unwrap()) }
        })
        .await;
        let bundle: Bundle = serde_json::from_str(&text).expect("a bundle reads");
        let me = "Ann ";
        assert!(!text.contains(me), "no names");
        assert_eq!(bundle.outbox.len(), 2, "the next question, and the answer to it");
        assert!(!bundle.chunks.is_empty() && bundle.feeds.len() > 1);

        let (mut replica, first) = Replica::new(bundle.account, bundle.role, bundle.build);
        assert!(matches!(first, Effect::Read { .. }));
        replica.step(Incoming::Found(bundle.found()));
        assert_eq!((replica.waiting(), replica.waiting_answers()), (2, 1));
    })
    .await;
}
