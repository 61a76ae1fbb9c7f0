//! MQTT brokers that take a token for a password: EMQX, RabbitMQ, HiveMQ, Azure Event Grid.
//!
//! Each deployment says for itself which claims it wants, so there is little to check here: that the token
//! ends, and that no claim is empty.

use core::marker::PhantomData;

use jwt_core::error::RegisteredClaim;
use jwt_core::json::WriteMembers;
use jwt_core::{Audience, JwsAlgorithm, NumericDate, RegisteredClaims};

use super::{Lifetime, Profile, ProviderToken};

/// The password, or the authentication data of MQTT 5, of a device at a broker.
///
/// | rule | |
/// | --- | --- |
/// | algorithm | the deployment's: ES256 or HS256 |
/// | header | "kid" optional |
/// | claims | "exp", "iat"; "iss", "sub", "aud" and any others as the deployment wants them |
/// | lifetime | no limit; the broker closes the connection at "exp" |
///
/// ```
/// use jwt_core::{Es256, Es256SigningKey, NumericDate, json::from_fn};
/// use jwt_device::SoftwareSigner;
/// use jwt_device::profile::{self, MqttPassword};
///
/// # let key = Es256SigningKey::from_bytes(&[0x42; 32])?;
/// let now = NumericDate::from_seconds(1_780_000_000); // from your `Clock`
/// let publish = from_fn(|acl| {
///     acl.array("pub", |topics| {
///         topics.string("dev-1/up");
///     });
/// });
/// let claims = MqttPassword::<Es256>::new(now, 3600).subject("dev-1").claims(from_fn(|object| {
///     object.object("acl", &publish);
/// }));
/// let mut buf = [0; 512];
/// let password = profile::mint(&claims, &mut SoftwareSigner::new(key, None), &mut buf)?;
/// # assert_eq!(password.as_str().matches('.').count(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct MqttPassword<'a, A, M = ()> {
    registered: RegisteredClaims<'a>,
    issued_at: NumericDate,
    own: M,
    algorithm: PhantomData<A>,
}

impl<'a, A: JwsAlgorithm> MqttPassword<'a, A> {
    /// A password that is minted at `issued_at` ("iat") and ends `lifetime` seconds later ("exp").
    #[must_use]
    pub fn new(issued_at: NumericDate, lifetime: u32) -> Self {
        let registered = RegisteredClaims {
            issued_at: Some(issued_at),
            expiration_time: Some(issued_at.saturating_add(lifetime.into())),
            ..Default::default()
        };
        Self { registered, issued_at, own: (), algorithm: PhantomData }
    }
}

impl<'a, A: JwsAlgorithm, M: WriteMembers> MqttPassword<'a, A, M> {
    /// Sets "iss" (Issuer), RFC 7519 section 4.1.1.
    #[must_use]
    pub fn issuer(mut self, issuer: &'a str) -> Self {
        self.registered.issuer = Some(issuer);
        self
    }

    /// Sets "sub" (Subject), RFC 7519 section 4.1.2.
    #[must_use]
    pub fn subject(mut self, subject: &'a str) -> Self {
        self.registered.subject = Some(subject);
        self
    }

    /// Sets "aud" (Audience), RFC 7519 section 4.1.3.
    #[must_use]
    pub fn audience(mut self, audience: impl Into<Audience<'a>>) -> Self {
        self.registered.audience = Some(audience.into());
        self
    }

    /// Sets "jti" (JWT ID), RFC 7519 section 4.1.7.
    #[must_use]
    pub fn jwt_id(mut self, jwt_id: &'a str) -> Self {
        self.registered.jwt_id = Some(jwt_id);
        self
    }

    /// Sets the claims that are not registered: an "acl", a "username".
    #[must_use]
    pub fn claims<O: WriteMembers>(self, own: O) -> MqttPassword<'a, A, O> {
        let Self { registered, issued_at, algorithm, .. } = self;
        MqttPassword { registered, issued_at, own, algorithm }
    }
}

impl<A: JwsAlgorithm, M: WriteMembers> ProviderToken for MqttPassword<'_, A, M> {
    type Algorithm = A;

    const PROFILE: Profile = Profile {
        required: &[RegisteredClaim::ExpirationTime, RegisteredClaim::IssuedAt],
        lifetime: Some(Lifetime::unlimited(60 * 60)),
        ..Profile::new("MQTT broker", A::ALGORITHM)
    };

    fn issued_at(&self) -> NumericDate {
        self.issued_at
    }

    fn registered(&self) -> RegisteredClaims<'_> {
        self.registered
    }

    fn claims(&self) -> impl WriteMembers {
        &self.own
    }
}
