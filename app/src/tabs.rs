//! The tabs of one browser profile: which of them owns the socket, and what they say to each other. An optimisation: without
//! Web Locks, where they fail again and again, or without a channel to hear the owner by, every tab has a socket of its own.

use crate::device;
use domain::{
    ids::AccountId,
    replica::{Ownership, TabWord, again::Tries},
};
use js_sys::{Function, Object, Promise, Reflect};
use leptos::task::spawn_local;
use std::{cell::Cell, rc::Rc, time::Duration};
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
    /// This tab is waiting for the lock.
    in_line: Cell<bool>,
    /// How often the lock failed.
    tries: Cell<Tries>,
}

impl Tabs {
    /// Joins the tabs of an account: `heard` is called with each word of another tab, `own` whenever this tab gets the socket or loses it.
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
                let lock = Rc::new(Lock { locks, request, name, own: Box::new(own), in_line: Cell::default(), tries: Cell::default() });
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

    /// Takes the socket from a tab that does not respond.
    pub fn steal(&self) {
        if let Some(lock) = &self.lock {
            lock.clone().ask(true);
        }
    }
}

impl Lock {
    fn stand_in_line(self: Rc<Self>) {
        if !device::going::is_going() && !self.in_line.replace(true) {
            self.ask(false);
        }
    }

    /// Asks for the lock. This tab holds it until it is closed, or until another tab steals it: then this one waits for it again, after a pause.
    fn ask(self: Rc<Self>, steal: bool) {
        let options = Object::new();
        // If the option cannot be set, the tab waits for the lock.
        _ = Reflect::set(&options, &"steal".into(), &steal.into());
        let since = Rc::new(Cell::new(None));
        let (got, granted_at) = (self.clone(), since.clone());
        let granted = Closure::once_into_js(move |_: JsValue| {
            granted_at.set(Some(device::monotonic_ms()));
            if !steal {
                got.in_line.set(false);
            }
            (got.own)(Ownership::Alone);
            // The lock is held until this settles: never, while the tab lives.
            Promise::new(&mut |_, _| {})
        });
        let asked = self.request.call3(&self.locks, &JsValue::from(&self.name), &options, &granted);
        spawn_local(async move {
            let failed = match asked {
                // While this tab holds the lock the promise stays open; it fails when the lock is stolen, or was never given.
                Ok(asked) => JsFuture::from(asked.unchecked_into::<Promise>()).await.is_err(),
                Err(_) => true,
            };
            // A page that is being closed gets no lock, and needs none.
            if failed && !device::going::is_going() {
                self.lost(steal, since.get()).await;
            }
        });
    }

    /// The lock was lost, or refused at once. If that happens again and again, this tab opens a socket of its own, as where there are no locks.
    async fn lost(self: Rc<Self>, stolen: bool, since: Option<f64>) {
        if !stolen {
            self.in_line.set(false);
        }
        if since.is_some() {
            (self.own)(Ownership::None);
        }
        let held_ms = since.map_or(0.0, |since| device::monotonic_ms() - since);
        let mut tries = self.tries.get();
        let pause = tries.failed(held_ms as u64);
        self.tries.set(tries);
        match pause {
            Some(ms) => {
                device::wait(Duration::from_millis(ms.into())).await;
                self.stand_in_line();
            }
            None => (self.own)(Ownership::Together),
        }
    }
}

/// The browser's locks, and how to ask for one. Missing on pages without a secure context.
fn lock_manager() -> Option<(JsValue, Function)> {
    let locks = Reflect::get(&web_sys::window()?.navigator(), &"locks".into()).ok().filter(JsValue::is_object)?;
    let request = Reflect::get(&locks, &"request".into()).ok()?.dyn_into().ok()?;
    Some((locks, request))
}
