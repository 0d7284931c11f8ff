//! What the numbers mean, in one plain sentence each, and how they are computed.

use crate::texts::{Term, texts};
use leptos::prelude::*;

/// The terms of a table, to be opened below it.
#[component]
pub fn Meanings(terms: Vec<&'static Term>) -> impl IntoView {
    let term = |term: &'static Term| {
        let link = (!term.formula.is_empty())
            .then(|| view! { " " <a href=format!("#formula-{}", term.id)>{(texts().statistics.formula)(term.name)}</a> });
        view! {
            <div>
                <dt>{term.name}</dt>
                <dd>{term.plain} {link}</dd>
            </div>
        }
    };
    view! {
        <details>
            <summary>{texts().statistics.meaning}</summary>
            <dl class="terms">{terms.into_iter().map(term).collect_view()}</dl>
        </details>
    }
}

/// All formulas, at the foot of the page.
#[component]
pub fn Formulas() -> impl IntoView {
    let all = &texts().statistics;
    let terms = [
        &all.first_try,
        &all.interval_from,
        &all.drawn_discrimination,
        &all.time,
        &all.maximum,
        &all.mean,
        &all.median,
        &all.deviation,
        &all.skewness,
        &all.kurtosis,
        &all.alpha,
        &all.error_ratio,
        &all.standard_error,
        &all.facility,
        &all.question_deviation,
        &all.discrimination,
        &all.efficiency,
        &all.intended,
        &all.effective,
        &all.alpha_without,
    ];
    let formula = |term: &'static Term| {
        view! {
            <div id=format!("formula-{}", term.id) tabindex="-1">
                <dt>{term.name}</dt>
                <dd data-kind="formula">{term.formula}</dd>
            </div>
        }
    };
    view! {
        <section class="statistics" aria-labelledby="formulas">
            <h2 id="formulas">{all.formulas}</h2>
            <p class="quiet">{all.formulas_more}</p>
            <dl class="terms">{terms.map(formula)}</dl>
        </section>
    }
}
