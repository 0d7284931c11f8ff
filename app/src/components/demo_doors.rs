//! The demo school lets everybody in: a button for each role, with what to try. A real school's server names nobody, and then there is nothing here.

use crate::{doors::use_entrance, texts::texts};
use domain::protocol::Door;
use leptos::{prelude::*, task::spawn_local};

/// The doors that the server opens; nothing while there are none.
#[component]
pub fn DemoDoors(
    /// Called with the one that somebody takes.
    through: Callback<Door>,
) -> impl IntoView {
    let doors = RwSignal::new(Vec::<Door>::new());
    let entrance = use_entrance();
    spawn_local(async move {
        let found = entrance.demo().await;
        // A page that was left meanwhile needs no answer.
        _ = doors.try_set(found);
    });
    let door = move |door: Door| {
        let (described, name, try_this) = (format!("try-{}", door.login), (texts().demo_door)(door.role), (texts().demo_try)(door.role));
        let who = door.name.clone();
        view! {
            <li>
                <button class="button" type="button" aria-describedby=described.clone() on:click=move |_| through.run(door.clone())>
                    {name}
                </button>
                <p id=described>
                    <bdi>{who}</bdi> " "
                    {try_this}
                </p>
            </li>
        }
    };
    view! {
        <Show when=move || doors.with(|doors| !doors.is_empty())>
            <section class="demo-doors" aria-labelledby="demo">
                <h2 id="demo">{texts().demo}</h2>
                <p>{texts().demo_more}</p>
                <ul role="list">{move || doors.get().into_iter().map(door).collect_view()}</ul>
                <p class="quiet">{texts().demo_both}</p>
            </section>
        </Show>
    }
}
