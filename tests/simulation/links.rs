//! The links between tabs and server, and what follows from the frames that they carry.

use crate::{
    browser::{Slot, who},
    mutation::Mutation,
    site::{Happened, Stir},
    truth::{Held, hold},
    world::{Link, World, tell},
};
use domain::{account::Role, protocol::ServerMessage, replica::Incoming};
use std::collections::{BTreeSet, VecDeque};

impl World {
    // The network.

    pub(crate) fn connect(&mut self, slot: Slot) -> Held<bool> {
        let Some(tab) = self.awake(slot) else { return Ok(false) };
        if !std::mem::take(&mut tab.connecting) {
            return Ok(false);
        }
        let browser = &self.browsers[&slot.browser()];
        let Some(guest) = browser.session.filter(|_| browser.online) else { return self.input(slot, Incoming::Closed).map(|()| true) };
        self.next_link += 1;
        let number = self.next_link;
        let link = Link { tab: slot, account: guest.account, up: VecDeque::new(), down: VecDeque::new(), credit: 0 };
        self.links.insert(number, link);
        self.tabs.get_mut(&slot).expect("it is awake").link = Some(number);
        self.site.connect(number, guest);
        self.counts.one("sockets opened");
        self.input(slot, Incoming::Opened).map(|()| true)
    }

    /// The tab closes its socket: what it has sent arrives, what comes no longer does.
    pub(crate) fn hang_up(&mut self, slot: Slot) {
        let tab = self.tabs.get_mut(&slot).expect("it is open");
        tab.connecting = false;
        tab.closed = false;
        if let Some(link) = tab.link.take().and_then(|number| self.links.get_mut(&number)) {
            link.down.clear();
        }
    }

    /// A link is no more, on either side.
    pub(crate) fn drop_link(&mut self, number: usize) {
        self.site.hang_up(number);
        self.truth.hung_up(number);
        if let Some(link) = self.links.remove(&number)
            && let Some(tab) = self.tabs.get_mut(&link.tab)
            && tab.link == Some(number)
        {
            tab.link = None;
            tab.closed = true;
        }
    }

    pub(crate) fn up(&mut self, slot: Slot) -> Held<bool> {
        let ready = self.links_of(slot).find(|(number, link)| !link.up.is_empty() && self.site.takes_frames(*number));
        let Some((number, _)) = ready else { return Ok(false) };
        let link = self.links.get_mut(&number).expect("it was found");
        let frame = link.up.pop_front().expect("it is not empty");
        if let Ok(domain::protocol::ClientMessage::Credit { frames }) = serde_json::from_str(&frame) {
            link.credit += i64::from(frames);
        }
        tell(|| format!("    {number} > {frame}"));
        let happened = self.site.hear(number, &frame);
        if self.has(Mutation::SentIsDone)
            && let Some(Happened::Asked(_, _, envelope)) = happened.first()
        {
            self.profiles[&slot.profile()].database.spoil(|data| _ = data.outbox.remove(&envelope.number));
            self.check_profile(slot.profile())?;
        }
        self.counts.one("frames to the server");
        self.happened(happened)?;
        self.forget_lingering(number);
        Ok(true)
    }

    /// What a tab that is gone had sent has all arrived.
    fn forget_lingering(&mut self, number: usize) {
        let Some(link) = self.links.get(&number) else { return };
        let held = self.tabs.get(&link.tab).is_some_and(|tab| tab.link == Some(number));
        if !held && link.up.is_empty() {
            self.drop_link(number);
        }
    }

    pub(crate) fn down(&mut self, slot: Slot) -> Held<bool> {
        let Some(number) = self.awake(slot).and_then(|tab| tab.link) else { return Ok(false) };
        let Some(link) = self.links.get_mut(&number) else { return Ok(false) };
        match link.down.pop_front() {
            Some(frame) => {
                let frame = self.swapped(frame);
                tell(|| format!("    {number} < {frame}"));
                self.counts.one("frames to a tab");
                self.input(slot, Incoming::Frame(&frame)).map(|()| true)
            }
            None if !self.site.has(number) => {
                self.drop_link(number);
                Ok(true)
            }
            None => Ok(false),
        }
    }

