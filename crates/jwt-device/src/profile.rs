//! The rules of APIs that take tokens which their clients mint, checked on the device.
//!
//! # What it is
//! Each API wants its tokens a little different: one refuses any "exp", one wants it within twenty
//! minutes, one counts in milliseconds, one has "kid" in the payload. A server answers all of these
//! mistakes with the same 401, hours after the firmware left the desk. So the rules are here as data
//! ([`Profile`]), each API has a type whose fields are what it requires ([`ProviderToken`]), and a token
//! that breaks a rule is refused before a byte is signed, by an error that names the rule ([`Rule`]).
//!
//! ```
//! use jwt_core::{Es256SigningKey, NumericDate};
//! use jwt_device::SoftwareSigner;
//! use jwt_device::profile::{self, AppleApns, ProfileError, Rule};
//!
//! let key = Es256SigningKey::from_bytes(&[0x42; 32])?; // from your provisioning
//! let now = NumericDate::from_seconds(1_780_000_000); // from your `Clock`
//! let claims = AppleApns { team_id: "DEF123GHIJ", issued_at: now };
//! let mut buf = [0; 256];
//! let token = profile::mint(&claims, &mut SoftwareSigner::new(&key, Some("ABC123DEFG")), &mut buf)?;
//! println!("authorization: bearer {token}");
//!
//! let refused = profile::mint(&claims, &mut SoftwareSigner::new(&key, Some("dev-1")), &mut buf);
//! let Err(ProfileError::Rule(violation)) = refused else { unreachable!() };
//! assert_eq!(violation.rule, Rule::KeyIdLength { found: 5, expected: 10 });
//! assert_eq!(violation.to_string(), "Apple APNs: kid has 5 characters, not 10");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The algorithm of an API is a type, so a key of another one does not compile:
//!
//! ```compile_fail,E0271
//! # use jwt_core::{HmacKey, Hs256, NumericDate};
//! # use jwt_device::{SoftwareSigner, profile::{self, AppleApns}};
//! let secret = HmacKey::<Hs256>::new(&[0x42; 32]).unwrap();
//! let claims = AppleApns { team_id: "DEF123GHIJ", issued_at: NumericDate::from_seconds(0) };
//! let _ = profile::mint(&claims, &mut SoftwareSigner::new(secret, None), &mut [0; 256]);
//! ```
//!
//! # For firmware authors
//! Pick the type of your API, fill its fields, and call [`mint`], [`mint_async`] or, for a signer that
//! answers later, [`draft`]. Times are [`NumericDate`]s from your [`Clock`](crate::Clock); lifetimes are
//! seconds. [`Profile::lifetime`], [`Profile::min_interval`], [`Profile::max_interval`] and
//! [`Profile::single_use`] say when to mint again; [`Profile::check_renewal`] and
//! [`Profile::check_reuse`] refuse what comes too soon or too late. An image links the profiles that it
//! names and no others, and none writes through `core::fmt`.
//!
//! | API | type | algorithm |
//! | --- | --- | --- |
//! | Apple APNs | [`AppleApns`] | ES256 |
//! | App Store Connect | [`AppStoreConnect`], [`AppStoreConnectScoped`] | ES256 |
//! | App Store Server API | [`AppStoreServer`] | ES256 |
//! | Sign in with Apple, client secret | [`SignInWithApple`] | ES256 |
//! | nRF Cloud | [`NrfCloud`] | ES256 |
//! | ClearBlade IoT Core | [`ClearBlade`] | ES256 |
//! | Web Push (VAPID, RFC 8292) | [`WebPush`], sent by [`VapidAuthorization`] | ES256 |
//! | Coinbase CDP | [`Coinbase`] | ES256 |
//! | client assertion (RFC 7523) | [`ClientAssertion`], [`LegacyClientAssertion`] | ES256 |
//! | Okta private_key_jwt | [`OktaClientAssertion`] | ES256 |
//! | DPoP proof (RFC 9449) | [`DpopProof`] | ES256 |
//! | EMQX, RabbitMQ, HiveMQ, Azure Event Grid | [`MqttPassword`] | ES256 or HS256 |
//! | DoorDash Drive | [`DoorDash`] | HS256 |
//! | Zoom Video SDK | [`ZoomVideoSdk`] | HS256 |
//! | Twilio access token | [`TwilioAccessToken`] | HS256 |
//! | Zhipu GLM | [`ZhipuGlm`] | HS256 |
//! | LiveKit | [`LiveKit`] | HS256 |
//!
//! **The facts age.** They come from RFCs and from the vendors' public pages as they were known in
//! 2026-11. A rule marked *unconfirmed* rests on memory or on a vendor's library, not on its
//! documentation, and is never stricter than that. Where an API has changed, its type here is one
//! [`impl ProviderToken`](ProviderToken) away from yours.
//!
//! # For those who add a provider
//! Implement [`ProviderToken`] for a type of yours. Say in [`ProviderToken::PROFILE`] what can be said as
//! data, return the registered claims from [`ProviderToken::registered`] and write the others in
//! [`ProviderToken::claims`]; of the registered claims, what is checked is what is written, because both use
//! the same values. What [`ProviderToken::claims`] writes is not seen by [`Profile::check`]: an "exp" from
//! there passes [`Profile::forbidden`]. Check the rest in [`ProviderToken::check_own`]. A rule that the type
//! makes impossible to break (a field that cannot be left out) belongs into the data all the same: claims by hand go through
//! [`Profile::check`]. Add one passing and one failing vector a rule; `tests/profiles.rs` counts.

