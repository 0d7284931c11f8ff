//! Texts to learn from: the explanation that can be folded away, the advice at a stumbling block, the worked-out answer.

use crate::texts::texts;
use domain::content::Html;
use leptos::{html, prelude::*};

/// The explanation of a section.
#[component]
pub fn Explanation(
    /// What it says.
    html: Html,
    /// Open it, and put the focus there.
    #[prop(optional)]
    read_now: bool,
    /// Open from the start.
    #[prop(optional)]
    open: bool,
) -> impl IntoView {
    let summary = NodeRef::<html::Summary>::new();
    Effect::new(move |_| {
        if let Some(summary) = summary.get().filter(|_| read_now) {
            // Without the focus the text is still there to read.
            _ = summary.focus();
        }
    });
    view! {
        <details class="explanation" open=open || read_now>
            <summary node_ref=summary>{texts().explanation}</summary>
            <div class="prose" inner_html=html.0></div>
        </details>
    }
}

/// The advice at a stumbling block.
#[component]
pub fn StumblingBlock(
    /// How many in a row did not work out.
    misses: u32,
    /// There is an explanation to read.
    explained: bool,
    /// Set when it is to be read.
    reading: RwSignal<bool>,
) -> impl IntoView {
    view! {
        <aside class="stumbling-block" aria-labelledby="advice">
            <h2 id="advice">{(texts().stumbled)(misses)}</h2>
            <p>{texts().stumbled_more}</p>
            <Show when=move || explained && !reading.get()>
                <div class="actions">
                    <button class="button" data-kind="quiet" type="button" on:click=move |_| reading.set(true)>
                        {texts().read_explanation}
                    </button>
                </div>
            </Show>
        </aside>
    }
}

/// The worked-out answer.
#[component]
pub fn WorkedAnswer(
    /// What it says.
    html: Html,
) -> impl IntoView {
    view! {
        <section class="worked-answer">
            <h2>{texts().worked_answer}</h2>
            <div class="prose" inner_html=html.0></div>
        </section>
    }
}
