//! Identities: keys that are made, public halves that are given away, and the names of both.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs
)] // a test may panic

use std::collections::HashSet;

use jwt_core::error::{BufferTooSmall, WriteError};
use jwt_core::{Es256VerifyingKey, Jwk, base64url, sha256};
use jwt_device::identity::{
    Jti, PublicJwk, PublicPoint, jwk_len, serial_kid, serial_kid_len, thumbprint, thumbprint_kid,
};
use proptest::prelude::*;

/// x, y and the RFC 7638 thumbprint of public keys on P-256.
const KEYS: [[&str; 3]; 4] = [
    // RFC 9449 figure 8; the RFC itself has the thumbprint (section 6.1).
    [
        "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs",
        "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA",
        "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I",
    ],
    // RFC 7515 appendix A.3.1, RFC 7517 appendix A.1, RFC 8292 section 2.4: the thumbprints were computed
    // apart from this code.
    [
        "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
        "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U",
    ],
    [
        "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
        "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
        "cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s",
    ],
    [
        "DUfHPKLVFQzVvnCPGyfucbECzPDa7rWbXriLcysAjEc",
        "F6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs",
        "1qxvx3yqjgbvZphBjeF9pzkcix6bSXShl4OKROK7mE0",
    ],
];

fn coordinate(text: &str) -> [u8; 32] {
    let mut bytes = [0; 32];
    base64url::decode(text.as_bytes(), &mut bytes).unwrap();
    bytes
}

fn point(x: &str, y: &str) -> PublicPoint {
    let xy = [coordinate(x), coordinate(y)].concat();
    PublicPoint::from_coordinates(xy.as_slice().try_into().unwrap()).unwrap()
}

// --- the public half ---

#[test]
fn a_thumbprint_is_the_hash_of_the_required_members_in_order() {
    for [x, y, expected] in KEYS {
        let point = point(x, y);
        // RFC 7638 section 3: no white space, the members in lexicographic order.
        let text = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
        assert_eq!(thumbprint(&point), sha256(text.as_bytes()));
        assert_eq!(thumbprint_kid(&point, &mut [0; 43]), expected);
        let key = Es256VerifyingKey::from_sec1(point.as_sec1()).unwrap();
        assert_eq!(key.thumbprint().to_string(), expected, "jwt-core agrees");
    }
}

#[test]
fn a_jwk_is_written_as_a_verifier_reads_it() {
    for [x, y, kid] in KEYS {
        let point = point(x, y);
        let mut buf = [0; jwk_len(43)];
        let text = PublicJwk::new(point).kid(kid).write_into(&mut buf).unwrap();
        assert_eq!(
            text,
            format!(
                r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}","kid":"{kid}","use":"sig","alg":"ES256"}}"#
            )
        );
        let jwk = Jwk::parse(text.as_bytes()).unwrap();
        assert!(!jwk.is_private());
        assert!(jwk.kid().is_some_and(|found| found == kid));
        assert_eq!(jwk.thumbprint().unwrap().to_string(), kid);
        let key = jwk.es256_verifying_key().unwrap();
        assert_eq!(&key.to_sec1(), point.as_sec1());
    }
}

