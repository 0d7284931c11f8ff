//! The server goes in the middle of a section: the work goes on, survives the browser's end, and arrives once.

use crate::{
    page::Browser,
    practice::Next,
    school::{Fact, facts},
    stage::{confirmed, journey},
    waiting::within,
};
use domain::ids::AccountId;
use serde_json::Value;
use std::{collections::BTreeSet, time::Duration};

/// How soon all is confirmed after the server is back.
const LIMIT: Duration = Duration::from_secs(10);
const ANSWERS: usize = 40;

impl Browser {
    /// All that is in IndexedDB: per database and store the rows with their keys; bytes as text.
    pub async fn databases(&self) -> Value {
        self.run("everythingInDatabases", vec![]).await
    }

    /// The events of a student's own feed as this device keeps them.
    pub async fn kept_feed(&self, student: AccountId) -> Vec<Fact> {
        let databases = self.databases().await;
        let feed = format!("student/{student}");
        let chunks = databases[format!("leftfold-{student}")]["chunks"].as_array().expect("the database has chunks").clone();
        let mut facts: Vec<Fact> = chunks
            .iter()
            .filter(|row| row["key"][0] == feed.as_str())
            .flat_map(|row| facts(row["value"][0].as_u64().unwrap(), row["value"][2].as_str().unwrap()))
            .collect();
        facts.sort_by_key(|fact| fact.number);
        facts
    }
}

#[tokio::test]
async fn forty_answers_without_a_server_survive_the_browser_and_arrive_once() {
    journey("forty answers offline", async |stage| {
        let profile = stage.profile("ann");
        let ann = stage.reopen(&profile).await;
        ann.sign_in("ann").await;
        let unit = ann.practise("Order of operations").await;
        ann.answer_right(&unit).await;
        ann.next().await;
        confirmed(&ann).await;
        ann.is_kept_for_offline().await;

        stage.kill_server();
        let mut answers = 0;
        while answers < ANSWERS {
            // Two right at once, then one at the second try: never finished, never stuck.
            for first_wrong in [false, false, true] {
                if first_wrong {
                    ann.answer_wrong(&unit).await;
                    answers += 1;
                }
                ann.answer_right(&unit).await;
                answers += 1;
                assert_eq!(ann.next().await, Next::Question);
            }
        }
        let offline = format!("Offline – {ANSWERS} answers saved on this device");
        ann.syncs(&offline).await;
        let (address, page) = (ann.path().await, ann.main_text().await.unwrap());
        let question = ann.question(&unit).await.id;

        let profile = stage.close(ann, &profile).await;
        let ann = stage.reopen(&profile).await;
        ann.go(&address).await;
        ann.syncs(&offline).await;
        assert_eq!(ann.question(&unit).await.id, question);
        assert_eq!(ann.main_text().await.unwrap(), page, "all is there again");
        ann.reload().await;
        ann.syncs(&offline).await;
        assert_eq!(ann.question(&unit).await.id, question);

        stage.start_server().await;
        within(LIMIT, "everything to be confirmed", &mut async || {
            let sync = ann.sync().await?;
            if sync == "Confirmed" { Ok(()) } else { Err(sync) }
        })
        .await;
        let script = stage.school.sign_in("ann").await;
        let (on_server, on_device) = (script.own_feed().await, ann.kept_feed(script.me.account).await);
        assert_eq!(on_device, on_server);
        let answers: Vec<_> = on_server.iter().filter_map(Fact::answer).collect();
        assert_eq!(answers.len(), ANSWERS + 1);
        let tries: BTreeSet<_> = answers.iter().map(|answer| (answer.ordinal, answer.try_number)).collect();
        assert_eq!(tries.len(), answers.len(), "nothing twice");
        let ids: BTreeSet<_> = on_server.iter().map(|fact| &fact.id).collect();
        assert_eq!(ids.len(), on_server.len());
        assert_eq!(ann.main_text().await.unwrap(), page, "what is confirmed looks as it did");
    })
    .await;
}

#[tokio::test]
async fn a_server_that_comes_back_is_found_again_and_again() {
    journey("comes and goes", async |stage| {
        let ann = stage.browser("ann").await;
        ann.sign_in("ann").await;
        let unit = ann.practise("Negative numbers").await;
        for nth in 1..=3 {
            stage.kill_server();
            ann.answer_right(&unit).await;
            ann.syncs("Offline – 1 answer saved on this device").await;
            stage.start_server().await;
            confirmed(&ann).await;
            assert_eq!(stage.school.sign_in("ann").await.own_answers().await.len(), nth);
            ann.next().await;
        }
    })
    .await;
}
