//! Practising a unit: it starts or resumes at once, and its address stays the same throughout.

use crate::{
    address::Address,
    clock::use_now,
    components::{
        arrival::PageHeading,
        inbox::Inbox,
        learn::regraded::Changes,
        not_found::NotFound,
        notices::{Main, UpdateNeeded},
        question::{Ask, Content},
        showing::Showing,
        work::{Running, ShownAt, Work},
    },
    device,
    doors::{Dispatch, use_account, use_address, use_dispatch, use_projection},
    texts::texts,
};
use domain::{
    attempt::{self, Attempt, AttemptKey, EditionRef},
    command::Command,
    decision::newest_edition,
    ids::{AccountId, ClassId, UnitId},
    replica::Replica,
    views::{
        course_map::{Availability, availability},
        shown::Shown,
    },
};
use leptos::prelude::*;

/// The page.
#[component]
pub fn Unit() -> impl IntoView {
    let address = use_address();
    move || match address.get() {
        Some(Address::Unit { class, unit }) => view! { <Practise class unit/> }.into_any(),
        Some(_) | None => view! { <NotFound/> }.into_any(),
    }
}

/// How a unit that is assigned is to be shown.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Seen {
    /// Not yet, or no longer, open to the class.
    Closed(Availability),
    /// To be practised.
    Open,
}

/// Whose work in which unit of which class.
#[derive(Debug, Clone, Copy)]
struct Workplace {
    student: AccountId,
    class: ClassId,
    unit: UnitId,
}

impl Workplace {
    /// The latest run, or the first.
    fn key(self, replica: &Replica) -> AttemptKey {
        let Self { student, class, unit } = self;
        let run = replica.shown().progress.unit(class, unit).run.max(1);
        AttemptKey { student, class, unit, run }
    }

    fn newest_edition(self, replica: &Replica) -> Option<EditionRef> {
        newest_edition(&replica.shown().directory, self.class, self.unit)
    }

    /// The run that is to be started, if one is.
    fn to_start(self, replica: &Replica, availability: Availability) -> Option<(AttemptKey, EditionRef)> {
        let key = self.key(replica);
        let ready = before_start(replica, &key, availability) == Shown::Ready(Seen::Open) && !replica.is_catching_up();
        let fresh = *replica.shown().attempt(&key) == Attempt::NotStarted;
        if ready && fresh { Some((key, self.newest_edition(replica)?)) } else { None }
    }

    /// The run whose question is to be left for the student. What was earned before the deadline counts, also for whoever did not press the button in
    /// time.
    fn to_finish(self, replica: &Replica, availability: Availability) -> Option<(AttemptKey, u32)> {
        let over = matches!(availability, Availability::Over(_)) && replica.is_ready() && !replica.is_catching_up();
        let key = self.key(replica);
        if over { Some((key, replica.shown().attempt(&key).completes_at()?)) } else { None }
    }

    fn next_run(self, replica: &Replica) -> Option<(AttemptKey, EditionRef)> {
        let key = self.key(replica);
        Some((AttemptKey { run: key.run + 1, ..key }, self.newest_edition(replica)?))
    }

    fn running(self, replica: &Replica) -> Running {
        let key = self.key(replica);
        Running { number: key.run, attempt: replica.shown().attempt(&key).clone() }
    }

    fn needs_update(self, replica: &Replica) -> bool {
        let Self { class, unit, .. } = self;
        let models = replica.shown();
        let course = models.directory.class(class).and_then(|members| Some(members.units.get(&unit)?.course));
        course.is_some_and(|course| models.unit_needs_update(class, unit, course))
    }
}

/// Where the attempt's commands go.
#[derive(Clone, Copy)]
struct AttemptCommands {
    dispatch: Dispatch,
    shown_at: ShownAt,
}

impl AttemptCommands {
    fn give(self, key: AttemptKey, command: attempt::Command) -> Result<Vec<attempt::Event>, Option<attempt::Refusal>> {
        match self.dispatch.send(&Command::Attempt(key, command)) {
            Ok(events) => Ok(events.into_iter().filter_map(|event| Some(event.into_attempt()?.1)).collect::<Vec<_>>()),
            // A command of an attempt is decided by the attempt.
            Err(refusal) => Err(refusal.attempt()),
        }
    }

    fn start(self, key: AttemptKey, edition: EditionRef) {
        if let Ok(events) = self.give(key, attempt::Command::Start { edition }) {
            self.shown_at.note(key.run, &events);
        }
    }
}

