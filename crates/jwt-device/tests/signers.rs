//! Signers: whatever they return is checked, whatever they say is passed on, blocking and waiting alike.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs
)] // a test may panic

#[path = "support/block_on.rs"]
mod block_on;

use std::cell::Cell;
use std::future::poll_fn;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use block_on::block_on;
use jwt_core::json::from_fn;
use jwt_core::{
    Es256, Es256SigningKey, HmacKey, Hs256, KeyStore, MintError, Minter, NumericDate,
    RegisteredClaims, SigningFailed, SigningKey, UnverifiedToken,
};
use jwt_device::{
    AsyncJwsSigner, CheckedKey, DeviceError, DigestSigner, JwsSigner, SignerError as _,
    SignerErrorKind, SignerKey, SoftwareSigner, mint, mint_async,
};

fn key() -> Es256SigningKey {
    Es256SigningKey::from_bytes(&[0x42; 32]).unwrap()
}

fn claims() -> RegisteredClaims<'static> {
    RegisteredClaims {
        subject: Some("sensor-42"),
        expiration_time: Some(NumericDate::from_seconds(1_780_000_300)),
        ..Default::default()
    }
}

/// Verifies a token and returns its "kid".
fn verified_kid(token: &str, keys: &impl KeyStore) -> Option<String> {
    let mut scratch = [0; 512];
    let token = UnverifiedToken::parse(token).unwrap().verify_payload(keys, &mut scratch).unwrap();
    token.header().kid().map(|kid| kid.to_string())
}

/// What a signer's signature comes to, at once and waited for: the same.
fn minted<S: JwsSigner + AsyncJwsSigner>(signer: &mut S) -> Result<String, DeviceError<S::Error>> {
    let mut buf = [0; 256];
    let at_once = mint(&Minter::new(), signer, &mut buf, &claims()).map(|token| token.to_string());
    let waited = block_on(mint_async(&Minter::new(), signer, &mut buf, &claims()));
    let waited = waited.map(|token| token.to_string());
    assert_eq!(format!("{at_once:?}"), format!("{waited:?}"));
    waited
}

/// A chip that returns what it is told to, after some time.
struct Chip {
    answer: Result<[u8; 64], SignerErrorKind>,
    waits: u32,
    asked: Cell<u32>,
}

impl Chip {
    fn new(answer: Result<[u8; 64], SignerErrorKind>) -> Self {
        Self { answer, waits: 2, asked: Cell::new(0) }
    }
}

impl SignerKey for Chip {
    type Algorithm = Es256;
    type Error = SignerErrorKind;

    fn key_id(&self) -> Option<&str> {
        Some("slot-0")
    }
}

impl JwsSigner for Chip {
    fn sign(&mut self, signing_input: &[u8]) -> Result<[u8; 64], SignerErrorKind> {
        assert_eq!(signing_input.iter().filter(|byte| **byte == b'.').count(), 1);
        self.asked.set(self.asked.get() + 1);
        self.answer
    }
}

