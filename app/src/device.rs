//! The device around the app: its clocks and timers, its waking up, and who is signed in on it.

use domain::{protocol::SignedIn, time::Timestamp};
use leptos::prelude::{set_interval, set_timeout};
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::Storage;

const SIGNED_IN: &str = "leftfold.signed-in";
const OWED: &str = "leftfold.sign-out-owed";

/// The wall clock.
pub fn now() -> Timestamp {
    Timestamp(js_sys::Date::now() as i64)
}

/// The monotonic clock, in milliseconds since the page was opened.
pub fn monotonic_ms() -> f64 {
    web_sys::window().and_then(|window| window.performance()).map_or(0.0, |performance| performance.now())
}

/// Calls again and again.
pub fn every(interval: Duration, call: impl Fn() + 'static) {
    set_interval(call, interval);
}

/// Calls once, later.
pub fn after(delay: Duration, call: impl FnOnce() + 'static) {
    set_timeout(call, delay);
}

/// About so long: up to a quarter more, so that a class does not come back as one.
pub fn jittered(ms: u32) -> Duration {
    Duration::from_millis(u64::from(ms) + (f64::from(ms) * 0.25 * js_sys::Math::random()) as u64)
}

/// Lets the page have a turn.
pub async fn turn() {
    let wait = js_sys::Promise::new(&mut |done, _| {
        if let Some(window) = web_sys::window() {
            // Without a window there is no page to wait for.
            _ = window.set_timeout_with_callback(&done);
        }
    });
    // The promise never rejects.
    _ = JsFuture::from(wait).await;
}

/// Calls when the network is back or somebody looks at the page again.
pub fn on_wake(call: impl Fn() + Clone + 'static) {
    let Some(window) = web_sys::window() else { return };
    let listen = Closure::<dyn Fn()>::new(call);
    for event in ["online", "focus"] {
        // A page that cannot listen still connects again by itself, a little later.
        _ = window.add_event_listener_with_callback(event, listen.as_ref().unchecked_ref());
    }
    if let Some(document) = window.document() {
        _ = document.add_event_listener_with_callback("visibilitychange", listen.as_ref().unchecked_ref());
    }
    // The page listens for as long as it lives.
    listen.forget();
}

/// Shows the start page anew, with nothing of before in memory.
pub fn go_home() {
    if let Some(window) = web_sys::window() {
        // Where the page cannot move, the form shows at its next load.
        _ = window.location().replace("/");
    }
}

/// Who is signed in on this device.
pub fn signed_in() -> Option<SignedIn> {
    serde_json::from_str(&shelf()?.get_item(SIGNED_IN).ok()??).ok()
}

/// Remembers who is signed in.
pub fn remember_signed_in(who: &SignedIn) {
    let text = serde_json::to_string(who).expect("an account has text keys only, so it always serialises");
    if let Some(shelf) = shelf() {
        // Where nothing can be remembered, the form shows again at the next load.
        _ = shelf.set_item(SIGNED_IN, &text);
    }
}

/// Forgets who was.
pub fn forget_signed_in() {
    if let Some(shelf) = shelf() {
        _ = shelf.remove_item(SIGNED_IN);
    }
}

/// Notes whether the server must still be told of a sign-out.
pub fn owe_sign_out(owed: bool) {
    if let Some(shelf) = shelf() {
        _ = if owed { shelf.set_item(OWED, "1") } else { shelf.remove_item(OWED) };
    }
}

/// Whether the server must still be told of a sign-out.
pub fn owes_sign_out() -> bool {
    shelf().and_then(|shelf| shelf.get_item(OWED).ok()?).is_some()
}

fn shelf() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// Registers the service worker, so that the next visit opens with no network.
pub fn register_service_worker() {
    let Some(navigator) = web_sys::window().map(|window| window.navigator()) else { return };
    let has = js_sys::Reflect::has(&navigator, &JsValue::from("serviceWorker")).unwrap_or(false);
    if has {
        // Without one the app works, but does not open offline.
        _ = navigator.service_worker().register("/sw.js");
    }
}

/// Whether the browser gives this page what it needs to work offline and with several tabs.
pub fn is_secure_context() -> bool {
    web_sys::window().is_some_and(|window| window.is_secure_context())
}

/// Loads the page anew.
pub fn reload() {
    if let Some(window) = web_sys::window() {
        // Where the page cannot be loaded anew, it stays.
        _ = window.location().reload();
    }
}

/// Makes the start page the address, without loading anything.
pub fn to_start() {
    if let Some(history) = web_sys::window().and_then(|window| window.history().ok()) {
        // Where the address cannot change, the page that it names is shown.
        _ = history.replace_state_with_url(&JsValue::NULL, "", Some("/"));
    }
}

/// A moment as people here write it.
pub fn written(moment: Timestamp, language: &str) -> String {
    let date = js_sys::Date::new(&JsValue::from_f64(moment.0 as f64));
    let options = js_sys::Object::new();
    for (name, value) in [("dateStyle", "medium"), ("timeStyle", "short")] {
        // Without a style the date is written in full.
        _ = js_sys::Reflect::set(&options, &name.into(), &value.into());
    }
    date.to_locale_string(language, &options).into()
}
