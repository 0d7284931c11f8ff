//! The figures of a question, each with its n and its interval.

use super::insight::Insight;
use crate::{components::share::ShareBar, texts::texts};
use domain::statistics::{DRAWN_MIN, Discrimination, Share};
use leptos::prelude::*;

/// The figures.
#[component]
pub fn Figures(insight: Memo<Option<Insight>>) -> impl IntoView {
    let texts = &texts().question;
    let share = move |name: &'static str, read: fn(&Insight) -> Option<Share>| {
        let share = Memo::new(move |_| insight.with(|insight| insight.as_ref().and_then(read)));
        let value = move || match share.get() {
            Some(share) => view! {
                {(texts.percent)(share.share)}
                " "
                <ShareBar share/>
                <small>{(texts.interval)(share)} " · " {(texts.count)(share.n)}</small>
            }
            .into_any(),
            None => texts.undefined.into_any(),
        };
        view! {
            <div>
                <dt>{name}</dt>
                <dd>{value}</dd>
            </div>
        }
    };
    let median = move || {
        insight.with(|insight| insight.as_ref().and_then(|insight| insight.median_ms)).map_or_else(
            || texts.undefined.into_any(),
            |(ms, n)| view! { {(texts.seconds)(ms)} " " <small>{(texts.count)(n)}</small> }.into_any(),
        )
    };
    let discrimination = move || {
        let (value, more) = insight.with(|insight| discrimination(insight.as_ref().and_then(|insight| insight.discrimination)));
        view! { {value} " " <small>{more}</small> }
    };
    let void = move || insight.with(|insight| insight.as_ref().map_or(0, |insight| insight.void));
    view! {
        <section aria-labelledby="figures">
            <h2 id="figures">{texts.figures}</h2>
            <dl class="facts">
                {share(texts.first_try, |insight| insight.first_try)}
                {share(texts.right_in_the_end, |insight| insight.right)}
                <div>
                    <dt>{texts.median_time}</dt>
                    <dd>{median}</dd>
                </div>
                <div>
                    <dt>{texts.discrimination}</dt>
                    <dd>{discrimination}</dd>
                </div>
            </dl>
            <p class="quiet">{texts.interval_more} " " {texts.discrimination_more}</p>
            <Show when=move || { void() > 0 }>
                <p class="quiet">{move || (texts.void)(void())}</p>
            </Show>
        </section>
    }
}

/// The discrimination in words, and its n, or why it is not shown.
fn discrimination(found: Option<Discrimination>) -> (String, String) {
    let texts = &texts().question;
    let n = found.map_or(0, |found| found.n);
    match found.and_then(|found| found.index_percent) {
        _ if n < DRAWN_MIN => (texts.undefined.to_owned(), format!("{}, {}", (texts.count)(n), (texts.too_few)(DRAWN_MIN))),
        Some(percent) => (format!("{:.2}", percent / 100.0), (texts.count)(n)),
        None => (texts.undefined.to_owned(), (texts.count)(n)),
    }
}
