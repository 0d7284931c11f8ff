//! The figures of a question, each with its n and its interval.

use crate::{components::share::ShareBar, texts::texts};
use domain::{
    projections::insight::QuestionInsight,
    statistics::{DRAWN_MIN, Discrimination, Share},
};
use leptos::prelude::*;

/// The figures.
#[component]
pub fn Figures(insight: Memo<Option<QuestionInsight>>) -> impl IntoView {
    let texts = &texts().question;
    let share = move |name: &'static str, read: fn(&QuestionInsight) -> Option<Share>| {
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
        let (ms, n) = insight.with(|insight| insight.as_ref().map_or((None, 0), |insight| (insight.median_ms, insight.timed)));
        let words = ms.map_or_else(|| texts.undefined.to_owned(), texts.seconds);
        view! { {words} " " <small>{(texts.count)(n)}</small> }
    };
    let discrimination = move || {
        let (value, more) = insight.with(|insight| discrimination(insight.as_ref().and_then(|insight| insight.discrimination)));
        view! { {value} " " <small>{more}</small> }
    };
    view! {
        <section aria-labelledby="figures">
            <h2 id="figures">{texts.figures}</h2>
            <dl class="facts">
                {share(texts.right_share, |insight| insight.right)}
                {share(texts.first_try, |insight| insight.first_try)}
                <div>
                    <dt>{texts.median_time}</dt>
                    <dd>{median}</dd>
                </div>
                <div>
                    <dt>{texts.discrimination}</dt>
                    <dd>{discrimination}</dd>
                </div>
            </dl>
            <p class="quiet">{texts.figures_more}</p>
        </section>
    }
}

/// The discrimination in words, and its n, or why it is not shown.
fn discrimination(found: Option<Discrimination>) -> (String, String) {
    let texts = &texts().question;
    let n = found.map_or(0, |found| found.n);
    match found.and_then(|found| found.index_percent) {
        _ if n < DRAWN_MIN => (texts.undefined.to_owned(), format!("{}, {}", (texts.count)(n), (texts.too_few)(DRAWN_MIN))),
        Some(percent) => (format!("{:.2}", percent / 100.0).replace('-', "\u{2212}"), (texts.count)(n)),
        None => (texts.undefined.to_owned(), (texts.count)(n)),
    }
}
