//! The size of the app, as the server sends it: everything that a first visit fetches.

use reqwest::{Client, header};
use std::net::SocketAddr;

/// Bytes of one kind of file, or of all.
#[derive(Debug, Clone, Copy, Default)]
pub struct Size {
    /// As it is.
    pub raw: usize,
    /// As it travels.
    pub brotli: usize,
}

/// The app's Wasm, and all of a first load without fonts; none if the app was not built into the server.
pub async fn first_load(address: SocketAddr) -> Option<(Size, Size)> {
    let index = get(address, "/", "identity").await?;
    let page = String::from_utf8(index).ok()?;
    // Every path in quotes or brackets that the page names; the service worker is named by the app itself.
    let mut paths: Vec<&str> = page.split(['"', '\'', '(', ')', ' ']).filter(|word| word.starts_with('/') && word.contains('.')).collect();
    paths.extend(["/", "/sw.js"]);
    paths.sort_unstable();
    paths.dedup();
    let (mut wasm, mut all) = (Size::default(), Size::default());
    for path in paths {
        if [".woff2", ".png"].iter().any(|ending| path.ends_with(ending)) {
            continue;
        }
        let Some(raw) = get(address, path, "identity").await else { continue };
        let brotli = get(address, path, "br").await.expect("what is there is there");
        for size in if path.ends_with(".wasm") { vec![&mut wasm, &mut all] } else { vec![&mut all] } {
            size.raw += raw.len();
            size.brotli += brotli.len();
        }
    }
    (wasm.raw > 0).then_some((wasm, all))
}

async fn get(address: SocketAddr, path: &str, encoding: &str) -> Option<Vec<u8>> {
    let asked = Client::new().get(format!("http://{address}{path}")).header(header::ACCEPT_ENCODING, encoding).send();
    let answer = asked.await.ok()?.error_for_status().ok()?;
    // An address within the app is answered by its page; a file by the file.
    let is_page = answer.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if is_page && path != "/" { None } else { Some(answer.bytes().await.ok()?.to_vec()) }
}
