//! Passwords and sessions of one's own: what may be a password, who changes it, and where somebody is signed in.

use crate::{
    program::run_in,
    school::{Browser, PASSWORD, School, Socket, account, envelope, operated, sign_in_at},
};
use domain::{
    account::Role,
    class,
    command::Command,
    feeds::Feed,
    protocol::{ClientMessage, Computer, ListedSession, Presence},
};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use server::engine::Operation;
use std::time::Duration;
use tokio::time::{interval, timeout};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0";
const NEW: &str = "battery staple";

/// Asks as somebody; the status, and the sentence if there is one.
async fn ask(who: &Browser, method: Method, path: &str, body: Value) -> (u16, String) {
    let asked = Client::new().request(method, format!("{}{path}", who.url)).header("cookie", &who.cookie).json(&body);
    let answer = asked.send().await.unwrap();
    let status = answer.status().as_u16();
    let told: Value = answer.json().await.unwrap_or_default();
    (status, told["error"].as_str().unwrap_or_default().to_owned())
}

async fn change(who: &Browser, present: &str, password: &str) -> (u16, String) {
    ask(who, Method::PUT, "/api/password", json!({ "present": present, "password": password })).await
}

/// Signs in: the status and the session's cookie.
async fn sign_in(url: &str, login: &str, password: &str, computer: Computer, cookie: Option<&str>) -> (StatusCode, String) {
    let body = json!({ "login": login, "password": password, "computer": computer });
    let asked = Client::new().post(format!("{url}/api/sessions")).header("user-agent", FIREFOX).json(&body);
    let answer = cookie.into_iter().fold(asked, |asked, cookie| asked.header("cookie", cookie)).send().await.unwrap();
    let cookie = answer.headers().get("set-cookie").map(|cookie| cookie.to_str().unwrap().split(';').next().unwrap().to_owned());
    (answer.status(), cookie.unwrap_or_default())
}

async fn is_right(url: &str, login: &str, password: &str) -> bool {
    sign_in(url, login, password, Computer::Own, None).await.0.is_success()
}

async fn sessions(who: &Browser) -> Vec<ListedSession> {
    who.get("/api/sessions/all").await.json().await.unwrap()
}

fn store(school: &School) -> rusqlite::Connection {
    rusqlite::Connection::open(school.path().join("leftfold.sqlite")).unwrap()
}

#[tokio::test]
async fn whoever_knows_the_present_password_changes_it_and_all_other_sessions_end() {
    let school = School::open().await;
    let (here, there) = (school.sign_in("ann").await, school.sign_in("ann").await);
    let (mut laptop, _) = here.sync("laptop").await;
    let (mut phone, _) = there.sync("phone").await;
    let (status, told) = change(&here, "not the password", NEW).await;
    assert_eq!((status, told.as_str()), (403, "This is not your present password. Nothing was changed."));
    assert_eq!(change(&here, PASSWORD, NEW).await.0, 204);
    assert_eq!(phone.closed().await, 4001);
    assert_eq!(
        (here.get("/api/sessions").await.status(), there.get("/api/sessions").await.status()),
        (StatusCode::OK, StatusCode::UNAUTHORIZED)
    );
    laptop.say(&ClientMessage::Ping {}).await;
    laptop.hear_of("Pong").await;
    assert!(is_right(&school.url(), "ann", NEW).await && !is_right(&school.url(), "ann", PASSWORD).await);
    assert!(is_right(&school.url(), "bob", PASSWORD).await, "his is his own");
    let nobody = Browser { cookie: String::new(), ..here };
    assert_eq!(change(&nobody, NEW, PASSWORD).await.0, 401);
}

