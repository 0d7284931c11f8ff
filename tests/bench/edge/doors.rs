//! Signing in: what ten thousand cost, and how long the right password takes beside those who guess.

use super::{machine, megabytes};
use crate::{
    crowd::{Attack, Door},
    figures::{Figure, grouped, ms, percentile},
    program::Program,
    say,
    school::{PASSWORD, School},
};
use server::auth::password;
use std::{
    path::Path,
    time::{Duration, Instant},
};

const SIGN_INS: usize = 10_000;
const AT_ONCE: usize = 16;
/// How often the right password is tried during each attack, from a known device and from a new one.
const TRIES: usize = 12;
/// Whose login it is.
const WHO: &str = "student0";

/// What is tried by which guesser, and in which of the guesses.
type Tried = fn(usize, usize) -> String;
const ATTACKS: [(&str, usize, Tried); 3] = [
    ("200 made-up logins in flight", 200, made_up),
    ("1,000 made-up logins in flight", 1_000, made_up),
    ("three who guess at that login all the time", 3, |_, _| WHO.to_owned()),
];

fn made_up(guesser: usize, n: usize) -> String {
    format!("nobody {guesser} {n}")
}

pub async fn figures(folder: &Path) -> Vec<Figure> {
    School::make(folder, AT_ONCE);
    let hash = hash();
    let mut figures = vec![often(folder, hash).await];
    for (attack, at_once, login) in ATTACKS {
        say(&format!("a right sign-in beside {attack}"));
        figures.extend(beside(folder, attack, at_once, login).await.map(|figure| figure.beside(format!("a hash {}", ms(hash)))));
    }
    figures
}

/// How long one password takes this machine, when nothing else is asked of it.
fn hash() -> Duration {
    let mut took = [Duration::ZERO; 9].map(|_| {
        let begun = Instant::now();
        password::hash(PASSWORD).expect("it can be hashed");
        begun.elapsed()
    });
    percentile(&mut took, 0.5)
}

async fn often(folder: &Path, hash: Duration) -> Figure {
    say("10,000 sign-ins");
    let program = Program::serve(folder);
    let (start, begun) = (program.resident(), Instant::now());
    let (url, logins) = (program.url(), (0..AT_ONCE).map(|n| format!("student{n}")).collect::<Vec<_>>());
    Door { url: &url, password: PASSWORD }.sign_in_often(&logins, SIGN_INS, AT_ONCE).await;
    let (took, most, after) = (begun.elapsed(), program.resident_max(), program.resident());
    let measured = format!(
        "{} resident at the start, {} at most, {} after; {:.0} s",
        megabytes(start),
        megabytes(most),
        megabytes(after),
        took.as_secs_f64()
    );
    Figure::new(format!("{} right sign-ins, {AT_ONCE} at a time", grouped(SIGN_INS as f64)), measured)
        .beside(format!("{}, a hash {}", machine(), ms(hash)))
        .aim("120 MB at most, within 20 MB of the start after")
}

/// Right sign-ins from a device that is known and from one that is not, both from the address that the attack comes from.
async fn beside(folder: &Path, attack: &str, at_once: usize, login: Tried) -> [Figure; 2] {
    let program = Program::serve(folder);
    let url = program.url();
    let door = Door { url: &url, password: PASSWORD };
    let device = door.known_device(WHO).await;
    let guesses = Attack::begin(&url, at_once, login).await;
    let (mut known, mut new) = (Vec::new(), Vec::new());
    for _ in 0..TRIES {
        known.push(door.right_sign_in(WHO, 1, Some(&device)).await);
        new.push(door.right_sign_in(WHO, 1, None).await);
        // Nothing is forgotten in time for the next.
        door.guess(WHO, 1).await;
    }
    drop(guesses);
    [("a known device", known, "1 s at most"), ("a new device", new, "5 s at most")].map(|(whence, mut took, aim)| {
        let measured = format!("p50 {}, at most {}", ms(percentile(&mut took, 0.5)), ms(percentile(&mut took, 1.0)));
        Figure::new(format!("a right sign-in from {whence}, beside {attack}, all from one address"), measured).aim(aim)
    })
}
