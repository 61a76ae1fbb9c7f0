//! A device whose key is elsewhere, without a panic path: drafts and external signers, the secure element's
//! driver, the source of tokens, the clock, identity, and the profiles of the APIs that want ES256. The
//! image links only if that is so; it runs too, and fails where one of its calls does. No curve is linked.
//!
//! The async driver is not here: the language puts a panic into every `async fn`, for a future that is
//! polled again when it is done, and no optimization removes it.
#![no_std]
#![no_main]

use core::convert::Infallible;

use embedded_hal::digital::{ErrorType as PinErrorType, OutputPin};
use embedded_hal::i2c::{ErrorKind, ErrorType, I2c, Operation};
use jwt_core::error::KeyForm;
use jwt_core::json::from_fn;
use jwt_core::key::{Jwk, JwkSet, Keyed};
use jwt_core::{
    Algorithm, Es256, ExpectAudience, ExpectIssuer, InvalidSignature, Leeway, Minter, NumericDate,
    Policy, RegisteredClaims, UnverifiedToken, VerifyingKey, base64url, danger, token_len,
};
use jwt_device::atecc608::wake::{self, Wake};
use jwt_device::atecc608::{
    Address, Atecc608, Atecc608Signer, ClockDivider, Config, ConfigBlock, Irreversible, SelfTest,
    Slot,
};
use jwt_device::clock::{MillisCounter, believe, http_date, ntp_seconds};
use jwt_device::identity::{Jti, PublicJwk, PublicPoint, serial_kid, thumbprint_kid};
use jwt_device::profile::{
    self, AccessTokenHash, AppStoreConnect, AppStoreConnectScoped, AppStoreServer, AppleApns,
    ClearBlade, ClientAssertion, Coinbase, DpopProof, LegacyClientAssertion, MqttPassword,
    NrfCloud, NrfDevice, OktaClientAssertion, ProviderToken, SignInWithApple, WebPush,
};
use jwt_device::source::{for_provider, with_claims};
use jwt_device::{
    Bearer, CivilTime, Clock, DigestSigner, OffsetClock, Renewal, SignatureSigner, SignerError,
    SignerErrorKind, TokenSource, Window, floor, mint,
};
use jwt_firmware::chip::{NoDelay, Script};
use jwt_firmware::image;
use jwt_firmware::opaque::{hide, see};
use rand_core::{TryCryptoRng, TryRng};

image!(no_panic run);

fn run() -> Option<()> {
    drafts()?;
    tokens()?;
    jwks()?;
    signers()?;
    chip()?;
    times()?;
    sources()?;
    identity()?;
    profiles()
}

/// r and s, as an external signer returns them.
fn signature() -> [u8; 64] {
    hide([0x42; 64])
}

fn now() -> NumericDate {
    NumericDate::from_seconds(hide(1_780_000_000))
}

fn claims() -> RegisteredClaims<'static> {
    RegisteredClaims {
        issuer: Some(hide("device-0001")),
        subject: Some(hide("sensor \"42\"")),
        audience: Some(hide("https://api.example").into()),
        expiration_time: Some(now().saturating_add(hide(300))),
        not_before: Some(now().saturating_sub(hide(1))),
        issued_at: Some(now()),
        jwt_id: Some(hide("1")),
    }
}

/// Both phases, with either form of signature.
fn drafts() -> Option<()> {
    let mut buf = [0; 512];
    let minter = Minter::new().typ(hide("JWT")).cty(hide("x")).kid(hide("k1"));
    let draft = minter.draft::<Es256>(&mut buf, &claims()).ok()?;
    see((draft.sha256(), draft.signing_input()));
    see(draft.finish(hide(&signature()[..])).ok()?.as_str());
    let der = hide(b"\x30\x06\x02\x01\x01\x02\x01\x01");
    let draft = minter.draft_payload::<Es256>(&mut buf, hide(b"bytes")).ok()?;
    see(draft.finish_der(hide(&der[..])).ok()?.as_str());
    see(danger::es256_nonce(hide(&[1; 32]), hide(&[2; 32]), hide(1)));
    see(token_len(hide(1), hide(2), hide(3)));
    let mut buf = [0; 64];
    let text = base64url::encode(hide(b"any"), &mut buf).ok()?.len();
    see(base64url::check(hide(b"AAAA")).ok()?);
    see(base64url::decode_in_place(buf.get_mut(..text)?).ok()?);
    see(base64url::encode_in_place(&mut buf, hide(3)).ok()?);
    see(base64url::decode(hide(b"AAAA"), &mut buf).ok()?);
    Some(())
}

