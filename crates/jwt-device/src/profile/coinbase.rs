//! Coinbase Developer Platform (CDP).

use jwt_core::error::RegisteredClaim;
use jwt_core::json::{WriteMembers, from_fn};
use jwt_core::{Audience, Es256, JwsAlgorithm as _, NumericDate, RegisteredClaims};

use super::web_push::is_host_and_port;
use super::{KeyId, Lifetime, Profile, ProviderToken, Reuse, Rule};

/// Bytes of "uri" at most. The limit is this library's: "uri" is put together on the stack.
pub const MAX_URI_LEN: usize = 256;

/// A token for one request to the Coinbase CDP APIs, with a secret API key on P-256. Such keys arrive as
/// SEC1 PEM.
///
/// | rule | |
/// | --- | --- |
/// | header | "kid", which is the name of the key; "nonce" |
/// | claims | "iss" `cdp` (*unconfirmed*, so any text passes), "sub" the name of the key, "nbf", "exp", "uri" |
/// | lifetime | at most 120 s from "nbf" |
/// | reuse | one token a request |
#[derive(Clone, Copy, Debug)]
pub struct Coinbase<'a> {
    /// "sub", and the "kid" that the signer has to have: `organizations/…/apiKeys/…`.
    pub key_name: &'a str,
    /// "iss": [`Coinbase::ISSUER`].
    pub issuer: &'a str,
    /// "aud": newer services are said to want `["cdp_service"]` (*unconfirmed*); `None` for the others.
    pub audience: Option<Audience<'a>>,
    /// "nonce" in the header: random text, new for each token.
    pub nonce: &'a str,
    /// The method of the request, `GET`: the first part of "uri".
    pub method: &'a str,
    /// The host of the request, `api.coinbase.com`: the second part of "uri".
    pub host: &'a str,
    /// The path of the request without its query, `/api/v3/brokerage/accounts`: the third part of "uri".
    pub path: &'a str,
    /// "nbf": now.
    pub issued_at: NumericDate,
    /// Seconds from "nbf" to "exp".
    pub lifetime: u32,
}

impl Coinbase<'_> {
    /// What "iss" is known to be.
    pub const ISSUER: &'static str = "cdp";
}

impl ProviderToken for Coinbase<'_> {
    type Algorithm = Es256;

    const PROFILE: Profile = Profile {
        key_id: KeyId::SameAsSubject,
        required: &[
            RegisteredClaim::Issuer,
            RegisteredClaim::Subject,
            RegisteredClaim::ExpirationTime,
            RegisteredClaim::NotBefore,
        ],
        lifetime: Some(Lifetime::at_most(120, 120)),
        reuse: Reuse::Once,
        ..Profile::new("Coinbase CDP", Es256::ALGORITHM)
    };

    fn issued_at(&self) -> NumericDate {
        self.issued_at
    }

    fn registered(&self) -> RegisteredClaims<'_> {
        RegisteredClaims {
            issuer: Some(self.issuer),
            subject: Some(self.key_name),
            audience: self.audience,
            expiration_time: Some(self.issued_at.saturating_add(self.lifetime.into())),
            not_before: Some(self.issued_at),
            ..Default::default()
        }
    }

    fn claims(&self) -> impl WriteMembers {
        from_fn(|object| {
            let mut buf = [0; MAX_URI_LEN];
            object.string("uri", join(&mut buf, &self.uri()));
        })
    }

    fn header(&self) -> impl WriteMembers + Copy {
        from_fn(|object| {
            object.string("nonce", self.nonce);
        })
    }

    fn check_own(&self) -> Result<(), Rule> {
        Rule::not_empty("nonce", self.nonce)?;
        Rule::method("uri", self.method)?;
        if !is_host_and_port(self.host.as_bytes()) {
            return Err(Rule::NotAHost { claim: "uri" });
        }
        if !self.path.starts_with('/') || !Rule::is_bare(self.path) {
            return Err(Rule::NotAPath { claim: "uri" });
        }
        let found = self.uri().iter().fold(0, |len: usize, part| len.saturating_add(part.len()));
        if found > MAX_URI_LEN {
            return Err(Rule::TooLong { member: "uri", found, max: MAX_URI_LEN });
        }
        Ok(())
    }
}

impl Coinbase<'_> {
    fn uri(&self) -> [&str; 4] {
        [self.method, " ", self.host, self.path]
    }
}

/// The parts one after the other; what does not fit is not there.
fn join<'b>(buf: &'b mut [u8], parts: &[&str]) -> &'b str {
    let mut len: usize = 0;
    let bytes = parts.iter().flat_map(|part| part.bytes());
    for (to, from) in buf.iter_mut().zip(bytes) {
        *to = from;
        len = len.saturating_add(1);
    }
    let text = buf.get(..len).unwrap_or_default();
    core::str::from_utf8(text).unwrap_or_default()
}
