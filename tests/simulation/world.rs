//! The world: the server, browsers with their tabs, and the links between them. An act changes it; what an act cannot do now it leaves.

use crate::{
    browser::{BROWSERS, Browser, Done, Profile, Slot, Tab, who},
    chance::Chance,
    clocks::{Given, Knows, content},
    counts::Counts,
    founding,
    history::{Act, Kind},
    mutation::Mutation,
    site::{Site, Stir},
    truth::{Broken, Held, Truth},
};
use domain::{
    ids::AccountId,
    replica::{
        Effect, Incoming, Ownership, Replica, TabWord,
        storage::{Change, Transaction},
        volatile::Stored,
    },
};
use std::collections::{BTreeMap, VecDeque};

/// A socket, from its opening until both sides know that it is closed.
pub struct Link {
    /// The tab that opened it.
    pub tab: Slot,
    /// Whose session it was opened with.
    pub account: AccountId,
    /// Frames on their way to the server.
    pub up: VecDeque<String>,
    /// Frames on their way to the tab.
    pub down: VecDeque<String>,
    /// `Events` frames that the tab lets come, less those that were sent.
    pub credit: i64,
}

/// Says what is done, for whoever looks for the cause of something: `LEFTFOLD_TELL=1`.
pub fn tell(what: impl FnOnce() -> String) {
    static TELLS: std::sync::LazyLock<bool> = std::sync::LazyLock::new(|| std::env::var_os("LEFTFOLD_TELL").is_some());
    if *TELLS {
        eprintln!("{}", what());
    }
}

/// Everything.
pub struct World {
    /// The server.
    pub site: Site,
    /// Browsers, by place.
    pub browsers: BTreeMap<u32, Browser>,
    /// What accounts have in them.
    pub profiles: BTreeMap<(u32, u32), Profile>,
    /// Open tabs.
    pub tabs: BTreeMap<Slot, Tab>,
    /// Links, by number.
    pub links: BTreeMap<usize, Link>,
    /// What is known to be true.
    pub truth: Truth,
    /// What happened so far.
    pub counts: Counts,
    /// The fault that was put in.
    pub mutation: Option<Mutation>,
    pub(crate) editions: u32,
    pub(crate) next_link: usize,
    pub(crate) dispatched: i64,
    pub(crate) given: Given,
}

impl World {
    /// A world as the seed says.
    pub fn new(seed: u64, mutation: Option<Mutation>) -> Self {
        let mut chance = Chance(seed ^ 0x5eed);
        let in_file = chance.below(2) == 0;
        let site = Site::new(in_file, mutation);
        // Drawn apart, so that what else a seed means stays as it was.
        let mut asleep = Chance(seed ^ 0xa51e_e900);
        let mut browser = || Browser {
            session: None,
            online: true,
            clock: site.now.0 + chance.below(600_000) as i64 - 300_000,
            pace: [1_000, 1_000, 990, 1_200][chance.below(4)],
            has_locks: chance.below(5) > 0,
            steady: 0,
            sleeps: asleep.below(2) == 0,
        };
        let browsers = (0..BROWSERS).map(|place| (place, browser())).collect();
        let mut truth = Truth::default();
        let every_feed = crate::check::every_feed();
        truth.begin_era(&site.reader(), every_feed).expect("the school is sound");
        truth.regrant(site.engine().directory(), site.now);
        let mut counts = Counts::default();
        counts.one(if in_file { "histories over SQLite" } else { "histories in memory" });
        Self {
            site,
            browsers,
            profiles: BTreeMap::new(),
            tabs: BTreeMap::new(),
            links: BTreeMap::new(),
            truth,
            counts,
            mutation,
            editions: 1,
            next_link: 0,
            dispatched: 0,
            given: Given::new(),
        }
    }

    pub(crate) fn has(&self, mutation: Mutation) -> bool {
        self.mutation == Some(mutation)
    }

