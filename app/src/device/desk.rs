//! What only teachers' pages ask of the device: days and fields for them, how its region writes numbers, random bytes, and the clipboard.

use super::in_style;
use domain::time::Timestamp;
use tables::DecimalSign;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// Whether the service worker serves this page by now; `None` where there can be no service worker.
pub fn is_served_by_worker() -> Option<bool> {
    let navigator = web_sys::window()?.navigator();
    let has = js_sys::Reflect::has(&navigator, &JsValue::from("serviceWorker")).unwrap_or(false);
    has.then(|| navigator.service_worker().controller().is_some())
}

/// The day of a moment, in full.
pub fn day_in_full(moment: Timestamp, language: &str) -> String {
    in_style(moment, language, &[("dateStyle", "full")])
}

/// A moment as a native field for date and time has it, in the browser's time zone.
pub fn local_field(moment: Timestamp) -> String {
    let date = js_sys::Date::new(&JsValue::from_f64(moment.0 as f64));
    let (year, month, day) = (date.get_full_year(), date.get_month() + 1, date.get_date());
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}", date.get_hours(), date.get_minutes())
}

/// The moment that a native field for date and time names, in the browser's time zone; none if it names none.
pub fn moment_of_field(text: &str) -> Option<Timestamp> {
    let ms = js_sys::Date::new(&JsValue::from_str(text)).get_time();
    (!text.is_empty() && ms.is_finite()).then_some(Timestamp(ms as i64))
}

/// The name of the browser's time zone, as it gives it.
pub fn time_zone() -> String {
    let options = js_sys::Intl::DateTimeFormat::new(&js_sys::Array::new(), &js_sys::Object::new()).resolved_options();
    js_sys::Reflect::get(&options, &"timeZone".into()).ok().and_then(|zone| zone.as_string()).unwrap_or_default()
}

/// The decimal sign of the browser's language and region. Spreadsheet programs on the device go by the same: for numbers, and for the sign between
/// cells.
pub fn decimal_sign() -> DecimalSign {
    let parts = js_sys::Intl::NumberFormat::new(&js_sys::Array::new(), &js_sys::Object::new()).format_to_parts(1.5);
    let said = |part: &JsValue, what: &str| js_sys::Reflect::get(part, &what.into()).ok().and_then(|said| said.as_string());
    let sign = parts.iter().find(|part| said(part, "type").as_deref() == Some("decimal")).and_then(|part| said(&part, "value"));
    // The Arabic one is a comma as well.
    if sign.is_some_and(|sign| [",", "\u{66b}"].contains(&sign.as_str())) { DecimalSign::Comma } else { DecimalSign::Point }
}

/// Random bytes, good enough for passwords.
pub fn chance<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    if let Some(crypto) = web_sys::window().and_then(|window| window.crypto().ok()) {
        // Every browser that runs this can.
        _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    bytes
}

/// Puts a text where it can be pasted from; whether that worked.
pub async fn copy(text: &str) -> bool {
    let Some(navigator) = web_sys::window().map(|window| window.navigator()) else { return false };
    // Missing on pages without a secure context.
    let has = js_sys::Reflect::get(&navigator, &"clipboard".into()).is_ok_and(|clipboard| clipboard.is_truthy());
    has && JsFuture::from(navigator.clipboard().write_text(text)).await.is_ok()
}

/// The day of a moment where the device is, as `2026-03-01`.
pub fn day(moment: Timestamp) -> String {
    let date = js_sys::Date::new(&JsValue::from_f64(moment.0 as f64));
    format!("{:04}-{:02}-{:02}", date.get_full_year(), date.get_month() + 1, date.get_date())
}

/// How many minutes the device's clock is ahead of UTC now.
pub fn minutes_ahead() -> i32 {
    -js_sys::Date::new_0().get_timezone_offset() as i32
}
