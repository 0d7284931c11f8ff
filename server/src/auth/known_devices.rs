//! Known devices: a cookie that proves, to this server only, which accounts have signed in from this browser before. Whoever brings it does not wait
//! behind strangers. The server stores nothing of it: it holds a random number, and for each account a code that only this store's secret can make.

use super::{cookie::cookie_value, seal::Sealer};
use crate::reach::Reach;
use axum::http::{HeaderMap, HeaderValue};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::ids::AccountId;

/// How long a browser keeps it: as long as browsers keep any cookie.
const AGE_SECONDS: i64 = 400 * 24 * 60 * 60;
/// The most accounts that one browser is known for; the one that signed in longest ago goes first. A computer in a classroom has many.
const ACCOUNTS_MAX: usize = 32;
/// The bytes of the number and of each code.
const BYTES: usize = 16;

/// A device's random number.
pub type DeviceNumber = [u8; BYTES];

/// What a browser brings.
#[derive(Debug, Default)]
pub struct Brought {
    device: Option<DeviceNumber>,
    codes: Vec<[u8; BYTES]>,
}

impl Brought {
    /// What the cookie in these headers says; a malformed part of it is ignored.
    pub fn read(headers: &HeaderMap, reach: &Reach) -> Self {
        let Some(value) = cookie_value(headers, name(reach)) else { return Self::default() };
        let mut parts = value.split('.').map(decoded);
        let Some(Some(device)) = parts.next() else { return Self::default() };
        Self { device: Some(device), codes: parts.take(ACCOUNTS_MAX).flatten().collect() }
    }

    /// The device's number, if somebody has signed in from it to this account.
    pub fn known(&self, account: AccountId, sealer: &Sealer) -> Option<DeviceNumber> {
        let device = self.device?;
        self.codes.iter().any(|code| sealer.vouches(&device, account, code)).then_some(device)
    }

    /// The cookie after somebody has signed in to this account.
    pub fn with(self, account: AccountId, sealer: &Sealer, reach: &Reach) -> HeaderValue {
        let device = self.device.unwrap_or_else(|| {
            let mut bytes = [0; BYTES];
            getrandom::fill(&mut bytes).expect("an operating system has random numbers");
            bytes
        });
        let code = sealer.code(&device, account);
        let others = self.codes.into_iter().filter(|other| *other != code).take(ACCOUNTS_MAX - 1);
        let parts: Vec<String> = [device, code].into_iter().chain(others).map(|part| URL_SAFE_NO_PAD.encode(part)).collect();
        let (name, secure) = (name(reach), if reach.https { "; Secure" } else { "" });
        let text = format!("{name}={}; HttpOnly; SameSite=Strict; Path=/api/sessions; Max-Age={AGE_SECONDS}{secure}", parts.join("."));
        HeaderValue::from_str(&text).expect("its parts are base64url")
    }
}

/// The cookie's name. Only signing in needs it, so only there is it sent.
fn name(reach: &Reach) -> &'static str {
    if reach.https { "__Secure-leftfold-device" } else { "leftfold-device" }
}

fn decoded(part: &str) -> Option<[u8; BYTES]> {
    URL_SAFE_NO_PAD.decode(part).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::memory::MemoryStore;
    use axum::http::header;
    use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};

    const REACH: Reach =
        Reach { https: true, origin: None, behind_proxy: false, address: SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 443)) };

    fn brought(cookie: &HeaderValue) -> Brought {
        let value = cookie.to_str().unwrap().split(';').next().unwrap();
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, format!("a=b; {value}").parse().unwrap());
        Brought::read(&headers, &REACH)
    }

    #[test]
    fn a_device_is_known_to_whom_it_was_used_by_and_to_nobody_else_s_store() {
        let [ann, bob] = ["ann", "bob"].map(|name| AccountId::derived(&[name]));
        let (ours, theirs) = (Sealer::of(&mut MemoryStore::default()).unwrap(), Sealer::of(&mut MemoryStore::default()).unwrap());
        let first = Brought::default().with(ann, &ours, &REACH);
        let text = first.to_str().unwrap();
        assert!(text.starts_with("__Secure-leftfold-device="), "{text}");
        assert!(text.contains("; HttpOnly; SameSite=Strict; Path=/api/sessions;") && text.ends_with("; Secure"), "{text}");
        let device = brought(&first).known(ann, &ours).expect("she was here");
        assert_eq!((brought(&first).known(bob, &ours), brought(&first).known(ann, &theirs)), (None, None));
        let both = brought(&first).with(bob, &ours, &REACH);
        assert_eq!([ann, bob].map(|account| brought(&both).known(account, &ours)), [Some(device); 2], "the browser is the same");
        let again = brought(&both).with(bob, &ours, &REACH);
        assert_eq!(both, again, "nobody stands in it twice");
        let other = Brought::default().with(ann, &ours, &REACH);
        assert_ne!(brought(&other).known(ann, &ours), Some(device), "another browser is another device");
    }

    #[test]
    fn it_does_not_grow_for_ever_and_nonsense_is_nothing() {
        let sealer = Sealer::of(&mut MemoryStore::default()).unwrap();
        let class: Vec<AccountId> = (0..40).map(|n| AccountId::derived(&[&n.to_string()])).collect();
        let cookie = class
            .iter()
            .fold(Brought::default().with(class[0], &sealer, &REACH), |cookie, account| brought(&cookie).with(*account, &sealer, &REACH));
        assert!(cookie.len() < 1_024, "{} bytes", cookie.len());
        let known = class.iter().filter(|account| brought(&cookie).known(**account, &sealer).is_some()).count();
        assert_eq!(known, ACCOUNTS_MAX);
        for text in ["", "x", ".", "AAAA.AAAA", "AAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAA"] {
            let cookie: HeaderValue = format!("__Secure-leftfold-device={text}").parse().unwrap();
            assert_eq!(brought(&cookie).known(class[0], &sealer), None, "{text}");
        }
    }
}
