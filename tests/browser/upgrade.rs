//! What an earlier build kept opens with this one: the server's data folder, and a browser's database with answers that were never sent.
//!
//! `tests/upgrade` holds one folder for each build that was kept. `LEFTFOLD_KEEP=tests/upgrade/NAME bin/test browser` writes what this build makes.

use crate::{
    page::Browser,
    school::{Fact, School, program},
    stage::{confirmed, journey, journey_in},
    waiting::until,
};
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    env, fs,
    io::{Read as _, Write as _},
    path::Path,
    process::Command,
};
use tempfile::TempDir;

/// Answers that the server has.
const SENT: usize = 2;
/// Answers that only the device has.
const UNSENT: usize = 5;
const KEPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/upgrade");

/// What one build left behind.
struct Kept {
    /// The files of the data folder, by name.
    data: BTreeMap<String, Vec<u8>>,
    /// As `keepForLaterBuilds` writes it.
    browser: Value,
}

impl Kept {
    /// Has ann answer with the server and without it, and takes what both sides hold then.
    async fn of_this_build() -> Self {
        let kept = std::sync::Mutex::new(None);
        journey("kept for a later build", async |stage| {
            let ann = stage.browser("ann").await;
            ann.sign_in("ann").await;
            let unit = ann.practise("Order of operations").await;
            for _ in 0..SENT {
                ann.answer_right(&unit).await;
                ann.next().await;
            }
            confirmed(&ann).await;
            stage.stop_server();
            // Some are wrong, so that the section is not finished in the midst of it.
            let mut left = UNSENT;
            while left > 0 {
                if left.is_multiple_of(2) {
                    ann.answer_wrong(&unit).await;
                    left -= 1;
                }
                ann.answer_right(&unit).await;
                left -= 1;
                ann.next().await;
            }
            ann.syncs(&format!("Offline – {UNSENT} answers saved on this device")).await;
            let browser = ann.run("keepForLaterBuilds", vec![]).await;
            *kept.lock().expect("nobody fails while holding it") = Some(Self { data: stage.school.files(), browser });
        })
        .await;
        kept.into_inner().expect("nobody fails while holding it").expect("the journey came to its end")
    }

    fn read(folder: &Path) -> Self {
        let mut data = BTreeMap::new();
        for entry in fs::read_dir(folder).expect("the folder can be read") {
            let path = entry.expect("its entries can be read").path();
            let name = path.file_stem().expect("it has a name").to_string_lossy().into_owned();
            let mut bytes = Vec::new();
            GzDecoder::new(fs::File::open(&path).expect("it can be read")).read_to_end(&mut bytes).expect("it is compressed");
            data.insert(name, bytes);
        }
        let browser = data.remove("browser.json").expect("the browser's part is there");
        assert!(data.contains_key("leftfold.sqlite"), "{}: the server's part is there", folder.display());
        Self { data, browser: serde_json::from_slice(&browser).expect("it is JSON") }
    }

    fn write(&self, folder: &Path) {
        fs::create_dir_all(folder).expect("the folder can be made");
        let browser = ("browser.json", self.browser.to_string().into_bytes());
        let data = self.data.iter().map(|(name, bytes)| (name.as_str(), bytes.clone()));
        for (name, bytes) in data.chain([browser]) {
            let mut packed = GzEncoder::new(Vec::new(), Compression::best());
            packed.write_all(&bytes).expect("memory can be written");
            fs::write(folder.join(format!("{name}.gz")), packed.finish().expect("memory can be written"))
                .expect("the folder can be written");
        }
    }

    /// Opens both with this build: the store is sound before and after, every answer is there once, and nothing waits any more.
    async fn opens(self, name: &str) {
        let folder = TempDir::new().expect("a temporary folder can be made");
        for (name, bytes) in &self.data {
            fs::write(folder.path().join(name), bytes).expect("the folder can be written");
        }
        is_sound(folder.path());
        let school = School::open_in(folder).await;
        journey_in(name, school, async |stage| {
            let ann = stage.browser("ann").await;
            // That its session is over, its page hears from the server.
            ann.forgives("/api/sessions");
            ann.forgives("HTTP Authentication failed");
            // The browser looks for a picture of a text, too.
            ann.forgives("/favicon.ico");
            // A file of the school that is no page of the app: nothing of it runs yet.
            ann.go("/fonts/OFL.txt").await;
            let databases: usize = ann.run("restoreFromEarlierBuild", vec![self.browser]).await;
            assert_eq!(databases, 1);
            ann.go("/learn").await;
            sign_in_again(&ann).await;
            confirmed(&ann).await;
            let script = stage.school.sign_in("ann").await;
            let on_server = script.own_feed().await;
            let answers: Vec<_> = on_server.iter().filter_map(Fact::answer).collect();
            assert_eq!(answers.len(), SENT + UNSENT, "what was sent and what was not is there, once");
            until("the device to have what the server has", async || {
                let on_device = ann.kept_feed(script.me.account).await;
                if on_device == on_server { Ok(()) } else { Err(format!("{} of {}", on_device.len(), on_server.len())) }
            })
            .await;
            stage.stop_server();
            is_sound(stage.school.folder());
        })
        .await;
    }
}

/// The session of the kept browser is over: its work waits until ann is there again.
async fn sign_in_again(ann: &Browser) {
    ann.click("radio", "My own device").await;
    ann.enter("ann", crate::school::PASSWORD).await;
    until("the work to be on the screen", async || ann.find("link", "Course").await.map(drop)).await;
}

/// `leftfold check` finds nothing.
fn is_sound(folder: &Path) {
    let ran = Command::new(program()).arg("--data").arg(folder).arg("check").output().expect("the program can be started");
    assert!(ran.status.success(), "{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
}

#[tokio::test]
async fn what_this_build_keeps_it_opens_again() {
    let kept = Kept::of_this_build().await;
    assert_eq!(kept.browser["databases"].as_object().map(serde_json::Map::len), Some(1));
    assert_ne!(kept.browser["notes"], json!({}), "who is signed in is noted beside it");
    if let Ok(folder) = env::var("LEFTFOLD_KEEP") {
        kept.write(&Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder));
    }
    kept.opens("kept by this build").await;
}

#[tokio::test]
async fn what_earlier_builds_kept_opens_with_this_one() {
    let folders: Vec<_> = fs::read_dir(KEPT).expect("builds were kept").map(|entry| entry.expect("it can be read").path()).collect();
    assert!(!folders.is_empty(), "builds were kept");
    for folder in folders {
        let name = format!("kept by {}", folder.file_name().expect("it has a name").to_string_lossy());
        Kept::read(&folder).opens(&name).await;
    }
}
