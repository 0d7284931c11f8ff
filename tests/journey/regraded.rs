//! A corrected key with the real program, killed again and again while it grades attempts again: each is graded again once, and taken back once.

use crate::{
    agreement::only_reply,
    counting::{published, text, unit},
    program::{Program, run},
    school::{Browser, PATIENCE, account, device_of, envelope, sign_in_at},
};
use domain::{
    account::Role,
    attempt::{self, AttemptKey, Judgement, Regraded},
    command::Command,
    content::Correction,
    course,
    decision::newest_edition,
    event::Event,
    feeds::Feed,
    ids::{AccountId, ClassId, CourseId, DeviceId, QuestionId},
    protocol::{Outcome, Posted, Reply},
};
use serde_json::Value;
use server::{
    clock::now,
    engine::{Answer, Work},
    operator::{
        check::look,
        folder::{DataFolder, store_in},
        operate::do_all,
    },
};
use std::{collections::BTreeMap, path::Path, time::Instant};
use tempfile::TempDir;

/// More than the reactor does at once, several times.
const STUDENTS: usize = 320;
/// Every student meets every question of the section.
const QUESTIONS: u32 = 10;

fn login(n: usize) -> String {
    format!("s{n}")
}

/// A class in which everybody has answered every question wrong. Nothing is corrected yet. Also the course, and a question of it.
fn found(data: &Path) -> (ClassId, CourseId, QuestionId) {
    let folder = DataFolder::lock(data).unwrap();
    let students = (0..STUDENTS).map(|n| account(&login(n), &format!("Student {n}"), Role::Student, Some("2B")));
    let tess = account("tess", "Tess", Role::Teacher, Some("2B"));
    for done in do_all(&folder, students.chain([tess, published("counting", "2B")]).collect()).unwrap() {
        done.unwrap();
    }
    let mut engine = folder.engine().unwrap();
    let (class, up) = (engine.class_titled("2B").unwrap(), unit("counting", "up"));
    let edition = newest_edition(engine.directory(), class, up).unwrap();
    let students: Vec<AccountId> = engine.directory().class(class).unwrap().students.iter().copied().collect();
    let mut work = Vec::new();
    for student in students {
        let key = AttemptKey { student, class, unit: up, run: 1 };
        let answers = (1..=QUESTIONS).flat_map(|ordinal| {
            let wrong = attempt::Command::SubmitAnswer { ordinal, try_number: 1, inputs: text("1000"), ms: None };
            [wrong, attempt::Command::RevealAnswer { ordinal }, attempt::Command::NextQuestion { ordinal }]
        });
        let commands = [attempt::Command::Start { edition }].into_iter().chain(answers);
        work.extend((1..).zip(commands).map(|(number, command)| {
            let envelope = envelope(number, &Command::Attempt(key, command));
            Work::Command { account: student, device: device_of(student, "laptop"), envelope, arrival: None }
        }));
    }
    for answer in engine.run(work, now()).unwrap().answers {
        assert!(matches!(answer, Answer::Reply(Reply::Result(Outcome::Accepted { .. }), _)), "{answer:?}");
    }
    (class, CourseId::derived(&["counting"]), QuestionId::derived(&[&up.to_string(), "3"]))
}

/// By attempt, how often it was graded again, with the causes: as it lies on the disk.
fn graded_again(data: &Path) -> BTreeMap<String, Vec<(Regraded, Vec<u8>)>> {
    let store = look(&store_in(data)).unwrap();
    let sql =
        "SELECT s.name, e.body, e.cause FROM events e JOIN streams s ON s.id = e.stream WHERE e.cause IS NOT NULL ORDER BY e.position";
    let mut all = store.prepare(sql).unwrap();
    let rows = all.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, Vec<u8>>(2)?))).unwrap();
    let mut found = BTreeMap::<String, Vec<_>>::new();
    for (name, body, cause) in rows.map(Result::unwrap) {
        let Event::Attempt(_, attempt::Event::AnswerRegraded(regraded)) = Event::read(&name.parse().unwrap(), &body) else {
            panic!("{name}: {body} has a cause")
        };
        found.entry(name).or_default().push((regraded, cause));
    }
    found
}

fn count(data: &Path) -> usize {
    let store = look(&store_in(data)).unwrap();
    store.query_row("SELECT count(*) FROM events WHERE cause IS NOT NULL", [], |row| row.get::<_, i64>(0)).unwrap() as usize
}

