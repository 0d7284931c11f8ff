//! `GET /docs/messages` at the side door: every command and event with its fields, its refusals, and who may send and read it. The page is written
//! from the types by a test, and compiled in.

use axum::{
    http::{HeaderMap, header},
    response::{Html, IntoResponse as _, Response},
};
use pulldown_cmark::{Options, Parser, html::push_html};

/// The page as it was written.
pub const PAGE: &str = include_str!("messages.md");

/// The page: HTML for a browser, else the text as it is.
pub fn page(headers: &HeaderMap) -> Response {
    let wants = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    if wants.is_some_and(|wants| wants.contains("text/html")) {
        let mut page = String::from("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Messages</title>");
        let text: String = PAGE.lines().map(named).collect();
        push_html(&mut page, Parser::new_ext(&text, Options::ENABLE_TABLES | Options::ENABLE_HEADING_ATTRIBUTES));
        return Html(page).into_response();
    }
    ([(header::CONTENT_TYPE, "text/markdown; charset=utf-8")], PAGE).into_response()
}

/// The heading of a value says where links to it lead.
fn named(line: &str) -> String {
    match line.strip_prefix("### ") {
        Some(name) if !name.contains(' ') => format!("{line} {{#{}}}\n", name.to_lowercase()),
        Some(_) | None => format!("{line}\n"),
    }
}
