//! The worker that makes spreadsheets: it says that it is there, and answers each table (as JSON) with a workbook, with nothing if that cannot be
//! made, or with "no" if it cannot read the table: then the page that asks is of another build.

#[cfg(target_arch = "wasm32")]
fn main() {
    use js_sys::Uint8Array;
    use wasm_bindgen::{JsCast as _, JsValue, prelude::Closure};
    use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

    let worker: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let asking = worker.clone();
    let answer = Closure::<dyn Fn(MessageEvent)>::new(move |asked: MessageEvent| {
        let table = asked.data().as_string().and_then(|text| serde_json::from_str::<tables::Table>(&text).ok());
        let made = table.map(|table| tables::spreadsheet::workbook(&table).ok());
        let bytes = made.map_or(JsValue::FALSE, |made| made.map_or(JsValue::NULL, |bytes| Uint8Array::from(bytes.as_slice()).into()));
        // Whoever asked may be gone.
        _ = asking.post_message(&bytes);
    });
    worker.set_onmessage(Some(answer.as_ref().unchecked_ref()));
    answer.forget();
    _ = worker.post_message(&JsValue::TRUE);
}

/// Elsewhere there is no worker; the library makes workbooks.
#[cfg(not(target_arch = "wasm32"))]
fn main() {}