#[tokio::test]
async fn a_password_is_long_enough_for_the_role_and_none_that_is_tried_first() {
    let school = School::open_with(vec![account("olaf", "Olaf Berg", Role::Administrator, None)]).await;
    let (tess, ann, olaf) = (school.sign_in("tess").await, school.sign_in("ann").await, school.sign_in("olaf").await);
    let set = async |who: &Browser, of: &Browser, password: &str| {
        ask(who, Method::PUT, &format!("/api/accounts/{}/password", of.me.account), json!({ "password": password })).await
    };
    let (short, tried) = ("it must have at least", "it is one of those that are tried first");
    for (password, why) in [("seven77", short), ("password1", tried), ("12345678", tried)] {
        for (status, told) in [change(&ann, PASSWORD, password).await, set(&tess, &ann, password).await] {
            assert!(status == 422 && told.contains(why), "{password}: {status} {told}");
        }
    }
    for (password, why) in [("elevenchars", short), ("passwordpassword", tried), ("Berg, Olaf 1999", "it is the login or the name")] {
        let (status, told) = change(&olaf, PASSWORD, password).await;
        assert!(status == 422 && told.contains(why), "{password}: {status} {told}");
    }
    let (status, told) = set(&olaf, &tess, "elevenchars").await;
    assert!(status == 422 && told.contains("at least 12 characters"), "{told}");
    assert_eq!(change(&ann, PASSWORD, "elevenchars").await.0, 204, "a student's may be shorter");
    assert!(is_right(&school.url(), "tess", PASSWORD).await, "nothing was changed");
}

#[tokio::test]
async fn an_operator_gives_anybody_another_password_beside_a_running_server_too() {
    let mut school = School::open().await;
    let tess = school.sign_in("tess").await;
    let (mut desk, _) = tess.sync("desk").await;
    let order = async |school: &School, login: &str, password: &str| {
        run_in(school.path(), &["account", "password", login], &[("LEFTFOLD_PASSWORD", password)]).await
    };
    for (login, password, why) in [
        ("nobody", NEW, "nobody has the login nobody"),
        ("tess", "short", "it must have at least 12 characters"),
        ("tess", "password1234", "it is one of those that are tried first"),
    ] {
        let (said, status) = order(&school, login, password).await;
        assert!(status != 0 && said.contains(why) && said.contains("Nothing was changed"), "{said}");
    }
    let (said, status) = order(&school, "TESS", NEW).await;
    assert_eq!((said.trim(), status), ("account TESS has another password; the sessions begun with the old one have ended", 0));
    assert_eq!(timeout(Duration::from_secs(5), desk.closed()).await.expect("at once"), 4001);
    assert_eq!(tess.get("/api/sessions").await.status(), StatusCode::UNAUTHORIZED);
    assert!(is_right(&school.url(), "tess", NEW).await && !is_right(&school.url(), "tess", PASSWORD).await);
    school.stop().await;
    assert_eq!(order(&school, "ann", NEW).await.1, 0, "and without one");
    let (said, status) =
        run_in(school.path(), &["account", "add", "zed", "--name", "Zed", "--role", "teacher"], &[("LEFTFOLD_PASSWORD", "seven77")]).await;
    assert!(status != 0 && said.contains("No account added: it must have at least 12 characters"), "{said}");
    school.start().await;
    assert!(is_right(&school.url(), "ann", NEW).await);
}