/// Somebody else who verifies: hardware, or another core.
struct Elsewhere;

impl VerifyingKey for Elsewhere {
    fn algorithm(&self) -> Algorithm {
        Algorithm::Es256
    }

    fn verify(&self, signing_input: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        see((signing_input, signature));
        hide(Ok(()))
    }
}

/// Tokens that come in.
fn tokens() -> Option<()> {
    let mut buf = [0; 512];
    let draft = Minter::new().typ("JWT").kid("k1").draft::<Es256>(&mut buf, &claims()).ok()?;
    let token = hide(draft.finish(&signature()).ok()?.as_str());
    let token = UnverifiedToken::parse(token).ok()?;
    let mut scratch = [0; 512];
    let peeked = danger::peek(token, &mut scratch).ok()?;
    see((peeked.header(), peeked.payload()));
    let (unverified, errors) = peeked.claims().ok()?;
    see((unverified.members().count(), errors.iter().count()));

    let policy = Policy::new(hide("device-0001"), hide("https://api.example"))
        .leeway(Leeway::from_seconds(hide(5)))
        .max_age(hide(600))
        .require(hide(&["jti"]));
    let valid = token.verify(&Elsewhere, &mut scratch).ok()?.validate(&policy, now()).ok()?;
    let (header, claims) = (valid.header(), valid.claims());
    see((header.alg().as_str()?, header.kid()?.as_str(), header.typ()?.chars().count()));
    see((claims.issuer()?.as_str(), claims.expiration_time()?, claims.not_before()));
    see(claims.subject()?.unescape(&mut [0; 32]).ok()?);
    see((claims.audience()?.iter().count(), claims.claim(hide("jti"))?.as_text()));

    let lax =
        Policy::new(ExpectIssuer::AnyOf(hide(&["a", "b"])), ExpectAudience::AnyOf(hide(&["c"])))
            .subject(hide("x"))
            .typ(hide("at+jwt"))
            .allow_missing_expiration();
    let keys = [Keyed { kid: hide("k1"), key: Elsewhere }];
    let refused = token.verify(&keys[..], &mut scratch).ok()?.validate(&lax, now());
    see(refused.err()?.iter().count());
    see(token
        .verify_trying([Elsewhere, Elsewhere], &mut scratch)
        .ok()?
        .validate(&lax, now())
        .err());
    see(token.verify_payload(&Elsewhere, &mut scratch).ok()?.payload());
    Some(())
}

/// Public keys from JSON, as far as that goes without a curve.
fn jwks() -> Option<()> {
    let set = JwkSet::parse(hide(
        br#"{"keys":[{"kty":"EC","crv":"P-256","kid":"1","use":"sig","alg":"ES256","key_ops":["verify"],"x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}"#,
    ))
    .ok()?;
    let jwk = set.jwks().next()?.ok()?;
    let jwk = Jwk::parse(hide(jwk.object().as_str().as_bytes())).ok()?;
    see((jwk.kid()?.as_str(), jwk.alg()?.as_str(), jwk.form(), jwk.is_private()));
    jwk.check_use(KeyForm::P256, Algorithm::Es256, "verify").ok()?;
    see(jwk.thumbprint().ok()?.encode(&mut [0; 43]));
    Some(())
}

/// A key of the `signature` traits.
struct Traits;

/// Its signature.
#[derive(Clone)]
struct Bytes([u8; 64]);

