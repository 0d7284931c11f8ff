//! The greeting: a socket's first message says who speaks, and is held against the session.

use super::{
    hub::{End, Seat},
    socket::Guest,
    wire::{CLOSE_GOING_AWAY, CLOSE_NO_HELLO, CLOSE_UPGRADE, CLOSE_WRONG_ACCOUNT, Heard, Leave, problem, read, send},
};
use crate::{site::Site, store::StoreReader as _, writer::now};
use axum::extract::ws::WebSocket;
use domain::protocol::{ClientMessage, Hello, PROTOCOL, ServerMessage};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// How long the first message may take.
const HELLO_WITHIN: Duration = Duration::from_secs(10);

/// Waits for a hello that can be answered.
pub async fn greet(socket: &mut WebSocket, guest: Guest, site: &Site, seat: &Seat) -> Result<Hello, Leave> {
    let deadline = Instant::now() + HELLO_WITHIN;
    let mut ending = site.ending.clone();
    loop {
        let frame = tokio::select! {
            frame = timeout_at(deadline, socket.recv()) => frame.map_err(|_| Leave::Close(CLOSE_NO_HELLO))?,
            () = seat.news() => match seat.take().end {
                Some(End::SignedOut) => return Err(wrong_account(socket).await),
                Some(End::Restarted) => return Err(Leave::Close(CLOSE_GOING_AWAY)),
                None => continue,
            },
            () = ending.come() => return Err(Leave::Close(CLOSE_GOING_AWAY)),
        };
        let hello = match read(frame)? {
            Heard::Message(ClientMessage::Hello(hello)) => hello,
            Heard::Message(ClientMessage::Ping {}) => {
                send(socket, &ServerMessage::Pong {}).await?;
                continue;
            }
            Heard::Message(ClientMessage::Credit { .. } | ClientMessage::Have { .. } | ClientMessage::Rungs { .. }) => continue,
            Heard::Message(ClientMessage::Command(_)) => {
                problem(socket, "say hello before you send commands").await?;
                continue;
            }
            Heard::Nonsense(text) => {
                problem(socket, &text).await?;
                continue;
            }
            Heard::Nothing => continue,
        };
        if hello.protocol.0 > PROTOCOL || hello.protocol.1 < PROTOCOL {
            send(socket, &ServerMessage::Upgrade { protocol: PROTOCOL }).await?;
            return Err(Leave::Close(CLOSE_UPGRADE));
        }
        let session = guest.session;
        let owner = site.read(move |reader| reader.session(&session, now())).await?;
        if hello.account != guest.account || owner != Some(guest.account) {
            return Err(wrong_account(socket).await);
        }
        return Ok(hello);
    }
}

/// Says that the session belongs to another account, or to none, and leaves.
pub async fn wrong_account(socket: &mut WebSocket) -> Leave {
    match send(socket, &ServerMessage::WrongAccount {}).await {
        Ok(()) => Leave::Close(CLOSE_WRONG_ACCOUNT),
        Err(leave) => leave,
    }
}
