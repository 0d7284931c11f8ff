//! What people do, and what goes wrong.

use crate::{
    browser::{BROWSERS_MAX, Slot, Tab, who},
    clocks::window,
    founding::{self, CLASSES, PEOPLE},
    history::{Act, Kind},
    mutation::Mutation,
    school::{self, UNITS},
    truth::{Content, Held, Truth},
    world::World,
};
use domain::{
    account::Role,
    attempt::{self, Attempt, AttemptKey, QuestionStanding},
    class,
    command::Command,
    decision::newest_edition,
    ids::{AccountId, ClassId, ContentHash, DeviceId},
    protocol::{BUILD, Envelope, HISTORY_PAGE_EVENTS_MAX},
    replica::{Incoming, TabWord, storage::Trouble},
    time::Timestamp,
};
use server::{
    engine::Work,
    store::StoreReader as _,
    subscription::{connection, frames},
};

impl World {
    /// The acts that are no small steps.
    pub(crate) fn mishap_or_doing(&mut self, act: Act) -> Held<bool> {
        let Act { kind, who: place, what } = act;
        let slot = Slot(place);
        match kind {
            Kind::Open => {
                let there = self.browsers.contains_key(&slot.browser());
                if there {
                    self.open(slot, BUILD - u32::from(what == 1))?;
                }
                Ok(there)
            }
            Kind::Close => Ok(self.close(slot)),
            Kind::Do => self.do_something(slot, what),
            Kind::Dismiss => self.dismiss(slot),
            Kind::SignIn => Ok(self.sign_in(place, what)),
            Kind::SignOut => self.sign_out(place, what == 1),
            Kind::Office => self.office(what),
            Kind::Correct => self.correct(slot, what),
            Kind::Freeze => Ok(self.tabs.get_mut(&slot).is_some_and(|tab| !std::mem::replace(&mut tab.frozen, true))),
            Kind::Thaw => Ok(self.tabs.get_mut(&slot).is_some_and(|tab| std::mem::take(&mut tab.frozen))),
            Kind::Power => self.power(place, what == 1),
            Kind::Jump => Ok(self.jump(place, i64::from(what as i32))),
            Kind::Lose => Ok(self.lose_database(slot.profile())),
            Kind::Full => Ok(self.profiles.get(&slot.profile()).map(|profile| profile.database.refuse(Some(Trouble::Full))).is_some()),
            Kind::Room => Ok(self.profiles.get(&slot.profile()).map(|profile| profile.database.refuse(None)).is_some()),
            Kind::Delete => self.delete(slot.profile()),
            Kind::Keep => Ok(self.profiles.get_mut(&slot.profile()).map(|profile| profile.keep()).is_some()),
            Kind::RollBack => self.roll_back(slot.profile()),
            Kind::Clone => Ok(self.clone_browser(place, what)),
            Kind::Flip => self.flip(slot.profile(), what),
            Kind::Cut => Ok(self.cut(slot, what == 1)),
            Kind::Offline => Ok(self.offline(place)),
            Kind::Online => self.online(place),
            Kind::Minutes => {
                self.minutes(what);
                self.forge()?;
                Ok(true)
            }
            Kind::Crash => {
                self.site.crash(what);
                self.server_is_gone()?;
                Ok(true)
            }
            Kind::Fuse => {
                self.site.light_fuse(what);
                Ok(true)
            }
            Kind::BackUp => {
                self.site.back_up();
                Ok(self.site.has_backup())
            }
            Kind::Restore => self.restore(),
            Kind::Upgrade => {
                self.site.minimum_build = BUILD;
                Ok(true)
            }
            _ => unreachable!("{act} is a small step"),
        }
    }

    // What people do.

