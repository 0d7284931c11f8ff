//! The wire: frames to messages and back, and the codes that a socket is closed with.

use axum::extract::ws::{Message, Utf8Bytes};
use domain::protocol::ServerMessage;
use std::time::Duration;
use tokio::time::timeout;

/// A client that says nothing for this long, or takes nothing for this long, counts as gone.
pub const DEAD_AFTER: Duration = Duration::from_secs(60);

/// The server goes away; the client comes back.
pub const CLOSE_GOING_AWAY: u16 = 1001;
/// A message was too long.
pub const CLOSE_TOO_LONG: u16 = 1009;
/// A text frame is not UTF-8.
pub const CLOSE_NOT_TEXT: u16 = 1007;
/// The server failed.
pub const CLOSE_FAILED: u16 = 1011;
/// The session belongs to another account, or to none.
pub const CLOSE_WRONG_ACCOUNT: u16 = 4001;
/// The protocol is one that the server does not speak.
pub const CLOSE_UPGRADE: u16 = 4002;
/// No hello came.
pub const CLOSE_NO_HELLO: u16 = 4003;

/// More sockets of the same account were opened than there may be, and this was the oldest.
pub const CLOSE_CROWDED_OUT: u16 = 4004;
/// A message was begun and not ended.
pub const CLOSE_UNFINISHED: u16 = 4005;

/// Why a connection ends.
pub enum Leave {
    /// The other side is gone.
    Gone,
    /// The server closes it, with this code.
    Close(u16),
}

/// What a frame turns out to be.
pub enum Heard {
    /// Text.
    Text(Utf8Bytes),
    /// A binary frame.
    Binary,
    /// A ping or pong, which needs nothing done.
    Nothing,
}

/// Reads a frame.
///
/// # Errors
/// When the socket is at its end.
pub fn read(frame: Option<Result<Message, axum::Error>>) -> Result<Heard, Leave> {
    match frame {
        Some(Ok(Message::Text(text))) => Ok(Heard::Text(text)),
        Some(Ok(Message::Binary(_))) => Ok(Heard::Binary),
        Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(Heard::Nothing),
        Some(Ok(Message::Close(_))) | None => Err(Leave::Gone),
        // After such an error nothing more can be read from the socket; commands handed in before are carried out all the same.
        Some(Err(fault)) => Err(match fault.to_string() {
            text if text.contains("too long") => Leave::Close(CLOSE_TOO_LONG),
            text if text.contains("UTF-8") => Leave::Close(CLOSE_NOT_TEXT),
            _ => Leave::Gone,
        }),
    }
}

/// A message as text.
pub fn written(message: &ServerMessage<'_>) -> String {
    serde_json::to_string(message).expect("messages have string keys only, so they always serialise")
}

/// Waits until something is sent, and gives up if the other side does not take it within [`DEAD_AFTER`].
///
/// # Errors
/// When the other side is gone.
pub async fn in_time(sending: impl Future<Output = Result<(), axum::Error>>) -> Result<(), Leave> {
    match timeout(DEAD_AFTER, sending).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(Leave::Gone),
    }
}
