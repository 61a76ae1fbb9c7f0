//! An API: reads the issuer's keys once, accepts good tokens, and says why it refuses the others.
//!
//! `cargo run -p jwt-std --example accept` prints
//!
//! ```text
//! good                     200 user-7 may read
//! expired                  401 claims: expired … s ago (exp is …)
//! for another API          401 claims: aud is "https://other.example", expected "https://api.example"
//! by another issuer        401 key: …
//! a claim changed          401 signature: …
//! alg none                 401 key: …
//! an ID token              401 claims: typ is "JWT", expected "at+jwt"
//! no token at all          401 structure: …
//! ```

use jwt_std::{
    Algorithm, Error, KeyFile, KeySet, Minter, NumericDate, Policy, PrivateKey, mint, now, verify,
};
use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize, Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: String,
    exp: i64,
    scope: String,
}

/// What the API knows of its issuer. Built at the start, shared by all requests.
struct Door {
    keys: KeySet,
}

impl Door {
    /// The issuer's JWK Set, as its `jwks_uri` serves it. Only keys for ES256 are of interest.
    fn new(published: &str) -> Result<Self, Error> {
        let file = KeyFile::parse(published.as_bytes().to_vec().into())?;
        Ok(Self { keys: file.verifying_keys(&[Algorithm::Es256])? })
    }

    /// The claims of a token that may pass.
    fn open(&self, token: &str, now: NumericDate) -> Result<Claims, Error> {
        // Of every token: this issuer, this audience, an expiry that has not come. RFC 9068: this type.
        let policy = Policy::new("https://issuer.example", "https://api.example")
            .typ("at+jwt")
            .require(&["sub"]);
        verify(token, &self.keys, &policy, now)?.claims()
    }

    /// The status of a request with this bearer token, and a line for the log. No token is in it.
    fn answer(&self, token: &str) -> (u16, String) {
        match self.open(token, now()) {
            Ok(claims) => (200, format!("{} may {}", claims.sub, claims.scope)),
            Err(error) => match error.stage() {
                Some(stage) => (401, format!("{stage}: {error}")),
                None => (500, error.to_string()),
            },
        }
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let key = PrivateKey::generate(Algorithm::Es256)?.with_kid(Some("2026-11".into()));
    let public = key.public().ok_or("a symmetric key")?;
    let door = Door::new(&format!(r#"{{"keys":[{}]}}"#, public.to_jwk()))?;

    let good = Claims {
        iss: "https://issuer.example".into(),
        sub: "user-7".into(),
        aud: "https://api.example".into(),
        exp: now().saturating_add(300).seconds(),
        scope: "read".into(),
    };
    let minter = Minter::new().typ("at+jwt").kid("2026-11");
    let signing_key = key.signing_key()?;
    let with = |claims: Claims| mint(&minter, &signing_key, &claims);
    let token = with(good.clone())?;

    let stranger = PrivateKey::generate(Algorithm::Es256)?.signing_key()?;
    let (header, rest) = token.split_once('.').ok_or("no header")?;
    let (_, signature) = rest.split_once('.').ok_or("no payload")?;
    let raised = with(Claims { scope: "write".into(), ..good.clone() })?;
    let raised = raised.split('.').nth(1).ok_or("no payload")?;
    let cases = [
        ("good", 200, token.clone()),
        ("expired", 401, with(Claims { exp: now().saturating_sub(5).seconds(), ..good.clone() })?),
        (
            "for another API",
            401,
            with(Claims { aud: "https://other.example".into(), ..good.clone() })?,
        ),
        ("by another issuer", 401, mint(&minter.kid("2026-10"), &stranger, &good)?),
        ("a claim changed", 401, format!("{header}.{raised}.{signature}")),
        ("alg none", 401, format!("eyJhbGciOiJub25lIn0.{raised}.")),
        ("an ID token", 401, mint(&minter.typ("JWT"), &signing_key, &good)?),
        ("no token at all", 401, "Bearer".to_owned()),
    ];
    for (name, expected, token) in cases {
        let (status, line) = door.answer(&token);
        println!("{name:<24} {status} {line}");
        if status != expected {
            return Err(format!("{name}: {expected} was expected").into());
        }
    }
    Ok(())
}