impl From<Bytes> for [u8; 64] {
    fn from(Bytes(bytes): Bytes) -> Self {
        bytes
    }
}

impl TryFrom<&[u8]> for Bytes {
    type Error = signature::Error;

    fn try_from(bytes: &[u8]) -> Result<Self, signature::Error> {
        bytes.try_into().map(Self).map_err(|_| signature::Error::new())
    }
}

impl signature::SignatureEncoding for Bytes {
    type Repr = [u8; 64];
}

impl signature::Signer<Bytes> for Traits {
    fn try_sign(&self, message: &[u8]) -> Result<Bytes, signature::Error> {
        see(message);
        hide(Ok(Bytes([0x42; 64])))
    }
}

/// Signers that are no chips, and what sends their tokens.
fn signers() -> Option<()> {
    let mut buf = [0; 512];
    let mut digest = DigestSigner::new(
        |digest: &[u8; 32]| -> Result<[u8; 64], SignerErrorKind> {
            see(digest);
            hide(Ok([0x42; 64]))
        },
        hide(Some("k1")),
    );
    let token = mint(&Minter::new(), &mut digest, &mut buf, &claims()).ok()?;
    let bearer = Bearer(hide(token));
    see((bearer.parts(), bearer.write_into(&mut [0; 512]).ok()?));
    see(bearer.write_value_into(&mut [0; 512]).ok()?);
    let mut traits = SignatureSigner::<_, Bytes>::new(Traits, hide(None));
    see(mint(&Minter::new(), &mut traits, &mut buf, &claims()).ok()?.as_str());
    Some(())
}

/// A bus of which the compiler knows nothing: a chip may say anything on it, or fail.
struct Opaque(Script);

impl ErrorType for Opaque {
    type Error = ErrorKind;
}

impl I2c for Opaque {
    fn transaction(
        &mut self,
        address: u8,
        operations: &mut [Operation<'_>],
    ) -> Result<(), ErrorKind> {
        let result = self.0.transaction(address, hide(&mut *operations));
        see(operations);
        hide(result)
    }
}

fn bus() -> Opaque {
    Opaque(Script::new(core::array::from_fn(|at| at as u8 | 0x40)))
}

fn config() -> Config {
    let clock_divider = hide(ClockDivider::M2);
    Config { address: Address::TNGTLS, self_test: hide(SelfTest::AtWake), clock_divider }
}

/// A pin on the data line.
struct Line;

impl PinErrorType for Line {
    type Error = Infallible;
}

impl OutputPin for Line {
    fn set_low(&mut self) -> Result<(), Infallible> {
        hide(Ok(()))
    }

