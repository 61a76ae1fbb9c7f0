//! A proof that was received (RFC 9449 section 4.3).

use jwt_core::json::{Object, Text};
use jwt_core::key::{Jwk, Thumbprint};
use jwt_core::{
    ClaimsSet, ExpectAudience, ExpectIssuer, KeyError, Leeway, NumericDate, Policy,
    UnverifiedToken, VerifyingKey, danger,
};

use super::{AccessTokenHash, DpopError, PROOF_TYPE};
use crate::uri::TargetUri;

/// Characters of a "jti" at most. RFC 9449 section 11.1: servers "should reject DPoP proof JWTs with unnecessarily
/// large jti values".
pub const MAX_JTI_LEN: usize = 128;

/// Bytes of an "htu" with escapes at most.
const MAX_ESCAPED_URI: usize = 512;

/// Members of a JWK that are not public (RFC 7518 sections 6.2.2, 6.3.2 and 6.4).
const PRIVATE: [&str; 8] = ["d", "k", "p", "q", "dp", "dq", "qi", "oth"];

/// What the proof of a request has to say.
///
/// ```
/// # #[cfg(feature = "es256")] {
/// use jwt_core::NumericDate;
/// use jwt_core::key::Thumbprint;
/// use jwt_oauth::{ExpectProof, TargetUri};
///
/// # let (token, now) = ("Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU", NumericDate::from_seconds(1_562_262_618));
/// # let field = "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0ZWRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.2oW9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA";
/// // `token` was verified, and this is its "cnf": see `confirmation`.
/// let bound = Thumbprint::parse("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I")?;
/// let uri = TargetUri::parse("https://resource.example.org/protectedresource")?;
/// let mut scratch = [0; 512];
/// let proof = ExpectProof::at_resource("GET", uri, token, bound).verify([field], now, &mut scratch)?;
/// // Now remember `proof.replay_id()` until `proof.forget_after()`, and refuse it where it is known.
/// # assert_eq!(proof.jti(), "e1j3V_bKic8-LAEB");
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Security
/// Before [`ExpectProof::verify`] has returned, nothing of a proof can be read. Replay is the caller's to refuse:
/// a proof can be used again within its window until its [`Possession::replay_id`] is remembered.
#[derive(Clone, Copy, Debug)]
pub struct ExpectProof<'r> {
    method: &'r str,
    uri: TargetUri<'r>,
    access_token: Option<AccessTokenHash>,
    bound: Option<Thumbprint>,
    nonces: Option<&'r [&'r str]>,
    max_age: u64,
    leeway: Leeway,
}

impl<'r> ExpectProof<'r> {
    /// For a request with an access token: the proof has to hold its hash, and be signed by the key that it is
    /// bound to ("cnf", see [`confirmation`]).
    #[must_use]
    pub fn at_resource(
        method: &'r str,
        uri: TargetUri<'r>,
        access_token: &str,
        bound: Thumbprint,
    ) -> Self {
        Self {
            access_token: Some(AccessTokenHash::of(access_token)),
            bound: Some(bound),
            ..Self::at_authorization_server(method, uri)
        }
    }

    /// For a request without an access token, at a token endpoint: any key will do, and the token that is issued
    /// is bound to it.
    #[must_use]
    pub const fn at_authorization_server(method: &'r str, uri: TargetUri<'r>) -> Self {
        Self {
            method,
            uri,
            access_token: None,
            bound: None,
            nonces: None,
            max_age: 60,
            leeway: Leeway::from_seconds(5),
        }
    }

    /// Requires this key: of a refresh token that is bound (section 5), or of "dpop_jkt" (section 10).
    #[must_use]
    pub fn key(self, bound: Thumbprint) -> Self {
        Self { bound: Some(bound), ..self }
    }

