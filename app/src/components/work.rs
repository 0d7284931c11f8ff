//! A unit at work: its heading with the streak, the advice at a stumbling block, the question on its sheet. It knows the attempt and where
//! commands go, not who works nor whether it counts.

use crate::{
    address::Address,
    components::{
        arrival::PageHeading,
        celebration::Celebration,
        explanation::{Explanation, StumblingBlock},
        question::{Ask, Content, Presses, QuestionSheet},
        streak::Slots,
    },
    device,
    texts::texts,
};
use domain::{
    attempt::{self, Attempt, Reckoning, Towards},
    content::Rule,
    ids::UnitId,
    projections::tally::Tally,
};
use leptos::prelude::*;

/// An attempt with the number of its run.
#[derive(Debug, Clone, PartialEq)]
pub struct Running {
    /// Counts from 1.
    pub number: u32,
    /// The attempt.
    pub attempt: Attempt,
}

/// When a question was put before the student, to tell how long the answer took: run, ordinal, and the monotonic clock.
#[derive(Debug, Clone, Copy)]
pub struct ShownAt(StoredValue<Option<(u32, u32, f64)>>);

impl ShownAt {
    /// None was, on this page.
    pub fn never() -> Self {
        Self(StoredValue::new(None))
    }

    /// Notes it, if one of these events says so.
    pub fn note(self, run: u32, events: &[attempt::Event]) {
        for event in events {
            if let attempt::Event::QuestionAssigned { ordinal, .. } = event {
                self.0.set_value(Some((run, *ordinal, device::monotonic_ms())));
            }
        }
    }

    fn of(self, run: u32, ordinal: u32) -> Option<f64> {
        self.0.get_value().filter(|shown| (shown.0, shown.1) == (run, ordinal)).map(|shown| shown.2)
    }
}

/// Where the run stands, apart from its question.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Run {
    number: u32,
    rule: Rule,
    reckoning: Reckoning,
    ended: bool,
}

impl Run {
    fn of(running: &Running) -> Option<Self> {
        let work = running.attempt.work()?;
        Some(Self {
            number: running.number,
            rule: work.rule,
            reckoning: work.reckoning,
            ended: matches!(running.attempt, Attempt::Ended(..)),
        })
    }

    fn towards(&self) -> Towards {
        self.rule.towards(self.reckoning)
    }
}

/// The unit at work, once there is an attempt.
#[component]
pub fn Work(
    /// The unit.
    unit: UnitId,
    /// The latest run.
    running: Memo<Option<Running>>,
    /// The unit's documents.
    content: Memo<Option<Content>>,
    /// The counts over all runs.
    tally: Memo<Tally>,
    /// Where commands go.
    ask: Ask,
    /// Begins the next run.
    again: Callback<()>,
    /// When questions were put before the student.
    shown_at: ShownAt,
    /// The address of the page above.
    home: Address,
    /// A finished section is celebrated, with a way on.
    #[prop(optional)]
    celebrates: bool,
    /// What stands under the heading.
    #[prop(optional)]
    children: Option<ChildrenFn>,
) -> impl IntoView {
    let run = Memo::new(move |_| running.with(|running| Run::of(running.as_ref()?)));
    let presses = Presses::none();
    let celebrating = RwSignal::new(false);
    let left = Callback::new(move |events: Vec<attempt::Event>| {
        shown_at.note(run.get_untracked().map_or(1, |run| run.number), &events);
        celebrating.set(celebrates && events.contains(&attempt::Event::SectionFinished {}));
    });
    let keep_practising = Callback::new(move |()| celebrating.set(false));
    let title = Memo::new(move |_| {
        content.with(|content| content.as_ref().and_then(|content| Some(content.paper.unit(unit)?.title().to_owned()))).unwrap_or_default()
    });
    let celebration = move || view! { <Celebrated run title tally keep_practising/> };
    let children = StoredValue::new(children);
    view! {
        <header class="heading">
            <Crumbs content unit home/>
            <Show when=move || !celebrating.get()>
                <PageHeading text=title/>
                <Progress run/>
            </Show>
        </header>
        <Show when=move || !celebrating.get() fallback=celebration>
            {children.with_value(|children| children.as_ref().map(|children| children()))}
            <Done run title/>
            <Advised run content unit>
                <QuestionAsked run running content ask again shown_at presses left/>
            </Advised>
        </Show>
    }
}

