//! Some days at school, drawn by chance: two students practise, the office enrols and removes.

use super::{chance::Chance, school::*, server::Server};
use domain::{
    attempt::{self, Attempt},
    command::Command,
    event::{Event, StreamId},
};

/// A server after some days of ann's, bob's and the office's doings, drawn by chance.
pub fn lived(seed: u64, doings: usize) -> Server {
    let mut chance = Chance(seed);
    let mut server = Server::new("log");
    for _ in 0..doings {
        let name = ["ann", "bob"][chance.below(2)];
        let unit_name = ["section", "drill", "lone"][chance.below(3)];
        let run = 1 + u32::from(unit_name == "drill" && chance.below(2) == 0);
        let key = attempt::AttemptKey { student: person(name), ..attempt(unit_name, run) };
        let events: Vec<attempt::Event> = server
            .stream(&StreamId::Attempt(key))
            .into_iter()
            .filter_map(|event| if let Event::Attempt(_, event) = event { Some(event.clone()) } else { None })
            .collect();
        let state: Attempt = domain::decider::Decider::replay(&events);
        let ordinal = state.current().map(|current| current.ordinal);
        let command = match (ordinal, chance.below(8)) {
            (None, _) => attempt::Command::Start { edition: edition_ref(unit_name, 1) },
            (Some(_), 0..3) => right_answer(&state),
            (Some(_), 3) => answer_with(&state, wrong_inputs()),
            (Some(ordinal), 4) => attempt::Command::RevealAnswer { ordinal },
            (Some(ordinal), _) => attempt::Command::NextQuestion { ordinal },
        };
        server.tell(name, &Command::Attempt(key, command));
        if chance.below(20) == 0 {
            let student = person(["ann", "bob", "cem"][chance.below(3)]);
            let command = match chance.below(4) {
                0 => domain::class::Command::RemoveStudent { student },
                _ => domain::class::Command::EnrolStudent { student },
            };
            server.tell("admin", &Command::Class(class_of("2B"), command));
        }
    }
    server
}
