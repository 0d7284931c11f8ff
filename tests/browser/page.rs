//! A browser and the page in it, as somebody finds things who does not see: by role and name.

use crate::{school::PASSWORD, script, waiting::until};
use domain::names;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
};
use thirtyfour::{
    WebDriver, WebElement, WindowHandle,
    common::command::{Command as Asked, ExtensionCommand},
    error::WebDriverError,
    prelude::*,
};

/// A browser with its tabs.
#[derive(Clone)]
pub struct Browser {
    pub driver: WebDriver,
    pub url: String,
    pub name: String,
    /// What all its processes are started with, and no other browser's.
    pub folder: String,
    forgiven: Arc<std::sync::Mutex<Vec<String>>>,
}

/// The native elements that may have a role; which of them do, the browser says.
fn candidates(role: &str) -> String {
    let native = match role {
        "button" => "button, summary",
        "link" => "a[href]",
        "textbox" => "input[type=text], input[type=password], textarea",
        "combobox" => "select",
        "radio" => "input[type=radio]",
        "checkbox" => "input[type=checkbox]",
        "heading" => "h1, h2, h3",
        "dialog" => "dialog[open]",
        "table" => "table",
        "rowheader" => "th[scope=row]",
        "columnheader" => "th[scope=col]",
        "form" => "form",
        "status" => "output",
        "alert" => "[role=alert]",
        other => panic!("nobody said which elements can be a {other}"),
    };
    format!("{native}, [role={role}]")
}

#[derive(Debug)]
struct Computed(Arc<str>);

impl ExtensionCommand for Computed {
    fn parameters_json(&self) -> Option<Value> {
        None
    }

    fn method(&self) -> reqwest::Method {
        reqwest::Method::GET
    }

    fn endpoint(&self) -> Arc<str> {
        Arc::clone(&self.0)
    }
}

/// What was looked for and seen, as text: who waits looks again.
fn text(error: WebDriverError) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}

impl Browser {
    pub fn new(driver: WebDriver, url: String, name: String, folder: String) -> Self {
        Self { driver, url, name, folder, forgiven: Arc::default() }
    }

    pub fn is(&self, other: &Self) -> bool {
        self.driver.session_id() == other.driver.session_id()
    }

    /// Goes to an address of the school.
    pub async fn go(&self, path: &str) {
        self.driver.goto(format!("{}{path}", self.url)).await.unwrap();
    }

    pub async fn reload(&self) {
        self.driver.refresh().await.unwrap();
    }

    /// Where it is.
    pub async fn path(&self) -> String {
        self.driver.current_url().await.unwrap().path().to_owned()
    }

    pub async fn is_at(&self, path: &str) {
        until(&format!("the address {path}"), async || {
            let now = self.path().await;
            if now == path { Ok(()) } else { Err(now) }
        })
        .await;
    }

    /// Signs in by the form, on a device of one's own.
    pub async fn sign_in(&self, login: &str) {
        self.sign_in_on("My own device", login).await;
    }

    /// Signs in by the form, on a computer that others use, too.
    pub async fn sign_in_shared(&self, login: &str) {
        self.sign_in_on("This is a shared computer", login).await;
    }

    async fn sign_in_on(&self, computer: &str, login: &str) {
        self.go("/").await;
        self.click("radio", computer).await;
        self.enter(login, PASSWORD).await;
        let start = if login == "tess" { "/teach" } else { "/learn" };
        self.is_at(start).await;
    }

    /// Fills the form and sends it.
    pub async fn enter(&self, login: &str, password: &str) {
        for (name, value) in [("Login", login), ("Password", password)] {
            let field = self.the("textbox", name).await;
            field.clear().await.unwrap();
            field.send_keys(value).await.unwrap();
        }
        self.press("Sign in").await;
    }

    /// What the browser itself says of an element: its role or its name.
    async fn computed(&self, element: &WebElement, what: &str) -> Result<String, String> {
        let endpoint = format!("/element/{}/computed{what}", element.element_id());
        let answer = self.driver.cmd(Asked::ExtensionCommand(Box::new(Computed(endpoint.into())))).await.map_err(text)?;
        // The marks around names are not seen.
        answer.value().map(|said: String| names::plain(&said)).map_err(text)
    }

    /// The name of an element. Not every browser takes a header's from what it says, as the standard has it.
    async fn name_of(&self, role: &str, element: &WebElement) -> Result<String, String> {
        let name = self.computed(element, "label").await?;
        let is_header = ["rowheader", "columnheader"].contains(&role);
        if name.is_empty() && is_header { element.text().await.map_err(text) } else { Ok(name) }
    }

    /// A field for a password, which has no role of its own: not every browser says that it is a textbox.
    async fn is_password(&self, element: &WebElement) -> Result<bool, String> {
        Ok(element.attr("type").await.map_err(text)?.as_deref() == Some("password"))
    }