#[test]
fn a_jwk_needs_no_name() {
    let [[x, y, _], ..] = KEYS;
    let mut buf = [0; jwk_len(0)];
    let text = PublicJwk::new(point(x, y)).write_into(&mut buf).unwrap();
    assert!(text.ends_with(r#"","use":"sig","alg":"ES256"}"#), "{text}");
    assert_eq!(Jwk::parse(text.as_bytes()).unwrap().kid().map(|kid| kid.to_string()), None);
}

#[test]
fn too_small_a_buffer_for_a_jwk_is_told_with_the_size() {
    let [[x, y, kid], ..] = KEYS;
    // A quotation mark and a line ending take two bytes each in JSON, which `jwk_len` cannot know.
    for (kid, needed) in [(kid, jwk_len(43)), ("k", jwk_len(1)), ("a\"b\n", jwk_len(4) + 2)] {
        let jwk = PublicJwk::new(point(x, y)).kid(kid);
        for len in 0..needed {
            let error = jwk.write_into(&mut vec![0; len]).unwrap_err();
            assert_eq!(error, WriteError::BufferTooSmall { needed }, "{len}");
        }
        assert_eq!(jwk.write_into(&mut vec![0; needed]).unwrap().len(), needed);
    }
    assert_eq!(jwk_len(usize::MAX), usize::MAX);
}

#[test]
fn zeros_of_a_failed_chip_are_no_public_key() {
    assert_eq!(PublicPoint::from_coordinates(&[0; 64]), None);
    let mut point = [0; 65];
    assert_eq!(PublicPoint::from_sec1(&point), None);
    point[0] = 0x04;
    assert_eq!(PublicPoint::from_sec1(&point), None);
    point[64] = 1;
    assert!(PublicPoint::from_sec1(&point).is_some());
    point[0] = 0x02; // compressed
    assert_eq!(PublicPoint::from_sec1(&point), None);
}

// --- serial numbers ---

#[test]
fn a_serial_number_of_an_atecc608_is_a_name() {
    let serial = [0x01, 0x23, 0x6b, 0xd0, 0x4c, 0x9f, 0x1e, 0x85, 0xee];
    for (prefix, expected) in [("", "01236bd04c9f1e85ee"), ("acme-", "acme-01236bd04c9f1e85ee")] {
        let needed = serial_kid_len(prefix, serial.len());
        assert_eq!(needed, expected.len());
        for len in 0..needed {
            let error = serial_kid(prefix, &serial, &mut vec![0; len]).unwrap_err();
            assert_eq!(error, BufferTooSmall { needed });
        }
        assert_eq!(serial_kid(prefix, &serial, &mut vec![0; needed]), Ok(expected));
        assert_eq!(serial_kid(prefix, &serial, &mut [0xff; 64]), Ok(expected), "a larger one");
    }
    assert_eq!(serial_kid("only", &[], &mut [0; 4]), Ok("only"));
    assert_eq!(serial_kid_len("x", usize::MAX), usize::MAX);
}

#[test]
fn every_byte_of_a_serial_number_has_its_own_two_digits() {
    for byte in 0..=u8::MAX {
        assert_eq!(serial_kid("", &[byte], &mut [0; 2]).unwrap(), format!("{byte:02x}"));
    }
}

#[cfg(feature = "sim")]
#[test]
fn a_chip_tells_all_that_an_identity_needs() {
    use jwt_device::atecc608::{Atecc608, Config, Slot, sim::Simulator, wake};

    let sim = Simulator::tngtls(&[7; 32]);
    let config = Config { address: sim.address(), ..Config::default() };
    let mut chip = Atecc608::new(sim.bus(), sim.delay(), wake::GeneralCall, config);
    let serial = chip.serial_number().unwrap();
    let mut buf = [0; serial_kid_len("", 9)];
    assert!(serial_kid("", &serial, &mut buf).unwrap().starts_with("0123"));
    let public = chip.public_key(Slot::PRIMARY).unwrap();
    let point = PublicPoint::from_sec1(&public.to_sec1()).unwrap();
    let expected = public.verifying_key().unwrap().thumbprint();
    assert_eq!(&thumbprint(&point), expected.as_bytes());
}

// --- names for tokens ---

#[test]
fn a_jwt_id_is_22_characters_that_need_no_escaping() {
    let jti = Jti::from_bytes(&[0xff; 16]);
    assert_eq!(jti.as_str(), "_____________________w");
    assert_eq!(Jti::from_bytes(&[0; 16]).as_str(), "AAAAAAAAAAAAAAAAAAAAAA");
    assert_eq!(format!("{jti}"), jti.as_str());
    assert_eq!(format!("{jti:?}"), "Jti(_____________________w)");
    assert_eq!(jti.as_ref(), jti.as_str());
}

#[test]
fn a_bit_more_or_less_is_another_jwt_id() {
    let mut seen = HashSet::from([Jti::from_bytes(&[0; 16]).to_string()]);
    for bit in 0..128 {
        let mut bytes = [0; 16];
        bytes[bit / 8] = 1 << (bit % 8);
        assert!(seen.insert(Jti::from_bytes(&bytes).to_string()), "bit {bit}");
    }
}

proptest! {
    #[test]
    fn a_jwt_id_tells_its_16_bytes_and_so_is_as_unique_as_they_are(bytes: [u8; 16]) {
        let jti = Jti::from_bytes(&bytes);
        prop_assert_eq!(jti.as_str().len(), 22);
        let url_safe = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        prop_assert!(jti.as_str().bytes().all(url_safe));
        let mut decoded = [0; 16];
        prop_assert_eq!(base64url::decode(jti.as_str().as_bytes(), &mut decoded).unwrap(), &bytes);
    }

    #[test]
    fn a_serial_number_of_any_length_is_hexadecimal(
        prefix in "[a-z\u{fc}-]{0,8}",
        serial: Vec<u8>,
    ) {
        let mut buf = vec![0; serial_kid_len(&prefix, serial.len())];
        let digits: String = serial.iter().map(|byte| format!("{byte:02x}")).collect();
        prop_assert_eq!(serial_kid(&prefix, &serial, &mut buf), Ok(&*format!("{prefix}{digits}")));
    }
}

// --- generators ---

#[cfg(feature = "rand_core-010")]
mod random {
    use std::collections::VecDeque;
    use std::fmt;

    use jwt_device::identity::Jti;
    use rand_core::{TryCryptoRng, TryRng};

    /// A generator that gives what it is told, and then fails.
    pub(crate) struct Scripted {
        pub(crate) draws: VecDeque<Vec<u8>>,
        pub(crate) drawn: usize,
    }

    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) struct Exhausted;

    impl fmt::Display for Exhausted {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("no more")
        }
    }

    impl std::error::Error for Exhausted {}

    impl Scripted {
        pub(crate) fn new(draws: impl IntoIterator<Item = impl AsRef<[u8]>>) -> Self {
            Self { draws: draws.into_iter().map(|draw| draw.as_ref().to_vec()).collect(), drawn: 0 }
        }
    }

    impl TryRng for Scripted {
        type Error = Exhausted;

        fn try_next_u32(&mut self) -> Result<u32, Exhausted> {
            panic!("keys are drawn as bytes")
        }

        fn try_next_u64(&mut self) -> Result<u64, Exhausted> {
            panic!("keys are drawn as bytes")
        }

        fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), Exhausted> {
            to.copy_from_slice(&self.draws.pop_front().ok_or(Exhausted)?);
            self.drawn += 1;
            Ok(())
        }
    }

    impl TryCryptoRng for Scripted {}

    #[test]
    fn a_jwt_id_is_16_bytes_of_the_generator() {
        let mut generator = Scripted::new([[1; 16], [2; 16]]);
        let [first, second] = [(); 2].map(|()| Jti::random(&mut generator).unwrap());
        assert_eq!(first, Jti::from_bytes(&[1; 16]));
        assert_eq!(second, Jti::from_bytes(&[2; 16]));
        assert_eq!(Jti::random(&mut generator), Err(Exhausted));
    }
}

