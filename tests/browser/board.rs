//! A class on its teacher's screen: the heatmap used with the keyboard, sorted and live; names hidden; any moment of the history, and two of them
//! compared.

use crate::{
    page::Browser,
    stage::{Stage, confirmed, journey, measured_journey, measured_journey_after},
    waiting::until,
};
use domain::names;
use serde_json::json;
use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};
use thirtyfour::prelude::*;

const SECTION: &str = "Order of operations";

impl Browser {
    /// What a cell is called, once the table is there.
    async fn cell(&self, student: &str) -> Option<String> {
        self.run("labelOfCell", vec![student.into(), SECTION.into()]).await
    }

    async fn cell_says(&self, student: &str, words: &str) {
        until(&format!("{student}'s cell to say “{words}”"), async || {
            let now = self.cell(student).await;
            if now.as_deref() == Some(words) { Ok(()) } else { Err(format!("{now:?}")) }
        })
        .await;
    }

    /// The names in the rows, from above.
    async fn names(&self) -> Vec<String> {
        self.run("namesInHeatmap", vec![]).await
    }

    /// The row and the column of the cell that has the focus.
    async fn place(&self) -> (i64, i64) {
        self.run("placeOfFocus", vec![]).await
    }

    async fn key(&self, keys: impl Into<TypingData>) {
        self.driver.active_element().await.unwrap().send_keys(keys).await.unwrap();
    }

    /// Moves a slider as somebody does who drags it: each place is an input.
    async fn drag_to(&self, label: &str, k: u64) {
        self.has("dragTo", vec![label.into(), k.into()]).await;
    }

    /// How many events the slider goes over.
    async fn events(&self) -> u64 {
        until("the slider", async || {
            let max: Option<String> = self.run("lastPlaceOfSlider", vec![]).await;
            max.and_then(|max| max.parse().ok()).filter(|max| *max > 0).ok_or_else(|| "no slider".to_owned())
        })
        .await
    }

    async fn asks(&self, query: &str) {
        until(&format!("the address to say {query}"), async || {
            let url = self.driver.current_url().await.map_err(|error| error.to_string())?;
            let now = url.query().unwrap_or_default().to_owned();
            if now == query { Ok(()) } else { Err(now) }
        })
        .await;
    }

    async fn opens_class(&self) {
        self.sign_in("tess").await;
        self.follow("2B").await;
        self.the("rowheader", "Ann").await;
    }
}

/// Ann, at a stumbling block.
async fn stuck(stage: &Stage) -> Browser {
    let ann = stage.browser("ann").await;
    ann.sign_in("ann").await;
    let unit = ann.practise(SECTION).await;
    for _ in 0..3 {
        ann.answer_wrong(&unit).await;
        ann.press("Show the answer").await;
        ann.next().await;
    }
    confirmed(&ann).await;
    ann
}

