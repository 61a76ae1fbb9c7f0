//! An issuer: makes its keys, publishes their public halves, and issues access tokens.
//!
//! `cargo run -p jwt-std --example issue` prints
//!
//! ```text
//! keys to publish: {"keys":[{"kty":"EC","crv":"P-256",…,"alg":"ES256","kid":"…"},{"kty":"OKP",…,"alg":"Ed25519","kid":"…"}]}
//! token: eyJ….eyJ….…
//! header: {"alg":"ES256","typ":"at+jwt","kid":"…"}
//! claims: {"iss":"https://issuer.example","sub":"user-7","aud":"https://api.example","exp":…,"scope":"read"}
//! the next key issues: {"alg":"Ed25519","typ":"at+jwt","kid":"…"}
//! ```

use jwt_std::{
    Algorithm, Minter, NumericDate, Policy, PrivateKey, SigningKey, jwk_set, mint, now, verify,
};
use serde::Serialize;

/// What this issuer says of a user (RFC 9068 section 2.2).
#[derive(Serialize)]
struct AccessToken<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    exp: i64,
    scope: &'a str,
}

/// A key that is loaded once and issues many tokens.
struct Issuer {
    kid: String,
    key: SigningKey,
}

impl Issuer {
    fn new(key: &PrivateKey) -> Result<Self, jwt_std::Error> {
        let kid = key.kid().unwrap_or_default().to_owned();
        Ok(Self { kid, key: key.signing_key()? })
    }

    fn issue(&self, user: &str, now: NumericDate) -> Result<String, jwt_std::Error> {
        let claims = AccessToken {
            iss: "https://issuer.example",
            sub: user,
            aud: "https://api.example",
            exp: now.saturating_add(300).seconds(),
            scope: "read",
        };
        mint(&Minter::new().typ("at+jwt").kid(&self.kid), &self.key, &claims)
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // The key in use and the one after it. A service would keep them as `to_jwk` or `to_pem` writes them.
    let mut keys = Vec::new();
    for algorithm in [Algorithm::Es256, Algorithm::Ed25519] {
        let key = PrivateKey::generate(algorithm)?;
        let name = key.thumbprint()?; // RFC 7638: a name that nobody has to choose
        keys.push(key.with_kid(Some(name)));
    }

    // RFC 7517 section 5: a JWK Set, public keys only.
    let published: Vec<_> = keys.iter().filter_map(PrivateKey::public).collect();
    println!("keys to publish: {}", jwk_set(&published));

    let [key, next] = keys.as_slice() else { return Err("two keys were made".into()) };
    let token = Issuer::new(key)?.issue("user-7", now())?;
    println!("token: {token}");

    // What a receiver makes of it.
    let policy = Policy::new("https://issuer.example", "https://api.example").typ("at+jwt");
    let read = verify(&token, &key.verifying_key()?, &policy, now())?;
    println!("header: {}", read.header_json());
    println!("claims: {}", read.claims_json());

    let token = Issuer::new(next)?.issue("user-7", now())?;
    let read = verify(&token, &next.verifying_key()?, &policy, now())?;
    println!("the next key issues: {}", read.header_json());
    Ok(())
}
