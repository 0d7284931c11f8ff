//! What a teacher waits for, in a real browser: a class's page when nothing is on the device, when it was opened before, while 300 students
//! answer, and through a school day.

use crate::{
    figures::{Figure, grouped, median, ms, percentile},
    load,
    program::Program,
    raw::chromium,
    school::{PASSWORD, School},
    script::Player,
    wire::{Line, frame},
};
use domain::{
    feeds::Feed,
    ids::{AccountId, ClassId},
    projections::class_overview::Board,
    protocol::ClientMessage,
    time::Timestamp,
};
use server::{
    operator::{demo, folder::DataFolder},
    store::StoreReader as _,
};
use std::{
    collections::BTreeMap,
    path::Path,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use thirtyfour::{By, WebDriver};
use tokio::time::interval;

/// Everybody's password at the demo school.
const DEMO_PASSWORD: &str = "leftfold";
const MONTHS: u32 = 10;
const RUNS: usize = 3;
/// Each student answers so often, for so long.
const EVERY: Duration = Duration::from_secs(20);
const LESSON: Duration = Duration::from_secs(100);
/// Commands of each student in a school day that is played as fast as they are taken.
const DAY_COMMANDS: usize = 120;
/// The memory is looked at after each of so many parts of it.
const DAY_PARTS: usize = 4;

/// Waits, frame by frame, until the page shows as many answers as there are; says when that was, in milliseconds since the page was asked for.
const COMPLETE: &str = "
    const [answered, done] = [arguments[0], arguments[1]];
    const look = () => {
        const cells = [...document.querySelectorAll('table.heatmap td[data-of=answered]')];
        const sum = cells.reduce((sum, cell) => sum + Number(cell.textContent), 0);
        if (cells.length > 0 && sum === answered) done(performance.now());
        else requestAnimationFrame(look);
    };
    look();
";

/// The same until nothing is on its way any more: all classes are fetched, and the slider is there.
const SETTLED: &str = "
    const done = arguments[0];
    const look = () => {
        const slider = document.querySelector('main input[type=range]');
        if (slider && !slider.disabled && !document.querySelector('main progress')) done(performance.now());
        else requestAnimationFrame(look);
    };
    look();
";

/// The same until the first row stands there, complete or not.
const USABLE: &str = "
    const done = arguments[0];
    const look = () => document.querySelector('table.heatmap tbody tr') ? done(performance.now()) : requestAnimationFrame(look);
    look();
";

const FORGET: &str = "
    const done = arguments[0];
    indexedDB.databases().then((all) => Promise.all(all.map(({ name }) => new Promise((gone) => {
        const asked = indexedDB.deleteDatabase(name);
        asked.onsuccess = asked.onerror = gone;
    })))).then(() => done(true));
";

/// A year of a class, and of ten: cold and warm.
pub async fn year(folder: &Path, students: usize) -> Vec<Figure> {
    let folder = folder.join(format!("year-{students}"));
    let size = demo::Size { students: Some(students), months: Some(MONTHS) };
    demo::make(&folder, size, |_| {}).map_err(|_| "not made").expect("the demo school can be made");
    let (class, answered, events) = told(&folder);
    let program = Program::serve(&folder);
    let page = format!("http://{}/teach/{class}", program.address);
    let (mut usable, mut cold, mut fetched) = (Vec::new(), Vec::new(), Vec::new());
    let (mut warm, mut read, mut drawn) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..RUNS {
        // A new profile each time: a browser is still busy with a large database some time after it was deleted.
        let (chromium, browser) = chromium().await;
        sign_in(&browser, &program, "tess", DEMO_PASSWORD).await;
        // Nothing of the app is open while its database goes.
        browser.goto(format!("http://{}/api/health", program.address)).await.expect("the page is there");
        let _: bool = run(&browser, FORGET, Vec::new()).await;
        browser.goto(&page).await.expect("the page is there");
        usable.push(run(&browser, USABLE, Vec::new()).await);
        cold.push(run(&browser, COMPLETE, vec![answered.into()]).await);
        fetched.push(run(&browser, SETTLED, Vec::new()).await);
        // The folds are kept when the page has been quiet for some seconds.
        kept(&browser, events).await;
        browser.refresh().await.expect("the page is there");
        warm.push(run(&browser, COMPLETE, vec![answered.into()]).await);
        read.push(run(&browser, SETTLED, Vec::new()).await);
        let took = "arguments[0](performance.getEntriesByName('heatmap', 'measure').at(-1)?.duration ?? null)";
        drawn.push(run::<Option<f64>>(&browser, took, Vec::new()).await.expect("the page measures what it draws"));
        chromium.end(browser).await;
    }
    let of = format!("{students} students, {} events", grouped(events as f64));
    let (aim_cold, aim_warm) = if students > 30 { ("12 s", "1 s") } else { ("2 s", "300 ms") };
    let time = |times: Vec<f64>| ms(Duration::from_secs_f64(median(times) / 1_000.0));
    vec![
        Figure::new(format!("class page, nothing on the device, until its first row stands there ({of})"), time(usable)),
        Figure::new("the same until every answer of the class is counted in it", time(cold)).aim(aim_cold),
        Figure::new("the same until all that this teacher may read is there, and the slider", time(fetched)),
        Figure::new(format!("class page, opened again, until every answer is counted in it ({of})"), time(warm)).aim(aim_warm),
        Figure::new("the same until the slider is there", time(read)),
        Figure::new("its heatmap, from the first call until it is on the page", time(drawn)).aim("100 ms (35 × 60)"),
    ]
}

/// From an answer on its way to the cell on the teacher's screen, while 300 students answer every 20 seconds; then a school day at once.
pub async fn lesson(folder: &Path) -> Vec<Figure> {
    let folder = folder.join("lesson");
    let school = School::make(&folder, 300);
    let program = Program::serve(&folder);
    let (chromium, browser) = chromium().await;
    sign_in(&browser, &program, &school.teachers[0].login, PASSWORD).await;
    let class = school.teachers[0].class;
    browser.goto(format!("http://{}/teach/{class}", program.address)).await.expect("the page is there");
    let _: f64 = run(&browser, COMPLETE, vec![0.into()]).await;
    let watch = "
        window.seen = [];
        const name = (row) => row.querySelector('a').getAttribute('href').split('/').at(-1).split('?')[0];
        new MutationObserver((changes) => {
            for (const { target } of changes) {
                const cell = target.nodeType === 3 ? target.parentElement : target;
                const of = cell?.closest?.('td[data-of=answered]');
                if (of) window.seen.push([name(of.closest('tr')), Number(of.textContent), performance.timeOrigin + performance.now()]);
            }
        }).observe(document.querySelector('table.heatmap tbody'), { subtree: true, childList: true, characterData: true });
        arguments[0](true);
    ";
    let _: bool = run(&browser, watch, Vec::new()).await;
    let mut students = Vec::new();
    for student in 0..school.students.len() {
        students.push(Answering::open(&program, &school, student).await);
    }
    let mut sent: BTreeMap<(String, u64), f64> = BTreeMap::new();
    let (begun, mut beat) = (Instant::now(), interval(EVERY / school.students.len() as u32));
    for turn in 0.. {
        beat.tick().await;
        if begun.elapsed() > LESSON {
            break;
        }
        let student = turn % students.len();
        let answered = students[student].answer().await;
        if school.students[student].class == class {
            sent.insert((school.students[student].account.to_string(), answered), unix_ms());
        }
    }
    let _: f64 = run(&browser, COMPLETE, vec![of_class(&students, class).into()]).await;
    let seen: Vec<(String, u64, f64)> = run(&browser, "arguments[0](window.seen)", Vec::new()).await;
    let mut took: Vec<Duration> = Vec::new();
    for ((student, answered), at) in &sent {
        let cell = seen.iter().find(|(of, count, _)| of == student && count == answered).expect("every answer comes to its cell");
        took.push(Duration::from_secs_f64((cell.2 - at).max(0.0) / 1_000.0));
    }
    let update: f64 =
        run(&browser, "arguments[0](performance.getEntriesByName('heatmap update', 'measure').at(-1)?.duration ?? -1)", Vec::new()).await;
    let (p50, p95, n) = (percentile(&mut took, 0.5), percentile(&mut took, 0.95), took.len());
    let (mut events, mut held) = (0, vec![chromium.memory()]);
    for _ in 0..DAY_PARTS {
        for _ in 0..DAY_COMMANDS / DAY_PARTS {
            for student in &mut students {
                events += u64::from(student.answer().await > 0);
            }
        }
        let _: f64 = run(&browser, COMPLETE, vec![of_class(&students, class).into()]).await;
        held.push(chromium.memory());
    }
    chromium.end(browser).await;
    vec![
        Figure::new(
            format!("answer to cell, 300 students answering every 20 s ({n} answers)"),
            format!("p50 {}, p95 {}", ms(p50), ms(p95)),
        )
        .aim("p95 under 1 s"),
        Figure::new("the last of these updates of the heatmap, until it is on the page", format!("{update:.1} ms")).aim("5 ms"),
        Figure::new(
            format!(
                "memory of the page's process before a school day of {} answers in the school, and after each quarter of it",
                grouped(events as f64)
            ),
            held.iter().map(|bytes| format!("{:.0} MB", *bytes as f64 / 1e6)).collect::<Vec<_>>().join(", "),
        )
        .aim("flat"),
    ]
}

/// A student who answers one question after another.
struct Answering<'s> {
    line: Line,
    player: Player<'s>,
    class: ClassId,
    answered: u64,
}

