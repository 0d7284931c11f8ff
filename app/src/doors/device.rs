//! The door to what this device keeps: looked at, checked, and saved for support.

use super::{ClientHandle, Stored, behind};
use crate::{device, storage::Checked};
use domain::replica::{Ownership, bundle::Bundle};
use leptos::prelude::*;

/// This device, as far as it is the app's.
#[derive(Clone, Copy)]
pub struct ThisDevice(ClientHandle);

/// The door to this device.
pub fn use_device() -> ThisDevice {
    ThisDevice(behind())
}

impl ThisDevice {
    /// What this tab has to do with the socket; none before that is settled. Whoever asks follows it.
    pub fn ownership(self) -> Option<Ownership> {
        self.0.client().ownership.get()
    }

    /// What is stored; none if that cannot be read.
    pub async fn look(self) -> Option<Stored> {
        self.0.client().storage().look().await.ok()
    }

    /// Reads all stored events again and compares them with what was recorded; what is damaged is fetched anew. None if they cannot be read.
    pub async fn check(self) -> Option<Checked> {
        let client = self.0.client();
        let checked = client.storage().check(device::turn).await.ok()?;
        if !checked.bad.is_empty() {
            client.mend();
        }
        Some(checked)
    }

    /// A support bundle of this device; none if what is stored cannot be read.
    pub async fn bundle(self) -> Option<Bundle> {
        self.0.client().bundle().await.ok()
    }
}
