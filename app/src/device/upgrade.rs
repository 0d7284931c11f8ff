//! Loading a newer app: by itself where nobody is writing, and no more than once for each build.

use super::{reload, wait};
use domain::protocol::BUILD;
use std::time::Duration;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlInputElement, HtmlTextAreaElement, ServiceWorkerRegistration, ServiceWorkerState};

/// In the tab's own storage: the build that the tab last tried to replace by a newer one.
const LOADED: &str = "leftfold.loaded-anew";
/// How often to look whether the newer files are there, and how many times.
const LOOK_EVERY: Duration = Duration::from_millis(100);
const LOOKS: u32 = 100;

/// Whether the page may load the newer app by itself: nobody is writing, and it was not tried with this build before.
pub fn may_load_by_itself() -> bool {
    let tried = super::shelf::session_shelf().and_then(|session| session.get_item(LOADED).ok()?);
    tried.is_none_or(|build| build != BUILD.to_string()) && !is_somebody_writing()
}

fn is_somebody_writing() -> bool {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return false };
    let Ok(fields) = document.query_selector_all("main input, main textarea") else { return false };
    let written = |index| {
        let field = fields.item(index)?;
        let input = field.dyn_ref::<HtmlInputElement>();
        let chosen = input.is_some_and(|input| ["radio", "checkbox"].contains(&input.type_().as_str()));
        let text = match input {
            Some(input) if chosen => return Some(input.checked()),
            Some(input) => input.value(),
            None => field.dyn_ref::<HtmlTextAreaElement>()?.value(),
        };
        Some(!text.is_empty())
    };
    (0..fields.length()).filter_map(written).any(|written| written)
}

/// Has the service worker get the newer files, then loads the page anew.
pub async fn load() {
    if let Some(session) = super::shelf::session_shelf() {
        // If this cannot be stored, the next try does not ask the person either.
        _ = session.set_item(LOADED, &BUILD.to_string());
    }
    if let Some(registration) = registration().await {
        if let Ok(asked) = registration.update() {
            // If the server does not answer, the files that are here are loaded again.
            _ = JsFuture::from(asked).await;
        }
        for _ in 0..LOOKS {
            let next = registration.installing().or_else(|| registration.waiting());
            if next.is_none_or(|worker| worker.state() == ServiceWorkerState::Redundant) {
                break;
            }
            wait(LOOK_EVERY).await;
        }
    }
    reload();
}

async fn registration() -> Option<ServiceWorkerRegistration> {
    let navigator = web_sys::window()?.navigator();
    if !js_sys::Reflect::has(&navigator, &"serviceWorker".into()).unwrap_or(false) {
        return None;
    }
    JsFuture::from(navigator.service_worker().get_registration()).await.ok()?.dyn_into().ok()
}
