//! Notes to a student: writing one, and those that were written, each with how far it has come.

use super::{Told, sentences::person};
use crate::{
    components::teach::names::{called, names_are_hidden},
    device,
    doors::{use_dispatch, use_documents, use_projection},
    moment::use_moment,
    texts::{story::NoteStage, texts},
};
use domain::{
    class::{self, NOTE_CHARS_MAX, Note},
    command::Command,
    event::{Event, StreamId},
    ids::{AccountId, ContentHash},
    projections::notes::Noted,
    replica::{NoteText, Replica, SyncState},
};
use leptos::{ev, html, prelude::*, task::spawn_local};
use uuid::Uuid;

/// A note as it is shown.
#[derive(Debug, Clone, PartialEq)]
struct WrittenNote {
    note: ContentHash,
    text: Result<String, &'static str>,
    head: String,
    stage: NoteStage,
}

/// The notes, and the form.
#[component]
pub fn Notes(told: Told) -> impl IntoView {
    let moment = use_moment();
    let notes = use_projection(move |replica| notes(replica, told, moment.at.get().is_some()));
    let row = move |shown: WrittenNote| {
        let WrittenNote { note, text, head, stage } = shown;
        let is_there = text.is_ok() && stage == NoteStage::Confirmed;
        let delete = (is_there && moment.at.get_untracked().is_none()).then(|| view! { <Delete note/> });
        let text = match text {
            // A note is for one student, and whoever hides names shows the page to many.
            Ok(text) => {
                let text = move || if names_are_hidden() { None } else { Some(view! { <blockquote>{text.clone()}</blockquote> }) };
                let hidden = move || names_are_hidden().then(|| view! { <p class="quiet">{texts().story.note_hidden}</p> });
                view! { {text} {hidden} }.into_any()
            }
            Err(why) => view! { <p class="quiet">{why}</p> }.into_any(),
        };
        let name = match stage {
            NoteStage::NotSaved => "not-saved",
            NoteStage::Saved => "saved",
            NoteStage::Sent => "sent",
            NoteStage::Confirmed => "confirmed",
        };
        view! {
            <li>
                {text}
                <p class="quiet">{head}</p>
                <p class="note-stage" data-stage=name>{(texts().story.note_stage)(stage)}</p>
                {delete}
            </li>
        }
    };
    let list = move || notes.get().into_iter().map(row).collect_view();
    view! {
        <section class="notes" aria-labelledby="notes">
            <h2 id="notes">{texts().story.notes}</h2>
            <Show when=move || moment.at.get().is_none() fallback=|| view! { <p class="quiet">{texts().story.notes_are_live}</p> }>
                <Write told/>
            </Show>
            <Show
                when=move || notes.with(|notes| !notes.is_empty())
                fallback=|| view! { <p class="quiet">{texts().story.no_notes}</p> }
            >
                <ul role="list">{list}</ul>
            </Show>
        </section>
    }
}

/// Taking back what a note says: asked first, by opening it.
#[component]
fn Delete(note: ContentHash) -> impl IntoView {
    let documents = use_documents();
    let failed = RwSignal::new(false);
    let delete = move |_| {
        failed.set(false);
        spawn_local(async move {
            if documents.remove_note(note).await.is_err() {
                // A page that was left says nothing any more.
                _ = failed.try_set(true);
            }
        });
    };
    view! {
        <details>
            <summary>{texts().story.delete_note}</summary>
            <p class="quiet">{texts().story.delete_note_more}</p>
            <button class="button" data-kind="danger" type="button" on:click=delete>{texts().story.delete_note_now}</button>
            <div role="alert">
                {move || failed.get().then(|| view! { <p class="field-fault">{texts().story.note_not_deleted}</p> })}
            </div>
        </details>
    }
}

