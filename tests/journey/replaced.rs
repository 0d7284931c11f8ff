//! A restore that is interrupted at any point: the store is then the old one or the new one, and whatever opens it next finishes the rest.

use crate::{
    killed::{check_store, found},
    program,
    school::{account, operated},
};
use domain::account::Role;
use rusqlite::Connection;
use server::{
    ServerConfig,
    operator::{backup::back_up, folder::store_in, restore::restore},
    start,
};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// Files by their names, each a copy of another.
type Files<'f> = &'f [(&'f str, &'f Path)];

/// The era of a store, and whether it has the account that was made after the backup.
fn look(store: &Path) -> (u32, bool) {
    let store = Connection::open(store).unwrap();
    let era = store.query_row("SELECT value FROM settings WHERE name = 'era'", [], |row| row.get::<_, String>(0));
    let later = store.query_row("SELECT count(*) FROM people WHERE name = 'Later'", [], |row| row.get::<_, i64>(0)).unwrap();
    (era.map_or(0, |era| era.parse().unwrap()), later > 0)
}

/// A school, its backup, and an account that was made after it.
async fn school_and_backup() -> (TempDir, PathBuf, PathBuf) {
    let around = TempDir::new().unwrap();
    let (data, backup) = (around.path().join("data"), around.path().join("backup"));
    found(&data);
    back_up(&data, &backup).unwrap();
    operated(&data, account("later", "Later", Role::Student, None)).await.unwrap();
    (around, data, backup)
}

#[tokio::test]
async fn whatever_step_a_restore_is_broken_off_at_the_store_is_the_old_one_or_the_new_one() {
    let (around, data, backup) = school_and_backup().await;
    let old = around.path().join("old");
    fs::copy(store_in(&data), &old).unwrap();
    restore(&data, &backup, false).unwrap();
    let new = around.path().join("new");
    fs::copy(store_in(&data), &new).unwrap();
    let empty = around.path().join("empty");
    fs::write(&empty, "").unwrap();
    let steps: [(&str, Files<'_>, bool); 6] = [
        ("while the copy is made", &[("", &old), (".restoring", &old)], false),
        ("when it is decided", &[("", &old), (".restored-1", &new)], true),
        ("when the log is put aside", &[("", &old), (".restored-1", &new), (".before-restore-1-wal", &empty)], true),
        ("when the old one has its second name", &[("", &old), (".before-restore-1", &old), (".restored-1", &new)], true),
        ("when the old one is put aside", &[(".before-restore-1", &old), (".restored-1", &new)], true),
        ("when there was none", &[(".restored-1", &new)], true),
    ];
    for (step, files, is_new) in steps {
        let broken = TempDir::new().unwrap();
        for (ending, file) in files {
            fs::copy(file, broken.path().join(format!("leftfold.sqlite{ending}"))).unwrap();
        }
        start(ServerConfig::local(broken.path().to_owned())).await.unwrap().shutdown().await;
        check_store(broken.path());
        assert_eq!(look(&store_in(broken.path())), (u32::from(is_new), !is_new), "{step}");
        if files.iter().any(|(ending, _)| ["", ".before-restore-1"].contains(ending)) && is_new {
            assert_eq!(look(&broken.path().join("leftfold.sqlite.before-restore-1")), (0, true), "{step}: what was here is kept");
        }
        let names = fs::read_dir(broken.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        assert!(names.into_iter().all(|name| !name.contains("restoring") && !name.contains("restored")), "{step}: nothing is left over");
    }
}

#[tokio::test]
async fn a_restore_that_is_killed_leaves_the_old_store_or_the_new_one() {
    let (_around, data, backup) = school_and_backup().await;
    let whole = Instant::now();
    let (said, status) = program::run(&data, &["restore", backup.to_str().unwrap()]).await;
    assert_eq!(status, 0, "{said}");
    let whole = whole.elapsed();
    let (mut era, mut done) = (1, 0);
    for round in 0..12 {
        let mut restoring = Command::new(env!("CARGO_BIN_EXE_leftfold"));
        restoring.arg("--data").arg(&data).arg("restore").arg(&backup).stdout(Stdio::null()).stderr(Stdio::null());
        let (mut restoring, begun) = (restoring.spawn().unwrap(), Instant::now());
        while begun.elapsed() < whole * round / 11 {
            thread::yield_now();
        }
        restoring.kill().unwrap();
        restoring.wait().unwrap();
        start(ServerConfig::local(data.clone())).await.unwrap().shutdown().await;
        check_store(&data);
        let (now, _) = look(&store_in(&data));
        assert!(now == era || now == era + 1, "round {round}: era {era}, then {now}");
        (era, done) = (now, done + u32::from(now > era));
    }
    println!("a restore takes {:?}; {done} of 12 were done when they were killed", Duration::from_millis(whole.as_millis() as u64));
}