    /// A tab that can do something now.
    pub(crate) fn awake(&mut self, slot: Slot) -> Option<&mut Tab> {
        self.tabs.get_mut(&slot).filter(|tab| !tab.frozen)
    }

    /// The links that a tab opened, oldest first.
    pub(crate) fn links_of(&self, slot: Slot) -> impl Iterator<Item = (usize, &Link)> {
        self.links.iter().filter(move |(_, link)| link.tab == slot).map(|(number, link)| (*number, link))
    }

    /// Does an act, and looks whether everything still holds. False if it could not be done.
    ///
    /// # Errors
    /// When something does not hold.
    pub fn act(&mut self, act: Act) -> Held<bool> {
        let slot = Slot(act.who);
        tell(|| act.to_string());
        let done = match act.kind {
            Kind::Store => self.store(slot)?,
            Kind::Hear => self.hear(slot)?,
            Kind::Connect => self.connect(slot)?,
            Kind::Up => self.up(slot)?,
            Kind::Down => self.down(slot)?,
            Kind::Closed => self.take(slot, |tab| std::mem::take(&mut tab.closed).then_some(Incoming::Closed))?,
            Kind::Retry => self.take(slot, |tab| std::mem::take(&mut tab.retry).then_some(Incoming::Retry))?,
            Kind::Word => self.take(slot, |tab| tab.words.pop_front().map(Incoming::Word))?,
            Kind::Own => self.own(slot)?,
            Kind::Fetch => self.fetch(slot)?,
            Kind::Page => self.page(slot)?,
            Kind::Look => self.stir(slot, Stir::Look)?,
            Kind::News => self.stir(slot, Stir::News)?,
            Kind::Answer => self.stir(slot, Stir::Answer)?,
            Kind::Beat => self.stir(slot, Stir::Beat)?,
            Kind::Write => self.write(act.what as usize)?,
            Kind::React => self.react(act.what)?,
            Kind::Flow => self.flow(slot, act.what)?,
            Kind::Tick => self.tick(slot)?,
            Kind::Second => self.second()?,
            _ => self.mishap_or_doing(act)?,
        };
        if done {
            self.counts.one(act.kind.text());
        }
        Ok(done)
    }

    /// Gives a tab an input, if it is awake and there is one.
    fn take(&mut self, slot: Slot, input: impl FnOnce(&mut Tab) -> Option<Incoming<'static>>) -> Held<bool> {
        match self.awake(slot).and_then(input) {
            Some(input) => self.input(slot, input).map(|()| true),
            None => Ok(false),
        }
    }

    /// Gives a tab an input and takes in the effects.
    pub(crate) fn input(&mut self, slot: Slot, input: Incoming<'_>) -> Held {
        self.tell_time(slot);
        let heard = self.hears(slot, &input);
        let Some(tab) = self.tabs.get_mut(&slot) else { return Ok(()) };
        let effects = tab.replica.step(input);
        heard.into_iter().for_each(|heard| self.heard_time(slot, heard));
        self.take_in(slot, effects)?;
        self.check_tab(slot)
    }

    pub(crate) fn take_in(&mut self, slot: Slot, effects: Vec<Effect>) -> Held {
        for effect in effects {
            let tab = self.tabs.get_mut(&slot).expect("an open tab has effects");
            match effect {
                Effect::Store(_) | Effect::Read { .. } => tab.storage.push_back(effect),
                Effect::Connect => tab.connecting = true,
                Effect::Close => self.hang_up(slot),
                Effect::RetryIn(_) => tab.retry = true,
                Effect::Send(frame) => {
                    let link = tab.link;
                    if let Some(link) = link.and_then(|link| self.links.get_mut(&link)) {
                        link.up.push_back(frame);
                    }
                }
                Effect::Fetch(hash) => tab.fetches.push_back(hash),
                Effect::History { feed, after, limit } => tab.pages.push_back((feed, after, limit)),
                Effect::Steal => self.steal(slot),
                Effect::Tell(word) => self.tell(slot, &word),
                Effect::SignInAgain => tab.sign_in_again = true,
                Effect::Upgrade => tab.upgrade = true,
            }
        }
        Ok(())
    }

