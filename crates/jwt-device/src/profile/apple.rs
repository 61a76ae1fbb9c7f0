//! Apple: push notifications, App Store Connect, the App Store Server API, Sign in with Apple.
//!
//! All are ES256 with a key that Apple made and named: a `.p8` file, which is PKCS#8 in PEM, and a key ID
//! of ten characters. Apple documents that length for APNs; elsewhere it is only an example, so elsewhere
//! any "kid" passes.
//!
//! jwt-core reads the file, with its feature `pem` (add `jwt-core = { version = "0.1", features = ["pem"] }`):
//! `jwt_core::Es256SigningKey::from_pem`. The guide about provisioning shows it.

use jwt_core::error::RegisteredClaim;
use jwt_core::json::{WriteMembers, from_fn};
use jwt_core::{Es256, JwsAlgorithm as _, NumericDate, RegisteredClaims};

use super::{AudienceForm, KeyId, Lifetime, Profile, ProviderToken, Reuse, Rule};

/// A provider token for the Apple Push Notification service (APNs).
///
/// | rule | |
/// | --- | --- |
/// | header | "kid" of 10 characters |
/// | claims | "iss" and "iat"; **no "exp", no "aud"** |
/// | age | a new token at most every 20 min (sooner is 429 `TooManyProviderTokenUpdates`), at least every 60 min (later is 403 `ExpiredProviderToken`) |
#[derive(Clone, Copy, Debug)]
pub struct AppleApns<'a> {
    /// "iss": the team ID.
    pub team_id: &'a str,
    /// "iat": now.
    pub issued_at: NumericDate,
}

impl ProviderToken for AppleApns<'_> {
    type Algorithm = Es256;

    const PROFILE: Profile = Profile {
        key_id: KeyId::OfLength(10),
        required: &[RegisteredClaim::Issuer, RegisteredClaim::IssuedAt],
        forbidden: &[RegisteredClaim::ExpirationTime, RegisteredClaim::Audience],
        reuse: Reuse::ByAge { min: 20 * 60, max: 60 * 60 },
        ..Profile::new("Apple APNs", Es256::ALGORITHM)
    };

    fn issued_at(&self) -> NumericDate {
        self.issued_at
    }

    fn registered(&self) -> RegisteredClaims<'_> {
        RegisteredClaims {
            issuer: Some(self.team_id),
            issued_at: Some(self.issued_at),
            ..Default::default()
        }
    }
}

/// The "aud" of App Store Connect, and of the App Store Server API.
const APP_STORE: &str = "appstoreconnect-v1";

/// What the tokens for the App Store have in common.
const fn app_store(name: &'static str, lifetime: Lifetime) -> Profile {
    Profile {
        typ: Some("JWT"),
        key_id: KeyId::Required,
        required: &[
            RegisteredClaim::Issuer,
            RegisteredClaim::Audience,
            RegisteredClaim::ExpirationTime,
            RegisteredClaim::IssuedAt,
        ],
        fixed: &[(RegisteredClaim::Audience, APP_STORE)],
        audience: AudienceForm::Single,
        lifetime: Some(lifetime),
        ..Profile::new(name, Es256::ALGORITHM)
    }
}

fn app_store_claims(issuer: &str, issued_at: NumericDate, lifetime: u32) -> RegisteredClaims<'_> {
    RegisteredClaims {
        issuer: Some(issuer),
        audience: Some(APP_STORE.into()),
        expiration_time: Some(issued_at.saturating_add(lifetime.into())),
        issued_at: Some(issued_at),
        ..Default::default()
    }
}

/// "scope": the requests that a token is for.
fn write_scope(scope: &[&str]) -> impl WriteMembers {
    from_fn(move |object| {
        if !scope.is_empty() {
            object.array("scope", |array| {
                for request in scope {
                    array.string(request);
                }
            });
        }
    })
}

fn check_scope(scope: &[&str]) -> Result<(), Rule> {
    scope.iter().try_for_each(|request| Rule::not_empty("scope", request))
}

/// A token for the App Store Connect API, with a team key.
///
/// | rule | |
/// | --- | --- |
/// | header | "typ" `JWT`, "kid" |
/// | claims | "iss", "iat", "exp", "aud" `appstoreconnect-v1`; "scope" optional |
/// | lifetime | at most 1200 s (20 min); a device clock that is ahead makes it longer, so 900 s is usual |
///
/// [`AppStoreConnectScoped`] may live longer.
#[derive(Clone, Copy, Debug)]
pub struct AppStoreConnect<'a> {
    /// "iss": the issuer ID, a UUID.
    pub issuer_id: &'a str,
    /// "iat": now.
    pub issued_at: NumericDate,
    /// Seconds from "iat" to "exp": in a [`TokenSource`](crate::TokenSource) the window's
    /// [`lifetime`](crate::Window::lifetime), for a shorter one is refused there.
    pub lifetime: u32,
    /// "scope": requests such as `GET /v1/apps?filter[platform]=IOS`. None writes no "scope": all requests.
    pub scope: &'a [&'a str],
}

impl ProviderToken for AppStoreConnect<'_> {
    type Algorithm = Es256;

    const PROFILE: Profile = app_store("App Store Connect", Lifetime::at_most(20 * 60, 15 * 60));

    fn issued_at(&self) -> NumericDate {
        self.issued_at
    }

    fn registered(&self) -> RegisteredClaims<'_> {
        app_store_claims(self.issuer_id, self.issued_at, self.lifetime)
    }

    fn claims(&self) -> impl WriteMembers {
        write_scope(self.scope)
    }

    fn check_own(&self) -> Result<(), Rule> {
        check_scope(self.scope)
    }
}

