//! What teachers told this student: what was not read yet first, also without a network. That something was read is known on this device only.

use crate::{
    device::{self, shelf},
    doors::use_projection,
    texts::texts,
};
use domain::{
    ids::ContentHash,
    replica::{NoteText, Replica},
    time::Timestamp,
};
use leptos::prelude::*;

/// A note.
#[derive(Debug, Clone, PartialEq)]
struct Letter {
    note: ContentHash,
    at: Timestamp,
    text: Result<String, &'static str>,
}

impl Letter {
    /// By this it is known to have been read.
    fn name(&self) -> String {
        self.note.to_string()
    }
}

/// Notes; nothing if there are none.
#[component]
pub fn NotesToMe(
    /// What was read on this device.
    read: RwSignal<Vec<String>>,
    /// Those that were read, folded away; else those that were not.
    #[prop(optional)]
    again: bool,
) -> impl IntoView {
    let all = use_projection(notes);
    let notes = Memo::new(move |_| {
        let is_wanted = |note: &Letter| read.with(|read| read.contains(&note.name())) == again;
        all.get().into_iter().filter(is_wanted).collect::<Vec<_>>()
    });
    let row = move |note: Letter| view! { <NoteToMe note read again/> };
    let list = move || {
        view! {
            <ul role="list">
                <For each=move || notes.get() key=|note| (note.note, note.text.is_ok()) children=row/>
            </ul>
        }
    };
    let count = Memo::new(move |_| notes.with(Vec::len));
    let shown = move || {
        if again {
            view! {
                <details class="letters" data-read="">
                    <summary>{move || (texts().story.earlier_notes)(count.get())}</summary>
                    {list()}
                </details>
            }
            .into_any()
        } else {
            view! {
                <section class="letters" aria-labelledby="letters">
                    <h2 id="letters">{move || (texts().story.from_teacher)(count.get())}</h2>
                    {list()}
                </section>
            }
            .into_any()
        }
    };
    view! { <Show when=move || { count.get() > 0 }>{shown()}</Show> }
}

#[component]
fn NoteToMe(note: Letter, read: RwSignal<Vec<String>>, again: bool) -> impl IntoView {
    let name = note.name();
    let have_read = move |_| {
        shelf::remember_read(&name);
        read.set(shelf::was_read());
    };
    let button = (!again).then(|| {
        view! { <button class="button" data-kind="quiet" type="button" on:click=have_read>{texts().story.have_read}</button> }
    });
    let text = match note.text {
        Ok(text) => view! { <blockquote>{text}</blockquote> }.into_any(),
        Err(why) => view! { <p class="quiet">{why}</p> }.into_any(),
    };
    view! {
        <li>
            <div>
                {text}
                <p class="quiet">{(texts().story.by_at)(texts().story.your_teacher, &device::written(note.at, texts().language))}</p>
            </div>
            {button}
        </li>
    }
}

/// The newest first.
fn notes(replica: &Replica) -> Vec<Letter> {
    let text = |note: ContentHash| match replica.note(note) {
        NoteText::Here(text) => Ok(text.to_owned()),
        NoteText::Removed => Err(texts().story.note_gone),
        NoteText::NotYet => Err(texts().story.note_missing),
    };
    let noted = replica.shown().directory.notes.of_student(replica.account());
    let mut notes: Vec<Letter> = noted.map(|(_, noted)| Letter { note: noted.note, at: noted.at, text: text(noted.note) }).collect();
    notes.sort_by_key(|note| std::cmp::Reverse(note.at));
    notes
}
