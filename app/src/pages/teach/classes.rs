//! A teacher's classes, and in which of them somebody is stuck.

use crate::{
    address::Address,
    collation,
    components::{
        arrival::PageHeading,
        loading::Blank,
        notices::{Main, UpdateNeeded},
        showing::Showing,
        state::state_name,
    },
    device,
    doors::use_projection,
    texts::texts,
};
use domain::{
    ids::{AccountId, ClassId},
    projections::{insight::is_about_now, tally::Standing},
    replica::Replica,
    views::shown::Shown,
};
use leptos::prelude::*;

/// The order in which standings are told: who needs the teacher first.
pub const BY_NEED: [Standing; 4] = [Standing::Stuck, Standing::Working, Standing::NotStarted, Standing::Finished];

#[derive(Debug, Clone, PartialEq)]
struct ClassRow {
    class: ClassId,
    title: String,
    students: usize,
    /// How many stand where, in the order of [`BY_NEED`].
    standings: [usize; 4],
    /// How many are stuck, and that is about now.
    needy: usize,
}

/// The page.
#[component]
pub fn Teach() -> impl IntoView {
    let shown = use_projection(classes);
    let nothing = || view! { <Blank title=texts().no_classes more=texts().no_classes_more/> };
    let needed = use_projection(|replica| !replica.shown().unknown.is_empty());
    view! {
        <Main>
            <UpdateNeeded needed/>
            <Showing shown loading=texts().loading_classes nothing let:classes>
                <Known classes/>
            </Showing>
        </Main>
    }
}

fn classes(replica: &Replica) -> Shown<Vec<ClassRow>> {
    let models = replica.shown();
    let now = replica.school_time(device::clocks());
    let row = |(class, members): (ClassId, &domain::class::Membership)| {
        let standing = |student: &_| models.overview.student(class, *student).map_or(Standing::NotStarted, |overview| overview.standing());
        let standings =
            BY_NEED.map(|standing_wanted| members.students.iter().filter(|student| standing(student) == standing_wanted).count());
        let is_needy = |student: &&AccountId| {
            let is_here = replica.presence(class, **student).is_some_and(|present| present.here);
            let last = models.overview.student(class, **student).map(|overview| overview.last);
            standing(*student) == Standing::Stuck && last.is_some_and(|last| is_about_now(is_here, last, now))
        };
        let needy = members.students.iter().filter(is_needy).count();
        ClassRow { class, title: models.directory.class_title(class).to_owned(), students: members.students.len(), standings, needy }
    };
    let mut rows: Vec<ClassRow> = models.directory.classes_of_teacher(replica.account()).map(row).collect();
    collation::sort_by_words(&mut rows, |row| row.title.clone());
    Shown::of((!rows.is_empty()).then_some(rows), replica.reach())
}

#[component]
fn Known(classes: Vec<ClassRow>) -> impl IntoView {
    let with_needy: Vec<&ClassRow> = classes.iter().filter(|row| row.needy > 0).collect();
    let headline = match with_needy.as_slice() {
        [] if classes.iter().any(|row| row.standings[0] > 0) => texts().nobody_needs_you_now.to_owned(),
        [] => texts().nobody_needs_you.to_owned(),
        [one] => (texts().need_you_in)(one.needy, &one.title),
        several => (texts().need_you)(several.iter().map(|row| row.needy).sum()),
    };
    let count = (texts().class_count)(classes.len());
    let rows = classes.into_iter().map(|row| view! { <Row row/> }).collect_view();
    view! {
        <header class="heading">
            <p>{count}</p>
            <PageHeading text=headline title=Signal::stored(texts().your_classes.to_owned())/>
        </header>
        <ul class="rows" role="list">{rows}</ul>
    }
}

#[component]
fn Row(row: ClassRow) -> impl IntoView {
    let id = format!("class-{}", row.class);
    let states = BY_NEED.into_iter().zip(row.standings).filter(|(_, count)| *count > 0).map(|(standing, count)| {
        view! { <span class="state" data-state=state_name(standing)>{(texts().so_many)(count, standing)}</span> }
    });
    view! {
        <li>
            <a href=Address::Class(row.class).to_string() aria-describedby=id.clone()>{row.title}</a>
            <p id=id>{states.collect_view()}</p>
            <span class="quiet">{(texts().students)(row.students)}</span>
        </li>
    }
}