mod apple;
mod assertion;
mod clearblade;
mod coinbase;
mod door_dash;
mod dpop;
mod live_kit;
mod mqtt;
mod nrf_cloud;
mod rule;
mod rules;
mod twilio;
mod web_push;
mod zhipu;
mod zoom;

use core::convert::Infallible;

use jwt_core::json::{ObjectWriter, WriteMembers};
use jwt_core::{
    CompactJws, Draft, Es256, Hs256, JwsAlgorithm, Minter, NumericDate, RegisteredClaims,
};

use crate::{AsyncJwsSigner, JwsSigner};

pub use apple::{
    AppStoreConnect, AppStoreConnectScoped, AppStoreServer, AppleApns, SignInWithApple,
};
pub use assertion::OktaClientAssertion;
pub use clearblade::ClearBlade;
pub use coinbase::{Coinbase, MAX_URI_LEN};
pub use door_dash::DoorDash;
pub use jwt_oauth::{
    AccessTokenHash, ClientAssertion, DpopProof, LegacyClientAssertion, PublicPoint,
};
pub use live_kit::LiveKit;
pub use mqtt::MqttPassword;
pub use nrf_cloud::{NrfCloud, NrfDevice};
pub use rule::{ProfileError, Rule, RuleViolation};
pub use rules::{AudienceForm, KeyId, Lifetime, Profile, Reuse, Subject, TimeUnit};
pub use twilio::TwilioAccessToken;
pub use web_push::{VapidAuthorization, WebPush};
pub use zhipu::ZhipuGlm;
pub use zoom::{ZoomRole, ZoomVideoSdk};

/// The claims of a token for one API, and the rules of that API.
///
/// ```
/// use jwt_core::{Es256, JwsAlgorithm as _, NumericDate, RegisteredClaims, error::RegisteredClaim};
/// use jwt_device::profile::{Lifetime, Profile, ProviderToken};
///
/// struct Acme { issued_at: NumericDate, device: &'static str }
///
/// impl ProviderToken for Acme {
///     type Algorithm = Es256;
///     const PROFILE: Profile = Profile {
///         required: &[RegisteredClaim::Issuer, RegisteredClaim::ExpirationTime],
///         lifetime: Some(Lifetime { usual: 60, min: 1, max: 120 }),
///         ..Profile::new("Acme", Es256::ALGORITHM)
///     };
///
///     fn issued_at(&self) -> NumericDate {
///         self.issued_at
///     }
///
///     fn registered(&self) -> RegisteredClaims<'_> {
///         RegisteredClaims {
///             issuer: Some(self.device),
///             expiration_time: Some(self.issued_at.saturating_add(60)),
///             ..Default::default()
///         }
///     }
/// }
/// ```
pub trait ProviderToken {
    /// The algorithm of the API; a signer of another one does not compile.
    type Algorithm: JwsAlgorithm;

    /// The rules that are data.
    const PROFILE: Profile;

    /// When the token is minted, by the caller's clock. Lifetimes count from here.
    fn issued_at(&self) -> NumericDate;

    /// The registered claims (RFC 7519 section 4.1). They are checked, and written in front of
    /// [`ProviderToken::claims`].
    fn registered(&self) -> RegisteredClaims<'_>;

    /// The other claims.
    fn claims(&self) -> impl WriteMembers {}

    /// Header members beside `alg`, `typ`, `cty`, `kid` and [`Profile::header`].
    fn header(&self) -> impl WriteMembers + Copy {}

    /// Checks the rules that are no data.
    ///
    /// # Errors
    /// The first [`Rule`] that the token breaks.
    fn check_own(&self) -> Result<(), Rule> {
        Ok(())
    }
}

