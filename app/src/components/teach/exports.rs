//! Taking along what a screen shows: a table as CSV, XLSX or JSON, equal to the screen; and the events of a class as lines of JSON.

use crate::{
    device,
    doors::{class_of_address, use_projection, use_stored_events},
    moment::{Moment, use_moment},
    spreadsheet::{self, NotMade},
    table::{Kind, Table},
    texts::texts,
};
use domain::{feeds::Feed, ids::ClassId, names};
use js_sys::Array;
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::JsValue;

/// What became of the last export, in words.
type Said = RwSignal<Option<String>>;

/// The buttons under a table.
#[component]
pub fn Exports(#[prop(into)] table: Signal<Table>) -> impl IntoView {
    let title = Memo::new(move |_| table.with(|table| table.title.clone()));
    let make = Callback::new(move |()| table.get_untracked());
    view! { <ExportsOf title make/> }
}

/// The buttons under a table that is made only when somebody takes it along.
#[component]
pub fn ExportsOf(
    /// What the table is called.
    #[prop(into)]
    title: Signal<String>,
    make: Callback<(), Table>,
) -> impl IntoView {
    let class = class_title();
    let moment = use_moment();
    let said = RwSignal::new(None);
    let busy = RwSignal::new(false);
    // A spreadsheet can be made without a network from now on.
    Effect::new(move |_| spawn_local(spreadsheet::keep()));
    let button = move |kind: Kind| {
        let save = move |_| {
            if busy.get_untracked() {
                return;
            }
            let table = make.run(());
            let name = file_name(&class.get_untracked(), &table.title, moment, kind.ending());
            busy.set(true);
            spawn_local(async move {
                save(kind, &name, &table, said).await;
                // A page that was left meanwhile needs no answer.
                _ = busy.try_set(false);
            });
        };
        view! {
            <button
                class="button"
                data-kind="quiet"
                type="button"
                aria-label=move || (texts().exports.save)(kind, &title.get())
                aria-busy=move || busy.get().then_some("true")
                on:click=save
            >
                {(texts().exports.kind)(kind)}
            </button>
        }
    };
    view! {
        <div class="exports" role="group" aria-label=move || (texts().exports.group)(&title.get())>
            <span aria-hidden="true">{texts().exports.title}</span>
            {Kind::ALL.map(button)}
            <p role="status">{move || said.get()}</p>
        </div>
    }
}

/// The button that saves the events of a class as they are stored here, up to the moment that is looked at.
#[component]
pub fn ExportEvents(class: ClassId) -> impl IntoView {
    let stored = use_stored_events();
    let title = class_title();
    let moment = use_moment();
    let said = RwSignal::new(None);
    let busy = RwSignal::new(false);
    let save = move |_| {
        if busy.get_untracked() {
            return;
        }
        let until = moment.at.get_untracked().map(|k| k as u64);
        let name = file_name(&title.get_untracked(), texts().exports.events_file, moment, "jsonl");
        busy.set(true);
        spawn_local(async move {
            let (parts, events) = stored.lines(Feed::Staff(class), until).await;
            device::offer(&name, "application/jsonl", &parts);
            // A page that was left meanwhile needs no answer.
            _ = said.try_set(Some((texts().exports.saved_events)(events, &name)));
            _ = busy.try_set(false);
        });
    };
    view! {
        <div class="exports">
            <button class="button" data-kind="quiet" type="button" aria-busy=move || busy.get().then_some("true") on:click=save>
                {texts().exports.events}
            </button>
            <p role="status">{move || said.get()}</p>
            <p class="quiet">{texts().exports.events_more}</p>
        </div>
    }
}

async fn save(kind: Kind, name: &str, table: &Table, said: Said) {
    // A name stands alone in its cell there.
    let table = &table.with_words(names::plain);
    let part = match kind {
        Kind::Csv => Ok(JsValue::from(tables::csv(table, device::decimal_sign()))),
        Kind::Json => Ok(JsValue::from(tables::json(table))),
        Kind::Xlsx => {
            _ = said.try_set(Some(texts().exports.making.to_owned()));
            spreadsheet::workbook(table).await.map(JsValue::from)
        }
    };
    let words = match part {
        Ok(part) => {
            device::offer(name, kind.media_type(), &Array::of1(&part));
            (texts().exports.saved)(table.rows.len(), name)
        }
        Err(NotMade::NoProgram) => texts().exports.failed.to_owned(),
        Err(NotMade::OtherBuild) => texts().exports.other_build.to_owned(),
    };
    // A page that was left meanwhile needs no answer.
    _ = said.try_set(Some(words));
}

/// The title of the class that the address names; nothing elsewhere.
fn class_title() -> Memo<String> {
    let class = class_of_address();
    use_projection(move |replica| class.get().map_or_else(String::new, |class| replica.shown().directory.class_title(class).to_owned()))
}

fn file_name(class: &str, title: &str, moment: Moment, ending: &str) -> String {
    let at = moment.at.get_untracked().map_or_else(String::new, texts().exports.as_of);
    // Where the table already says of which class it is, the name need not.
    let class = if title.starts_with(class) { "" } else { class };
    tables::file_name(&[class, title, &at, &device::day(device::now())], ending)
}