#[tokio::test]
async fn one_sees_where_one_is_signed_in_and_ends_what_is_not_wanted() {
    let school = School::open().await;
    let ann = school.sign_in("ann").await;
    let (status, cookie) = sign_in(&school.url(), "ann", PASSWORD, Computer::Own, None).await;
    assert_eq!(status, StatusCode::OK);
    let library = Browser { cookie, ..ann.clone() };
    let (mut phone, _) = library.sync("phone").await;
    let bob = school.sign_in("bob").await;
    let listed = sessions(&ann).await;
    assert_eq!(listed.iter().map(|session| session.this).collect::<Vec<_>>(), [false, true], "the one that began last first");
    assert_eq!(listed.iter().map(|session| session.device.as_str()).collect::<Vec<_>>(), ["Firefox on Linux", ""]);
    assert!(listed.iter().all(|session| session.begun.0 > 0 && session.used >= session.begun));
    let kept: Vec<String> = {
        let store = store(&school);
        let mut devices = store.prepare("SELECT device FROM sessions").unwrap();
        devices.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    assert!(kept.iter().all(|device| ["", "Firefox on Linux"].contains(&device.as_str())), "what the browser says is not kept: {kept:?}");

    let end = async |who: &Browser, id: &str| ask(who, Method::DELETE, &format!("/api/sessions/{id}"), json!({})).await.0;
    assert_eq!(end(&bob, &listed[0].id).await, 404, "not his");
    assert_eq!(end(&ann, "nonsense").await, 404);
    assert_eq!(end(&ann, &listed[0].id).await, 204);
    assert_eq!(phone.closed().await, 4001);
    assert_eq!(library.get("/api/sessions").await.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(sessions(&ann).await.len(), 1);
    assert_eq!(end(&ann, &listed[0].id).await, 404, "it is over");
}

#[tokio::test]
async fn a_sign_in_takes_the_place_of_the_session_that_the_browser_had() {
    let school = School::open().await;
    let ann = school.sign_in("ann").await;
    let (mut tab, _) = ann.sync("laptop").await;
    let (status, _) = sign_in(&school.url(), "bob", "not the password", Computer::Own, Some(&ann.cookie)).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert_eq!(ann.get("/api/sessions").await.status(), StatusCode::OK, "a wrong password ends nothing");
    let (status, _) = sign_in(&school.url(), "bob", PASSWORD, Computer::Own, Some(&ann.cookie)).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(tab.closed().await, 4001);
    assert_eq!(ann.get("/api/sessions").await.status(), StatusCode::UNAUTHORIZED);
}

/// Nobody waits half an hour here: what is written down of the last use is put back instead.
#[tokio::test]
async fn what_a_teacher_leaves_open_on_a_shared_computer_ends_when_nobody_uses_it() {
    let school = School::open().await;
    let minutes_ago = |minutes: i64| server::clock::now().0 - minutes * 60 * 1_000;
    for (login, computer, ends) in
        [("tess", Computer::Shared, true), ("tess", Computer::Own, false), ("ann", Computer::Shared, false), ("ann", Computer::Own, false)]
    {
        let (_, cookie) = sign_in(&school.url(), login, PASSWORD, computer, None).await;
        let who = Browser { cookie, ..sign_in_at(&school.url(), login).await };
        for (minutes, expected) in [(29, true), (31, !ends)] {
            // As long as it is used it goes on; every request is use.
            assert_eq!(who.get("/api/sessions").await.status(), StatusCode::OK);
            store(&school).execute("UPDATE sessions SET used = ?1", [minutes_ago(minutes)]).unwrap();
            assert_eq!(who.get("/api/sessions").await.status().is_success(), expected, "{login} {computer:?}, {minutes} minutes later");
            if expected {
                used_since(&school, minutes_ago(1)).await;
            }
        }
    }
}

#[tokio::test]
async fn a_class_page_in_sight_is_use() {
    let school = School::open().await;
    let (_, cookie) = sign_in(&school.url(), "tess", PASSWORD, Computer::Shared, None).await;
    let tess = Browser { cookie, ..school.sign_in("tess").await };
    let (mut desk, _) = tess.sync("desk").await;
    let long_ago = server::clock::now().0 - 25 * 60 * 1_000;
    store(&school).execute("UPDATE sessions SET used = ?1", [long_ago]).unwrap();
    // A page that nobody looks at says so, or only asks whether the server is there.
    desk.say(&ClientMessage::Presence(Presence { away: true, unsent: 0 })).await;
    desk.say(&ClientMessage::Ping {}).await;
    desk.hear_of("Pong").await;
    let used: i64 = store(&school).query_row("SELECT max(used) FROM sessions", [], |row| row.get(0)).unwrap();
    assert_eq!(used, long_ago);
    desk.say(&ClientMessage::Presence(Presence::default())).await;
    used_since(&school, long_ago + 1).await;
}

/// Waits until it is written down that some session was used.
async fn used_since(school: &School, moment: i64) {
    let mut looks = interval(Duration::from_millis(20));
    let written = async {
        loop {
            let used: i64 = store(school).query_row("SELECT max(used) FROM sessions", [], |row| row.get(0)).unwrap();
            if used >= moment {
                return;
            }
            looks.tick().await;
        }
    };
    timeout(Duration::from_secs(10), written).await.expect("use is written down");
}

/// A second is promised, on a quiet machine; here other tests run at the same time.
const PROMPT: Duration = Duration::from_secs(5);

#[tokio::test]
async fn a_new_name_is_on_the_open_pages_of_all_who_may_know_it_and_of_nobody_else() {
    let school = School::open().await;
    let (tess, ann, bob) = (school.sign_in("tess").await, school.sign_in("ann").await, school.sign_in("bob").await);
    let [(mut desk, _), (mut phone, _), (mut other, _)] = [tess.sync("desk").await, ann.sync("phone").await, bob.sync("phone").await];
    let people = async |socket: &mut Socket| {
        let told = timeout(PROMPT, socket.hear_of("People")).await.expect("at once");
        let name = |who: &Browser| told["people"][who.me.account.to_string()].as_str().map(str::to_owned);
        [name(&tess), name(&ann), name(&bob)]
    };
    let called = |name: &str| Some(name.to_owned());
    for name in ["Annika", "Anna"] {
        let said = operated(school.path(), Operation::RenamePerson { login: "ann".into(), name: name.into() }).await.unwrap();
        assert!(said.contains("also on pages that are open"), "{said}");
        assert_eq!(people(&mut desk).await, [called("Tess"), called(name), called("Bob")], "with all the others that she may know");
        assert_eq!(people(&mut phone).await, [None, called(name), None]);
        let told: Value = tess.get("/api/sessions").await.json().await.unwrap();
        assert_eq!(told["name"], "Tess");
    }
    other.say(&ClientMessage::Ping {}).await;
    assert_eq!(other.hear_until("Pong").await.len(), 1, "he may not know it");
}

#[tokio::test]
async fn a_closed_account_is_in_no_class_any_more() {
    let school = School::open_with(vec![account("olaf", "Olaf", Role::Administrator, None)]).await;
    let (tess, olaf, bob) = (school.sign_in("tess").await, school.sign_in("olaf").await, school.sign_in("bob").await);
    let ann = school.sign_in("ann").await.me.account;
    let staff = Feed::Staff(school.class);
    let (mut desk, _) = tess.sync("desk").await;
    assert_eq!(operated(school.path(), Operation::CloseAccount { login: "ann".into() }).await.unwrap().lines().count(), 1);
    let told = timeout(PROMPT, desk.hear_events(staff, 1)).await.expect("at once");
    assert_eq!(told[0]["e"], json!({ "StudentRemoved": { "student": ann } }));
    // By an administrator.
    assert_eq!(ask(&olaf, Method::DELETE, &format!("/api/accounts/{}", bob.me.account), json!({})).await.0, 204);
    let told = timeout(PROMPT, desk.hear_events(staff, 1)).await.expect("at once");
    assert_eq!(told[0]["e"], json!({ "StudentRemoved": { "student": bob.me.account } }));
    let alone = async { while desk.hear_of("People").await["people"].as_object().unwrap().len() > 1 {} };
    timeout(PROMPT, alone).await.expect("of the class she knows nobody else now");
    assert_eq!(ask(&olaf, Method::DELETE, &format!("/api/accounts/{}", tess.me.account), json!({})).await.0, 204);
    assert_eq!(desk.closed().await, 4001);
    let trail: Value = olaf.get("/api/trail").await.json().await.unwrap();
    let rows: Vec<(String, String, String, String)> = trail["rows"].as_array().unwrap().iter().map(row).take(4).collect();
    let row = |what: &str, whom: &str| (what.to_owned(), "Olaf".to_owned(), whom.to_owned(), String::new());
    assert_eq!(rows[..2], [row("teacher-dismissed", "Tess"), row("account-closed", "Tess")]);
    assert_eq!(rows[2..], [row("student-removed", "Bob"), row("account-closed", "Bob")]);
    let directory = school.directory();
    let members = directory.class(school.class).unwrap();
    assert!(members.students.is_empty() && members.teachers.is_empty(), "{members:?}");
}

#[tokio::test]
async fn the_trail_tells_who_signed_in_was_refused_reset_and_removed_and_never_what_was_typed() {
    let mut school = School::open_with(vec![account("olaf", "Olaf", Role::Administrator, None)]).await;
    let (_, cookie) = sign_in(&school.url(), "tess", PASSWORD, Computer::Own, None).await;
    let tess = Browser { cookie, ..school.sign_in("tess").await };
    let (ann, bob, olaf) = (school.sign_in("ann").await, school.sign_in("bob").await, school.sign_in("olaf").await);
    for login in ["ann", "my secret password"] {
        assert_eq!(sign_in(&school.url(), login, "not the password", Computer::Own, None).await.0, StatusCode::UNAUTHORIZED);
    }
    let reset = ask(&tess, Method::PUT, &format!("/api/accounts/{}/password", ann.me.account), json!({ "password": NEW })).await;
    assert_eq!(reset.0, 204);
    assert_eq!(change(&bob, PASSWORD, NEW).await.0, 204);
    let (mut desk, _) = tess.sync("desk").await;
    let remove = Command::Class(school.class, class::Command::RemoveStudent { student: bob.me.account });
    desk.say(&ClientMessage::Command(envelope(1, &remove))).await;
    desk.hear_of("Result").await;
    let (told, status) = run_in(school.path(), &["account", "password", "olga"], &[("LEFTFOLD_PASSWORD", NEW)]).await;
    assert_eq!(status, 0, "{told}");
    let (told, status) = run_in(school.path(), &["account", "close", "olga"], &[]).await;
    assert_eq!(status, 0, "{told}");

    for who in [&tess, &ann, &bob] {
        assert!(who.get("/api/trail").await.status().is_client_error(), "for administrators only");
    }
    let page: Value = olaf.get("/api/trail").await.json().await.unwrap();
    let rows: Vec<(String, String, String, String)> = page["rows"].as_array().unwrap().iter().map(row).collect();
    let expected = |what: &str, who: &str, whom: &str, device: &str| (what.to_owned(), who.to_owned(), whom.to_owned(), device.to_owned());
    let newest = [
        expected("account-closed", "", "Olga", "the command line"),
        expected("password-set", "", "Olga", "the command line"),
        expected("student-removed", "Tess", "Bob", ""),
        expected("password-changed", "Bob", "", ""),
        expected("password-set", "Tess", "Ann", ""),
    ];
    assert_eq!(rows[..newest.len()], newest);
    for refused in [expected("refused", "", "Ann", "Firefox on Linux"), expected("refused", "", "", "Firefox on Linux")] {
        assert!(rows.contains(&refused), "{rows:?}");
    }
    assert!(rows.contains(&expected("signed-in", "Tess", "", "Firefox on Linux")), "{rows:?}");
    let next: Value = olaf.get(&format!("/api/trail?limit=1&before={}", page["rows"][0]["number"])).await.json().await.unwrap();
    assert_eq!(next["rows"], json!([page["rows"][1]]));

    let (beside, status) = run_in(school.path(), &["trail"], &[]).await;
    assert_eq!(status, 0, "{beside}");
    for line in [
        "Tess (tess) signed in, from Firefox on Linux",
        "Ann (ann): refused, from Firefox on Linux",
        "a login that nobody has: refused, from Firefox on Linux",
        "Ann (ann): given another password by Tess (tess)",
        "Bob (bob) changed their own password",
        "Bob (bob): taken out of a class by Tess (tess)",
        "Olga (olga): given another password by the operator, from the command line",
    ] {
        assert!(beside.contains(line), "{line}\n{beside}");
    }
    assert!(!beside.contains("secret") && !page.to_string().contains("secret"));
    school.stop().await;
    assert_eq!(run_in(school.path(), &["trail", "--lines", "1"], &[]).await, (beside.lines().last().unwrap().to_owned() + "\n", 0));
    for file in std::fs::read_dir(school.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap_or_default();
        assert!(!bytes.windows(18).any(|window| window == b"my secret password"), "it is nowhere");
    }
}

fn row(row: &Value) -> (String, String, String, String) {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    assert!(row["at"].as_i64().unwrap() > 0 && row["times"] == 1);
    (text(&row["what"]), text(&row["who"]["name"]), text(&row["whom"]["name"]), text(&row["device"]))
}
