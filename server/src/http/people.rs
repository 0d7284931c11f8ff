//! What people ask of the server besides commands: a teacher opens a class to a code, a student joins it, a teacher gives a student a new password,
//! anybody changes their own, a teacher takes a note back, an administrator closes an account.

use crate::{
    auth::{
        address::Address,
        doorkeeper::{Visitor, queue::Comer, tries::Whence},
        password::{self, rules},
    },
    chance,
    engine::{Answer, Asked, Denied, Wish, Work},
    error::Problem,
    http::sessions::{Session, listed},
    logins::LOGIN,
    school::School,
    store::StoreReader as _,
};
use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::IntoResponse,
};
use domain::{
    account::Role,
    class,
    command::Refusal,
    event::StreamId,
    ids::{AccountId, ClassId, ContentHash},
    rights,
};
use serde::Deserialize;
use std::sync::Arc;

/// How often another code is drawn when one is taken; there are 482 million.
const DRAWS_MAX: usize = 8;

/// `PUT /api/enrolments/{class}`: makes a code that students join the class with, for 14 days; the one before ends.
pub async fn open_enrolment(
    State(school): State<Arc<School>>,
    session: Session,
    Path(class): Path<String>,
) -> Result<impl IntoResponse, Problem> {
    // Whoever is not allowed to do this does not learn which classes exist.
    let class: ClassId = class.parse().map_err(|_| Problem::NotAllowed)?;
    if !rights::may_open_enrolment(session.account, class, &school.hub.directory()) {
        return Err(Problem::NotAllowed);
    }
    for _ in 0..DRAWS_MAX {
        match ask(&school, session.account, Wish::OpenEnrolment { class, code: chance::code() }).await? {
            Ok(_) => return Ok(StatusCode::NO_CONTENT),
            Err(Denied::Refused(Refusal::Class(class::Refusal::CodeTaken))) => {}
            Err(Denied::Refused(_) | Denied::Forbidden) => return Err(Problem::NotAllowed),
        }
    }
    Err(Problem::Busy)
}

/// What a student types to join a class.
#[derive(Deserialize)]
struct Joining {
    code: String,
}