    fn tell(&mut self, slot: Slot, word: &TabWord) {
        if self.browsers[&slot.browser()].has_locks {
            let mut word = word.clone();
            if let TabWord::Line { ahead_ms, .. } = &mut word
                && self.tabs.get(&slot).is_some_and(|tab| tab.knows != Knows::Time)
            {
                // What nobody could know is not passed on, so that it stays known who was misled.
                *ahead_ms = None;
            }
            let others = self.tabs.iter_mut().filter(|(other, _)| **other != slot && other.profile() == slot.profile());
            others.for_each(|(_, tab)| tab.words.push_back(word.clone()));
        }
    }

    // The lock.

    fn steal(&mut self, slot: Slot) {
        let Some(profile) = self.profiles.get_mut(&slot.profile()) else { return };
        let before = profile.lock.replace(slot);
        self.counts.one("locks stolen");
        if let Some(robbed) = before.filter(|robbed| *robbed != slot).and_then(|robbed| self.tabs.get_mut(&robbed)) {
            robbed.owns.push_back(Ownership::None);
        }
        self.tabs.get_mut(&slot).expect("it is open").owns.push_back(Ownership::Alone);
    }

    /// Gives the lock of a profile to the next tab, if nobody has it.
    pub(crate) fn pass_lock(&mut self, of: (u32, u32)) {
        let Some(profile) = self.profiles.get_mut(&of) else { return };
        if profile.lock.is_some() || !self.browsers[&of.0].has_locks {
            return;
        }
        if let Some((slot, tab)) = self.tabs.iter_mut().find(|(slot, _)| slot.profile() == of) {
            profile.lock = Some(*slot);
            tab.owns.push_back(Ownership::Alone);
        }
    }

    fn own(&mut self, slot: Slot) -> Held<bool> {
        let Some(ownership) = self.awake(slot).and_then(|tab| tab.owns.pop_front()) else { return Ok(false) };
        self.tabs.get_mut(&slot).expect("it is awake").ownership = ownership;
        self.input(slot, Incoming::Own(ownership)).map(|()| true)
    }

    // The database.

    fn store(&mut self, slot: Slot) -> Held<bool> {
        let Some(effect) = self.tabs.get_mut(&slot).and_then(|tab| tab.storage.pop_front()) else { return Ok(false) };
        let done = match effect {
            Effect::Store(transaction) => self.carry_out(slot, &transaction)?,
            Effect::Read { after, snapshots } => {
                let profile = self.profiles.get_mut(&slot.profile()).expect("an open tab has one");
                match profile.read(&after, &snapshots) {
                    Ok(stored) => Done::Read(Box::new(stored), profile.version, profile.keeps_time),
                    Err(why) => Done::Unreadable(why),
                }
            }
            other => unreachable!("{other:?} is no work for a database"),
        };
        self.tabs.get_mut(&slot).expect("it is open").done.push_back(done);
        Ok(true)
    }

    fn carry_out(&mut self, slot: Slot, transaction: &Transaction) -> Held<Done> {
        tell(|| format!("    {slot:?} writes {transaction:?}"));
        let profile = self.profiles.get_mut(&slot.profile()).expect("an open tab has one");
        let epoch = profile.data().epoch;
        let done = profile.carry_out(transaction, self.mutation);
        match done {
            Ok(numbers) => {
                self.check_fence(slot, epoch, transaction)?;
                let saved = transaction.changes.iter().filter_map(|change| match change {
                    Change::Enqueue(queued) => Some(content(queued)),
                    _ => None,
                });
                let profile = self.profiles.get_mut(&slot.profile()).expect("an open tab has one");
                profile.saved.extend(saved);
                self.kept_time(slot, transaction);
                self.count_changes(transaction);
                self.check_profile(slot.profile())?;
                for change in &transaction.changes {
                    if let Change::Settle(settled) = change {
                        self.check_window(settled)?;
                    }
                }
                Ok(Done::Committed(transaction.id, numbers))
            }
            Err(why) => {
                self.counts.one(match why {
                    domain::replica::storage::Trouble::Fenced => "writes fenced",
                    _ => "writes that failed",
                });
                Ok(Done::Failed(transaction.id, why))
            }
        }
    }

