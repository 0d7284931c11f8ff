//! Commands in flight: handed to the writer, answered in the order in which they came.

use crate::engine::Answer;
use crate::writer::Busy;
use domain::protocol::{Reply, ServerMessage};
use std::{collections::VecDeque, future::pending};
use tokio::sync::oneshot::{Receiver, error::TryRecvError};

/// The most commands of one connection that wait for their answers; then the socket is read no further.
const IN_FLIGHT_MAX: usize = 64;
/// What a device is told to wait when there is too much to do.
const RETRY_AFTER_MS: u32 = 1_000;

/// The commands of one connection that wait for their answers.
#[derive(Debug, Default)]
pub struct InFlight {
    waiting: VecDeque<(u64, Result<Receiver<Answer>, Busy>)>,
}

impl InFlight {
    /// Whether there is room for another.
    pub fn has_room(&self) -> bool {
        self.waiting.len() < IN_FLIGHT_MAX
    }

    /// Another command, with the answer to come, unless the writer was busy.
    pub fn add(&mut self, number: u64, answer: Result<Receiver<Answer>, Busy>) {
        self.waiting.push_back((number, answer));
    }

    /// Waits for the answer to the oldest; for ever, if there is none. Loses nothing when it is dropped.
    pub async fn next(&mut self) -> ServerMessage<'static> {
        let Some((number, answer)) = self.waiting.front_mut() else { return pending().await };
        let reply = match answer {
            Ok(answer) => reply(answer.await.map_err(|_| Busy)),
            Err(Busy) => reply(Err(Busy)),
        };
        let message = message(*number, reply);
        self.waiting.pop_front();
        message
    }

    /// The answer to the oldest, if it is there already.
    pub fn ready(&mut self) -> Option<ServerMessage<'static>> {
        let (number, answer) = self.waiting.front_mut()?;
        let reply = match answer.as_mut().map(Receiver::try_recv) {
            Ok(Err(TryRecvError::Empty)) => return None,
            Ok(answer) => reply(answer.map_err(|_| Busy)),
            Err(&mut Busy) => reply(Err(Busy)),
        };
        let message = message(*number, reply);
        self.waiting.pop_front();
        Some(message)
    }
}

/// What the writer's answer to a command is for a device.
pub fn reply(answer: Result<Answer, Busy>) -> Reply {
    match answer {
        Ok(Answer::Reply(reply)) => reply,
        Ok(Answer::Operated(_) | Answer::Done) => unreachable!("a command is answered by a reply"),
        Err(Busy) => Reply::Busy(RETRY_AFTER_MS),
    }
}

/// A device that belongs to somebody else is as unusable as one whose numbers are used: the client takes a new one.
fn message(number: u64, reply: Reply) -> ServerMessage<'static> {
    match reply {
        Reply::Result(outcome) => ServerMessage::Result { number, outcome },
        Reply::Renumber {} | Reply::NotYourDevice {} => ServerMessage::Renumber { number },
        Reply::Gap(expected) => ServerMessage::Gap { expected },
        Reply::Busy(retry_after_ms) => ServerMessage::Busy { number, retry_after_ms },
    }
}
