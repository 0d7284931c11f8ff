//! The teacher's side of one student, and of managing a class, with what follows for students: the story and its replay, notes, times,
//! passwords, joining by a code, and working as a student without leaving a trace.

use crate::{
    answers::unit,
    page::Browser,
    practice::Next,
    stage::{Stage, confirmed, journey},
    waiting::until,
};
use domain::ids::AccountId;
use serde_json::Value;
use thirtyfour::prelude::*;

const SECTION: &str = "Order of operations";

/// The class that the teacher looks at.
async fn open_class(tess: &Browser) -> String {
    tess.follow("2B").await;
    tess.the("rowheader", "Ann").await;
    tess.path().await.trim_start_matches("/teach/").to_owned()
}

async fn account(stage: &Stage, login: &str) -> AccountId {
    stage.school.sign_in(login).await.me.account
}

/// Presses a button in the row of a section or a student, as soon as it is there; what it is to ask is asked then.
pub async fn press_in_row(browser: &Browser, row: &str, button: &str, dialog: &str) {
    until(&format!("“{button}” of {row}"), async || {
        let missed: String = browser.run("pressInRow", vec![row.into(), button.into()]).await;
        if missed.is_empty() { Ok(()) } else { Err(missed) }
    })
    .await;
    browser.the("dialog", dialog).await;
}

/// Fills the two native fields of the dialog with moments so many hours from now; none leaves one empty.
async fn set_times(browser: &Browser, from: Option<i64>, until: Option<i64>) {
    browser.the("dialog", "Assign “").await;
    let fields: usize = browser.run("setMoments", vec![vec![from, until].into()]).await;
    assert_eq!(fields, 2);
}

/// The events of a class's staff feed, as the server counts them.
async fn staff_events(stage: &Stage, class: &str) -> usize {
    let tess = stage.school.sign_in("tess").await;
    let page: Value = tess.get(&format!("/api/feeds/staff/{class}?after=0&limit=2000")).await.json().await.unwrap();
    let runs = page["Events"]["runs"].as_array().expect("a page has runs");
    runs.iter().map(|run| run["events"].as_array().expect("a run has events").len()).sum()
}

#[tokio::test]
async fn the_story_tells_what_happened_and_why_and_can_be_replayed() {
    journey("story", async |stage| {
        let (tess, ann) = (stage.browser("tess").await, stage.browser("ann").await);
        ann.sign_in("ann").await;
        let unit = ann.practise(SECTION).await;
        for _ in 0..3 {
            ann.answer_wrong(&unit).await;
            ann.press("Show the answer").await;
            ann.next().await;
        }
        confirmed(&ann).await;
        tess.sign_in("tess").await;
        let class = open_class(&tess).await;
        let student = account(stage, "ann").await;
        tess.go(&format!("/teach/{class}/students/{student}")).await;
        tess.the("heading", "Ann is stuck in “Order of operations”").await;
        for sentence in
            ["Began, with edition 1", "Was given question 1, “", "wrong (first try, after ", "Met a stumbling block after three misses"]
        {
            tess.says(sentence).await;
        }
        tess.the("rowheader", SECTION).await;
        tess.is_accessible("the story of a student").await;

        tess.press("Replay").await;
        tess.the("heading", "Replay of “Order of operations”").await;
        // Start and first question, then for each question the answer, the worked answer, the next; and the stumbling block.
        let steps = 2 + 3 * 3 + 1;
        tess.says(&format!("Step 1 of {steps}")).await;
        tess.says("No question has been asked yet").await;
        let press = async |key: Key| {
            tess.driver.active_element().await.unwrap().send_keys(key).await.unwrap();
        };
        press(Key::Right).await;
        press(Key::Right).await;
        tess.says(&format!("Step 3 of {steps}")).await;
        tess.says("Not right").await;
        tess.says("0 of 5 right in a row").await;
        press(Key::End).await;
        tess.says(&format!("Step {steps} of {steps}")).await;
        press(Key::Left).await;
        tess.says(&format!("Step {} of {steps}", steps - 1)).await;
        press(Key::Home).await;
        tess.says(&format!("Step 1 of {steps}")).await;
        press(Key::Right).await;
        tess.is_accessible("a replay").await;
        press(Key::Escape).await;

        // What happens meanwhile is told by itself, at the top.
        ann.answer_right(&unit).await;
        tess.says("Got over the stumbling block: right first time").await;
        tess.the("heading", "Ann is working on “Order of operations”").await;
        // As of the third event of the class's history nothing of this had happened.
        tess.go(&format!("/teach/{class}/students/{student}?at=3")).await;
        tess.the("heading", "Ann has not begun yet").await;
        tess.says("Notes are written in the present").await;
    })
    .await;
}

