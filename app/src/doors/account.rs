//! The door to accounts: one's own, with its password and sessions, and the passwords of one's students.

use super::{ClientHandle, NotDone, behind};
use crate::sync;
use domain::{ids::AccountId, protocol::ListedSession, replica::Replica};

/// The account of whoever is signed in, and what it asks the server about accounts.
#[derive(Clone, Copy)]
pub struct OwnAccount(ClientHandle);

/// The door to accounts.
pub fn use_account() -> OwnAccount {
    OwnAccount(behind())
}

impl OwnAccount {
    /// Whose it is.
    pub fn id(self) -> AccountId {
        self.0.client().peek(Replica::account)
    }

    /// Changes one's own password; all other sessions end.
    ///
    /// # Errors
    /// [`NotDone::Forbidden`] when the present one is wrong, [`NotDone::DoesNotFit`] when the new one may not be used.
    pub async fn change_password(self, present: &str, password: &str) -> Result<(), NotDone> {
        sync::change_password(present, password).await
    }

    /// Sets another password for a student; their sessions end.
    ///
    /// # Errors
    /// [`NotDone::DoesNotFit`] when it is too short.
    #[cfg(feature = "teach")]
    pub async fn set_password(self, student: AccountId, password: &str) -> Result<(), NotDone> {
        sync::set_password(student, password).await
    }

    /// One's own sessions.
    ///
    /// # Errors
    /// When the server cannot be asked.
    pub async fn sessions(self) -> Result<Vec<ListedSession>, NotDone> {
        sync::sessions().await
    }

    /// Ends a session of one's own.
    ///
    /// # Errors
    /// [`NotDone::DoesNotFit`] when it is over already.
    pub async fn end_session(self, id: &str) -> Result<(), NotDone> {
        sync::end_session(id).await
    }
}