/// Every profile of this crate, for tools that print or choose them. Firmware names one type instead.
pub const ALL: &[Profile] = &[
    AppleApns::PROFILE,
    AppStoreConnect::PROFILE,
    AppStoreConnectScoped::PROFILE,
    AppStoreServer::PROFILE,
    SignInWithApple::PROFILE,
    <NrfCloud<'_>>::PROFILE,
    ClearBlade::PROFILE,
    WebPush::PROFILE,
    Coinbase::PROFILE,
    ClientAssertion::PROFILE,
    LegacyClientAssertion::PROFILE,
    OktaClientAssertion::PROFILE,
    DpopProof::PROFILE,
    <MqttPassword<'_, Es256>>::PROFILE,
    <MqttPassword<'_, Hs256>>::PROFILE,
    DoorDash::PROFILE,
    <ZoomVideoSdk<'_>>::PROFILE,
    <TwilioAccessToken<'_, ()>>::PROFILE,
    ZhipuGlm::PROFILE,
    <LiveKit<'_, ()>>::PROFILE,
];

/// Mints a token for an API with `signer`, whose key names the "kid".
///
/// # Errors
/// [`ProfileError::Rule`] before anything is signed; [`ProfileError::Signer`] with the signer's own error;
/// [`ProfileError::Mint`] for the rest, such as a buffer that is too small, with the size that is not.
pub fn mint<'b, T, S>(
    token: &T,
    signer: &mut S,
    buf: &'b mut [u8],
) -> Result<CompactJws<'b>, ProfileError<S::Error>>
where
    T: ProviderToken,
    S: JwsSigner<Algorithm = T::Algorithm>,
{
    let checked = Checked::new(token, signer.key_id())?;
    Ok(crate::mint(&checked.minter(), signer, buf, &checked)?)
}

/// As [`mint`], with a signer that waits.
///
/// # Errors
/// Those of [`mint`].
pub async fn mint_async<'b, T, S>(
    token: &T,
    signer: &mut S,
    buf: &'b mut [u8],
) -> Result<CompactJws<'b>, ProfileError<S::Error>>
where
    T: ProviderToken,
    S: AsyncJwsSigner<Algorithm = T::Algorithm>,
{
    let checked = Checked::new(token, signer.key_id())?;
    Ok(crate::mint_async(&checked.minter(), signer, buf, &checked).await?)
}

/// The first phase alone, for a signer that answers later or elsewhere: everything but the signature.
/// [`Draft::finish`] is the second.
///
/// # Errors
/// [`ProfileError::Rule`] and [`ProfileError::Mint`].
pub fn draft<'b, T: ProviderToken>(
    token: &T,
    key_id: Option<&str>,
    buf: &'b mut [u8],
) -> Result<Draft<'b, T::Algorithm>, ProfileError<Infallible>> {
    let checked = Checked::new(token, key_id)?;
    let minter = checked.minter();
    match key_id {
        Some(kid) => minter.kid(kid).draft(buf, &checked),
        None => minter.draft(buf, &checked),
    }
    .map_err(ProfileError::Mint)
}

/// Checks every rule and mints nothing: a configuration can be refused when it is loaded.
///
/// # Errors
/// The first rule that the token breaks, or that the name of the key does.
pub fn check<T: ProviderToken>(token: &T, key_id: Option<&str>) -> Result<(), RuleViolation> {
    Checked::new(token, key_id).map(|_| ())
}

/// A token that breaks no rule. Its registered claims are the ones that were checked.
struct Checked<'t, T> {
    token: &'t T,
    registered: RegisteredClaims<'t>,
}

impl<'t, T: ProviderToken> Checked<'t, T> {
    fn new(token: &'t T, key_id: Option<&str>) -> Result<Self, RuleViolation> {
        let registered = token.registered();
        T::PROFILE.check(key_id, &registered, token.issued_at())?;
        token.check_own().map_err(|rule| RuleViolation { api: T::PROFILE.name, rule })?;
        Ok(Self { token, registered })
    }

    fn minter(&self) -> Minter<'static, impl WriteMembers + Copy> {
        let mut minter =
            Minter::new().header((FixedMembers(T::PROFILE.header), self.token.header()));
        if let Some(typ) = T::PROFILE.typ {
            minter = minter.typ(typ);
        }
        if let Some(cty) = T::PROFILE.cty {
            minter = minter.cty(cty);
        }
        minter
    }
}

/// The claims.
impl<T: ProviderToken> WriteMembers for Checked<'_, T> {
    fn write_members(&self, object: &mut ObjectWriter<'_, '_>) {
        T::PROFILE.time_unit.write(&self.registered, object);
        self.token.claims().write_members(object);
    }
}

/// Members whose values are the same in every token.
#[derive(Clone, Copy)]
struct FixedMembers(&'static [(&'static str, &'static str)]);

impl WriteMembers for FixedMembers {
    fn write_members(&self, object: &mut ObjectWriter<'_, '_>) {
        for (name, value) in self.0 {
            object.string(name, value);
        }
    }
}
