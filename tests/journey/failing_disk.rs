//! A disk that is full, or that fails to write or to sync: nothing more is acknowledged, the health turns red, reading goes on; once the trouble
//! has passed, all that was acknowledged is there once, and writing goes on.

use crate::{
    killed::{Pupil, all_sign_in, check_all, check_store, found},
    program::Program,
    school::PATIENCE,
};
use domain::feeds::Feed;
use futures_util::future::join_all;
use std::{
    env,
    fs::{self, File},
    io::Write as _,
    path::Path,
    process::Command,
};
use tempfile::TempDir;
use tokio::time::timeout;

/// Set for the process that has a filesystem of its own.
const INSIDE: &str = "LEFTFOLD_SMALL_DISK";
/// So many rounds without a single acknowledgement are enough to believe that there will be none.
const QUIET_ROUNDS: u32 = 5;
/// So many work; a batch of commands is more than one.
const AT_WORK: usize = 16;

/// Students at work with a server whose disk is in trouble now and then.
struct Trouble<'d> {
    data: &'d Path,
    program: Program,
    pupils: Vec<Pupil>,
}

impl<'d> Trouble<'d> {
    async fn ahead(data: &'d Path, environment: &[(&str, &Path)]) -> Self {
        let (class, unit, edition) = found(data);
        let program = Program::begin(data, environment).listening();
        let mut pupils = all_sign_in(&program.url, class, unit, edition).await;
        pupils.truncate(AT_WORK);
        let mut trouble = Self { data, program, pupils };
        trouble.all_is_well().await;
        trouble
    }

    /// Everybody gives a command; how many were acknowledged.
    async fn round(&mut self) -> usize {
        join_all(self.pupils.iter_mut().map(Pupil::give)).await.into_iter().filter(|acknowledged| *acknowledged).count()
    }

    async fn health(&self) -> u16 {
        reqwest::get(format!("{}/api/health", self.program.url)).await.unwrap().status().as_u16()
    }

    /// Commands are acknowledged, and all that ever were are there.
    async fn all_is_well(&mut self) {
        for _ in 0..3 {
            assert_eq!(self.round().await, self.pupils.len());
        }
        assert_eq!(self.health().await, 200);
        check_all(&self.pupils, self.data);
    }

    /// Nothing is acknowledged, which the health says; reading goes on. `worsen` is called before every round.
    async fn nothing_goes(&mut self, worsen: impl Fn()) {
        let mut quiet = 0;
        let settled = async {
            while quiet < QUIET_ROUNDS {
                worsen();
                let silent = self.round().await == 0 && self.health().await == 503;
                quiet = if silent { quiet + 1 } else { 0 };
            }
        };
        timeout(PATIENCE, settled).await.expect("the trouble is noticed");
        for _ in 0..QUIET_ROUNDS {
            assert_eq!((self.round().await, self.health().await), (0, 503));
            let browser = &self.pupils[0].browser;
            assert!(!browser.feed(Feed::Student(browser.me.account)).await.is_empty(), "reading goes on");
            assert_eq!(browser.get("/api/sessions").await.status(), 200);
        }
        check_all(&self.pupils, self.data);
    }

    /// The trouble is over: the server finds out by itself.
    async fn recovers(&mut self) {
        let recovered = async { while self.health().await != 200 {} };
        timeout(PATIENCE, recovered).await.expect("the store is opened again");
        self.all_is_well().await;
    }

    /// What lies on the disk is sound, also for a server that starts anew.
    async fn restart(mut self, environment: &[(&str, &Path)]) {
        check_store(self.data);
        self.program.kill();
        self.program = Program::begin(self.data, environment).listening();
        self.pupils.iter_mut().for_each(|pupil| pupil.browser.url.clone_from(&self.program.url));
        self.all_is_well().await;
        let (events, data) = (check_store(self.data), self.data.display());
        println!("{events} events in {data}, sound");
    }
}

#[tokio::test]
async fn a_disk_that_fails_to_sync_or_to_write_loses_nothing_that_was_acknowledged() {
    let tools = TempDir::new().unwrap();
    let library = tools.path().join("faulty_disk.so");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/journey/faulty_disk.c");
    let compiled = Command::new("cc").args(["-shared", "-fPIC", "-Wall", "-Werror", "-o"]).args([&library, &source]).arg("-ldl").output();
    let compiled = compiled.expect("this test compiles a small C library, so it needs a C compiler called cc");
    assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
    let (data, told) = (TempDir::new().unwrap(), tools.path().join("told"));
    let environment = [("LD_PRELOAD", library.as_path()), ("LEFTFOLD_FAULTY_DISK", &told)];
    let mut trouble = Trouble::ahead(data.path(), &environment).await;
    for fault in ["sync", "write"] {
        fs::write(&told, fault).unwrap();
        trouble.nothing_goes(|| {}).await;
        fs::remove_file(&told).unwrap();
        trouble.recovers().await;
    }
    // Killed in the middle of the trouble.
    fs::write(&told, "sync").unwrap();
    trouble.nothing_goes(|| {}).await;
    trouble.program.kill();
    fs::remove_file(&told).unwrap();
    trouble.program = Program::begin(data.path(), &environment).listening();
    trouble.pupils.iter_mut().for_each(|pupil| pupil.browser.url.clone_from(&trouble.program.url));
    trouble.recovers().await;
    trouble.restart(&environment).await;
}

#[tokio::test]
async fn a_disk_that_is_full_loses_nothing_that_was_acknowledged() {
    if env::var_os(INSIDE).is_none() {
        return again_inside("failing_disk::a_disk_that_is_full_loses_nothing_that_was_acknowledged");
    }
    let small = TempDir::new().unwrap();
    let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=24m,mode=0700", "tmpfs"]).arg(small.path()).output().unwrap();
    assert!(mounted.status.success(), "{NEEDS_MOUNT}: {}", String::from_utf8_lossy(&mounted.stderr));
    let (data, ballast) = (small.path().join("data"), small.path().join("ballast"));
    let mut trouble = Trouble::ahead(&data, &[]).await;
    for _ in 0..2 {
        trouble.nothing_goes(|| fill(&ballast)).await;
        fs::remove_file(&ballast).unwrap();
        trouble.recovers().await;
    }
    trouble.restart(&[]).await;
    drop(small.keep());
}

const NEEDS_MOUNT: &str =
    "this test needs a small filesystem of its own, so it must be allowed to mount one: as root, or by `unshare -Urm`";

/// Runs a test once more in a process that sees mounts of its own, which go with it.
fn again_inside(test: &str) {
    let itself = env::current_exe().unwrap();
    let is_root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
    let mut inside = Command::new("unshare");
    inside.arg(if is_root { "-m" } else { "-Urm" }).arg(itself).args(["--exact", test, "--nocapture"]).env(INSIDE, "1");
    let done = inside.output().unwrap_or_else(|fault| panic!("{NEEDS_MOUNT}: {fault}"));
    let said = [done.stdout, done.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    println!("{said}");
    assert!(said.contains("running 1 test"), "{NEEDS_MOUNT}");
    assert!(done.status.success() && said.contains("1 passed"), "it failed there, see above");
}

/// Takes all room that there is.
fn fill(ballast: &Path) {
    let mut file = File::options().create(true).append(true).open(ballast).unwrap();
    for size in [1 << 16, 1 << 12, 1] {
        while file.write_all(&vec![0; size]).is_ok() {}
    }
}
