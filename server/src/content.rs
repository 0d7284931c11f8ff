//! Reading by HTTP: documents by their hash, and feeds in pages, each only for whom it is meant.

use crate::{
    error::Problem,
    sessions::Session,
    site::Site,
    store::StoreReader as _,
    subscription::{
        connection::pieces,
        frames::{self, FRAME_EVENTS_MAX},
    },
};
use axum::{
    extract::{Path, Query, State},
    http::header,
    response::IntoResponse,
};
use domain::{
    account::Role,
    feeds::{self, Feed},
    ids::{AccountId, ContentHash, CourseId},
    projections::directory::Directory,
};
use serde::Deserialize;
use std::sync::Arc;

const JSON: (header::HeaderName, &str) = (header::CONTENT_TYPE, "application/json");

/// `GET /api/content/{hash}`: a paper or a key. To whom it is not meant for it is not there.
pub async fn document(State(site): State<Arc<Site>>, session: Session, Path(hash): Path<String>) -> Result<impl IntoResponse, Problem> {
    let hash: ContentHash = hash.parse().map_err(|_| Problem::NotThere)?;
    if !may_have(session.account, session.role, hash, &site.hub.directory()) {
        return Err(Problem::NotThere);
    }
    let bytes = site.read(move |reader| reader.document(hash)).await?.ok_or(Problem::NotThere)?;
    Ok(([JSON], bytes))
}

/// Whether an account may have a document: papers of the courses that it may read; keys of practice units that one of a
/// student's classes has been assigned, and all of them for teachers of such a class.
pub fn may_have(account: AccountId, role: Role, hash: ContentHash, directory: &Directory) -> bool {
    let readable = feeds::readable(account, directory);
    let mut courses = readable.iter().filter_map(|feed| match feed {
        Feed::Course(course) => Some(*course),
        Feed::Student(_) | Feed::Staff(_) | Feed::Class(_) | Feed::School(_) => None,
    });
    courses.any(|course| names(course, hash, account, role, directory))
}

fn names(course: CourseId, hash: ContentHash, account: AccountId, role: Role, directory: &Directory) -> bool {
    let editions = directory.course(course).map_or(&[][..], |entry| &entry.editions);
    editions.iter().any(|edition| {
        let mut units = edition.keys.iter().filter(|(_, key)| **key == hash).map(|(unit, _)| unit);
        edition.paper == hash
            || match role {
                Role::Teacher => units.next().is_some(),
                Role::Student => {
                    units.any(|unit| directory.classes_of_student(account).any(|(_, members)| members.units.get(unit) == Some(&course)))
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
    limit: Option<usize>,
}

/// `GET /api/feeds/{feed}?after=n&limit=m`: events of a feed, as a socket would bring them.
pub async fn feed(
    State(site): State<Arc<Site>>,
    session: Session,
    Path(feed): Path<String>,
    Query(page): Query<Page>,
) -> Result<impl IntoResponse, Problem> {
    let feed: Feed = feed.parse().map_err(|_| Problem::NotThere)?;
    if !feeds::readable(session.account, &site.hub.directory()).contains(&feed) {
        return Err(Problem::NotYours);
    }
    let limit = page.limit.unwrap_or(FRAME_EVENTS_MAX).clamp(1, FRAME_EVENTS_MAX);
    let text = site.read(move |reader| {
        let pieces = pieces(reader, &feed, page.after, limit)?;
        let events = pieces.iter().map(|piece| (piece.place.digest, &piece.event));
        Ok(frames::page(&feed, page.after.saturating_add(1), Default::default(), events))
    });
    Ok(([JSON], text.await?))
}