#[tokio::test]
async fn the_heatmap_is_walked_and_opened_by_keys() {
    journey("heatmap by keys", async |stage| {
        stuck(stage).await;
        let tess = stage.browser("tess").await;
        tess.opens_class().await;
        tess.cell_says("Ann", "stuck").await;
        let entrances: Vec<i64> = tess.run("tabIndicesOfCells", vec![]).await;
        assert_eq!(entrances.iter().filter(|index| **index == 0).count(), 1, "one cell is in the order of tabs");
        let rows = tess.names().await.len() as i64;
        let columns = entrances.len() as i64 / rows;

        tess.has("focusHeatmap", vec![]).await;
        let steps: [(&str, TypingData, (i64, i64)); 11] = [
            ("right", Key::Right.into(), (0, 1)),
            ("down", Key::Down.into(), (1, 1)),
            ("end", Key::End.into(), (1, columns - 1)),
            ("right at the edge", Key::Right.into(), (1, columns - 1)),
            ("home", Key::Home.into(), (1, 0)),
            ("left at the edge", Key::Left.into(), (1, 0)),
            ("control and end", Key::Control + Key::End, (rows - 1, columns - 1)),
            ("down at the edge", Key::Down.into(), (rows - 1, columns - 1)),
            ("page up", Key::PageUp.into(), (rows - 11, columns - 1)),
            ("control and home", Key::Control + Key::Home, (0, 0)),
            ("up at the edge", Key::Up.into(), (0, 0)),
        ];
        for (name, key, place) in steps {
            tess.key(key).await;
            assert_eq!(tess.place().await, place, "after {name}");
        }
        tess.key(Key::Enter).await;
        tess.the("dialog", "Ann").await;
        tess.the("link", "The whole story").await;
        tess.says("stuck").await;
        tess.key(Key::Escape).await;
        until("the focus to be back in the cell", async || {
            let place = tess.place().await;
            if place == (0, 0) { Ok(()) } else { Err(format!("{place:?}")) }
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn rows_are_sorted_by_name_need_and_progress() {
    journey("heatmap sorted", async |stage| {
        stuck(stage).await;
        let bob = stage.browser("bob").await;
        bob.sign_in("bob").await;
        let unit = bob.practise(SECTION).await;
        for _ in 0..5 {
            bob.answer_right(&unit).await;
            bob.next().await;
        }
        confirmed(&bob).await;
        let tess = stage.browser("tess").await;
        tess.opens_class().await;
        tess.cell_says("Bob", "finished").await;
        let first = async |what: &str, name: &str| {
            until(&format!("{name} on top {what}"), async || {
                let names = tess.names().await;
                if names[0].starts_with(name) { Ok(()) } else { Err(names[0].clone()) }
            })
            .await;
        };
        first("by need", "Ann").await;
        tess.press("finished").await;
        first("by progress", "Bob").await;
        tess.press("student").await;
        first("by name", "Aisha").await;
        let names = tess.names().await;
        assert!(names.is_sorted_by_key(|name| name.to_lowercase()), "{names:?}");
        tess.press("student").await;
        first("by name, the other way round", "Zoë").await;
        assert_eq!(tess.run::<Vec<String>>("orders", vec![]).await, ["descending"]);
    })
    .await;
}

#[tokio::test]
async fn an_answer_changes_one_cell_in_place() {
    measured_journey("one cell", async |stage| {
        let tess = stage.browser("tess").await;
        tess.opens_class().await;
        tess.cell_says("Ann", "not started").await;
        tess.has("watchHeatmap", vec!["Ann".into(), SECTION.into()]).await;
        let ann = stage.browser("ann").await;
        ann.sign_in("ann").await;
        let unit = ann.practise(SECTION).await;
        ann.answer_right(&unit).await;
        tess.cell_says("Ann", "1 of 5").await;
        ann.next().await;
        ann.answer_right(&unit).await;
        tess.cell_says("Ann", "2 of 5").await;
        assert!(tess.run::<bool>("cellStayed", vec!["Ann".into(), SECTION.into()]).await, "the cell is the one of before");
        let (touched, updates): (usize, Vec<f64>) = tess.run("touchedAndUpdates", vec![]).await;
        assert_eq!(touched, 1, "no other cell was touched");
        let longest = updates.iter().fold(0.0_f64, |longest, update| longest.max(*update));
        println!("heatmap of 28 students: {} updates, the longest {longest:.1} ms", updates.len());
        assert!(!updates.is_empty(), "updates are measured");
    })
    .await;
}

#[tokio::test]
async fn a_stumbling_block_raises_one_quiet_alert() {
    journey("alerts", async |stage| {
        let tess = stage.browser("tess").await;
        tess.opens_class().await;
        let alerts =
            async || tess.find("status", "Alerts").await?.text().await.map(|said| names::plain(&said)).map_err(|error| error.to_string());
        let told = async |wanted: bool| {
            until(&format!("an alert: {wanted}"), async || {
                let told = alerts().await?;
                if told.contains("Ann has met a stumbling block") == wanted { Ok(()) } else { Err(told) }
            })
            .await;
        };
        told(false).await;
        let ann = stuck(stage).await;
        told(true).await;
        assert!(tess.find("heading", "Who needs you now: Ann").await.is_ok());
        tess.press("Dismiss").await;
        told(false).await;
        let unit = crate::answers::unit(SECTION);
        ann.answer_wrong(&unit).await;
        confirmed(&ann).await;
        until("the answer", async || {
            let answered: String = tess.run("answeredInFirstRow", vec![]).await;
            if answered == "4" { Ok(()) } else { Err(answered) }
        })
        .await;
        told(false).await;
        tess.reload().await;
        tess.the("rowheader", "Ann").await;
        tess.cell_says("Ann", "stuck").await;
        told(false).await;
    })
    .await;
}

#[tokio::test]
async fn who_is_here_and_does_nothing_for_three_minutes_is_told_once() {
    journey("idle", async |stage| {
        let tess = stage.browser("tess").await;
        tess.before_each_page("haveClockToPutAhead").await;
        tess.opens_class().await;
        let profile = stage.profile("ann");
        let ann = stage.reopen(&profile).await;
        ann.sign_in("ann").await;
        let now = async |words: &str| {
            until(&format!("ann to be “{words}”"), async || {
                let told: Vec<String> = tess.run("cellsOfRow", vec!["Ann".into(), json!(["now"])]).await;
                if told.first().is_some_and(|told| told.starts_with(words)) { Ok(()) } else { Err(format!("{told:?}")) }
            })
            .await;
        };
        let alerts =
            async || tess.find("status", "Alerts").await?.text().await.map(|said| names::plain(&said)).map_err(|error| error.to_string());
        now("here").await;
        assert_eq!(alerts().await.unwrap(), "");
        tess.has("putAhead", vec![200_000.into()]).await;
        now("idle for 3 minutes").await;
        until("an alert", async || {
            let told = alerts().await?;
            if told.contains("Ann has done nothing for three minutes") { Ok(()) } else { Err(told) }
        })
        .await;
        tess.the("heading", "Look in on Ann").await;
        tess.press("Dismiss").await;
        tess.has("putAhead", vec![300_000.into()]).await;
        now("idle for 5 minutes").await;
        assert_eq!(alerts().await.unwrap(), "", "the same idleness is not told again");

        let unit = ann.practise(SECTION).await;
        ann.answer_right(&unit).await;
        confirmed(&ann).await;
        tess.has("putAhead", vec![0.into()]).await;
        now("working").await;
        stage.close(ann, &profile).await;
        now("not here").await;
    })
    .await;
}

#[tokio::test]
async fn names_are_hidden_everywhere_at_one_press() {
    journey("names hidden", async |stage| {
        stuck(stage).await;
        let tess = stage.browser("tess").await;
        tess.opens_class().await;
        tess.the("heading", "Who needs you now: Ann").await;
        let names = tess.names().await;
        let first: BTreeSet<&str> = names.iter().filter_map(|name| name.split_whitespace().next()).collect();
        // All that is written, and all that is only told.
        let seen = async || {
            let all: String = tess.run("writtenAndTold", vec![]).await;
            let words: BTreeSet<String> = all.split(|letter: char| !letter.is_alphabetic()).map(str::to_owned).collect();
            first.iter().filter(|name| words.contains(**name)).map(|name| (*name).to_owned()).collect::<Vec<_>>()
        };
        assert!(!seen().await.is_empty(), "they are found while they show");
        tess.press("Hide names").await;
        tess.the("heading", "Who needs you now: Student ").await;
        assert_eq!(seen().await, Vec::<String>::new());
        let hidden: BTreeSet<String> = tess.names().await.into_iter().collect();
        let numbered: BTreeSet<String> = (1..=names.len()).map(|number| format!("Student {number}")).collect();
        assert_eq!(hidden, numbered);
        tess.reload().await;
        tess.the("rowheader", "Student 1").await;
        assert_eq!(seen().await, Vec::<String>::new(), "also after a reload");
        tess.press("Hide names").await;
        tess.the("rowheader", "Ann").await;
    })
    .await;
}

#[tokio::test]
async fn any_moment_can_be_looked_at_kept_and_compared() {
    journey("moments", async |stage| {
        let profile = stage.profile("tess");
        let tess = stage.reopen(&profile).await;
        tess.opens_class().await;
        let before = tess.events().await;
        let ann = stage.browser("ann").await;
        ann.sign_in("ann").await;
        let unit = ann.practise(SECTION).await;
        ann.answer_right(&unit).await;
        confirmed(&ann).await;
        tess.cell_says("Ann", "1 of 5").await;
        // She began, was asked, and answered: the slider may come to know of each by itself.
        until("the slider to grow", async || {
            let now = tess.events().await;
            if now >= before + 3 { Ok(()) } else { Err(now.to_string()) }
        })
        .await;
        let between = tess.events().await;
        ann.next().await;
        ann.answer_right(&unit).await;
        confirmed(&ann).await;
        tess.cell_says("Ann", "2 of 5").await;

        tess.drag_to("Moment to look at", before).await;
        tess.cell_says("Ann", "not started").await;
        tess.says("As of ").await;
        tess.asks(&format!("at={before}")).await;
        tess.drag_to("Moment to look at", between).await;
        tess.cell_says("Ann", "1 of 5").await;
        tess.asks(&format!("at={between}")).await;
        // What happens meanwhile is not of that moment.
        ann.next().await;
        ann.answer_right(&unit).await;
        confirmed(&ann).await;
        tess.cell_says("Ann", "1 of 5").await;

        tess.reload().await;
        let begun = Instant::now();
        tess.cell_says("Ann", "1 of 5").await;
        // As soon as the history is read, and not when the page looks at the clock again.
        assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
        tess.press("Compare").await;
        tess.drag_to("Moment to compare with", before).await;
        tess.cell_says("Ann", "1 of 5, was not started").await;
        tess.says("One cell is different").await;
        tess.asks(&format!("at={between}&with={before}")).await;
        tess.is_accessible("two moments of a class").await;
        tess.is_kept_for_offline().await;

        stage.kill_server();
        tess.reload().await;
        tess.cell_says("Ann", "1 of 5, was not started").await;
        tess.press("Back to live").await;
        tess.cell_says("Ann", "3 of 5, was not started").await;
        tess.press("Compare").await;
        tess.cell_says("Ann", "3 of 5").await;
        tess.asks("").await;
    })
    .await;
}

#[tokio::test]
async fn the_slider_passes_a_year_thirty_times_a_second() {
    measured_journey_after("slider over a year", 70_000, async |stage, _| {
        let tess = stage.browser("tess").await;
        tess.opens_class().await;
        let events = tess.events().await;
        let drawn: Option<f64> = tess.run("heatmapDrawnMs", vec![]).await;
        let mut times: Vec<f64> = tess.run("dragOverAll", vec![]).await;
        times.sort_by(f64::total_cmp);
        let (middle, slow) = (times[times.len() / 2], times[times.len() * 95 / 100]);
        println!(
            "heatmap drawn in {drawn:?} ms; {} places of {events} events: a frame in {middle:.1} ms, 95 % within {slow:.1} ms",
            times.len()
        );
        assert!(events >= 70_000);
        assert!(middle < 1_000.0 / 30.0, "{middle} ms");
        tess.asks(&format!("at={}", (events as f64 / 121.0).round() as u64)).await;
    })
    .await;
}

#[tokio::test]
async fn a_class_page_is_accessible() {
    journey("accessible class", async |stage| {
        stuck(stage).await;
        let tess = stage.browser("tess").await;
        tess.opens_class().await;
        tess.cell_says("Ann", "stuck").await;
        tess.is_accessible("a class with somebody stuck").await;
        tess.has("pressHeatmap", vec![]).await;
        tess.the("dialog", "Ann").await;
        tess.is_accessible("what is behind a cell").await;
    })
    .await;
}
