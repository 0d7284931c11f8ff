//! Feeds for other systems: a token reads what it was given and nothing else, page by page, and goes on where it was.

use crate::{
    checked::at_work,
    program::run,
    school::{School, device_of, operated},
};
use domain::{attempt, command::Command, event::Event, feeds::Feed, protocol::Posted};
use reqwest::{Response, header};
use serde_json::Value;
use server::{auth::token::hash_of, engine::Operation};

/// A token for these feeds, as the command line makes it beside the running server.
pub async fn token(school: &School, name: &str, feeds: &[&str]) -> String {
    let order: Vec<&str> = ["token", "add", "--name", name].into_iter().chain(feeds.iter().flat_map(|feed| ["--feed", feed])).collect();
    let (said, status) = run(school.path(), &order).await;
    assert_eq!(status, 0, "{said}");
    said.lines().nth(1).expect("it is shown").to_owned()
}

pub async fn get(school: &School, token: &str, path: &str, accept: Option<&str>) -> Response {
    let asked = reqwest::Client::new().get(format!("{}/api/feeds/{path}", school.url())).bearer_auth(token);
    accept.into_iter().fold(asked, |asked, kind| asked.header(header::ACCEPT, kind)).send().await.unwrap()
}

async fn page(school: &School, token: &str, path: &str) -> Value {
    let response = get(school, token, path, None).await;
    assert_eq!((response.status().as_u16(), &response.headers()["content-type"]), (200, &"application/json".parse().unwrap()), "{path}");
    let next = response.headers()["leftfold-next"].to_str().unwrap().to_owned();
    let page: Value = response.json().await.unwrap();
    assert_eq!(page["next"].to_string(), next);
    page
}

