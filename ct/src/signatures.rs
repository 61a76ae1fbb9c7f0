//! What signs, and what compares MACs. The token itself is public: its header and claims are, and its signature is
//! once it is made.

use std::hint::black_box;

use jwt_core::{
    Es256SigningKey, HmacAlgorithm, HmacKey, Hs256, Hs384, Hs512, Minter, NumericDate,
    RegisteredClaims, SigningKey, UnverifiedToken,
};
use p256_mint::MintKey;

use crate::memcheck::publish;
use crate::run::Subject;
use crate::secret::{self, BYTES, Opened};

pub(crate) const ALL: [Subject; 9] = [
    ("hs256-mint", || mint(HmacKey::<Hs256>::new(&secret::bytes(BYTES)).ok()?)),
    ("hs384-mint", || mint(HmacKey::<Hs384>::new(&secret::bytes([0x5a; 48])).ok()?)),
    ("hs512-mint", || mint(HmacKey::<Hs512>::new(&secret::bytes([0x5a; 64])).ok()?)),
    ("hs256-verify", verify::<Hs256>),
    ("hs512-verify", verify::<Hs512>),
    ("es256-mint-p256", || mint(Es256SigningKey::from_bytes(&secret::bytes(BYTES)).ok()?)),
    ("es256-mint-comb", || mint(MintKey::from_bytes(&secret::bytes(BYTES)).ok()?)),
    ("es256-hedged-comb", hedged),
    ("es256-public-comb", public),
];

fn mint(key: impl SigningKey) -> Option<()> {
    let claims = RegisteredClaims {
        issuer: Some("device-0001"),
        expiration_time: Some(NumericDate::from_seconds(1_700_000_000)),
        ..Default::default()
    };
    let mut buf = [0; 512];
    let token = Minter::new().kid("k1").mint(&mut buf, &Opened(key), &claims).ok()?;
    black_box(token.as_str());
    Some(())
}

/// The right MAC, and MACs that differ in the first byte and in the last.
fn verify<A: HmacAlgorithm>() -> Option<()> {
    let known = HmacKey::<A>::new(&[0x5a; 64]).ok()?;
    let mut buf = [0; 256];
    let token = Minter::new().mint(&mut buf, &known, &()).ok()?.as_str().to_owned();
    let dot = token.rfind('.')?;
    let key = Opened(HmacKey::<A>::new(&secret::bytes([0x5a; 64])).ok()?);
    for (changed, verdict) in [
        (None, true),
        (Some(dot.checked_add(1)?), false),
        (Some(token.len().checked_sub(2)?), false),
    ] {
        let mut token = token.clone().into_bytes();
        if let Some(place) = changed {
            let byte = token.get_mut(place)?;
            *byte = if *byte == b'A' { b'B' } else { b'A' };
        }
        let mut scratch = [0; 256];
        let verified = UnverifiedToken::parse(&token).ok()?.verify(&key, &mut scratch);
        if verified.is_ok() != verdict {
            return None;
        }
    }
    Some(())
}

fn hedged() -> Option<()> {
    let key = MintKey::from_bytes(&secret::bytes(BYTES)).ok()?;
    let signature = publish(key.sign_digest_hedged(&[0x24; 32], &secret::bytes([0x18; 32])));
    signature.is_ok().then_some(())
}

fn public() -> Option<()> {
    let key = MintKey::from_bytes(&secret::bytes(BYTES)).ok()?;
    publish(key.public_key()).is_ok().then_some(())
}
