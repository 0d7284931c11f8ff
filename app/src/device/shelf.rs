//! What the browser keeps beside the database: who is signed in and on whose computer, and what the next page is to know.

use crate::storage::Left;
use domain::{
    ids::DeviceId,
    protocol::{Computer, SignedIn},
};
use wasm_bindgen_futures::JsFuture;
use web_sys::Storage;

/// All keys of the app begin so.
const PREFIX: &str = "leftfold.";
const SIGNED_IN: &str = "leftfold.signed-in";
const COMPUTER: &str = "leftfold.computer";
const BORN: &str = "leftfold.born";
const PERSISTED: &str = "leftfold.persistence-asked";
const OWED: &str = "leftfold.sign-out-owed";
#[cfg(feature = "learn")]
const READ: &str = "leftfold.read";
/// How many names of things that were read are remembered; beyond that the oldest are forgotten.
#[cfg(feature = "learn")]
const READ_MAX: usize = 500;
/// In the tab's own storage: what signing out has left, for the next page to tell.
const LEFT: &str = "leftfold.left";
/// In the tab's own storage: whether the names of students are hidden in it.
#[cfg(feature = "teach")]
const NAMES_HIDDEN: &str = "leftfold.names-hidden";
/// The caches of the app's own files begin so; nobody's data is in them.
const FILES: &str = "leftfold-files-";

/// Who is signed in on this device, and whose computer it is.
pub fn signed_in() -> Option<(SignedIn, Computer)> {
    let who = serde_json::from_str(&get(SIGNED_IN)?).ok()?;
    // From before the form asked whose computer it is: such a session counts as one on somebody's own.
    let computer = get(COMPUTER).and_then(|computer| serde_json::from_str(&computer).ok()).unwrap_or(Computer::Own);
    Some((who, computer))
}

/// Remembers who is signed in, and whose computer it is. Where nothing can be remembered, the form shows again at the next load.
pub fn remember_signed_in(who: &SignedIn, computer: Computer) {
    set(COMPUTER, &serde_json::to_string(&computer).expect("it is a word"));
    set(SIGNED_IN, &serde_json::to_string(who).expect("an account has text keys only, so it always serialises"));
}

/// Forgets everything of whoever was signed in.
pub fn forget_signed_in() {
    for key in keys().into_iter().filter(|key| key != OWED) {
        remove(&key);
    }
}

/// Remembers the mark of the database's birth. Returns whether another mark was remembered before: then the browser has deleted that database.
pub fn is_another_birth(born: DeviceId) -> bool {
    let born = born.to_string();
    let before = get(BORN);
    set(BORN, &born);
    before.is_some_and(|before| before != born)
}

/// Whether the browser was asked to keep what is stored; from now on it was.
pub fn was_asked_to_persist() -> bool {
    let before = get(PERSISTED).is_some();
    set(PERSISTED, "1");
    before
}

/// What was read on this device, by name: notes, and what corrections changed.
#[cfg(feature = "learn")]
pub fn was_read() -> Vec<String> {
    get(READ).and_then(|read| serde_json::from_str(&read).ok()).unwrap_or_default()
}

/// Remembers that something was read.
#[cfg(feature = "learn")]
pub fn remember_read(name: &str) {
    let mut read = was_read();
    if !read.iter().any(|other| other == name) {
        read.push(name.to_owned());
    }
    let surplus = read.len().saturating_sub(READ_MAX);
    read.drain(..surplus);
    set(READ, &serde_json::to_string(&read).expect("it is a list of texts"));
}

/// Notes whether the server must still be told of a sign-out.
pub fn owe_sign_out(owed: bool) {
    if owed { set(OWED, "1") } else { remove(OWED) }
}

/// Whether the server must still be told of a sign-out.
pub fn owes_sign_out() -> bool {
    get(OWED).is_some()
}

/// Deletes the caches that are not of the app's own files, and adds what of this account is left outside the databases.
pub async fn clear_and_look(left: &mut Left) {
    for cache in other_caches().await {
        if let Some(caches) = web_sys::window().and_then(|window| window.caches().ok()) {
            // A cache that could not be deleted is found below.
            _ = JsFuture::from(caches.delete(&cache)).await;
        }
    }
    left.other.extend(other_caches().await);
    left.other.extend(keys().into_iter().filter(|key| key != OWED));
}

async fn other_caches() -> Vec<String> {
    // Missing on pages without a secure context.
    let Some(caches) = web_sys::window().and_then(|window| window.caches().ok()) else { return Vec::new() };
    let Ok(names) = JsFuture::from(caches.keys()).await else { return Vec::new() };
    js_sys::Array::from(&names).iter().filter_map(|name| name.as_string()).filter(|name| !name.starts_with(FILES)).collect()
}

/// Tells the page after this one, in the same tab, what signing out has left.
pub fn tell_next_page(left: &Left) {
    if let Some(session) = session_shelf() {
        // A page that is not told says nothing of it.
        _ = session.set_item(LEFT, &serde_json::to_string(left).expect("it is made of texts and numbers"));
    }
}

/// What the page before this one told, once.
pub fn told_by_last_page() -> Option<Left> {
    let session = session_shelf()?;
    let told = session.get_item(LEFT).ok()??;
    // Told twice is no harm.
    _ = session.remove_item(LEFT);
    serde_json::from_str(&told).ok()
}

/// Whether the names of students are hidden in this tab.
#[cfg(feature = "teach")]
pub fn hides_names() -> bool {
    session_shelf().and_then(|session| session.get_item(NAMES_HIDDEN).ok()?).is_some()
}

/// Remembers for this tab whether the names of students are hidden; where that cannot be, they show again at the next load.
#[cfg(feature = "teach")]
pub fn hide_names(hidden: bool) {
    if let Some(session) = session_shelf() {
        _ = if hidden { session.set_item(NAMES_HIDDEN, "1") } else { session.remove_item(NAMES_HIDDEN) };
    }
}

fn keys() -> Vec<String> {
    let Some(shelf) = shelf() else { return Vec::new() };
    let all = (0..shelf.length().unwrap_or(0)).filter_map(|index| shelf.key(index).ok()?);
    all.filter(|key| key.starts_with(PREFIX)).collect()
}

fn get(key: &str) -> Option<String> {
    shelf()?.get_item(key).ok()?
}

fn set(key: &str, value: &str) {
    if let Some(shelf) = shelf() {
        // What cannot be noted is asked again.
        _ = shelf.set_item(key, value);
    }
}

fn remove(key: &str) {
    if let Some(shelf) = shelf() {
        // What is not there need not go.
        _ = shelf.remove_item(key);
    }
}

fn shelf() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// Notes of one tab.
pub fn session_shelf() -> Option<Storage> {
    web_sys::window()?.session_storage().ok()?
}
