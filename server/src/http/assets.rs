//! The app's files, which are part of the program: sent compressed, cached for ever where the name carries a fingerprint.

use crate::error::Problem;
use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use std::sync::LazyLock;

/// A file of the app.
struct File {
    path: &'static str,
    kind: &'static str,
    etag: &'static str,
    hashed: bool,
    plain: &'static [u8],
    brotli: Option<&'static [u8]>,
    gzip: Option<&'static [u8]>,
}

// FILES, sorted by path, and INLINE_SCRIPTS.
include!(concat!(env!("OUT_DIR"), "/assets_table.rs"));

const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Leftfold</title>\
    <h1>The app is not built</h1><p>This program was made without the app. Run <code>bin/run</code> to build both.</p></html>\n";

/// Whether the program was made with the app in it.
pub fn has_app() -> bool {
    file("/index.html").is_some()
}

/// Answers everything that is not the interface: a file, or the app's page for an address within the app.
pub async fn serve(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return Problem::NotThere.into_response();
    }
    let path = if uri.path() == "/" { "/index.html" } else { uri.path() };
    match file(path) {
        Some(found) => answer(found, &method, &headers),
        None if is_page(path, &headers) => match page_at(path) {
            Some(index) => answer(index, &method, &headers),
            None => (StatusCode::SERVICE_UNAVAILABLE, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], NOT_BUILT).into_response(),
        },
        None => Problem::NotThere.into_response(),
    }
}

/// The page that an address within the app is shown by: teachers have one of their own, if it was built.
fn page_at(path: &str) -> Option<&'static File> {
    let is_room = path == "/teach" || path.starts_with("/teach/");
    is_room.then(|| file("/teach.html")).flatten().or_else(|| file("/index.html"))
}

fn file(path: &str) -> Option<&'static File> {
    FILES.binary_search_by(|file| file.path.cmp(path)).ok().map(|index| &FILES[index])
}

/// Whether it is an address within the app rather than a file that is missing.
fn is_page(path: &str, headers: &HeaderMap) -> bool {
    let wants_page = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).is_some_and(|accept| accept.contains("text/html"));
    let has_ending = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    path == "/index.html" || wants_page || !has_ending
}

fn answer(file: &'static File, method: &Method, headers: &HeaderMap) -> Response {
    let cache = if file.hashed { "public, max-age=31536000, immutable" } else { "no-cache" };
    let known = headers.get(header::IF_NONE_MATCH).and_then(|tags| tags.to_str().ok());
    let mut response = if known.is_some_and(|tags| tags.contains(file.etag)) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let (bytes, encoding) = best(file, headers);
        let mut response = Response::new(if *method == Method::HEAD { Body::empty() } else { Body::from(bytes) });
        let fields = response.headers_mut();
        fields.insert(header::CONTENT_TYPE, HeaderValue::from_static(file.kind));
        fields.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
        if let Some(encoding) = encoding {
            fields.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        response
    };
    let fields = response.headers_mut();
    fields.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    // One tag for all encodings of a file, so it says "the same", not "the same bytes".
    fields.insert(header::ETAG, HeaderValue::from_str(&format!("W/{}", file.etag)).expect("a tag is hexadecimal"));
    fields.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    response
}

/// The smallest form that the client takes.
fn best(file: &'static File, headers: &HeaderMap) -> (&'static [u8], Option<&'static str>) {
    let forms = [(file.brotli, "br"), (file.gzip, "gzip")];
    let chosen = forms.into_iter().find_map(|(bytes, name)| bytes.filter(|_| accepts(headers, name)).map(|bytes| (bytes, Some(name))));
    chosen.unwrap_or((file.plain, None))
}

/// Whether a client takes this encoding.
pub fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    let values = headers.get_all(header::ACCEPT_ENCODING).into_iter().filter_map(|value| value.to_str().ok());
    let mut offers = values.flat_map(|value| value.split(',')).map(|offer| offer.split_once(';').unwrap_or((offer, "")));
    offers.any(|(name, weight)| {
        let refused = weight.trim().strip_prefix("q=").is_some_and(|weight| weight.parse() == Ok(0.0_f32));
        name.trim().eq_ignore_ascii_case(encoding) && !refused
    })
}

/// What the app's pages may do: nothing that is not listed.
pub fn content_security_policy() -> HeaderValue {
    static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
        let scripts: String = INLINE_SCRIPTS.iter().map(|hash| format!(" '{hash}'")).collect();
        let policy = format!(
            "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{scripts}; style-src 'self'; img-src 'self' data:; font-src 'self'; \
             connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        );
        HeaderValue::from_str(&policy).expect("hashes are base64")
    });
    POLICY.clone()
}
