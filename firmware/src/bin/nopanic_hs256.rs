//! HMAC without a panic path: minting, verifying, keys, and the profiles of the APIs that want HS256. The
//! image links only if that is so; it runs too, and fails where one of its calls does.
#![no_std]
#![no_main]

use jwt_core::error::ClaimError;
use jwt_core::json::{Object, from_fn};
use jwt_core::key::{Keyed, Rotation};
use jwt_core::{
    Audience, ExpectAudience, ExpectIssuer, HmacAlgorithm, HmacKey, Hs256, Leeway, Minter,
    NumericDate, Policy, RegisteredClaims, UnverifiedToken, ValidToken, danger,
};
use jwt_device::profile::{
    self, DoorDash, LiveKit, MqttPassword, ProviderToken, TwilioAccessToken, ZhipuGlm, ZoomRole,
    ZoomVideoSdk,
};
use jwt_device::{Bearer, CheckedKey, JwsSigner, SoftwareSigner, mint};
use jwt_firmware::image;
use jwt_firmware::opaque::{hide, see};

image!(no_panic run);

fn run() -> Option<()> {
    tokens::<Hs256>()?;
    key_stores()?;
    profiles()?;
    #[cfg(feature = "o3")]
    for more in [tokens::<jwt_core::Hs384>, tokens::<jwt_core::Hs512>, jwks] {
        more()?;
    }
    Some(())
}

/// A secret of a length that nobody knows.
fn secret() -> &'static [u8] {
    hide(&[0x42; 64])
}

fn key<A: HmacAlgorithm>() -> Option<HmacKey<A>> {
    HmacKey::new(secret()).ok()
}

fn now() -> NumericDate {
    NumericDate::from_seconds(hide(1_780_000_000))
}

fn claims() -> RegisteredClaims<'static> {
    RegisteredClaims {
        issuer: Some(hide("device-0001")),
        subject: hide(Some("sensor \"42\"")),
        audience: Some(Audience::Many(hide(&["https://api.example", "b"]))),
        expiration_time: Some(now().saturating_add(300)),
        not_before: Some(now()),
        issued_at: Some(now()),
        jwt_id: hide(Some("1")),
    }
}

