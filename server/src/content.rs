//! Reading by HTTP: documents by their hash, and feeds in pages, each only for whom it is meant.

use crate::{
    assets::accepts,
    error::Problem,
    sessions::Session,
    site::Site,
    store::{StoreError, StoreReader as _},
    subscription::{connection::pieces, frames},
};
use axum::{
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use domain::{
    account::Role,
    class::Membership,
    feeds::{self, Feed},
    ids::{AccountId, ContentHash, CourseId, UnitId},
    projections::directory::Directory,
    protocol::HISTORY_PAGE_EVENTS_MAX,
};
use flate2::{Compression, write::GzEncoder};
use serde::Deserialize;
use std::{
    io::{self, Write as _},
    sync::Arc,
};

const JSON: (header::HeaderName, &str) = (header::CONTENT_TYPE, "application/json");

/// `GET /api/content/{hash}`: a paper, a key or a note. To whom it is not meant for it is not there.
pub async fn document(State(site): State<Arc<Site>>, session: Session, Path(hash): Path<String>) -> Result<impl IntoResponse, Problem> {
    let hash: ContentHash = hash.parse().map_err(|_| Problem::NotThere)?;
    if !may_have(session.account, session.role, hash, &site.hub.directory()) {
        return Err(Problem::NotThere);
    }
    let bytes = site.read(move |reader| reader.document(hash)).await?.ok_or(Problem::NotThere)?;
    Ok(([JSON], bytes))
}

/// Whether an account may have a document: papers of the courses that it may read; keys of practice units that one of a
/// student's classes has been assigned, and all of them for teachers of such a class; notes, for the student and the class's teachers.
pub fn may_have(account: AccountId, role: Role, hash: ContentHash, directory: &Directory) -> bool {
    let readable = feeds::readable(account, directory);
    let mut courses = readable.iter().filter_map(|feed| match feed {
        Feed::Course(course) => Some(*course),
        Feed::Student(_) | Feed::Staff(_) | Feed::Class(_) | Feed::School(_) => None,
    });
    courses.any(|course| names(course, hash, account, role, directory)) || feeds::may_read_note(account, hash, directory)
}

fn assigned(members: &Membership, unit: &UnitId, course: CourseId) -> bool {
    members.units.get(unit).is_some_and(|assignment| assignment.course == course)
}

fn names(course: CourseId, hash: ContentHash, account: AccountId, role: Role, directory: &Directory) -> bool {
    let editions = directory.course(course).map_or(&[][..], |entry| &entry.contents.editions);
    editions.iter().any(|edition| {
        let mut units = edition.keys.iter().filter(|(_, key)| **key == hash).map(|(unit, _)| unit);
        edition.paper == hash
            || match role {
                Role::Teacher => units.next().is_some(),
                Role::Student => {
                    let given = |unit| directory.classes_of_student(account).any(|(_, members)| assigned(members, unit, course));
                    units.any(given)
                }
                Role::Administrator => false,
            }
    })
}

/// Which part of a feed.
#[derive(Deserialize)]
pub struct Page {
    #[serde(default)]
    after: u64,
    limit: Option<u64>,
}

/// `GET /api/feeds/{feed}?after=n&limit=m`: events of a feed, as one frame of a socket would bring them, however long it is.
pub async fn feed(
    State(site): State<Arc<Site>>,
    session: Session,
    headers: HeaderMap,
    Path(feed): Path<String>,
    Query(page): Query<Page>,
) -> Result<Response, Problem> {
    let feed: Feed = feed.parse().map_err(|_| Problem::NotThere)?;
    if !feeds::readable(session.account, &site.hub.directory()).contains(&feed) {
        return Err(Problem::NotYours);
    }
    let limit = page.limit.unwrap_or(HISTORY_PAGE_EVENTS_MAX).clamp(1, HISTORY_PAGE_EVENTS_MAX) as usize;
    let compressed = accepts(&headers, "gzip");
    let body = site.read(move |reader| {
        let pieces = pieces(reader, &feed, page.after, limit)?;
        let before = if pieces.is_empty() { reader.digest_at(&feed, page.after)? } else { None };
        let events = pieces.iter().map(|piece| (piece.place.digest, &piece.event));
        let text = frames::page(&feed, page.after.saturating_add(1), before.unwrap_or_default(), events);
        if compressed { gzip(&text).map_err(|fault| StoreError::Failed(fault.to_string())) } else { Ok(text.into_bytes()) }
    });
    let mut response = ([JSON, (header::VARY, "accept-encoding")], body.await?).into_response();
    if compressed {
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    Ok(response)
}

/// Quickly rather than well: events repeat so much that this makes them a tenth of their length.
fn gzip(text: &str) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(text.len() / 8), Compression::fast());
    encoder.write_all(text.as_bytes())?;
    encoder.finish()
}
