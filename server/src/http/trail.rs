//! The trail over HTTP, for administrators.

use super::sessions::Session;
use crate::{
    error::Problem,
    school::School,
    store::{StoreError, StoreReader as _, Trailed},
    trail::is_kept,
};
use axum::{
    Json,
    extract::{Query, State},
};
use domain::{account::Role, ids::AccountId, time::Timestamp};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The most rows of a page.
const PAGE_MAX: usize = 500;

/// Which part of it.
#[derive(Deserialize)]
pub struct TrailPage {
    before: Option<u64>,
    limit: Option<usize>,
}

/// A row, as other programs get it.
#[derive(Debug, Serialize)]
struct Row {
    number: u64,
    at: Timestamp,
    what: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    who: Option<Person>,
    #[serde(skip_serializing_if = "Option::is_none")]
    whom: Option<Person>,
    device: String,
    times: u32,
}

#[derive(Debug, Serialize)]
struct Person {
    account: AccountId,
    name: String,
}

/// `GET /api/trail?before=…&limit=…`: for administrators, the newest first.
pub async fn read(
    State(school): State<Arc<School>>,
    session: Session,
    Query(page): Query<TrailPage>,
) -> Result<Json<serde_json::Value>, Problem> {
    match session.role {
        Role::Administrator => {}
        Role::Teacher | Role::Student => return Err(Problem::NotYours),
    }
    let (before, limit) = (page.before.unwrap_or(u64::MAX), page.limit.unwrap_or(PAGE_MAX).min(PAGE_MAX));
    let rows = school
        .read(move |reader| {
            let person = |account: Option<AccountId>| -> Result<Option<Person>, StoreError> {
                let Some(account) = account else { return Ok(None) };
                Ok(Some(Person { account, name: reader.person(account)?.unwrap_or_default() }))
            };
            let row = |(number, row): (u64, Trailed)| -> Result<Row, StoreError> {
                let Trailed { at, what, who, whom, device, times } = row;
                Ok(Row { number, at, what, who: person(who)?, whom: person(whom)?, device, times })
            };
            reader.trail(before, limit)?.into_iter().filter(|(_, row)| is_kept(row)).map(row).collect::<Result<Vec<_>, _>>()
        })
        .await?;
    Ok(Json(serde_json::json!({ "rows": rows })))
}
