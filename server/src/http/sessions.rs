//! Sessions: signing in and out, and whose cookie a request carries.

pub mod listed;

use crate::{
    auth::{
        address::Address,
        cookie::cookie_value,
        doorkeeper::{Visitor, queue::Comer, tries::Whence},
        known_devices::Brought,
        token::{TokenHash, hash_of, new_token},
    },
    clock::now,
    engine::Work,
    error::Problem,
    logins,
    reach::Reach,
    school::School,
    store::{KeptSession, StoreReader as _},
};
use axum::{
    Json,
    body::Bytes,
    extract::{FromRequestParts, State},
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    response::{AppendHeaders, IntoResponse},
};
use domain::{
    account::Role,
    ids::AccountId,
    protocol::{Admission, Computer, SignedIn},
    time::Timestamp,
};
use serde::Deserialize;
use std::{convert::Infallible, net::SocketAddr, sync::Arc};

/// How long a session lasts on somebody's own computer.
const OWN_SECONDS: i64 = 30 * 24 * 60 * 60;
/// How long it lasts at most on a shared one, where it ends with the browser: a school day, and its evening.
const SHARED_SECONDS: i64 = 12 * 60 * 60;
/// The use of a session is recorded at most this often.
pub const USED_WITHIN_MS: i64 = 60 * 1_000;
/// No login and no password is longer.
const FIELD_BYTES_MAX: usize = 1_024;

/// When a session began. Earlier builds stored only its end: then it is computed from the two lengths that a session can have, and if it could have
/// either now, the shorter one is taken.
pub fn signed_in(session: &KeptSession, now: Timestamp) -> Timestamp {
    let ends = session.expires;
    if session.begun > Timestamp(0) {
        return session.begun;
    }
    let is_own = ends.0.saturating_sub(now.0) > SHARED_SECONDS * 1_000;
    Timestamp(ends.0.saturating_sub(if is_own { OWN_SECONDS } else { SHARED_SECONDS } * 1_000))
}

/// The session that a request carries.
#[derive(Debug, Clone, Copy)]
pub struct Session {
    /// The account.
    pub account: AccountId,
    /// Its role.
    pub role: Role,
    /// SHA-256 of the session's token.
    pub token_hash: TokenHash,
}

impl FromRequestParts<Arc<School>> for Address {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, school: &Arc<School>) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<SocketAddr>().copied();
        Ok(Self::asking(peer, &parts.headers, school.reach.behind_proxy))
    }
}

impl FromRequestParts<Arc<School>> for Session {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, school: &Arc<School>) -> Result<Self, Problem> {
        let token_hash = token_hash(&parts.headers, &school.reach).ok_or(Problem::NotSignedIn)?;
        let kept = school.read(move |reader| reader.kept_session(&token_hash)).await?;
        let KeptSession { account, used: last, .. } = kept.filter(|kept| !kept.is_over(now())).ok_or(Problem::NotSignedIn)?;
        let role = school.hub.directory().account(account).ok_or(Problem::NotSignedIn)?.role;
        // Opening a socket is no use of the session: a page does so by itself, also while nobody looks at it.
        if !parts.uri.path().ends_with("/sync") {
            used(school, token_hash, last, now());
        }
        Ok(Self { account, role, token_hash })
    }
}

/// Records that a session is used now, unless `last`, its last recorded use, is less than a minute ago. Nobody waits until it is recorded.
pub fn used(school: &School, token_hash: TokenHash, last: Timestamp, now: Timestamp) {
    if now.0.saturating_sub(last.0) >= USED_WITHIN_MS {
        // If the store is away, the next use is recorded.
        _ = school.writer.hand_in(Work::SessionUsed { token_hash, at: now });
    }
}

/// What the form and scripts send to sign in.
#[derive(Deserialize)]
struct Credentials {
    login: String,
    password: String,
    #[serde(default)]
    computer: Computer,
}

