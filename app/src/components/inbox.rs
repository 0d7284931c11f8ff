//! Answers that were refused or came out otherwise: the reason, and what was entered, kept until it was seen.

use crate::{
    device,
    doors::{use_inbox, use_projection},
    texts::texts,
    wording::{in_words, prompt},
};
use domain::{
    attempt,
    command::Command,
    content::{Question, Unit},
    event::StreamId,
    ids::DeviceId,
    protocol::Outcome,
    replica::{Group, Replica, storage::Settled},
    time::Timestamp,
};
use leptos::prelude::*;

/// One of them, in words.
#[derive(Debug, Clone, PartialEq)]
struct Item {
    device: DeviceId,
    number: u64,
    at: Timestamp,
    /// Why.
    why: String,
    /// What was entered, field by field.
    entered: Vec<String>,
    /// Where.
    section: Option<String>,
    /// How many steps were refused because they built on this.
    later: usize,
}

/// All of them; nothing if there are none.
#[component]
pub fn Inbox() -> impl IntoView {
    let inbox = use_inbox();
    let items = use_projection(items);
    let row = move |item: Item| {
        let Item { device, number, at, why, entered, section, later } = item;
        let when = device::written(at, texts().language);
        let place = section.map_or_else(|| when.clone(), |section| format!("{section} · {when}"));
        view! {
            <li>
                <div>
                    <p>{why}</p>
                    {entered.into_iter().map(|text| view! { <blockquote>{text}</blockquote> }).collect_view()}
                    {(later > 0).then(|| view! { <p>{(texts().built_on_it)(later)}</p> })}
                    <p class="quiet">{place}</p>
                </div>
                <button
                    class="button"
                    data-kind="quiet"
                    type="button"
                    on:click=move |_| inbox.dismiss(device, number)
                >
                    {texts().dismiss}
                </button>
            </li>
        }
    };
    view! {
        <Show when=move || items.with(|items| !items.is_empty())>
            <section class="inbox" aria-labelledby="inbox">
                <h2 id="inbox">{move || (texts().inbox)(items.with(Vec::len))}</h2>
                <ul role="list">
                    <For each=move || items.get() key=|item| (item.device, item.number, item.later) children=row/>
                </ul>
            </section>
        </Show>
    }
}

/// What built on something that was refused stands under that, not by itself.
fn items(replica: &Replica) -> Vec<Item> {
    let of_group = |group: Group<'_>| Item { later: group.dependents.len() + group.others, ..item(replica, group.first) };
    replica.inbox_groups().into_iter().map(of_group).collect()
}

fn item(replica: &Replica, settled: &Settled) -> Item {
    let (unit, asked) = unit_of(replica, settled).map_or((None, None), |(unit, question)| (Some(unit), question));
    let command = Command::read(&settled.command.stream, &settled.command.body).ok();
    let inputs = command.as_ref().and_then(|command| command.attempt()?.1.inputs()).unwrap_or_default();
    let field = |index: usize| asked.and_then(|question| question.fields.get(index));
    let entered = inputs.iter().enumerate().map(|(index, input)| in_words(field(index), input)).collect();
    let prompt = asked.map(prompt);
    let why = match &settled.outcome {
        Outcome::Accepted { .. } => (texts().changed)(prompt.as_deref()),
        Outcome::Refused(refusal) => (texts().refused)(prompt.as_deref(), (texts().refusal)(refusal)),
        Outcome::Forbidden {} => (texts().refused)(prompt.as_deref(), texts().forbidden),
    };
    let (device, number, at) = (settled.device, settled.number, settled.command.at);
    Item { device, number, at, why, entered, section: unit.map(|unit| unit.title().to_owned()), later: 0 }
}

/// The unit that an answer was given in, and the question.
fn unit_of<'r>(replica: &'r Replica, settled: &Settled) -> Option<(Unit<'r>, Option<&'r Question>)> {
    let StreamId::Attempt(key) = settled.command.stream else { return None };
    let models = replica.shown();
    let edition = models.attempt(&key).work()?.edition;
    let unit = replica.library().paper(edition.paper)?.unit(key.unit)?;
    let Ok(Command::Attempt(_, attempt::Command::SubmitAnswer { ordinal, .. })) =
        Command::read(&settled.command.stream, &settled.command.body)
    else {
        return Some((unit, None));
    };
    let question = attempt::question_at(key.id(), ordinal, unit).and_then(|id| unit.question(id));
    Some((unit, question))
}