#[cfg(all(feature = "es256", feature = "rand_core-010"))]
mod keys {
    use jwt_core::danger::secret_bytes;
    use jwt_device::identity::{GenerateError, generate};

    use super::random::{Exhausted, Scripted};

    /// The order of P-256 (SP 800-186 section 3.2.1.3).
    const N: [u8; 32] = [
        0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63,
        0x25, 0x51,
    ];

    fn generated(draws: &[[u8; 32]]) -> (Result<[u8; 32], GenerateError<Exhausted>>, usize) {
        let mut generator = Scripted::new(draws);
        let key = generate(&mut generator).map(|key| *secret_bytes(&key));
        (key, generator.drawn)
    }

    #[test]
    fn a_key_is_a_draw_that_differs_from_the_one_before() {
        assert_eq!(generated(&[[1; 32], [2; 32]]), (Ok([2; 32]), 2));
    }

    #[test]
    fn draws_again_where_a_draw_is_no_private_key() {
        let mut above = N;
        above[31] += 1;
        for bad in [[0; 32], N, above, [0xff; 32]] {
            assert_eq!(generated(&[[1; 32], bad, [2; 32]]), (Ok([2; 32]), 3), "{bad:02x?}");
        }
        let mut greatest = N;
        greatest[31] -= 1;
        assert_eq!(generated(&[[1; 32], greatest]), (Ok(greatest), 2));
    }

    #[test]
    fn a_generator_that_hangs_makes_no_key() {
        for stuck in [[0; 32], [1; 32], [0xff; 32]] {
            assert_eq!(generated(&[stuck; 10]), (Err(GenerateError::Stuck), 2));
        }
        // It gave one that is no key before it began to hang.
        let stuck = generated(&[[1; 32], [0; 32], [0; 32], [2; 32]]);
        assert_eq!(stuck, (Err(GenerateError::Stuck), 3));
    }

    #[test]
    fn a_generator_that_gives_no_private_key_is_not_asked_for_ever() {
        let draws: Vec<_> =
            (0..100).map(|n| if n % 2 == 0 { [0; 32] } else { [0xff; 32] }).collect();
        assert_eq!(generated(&draws), (Err(GenerateError::Stuck), 9));
    }

    #[test]
    fn a_generator_that_fails_says_why() {
        let failed = GenerateError::Generator(Exhausted);
        assert_eq!(generated(&[]), (Err(failed), 0));
        assert_eq!(generated(&[[1; 32]]), (Err(failed), 1));
        assert_eq!(generated(&[[1; 32], [0; 32]]), (Err(failed), 2));
        assert_eq!(failed.to_string(), "the random generator failed: no more");
        assert_eq!(GenerateError::<Exhausted>::Stuck.to_string(), "the random generator is stuck");
    }
}
