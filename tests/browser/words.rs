//! What the screens say and how it is written: the demo school's doors, names, what is about now, what was shown, and mathematics.

use crate::{
    page::Browser,
    stage::{confirmed, journey},
    waiting::until,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::names;
use serde_json::json;

const SECTION: &str = "Order of operations";

#[tokio::test]
async fn whoever_comes_to_the_demo_school_is_in_at_one_press() {
    journey("demo school", async |stage| {
        let guest = stage.browser("a guest").await;
        guest.go("/").await;
        guest.the("heading", "This is the demo school").await;
        let said = guest.main_text().await.unwrap();
        for part in ["switch the network off", "Watch the class page", "correct a question’s key"] {
            assert!(said.contains(part), "{part}: {said}");
        }
        guest.is_accessible("the demo school's doors").await;
        guest.set_width(375).await;
        assert!(guest.run::<bool>("fitsWindow", vec![]).await, "they fit a narrow screen");
        guest.press("A student").await;
        guest.is_at("/learn").await;
        guest.syncs("All saved").await;
        // On a device of one's own, so that it can be tried without a network, also after a reload.
        guest.is_kept_for_offline().await;
        guest.press("Sign out").await;
        guest.press("A teacher").await;
        guest.is_at("/teach").await;
        guest.syncs("All saved").await;
    })
    .await;
}

#[tokio::test]
async fn the_word_on_saving_says_what_it_means_where_it_is_pressed() {
    journey("all saved", async |stage| {
        let ann = stage.browser("ann").await;
        ann.sign_in("ann").await;
        ann.syncs("All saved").await;
        ann.presses_sync_state().await;
        ann.says("All saved: nothing waits on this device").await;
        ann.follow("Course").await;
        let unit = ann.practise(SECTION).await;
        ann.answer_right(&unit).await;
        ann.syncs("Confirmed").await;
        ann.presses_sync_state().await;
        ann.says("Confirmed: the server has everything that you did").await;
        ann.reload().await;
        ann.syncs("All saved").await;
    })
    .await;
}

#[tokio::test]
async fn an_answer_that_was_asked_for_is_shown_and_not_judged() {
    journey("shown", async |stage| {
        let ann = stage.browser("ann").await;
        ann.sign_in("ann").await;
        let unit = ann.practise(SECTION).await;
        let question = ann.question(&unit).await;
        ann.press("Show the answer").await;
        let outcome = ann.comes_out("Shown. It does not count").await;
        assert!(!outcome.contains("Not right"), "{outcome}");
        let right = match unit.right(question).as_slice() {
            [domain::content::Input::Text(right)] => right.clone(),
            other => panic!("a number: {other:?}"),
        };
        let worked = ann.main_text().await.unwrap();
        let (_, worked) = worked.split_once("Worked answer").expect("it is worked out");
        assert!(worked.trim_start().starts_with(&format!("The right answer: {right}")), "{right} comes first: {worked}");
        assert!(worked.trim_start().lines().nth(1).is_some_and(|line| !line.trim().is_empty()), "and then how: {worked}");
    })
    .await;
}

#[tokio::test]
async fn now_is_for_who_is_here_or_worked_within_a_week() {
    journey("now and before", async |stage| {
        let profile = stage.profile("ann");
        let ann = stage.reopen(&profile).await;
        ann.sign_in("ann").await;
        let unit = ann.practise(SECTION).await;
        for _ in 0..3 {
            ann.answer_wrong(&unit).await;
            ann.press("Show the answer").await;
            ann.next().await;
        }
        confirmed(&ann).await;
        stage.close(ann, &profile).await;

        let tess = stage.browser("tess").await;
        tess.before_each_page("haveClockToPutAhead").await;
        tess.sign_in("tess").await;
        tess.the("heading", "One student in 2B needs you").await;
        tess.follow("2B").await;
        tess.the("heading", "Who needs you now: Ann is stuck").await;
        tess.has("putAhead", vec![json!(8 * 24 * 3_600 * 1_000)]).await;
        tess.the("heading", "Nobody is stuck now; one student was stuck when they last worked").await;
        tess.says("was stuck in 1.1 Order of operations when they last worked, ").await;
        assert!(tess.find("heading", "Who needs you now").await.is_err());
        tess.is_accessible("who was stuck before").await;
        tess.set_width(375).await;
        assert!(tess.run::<bool>("fitsWindow", vec![]).await, "it fits a narrow screen");
    })
    .await;
}

#[tokio::test]
async fn names_stand_in_the_order_of_the_language_and_tell_people_apart() {
    journey("names", async |stage| {
        let added = [
            ("alvaro", "Álvaro Núñez"),
            ("lukasz", "Łukasz Nowak"),
            ("ann2", "Ann Smit"),
            ("zwi", "צבי כהן"),
            ("p10", "Sem 10"),
            ("p2", "Sem 2"),
        ];
        for (login, name) in added {
            stage.school.add_account(login, name, "student", "2B");
        }
        let tess = stage.browser("tess").await;
        tess.sign_in("tess").await;
        tess.follow("2B").await;
        tess.the("rowheader", "Álvaro").await;
        tess.press("student").await;
        let sorted = async || {
            let names: Vec<String> = tess.run("namesInHeatmap", vec![]).await;
            let place = |name: &str| names.iter().position(|other| other.starts_with(name));
            let places = ["Aisha", "Álvaro", "Ann de Boer", "Ann Smit", "Lucas", "Łukasz", "Maya", "Sem 2", "Sem 10", "Zoë"].map(place);
            if places.is_sorted() && places[0].is_some() { Ok(()) } else { Err(format!("{names:?}")) }
        };
        until("the names in order", sorted).await;
        let isolated: usize = tess.run("countIsolatedNames", vec![]).await;
        assert!(isolated > 30, "each name keeps its direction to itself");

        tess.follow("Ann Smit").await;
        tess.the("heading", "Ann S. has not begun yet").await;
        let heading: String = tess.run("heading", vec![]).await;
        assert_eq!(heading, format!("{} has not begun yet", names::isolated("Ann S.")));
    })
    .await;
}

async fn drawn(browser: &Browser) -> (Vec<[f64; 3]>, Vec<f64>) {
    browser.run("drawnFormulas", vec![]).await
}

#[tokio::test]
async fn exponents_are_small_and_stand_where_they_belong_and_signs_have_single_spaces() {
    journey("mathematics", async |stage| {
        let ann = stage.browser("ann").await;
        ann.sign_in("ann").await;
        // What is loaded before the service worker is there, it keeps at the next load.
        ann.is_kept_for_offline().await;
        ann.reload().await;
        ann.syncs("All saved").await;
        assert_eq!(ann.run::<Vec<String>>("statesOfTypeface", vec![]).await, ["unloaded"], "not before there is a formula");
        ann.practise(SECTION).await;
        ann.unfold("Explanation").await;
        let loaded = async |browser: &Browser| {
            until("the typeface of formulas", async || {
                let status = browser.run::<Vec<String>>("statesOfTypeface", vec![]).await;
                if status == ["loaded"] { Ok(()) } else { Err(format!("{status:?}")) }
            })
            .await;
        };
        loaded(&ann).await;
        let (_, gaps) = drawn(&ann).await;
        assert!(gaps.len() >= 2, "chains are there: {gaps:?}");
        for gap in gaps {
            assert!((0.1..0.45).contains(&gap), "one space stands before a sign, not {gap} em");
        }
        until("the typeface to be kept", async || {
            if ann.run::<bool>("isFileKept", vec![json!("/fonts/noto-sans-math-subset.woff2")]).await {
                Ok(())
            } else {
                Err("it is not".to_owned())
            }
        })
        .await;

        ann.practise("Expressions").await;
        ann.unfold("Explanation").await;
        loaded(&ann).await;
        for width in [1280, 375] {
            ann.set_width(width).await;
            let (exponents, _) = drawn(&ann).await;
            assert!(!exponents.is_empty(), "x² is there");
            for [size, raised, height] in exponents {
                assert!((0.5..0.8).contains(&size), "an exponent is {size} of its base");
                assert!((0.1..0.8).contains(&raised), "an exponent is raised by {raised} of its base's height");
                assert!(height < 0.8, "an exponent is {height} as high as its base");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn files_part_cells_as_the_country_of_the_reader_does() {
    journey("decimal comma", async |stage| {
        let tess = stage.browser("tess").await;
        tess.before_each_page("catchFiles").await;
        tess.sign_in("tess").await;
        tess.follow("2B").await;
        tess.the("rowheader", "Ann").await;
        for (locale, separator) in [("de-DE", ';'), ("en-GB", ',')] {
            tess.cdp("Emulation.setLocaleOverride", json!({ "locale": locale })).await;
            tess.has("forgetFiles", vec![]).await;
            tess.press("CSV of “The class by section”").await;
            let text: String = until("the file", async || {
                let (name, bytes): (String, String) = tess.run("takeFile", vec![]).await;
                if name.is_empty() { Err("none".to_owned()) } else { Ok(String::from_utf8(STANDARD.decode(bytes).unwrap()).unwrap()) }
            })
            .await;
            // What spreadsheets know UTF-8 by stands before it.
            let head = text.trim_start_matches('\u{feff}').lines().next().unwrap_or_default();
            assert!(head.contains(separator) && head.starts_with(&format!("student{separator}now")), "{locale}: {head}");
            assert!(!text.contains("sep="), "no line that is no row");
            tess.cdp("Emulation.setLocaleOverride", json!({})).await;
        }
    })
    .await;
}