    /// All elements of a role with their names, in the order of the page.
    pub async fn all(&self, role: &str) -> Result<Vec<(String, WebElement)>, String> {
        let mut found = Vec::new();
        for element in self.driver.find_all(By::Css(candidates(role))).await.map_err(text)? {
            if self.computed(&element, "role").await? == role || (role == "textbox" && self.is_password(&element).await?) {
                found.push((self.name_of(role, &element).await?, element));
            }
        }
        Ok(found)
    }

    /// The first element of a role whose name begins so, now.
    pub async fn find(&self, role: &str, beginning: &str) -> Result<WebElement, String> {
        let all = self.all(role).await?;
        let names: Vec<_> = all.iter().map(|(name, _)| name.clone()).collect();
        let found = all.into_iter().find(|(name, _)| name.starts_with(beginning));
        found.map(|(_, element)| element).ok_or_else(|| format!("no {role} “{beginning}” among {names:?}"))
    }

    /// Waits for an element of a role whose name begins so.
    pub async fn the(&self, role: &str, beginning: &str) -> WebElement {
        until(&format!("the {role} “{beginning}”"), async || self.find(role, beginning).await).await
    }

    pub async fn press(&self, button: &str) {
        self.click("button", button).await;
    }

    pub async fn follow(&self, link: &str) {
        self.click("link", link).await;
    }

    /// Opens what is folded up under a summary that begins so.
    pub async fn unfold(&self, summary: &str) {
        until(&format!("“{summary}” to be unfolded"), async || {
            if self.run::<bool>("unfold", vec![summary.into()]).await { Ok(()) } else { Err("there is none".to_owned()) }
        })
        .await;
    }

    pub async fn click(&self, role: &str, name: &str) {
        until(&format!("a click on “{name}”"), async || self.find(role, name).await?.click().await.map_err(text)).await;
    }

    /// The sync state's text.
    pub async fn sync(&self) -> Result<String, String> {
        self.find("status", "Sync").await?.text().await.map_err(text)
    }

    /// Opens the page on syncing, by the word that says how it stands.
    pub async fn presses_sync_state(&self) {
        until("a click on the sync state", async || self.driver.find(By::Css(".sync a")).await.map_err(text)?.click().await.map_err(text))
            .await;
    }

    /// Waits until the sync state begins so.
    pub async fn syncs(&self, beginning: &str) {
        until(&format!("the sync state “{beginning}”"), async || {
            let sync = self.sync().await?;
            if sync.starts_with(beginning) { Ok(()) } else { Err(sync) }
        })
        .await;
    }

    /// The text of the region that says what came of an answer.
    pub async fn outcome(&self) -> Result<String, String> {
        let regions = self.all("status").await?;
        let outcome = regions.into_iter().find(|(name, _)| name.is_empty());
        outcome.ok_or("no outcome")?.1.text().await.map_err(text)
    }

    /// Waits until the outcome begins so, and returns the whole of it.
    pub async fn comes_out(&self, beginning: &str) -> String {
        until(&format!("the outcome “{beginning}”"), async || {
            let outcome = self.outcome().await?;
            if outcome.starts_with(beginning) { Ok(outcome) } else { Err(outcome) }
        })
        .await
    }

    /// The text of the page's main part.
    pub async fn main_text(&self) -> Result<String, String> {
        self.driver.find(By::Css("main")).await.map_err(text)?.text().await.map(|said| names::plain(&said)).map_err(text)
    }

    /// Waits until the main part says this.
    pub async fn says(&self, part: &str) {
        until(&format!("the page to say “{part}”"), async || {
            let said = self.main_text().await?;
            if said.contains(part) { Ok(()) } else { Err(said) }
        })
        .await;
    }

    /// Waits until the form for signing in is there and says this, of what is left for one.
    pub async fn form_says(&self, what: &str) {
        self.the("textbox", "Login").await;
        self.says(what).await;
    }

    /// Waits until the server has confirmed all that was asked for.
    pub async fn is_confirmed(&self) {
        until(&format!("{}'s work to be confirmed", self.name), async || {
            let sync = self.sync().await?;
            // A page that was opened after the last of it, and every teacher's, says no more than that nothing waits.
            if ["Confirmed", "All saved"].iter().any(|settled| sync.starts_with(settled)) { Ok(()) } else { Err(sync) }
        })
        .await;
    }

    /// Waits until the service worker has kept all files, so that the next visit opens with no network.
    pub async fn is_kept_for_offline(&self) {
        until("the files to be kept", async || {
            let state: String = self.run("stateOfWorker", vec![]).await;
            if state == "activated" { Ok(()) } else { Err(state) }
        })
        .await;
    }

    /// Calls a function of `page/*.js` in the page, by its name; what it returns, or what its promise settles to.
    pub async fn run<T: DeserializeOwned>(&self, function: &'static str, arguments: Vec<Value>) -> T {
        let functions = script::with_all_it_calls(function);
        let called = format!(
            "{functions}\nconst [done, given] = [arguments[arguments.length - 1], [...arguments].slice(0, -1)];\n\
             (async () => {function}(...given))().then(done, (error) => done({{ failed: String(error) }}));"
        );
        let returned = self.driver.execute_async(called, arguments).await.unwrap();
        let failed = returned.json().get("failed").cloned();
        assert!(failed.is_none(), "{function} failed: {failed:?}");
        returned.convert().unwrap()
    }

