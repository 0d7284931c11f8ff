//! Logins: which spellings people take for the same login, and which account has it.

use crate::store::{StoreError, StoreReader};
use domain::{account, ids::AccountId};
use unicode_normalization::UnicodeNormalization;

/// The kind of claim that a login is.
pub const LOGIN: &str = "login";

/// The form of a login in which it is claimed: the same for all spellings that people take for the same.
pub fn login_claimed(login: &str) -> String {
    account::login_alike(login)
}

/// A login as earlier builds claimed it, which took `İris`, `ırıs` and `iris` for three.
fn claimed_earlier(login: &str) -> String {
    login.nfkc().collect::<String>().trim().to_lowercase()
}

/// Whose login this is. One that was claimed in this very spelling comes first; else it is the only one that is the same to people.
///
/// # Errors
/// When the store cannot be read.
pub fn account_of<R: StoreReader>(reader: &R, login: &str) -> Result<Option<AccountId>, StoreError> {
    let exact = reader.claim(LOGIN, &claimed_earlier(login))?;
    let owner = match exact {
        Some(owner) => Some(owner),
        None => the_only_one(owners_alike(reader, login)?),
    };
    Ok(owner.and_then(|owner| owner.parse().ok()))
}

/// Who has a login that is the same to people as this one. What this build claims it claims in the form that people's spellings share;
/// of what earlier builds claimed only spellings beyond ASCII can be others.
///
/// # Errors
/// When the store cannot be read.
pub fn owners_alike<R: StoreReader>(reader: &R, login: &str) -> Result<Vec<String>, StoreError> {
    let alike = login_claimed(login);
    let others = reader.claims_beyond_ascii(LOGIN)?.into_iter();
    let others = others.filter(|(claimed, _)| *claimed != alike && login_claimed(claimed) == alike).map(|(_, owner)| owner);
    Ok(reader.claim(LOGIN, &alike)?.into_iter().chain(others).collect())
}

fn the_only_one(mut owners: Vec<String>) -> Option<String> {
    if owners.len() > 1 { None } else { owners.pop() }
}