fn kinds(page: &Value) -> Vec<&str> {
    page["events"].as_array().unwrap().iter().map(|event| event["kind"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_token_reads_its_feeds_in_full_and_nothing_else() {
    let school = at_work().await;
    let staff = Feed::Staff(school.class);
    let ours = token(&school, "grades", &["staff/2B"]).await;
    let tess = school.sign_in("tess").await;
    let log = tess.feed(staff).await;

    let read = page(&school, &ours, &staff.to_string()).await;
    assert_eq!(
        (read["feed"].as_str(), read["next"].as_u64(), read["head"].as_u64()),
        (Some(&*staff.to_string()), Some(log.len() as u64), Some(log.len() as u64))
    );
    let lines = get(&school, &ours, &staff.to_string(), Some("text/html, application/x-ndjson;q=0.9")).await;
    assert_eq!(lines.headers()["content-type"], "application/x-ndjson");
    assert_eq!(
        (lines.headers()["leftfold-next"].to_str().unwrap(), &lines.headers()["cache-control"]),
        (&*log.len().to_string(), &"no-store".parse().unwrap())
    );
    let lines: Vec<Value> = lines.text().await.unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(Value::from(lines.clone()), read["events"]);
    for ((number, (recorded, body)), event) in log.iter().zip(&lines) {
        assert_eq!(event["number"].as_u64(), Some(*number));
        assert_eq!(
            (event["id"].as_str(), event["stream"].as_str()),
            (Some(&*recorded.id().to_string()), Some(&*recorded.stream().to_string()))
        );
        assert_eq!((event["version"].as_u64(), event["position"].as_u64()), (Some(recorded.version.0), Some(recorded.position.0)));
        assert_eq!(
            (event["actor"].as_str(), event["device"].as_str()),
            (Some(&*recorded.actor.to_string()), Some(&*recorded.device.to_string()))
        );
        assert_eq!((event["claimed"].as_i64(), event["recorded"].as_i64()), (Some(recorded.claimed.0), Some(recorded.recorded.0)));
        assert_eq!(
            (event["command"].as_u64(), event["index"].as_u64(), event.get("cause")),
            (Some(recorded.command), Some(recorded.index.into()), None)
        );
        let whole: Value = serde_json::from_str(body).unwrap();
        assert_eq!(whole[event["kind"].as_str().unwrap()], event["body"], "{body}");
    }
    // No name, and nobody else's feed; one that is not there is no other answer.
    let text = read.to_string();
    assert!(["Ann", "Bob", "Tess", "2B"].iter().all(|name| !text.contains(&format!("{name}\"")) || *name == "2B"), "{text}");
    let me = tess.me.account;
    for other in [Feed::Class(school.class).to_string(), Feed::Student(me).to_string(), "staff/nonsense".into(), "nonsense".into()] {
        let no = get(&school, &ours, &other, None).await;
        assert_eq!(no.status(), 403, "{other}");
        assert_eq!(no.json::<Value>().await.unwrap()["error"], "This token may not read that feed.");
    }
    // Nor does it do anything else.
    for path in ["/api/sessions", "/api/content/x"] {
        let no = reqwest::Client::new().get(format!("{}{path}", school.url())).bearer_auth(&ours).send().await.unwrap();
        assert_eq!(no.status(), 401, "{path}");
    }
    let posted = reqwest::Client::new().post(format!("{}/api/commands", school.url())).bearer_auth(&ours).body("{}").send().await.unwrap();
    assert_eq!(posted.status(), 401);
    for unknown in ["nonsense", "", &ours[1..]] {
        let no = get(&school, unknown, &staff.to_string(), None).await;
        assert_eq!(no.status(), 401, "{unknown:?}");
    }
    let basic =
        reqwest::Client::new().get(format!("{}/api/feeds/{staff}", school.url())).basic_auth("x", Some(&ours)).send().await.unwrap();
    assert_eq!(basic.status(), 401);
}

#[tokio::test]
async fn a_filtered_page_says_how_far_it_looked_and_the_next_goes_on_there() {
    let mut school = at_work().await;
    let staff = Feed::Staff(school.class);
    let ours = token(&school, "grades", &[&staff.to_string()]).await;
    let log = school.sign_in("tess").await.feed(staff).await;
    let wanted = |kind: &str| {
        log.iter().filter(|(_, (_, body))| body.starts_with(&format!("{{\"{kind}\""))).map(|(number, _)| *number).collect::<Vec<u64>>()
    };
    let (wrong, started) = (wanted("QuestionAnsweredWrongly"), wanted("AttemptStarted"));
    assert!(wrong.len() > 4 && started.len() == 2, "{log:?}");

    // One by one, over a restart: everything once, in order, and then nothing more.
    let mut after = 0;
    let mut read = Vec::new();
    while read.len() < wrong.len() {
        let page = page(&school, &ours, &format!("{staff}?after={after}&limit=1&kinds=QuestionAnsweredWrongly")).await;
        assert_eq!(kinds(&page), ["QuestionAnsweredWrongly"]);
        read.push(page["events"][0]["number"].as_u64().unwrap());
        after = page["next"].as_u64().unwrap();
        assert_eq!(Some(&after), read.last());
        if read.len() == 2 {
            school.stop().await;
            school.start().await;
        }
    }
    assert_eq!(read, wrong);
    let none = page(&school, &ours, &format!("{staff}?after={after}&kinds=QuestionAnsweredWrongly")).await;
    let head = log.len() as u64;
    assert_eq!((kinds(&none), none["next"].as_u64(), none["head"].as_u64()), (vec![], Some(head), Some(head)));
    let several = page(&school, &ours, &format!("{staff}?kinds=QuestionAnsweredWrongly,%20AttemptStarted")).await;
    assert_eq!(kinds(&several).len(), wrong.len() + started.len());
    let never = page(&school, &ours, &format!("{staff}?kinds=Nothing")).await;
    assert_eq!((kinds(&never), never["next"].as_u64()), (vec![], Some(head)), "what matches nothing is passed over for good");
    // What comes later is found from there on.
    let ann = school.sign_in("ann").await;
    let key = school.attempt(ann.me.account);
    let start = Command::Attempt(key, attempt::Command::Start { edition: school.edition });
    let commands = vec![crate::school::envelope(6, &start)];
    let reply = ann.post("/api/commands", &Posted { device: device_of(ann.me.account, "script"), commands }).await;
    assert!(reply.text().await.unwrap().contains("Accepted"));
    let later = page(&school, &ours, &format!("{staff}?after={head}&kinds=AttemptStarted")).await;
    assert_eq!((kinds(&later), later["events"][0]["number"].as_u64()), (vec!["AttemptStarted"], Some(head + 1)));
    // Somebody who is signed in can filter too; without kinds it is as it was for the app.
    let tess = school.sign_in("tess").await;
    let filtered: Value = tess.get(&format!("/api/feeds/{staff}?kinds=AttemptStarted")).await.json().await.unwrap();
    assert_eq!(kinds(&filtered).len(), 3);
    assert!(tess.get(&format!("/api/feeds/{staff}")).await.json::<Value>().await.unwrap()["Events"].is_object());
    let not_hers = ann.get(&format!("/api/feeds/{staff}?kinds=AttemptStarted")).await;
    assert_eq!(not_hers.status(), 403);
    let event = Event::read(&start.stream(), r#"{"AttemptStarted":1}"#);
    assert!(!event.is_known(), "the kinds are the names of events");
}

#[tokio::test]
async fn the_operator_makes_lists_and_removes_tokens() {
    let mut school = School::open().await;
    let staff = Feed::Staff(school.class).to_string();
    let ours = token(&school, "grades", &["staff/2B", "class/2B"]).await;
    let other = token(&school, "library", &["class/2B"]).await;
    assert_ne!(ours, other);
    let (listed, status) = run(school.path(), &["token", "list"]).await;
    let class = Feed::Class(school.class);
    assert_eq!((listed.as_str(), status), (&*format!("grades: {staff}, {class}\nlibrary: {class}\n"), 0));
    // Only the hash is kept.
    for file in std::fs::read_dir(school.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(ours.len()).any(|window| window == ours.as_bytes()));
    }
    for (order, said) in [
        (&["token", "add", "--name", "grades", "--feed", "class/2B"][..], "there is a token called grades already"),
        (&["token", "add", "--name", "x", "--feed", "staff/9Z"], "there is no feed staff/9Z"),
        (&["token", "add", "--name", "x", "--feed", "staff/AAAAAAAAAAAAAAAAAAAAAA"], "there is no feed staff/AAAAAAAAAAAAAAAAAAAAAA"),
        (&["token", "add", "--name", " ", "--feed", "class/2B"], "the name of a token has 1 to 60 characters"),
        (&["token", "remove", "--name", "nobody"], "there is no token called nobody"),
    ] {
        let (told, status) = run(school.path(), order).await;
        assert_eq!((told.trim(), status), (&*format!("Not done: {said}. Nothing was changed."), 1));
    }
    let read = |school: &School, token: &str| {
        let (url, token, staff) = (school.url(), token.to_owned(), staff.clone());
        async move { reqwest::Client::new().get(format!("{url}/api/feeds/{staff}")).bearer_auth(token).send().await.unwrap().status().as_u16() }
    };
    assert_eq!((read(&school, &ours).await, read(&school, &other).await), (200, 403));
    let removed = operated(school.path(), Operation::RemoveToken { name: "grades".into() }).await.unwrap();
    assert_eq!(removed, "token grades removed; nobody reads with it any more");
    assert_eq!((read(&school, &ours).await, read(&school, &other).await), (401, 403));
    // Without a server it is the same.
    school.stop().await;
    let again = Operation::AddToken { name: "grades".into(), feeds: vec![staff.clone()], token_hash: hash_of("abc") };
    operated(school.path(), again).await.unwrap();
    school.start().await;
    assert_eq!((read(&school, "abc").await, read(&school, &ours).await), (200, 401));
    let (said, status) = run(school.path(), &["check"]).await;
    assert_eq!(status, 0, "{said}");
}
