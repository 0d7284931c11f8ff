//! The sessions of an account, as their owner sees them: from which device in a few words, since when, used last; and the end of one.

use super::Session;
use crate::{
    auth::token::TokenHash,
    clock::now,
    engine::Work,
    error::Problem,
    school::School,
    store::{KeptSession, StoreReader as _},
    trail::What,
};
use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::protocol::ListedSession;
use std::sync::Arc;

/// What browsers say of themselves, and what people call them; the first that is found, as most say that they are others as well.
const BROWSERS: [(&str, &str); 10] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Epiphany/", "Epiphany"),
    ("Safari/", "Safari"),
];
/// The same of systems.
const SYSTEMS: [(&str, &str); 7] = [
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
];

/// `GET /api/sessions/all`: one's own sessions, the one that began last first.
pub async fn all(State(school): State<Arc<School>>, session: Session) -> Result<Json<Vec<ListedSession>>, Problem> {
    let kept = own(&school, &session).await?.into_iter();
    let listed = kept.map(|kept| ListedSession {
        this: kept.token_hash == session.token_hash,
        id: id(&kept.token_hash),
        device: kept.device,
        begun: kept.begun,
        // The session that asks is in use now.
        used: if kept.token_hash == session.token_hash { now() } else { kept.used },
    });
    Ok(Json(listed.collect()))
}

/// `DELETE /api/sessions/{session}`: ends one of one's own sessions, on every socket of it too.
pub async fn end(
    State(school): State<Arc<School>>,
    session: Session,
    Path(wanted): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let found = own(&school, &session).await?.into_iter().find(|kept| id(&kept.token_hash) == wanted).ok_or(Problem::NotThere)?;
    school.writer.ask(Work::SignOut { token_hash: found.token_hash }).await?;
    let row = What::SessionEnded.row(now(), Some(session.account), None, in_words(&headers));
    school.writer.ask(Work::Trail(row)).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn own(school: &School, session: &Session) -> Result<Vec<KeptSession>, Problem> {
    let account = session.account;
    let mut kept = school.read(move |reader| reader.sessions_of(account)).await?;
    kept.retain(|kept| !kept.is_over(now()));
    Ok(kept)
}

/// The name of a session: a part of its token's hash, from which nobody can compute the token.
fn id(token_hash: &TokenHash) -> String {
    URL_SAFE_NO_PAD.encode(&token_hash[..12])
}

/// The device that a request comes from, in words such as "Firefox on Linux". The full user agent is not stored.
pub fn in_words(headers: &HeaderMap) -> String {
    let said = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let called = |names: &[(&'static str, &'static str)]| names.iter().find(|(mark, _)| said.contains(mark)).map(|(_, name)| *name);
    match (called(&BROWSERS), called(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_told_in_a_few_words_and_in_none_of_its_own() {
        for (said, words) in [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0", "Firefox on Linux"),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36 Edg/141.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36",
                "Chrome on ChromeOS",
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Mobile Safari/537.36",
                "Chrome on Android",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
                "Safari on macOS",
            ),
            (
                "Mozilla/5.0 (iPad; CPU OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/140.0 Mobile",
                "Firefox on iPad",
            ),
            ("curl/8.5.0", ""),
            ("<b>Ann</b>", ""),
            ("Ann's own Linux", "Linux"),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::USER_AGENT, said.parse().unwrap());
            assert_eq!(in_words(&headers), words, "{said}");
        }
        assert_eq!(in_words(&HeaderMap::new()), "");
    }
}