#[component]
fn Practise(class: ClassId, unit: UnitId) -> impl IntoView {
    let place = Workplace { student: use_account().id(), class, unit };
    let now = use_now();
    let availability = use_projection(move |replica| availability(&replica.shown().directory, class, unit, now.get()));
    let shown = use_projection(move |replica| shown(replica, &place.key(replica), availability.get()));
    let to_start = use_projection(move |replica| place.to_start(replica, availability.get()));
    let commands = AttemptCommands { dispatch: use_dispatch(), shown_at: ShownAt::never() };
    Effect::new(move |_| {
        if let Some((key, edition)) = to_start.get() {
            commands.start(key, edition);
        }
    });
    let to_finish = use_projection(move |replica| place.to_finish(replica, availability.get()));
    Effect::new(move |_| {
        if let Some((key, ordinal)) = to_finish.get() {
            // Where it is refused, for example by a class that the student has left, there is nothing to say.
            _ = commands.give(key, attempt::Command::NextQuestion { ordinal });
        }
    });
    let seen = move |seen| match seen {
        Seen::Closed(availability) => view! { <Main><Closed class unit availability/></Main> }.into_any(),
        Seen::Open => view! { <Main><AtWork place commands/></Main> }.into_any(),
    };
    let way_on = (Address::Learn, texts().to_course);
    view! { <Showing shown loading=texts().loading_unit way_on nothing=NotFound whole=true children=seen/> }
}

/// The unit, while there is something to practise.
#[component]
fn AtWork(place: Workplace, commands: AttemptCommands) -> impl IntoView {
    let Workplace { class, unit, .. } = place;
    let again = Callback::new(move |()| {
        if let Some((key, edition)) = commands.dispatch.peek(|replica| place.next_run(replica)) {
            commands.start(key, edition);
        }
    });
    let ask = Ask::new(move |command| commands.give(commands.dispatch.peek(|replica| place.key(replica)), command));
    let running = use_projection(move |replica| Some(place.running(replica)));
    let content = use_projection(move |replica| content(replica, &place.key(replica)));
    let tally = use_projection(move |replica| replica.shown().progress.unit(class, unit).tally);
    let needed = use_projection(move |replica| place.needs_update(replica));
    let shown_at = commands.shown_at;
    view! {
        <UpdateNeeded needed/>
        <Work unit running content tally ask again shown_at home=Address::Learn celebrates=true>
            <Changes place=Some((class, unit))/>
            <Inbox/>
        </Work>
    }
}

/// The unit's documents in the edition that the attempt is pinned to, with the corrections of the course.
fn content(replica: &Replica, key: &AttemptKey) -> Option<Content> {
    let edition = edition(replica, key)?;
    Content::at_hand(replica, &edition)
}

fn edition(replica: &Replica, key: &AttemptKey) -> Option<EditionRef> {
    let models = replica.shown();
    models.attempt(key).work().map(|work| work.edition).or_else(|| newest_edition(&models.directory, key.class, key.unit))
}

fn before_start(replica: &Replica, key: &AttemptKey, availability: Availability) -> Shown<Seen> {
    let models = replica.shown();
    let here = edition(replica, key).is_some_and(|edition| replica.library().unit(&edition, key.unit).is_some());
    if !models.directory.admits(key.student, key.class, key.unit) {
        return Shown::of(None, replica.reach());
    }
    let seen = match availability {
        Availability::NotYet(_) | Availability::Over(_) => Some(Seen::Closed(availability)),
        Availability::Open { .. } => here.then_some(Seen::Open),
    };
    Shown::of_known(seen, replica.reach())
}

fn shown(replica: &Replica, key: &AttemptKey, availability: Availability) -> Shown<Seen> {
    match before_start(replica, key, availability) {
        Shown::Ready(Seen::Open) if replica.shown().attempt(key).work().is_none() => Shown::Loading,
        shown => shown,
    }
}

/// A unit that is not yet, or no longer, open: when, and what was done in it.
#[component]
fn Closed(class: ClassId, unit: UnitId, availability: Availability) -> impl IntoView {
    let title = use_projection(move |replica| {
        let models = replica.shown();
        let paper = newest_edition(&models.directory, class, unit).and_then(|edition| replica.library().paper(edition.paper));
        paper.and_then(|paper| Some(paper.unit(unit)?.title().to_owned())).unwrap_or_else(|| texts().opens_later.to_owned())
    });
    let tally = use_projection(move |replica| replica.shown().progress.unit(class, unit).tally);
    let is_later = matches!(availability, Availability::NotYet(_));
    let text = match availability {
        Availability::NotYet(from) => (texts().story.opens)(&device::written(from, texts().language)),
        Availability::Over(until) => (texts().story.is_over)(&device::written(until, texts().language)),
        Availability::Open { .. } => String::new(),
    };
    let counts = move || {
        let tally = tally.get();
        tally.started().then(|| view! { <p>{(texts().answered_right)(tally.answered, tally.right)}</p> })
    };
    view! {
        <header class="heading">
            <p><a href=Address::Learn.to_string()>{texts().your_course}</a></p>
            <PageHeading text=title/>
        </header>
        <section class="sheet closed-unit">
            <p><strong>{text}</strong></p>
            {is_later.then_some(texts().opens_more).map(|more| view! { <p class="quiet">{more}</p> })}
            {counts}
            <div class="actions">
                <a class="button" href=Address::Learn.to_string()>{texts().to_course}</a>
            </div>
        </section>
        <Changes place=Some((class, unit))/>
        <Inbox/>
    }
}
