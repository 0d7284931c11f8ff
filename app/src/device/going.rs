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
    let Some(window) = web_sys::window() else { return };
    let going = Closure::<dyn Fn()>::new(|| GOING.set(true));
    let back = Closure::<dyn Fn(JsValue)>::new(|event: JsValue| {
        if Reflect::get(&event, &"persisted".into()).is_ok_and(|kept| kept.is_truthy()) {
            super::reload();
        }
    });
    for (event, listen) in [("pagehide", going.as_ref()), ("pageshow", back.as_ref())] {
        // What a page that cannot listen tries again comes to an end all the same.
        _ = window.add_event_listener_with_callback(event, listen.unchecked_ref());
    }
    // The page listens for as long as it lives.
    going.forget();
    back.forget();
}
