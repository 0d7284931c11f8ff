//! In English: how safe is what was done, and what happened to what is kept here.

use crate::client::Notice;
use domain::replica::{SyncState, storage::Trouble};

/// The sync state in a word.
pub fn sync_state(state: &SyncState, offline: bool) -> String {
    match state {
        SyncState::NotSaved(why) => format!("Not saved – {}", trouble(*why)),
        SyncState::Refused => "Refused".to_owned(),
        SyncState::Changed => "Changed by the server".to_owned(),
        SyncState::Offline { answers: 0 } => "Offline – what you did is saved on this device".to_owned(),
        SyncState::Offline { answers: 1 } => "Offline – 1 answer saved on this device".to_owned(),
        SyncState::Offline { answers } => format!("Offline – {answers} answers saved on this device"),
        SyncState::Saving => "Not saved yet".to_owned(),
        SyncState::Saved => "Saved on this device".to_owned(),
        SyncState::Sent => "Sent".to_owned(),
        SyncState::Confirmed if offline => "Confirmed – offline".to_owned(),
        SyncState::Confirmed => "Confirmed".to_owned(),
    }
}

/// What the word means for who reads it.
pub fn sync_meaning(state: &SyncState) -> &'static str {
    match state {
        SyncState::NotSaved(_) => "what you did last is on this page only. Leave the page open until it says something else.",
        SyncState::Refused => {
            "the server has looked at something that you did, and it does not count. What you entered stands below, under Inbox."
        }
        SyncState::Changed => "the server graded something differently from what this page had shown. It stands below, under Inbox.",
        SyncState::Offline { .. } => {
            "there is no connection. What you did is kept on this device and sent by itself as soon as there is one."
        }
        SyncState::Saving => "what you did last is being stored on this device. That takes a moment.",
        SyncState::Saved => "what you did last is stored on this device, and is sent by itself. You can close the page.",
        SyncState::Sent => "what you did last is on its way to the server, and stored on this device until the server says that it has it.",
        SyncState::Confirmed => "the server has everything that you did, and has written it down. Nothing is lost if this device breaks.",
    }
}

/// What is said once, above the page.
pub fn notice(notice: Notice) -> String {
    match notice {
        Notice::Evicted => "The browser had deleted what was stored on this device. What the server has is fetched again; \
                            what had not been sent may be lost."
            .to_owned(),
        Notice::SentAgain(1) => "The server was restored from a backup. One of your steps was missing there and was sent again.".to_owned(),
        Notice::SentAgain(n) => format!("The server was restored from a backup. {n} of your steps were missing there and were sent again."),
        Notice::KeepsNothing => {
            "This browser keeps nothing for Leftfold (a private window?). Your work is safe as soon as it says Confirmed; \
                                 do not close the page before."
                .to_owned()
        }
        Notice::DatabaseWaits => "Another tab or window holds on to what Leftfold keeps on this device, and this page waits for it. \
                                  Nothing is lost. Close the other tabs of Leftfold: this page then goes on by itself."
            .to_owned(),
        Notice::DatabaseFails => "The browser does not open what Leftfold keeps on this device any more. What was saved is still there. \
                                  Load the page again; what it says is not saved must be entered again."
            .to_owned(),
    }
}

fn trouble(why: Trouble) -> &'static str {
    match why {
        Trouble::Denied => "this browser keeps nothing (a private window?)",
        Trouble::Full => "this device is full",
        Trouble::TooNew => "another tab has a newer Leftfold: reload",
        Trouble::Fenced => "another tab has taken over; trying again",
        Trouble::Failed => "this device could not store it; trying again",
    }
}
