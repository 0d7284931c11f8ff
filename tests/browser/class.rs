//! The teacher's class page changes by itself while a student answers, and opens without a network.

use crate::{
    page::Browser,
    stage::{confirmed, journey, measured_journey},
    waiting::{until, within},
};
use serde_json::json;
use std::time::{Duration, Instant};

/// The longest that an answer may take to the teacher's screen.
const LIMIT: Duration = Duration::from_secs(1);

/// The cells of a student's row around those of the sections: answered, right, finished, what they do now.
async fn row(tess: &Browser, student: &str) -> Result<Vec<String>, String> {
    let cells: Vec<String> = tess.run("cellsOfRow", vec![student.into(), json!(["answered", "right", "finished", "now"])]).await;
    if cells.is_empty() { Err(format!("no row of {student}")) } else { Ok(cells) }
}

/// What all cells of all sections say. Who is there cannot be known without a network.
async fn cells(tess: &Browser) -> Vec<String> {
    tess.run("labelsOfCells", vec![]).await
}

#[tokio::test]
async fn an_answer_is_on_the_class_page_within_a_second() {
    measured_journey("class page", async |stage| {
        let (tess, ann) = (stage.browser("tess").await, stage.browser("ann").await);
        tess.sign_in("tess").await;
        tess.follow("2B").await;
        tess.the("rowheader", "Ann").await;
        let columns = tess.all("columnheader").await.unwrap().into_iter().map(|(name, _)| name).collect::<Vec<_>>();
        assert_eq!(columns[..3], ["student", "now", "finished"]);
        assert_eq!(columns[columns.len() - 2..], ["answered", "right"]);
        assert_eq!(tess.all("rowheader").await.unwrap().len(), 28);
        assert_eq!(row(&tess, "Ann").await.unwrap()[0], "0");
        tess.has("markPage", vec![]).await;

        ann.sign_in("ann").await;
        let unit = ann.practise("Order of operations").await;
        let mut longest = Duration::ZERO;
        for nth in 1..=6 {
            let question = ann.question(&unit).await;
            let right = nth % 3 != 0;
            ann.fill(question, &if right { unit.right(question) } else { unit.wrong(question) }).await;
            let check = ann.the("button", "Check").await;
            let clicked = Instant::now();
            check.click().await.unwrap();
            within(LIMIT, "the answer on the class page", &mut async || {
                let cells = row(&tess, "Ann").await?;
                if cells[0] == nth.to_string() { Ok(()) } else { Err(format!("{cells:?}")) }
            })
            .await;
            longest = longest.max(clicked.elapsed());
            if !right {
                ann.press("Show the answer").await;
            }
            ann.next().await;
        }
        println!("an answer to the class page: at the longest {} ms, with the time of looking", longest.as_millis());
        assert!(longest < LIMIT);
        let cells = row(&tess, "Ann").await.unwrap();
        assert_eq!((cells[1].as_str(), cells[3].as_str()), ("4", "working"), "{cells:?}");
        assert!(tess.run::<bool>("isMarkedPage", vec![]).await, "without a reload");
    })
    .await;
}

#[tokio::test]
async fn the_class_page_opens_without_a_network_with_what_it_had() {
    journey("class page offline", async |stage| {
        let profile = stage.profile("tess");
        let tess = stage.reopen(&profile).await;
        let ann = stage.browser("ann").await;
        ann.sign_in("ann").await;
        let unit = ann.practise("Order of operations").await;
        ann.answer_right(&unit).await;
        confirmed(&ann).await;
        tess.sign_in("tess").await;
        tess.follow("2B").await;
        until("ann's answer", async || {
            let cells = row(&tess, "Ann").await?;
            if cells[0] == "1" { Ok(()) } else { Err(format!("{cells:?}")) }
        })
        .await;
        tess.is_kept_for_offline().await;
        let before = cells(&tess).await;

        stage.kill_server();
        tess.reload().await;
        tess.the("rowheader", "Ann").await;
        assert_eq!(row(&tess, "Ann").await.unwrap()[..2], ["1", "1"]);
        assert_eq!(cells(&tess).await, before);

        let address = tess.path().await;
        let profile = stage.close(tess, &profile).await;
        let tess = stage.reopen(&profile).await;
        tess.go(&address).await;
        tess.the("rowheader", "Ann").await;
        assert_eq!(cells(&tess).await, before);

        stage.start_server().await;
        ann.next().await;
        ann.answer_right(&unit).await;
        until("the next answer, by itself", async || {
            let cells = row(&tess, "Ann").await?;
            if cells[0] == "2" { Ok(()) } else { Err(format!("{cells:?}")) }
        })
        .await;
    })
    .await;
}
