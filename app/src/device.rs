//! The device around the app: its clocks and timers, its waking up, and the page itself.

#[cfg(feature = "teach")]
mod desk;
pub mod going;
#[cfg(feature = "teach")]
pub mod measure;
pub mod shelf;
pub mod upgrade;

#[cfg(feature = "teach")]
pub use desk::{chance, copy, day, day_in_full, decimal_sign, is_served_by_worker, local_field, minutes_ahead, moment_of_field, time_zone};

use crate::address::Address;
use domain::{replica::Reading, time::Timestamp};
use futures::future::{Either, select};
use leptos::prelude::{set_interval, set_timeout};
use std::{pin::pin, time::Duration};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{MessageChannel, StorageEstimate, StorageManager};

/// The device's wall clock, which may be wrong: what is open when is judged by the school's, see [`crate::clock`].
pub fn now() -> Timestamp {
    Timestamp(js_sys::Date::now() as i64)
}

/// The monotonic clock, in milliseconds since the page was opened.
pub fn monotonic_ms() -> f64 {
    web_sys::window().and_then(|window| window.performance()).map_or(0.0, |performance| performance.now())
}

/// What the device's clocks show.
pub fn clocks() -> Reading {
    Reading { wall: now(), steady_ms: monotonic_ms() as i64 }
}

/// Calls again and again, while the page is there.
pub fn every(interval: Duration, call: impl Fn() + 'static) {
    set_interval(going::unless_going(call), interval);
}

/// Calls once, later, if the page is still there.
pub fn after(delay: Duration, call: impl FnOnce() + 'static) {
    set_timeout(
        move || {
            if !going::is_going() {
                call();
            }
        },
        delay,
    );
}

/// This time plus up to a quarter at random, so that the devices of a class do not all reconnect at once.
pub fn jittered(ms: u32) -> Duration {
    Duration::from_millis(u64::from(ms) + (f64::from(ms) * 0.25 * js_sys::Math::random()) as u64)
}

/// Waits.
pub async fn wait(delay: Duration) {
    let waited = js_sys::Promise::new(&mut |done, _| {
        if let Some(window) = web_sys::window() {
            // Without a window there is nobody to wait.
            _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&done, delay.as_millis() as i32);
        }
    });
    // The promise never rejects.
    _ = JsFuture::from(waited).await;
}

/// Waits for something at most this long; `None` if it took longer.
pub async fn at_most<T>(time: Duration, work: impl Future<Output = T>) -> Option<T> {
    match select(pin!(work), pin!(wait(time))).await {
        Either::Left((done, _)) => Some(done),
        Either::Right(_) => None,
    }
}

/// Lets the browser handle what somebody did meanwhile before going on. It posts a message to itself, because browsers delay timers.
pub async fn turn() {
    let Ok(channel) = MessageChannel::new() else { return };
    let had = js_sys::Promise::new(&mut |done, _| channel.port1().set_onmessage(Some(&done)));
    if channel.port2().post_message(&JsValue::NULL).is_ok() {
        // The promise never rejects.
        _ = JsFuture::from(had).await;
    }
    channel.port1().close();
}

/// Calls when the network is back, somebody looks at the page again, or the page was frozen and is not any more.
pub fn on_wake(call: impl Fn() + Clone + 'static) {
    let Some(window) = web_sys::window() else { return };
    let listen = Closure::<dyn Fn()>::new(going::unless_going(call));
    for event in ["online", "focus", "pageshow"] {
        // A page that cannot listen still connects again by itself, a little later.
        _ = window.add_event_listener_with_callback(event, listen.as_ref().unchecked_ref());
    }
    if let Some(document) = window.document() {
        for event in ["visibilitychange", "resume"] {
            _ = document.add_event_listener_with_callback(event, listen.as_ref().unchecked_ref());
        }
    }
    // The page listens for as long as it lives.
    listen.forget();
}

/// Calls with whether somebody looks at the page: now, and whenever that changes.
pub fn on_look(call: impl Fn(bool) + 'static) {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
    call(!document.hidden());
    let watched = document.clone();
    let listen = Closure::<dyn Fn()>::new(move || call(!watched.hidden()));
    // A page that cannot listen is taken for one that is looked at.
    _ = document.add_event_listener_with_callback("visibilitychange", listen.as_ref().unchecked_ref());
    // The page listens for as long as it lives.
    listen.forget();
}

/// Loads the start page, so that nothing of this page stays in memory.
pub fn go_home() {
    if let Some(window) = web_sys::window() {
        // If the browser does not go there, the form shows at the next load.
        _ = window.location().replace(&Address::Start.to_string());
    }
}