    fn do_something(&mut self, slot: Slot, what: u32) -> Held<bool> {
        let now = self.site.now;
        let Some(tab) = self.awake(slot).filter(|tab| tab.replica.is_ready()) else { return Ok(false) };
        let chosen = match tab.replica.role() {
            Role::Student => student_does(&tab.replica, what),
            Role::Teacher => Some(teacher_does(what, now)),
            Role::Administrator => Some(office_does(what, now)),
        };
        let Some(command) = chosen else { return Ok(false) };
        let at = self.moment(slot);
        self.claims(slot, at)?;
        let tab = self.tabs.get_mut(&slot).expect("it is awake");
        let (decided, effects) = match tab.replica.dispatch(&command, at) {
            Ok((events, effects)) => (Ok(events), effects),
            Err(refusal) => (Err(refusal), Vec::new()),
        };
        let content = Content { stream: command.stream().to_string(), at: at.0, body: command.body().get().to_owned() };
        self.gave(slot, content, &command, decided.as_deref());
        self.counts.one(if decided.is_ok() { "commands given" } else { "commands refused at once" });
        if decided.is_ok() && matches!(command, Command::Attempt(_, attempt::Command::SubmitAnswer { .. })) {
            self.counts.one("answers given");
        }
        self.take_in(slot, effects)?;
        Ok(true)
    }

    fn dismiss(&mut self, slot: Slot) -> Held<bool> {
        let Some(tab) = self.awake(slot) else { return Ok(false) };
        let Some((device, number)) = tab.replica.inbox().first().map(|settled| (settled.device, settled.number)) else { return Ok(false) };
        let effects = tab.replica.dismiss(device, number);
        self.take_in(slot, effects)?;
        Ok(true)
    }

    fn sign_in(&mut self, browser: u32, person: u32) -> bool {
        let (_, account, _) = who(person % PEOPLE.len() as u32);
        if !self.browsers.contains_key(&browser) {
            return false;
        }
        let guest = self.site.sign_in(account);
        self.browsers.get_mut(&browser).expect("it is there").session = Some(guest);
        self.counts.one("sign-ins");
        true
    }

    /// Sockets of the session end; tabs are told and close. What waits stays for the next sign-in, or is discarded with everything.
    fn sign_out(&mut self, browser: u32, discard: bool) -> Held<bool> {
        let Some(guest) = self.browsers.get_mut(&browser).and_then(|browser| browser.session.take()) else { return Ok(false) };
        self.site.sign_out(guest.session);
        let tabs: Vec<Slot> =
            self.tabs.keys().copied().filter(|slot| slot.browser() == browser && who(slot.person()).1 == guest.account).collect();
        for slot in tabs {
            self.input(slot, Incoming::Word(TabWord::SignedOut))?;
            self.close(slot);
        }
        if discard {
            let mut theirs = self.profiles.iter_mut().filter(|((place, person), _)| *place == browser && who(*person).1 == guest.account);
            theirs.by_ref().for_each(|(_, profile)| profile.delete());
        }
        Ok(true)
    }

    /// The office's own commands, as a script posts them.
    fn office(&mut self, what: u32) -> Held<bool> {
        if what % 7 == 6 {
            self.editions += 1;
            let work = Work::Operation(founding::publish(self.editions, None));
            let (_, published) = self.site.operate(work);
            self.published(&published)?;
            self.server_may_be_gone()?;
            return Ok(true);
        }
        let command = office_does(what, self.site.now);
        let device = DeviceId::derived(&["the office's script"]);
        let (_, account, _) = who(4);
        let last = self.site.reader().device(device).expect("the store works").map_or(0, |(_, last)| last);
        let envelope = Envelope { number: last + 1, stream: command.stream().to_string(), at: self.site.now, body: command.body() };
        let (_, published) = self.site.operate(Work::Command { account, device, envelope, arrival: None });
        self.published(&published)?;
        self.server_may_be_gone()?;
        Ok(true)
    }

    /// A fuse may have burnt down: then the store was opened anew.
    fn server_may_be_gone(&mut self) -> Held {
        self.truth.is_stored(&self.site.reader())
    }

    // What goes wrong with a browser.

    pub(crate) fn tabs_of(&self, profile: (u32, u32)) -> Vec<Slot> {
        self.tabs.keys().copied().filter(|slot| slot.profile() == profile).collect()
    }

