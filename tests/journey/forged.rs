//! Clients that lie, and clients that talk nonsense: refused, typed, nothing stored, and nobody else is harmed.

use crate::{
    agreement::only_reply,
    counting::{published, text, unit},
    school::{School, device_of, envelope},
};
use domain::{
    account::{self, Role},
    attempt::{self, AttemptKey},
    class,
    command::Command,
    course,
    event::StreamId,
    feeds::Feed,
    ids::{AccountId, ClassId, ContentHash, CourseId, SchoolId, UnitId},
    protocol::{ClientMessage, Envelope, Posted},
    time::Timestamp,
};
use serde_json::{Value, json, value::RawValue};
use tokio_tungstenite::tungstenite::{
    Message,
    protocol::frame::{
        Frame,
        coding::{Data, OpCode},
    },
};

fn submit(key: AttemptKey, ordinal: u32, typed: &str) -> Command {
    Command::Attempt(key, attempt::Command::SubmitAnswer { ordinal, try_number: 1, inputs: text(typed), ms: None })
}

#[tokio::test]
async fn what_nobody_may_send_is_refused_by_name_and_changes_nothing() {
    let school = School::open_with(vec![published("counting", "2B"), published("other counting", "3C")]).await;
    let (ann, bob) = (school.sign_in("ann").await, school.sign_in("bob").await);
    let (mut socket, _) = ann.sync("laptop").await;
    socket.say(&ClientMessage::Command(school.start_attempt(ann.me.account, 1))).await;
    let accepted = socket.hear_of("Result").await;
    let (mut other, _) = bob.sync("tablet").await;
    other.say(&ClientMessage::Command(school.start_attempt(bob.me.account, 1))).await;
    other.hear_of("Result").await;
    let before = school.rows();

    // Events are the server's to send.
    let own = school.attempt(ann.me.account);
    let run =
        json!([{ "stream": StreamId::Attempt(own), "actor": ann.me.account, "device": device_of(ann.me.account, "laptop"), "events": [] }]);
    let events = json!({ "Events": { "feed": Feed::Student(ann.me.account).to_string(), "first": 1, "runs": run } });
    for forged in [events, json!({ "Result": accepted }), json!({ "Feeds": { "granted": {} } }), json!({ "CaughtUp": {} })] {
        socket.send(Message::text(forged.to_string())).await;
        assert!(socket.hear_of("Problem").await["text"].is_string());
    }

    // Commands that she may not send, or that the rules turn down.
    let (me, him) = (ann.me.account, bob.me.account);
    let theirs = |student, class, unit, run| AttemptKey { student, class, unit, run };
    let (_, heard) = school.sign_in("theo").await.sync("office").await;
    let granted = heard[0]["Welcome"]["granted"].as_object().unwrap();
    let other_class: ClassId = granted.keys().find_map(|feed| feed.strip_prefix("class/")).unwrap().parse().unwrap();
    let other_unit = unit("other counting", "up");
    let start = |key| Command::Attempt(key, attempt::Command::Start { edition: school.edition });
    let forbidden = json!({ "Forbidden": {} });
    let refused = |why: Value| json!({ "Refused": { "Attempt": why } });
    let in_class = |command| Command::Class(school.class, command);
    let assign = class::Command::AssignUnit { unit: other_unit, course: CourseId::derived(&["other counting"]), from: None, until: None };
    let school_id = SchoolId::derived(&["?"]);
    let cases = [
        (submit(theirs(him, school.class, school.unit, 1), 1, "1"), forbidden.clone()),
        (start(theirs(him, school.class, school.unit, 2)), forbidden.clone()),
        (in_class(class::Command::RemoveStudent { student: him }), forbidden.clone()),
        (in_class(class::Command::EnrolStudent { student: me }), forbidden.clone()),
        (in_class(class::Command::AppointTeacher { teacher: me }), forbidden.clone()),
        (in_class(assign), forbidden.clone()),
        (
            Command::Account(AccountId::derived(&["new"]), account::Command::Open { school: school_id, role: Role::Administrator }),
            forbidden.clone(),
        ),
        (Command::Account(me, account::Command::Open { school: school_id, role: Role::Teacher }), forbidden.clone()),
        (
            Command::Course(
                CourseId::derived(&["counting"]),
                course::Command::Publish { paper: school.edition.paper, keys: Default::default() },
            ),
            forbidden,
        ),
        (start(theirs(me, other_class, school.unit, 1)), refused(json!("NotAssigned"))),
        (start(theirs(me, school.class, other_unit, 1)), refused(json!("NotAssigned"))),
        (submit(theirs(me, school.class, other_unit, 1), 1, "1"), refused(json!("NotAssigned"))),
        (submit(theirs(me, school.class, UnitId::derived(&["none"]), 1), 1, "1"), refused(json!("NotAssigned"))),
        (submit(theirs(me, school.class, unit("counting", "up"), 1), 1, "1"), refused(json!("NotStarted"))),
        (start(theirs(me, school.class, unit("counting", "up"), 1)), refused(json!("NotPublished"))),
        (start(theirs(me, school.class, school.unit, 2)), refused(json!("EarlierRunOpen"))),
        (submit(own, 2, "1"), refused(json!({ "AnotherQuestion": { "current": 1 } }))),
        (submit(own, u32::MAX, "1"), refused(json!({ "AnotherQuestion": { "current": 1 } }))),
        (Command::Attempt(own, attempt::Command::NextQuestion { ordinal: 1 }), refused(json!("NotAnsweredYet"))),
    ];
    for (number, (command, outcome)) in (2..).zip(cases) {
        socket.say(&ClientMessage::Command(envelope(number, &command))).await;
        assert_eq!(socket.hear_of("Result").await, json!({ "number": number, "outcome": outcome }), "{command:?}");
        assert_eq!(school.rows()["events"], before["events"], "{command:?}");
    }

    // An old number with other content, here and by a script.
    socket.say(&ClientMessage::Command(envelope(1, &submit(own, 1, "1")))).await;
    assert_eq!(socket.hear_of("Renumber").await, json!({ "number": 1 }));
    let posted = |device, envelope| Posted { device, commands: vec![envelope] };
    let laptop = device_of(me, "laptop");
    let reply = only_reply(ann.post("/api/commands", &posted(laptop, envelope(1, &submit(own, 1, "1")))).await).await;
    assert_eq!(reply, json!({ "Renumber": {} }));
    // Her own old command by the script is her old result.
    let reply = only_reply(ann.post("/api/commands", &posted(laptop, school.start_attempt(me, 1))).await).await;
    assert_eq!(reply, json!({ "Result": accepted["outcome"] }));

    // Somebody else's device.
    let mut forged = ann.socket().await;
    let hello = domain::protocol::Hello { device: device_of(him, "tablet"), ..ann.hello("laptop") };
    forged.greet(hello).await;
    forged.hear_until("CaughtUp").await;
    forged.say(&ClientMessage::Command(envelope(2, &submit(own, 1, "1")))).await;
    assert_eq!(forged.hear_of("Renumber").await, json!({ "number": 2 }));
    let reply = only_reply(ann.post("/api/commands", &posted(device_of(him, "tablet"), envelope(2, &submit(own, 1, "1")))).await).await;
    assert_eq!(reply, json!({ "NotYourDevice": {} }));

    assert_eq!(school.rows(), before);
    // And his device goes on under its own numbers.
    other.say(&ClientMessage::Command(envelope(2, &submit(school.attempt(him), 7, "1")))).await;
    assert_eq!(other.hear_of("Result").await["number"], 2);
}

