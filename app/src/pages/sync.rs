//! What this device has, what waits, and whether it is sound: for the curious and for support.

use crate::{
    components::{arrival::PageHeading, inbox::Inbox, notices::Main, saved::use_saved},
    device::{self, Room},
    doors::{Stored, ThisDevice, use_device, use_projection, use_projections},
    texts::texts,
};
use domain::{
    command::Command,
    feeds::Feed,
    protocol::{BUILD, Mark},
    replica::{Replica, storage::Queued},
};
use leptos::{prelude::*, task::spawn_local};
use std::time::Duration;

/// What is stored is looked at again so long after something was new.
const LOOK_AFTER: Duration = Duration::from_millis(400);

/// The page.
#[component]
pub fn Sync() -> impl IntoView {
    let (this, projections) = (use_device(), use_projections());
    let stored = RwSignal::new(None::<Stored>);
    let room = RwSignal::new(None::<Room>);
    let is_looking = RwSignal::new(false);
    Effect::new(move |_| {
        projections.read(|_| ());
        if is_looking.get_untracked() {
            return;
        }
        is_looking.set(true);
        device::after(LOOK_AFTER, move || {
            // A page that was left has nothing to look at.
            if is_looking.try_set(false).is_none() {
                spawn_local(look(this, stored, room));
            }
        });
    });
    view! {
        <Main wide=true>
            <header class="heading">
                <PageHeading text=texts().sync/>
                <p>{texts().sync_more}</p>
            </header>
            <Meaning/>
            <Line stored/>
            <Feeds stored/>
            <Outbox stored/>
            <section class="facts-section" aria-labelledby="inbox-title">
                <h2 id="inbox-title">{texts().inbox_title}</h2>
                <InboxOrNothing/>
            </section>
            <Room stored room/>
            <Check/>
            <Support/>
        </Main>
    }
}

/// What the word in the bar means, for whoever has pressed it.
#[component]
fn Meaning() -> impl IntoView {
    let saved = use_saved();
    view! {
        <p class="sync-meaning">
            <strong>{move || saved.get().words()}</strong>
            ": "
            {move || saved.get().meaning()}
        </p>
    }
}

async fn look(this: ThisDevice, stored: RwSignal<Option<Stored>>, room: RwSignal<Option<Room>>) {
    let found = this.look().await;
    // A page that was left meanwhile needs nothing any more.
    _ = stored.try_set(found);
    _ = room.try_set(device::room().await);
}

#[component]
fn Line(stored: RwSignal<Option<Stored>>) -> impl IntoView {
    let live = use_projection(Replica::is_live);
    let offline = use_projection(Replica::is_offline);
    let this = use_device();
    let none = || texts().none_yet.to_owned();
    let log =
        move || stored.with(|stored| stored.as_ref()?.log).map_or_else(none, |(log, era)| (texts().log_and_era)(&log.to_string(), era));
    let device = move || stored.with(|stored| stored.as_ref()?.device).map_or_else(none, |device| device.to_string());
    let epoch = move || stored.with(|stored| stored.as_ref().map_or(0, |stored| stored.epoch));
    view! {
        <section class="facts-section" aria-labelledby="line-title">
            <h2 id="line-title">{texts().connection}</h2>
            <dl class="facts">
                <div>
                    <dt>{texts().connection}</dt>
                    <dd>{move || (texts().connection_state)(live.get(), offline.get())}</dd>
                </div>
                <div>
                    <dt>{texts().this_tab}</dt>
                    <dd>{move || (texts().tab_role)(this.ownership())}</dd>
                </div>
                <div>
                    <dt>{texts().epoch}</dt>
                    <dd>{epoch}</dd>
                </div>
                <div>
                    <dt>{texts().build}</dt>
                    <dd>{BUILD}</dd>
                </div>
                <div>
                    <dt>{texts().log}</dt>
                    <dd>{log}</dd>
                </div>
                <div>
                    <dt>{texts().device}</dt>
                    <dd>{device}</dd>
                </div>
            </dl>
        </section>
    }
}

#[component]
fn Feeds(stored: RwSignal<Option<Stored>>) -> impl IntoView {
    let feeds = move || stored.with(|stored| stored.as_ref().map(|stored| stored.feeds.clone()).unwrap_or_default());
    let row = |(feed, mark): (Feed, Mark)| {
        view! {
            <tr>
                <th scope="row">
                    {(texts().feed_name)(&feed)} <small>{feed.to_string()}</small>
                </th>
                <td>{mark.after}</td>
                <td>{mark.generation}</td>
                <td>
                    <code>{mark.digest.to_string()}</code>
                </td>
            </tr>
        }
    };
    view! {
        <section class="facts-section">
            <h2 id="feeds-title">{texts().feeds}</h2>
            <div class="scroller" tabindex="0" role="group" aria-labelledby="feeds-title">
                <table class="facts-table">
                    <caption>{texts().feeds_more}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{texts().feed}</th>
                            <th scope="col">{texts().events}</th>
                            <th scope="col">{texts().generation}</th>
                            <th scope="col">{texts().digest}</th>
                        </tr>
                    </thead>
                    <tbody>
                        <For each=feeds key=|(feed, mark)| (*feed, mark.generation, mark.after, mark.digest) children=row/>
                    </tbody>
                </table>
            </div>
        </section>
    }
}

