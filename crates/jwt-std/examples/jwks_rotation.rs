//! An issuer exchanges its key, and a gateway follows by the JWK Set that the issuer publishes: no token that
//! is good is refused on the way, and none of the old key is taken at the end.
//!
//! `cargo run -p jwt-std --example jwks_rotation` prints
//!
//! ```text
//! published: ["2026-10"]
//! october: ok
//! published: ["2026-10","2026-11"]
//! published: ["2026-11","2026-10"]
//! october: ok
//! november: ok
//! published: ["2026-11"]
//! october: no key for the kid and alg of the header
//! november: ok
//! a stranger: the iss of the token is no known issuer
//! ```

use std::time::Duration;

use jwt_std::{
    Algorithm, Claims, Error, Issuers, KeyFile, KeyRing, LiveKeys, Minter, NumericDate, Policy,
    PrivateKey, SignatureCache, mint, now,
};

const ISSUER: &str = "https://issuer.example";
const API: &str = "https://api.example";
/// How long a token lives, and so how long its key is needed.
const LIFETIME: Duration = Duration::from_secs(300);

/// A gateway: the keys of its issuers, and a memory of the signatures that it has seen.
struct Gateway {
    issuers: Issuers<LiveKeys>,
    cache: SignatureCache,
}

impl Gateway {
    fn new() -> Result<Self, Error> {
        let issuers = Issuers::new().with(ISSUER, LiveKeys::default());
        Ok(Self { issuers, cache: SignatureCache::new(4096)? })
    }

    /// Takes in what it has fetched from the `jwks_uri` of the issuer.
    fn refresh(&self, set: String) -> Result<(), Error> {
        let kids: serde_json::Value = serde_json::from_str(&set)?;
        let kids = kids.pointer("/keys").and_then(serde_json::Value::as_array);
        let kids = kids.into_iter().flatten().filter_map(|key| key.get("kid")).cloned();
        println!("published: {}", serde_json::Value::from_iter(kids));
        let keys = KeyFile::parse(set.into_bytes().into())?.verifying_keys(&[Algorithm::Es256])?;
        if let Some(live) = self.issuers.keys(ISSUER) {
            live.replace(keys.cached(&self.cache));
        }
        Ok(())
    }

    fn accept(&self, what: &str, token: &str, now: NumericDate) {
        match self.issuers.verify(token, |issuer| Policy::new(issuer, API), now) {
            Ok(_) => println!("{what}: ok"),
            Err(error) => println!("{what}: {error}"),
        }
    }
}

fn key(kid: &str) -> Result<PrivateKey, Error> {
    Ok(PrivateKey::generate(Algorithm::Es256)?.with_kid(Some(kid.to_owned())))
}

fn main() -> Result<(), Error> {
    let (mut now, gateway) = (now(), Gateway::new()?);
    let claims = |now| Claims::new().issuer(ISSUER).audience(API).lifetime(now, LIFETIME);

    let ring = KeyRing::new(&key("2026-10")?)?;
    gateway.refresh(ring.public_jwk_set(now)?)?;
    let october = ring.mint(Minter::new(), &claims(now))?;
    gateway.accept("october", &october, now);

    // The next key is published before it is used: until every gateway has fetched it.
    ring.announce(&key("2026-11")?)?;
    gateway.refresh(ring.public_jwk_set(now)?)?;
    now = now.saturating_add(60);

    // Now it is used, and the old one is kept for the tokens that are out.
    ring.rotate(now, LIFETIME)?;
    gateway.refresh(ring.public_jwk_set(now)?)?;
    let november = ring.mint(Minter::new(), &claims(now))?;
    gateway.accept("october", &october, now);
    gateway.accept("november", &november, now);

    // The last of them has expired. Its signature is in the cache, which is of no use to anybody any more.
    now = now.saturating_add(LIFETIME.as_secs());
    gateway.refresh(ring.public_jwk_set(now)?)?;
    let before = now.saturating_sub(100);
    gateway.accept("october", &october, before);
    gateway.accept("november", &november, before);

    // A name that nobody has vouched for has no keys.
    let stranger = Claims::new().issuer("https://stranger.example").audience(API);
    let token = mint(
        &Minter::new().kid("2026-11"),
        &key("2026-11")?.signing_key()?,
        &stranger.lifetime(now, LIFETIME),
    )?;
    gateway.accept("a stranger", &token, now);
    Ok(())
}
