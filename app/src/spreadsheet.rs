//! Spreadsheets: made by a worker with a Wasm file of its own, which is loaded only by those who save one.

use crate::{device, sync, table::Table};
use futures::channel::oneshot;
use js_sys::Uint8Array;
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{MessageEvent, Worker};

/// What Trunk calls the script that starts the worker.
const WORKER: &str = "/spreadsheet_loader.js";
/// The longest time that a spreadsheet may take: enough for a large table on a slow computer.
const MADE_WITHIN: Duration = Duration::from_secs(60);

/// The service worker answers soon after the first visit; a network may take longer.
const SERVED_SOON: Duration = Duration::from_secs(2);
const TRIED_AGAIN: Duration = Duration::from_secs(30);
/// After this many tries, it is tried again only by the next page with a table.
const TRIES_MAX: u32 = 20;

thread_local! {
    static KEEPING: Cell<bool> = const { Cell::new(false) };
}

/// Has the worker's files kept on this device, so that it works without a network, too. Asking again changes nothing.
pub async fn keep() {
    if KEEPING.replace(true) {
        return;
    }
    for _ in 0..TRIES_MAX {
        let Some(is_served) = device::is_served_by_worker().filter(|_| !device::going::is_going()) else { return };
        if is_served && sync::fetch_file(WORKER).await {
            return;
        }
        device::wait(if is_served { TRIED_AGAIN } else { SERVED_SOON }).await;
    }
    KEEPING.set(false);
}

/// Why there is no spreadsheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotMade {
    /// Its program could not be loaded, or did not finish in time.
    NoProgram,
    /// Its program is of another build than this page, and cannot read what this page writes.
    OtherBuild,
}

/// The table as XLSX.
///
/// # Errors
/// When it cannot be made, such as when its files never came to this device.
pub async fn workbook(table: &Table) -> Result<Uint8Array, NotMade> {
    let text = serde_json::to_string(table).expect("a table has text keys only, so it always serialises");
    let worker = Worker::new(WORKER).map_err(|_| NotMade::NoProgram)?;
    let (done, made) = oneshot::channel();
    let done = Rc::new(RefCell::new(Some(done)));
    let answer = move |answer: Result<Uint8Array, NotMade>| {
        if let Some(done) = done.borrow_mut().take() {
            // Whoever asked may have stopped waiting.
            _ = done.send(answer);
        }
    };
    let (heard, asked) = (answer.clone(), worker.clone());
    let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |message: MessageEvent| match message.data() {
        // It is there.
        data if data == JsValue::TRUE => {
            if asked.post_message(&JsValue::from(&text)).is_err() {
                heard(Err(NotMade::NoProgram));
            }
        }
        data if data == JsValue::FALSE => heard(Err(NotMade::OtherBuild)),
        data => heard(data.dyn_into().map_err(|_| NotMade::NoProgram)),
    });
    let on_error = Closure::<dyn Fn()>::new(move || answer(Err(NotMade::NoProgram)));
    worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
    let made = device::at_most(MADE_WITHIN, made).await;
    worker.terminate();
    made.and_then(Result::ok).unwrap_or(Err(NotMade::NoProgram))
}