    /// Requires one of the nonces that this server gave out (section 8).
    #[must_use]
    pub const fn nonces(self, nonces: &'r [&'r str]) -> Self {
        Self { nonces: Some(nonces), ..self }
    }

    /// How many seconds old a proof may be (60), and how far the clocks may be apart (5).
    #[must_use]
    pub const fn window(self, max_age: u64, leeway: Leeway) -> Self {
        Self { max_age, leeway, ..self }
    }

    /// All checks of RFC 9449 section 4.3, with the curve of jwt-core. `fields` are the values of all `DPoP`
    /// header fields of the request; `scratch` is as for [`UnverifiedToken::verify`].
    ///
    /// # Errors
    /// [`DpopError`].
    #[cfg(feature = "es256")]
    pub fn verify<'s, F: AsRef<[u8]>>(
        &self,
        fields: impl IntoIterator<Item = F>,
        now: NumericDate,
        scratch: &'s mut [u8],
    ) -> Result<Possession<'s>, DpopError> {
        self.verify_with(fields, now, scratch, |jwk| jwk.es256_verifying_key())
    }

    /// As [`ExpectProof::verify`], with the keys of another backend or algorithm: `key` makes one of a JWK that is
    /// known to be public, and decides which algorithms are accepted.
    ///
    /// # Errors
    /// [`DpopError`].
    pub fn verify_with<'s, F: AsRef<[u8]>, K: VerifyingKey>(
        &self,
        fields: impl IntoIterator<Item = F>,
        now: NumericDate,
        scratch: &'s mut [u8],
        key: impl FnOnce(&Jwk<'_>) -> Result<K, KeyError>,
    ) -> Result<Possession<'s>, DpopError> {
        let mut fields = fields.into_iter();
        let (Some(field), None) = (fields.next(), fields.next()) else {
            return Err(DpopError::NotOneProof);
        };
        let token = UnverifiedToken::parse(&field).map_err(DpopError::Token)?;
        let (key, jkt) = key_of(token, scratch, key)?;
        let policy = Policy::new(ExpectIssuer::NotChecked, ExpectAudience::NotChecked)
            .allow_missing_expiration()
            .typ(PROOF_TYPE)
            .require(&["jti", "htm", "htu", "iat"])
            .max_age(self.max_age)
            .leeway(self.leeway);
        let token = token.verify(&key, scratch).map_err(DpopError::Token)?;
        let claims = token.validate(&policy, now).map_err(DpopError::Claims)?.claims();
        self.check(&claims, jkt)?;
        let jti = claims.jwt_id().filter(|jti| (1..=MAX_JTI_LEN).contains(&jti.unescaped_len()));
        let jti = jti.ok_or(DpopError::JwtId)?;
        // "iat" is there, by the policy.
        let issued_at = claims.issued_at().unwrap_or(now);
        let window = self.max_age.saturating_add(self.leeway.seconds());
        Ok(Possession {
            claims,
            jti,
            jkt,
            issued_at,
            forget_after: issued_at.saturating_add(window),
        })
    }

    fn check(&self, claims: &ClaimsSet<'_>, jkt: Thumbprint) -> Result<(), DpopError> {
        let text = |name| claims.claim(name).and_then(|value| value.as_text());
        if text("htm").is_none_or(|method| method != self.method) {
            return Err(DpopError::Method);
        }
        // "The htu claim matches the HTTP URI value for the HTTP request in which the JWT was received, ignoring
        // any query and fragment parts."
        if !text("htu").is_some_and(|uri| self.is_uri(uri)) {
            return Err(DpopError::Uri);
        }
        if let Some(nonces) = self.nonces
            && !text("nonce").is_some_and(|found| nonces.iter().any(|nonce| found == *nonce))
        {
            return Err(DpopError::Nonce);
        }
        if let Some(hash) = self.access_token
            && text("ath").is_none_or(|found| found != hash.encode(&mut [0; 43]))
        {
            return Err(DpopError::AccessTokenHash);
        }
        if self.bound.is_some_and(|bound| bound != jkt) {
            return Err(DpopError::NotTheBoundKey);
        }
        Ok(())
    }

    fn is_uri(&self, found: Text<'_>) -> bool {
        let mut buf = [0; MAX_ESCAPED_URI];
        found.unescape(&mut buf).is_ok_and(|uri| TargetUri::parse(uri) == Ok(self.uri))
    }
}

