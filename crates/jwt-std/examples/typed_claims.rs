//! Claims as types: the registered ones, the caller's own beside them, and what a refusal says.
//!
//! `cargo run -p jwt-std --example typed_claims` prints
//!
//! ```text
//! claims: {"iss":"https://issuer.example","sub":"user-7","aud":["https://api.example","https://files.example"],"exp":…,"iat":…,"jti":"…","scope":["read","write"],"tenant":7}
//! user-7 of tenant 7 may read, write until … s from now
//! at files: ok
//! elsewhere: InvalidAudience (PyJWT: InvalidAudienceError)
//!   aud: expected "https://mail.example", found ["https://api.example","https://files.example"]
//! an hour later: Expired (PyJWT: ExpiredSignatureError)
//!   exp: expected later than …, found …
//! another type: a claim does not fit: missing field `role` at line 1 column …
//! ```

use std::time::Duration;

use jwt_std::{
    Algorithm, Claims, Error, Minter, Policy, PrivateKey, mint, now, random_jwt_id, verify_as,
};
use serde::{Deserialize, Serialize};

/// What this service adds to the registered claims.
#[derive(Serialize, Deserialize)]
struct Access {
    scope: Vec<Scope>,
    tenant: u32,
}

/// A closed set of words: others are no claims of this service.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Scope {
    Read,
    Write,
}

/// What another service would look for.
#[derive(Deserialize)]
struct Other {
    #[serde(rename = "role")]
    _role: String,
}

fn main() -> Result<(), Error> {
    let key = PrivateKey::generate(Algorithm::Ed25519)?;
    let claims = Claims::new()
        .issuer("https://issuer.example")
        .subject("user-7")
        .audience(["https://api.example", "https://files.example"])
        .expires_in(Duration::from_secs(300))
        .jwt_id(random_jwt_id()?)
        .with(Access { scope: vec![Scope::Read, Scope::Write], tenant: 7 });
    println!("claims: {}", serde_json::to_string(&claims)?);
    let token = mint(&Minter::new(), &key.signing_key()?, &claims)?;

    let key = key.verifying_key()?;
    let policy = Policy::new("https://issuer.example", "https://api.example").require(&["jti"]);
    let claims: Claims<Access> = verify_as(&token, &key, &policy, now())?;
    let may: Vec<_> =
        claims.own.scope.iter().map(|scope| format!("{scope:?}").to_lowercase()).collect();
    let left = claims.expiration_time.map_or(0, |exp| exp.seconds_since(now()));
    println!(
        "{} of tenant {} may {} until {left} s from now",
        claims.subject.unwrap_or_default(),
        claims.own.tenant,
        may.join(", ")
    );

    let files = Policy::new("https://issuer.example", "https://files.example");
    verify_as::<Claims, _>(&token, &key, &files, now())?;
    println!("at files: ok");

    let mail = Policy::new("https://issuer.example", "https://mail.example");
    tell("elsewhere", &verify_as::<Claims, _>(&token, &key, &mail, now()));
    let later = now().saturating_add(3600);
    tell("an hour later", &verify_as::<Claims, _>(&token, &key, &policy, later));
    tell("another type", &verify_as::<Claims<Other>, _>(&token, &key, &policy, now()));
    Ok(())
}

/// Prints what a caller can know of a refusal.
fn tell<T>(what: &str, result: &Result<T, Error>) {
    match result {
        Ok(_) => println!("{what}: ok"),
        Err(error @ Error::Claims { explained, .. }) => {
            let kind = error.kind();
            println!("{what}: {kind} (PyJWT: {})", kind.pyjwt());
            for refusal in explained {
                let of = |part: &Option<String>| part.clone().unwrap_or_default();
                println!(
                    "  {}: expected {}, found {}",
                    of(&refusal.claim),
                    of(&refusal.expected),
                    of(&refusal.found)
                );
            }
        }
        Err(Error::Serde(error)) => println!("{what}: a claim does not fit: {error}"),
        Err(error) => println!("{what}: {error}"),
    }
}
