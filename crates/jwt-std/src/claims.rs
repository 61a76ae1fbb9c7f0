//! Claims as serde types: the registered ones (RFC 7519 section 4.1), and beside them the caller's own.
//!
//! What claims mean for a verdict is not decided here but by the [`jwt_core::Policy`], before anything of a
//! token becomes one of these.

mod audience;
mod date;

use std::time::Duration;

use jwt_core::{Check, KeyStore, NumericDate, Policy, base64url};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

pub use audience::Audience;

use crate::{Error, Moment, now, verify};

/// The registered claims, and the caller's own beside them.
///
/// ```
/// use std::time::Duration;
///
/// use jwt_std::{Algorithm, Claims, Minter, Policy, PrivateKey, mint, now, verify_as};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize)]
/// struct Own {
///     scope: String,
/// }
///
/// let claims = Claims::new()
///     .issuer("https://issuer.example")
///     .subject("alice")
///     .audience("https://api.example")
///     .expires_in(Duration::from_secs(300))
///     .with(Own { scope: "read".into() });
/// let key = PrivateKey::generate(Algorithm::Es256)?;
/// let token = mint(&Minter::new(), &key.signing_key()?, &claims)?;
///
/// let policy = Policy::new("https://issuer.example", "https://api.example");
/// let claims: Claims<Own> = verify_as(&token, &key.verifying_key()?, &policy, now())?;
/// assert_eq!(claims.subject.as_deref(), Some("alice"));
/// assert_eq!(claims.own.scope, "read");
/// # Ok::<(), jwt_std::Error>(())
/// ```
///
/// The caller's own type has none of the registered names: one that is set on both sides is refused when a token is
/// minted, and one that is on the caller's side alone is not found there when it is read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims<T = ()> {
    /// "iss" (Issuer), RFC 7519 section 4.1.1.
    #[serde(rename = "iss", default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// "sub" (Subject), RFC 7519 section 4.1.2.
    #[serde(rename = "sub", default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// "aud" (Audience), RFC 7519 section 4.1.3.
    #[serde(rename = "aud", default, skip_serializing_if = "Audience::is_absent")]
    pub audience: Audience,
    /// "exp" (Expiration Time), RFC 7519 section 4.1.4, rounded down.
    #[serde(rename = "exp", default, with = "date::down", skip_serializing_if = "Option::is_none")]
    pub expiration_time: Option<NumericDate>,
    /// "nbf" (Not Before), RFC 7519 section 4.1.5, rounded up.
    #[serde(rename = "nbf", default, with = "date::up", skip_serializing_if = "Option::is_none")]
    pub not_before: Option<NumericDate>,
    /// "iat" (Issued At), RFC 7519 section 4.1.6, rounded up.
    #[serde(rename = "iat", default, with = "date::up", skip_serializing_if = "Option::is_none")]
    pub issued_at: Option<NumericDate>,
    /// "jti" (JWT ID), RFC 7519 section 4.1.7.
    #[serde(rename = "jti", default, skip_serializing_if = "Option::is_none")]
    pub jwt_id: Option<String>,
    /// All others.
    #[serde(flatten)]
    pub own: T,
}

impl Claims {
    /// No claims yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl<T> Claims<T> {
    /// Sets "iss" (Issuer), RFC 7519 section 4.1.1.
    #[must_use]
    pub fn issuer(self, issuer: impl Into<String>) -> Self {
        Self { issuer: Some(issuer.into()), ..self }
    }

    /// Sets "sub" (Subject), RFC 7519 section 4.1.2.
    #[must_use]
    pub fn subject(self, subject: impl Into<String>) -> Self {
        Self { subject: Some(subject.into()), ..self }
    }

    /// Sets "aud" (Audience), RFC 7519 section 4.1.3: one, or several.
    #[must_use]
    pub fn audience(self, audience: impl Into<Audience>) -> Self {
        Self { audience: audience.into(), ..self }
    }

    /// Sets "iat" to the time now by the system's clock and "exp" to `lifetime` later, in whole seconds.
    #[must_use]
    pub fn expires_in(self, lifetime: Duration) -> Self {
        self.lifetime(now(), lifetime)
    }

    /// Sets "iat" to `from` and "exp" to `lifetime` later, in whole seconds.
    #[must_use]
    pub fn lifetime(self, from: impl Moment, lifetime: Duration) -> Self {
        let from = from.to_numeric_date();
        self.issued_at(from).expires_at(from.saturating_add(lifetime.as_secs()))
    }

    /// Sets "exp" (Expiration Time), RFC 7519 section 4.1.4.
    #[must_use]
    pub fn expires_at(self, moment: impl Moment) -> Self {
        Self { expiration_time: Some(moment.to_numeric_date()), ..self }
    }

    /// Sets "nbf" (Not Before), RFC 7519 section 4.1.5.
    #[must_use]
    pub fn not_before(self, moment: impl Moment) -> Self {
        Self { not_before: Some(moment.to_numeric_date()), ..self }
    }

    /// Sets "iat" (Issued At), RFC 7519 section 4.1.6.
    #[must_use]
    pub fn issued_at(self, moment: impl Moment) -> Self {
        Self { issued_at: Some(moment.to_numeric_date()), ..self }
    }

    /// Sets "jti" (JWT ID), RFC 7519 section 4.1.7: see [`random_jwt_id`].
    #[must_use]
    pub fn jwt_id(self, jwt_id: impl Into<String>) -> Self {
        Self { jwt_id: Some(jwt_id.into()), ..self }
    }

    /// Puts the caller's own claims beside these, in place of any that were there.
    #[must_use]
    pub fn with<U>(self, own: U) -> Claims<U> {
        let Self { issuer, subject, audience, .. } = self;
        let Self { expiration_time, not_before, issued_at, jwt_id, .. } = self;
        Claims { issuer, subject, audience, expiration_time, not_before, issued_at, jwt_id, own }
    }
}

/// Verifies a token, validates its claims, and reads them as a type of the caller.
///
/// # Errors
/// Those of [`verify`]; [`Error::Serde`] where the claims are good and do not fit the type.
pub fn verify_as<T: DeserializeOwned, C: Check>(
    token: &(impl AsRef<[u8]> + ?Sized),
    keys: &(impl KeyStore + ?Sized),
    policy: &Policy<'_, C>,
    now: NumericDate,
) -> Result<T, Error> {
    verify(token, keys, policy, now)?.claims()
}

/// A new "jti" (RFC 7519 section 4.1.7): 128 bits of the operating system's randomness, in base64url.
///
/// # Errors
/// [`Error::Entropy`].
pub fn random_jwt_id() -> Result<String, Error> {
    let (mut bytes, mut text) = ([0; 16], [0; 22]);
    getrandom::fill(&mut bytes).map_err(|_| Error::Entropy)?;
    let text = base64url::encode(&bytes, &mut text).map_err(|_| Error::Entropy)?;
    Ok(text.to_owned())
}