#[tokio::test]
async fn documents_and_feeds_of_others_are_not_there() {
    let school = School::open_with(vec![published("counting", "2B"), published("other counting", "3C")]).await;
    let (ann, bob, theo) = (school.sign_in("ann").await, school.sign_in("bob").await, school.sign_in("theo").await);
    let before = school.rows();
    let (_, heard) = theo.sync("office").await;
    let heard = Value::from(heard).to_string();
    let other_course = Feed::Course(CourseId::derived(&["other counting"]));
    assert!(heard.contains(&other_course.to_string()), "the teacher of the other class has the other course");
    let log = theo.feed(other_course).await;
    let domain::event::Event::Course(_, course::Event::EditionPublished { paper, keys, .. }) = &log[&2].0.event else { panic!("{log:?}") };
    let staff = Feed::Staff(school.class);
    for hash in keys.values().chain([paper]) {
        assert_eq!(theo.get(&format!("/api/content/{hash}")).await.status(), 200);
        assert_eq!(ann.get(&format!("/api/content/{hash}")).await.status(), 404);
    }
    for path in
        [format!("content/{}", ContentHash::of(b"?")), "content/x".into(), "content/%ff".into(), "feeds/x".into(), "feeds/student/".into()]
    {
        let status = ann.get(&format!("/api/{path}")).await.status().as_u16();
        assert!([400, 404].contains(&status), "{path}: {status}");
    }
    for feed in
        [other_course, staff, Feed::Student(bob.me.account), Feed::School(SchoolId::derived(&["?"])), Feed::Class(ClassId::derived(&["?"]))]
    {
        assert_eq!(ann.get(&format!("/api/feeds/{feed}")).await.status(), 403, "{feed}");
    }
    // A hello that asks for more gets no more.
    let mut hello = ann.hello("laptop");
    hello.feeds = [(staff, Default::default()), (Feed::Student(bob.me.account), Default::default())].into();
    let mut socket = ann.socket().await;
    socket.greet(hello).await;
    let heard = Value::from(socket.hear_until("CaughtUp").await).to_string();
    assert!(!heard.contains(&staff.to_string()) && !heard.contains(&bob.me.account.to_string()));
    assert_eq!(school.rows(), before);
}

