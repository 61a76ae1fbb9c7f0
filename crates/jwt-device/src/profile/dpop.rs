//! Demonstrating Proof of Possession (DPoP), RFC 9449: a leaked access token is of no use without the key.

use core::fmt;

use jwt_core::error::RegisteredClaim;
use jwt_core::json::{WriteMembers, from_fn};
use jwt_core::{Es256, JwsAlgorithm as _, NumericDate, RegisteredClaims, base64url};

use super::web_push::{is_host_and_port, split_before};
use super::{Profile, ProviderToken, PublicPoint, Reuse, Rule};

/// A DPoP proof for one HTTP request (RFC 9449 section 4.2), the value of its `DPoP` header.
///
/// | rule | |
/// | --- | --- |
/// | header | "typ" `dpop+jwt`; "jwk", the public key |
/// | claims | "jti", "htm", "htu", "iat"; "ath" with an access token; "nonce" where the server gave one; no "exp" |
/// | reuse | one token a request |
#[derive(Clone, Copy, Debug)]
pub struct DpopProof<'a> {
    /// "jwk" in the header: the public half of the key that signs.
    pub public_key: &'a PublicPoint,
    /// "jti": text that this key never uses again: 96 random bits or a UUID (section 4.2).
    pub jwt_id: &'a str,
    /// "htm": the method of the request, `POST`.
    pub method: &'a str,
    /// "htu": the URI of the request without query and fragment.
    pub uri: &'a str,
    /// "iat": now.
    pub issued_at: NumericDate,
    /// "ath": of the access token that goes with the request; `None` at the token endpoint.
    pub access_token: Option<AccessTokenHash>,
    /// "nonce": what the server's last `DPoP-Nonce` header said (section 8).
    pub nonce: Option<&'a str>,
}

/// SHA-256 of an access token, for "ath" (RFC 9449 section 4.2).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct AccessTokenHash([u8; 32]);

impl AccessTokenHash {
    /// The hash of the text of an access token, as it stands in the `Authorization` header.
    #[must_use]
    pub fn of(access_token: &str) -> Self {
        Self(jwt_core::sha256(access_token.as_bytes()))
    }
}

impl fmt::Debug for AccessTokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessTokenHash")
    }
}

impl ProviderToken for DpopProof<'_> {
    type Algorithm = Es256;

    const PROFILE: Profile = Profile {
        typ: Some("dpop+jwt"),
        required: &[RegisteredClaim::IssuedAt, RegisteredClaim::JwtId],
        reuse: Reuse::Once,
        ..Profile::new("DPoP proof", Es256::ALGORITHM)
    };

    fn issued_at(&self) -> NumericDate {
        self.issued_at
    }

    fn registered(&self) -> RegisteredClaims<'_> {
        RegisteredClaims {
            issued_at: Some(self.issued_at),
            jwt_id: Some(self.jwt_id),
            ..Default::default()
        }
    }

    fn claims(&self) -> impl WriteMembers {
        from_fn(|object| {
            object.string("htm", self.method).string("htu", self.uri);
            if let Some(AccessTokenHash(hash)) = &self.access_token {
                let mut text = [0; base64url::encoded_len(32)];
                object.string("ath", base64url::encode(hash, &mut text).unwrap_or_default());
            }
            if let Some(nonce) = self.nonce {
                object.string("nonce", nonce);
            }
        })
    }

    fn header(&self) -> impl WriteMembers + Copy {
        from_fn(|object| {
            object.object("jwk", self.public_key);
        })
    }

    fn check_own(&self) -> Result<(), Rule> {
        Rule::method("htm", self.method)?;
        // RFC 9449 section 4.2: "the HTTP target URI (Section 7.1 of [RFC9110]) of the request to which
        // the JWT is attached, without query and fragment parts".
        let uri = self.uri.as_bytes();
        let rest = uri.strip_prefix(b"https://").or_else(|| uri.strip_prefix(b"http://"));
        let has_host = rest.is_some_and(|rest| is_host_and_port(split_before(rest, b'/').0));
        if !has_host || !Rule::is_bare(self.uri) {
            return Err(Rule::NotATargetUri { claim: "htu" });
        }
        self.nonce.map_or(Ok(()), |nonce| Rule::not_empty("nonce", nonce))
    }
}
