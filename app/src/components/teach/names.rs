//! Names of students, which a teacher can hide at one press while the screen is on the wall.

use crate::{device::shelf, doors::use_projection, texts::texts};
use domain::{
    ids::{AccountId, ClassId},
    names,
    replica::Replica,
};
use leptos::prelude::*;
use std::collections::BTreeMap;

thread_local! {
    /// For the whole tab, whoever asks.
    static HIDDEN: ArcRwSignal<bool> = ArcRwSignal::new(shelf::hides_names());
}

/// Whether names are hidden; whoever asks follows it.
pub fn names_are_hidden() -> bool {
    HIDDEN.with(ArcRwSignal::get)
}

/// A student's name as it is known here, or what stands for it while names are hidden: for a cell or an element of its own, which keeps its
/// direction from what is around it.
pub fn name_of(replica: &Replica, student: AccountId) -> String {
    if names_are_hidden() {
        return (texts().board.student_number)(number(replica, student));
    }
    known(replica, student).unwrap_or_else(|| texts().unnamed.to_owned())
}

fn known(replica: &Replica, person: AccountId) -> Option<String> {
    replica.people().get(&person).map(|name| names::shown(name)).filter(|name| !name.is_empty())
}

/// The same in a sentence.
pub fn name_in_words(replica: &Replica, student: AccountId) -> String {
    names::isolated(&name_of(replica, student))
}

/// The name of somebody of the school in a sentence, a teacher's for one; none where this account may not know it. One's own is never hidden.
pub fn person_in_words(replica: &Replica, person: AccountId) -> Option<String> {
    let name = known(replica, person)?;
    Some(if person == replica.account() { names::isolated(&name) } else { name_in_words(replica, person) })
}

/// How a student is called in a sentence about a class: as much of the name as tells them apart in it.
pub fn called(replica: &Replica, class: ClassId, student: AccountId) -> String {
    all_called(replica, class, student).remove(&student).unwrap_or_else(|| name_in_words(replica, student))
}

/// How all of a class are called, and somebody besides, who may have left it.
pub fn all_called(replica: &Replica, class: ClassId, besides: AccountId) -> BTreeMap<AccountId, String> {
    if names_are_hidden() {
        return BTreeMap::new();
    }
    let members = replica.shown().directory.class(class).into_iter().flat_map(|members| &members.students);
    let mut named: BTreeMap<AccountId, String> =
        members.chain([&besides]).filter_map(|student| Some((*student, known(replica, *student)?))).collect();
    let short = names::short_forms(&named.values().map(String::as_str).collect::<Vec<_>>());
    named.values_mut().zip(short).for_each(|(name, short)| *name = names::isolated(&short));
    named
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
    view! { <bdi class="name">{move || name.get()}</bdi> }
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
