//! Practising a unit: it starts or resumes at once, and its address stays the same throughout.

use crate::{
    components::{
        arrival::PageHeading,
        celebration::Celebration,
        explanation::{Explanation, StumblingBlock},
        inbox::Inbox,
        loading::{Blank, Loading},
        notices::{Main, UpdateNeeded},
        question::{Content, Presses, QuestionSheet},
        streak::Slots,
    },
    device,
    dispatch::{use_client, use_dispatch, use_projection},
    pages::not_found::NotFound,
    texts::texts,
};
use domain::{
    attempt::{self, Attempt, AttemptKey, EditionRef},
    command::Command,
    content::Rule,
    decision::newest_edition,
    event::{Event, StreamId},
    ids::{ClassId, UnitId},
    replica::Replica,
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

/// The page.
#[component]
pub fn Unit() -> impl IntoView {
    let params = use_params_map();
    let place = Memo::new(move |_| {
        let params = params.read();
        Some((params.get("class")?.parse::<ClassId>().ok()?, params.get("unit")?.parse::<UnitId>().ok()?))
    });
    move || match place.get() {
        Some((class, unit)) => view! { <Practise class unit/> }.into_any(),
        None => view! { <NotFound/> }.into_any(),
    }
}

/// Whether there is something to practise.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Stage {
    Loading,
    NotHere,
    NotAssigned,
    Ready,
}

/// Where the run stands, apart from its question.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Run {
    number: u32,
    rule: Rule,
    streak: u32,
    misses: u32,
    stuck: bool,
    finished: bool,
    ended: bool,
}

#[component]
fn Practise(class: ClassId, unit: UnitId) -> impl IntoView {
    let student = use_client().peek(Replica::account);
    let key = move |replica: &Replica| {
        let run = replica.shown().progress.unit(class, unit).run.max(1);
        AttemptKey { student, class, unit, run }
    };
    let stage = use_projection(move |replica| stage(replica, &key(replica)));
    let to_start = use_projection(move |replica| {
        let ready = stage_before_start(replica, &key(replica)) == Stage::Ready && !replica.is_catching_up();
        let fresh = *replica.shown().attempt(&key(replica)) == Attempt::NotStarted;
        if ready && fresh { Some((key(replica), newest_edition(&replica.shown().directory, class, unit)?)) } else { None }
    });
    let dispatch = use_dispatch();
    let shown_ms = StoredValue::new(None::<(u32, u32, f64)>);
    let start = move |key: AttemptKey, edition: EditionRef| {
        let command = Command::Attempt(attempt::Command::Start { edition });
        if let Ok(events) = dispatch.send(StreamId::Attempt(key), &command) {
            note_shown(shown_ms, key.run, &events);
        }
    };
    Effect::new(move |_| {
        if let Some((key, edition)) = to_start.get() {
            start(key, edition);
        }
    });
    let again = Callback::new(move |()| {
        let next = dispatch.peek(|replica| {
            let key = key(replica);
            Some((AttemptKey { run: key.run + 1, ..key }, newest_edition(&replica.shown().directory, class, unit)?))
        });
        if let Some((key, edition)) = next {
            start(key, edition);
        }
    });
    let needed = use_projection(move |replica| {
        let models = replica.shown();
        let course = models.directory.class(class).and_then(|members| Some(members.units.get(&unit)?.course));
        course.is_some_and(|course| models.unit_needs_update(class, unit, course))
    });
    move || match stage.get() {
        Stage::Loading => view! { <Main><Loading what=texts().loading_unit/></Main> }.into_any(),
        Stage::NotHere => {
            let way_on = ("/learn", texts().to_course);
            view! { <Main><Blank title=texts().no_content more=texts().no_content_more way_on/></Main> }.into_any()
        }
        Stage::NotAssigned => view! { <NotFound/> }.into_any(),
        Stage::Ready => view! { <Main><UpdateNeeded needed/><Work class unit shown_ms again/></Main> }.into_any(),
    }
}

/// Remembers when a question was put before the student, to tell how long the answer took.
fn note_shown(shown_ms: StoredValue<Option<(u32, u32, f64)>>, run: u32, events: &[Event]) {
    for event in events {
        if let Event::Attempt(attempt::Event::QuestionAssigned { ordinal, .. }) = event {
            shown_ms.set_value(Some((run, *ordinal, device::monotonic_ms())));
        }
    }
}

