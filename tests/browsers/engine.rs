//! The three engines: how each is started, with its driver, so that it speaks to nobody but the school and leaves nothing behind.

use crate::{chromium, chromium::STARTS, marionette, school::free_port, waiting::until};
use serde_json::json;
use std::{
    fs,
    io::{BufRead as _, BufReader},
    os::unix::process::CommandExt as _,
    path::Path,
    process::{Child, Command, Stdio},
};
use thirtyfour::Capabilities;

/// An engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Chromium,
    Firefox,
    WebKit,
}

/// A driver that runs.
pub struct Driver {
    pub url: String,
    pub capabilities: Capabilities,
    /// Each leads a group that ends with it.
    pub processes: Vec<Child>,
}

/// What Firefox should leave alone. What else a driven browser should not do it knows by itself.
const PREFERENCES: &str = r#"
user_pref("marionette.port", 0);
user_pref("app.normandy.enabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("intl.accept_languages", "en");
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("services.settings.server", "");
"#;

impl Engine {
    pub fn name(self) -> &'static str {
        match self {
            Self::Chromium => "Chromium",
            Self::Firefox => "Firefox",
            Self::WebKit => "WebKit",
        }
    }

    /// Starts its driver, for a browser whose profile is in this folder.
    pub async fn start(self, folder: &Path) -> Driver {
        match self {
            Self::Chromium => {
                let (driver, url) = chromium::start_driver();
                Driver { url, capabilities: chromium::capabilities(folder, false), processes: vec![driver] }
            }
            Self::Firefox => firefox(folder).await,
            Self::WebKit => webkit(folder).await,
        }
    }
}

/// A program that leads a group, keeps what it keeps in this folder, and says nothing.
fn program(name: &str, folder: &Path) -> Command {
    let mut command = Command::new(name);
    command.process_group(0).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    for place in ["HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"] {
        command.env(place, folder);
    }
    command.env_remove("WAYLAND_DISPLAY").env_remove("DBUS_SESSION_BUS_ADDRESS").env("LANG", "C.UTF-8");
    command
}

async fn firefox(folder: &Path) -> Driver {
    fs::write(folder.join("user.js"), PREFERENCES).expect("the folder can be written");
    let browser = program("firefox-esr", folder)
        .args(["--headless", "--marionette", "--no-remote", "--profile"])
        .arg(folder)
        .arg("about:blank")
        .env("MOZ_CRASHREPORTER_DISABLE", "1")
        .env("MOZ_HEADLESS_WIDTH", "1280")
        .env("MOZ_HEADLESS_HEIGHT", "900")
        .spawn()
        .expect("firefox-esr is installed: bin/setup tests");
    let port = until("Firefox to say where it listens", async || {
        let said = fs::read_to_string(folder.join("MarionetteActivePort")).map_err(|error| error.to_string())?;
        said.trim().parse().map_err(|_| said)
    })
    .await;
    Driver { url: marionette::serve(port).await, capabilities: Capabilities::new(), processes: vec![browser] }
}

async fn webkit(folder: &Path) -> Driver {
    // The server of the screen finds a free number by itself.
    let mut screen = program("Xvfb", folder)
        .args(["-displayfd", "1", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("Xvfb is installed: bin/setup tests");
    let number = BufReader::new(screen.stdout.take().expect("its output is piped")).lines().next().and_then(Result::ok);
    let number = number.expect("Xvfb says its number");
    let (driver, url) = webkit_driver(folder, &number).await;
    let mut capabilities = Capabilities::new();
    // A page that hangs would hang the call that waits for it, too.
    capabilities.set("pageLoadStrategy", json!("none")).expect("capabilities are JSON");
    Driver { url, capabilities, processes: vec![screen, driver] }
}

/// WebKit's driver on this screen, and where it answers. Anybody may have taken its port before it came: then it ends, and tries another.
async fn webkit_driver(folder: &Path, screen: &str) -> (Child, String) {
    for _ in 0..STARTS {
        let url = format!("http://127.0.0.1:{}", free_port());
        let mut driver = program("WebKitWebDriver", folder)
            .arg(format!("--port={}", url.rsplit_once(':').expect("it ends with the port").1))
            .env("DISPLAY", format!(":{screen}"))
            .env("GDK_BACKEND", "x11")
            .env("LIBGL_ALWAYS_SOFTWARE", "1")
            // Its own sandbox does not work for root, and only the school's pages are opened.
            .env("WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS", "1")
            .spawn()
            .expect("WebKitWebDriver is installed: bin/setup tests");
        let answers = until("WebKitWebDriver to answer, or to end", async || {
            if driver.try_wait().expect("it is a child").is_some() {
                return Ok(false);
            }
            reqwest::get(format!("{url}/status")).await.map(|_| true).map_err(|error| error.to_string())
        });
        if answers.await {
            return (driver, url);
        }
    }
    panic!("{STARTS} drivers of WebKit ended, one after the other, without answering")
}