impl AsyncJwsSigner for Chip {
    async fn sign(&mut self, signing_input: &[u8]) -> Result<[u8; 64], SignerErrorKind> {
        let mut waits = self.waits;
        poll_fn(|_| {
            waits = waits.wrapping_sub(1);
            if waits == u32::MAX { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        JwsSigner::sign(self, signing_input)
    }
}

// --- keys in memory ---

#[test]
fn a_signer_names_its_key_and_its_token_verifies() {
    let mut signer = SoftwareSigner::new(key(), Some("dev-1"));
    let token = minted(&mut signer).unwrap();
    assert_eq!(verified_kid(&token, &key().verifying_key()).as_deref(), Some("dev-1"));
}

#[test]
fn a_token_of_a_signer_is_the_one_that_its_key_mints() {
    let mut buf = [0; 256];
    let own = Minter::new().kid("k").mint(&mut buf, &key(), &claims()).unwrap();
    assert_eq!(minted(&mut SoftwareSigner::new(&key(), Some("k"))).unwrap(), own.as_str());
}

#[test]
fn a_secret_is_a_signer_too() {
    let secret = HmacKey::<Hs256>::new(&[0x42; 32]).unwrap();
    let token = minted(&mut SoftwareSigner::new(&secret, None)).unwrap();
    assert_eq!(verified_kid(&token, &secret), None);
}

#[test]
fn the_name_of_the_key_replaces_the_minters_and_no_name_does_not() {
    let minter = Minter::new().typ("JWT").kid("minter's").header(from_fn(|object| {
        object.string("x", "y");
    }));
    for (name, kid) in [(Some("signer's"), "signer's"), (None, "minter's")] {
        let mut buf = [0; 256];
        let mut signer = SoftwareSigner::new(key(), name);
        let token = mint(&minter, &mut signer, &mut buf, &claims()).unwrap();
        assert_eq!(verified_kid(token.as_str(), &key().verifying_key()).as_deref(), Some(kid));
    }
}

#[test]
fn a_reference_to_a_signer_is_a_signer() {
    fn twice(mut signer: impl JwsSigner + AsyncJwsSigner) -> String {
        assert_eq!(signer.key_id(), Some("k"));
        let reference: &mut _ = &mut signer;
        minted(reference).map_err(|_| ()).unwrap()
    }
    let mut signer = SoftwareSigner::new(key(), Some("k"));
    let by_reference = twice(&mut &mut signer);
    assert_eq!(by_reference, twice(signer));
}

// --- digests ---

#[test]
fn a_digest_signer_gets_the_sha256_of_the_signing_input() {
    let seen = Cell::new([0; 32]);
    let mut signer = DigestSigner::new(
        |digest: &[u8; 32]| {
            seen.set(*digest);
            Ok::<_, SignerErrorKind>([1; 64])
        },
        Some("tpm-0"),
    );
    let mut buf = [0; 256];
    let token = mint(&Minter::new(), &mut signer, &mut buf, &claims()).unwrap();
    let (input, _) = token.as_str().rsplit_once('.').unwrap();
    assert_eq!(seen.get(), jwt_core::sha256(input.as_bytes()));
    assert_eq!(signer.key_id(), Some("tpm-0"));
}

#[test]
fn a_digest_signer_over_another_crate_mints_a_token_that_verifies() {
    use p256::ecdsa::signature::hazmat::PrehashSigner as _;

    let other = p256::ecdsa::SigningKey::from_slice(&[0x42; 32]).unwrap();
    let mut signer = DigestSigner::new(
        |digest: &[u8; 32]| {
            let signed: Result<p256::ecdsa::Signature, _> = other.sign_prehash(digest);
            signed.map(|signature| signature.to_bytes().into()).map_err(|_| SignerErrorKind::Other)
        },
        None,
    );
    let mut buf = [0; 256];
    let token = mint(&Minter::new(), &mut signer, &mut buf, &claims()).unwrap();
    verified_kid(token.as_str(), &key().verifying_key());
    // By a deterministic signature, so it is the same token.
    let mut again = [0; 256];
    let awaited = block_on(mint_async(&Minter::new(), &mut signer, &mut again, &claims())).unwrap();
    assert_eq!(awaited.as_str(), token.as_str());
}

// --- what a signer returns ---

/// The order of P-256 (FIPS 186-5, SP 800-186 section 3.2.1.3).
const N: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

fn signature(r: [u8; 32], s: [u8; 32]) -> [u8; 64] {
    [r, s].concat().try_into().unwrap()
}

#[test]
fn what_cannot_be_a_signature_never_leaves_as_a_token() {
    let mut above = N;
    above[31] += 1;
    let one = [[0; 31].as_slice(), &[1]].concat().try_into().unwrap();
    let bad = [[0; 32], N, above, [0xff; 32]];
    let bad = bad.into_iter().flat_map(|bad| [(bad, one), (one, bad), (bad, bad)]);
    for (r, s) in bad {
        let mut chip = Chip::new(Ok(signature(r, s)));
        let refused = DeviceError::Mint(MintError::InvalidSignature);
        assert_eq!(minted(&mut chip), Err(refused), "r {r:02x?}, s {s:02x?}");
        assert_eq!(chip.asked.get(), 2);

        let mut buf = [0; 256];
        let _ = mint(&Minter::new(), &mut chip, &mut buf, &claims());
        let text = String::from_utf8(buf.to_vec()).unwrap();
        let text = text.trim_end_matches('\0');
        assert_eq!(text.matches('.').count(), 1, "nothing stands behind the signing input: {text}");
    }
}

#[test]
fn the_least_and_the_greatest_of_numbers_may_be_a_signature() {
    let mut greatest = N;
    greatest[31] -= 1;
    let one = [[0; 31].as_slice(), &[1]].concat().try_into().unwrap();
    for (r, s) in [(one, one), (greatest, greatest), (one, greatest)] {
        minted(&mut Chip::new(Ok(signature(r, s)))).unwrap();
    }
}

#[test]
fn the_error_of_a_signer_is_not_lost() {
    for kind in [
        SignerErrorKind::Bus,
        SignerErrorKind::NotProvisioned,
        SignerErrorKind::Locked,
        SignerErrorKind::Busy,
        SignerErrorKind::Entropy,
        SignerErrorKind::Other,
    ] {
        let error = minted(&mut Chip::new(Err(kind))).unwrap_err();
        assert_eq!(error, DeviceError::Signer(kind));
        assert_eq!(error.to_string(), format!("the signer failed: {kind:?}"));
        assert_eq!(kind.kind(), kind);
    }
    assert_eq!(SigningFailed.kind(), SignerErrorKind::Other);
}

#[test]
fn asks_no_signer_for_a_token_that_does_not_fit_and_tells_the_size_that_does() {
    let mut chip = Chip::new(Ok([1; 64]));
    let minter = Minter::new();
    let mut buf = [0; 20];
    let error = mint(&minter, &mut chip, &mut buf, &claims()).unwrap_err();
    let DeviceError::Mint(MintError::BufferTooSmall { needed }) = error else { panic!("{error}") };
    for len in 0..needed {
        let mut buf = vec![0; len];
        assert_eq!(mint(&minter, &mut chip, &mut buf, &claims()), Err(error));
        assert_eq!(block_on(mint_async(&minter, &mut chip, &mut buf, &claims())), Err(error));
    }
    assert_eq!(chip.asked.get(), 0);
    let mut buf = vec![0; needed];
    let token = mint(&minter, &mut chip, &mut buf, &claims()).unwrap();
    assert_eq!(token.as_str().len(), needed);
    assert_eq!(error.to_string(), format!("buffer too small: {needed} bytes needed"));
}

#[test]
fn a_future_that_is_dropped_while_it_signs_leaves_the_buffer_to_the_next() {
    let (minter, mut chip) = (Minter::new(), Chip::new(Ok([1; 64])));
    let mut buf = [0; 256];
    {
        let mut minting = pin!(mint_async(&minter, &mut chip, &mut buf, &()));
        let mut context = Context::from_waker(Waker::noop());
        assert!(minting.as_mut().poll(&mut context).is_pending());
    }
    assert_eq!(chip.asked.get(), 0);
    let after = block_on(mint_async(&minter, &mut chip, &mut buf, &claims())).unwrap();
    assert_eq!(after.as_str(), minted(&mut chip).unwrap());
}

// --- keys that check themselves ---

/// A key whose arithmetic fails as a fault makes it fail: by one bit.
struct Faulty<K>(K, usize);

impl<K: SigningKey<Algorithm = Es256>> SigningKey for Faulty<K> {
    type Algorithm = Es256;

    fn sign(&self, signing_input: &[u8]) -> Result<[u8; 64], SigningFailed> {
        let mut signature = self.0.sign(signing_input)?;
        signature[self.1 / 8] ^= 1 << (self.1 % 8);
        Ok(signature)
    }
}

/// A key that cannot sign.
struct Failing;

impl SigningKey for Failing {
    type Algorithm = Es256;

    fn sign(&self, _: &[u8]) -> Result<[u8; 64], SigningFailed> {
        Err(SigningFailed)
    }
}

const REFUSED: DeviceError<SigningFailed> = DeviceError::Signer(SigningFailed);

#[test]
fn a_checked_key_hands_out_what_its_key_signs() {
    let checked = CheckedKey::new(key(), key().verifying_key());
    let token = minted(&mut SoftwareSigner::new(checked, Some("k"))).unwrap();
    assert_eq!(token, minted(&mut SoftwareSigner::new(key(), Some("k"))).unwrap());

    let secret = HmacKey::<Hs256>::new(&[0x42; 32]).unwrap();
    minted(&mut SoftwareSigner::new(CheckedKey::new(&secret, &secret), None)).unwrap();
}

#[test]
fn a_checked_key_refuses_what_does_not_verify() {
    for bit in (0..512).step_by(37) {
        let faulty = Faulty(key(), bit);
        minted(&mut SoftwareSigner::new(&faulty, None)).unwrap(); // in range, and wrong
        let checked = CheckedKey::new(&faulty, key().verifying_key());
        let mut signer = SoftwareSigner::new(checked, None);
        assert_eq!(minted(&mut signer), Err(REFUSED), "bit {bit}");
    }
    let failing = CheckedKey::new(Failing, key().verifying_key());
    assert_eq!(minted(&mut SoftwareSigner::new(failing, None)), Err(REFUSED));
}

#[test]
fn a_checked_key_refuses_the_public_half_of_another() {
    let other = Es256SigningKey::from_bytes(&[0x43; 32]).unwrap().verifying_key();
    let mut signer = SoftwareSigner::new(CheckedKey::new(key(), other), None);
    assert_eq!(minted(&mut signer), Err(REFUSED));
}

#[test]
fn nothing_of_a_refused_signature_stays_in_the_buffer() {
    let faulty = CheckedKey::new(Faulty(key(), 3), key().verifying_key());
    let mut buf = [0; 256];
    let refused = mint(&Minter::new(), &mut SoftwareSigner::new(faulty, None), &mut buf, &claims());
    assert_eq!(refused, Err(REFUSED));
    let draft =
        Minter::new().draft::<Es256>(&mut [0; 256], &claims()).unwrap().signing_input().len();
    assert!(buf[draft..].iter().all(|byte| *byte == 0));
}

// --- the `signature` traits ---

#[cfg(feature = "signature-3")]
mod signature_3 {
    use jwt_device::SignatureSigner;
    use p256::ecdsa::signature::{Error, Signer};
    use p256::ecdsa::{Signature, SigningKey};

    use super::*;

    #[test]
    fn a_key_of_the_signature_traits_mints_the_same_token() {
        let other = SigningKey::from_slice(&[0x42; 32]).unwrap();
        let mut signer = SignatureSigner::<_, Signature>::new(other, Some("k"));
        let token = minted(&mut signer).unwrap();
        assert_eq!(token, minted(&mut SoftwareSigner::new(key(), Some("k"))).unwrap());
    }

    struct Kms;

    impl Signer<Signature> for Kms {
        fn try_sign(&self, _: &[u8]) -> Result<Signature, Error> {
            Err(Error::new())
        }
    }

    #[test]
    fn a_key_of_the_signature_traits_that_fails_is_an_error() {
        let mut signer = SignatureSigner::<_, Signature>::new(Kms, None);
        assert_eq!(minted(&mut signer), Err(REFUSED));
    }
}
