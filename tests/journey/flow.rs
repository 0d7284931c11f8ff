//! Flow control: a device gets no more events than it gave credit for, only those after its cursor, and only if what it has agrees with the server.

use crate::{
    counting::{text, unit},
    device::Device,
    school::{Browser, School, Socket, envelope},
};
use domain::{
    attempt,
    command::Command,
    digest::Digest,
    feeds::{Feed, GENERATION},
    protocol::{CREDIT_FRAMES, ClientMessage, HISTORY_PAGE_EVENTS_MAX, Mark},
};
use serde_json::{Value, json};
use server::store::{EventStore as _, Record, sqlite::SqliteStore};
use std::{fs, io::Read as _, time::Instant};

impl Socket {
    /// What came before the answer to a ping.
    pub async fn hear_all(&mut self) -> Vec<Value> {
        self.say(&ClientMessage::Ping {}).await;
        let mut heard = self.hear_until("Pong").await;
        heard.pop();
        heard
    }

    /// Says something, and hears that it could not be used.
    async fn is_a_problem(&mut self, message: ClientMessage) {
        self.say(&message).await;
        let heard = self.hear_all().await;
        let problems: Vec<_> = heard.iter().filter_map(|message| message.get("Problem")).collect();
        assert!(matches!(&problems[..], [problem] if problem["text"].is_string()), "{message:?}: {problems:?}");
    }
}

impl Browser {
    /// The mark of a feed after this number, as the server has it.
    async fn mark(&self, feed: Feed, after: u64) -> Mark {
        let page: Value = self.get(&format!("/api/feeds/{feed}?after={}&limit=1", after - 1)).await.json().await.unwrap();
        Mark { generation: GENERATION, after, digest: page["Events"]["digest"].as_str().unwrap().parse().unwrap() }
    }
}

fn kinds(heard: &[Value]) -> Vec<&str> {
    heard.iter().flat_map(|message| message.as_object().unwrap().keys()).map(String::as_str).collect()
}

/// Ann has a question, and gives wrong answers: the feed of a student with so many events.
async fn ann_with(school: &School, events: u64) -> (Browser, Feed, Socket) {
    let ann = school.sign_in("ann").await;
    let own = Feed::Student(ann.me.account);
    let (mut socket, _) = ann.sync("desk").await;
    socket.say(&ClientMessage::Command(school.start_attempt(ann.me.account, 1))).await;
    socket.hear_of("Result").await;
    // Enrolled, started, asked.
    for n in 1..=events - 3 {
        answer_wrongly(school, &ann, &mut socket, n).await;
    }
    (ann, own, socket)
}

async fn answer_wrongly(school: &School, ann: &Browser, socket: &mut Socket, n: u64) {
    let inputs = text(&(1_000 + n).to_string());
    let command = attempt::Command::SubmitAnswer { ordinal: 1, try_number: n as u32, inputs, ms: None };
    socket.say(&ClientMessage::Command(envelope(n + 1, &Command::Attempt(school.attempt(ann.me.account), command)))).await;
    assert!(socket.hear_of("Result").await["outcome"]["Accepted"].is_object());
    socket.say(&ClientMessage::Credit { frames: 1 }).await;
}

#[tokio::test]
async fn no_more_frames_of_events_come_than_the_device_lets_come() {
    let school = School::counting().await;
    let (ann, own, mut desk) = ann_with(&school, 4).await;
    let mut socket = ann.socket().await;
    let mut hello = ann.hello("phone");
    // It has all but the student's own.
    let (_, heard) = ann.sync("tablet").await;
    hello.feeds = serde_json::from_value(heard[0]["Welcome"]["granted"].clone()).unwrap();
    hello.feeds.remove(&own);
    socket.say(&ClientMessage::Hello(hello)).await;
    assert_eq!(kinds(&socket.hear_until("People").await), ["Welcome", "People"]);
    assert_eq!(socket.hear_all().await, [] as [Value; 0], "without credit nothing comes");
    answer_wrongly(&school, &ann, &mut desk, 2).await;
    assert_eq!(socket.hear_all().await, [] as [Value; 0], "nor what happens now");
    // Results, and everything else, need none.
    socket
        .say(&ClientMessage::Command(envelope(
            1,
            &Command::Attempt(school.attempt(ann.me.account), attempt::Command::NextQuestion { ordinal: 1 }),
        )))
        .await;
    socket.hear_of("Result").await;
    socket.say(&ClientMessage::Credit { frames: 1 }).await;
    let heard = socket.hear_until("CaughtUp").await;
    assert_eq!(kinds(&heard), ["Events", "CaughtUp"]);
    assert_eq!((&heard[0]["Events"]["first"], &heard[0]["Events"]["digest"]), (&json!(1), &json!(ann.mark(own, 5).await.digest)));
    // The credit is used up: what happens now waits, and comes in one frame.
    for n in 3..=5 {
        answer_wrongly(&school, &ann, &mut desk, n).await;
        assert_eq!(socket.hear_all().await, [] as [Value; 0]);
    }
    socket.say(&ClientMessage::Credit { frames: 2 }).await;
    let events = socket.hear_of("Events").await;
    assert_eq!((&events["first"], &events["digest"]), (&json!(6), &json!(ann.mark(own, 8).await.digest)));
    answer_wrongly(&school, &ann, &mut desk, 6).await;
    let live = socket.hear_of("Events").await;
    assert_eq!((&live["first"], &live["digest"]), (&json!(9), &json!(ann.mark(own, 9).await.digest)), "live frames say the digest too");
    answer_wrongly(&school, &ann, &mut desk, 7).await;
    assert_eq!(socket.hear_all().await, [] as [Value; 0]);
}

