//! Many who sign in at once: what it costs the server, and that it is given back.

use crate::{
    crowd::{Attack, Door, client_at},
    program::Program,
    school::{PASSWORD, School, account},
};
use domain::account::Role;
use futures_util::{StreamExt as _, stream};
use serde_json::json;
use server::ServerConfig;
use std::time::{Duration, Instant};
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

fn door(url: &str) -> Door<'_> {
    Door { url, password: PASSWORD }
}

#[tokio::test]
async fn what_signing_in_takes_is_bounded_and_given_back() {
    let (_school, program) = served(AT_ONCE).await;
    let start = program.resident_bytes();
    let logins: Vec<String> = (0..AT_ONCE).map(|n| format!("pupil{n}")).collect();
    door(&program.url).sign_in_often(&logins, SIGN_INS, AT_ONCE).await;
    let most = program.resident_bytes_max();
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

/// Whatever others try, the right password lets in: at once on a device from which somebody has signed in before, and soon on a new one, also where
/// the school and whoever attacks it are one address.
async fn a_right_sign_in_gets_through(at_once: usize, login: fn(usize, usize) -> String) {
    let (_school, program) = served(40).await;
    let door = door(&program.url);
    let device = door.known_device("ann").await;
    let attack = Attack::begin(door.url, at_once, login).await;
    let mut slowest = [Duration::ZERO; 2];
    for from in [1, 2, 1, 2, 1, 2] {
        slowest[0] = slowest[0].max(door.right_sign_in("ann", from, Some(&device)).await);
        slowest[1] = slowest[1].max(door.right_sign_in("ann", from, None).await);
        // Somebody guesses between two of them, so that nothing is forgotten in time for the next.
        assert_eq!(door.guess("ann", from).await, 401);
    }
    eprintln!("{at_once} guess at once: in from a known device after {:?} at most, from a new one after {:?}", slowest[0], slowest[1]);
    assert!(slowest[0] <= Duration::from_secs(1), "known: {:?}", slowest[0]);
    assert!(slowest[1] <= Duration::from_secs(5), "new: {:?}", slowest[1]);
    drop(attack);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_made_up_logins_at_once_keep_nobody_out() {
    a_right_sign_in_gets_through(200, |guesser, n| format!("nobody {guesser} {n}")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_who_guess_at_a_login_do_not_keep_its_owner_out() {
    a_right_sign_in_gets_through(3, |_, _| "ann".to_owned()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn guesses_at_everybody_in_class_keep_nobody_out() {
    a_right_sign_in_gets_through(40, |guesser, _| format!("pupil{guesser}")).await;
}

/// What tells real logins from made-up ones helps whoever wants to guess: neither the answer nor its time may.
#[tokio::test]
async fn a_wrong_password_is_told_alike_whether_there_is_such_a_login_or_not() {
    let school = School::open().await;
    let tried = async |login: &str| {
        let body = json!({ "login": login, "password": "not the password" });
        let begun = Instant::now();
        let answer = client_at(1).post(format!("{}/api/sessions", school.url())).json(&body).send().await.unwrap();
        let (status, cookie) = (answer.status(), answer.headers().contains_key("set-cookie"));
        (status.as_u16(), cookie, answer.text().await.unwrap(), begun.elapsed())
    };
    for logins in [["ann", "nobody"], ["no one", "bob"]] {
        let [one, other] = [tried(logins[0]).await, tried(logins[1]).await];
        assert_eq!((one.0, one.1, &one.2), (401, false, &other.2));
        let (quicker, slower) = (one.3.min(other.3), one.3.max(other.3));
        assert!(quicker >= Duration::from_millis(200) && slower - quicker < Duration::from_millis(150), "{quicker:?} and {slower:?}");
    }
}

/// Without a proxy anybody may write what they like into the headers that tell whom a proxy speaks for.
#[tokio::test]
async fn a_forwarded_address_is_believed_behind_a_proxy_only() {
    for behind_proxy in [false, true] {
        let mut school = School::open().await;
        school.stop().await;
        let origin = behind_proxy.then(|| "https://quiz.school.example".to_owned());
        let config = ServerConfig { behind_proxy, origin, ..ServerConfig::local(school.path().to_owned()) };
        let server = server::start(config).await.unwrap();
        let (url, client) = (format!("http://{}/api/sessions", server.address), client_at(1));
        // Each says to come from somewhere else.
        let guess = |n: usize| {
            let asked = client.post(&url).header("x-forwarded-for", format!("198.51.100.{n}"));
            let sent = asked.json(&json!({ "login": "ann", "password": "not the password" })).send();
            async { sent.await.unwrap().status().as_u16() }
        };
        let told: Vec<u16> = stream::iter(0..40).map(guess).buffer_unordered(40).collect().await;
        let turned_away = told.iter().filter(|status| **status == 429).count();
        assert_eq!(turned_away == 0, behind_proxy, "{turned_away} of {} were turned away", told.len());
        server.shutdown().await;
    }
}