fn edition(replica: &Replica, key: &AttemptKey) -> Option<EditionRef> {
    let models = replica.shown();
    models.attempt(key).work().map(|work| work.edition).or_else(|| newest_edition(&models.directory, key.class, key.unit))
}

fn stage_before_start(replica: &Replica, key: &AttemptKey) -> Stage {
    let models = replica.shown();
    let here = edition(replica, key).is_some_and(|edition| replica.library().unit(&edition, key.unit).is_some());
    let admitted = models.directory.admits(key.student, key.class, key.unit);
    let reached = replica.is_live() && !replica.is_catching_up();
    match (replica.is_ready(), admitted, here) {
        (false, _, _) => Stage::Loading,
        (true, true, true) => Stage::Ready,
        (true, false, _) if reached => Stage::NotAssigned,
        (true, _, _) if replica.is_offline() => Stage::NotHere,
        (true, _, _) => Stage::Loading,
    }
}

fn stage(replica: &Replica, key: &AttemptKey) -> Stage {
    match stage_before_start(replica, key) {
        Stage::Ready if replica.shown().attempt(key).work().is_none() => Stage::Loading,
        stage @ (Stage::Ready | Stage::Loading | Stage::NotHere | Stage::NotAssigned) => stage,
    }
}

/// The page once there is an attempt.
#[component]
fn Work(class: ClassId, unit: UnitId, shown_ms: StoredValue<Option<(u32, u32, f64)>>, again: Callback<()>) -> impl IntoView {
    let student = use_client().peek(Replica::account);
    let key = move |replica: &Replica| {
        let run = replica.shown().progress.unit(class, unit).run.max(1);
        AttemptKey { student, class, unit, run }
    };
    let attempt = use_projection(key);
    let content = use_projection(move |replica| {
        let edition = edition(replica, &key(replica))?;
        let library = replica.library();
        let corrections =
            replica.shown().directory.course(edition.course).map(|course| course.contents.corrections.clone()).unwrap_or_default();
        Some(Content {
            paper: library.paper(edition.paper)?.clone(),
            key: library.key(edition.key)?.clone(),
            edition: edition.number,
            corrections,
        })
    });
    let run = use_projection(move |replica| {
        let key = key(replica);
        let attempt = replica.shown().attempt(&key);
        let work = attempt.work()?;
        Some(Run {
            number: key.run,
            rule: work.rule,
            streak: u32::from(work.streak),
            misses: u32::from(work.misses),
            stuck: work.stuck,
            finished: work.finished,
            ended: matches!(attempt, Attempt::Ended(_)),
        })
    });
    let current = use_projection(move |replica| replica.shown().attempt(&key(replica)).work()?.current.clone());
    // Only another question makes another sheet: what is typed stays while other things happen.
    let asked = Memo::new(move |_| {
        let run = run.get()?.number;
        current.with(|current| current.as_ref().map(|current| (run, current.ordinal, current.question)))
    });
    let tally = use_projection(move |replica| replica.shown().progress.unit(class, unit).tally);
    let presses = Presses::none();
    let celebrating = RwSignal::new(false);
    let left = Callback::new(move |events: Vec<Event>| {
        note_shown(shown_ms, run.get_untracked().map_or(1, |run| run.number), &events);
        celebrating.set(events.contains(&Event::Attempt(attempt::Event::SectionFinished {})));
    });
    let keep_practising = Callback::new(move |()| celebrating.set(false));
    let ended = Memo::new(move |_| run.get().is_some_and(|run| run.ended));
    let title = Memo::new(move |_| {
        content.with(|content| content.as_ref().and_then(|content| Some(content.paper.section(unit)?.title.clone()))).unwrap_or_default()
    });
    let goal = Memo::new(move |_| run.get().map_or(0, |run| u32::from(run.rule.streak())));
    let corrections =
        Memo::new(move |_| content.with(|content| content.as_ref().map(|content| content.corrections.clone())).unwrap_or_default());
    let sheet = move || {
        let (number, ordinal, question) = asked.get()?;
        let content = content.get_untracked()?;
        let first = current.get_untracked()?;
        let attempt = attempt.get_untracked();
        let current = Memo::new(move |_| {
            let same = asked.get() == Some((number, ordinal, question));
            if same { current.get() } else { None }
        });
        let shown_ms = shown_ms.get_value().filter(|shown| (shown.0, shown.1) == (number, ordinal)).map(|shown| shown.2);
        Some(view! { <QuestionSheet attempt content first current ended shown_ms presses left again corrections/> })
    };
    let celebration = move || {
        view! {
            <Celebration
                title=title.get_untracked()
                goal=goal.get_untracked()
                answered=tally.get_untracked().answered
                right=tally.get_untracked().right
                keep_practising
            />
        }
    };
    view! {
        <header class="heading">
            <Crumbs content unit/>
            <Show when=move || !celebrating.get()>
                <PageHeading text=title/>
                <Progress run/>
            </Show>
        </header>
        <Show when=move || !celebrating.get() fallback=celebration>
            <Inbox/>
            <Done run title/>
            <Advised run content unit>{sheet}</Advised>
        </Show>
    }
}

