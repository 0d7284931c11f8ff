//! Many connections at once: whether the health check still answers, and how much memory they cost.

use super::{machine, megabytes, memory};
use crate::{
    crowd::{self, Asker, HALF_HEAD, is_open},
    figures::{Figure, grouped, ms, percentile},
    load,
    program::Program,
    say,
    school::School,
};
use domain::{attempt::AttemptKey, feeds::Feed};
use server::limits::Limits;
use std::{path::Path, time::Duration};
use tokio::net::TcpStream;

/// Connections that have begun a request and do not go on.
const HEADS: usize = 1_200;
/// Sockets of one pupil.
const SOCKETS: usize = 1_005;
/// Answers that nobody takes.
const UNREAD: usize = 200;
/// How often health is asked.
const ASKED: usize = 1_000;

pub async fn figures(folder: &Path, echo: Duration) -> Vec<Figure> {
    let school = School::make(folder, 30);
    let long = AttemptKey { student: school.students[0].account, class: school.students[0].class, unit: school.units[0], run: 9 };
    crowd::write_long_answers(folder, long);
    let limit = format!("{} there and back; {}", ms(echo), machine());
    let figures = [quiet(folder).await, heads(folder).await, sockets(folder, &school).await, unread(folder, &school).await];
    figures.map(|figure| figure.beside(limit.as_str()).aim("100 ms")).into()
}

/// How long health takes: p50, p99 and at most.
async fn health(program: &Program) -> String {
    let asker = Asker::of(&program.url());
    let mut took = Vec::with_capacity(ASKED);
    for _ in 0..ASKED {
        took.push(asker.health().await);
    }
    let [p50, p99, most] = [0.5, 0.99, 1.0].map(|share| ms(percentile(&mut took, share)));
    format!("p50 {p50}, p99 {p99}, at most {most}")
}

async fn quiet(folder: &Path) -> Figure {
    say("health");
    let program = Program::serve(folder);
    let start = program.resident();
    Figure::new("health, beside nothing", format!("{}; {} resident", health(&program).await, megabytes(start)))
}

async fn heads(folder: &Path) -> Figure {
    say("1,200 unfinished heads");
    let program = Program::serve(folder);
    let start = program.resident();
    let mut half = Vec::with_capacity(HEADS);
    for _ in 0..HEADS {
        half.push(crowd::half_said(program.address, HALF_HEAD).await);
    }
    let open = |half: &[TcpStream]| grouped(half.iter().filter(|stream| is_open(stream)).count() as f64);
    let first = open(&half);
    let took = health(&program).await;
    let last = open(&half);
    let what = format!("health, beside {} unfinished heads", grouped(HEADS as f64));
    let measured = format!("{took}; {}; {first} of them waited for when it was first asked, {last} at last", memory(&program, start));
    Figure::new(what, measured)
}

async fn sockets(folder: &Path, school: &School) -> Figure {
    say("1,005 sockets of one student");
    let program = Program::serve(folder);
    let start = program.resident();
    let mut lines = Vec::with_capacity(SOCKETS);
    for number in 0..SOCKETS {
        lines.push(load::connect(program.address, &school.students[1], &format!("socket {number}")).await);
    }
    let took = health(&program).await;
    drop(lines);
    let what = format!("health, beside {} sockets of one student", grouped(SOCKETS as f64));
    Figure::new(what, format!("{took}; {}; {} sockets are kept", memory(&program, start), Limits::default().sockets_max))
}

async fn unread(folder: &Path, school: &School) -> Figure {
    say("200 answers that nobody takes");
    let program = Program::serve(folder);
    let start = program.resident();
    let (student, teacher) = (&school.students[0], &school.teachers[0]);
    let mut streams = Vec::with_capacity(UNREAD);
    for _ in 0..UNREAD / 2 {
        streams.push(crowd::unread(program.address, Feed::Student(student.account), &student.cookie).await);
        streams.push(crowd::unread(program.address, Feed::Staff(teacher.class), &teacher.cookie).await);
    }
    let took = health(&program).await;
    let figure = Figure::new(
        format!("health, beside {UNREAD} answers of up to 4 MB that two people do not take"),
        format!("{took}; {}", memory(&program, start)),
    );
    drop(streams);
    figure
}