#[component]
fn Write(told: Told) -> impl IntoView {
    let Told { class, student, .. } = told;
    let dispatch = use_dispatch();
    let name = use_projection(move |replica| called(replica, class, student));
    let text = RwSignal::new(String::new());
    let refused = RwSignal::new(None::<class::Refusal>);
    let field = NodeRef::<html::Textarea>::new();
    let left = move || NOTE_CHARS_MAX.saturating_sub(text.with(|text| text.chars().count()));
    let send = move |event: ev::SubmitEvent| {
        event.prevent_default();
        // Chance, so that nobody can tell from the hash what the text is.
        let note = Note { note: text.get_untracked().trim().to_owned(), salt: AccountId(Uuid::new_v4()) };
        match dispatch.send(&Command::Class(class, class::Command::WriteNote { student, note })) {
            Ok(_) => {
                refused.set(None);
                text.set(String::new());
            }
            Err(refusal) => {
                // A command of a class is decided by the class.
                refused.set(refusal.class());
                if let Some(field) = field.get_untracked() {
                    // Where the focus cannot go, the field is a Tab away.
                    _ = field.focus();
                }
            }
        }
    };
    view! {
        <form novalidate on:submit=send>
            <label for="note">{move || (texts().story.write_note)(&name.get())}</label>
            <textarea
                id="note"
                rows="4"
                maxlength=NOTE_CHARS_MAX.to_string()
                aria-describedby="note-more"
                aria-invalid=move || refused.with(Option::is_some).then_some("true")
                node_ref=field
                prop:value=move || text.get()
                on:input=move |event| text.set(event_target_value(&event))
            ></textarea>
            <p id="note-more" class="quiet">{texts().story.note_more} " " {move || (texts().story.letters_left)(left())}</p>
            <div role="alert">
                {move || refused.get().map(|refusal| view! { <p class="field-fault">{(texts().story.note_refused)(&refusal)}</p> })}
            </div>
            <button class="button" type="submit">{texts().story.send_note}</button>
        </form>
    }
}

/// The newest first. At an earlier moment only those that were written by then.
fn notes(replica: &Replica, told: Told, is_past: bool) -> Vec<WrittenNote> {
    let written: Vec<ContentHash> = told.events.with(|events| events.iter().filter_map(|(_, recorded)| note_of(&recorded.event)).collect());
    let all = replica.shown().directory.notes.to(told.class, told.student);
    all.iter().rev().filter(|noted| !is_past || written.contains(&noted.note)).map(|noted| shown(replica, noted)).collect()
}

fn shown(replica: &Replica, noted: &Noted) -> WrittenNote {
    let words = &texts().story;
    let text = match replica.note(noted.note) {
        NoteText::Here(text) => Ok(text.to_owned()),
        NoteText::Removed => Err(words.note_gone),
        NoteText::NotYet => Err(words.note_missing),
    };
    let head = (words.by_at)(&person(replica, noted.by), &device::written(noted.at, texts().language));
    WrittenNote { note: noted.note, text, head, stage: stage(replica, noted.note) }
}

fn note_of(event: &Event) -> Option<ContentHash> {
    event.class()?.1.note_written()
}

/// How far a note has come: it waits in the outbox, or the server has it.
fn stage(replica: &Replica, note: ContentHash) -> NoteStage {
    let is_it = |stream: &StreamId, body: &str| {
        Command::read(stream, body).is_ok_and(|command| command.note().is_some_and(|written| written.document().hash == note))
    };
    let state = replica.pending().find(|(_, queued, _)| is_it(&queued.stream, &queued.body)).map(|(_, _, state)| state);
    match state {
        None | Some(SyncState::Confirmed) => NoteStage::Confirmed,
        Some(SyncState::Sent) => NoteStage::Sent,
        Some(SyncState::Saved | SyncState::Offline { .. }) => NoteStage::Saved,
        Some(SyncState::Saving | SyncState::NotSaved(_) | SyncState::Refused | SyncState::Changed) => NoteStage::NotSaved,
    }
}
