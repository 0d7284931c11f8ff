//! Quiet alerts: somebody met a stumbling block, or has done nothing for three minutes. Each once per occurrence, until it is over or
//! dismissed.

use super::state::State;
use crate::{components::teach::names::called, doors::use_projection, texts::texts};
use domain::views::situation::{Alert, Need};
use leptos::prelude::*;
use std::collections::BTreeSet;

/// The alerts; nothing but an empty region while there are none.
#[component]
pub fn Alerts(state: State) -> impl IntoView {
    // None until it is known what was so when the page opened: that is told by the list, not by an alert.
    let dismissed = RwSignal::new(None::<BTreeSet<Alert>>);
    // What comes while this device catches up is no news either.
    let is_current = use_projection(|replica| replica.is_live() && replica.is_caught_up() && !replica.is_catching_up());
    let is_watching = Memo::new(move |_| is_current.get() && state.moment.is_live() && state.counts.with(Option::is_some));
    Effect::new(move |was_watching: Option<bool>| {
        let is_watching = is_watching.get();
        let possible = state.possible.get();
        if !is_watching {
            dismissed.set(None);
        } else if was_watching != Some(true) {
            dismissed.set(Some(state.needy.with_untracked(|needy| needy.iter().map(|needy| needy.alert).collect())));
        } else {
            dismissed.update(|dismissed| _ = dismissed.as_mut().map(|dismissed| dismissed.retain(|alert| possible.contains(alert))));
        }
        is_watching
    });
    let raised = Memo::new(move |_| {
        let dismissed = dismissed.read();
        let Some(dismissed) = dismissed.as_ref() else { return Vec::new() };
        state.needy.with(|needy| needy.iter().map(|needy| needy.alert).filter(|alert| !dismissed.contains(alert)).collect::<Vec<_>>())
    });
    let dismiss = move |alert: Alert| dismissed.update(|dismissed| _ = dismissed.as_mut().map(|dismissed| dismissed.insert(alert)));
    view! {
        <div class="alerts" role="status" aria-label=texts().board.alerts>
            <For each=move || raised.get() key=|alert| *alert let:alert>
                <AlertNotice state alert dismiss=Callback::new(move |()| dismiss(alert))/>
            </For>
        </div>
    }
}

#[component]
fn AlertNotice(state: State, alert: Alert, dismiss: Callback<()>) -> impl IntoView {
    let name = use_projection(move |replica| called(replica, state.class, alert.student));
    let section = move |unit| state.columns.with(|columns| columns.iter().find(|column| column.unit == unit)?.number);
    let words = move || match alert.need {
        Need::Stuck(unit) => (texts().board.alert_stuck)(&name.get(), section(unit)),
        Need::Idle => (texts().board.alert_idle)(&name.get()),
    };
    view! {
        <div class="notice" data-tone="warning">
            <p>{words}</p>
            <button class="button" data-kind="plain" type="button" on:click=move |_| dismiss.run(())>{texts().dismiss}</button>
        </div>
    }
}
