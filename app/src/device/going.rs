//! The page's end. A page that is going is refused much of what it asks for, and nobody will see what it gets: from then on it tries nothing
//! again. One that the browser kept as it was and shows once more is loaded anew: what it held may be another tab's by now.

use js_sys::Reflect;
use std::cell::Cell;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};

thread_local! {
    static GOING: Cell<bool> = const { Cell::new(false) };
}

/// Whether the page is going. It may be back later, but then it begins anew.
pub fn is_going() -> bool {
    GOING.get()
}

/// The same call, which does nothing once the page is going.
pub fn unless_going(call: impl Fn() + 'static) -> impl Fn() + 'static {
    move || {
        if !is_going() {
            call();
        }
    }
}

/// Listens for the page's going, and for its coming back.
pub fn watch() {
    listen("pagehide", |_| GOING.set(true));
    listen("pageshow", |event| {
        if is_kept(event) {
            super::reload();
        }
    });
}

/// Calls when the page goes and the browser keeps it as it is: what it holds others wait for.
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
    // What a page that cannot listen tries again comes to an end all the same.
    _ = window.add_event_listener_with_callback(event, listen.as_ref().unchecked_ref());
    // The page listens for as long as it lives.
    listen.forget();
}