    // The server.

    pub(crate) fn stir(&mut self, slot: Slot, stir: Stir) -> Held<bool> {
        let found = self.site.stirs().find(|(number, can)| *can == stir && self.links.get(number).is_some_and(|link| link.tab == slot));
        let Some((number, _)) = found else { return Ok(false) };
        let happened = self.site.stir(number, stir);
        self.happened(happened).map(|()| true)
    }

    pub(crate) fn happened(&mut self, happened: Vec<Happened>) -> Held {
        for happening in happened {
            match happening {
                Happened::Asked(number, device, envelope) => self.truth.asked(number, device, envelope),
                Happened::Sent(number, frame) => self.sent(number, frame)?,
                // The frames that are on their way arrive before the end does.
                Happened::Closed(number) => self.truth.hung_up(number),
            }
        }
        Ok(())
    }

    fn sent(&mut self, number: usize, frame: String) -> Held {
        let frame = self.falsified(number, frame);
        let frame = self.misdirected(number, frame)?;
        // A unit may have opened since.
        self.regrant();
        let Some(link) = self.links.get_mut(&number) else { return Ok(()) };
        self.truth.sent(number, link.account, &frame, self.site.has_news(number), &self.site.reader())?;
        if frame.starts_with(r#"{"Events""#) {
            link.credit -= 1;
            self.counts.one("frames of events");
            hold(14, link.credit >= 0, || format!("link {number} is sent more events than it let come"))?;
        }
        self.counts.told(&frame);
        if self.tabs.get(&link.tab).is_some_and(|tab| tab.link == Some(number)) {
            link.down.push_back(frame);
        }
        Ok(())
    }

    pub(crate) fn write(&mut self, most: usize) -> Held<bool> {
        if self.site.waiting() == 0 {
            return Ok(false);
        }
        let published = self.site.write(most.max(1));
        self.published(&published)?;
        Ok(true)
    }

    /// Events are in the log.
    pub(crate) fn published(&mut self, published: &[server::engine::Published]) -> Held {
        let touched: BTreeSet<_> = published.iter().flat_map(|event| event.feeds.iter().map(|(feed, _)| *feed)).collect();
        self.counts.many("events", published.len() as u64);
        let reader = self.site.reader();
        self.truth.grow(&reader, touched)?;
        self.regrant();
        self.check_opened(published)
    }

    /// Who may read what has perhaps changed.
    pub(crate) fn regrant(&mut self) {
        self.truth.regrant(self.site.engine().directory(), self.site.now);
    }

    fn falsified(&mut self, number: usize, frame: String) -> String {
        if !frame.starts_with(r#"{"Result""#) {
            return frame;
        }
        let Ok(ServerMessage::Result { number: of, outcome, position }) = serde_json::from_str(&frame) else { return frame };
        crate::falsified::result(self, number, (of, position), outcome).unwrap_or(frame)
    }

    /// What is for teachers goes to a student too.
    fn misdirected(&mut self, number: usize, frame: String) -> Held<String> {
        let students = |link: &Link| who(link.tab.person()).2 == Role::Student;
        if self.has(Mutation::StaffFeedToAStudent) && self.links.get(&number).is_some_and(|link| !students(link)) {
            let student = self.links.iter().find(|(_, link)| students(link)).map(|(number, _)| *number);
            student.map_or(Ok(()), |student| self.sent(student, frame.clone()))?;
        }
        Ok(frame)
    }

    fn swapped(&self, frame: String) -> String {
        if self.has(Mutation::SwapTwoEvents) { crate::falsified::swapped(self, &frame).unwrap_or(frame) } else { frame }
    }
}