#[component]
fn Crumbs(content: Memo<Option<Content>>, unit: UnitId) -> impl IntoView {
    let names = Memo::new(move |_| {
        content.with(|content| {
            let paper = &content.as_ref()?.paper;
            let chapter = paper.chapters.iter().find(|chapter| chapter.sections.iter().any(|section| section.id == unit))?;
            Some((paper.title.clone(), chapter.title.clone()))
        })
    });
    let names = move || names.get().unwrap_or_default();
    view! {
        <p>
            <a href="/learn">{move || names().0}</a>
            " · "
            {move || names().1}
        </p>
    }
}

#[component]
fn Progress(run: Memo<Option<Run>>) -> impl IntoView {
    let goal = Memo::new(move |_| run.get().map_or(0, |run| u32::from(run.rule.streak())));
    let streak = Memo::new(move |_| run.get().map_or(0, |run| run.streak.min(goal.get())));
    view! {
        <div class="streak">
            {move || view! { <Slots streak goal=goal.get()/> }}
            <p>{move || (texts().right_in_a_row)(streak.get(), goal.get())}</p>
        </div>
    }
}

/// Says that the section is finished, or the drill passed, also after a reload.
#[component]
fn Done(run: Memo<Option<Run>>, title: Memo<String>) -> impl IntoView {
    let text = Memo::new(move |_| {
        let run = run.get().filter(|run| run.finished)?;
        Some(if run.ended { (texts().passed)(&title.get()) } else { texts().finished_already.to_owned() })
    });
    move || {
        text.get().map(|text| {
            view! {
                <div class="notice" data-tone="good">
                    <p>{text}</p>
                </div>
            }
        })
    }
}

/// The question, under the advice at a stumbling block, with the explanation.
#[component]
fn Advised(run: Memo<Option<Run>>, content: Memo<Option<Content>>, unit: UnitId, children: Children) -> impl IntoView {
    let reading = RwSignal::new(false);
    let explanation = Memo::new(move |_| content.with(|content| content.as_ref()?.paper.section(unit)?.explanation.clone()));
    let stuck = Memo::new(move |_| run.get().is_some_and(|run| run.stuck));
    let misses = move || match run.get_untracked().map(|run| run.rule) {
        Some(Rule::SectionTest { stumble, .. }) => u32::from(stumble),
        Some(Rule::Drill { .. }) | None => run.get_untracked().map_or(0, |run| run.misses),
    };
    // Whoever comes out of the block has the page back as it was.
    Effect::new(move |_| {
        if !stuck.get() {
            reading.set(false);
        }
    });
    let advice =
        move || stuck.get().then(|| view! { <StumblingBlock misses=misses() explained=explanation.get_untracked().is_some() reading/> });
    let read_now = move || explanation.get().filter(|_| reading.get()).map(|html| view! { <Explanation html read_now=true/> });
    let at_hand = move || explanation.get().filter(|_| !reading.get()).map(|html| view! { <Explanation html open=stuck.get()/> });
    view! {
        {advice}
        {read_now}
        {children()}
        {at_hand}
    }
}