#[tokio::test]
async fn a_device_that_has_something_else_is_led_back_to_where_it_agrees() {
    let school = School::counting().await;
    let (ann, own, _desk) = ann_with(&school, 9).await;
    let wrong = Digest(7);
    let at = async |after| ann.mark(own, after).await;
    let welcomed = async |mark: Mark| {
        let mut hello = ann.hello("phone");
        hello.feeds.insert(own, mark);
        let mut socket = ann.socket().await;
        socket.greet(hello).await;
        socket.hear_of("People").await;
        socket
    };
    // What it has is what the server has: the rest follows, and nothing else.
    let heard = welcomed(at(4).await).await.hear_until("CaughtUp").await;
    let events = heard.iter().find(|message| message["Events"]["feed"] == json!(own.to_string())).unwrap();
    assert_eq!(events["Events"]["first"], 5);
    // Another numbering: from the beginning.
    let heard = welcomed(Mark { generation: 77, ..at(4).await }).await.hear_until("CaughtUp").await;
    assert_eq!(heard[0], json!({ "Reset": { "feed": own.to_string() } }));
    assert!(heard.iter().any(|message| message["Events"]["feed"] == json!(own.to_string()) && message["Events"]["first"] == 1));

    let (two, four, nine) = (at(2).await.digest, at(4).await.digest, at(9).await.digest);
    let cases = [
        (Mark { digest: wrong, ..at(4).await }, vec![(1, wrong), (2, two), (4, wrong)], 2),
        (Mark { digest: wrong, ..at(4).await }, vec![], 0),
        (Mark { digest: wrong, ..at(4).await }, vec![(3, wrong)], 0),
        // It has more than the server, which was restored: all that the server has agrees.
        (Mark { after: 99, ..at(9).await }, vec![(2, two), (4, four), (9, nine), (99, nine)], 9),
        (Mark { after: u64::MAX, digest: wrong, generation: GENERATION }, vec![(0, Digest(0)), (u64::MAX, wrong)], 0),
    ];
    for (mark, rungs, after) in cases {
        let mut socket = welcomed(mark).await;
        let compared = socket.hear_of("Compare").await;
        assert_eq!(compared, json!({ "feed": own.to_string() }));
        let heard = socket.hear_all().await;
        assert!(heard.iter().all(|message| message["Events"]["feed"] != compared["feed"]), "nothing of it comes before: {heard:?}");
        socket.say(&ClientMessage::Rungs { feed: own, rungs: rungs.clone() }).await;
        assert_eq!(socket.hear_of("Rewind").await, json!({ "feed": own.to_string(), "after": after }), "{mark:?} {rungs:?}");
        socket.is_a_problem(ClientMessage::Rungs { feed: own, rungs }).await;
    }
}

#[tokio::test]
async fn what_a_device_got_by_http_is_not_sent_again() {
    let school = School::counting().await;
    let (ann, own, mut desk) = ann_with(&school, 9).await;
    let mut socket = ann.socket().await;
    socket.say(&ClientMessage::Hello(ann.hello("phone"))).await;
    socket.hear_of("People").await;
    socket.say(&ClientMessage::Have { feed: own, mark: ann.mark(own, 7).await }).await;
    socket.say(&ClientMessage::Have { feed: own, mark: ann.mark(own, 3).await }).await;
    socket.say(&ClientMessage::Credit { frames: CREDIT_FRAMES }).await;
    let heard = socket.hear_until("CaughtUp").await;
    let firsts: Vec<&Value> = heard
        .iter()
        .map(|message| &message["Events"])
        .filter(|events| events["feed"] == json!(own.to_string()))
        .map(|events| &events["first"])
        .collect();
    assert_eq!(firsts, [8]);
    // It has something else of what it got.
    answer_wrongly(&school, &ann, &mut desk, 7).await;
    socket.hear_of("Events").await;
    let mut other = ann.socket().await;
    other.say(&ClientMessage::Hello(ann.hello("tablet"))).await;
    other.hear_of("People").await;
    other.say(&ClientMessage::Have { feed: own, mark: Mark { digest: Digest(7), ..ann.mark(own, 7).await } }).await;
    assert_eq!(other.hear_of("Compare").await, json!({ "feed": own.to_string() }));
    other.say(&ClientMessage::Have { feed: own, mark: ann.mark(own, 8).await }).await;
    other.say(&ClientMessage::Credit { frames: CREDIT_FRAMES }).await;
    let heard = other.hear_all().await;
    assert!(heard.iter().all(|message| message["Events"]["feed"] != json!(own.to_string())), "{heard:?}");
    other.say(&ClientMessage::Rungs { feed: own, rungs: vec![(5, ann.mark(own, 5).await.digest)] }).await;
    assert_eq!(other.hear_of("Rewind").await["after"], 5);
}