#[tokio::test]
async fn a_note_arrives_and_is_read_also_without_a_network() {
    journey("note", async |stage| {
        let (tess, ann) = (stage.browser("tess").await, stage.browser("ann").await);
        ann.sign_in("ann").await;
        ann.the("link", "Practise").await;
        tess.sign_in("tess").await;
        let class = open_class(&tess).await;
        let student = account(stage, "ann").await;
        tess.go(&format!("/teach/{class}/students/{student}")).await;
        tess.press("Send the note").await;
        tess.says("A note must say something").await;
        let note = "Well done today. Tomorrow: brackets first.";
        tess.the("textbox", "A note to Ann").await.send_keys(note).await.unwrap();
        tess.press("Send the note").await;
        tess.says("sent; the student gets it at the next sync").await;
        tess.says(note).await;

        ann.the("heading", "A note from your teacher").await;
        ann.says(note).await;
        ann.is_accessible("a note on the course page").await;
        ann.is_kept_for_offline().await;
        stage.kill_server();
        ann.reload().await;
        ann.says(note).await;
        ann.press("I have read it").await;
        ann.says("One note that you have read").await;
        ann.reload().await;
        ann.says("One note that you have read").await;
        assert!(ann.find("heading", "A note from your teacher").await.is_err(), "it was read here");
    })
    .await;
}

#[tokio::test]
async fn a_section_opens_and_closes_when_the_teacher_says() {
    journey("assigning", async |stage| {
        let (tess, ann) = (stage.browser("tess").await, stage.browser("ann").await);
        ann.sign_in("ann").await;
        let unit = ann.practise(SECTION).await;
        ann.answer_right(&unit).await;
        let practising = ann.path().await;
        tess.sign_in("tess").await;
        let class = open_class(&tess).await;
        tess.go(&format!("/teach/{class}/manage")).await;
        tess.the("rowheader", SECTION).await;
        tess.is_accessible("managing a class").await;

        press_in_row(&tess, SECTION, "Change", "Assign “").await;
        tess.is_accessible("the times of an assignment").await;
        set_times(&tess, Some(-2), Some(-3)).await;
        tess.press("Assign").await;
        tess.the("dialog", "Assign “").await;
        until("the refusal", async || {
            let dialog = tess.find("dialog", "Assign “").await?.text().await.map_err(|error| error.to_string())?;
            if dialog.contains("must come after its beginning") { Ok(()) } else { Err(dialog) }
        })
        .await;
        set_times(&tess, Some(-3), Some(-2)).await;
        tess.press("Assign").await;
        tess.says("is assigned.").await;
        ann.says("Was open until").await;
        ann.follow("To your course").await;
        ann.says("Was open until").await;

        press_in_row(&tess, SECTION, "Change", "Assign “").await;
        set_times(&tess, Some(24), None).await;
        tess.press("Assign").await;
        ann.says("Opens ").await;
        ann.go(&practising).await;
        ann.says("Opens ").await;
        ann.is_accessible("a section that is not open yet").await;

        press_in_row(&tess, SECTION, "Change", "Assign “").await;
        set_times(&tess, None, Some(24)).await;
        tess.press("Assign").await;
        // By itself: the page follows.
        ann.the("button", "Next question").await;
        ann.follow("Course").await;
        ann.says("Open until").await;

        press_in_row(&tess, SECTION, "End", "End “Order of operations”?").await;
        tess.press("End it").await;
        tess.says("is not assigned any more").await;
        until("the section to be gone", async || match ann.find("link", &format!("Practise {SECTION}")).await {
            Ok(_) => Err("it is there".to_owned()),
            Err(_) => Ok(()),
        })
        .await;
        tess.press("Assign it again as it was").await;
        ann.the("link", &format!("Practise {SECTION}")).await;
        ann.says("Open until").await;
    })
    .await;
}

