//! Access tokens that are not what they should be.

use jwt_core::{HmacKey, Hs256, Minter};
use jwt_std::{PrivateKey, PublicKey, mint};
use serde_json::{Value, json};

use super::story::{AUDIENCE, SERVICE};
use crate::Result;

/// A key and the name of an issuer: of the issuer itself, or of somebody else.
pub(super) struct Forge<'k> {
    pub(super) issuer: &'k str,
    pub(super) key: &'k PrivateKey,
}

impl Forge<'_> {
    /// The claims of a good token.
    fn claims(&self) -> Value {
        let now = jwt_std::now().seconds();
        json!({
            "iss": self.issuer, "sub": SERVICE, "client_id": SERVICE, "aud": AUDIENCE, "scope": "chat",
            "iat": now, "exp": now.saturating_add(300), "jti": format!("forged-{now}"),
        })
    }

    /// A token whose claims are as they should be.
    pub(super) fn good(&self) -> Result<String> {
        self.of_type("at+jwt")
    }

    /// A token with another value for a claim.
    pub(super) fn with(&self, claim: &str, value: Value) -> Result<String> {
        self.signed("at+jwt", claim, value)
    }

    /// A token that was good an hour ago.
    pub(super) fn expired(&self) -> Result<String> {
        self.with("exp", json!(jwt_std::now().seconds().saturating_sub(3600)))
    }

    /// A token of the issuer for something else.
    pub(super) fn of_type(&self, typ: &str) -> Result<String> {
        self.signed(typ, "scope", json!("chat"))
    }

    /// A token whose HMAC secret is the issuer's public key.
    pub(super) fn confused(&self, public: &PublicKey) -> Result<String> {
        let jwk = public.to_jwk();
        let point = jwt_core::Jwk::parse(jwk.as_bytes())?.es256_verifying_key()?.to_sec1();
        let secret = HmacKey::<Hs256>::new(&point)?;
        let minter = Minter::new().typ("at+jwt").kid(self.key.kid().unwrap_or_default());
        let claims = self.claims().to_string();
        let mut buf = vec![0; 2048];
        let claims = jwt_core::json::Object::parse(claims.as_bytes())?;
        Ok(minter.mint(&mut buf, &secret, &claims)?.as_str().to_owned())
    }

    fn signed(&self, typ: &str, claim: &str, value: Value) -> Result<String> {
        let mut claims = self.claims();
        if let Some(claims) = claims.as_object_mut() {
            claims.insert(claim.to_owned(), value);
        }
        let minter = Minter::new().typ(typ).kid(self.key.kid().unwrap_or_default());
        Ok(mint(&minter, &self.key.signing_key()?, &claims)?)
    }
}

/// The same token with one character of its claims changed.
pub(super) fn tampered(token: &str) -> String {
    let place = token.find('.').map_or(0, |dot| dot.saturating_add(9));
    let mut bytes = token.as_bytes().to_vec();
    if let Some(byte) = bytes.get_mut(place) {
        *byte = if *byte == b'A' { b'B' } else { b'A' };
    }
    String::from_utf8(bytes).unwrap_or_default()
}

/// The same claims under the algorithm "none".
pub(super) fn unsigned(token: &str) -> String {
    let claims = token.split('.').nth(1).unwrap_or_default();
    // {"alg":"none","typ":"at+jwt"}
    format!("eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.{claims}.")
}
