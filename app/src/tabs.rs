//! The tabs of one browser profile: which of them owns the socket, and what they say to each other. An optimisation: without
//! Web Locks every tab connects, without BroadcastChannel a tab learns of the others' work from the server.

use domain::{ids::AccountId, replica::TabWord};
use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{BroadcastChannel, MessageEvent};

/// The channel between the tabs of an account.
pub struct Tabs {
    channel: Option<BroadcastChannel>,
}

impl Tabs {
    /// Joins; `heard` is called with each word of another tab.
    pub fn join(account: AccountId, heard: impl Fn(TabWord) + 'static) -> Self {
        let Ok(channel) = BroadcastChannel::new(&format!("leftfold-{account}")) else { return Self { channel: None } };
        let listen = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(word) = event.data().as_string().and_then(|text| serde_json::from_str(&text).ok()) {
                heard(word);
            }
        });
        channel.set_onmessage(Some(listen.as_ref().unchecked_ref()));
        // The tab listens for as long as it lives.
        listen.forget();
        Self { channel: Some(channel) }
    }

    /// Says something to the other tabs.
    pub fn tell(&self, word: &TabWord) {
        let text = serde_json::to_string(word).expect("words have text keys only, so they always serialise");
        if let Some(channel) = &self.channel {
            // A channel that is closing has nobody listening.
            _ = channel.post_message(&JsValue::from(text));
        }
    }
}

/// Waits in line for the socket; `own` is called once, when it is this tab's turn. The turn ends with the tab.
pub fn wait_for_ownership(account: AccountId, own: impl FnOnce() + 'static) {
    let locks =
        web_sys::window().and_then(|window| Reflect::get(&window.navigator(), &"locks".into()).ok()).filter(|locks| locks.is_object());
    let request = locks.as_ref().and_then(|locks| Reflect::get(locks, &"request".into()).ok()?.dyn_into::<Function>().ok());
    let (Some(locks), Some(request)) = (locks, request) else { return own() };
    let granted = Closure::once_into_js(move |_: JsValue| {
        own();
        // The lock is held until this settles: never, while the tab lives.
        Promise::new(&mut |_, _| {})
    });
    if let Ok(waiting) = request.call2(&locks, &JsValue::from(format!("leftfold-{account}")), &granted) {
        // The request settles when the tab goes; there is nothing to do then.
        drop(waiting);
    }
}