impl<'s> Answering<'s> {
    async fn open(program: &Program, school: &'s School, student: usize) -> Self {
        let line = load::connect(program.address, &school.students[student], "lesson").await;
        let player = Player::new(school, student, Timestamp(unix_ms() as i64));
        Self { line, player, class: school.students[student].class, answered: 0 }
    }

    /// Sends what leads to the next first answer, and that answer; says how many first answers that makes.
    async fn answer(&mut self) -> u64 {
        loop {
            let envelope = self.player.next();
            let body = envelope.body.get();
            let is_first = body.starts_with(r#"{"SubmitAnswer""#) && !body.contains(r#""try""#);
            let number = envelope.number;
            self.line
                .send(&frame(&serde_json::to_string(&ClientMessage::Command(envelope)).expect("messages serialise")))
                .await
                .expect("it is taken");
            if is_first {
                self.answered += 1;
                // Read to the reply, so that the server is not held up by what nobody reads.
                self.line.expect(&format!(r#"{{"Result":{{"number":{number},"#)).await.expect("it is answered");
                return self.answered;
            }
        }
    }
}

/// The first answers that students of a class have given.
fn of_class(students: &[Answering<'_>], class: ClassId) -> u64 {
    students.iter().filter(|student| student.class == class).map(|student| student.answered).sum()
}

/// The class called 2B: how many first answers its members have given, and how many events tess may read.
fn told(folder: &Path) -> (ClassId, u64, u64) {
    let folder = DataFolder::lock(folder).expect("it is free");
    let engine = folder.engine().expect("it opens");
    let class = engine.class_titled("2B").expect("the class was opened");
    let reader = engine.reader();
    let filed = reader.read_feed(&Feed::Staff(class), 0, usize::MAX).expect("it reads");
    let mut board = Board::default();
    for filed in &filed {
        board.fold(&filed.recorded(filed.event()));
    }
    let answered = |student: &AccountId| board.students.get(student).map_or(0, |student| u64::from(student.answered));
    let events = engine.directory().classes().map(|(class, _)| reader.feed_head(&Feed::Staff(class)).expect("it reads").number).sum();
    (class, board.members.iter().map(answered).sum(), events)
}

async fn sign_in(browser: &WebDriver, program: &Program, login: &str, password: &str) {
    browser.goto(format!("http://{}/", program.address)).await.expect("the page is there");
    browser.set_script_timeout(Duration::from_secs(120)).await.expect("the driver listens");
    let _: bool = run(
        browser,
        "const done = arguments[0]; const look = () => document.querySelector('form') ? done(true) : setTimeout(look, 20); look();",
        Vec::new(),
    )
    .await;
    for radio in browser.find_all(By::Css("input[type=radio]")).await.expect("the form is there").into_iter().skip(1).take(1) {
        radio.click().await.expect("it can be chosen");
    }
    browser.find(By::Css("input[type=text]")).await.expect("a login").send_keys(login).await.expect("it is typed");
    browser.find(By::Css("input[type=password]")).await.expect("a password").send_keys(password).await.expect("it is typed");
    browser.find(By::Css("form button[type=submit]")).await.expect("a button").click().await.expect("it is pressed");
    let there = "const done = arguments[0]; const look = () => document.querySelector('main ul.rows a') ? done(true) : setTimeout(look, 20); look();";
    let _: bool = run(browser, there, Vec::new()).await;
}

/// Waits until the device has kept its folds, so that the next load can begin from them.
async fn kept(browser: &WebDriver, events: u64) {
    let script = "
        const [events, done] = [arguments[0], arguments[1]];
        const look = () => indexedDB.databases().then((all) => {
            const asked = indexedDB.open(all.find(({ name }) => name.startsWith('leftfold-')).name);
            asked.onsuccess = () => {
                const read = asked.result.transaction('snapshots').objectStore('snapshots').count();
                read.onsuccess = () => { asked.result.close(); read.result > 0 ? done(events) : setTimeout(look, 200); };
            };
        });
        look();
    ";
    let _: u64 = run(browser, script, vec![events.into()]).await;
}

async fn run<T: serde::de::DeserializeOwned>(browser: &WebDriver, script: &str, arguments: Vec<serde_json::Value>) -> T {
    browser.execute_async(script, arguments).await.expect("the script runs").convert().expect("the script tells what is asked")
}

fn unix_ms() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970").as_secs_f64() * 1_000.0
}
