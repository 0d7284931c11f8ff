//! Commands of one connection: handed to the writer, answered in the order in which they came.

use super::{Connection, Effect};
use crate::{
    engine::{Answer, Work},
    subscription::in_flight::{RETRY_AFTER_MS, reply},
    writer::Busy,
};
use domain::{
    claims::{LEEWAY_MS, since},
    event::Position,
    ids::DeviceId,
    protocol::{Envelope, Reply, ServerMessage},
    time::Timestamp,
};
use std::collections::VecDeque;

/// The most commands of one connection that wait for their answers; then no frame is taken.
const IN_FLIGHT_MAX: usize = 64;

/// The numbers of the commands that wait for their answers.
#[derive(Debug, Default)]
pub(super) struct InFlight {
    /// `None` for work that is not a command.
    waiting: VecDeque<Option<u64>>,
    /// The writer was too busy for this command. Until it is answered otherwise, a gap before a later command is not the device's fault, and is
    /// answered with "busy".
    busy: Option<u64>,
    /// When the device last sent a command, or was last noted as idle.
    last: Option<Timestamp>,
}

impl InFlight {
    pub(super) fn has_room(&self) -> bool {
        self.waiting.len() < IN_FLIGHT_MAX
    }
}

impl Connection {
    pub(super) fn command(&mut self, now: Timestamp, device: DeviceId, envelope: Envelope) {
        self.in_flight.waiting.push_back(Some(envelope.number));
        self.in_flight.last = Some(now);
        let (account, arrival) = (self.guest.account, Some(self.arrival));
        self.effects.push(Effect::HandIn(Work::Command { account, device, envelope, arrival }));
    }

    /// A device that has sent nothing yet says hello.
    pub(super) fn greeted(&mut self, device: DeviceId) {
        self.in_flight.waiting.push_back(None);
        let (account, signed_in) = (self.guest.account, self.arrival.signed_in);
        self.effects.push(Effect::HandIn(Work::Greeted { account, device, signed_in }));
    }

    /// The device is connected. If it has sent no command for so long that none can be on its way, it is noted as idle.
    pub(super) fn is_there(&mut self, now: Timestamp, device: DeviceId) {
        let last = self.in_flight.last.map_or(self.arrival.greeted, |last| last.max(self.arrival.greeted));
        if self.in_flight.waiting.is_empty() && since(last, now) > LEEWAY_MS {
            self.in_flight.waiting.push_back(None);
            self.in_flight.last = Some(now);
            self.effects.push(Effect::HandIn(Work::Idle { account: self.guest.account, device }));
        }
    }

    pub(super) fn answer(&mut self, answer: Result<Answer, Busy>) {
        let number = self.in_flight.waiting.pop_front().expect("an answer belongs to something that was handed in");
        let Some(number) = number else { return };
        let (reply, position) = reply(answer);
        if self.in_flight.busy.is_some_and(|first| number <= first) {
            self.in_flight.busy = None;
        }
        let reply = match (reply, self.in_flight.busy) {
            (Reply::Gap(expected), Some(first)) if expected == first => Reply::Busy(RETRY_AFTER_MS),
            (reply, _) => reply,
        };
        if let (Reply::Busy(_), None) = (&reply, self.in_flight.busy) {
            self.in_flight.busy = Some(number);
        }
        self.say(&message(number, reply, position));
    }
}

/// The message that tells a reply. A client whose device belongs to another account is told the same as one whose numbers are used: to go on as a new
/// device.
fn message(number: u64, reply: Reply, position: Option<Position>) -> ServerMessage<'static> {
    match reply {
        Reply::Result(outcome) => ServerMessage::Result { number, outcome, position },
        Reply::Renumber {} | Reply::NotYourDevice {} => ServerMessage::Renumber { number },
        Reply::Gap(expected) => ServerMessage::Gap { expected },
        Reply::Busy(retry_after_ms) => ServerMessage::Busy { number, retry_after_ms },
    }
}
