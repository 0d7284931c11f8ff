//! The program as operators install it: what a student's first load weighs. `bin/release` makes the program, and `LEFTFOLD_PROGRAM` says where it
//! is; the short journeys of `tests/browsers` go through the same one.

#[path = "bench/size.rs"]
mod size;

#[allow(dead_code, reason = "nobody answers")]
#[path = "browser/answers.rs"]
mod answers;
#[allow(dead_code, reason = "each suite asks for its own part")]
#[path = "browser/school.rs"]
mod school;
#[path = "browser/waiting.rs"]
mod waiting;
#[allow(dead_code, reason = "nobody has worked before")]
#[path = "browser/year.rs"]
mod year;

use school::School;
use std::env;

/// What was reached, in bytes of brotli, without the font: more is red.
const FIRST_LOAD_MAX: usize = 795_000;
/// What is aimed for.
const FIRST_LOAD_AIM: usize = 350_000;

#[tokio::test]
async fn a_students_first_load_stays_within_what_was_reached() {
    assert!(env::var_os("LEFTFOLD_PROGRAM").is_some(), "`bin/test shipped` makes the program and says where it is");
    let (school, _) = School::open_after(0).await;
    let address = school.url().trim_start_matches("http://").parse().expect("a school has an address");
    let (wasm, all) = size::first_load(address).await.expect("the app is in the program");
    println!("a student's first load: {} bytes as brotli, of them {} Wasm ({} raw)", all.brotli, wasm.brotli, wasm.raw);
    if all.brotli > FIRST_LOAD_AIM {
        println!("missing: the aim is {FIRST_LOAD_AIM}");
    }
    assert!(all.brotli <= FIRST_LOAD_MAX, "{} bytes are more than {FIRST_LOAD_MAX}", all.brotli);
}
