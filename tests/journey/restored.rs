//! The drill: a backup is taken while everybody works, more is done, the backup is restored, and every projection of the restored log is what it
//! was at the moment of the backup.

use crate::{
    killed::{Pupil, all_sign_in, check_store, found},
    program::{self, Program},
    school::{PASSWORD, device_of, envelope},
};
use domain::{
    account::Role,
    class,
    command::Command,
    event::{Position, Recorded},
    feeds,
    ids::{AccountId, DeviceId},
    projections::{directory::Directory, read_models::ReadModels, state_hash},
    protocol::{Admission, Posted},
};
use futures_util::future::join_all;
use rusqlite::Connection;
use serde_json::json;
use server::{
    operator::folder::store_in,
    store::{EventStore as _, StoreReader as _, sqlite::SqliteStore},
};
use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
};
use tempfile::TempDir;

/// The state hash of each projection, of everybody, of the log up to a position.
fn projections(data: &Path, up_to: Position) -> BTreeMap<String, String> {
    let reader = SqliteStore::open(&store_in(data)).unwrap().reader();
    let mut directory = Directory::default();
    let accounts: Vec<(AccountId, Role)> = {
        let events = reader.read_directory().unwrap();
        let events = events.iter().map(|filed| filed.recorded(filed.event())).filter(|event| event.position <= up_to);
        events.for_each(|event| directory.fold(&event));
        directory.accounts().map(|(account, known)| (account, known.role)).collect()
    };
    let mut hashes = BTreeMap::from([("directory".to_owned(), format!("{:?}", state_hash(&directory)))]);
    for (account, role) in accounts {
        let feeds = feeds::readable(account, &directory, domain::time::Timestamp(i64::MAX));
        let events = feeds.iter().flat_map(|feed| reader.read_feed(feed, 0, usize::MAX >> 1).unwrap());
        let events: BTreeMap<Position, Recorded> = events.map(|filed| (filed.position, filed.recorded(filed.event()))).collect();
        let mut models = ReadModels::of(account, role);
        events.range(..=up_to).for_each(|(_, event)| models.fold(event));
        hashes.insert(account.to_string(), format!("{:?}", state_hash(&models)));
    }
    hashes
}

fn setting(store: &Path, name: &str) -> Option<String> {
    let store = Connection::open(store).unwrap();
    store.query_row("SELECT value FROM settings WHERE name = ?1", [name], |row| row.get(0)).ok()
}

/// Everybody answers until told to stop; how many commands were acknowledged.
async fn work(pupils: &mut [Pupil], enough: &AtomicBool) -> usize {
    let work = pupils.iter_mut().map(async |pupil| {
        let mut acknowledged = 0;
        while acknowledged == 0 || !enough.load(Ordering::Relaxed) {
            assert!(pupil.give().await);
            acknowledged += 1;
        }
        acknowledged
    });
    join_all(work).await.into_iter().sum()
}

async fn seal(url: &str, login: &str) -> String {
    let sent = reqwest::Client::new().post(format!("{url}/api/sessions")).json(&json!({ "login": login, "password": PASSWORD }));
    sent.send().await.unwrap().json::<Admission>().await.unwrap().seal
}

#[tokio::test]
async fn a_backup_taken_while_everybody_works_brings_back_every_projection() {
    let (data, elsewhere) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let (data, backup) = (data.path(), elsewhere.path().join("backup.sqlite"));
    let backup_name = backup.to_str().unwrap();
    let (class, unit, edition) = found(data);
    let program = Program::start(data);
    let mut pupils = all_sign_in(&program.url, class, unit, edition).await;
    let enough = AtomicBool::new(false);
    let copied = async {
        let done = program::run(data, &["backup", backup_name]).await;
        enough.store(true, Ordering::Relaxed);
        done
    };
    let (acknowledged, (said, status)) = tokio::join!(work(&mut pupils, &enough), copied);
    assert_eq!(status, 0, "{said}");
    println!("{acknowledged} commands acknowledged meanwhile; {}", said.trim());
    work(&mut pupils, &AtomicBool::new(true)).await;

    // Nothing is overwritten, no session is in it, and nobody else may read it.
    let (said, status) = program::run(data, &["backup", backup_name]).await;
    assert!(status == 1 && said.contains("is there already"), "{said}");
    let copy = Connection::open(&backup).unwrap();
    let last: i64 = copy.query_row("SELECT max(position) FROM events", [], |row| row.get(0)).unwrap();
    let last = Position(last.cast_unsigned());
    assert_eq!(copy.query_row("SELECT count(*) FROM sessions", [], |row| row.get::<_, i64>(0)).unwrap(), 0);
    drop(copy);
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&backup).unwrap().permissions()) & 0o777, 0o600);
    let (said, status) = program::run(data, &["restore", backup_name]).await;
    assert!(status == 1 && said.contains("stop it first"), "{said}");

    let log = setting(&store_in(data), "log");
    program.kill();
    let (original, all) = (projections(data, last), projections(data, Position(u64::MAX)));
    assert_ne!(original, all, "work went on after the backup");
    let events = check_store(data);
    let (said, status) = program::run(data, &["restore", backup_name]).await;
    assert_eq!(status, 0, "{said}");
    assert!(said.contains("era 1") && said.contains("before-restore-1") && said.contains("start the server"), "{said}");
    assert_eq!(projections(data, Position(u64::MAX)), original);
    assert!(check_store(data) < events);
    assert_eq!((setting(&store_in(data), "era").as_deref(), setting(&store_in(data), "log")), (Some("1"), log));
    // What was replaced is all there, with what stood only in its write-ahead log.
    let kept = server::operator::check::check(&data.join("leftfold.sqlite.before-restore-1"), &mut |_, _| {}).unwrap();
    assert_eq!((kept.is_sound(), kept.counted.events), (true, events));

    // A device is told how far its line goes in the restored log; what it sends again has the results that it had.
    let program = Program::start(data);
    let before = &pupils[0];
    let mut again = all_sign_in(&program.url, class, unit, edition).await;
    let pupil = again.iter_mut().find(|pupil| pupil.browser.me.account == before.browser.me.account).unwrap();
    let (_socket, heard) = pupil.browser.sync("laptop").await;
    let (era, there) = (&heard[0]["Welcome"]["era"], heard[0]["Welcome"]["last"].as_u64().unwrap());
    assert_eq!(*era, 1);
    assert!(there < before.acknowledged.len() as u64, "it gave a command after the backup");
    pupil.acknowledged = before.acknowledged.range(..=there).map(|(number, outcome)| (*number, outcome.clone())).collect();
    while pupil.acknowledged.len() < before.acknowledged.len() {
        assert!(pupil.give().await);
    }
    assert_eq!(pupil.acknowledged, before.acknowledged);
    program.kill();
    check_store(data);
}

