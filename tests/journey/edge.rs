//! The edge: who is let in, what is refused and how, and that one bad message harms nothing else.

use crate::school::{Browser, PASSWORD, School, account, device_of, envelope};
use domain::{
    account::Role,
    attempt, class,
    command::Command,
    feeds::Feed,
    ids::{AccountId, ContentHash},
    protocol::{ClientMessage, Demo, Posted, SignedIn},
};
use serde_json::{Value, json};
use server::{
    ServerConfig,
    operator::{demo, operate::operate},
};
use tokio_tungstenite::tungstenite::Message;

#[tokio::test]
async fn signing_in_gives_a_cookie_that_no_script_and_no_other_site_can_use() {
    let school = School::open().await;
    let sign_in = |login: &str, password: &str| {
        let body = json!({ "login": login, "password": password });
        reqwest::Client::new().post(format!("{}/api/sessions", school.url())).json(&body).send()
    };
    let response = sign_in(" ANN ", PASSWORD).await.unwrap();
    assert_eq!(response.status(), 200);
    let cookie = response.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.starts_with("leftfold=") && cookie.ends_with("; HttpOnly; SameSite=Strict; Path=/"), "{cookie}");
    let body: Value = response.json().await.unwrap();
    assert_eq!((&body["role"], &body["name"]), (&json!("Student"), &json!("Ann")));
    for (login, password) in [("ann", "wrong"), ("nobody", PASSWORD), ("", "")] {
        let response = sign_in(login, password).await.unwrap();
        assert_eq!(response.status(), 401, "{login}");
        assert!(response.headers().get("set-cookie").is_none());
        assert!(response.json::<Value>().await.unwrap()["error"].is_string());
    }

    let ann = school.sign_in("ann").await;
    assert_eq!(ann.get("/api/sessions").await.status(), 200);
    let out = ann.sign_out().await;
    assert_eq!(out.status(), 204);
    assert!(out.headers()["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
    assert_eq!(ann.get("/api/sessions").await.status(), 401);
    assert_eq!(ann.socket_from(Some(&ann.url)).await.err(), Some(401));
}

#[tokio::test]
async fn pages_of_other_sites_are_refused() {
    let school = School::open().await;
    let ann = school.sign_in("ann").await;
    let post = |origin: String| {
        let credentials = json!({ "login": "ann", "password": PASSWORD });
        reqwest::Client::new().post(format!("{}/api/sessions", school.url())).header("origin", origin).json(&credentials).send()
    };
    assert_eq!(post("http://evil.example".into()).await.unwrap().status(), 403);
    assert_eq!(post("null".into()).await.unwrap().status(), 403);
    assert_eq!(post(school.url()).await.unwrap().status(), 200);
    assert_eq!(ann.socket_from(None).await.err(), Some(403));
    assert_eq!(ann.socket_from(Some("http://evil.example")).await.err(), Some(403));
}

#[tokio::test]
async fn every_answer_says_what_pages_may_do_and_nothing_personal_is_cached() {
    let school = School::open().await;
    for path in ["/", "/learn", "/no/such/file.js", "/api/health", "/api/sessions", "/api/no-such-thing"] {
        let response = reqwest::get(format!("{}{path}", school.url())).await.unwrap();
        let headers = response.headers();
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe-inline"), "{path}");
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(headers["referrer-policy"], "no-referrer", "{path}");
        if path.starts_with("/api") {
            assert_eq!(headers["cache-control"], "no-store", "{path}");
            assert_eq!(headers["content-type"], "application/json", "{path}");
        }
    }
    let missing = reqwest::get(format!("{}/api/no-such-thing", school.url())).await.unwrap();
    assert_eq!(missing.status(), 404);
}

#[tokio::test]
async fn documents_and_feeds_are_there_only_for_whom_they_are_meant() {
    let school = School::open().await;
    let (paper, key) = (format!("/api/content/{}", school.edition.paper), format!("/api/content/{}", school.edition.key));
    let (staff, class) = (Feed::Staff(school.class), Feed::Class(school.class));
    let (tess, ann, bob) = (school.sign_in("tess").await, school.sign_in("ann").await, school.sign_in("bob").await);
    let bytes = ann.get(&paper).await.bytes().await.unwrap();
    assert_eq!(ContentHash::of(&bytes), school.edition.paper);
    let status = async |who: &Browser, path: &str| who.get(path).await.status().as_u16();
    for who in [&tess, &ann, &bob] {
        assert_eq!([status(who, &paper).await, status(who, &key).await], [200, 200]);
        assert_eq!(status(who, &format!("/api/feeds/{class}")).await, 200);
    }
    for login in ["theo", "olga"] {
        let who = school.sign_in(login).await;
        assert_eq!([status(&who, &paper).await, status(&who, &key).await], [404, 404]);
        assert_eq!(status(&who, &format!("/api/feeds/{class}")).await, 403);
    }
    assert_eq!(status(&ann, &format!("/api/content/{}", ContentHash::of(b"?"))).await, 404);
    assert_eq!(status(&ann, &format!("/api/feeds/{}", Feed::Student(bob.me.account))).await, 403);
    assert_eq!([status(&ann, &format!("/api/feeds/{staff}")).await, status(&tess, &format!("/api/feeds/{staff}")).await], [403, 200]);
    assert_eq!(reqwest::get(format!("{}{paper}", school.url())).await.unwrap().status(), 401);
    let page: Value = tess.get(&format!("/api/feeds/{staff}?after=1&limit=2")).await.json().await.unwrap();
    assert_eq!(page["Events"]["first"], 2);
}

#[tokio::test]
async fn a_command_is_answered_and_its_events_reach_student_and_teacher_and_nobody_else() {
    let school = School::open().await;
    let (tess, ann, bob) = (school.sign_in("tess").await, school.sign_in("ann").await, school.sign_in("bob").await);
    let (mut desk, heard) = tess.sync("desk").await;
    let people = heard.iter().find_map(|message| message.get("People")).unwrap();
    assert_eq!(people["people"].as_object().unwrap().len(), 3, "herself and her two students");
    let (mut tablet, heard) = bob.sync("tablet").await;
    assert_eq!(heard.iter().find_map(|message| message.get("People")).unwrap()["people"], json!({ bob.me.account.to_string(): "Bob" }));
    let (mut laptop, heard) = ann.sync("laptop").await;
    assert_eq!(heard[0]["Welcome"]["role"], "Student");

    laptop.say(&ClientMessage::Command(school.start_attempt(ann.me.account, 1))).await;
    let (result, own) = laptop.hear_result_and_events(Feed::Student(ann.me.account), 2).await;
    let outcome = json!({ "Accepted": { "version": 2, "events": 2 } });
    assert_eq!(result, json!({ "number": 1, "outcome": outcome, "position": own[1]["p"] }), "it can be seen with its last event");
    assert_eq!(desk.hear_events(Feed::Staff(school.class), 2).await, own);

    // Whatever was meant for bob came before the answer to his ping.
    tablet.say(&ClientMessage::Ping {}).await;
    assert!(tablet.hear().await["Pong"]["server_time"].is_i64());
    // A second device catches up with the same events.
    let (_phone, heard) = ann.sync("phone").await;
    let runs = heard.iter().filter_map(|message| message["Events"]["runs"].as_array()).flatten();
    assert!(runs.into_iter().any(|run| run["events"] == json!(own)));
}

#[tokio::test]
async fn one_bad_message_harms_nothing_else() {
    let school = School::open().await;
    let ann = school.sign_in("ann").await;
    let mut socket = ann.socket().await;
    socket.send(Message::text("{")).await;
    socket.hear_of("Problem").await;
    socket.say(&ClientMessage::Command(school.start_attempt(ann.me.account, 1))).await;
    socket.hear_of("Problem").await;
    let hello = ClientMessage::Hello(ann.hello("laptop"));
    socket.greet(ann.hello("laptop")).await;
    socket.hear_until("CaughtUp").await;
    let nonsense = ["", "[]", "{}", r#"{"NoSuch":{}}"#, r#"{"Events":[]}"#, r#"{"Command":{"number":-1}}"#, "\u{0}"];
    for text in nonsense {
        socket.send(Message::text(text)).await;
        socket.hear_of("Problem").await;
    }
    socket.send(Message::binary(vec![0, 159, 146, 150])).await;
    socket.hear_of("Problem").await;
    socket.say(&hello).await;
    socket.hear_of("Problem").await;

    // Bodies that are no commands are refused for good, under their numbers; those after them go on.
    let stream = school.attempt(ann.me.account).to_string();
    let raw = |number: u64, body: &str| format!(r#"{{"Command":{{"number":{number},"stream":"{stream}","at":1,"body":{body}}}}}"#);
    socket.send(Message::text(raw(1, r#"{"NoSuch":{}}"#))).await;
    assert_eq!(socket.hear_of("Result").await["outcome"]["Refused"], "Unreadable");
    let long = format!(r#"{{"SubmitAnswer":{{"ordinal":1,"inputs":[{{"Text":"{}"}}]}}}}"#, "1".repeat(1_000_000));
    socket.send(Message::text(raw(2, &long))).await;
    assert_eq!(socket.hear_of("Result").await["outcome"]["Refused"], "TooLarge");
    socket.say(&ClientMessage::Command(school.start_attempt(ann.me.account, 3))).await;
    assert!(socket.hear_of("Result").await["outcome"]["Accepted"].is_object());
    // Not hers to send.
    let forged = envelope(4, &start(&school, school.sign_in("bob").await.me.account));
    socket.say(&ClientMessage::Command(forged)).await;
    assert_eq!(socket.hear_of("Result").await["outcome"], json!({ "Forbidden": {} }));
}

fn start(school: &School, student: AccountId) -> Command {
    Command::Attempt(school.attempt(student), attempt::Command::Start { edition: school.edition })
}

#[tokio::test]
async fn a_message_that_is_too_long_closes_the_socket_with_1009() {
    let school = School::open().await;
    let ann = school.sign_in("ann").await;
    let (mut socket, _) = ann.sync("laptop").await;
    socket.send(Message::text(" ".repeat(2 * 1024 * 1024 + 1))).await;
    assert_eq!(socket.closed().await, 1009);
}

#[tokio::test]
async fn a_command_sent_again_gets_its_result_and_a_used_number_or_a_gap_is_told() {
    let school = School::open().await;
    let (ann, bob) = (school.sign_in("ann").await, school.sign_in("bob").await);
    let (mut socket, _) = ann.sync("laptop").await;
    let first = ClientMessage::Command(school.start_attempt(ann.me.account, 1));
    socket.say(&first).await;
    let result = socket.hear_of("Result").await;
    socket.say(&first).await;
    assert_eq!(socket.hear_of("Result").await, result);
    let next = Command::Attempt(school.attempt(ann.me.account), attempt::Command::NextQuestion { ordinal: 1 });
    socket.say(&ClientMessage::Command(envelope(1, &next))).await;
    assert_eq!(socket.hear_of("Renumber").await, json!({ "number": 1 }));
    socket.say(&ClientMessage::Command(envelope(7, &next))).await;
    assert_eq!(socket.hear_of("Gap").await, json!({ "expected": 2 }));
    // Many at once are answered in their order.
    for number in 2..150 {
        socket.say(&ClientMessage::Command(envelope(number, &next))).await;
    }
    for number in 2..150 {
        assert_eq!(socket.hear_of("Result").await["number"], number);
    }
    // A device of somebody else's is as good as used up; a script is told why.
    let posted = Posted { device: device_of(ann.me.account, "laptop"), commands: vec![school.start_attempt(bob.me.account, 1)] };
    let replies: Value = bob.post("/api/commands", &posted).await.json().await.unwrap();
    assert_eq!(replies, json!([{ "number": 1, "reply": { "NotYourDevice": {} } }]));
    let posted = Posted { device: device_of(bob.me.account, "script"), commands: vec![school.start_attempt(bob.me.account, 1)] };
    let replies: Value = bob.post("/api/commands", &posted).await.json().await.unwrap();
    let result = json!({ "Result": { "Accepted": { "version": 2, "events": 2 } } });
    assert_eq!(replies, json!([{ "number": 1, "reply": result, "position": replies[0]["position"] }]));
}

#[tokio::test]
async fn a_hello_of_another_account_or_another_age_is_told_so_and_closed() {
    let school = School::open().await;
    let (ann, bob) = (school.sign_in("ann").await, school.sign_in("bob").await);
    let mut socket = ann.socket().await;
    socket.say(&ClientMessage::Hello(bob.hello("laptop"))).await;
    assert_eq!(socket.hear().await, json!({ "WrongAccount": {} }));
    assert_eq!(socket.closed().await, 4001);
    let mut socket = ann.socket().await;
    socket.say(&ClientMessage::Hello(domain::protocol::Hello { protocol: (0, 0), ..ann.hello("laptop") })).await;
    assert_eq!(socket.hear().await, json!({ "Upgrade": { "protocol": domain::protocol::PROTOCOL } }));
    assert_eq!(socket.closed().await, 4002);
}

#[tokio::test]
async fn signing_out_closes_the_sockets_of_that_session_only() {
    let school = School::open().await;
    let (here, there) = (school.sign_in("ann").await, school.sign_in("ann").await);
    let (mut laptop, _) = here.sync("laptop").await;
    let mut silent = here.socket().await;
    let (mut phone, _) = there.sync("phone").await;
    here.sign_out().await;
    assert_eq!(laptop.closed().await, 4001);
    assert_eq!(silent.closed().await, 4001);
    phone.say(&ClientMessage::Ping {}).await;
    phone.hear_of("Pong").await;
}

#[tokio::test]
async fn rights_won_and_lost_reach_open_sockets() {
    let school = School::open().await;
    let (tess, bob) = (school.sign_in("tess").await, school.sign_in("bob").await);
    let (mut desk, _) = tess.sync("desk").await;
    let (mut tablet, _) = bob.sync("tablet").await;

    // The command line beside the running server: a new student, whose name the teacher learns at once.
    let data = school.path().to_owned();
    let added = tokio::task::spawn_blocking(move || operate(&data, account("zed", "Zed", Role::Student, Some("2B"))));
    assert_eq!(added.await.unwrap().unwrap(), "account zed added, enrolled in 2B");
    let people = desk.hear_of("People").await;
    assert!(people["people"].as_object().unwrap().values().any(|name| name == "Zed"));
    let data = school.path().to_owned();
    let again = tokio::task::spawn_blocking(move || operate(&data, account("ZED", "Zed", Role::Student, None)));
    assert!(again.await.unwrap().unwrap_err().to_string().contains("taken"));

    let remove = Command::Class(school.class, class::Command::RemoveStudent { student: bob.me.account });
    desk.say(&ClientMessage::Command(envelope(1, &remove))).await;
    assert!(desk.hear_of("Result").await["outcome"]["Accepted"].is_object());
    let granted = tablet.hear_of("Feeds").await;
    assert_eq!(granted["granted"].as_object().unwrap().keys().collect::<Vec<_>>(), [&Feed::Student(bob.me.account).to_string()]);
    assert_eq!(bob.get(&format!("/api/content/{}", school.edition.paper)).await.status(), 404);

    // A teacher of another class hears of his own only.
    let theo = school.sign_in("theo").await;
    let (mut office, heard) = theo.sync("office").await;
    assert!(heard.iter().all(|message| message["Events"]["feed"] != json!(Feed::Staff(school.class).to_string())));
    let data = school.path().to_owned();
    let added = tokio::task::spawn_blocking(move || operate(&data, account("yara", "Yara", Role::Student, Some("3C"))));
    added.await.unwrap().unwrap();
    assert!(office.hear_of("People").await["people"].as_object().unwrap().values().any(|name| name == "Yara"));
}

#[tokio::test]
async fn one_server_to_a_folder_and_only_the_operator_hands_it_work() {
    let school = School::open().await;
    let second = server::start(ServerConfig::local(school.path().to_owned())).await;
    assert!(second.unwrap_err().to_string().contains("another Leftfold uses the data folder"));
    let notice: Value = serde_json::from_slice(&std::fs::read(school.path().join("handover.json")).unwrap()).unwrap();
    let url = format!("http://{}/api/operations", notice["address"].as_str().unwrap());
    for token in ["", "Bearer x", "Bearer AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
        let response = reqwest::Client::new().post(&url).header("authorization", token).json(&"MarkDemo").send().await.unwrap();
        assert_eq!(response.status(), 401);
    }
    // The public address knows no operations.
    let response = reqwest::Client::new().post(format!("{}/api/operations", school.url())).json(&"MarkDemo").send().await.unwrap();
    assert_eq!(response.status(), 404);
}

#[tokio::test]
async fn the_end_is_told_to_sockets_and_what_was_confirmed_is_there_again() {
    let mut school = School::open().await;
    let ann = school.sign_in("ann").await;
    let (mut socket, _) = ann.sync("laptop").await;
    socket.say(&ClientMessage::Command(school.start_attempt(ann.me.account, 1))).await;
    let result = socket.hear_of("Result").await;
    let ((), code) = tokio::join!(school.stop(), socket.closed());
    assert_eq!(code, 1001);
    assert!(!school.path().join("handover.json").exists());
    school.start().await;
    let ann = Browser { url: school.url(), ..ann };
    let (mut socket, heard) = ann.sync("laptop").await;
    assert!(heard.iter().any(|message| message["Events"]["runs"].to_string().contains("AttemptStarted")));
    socket.say(&ClientMessage::Command(school.start_attempt(ann.me.account, 1))).await;
    assert_eq!(socket.hear_of("Result").await, result);
}

/// Nobody needs a password that everybody knows; a real school hands out none.
#[tokio::test]
async fn the_demo_school_lets_everybody_in_and_a_real_one_nobody() {
    let doors = async |url: &str| {
        let answer = reqwest::get(format!("{url}/api/demo")).await.unwrap();
        assert_eq!(answer.headers()["cache-control"], "no-store");
        answer.json::<Demo>().await.unwrap().doors
    };
    let real = School::open().await;
    assert_eq!(doors(&real.url()).await, []);

    let data = tempfile::tempdir().unwrap();
    demo::make(data.path(), demo::Size::default(), |_| {}).unwrap();
    let server = server::start(ServerConfig::local(data.path().to_owned())).await.unwrap();
    let open = doors(&server.url).await;
    assert_eq!(open.iter().map(|door| door.role).collect::<Vec<_>>(), [Role::Student, Role::Teacher]);
    for door in open {
        let credentials = json!({ "login": door.login, "password": door.password });
        let answer = reqwest::Client::new().post(format!("{}/api/sessions", server.url)).json(&credentials).send().await.unwrap();
        let who: SignedIn = answer.json().await.unwrap();
        assert_eq!((who.role, who.name), (door.role, door.name));
    }
    server.shutdown().await;
}

#[tokio::test]
async fn a_name_that_is_none_adds_no_account_and_says_why() {
    let school = School::open().await;
    let add = async |login: &'static str, name: String| {
        let data = school.path().to_owned();
        let added = tokio::task::spawn_blocking(move || operate(&data, account(login, &name, Role::Student, Some("2B"))));
        added.await.unwrap().unwrap_err().to_string()
    };
    let long = add("long", "é".repeat(121)).await;
    assert_eq!(
        long,
        "Not done: the name has 121 characters, and no more than 120 are kept: shorten it and try again. Nothing was changed."
    );
    let turned = add("turned", "Ann\u{202e}reoB ed".to_owned()).await;
    assert!(turned.contains("an invisible character in the name (U+202E") && turned.contains("type the name anew"), "{turned}");
    assert!(add("li\tne", "Ann".to_owned()).await.contains("an invisible character in the login (U+0009"));
    assert!(add("empty", " ".to_owned()).await.contains("an account needs a login and a name"));
}

#[tokio::test]
async fn the_demo_school_is_made_once_in_an_empty_folder_and_stays_on_this_machine() {
    let data = tempfile::TempDir::new().unwrap();
    assert!(demo::make(data.path(), demo::Size::default(), |_| {}).unwrap().contains("Every password: leftfold"));
    assert!(demo::make(data.path(), demo::Size::default(), |_| {}).unwrap().contains("already"));
    let local = ServerConfig::local(data.path().to_owned());
    let public = ServerConfig { behind_proxy: true, origin: Some("https://quiz.school.example".into()), ..local.clone() };
    assert!(server::start(public).await.unwrap_err().to_string().contains("demo school"));
    server::start(local).await.unwrap().shutdown().await;

    let mut school = School::open().await;
    assert!(demo::make(school.path(), demo::Size::default(), |_| {}).unwrap_err().to_string().contains("stop it first"));
    school.stop().await;
    assert!(demo::make(school.path(), demo::Size::default(), |_| {}).unwrap_err().to_string().contains("holds a school already"));
}

#[tokio::test]
async fn a_reach_that_browsers_would_not_trust_is_refused_with_the_reason() {
    let data = tempfile::TempDir::new().unwrap();
    let local = ServerConfig { new: true, ..ServerConfig::local(data.path().to_owned()) };
    let everywhere = ServerConfig { listen: "0.0.0.0:0".parse().unwrap(), ..local.clone() };
    let origin = |origin: &str, behind_proxy| ServerConfig { behind_proxy, origin: Some(origin.into()), ..local.clone() };
    let nowhere = ServerConfig { behind_proxy: true, ..local.clone() };
    for (config, reason) in [
        (everywhere, "without encryption"),
        (nowhere, "needs --origin"),
        (origin("http://quiz.school.example", true), "no origin that works"),
        (origin("https://quiz.school.example/path", true), "no origin that works"),
        (origin("https://quiz.school.example", false), "nothing encrypts"),
    ] {
        let refused = server::start(config.clone()).await.unwrap_err().to_string();
        assert!(refused.contains(reason), "{config:?}: {refused}");
    }

    let proxied = server::start(origin("https://quiz.school.example", true)).await.unwrap();
    let sent = reqwest::Client::new().post(format!("http://{}/api/sessions", proxied.address));
    let response = sent.header("origin", "https://quiz.school.example").body("{}").send().await.unwrap();
    assert_eq!(response.status(), 400, "let in, and not understood");
    assert!(response.headers().contains_key("strict-transport-security"));
    proxied.shutdown().await;
}