#[component]
fn Outbox(stored: RwSignal<Option<Stored>>) -> impl IntoView {
    let waiting = use_projection(waiting);
    let sealed = move || stored.with(|stored| stored.as_ref().map_or(0, |stored| stored.sealed));
    let row = |(number, queued, state): (Option<u64>, Queued, String)| {
        let command = Command::read(&queued.stream, &queued.body).ok();
        view! {
            <tr>
                <th scope="row">{number.map_or_else(|| texts().none_yet.to_owned(), |number| number.to_string())}</th>
                <td>{device::written(queued.at, texts().language)}</td>
                <td>{(texts().command_name)(command.as_ref())}</td>
                <td>{state}</td>
            </tr>
        }
    };
    view! {
        <section class="facts-section">
            <h2 id="outbox-title">{texts().outbox}</h2>
            <Show
                when=move || waiting.with(|waiting| !waiting.is_empty())
                fallback=|| view! { <p>{texts().outbox_empty}</p> }
            >
                <div class="scroller" tabindex="0" role="group" aria-labelledby="outbox-title">
                    <table class="facts-table">
                        <caption>{texts().outbox_more}</caption>
                        <thead>
                            <tr>
                                <th scope="col">{texts().number}</th>
                                <th scope="col">{texts().given_at}</th>
                                <th scope="col">{texts().what}</th>
                                <th scope="col">{texts().saved}</th>
                            </tr>
                        </thead>
                        <tbody>
                            <For each=move || waiting.get() key=|(number, queued, state)| (*number, queued.at, state.clone()) children=row/>
                        </tbody>
                    </table>
                </div>
                <Show when=move || { sealed() > 0 }>
                    <p class="quiet">{move || (texts().sealed)(sealed())}</p>
                </Show>
            </Show>
        </section>
    }
}

/// The commands that wait: number, command, how settled it is.
fn waiting(replica: &Replica) -> Vec<(Option<u64>, Queued, String)> {
    let words = |(number, queued, state): (Option<u64>, &Queued, _)| (number, queued.clone(), (texts().sync_state)(&state, false));
    replica.pending().map(words).collect()
}

#[component]
fn InboxOrNothing() -> impl IntoView {
    let nothing = use_projection(|replica| replica.inbox().is_empty());
    view! {
        <Show when=move || nothing.get()>
            <p>{texts().inbox_empty}</p>
        </Show>
        <Inbox/>
    }
}

#[component]
fn Room(stored: RwSignal<Option<Stored>>, room: RwSignal<Option<Room>>) -> impl IntoView {
    let none = || texts().none_yet.to_owned();
    let used = move || room.get().map_or_else(none, |room| (texts().used_of)(room.used, room.quota));
    let persisted = move || room.get().map_or(texts().none_yet, |room| (texts().persisted)(room.persisted));
    let results = move || stored.with(|stored| stored.as_ref().map_or(0, |stored| stored.results.len()));
    let folds = move || {
        let folds = stored.with(|stored| stored.as_ref().map(|stored| stored.snapshots.clone()).unwrap_or_default());
        if folds.is_empty() {
            return none();
        }
        folds.iter().map(|(name, version, bytes)| (texts().fold)(name, *version, *bytes)).collect::<Vec<_>>().join("; ")
    };
    view! {
        <section class="facts-section" aria-labelledby="storage-title">
            <h2 id="storage-title">{texts().storage}</h2>
            <dl class="facts">
                <div>
                    <dt>{texts().used}</dt>
                    <dd>{used}</dd>
                </div>
                <div>
                    <dt>{texts().kept_by_browser}</dt>
                    <dd>{persisted}</dd>
                </div>
                <div>
                    <dt>{texts().results_kept}</dt>
                    <dd>{results}</dd>
                </div>
                <div>
                    <dt>{texts().folds_kept}</dt>
                    <dd>{folds}</dd>
                </div>
            </dl>
        </section>
    }
}

#[component]
fn Check() -> impl IntoView {
    let this = use_device();
    let said = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let check = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        said.set(Some(texts().checking.to_owned()));
        spawn_local(async move {
            let words = match this.check().await {
                None => texts().check_failed.to_owned(),
                Some(checked) if checked.bad.is_empty() => (texts().checked)(checked.chunks, checked.events),
                Some(checked) => {
                    let bad: Vec<String> = checked.bad.iter().map(|(feed, first)| format!("{feed} {first}")).collect();
                    (texts().found_bad)(checked.chunks, &bad)
                }
            };
            // A page that was left meanwhile needs no answer.
            _ = said.try_set(Some(words));
            _ = busy.try_set(false);
        });
    };
    view! {
        <section class="facts-section" aria-labelledby="check-title">
            <h2 id="check-title">{texts().check_events}</h2>
            <p class="quiet">{texts().check_events_more}</p>
            <div class="actions">
                <button class="button" data-kind="quiet" type="button" aria-busy=move || busy.get().then_some("true") on:click=check>
                    {texts().check_events}
                </button>
                <p role="status">{move || said.get()}</p>
            </div>
        </section>
    }
}

#[component]
fn Support() -> impl IntoView {
    let this = use_device();
    let said = RwSignal::new(None::<&'static str>);
    let save = move |_| {
        spawn_local(async move {
            match this.bundle().await {
                Some(bundle) => {
                    let text = serde_json::to_string_pretty(&bundle).expect("a bundle has text keys only, so it always serialises");
                    device::offer_file(&format!("leftfold-support-{}.json", bundle.at.0), &text);
                }
                // A page that was left meanwhile needs no answer.
                None => _ = said.try_set(Some(texts().check_failed)),
            }
        });
    };
    view! {
        <section class="facts-section" aria-labelledby="bundle-title">
            <h2 id="bundle-title">{texts().bundle}</h2>
            <p class="quiet">{texts().bundle_more}</p>
            <div class="actions">
                <button class="button" data-kind="quiet" type="button" on:click=save>{texts().save_bundle}</button>
                <p role="status">{move || said.get()}</p>
            </div>
        </section>
    }
}
