//! The page's part on how programs send commands by HTTP and read feeds: what is posted and replied as the types say it.

use super::{
    fields,
    types::{Kind, Type, Types},
};
use std::fmt::Write as _;

/// Writes it; what stands in the fields is added to the list.
pub fn section(page: &mut String, types: &Types, named: &mut Vec<Type>) {
    page.push_str(
        "\n## By HTTP\n\n\
         ### Sending commands\n\n\
         `POST /api/commands`, with the cookie of a sign-in, takes an object:\n",
    );
    table(page, "Posted", types, named);
    page.push_str("\nEach command of it:\n");
    table(page, "Envelope", types, named);
    page.push_str(
        "\nThe answer is a list with an object for each command, in order: its `number`; its `reply`, or `unknown` with a sentence where the request's time \
         was over before there was one (status 408); and, if it was accepted, its `position`. Sent again under its number, a command gets the same. A \
         `reply` is one of:\n\n",
    );
    cases(page, "Reply", types);
    page.push_str("\nA `Result` is one of:\n\n");
    cases(page, "Outcome", types);
    page.push_str(
        "\nThe `position` is the place in the log at which the command's effect can be seen: at its last event, or, if it yielded none, at the one that had \
         made so what it asked for. What the server does because of it by itself (such as grading again after a correction) comes later. A `Result` over the \
         socket has it, too.\n\n\
         ### Reading what was written\n\n\
         `GET /api/feeds/{feed}`, with a token or the cookie of a sign-in, gives the events of a feed:\n\n\
         | parameter | |\n|---|---|\n\
         | `after` | After the event of this number; 0, or left out, from the beginning. |\n\
         | `limit` | At most so many. |\n\
         | `kinds` | Only these kinds of events, with commas between them. |\n\
         | `at_least` | A place in the log, such as a command's `position`: no page that is older than that. |\n\n\
         The header `leftfold-seen` says how far the log had come when the page was read: the feed has all its events up to there. (A page is bounded, so an \
         event may stand on one of the next.) With `at_least` the request waits until the log has come to that place, for as long as \
         `serve --feed-wait-seconds` allows, and is then answered as ever. If it has not come there, the answer has the status 202, no events, and says \
         how far it is: `{\"at_least\":60,\"seen\":57,\"said\":\"…\"}`; ask again. Two requests of an account or a token wait at once, and a bounded number \
         of all together; any other is answered at once. Who may read the feed is asked after the wait. A place that a restore from a backup has taken \
         away may never come, or be another event's.\n",
    );
}

/// The fields of a struct of the protocol.
fn table(page: &mut String, name: &str, types: &Types, named: &mut Vec<Type>) {
    match &types.named("protocol", name).kind {
        Kind::Struct(shape) => fields(page, shape, types, "protocol", named),
        Kind::Enum(_) => panic!("{name} is not a struct"),
    }
}

/// The cases of an enum of the protocol.
fn cases(page: &mut String, name: &str, types: &Types) {
    for variant in types.named("protocol", name).variants() {
        _ = writeln!(page, "- `{}`: {}", variant.name, variant.doc);
    }
}
