//! Many who sign in at once: what it costs the server, and that it is given back.

use crate::{
    program::Program,
    school::{PASSWORD, School, account},
};
use domain::account::Role;
use futures_util::{StreamExt as _, stream};
use serde_json::json;
use std::time::Duration;
use tokio::time::{interval, timeout};

const MIB: u64 = 1024 * 1024;
/// The most memory that signing in may take, and what may be left of it.
const RESIDENT_MAX: u64 = 120 * MIB;
const LEFT_MAX: u64 = 20 * MIB;
/// How many sign in, and how many of them at once.
const SIGN_INS: usize = 400;
const AT_ONCE: usize = 16;

/// A school's program with so many students more, who are called `pupil0` and so on.
pub async fn served(pupils: usize) -> (School, Program) {
    let more = (0..pupils).map(|n| account(&format!("pupil{n}"), "Pupil", Role::Student, Some("2B"))).collect();
    let mut school = School::open_with(more).await;
    school.stop().await;
    let program = Program::start(school.path());
    (school, program)
}

/// Signs in as everybody in turn, so many at once. Says the most memory that was resident meanwhile.
pub async fn sign_in_often(program: &Program, sign_ins: usize, at_once: usize) -> u64 {
    let client = reqwest::Client::new();
    let signed_in = stream::iter(0..sign_ins).map(|n| {
        let body = json!({ "login": format!("pupil{}", n % at_once), "password": PASSWORD });
        let sent = client.post(format!("{}/api/sessions", program.url)).json(&body).send();
        async { assert_eq!(sent.await.unwrap().status(), 200) }
    });
    let resident = signed_in.buffer_unordered(at_once).map(|()| program.resident_bytes());
    resident.fold(0, async |most, now| most.max(now)).await
}

#[tokio::test]
async fn what_signing_in_takes_is_bounded_and_given_back() {
    let (_school, program) = served(AT_ONCE).await;
    let start = program.resident_bytes();
    let most = sign_in_often(&program, SIGN_INS, AT_ONCE).await;
    let left = program.resident_bytes();
    eprintln!("{SIGN_INS} sign-ins, {AT_ONCE} at a time: {} MiB at the start, at most {}, then {}", start / MIB, most / MIB, left / MIB);
    assert!(most <= RESIDENT_MAX, "{} MiB resident", most / MIB);
    assert!(left <= start + LEFT_MAX, "{} MiB at the start, and {} left", start / MIB, left / MIB);
}

/// Whoever hangs up leaves the work that was begun; no more of it may be begun because of that.
#[tokio::test]
async fn hanging_up_makes_no_room_for_more_work_at_once() {
    let (_school, program) = served(AT_ONCE).await;
    let start = program.resident_bytes();
    let hasty = reqwest::Client::builder().timeout(Duration::from_millis(60)).build().unwrap();
    let tries = stream::iter(0..SIGN_INS).map(|n| {
        let body = json!({ "login": format!("pupil{}", n % AT_ONCE), "password": "not the password" });
        let sent = hasty.post(format!("{}/api/sessions", program.url)).json(&body).send();
        // Most hang up before they are answered.
        async { _ = sent.await }
    });
    let most = tries.buffer_unordered(100).map(|()| program.resident_bytes()).fold(0, async |most, now| most.max(now)).await;
    assert!(most <= RESIDENT_MAX, "{} MiB resident", most / MIB);
    let mut looks = interval(Duration::from_millis(50));
    let given_back = async {
        while program.resident_bytes() > start + LEFT_MAX {
            looks.tick().await;
        }
    };
    timeout(Duration::from_secs(20), given_back).await.unwrap_or_else(|_| panic!("{} MiB are left", program.resident_bytes() / MIB));
}