    fn set_high(&mut self) -> Result<(), Infallible> {
        hide(Ok(()))
    }
}

/// Everything that the blocking driver does.
fn chip() -> Option<()> {
    let mut chip = Atecc608::new(bus(), NoDelay, wake::GeneralCall, config());
    let slot = Slot::new(hide(2))?;
    see((chip.info().ok()?, chip.serial_number().ok()?, chip.random().ok()?));
    see(chip.public_key(slot).ok()?.to_sec1());
    see(chip.generate_key(slot).ok()?.x);
    see(chip.read_config(hide(ConfigBlock::Bytes96To127)).ok()?);
    see(chip.lock_state().ok()?);
    chip.lock_config(Irreversible).ok()?;
    chip.lock_data(Irreversible).ok()?;
    chip.lock_slot(slot, Irreversible).ok()?;
    see(chip.sign_digest(slot, hide(&[1; 32])).ok()?);
    // Nothing is at this address.
    let config = Config { address: Address::new(hide(0x60))?, ..config() };
    let error = Atecc608::new(bus(), NoDelay, wake::GeneralCall, config).info().err()?;
    see(error.kind());
    // The other ways to wake it; the script knows one only.
    woken(wake::GeneralCallByte);
    woken(wake::OwnAddress);
    woken(wake::Pin(Line));
    woken(wake::Callback(|bus: &mut Opaque| see(bus.write(hide(0), &[]))));
    Some(())
}

fn woken<W: Wake<Opaque>>(wake: W) {
    let mut chip = Atecc608::new(bus(), NoDelay, wake, config());
    see(chip.info());
    see(chip.into_parts().0.0);
}

/// The clock, and all that sets it.
fn times() -> Option<()> {
    let mut counter = MillisCounter::new();
    let uptime = move || counter.seconds(hide(4_294_967_000));
    let earliest = floor(hide(1_700_000_000));
    let mut clock = OffsetClock::new(uptime, earliest).drift(hide(100));
    see((clock.now().err()?, clock.state()));
    see(clock.set(hide(1_780_000_000)).ok()?.seconds());
    see(clock.set_ntp(hide(0xee0d_a5a1)).ok()?);
    for date in [
        "Fri, 24 Jul 2026 08:49:37 GMT",
        "Friday, 24-Jul-26 08:49:37 GMT",
        "Fri Jul 24 08:49:37 2026",
    ] {
        see(clock.set_http_date(hide(date).as_bytes()).ok()?);
    }
    let civil = CivilTime { year: 2026, month: 7, day: 24, hour: 8, minute: 49, second: 37 };
    see(clock.set_civil(hide(civil)).ok()?);
    see(clock.set_within(now(), hide(3)).ok()?);
    see((clock.now().ok()?, clock.state(), clock.floor()));
    see(believe(now(), earliest).ok()?);
    see(ntp_seconds(hide(1), earliest).ok()?);
    see(http_date(hide(b"yesterday"), earliest).err()?);
    Some(())
}

/// Where randomness comes from.
struct Dice;

impl TryRng for Dice {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(hide(4))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(hide(4))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        bytes.fill(hide(4));
        Ok(())
    }
}

impl TryCryptoRng for Dice {}

/// A clock that was set.
fn clock() -> Option<impl Clock> {
    let mut clock = OffsetClock::new(|| hide(42), floor(hide(1_700_000_000)));
    clock.set(hide(1_780_000_000)).ok()?;
    Some(clock)
}

/// Sources for an API, and for claims by hand.
fn sources() -> Option<()> {
    let chip = Atecc608::new(bus(), NoDelay, wake::GeneralCall, config());
    let signer = Atecc608Signer::new(chip, Slot::PRIMARY, hide(Some("ABC123DEFG")));
    let recipe = for_provider(|window: Window| AppleApns {
        team_id: hide("DEF123GHIJ"),
        issued_at: window.issued_at,
    });
    let renewal = Renewal { jitter: hide(60), ..Renewal::of(&AppleApns::PROFILE) };
    let mut buf = [0; 1024];
    let mut source = TokenSource::new(&mut buf, signer, clock()?, recipe, renewal);
    source.set_jitter(hide(1));
    source.draw_jitter(&mut Dice).ok()?;
    see(source.token().ok()?.as_str());
    see(Bearer(source.token_valid_for(hide(60)).ok()?).write_into(&mut [0; 512]).ok()?);
    source.invalidate();
    see((source.token().err()?, source.take_failure(), source.plan()?.renew_at()));
    see(source.clock_mut().now().ok()?);
    see(source.signer_mut().chip_mut().info().ok()?);

    let sign = |_: &[u8; 32]| -> Result<[u8; 64], SignerErrorKind> { hide(Ok([0x42; 64])) };
    let recipe = with_claims(Minter::new().typ(hide("JWT")), |window: Window| RegisteredClaims {
        expiration_time: Some(window.expiration_time),
        ..claims()
    });
    let renewal = Renewal { margin: hide(30), ..Renewal::lasting(hide(300)) };
    let signer = DigestSigner::new(sign, hide(None));
    let mut source = TokenSource::new(&mut buf, signer, clock()?, recipe, renewal);
    see(source.token_valid_for(hide(60)).ok()?.as_str());
    source.invalidate();
    see(source.token_valid_for(hide(600)).err()?);
    Some(())
}

