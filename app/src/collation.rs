//! The order that people expect of names and titles: the browser's collation in the language of the page, figures by their value. The one door to
//! it: nothing else here puts words in order.

use crate::texts::texts;
use js_sys::{Array, Function, Intl::Collator, JsString, Object, Reflect};
use std::cmp::Ordering;
use wasm_bindgen::JsValue;

thread_local! {
    static COMPARE: Function = collator();
}

fn collator() -> Function {
    let options = Object::new();
    // An object that was just made takes what it is given.
    _ = Reflect::set(&options, &JsValue::from("numeric"), &JsValue::TRUE);
    Collator::new(&Array::of1(&JsValue::from(texts().language)), &options).compare()
}

/// Which of two comes first.
pub fn compare(one: &str, other: &str) -> Ordering {
    ordered(&JsString::from(one), &JsString::from(other))
}

fn ordered(one: &JsString, other: &JsString) -> Ordering {
    let said = COMPARE.with(|compare| compare.call2(&JsValue::NULL, one, other));
    // Texts can always be compared.
    said.ok().and_then(|said| said.as_f64()).and_then(|said| said.partial_cmp(&0.0)).unwrap_or(Ordering::Equal)
}

/// Puts things in the order of what they are called; of equals the order stays. Each is handed to the browser once.
pub fn sort_by_words<T>(things: &mut Vec<T>, words: impl Fn(&T) -> String) {
    let mut named: Vec<(JsString, T)> = things.drain(..).map(|thing| (JsString::from(words(&thing)), thing)).collect();
    named.sort_by(|(one, _), (other, _)| ordered(one, other));
    things.extend(named.into_iter().map(|(_, thing)| thing));
}
