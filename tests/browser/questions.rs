//! A teacher looks at a question: its wrong answers with names, accepting one, taking that back, explaining a mistake to whoever makes it next.

use crate::{
    answers::Unit,
    page::Browser,
    practice::Next,
    stage::{Stage, confirmed, journey},
    story::press_in_row,
    waiting::until,
};
use domain::content::Question;
use thirtyfour::prelude::*;

const UNIT: &str = "Order of operations";

/// Has a student practise until a question comes up, answering every other one right.
async fn until_asked(student: &Browser, unit: &Unit, wanted: &Question) {
    until("the question to come up", async || {
        let question = student.question(unit).await;
        if question.id == wanted.id {
            return Ok(());
        }
        student.answer_right(unit).await;
        if student.next().await == Next::Celebration {
            student.press("Keep practising").await;
        }
        Err("another question".to_owned())
    })
    .await;
}

/// Signs in a student, who answers a question wrong: the first one asked, or this.
async fn wrong(stage: &Stage, login: &str, wanted: Option<&Question>) -> (Browser, Unit, &'static Question) {
    let student = stage.browser(login).await;
    student.sign_in(login).await;
    let unit = student.practise(UNIT).await;
    if let Some(wanted) = wanted {
        until_asked(&student, &unit, wanted).await;
    }
    let question = student.answer_wrong(&unit).await;
    confirmed(&student).await;
    (student, unit, question)
}

/// Opens the page of a question by way of the class and its list of questions.
async fn open(tess: &Browser, unit: &Unit, question: &Question) {
    tess.sign_in("tess").await;
    tess.follow("2B").await;
    tess.follow("Questions").await;
    let row = format!("a[href$='/questions/{}/{}']", unit.section.id, question.id);
    until("the question in the list", async || {
        let link = tess.driver.find(By::Css(row.clone())).await.map_err(|error| error.to_string())?;
        link.click().await.map_err(|error| error.to_string())
    })
    .await;
    tess.the("heading", "Wrong answers").await;
}

/// The one wrong answer in the table: its words, how often, who.
async fn wrong_answer(tess: &Browser) -> Result<(String, String, Vec<String>), String> {
    let cells: Vec<String> = tess.run("firstWrongAnswer", vec![]).await;
    let names = cells[2].split(", ").map(str::to_owned).collect();
    if cells[0].is_empty() { Err("no wrong answer".to_owned()) } else { Ok((cells[0].clone(), cells[1].clone(), names)) }
}

#[tokio::test]
async fn a_wrong_answer_is_accepted_and_the_students_result_follows_until_it_is_taken_back() {
    journey("accept this too", async |stage| {
        let (ann, unit, question) = wrong(stage, "ann", None).await;
        let (_bob, ..) = wrong(stage, "bob", Some(question)).await;
        let tess = stage.browser("tess").await;
        open(&tess, &unit, question).await;
        let page = tess.path().await;
        let (words, times, names) = until("both answers", async || {
            let found = wrong_answer(&tess).await?;
            if found.2.len() == 2 { Ok(found) } else { Err(format!("{found:?}")) }
        })
        .await;
        assert_eq!((times.as_str(), names.contains(&"Ann de Boer".to_owned())), ("2", true), "{names:?}");

        // The keyboard alone goes the whole way.
        let accept = tess.the("link", &format!("Accept this too: {words}")).await;
        accept.focus().await.unwrap();
        accept.send_keys(Key::Enter).await.unwrap();
        tess.the("heading", "Who would change").await;
        tess.says("2 students of this class").await;
        tess.says("wrong → right").await;
        tess.the("button", "Correct it for everybody").await.send_keys(Key::Enter).await.unwrap();
        tess.says("Done: all 2 graded again").await;
        ann.comes_out("Right").await;
        ann.the("heading", "Why a result changed").await;
        tess.says(&format!("Accepted too: {words}")).await;

        tess.press(&format!("Take back: Accepted too: {words}")).await;
        tess.the("heading", "Who would change if this is taken back").await;
        tess.press("Take it back for everybody").await;
        tess.says("Done: all 2 graded again").await;
        ann.comes_out("Not right").await;
        ann.answer_right(&unit).await;

        // What is not assigned any more was worked on all the same.
        let class = page.split('/').nth(2).expect("a class");
        tess.go(&format!("/teach/{class}/manage")).await;
        press_in_row(&tess, UNIT, "End", &format!("End “{UNIT}”?")).await;
        tess.press("End it").await;
        tess.says("is not assigned any more").await;
        confirmed(&tess).await;
        tess.go(&page).await;
        tess.the("heading", "Wrong answers").await;
        tess.follow("Questions").await;
        until("the question in the list", async || {
            let link = tess.driver.find(By::Css(format!("main a[href$='{page}']"))).await;
            link.map(|_| ()).map_err(|error| error.to_string())
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_mistake_is_explained_to_whoever_makes_it_next() {
    journey("explain this mistake", async |stage| {
        let (_ann, unit, question) = wrong(stage, "ann", None).await;
        let tess = stage.browser("tess").await;
        open(&tess, &unit, question).await;
        tess.press("Explain this mistake").await;
        let field = tess.driver.find(By::Css("form.explain textarea")).await.unwrap();
        field.send_keys(Key::Escape).await.unwrap();
        until("the focus to be back", async || {
            let focused = tess.driver.active_element().await.map_err(|error| error.to_string())?;
            let text = focused.text().await.map_err(|error| error.to_string())?;
            if text == "Explain this mistake" { Ok(()) } else { Err(text) }
        })
        .await;
        tess.press("Explain this mistake").await;
        let field = tess.driver.find(By::Css("form.explain textarea")).await.unwrap();
        field.send_keys("Multiply before you add: <look> again.").await.unwrap();
        tess.press("Save the explanation").await;
        tess.says("Saved.").await;
        confirmed(&tess).await;
        let (cem, ..) = wrong(stage, "cem", Some(question)).await;
        cem.comes_out("Not right. Multiply before you add: <look> again.").await;
    })
    .await;
}

#[tokio::test]
async fn the_pages_of_questions_are_accessible_and_open_without_a_network() {
    journey("accessible questions", async |stage| {
        let (_ann, unit, question) = wrong(stage, "ann", None).await;
        let tess = stage.browser("tess").await;
        open(&tess, &unit, question).await;
        let address = tess.path().await;
        tess.is_accessible("a question of a class").await;
        tess.press("Explain this mistake").await;
        tess.is_accessible("explaining a mistake").await;
        tess.follow("Questions").await;
        tess.the("columnheader", "question").await;
        tess.is_accessible("the questions of a class").await;
        tess.go(&format!("{address}/correct")).await;
        tess.the("button", "Show who would change").await;
        tess.is_accessible("correcting a question").await;
        for kind in ["Accept one more answer", "Drop the question", "Give full credit"] {
            tess.the("radio", kind).await.click().await.unwrap();
            tess.is_accessible(kind).await;
        }
        tess.press("Show who would change").await;
        tess.the("heading", "Who would change").await;
        tess.is_accessible("who would change").await;
        tess.is_kept_for_offline().await;

        stage.kill_server();
        tess.press("Correct it for everybody").await;
        tess.says("As soon as there is a connection it is sent").await;
        tess.go(&address).await;
        tess.says("Every answer to this question counts as right").await;
        stage.start_server().await;
        tess.syncs("All saved").await;
    })
    .await;
}
