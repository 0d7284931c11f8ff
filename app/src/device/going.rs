//! Whether the page is being closed. The browser refuses such a page much of what it asks for, and nobody sees the results, so it retries nothing. A
//! page that the browser kept frozen and shows again is reloaded, because another tab may own by now what it held.

use js_sys::Reflect;
use std::cell::Cell;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};

thread_local! {
    static GOING: Cell<bool> = const { Cell::new(false) };
}

/// Whether the page is being closed or left. If it comes back, it is reloaded.
pub fn is_going() -> bool {
    GOING.get()
}

/// The same call, which does nothing once the page is being closed.
pub fn unless_going(call: impl Fn() + 'static) -> impl Fn() + 'static {
    move || {
        if !is_going() {
            call();
        }
    }
}

/// Listens for the page being closed or left, and for its coming back.
pub fn watch() {
    listen("pagehide", |_| GOING.set(true));
    listen("pageshow", |event| {
        if is_kept(event) {
            super::reload();
        }
    });
}

/// Calls when the page is left and the browser keeps it frozen: it has to let go of what other tabs would wait for.
pub fn when_kept(call: impl Fn() + 'static) {
    listen("pagehide", move |event| {
        if is_kept(event) {
            call();
        }
    });
}

fn is_kept(event: &JsValue) -> bool {
    Reflect::get(event, &"persisted".into()).is_ok_and(|kept| kept.is_truthy())
}

fn listen(event: &str, call: impl Fn(&JsValue) + 'static) {
    let Some(window) = web_sys::window() else { return };
    let listen = Closure::<dyn Fn(JsValue)>::new(move |event: JsValue| call(&event));
    // A page that cannot listen goes on retrying until the browser ends it.
    _ = window.add_event_listener_with_callback(event, listen.as_ref().unchecked_ref());
    // The page listens for as long as it lives.
    listen.forget();
}