#[tokio::test]
async fn credit_marks_and_rungs_that_are_none_are_told_so_and_harm_nothing() {
    let school = School::counting().await;
    let (ann, own, mut desk) = ann_with(&school, 5).await;
    let before = school.rows();
    let theirs = Feed::Student(school.sign_in("bob").await.me.account);
    let mark = ann.mark(own, 5).await;
    let mut socket = ann.socket().await;
    for early in
        [ClientMessage::Credit { frames: 1 }, ClientMessage::Have { feed: own, mark }, ClientMessage::Rungs { feed: own, rungs: vec![] }]
    {
        socket.is_a_problem(early).await;
    }
    socket.greet(ann.hello("phone")).await;
    socket.hear_until("CaughtUp").await;
    let beyond = Mark { after: 6, ..mark };
    for forged in [
        ClientMessage::Credit { frames: u32::MAX },
        ClientMessage::Credit { frames: u32::MAX - CREDIT_FRAMES + 5 },
        ClientMessage::Credit { frames: CREDIT_FRAMES * 2 },
        ClientMessage::Have { feed: own, mark: beyond },
        ClientMessage::Have { feed: own, mark: Mark { after: u64::MAX, ..mark } },
        ClientMessage::Have { feed: own, mark: Mark { generation: 77, ..mark } },
        ClientMessage::Have { feed: theirs, mark },
        ClientMessage::Have { feed: theirs, mark: Mark::default() },
        ClientMessage::Have { feed: Feed::Staff(school.class), mark },
        ClientMessage::Rungs { feed: own, rungs: vec![(5, mark.digest)] },
        ClientMessage::Rungs { feed: theirs, rungs: vec![(5, mark.digest)] },
    ] {
        socket.is_a_problem(forged).await;
    }
    for numbers in [r#"{"Credit":{"frames":-1}}"#, r#"{"Credit":{"frames":4294967296}}"#, r#"{"Have":{"feed":"x","mark":{}}}"#] {
        socket.send(tokio_tungstenite::tungstenite::Message::text(numbers)).await;
        socket.hear_of("Problem").await;
    }
    // Asked for, and forged all the same.
    let mut compared = ann.socket().await;
    let mut hello = ann.hello("tablet");
    hello.feeds = [(own, Mark { digest: Digest(7), ..mark })].into();
    compared.greet(hello).await;
    compared.hear_of("Compare").await;
    compared.hear_all().await;
    let many = (0..65).map(|number| (number, Digest(7))).collect();
    for rungs in [many, vec![(3, Digest(7)), (2, Digest(7))], vec![(3, Digest(7)), (3, Digest(7))]] {
        compared.is_a_problem(ClientMessage::Rungs { feed: own, rungs }).await;
    }
    compared.say(&ClientMessage::Rungs { feed: own, rungs: (1..=64).map(|number| (number, Digest(7))).collect() }).await;
    assert_eq!(compared.hear_of("Rewind").await["after"], 0);
    assert_eq!(school.rows(), before);
    // What is in order goes on.
    answer_wrongly(&school, &ann, &mut desk, 3).await;
    assert_eq!(socket.hear_of("Events").await["first"], 6);
}

#[tokio::test]
async fn a_welcome_says_how_far_the_device_s_commands_are_and_which_build_is_wanted() {
    let school = School::counting().await;
    let (ann, own, _desk) = ann_with(&school, 5).await;
    for (device, last) in [("desk", 3), ("phone", 0)] {
        let (_, heard) = ann.sync(device).await;
        let welcome = &heard[0]["Welcome"];
        assert_eq!(
            (&welcome["last"], &welcome["era"], &welcome["minimum_build"]),
            (&json!(last), &json!(0), &json!(domain::protocol::BUILD))
        );
        assert_eq!(welcome["granted"][own.to_string()], json!(ann.mark(own, 5).await));
    }
}