#[tokio::test]
async fn nonsense_is_told_so_and_the_connection_s_other_work_goes_on() {
    let school = School::open().await;
    let (ann, bob) = (school.sign_in("ann").await, school.sign_in("bob").await);
    let (mut bystander, _) = bob.sync("tablet").await;
    let (mut socket, _) = ann.sync("laptop").await;
    let own = school.attempt(ann.me.account);
    let stream = StreamId::Attempt(own);
    let body = |text: &str| RawValue::from_string(text.to_owned()).unwrap();
    let sent = |number, body| Envelope { number, stream: stream.to_string(), at: Timestamp(1_000), body };
    let deep = format!("{}{}", "[".repeat(20_000), "]".repeat(20_000));
    let long = serde_json::to_string(&json!({ "SubmitAnswer": { "ordinal": 1, "inputs": ["7".repeat(1_000_000)] } })).unwrap();
    let full = serde_json::to_string(&json!({ "SubmitAnswer": { "ordinal": 1, "inputs": ["7".repeat(60_000)] } })).unwrap();
    let many = serde_json::to_string(&json!({ "SubmitAnswer": { "ordinal": 1, "inputs": vec!["7"; 10_000] } })).unwrap();
    socket.say(&ClientMessage::Command(school.start_attempt(ann.me.account, 1))).await;
    assert!(socket.hear_of("Result").await["outcome"]["Accepted"].is_object());
    let hostile =
        [deep.as_str(), &long, &full, &many, "null", "0", r#""SubmitAnswer""#, r#"{"SubmitAnswer":{}}"#, r#"{"Start":{},"Next":{}}"#];
    for (number, text) in (2..).zip(hostile) {
        socket.say(&ClientMessage::Command(sent(number, body(text)))).await;
        let result = socket.hear_of("Result").await;
        assert_eq!(result["number"], number, "{}", &text[..text.len().min(50)]);
        assert!(result["outcome"]["Refused"] != Value::Null, "{result}");
    }
    // Numbers, streams and clocks out of this world.
    for text in [
        r#"{"Command":{"number":-1,"stream":"","at":0,"body":{}}}"#,
        r#"{"Command":{"number":1e99,"stream":"","at":0,"body":{}}}"#,
        r#"{"Command":{"number":11,"stream":"x","at":99999999999999999999,"body":{}}}"#,
        r#"{"Hello":{"protocol":[0,0]}}"#,
        "\u{feff}{}",
        "{\"Ping\":{}",
    ] {
        socket.send(Message::text(text)).await;
        assert!(socket.hear_of("Problem").await["text"].is_string(), "{text}");
    }
    let last = Envelope { number: u64::MAX, ..sent(0, body("{}")) };
    socket.say(&ClientMessage::Command(last)).await;
    assert_eq!(socket.hear_of("Gap").await, json!({ "expected": 11 }));
    for (number, at) in [(11, i64::MIN), (12, i64::MAX)] {
        let answer = submit(own, 1, &format!("{number}000"));
        let Command::Attempt(_, attempt::Command::SubmitAnswer { inputs, .. }) = answer else { unreachable!() };
        let command =
            Command::Attempt(own, attempt::Command::SubmitAnswer { ordinal: 1, try_number: number - 10, inputs, ms: Some(u32::MAX) });
        socket.say(&ClientMessage::Command(Envelope { at: Timestamp(at), ..envelope(number.into(), &command) })).await;
        assert_eq!(socket.hear_of("Result").await["number"], number, "a clock that is wrong is no reason to lose an answer");
    }
    for name in ["", "attempt/", "class/x", "attempt/a/b/c/1", "\u{0}", &"x".repeat(100_000)] {
        let number = 13;
        let odd = Envelope { stream: name.to_owned(), ..sent(number, body("{}")) };
        let reply =
            only_reply(ann.post("/api/commands", &Posted { device: device_of(ann.me.account, "odd"), commands: vec![odd] }).await).await;
        assert_eq!(reply, json!({ "Gap": 1 }), "an unreadable stream's turn has not come either");
    }
    let odd = Envelope { stream: "\u{0}".into(), ..sent(13, body("{}")) };
    socket.say(&ClientMessage::Command(odd)).await;
    assert_eq!(socket.hear_of("Result").await["outcome"], json!({ "Refused": "Unreadable" }));

    // Posts.
    let post = |bytes: Vec<u8>| {
        let request = reqwest::Client::new().post(format!("{}/api/commands", school.url())).header("cookie", &ann.cookie);
        request.header("content-type", "application/json").body(bytes).send()
    };
    for (bytes, status) in [
        (b"".to_vec(), 400),
        (b"[".to_vec(), 400),
        (b"\"\xff\xfe\"".to_vec(), 400),
        ("{}".encode_utf16().flat_map(u16::to_le_bytes).collect(), 400),
        (vec![b' '; 3 * 1024 * 1024], 413),
    ] {
        let response = post(bytes).await.unwrap();
        assert_eq!(response.status(), status);
        assert!(response.json::<Value>().await.unwrap()["error"].is_string());
    }

    // Text that is none: the WebSocket rules say that the connection ends there. What was sent before it is done, and a new one goes on.
    socket.say(&ClientMessage::Command(sent(14, body("{}")))).await;
    socket.send(Message::Frame(Frame::message(vec![b'"', 0xff, 0xfe, b'"'], OpCode::Data(Data::Text), true))).await;
    assert_eq!(socket.closed().await, 1007);
    let (mut socket, _) = ann.sync("laptop").await;
    socket.say(&ClientMessage::Command(sent(14, body("{}")))).await;
    assert_eq!(socket.hear_of("Result").await["number"], 14);
    socket.say(&ClientMessage::Command(envelope(15, &submit(own, 2, "1")))).await;
    assert_eq!(socket.hear_of("Result").await["number"], 15);
    bystander.say(&ClientMessage::Ping {}).await;
    assert!(bystander.hear().await["Pong"]["server_time"].is_i64(), "nobody else has noticed");
    assert_eq!(ann.get("/api/health").await.status(), 200);
}
