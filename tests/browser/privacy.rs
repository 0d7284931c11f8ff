//! What is on a student's device, what reaches it, and what stays when somebody else signs in.

use crate::{
    page::Browser,
    practice::Next,
    school::Script,
    stage::{confirmed, journey},
    waiting::until,
};
use serde_json::Value;

/// All that a page can keep: databases, storage, the service worker's files by name.
async fn kept(browser: &Browser) -> String {
    let databases = browser.databases().await;
    let rest: Value = browser.run("everythingBesideDatabases", vec![]).await;
    format!("{databases}\n{rest}")
}

/// Every frame that came over a socket, as the browser's own protocol tells it.
async fn received(browser: &Browser) -> Vec<String> {
    let entries = browser.driver.get_log("performance").await.unwrap();
    let events = entries.iter().filter_map(|entry| serde_json::from_str::<Value>(&entry.message).ok());
    let frames = events.filter(|event| event["message"]["method"] == "Network.webSocketFrameReceived");
    frames.filter_map(|frame| Some(frame["message"]["params"]["response"]["payloadData"].as_str()?.to_owned())).collect()
}

/// What must not be found: names and identifiers of the others, and what they entered.
fn secrets(others: &[Script]) -> Vec<String> {
    others.iter().flat_map(|other| [other.me.name.clone(), other.me.account.to_string()]).collect()
}

#[tokio::test]
async fn a_students_device_knows_of_no_other_student() {
    journey("privacy", async |stage| {
        let bob = stage.browser("bob").await;
        bob.sign_in("bob").await;
        let unit = bob.practise("Order of operations").await;
        let question = bob.question(&unit).await;
        let bobs = "1953125";
        let inputs: Vec<_> = question.fields.iter().map(|_| domain::content::Input::Text(bobs.to_owned())).collect();
        bob.fill(question, &inputs).await;
        bob.press("Check").await;
        bob.comes_out("Not right").await;
        confirmed(&bob).await;

        let ann = stage.recording_browser("ann").await;
        ann.sign_in("ann").await;
        let unit = ann.practise("Order of operations").await;
        ann.answer_right(&unit).await;
        // Somebody else answers while she looks.
        bob.answer_right(&unit).await;
        confirmed(&bob).await;
        assert_eq!(ann.next().await, Next::Question);
        ann.follow("Course").await;
        ann.says("1 answered").await;
        confirmed(&ann).await;
        ann.is_kept_for_offline().await;

        let mut others = Vec::new();
        for login in &stage.school.students[1..] {
            others.push(stage.school.sign_in(login).await);
        }
        let own = stage.school.sign_in("ann").await;
        let mut found = received(&ann).await;
        assert!(found.iter().any(|frame| frame.contains("QuestionAnsweredCorrectly")), "frames were seen: {}", found.len());
        found.push(kept(&ann).await);
        assert!(found.last().unwrap().contains(&own.me.account.to_string()), "the store was seen");
        found.push(ann.driver.source().await.unwrap());
        for place in &found {
            for secret in secrets(&others).iter().map(String::as_str).chain([bobs]) {
                assert!(!place.contains(secret), "“{secret}” is on ann's device: {place}");
            }
        }
    })
    .await;
}

/// All that is in IndexedDB and in the other places, as text.
pub async fn everything_kept(browser: &Browser) -> String {
    kept(browser).await
}

/// Waits until the form is there and none of the app's databases.
pub async fn nothing_is_left(browser: &Browser) {
    browser.the("textbox", "Login").await;
    until("the databases to be gone", async || {
        let names: Vec<String> = browser.run("databaseNames", vec![]).await;
        if names.is_empty() { Ok(()) } else { Err(format!("{names:?}")) }
    })
    .await;
}