    fn power(&mut self, browser: u32, written: bool) -> Held<bool> {
        let slots: Vec<Slot> = self.tabs.keys().copied().filter(|slot| slot.browser() == browser).collect();
        let had_any = !slots.is_empty();
        slots.into_iter().for_each(|slot| _ = self.close(slot));
        let profiles: Vec<(u32, u32)> = self.profiles.keys().copied().filter(|(place, _)| *place == browser).collect();
        for of in profiles {
            self.profiles.get_mut(&of).expect("it was found").cut_power(written);
            self.check_profile(of)?;
        }
        Ok(had_any)
    }

    pub(crate) fn lose_database(&mut self, of: (u32, u32)) -> bool {
        let tabs = self.tabs_of(of);
        tabs.iter().filter_map(|slot| self.tabs.remove(slot).map(|tab| (*slot, tab))).collect::<Vec<_>>().into_iter().for_each(
            |(slot, mut tab)| {
                tab.lose_database();
                self.tabs.insert(slot, tab);
            },
        );
        !tabs.is_empty()
    }

    fn delete(&mut self, of: (u32, u32)) -> Held<bool> {
        self.lose_database(of);
        // What waits in an open tab goes under a new device, perhaps behind what was given later, and is then judged as given after that: a known fault.
        for slot in self.tabs_of(of) {
            for (_, queued, _) in self.tabs[&slot].replica.pending() {
                let was_judged = self.given.remove(&crate::clocks::content(queued)).is_some();
                self.counts.many("commands that waited in a tab when its database was deleted", u64::from(was_judged));
            }
        }
        let Some(profile) = self.profiles.get_mut(&of) else { return Ok(false) };
        profile.delete();
        Ok(true)
    }

    fn roll_back(&mut self, of: (u32, u32)) -> Held<bool> {
        let Some(profile) = self.profiles.get_mut(&of) else { return Ok(false) };
        if !profile.roll_back() {
            return Ok(false);
        }
        self.tabs_of(of).into_iter().for_each(|slot| _ = self.close(slot));
        self.check_profile(of)?;
        Ok(true)
    }

    fn clone_browser(&mut self, from: u32, to: u32) -> bool {
        if to >= BROWSERS_MAX || self.browsers.contains_key(&to) {
            return false;
        }
        let Some(browser) = self.browsers.get(&from).cloned() else { return false };
        self.browsers.insert(to, browser);
        let copies: Vec<_> = self
            .profiles
            .iter()
            .filter(|((place, _), _)| *place == from)
            .map(|((_, person), profile)| ((to, *person), profile.copied((to, *person))))
            .collect();
        self.profiles.extend(copies);
        true
    }

    fn flip(&mut self, of: (u32, u32), which: u32) -> Held<bool> {
        let ignored = self.has(Mutation::IgnoreTheDigest);
        let Some(profile) = self.profiles.get_mut(&of) else { return Ok(false) };
        let flipped = profile.flip(which, ignored);
        if flipped {
            profile.flipped = !ignored;
            profile.version += 1;
            profile.checked.clear();
            self.check_profile(of)?;
        }
        Ok(flipped)
    }

    // What goes wrong with the network.

    fn cut(&mut self, slot: Slot, lingers: bool) -> bool {
        let Some(tab) = self.tabs.get_mut(&slot) else { return false };
        let Some(number) = tab.link else { return false };
        if lingers && self.links.get(&number).is_some_and(|link| !link.up.is_empty()) {
            (tab.link, tab.closed) = (None, true);
            self.links.get_mut(&number).expect("it is there").down.clear();
        } else {
            self.drop_link(number);
        }
        true
    }

    fn offline(&mut self, browser: u32) -> bool {
        let Some(there) = self.browsers.get_mut(&browser) else { return false };
        there.online = false;
        let links: Vec<usize> = self.links.iter().filter(|(_, link)| link.tab.browser() == browser).map(|(number, _)| *number).collect();
        links.into_iter().for_each(|number| self.drop_link(number));
        true
    }

