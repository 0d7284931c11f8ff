//! The machine's own limits: what the disk, a socket and a browser's database do with nothing of Leftfold in between.

use crate::{
    figures::{median, percentile},
    wire::{Line, frame},
};
use axum::{
    Router,
    extract::{WebSocketUpgrade, ws::Message},
    response::Html,
    routing::get,
};
use std::{
    fs::{self, OpenOptions},
    io::{BufRead as _, BufReader, Write as _},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};
use thirtyfour::{ChromiumLikeCapabilities as _, DesiredCapabilities, WebDriver};

/// Appending 4 kB to a file and waiting until the disk has it: the median.
pub fn sync_to_disk(folder: &Path) -> Duration {
    let path = folder.join("raw-sync");
    let mut file = OpenOptions::new().create(true).append(true).open(&path).expect("the folder can be written to");
    let mut took = Vec::new();
    for _ in 0..1_000 {
        let begun = Instant::now();
        file.write_all(&[7; 4096]).expect("there is room");
        file.sync_data().expect("the disk works");
        took.push(begun.elapsed());
    }
    percentile(&mut took, 0.5)
}

/// A text of a command's size there and back on one WebSocket of a bare server: the median.
pub async fn echo() -> Duration {
    let address = serve(Router::new().route("/echo", get(answer_echo)));
    let mut line = Line::open(address, "/echo", "a=b").await.expect("the server listens");
    let message = frame(&"x".repeat(250));
    let mut took = Vec::new();
    for _ in 0..5_000 {
        let begun = Instant::now();
        line.send(&message).await.expect("the server takes it");
        line.next().await.expect("the server answers");
        took.push(begun.elapsed());
    }
    percentile(&mut took, 0.5)
}

async fn answer_echo(upgrade: WebSocketUpgrade) -> axum::response::Response {
    upgrade.on_upgrade(|mut socket| async move {
        while let Some(Ok(Message::Text(text))) = socket.recv().await {
            if socket.send(Message::Text(text)).await.is_err() {
                return;
            }
        }
    })
}

/// Serves on threads of its own, to the end of the program.
fn serve(router: Router) -> SocketAddr {
    let (tell, told) = std::sync::mpsc::channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("threads can be started");
        runtime.block_on(async move {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
            tell.send(listener.local_addr().expect("it has an address")).expect("the address is waited for");
            axum::serve(listener, router).await.expect("serving goes on");
        });
    });
    told.recv().expect("the server starts")
}

/// 100,000 events of 200 bytes in a headless Chromium's IndexedDB, 100 to a record of bytes: writing, then reading and counting.
pub async fn indexed_db() -> (Duration, Duration) {
    let address = serve(Router::new().route("/", get(|| async { Html("<!doctype html><title>raw</title>") })));
    let (chromium, browser) = chromium().await;
    browser.goto(format!("http://{address}/")).await.expect("the page is there");
    browser.set_script_timeout(Duration::from_secs(60)).await.expect("the driver listens");
    let (mut writes, mut reads) = (Vec::new(), Vec::new());
    for _ in 0..3 {
        let told = browser.execute_async(include_str!("chunks.js"), Vec::new()).await.expect("the script runs");
        let (write, read, events): (f64, f64, u64) = told.convert().expect("the script tells three numbers");
        assert_eq!(events, 100_000);
        writes.push(write);
        reads.push(read);
    }
    chromium.end(browser).await;
    let time = |ms: Vec<f64>| Duration::from_secs_f64(median(ms) / 1_000.0);
    (time(writes), time(reads))
}

/// A driver of a headless Chromium.
pub struct Chromium(Child);

/// A headless Chromium that was never used before.
pub async fn chromium() -> (Chromium, WebDriver) {
    let (driver, port) = chromedriver();
    let mut capabilities = DesiredCapabilities::chrome();
    for flag in ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--enable-precise-memory-info", "--lang=en"]
    {
        capabilities.add_arg(flag).expect("a flag is a text");
    }
    let browser = WebDriver::new(format!("http://127.0.0.1:{port}"), capabilities).await.expect("Chromium starts");
    (Chromium(driver), browser)
}

impl Chromium {
    /// The memory of the biggest page, in bytes, without what it shares: script, Wasm and what is drawn.
    pub fn memory(&self) -> u64 {
        let of = |pid: u32, file: &str| fs::read_to_string(format!("/proc/{pid}/{file}")).unwrap_or_default();
        let told = |pid: u32, name: &str| {
            let status = of(pid, "status");
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            line.trim().trim_end_matches(" kB").parse::<u64>().ok()
        };
        let listed = fs::read_dir("/proc").expect("processes can be listed").flatten();
        let processes: Vec<u32> = listed.filter_map(|process| process.file_name().to_str()?.parse().ok()).collect();
        let is_ours = |pid: &u32| {
            let mut parents = std::iter::successors(Some(u64::from(*pid)), |pid| told(*pid as u32, "PPid:").filter(|parent| *parent > 1));
            parents.any(|pid| pid == u64::from(self.0.id()))
        };
        let pages = processes.into_iter().filter(|pid| of(*pid, "cmdline").contains("--type=renderer")).filter(is_ours);
        pages.filter_map(|pid| told(pid, "RssAnon:")).max().expect("a page is open") * 1_024
    }

    /// Ends both.
    pub async fn end(mut self, browser: WebDriver) {
        browser.quit().await.expect("Chromium ends");
        _ = self.0.kill();
        _ = self.0.wait();
    }
}

fn chromedriver() -> (Child, u16) {
    let mut driver = Command::new("chromedriver").arg("--port=0").stdout(Stdio::piped()).spawn().expect("bin/setup tests installs it");
    let lines = BufReader::new(driver.stdout.take().expect("its output is a pipe")).lines();
    let port = lines.map_while(Result::ok).find_map(|line| line.rsplit_once("successfully on port ")?.1.trim_end_matches('.').parse().ok());
    (driver, port.expect("it says its port"))
}