#[tokio::test]
async fn a_restored_log_goes_on_in_a_higher_era_whatever_became_of_the_store() {
    let (data, elsewhere) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let (data, backup) = (data.path(), elsewhere.path().join("backup.sqlite"));
    let backup_name = backup.to_str().unwrap();
    let (class, unit, edition) = found(data);
    let program = Program::start(data);
    let mut pupils = all_sign_in(&program.url, class, unit, edition).await;
    work(&mut pupils, &AtomicBool::new(true)).await;
    let sealed = seal(&program.url, "pupil1").await;
    let (said, status) = program::run(data, &["backup", backup_name]).await;
    assert_eq!(status, 0, "{said}");
    // Two devices come after the backup: one only says hello, the other sends something, if only what it may not.
    let ann = &pupils[0].browser;
    let (tablet, phone) = (device_of(ann.me.account, "tablet"), device_of(ann.me.account, "phone"));
    let (_socket, _) = ann.sync("tablet").await;
    let not_hers = Command::Class(class, class::Command::CloseEnrolment {});
    let commands = vec![envelope(1, &not_hers)];
    assert_eq!(ann.post("/api/commands", &Posted { device: phone, commands }).await.status(), 200);
    program.kill();
    let store = store_in(data);
    for (era, damage) in [(1, None), (2, None), (3, Some("it is no database any more")), (4, Some(""))] {
        if let Some(damage) = damage {
            fs::write(&store, damage.repeat(100)).unwrap();
        }
        let (said, status) = program::run(data, &["restore", backup_name]).await;
        assert_eq!(status, 0, "{said}");
        assert_eq!(setting(&store, "era"), Some(era.to_string()));
        assert!(data.join(format!("leftfold.sqlite.before-restore-{era}")).exists());
        check_store(data);
        // What they did without a connection is not held to the next sign-in: they are known, where the store that was replaced can be read.
        let known = setting(&store, &format!("greeted/{}", ann.me.account));
        let known: BTreeMap<DeviceId, i64> = known.map(|text| serde_json::from_str(&text).unwrap()).unwrap_or_default();
        assert_eq!(known.contains_key(&tablet) && known.contains_key(&phone), damage.is_none(), "{known:?}");
        assert!(damage.is_some() || known[&tablet] < known[&phone], "since she signed in, and since the backup: {known:?}");
    }
    // It serves; whoever was signed in is no more, and what was sealed can be opened.
    let program = Program::start(data);
    for pupil in &mut pupils {
        pupil.browser.url.clone_from(&program.url);
    }
    assert_eq!(pupils[1].browser.get("/api/sessions").await.status(), 401);
    assert_eq!(seal(&program.url, "pupil1").await, sealed);
    program.kill();

    // Another school's backup is not for this folder, and a backup with faults is restored only by whoever insists.
    let other = TempDir::new().unwrap();
    found(other.path());
    let (said, status) = program::run(other.path(), &["restore", backup_name]).await;
    assert!(status == 1 && said.contains("another school's log"), "{said}");
    Connection::open(&backup).unwrap().execute("DELETE FROM documents WHERE rowid = 1", []).unwrap();
    let (said, status) = program::run(data, &["restore", backup_name]).await;
    assert!(status == 1 && said.contains("names the document") && said.contains("--despite-faults"), "{said}");
    assert_eq!(setting(&store, "era").as_deref(), Some("4"), "nothing was restored");
    let (said, status) = program::run(data, &["restore", backup_name, "--despite-faults"]).await;
    assert_eq!(status, 0, "{said}");
    assert_eq!(setting(&store, "era").as_deref(), Some("5"));
}