#[tokio::test]
async fn a_class_year_is_had_in_compressed_pages_within_seconds() {
    let mut school = School::counting().await;
    let ann = school.sign_in("ann").await;
    let tess = school.sign_in("tess").await;
    let events = school.live_through_a_year(&ann, 70_000).await;
    let tess = Browser { url: school.url(), ..tess };
    let staff = Feed::Staff(school.class);
    let client = reqwest::Client::new();
    let (begun, mut after, mut sent, mut bytes) = (Instant::now(), 0, 0, 0);
    loop {
        let request = client.get(format!("{}/api/feeds/{staff}?after={after}", tess.url)).header("cookie", &tess.cookie);
        let response = request.header("accept-encoding", "gzip").send().await.unwrap();
        let header = |name| response.headers()[name].to_str().unwrap();
        assert_eq!((header("content-encoding"), header("cache-control")), ("gzip", "no-store"));
        let compressed = response.bytes().await.unwrap();
        let mut text = String::new();
        flate2::read::GzDecoder::new(&compressed[..]).read_to_string(&mut text).unwrap();
        (sent, bytes) = (sent + compressed.len(), bytes + text.len());
        let count = text.matches(r#""v":"#).count() as u64;
        if count == 0 {
            break;
        }
        assert!(count == HISTORY_PAGE_EVENTS_MAX || after + count == events, "a whole page, or the last");
        after += count;
    }
    let took = begun.elapsed();
    println!("a class-year by HTTP: {after} events, {} kB as {} kB of gzip, in {} ms", bytes / 1_000, sent / 1_000, took.as_millis());
    assert_eq!(after, events);
    assert!(sent * 4 < bytes && took.as_secs() < 3);
    let begun = Instant::now();
    let mut desk = Device::open(&school, &tess, "desk");
    desk.until_confirmed().await;
    println!("the same by a new device that keeps and folds it: {} ms", begun.elapsed().as_millis());
    assert_eq!(desk.replica.marks()[&staff], tess.mark(staff, events).await);
    assert!(begun.elapsed().as_secs() < 10);
    let plain = tess.get(&format!("/api/feeds/{staff}?limit=3")).await;
    assert!(!plain.headers().contains_key("content-encoding"));
    let page: Value = plain.json().await.unwrap();
    assert_eq!(page["Events"]["digest"], json!(tess.mark(staff, 3).await.digest));
    let none: Value = tess.get(&format!("/api/feeds/{staff}?after={events}")).await.json().await.unwrap();
    assert_eq!(
        none["Events"],
        json!({ "feed": staff.to_string(), "first": events + 1, "runs": [], "digest": tess.mark(staff, events).await.digest })
    );
}

#[tokio::test]
async fn a_device_that_is_ahead_of_a_restored_server_sends_again_what_that_has_lost() {
    let mut school = School::counting().await;
    let file = school.path().join("leftfold.sqlite");
    let up = unit("counting", "up");
    let mut laptop = Device::open(&school, &school.sign_in("ann").await, "laptop");
    laptop.until("everything to work with is there", Device::is_equipped).await;
    laptop.begin(up).await.unwrap();
    laptop.until_confirmed().await;
    // A backup is taken; then she goes on.
    let ((), ()) = tokio::join!(school.stop(), laptop.until("it notices", |laptop| !laptop.replica.is_live()));
    let backup = fs::read(&file).unwrap();
    school.start().await;
    laptop.browser.url = school.url();
    laptop.until_confirmed().await;
    laptop.answer_right(up).await.unwrap();
    laptop.next_question(up).await.unwrap();
    laptop.until_confirmed().await;
    let facts: Vec<_> = laptop.own_facts().into_values().flatten().map(|recorded| recorded.event).collect();
    // The disk is lost, and the backup put in its place.
    let ((), ()) = tokio::join!(school.stop(), laptop.until("it notices", |laptop| !laptop.replica.is_live()));
    fs::write(&file, backup).unwrap();
    let mut store = SqliteStore::open(&file).unwrap();
    store.begin().unwrap();
    store.put(&Record::Setting("era", "1".into())).unwrap();
    store.commit().unwrap();
    drop(store);
    school.start().await;
    laptop.browser.url = school.url();
    laptop
        .until("the restored server has all of it", |laptop| {
            laptop.is_confirmed() && laptop.replica.marks()[&Feed::Student(laptop.browser.me.account)].after == 1 + facts.len() as u64
        })
        .await;
    let again: Vec<_> = laptop.own_facts().into_values().flatten().map(|recorded| recorded.event).collect();
    assert_eq!(again, facts);
    laptop.assert_agreement().await;
}
