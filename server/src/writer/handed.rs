//! What is noted of a piece of work when it is handed in.

use crate::{engine::Work, metrics::Handed};

/// Notes it: what it is, in a word, and the number that its device gave it, if it is a command.
pub fn handed_in(work: &Work) -> Handed {
    let (what, number) = match work {
        Work::Command { envelope, .. } | Work::GivenUp { envelope, .. } => ("command", Some(envelope.number)),
        Work::Greeted { .. } => ("greeted", None),
        Work::Idle { .. } => ("idle", None),
        Work::Operation(_) => ("operation", None),
        Work::Asked(_) => ("asked", None),
        Work::SignIn { .. } => ("sign_in", None),
        Work::SessionUsed { .. } => ("session_used", None),
        Work::Trail(_) => ("trail", None),
        Work::SignOut { .. } => ("sign_out", None),
    };
    Handed::now(what, number)
}