/// `POST /api/enrolments`: joins the class that is open to this code. Says which.
pub async fn join(State(school): State<Arc<School>>, session: Session, body: Bytes) -> Result<impl IntoResponse, Problem> {
    let unreadable = |_| Problem::Unreadable(r#"it must be {"code": "…"}"#.to_owned());
    let Joining { code } = serde_json::from_slice(&body).map_err(unreadable)?;
    if session.role != Role::Student {
        return Err(Problem::NotAllowed);
    }
    // Codes can be guessed, so whoever tries in vain has to wait, wherever they try from.
    let guesser = session.account.to_string();
    // A try counts as a failure until it turns out right, so that many at once are not all free.
    school.joining.failed(&guesser);
    school.joining.wait_for_turn(&guesser).await.map_err(|_| Problem::TooManyCodes)?;
    let directory = school.hub.directory();
    let is_in = |class| directory.class(class).is_some_and(|members| members.students.contains(&session.account));
    match ask(&school, session.account, Wish::Join { code: code.trim().to_owned() }).await? {
        Ok(joined) => {
            let class = joined.class().expect("a class is joined");
            // The code of a class that the student is in already is no success: it would clear the count of failures, and make guessing free.
            if !is_in(class) {
                school.joining.succeeded(&guesser);
            }
            Ok(Json(serde_json::json!({ "class": class })))
        }
        Err(Denied::Refused(_)) => Err(Problem::NoSuchCode),
        Err(Denied::Forbidden) => Err(Problem::NotAllowed),
    }
}

/// What a teacher sends.
#[derive(Deserialize)]
struct NewPassword {
    password: String,
}

/// `PUT /api/accounts/{account}/password`: gives somebody another password, and ends their sessions.
pub async fn set_password(
    State(school): State<Arc<School>>,
    session: Session,
    address: Address,
    Path(account): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<impl IntoResponse, Problem> {
    let unreadable = |_| Problem::Unreadable(r#"it must be {"password": "…"}"#.to_owned());
    let NewPassword { password } = serde_json::from_slice(&body).map_err(unreadable)?;
    // Whoever is not allowed to do this does not learn which accounts exist.
    let account: AccountId = account.parse().map_err(|_| Problem::NotAllowed)?;
    if !rights::may_set_password(session.account, account, &school.hub.directory()) {
        return Err(Problem::NotAllowed);
    }
    judge(&school, account, &password).await?;
    // Whoever is signed in does not wait behind strangers.
    let comer = Comer { known: Some(session.account), address, in_vain: false };
    let hashed = school.doorkeeper.turn(comer, move |memory| password::hash_in(memory, &password)).await?;
    let password_hash = hashed.ok_or(Problem::Busy)?.map_err(Problem::BadPassword)?;
    match ask(&school, session.account, Wish::SetPassword { account, password_hash, from: listed::in_words(&headers) }).await? {
        Ok(_) => Ok(StatusCode::NO_CONTENT),
        Err(Denied::Refused(_) | Denied::Forbidden) => Err(Problem::NotAllowed),
    }
}

/// `DELETE /api/accounts/{account}`: an administrator closes an account of the school for good. Its rights end at once.
pub async fn close_account(
    State(school): State<Arc<School>>,
    session: Session,
    Path(account): Path<String>,
) -> Result<StatusCode, Problem> {
    // Whoever is not allowed to do this does not learn which accounts exist.
    let account: AccountId = account.parse().map_err(|_| Problem::NotAllowed)?;
    match ask(&school, session.account, Wish::CloseAccount { account }).await? {
        Ok(_) => Ok(StatusCode::NO_CONTENT),
        Err(Denied::Refused(_) | Denied::Forbidden) => Err(Problem::NotAllowed),
    }
}

/// What somebody sends for oneself.
#[derive(Deserialize)]
struct OwnPassword {
    present: String,
    password: String,
}

/// `PUT /api/password`: gives oneself another password, for whoever knows the present one. All other sessions end.
pub async fn change_password(
    State(school): State<Arc<School>>,
    session: Session,
    address: Address,
    headers: HeaderMap,
    body: Bytes,
) -> Result<impl IntoResponse, Problem> {
    let unreadable = |_| Problem::Unreadable(r#"it must be {"present": "…", "password": "…"}"#.to_owned());
    let OwnPassword { present, password } = serde_json::from_slice(&body).map_err(unreadable)?;
    let account = session.account;
    judge(&school, account, &password).await?;
    let was = school.read(move |reader| reader.credential(account)).await?;
    let comer = Comer { known: Some(account), address, in_vain: was.is_none() };
    // Tries are counted apart from those at signing in, so that they do not delay signing in.
    let login = format!("own/{account}");
    let known = school.doorkeeper.compare(Visitor { login: &login, whence: Whence::Address(address), comer }, present, was.clone()).await;
    known.map_err(|problem| match problem {
        Problem::WrongPassword => {
            school.note_refusal(Some(account), listed::in_words(&headers));
            Problem::NotYourPassword
        }
        other => other,
    })?;
    let hashed = school.doorkeeper.turn(comer, move |memory| password::hash_in(memory, &password)).await?;
    let password_hash = hashed.ok_or(Problem::Busy)?.map_err(Problem::BadPassword)?;
    let was = was.ok_or(Problem::NotYourPassword)?;
    match ask(&school, account, Wish::ChangePassword { was, password_hash, but: session.token_hash, from: listed::in_words(&headers) })
        .await?
    {
        Ok(_) => Ok(StatusCode::NO_CONTENT),
        Err(Denied::Refused(_) | Denied::Forbidden) => Err(Problem::NotAllowed),
    }
}

/// Whether an account may have this password. In the demo school, which is served on one machine and whose passwords everybody knows, any will do.
async fn judge(school: &School, account: AccountId, password: &str) -> Result<(), Problem> {
    if school.is_demo {
        return Ok(());
    }
    let role = school.hub.directory().account(account).ok_or(Problem::NotAllowed)?.role;
    let own = school
        .read(move |reader| {
            let name = reader.person(account)?;
            Ok(reader.claims_of(LOGIN, &account.to_string())?.into_iter().chain(name).collect::<Vec<_>>())
        })
        .await?;
    rules::judge(password, role, own.iter().map(String::as_str)).map_err(Problem::BadPassword)
}

/// `DELETE /api/content/{hash}`: a teacher takes back a note written in a class of hers. That it was written stays.
pub async fn remove_note(
    State(school): State<Arc<School>>,
    session: Session,
    Path(hash): Path<String>,
) -> Result<impl IntoResponse, Problem> {
    let note: ContentHash = hash.parse().map_err(|_| Problem::NotThere)?;
    match ask(&school, session.account, Wish::RemoveNote { note }).await? {
        Ok(_) => Ok(StatusCode::NO_CONTENT),
        Err(Denied::Refused(_) | Denied::Forbidden) => Err(Problem::NotThere),
    }
}

async fn ask(school: &School, by: AccountId, what: Wish) -> Result<Result<StreamId, Denied>, Problem> {
    match school.writer.ask(Work::Asked(Asked { by, device: chance::device(), what })).await? {
        Answer::Granted(granted) => Ok(granted),
        Answer::Reply(..) | Answer::Operated(_) | Answer::Done => unreachable!("what is asked for is granted or not"),
    }
}
