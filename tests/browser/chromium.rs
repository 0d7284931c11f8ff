//! Chromium: its driver, and what it is started with.

use serde_json::json;
use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};
use thirtyfour::Capabilities;

/// Starts the driver on a free port; where it listens.
pub fn start_driver() -> (Child, String) {
    let mut driver = Command::new("chromedriver")
        .args(["--port=0", "--log-level=SEVERE"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("chromedriver is installed: bin/setup tests");
    let lines = BufReader::new(driver.stdout.take().expect("its output is piped")).lines();
    let port =
        lines.map_while(Result::ok).find_map(|line| Some(line.split_once("successfully on port ")?.1.trim_end_matches('.').to_owned()));
    (driver, format!("http://127.0.0.1:{}", port.expect("chromedriver says where it listens")))
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