    fn online(&mut self, browser: u32) -> Held<bool> {
        let Some(there) = self.browsers.get_mut(&browser) else { return Ok(false) };
        if std::mem::replace(&mut there.online, true) {
            return Ok(false);
        }
        let slots: Vec<Slot> =
            self.tabs.iter().filter(|(slot, tab)| slot.browser() == browser && !tab.frozen).map(|(slot, _)| *slot).collect();
        for slot in slots {
            self.input(slot, Incoming::Wake)?;
        }
        Ok(true)
    }

    // What goes wrong with the server.

    /// Its process is gone with all connections; what it has told is on its disk.
    pub(crate) fn server_is_gone(&mut self) -> Held {
        let links: Vec<usize> = self.links.keys().copied().collect();
        links.into_iter().for_each(|number| self.drop_link(number));
        let reader = self.site.reader();
        // A batch may have been committed that nobody was told of.
        self.truth.grow(&reader, crate::check::every_feed())?;
        self.regrant();
        self.truth.is_stored(&reader)
    }

    fn restore(&mut self) -> Held<bool> {
        if !self.site.restore() {
            return Ok(false);
        }
        let links: Vec<usize> = self.links.keys().copied().collect();
        links.into_iter().for_each(|number| self.drop_link(number));
        let reader = self.site.reader();
        if self.has(Mutation::RestoreWithoutAnEra) {
            self.truth.is_stored(&reader)?;
        }
        self.truth.begin_era(&reader, crate::check::every_feed())?;
        self.regrant();
        Ok(true)
    }

    // What is had by HTTP.

    pub(crate) fn fetch(&mut self, slot: Slot) -> Held<bool> {
        let Some(hash) = self.awake(slot).and_then(|tab| tab.fetches.pop_front()) else { return Ok(false) };
        let (_, account, role) = who(slot.person());
        let bytes = self.document(slot, account, hash);
        if let Some(bytes) = &bytes {
            Truth::handed_out(account, bytes, self.site.engine().directory(), self.site.now)?;
        }
        if self.has(Mutation::KeyToAStudent) && role == Role::Student {
            let (_, key) = school::section(UNITS[0].0, UNITS[0].1, UNITS[0].2);
            let foreign = domain::content::UnitKey { unit: domain::ids::UnitId::derived(&["foreign"]), ..key };
            let bytes = domain::content::edition::Document::of(&foreign).bytes;
            Truth::handed_out(account, &bytes, self.site.engine().directory(), self.site.now)?;
        }
        self.input(slot, Incoming::Content { hash, bytes: bytes.as_deref() })?;
        Ok(true)
    }

    fn document(&self, slot: Slot, account: AccountId, hash: ContentHash) -> Option<Vec<u8>> {
        let browser = &self.browsers[&slot.browser()];
        let may = browser.online
            && browser.session.is_some_and(|guest| guest.account == account)
            && domain::rights::may_have(account, hash, self.site.engine().directory(), self.site.now);
        self.site.reader().document(hash).expect("the store works").filter(|_| may)
    }

    pub(crate) fn page(&mut self, slot: Slot) -> Held<bool> {
        let overtaking = |tab: &mut Tab| {
            // Of two pages of a feed the later comes first, which is the harder case.
            let last = tab.pages.iter().rposition(|(feed, ..)| *feed == tab.pages[0].0)?;
            tab.pages.remove(last)
        };
        let Some((feed, after, limit)) = self.awake(slot).and_then(overtaking) else { return Ok(false) };
        let (_, account, _) = who(slot.person());
        let browser = &self.browsers[&slot.browser()];
        let readable = domain::feeds::readable(account, self.site.engine().directory(), self.site.now).contains(&feed);
        let may = browser.online && browser.session.is_some_and(|guest| guest.account == account) && readable;
        let limit = limit.min(HISTORY_PAGE_EVENTS_MAX) as usize;
        let reader = self.site.engine().reader();
        // Pages are shorter than they were asked to be, as they are where answers are long.
        let pieces = connection::pieces(&reader, &feed, after, limit, PAGE_BYTES_FULL).expect("the store works");
        let text = frames::page(&feed, after + 1, Default::default(), pieces.iter().map(|piece| (piece.place.digest, &piece.event)));
        self.counts.one("pages of history");
        self.input(slot, Incoming::History { feed, after, page: may.then_some(text.as_str()) })?;
        Ok(true)
    }
}

