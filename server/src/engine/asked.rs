//! What people ask for by HTTP that is no numbered command of theirs: opening a class to a code, joining it, a new password for somebody. Each is decided
//! by the same rules, and recorded as done by whoever asked.

use super::{Ended, Engine, Open, Suspect, commands, record::unforeseen};
use crate::{
    store::{EventStore, Record, StoreError, StoreReader as _},
    trail::What,
};
use domain::{
    account::{self, Role},
    class,
    command::{Command, Refusal},
    event::StreamId,
    ids::{AccountId, ClassId, ContentHash, DeviceId},
    rights,
};

/// A request, and the device that its record names: a random one made for this request, so that no other account can own it.
#[derive(Debug)]
pub struct Asked {
    /// Who asks.
    pub by: AccountId,
    /// The device.
    pub device: DeviceId,
    /// What for.
    pub what: Wish,
}

/// What is asked for.
#[derive(Debug)]
pub enum Wish {
    /// To join the class of the school that is open to this code.
    Join {
        /// As it was typed.
        code: String,
    },
    /// To let students join a class with this code, which the server made.
    OpenEnrolment {
        /// The class.
        class: ClassId,
        /// The code.
        code: String,
    },
    /// To take a note back.
    RemoveNote {
        /// The document.
        note: ContentHash,
    },
    /// To close an account for good.
    CloseAccount {
        /// The account.
        account: AccountId,
    },
    /// That an account have another password.
    SetPassword {
        /// The account.
        account: AccountId,
        /// The argon2id hash of the password (PHC string).
        password_hash: String,
        /// From which device it is asked, in words.
        from: String,
    },
    /// To have another password oneself.
    ChangePassword {
        /// The hash of the password so far, which was shown to be known.
        was: String,
        /// The argon2id hash of the new one (PHC string).
        password_hash: String,
        /// SHA-256 of the token of the session that goes on; all others end.
        but: [u8; 32],
        /// From which device it is asked, in words.
        from: String,
    },
}

/// What became of it: the stream that tells of it, or why nothing was done.
pub type Granted = Result<StreamId, Denied>;

/// Why something asked for was not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Denied {
    /// The rules say no.
    Refused(Refusal),
    /// The account has no right to ask for it.
    Forbidden,
}

impl<S: EventStore> Engine<S> {
    /// Does what is asked for, or says why not.
    pub(super) fn grant(&mut self, asked: Asked, open: &mut Open) -> Result<Granted, StoreError> {
        let Asked { by, device, what } = asked;
        self.deciding = Some(Suspect { account: by, command: None });
        let (mut ended, mut closed) = (None, None);
        let (command, records) = match what {
            Wish::Join { code } => {
                let Some(known) = self.directory.account(by).filter(|known| known.role == Role::Student) else {
                    return Ok(Err(Denied::Forbidden));
                };
                let Some(class) = self.directory.class_joined_with(&code, Some(known.school), open.now) else {
                    return Ok(Err(Denied::Refused(Refusal::Class(class::Refusal::NotOpenToYou))));
                };
                (Command::Class(class, class::Command::Join { student: by, code }), Vec::new())
            }
            Wish::OpenEnrolment { class, code } => {
                if !rights::may_open_enrolment(by, class, &self.directory) {
                    return Ok(Err(Denied::Forbidden));
                }
                (Command::Class(class, class::Command::OpenEnrolment { code }), Vec::new())
            }
            Wish::RemoveNote { note } => {
                let class = self.directory.notes.class_of(note).filter(|_| rights::may_remove_note(by, note, &self.directory));
                let Some(class) = class else { return Ok(Err(Denied::Forbidden)) };
                (Command::Class(class, class::Command::RemoveNote { note }), vec![Record::DocumentErased(note)])
            }
            Wish::CloseAccount { account } => {
                let known = self.directory.account(account).filter(|_| rights::may_close_account(by, account, &self.directory));
                let Some(known) = known else { return Ok(Err(Denied::Forbidden)) };
                let close = Command::Account(account, account::Command::Close { school: known.school });
                (ended, closed) = (Some(Ended::Of { account, but: None }), Some(account));
                (close, super::operations::closing(account))
            }
            Wish::SetPassword { account, password_hash, from } => {
                let known = self.directory.account(account).filter(|_| rights::may_set_password(by, account, &self.directory));
                let Some(known) = known else { return Ok(Err(Denied::Forbidden)) };
                // Sessions begun with the old password end.
                let row = What::PasswordSet.row(open.now, Some(by), Some(account), from);
                let records = vec![Record::Credential(account, password_hash), Record::SessionsOfEnded(account), Record::Trail(row)];
                ended = Some(Ended::Of { account, but: None });
                (Command::Account(account, account::Command::SetPassword { school: known.school }), records)
            }
            Wish::ChangePassword { was, password_hash, but, from } => {
                // Somebody else may have set another password since the present one was checked.
                let is_so_far = self.reader.credential(by)?.is_some_and(|hash| hash == was);
                let Some(known) = self.directory.account(by).filter(|_| is_so_far) else { return Ok(Err(Denied::Forbidden)) };
                let row = What::PasswordChanged.row(open.now, Some(by), None, from);
                let records = vec![Record::Credential(by, password_hash), Record::SessionsOfEndedBut(by, but), Record::Trail(row)];
                ended = Some(Ended::Of { account: by, but: Some(but) });
                (Command::Account(by, account::Command::SetPassword { school: known.school }), records)
            }
        };
        let stream = command.stream();
        self.prepare(&command)?;
        match commands::guarded(|| self.decide(&command, open.now)) {
            Err(refusal) => Ok(Err(Denied::Refused(refusal))),
            // What was asked for is so already: there is nothing to record.
            Ok(events) if events.is_empty() => Ok(Ok(stream)),
            Ok(events) => {
                let author = self.author(by, device, open.now)?;
                self.record(author, &command, events, records, open).map_err(unforeseen)?;
                if let Some(account) = closed {
                    self.leave(by, device, account, open)?;
                }
                open.ended.extend(ended);
                Ok(Ok(stream))
            }
        }
    }
}
