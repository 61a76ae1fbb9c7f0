//! Tokens by hand: good ones by the `jwt` command, and ones that are good but for one thing.

use jwt_core::{HmacKey, Hs256, SigningKey as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::fresh::now;
use crate::interop::jwt::Jwt;
use crate::interop::keys::encode;
use crate::sh::Result;

/// Seconds that are more than any clock is forgiven.
const LONG: i64 = 3600;

/// A key pair of `jwt keygen`, which is named by its thumbprint.
pub(super) struct KeyPair {
    /// The files.
    pub(super) private: String,
    pub(super) public: String,
    /// The public key as a JWK.
    pub(super) jwk: Value,
}

impl KeyPair {
    pub(super) fn make(jwt: &Jwt, name: &str, alg: &str) -> Result<Self> {
        let (private, public) =
            (jwt.path(&format!("{name}.jwk")), jwt.path(&format!("{name}-public.jwk")));
        let out = ["--kid-thumbprint", "--out", &private, "--public-out", &public];
        jwt.done(&[["keygen", "--alg", alg].as_slice(), &out].concat())?;
        let jwk = serde_json::from_str(&std::fs::read_to_string(&public)?)?;
        Ok(Self { private, public, jwk })
    }

    pub(super) fn kid(&self) -> &str {
        self.jwk.get("kid").and_then(Value::as_str).unwrap_or_default()
    }
}

/// The time in UNIX seconds.
pub(super) fn seconds() -> Result<i64> {
    Ok(now()?.seconds())
}

/// What makes a token, which names its key.
#[derive(Clone)]
pub(super) struct Token<'t> {
    pub(super) key: &'t KeyPair,
    pub(super) typ: &'static str,
    /// Members of the header besides.
    pub(super) header: Value,
    pub(super) claims: Value,
}

impl Token<'_> {
    /// The same with another claim; null is none.
    pub(super) fn with(&self, name: &str, value: Value) -> Self {
        let mut other = self.clone();
        if let Some(claims) = other.claims.as_object_mut() {
            claims.insert(name.to_owned(), value);
            claims.retain(|_, value| !value.is_null());
        }
        other
    }

    pub(super) fn mint(&self, jwt: &Jwt) -> Result<String> {
        self.signed_by(jwt, self.key)
    }

    fn signed_by(&self, jwt: &Jwt, signer: &KeyPair) -> Result<String> {
        let (header, claims) = (self.header.to_string(), self.claims.to_string());
        let names = ["--kid", self.key.kid(), "--typ", self.typ];
        let says = ["--no-iat", "--header", &header, "--claims", &claims];
        jwt.line(&[["mint", "--key", &signer.private].as_slice(), &names, &says].concat())
    }

    /// Tokens that nobody may take who takes this one, with what is wrong with them.
    pub(super) fn spoilt(
        &self,
        jwt: &Jwt,
        stranger: &KeyPair,
    ) -> Result<Vec<(&'static str, String)>> {
        let now = seconds()?;
        let later = now.saturating_add(LONG);
        let other = json!("https://other.example");
        let good = self.mint(jwt)?;
        let (input, signature) = good.rsplit_once('.').ok_or("no signature")?;
        let (header, payload) = input.split_once('.').ok_or("no payload")?;
        let nobody_s = encode(self.with("sub", json!("somebody")).claims.to_string().as_bytes())?;
        Ok(vec![
            ("expired", self.with("exp", json!(now.saturating_sub(LONG))).mint(jwt)?),
            ("not valid yet", self.with("nbf", json!(later)).mint(jwt)?),
            ("without exp", self.with("exp", Value::Null).mint(jwt)?),
            ("from another issuer", self.with("iss", other.clone()).mint(jwt)?),
            ("for another audience", self.with("aud", other).mint(jwt)?),
            ("of a stranger who names our key", self.signed_by(jwt, stranger)?),
            ("with another sub, signature kept", format!("{header}.{nobody_s}.{signature}")),
            ("with another signature", format!("{input}.{}", encode(&[0x42; 64])?)),
            ("with a signature of zeros", format!("{input}.{}", encode(&[0; 64])?)),
            ("without its signature", format!("{input}.")),
            ("of alg none", format!("{}.{payload}.", encode(br#"{"alg":"none"}"#)?)),
            ("with our PEM as its secret", self.confused(jwt)?),
        ])
    }

    /// The public key as an HMAC secret (RFC 8725 section 2.1): everybody can compute that MAC.
    fn confused(&self, jwt: &Jwt) -> Result<String> {
        let pem = jwt.done(&["key", "convert", &self.key.public, "--to", "pem"])?;
        // RFC 2104 section 2: a key longer than a block is hashed first. `HmacKey` takes no public key for a secret.
        let secret = HmacKey::<Hs256>::new(&Sha256::digest(pem))?;
        let header = json!({"alg": "HS256", "typ": self.typ, "kid": self.key.kid()});
        let [header, claims] = [&header, &self.claims].map(Value::to_string);
        let input = format!("{}.{}", encode(header.as_bytes())?, encode(claims.as_bytes())?);
        Ok(format!("{input}.{}", encode(secret.sign(input.as_bytes())?.as_ref())?))
    }
}
