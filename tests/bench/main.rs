//! What Leftfold does in how much time and room, beside what the machine itself can do. `bin/bench` builds all that this needs.
//!
//! With words as arguments (`raw`, `commands`, `sign-ins`, `idle`, `history`, `edge`, `size`, `year`, `lesson`) only these are measured.

#[allow(dead_code, reason = "each suite meets its own part of the crowd")]
#[path = "../journey/crowd.rs"]
mod crowd;
mod edge;
mod figures;
mod history;
mod load;
mod program;
mod raw;
mod school;
mod script;
mod size;
mod teacher;
mod wire;

use figures::{Figure, grouped, median, ms, percentile};
use history::History;
use load::{Desk, Speed};
use program::Program;
use school::School;
use std::{env, fs, path::Path, time::Duration};
use tokio::task::LocalSet;

/// All who can sign in.
const STUDENTS: usize = 300;
/// Those who work at once.
const AT_ONCE: usize = 64;
/// In each run, for each student.
const COMMANDS: usize = 600;
const WARM_UP: usize = 200;
/// For the student who works alone.
const COMMANDS_ALONE: usize = 1_000;
const RUNS: usize = 3;
const IDLE: usize = 1_000;

fn main() {
    let words: Vec<String> = env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let wanted = |part: &str| words.is_empty() || words.iter().any(|word| word == part);
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("the target folder can be written to");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime can be made");
    let measured = LocalSet::new().block_on(&runtime, async {
        let mut figures = Vec::new();
        let limits = limits(folder.path()).await;
        if wanted("raw") {
            figures.extend(raw_figures(&limits).await);
        }
        if wanted("commands") {
            figures.extend(commands(folder.path(), &limits).await);
        }
        if wanted("sign-ins") {
            figures.push(sign_ins(folder.path()).await);
        }
        if wanted("history") {
            figures.extend(history(folder.path()));
        }
        if wanted("edge") {
            figures.extend(edge::figures(folder.path(), limits.echo).await);
        }
        if wanted("size") {
            figures.extend(app_size(folder.path()).await);
        }
        if wanted("year") {
            say("a class's year in a browser");
            figures.extend(teacher::year(folder.path(), 30).await);
            say("ten classes' year in a browser");
            figures.extend(teacher::year(folder.path(), 300).await);
        }
        if wanted("lesson") {
            say("a lesson of 300 students before a teacher");
            figures.extend(teacher::lesson(folder.path()).await);
        }
        if wanted("idle") {
            figures.push(idle(folder.path()).await);
        }
        figures
    });
    println!("\n{}", figures::table(&measured));
}

/// What the machine does with nothing of Leftfold in between.
struct Limits {
    sync: Duration,
    echo: Duration,
}

async fn limits(folder: &Path) -> Limits {
    say("the disk and the socket");
    Limits { sync: raw::sync_to_disk(folder), echo: raw::echo().await }
}

async fn raw_figures(limits: &Limits) -> Vec<Figure> {
    say("the browser's database");
    let (write, read) = raw::indexed_db().await;
    vec![
        Figure::new("append 4 kB and sync it to disk (p50)", "").beside(ms(limits.sync)),
        Figure::new("WebSocket there and back (p50)", "").beside(ms(limits.echo)),
        Figure::new("IndexedDB: write 100,000 events in chunks of 100", "").beside(ms(write)),
        Figure::new("IndexedDB: read and count them", "").beside(ms(read)),
    ]
}

async fn commands(folder: &Path, limits: &Limits) -> Vec<Figure> {
    say("a school");
    let folder = folder.join("commands");
    let school = School::make(&folder, STUDENTS);
    let program = Program::serve(&folder);
    say("what the students will send");
    let mut alone = vec![Desk::open(&program, &school, AT_ONCE, WARM_UP + RUNS * COMMANDS_ALONE).await];
    let mut desks = Vec::new();
    for student in 0..AT_ONCE {
        desks.push(Desk::open(&program, &school, student, WARM_UP + 2 * RUNS * COMMANDS).await);
    }
    if env::var_os("LEFTFOLD_BENCH_PROFILE").is_some() {
        println!("profile {}", program.id());
    }
    say("one student");
    load::run(&mut alone, WARM_UP).await;
    let one = median_of(&mut alone, COMMANDS_ALONE).await;
    say("64 students");
    load::run(&mut desks, WARM_UP).await;
    let many = median_of(&mut desks, COMMANDS).await;
    say("64 students, their teachers watching");
    for teacher in &school.teachers {
        tokio::task::spawn_local(load::watch(load::connect(program.address, teacher, "desk").await));
    }
    let watched = median_of(&mut desks, COMMANDS).await;
    let sync_limit = format!("{} to sync, {} there and back", ms(limits.sync), ms(limits.echo));
    vec![
        speed("1 student", one, &sync_limit, &format!("p50 under {}", ms(limits.sync * 3))),
        speed("64 students at once", many, "", "12,000 a second, p99 under 10 ms"),
        speed("64 students at once, their teachers watching", watched, "", ""),
    ]
}

