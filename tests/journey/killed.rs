//! The real program, killed at random moments of the work of 64 students: what was acknowledged is there, once. `bin/simulate --crash N` kills
//! it N times.

use crate::{
    agreement::only_reply,
    chance::Chance,
    counting::{published, wrong_work},
    program::Program,
    school::{Browser, PASSWORD, Socket, account, device_of, envelope},
};
use domain::{
    account::Role,
    attempt::{self, AttemptKey, EditionRef},
    command::Command,
    decision::newest_edition,
    feeds::Feed,
    ids::{ClassId, DeviceId, UnitId},
    protocol::{ClientMessage, Envelope, Posted},
};
use serde_json::{Value, json};
use server::operator::{
    check::{check, look},
    folder::{DataFolder, store_in},
    operate::do_all,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    future::pending,
    path::Path,
    time::{Duration, Instant},
};
use tempfile::TempDir;
use tokio::{task::JoinSet, time::timeout};

const STUDENTS: usize = 64;
/// How often the program is killed, if nobody asks for another number.
const ROUNDS: u32 = 20;
/// The longest that it works before it is killed.
const WORK_MS_MAX: usize = 400;
/// One time in so many it is killed while it starts: in the middle of mending what the last kill left.
const KILLED_STARTING: usize = 8;
/// The longest that a start is left alone then.
const START_MS_MAX: usize = 60;
/// So many rounds between two looks at the whole store.
const ROUNDS_BETWEEN_CHECKS: u32 = 10;
/// How many commands a student has under way.
const UNDER_WAY: u64 = 16;

/// A student who answers as fast as she can, and what she was told.
pub struct Pupil {
    pub browser: Browser,
    attempt: AttemptKey,
    edition: EditionRef,
    pub acknowledged: BTreeMap<u64, Value>,
    sent: u64,
}

impl Pupil {
    /// The commands: a start, then one wrong answer after the other.
    fn command(&self, number: u64) -> Envelope {
        let command = match number {
            1 => attempt::Command::Start { edition: self.edition },
            number => wrong_work(number),
        };
        envelope(number, &Command::Attempt(self.attempt, command))
    }

    /// Posts the next command, as a script does; whether it was acknowledged.
    pub async fn give(&mut self) -> bool {
        let number = self.acknowledged.len() as u64 + 1;
        self.sent = self.sent.max(number);
        let posted = Posted { device: device_of(self.browser.me.account, "laptop"), commands: vec![self.command(number)] };
        let reply = only_reply(self.browser.post("/api/commands", &posted).await).await;
        let Some(outcome) = reply.get("Result") else {
            assert!(reply.get("Busy").is_some(), "{reply}");
            return false;
        };
        self.acknowledged.insert(number, outcome.clone());
        true
    }