#[tokio::test]
async fn after_signing_out_nothing_is_left_and_nothing_becomes_the_next_ones() {
    journey("sign out", async |stage| {
        let browser = stage.browser("the computer at school").await;
        browser.sign_in("ann").await;
        let unit = browser.practise("Order of operations").await;
        let ann = stage.school.sign_in("ann").await;
        browser.answer_right(&unit).await;
        confirmed(&browser).await;
        let cookie = session(&browser).await;
        // A second tab has the database open, too.
        let first = browser.driver.window().await.unwrap();
        let second = browser.new_tab().await;
        browser.go("/learn").await;
        browser.says("1 answered").await;
        browser.tab(&first).await;
        browser.press("Sign out").await;
        nothing_is_left(&browser).await;
        browser.form_says("nothing that can be read is left").await;
        browser.tab(&second).await;
        browser.the("textbox", "Login").await;
        assert_eq!(with_cookie(stage.school.url(), &cookie).await, 401, "the session has ended");
        let left = kept(&browser).await;
        for hers in [ann.me.account.to_string(), ann.me.name.clone()] {
            assert!(!left.contains(&hers), "“{hers}” is left: {left}");
        }

        browser.sign_in("bob").await;
        until("bob's course", async || browser.find("link", "Practise Order of operations").await).await;
        let said = browser.main_text().await.unwrap();
        assert!(!said.contains("answered"), "nothing of ann's is shown: {said}");
        assert!(!browser.driver.source().await.unwrap().contains(&ann.me.name));
        let unit = browser.practise("Order of operations").await;
        browser.says("0 of 5 right in a row").await;
        browser.answer_right(&unit).await;
        confirmed(&browser).await;
        assert!(!kept(&browser).await.contains(&ann.me.account.to_string()));
        assert_eq!(stage.school.sign_in("bob").await.own_answers().await.len(), 1);
        assert_eq!(ann.own_answers().await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn signing_out_with_unsent_answers_asks_and_ends_the_session_at_the_next_contact() {
    journey("sign out offline", async |stage| {
        let browser = stage.browser("the computer at school").await;
        browser.sign_in("ann").await;
        let unit = browser.practise("Order of operations").await;
        confirmed(&browser).await;
        browser.is_kept_for_offline().await;
        let cookie = session(&browser).await;

        stage.kill_server();
        browser.answer_right(&unit).await;
        browser.syncs("Offline – 1 answer").await;
        browser.press("Sign out").await;
        browser.the("dialog", "One answer has not been sent yet").await;
        browser.press("Stay signed in").await;
        browser.syncs("Offline – 1 answer").await;
        browser.press("Sign out").await;
        browser.press("Discard one answer").await;
        nothing_is_left(&browser).await;
        browser.reload().await;
        browser.the("textbox", "Login").await;

        stage.start_server().await;
        assert_eq!(with_cookie(stage.school.url(), &cookie).await, 200, "the server knows nothing of it yet");
        browser.sign_in("bob").await;
        until("bob's course", async || browser.find("link", "Practise Order of operations").await).await;
        assert_eq!(with_cookie(stage.school.url(), &cookie).await, 401, "ann's session has ended");
        assert_eq!(session_of(&stage.school.url(), &session(&browser).await).await, "Bob Yilmaz");
        for login in ["ann", "bob"] {
            assert!(stage.school.sign_in(login).await.own_answers().await.is_empty(), "nothing becomes {login}'s");
        }
    })
    .await;
}

#[tokio::test]
async fn an_owed_sign_out_is_done_by_opening_the_app() {
    journey("owed sign out", async |stage| {
        let browser = stage.browser("the computer at school").await;
        browser.sign_in("ann").await;
        until("ann's course", async || browser.find("link", "Practise Order of operations").await).await;
        confirmed(&browser).await;
        browser.is_kept_for_offline().await;
        let cookie = session(&browser).await;
        stage.kill_server();
        browser.syncs("All saved – offline").await;
        browser.press("Sign out").await;
        nothing_is_left(&browser).await;
        stage.start_server().await;
        browser.reload().await;
        browser.the("textbox", "Login").await;
        until("the session to end", async || match with_cookie(stage.school.url(), &cookie).await {
            401 => Ok(()),
            status => Err(status.to_string()),
        })
        .await;
    })
    .await;
}

/// The session's cookie, as it travels.
async fn session(browser: &Browser) -> String {
    let cookies = browser.driver.get_all_cookies().await.unwrap();
    assert_eq!(cookies.len(), 1, "one cookie: {cookies:?}");
    format!("{}={}", cookies[0].name, cookies[0].value)
}

/// The status of asking who one is with this cookie.
async fn with_cookie(url: String, cookie: &str) -> u16 {
    reqwest::Client::new().get(format!("{url}/api/sessions")).header("cookie", cookie).send().await.unwrap().status().as_u16()
}

async fn session_of(url: &str, cookie: &str) -> String {
    let answer = reqwest::Client::new().get(format!("{url}/api/sessions")).header("cookie", cookie).send().await.unwrap();
    answer.json::<domain::protocol::SignedIn>().await.unwrap().name
}
