//! The line to the server: opening it, closing it, and what becomes of what was on its way when it closes.

use crate::{
    protocol::{ClientMessage, EARLIER_MAX, Hello, PROTOCOL},
    replica::{
        Effect, Replica, TabWord,
        line::{HungUp, Silence},
    },
};

impl Replica {
    /// Opens the socket, if this is the tab to do so, none is open, and the database has been read.
    pub(in crate::replica) fn connect_if_owner(&mut self) {
        let is_ready = self.database.is_ready() && !self.database.is_starting_over() && self.database.device().is_some();
        if self.tabs.may_connect() && self.line.is_to_be_had() && is_ready && !self.is_mending() {
            self.line.connect();
            self.effects.push(Effect::Connect);
        }
    }

    /// Closes the socket from this side.
    pub(in crate::replica) fn hang_up(&mut self) {
        match self.line.hang_up() {
            HungUp::NotOurs => return,
            HungUp::WasDown => {}
            HungUp::WasOpen => self.effects.push(Effect::Close),
        }
        self.log.line_is_gone();
        self.outbox.unsend(0);
    }

    /// Closes the socket from this side, to connect again a little later.
    pub(in crate::replica) fn break_off(&mut self) {
        self.hang_up();
        self.closed();
    }

    /// The socket is open: says hello.
    pub(in crate::replica) fn opened(&mut self) {
        let Some(device) = self.database.device().filter(|_| self.line.opened()) else { return };
        self.presence.begin_anew();
        self.clock.begin_anew();
        self.clock.asks();
        self.log.line_is_gone();
        // If there are many, only the latest: what is kept of older ones is deleted soon.
        let earlier = self.database.earlier.iter().rev().take(EARLIER_MAX).map(|(device, _)| *device).collect();
        let (build, account, feeds) = (self.build, self.account, self.log.told());
        let hello = Hello { protocol: (PROTOCOL, PROTOCOL), build, account, device, feeds, earlier };
        self.effects.push(Effect::say(&ClientMessage::Hello(hello)));
    }

    /// The socket is closed, or could not be opened.
    pub(in crate::replica) fn closed(&mut self) {
        if self.line.is_theirs() {
            return;
        }
        self.outbox.unsend(0);
        self.log.line_is_gone();
        self.effects.extend(self.line.broke(self.tabs.is_owner()).map(Effect::RetryIn));
        self.tell_line();
    }

    /// Tells the other tabs how the line is.
    pub(in crate::replica) fn tell_line(&mut self) {
        if self.tabs.is_owner() {
            let (live, offline) = (self.line.is_live(), self.line.is_offline());
            self.effects.push(Effect::Tell(TabWord::Line {
                live,
                offline,
                sent: self.outbox.last_sent(),
                ahead_ms: self.clock_ahead_ms(),
            }));
        }
    }

    /// Counts a second without a frame: after some, asks the server whether it is there; after more, gives up the line.
    pub(in crate::replica) fn listen(&mut self) {
        match self.line.listen() {
            Silence::Short => {}
            Silence::Long => {
                self.clock.asks();
                self.effects.push(Effect::say(&ClientMessage::Ping {}));
            }
            Silence::TooLong => self.break_off(),
        }
    }

    /// It is time to connect again, or the network is back.
    pub(in crate::replica) fn try_again(&mut self) {
        self.line.waited();
        self.connect_if_owner();
    }
}