    /// Answers until the line breaks, or until this many are acknowledged. Begins a little before the first that was not.
    async fn answer(&mut self, up_to: u64) {
        let Ok(mut socket) = self.browser.socket_from(Some(&self.browser.url)).await else { return };
        let hello = ClientMessage::Hello(self.browser.hello("laptop"));
        if !say(&mut socket, &hello).await {
            return;
        }
        let mut heard = (self.acknowledged.len() as u64).saturating_sub(2);
        let mut next = heard + 1;
        while heard < up_to {
            while next <= up_to && next <= heard + UNDER_WAY {
                if !say(&mut socket, &ClientMessage::Command(self.command(next))).await {
                    return;
                }
                self.sent = self.sent.max(next);
                next += 1;
            }
            let Some(frame) = socket.frame().await else { return };
            if !frame.starts_with(r#"{"Result""#) {
                assert!(!frame.starts_with(r#"{"Renumber"#) && !frame.starts_with(r#"{"Gap"#), "{frame}");
                continue;
            }
            let result: Value = serde_json::from_str(&frame).unwrap();
            heard = result["Result"]["number"].as_u64().unwrap();
            let outcome = result["Result"]["outcome"].clone();
            if let Some(before) = self.acknowledged.insert(heard, outcome.clone()) {
                assert_eq!(before, outcome, "a result never changes");
            }
        }
    }

    /// All that was acknowledged is in the log, once, and nothing that was not sent.
    fn check(&self, log: &Recorded) {
        let nothing = BTreeMap::new();
        let recorded = log.get(&device_of(self.browser.me.account, "laptop")).unwrap_or(&nothing);
        for (number, outcome) in &self.acknowledged {
            let told = outcome["Accepted"]["events"].as_i64().unwrap_or_else(|| panic!("command {number}: {outcome}"));
            let (events, places, result) = recorded.get(number).copied().unwrap_or_default();
            assert_eq!((events, places, result), (told, told, Some(told)), "command {number} was acknowledged");
        }
        assert!(recorded.keys().copied().eq(1..=recorded.len() as u64), "no command was passed over");
        assert!(recorded.len() as u64 <= self.sent);
    }
}

/// What the file holds of each command of each device: its events, their different places, and how many its result says.
type Recorded = BTreeMap<DeviceId, BTreeMap<u64, (i64, i64, Option<i64>)>>;

fn recorded(data: &Path) -> Recorded {
    let store = look(&store_in(data)).unwrap();
    let sql = "SELECT o.device, e.command, count(*), count(DISTINCT e.place), (SELECT events FROM results r WHERE r.origin = o.id AND number = e.command)
        FROM events e JOIN origins o ON o.id = e.origin GROUP BY o.id, e.command";
    let mut found = Recorded::new();
    let mut all = store.prepare(sql).unwrap();
    let rows = all.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?, row.get(2)?, row.get(3)?, row.get(4)?))).unwrap();
    for (device, command, events, places, result) in rows.map(Result::unwrap) {
        let commands = found.entry(DeviceId(uuid::Uuid::from_bytes(device))).or_default();
        commands.insert(command.cast_unsigned(), (events, places, result));
    }
    found
}

async fn say(socket: &mut Socket, message: &ClientMessage) -> bool {
    socket.try_say(serde_json::to_string(message).unwrap()).await
}

/// A data folder with a class of 64.
pub fn found(data: &Path) -> (ClassId, UnitId, EditionRef) {
    let folder = DataFolder::lock(data).unwrap();
    let pupils = (0..STUDENTS).map(|n| account(&format!("pupil{n}"), &format!("Pupil {n}"), Role::Student, Some("2B")));
    for done in do_all(&folder, pupils.chain([published("counting", "2B")]).collect()).unwrap() {
        done.unwrap();
    }
    let engine = folder.engine().unwrap();
    let (class, unit) = (engine.class_titled("2B").unwrap(), crate::counting::unit("counting", "up"));
    (class, unit, newest_edition(engine.directory(), class, unit).unwrap())
}

pub async fn all_sign_in(url: &str, class: ClassId, unit: UnitId, edition: EditionRef) -> Vec<Pupil> {
    let mut signing_in = JoinSet::new();
    for n in 0..STUDENTS {
        let sent = reqwest::Client::new().post(format!("{url}/api/sessions"));
        let sent = sent.json(&json!({ "login": format!("pupil{n}"), "password": PASSWORD }));
        let url = url.to_owned();
        signing_in.spawn(async move {
            let response = sent.send().await.unwrap();
            let cookie = response.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
            Browser { url, cookie, me: response.json().await.unwrap() }
        });
    }
    let pupil = |browser: Browser| {
        let attempt = AttemptKey { student: browser.me.account, class, unit, run: 1 };
        Pupil { browser, attempt, edition, acknowledged: BTreeMap::new(), sent: 0 }
    };
    signing_in.join_all().await.into_iter().map(pupil).collect()
}

