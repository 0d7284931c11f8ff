//! The end of a history: everything is mended, everything rests, and everybody agrees.

use crate::{
    browser::{Slot, who},
    check,
    history::{Act, Kind},
    truth::{Content, Held, hold},
    world::World,
};
use domain::{
    projections::state_hash,
    protocol::BUILD,
    replica::{Incoming, Replica, SyncState, volatile::Stored},
};
use std::collections::BTreeMap;

/// Seconds within which everything rests once nothing is broken any more.
const SECONDS_MAX: usize = 60;
/// Seconds within which a tab looks at its database by itself.
const LOOKS_EVERY: usize = 11;

impl World {
    /// Mends everything, lets every profile send what waits, and compares.
    ///
    /// # Errors
    /// When they do not agree.
    pub fn end(&mut self) -> Held {
        self.mend()?;
        let profiles: Vec<(u32, u32)> = self.profiles.keys().copied().collect();
        // First all send, then all hear: what one sends another has to show.
        for of in &profiles {
            self.use_alone(*of)?;
        }
        for of in &profiles {
            self.use_alone(*of)?;
            // A flipped byte, or what two sockets wrote over each other, is found when it is read.
            if self.profiles[of].flipped || !self.reads_well(*of) {
                self.counts.one("profiles mended by loading them anew");
                self.tabs_of(*of).into_iter().for_each(|slot| _ = self.close(slot));
                self.use_alone(*of)?;
            }
            self.agree(*of)?;
        }
        self.check_end()
    }

    fn mend(&mut self) -> Held {
        self.site.light_fuse(u32::MAX);
        let slots: Vec<Slot> = self.tabs.keys().copied().collect();
        for slot in slots {
            self.act(Act::new(Kind::Thaw, slot.0, 0))?;
        }
        let browsers: Vec<u32> = self.browsers.keys().copied().collect();
        for browser in browsers {
            self.act(Act::new(Kind::Online, browser, 0))?;
        }
        self.profiles.values().for_each(|profile| profile.database.refuse(None));
        self.rest()
    }

    /// The profile's account signs in, and its tabs are the only ones in the browser until all rests.
    fn use_alone(&mut self, of: (u32, u32)) -> Held {
        let (_, account, _) = who(of.1);
        let others: Vec<Slot> = self.tabs.keys().copied().filter(|slot| slot.browser() == of.0 && slot.profile() != of).collect();
        others.into_iter().for_each(|slot| _ = self.close(slot));
        if self.browsers[&of.0].session.is_none_or(|guest| guest.account != account) {
            self.act(Act::new(Kind::SignIn, of.0, of.1))?;
        }
        self.open_where_needed(of)?;
        let unnoticed = std::mem::take(&mut self.profiles.get_mut(&of).expect("it is there").unnoticed);
        for second in 0..SECONDS_MAX {
            self.rest()?;
            if self.is_calm(of) && (!unnoticed || second > LOOKS_EVERY) {
                return Ok(());
            }
            self.second()?;
            let retrying: Vec<Slot> = self.tabs.iter().filter(|(_, tab)| tab.retry).map(|(slot, _)| *slot).collect();
            for slot in retrying {
                self.act(Act::new(Kind::Retry, slot.0, 0))?;
            }
            self.open_where_needed(of)?;
        }
        let waits: Vec<_> = self.tabs_of(of).iter().map(|slot| self.tabs[slot].replica.sync_state()).collect();
        Err(Self::nobody(format!("{of:?} does not come to rest: {waits:?}, outbox {:?}", self.profiles[&of].data().outbox)))
    }

