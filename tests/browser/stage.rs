//! Where a journey takes place: a school, a driver, and browsers that are all gone when it is over, however it ends.

use crate::{chromium, page::Browser, school::School, year::Year};
use futures_util::FutureExt as _;
use std::{
    fs,
    panic::{AssertUnwindSafe, resume_unwind},
    path::{Path, PathBuf},
    process::Child,
    sync::{Arc, Mutex},
    time::Duration,
};
use tempfile::TempDir;
use thirtyfour::WebDriver;
use tokio::{sync::Semaphore, time::timeout};

/// Journeys at once.
const SEATS: u32 = 2;
static FREE: Semaphore = Semaphore::const_new(SEATS as usize);
/// No journey takes longer, even on a busy machine, but those of very many steps.
const LONGEST: Duration = Duration::from_secs(480);

/// What a driver says of a page whose server is away; an error unless the journey took it away.
const AWAY: [&str; 5] = [
    "net::ERR_CONNECTION_REFUSED",
    "net::ERR_CONNECTION_RESET",
    "net::ERR_EMPTY_RESPONSE",
    "net::ERR_INCOMPLETE_CHUNKED",
    "net::ERR_SOCKET_NOT_CONNECTED",
];

/// A journey, beside at most one other.
pub async fn journey(name: &str, walk: impl AsyncFnOnce(&mut Stage)) {
    take_place(name, 1, 0, LONGEST, async |stage, _| walk(stage).await).await;
}

/// A journey in a school that is there already.
pub async fn journey_in(name: &str, school: School, walk: impl AsyncFnOnce(&mut Stage)) {
    let _seat = FREE.acquire().await.expect("the seats are there for ever");
    walk_on(name, Stage::around(school), LONGEST, walk).await;
}

/// A journey of very many steps.
pub async fn long_journey(name: &str, walk: impl AsyncFnOnce(&mut Stage)) {
    take_place(name, 1, 0, 3 * LONGEST, async |stage, _| walk(stage).await).await;
}

/// A journey in which time is measured: it has the machine for itself.
pub async fn measured_journey(name: &str, walk: impl AsyncFnOnce(&mut Stage)) {
    take_place(name, SEATS, 0, LONGEST, async |stage, _| walk(stage).await).await;
}

/// The same in a school whose class has worked before: the feed of its teachers holds at least so many events.
pub async fn measured_journey_after(name: &str, events: u64, walk: impl AsyncFnOnce(&mut Stage, Year)) {
    take_place(name, SEATS, events, LONGEST, walk).await;
}

async fn take_place(name: &str, seats: u32, events: u64, longest: Duration, walk: impl AsyncFnOnce(&mut Stage, Year)) {
    let _seats = FREE.acquire_many(seats).await.expect("the seats are there for ever");
    let (school, year) = School::open_after(events).await;
    walk_on(name, Stage::around(school), longest, async |stage| walk(stage, year).await).await;
}

async fn walk_on(name: &str, mut stage: Stage, longest: Duration, walk: impl AsyncFnOnce(&mut Stage)) {
    let walked = AssertUnwindSafe(async {
        timeout(longest, walk(&mut stage)).await.expect("the journey comes to its end in time");
        stage.look_at_consoles().await;
    });
    let walked = walked.catch_unwind().await;
    if walked.is_err() {
        stage.keep_evidence(name).await;
    }
    stage.clear().await;
    if let Err(panic) = walked {
        resume_unwind(panic);
    }
}

/// What a browser keeps while it is closed.
#[derive(Clone)]
pub struct Profile {
    folder: Arc<TempDir>,
    name: String,
}

/// The stage of one journey.
pub struct Stage {
    pub school: School,
    driver: Child,
    driver_url: String,
    open: Arc<Mutex<Vec<Browser>>>,
    /// They outlive the browsers in them.
    profiles: Arc<Mutex<Vec<Profile>>>,
    server_was_away: bool,
    scratch: TempDir,
}

impl Stage {
    fn around(school: School) -> Self {
        let (driver, driver_url) = chromium::start_driver();
        let scratch = TempDir::new().expect("a temporary folder can be made");
        Self { school, driver, driver_url, open: Arc::default(), profiles: Arc::default(), server_was_away: false, scratch }
    }

    /// A browser that was never used before.
    pub async fn browser(&self, name: &str) -> Browser {
        self.reopen(&self.profile(name)).await
    }

