//! What lies beside the log: what belongs to accounts, and the documents that editions name.

use super::{Report, log::Told};
use crate::{logins::login_claimed, store::StoreError};
use argon2::PasswordHash;
use domain::ids::{AccountId, ContentHash};
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// A login, a password and a name are those of an account that was opened.
pub(super) fn check_accounts(connection: &Connection, told: &Told, report: &mut Report) -> Result<(), StoreError> {
    let mut claims = connection.prepare("SELECT value, owner FROM claims WHERE kind = 'login'")?;
    let mut rows = claims.query([])?;
    let mut alike: BTreeMap<String, Vec<String>> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let (login, owner): (String, String) = (row.get(0)?, row.get(1)?);
        alike.entry(login_claimed(&login)).or_default().push(login.clone());
        if !owner.parse().is_ok_and(|account: AccountId| told.accounts.contains(&account)) {
            report.fault("claims", format!("The login “{login}” is claimed by account {owner}, which was never opened."));
        }
    }
    for logins in alike.into_values().filter(|logins| logins.len() > 1) {
        let named: Vec<String> = logins.iter().map(|login| format!("“{login}”")).collect();
        report.note(format!(
            "The logins {} are the same to people by now, and are of different accounts: each signs in by its exact spelling alone.",
            named.join(" and ")
        ));
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