    /// Opens the app, and loads it anew where it asks for that.
    fn open_where_needed(&mut self, of: (u32, u32)) -> Held {
        let (_, account, _) = who(of.1);
        let tabs = self.tabs_of(of);
        let stale = |slot: &Slot| self.tabs[slot].sign_in_again || self.tabs[slot].upgrade;
        let mut wanted: Vec<Slot> = tabs.iter().copied().filter(stale).collect();
        if tabs.is_empty() {
            wanted.push(Slot::of(of.0, of.1, 0));
        }
        for slot in wanted {
            if self.browsers[&of.0].session.is_none_or(|guest| guest.account != account)
                || self.tabs.get(&slot).is_some_and(|tab| tab.sign_in_again)
            {
                self.act(Act::new(Kind::SignIn, of.0, of.1))?;
            }
            self.open(slot, BUILD)?;
        }
        Ok(())
    }

    fn is_calm(&self, of: (u32, u32)) -> bool {
        let tabs = self.tabs_of(of);
        let live = tabs.iter().any(|slot| self.tabs[slot].link.is_some() && self.tabs[slot].replica.is_caught_up());
        let settled = tabs.iter().all(|slot| {
            let replica = &self.tabs[slot].replica;
            let state = matches!(replica.sync_state(), SyncState::Confirmed | SyncState::Refused | SyncState::Changed);
            replica.waiting() == 0 && state && replica.is_ready() && !self.tabs[slot].retry
        });
        live && settled && self.profiles[&of].data().outbox.is_empty()
    }

    /// Every tab of the profile, and the app opened anew on what is stored, have exactly the fold of what the account may read.
    fn agree(&mut self, of: (u32, u32)) -> Held {
        let (_, account, role) = who(of.1);
        let era = self.truth.now();
        let wanted_ends = era.ends(account, self.site.engine().directory(), self.site.now);
        let wanted = era.fold(account, role, &wanted_ends).expect("an era folds its own ends");
        let hash = state_hash(&wanted);
        for slot in self.tabs_of(of) {
            let replica = &self.tabs[&slot].replica;
            let (has, wants) = (check::ends(replica.marks()), check::ends(&wanted_ends));
            hold(0, has == wants, || format!("{slot:?} has {has:?}, and the server {wants:?}"))?;
            hold(8, state_hash(replica.confirmed()) == hash, || format!("{slot:?} has confirmed something else than the server's fold"))?;
            hold(6, state_hash(replica.shown()) == hash, || format!("{slot:?} shows something else than what is confirmed"))?;
        }
        hold(5, self.reads_well(of), || format!("{of:?} shows something else when it is loaded anew"))?;
        let stored = self.profiles[&of].data().chunks;
        let foreign = stored.keys().find(|(feed, _)| !wanted_ends.contains_key(feed));
        hold(10, foreign.is_none(), || format!("{of:?} still has {foreign:?}, which {account} may not read"))
    }

    /// Whether the app, opened on what is stored, shows the fold of what the account may read.
    fn reads_well(&self, of: (u32, u32)) -> bool {
        let (_, account, role) = who(of.1);
        let era = self.truth.now();
        let wanted = era.fold(account, role, &era.ends(account, self.site.engine().directory(), self.site.now));
        let (mut again, _) = Replica::new(account, role, BUILD);
        let Ok(Stored { snapshots, chunks, found }) = self.profiles[&of].read(&BTreeMap::new(), &BTreeMap::new()) else { return false };
        snapshots.iter().for_each(|snapshot| _ = again.step(Incoming::Snapshot(snapshot)));
        chunks.iter().for_each(|chunk| _ = again.step(Incoming::Chunk(chunk)));
        _ = again.step(Incoming::Found(found));
        wanted.is_some_and(|wanted| state_hash(&wanted) == state_hash(again.shown()))
    }

    /// Everything saved is settled by this server, and everything told is stored.
    fn check_end(&mut self) -> Held {
        let told: std::collections::BTreeSet<&Content> = self.truth.told.values().map(|told| &told.content).collect();
        for (of, profile) in &self.profiles {
            for content in &profile.saved {
                hold(7, told.contains(content), || format!("{of:?} had saved {content:?}, and the server has no result for it"))?;
            }
        }
        self.truth.is_stored(&self.site.reader())?;
        self.check_reactions()
    }
}
