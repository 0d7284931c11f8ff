//! What attackers can do to a school: to the writer's thread, at the sign-in, and with many connections.

mod crowds;
mod deciding;
mod doors;

use crate::{figures::Figure, program::Program};
use std::{fs, path::Path, thread, time::Duration};

/// All of it. An echo takes so long on this machine.
pub async fn figures(folder: &Path, echo: Duration) -> Vec<Figure> {
    let mut figures = deciding::figures();
    figures.extend(doors::figures(&folder.join("doors")).await);
    figures.extend(crowds::figures(&folder.join("crowds"), echo).await);
    figures
}

/// What the machine has: its processors and its memory.
fn machine() -> String {
    let told = fs::read_to_string("/proc/meminfo").expect("this system has /proc");
    let total = told.lines().find_map(|line| line.strip_prefix("MemTotal:")).expect("the kernel counts memory");
    let kilobytes: f64 = total.trim().trim_end_matches(" kB").parse().expect("a number of kB");
    let cores = thread::available_parallelism().map_or(1, usize::from);
    format!("{cores} cores, {:.0} GB of memory", kilobytes * 1_024.0 / 1e9)
}

/// Memory as it is told: what was resident at first, and what of it at most so far.
fn memory(program: &Program, start: u64) -> String {
    format!("{} resident at the start, {} at most", megabytes(start), megabytes(program.resident_max()))
}

fn megabytes(bytes: u64) -> String {
    format!("{:.0} MB", bytes as f64 / 1e6)
}
