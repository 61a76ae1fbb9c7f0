//! Random text, its hash, and the one secret of the server that tokens are derived with.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use jwt_core::{HmacKey, Hs256, SigningKey as _, VerifyingKey as _};
use rusqlite::{OptionalExtension as _, Transaction};
use zeroize::Zeroizing;

use super::answer::{Denied, Verdict};

/// A key for HMAC-SHA256 that is made once and kept in the database. Each use has its own label.
pub(super) struct Secret(HmacKey<Hs256>);

impl Secret {
    /// Reads the secret, or makes it.
    pub(super) fn load(transaction: &Transaction<'_>) -> Verdict<Self> {
        let read = "SELECT bytes FROM secret";
        let found: Option<Vec<u8>> =
            transaction.query_row(read, [], |row| row.get(0)).optional()?;
        let bytes = match found.map(Zeroizing::new) {
            Some(bytes) => bytes,
            None => {
                let bytes = Zeroizing::new(random()?.to_vec());
                transaction.execute("INSERT INTO secret VALUES (1, ?1)", [&*bytes])?;
                bytes
            }
        };
        HmacKey::new(&bytes).map(Self).map_err(|error| jwt_std::Error::from(error).into())
    }

    /// What only this server can say of `input`, as text.
    pub(super) fn derive(&self, label: &str, input: &str) -> Verdict<String> {
        let mac = self.0.sign(labelled(label, input).as_bytes());
        let mac = mac.map_err(|_| Denied::Broken("no MAC".into()))?;
        Ok(Base64UrlUnpadded::encode_string(mac.as_ref()))
    }

    /// Whether `text` is what [`Secret::derive`] says, in constant time.
    pub(super) fn is_derived(&self, label: &str, input: &str, text: &str) -> bool {
        let mac = Base64UrlUnpadded::decode_vec(text).unwrap_or_default();
        self.0.verify(labelled(label, input).as_bytes(), &mac).is_ok()
    }
}

/// No label has the byte between: inputs of one use are never those of another.
fn labelled(label: &str, input: &str) -> String {
    format!("{label}\0{input}")
}

/// SHA-256, which is all of a code or a refresh token that is kept.
pub(super) fn hash(text: &str) -> [u8; 32] {
    jwt_core::sha256(text.as_bytes())
}

/// 256 random bits as text.
pub(super) fn random_text() -> Verdict<String> {
    Ok(Base64UrlUnpadded::encode_string(&*random()?))
}

fn random() -> Verdict<Zeroizing<[u8; 32]>> {
    let mut bytes = Zeroizing::new([0; 32]);
    getrandom::fill(&mut *bytes).map_err(|_| jwt_std::Error::Entropy)?;
    Ok(bytes)
}
