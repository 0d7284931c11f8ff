//! Long answers: a feed comes in pages of limited size, and answers that a client does not read are dropped after a while, and bounded until then.

use crate::{
    crowd::{self, LONG_EVENT_BYTES, LONG_EVENTS, write_long_answers},
    crowded::is_closed,
    school::{Browser, PATIENCE, School},
};
use domain::{
    attempt::AttemptKey,
    feeds::Feed,
    protocol::{ClientMessage, HISTORY_PAGE_BYTES_FULL},
};
use serde_json::Value;
use server::{
    auth::token::{hash_of, new_token},
    engine::Operation,
    limits::Limits,
};
use std::time::Instant;
use tokio::{io::AsyncWriteExt as _, net::TcpStream, time::timeout};

impl School {
    /// A connection that asks for a page of a feed and takes nothing of it.
    async fn unread(&self, browser: &Browser, feed: Feed) -> TcpStream {
        crowd::unread(self.running.as_ref().unwrap().address, feed, &browser.cookie).await
    }
}

/// A school with long answers of bob's.
async fn long_school(limits: Limits) -> (School, Browser, Browser) {
    let mut school = School::limited(limits.clone()).await;
    let (tess, bob) = (school.sign_in("tess").await, school.sign_in("bob").await);
    school.stop().await;
    let work = AttemptKey { student: bob.me.account, class: school.class, unit: school.unit, run: 9 };
    write_long_answers(school.path(), work);
    school.serve_limited(limits).await;
    let at = |browser: Browser| Browser { url: school.url(), ..browser };
    let (tess, bob) = (at(tess), at(bob));
    (school, tess, bob)
}

#[tokio::test]
async fn a_feed_of_long_events_comes_in_pages_of_few_bytes_and_all_of_it_comes() {
    let (school, tess, bob) = long_school(Limits::default()).await;
    let (staff, own) = (Feed::Staff(school.class), Feed::Student(bob.me.account));
    let most = HISTORY_PAGE_BYTES_FULL + 2 * LONG_EVENT_BYTES;
    let page = bob.get(&format!("/api/feeds/{own}")).await.bytes().await.unwrap();
    assert!(page.len() > HISTORY_PAGE_BYTES_FULL / 2 && page.len() < most, "{}", page.len());
    // Page after page, with the digest of each looked at.
    assert!(bob.feed(own).await.len() as u64 > LONG_EVENTS);
    assert!(tess.feed(staff).await.len() as u64 > LONG_EVENTS);
    // At least one event, however long.
    let one: Value = bob.get(&format!("/api/feeds/{own}?after=10&limit=1")).await.json().await.unwrap();
    assert_eq!(one["Events"]["first"], 11);

    // Other systems are told where to go on.
    let token = new_token();
    let add = Operation::AddToken { name: "kiosk".into(), feeds: vec![staff.to_string()], token_hash: hash_of(&token) };
    crate::school::operated(school.path(), add).await.unwrap();
    let (mut after, mut events, mut pages) = (0, 0, 0);
    loop {
        let asked = reqwest::Client::new().get(format!("{}/api/feeds/{staff}?after={after}", school.url())).bearer_auth(&token);
        let answer = asked.send().await.unwrap().bytes().await.unwrap();
        assert!(answer.len() < most, "{}", answer.len());
        let page: Value = serde_json::from_slice(&answer).unwrap();
        events += page["events"].as_array().unwrap().len() as u64;
        pages += 1;
        after = page["next"].as_u64().unwrap();
        if after == page["head"].as_u64().unwrap() {
            break;
        }
    }
    assert_eq!((events, pages), (after, 4));

    // The socket brings them too, as fast as they are taken.
    let mut socket = bob.socket().await;
    socket.greet(bob.hello("laptop")).await;
    let mut long = 0;
    loop {
        let message = socket.hear().await;
        if message.get("CaughtUp").is_some() {
            break;
        }
        if let Some(runs) = message["Events"]["runs"].as_array() {
            let events = runs.iter().flat_map(|run| run["events"].as_array().unwrap());
            long += events.filter(|event| event.to_string().contains("Sneezed")).count();
            socket.say(&ClientMessage::Credit { frames: 1 }).await;
        }
    }
    assert_eq!(long as u64, LONG_EVENTS);
}

#[tokio::test]
async fn answers_that_nobody_takes_are_few_for_each_account_and_end() {
    let (school, tess, bob) = long_school(Limits { answer_seconds: 2, ..Limits::default() }).await;
    let staff = Feed::Staff(school.class);
    let mut unread = Vec::new();
    for _ in 0..20 {
        unread.push(school.unread(&tess, staff).await);
    }
    // Others are not kept waiting, nor is she where it is no answer of this kind.
    let begun = Instant::now();
    assert_eq!(bob.get(&format!("/api/feeds/{}?limit=5", Feed::Student(bob.me.account))).await.status(), 200);
    assert_eq!(tess.get("/api/sessions").await.status(), 200);
    println!("beside 20 answers that nobody takes: {:?}", begun.elapsed());
    for stream in &mut unread[..4] {
        is_closed_unread(stream).await;
    }
    // Then it is her turn again.
    let path = format!("/api/feeds/{staff}?limit=5");
    assert_eq!(timeout(PATIENCE, tess.get(&path)).await.expect("there is room").status(), 200);
    drop(unread);
}

/// Waits until the server has closed a connection, of which nothing is read before.
async fn is_closed_unread(stream: &mut TcpStream) {
    // Whatever is written now is an error once the other side has gone.
    let gone = async {
        while stream.write_all(b"\r\n").await.is_ok() {
            tokio::task::yield_now().await
        }
    };
    timeout(PATIENCE, gone).await.expect("the server closes it");
    is_closed(stream).await;
}
