//! Names of students, which a teacher can hide at one press while the screen is on the wall.

use crate::{device::shelf, dispatch::use_projection, texts::texts};
use domain::{ids::AccountId, replica::Replica};
use leptos::prelude::*;

thread_local! {
    /// For the whole tab, whoever asks.
    static HIDDEN: ArcRwSignal<bool> = ArcRwSignal::new(shelf::hides_names());
}

/// Whether names are hidden; whoever asks follows it.
pub fn names_are_hidden() -> bool {
    HIDDEN.with(ArcRwSignal::get)
}

/// A student's name as it is known here, or what stands for it while names are hidden.
pub fn name_of(replica: &Replica, student: AccountId) -> String {
    if names_are_hidden() {
        return (texts().board.student_number)(number(replica, student));
    }
    replica.people().get(&student).cloned().unwrap_or_else(|| texts().unnamed.to_owned())
}

/// How a student is called in a sentence.
pub fn first_name_of(replica: &Replica, student: AccountId) -> String {
    let name = name_of(replica, student);
    if names_are_hidden() {
        return name;
    }
    name.split_whitespace().next().unwrap_or_default().to_owned()
}

/// A number that says nothing of a name: the place among the class's students in the order of their accounts, which are chance. Whoever has
/// left is counted after all whom this account knows.
fn number(replica: &Replica, student: AccountId) -> usize {
    let mut classes = replica.shown().directory.classes_of_teacher(replica.account());
    let among = classes.find(|(_, members)| members.students.contains(&student));
    let in_class = among.map(|(_, members)| members.students.range(..student).count() + 1);
    in_class.unwrap_or_else(|| replica.people().len() + replica.people().range(..student).count() + 1)
}

/// A student's name, or what stands for it while names are hidden.
#[component]
pub fn Name(student: AccountId) -> impl IntoView {
    let name = use_projection(move |replica| name_of(replica, student));
    view! { <span class="name">{move || name.get()}</span> }
}

/// The switch that hides all names in this tab, for a screen on the wall.
#[component]
pub fn HideNames() -> impl IntoView {
    let press = |_| {
        let hidden = !HIDDEN.with(ArcRwSignal::get_untracked);
        shelf::hide_names(hidden);
        HIDDEN.with(|signal| signal.set(hidden));
    };
    view! {
        <button class="button hide-names" data-kind="plain" type="button" aria-pressed=|| names_are_hidden().to_string() on:click=press>
            {texts().board.hide_names}
        </button>
    }
}