/// Mints with all that a header and claims can have, then verifies and validates all of it.
fn tokens<A: HmacAlgorithm>() -> Option<()> {
    let key = key::<A>()?;
    let list = Object::parse(hide(br#"{"list":[1,null,{"a":"\u00e9"}],"f":1.5e3}"#)).ok()?;
    let inner = from_fn(|object| {
        object.string("s", hide("x"));
    });
    let members = from_fn(|object| {
        object.integer("n", hide(-1)).unsigned("u", hide(1)).bool("b", hide(true));
        object.null("z").object("o", &inner);
        object.array("a", |array| {
            array.string(hide("s")).integer(hide(2)).bool(hide(false)).null();
            array.object(&());
        });
        for (name, value) in list.members() {
            object.value(name.as_str().unwrap_or_default(), value);
        }
    });
    let minter = Minter::new().typ(hide("at+jwt")).cty(hide("x")).kid(hide("k1"));
    let mut buf = [0; 1024];
    let token = minter.header(&members).mint(&mut buf, &key, &(claims(), &members)).ok()?;
    let token = hide(token).as_str();

    let audiences: &[&str] = hide(&["a", "https://api.example"]);
    let policy = Policy::new(
        ExpectIssuer::AnyOf(hide(&["x", "device-0001"])),
        ExpectAudience::AnyOf(audiences),
    )
    .subject(hide("sensor \"42\""))
    .typ(hide("AT+JWT"))
    .leeway(Leeway::from_seconds(hide(5)))
    .max_age(hide(600))
    .require(hide(&["o", "f"]))
    .check(|claims| match claims.claim(hide("n")).and_then(|n| n.as_number()?.as_i64()) {
        Some(-1) => Ok(()),
        _ => Err("n is not -1"),
    });
    let mut scratch = [0; 1024];
    let token = UnverifiedToken::parse(token).ok()?;
    see(token.scratch_len());
    let valid = token.verify(&key, &mut scratch).ok()?.validate(&policy, now()).ok()?;
    read(&valid)?;

    // The same for what is not as it should be, and for bytes.
    let errors = token.verify(&key, &mut scratch).ok()?.validate(
        &Policy::new(hide("x"), ExpectAudience::NotUsed).allow_missing_expiration(),
        now().saturating_add(hide(1000)),
    );
    let expired = |error| matches!(error, ClaimError::Expired { .. });
    if !errors.err()?.iter().any(expired) {
        return None;
    }
    see(Minter::new().mint_to_string::<512>(&key, &claims()).ok()?.len());
    let token = Minter::new().mint_payload(&mut buf, &key, hide(b"bytes")).ok()?;
    let token = UnverifiedToken::parse(hide(token).as_str()).ok()?;
    see(token.verify_payload(&key, &mut scratch).ok()?.payload());
    Some(())
}

/// Reads all that a valid token says.
fn read(token: &ValidToken<'_>) -> Option<()> {
    let (header, claims) = (token.header(), token.claims());
    see((header.alg().as_str(), header.kid()?.as_str(), header.typ()?, header.cty()?));
    see((claims.issuer()?, claims.expiration_time(), claims.not_before(), claims.issued_at()));
    see((claims.jwt_id()?.unescaped_len(), claims.audience()?.contains(hide("b"))));
    let mut buf = [0; 32];
    see(claims.subject()?.unescape(&mut buf).ok()?);
    see(claims.subject()?.to_heapless::<32>().ok()?.len());
    for (name, value) in claims.members() {
        see((name.chars().count(), value.as_bool(), value.as_text()));
    }
    let list = claims.claim(hide("list"))?.as_array()?;
    let object = list.elements().find_map(|element| element.as_object())?;
    see(object.find(hide("a"))?.as_text()?.unescape(&mut buf).ok()?);
    see(header.object().find("u")?.as_number()?.as_u64()?);
    Some(())
}

/// Keys by name, old and new ones, short ones, and those that are tried one after the other.
fn key_stores() -> Option<()> {
    let short = danger::short_hmac_key::<Hs256>(hide(b"short")).ok()?;
    let mut keys = Rotation::new(hide("old"), short);
    keys.rotate(hide("new"), key()?);
    let mut signer =
        SoftwareSigner::new(CheckedKey::new(key::<Hs256>()?, key::<Hs256>()?), hide(Some("new")));
    let mut buf = [0; 512];
    let token = mint(&Minter::new(), &mut signer, &mut buf, &claims()).ok()?;
    let token = UnverifiedToken::parse(hide(token.as_str())).ok()?;
    let mut scratch = [0; 512];
    see(token.verify(&keys, &mut scratch).ok()?);
    keys.retire();
    see(token.verify(&keys.current().key, &mut scratch).ok()?);
    let list = [Keyed { kid: hide("new"), key: key::<Hs256>()? }];
    see(token.verify(&list[..], &mut scratch).ok()?);
    see(token.verify_trying([key::<Hs256>()?, key()?], &mut scratch).ok()?);
    let peeked = danger::peek(token, &mut scratch).ok()?;
    see((peeked.header(), peeked.payload(), peeked.claims().ok()?));
    Some(())
}

/// Keys from JSON.
#[cfg(feature = "o3")]
fn jwks() -> Option<()> {
    use jwt_core::key::{Jwk, JwkSet};

    let jwk = Jwk::parse(hide(
        br#"{"kty":"oct","kid":"k1","alg":"HS256","use":"sig","key_ops":["sign","verify"],"k":"QkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkI"}"#,
    ))
    .ok()?;
    see((jwk.kid()?, jwk.alg()?, jwk.form(), jwk.is_private()));
    let key = jwk.hmac_signing_key::<Hs256>().ok()?;
    let mut kid = [0; 43];
    let kid = jwk.thumbprint().ok()?.encode(&mut kid);
    let mut buf = [0; 512];
    let token = Minter::new().kid("k1").mint(&mut buf, &key, &claims()).ok()?;
    see(kid);
    let set = JwkSet::parse(hide(
        br#"{"keys":[{"kty":"oct","kid":"k1","k":"QkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkI"}]}"#,
    ))
    .ok()?;
    let token = UnverifiedToken::parse(hide(token.as_str())).ok()?;
    see(token.verify(&set.hmac::<Hs256>(), &mut [0; 512]).ok()?);
    Some(())
}

/// Every profile with HS256.
fn profiles() -> Option<()> {
    let (issued_at, lifetime) = (now(), hide(1800));
    let own = from_fn(|object| {
        object.string("identity", hide("alice"));
    });
    issue(&DoorDash { developer_id: hide("developer"), key_id: hide("key"), issued_at, lifetime })?;
    issue(&ZoomVideoSdk {
        app_key: hide("key"),
        topic: hide("topic"),
        role: ZoomRole::Host,
        issued_at,
        lifetime,
        own,
    })?;
    issue(&TwilioAccessToken {
        key_sid: hide("SK1"),
        account_sid: hide("AC1"),
        jwt_id: hide("1"),
        issued_at,
        lifetime,
        grants: own,
    })?;
    issue(&ZhipuGlm { api_key_id: hide("id"), issued_at, lifetime })?;
    issue(&LiveKit {
        api_key: hide("key"),
        identity: hide("alice"),
        issued_at,
        lifetime,
        grants: own,
    })?;
    issue(
        &MqttPassword::<Hs256>::new(issued_at, lifetime)
            .issuer(hide("i"))
            .subject(hide("s"))
            .audience(hide("a"))
            .jwt_id(hide("1"))
            .claims(own),
    )
}

fn issue<T: ProviderToken<Algorithm = Hs256>>(token: &T) -> Option<()> {
    let mut signer = SoftwareSigner::new(key::<Hs256>()?, hide(Some("k1")));
    let mut buf = [0; 512];
    let token = profile::mint(token, &mut signer, &mut buf).ok()?;
    see(Bearer(token).write_into(&mut [0; 512]).ok()?);
    see(signer.sign(hide(b"any")).ok()?);
    Some(())
}