/// All answer at once, until each has so many results or the line breaks.
fn all_answer(pupils: Vec<Pupil>, url: &str, up_to: impl Fn(&Pupil) -> u64) -> JoinSet<Pupil> {
    let mut answering = JoinSet::new();
    for mut pupil in pupils {
        pupil.browser.url = url.to_owned();
        let up_to = up_to(&pupil);
        answering.spawn(async move {
            pupil.answer(up_to).await;
            pupil
        });
    }
    answering
}

pub fn check_all(pupils: &[Pupil], data: &Path) {
    let recorded = recorded(data);
    pupils.iter().for_each(|pupil| pupil.check(&recorded));
}

pub fn check_store(data: &Path) -> u64 {
    let report = check(&store_in(data), &mut |_, _| {}).unwrap();
    assert!(report.is_sound(), "{report}");
    report.counted.events
}

fn chance_moment(chance: &mut Chance, ms_max: usize) -> Duration {
    Duration::from_micros(chance.below(ms_max * 1_000) as u64)
}

fn asked(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|number| number.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_random_moments_while_64_answer_every_acknowledged_command_is_there_once() {
    let rounds = asked("LEFTFOLD_CRASHES").map_or(ROUNDS, |rounds| u32::try_from(rounds).unwrap());
    let seed = asked("LEFTFOLD_SEED").unwrap_or_else(|| server::clock::now().0.cast_unsigned());
    println!("LEFTFOLD_SEED={seed} for the same moments");
    let mut chance = Chance(seed);
    let data = TempDir::new().unwrap();
    let (class, unit, edition) = found(data.path());
    let mut program = Program::start(data.path());
    let mut pupils = all_sign_in(&program.url, class, unit, edition).await;
    let (begun, mut starts_killed) = (Instant::now(), 0);
    for round in 1..=rounds {
        let answering = all_answer(pupils, &program.url, |_| u64::MAX);
        let moment = chance_moment(&mut chance, WORK_MS_MAX);
        // In the middle of whatever it does then.
        _ = timeout(moment, pending::<()>()).await;
        program.kill();
        pupils = answering.join_all().await;
        if chance.below(KILLED_STARTING) == 0 {
            let starting = Program::begin(data.path(), &[]);
            let moment = chance_moment(&mut chance, START_MS_MAX);
            _ = timeout(moment, pending::<()>()).await;
            starting.kill();
            starts_killed += 1;
        }
        program = Program::start(data.path());
        check_all(&pupils, data.path());
        if round % ROUNDS_BETWEEN_CHECKS == 0 {
            let acknowledged: usize = pupils.iter().map(|pupil| pupil.acknowledged.len()).sum();
            let sent: u64 = pupils.iter().map(|pupil| pupil.sent).sum();
            let (events, rate) = (check_store(data.path()), begun.elapsed().as_millis() / u128::from(round));
            println!(
                "killed {round} of {rounds} times, {rate} ms each: {acknowledged} acknowledged of {sent} sent, {events} events, sound"
            );
        }
    }
    // The rest is sent again, and all comes to an end.
    let mut pupils = all_answer(pupils, &program.url, |pupil| pupil.sent).join_all().await;
    assert!(pupils.iter().all(|pupil| pupil.acknowledged.len() as u64 == pupil.sent));
    check_all(&pupils, data.path());
    for pupil in &mut pupils {
        pupil.browser.url.clone_from(&program.url);
        let feed = pupil.browser.feed(Feed::Student(pupil.browser.me.account)).await;
        let device = device_of(pupil.browser.me.account, "laptop");
        let commands: BTreeSet<u64> = feed.values().filter(|(event, _)| event.device == device).map(|(event, _)| event.command).collect();
        assert_eq!(commands.len() as u64, pupil.sent, "what the server says is what the file holds");
    }
    program.kill();
    let took = begun.elapsed().as_secs();
    let checking = Instant::now();
    let (events, checked_ms) = (check_store(data.path()), checking.elapsed().as_millis());
    println!("survived {rounds} kills at work and {starts_killed} while starting, in {took} s");
    println!("{events} events, sound, checked in {checked_ms} ms");
}
