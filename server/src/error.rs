//! What can go wrong with a request, and the status and sentence that it is answered with.

use crate::{
    store::StoreError,
    writer::{Busy, Unanswered},
};
use axum::{
    Json,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

/// Why a request is not done.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// Nobody is signed in.
    #[error("Please sign in first.")]
    NotSignedIn,
    /// The login or the password is wrong.
    #[error("This login and password do not go together. Check both and try again.")]
    WrongPassword,
    /// Too many tries at this login from there, or too many people who sign in at once.
    #[error("There are too many tries to sign in just now. Wait a few seconds and try again.")]
    TooManyTries,
    /// Too many codes tried in vain.
    #[error("There were many tries with codes that are not open. Wait a few seconds and try again.")]
    TooManyCodes,
    /// No class can be joined with the code.
    #[error("No class can be joined with this code now. Check it with your teacher and try again.")]
    NoSuchCode,
    /// The password does not meet the rules for passwords.
    #[error("This cannot be a password: {0}. Nothing was changed.")]
    BadPassword(String),
    /// The present password that was given to change one's own is wrong.
    #[error("This is not your present password. Nothing was changed.")]
    NotYourPassword,
    /// The account has no right to do it.
    #[error("This account may not do that. Nothing was changed.")]
    NotAllowed,
    /// The page that asks comes from elsewhere.
    #[error("This request comes from a page of another site, so it was not done.")]
    ForeignOrigin,
    /// The request names another host than this server.
    #[error("This server does not know itself by this name. Whoever runs it starts it with --origin, the address that browsers see.")]
    UnknownHost,
    /// The account or token may not read it, though it exists.
    #[error("This account may not read that.")]
    NotYours,
    /// The token is not known.
    #[error("This token is not known here. It may have been removed.")]
    UnknownToken,
    /// The token is for other feeds.
    #[error("This token may not read that feed.")]
    NotForToken,
    /// It is not there, or not for this account.
    #[error("There is no such thing here.")]
    NotThere,
    /// What was sent cannot be understood.
    #[error("The request could not be understood: {0}")]
    Unreadable(String),
    /// The request is longer than any that is valid here.
    #[error("The request is longer than the server accepts.")]
    TooLong,
    /// It took too long.
    #[error(
        "The request took too long and was given up. It is not known whether what it asks for was done. Commands may be sent again under the same \
         numbers: none is recorded twice. Of anything else, look whether it was done before you ask again."
    )]
    TooSlow,
    /// The token of the operator is wrong.
    #[error("Only the operator of this server may do that.")]
    NotTheOperator,
    /// Too much to do.
    #[error("The server has too much to do, or its store is away. Nothing was recorded; try again in a moment.")]
    Busy,
    /// The writer failed while doing it, and it is not known whether it was done.
    #[error(
        "The server failed at this and is opening its store anew. It is not known whether it was done: look in a moment, and ask again if it was \
         not."
    )]
    Lost,
    /// There are as many connections as there may be.
    #[error("The server has no room for another connection. Nothing was done; try again in a moment.")]
    NoRoom,
    /// The store cannot be read.
    #[error("The server cannot read its store. Nothing was changed; try again in a moment.")]
    Store(#[source] StoreError),
}

impl From<StoreError> for Problem {
    fn from(failure: StoreError) -> Self {
        Self::Store(failure)
    }
}

impl From<Busy> for Problem {
    fn from(_: Busy) -> Self {
        Self::Busy
    }
}

impl From<Unanswered> for Problem {
    fn from(unanswered: Unanswered) -> Self {
        match unanswered {
            Unanswered::Busy(Busy) => Self::Busy,
            Unanswered::Lost => Self::Lost,
        }
    }
}

impl Problem {
    fn status(&self) -> StatusCode {
        match self {
            Self::NotSignedIn | Self::WrongPassword | Self::NotTheOperator | Self::UnknownToken => StatusCode::UNAUTHORIZED,
            Self::TooManyTries | Self::TooManyCodes => StatusCode::TOO_MANY_REQUESTS,
            Self::ForeignOrigin | Self::NotYours | Self::NotYourPassword | Self::NotAllowed | Self::NotForToken => StatusCode::FORBIDDEN,
            Self::NotThere | Self::NoSuchCode => StatusCode::NOT_FOUND,
            Self::Unreadable(_) => StatusCode::BAD_REQUEST,
            Self::BadPassword(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooLong => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnknownHost => StatusCode::MISDIRECTED_REQUEST,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Busy | Self::Lost | Self::NoRoom | Self::Store(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        if let Self::Store(failure) = &self {
            tracing::error!(%failure, "the store cannot be read");
        }
        let status = self.status();
        let mut response = (status, Json(serde_json::json!({ "error": self.to_string() }))).into_response();
        if matches!(status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS) {
            response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from_static("5"));
        }
        response
    }
}
