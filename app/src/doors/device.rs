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
    /// Whether this tab owns the socket; `None` until that is known. Whoever reads it tracks it.
    pub fn ownership(self) -> Option<Ownership> {
        self.0.client().ownership.get()
    }

    /// What is stored; none if that cannot be read.
    pub async fn look(self) -> Option<Stored> {
        self.0.client().storage().look().await.ok()
    }

    /// Reads all stored events again and compares them with what was recorded; what is damaged is fetched again. `None` if they cannot be read.
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
