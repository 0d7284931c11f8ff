//! The data folder: one program at a time, and nobody kept out by one that has ended.

use crate::school::{School, account, operated};
use domain::account::Role;
use server::operator::folder::{DataFolder, NotYours};
use std::{
    fs,
    process::{Command, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    thread,
};
use tempfile::TempDir;

/// A process that is being started has a copy of every open file for a moment. It once kept the lock of a folder that was given back.
#[test]
fn a_folder_that_was_given_back_is_free_whoever_starts_a_process_just_then() {
    let data = TempDir::new().unwrap();
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    Command::new("true").stdin(Stdio::null()).status().unwrap();
                }
            });
        }
        for round in 0..20_000 {
            let locked = DataFolder::lock(data.path());
            if locked.is_err() {
                done.store(true, Ordering::Relaxed);
            }
            drop(locked.unwrap_or_else(|fault| panic!("round {round}: {fault}")));
        }
        done.store(true, Ordering::Relaxed);
    });
    let held = DataFolder::lock(data.path()).unwrap();
    assert!(matches!(DataFolder::lock(data.path()), Err(NotYours::Taken(_))));
    drop(held);
}

/// What `kill -9` leaves in the folder: the notice of a server that is no more, and one that was half written.
#[tokio::test]
async fn what_a_killed_server_left_in_the_folder_misleads_nobody() {
    let mut school = School::open().await;
    let notice = fs::read(school.path().join("handover.json")).unwrap();
    school.stop().await;
    for (left, text) in [("handover.json", notice.as_slice()), ("handover.json", b"{"), ("handover.json.part", b"{")] {
        fs::write(school.path().join(left), text).unwrap();
        let login = format!("{left}{}", text.len());
        operated(school.path(), account(&login, "Nora", Role::Student, None)).await.unwrap();
        school.start().await;
        operated(school.path(), account(&format!("{login}x"), "Nora", Role::Student, None)).await.unwrap();
        school.stop().await;
        assert!(!school.path().join("handover.json").exists());
    }
}
