//! Client assertions: a client authenticates at an authorization server by a token that it mints, `private_key_jwt`
//! (RFC 7523, updated by RFC 10070).
//!
//! Whoever verifies remembers "jti" until "exp", so each assertion is for one request.

use jwt_core::{Minter, NumericDate, RegisteredClaims};

/// A client assertion as RFC 10070 has it: addressed to the authorization server by its issuer identifier and to
/// nothing else, and explicitly typed.
///
/// ```
/// use jwt_core::{Es256SigningKey, NumericDate};
/// use jwt_oauth::ClientAssertion;
///
/// let key = Es256SigningKey::from_bytes(&[0x42; 32])?;
/// let assertion = ClientAssertion {
///     client_id: "device-0001",
///     server_issuer: "https://as.example",
///     jwt_id: "QkJCQkJCQkJCQkJCQkJCQg",
///     issued_at: NumericDate::from_seconds(1_780_000_000),
///     lifetime: 60,
/// };
/// let mut buf = [0; 512];
/// let token = ClientAssertion::minter().kid("k1").mint(&mut buf, &key, &assertion.registered())?;
/// # assert!(token.as_str().len() < 430);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// A server that wants its token endpoint for an "aud" takes a [`LegacyClientAssertion`].
#[derive(Clone, Copy, Debug)]
pub struct ClientAssertion<'a> {
    /// "iss" and "sub": the client ID.
    pub client_id: &'a str,
    /// "aud": the issuer identifier of the authorization server, as its metadata (RFC 8414) has it.
    pub server_issuer: &'a str,
    /// "jti": text that this client never uses again, such as 16 random bytes in hexadecimal.
    pub jwt_id: &'a str,
    /// "iat": now.
    pub issued_at: NumericDate,
    /// Seconds from "iat" to "exp".
    pub lifetime: u32,
}

impl ClientAssertion<'_> {
    /// "typ".
    pub const TYPE: &'static str = "client-authentication+jwt";

    /// What mints it; any signer drives it.
    #[must_use]
    pub fn minter() -> Minter<'static> {
        Minter::new().typ(Self::TYPE)
    }

    /// The claims.
    #[must_use]
    pub fn registered(&self) -> RegisteredClaims<'_> {
        claims(self.client_id, self.server_issuer, self.jwt_id, self.issued_at, self.lifetime)
    }
}

/// A client assertion for servers that know RFC 7523 of 2015 only: addressed to the token endpoint.
///
/// # Security
/// A server that a client was tricked into using can pass such an assertion on to the one that it names: that is
/// why the RFC was updated. Take [`ClientAssertion`] where the server does.
#[derive(Clone, Copy, Debug)]
pub struct LegacyClientAssertion<'a> {
    /// "iss" and "sub": the client ID.
    pub client_id: &'a str,
    /// "aud": the URL of the token endpoint.
    pub token_endpoint: &'a str,
    /// "jti": text that this client never uses again.
    pub jwt_id: &'a str,
    /// "iat": now.
    pub issued_at: NumericDate,
    /// Seconds from "iat" to "exp".
    pub lifetime: u32,
}

impl LegacyClientAssertion<'_> {
    /// "typ".
    pub const TYPE: &'static str = "JWT";

    /// What mints it; any signer drives it.
    #[must_use]
    pub fn minter() -> Minter<'static> {
        Minter::new().typ(Self::TYPE)
    }

    /// The claims.
    #[must_use]
    pub fn registered(&self) -> RegisteredClaims<'_> {
        claims(self.client_id, self.token_endpoint, self.jwt_id, self.issued_at, self.lifetime)
    }
}

fn claims<'a>(
    client_id: &'a str,
    audience: &'a str,
    jwt_id: &'a str,
    issued_at: NumericDate,
    lifetime: u32,
) -> RegisteredClaims<'a> {
    RegisteredClaims {
        issuer: Some(client_id),
        subject: Some(client_id),
        audience: Some(audience.into()),
        expiration_time: Some(issued_at.saturating_add(lifetime.into())),
        issued_at: Some(issued_at),
        jwt_id: Some(jwt_id),
        ..Default::default()
    }
}
