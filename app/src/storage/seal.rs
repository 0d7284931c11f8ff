//! The seal of a shared computer: personal data is stored encrypted by AES-GCM, under a key that is kept in memory only.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use js_sys::{Array, Object, Uint8Array};
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AesGcmParams, Crypto, CryptoKey, SubtleCrypto};

const ALGORITHM: &str = "AES-GCM";
/// The length of a nonce: 96 bits, random for each row.
const NONCE_BYTES: u32 = 12;

/// A key, whose bytes the browser shows to no script.
#[derive(Clone)]
pub struct Seal(CryptoKey);

/// A text that only the key opens: nonce and ciphertext, in base64url.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed(String);

impl Seal {
    /// The key that the server gave, in base64url. `None` on pages without a secure context, where the browser encrypts nothing.
    pub async fn import(key: &str) -> Option<Self> {
        let bytes = Uint8Array::from(URL_SAFE_NO_PAD.decode(key).ok()?.as_slice());
        let usages = Array::of2(&"encrypt".into(), &"decrypt".into());
        let asked = subtle()?.import_key_with_str("raw", &bytes, ALGORITHM, false, &usages).ok()?;
        let key = JsFuture::from(asked).await.ok()?;
        Some(Self(key.unchecked_into()))
    }

    /// Seals a text.
    pub async fn close(&self, text: &str) -> Option<Sealed> {
        Some(Sealed(URL_SAFE_NO_PAD.encode(self.close_bytes(text.as_bytes()).await?.to_vec())))
    }

    /// Opens a text that this key sealed.
    pub async fn open(&self, sealed: &Sealed) -> Option<String> {
        let both = Uint8Array::from(URL_SAFE_NO_PAD.decode(&sealed.0).ok()?.as_slice());
        String::from_utf8(self.open_bytes(&both).await?).ok()
    }

    /// Seals bytes: returns nonce and ciphertext.
    pub async fn close_bytes(&self, bytes: &[u8]) -> Option<Uint8Array> {
        let nonce = Uint8Array::new_with_length(NONCE_BYTES);
        crypto()?.get_random_values_with_array_buffer_view(&nonce).ok()?;
        let bytes = Uint8Array::from(bytes);
        let asked = subtle()?.encrypt_with_object_and_buffer_source(&parameters(&nonce), &self.0, &bytes).ok()?;
        let sealed = Uint8Array::new(&JsFuture::from(asked).await.ok()?);
        let both = Uint8Array::new_with_length(NONCE_BYTES + sealed.length());
        both.set(&nonce, 0);
        both.set(&sealed, NONCE_BYTES);
        Some(both)
    }

    /// Opens bytes that this key sealed.
    pub async fn open_bytes(&self, both: &Uint8Array) -> Option<Vec<u8>> {
        let (nonce, sealed) = (both.subarray(0, NONCE_BYTES), both.subarray(NONCE_BYTES, both.length()));
        let asked = subtle()?.decrypt_with_object_and_buffer_source(&parameters(&nonce), &self.0, &sealed).ok()?;
        Some(Uint8Array::new(&JsFuture::from(asked).await.ok()?).to_vec())
    }
}

fn parameters(nonce: &Uint8Array) -> Object {
    AesGcmParams::new_with_u8_array(ALGORITHM, nonce).unchecked_into()
}

fn crypto() -> Option<Crypto> {
    web_sys::window()?.crypto().ok()
}

/// Missing on pages without a secure context.
fn subtle() -> Option<SubtleCrypto> {
    let subtle: JsValue = crypto()?.subtle().into();
    subtle.is_object().then(|| subtle.unchecked_into())
}