    fn hear(&mut self, slot: Slot) -> Held<bool> {
        let Some(done) = self.awake(slot).and_then(|tab| tab.done.pop_front()) else { return Ok(false) };
        match done {
            Done::Committed(transaction, numbers) => self.input(slot, Incoming::Committed { transaction, numbers })?,
            Done::Failed(transaction, why) => self.input(slot, Incoming::Failed { transaction, why })?,
            Done::Unreadable(why) => self.input(slot, Incoming::Unreadable(why))?,
            Done::Read(stored, version, reads_time) => {
                let Stored { snapshots, chunks, found } = *stored;
                // Nothing is compared while only a part of it has come.
                self.tabs.get_mut(&slot).expect("it is open").seen = u64::MAX;
                for snapshot in &snapshots {
                    self.input(slot, Incoming::Snapshot(snapshot))?;
                }
                for chunk in &chunks {
                    self.input(slot, Incoming::Chunk(chunk))?;
                }
                let tab = self.tabs.get_mut(&slot).expect("it is open");
                (tab.seen, tab.reads_time) = (version, reads_time);
                self.input(slot, Incoming::Found(found))?;
            }
        }
        Ok(true)
    }

    // Time.

    fn tick(&mut self, slot: Slot) -> Held<bool> {
        if self.awake(slot).is_none() {
            return Ok(false);
        }
        self.input(slot, Incoming::Tick).map(|()| true)
    }

    /// A second goes by everywhere.
    pub(crate) fn second(&mut self) -> Held<bool> {
        self.site.now.0 += 1_000;
        self.browsers.values_mut().for_each(|browser| {
            browser.clock += browser.pace;
            browser.steady += 1_000;
        });
        let slots: Vec<Slot> = self.tabs.keys().copied().collect();
        for slot in slots {
            self.tick(slot)?;
        }
        Ok(true)
    }

    /// Opens the app in a tab.
    pub(crate) fn open(&mut self, slot: Slot, build: u32) -> Held {
        let (_, account, role) = who(slot.person());
        self.close(slot);
        self.profiles.entry(slot.profile()).or_insert_with(|| Profile::new(slot.profile()));
        let (replica, first) = Replica::new(account, role, build);
        let mut tab = Tab::new(replica, first);
        let has_locks = self.browsers[&slot.browser()].has_locks;
        tab.owns.push_back(if has_locks { Ownership::None } else { Ownership::Together });
        self.tabs.insert(slot, tab);
        self.pass_lock(slot.profile());
        let (_, account, _) = who(slot.person());
        if self.browsers[&slot.browser()].session.is_none_or(|guest| guest.account != account) {
            let guest = self.site.sign_in(account);
            self.browsers.get_mut(&slot.browser()).expect("it is there").session = Some(guest);
            self.counts.one("sign-ins");
        }
        Ok(())
    }

    /// A tab is closed; what it had not yet stored or sent is gone.
    pub(crate) fn close(&mut self, slot: Slot) -> bool {
        let Some(tab) = self.tabs.remove(&slot) else { return false };
        if let Some(number) = tab.link {
            self.drop_link(number);
        }
        if let Some(profile) = self.profiles.get_mut(&slot.profile())
            && profile.lock == Some(slot)
        {
            profile.lock = None;
        }
        self.pass_lock(slot.profile());
        true
    }

    /// It does not come to rest, or does not agree.
    pub(crate) fn nobody(seen: impl Into<String>) -> Broken {
        Broken { invariant: 0, seen: seen.into() }
    }

    pub(crate) fn class_2b() -> domain::ids::ClassId {
        founding::class(founding::CLASSES[0])
    }
}