/// `POST /api/sessions`: signs in.
pub async fn sign_in(
    State(school): State<Arc<School>>,
    address: Address,
    headers: HeaderMap,
    body: Bytes,
) -> Result<impl IntoResponse, Problem> {
    let unreadable = || Problem::Unreadable(r#"it must be {"login": "…", "password": "…", "computer": "shared" or "own"}"#.to_owned());
    let Credentials { login, password, computer } = serde_json::from_slice(&body).map_err(|_| unreadable())?;
    if login.len() > FIELD_BYTES_MAX || password.len() > FIELD_BYTES_MAX {
        return Err(Problem::WrongPassword);
    }
    let claimed = logins::login_claimed(&login);
    let (account, hash) = school
        .read(move |reader| {
            let account = logins::account_of(reader, &login)?;
            let hash = account.map(|account| reader.credential(account)).transpose()?.flatten();
            Ok((account, hash))
        })
        .await?;
    let brought = Brought::read(&headers, &school.reach);
    let device = account.and_then(|account| brought.known(account, &school.sealer));
    let whence = device.map_or(Whence::Address(address), Whence::Device);
    let comer = Comer { known: account.filter(|_| device.is_some()), address, in_vain: hash.is_none() };
    let compared = school.doorkeeper.compare(Visitor { login: &claimed, whence, comer }, password, hash.clone()).await;
    if let Err(Problem::WrongPassword) = &compared {
        school.note_refusal(account, listed::in_words(&headers));
    }
    compared?;
    let account = account.ok_or(Problem::WrongPassword)?;
    let arrival = describe(&school, account).await?;
    let token = new_token();
    // A cookie without an age goes when the browser is closed.
    let (seconds, age) = match computer {
        Computer::Shared => (SHARED_SECONDS, None),
        Computer::Own => (OWN_SECONDS, Some(OWN_SECONDS)),
    };
    let (token_hash, now) = (hash_of(&token), now());
    // On a shared computer the session of a teacher or administrator opens more than their own work to whoever comes next, so it ends when it is not
    // used.
    let is_left_alone = match (computer, arrival.who.role) {
        (Computer::Shared, Role::Teacher | Role::Administrator) => true,
        (Computer::Own, _) | (Computer::Shared, Role::Student) => false,
    };
    let session = KeptSession {
        token_hash,
        account,
        expires: Timestamp(now.0 + seconds * 1_000),
        begun: now,
        used: now,
        idle_ms: if is_left_alone { i64::from(school.limits.staff_idle_minutes) * 60 * 1_000 } else { 0 },
        device: listed::in_words(&headers),
    };
    // A browser has one session: the one it had before ends with this one's beginning.
    let instead_of = self::token_hash(&headers, &school.reach);
    school.writer.ask(Work::SignIn { session, instead_of }).await?;
    // Somebody may have set another password for the account meanwhile, which ended all sessions but this new one.
    if school.read(move |reader| reader.credential(account)).await? != hash {
        school.writer.ask(Work::SignOut { token_hash }).await?;
        return Err(Problem::WrongPassword);
    }
    let cookies = [cookie(&school.reach, &token, age), brought.with(account, &school.sealer, &school.reach)];
    Ok((AppendHeaders(cookies.map(|cookie| (header::SET_COOKIE, cookie))), Json(arrival)))
}

/// `GET /api/sessions`: who is signed in.
pub async fn who(State(school): State<Arc<School>>, session: Session) -> Result<Json<Admission>, Problem> {
    Ok(Json(describe(&school, session.account).await?))
}

/// `DELETE /api/sessions`: signs out, on every socket of the session too. Signing out twice is fine.
pub async fn sign_out(State(school): State<Arc<School>>, headers: HeaderMap) -> Result<impl IntoResponse, Problem> {
    if let Some(token_hash) = token_hash(&headers, &school.reach) {
        school.writer.ask(Work::SignOut { token_hash }).await?;
    }
    Ok((StatusCode::NO_CONTENT, AppendHeaders([(header::SET_COOKIE, cookie(&school.reach, "", Some(0)))])))
}

async fn describe(school: &School, account: AccountId) -> Result<Admission, Problem> {
    let role = school.hub.directory().account(account).ok_or(Problem::NotSignedIn)?.role;
    let name = school.read(move |reader| reader.person(account)).await?.unwrap_or_default();
    Ok(Admission { who: SignedIn { account, role, name }, seal: school.sealer.key(account) })
}

/// The cookie's name. The prefix has browsers take it from this very host over https only.
fn cookie_name(reach: &Reach) -> &'static str {
    if reach.https { "__Host-leftfold" } else { "leftfold" }
}

fn cookie(reach: &Reach, token: &str, age_seconds: Option<i64>) -> HeaderValue {
    let (name, secure) = (cookie_name(reach), if reach.https { "; Secure" } else { "" });
    let age = age_seconds.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
    let text = format!("{name}={token}; HttpOnly; SameSite=Strict; Path=/{age}{secure}");
    HeaderValue::from_str(&text).expect("a token is base64url")
}

fn token_hash(headers: &HeaderMap, reach: &Reach) -> Option<TokenHash> {
    cookie_value(headers, cookie_name(reach)).map(hash_of)
}

#[cfg(test)]
mod tests {
    use super::{KeptSession, OWN_SECONDS, SHARED_SECONDS};
    use domain::{ids::AccountId, time::Timestamp};

    fn signed_in(ends: Timestamp, now: Timestamp) -> Timestamp {
        super::signed_in(&KeptSession { begun: Timestamp(0), ..KeptSession::until(ends, AccountId::derived(&["ann"]), [1; 32]) }, now)
    }

    #[test]
    fn a_session_began_as_long_before_its_end_as_it_is_long() {
        let begun = Timestamp(1_700_000_000_000);
        for (seconds, shown_for) in [(SHARED_SECONDS, SHARED_SECONDS), (OWN_SECONDS, OWN_SECONDS - SHARED_SECONDS - 1)] {
            let ends = Timestamp(begun.0 + seconds * 1_000);
            for passed in [0, 1, shown_for / 2, shown_for] {
                assert_eq!(signed_in(ends, Timestamp(begun.0 + passed * 1_000)), begun, "{seconds} {passed}");
            }
            let last = Timestamp(ends.0 - 1);
            assert_eq!(signed_in(ends, last), Timestamp(ends.0 - SHARED_SECONDS * 1_000), "at the end the shorter, which is later");
            let told = KeptSession { begun: Timestamp(7), ..KeptSession::until(ends, AccountId::derived(&["ann"]), [1; 32]) };
            assert_eq!(super::signed_in(&told, last), Timestamp(7), "it says so itself");
        }
    }
}