/// The key of the header, once it is known to be public, and its thumbprint.
fn key_of<K>(
    token: UnverifiedToken<'_>,
    scratch: &mut [u8],
    key: impl FnOnce(&Jwk<'_>) -> Result<K, KeyError>,
) -> Result<(K, Thumbprint), DpopError> {
    // Of what is unverified only the key is taken, and what it then verifies has to be a proof.
    let unverified = danger::peek(token, scratch).map_err(DpopError::Token)?;
    let jwk = unverified.header().object().find("jwk").and_then(|jwk| jwk.as_object());
    let jwk = jwk.ok_or(DpopError::NoKey)?;
    let jwk = Jwk::parse(jwk.as_str().as_bytes()).map_err(DpopError::Key)?;
    if jwk.object().members().any(|(name, _)| PRIVATE.iter().any(|private| name == *private)) {
        return Err(DpopError::PrivateKey);
    }
    let key = key(&jwk).map_err(DpopError::Key)?;
    Ok((key, jwk.thumbprint().map_err(DpopError::Key)?))
}

/// A request whose sender holds the key `jkt`: what [`ExpectProof::verify`] found.
#[derive(Clone, Copy, Debug)]
pub struct Possession<'s> {
    claims: ClaimsSet<'s>,
    jti: Text<'s>,
    jkt: Thumbprint,
    issued_at: NumericDate,
    forget_after: NumericDate,
}

impl<'s> Possession<'s> {
    /// The thumbprint of the key: "jkt" of a token that is to be bound to it (section 6.1).
    #[must_use]
    pub const fn jkt(&self) -> Thumbprint {
        self.jkt
    }

    /// "jti".
    #[must_use]
    pub const fn jti(&self) -> Text<'s> {
        self.jti
    }

    /// "iat".
    #[must_use]
    pub const fn issued_at(&self) -> NumericDate {
        self.issued_at
    }

    /// All claims of the proof.
    #[must_use]
    pub const fn claims(&self) -> ClaimsSet<'s> {
        self.claims
    }

    /// A name for this proof that no other has: SHA-256 of the thumbprint and "jti". A store of these has entries
    /// of one size, and somebody else's "jti" is no proof's but theirs.
    #[must_use]
    pub fn replay_id(&self) -> [u8; 32] {
        let mut input = [0; 32 + MAX_JTI_LEN];
        let (head, tail) = input.split_at_mut_checked(32).unwrap_or_default();
        head.iter_mut().zip(self.jkt.as_bytes()).for_each(|(to, from)| *to = *from);
        let mut len = 32_usize;
        for (to, byte) in tail.iter_mut().zip(utf8(self.jti)) {
            *to = byte;
            len = len.saturating_add(1);
        }
        jwt_core::sha256(input.get(..len).unwrap_or_default())
    }

    /// The last second in which this proof is accepted: until then it has to be remembered.
    #[must_use]
    pub const fn forget_after(&self) -> NumericDate {
        self.forget_after
    }
}

fn utf8(text: Text<'_>) -> impl Iterator<Item = u8> {
    text.chars().flat_map(|char| {
        let mut utf8 = [0; 4];
        let len = char.encode_utf8(&mut utf8).len();
        utf8.into_iter().take(len)
    })
}

/// The key that an access token is bound to: "jkt" of "cnf" (RFC 9449 section 6.1); `None` where it is bound to
/// none.
///
/// # Errors
/// [`DpopError::NotTheBoundKey`] where a "cnf" is there and names no key by its thumbprint: such a token is bound
/// to something, and must not be taken for one that is not.
pub fn confirmation(claims: &ClaimsSet<'_>) -> Result<Option<Thumbprint>, DpopError> {
    let Some(cnf) = claims.claim("cnf") else { return Ok(None) };
    let jkt = || {
        let cnf = Object::parse(cnf.as_object()?.as_str().as_bytes()).ok()?;
        Thumbprint::parse(cnf.find("jkt")?.as_text()?.as_str()?).ok()
    };
    jkt().map(Some).ok_or(DpopError::NotTheBoundKey)
}
