//! The door to what the person should know of this device.

use super::{ClientHandle, Notice, behind};
use crate::client::Ended;
use leptos::prelude::*;

/// What the person should know.
#[derive(Clone, Copy)]
pub struct NoticesDoor(ClientHandle);

/// The door to notices.
pub fn use_notices() -> NoticesDoor {
    NoticesDoor(behind())
}

impl NoticesDoor {
    /// Those to show.
    pub fn shown(self) -> Signal<Vec<Notice>> {
        self.0.client().notices()
    }

    /// Somebody has read one.
    pub fn dismiss(self, notice: Notice) {
        self.0.client().dismiss_notice(notice);
    }

    /// Whether the server needs a newer app, which is loaded when the person says so. Whoever reads it tracks it.
    pub fn is_outdated(self) -> bool {
        self.0.client().ended.get() == Some(Ended::Upgrade)
    }
}
