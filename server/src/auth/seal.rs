//! What is derived from the store's one secret: for each account the key that seals its outbox on shared computers, the same at every sign-in, and
//! the codes of known devices.

use crate::store::{EventStore, Record, StoreError, StoreReader as _};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::ids::AccountId;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;

/// The setting that the secret is kept as.
pub const SECRET: &str = "sealing_secret";

/// The secret. It has no `Debug`, so that no log can have it.
pub struct Sealer(Hmac<Sha256>);

impl Sealer {
    /// The secret of this store; made by chance, and kept, when there is none yet.
    ///
    /// # Errors
    /// When the store fails, or what is kept is no secret: another would leave what is sealed on devices unreadable for ever.
    pub fn of(store: &mut impl EventStore) -> Result<Self, StoreError> {
        let secret = match store.reader().setting(SECRET)? {
            Some(kept) => kept,
            None => {
                let made = crate::auth::token::new_token();
                store.begin()?;
                store.put(&Record::Setting(SECRET, made.clone()))?;
                store.commit()?;
                made
            }
        };
        let bytes = URL_SAFE_NO_PAD.decode(secret).ok().filter(|bytes| bytes.len() == 32);
        let bytes = bytes.ok_or_else(|| StoreError::Damaged(format!("its {SECRET} is none")))?;
        Ok(Self(Hmac::new_from_slice(&bytes).expect("a key of any length will do")))
    }

    /// The key of an account, in base64url: HMAC-SHA256 of its identifier under the secret.
    pub fn key(&self, account: AccountId) -> String {
        let mac = self.0.clone().chain_update(account.0.as_bytes());
        URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
    }

    /// The code for a device's number and an account, which only this store can make: half of an HMAC-SHA256, over more input than a key is made
    /// from.
    pub fn code(&self, device: &[u8; 16], account: AccountId) -> [u8; 16] {
        let code = self.known_device(device, account).finalize().into_bytes();
        code[..16].try_into().expect("a SHA-256 has more bytes")
    }

    /// Whether this is the code of this device and account, compared in constant time.
    pub fn vouches(&self, device: &[u8; 16], account: AccountId, code: &[u8; 16]) -> bool {
        self.known_device(device, account).verify_truncated_left(code).is_ok()
    }

    fn known_device(&self, device: &[u8; 16], account: AccountId) -> Hmac<Sha256> {
        self.0.clone().chain_update(b"known device").chain_update(device).chain_update(account.0.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::memory::MemoryStore;

    #[test]
    fn a_key_is_an_account_s_own_and_lasts_as_long_as_the_store() {
        let (ann, bob) = (AccountId::derived(&["ann"]), AccountId::derived(&["bob"]));
        let mut store = MemoryStore::default();
        let first = Sealer::of(&mut store).unwrap();
        assert_eq!(URL_SAFE_NO_PAD.decode(first.key(ann)).unwrap().len(), 32);
        assert_ne!(first.key(ann), first.key(bob));
        assert_eq!(first.key(ann), Sealer::of(&mut store).unwrap().key(ann));
        assert_ne!(first.key(ann), Sealer::of(&mut MemoryStore::default()).unwrap().key(ann));
    }
}
