//! Feeds for other systems: who reads with a token, and events in full, filtered, page by page.

use crate::{
    auth::token::hash_of,
    engine::{self, Token},
    error::Problem,
    school::School,
    store::{Filed, StoreError, StoreReader},
};
use axum::http::{HeaderMap, header};
use domain::{
    feeds::Feed,
    lines::{Line, kind_and_body},
    protocol::HISTORY_PAGE_BYTES_FULL,
};
use serde::Serialize;
use std::collections::BTreeSet;

/// The most events that one request looks at, whatever it is looking for.
pub const LOOKED_AT_MAX: u64 = 20_000;
/// How many events are read at once: few enough to take little memory even if each is as long as it may be.
const READ_AT_ONCE: u64 = 200;

/// The token that a request shows; `None` if it shows none. An unknown token is an error.
///
/// # Errors
/// [`Problem::UnknownToken`], or the store's.
pub async fn shown(headers: &HeaderMap, school: &School) -> Result<Option<Token>, Problem> {
    let Some(shown) = headers.get(header::AUTHORIZATION) else { return Ok(None) };
    let bearer = shown.to_str().ok().and_then(|shown| shown.split_once(' '));
    let (_, token) = bearer.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).ok_or(Problem::UnknownToken)?;
    let hash = hash_of(token.trim());
    school.read(move |reader| engine::token(reader, &hash)).await?.map(Some).ok_or(Problem::UnknownToken)
}

/// What to look for.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// In this feed.
    pub feed: Feed,
    /// After the event of this number.
    pub after: u64,
    /// At most so many.
    pub limit: usize,
    /// Only events of these kinds; none for all.
    pub kinds: Option<BTreeSet<String>>,
}

/// What was found.
#[derive(Debug)]
pub struct Found {
    /// The events.
    pub events: Vec<Filed>,
    /// The number of the last event that was looked at: the next request goes on after it, also when nothing was found.
    pub next: u64,
    /// The number of the feed's last event.
    pub head: u64,
}

/// Looks for events.
///
/// # Errors
/// When the store cannot be read.
pub fn find(reader: &impl StoreReader, wanted: &Wanted) -> Result<Found, StoreError> {
    let head = reader.feed_head(&wanted.feed)?.number;
    let mut found = Found { events: Vec::new(), next: wanted.after, head };
    let end = wanted.after.saturating_add(LOOKED_AT_MAX);
    let mut bytes = 0;
    let is_full = |events: usize, bytes: usize| events >= wanted.limit || bytes >= HISTORY_PAGE_BYTES_FULL;
    while found.next < end.min(head) && !is_full(found.events.len(), bytes) {
        for event in reader.read_feed(&wanted.feed, found.next, READ_AT_ONCE.min(end - found.next) as usize)? {
            if is_full(found.events.len(), bytes) {
                break;
            }
            found.next = event.place.number;
            if wanted.kinds.as_ref().is_none_or(|kinds| kinds.contains(kind_and_body(&event.body).0)) {
                bytes += event.body.get().len();
                found.events.push(event);
            }
        }
    }
    Ok(found)
}

/// A page as JSON.
#[derive(Debug, Serialize)]
struct Page<'e> {
    feed: &'e Feed,
    next: u64,
    head: u64,
    events: Vec<Line<'e>>,
}

/// Everything that was found, as one JSON object.
pub fn json(feed: &Feed, found: &Found) -> String {
    let page = Page { feed, next: found.next, head: found.head, events: found.events.iter().map(told).collect() };
    serde_json::to_string(&page).expect("events have string keys only, so they always serialise")
}

/// The events, a line of JSON each.
pub fn lines(found: &Found) -> String {
    found.events.iter().map(line).collect()
}

/// An event as a line of JSON, with its end. It has a number if it was read from a feed.
pub fn line(event: &Filed) -> String {
    told(event).text()
}

fn told(event: &Filed) -> Line<'_> {
    Line::of(event.place.number, event.stream, event.actor, event.device, &event.entry())
}