#[tokio::test]
async fn a_new_password_works_and_the_old_one_does_not() {
    journey("password", async |stage| {
        let (tess, bob) = (stage.browser("tess").await, stage.browser("bob").await);
        tess.sign_in("tess").await;
        let class = open_class(&tess).await;
        tess.go(&format!("/teach/{class}/manage")).await;
        press_in_row(&tess, "Bob", "New password", "A new password for Bob").await;
        tess.press("Set it").await;
        tess.the("dialog", "Bob").await;
        let shown = tess.driver.find(By::Css("dialog[open] samp")).await;
        let password = until("the password", async || match &shown {
            Ok(shown) => shown.text().await.map_err(|error| error.to_string()),
            Err(_) => tess
                .driver
                .find(By::Css("dialog[open] samp"))
                .await
                .map_err(|error| error.to_string())?
                .text()
                .await
                .map_err(|error| error.to_string()),
        })
        .await;
        assert!(password.len() > 20 && password.contains('-'), "{password}");
        tess.is_accessible("a password, this once").await;
        tess.press("Done").await;
        assert!(!tess.driver.source().await.unwrap().contains(&password), "it is not shown again");

        bob.forgives("401 (Unauthorized)");
        bob.go("/").await;
        bob.enter("bob", "leftfold").await;
        bob.the("alert", "").await;
        bob.enter("bob", &password).await;
        bob.is_at("/learn").await;
    })
    .await;
}

#[tokio::test]
async fn a_student_joins_a_class_by_its_code() {
    journey("joining", async |stage| {
        stage.school.add_account("zora", "Zora Novak", "student", "3C");
        let (tess, bob, zora) = (stage.browser("tess").await, stage.browser("bob").await, stage.browser("zora").await);
        tess.sign_in("tess").await;
        let class = open_class(&tess).await;
        tess.go(&format!("/teach/{class}/manage")).await;
        press_in_row(&tess, "Bob", "Take out of the class", "Take Bob").await;
        tess.press("Take out").await;
        confirmed(&tess).await;
        tess.press("Let students join").await;
        let code = until("the code", async || {
            let code = tess.driver.find(By::Css(".enrolment samp")).await.map_err(|error| error.to_string())?;
            code.text().await.map_err(|error| error.to_string())
        })
        .await;
        assert_eq!(code.len(), 6, "{code}");
        confirmed(&tess).await;
        tess.is_accessible("a class that can be joined").await;

        bob.forgives("404 (Not Found)");
        bob.sign_in("bob").await;
        bob.says("No course yet").await;
        bob.is_accessible("a student in no class").await;
        let field = bob.the("textbox", "Code").await;
        field.send_keys("WRONGONE").await.unwrap();
        bob.press("Join").await;
        bob.says("No class can be joined with this code now").await;
        // The right one does not bring back whoever was taken out.
        field.clear().await.unwrap();
        field.send_keys(&code).await.unwrap();
        bob.press("Join").await;
        bob.says("No class can be joined with this code now").await;

        zora.sign_in("zora").await;
        zora.says("No course yet").await;
        let field = zora.the("textbox", "Code").await;
        field.send_keys(&code.to_lowercase()).await.unwrap();
        zora.press("Join").await;
        zora.the("link", &format!("Practise {SECTION}")).await;
        zora.says("You are in 2B now.").await;
        tess.press("Let nobody join any more").await;
        tess.says("Nobody can join by themselves now").await;
    })
    .await;
}

#[tokio::test]
async fn trying_a_section_as_a_student_leaves_nothing() {
    journey("rehearsal", async |stage| {
        let tess = stage.browser("tess").await;
        tess.sign_in("tess").await;
        let class = open_class(&tess).await;
        let before = staff_events(stage, &class).await;
        assert!(before > 0);
        let unit = unit(SECTION);
        tess.go(&format!("/teach/{class}/try/{}", unit.section.id)).await;
        tess.says("Nothing here is stored or counted").await;
        tess.answer_wrong(&unit).await;
        tess.is_accessible("trying a section").await;
        tess.answer_right(&unit).await;
        tess.next().await;
        for _ in 0..5 {
            tess.answer_right(&unit).await;
            assert_eq!(tess.next().await, Next::Question);
        }
        tess.says("This section is finished").await;
        tess.press("Start over").await;
        tess.says("0 of 5 right in a row").await;
        assert_eq!(tess.sync().await.unwrap(), "All saved");
        assert_eq!(staff_events(stage, &class).await, before, "not an event more");
        tess.reload().await;
        tess.question(&unit).await;
        tess.says("0 of 5 right in a row").await;
        assert_eq!(staff_events(stage, &class).await, before);
    })
    .await;
}
