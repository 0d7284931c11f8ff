//! Commands on their way: stored, sent, answered, and shown until what followed from them is confirmed.

use crate::{
    protocol::ClientMessage,
    replica::{
        Effect, Purpose, Replica,
        inbox::is_worth_a_word,
        storage::{Change, Durability},
    },
};

impl Replica {
    /// Shows the pending commands on top of what is confirmed, in order.
    pub(in crate::replica) fn show_again(&mut self) {
        if self.database.is_reading_anew() {
            return;
        }
        if self.outbox.is_empty() {
            self.shown = None;
            return;
        }
        let mut shown = self.log.confirmed().clone();
        self.outbox.show(&mut shown, self.documents.library(), self.account);
        self.shown = Some(shown);
    }

    /// Notes which waiting commands have led to events that are folded already. True if that is news of any.
    pub(in crate::replica) fn note_facts(&mut self) -> bool {
        let Some(device) = self.database.device() else { return false };
        self.outbox.note_facts(|number, queued| self.log.followed(device, number, queued))
    }

    /// Stores what is not stored yet.
    pub(in crate::replica) fn enqueue(&mut self) {
        if self.database.is_enqueueing() {
            return;
        }
        let (tokens, changes): (Vec<u64>, Vec<Change>) =
            self.outbox.save().into_iter().map(|(token, queued)| (token, Change::Enqueue(queued))).unzip();
        if !changes.is_empty() {
            self.store(Durability::Strict, changes, Purpose::Enqueue(tokens));
        }
    }

    /// Commands are stored under these numbers.
    pub(in crate::replica) fn enqueued(&mut self, tokens: &[u64], numbers: &[u64]) {
        if self.outbox.are_anothers(numbers) {
            self.hang_up();
            self.outbox.are_elsewhere(tokens);
            return self.load();
        }
        self.outbox.are_saved(tokens, numbers);
        // Another tab with a socket of its own may have sent them before this one heard that they are stored.
        if self.note_facts() {
            self.show_again();
        }
        self.enqueue();
        self.connect_if_owner();
        self.flush();
    }

    /// Sends what is stored and not sent, in order, as far as there is room.
    pub(in crate::replica) fn flush(&mut self) {
        if !self.line.may_send() || self.line.is_busy() {
            return;
        }
        let sent = self.outbox.send(self.outbox.is_unsure(self.database.era()));
        if !sent.is_empty() {
            self.effects.extend(sent.into_iter().map(|envelope| Effect::say(&ClientMessage::Command(envelope))));
            self.tell_line();
        }
    }

    /// The changes that store the results of which all events have come (with `even_incomplete`, also the others), and the numbers of their commands.
    pub(in crate::replica) fn settle(&mut self, even_incomplete: bool) -> (Vec<Change>, Vec<u64>) {
        let Some(device) = self.database.device() else { return (Vec::new(), Vec::new()) };
        let may_come = |number, feeds: &[_]| !even_incomplete && self.line.may_bring(number, feeds);
        let before = &self.log.confirmed().directory;
        let (mut changes, mut numbers) = (Vec::new(), Vec::new());
        for (mut settled, command) in self.outbox.settled(device, &self.database.settling(), before, may_come) {
            self.inbox.take_in(&mut settled, is_worth_a_word(command));
            numbers.push(settled.number);
            changes.push(Change::Settle(settled));
        }
        (changes, numbers)
    }

    /// The server waits for the command with this number: resends from there on. If the outbox does not have it, looks for it in the database, where another
    /// tab may just have stored it.
    pub(in crate::replica) fn gap(&mut self, expected: u64) {
        // While the missing command is on its way again, the server complains of commands sent before it, which needs no answer. If it is not on its way (where
        // commands go one by one, a later one may have taken its turn), it has to be sent.
        if self.line.is_busy() || (self.line.has_resent_from(expected) && self.outbox.is_on_its_way(expected)) {
            return;
        }
        self.outbox.unsend(expected);
        if self.outbox.has(expected) {
            self.line.resend_from(expected);
            self.flush();
        } else {
            self.outbox.look_for(expected);
            self.look();
        }
    }

    /// After the database was read: resends from the number that the server waits for. If no command has it, the profile that this one is a copy of used it up,
    /// and this one becomes a new device.
    pub(in crate::replica) fn look_for_gap(&mut self) {
        let Some(expected) = self.outbox.looked_for() else { return };
        if self.outbox.has(expected) {
            self.line.resend_from(expected);
            self.flush();
        } else if !self.outbox.is_empty() {
            self.renumber();
        }
    }

    /// The server is busy: neither this command nor any after it is sent before the time that it asked for is over.
    pub(in crate::replica) fn busy(&mut self, number: u64, retry_after_ms: u32) {
        self.outbox.unsend(number);
        if self.line.is_busy_with(number) {
            self.effects.push(Effect::RetryIn(retry_after_ms));
        }
    }

    /// The time that the busy server asked for is over: resends. Gaps of which the server complains from here on are about commands sent before.
    pub(in crate::replica) fn not_busy(&mut self) {
        if self.line.is_not_busy() {
            self.flush();
        }
    }
}
