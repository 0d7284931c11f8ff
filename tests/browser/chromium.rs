//! Chromium: its driver, and what it is started with.

use serde_json::json;
use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};
use thirtyfour::Capabilities;

/// How often a driver is started for one journey: it draws a port of IPv6 and ends if anything has the same one of IPv4.
pub const STARTS: u32 = 8;

/// Starts the driver on a free port; where it listens.
pub fn start_driver() -> (Child, String) {
    for _ in 0..STARTS {
        let mut driver = Command::new("chromedriver")
            .args(["--port=0", "--log-level=SEVERE"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is installed: bin/setup tests");
        if let Some(port) = port_of(&mut driver) {
            return (driver, format!("http://127.0.0.1:{port}"));
        }
        driver.wait().expect("a driver that says no more has ended");
    }
    panic!("{STARTS} drivers ended, one after the other, without listening anywhere");
}

/// The port that a driver says it listens on; none if it ended before.
fn port_of(driver: &mut Child) -> Option<String> {
    let mut lines = BufReader::new(driver.stdout.take().expect("its output is piped")).lines().map_while(Result::ok);
    lines.find_map(|line| Some(line.split_once("successfully on port ")?.1.trim_end_matches('.').to_owned()))
}

/// A browser with its profile in this folder; `recording`, it writes down everything that it receives, too.
pub fn capabilities(profile: &Path, recording: bool) -> Capabilities {
    let mut capabilities = Capabilities::new();
    // Nothing here speaks to anybody but the school.
    let arguments = [
        "--headless=new".to_owned(),
        "--no-sandbox".to_owned(),
        "--disable-gpu".to_owned(),
        "--disable-quic".to_owned(),
        "--disable-dev-shm-usage".to_owned(),
        "--no-first-run".to_owned(),
        "--no-default-browser-check".to_owned(),
        "--disable-background-networking".to_owned(),
        "--disable-component-update".to_owned(),
        "--disable-sync".to_owned(),
        // Several windows are looked at at once, and none is in front.
        "--disable-background-timer-throttling".to_owned(),
        "--disable-backgrounding-occluded-windows".to_owned(),
        "--disable-renderer-backgrounding".to_owned(),
        "--lang=en".to_owned(),
        "--window-size=1280,900".to_owned(),
        folder_argument(profile),
    ];
    let logs = if recording { json!({ "browser": "ALL", "performance": "ALL" }) } else { json!({ "browser": "ALL" }) };
    let set = [("goog:chromeOptions", json!({ "args": arguments })), ("goog:loggingPrefs", logs)];
    for (key, value) in set {
        capabilities.set(key, value).expect("capabilities are JSON");
    }
    capabilities
}

/// What every process of a profile's browser is started with.
pub fn folder_argument(profile: &Path) -> String {
    format!("--user-data-dir={}", profile.display())
}
