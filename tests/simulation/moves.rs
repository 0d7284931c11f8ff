//! What can happen next by itself: the small steps of tabs, links and server, and many of them in a row.

use crate::{
    browser::Slot,
    history::{Act, Kind},
    site::Stir,
    truth::Held,
    world::World,
};

/// More small steps than anything needs to come to rest.
const STEPS_MAX: usize = 20_000;

impl World {
    /// The small steps that can be done now, in the order in which an undisturbed world would do them. The timers that bring a tab back to
    /// the server are not among them: they never rest while it cannot be reached.
    pub fn moves(&self) -> Vec<Act> {
        let mut moves = Vec::new();
        for (slot, tab) in &self.tabs {
            let awake = !tab.frozen;
            let comes =
                tab.link.is_some_and(|number| self.links.get(&number).is_some_and(|link| !link.down.is_empty()) || !self.site.has(number));
            let may = [
                (!tab.storage.is_empty(), Kind::Store),
                (awake && !tab.done.is_empty(), Kind::Hear),
                (awake && !tab.owns.is_empty(), Kind::Own),
                (awake && tab.connecting, Kind::Connect),
                (awake && tab.closed, Kind::Closed),
                (awake && comes, Kind::Down),
                (awake && !tab.words.is_empty(), Kind::Word),
                (awake && !tab.fetches.is_empty(), Kind::Fetch),
                (awake && !tab.pages.is_empty(), Kind::Page),
            ];
            moves.extend(may.into_iter().filter(|(may, _)| *may).map(|(_, kind)| Act::new(kind, slot.0, 0)));
        }
        for (number, link) in &self.links {
            if !link.up.is_empty() && self.site.takes_frames(*number) {
                moves.push(Act::new(Kind::Up, link.tab.0, 0));
            }
        }
        for (number, stir) in self.site.stirs() {
            let kind = match stir {
                Stir::Look => Kind::Look,
                Stir::News => Kind::News,
                Stir::Answer => Kind::Answer,
                Stir::Beat => Kind::Beat,
            };
            moves.extend(self.links.get(&number).map(|link| Act::new(kind, link.tab.0, 0)));
        }
        if self.site.waiting() > 0 {
            moves.push(Act::new(Kind::Write, 0, self.site.waiting() as u32));
        }
        if self.site.engine().has_reactions() {
            moves.push(Act::new(Kind::React, 0, 1));
        }
        moves
    }

    /// So many small steps that concern a tab.
    pub(crate) fn flow(&mut self, slot: Slot, most: u32) -> Held<bool> {
        let mut any = false;
        for _ in 0..most {
            let next = self.moves().into_iter().find(|act| act.kind == Kind::Write || act.who == slot.0);
            let next =
                next.or_else(|| self.tabs.get(&slot).is_some_and(|tab| tab.retry && !tab.frozen).then(|| Act::new(Kind::Retry, slot.0, 0)));
            let Some(next) = next else { break };
            any |= self.act(next)?;
        }
        Ok(any)
    }

    /// Goes on until nothing more can happen by itself.
    pub(crate) fn rest(&mut self) -> Held {
        for _ in 0..STEPS_MAX {
            let Some(next) = self.moves().first().copied() else { return Ok(()) };
            self.act(next)?;
        }
        Err(Self::nobody("it does not come to rest"))
    }
}