/// A page has no more once it has so many bytes.
const PAGE_BYTES_FULL: usize = 20_000;

/// Of what is done, so many with each kind of window.
pub const WINDOWS_DONE: u32 = 480;
/// The same of what the office does.
pub const WINDOWS_OFFICE: u32 = 42;
/// From here on a student does what comes next; before, anything.
pub const STEADY: u32 = 240;

/// A student starts a unit, answers, asks for the answer, goes on; more often than not what is sensible.
fn student_does(replica: &domain::replica::Replica, what: u32) -> Option<Command> {
    let (unit, choice) = (UNITS[what as usize % UNITS.len()].0, what / 3 % 10);
    let class = CLASSES.map(founding::class)[usize::from(what / 30 % 8 == 7)];
    let first = AttemptKey { student: replica.account(), class, unit: school::unit(unit), run: 1 };
    let shown = replica.shown();
    let key = match shown.attempt(&first) {
        Attempt::Ended(..) => AttemptKey { run: 2, ..first },
        Attempt::NotStarted | Attempt::Begun(_) | Attempt::Open(..) => first,
    };
    let attempt = shown.attempt(&key);
    let command = match attempt.current() {
        None => attempt::Command::Start { edition: newest_edition(&shown.directory, class, key.unit)? },
        // Someone who knows what they are doing.
        Some(current) if what >= STEADY => match (current.standing, choice) {
            (QuestionStanding::Open, 0..=5) => school::right_answer(attempt),
            (QuestionStanding::Open, 6..=8) => school::answer_with(attempt, school::wrong_inputs()),
            (QuestionStanding::Open, _) => attempt::Command::RevealAnswer { ordinal: current.ordinal },
            (QuestionStanding::Right | QuestionStanding::Missed | QuestionStanding::Revealed, _) => {
                attempt::Command::NextQuestion { ordinal: current.ordinal }
            }
        },
        Some(current) => match choice {
            0..=3 => school::right_answer(attempt),
            4 => school::answer_with(attempt, school::wrong_inputs()),
            5 => attempt::Command::RevealAnswer { ordinal: current.ordinal },
            _ => attempt::Command::NextQuestion { ordinal: current.ordinal },
        },
    };
    Some(Command::Attempt(key, command))
}

fn teacher_does(what: u32, now: Timestamp) -> Command {
    let class = World::class_2b();
    let (from, until) = window(what / WINDOWS_DONE, now);
    let command = match what % 4 {
        0 => class::Command::RemoveStudent { student: student(what / 4) },
        _ => class::Command::AssignUnit {
            unit: school::unit(UNITS[what as usize / 4 % UNITS.len()].0),
            course: school::course_id(),
            from,
            until,
        },
    };
    Command::Class(class, command)
}

fn office_does(what: u32, now: Timestamp) -> Command {
    let class: ClassId = CLASSES.map(founding::class)[what as usize / 7 % 2];
    let student = student(what / 14);
    let (from, until) = window(what / WINDOWS_OFFICE, now);
    let command = match what % 7 {
        0..=2 => class::Command::EnrolStudent { student },
        3 => class::Command::RemoveStudent { student },
        4 => class::Command::AssignUnit {
            unit: school::unit(UNITS[what as usize / 14 % UNITS.len()].0),
            course: school::course_id(),
            from,
            until,
        },
        _ => class::Command::AppointTeacher { teacher: who(3).1 },
    };
    Command::Class(class, command)
}

fn student(which: u32) -> AccountId {
    who(which % 3).1
}