/// Tess says something of the course; the number of her command.
async fn tess_says(url: &str, number: u64, course: CourseId, command: course::Command) {
    let tess = sign_in_at(url, "tess").await;
    let commands = vec![envelope(number, &Command::Course(course, command))];
    let posted = Posted { device: DeviceId::derived(&["tess's script"]), commands };
    let reply = only_reply(tess.post("/api/commands", &posted).await).await;
    assert_eq!(reply["Result"]["Accepted"]["events"], 1, "{reply}");
}

/// Waits until this holds.
async fn until(mut holds: impl AsyncFnMut() -> bool) {
    let began = Instant::now();
    while !holds().await {
        assert!(began.elapsed() < PATIENCE, "it never came");
        tokio::task::yield_now().await;
    }
}

/// Kills the program whenever it has done a little more, until all is done; how often it was in the midst.
async fn kill_in_the_midst(data: &Path, first: Program, all: usize) -> usize {
    let (mut program, mut kills, mut done) = (Some(first), 0, count(data));
    while done < all {
        let running = program.take().unwrap_or_else(|| Program::start(data));
        until(async || count(data) > done).await;
        running.kill();
        done = count(data);
        kills += usize::from(done < all);
    }
    kills
}

async fn reactor(url: &str) -> Value {
    let health: Value = reqwest::get(format!("{url}/api/health")).await.unwrap().json().await.unwrap();
    health["reactor"].clone()
}

async fn has_all(browser: &Browser, feed: Feed, wanted: usize) {
    let log = browser.feed(feed).await;
    let again =
        log.values().filter(|(recorded, _)| matches!(&recorded.event, Event::Attempt(_, attempt::Event::AnswerRegraded(_)))).count();
    assert_eq!(again, wanted, "{feed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_reaches_every_attempt_once_however_often_the_program_is_killed() {
    let folder = TempDir::new().unwrap();
    let data = folder.path();
    let (class, course, question) = found(data);
    let program = Program::start(data);
    assert_eq!(reactor(&program.url).await["waiting"], 0);
    let (unit, correction) = (unit("counting", "up"), Correction::AcceptToo { inputs: text("1000") });
    tess_says(&program.url, 1, course, course::Command::Correct { unit, question, correction, harm_nobody: false }).await;
    let kills = kill_in_the_midst(data, program, STUDENTS).await;

    let program = Program::start(data);
    until(async || reactor(&program.url).await["waiting"] == 0).await;
    let graded = graded_again(data);
    assert_eq!(graded.len(), STUDENTS);
    let (_, first) = &graded.values().next().unwrap()[0];
    for (stream, graded) in &graded {
        let [(regraded, cause)] = &graded[..] else { panic!("{stream} was graded again {} times", graded.len()) };
        assert_eq!(cause, first, "one event caused it");
        let [judged] = &regraded.answers[..] else { panic!("{stream}: {:?}", regraded.answers) };
        assert_eq!((judged.question, judged.from, judged.to), (question, Judgement::Wrong, Judgement::Right));
    }
    let tess = sign_in_at(&program.url, "tess").await;
    has_all(&tess, Feed::Staff(class), STUDENTS).await;
    for n in [0, STUDENTS - 1] {
        let student = sign_in_at(&program.url, &login(n)).await;
        has_all(&student, Feed::Student(student.me.account), 1).await;
    }
    tess_says(&program.url, 2, course, course::Command::UndoCorrection { number: 1 }).await;
    let kills_undoing = kill_in_the_midst(data, program, 2 * STUDENTS).await;

    let program = Program::start(data);
    until(async || reactor(&program.url).await["waiting"] == 0).await;
    assert_eq!(reactor(&program.url).await["parked"], 0);
    for (stream, graded) in graded_again(data) {
        let [(there, _), (back, _)] = &graded[..] else { panic!("{stream} was graded again {} times", graded.len()) };
        assert_eq!((there.correction, back.correction), (1, 2));
        assert_eq!((back.after, back.before), (there.before, there.after), "{stream} is again what it was");
        let turned = |judged: &attempt::Judged| (judged.ordinal, judged.to, judged.from);
        let plain = |judged: &attempt::Judged| (judged.ordinal, judged.from, judged.to);
        assert!(back.answers.iter().map(turned).eq(there.answers.iter().map(plain)), "{stream}");
    }
    has_all(&sign_in_at(&program.url, "tess").await, Feed::Staff(class), 2 * STUDENTS).await;
    let (said, status) = run(data, &["reactor"]).await;
    assert_eq!((said.trim(), status), ("nothing is parked: all that events cause is done, or will be", 0));
    let (said, status) = run(data, &["check"]).await;
    assert_eq!(status, 0, "{said}");
    assert!(kills + kills_undoing > 0, "it was never in the midst");
    println!("killed {kills} times while it graded {STUDENTS} attempts again, and {kills_undoing} times while it took that back");
}