    /// What such a function without a promise returns in a page that may be on its way to another.
    ///
    /// # Errors
    /// When nothing can be run in it now.
    pub async fn try_run<T: DeserializeOwned>(&self, function: &'static str) -> Result<T, String> {
        let called = format!("{}\nreturn {function}();", script::with_all_it_calls(function));
        self.driver.execute(called, Vec::<Value>::new()).await.map_err(text)?.convert().map_err(text)
    }

    /// Calls such a function, and waits for nothing that it returns.
    pub async fn has(&self, function: &'static str, arguments: Vec<Value>) {
        _ = self.run::<Value>(function, arguments).await;
    }

    /// A command of the browser's own protocol.
    pub async fn cdp(&self, method: &str, parameters: Value) -> Value {
        self.driver.cdp().send_raw(method, parameters).await.unwrap()
    }

    /// Has such a function called in this tab before anything of each page that it loads from now on.
    pub async fn before_each_page(&self, function: &'static str) {
        let source = format!("(() => {{\n{}\n{function}();\n}})();", script::with_all_it_calls(function));
        self.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": source })).await;
    }

    pub async fn set_width(&self, width: u32) {
        self.cdp("Emulation.setDeviceMetricsOverride", json!({ "width": width, "height": 800, "deviceScaleFactor": 1, "mobile": false }))
            .await;
    }

    /// Another tab, which is in front from now on.
    pub async fn new_tab(&self) -> WindowHandle {
        let tab = self.driver.new_tab().await.unwrap();
        self.driver.switch_to_window(tab.clone()).await.unwrap();
        tab
    }

    pub async fn tab(&self, tab: &WindowHandle) {
        self.driver.switch_to_window(tab.clone()).await.unwrap();
    }

    /// Errors with this in them are what the journey is about.
    pub fn forgives(&self, part: &str) {
        self.forgiven.lock().expect("nobody fails while holding it").push(part.to_owned());
    }

    /// What the pages complained about since it was asked last.
    pub async fn console_errors(&self) -> Vec<String> {
        let forgiven = self.forgiven.lock().expect("nobody fails while holding it").clone();
        let entries = self.driver.browser_log().await.unwrap_or_default();
        let errors = entries.into_iter().filter(|entry| entry.level == "SEVERE").map(|entry| entry.message);
        errors.filter(|error| !forgiven.iter().any(|part| error.contains(part.as_str()))).collect()
    }

    /// Pictures and texts of all tabs, as far as they can be had.
    pub async fn keep_evidence(&self, file: &Path) {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let console = self.driver.browser_log().await.unwrap_or_default();
        let console: Vec<String> =
            console.into_iter().map(|entry| format!("{} {} {}", entry.timestamp, entry.level, entry.message)).collect();
        _ = std::fs::write(file.with_file_name(format!("{name} console.txt")), console.join("\n"));
        for (index, tab) in self.driver.windows().await.unwrap_or_default().into_iter().enumerate() {
            _ = self.driver.switch_to_window(tab).await;
            let name =
                |ending: &str| file.with_file_name(format!("{} {index}.{ending}", file.file_name().unwrap_or_default().to_string_lossy()));
            _ = self.driver.screenshot(&name("png")).await;
            _ = std::fs::write(name("html"), self.driver.source().await.unwrap_or_default());
        }
    }

    /// Ends the process behind the tab in front; the tab itself stays, dead.
    pub async fn kill_tab(&self) {
        // Whoever asks is told nothing any more.
        _ = self.driver.cdp().send_raw("Page.crash", json!({})).await;
        assert!(self.driver.execute("return 1;", Vec::<Value>::new()).await.is_err(), "nothing runs in it any more");
    }

    /// Ends all processes of the browser with −9, and speaks to it no more.
    pub async fn kill(self) {
        let processes = self.processes();
        if !processes.is_empty() {
            // Some end by themselves as soon as the first is gone.
            Command::new("kill").arg("-9").args(&processes).stderr(Stdio::null()).status().expect("kill is there");
        }
        until("the browser to be gone", async || {
            let left = self.processes();
            if left.is_empty() { Ok(()) } else { Err(format!("{left:?} are there")) }
        })
        .await;
        // It would wait for an answer when it is dropped.
        _ = self.driver.leak();
    }

    /// The numbers of all its processes, the main one first.
    pub fn processes(&self) -> Vec<String> {
        let all = fs::read_dir("/proc").expect("processes can be listed").flatten();
        let mut ours: Vec<_> = all
            .filter_map(|entry| {
                let told = fs::read_to_string(entry.path().join("cmdline")).ok()?;
                told.contains(&self.folder).then(|| (told.contains("--type="), entry.file_name().to_string_lossy().into_owned()))
            })
            .collect();
        ours.sort();
        ours.into_iter().map(|(_, id)| id).collect()
    }

    pub async fn quit(self) {
        // A browser that is gone already need not be closed.
        _ = self.driver.quit().await;
    }
}