/// A token for the App Store Connect API that is limited to certain requests and so may live longer.
///
/// *Unconfirmed*: Apple accepts more than 20 minutes for some resources where "scope" names `GET` requests
/// only; the six months are from memory, and that each request is a `GET` is not checked.
///
/// | rule | |
/// | --- | --- |
/// | header | as [`AppStoreConnect`] |
/// | claims | as [`AppStoreConnect`], and a "scope" that is not empty |
/// | lifetime | at most 15,777,000 s (six months) |
#[derive(Clone, Copy, Debug)]
pub struct AppStoreConnectScoped<'a> {
    /// "iss": the issuer ID, a UUID.
    pub issuer_id: &'a str,
    /// "iat": now.
    pub issued_at: NumericDate,
    /// Seconds from "iat" to "exp".
    pub lifetime: u32,
    /// "scope": requests such as `GET /v1/apps?filter[platform]=IOS`, at least one.
    pub scope: &'a [&'a str],
}

impl ProviderToken for AppStoreConnectScoped<'_> {
    type Algorithm = Es256;

    const PROFILE: Profile = app_store(
        "App Store Connect, with scope",
        Lifetime::at_most(SIX_MONTHS, 30 * 24 * 60 * 60),
    );

    fn issued_at(&self) -> NumericDate {
        self.issued_at
    }

    fn registered(&self) -> RegisteredClaims<'_> {
        app_store_claims(self.issuer_id, self.issued_at, self.lifetime)
    }

    fn claims(&self) -> impl WriteMembers {
        write_scope(self.scope)
    }

    fn check_own(&self) -> Result<(), Rule> {
        if self.scope.is_empty() {
            return Err(Rule::Missing { claim: "scope" });
        }
        check_scope(self.scope)
    }
}

/// A token for the App Store Server API.
///
/// | rule | |
/// | --- | --- |
/// | header | "typ" `JWT`, "kid" |
/// | claims | as [`AppStoreConnect`], without "scope", and "bid" |
/// | lifetime | at most 3600 s (60 min), *unconfirmed*: some say 1200 s, so 900 s is usual |
#[derive(Clone, Copy, Debug)]
pub struct AppStoreServer<'a> {
    /// "iss": the issuer ID, a UUID.
    pub issuer_id: &'a str,
    /// "bid": the bundle ID of the app.
    pub bundle_id: &'a str,
    /// "iat": now.
    pub issued_at: NumericDate,
    /// Seconds from "iat" to "exp".
    pub lifetime: u32,
}

impl ProviderToken for AppStoreServer<'_> {
    type Algorithm = Es256;

    const PROFILE: Profile = app_store("App Store Server API", Lifetime::at_most(60 * 60, 15 * 60));

    fn issued_at(&self) -> NumericDate {
        self.issued_at
    }

    fn registered(&self) -> RegisteredClaims<'_> {
        app_store_claims(self.issuer_id, self.issued_at, self.lifetime)
    }

    fn claims(&self) -> impl WriteMembers {
        from_fn(|object| {
            object.string("bid", self.bundle_id);
        })
    }

    fn check_own(&self) -> Result<(), Rule> {
        Rule::not_empty("bid", self.bundle_id)
    }
}

/// Half a year in seconds, as Apple counts it.
const SIX_MONTHS: u32 = 15_777_000;

/// The client secret of Sign in with Apple.
///
/// | rule | |
/// | --- | --- |
/// | header | "kid" |
/// | claims | "iss", "iat", "exp", "aud" `https://appleid.apple.com`, "sub" |
/// | lifetime | at most 15,777,000 s (six months) |
#[derive(Clone, Copy, Debug)]
pub struct SignInWithApple<'a> {
    /// "iss": the team ID.
    pub team_id: &'a str,
    /// "sub": the client ID, which is an app ID or a services ID.
    pub client_id: &'a str,
    /// "iat": now.
    pub issued_at: NumericDate,
    /// Seconds from "iat" to "exp".
    pub lifetime: u32,
}

const APPLE_ID: &str = "https://appleid.apple.com";

impl ProviderToken for SignInWithApple<'_> {
    type Algorithm = Es256;

    const PROFILE: Profile = Profile {
        key_id: KeyId::Required,
        required: &[
            RegisteredClaim::Issuer,
            RegisteredClaim::Subject,
            RegisteredClaim::Audience,
            RegisteredClaim::ExpirationTime,
            RegisteredClaim::IssuedAt,
        ],
        fixed: &[(RegisteredClaim::Audience, APPLE_ID)],
        audience: AudienceForm::Single,
        lifetime: Some(Lifetime::at_most(SIX_MONTHS, 24 * 60 * 60)),
        ..Profile::new("Sign in with Apple", Es256::ALGORITHM)
    };

    fn issued_at(&self) -> NumericDate {
        self.issued_at
    }

    fn registered(&self) -> RegisteredClaims<'_> {
        RegisteredClaims {
            issuer: Some(self.team_id),
            subject: Some(self.client_id),
            audience: Some(APPLE_ID.into()),
            expiration_time: Some(self.issued_at.saturating_add(self.lifetime.into())),
            issued_at: Some(self.issued_at),
            ..Default::default()
        }
    }
}