    /// A browser that writes down everything that it receives, too.
    pub async fn recording_browser(&self, name: &str) -> Browser {
        self.launch(&self.profile(name), true).await
    }

    /// A browser with all that it had when it was closed.
    pub async fn reopen(&self, profile: &Profile) -> Browser {
        self.launch(profile, false).await
    }

    async fn launch(&self, profile: &Profile, recording: bool) -> Browser {
        let capabilities = chromium::capabilities(profile.folder.path(), recording);
        let driver = WebDriver::new(&self.driver_url, capabilities).await.expect("Chromium starts");
        self.profiles.lock().expect("nobody fails while holding it").push(profile.clone());
        let browser = Browser::new(driver, self.school.url(), profile.name.clone(), chromium::folder_argument(profile.folder.path()));
        self.open.lock().expect("nobody fails while holding it").push(browser.clone());
        browser
    }

    /// Closes a browser as its owner does; what it keeps is there when it is opened again.
    pub async fn close(&self, browser: Browser, profile: &Profile) -> Profile {
        self.look_at(&browser).await;
        self.open.lock().expect("nobody fails while holding it").retain(|other| !other.is(&browser));
        browser.quit().await;
        profile.clone()
    }

    /// Kills a browser with −9, with all its tabs. Nothing is asked of it before and nothing waited for after: its driver notices late.
    pub async fn kill_browser(&self, browser: Browser, profile: &Profile) {
        self.open.lock().expect("nobody fails while holding it").retain(|other| !other.is(&browser));
        assert!(!browser.processes().is_empty(), "it runs until now");
        browser.kill().await;
        // What the dead one held the profile with is in the way of the next.
        for lock in ["SingletonLock", "SingletonSocket", "SingletonCookie"] {
            _ = fs::remove_file(profile.folder.path().join(lock));
        }
    }

    /// A profile to open a browser with again.
    pub fn profile(&self, name: &str) -> Profile {
        Profile { folder: Arc::new(TempDir::new().expect("a temporary folder can be made")), name: name.to_owned() }
    }

    /// Takes the server away with −9.
    pub fn kill_server(&mut self) {
        self.server_was_away = true;
        self.school.kill();
    }

    /// Ends the server as an operator does.
    pub fn stop_server(&mut self) {
        self.server_was_away = true;
        self.school.stop();
    }

    /// Has the server take what it is sent and say nothing, or go on.
    pub fn hold_server(&self, held: bool) {
        self.school.hold(held);
    }

    /// Brings it back.
    pub async fn start_server(&mut self) {
        self.school.start().await;
    }

    fn browsers(&self) -> Vec<Browser> {
        self.open.lock().expect("nobody fails while holding it").clone()
    }

    async fn look_at_consoles(&self) {
        for browser in self.browsers() {
            self.look_at(&browser).await;
        }
    }

    /// Fails on anything that a page complained about, a breach of the content security policy for one.
    pub async fn look_at(&self, browser: &Browser) {
        let mut errors = browser.console_errors().await;
        errors.retain(|error| !(self.server_was_away && AWAY.iter().any(|away| error.contains(away))));
        assert!(errors.is_empty(), "{}'s console:\n{}", browser.name, errors.join("\n"));
    }

    /// Pictures of all windows, and what the server said.
    async fn keep_evidence(&self, name: &str) {
        let folder = evidence();
        fs::create_dir_all(&folder).expect("the target folder can be written");
        for browser in self.browsers() {
            let file = folder.join(format!("{name} – {}", browser.name));
            browser.keep_evidence(&file).await;
        }
        let health = reqwest::Client::new().get(format!("{}/api/health", self.school.url())).timeout(Duration::from_secs(2)).send().await;
        let said = format!("{}\nhealth: {health:?}\n", self.school.told());
        fs::write(folder.join(format!("{name} – server.txt")), said).expect("the target folder can be written");
        eprintln!("pictures of {name}: {}", folder.display());
    }

    async fn clear(mut self) {
        let browsers = std::mem::take(&mut *self.open.lock().expect("nobody fails while holding it"));
        for browser in browsers {
            browser.kill().await;
        }
        self.end_driver();
        drop(self.scratch);
    }

    fn end_driver(&mut self) {
        // Whoever is gone already need not be ended.
        _ = self.driver.kill();
        _ = self.driver.wait();
    }
}

fn evidence() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("it is in the target folder").join("browser-failures")
}

/// Waits until the server has confirmed all that a browser asked for.
pub async fn confirmed(browser: &Browser) {
    browser.is_confirmed().await;
}