/// The question that the run asks now, on its sheet.
#[component]
fn QuestionAsked(
    run: Memo<Option<Run>>,
    running: Memo<Option<Running>>,
    content: Memo<Option<Content>>,
    ask: Ask,
    again: Callback<()>,
    shown_at: ShownAt,
    presses: Presses,
    /// Called with what followed from leaving the question.
    left: Callback<Vec<attempt::Event>>,
) -> impl IntoView {
    let current = Memo::new(move |_| running.with(|running| running.as_ref()?.attempt.current().cloned()));
    // Only another question makes another sheet: what is typed stays while other things happen.
    let asked = Memo::new(move |_| {
        let run = run.get()?.number;
        current.with(|current| current.as_ref().map(|current| (run, current.ordinal, current.question)))
    });
    let ended = Memo::new(move |_| run.get().is_some_and(|run| run.ended));
    let corrections =
        Memo::new(move |_| content.with(|content| content.as_ref().map(|content| content.corrections.clone())).unwrap_or_default());
    move || {
        let (number, ordinal, question) = asked.get()?;
        let content = content.get_untracked()?;
        let first = current.get_untracked()?;
        let current = Memo::new(move |_| {
            let same = asked.get() == Some((number, ordinal, question));
            if same { current.get() } else { None }
        });
        let shown_ms = shown_at.of(number, ordinal);
        Some(view! { <QuestionSheet ask content first current ended shown_ms presses left again corrections/> })
    }
}

/// The section that was finished just now.
#[component]
fn Celebrated(
    run: Memo<Option<Run>>,
    title: Memo<String>,
    tally: Memo<Tally>,
    /// Called when the student would rather go on here.
    keep_practising: Callback<()>,
) -> impl IntoView {
    let goal = run.get_untracked().map_or(0, |run| u32::from(run.rule.goal()));
    let Tally { answered, right, .. } = tally.get_untracked();
    view! { <Celebration title=title.get_untracked() goal answered right keep_practising/> }
}

/// The course, and the chapter of the unit.
#[component]
pub fn Crumbs(
    /// The unit's documents.
    content: Memo<Option<Content>>,
    /// The unit.
    unit: UnitId,
    /// The address of the page above.
    home: Address,
) -> impl IntoView {
    let names = Memo::new(move |_| {
        content.with(|content| {
            let paper = &content.as_ref()?.paper;
            let chapter = paper.chapters.iter().find(|chapter| chapter.units().any(|one| one.id() == unit))?;
            Some((paper.title.clone(), chapter.title.clone()))
        })
    });
    let names = move || names.get().unwrap_or_default();
    view! {
        <p>
            <a href=home.to_string()>{move || names().0}</a>
            " · "
            {move || names().1}
        </p>
    }
}

#[component]
fn Progress(run: Memo<Option<Run>>) -> impl IntoView {
    let towards = move || run.get().map(|run| run.towards()).unwrap_or_default();
    let goal = Memo::new(move |_| u32::from(towards().goal));
    let streak = Memo::new(move |_| u32::from(towards().done));
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
        let run = run.get().filter(|run| run.reckoning.finished)?;
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
    let explanation = Memo::new(move |_| content.with(|content| content.as_ref()?.paper.unit(unit)?.explanation().cloned()));
    let stuck = Memo::new(move |_| run.get().is_some_and(|run| run.reckoning.stuck));
    let misses = move || run.get_untracked().map_or(0, |run| u32::from(run.rule.stumbles_at().unwrap_or(run.reckoning.misses)));
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