/// A public key as a chip tells it.
fn point() -> Option<PublicPoint> {
    PublicPoint::from_coordinates(hide(&[0x42; 64]))
}

fn identity() -> Option<()> {
    let mut kid = [0; 43];
    let kid = thumbprint_kid(&point()?, &mut kid);
    see(PublicJwk::new(point()?).kid(kid).write_into(&mut [0; 512]).ok()?);
    let serial = hide([1, 0x23, 3, 4, 5, 6, 7, 8, 0xee]);
    see(serial_kid(hide("atecc-"), &serial, &mut [0; 64]).ok()?);
    see(Jti::from_bytes(hide(&[1; 16])).as_str());
    see(Jti::random(&mut Dice).ok()?.as_str());
    Some(())
}

/// Every profile with ES256.
fn profiles() -> Option<()> {
    let (issued_at, lifetime) = (now(), hide(120));
    let text = hide("text");
    let scope: &[&str] = hide(&["GET /v1/apps"]);
    issue(&AppStoreConnect { issuer_id: text, issued_at, lifetime, scope })?;
    issue(&AppStoreConnectScoped { issuer_id: text, issued_at, lifetime, scope })?;
    issue(&AppStoreServer { issuer_id: text, bundle_id: text, issued_at, lifetime })?;
    issue(&SignInWithApple { team_id: text, client_id: text, issued_at, lifetime })?;
    issue(&ClearBlade { project_id: text, issued_at, lifetime })?;
    let own = from_fn(|object| {
        object.string("own", text);
    });
    issue(&NrfCloud { device: NrfDevice::Id(text), issued_at, lifetime, own })?;
    let name = hide("nrf9160.50363154-3931-44f0-8022-121b6401627d");
    issue(&NrfCloud { device: NrfDevice::HardwareAndUuid(name), issued_at, lifetime, own })?;
    let origin = hide("https://push.example.net");
    issue(&WebPush { origin, contact: hide(Some("mailto:a@b")), issued_at, lifetime })?;
    issue(&Coinbase {
        key_name: hide("k1"),
        issuer: Coinbase::ISSUER,
        audience: hide(None),
        nonce: text,
        method: hide("GET"),
        host: hide("api.coinbase.com"),
        path: hide("/api"),
        issued_at,
        lifetime,
    })?;
    issue(&ClientAssertion {
        client_id: text,
        server_issuer: text,
        jwt_id: text,
        issued_at,
        lifetime,
    })?;
    issue(&LegacyClientAssertion {
        client_id: text,
        token_endpoint: text,
        jwt_id: text,
        issued_at,
        lifetime,
    })?;
    issue(&OktaClientAssertion {
        client_id: text,
        token_url: text,
        jwt_id: hide(Some("1")),
        issued_at,
        lifetime,
    })?;
    issue(&DpopProof {
        public_key: &point()?,
        jwt_id: text,
        method: hide("POST"),
        uri: hide("https://server.example/token"),
        issued_at,
        access_token: Some(AccessTokenHash::of(hide("token"))),
        nonce: hide(Some("nonce")),
    })?;
    issue(
        &MqttPassword::<Es256>::new(issued_at, lifetime)
            .issuer(text)
            .subject(text)
            .audience(text)
            .jwt_id(text)
            .claims(own),
    )?;
    for profile in hide(profile::ALL) {
        let last = now().saturating_sub(hide(1500));
        see((profile.check_renewal(last, now()), profile.check_reuse(last, now())));
        see(profile.check(hide(None), &claims(), now()));
    }
    Some(())
}

fn issue<T: ProviderToken<Algorithm = Es256>>(token: &T) -> Option<()> {
    let sign = |_: &[u8; 32]| -> Result<[u8; 64], SignerErrorKind> { hide(Ok([0x42; 64])) };
    let mut signer = DigestSigner::new(sign, hide(Some("k1")));
    let mut buf = [0; 1024];
    see(profile::mint(token, &mut signer, &mut buf).ok()?.as_str());
    Some(())
}
