//! Where a journey through one engine takes place: a school, browsers that are all gone when it is over, and steps that each come to an end.

use crate::{
    engine::{Driver, Engine},
    page::Browser,
    school::School,
    waiting::until,
};
use futures_util::FutureExt as _;
use std::{
    cell::{Cell, RefCell},
    fs,
    panic::{AssertUnwindSafe, resume_unwind},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use tempfile::TempDir;
use thirtyfour::WebDriver;
use tokio::{
    sync::{Mutex, Semaphore},
    time::timeout,
};

/// Journeys at once.
static FREE: Semaphore = Semaphore::const_new(2);
/// No step takes longer, even on a busy machine: a page that is silent for so long hangs.
const STEP_MAX: Duration = Duration::from_secs(60);
/// Nor is a picture waited for longer than this.
const PICTURE_MAX: Duration = Duration::from_secs(10);

/// The stage of one journey.
pub struct Stage {
    pub engine: Engine,
    /// The engine with its version, once a browser has said it.
    version: RefCell<String>,
    school: Mutex<School>,
    /// Browsers, each with the processes behind it.
    open: RefCell<Vec<(Browser, Vec<Child>)>>,
    pictures: PathBuf,
    steps: Cell<u32>,
    /// They outlive the browsers in them.
    profiles: RefCell<Vec<TempDir>>,
}

/// A journey through an engine, beside at most one other.
pub async fn journey(engine: Engine, name: &str, walk: impl AsyncFnOnce(&Stage)) {
    let _seat = FREE.acquire().await.expect("the seats are there for ever");
    let pictures = folder().join(engine.name().to_lowercase()).join(name);
    // Those of the last time say nothing of this one.
    _ = fs::remove_dir_all(&pictures);
    fs::create_dir_all(&pictures).expect("the target folder can be written");
    let (school, _) = School::open_after(0).await;
    let stage = Stage {
        engine,
        version: RefCell::new(engine.name().to_owned()),
        school: Mutex::new(school),
        open: RefCell::default(),
        pictures,
        steps: Cell::new(0),
        profiles: RefCell::default(),
    };
    let begun = Instant::now();
    let walked = AssertUnwindSafe(walk(&stage)).catch_unwind().await;
    println!("{}, {name}: {} steps in {:.1} s", stage.version.borrow(), stage.steps.get(), begun.elapsed().as_secs_f64());
    if walked.is_err() {
        stage.keep_evidence().await;
    }
    stage.clear().await;
    if let Err(panic) = walked {
        resume_unwind(panic);
    }
}

impl Stage {
    /// A browser that was never used before.
    pub async fn browser(&self, name: &str) -> Browser {
        let profile = TempDir::new().expect("a temporary folder can be made");
        let Driver { url, capabilities, processes } = self.engine.start(profile.path()).await;
        let session = timeout(STEP_MAX, WebDriver::new(&url, capabilities)).await;
        let driver = match session {
            Ok(Ok(driver)) => driver,
            failed => {
                end(processes);
                panic!("{} does not start: {:?}", self.version.borrow(), failed.map(|started| started.map(drop)));
            }
        };
        if let Some(version) = driver.capabilities().get("browserVersion").and_then(|version| version.as_str()) {
            *self.version.borrow_mut() = format!("{} {version}", self.engine.name());
        }
        let browser = Browser::new(driver, self.school.lock().await.url(), name.to_owned(), profile.path().display().to_string());
        self.profiles.borrow_mut().push(profile);
        self.open.borrow_mut().push((browser.clone(), processes));
        browser
    }

    /// A step in a browser: it comes to its end in time, or the journey fails with its name; then a picture is taken.
    pub async fn step<T>(&self, browser: &Browser, what: &str, work: impl Future<Output = T>) -> T {
        let done = timeout(STEP_MAX, work).await;
        let done = done.unwrap_or_else(|_| {
            panic!("{}: “{what}” did not come to its end in {STEP_MAX:?}: the page of {} hangs", self.version.borrow(), browser.name)
        });
        self.steps.set(self.steps.get() + 1);
        let file = self.pictures.join(format!("{:02} {what}.png", self.steps.get()));
        // Without one the step was taken all the same.
        if !matches!(timeout(PICTURE_MAX, browser.driver.screenshot(&file)).await, Ok(Ok(()))) {
            eprintln!("{}: no picture of “{what}”", self.version.borrow());
        }
        done
    }

    /// Another tab, which is in front from now on. WebKit's browser does not bring a tab to the front for its driver: there it is a window.
    pub async fn another_tab(&self, browser: &Browser) {
        match self.engine {
            Engine::Chromium | Engine::Firefox => _ = browser.new_tab().await,
            Engine::WebKit => {
                let window = browser.driver.new_window().await.expect("a window can be opened");
                browser.tab(&window).await;
            }
        }
    }

    /// Loads the page that is there anew.
    pub async fn reload(&self, browser: &Browser) {
        match self.engine {
            // By its driver it would pass over the service worker, as for a person who holds the shift key.
            Engine::Firefox => self.load(browser, async || browser.driver.execute("location.reload();", vec![]).await.map(drop)).await,
            Engine::Chromium | Engine::WebKit => self.load(browser, async || browser.driver.refresh().await).await,
        }
    }

    /// Loads another address of the school.
    pub async fn load_address(&self, browser: &Browser, path: &str) {
        let address = format!("{}{path}", browser.url);
        self.load(browser, async || browser.driver.goto(address.clone()).await).await;
    }

    /// Has another page loaded, and waits until it is no longer the one before. Not every driver waits for that.
    async fn load(&self, browser: &Browser, ask: impl AsyncFn() -> Result<(), thirtyfour::error::WebDriverError>) {
        browser.has("markPage", vec![]).await;
        ask().await.unwrap_or_else(|error| panic!("{}: the page of {} cannot be left: {error}", self.version.borrow(), browser.name));
        self.is_another_page(browser).await;
    }

    /// Waits until the page is there, and not the one of before.
    pub async fn is_another_page(&self, browser: &Browser) {
        until("another page", async || {
            if browser.try_run::<bool>("isAnotherPage").await? { Ok(()) } else { Err("the page of before is there".to_owned()) }
        })
        .await;
    }

    /// Takes the server away with −9.
    pub async fn kill_server(&self) {
        self.school.lock().await.kill();
    }

    /// Brings it back.
    pub async fn start_server(&self) {
        self.school.lock().await.start().await;
    }

    /// How many answers of a student the server has.
    pub async fn has_answers(&self, login: &str, wanted: usize) {
        let student = self.school.lock().await.sign_in(login).await;
        until(&format!("{wanted} answers of {login}"), async || match student.own_answers().await.len() {
            n if n == wanted => Ok(()),
            n => Err(format!("{n}")),
        })
        .await;
    }

    /// How it looked when it failed, as far as pages still answer, and what the server said.
    async fn keep_evidence(&self) {
        let open: Vec<Browser> = self.open.borrow().iter().map(|(browser, _)| browser.clone()).collect();
        for browser in open {
            let file = self.pictures.join(format!("failed – {}.png", browser.name));
            // A page that hangs has no picture.
            _ = timeout(PICTURE_MAX, browser.driver.screenshot(&file)).await;
        }
        let told = self.school.lock().await.told();
        fs::write(self.pictures.join("failed – server.txt"), told).expect("the target folder can be written");
        eprintln!("{}: pictures in {}", self.version.borrow(), self.pictures.display());
    }

    async fn clear(self) {
        for (browser, processes) in self.open.into_inner() {
            end(processes);
            browser.kill().await;
        }
    }
}

/// Ends processes with all that they have started.
fn end(processes: Vec<Child>) {
    for mut process in processes {
        // The group may be gone already, or never have been one of its own; the process itself is ended in any case.
        _ = Command::new("kill").args(["-9", "--", &format!("-{}", process.id())]).stderr(Stdio::null()).status();
        _ = process.kill();
        _ = process.wait();
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("it is in the target folder").join("browsers")
}
