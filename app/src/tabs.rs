//! The tabs of one browser profile: which of them owns the socket, and what they say to each other. An optimisation: without
//! Web Locks, or without a channel to hear the owner by, every tab has a socket of its own.

use domain::{
    ids::AccountId,
    replica::{Ownership, TabWord},
};
use js_sys::{Function, Object, Promise, Reflect};
use leptos::task::spawn_local;
use std::{cell::Cell, rc::Rc};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{BroadcastChannel, MessageEvent};

/// The channel between the tabs of an account, and the lock that one of them has.
pub struct Tabs {
    channel: Option<BroadcastChannel>,
    lock: Option<Rc<Lock>>,
}

/// The lock, as this tab asks for it.
struct Lock {
    locks: JsValue,
    request: Function,
    name: String,
    own: Box<dyn Fn(Ownership)>,
    /// This tab stands in line.
    in_line: Cell<bool>,
}

impl Tabs {
    /// Joins: `heard` is called with each word of another tab, `own` whenever this tab gets the socket or loses it.
    pub fn join(account: AccountId, heard: impl Fn(TabWord) + 'static, own: impl Fn(Ownership) + 'static) -> Self {
        let name = format!("leftfold-{account}");
        let channel = BroadcastChannel::new(&name).ok();
        if let Some(channel) = &channel {
            let listen = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
                if let Some(word) = event.data().as_string().and_then(|text| serde_json::from_str(&text).ok()) {
                    heard(word);
                }
            });
            channel.set_onmessage(Some(listen.as_ref().unchecked_ref()));
            // The tab listens for as long as it lives.
            listen.forget();
        }
        match lock_manager().filter(|_| channel.is_some()) {
            Some((locks, request)) => {
                let lock = Rc::new(Lock { locks, request, name, own: Box::new(own), in_line: Cell::new(false) });
                lock.clone().stand_in_line();
                Self { channel, lock: Some(lock) }
            }
            None => {
                own(Ownership::Together);
                Self { channel, lock: None }
            }
        }
    }

    /// Says something to the other tabs.
    pub fn tell(&self, word: &TabWord) {
        let text = serde_json::to_string(word).expect("words have text keys only, so they always serialise");
        if let Some(channel) = &self.channel {
            // A channel that is closing has nobody listening.
            _ = channel.post_message(&JsValue::from(text));
        }
    }

    /// Takes the socket from a tab that does not stir.
    pub fn steal(&self) {
        if let Some(lock) = &self.lock {
            lock.clone().ask(true);
        }
    }
}

impl Lock {
    fn stand_in_line(self: Rc<Self>) {
        if !self.in_line.replace(true) {
            self.ask(false);
        }
    }

    /// Asks for the lock. It is held until the tab goes, or until another tab steals it: then this one stands in line again.
    fn ask(self: Rc<Self>, steal: bool) {
        let options = Object::new();
        // Without the option the tab stands in line.
        _ = Reflect::set(&options, &"steal".into(), &steal.into());
        let got = self.clone();
        let granted = Closure::once_into_js(move |_: JsValue| {
            if !steal {
                got.in_line.set(false);
            }
            (got.own)(Ownership::Alone);
            // The lock is held until this settles: never, while the tab lives.
            Promise::new(&mut |_, _| {})
        });
        let Ok(asked) = self.request.call3(&self.locks, &JsValue::from(&self.name), &options, &granted) else { return };
        spawn_local(async move {
            // While this tab holds the lock the promise stays open; it fails when the lock is stolen.
            if JsFuture::from(asked.unchecked_into::<Promise>()).await.is_err() {
                if !steal {
                    self.in_line.set(false);
                }
                (self.own)(Ownership::None);
                self.stand_in_line();
            }
        });
    }
}

/// The browser's locks, and how to ask for one. Absent on pages that were not opened safely.
fn lock_manager() -> Option<(JsValue, Function)> {
    let locks = Reflect::get(&web_sys::window()?.navigator(), &"locks".into()).ok().filter(JsValue::is_object)?;
    let request = Reflect::get(&locks, &"request".into()).ok()?.dyn_into().ok()?;
    Some((locks, request))
}