async fn median_of(desks: &mut Vec<Desk>, commands: usize) -> Speed {
    let mut runs = Vec::new();
    for _ in 0..RUNS {
        runs.push(load::run(desks, commands).await);
    }
    Speed {
        per_second: median(runs.iter().map(|run| run.per_second).collect()),
        p50: percentile(&mut runs.iter().map(|run| run.p50).collect::<Vec<_>>(), 0.5),
        p99: percentile(&mut runs.iter().map(|run| run.p99).collect::<Vec<_>>(), 0.5),
    }
}

fn speed(who: &str, Speed { per_second, p50, p99 }: Speed, limit: &str, target: &str) -> Figure {
    let measured = format!("{} a second, p50 {}, p99 {}", grouped(per_second), ms(p50), ms(p99));
    Figure::new(format!("durable commands, socket to reply: {who}"), measured).beside(limit).aim(target)
}

async fn sign_ins(folder: &Path) -> Figure {
    say("300 sign-ins");
    let folder = folder.join("sign-ins");
    let school = School::make(&folder, STUDENTS);
    let program = Program::serve(&folder);
    let (whole, mut each) = load::sign_in(program.address, &school.students, 16).await;
    let p99 = percentile(&mut each, 0.99);
    Figure::new("300 sign-ins, 16 at a time", format!("{:.1} s, p99 {}", whole.as_secs_f64(), ms(p99))).aim("a minute")
}

fn history(folder: &Path) -> Vec<Figure> {
    say("a class's school year");
    let history = History::make(&folder.join("history"));
    let size = history.stored as f64 / history.events as f64;
    let events = grouped(history.events as f64);
    say("folding it");
    let mut figures = vec![
        Figure::new(format!("a stored event, with all that goes with it ({events} events)"), format!("{size:.0} bytes")).aim("220 bytes"),
        Figure::new("events folded for a teacher, natively", format!("{} a second", grouped(history.fold()))),
    ];
    let (answers, took) = history.preview();
    let what = format!("what a correction would do to {} answers, natively", grouped(f64::from(answers)));
    figures.push(Figure::new(what, ms(took)).aim("10,000 answers in 2 s, in Wasm"));
    if let Some(module) = env::var_os("LEFTFOLD_BENCH_WASM") {
        let rate = history.fold_in_wasm(Path::new(&module), folder);
        figures.push(Figure::new("events folded for a teacher, in Wasm", format!("{} a second", grouped(rate))).aim("500,000 a second"));
        for (students, units, events) in [(35, 60, 70_000), (300, 60, 660_000)] {
            say("dragging the slider");
            let (median, worst, megabytes) = history::past_in_wasm(Path::new(&module), students, units, events);
            let what = format!("the board as of any of {} events ({students} students × {units} units), in Wasm", grouped(events as f64));
            let measured = format!("p50 {median:.1} ms, p95 {worst:.1} ms; all of it in {megabytes:.0} MB");
            figures.push(Figure::new(what, measured).aim("33 ms, 100 MB"));
        }
    }
    figures
}

async fn app_size(folder: &Path) -> Vec<Figure> {
    say("the app");
    let folder = folder.join("size");
    fs::create_dir_all(&folder).expect("the target folder can be written to");
    let program = Program::serve(&folder);
    let Some((wasm, all)) = size::first_load(program.address).await else {
        return vec![Figure::new("the app", "not built").aim("350 kB")];
    };
    let line = |what, size: size::Size| {
        Figure::new(what, format!("{:.0} kB, {:.0} kB as brotli", size.raw as f64 / 1_000.0, size.brotli as f64 / 1_000.0))
    };
    vec![line("the app's Wasm", wasm), line("all of a first load, without the font", all).aim("350 kB as brotli")]
}

async fn idle(folder: &Path) -> Figure {
    say("1,000 idle connections");
    let folder = folder.join("idle");
    let school = School::make(&folder, STUDENTS);
    let program = Program::serve(&folder);
    // The first ones warm up what all share.
    let mut lines = Vec::new();
    for (number, student) in school.students.iter().enumerate().take(AT_ONCE) {
        lines.push(load::connect(program.address, student, &format!("warm-up {number}")).await);
    }
    let before = program.memory();
    for number in 0..IDLE {
        let student = &school.students[number % STUDENTS];
        lines.push(load::connect(program.address, student, &format!("idle {number}")).await);
    }
    let each = program.memory().saturating_sub(before) as f64 / IDLE as f64;
    drop(lines);
    Figure::new("memory of an idle connection", format!("{:.1} kB", each / 1_000.0)).aim("10 kB")
}

fn say(what: &str) {
    eprintln!("· {what}");
}
