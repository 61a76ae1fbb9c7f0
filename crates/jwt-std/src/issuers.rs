//! Issuers, and to each its own keys (RFC 8725 section 3.8).
//!
//! RFC 8725 section 3.8: the application "MUST validate that the cryptographic keys used for the
//! cryptographic operations in the JWT belong to the issuer".

use std::collections::HashMap;

use jwt_core::{Check, KeyStore, NumericDate, Policy, UnverifiedToken, VerifyError, danger};

use crate::{Error, KeySet, Token, verify};

/// Issuers by their names, and the keys of each.
///
/// What a token says of its issuer chooses whose keys are tried, and nothing else. A key of one issuer
/// never verifies a token that names another, also where both have a key of the same `kid`.
///
/// ```
/// use jwt_std::{Algorithm, Issuers, Policy, PrivateKey, now};
/// # use jwt_std::{Claims, Minter, mint};
///
/// # let (a, b) = (PrivateKey::generate(Algorithm::Es256)?, PrivateKey::generate(Algorithm::Es256)?);
/// # let (key_of_a, key_of_b) = (a.verifying_key()?, b.verifying_key()?);
/// # let claims = Claims::new().issuer("https://a.example").audience("https://api.example")
/// #     .expires_in(std::time::Duration::from_secs(60));
/// # let token = mint(&Minter::new(), &a.signing_key()?, &claims)?;
/// let issuers = Issuers::new()
///     .with("https://a.example", key_of_a)
///     .with("https://b.example", key_of_b);
/// // The policy may depend on the issuer; here only the name does.
/// let policy = |issuer| Policy::new(issuer, "https://api.example");
/// let token = issuers.verify(&token, policy, now())?;
/// # let _ = token;
/// # Ok::<(), jwt_std::Error>(())
/// ```
///
/// Issuers with several keys have a [`KeySet`] each, or a [`crate::LiveKeys`] where keys come and go.
#[derive(Clone, Debug)]
pub struct Issuers<S = KeySet> {
    keys: HashMap<String, S>,
}

impl<S> Issuers<S> {
    /// No issuers yet: no token is good.
    #[must_use]
    pub fn new() -> Self {
        Self { keys: HashMap::new() }
    }

    /// Adds an issuer, or puts other keys in the place of those it had.
    #[must_use]
    pub fn with(mut self, issuer: impl Into<String>, keys: S) -> Self {
        self.keys.insert(issuer.into(), keys);
        self
    }

    /// The keys of an issuer. Names are compared byte by byte.
    #[must_use]
    pub fn keys(&self, issuer: &str) -> Option<&S> {
        self.keys.get(issuer)
    }

    /// The issuer that a token names, and its keys. The token is not verified yet.
    ///
    /// # Errors
    /// [`Error::Verify`] where it is no token; [`Error::UnknownIssuer`] where "iss" is absent, no string,
    /// or unknown.
    pub fn choose(&self, token: &(impl AsRef<[u8]> + ?Sized)) -> Result<(&str, &S), Error> {
        let token = UnverifiedToken::parse(token)?;
        let mut scratch = vec![0; token.scratch_len()];
        let unverified = danger::peek(token, &mut scratch)?;
        let (claims, _) = unverified.claims().map_err(VerifyError::PayloadNotAnObject)?;
        let issuer = claims.issuer().ok_or(Error::UnknownIssuer)?;
        let found = match issuer.as_str() {
            Some(issuer) => self.keys.get_key_value(issuer),
            None => self.keys.get_key_value(&issuer.to_string()),
        };
        let (issuer, keys) = found.ok_or(Error::UnknownIssuer)?;
        Ok((issuer, keys))
    }
}

impl<S: KeyStore> Issuers<S> {
    /// Verifies a token with the keys of its issuer, and validates it by the policy for this issuer, whose
    /// name `policy` is given.
    ///
    /// # Errors
    /// Those of [`Issuers::choose`] and [`verify`].
    pub fn verify<'s, C: Check>(
        &'s self,
        token: &(impl AsRef<[u8]> + ?Sized),
        policy: impl FnOnce(&'s str) -> Policy<'s, C>,
        now: NumericDate,
    ) -> Result<Token, Error> {
        let (issuer, keys) = self.choose(token)?;
        verify(token, keys, &policy(issuer), now)
    }
}

impl<S> Default for Issuers<S> {
    fn default() -> Self {
        Self::new()
    }
}
