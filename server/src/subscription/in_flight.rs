//! Commands in flight: handed to the writer, answered in the order in which they came.

use crate::{engine::Answer, writer::Busy};
use domain::{event::Position, protocol::Reply};
use std::{collections::VecDeque, future::pending};
use tokio::sync::oneshot::{Receiver, error::TryRecvError};

/// What a device is told to wait when there is too much to do.
pub const RETRY_AFTER_MS: u32 = 1_000;

/// The answers that one connection waits for.
#[derive(Debug, Default)]
pub struct InFlight {
    waiting: VecDeque<Result<Receiver<Answer>, Busy>>,
}

impl InFlight {
    /// Adds a command: its answer is still to come, or is "busy" if the writer did not take it.
    pub fn add(&mut self, answer: Result<Receiver<Answer>, Busy>) {
        self.waiting.push_back(answer);
    }

    /// Waits for the oldest; for ever, if there is none. Loses nothing when it is dropped.
    pub async fn next(&mut self) -> Result<Answer, Busy> {
        let answer = match self.waiting.front_mut() {
            Some(Ok(answer)) => answer.await.map_err(|_| Busy),
            Some(Err(Busy)) => Err(Busy),
            None => return pending().await,
        };
        self.waiting.pop_front();
        answer
    }

    /// The oldest, if it is there already.
    pub fn ready(&mut self) -> Option<Result<Answer, Busy>> {
        let answer = match self.waiting.front_mut()?.as_mut().map(Receiver::try_recv) {
            Ok(Err(TryRecvError::Empty)) => return None,
            Ok(answer) => answer.map_err(|_| Busy),
            Err(&mut Busy) => Err(Busy),
        };
        self.waiting.pop_front();
        Some(answer)
    }
}

/// What the writer's answer to a command is for a device, and where in the log its effect can be seen.
pub fn reply(answer: Result<Answer, Busy>) -> (Reply, Option<Position>) {
    match answer {
        Ok(Answer::Reply(reply, position)) => (reply, position),
        Ok(Answer::Operated(_) | Answer::Granted(_) | Answer::Done) => unreachable!("a command is answered by a reply"),
        Err(Busy) => (Reply::Busy(RETRY_AFTER_MS), None),
    }
}
