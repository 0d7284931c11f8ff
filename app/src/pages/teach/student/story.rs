//! The story of one student's work: the newest first, by day and section, so much of it as one can look at.

use super::{
    Told,
    replay::{Replay, Replayed},
    section_title,
    sentences::{StoryLine, Teller, when},
};
use crate::{
    address::Address,
    collation, device,
    doors::{use_address, use_projection},
    texts::texts,
};
use domain::{attempt::AttemptKey, event::Recorded, ids::UnitId, replica::Replica, time::Timestamp};
use leptos::prelude::*;

/// So many steps are shown at first, and so many more at each press.
const PAGE: usize = 80;
/// A pause longer than this ends a lesson, in milliseconds.
const PAUSE_MS_MAX: i64 = 20 * 60 * 1_000;

/// A day of the story.
#[derive(Debug, Clone, PartialEq)]
struct Day {
    name: String,
    stretches: Vec<Stretch>,
}

/// A stretch of work in one section without a longer pause, or something that happened to the student in the class.
#[derive(Debug, Clone, PartialEq)]
struct Stretch {
    title: String,
    attempt: Option<AttemptKey>,
    from: String,
    until: String,
    lines: Vec<StoryLine>,
}

/// What of the story is shown.
#[derive(Debug, Clone, PartialEq, Default)]
struct StoryPart {
    days: Vec<Day>,
    earlier: usize,
}

/// The story.
#[component]
pub fn Story(told: Told) -> impl IntoView {
    let address = use_address();
    let named = Memo::new(move |_| match address.get()? {
        Address::Student { unit, .. } => unit,
        _ => None,
    });
    let unit = RwSignal::new(named.get_untracked());
    let count = RwSignal::new(PAGE);
    Effect::new(move |before: Option<Option<UnitId>>| {
        let now = named.get();
        if before.is_some_and(|before| before != now && now.is_some()) {
            unit.set(now);
        }
        now
    });
    let shown = use_projection(move |replica| shown(replica, told, unit.get(), count.get()));
    let units = use_projection(move |replica| worked_in(replica, told));
    let replayed = RwSignal::new(None::<Replayed>);
    let choose = move |event| {
        count.set(PAGE);
        unit.set(event_target_value(&event).parse().ok());
    };
    let options = move || {
        let option = |(id, title): (UnitId, String)| {
            view! { <option value=id.to_string() prop:selected=move || unit.get() == Some(id)>{title}</option> }
        };
        units.get().into_iter().map(option).collect_view()
    };
    let days = move || shown.get().days.into_iter().map(|day| view! { <OneDay day replayed/> }).collect_view();
    let earlier = Memo::new(move |_| shown.with(|shown| shown.earlier));
    view! {
        <Replay told replayed/>
        <section class="story" aria-labelledby="story">
            <header>
                <h2 id="story">{texts().story.story}</h2>
                <label>
                    {texts().story.show_section} " "
                    <select on:change=choose>
                        <option value="" prop:selected=move || unit.get().is_none()>{texts().story.all_sections}</option>
                        {options}
                    </select>
                </label>
            </header>
            <Show
                when=move || shown.with(|shown| !shown.days.is_empty())
                fallback=|| view! { <p class="quiet">{texts().story.nothing_happened}</p> }
            >
                {days}
                <Show when=move || { earlier.get() > 0 } fallback=|| view! { <p class="quiet">{texts().story.beginning}</p> }>
                    <button class="button" data-kind="quiet" type="button" on:click=move |_| count.update(|count| *count += PAGE)>
                        {move || (texts().story.earlier)(earlier.get())}
                    </button>
                </Show>
            </Show>
        </section>
    }
}

