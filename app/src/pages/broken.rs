//! What is left to say when the program itself broke: written without it.

use crate::{address::Address, markup::escaped, texts::texts};

/// Shows it instead of everything.
pub fn show() {
    let Some(body) = web_sys::window().and_then(|window| window.document()).and_then(|document| document.body()) else { return };
    let (title, more, again) = (escaped(texts().broken), escaped(texts().broken_more), escaped(texts().try_again));
    let start = Address::Start;
    body.set_inner_html(&format!(
        "<main class=\"column\" id=\"main\"><section class=\"blank\" role=\"alert\"><h1>{title}</h1><p>{more}</p>\
         <div class=\"actions\"><a class=\"button\" href=\"{start}\">{again}</a></div></section></main>"
    ));
}