/// Loads the page at another address, so that nothing of this page stays in memory. Does nothing at the address that is shown already.
pub fn load(address: &Address) {
    let address = address.to_string();
    let Some(location) = web_sys::window().map(|window| window.location()) else { return };
    if location.pathname().is_ok_and(|here| here != address) {
        // If the browser does not go there, the next load does.
        _ = location.replace(&address);
    }
}

/// Registers the service worker, so that the next visit opens with no network.
pub fn register_service_worker() {
    let Some(navigator) = web_sys::window().map(|window| window.navigator()) else { return };
    let has = js_sys::Reflect::has(&navigator, &JsValue::from("serviceWorker")).unwrap_or(false);
    if has {
        // Without one the app works, but does not open offline.
        _ = navigator.service_worker().register("/sw.js");
        #[cfg(feature = "teach")]
        wasm_bindgen_futures::spawn_local(keep_the_room(navigator.service_worker()));
    }
}

/// Has the service worker keep the teachers' files too: students' devices have no use for them.
#[cfg(feature = "teach")]
async fn keep_the_room(container: web_sys::ServiceWorkerContainer) {
    let Ok(ready) = container.ready() else { return };
    let Ok(registration) = wasm_bindgen_futures::JsFuture::from(ready).await else { return };
    let registration: web_sys::ServiceWorkerRegistration = registration.unchecked_into();
    if let Some(worker) = registration.active() {
        // Without them the page works, but does not open offline.
        _ = worker.post_message(&JsValue::from("keep the room"));
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
        _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&Address::Start.to_string()));
    }
}

/// A moment as people here write it.
pub fn written(moment: Timestamp, language: &str) -> String {
    in_style(moment, language, &[("dateStyle", "medium"), ("timeStyle", "short")])
}

/// The time of day of a moment.
pub fn time_of_day(moment: Timestamp, language: &str) -> String {
    in_style(moment, language, &[("timeStyle", "short")])
}

/// The day of a moment, short.
pub fn day_written(moment: Timestamp, language: &str) -> String {
    in_style(moment, language, &[("dateStyle", "medium")])
}

fn in_style(moment: Timestamp, language: &str, style: &[(&str, &str)]) -> String {
    let date = js_sys::Date::new(&JsValue::from_f64(moment.0 as f64));
    let options = js_sys::Object::new();
    for (name, value) in style {
        // Without a style the date is written in full.
        _ = js_sys::Reflect::set(&options, &(*name).into(), &(*value).into());
    }
    date.to_locale_string(language, &options).into()
}

fn storage_manager() -> Option<StorageManager> {
    let navigator = web_sys::window()?.navigator();
    // Missing on pages without a secure context.
    js_sys::Reflect::get(&navigator, &"storage".into()).ok()?.dyn_into().ok()
}

/// Asks the browser to keep what is stored when it needs room; whether it does.
pub async fn persist() -> bool {
    let Some(asked) = storage_manager().and_then(|storage| storage.persist().ok()) else { return false };
    JsFuture::from(asked).await.is_ok_and(|granted| granted.is_truthy())
}

/// Room on the device.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Room {
    /// Bytes used by the app.
    pub used: f64,
    /// Bytes that it may use at most.
    pub quota: f64,
    /// The browser does not delete it by itself when it needs room.
    pub persisted: bool,
}

/// How much room there is; none where the browser does not tell.
pub async fn room() -> Option<Room> {
    let storage = storage_manager()?;
    let estimate: StorageEstimate = JsFuture::from(storage.estimate().ok()?).await.ok()?.unchecked_into();
    let persisted = JsFuture::from(storage.persisted().ok()?).await.is_ok_and(|persisted| persisted.is_truthy());
    Some(Room { used: estimate.get_usage()?, quota: estimate.get_quota()?, persisted })
}

/// Offers a text as a file to keep.
pub fn offer_file(name: &str, text: &str) {
    offer(name, "text/plain;charset=utf-8", &js_sys::Array::of1(&JsValue::from(text)));
}

/// Offers a file to keep, made of these parts: texts and bytes.
pub fn offer(name: &str, kind: &str, parts: &js_sys::Array) {
    let options = web_sys::BlobPropertyBag::new();
    options.set_type(kind);
    let Ok(blob) = web_sys::Blob::new_with_str_sequence_and_options(parts, &options) else { return };
    let Ok(address) = web_sys::Url::create_object_url_with_blob(&blob) else { return };
    let link =
        web_sys::window().and_then(|window| window.document()?.create_element("a").ok()?.dyn_into::<web_sys::HtmlAnchorElement>().ok());
    if let Some(link) = link {
        link.set_href(&address);
        link.set_download(name);
        link.click();
    }
    // The browser has begun to read it by now; an address that is not given back costs a little memory.
    _ = web_sys::Url::revoke_object_url(&address);
}
