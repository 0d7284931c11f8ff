//! Reading by HTTP: documents by their hash, and feeds in pages, each only for those who may read it.

use crate::{
    clock::now,
    engine::Token,
    error::Problem,
    http::{
        assets::accepts,
        at_least::{Deadline, SEEN, Waited},
        feed_pages::{self, Wanted},
        sessions::Session,
    },
    school::{School, shares::Whose},
    store::{StoreError, StoreReader},
    subscription::{connection::pieces, frames},
};
use axum::{
    Extension,
    extract::{FromRequestParts as _, Path, Query, State},
    http::{HeaderMap, HeaderValue, header, request::Parts},
    response::{IntoResponse, Response},
};
use domain::{
    event::Position,
    feeds::{self, Feed},
    ids::{AccountId, ContentHash},
    protocol::{HISTORY_PAGE_BYTES_FULL, HISTORY_PAGE_EVENTS_MAX},
    rights,
};
use flate2::{Compression, write::GzEncoder};
use serde::Deserialize;
use std::{
    io::{self, Write as _},
    sync::Arc,
    time::Duration,
};

const JSON: (header::HeaderName, &str) = (header::CONTENT_TYPE, "application/json");
const LINES: (header::HeaderName, &str) = (header::CONTENT_TYPE, "application/x-ndjson");
/// Says after which number the next request goes on.
const NEXT: header::HeaderName = header::HeaderName::from_static("leftfold-next");

/// `GET /api/content/{hash}`: a paper, a key or a note. Whoever may not read it is told that it does not exist.
pub async fn document(State(school): State<Arc<School>>, session: Session, Path(hash): Path<String>) -> Result<impl IntoResponse, Problem> {
    let hash: ContentHash = hash.parse().map_err(|_| Problem::NotThere)?;
    if !rights::may_have(session.account, hash, &school.hub.directory(), now()) {
        return Err(Problem::NotThere);
    }
    let whose = Whose::Account(session.account);
    let answer = school.shares.answer(&whose).await;
    let bytes = school.read_for(&whose, move |reader| reader.document(hash)).await?;
    Ok(([JSON], answer.carrying(bytes.ok_or(Problem::NotThere)?)))
}

/// Which part of a feed.
#[derive(Deserialize)]
pub struct Page {
    #[serde(default)]
    after: u64,
    limit: Option<u64>,
    kinds: Option<String>,
    at_least: Option<u64>,
}

/// Who asks for a feed.
enum Asking {
    Token(Token),
    Account(AccountId),
}

impl Asking {
    async fn by(parts: &mut Parts, school: &Arc<School>) -> Result<Self, Problem> {
        match feed_pages::shown(&parts.headers, school).await? {
            Some(token) => Ok(Self::Token(token)),
            None => Ok(Self::Account(Session::from_request_parts(parts, school).await?.account)),
        }
    }

    fn whose(&self) -> Whose {
        match self {
            Self::Token(token) => Whose::Token(token.name.clone()),
            Self::Account(account) => Whose::Account(*account),
        }
    }

    /// The feed of this name, if it may be read now.
    fn reads(&self, feed: &str, school: &School) -> Result<Feed, Problem> {
        let feed: Result<Feed, Problem> = feed.parse().map_err(|_| Problem::NotThere);
        match self {
            Self::Token(token) => feed.ok().filter(|feed| token.may_read(feed)).ok_or(Problem::NotForToken),
            Self::Account(account) => {
                let feed = feed?;
                feeds::readable(*account, &school.hub.directory(), now()).contains(&feed).then_some(feed).ok_or(Problem::NotYours)
            }
        }
    }
}

