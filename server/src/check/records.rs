//! What lies beside the log: what belongs to accounts, and the documents that editions name.

use super::{Report, log::Told};
use crate::store::StoreError;
use argon2::PasswordHash;
use domain::ids::{AccountId, ContentHash};
use rusqlite::Connection;
use std::collections::BTreeSet;
use uuid::Uuid;

/// A login, a password and a name are those of an account that was opened.
pub(super) fn check_accounts(connection: &Connection, told: &Told, report: &mut Report) -> Result<(), StoreError> {
    let mut claims = connection.prepare("SELECT value, owner FROM claims WHERE kind = 'login'")?;
    let mut rows = claims.query([])?;
    while let Some(row) = rows.next()? {
        let (login, owner): (String, String) = (row.get(0)?, row.get(1)?);
        if !owner.parse().is_ok_and(|account: AccountId| told.accounts.contains(&account)) {
            report.fault("claims", format!("The login “{login}” is claimed by account {owner}, which was never opened."));
        }
    }
    let mut credentials = connection.prepare("SELECT account, hash FROM credentials")?;
    let mut rows = credentials.query([])?;
    while let Some(row) = rows.next()? {
        let account = AccountId(Uuid::from_bytes(row.get(0)?));
        if !told.accounts.contains(&account) {
            report.fault("credentials", format!("There is a password of account {account}, which was never opened."));
        }
        if PasswordHash::new(&row.get::<_, String>(1)?).is_err() {
            report.fault("credentials", format!("The password of account {account} is stored in no form that can be compared."));
        }
    }
    let mut people = connection.prepare("SELECT account FROM people")?;
    let mut rows = people.query([])?;
    while let Some(row) = rows.next()? {
        let account = AccountId(Uuid::from_bytes(row.get(0)?));
        if !told.accounts.contains(&account) {
            report.fault("people", format!("There is a name of account {account}, which was never opened."));
        }
    }
    Ok(())
}

/// Each document is what its hash says, and each edition's documents are there.
pub(super) fn check_documents(connection: &Connection, told: &Told, report: &mut Report) -> Result<(), StoreError> {
    let mut stored = BTreeSet::new();
    let mut all = connection.prepare("SELECT hash, bytes FROM documents")?;
    let mut rows = all.query([])?;
    while let Some(row) = rows.next()? {
        let hash = ContentHash(row.get(0)?);
        let bytes = row.get_ref(1)?.as_blob().map_err(|fault| StoreError::Damaged(fault.to_string()))?;
        let found = ContentHash::of(bytes);
        if found != hash {
            report.fault("documents", format!("The document {hash} is not what it was: its hash is {found} now."));
        }
        stored.insert(hash);
    }
    report.counted.documents = stored.len() as u64;
    for (course, number, documents) in &told.editions {
        for hash in documents.iter().filter(|hash| !stored.contains(*hash)) {
            report.fault("documents", format!("Edition {number} of course {course} names the document {hash}, which is not there."));
        }
    }
    Ok(())
}