#[component]
fn OneDay(day: Day, replayed: RwSignal<Option<Replayed>>) -> impl IntoView {
    let stretch = move |stretch: Stretch| {
        let Stretch { title, attempt, from, until, lines } = stretch;
        let first = lines.last().map_or(0, |line| line.number);
        let name = (texts().story.replay_of)(&title, &from);
        let replay = attempt.map(|attempt| {
            view! {
                <button
                    class="button"
                    data-kind="plain"
                    type="button"
                    on:click=move |_| replayed.set(Some(Replayed { attempt, number: first }))
                >
                    {texts().story.replay}
                    <span class="unseen">" " {name}</span>
                </button>
            }
        });
        let lines = lines.into_iter().map(|line| view! { <OneLine line/> }).collect_view();
        view! {
            <section>
                <header>
                    <h4>{title}</h4>
                    <p>{(texts().story.lesson)(&from, &until)}</p>
                    {replay}
                </header>
                <ol role="list">{lines}</ol>
            </section>
        }
    };
    view! {
        <section class="story-day">
            <h3>{day.name}</h3>
            {day.stretches.into_iter().map(stretch).collect_view()}
        </section>
    }
}

#[component]
fn OneLine(line: StoryLine) -> impl IntoView {
    let sentences = line.sentences.into_iter().map(|sentence| view! { <p>{sentence}</p> }).collect_view();
    view! {
        <li data-tone=line.tone>
            <time>{line.time}</time>
            <div>{sentences}</div>
        </li>
    }
}

fn unit_of(recorded: &Recorded) -> Option<AttemptKey> {
    recorded.stream().attempt().copied()
}

/// The sections that were worked in, by title.
fn worked_in(replica: &Replica, told: Told) -> Vec<(UnitId, String)> {
    let units: std::collections::BTreeSet<UnitId> =
        told.events.with(|events| events.iter().filter_map(|(_, recorded)| Some(unit_of(recorded)?.unit)).collect());
    let mut named: Vec<(UnitId, String)> =
        units.into_iter().map(|unit| (unit, section_title(replica, unit).unwrap_or_else(|| unit.to_string()))).collect();
    collation::sort_by_words(&mut named, |(_, title)| title.clone());
    named
}

/// The newest steps, so many of them, told and put together by day, section and pause.
fn shown(replica: &Replica, told: Told, unit: Option<UnitId>, count: usize) -> StoryPart {
    told.events.with(|events| {
        told.correctors.with(|correctors| {
            let teller = Teller::of(replica, correctors, told.student, events);
            let of_unit = |recorded: &Recorded| unit.is_none_or(|unit| unit_of(recorded).is_some_and(|key| key.unit == unit));
            let chosen: Vec<&(usize, Recorded)> = events.iter().filter(|(_, recorded)| of_unit(recorded)).collect();
            let earlier = chosen.len().saturating_sub(count);
            StoryPart { days: days(&teller, &chosen[earlier..], told), earlier }
        })
    })
}

/// The last event first.
fn days(teller: &Teller<'_>, chosen: &[&(usize, Recorded)], told: Told) -> Vec<Day> {
    let mut days: Vec<Day> = Vec::new();
    let mut before: Option<(Timestamp, Option<AttemptKey>)> = None;
    for (number, recorded) in chosen.iter().rev() {
        let (at, attempt) = (when(recorded, told.student), unit_of(recorded));
        let line = teller.line(*number, recorded);
        let day = device::day_in_full(at, texts().language);
        let goes_on = before.is_some_and(|(later, of)| of == attempt && (later.0 - at.0).abs() <= PAUSE_MS_MAX);
        before = Some((at, attempt));
        if days.last().is_none_or(|last| last.name != day) {
            days.push(Day { name: day, stretches: Vec::new() });
        }
        let Some(today) = days.last_mut() else { continue };
        match today.stretches.last_mut().filter(|_| goes_on) {
            Some(stretch) => {
                stretch.from.clone_from(&line.time);
                stretch.lines.push(line);
            }
            None => {
                let title = attempt.map_or_else(|| texts().story.class_events.to_owned(), |key| teller.title(&key));
                let (from, until) = (line.time.clone(), line.time.clone());
                today.stretches.push(Stretch { title, attempt, from, until, lines: vec![line] });
            }
        }
    }
    days
}