/// `GET /api/feeds/{feed}?after=n&limit=m&kinds=A,B&at_least=p`: events of a feed, at most so many, and none more once they have 4 MB. The app, signed
/// in, gets them as one frame of a socket would bring them. Other systems, with a token, and whoever asks for kinds or for lines, get them in full. With
/// `at_least`, not before the log has come to that place.
pub async fn feed(
    State(school): State<Arc<School>>,
    Extension(deadline): Extension<Deadline>,
    Path(feed): Path<String>,
    Query(page): Query<Page>,
    mut parts: Parts,
) -> Result<Response, Problem> {
    let mut asking = Asking::by(&mut parts, &school).await?;
    let mut waited = Duration::ZERO;
    if let Some(at_least) = page.at_least {
        match school.comes_to(Position(at_least), &asking.whose(), deadline).await {
            Ok(so_long) => waited = so_long,
            Err(behind) => return Ok(behind.into_response()),
        }
        if waited > Duration::ZERO {
            // The session or the token may have ended meanwhile.
            asking = Asking::by(&mut parts, &school).await?;
        }
    }
    let (feed, whose) = (asking.reads(&feed, &school)?, asking.whose());
    let in_full = matches!(asking, Asking::Token(_)) || page.kinds.is_some() || accepts_lines(&parts.headers);
    let mut response = read_page(&school, feed, &whose, page, in_full, &parts.headers).await?;
    response.extensions_mut().insert(Waited(waited));
    Ok(response)
}

async fn read_page(
    school: &School,
    feed: Feed,
    whose: &Whose,
    page: Page,
    in_full: bool,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let (lines, compressed) = (accepts_lines(headers), accepts(headers, "gzip"));
    let limit = page.limit.unwrap_or(HISTORY_PAGE_EVENTS_MAX).clamp(1, HISTORY_PAGE_EVENTS_MAX) as usize;
    let kinds = page.kinds.map(|kinds| kinds.split(',').map(|kind| kind.trim().to_owned()).collect());
    let wanted = Wanted { feed, after: page.after, limit, kinds };
    let answer = school.shares.answer(whose).await;
    let seen = school.hub.seen();
    let read = school.read_for(whose, move |reader| {
        let (text, next) = if in_full { full(reader, &wanted, lines)? } else { (frame(reader, &wanted)?, None) };
        let body = if compressed { gzip(&text).map_err(|fault| StoreError::Failed(fault.to_string()))? } else { text.into_bytes() };
        Ok((body, next))
    });
    let (body, next) = read.await?;
    let kind = if lines { LINES } else { JSON };
    let mut response = ([kind, (header::VARY, "accept, accept-encoding, authorization")], answer.carrying(body)).into_response();
    response.headers_mut().insert(SEEN, HeaderValue::from(seen.0));
    if let Some(next) = next {
        response.headers_mut().insert(NEXT, HeaderValue::from(next));
    }
    if compressed {
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    Ok(response)
}

fn full(reader: &impl StoreReader, wanted: &Wanted, lines: bool) -> Result<(String, Option<u64>), StoreError> {
    let found = feed_pages::find(reader, wanted)?;
    let text = if lines { feed_pages::lines(&found) } else { feed_pages::json(&wanted.feed, &found) };
    Ok((text, Some(found.next)))
}

fn frame(reader: &impl StoreReader, wanted: &Wanted) -> Result<String, StoreError> {
    let Wanted { feed, after, limit, .. } = wanted;
    let pieces = pieces(reader, feed, *after, *limit, HISTORY_PAGE_BYTES_FULL)?;
    let before = if pieces.is_empty() { reader.digest_at(feed, *after)? } else { None };
    let events = pieces.iter().map(|piece| (piece.place.digest, &piece.event));
    Ok(frames::page(feed, after.saturating_add(1), before.unwrap_or_default(), events))
}

/// Whether lines of JSON are asked for.
fn accepts_lines(headers: &HeaderMap) -> bool {
    let asked = headers.get_all(header::ACCEPT).into_iter().filter_map(|value| value.to_str().ok());
    asked.flat_map(|value| value.split(',')).any(|kind| kind.split(';').next().unwrap_or_default().trim() == LINES.1)
}

/// Compresses fast rather than well: events repeat so much that even so a tenth of their length remains.
fn gzip(text: &str) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(text.len() / 8), Compression::fast());
    encoder.write_all(text.as_bytes())?;
    encoder.finish()
}
