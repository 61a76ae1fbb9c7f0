//! Minting in one buffer: every buffer size, both phases, and what never becomes a token.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    missing_docs
)] // a test may panic
#![cfg(all(feature = "es256", feature = "hmac"))]

use jwt_core::base64url;
use jwt_core::error::{VerifyError, WriteError};
use jwt_core::json::{Object, ObjectWriter, WriteMembers, from_fn};
use jwt_core::{
    Algorithm, AnyDraft, Audience, CompactJws, Ed25519, EdDsa, Es256, Es256SigningKey, Es256k,
    Es384, Es512, ExpectAudience, ExpectIssuer, HmacKey, Hs256, Hs384, Hs512, InvalidSignature,
    JwsAlgorithm, MAX_HEADER_LEN, MAX_TOKEN_LEN, MintError, Minter, NumericDate, Policy,
    RegisteredClaims, Rs256, RsaSignature, SigningFailed, SigningKey, UnverifiedToken,
    VerifyingKey, danger, sha256, token_len,
};

fn es256() -> Es256SigningKey {
    Es256SigningKey::from_bytes(&[0x42; 32]).unwrap()
}

fn hs256() -> HmacKey<Hs256> {
    HmacKey::new(&[0x42; 32]).unwrap()
}

fn claims() -> RegisteredClaims<'static> {
    RegisteredClaims {
        issuer: Some("device-0001"),
        audience: Some("api".into()),
        expiration_time: Some(NumericDate::from_seconds(1_700_000_300)),
        ..Default::default()
    }
}

fn own(write: fn(&mut ObjectWriter<'_, '_>)) -> impl WriteMembers + Copy {
    from_fn(write)
}

/// The JSON of the header and of the payload of a token.
fn decoded(token: &str) -> (String, String) {
    let decode = |text: &str| {
        let mut buf = vec![0; text.len()];
        String::from_utf8(base64url::decode(text.as_bytes(), &mut buf).unwrap().to_vec()).unwrap()
    };
    let mut parts = token.split('.');
    (decode(parts.next().unwrap()), decode(parts.next().unwrap()))
}

// --- every buffer size

/// Calls a door with every buffer size from 0 to a little more than its token needs.
fn every_size(door: impl Fn(&mut [u8]) -> Result<String, MintError>) {
    let mut large = vec![0xa5; 4096];
    let token = door(&mut large).unwrap();
    for size in 0..=token.len() + 3 {
        let mut buf = vec![0xa5; size + 8];
        let verdict = door(&mut buf[..size]);
        if size < token.len() {
            assert_eq!(verdict, Err(MintError::BufferTooSmall { needed: token.len() }), "{size}");
        } else {
            assert_eq!(verdict.as_ref(), Ok(&token), "{size}");
        }
        assert_eq!(buf[size..], [0xa5; 8], "nothing behind the buffer is touched");
    }
}

#[test]
fn a_token_is_minted_into_every_buffer_that_is_large_enough_and_needed_is_exact() {
    fn doors<K: SigningKey>(key: &K) {
        let minter = Minter::new().typ("JWT").kid("k1");
        every_size(|buf| minter.mint(buf, key, &claims()).map(|token| token.to_string()));
        every_size(|buf| minter.mint(buf, key, &()).map(|token| token.to_string()));
        every_size(|buf| Minter::new().mint(buf, key, &((), ())).map(|token| token.to_string()));
        for len in [0, 1, 2, 3, 100] {
            let payload = vec![0xff; len];
            every_size(|buf| {
                minter.mint_payload(buf, key, &payload).map(|token| token.to_string())
            });
        }
    }
    doors(&es256());
    doors(&hs256());
    doors(&HmacKey::<Hs384>::new(&[0x42; 48]).unwrap());
    doors(&HmacKey::<Hs512>::new(&[0x42; 64]).unwrap());
}

#[test]
fn a_draft_asks_for_the_whole_token_at_once() {
    let minter = Minter::new().kid("k1");
    let signature = es256().sign(b"anything").unwrap();
    every_size(|buf| {
        minter.draft::<Es256>(buf, &claims())?.finish(&signature).map(|t| t.to_string())
    });
    every_size(|buf| {
        minter.draft_payload::<Hs512>(buf, b"payload")?.finish(&[7; 64]).map(|t| t.to_string())
    });
    every_size(|buf| minter.draft::<Es256>(buf, &claims())?.sign(&es256()).map(|t| t.to_string()));
}

#[cfg(feature = "heapless-09")]
#[test]
fn a_token_is_minted_into_every_heapless_string_that_is_large_enough() {
    // {"alg":"HS256"} is 20 characters, {} is 3, the MAC 43, and there are two dots.
    const LEN: usize = token_len(15, 2, 32);
    let (minter, key) = (Minter::new(), hs256());
    let exact = minter.mint_to_string::<LEN>(&key, &()).unwrap();
    assert_eq!(exact.len(), LEN);
    assert_eq!(minter.mint_to_string::<{ LEN + 9 }>(&key, &()).unwrap().as_str(), exact.as_str());
    let too_small = MintError::BufferTooSmall { needed: LEN };
    assert_eq!(minter.mint_to_string::<{ LEN - 1 }>(&key, &()), Err(too_small));
    assert_eq!(minter.mint_to_string::<0>(&key, &()), Err(too_small));
}

#[test]
fn scratch_of_exactly_the_needed_size_suffices_and_one_byte_less_does_not() {
    let long = "x".repeat(200);
    let claim = from_fn(|object: &mut ObjectWriter<'_, '_>| {
        object.string("x", &long);
    });
    let (mut small, mut large) = ([0; 512], [0; 1024]);
    // The signature is longer than the payload, and the other way round.
    for token in [
        Minter::new().mint(&mut small, &es256(), &()).unwrap(),
        Minter::new().kid("k1").mint(&mut large, &es256(), &claim).unwrap(),
    ] {
        let (header, payload) = decoded(token.as_str());
        let needed = header.len() + payload.len().max(64);
        let parsed = UnverifiedToken::parse(&token).unwrap();
        assert_eq!(parsed.scratch_len(), needed);
        assert!(needed < token.as_str().len());
        let key = es256().verifying_key();
        let lax = Policy::new(ExpectIssuer::NotChecked, ExpectAudience::NotChecked)
            .allow_missing_expiration();
        for size in 0..needed + 3 {
            let mut buf = vec![0xa5; size + 8];
            let scratch = &mut buf[..size];
            let verdicts = [
                parsed.verify(&key, scratch).map(|_| ()).err(),
                parsed.verify_payload(&key, scratch).map(|_| ()).err(),
                parsed.verify_trying([key], scratch).map(|_| ()).err(),
                danger::peek(parsed, scratch).map(|_| ()).err(),
            ];
            let wanted = (size < needed).then_some(VerifyError::BufferTooSmall { needed });
            assert_eq!(verdicts, [wanted; 4], "{size}");
            if size >= needed {
                let verified = parsed.verify(&key, scratch).unwrap();
                let valid = verified.validate(&lax, NumericDate::default()).unwrap();
                assert_eq!(valid.claims().as_str(), payload);
            }
            assert_eq!(buf[size..], [0xa5; 8]);
        }
    }
}

#[test]
fn the_length_of_a_token_is_known_before_it_is_minted() {
    const LEN: usize = token_len(r#"{"alg":"ES256"}"#.len(), 2, 64);
    let mut buf = [0; LEN];
    let token = Minter::new().mint(&mut buf, &es256(), &()).unwrap();
    assert_eq!(token.as_str().len(), LEN);
    let mut buf = [0; 1024];
    for kid in ["", "1", "12", "123", "a longer key identifier"] {
        let token = Minter::new().typ("JWT").kid(kid).mint(&mut buf, &hs256(), &claims()).unwrap();
        let (header, payload) = decoded(token.as_str());
        assert_eq!(token.as_str().len(), token_len(header.len(), payload.len(), 32));
    }
    assert_eq!(token_len(usize::MAX, usize::MAX, 64), usize::MAX);
    let characters = [43, 64, 86, 86, 128, 176, 86, 86, 86];
    for (algorithm, characters) in Algorithm::ALL.into_iter().zip(characters) {
        let len = algorithm.signature_len().unwrap();
        assert_eq!(token_len(0, 0, len), 2 + characters, "{algorithm}");
    }
    // RSA: the key knows.
    assert_eq!(Algorithm::ALL.iter().filter(|alg| alg.signature_len().is_none()).count(), 6);
}

// --- what is written

#[test]
fn the_header_is_written_in_the_order_alg_typ_cty_kid_own() {
    let own = own(|object| {
        object.string("x5t", "t").integer("n", 1).bool("t", true).null("z");
        object.array("l", |list| {
            list.string("a");
        });
    });
    let mut buf = [0; 1024];
    let minter = Minter::new().header(own).kid("k\"1").cty("JWT").typ("at+jwt");
    let token = minter.mint(&mut buf, &es256(), &claims()).unwrap();
    let (header, payload) = decoded(token.as_str());
    assert_eq!(
        header,
        r#"{"alg":"ES256","typ":"at+jwt","cty":"JWT","kid":"k\"1","x5t":"t","n":1,"t":true,"z":null,"l":["a"]}"#
    );
    assert_eq!(payload, r#"{"iss":"device-0001","aud":"api","exp":1700000300}"#);
    let token = Minter::new().mint(&mut buf, &hs256(), &()).unwrap();
    assert_eq!(decoded(token.as_str()), (r#"{"alg":"HS256"}"#.to_owned(), "{}".to_owned()));
    // Later settings replace earlier ones; what was set before `header` is kept.
    let minter = Minter::new().typ("a").kid("b").header(()).typ("c");
    let token = minter.mint(&mut buf, &hs256(), &()).unwrap();
    assert_eq!(decoded(token.as_str()).0, r#"{"alg":"HS256","typ":"c","kid":"b"}"#);
}

#[test]
fn registered_claims_are_written_in_the_order_of_the_rfc_and_only_where_set() {
    let date = |seconds| Some(NumericDate::from_seconds(seconds));
    let all = RegisteredClaims {
        issuer: Some("i"),
        subject: Some("s\u{e9}\n"),
        audience: Some(Audience::Many(&["a", "b\""])),
        expiration_time: date(i64::MAX),
        not_before: date(-1),
        issued_at: date(0),
        jwt_id: Some(""),
    };
    let mut buf = [0; 512];
    let token = Minter::new().mint(&mut buf, &hs256(), &all).unwrap();
    assert_eq!(
        decoded(token.as_str()).1,
        "{\"iss\":\"i\",\"sub\":\"s\u{e9}\\n\",\"aud\":[\"a\",\"b\\\"\"],\"exp\":253402300799,\
         \"nbf\":-1,\"iat\":0,\"jti\":\"\"}"
    );
    let none = RegisteredClaims::default();
    let token = Minter::new().mint(&mut buf, &hs256(), &none).unwrap();
    assert_eq!(decoded(token.as_str()).1, "{}");
    let list: &[&str] = &["x"];
    assert_eq!(
        (Audience::from("x"), Audience::from(list)),
        (Audience::One("x"), Audience::Many(list))
    );
}

#[test]
fn own_claims_stand_beside_registered_ones_and_no_claim_stands_twice() {
    let mut buf = [0; 512];
    let scope = own(|object| {
        object.string("scope", "read");
    });
    let token = Minter::new().mint(&mut buf, &hs256(), &(claims(), scope)).unwrap();
    let wanted = r#"{"iss":"device-0001","aud":"api","exp":1700000300,"scope":"read"}"#;
    assert_eq!(decoded(token.as_str()).1, wanted);
    let twice = Some(MintError::Claims(WriteError::DuplicateMember));
    for second in [
        own(|object| {
            object.string("iss", "x");
        }),
        own(|object| {
            object.null("exp");
        }),
        own(|object| {
            object.null("a").null("a");
        }),
    ] {
        let mut mint =
            |claims: &dyn WriteMembers| Minter::new().mint(&mut buf, &hs256(), claims).err();
        assert_eq!(mint(&(claims(), second)), twice);
        assert_eq!(mint(&(second, claims())), twice);
        assert_eq!(mint(&(scope, claims(), second)), twice);
        // Names that did not fit were not kept: then the size is what is told, and still no token.
        let error = Minter::new().mint(&mut [], &hs256(), &(claims(), second)).err();
        assert!(matches!(error, Some(MintError::BufferTooSmall { .. })));
    }
    let read = Object::parse(br#"{"\u0069ss":1}"#).unwrap();
    assert_eq!(Minter::new().mint(&mut buf, &hs256(), &(claims(), read)).err(), twice);
}

#[test]
fn a_header_member_stands_once_and_crit_and_b64_never() {
    let mut buf = [0; 512];
    let mut header = |write: fn(&mut ObjectWriter<'_, '_>)| {
        let minter = Minter::new().typ("JWT").kid("1").header(own(write));
        minter.mint(&mut buf, &hs256(), &()).err()
    };
    let twice = Some(MintError::Header(WriteError::DuplicateMember));
    let forbidden = Some(MintError::Header(WriteError::ForbiddenMember));
    assert_eq!(
        header(|object| {
            object.string("alg", "none");
        }),
        twice
    );
    assert_eq!(
        header(|object| {
            object.string("typ", "JWT");
        }),
        twice
    );
    assert_eq!(
        header(|object| {
            object.string("kid", "2");
        }),
        twice
    );
    assert_eq!(
        header(|object| {
            object.null("x").null("x");
        }),
        twice
    );
    assert_eq!(
        header(|object| {
            object.array("crit", |list| {
                list.string("exp");
            });
        }),
        forbidden
    );
    assert_eq!(
        header(|object| {
            object.null("crit");
        }),
        forbidden
    );
    assert_eq!(
        header(|object| {
            object.string("crit", "exp");
        }),
        forbidden
    );
    assert_eq!(
        header(|object| {
            object.bool("b64", true);
        }),
        forbidden
    );
    assert_eq!(
        header(|object| {
            object.bool("b64", false);
        }),
        forbidden
    );
    // Below the top level, and in claims, they are names like others.
    assert_eq!(
        header(|object| {
            object.object(
                "x",
                &own(|o| {
                    o.null("crit").null("b64");
                }),
            );
        }),
        None
    );
    let claims = own(|object| {
        object.null("crit").null("b64");
    });
    assert!(Minter::new().mint(&mut buf, &hs256(), &claims).is_ok());
    for text in [r#"{"cr\u0069t":["x"]}"#, r#"{"b\u00364":false}"#] {
        let read = Object::parse(text.as_bytes()).unwrap();
        let minter = Minter::new().header(read);
        assert_eq!(minter.mint(&mut buf, &hs256(), &()).err(), forbidden, "{text}");
    }
}

#[test]
fn an_empty_audience_is_not_written() {
    let empty = RegisteredClaims { audience: Some(Audience::Many(&[])), ..Default::default() };
    let error = MintError::Claims(WriteError::EmptyAudience);
    assert_eq!(Minter::new().mint(&mut [0; 512], &hs256(), &empty).err(), Some(error));
    assert_eq!(Minter::new().mint(&mut [], &hs256(), &empty).err(), Some(error));
}

#[test]
fn a_token_that_no_verifier_of_this_library_would_take_is_not_minted() {
    let mut buf = vec![0; MAX_TOKEN_LEN + 1000];
    let key = hs256();
    // The longest payload, and one byte more.
    let room = MAX_TOKEN_LEN - 20 - 2 - 43;
    let bytes = base64url::decoded_len(room).unwrap();
    let token = Minter::new().mint_payload(&mut buf, &key, &vec![0; bytes]).unwrap();
    assert_eq!(token.as_str().len(), MAX_TOKEN_LEN);
    assert!(UnverifiedToken::parse(&token).is_ok());
    let payload = vec![0; bytes + 1];
    for buf in [&mut buf[..], &mut []] {
        let error = Minter::new().mint_payload(buf, &key, &payload).err();
        assert_eq!(error, Some(MintError::TooLong));
    }
    // The longest header, and one byte more.
    let shortest = r#"{"alg":"HS256","kid":""}"#.len();
    let kid = "k".repeat(base64url::decoded_len(MAX_HEADER_LEN).unwrap() - shortest);
    let token = Minter::new().kid(&kid).mint(&mut buf, &key, &()).unwrap();
    assert_eq!(token.as_str().find('.'), Some(MAX_HEADER_LEN));
    assert!(UnverifiedToken::parse(&token).is_ok());
    let kid = format!("{kid}k");
    for buf in [&mut buf[..], &mut []] {
        assert_eq!(Minter::new().kid(&kid).mint(buf, &key, &()).err(), Some(MintError::TooLong));
    }
}

// --- the second phase

#[test]
fn a_draft_holds_the_signing_input_and_its_digest() {
    let mut buf = [0; 512];
    let minter = Minter::new().typ("JWT");
    let token = minter.mint(&mut buf, &es256(), &claims()).unwrap().to_string();
    let mut buf = [0; 512];
    let draft = minter.draft::<Es256>(&mut buf, &claims()).unwrap();
    let input = token.rsplit_once('.').unwrap().0;
    assert_eq!(draft.signing_input(), input.as_bytes());
    assert_eq!(draft.sha256(), sha256(input.as_bytes()));
    // SHA-256 of the empty text, FIPS 180-4.
    assert_eq!(sha256(b"")[..4], [0xe3, 0xb0, 0xc4, 0x42]);
    // The same signature by either door gives the same token.
    let signature = es256().sign(draft.signing_input()).unwrap();
    assert_eq!(draft.finish(&signature).unwrap().as_str(), token);
}

#[test]
fn a_signature_of_the_wrong_length_is_never_appended() {
    fn lengths<A: JwsAlgorithm>(good: &[u8]) {
        for len in 0..140 {
            let mut buf = [0; 512];
            let signature: Vec<u8> = good.iter().copied().cycle().take(len).collect();
            let fits = Some(len) == A::ALGORITHM.signature_len();
            let expected = if fits { Ok(()) } else { Err(MintError::InvalidSignature) };
            let draft = Minter::new().draft::<A>(&mut buf, &()).unwrap();
            assert_eq!(draft.finish(&signature).map(|_| ()), expected);
            let draft = Minter::new().draft_any(A::ALGORITHM, 140, &mut buf, &()).unwrap();
            assert_eq!(draft.finish(&signature).map(|_| ()), expected);
        }
    }
    lengths::<Es256>(&[1]);
    lengths::<Es384>(&[1]);
    lengths::<Es512>(&[1]);
    lengths::<Es256k>(&[1]);
    lengths::<EdDsa>(&[1]);
    lengths::<Ed25519>(&[1]);
    lengths::<Hs256>(&[0]);
    lengths::<Hs384>(&[0]);
    lengths::<Hs512>(&[0]);
}

#[test]
fn a_signature_that_no_curve_makes_is_never_appended() {
    fn refused<A: JwsAlgorithm>(order: &str) {
        let order: Vec<u8> = (0..order.len() / 2)
            .map(|at| u8::from_str_radix(&order[2 * at..2 * at + 2], 16).unwrap())
            .collect();
        let one = [vec![0; order.len() - 1], vec![1]].concat();
        let last: Vec<u8> = {
            let mut last = order.clone();
            *last.last_mut().unwrap() -= 1;
            last
        };
        let zero = vec![0; order.len()];
        let finish = |r: &[u8], s: &[u8]| {
            let mut buf = [0; 512];
            let draft = Minter::new().draft::<A>(&mut buf, &()).unwrap();
            draft.finish(&[r, s].concat()).is_ok()
        };
        for good in [&one, &last] {
            assert!(finish(good, &one) && finish(&one, good), "{:?}", A::ALGORITHM);
            for bad in [&zero, &order, &vec![0xff; order.len()]] {
                assert!(!finish(good, bad) && !finish(bad, good), "{:?}", A::ALGORITHM);
            }
        }
    }
    // SEC 2: the orders of the four curves.
    refused::<Es256>("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    refused::<Es256k>("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
    refused::<Es384>(
        "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
    );
    refused::<Es512>(
        "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
    );
}

#[test]
fn an_rsa_signature_is_as_long_as_its_modulus() {
    for (bits, good) in [(1024, false), (2048, true), (2056, true), (4096, true), (8192, true)] {
        let len = bits / 8;
        assert_eq!(RsaSignature::new(&vec![1; len]).is_some(), good, "{bits}");
        let mut buf = [0; 2048];
        let draft = Minter::new().draft::<Rs256>(&mut buf, &()).unwrap();
        assert_eq!(draft.finish(&vec![1; len]).is_ok(), good, "{bits}");
        let draft = Minter::new().draft_any(Algorithm::Ps512, len, &mut buf, &()).unwrap();
        assert!(draft.finish(&vec![0; len]).is_err());
    }
    assert!(RsaSignature::new(&[1; 1025]).is_none());
    // Without a key there is room for 4096 bits; what is longer tells what it needs.
    let mut buf = [0; token_len(r#"{"alg":"RS256"}"#.len(), 2, 512)];
    let draft = Minter::new().draft::<Rs256>(&mut buf, &()).unwrap();
    let needed = token_len(r#"{"alg":"RS256"}"#.len(), 2, 1024);
    assert_eq!(draft.finish(&[1; 1024]).unwrap_err(), MintError::BufferTooSmall { needed });
}

/// A key for RSA as another crate would write it: 2048 bits, and its signature is its input again.
struct Echo;

impl Echo {
    fn signature(input: &[u8]) -> [u8; 256] {
        let mut signature = [1; 256];
        signature.iter_mut().zip(input).for_each(|(to, from)| *to = *from);
        signature
    }
}

impl SigningKey for Echo {
    type Algorithm = Rs256;

    fn signature_len(&self) -> usize {
        256
    }

    fn sign(&self, input: &[u8]) -> Result<RsaSignature, SigningFailed> {
        RsaSignature::new(&Self::signature(input)).ok_or(SigningFailed)
    }
}

impl VerifyingKey for Echo {
    fn algorithm(&self) -> Algorithm {
        Algorithm::Rs256
    }

    fn signature_len(&self) -> usize {
        256
    }

    fn verify(&self, input: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        if Self::signature(input) == signature { Ok(()) } else { Err(InvalidSignature) }
    }
}

#[test]
fn a_key_of_another_crate_says_how_long_its_signatures_are() {
    const LEN: usize = token_len(r#"{"alg":"RS256"}"#.len(), 2, 256);
    let mut buf = [0; LEN];
    let token = Minter::new().mint(&mut buf, &Echo, &()).unwrap().as_str().to_owned();
    assert_eq!(token.len(), LEN);
    let mut short = [0; LEN - 1];
    let error = Minter::new().mint(&mut short, &Echo, &()).unwrap_err();
    assert_eq!(error, MintError::BufferTooSmall { needed: LEN });
    let mut scratch = [0; 512];
    assert!(UnverifiedToken::parse(&token).unwrap().verify(&Echo, &mut scratch).is_ok());
    // One byte less is refused before the key is asked.
    let (input, _) = token.rsplit_once('.').unwrap();
    let mut text = [0; 512];
    let signature =
        base64url::encode(&Echo::signature(input.as_bytes())[..255], &mut text).unwrap();
    let token = format!("{input}.{signature}");
    let verdict = UnverifiedToken::parse(&token).unwrap().verify(&Echo, &mut scratch);
    assert_eq!(verdict.unwrap_err(), VerifyError::InvalidSignature);
}

const ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6,
    0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

/// A scalar near the limits, and whether it is in 1..n.
fn scalars() -> Vec<([u8; 32], bool)> {
    let mut below = ORDER;
    below[31] -= 1;
    let mut above = ORDER;
    above[31] += 1;
    let mut one = [0; 32];
    one[31] = 1;
    let mut top = [0; 32];
    top[0] = 0x80;
    vec![
        ([0; 32], false),
        (one, true),
        (top, true),
        ([0x7f; 32], true),
        (below, true),
        (ORDER, false),
        (above, false),
        ([0xff; 32], false),
    ]
}

#[test]
fn r_and_s_are_taken_from_1_to_n_minus_1_and_nothing_else() {
    for (r, r_good) in scalars() {
        for (s, s_good) in scalars() {
            let wanted = if r_good && s_good { Ok(()) } else { Err(MintError::InvalidSignature) };
            let mut buf = [0; 512];
            let draft = Minter::new().draft::<Es256>(&mut buf, &()).unwrap();
            assert_eq!(draft.finish(&[r, s].concat()).map(|_| ()), wanted);
            let draft = Minter::new().draft::<Es256>(&mut buf, &()).unwrap();
            assert_eq!(draft.finish_der(&der(&r, &s)).map(|_| ()), wanted, "{r:?} {s:?}");
        }
    }
}

/// A DER INTEGER that is minimal.
fn integer(scalar: &[u8]) -> Vec<u8> {
    let mut content: Vec<u8> = scalar.iter().copied().skip_while(|byte| *byte == 0).collect();
    if content.first().is_none_or(|first| *first >= 0x80) {
        content.insert(0, 0);
    }
    [&[0x02, content.len() as u8], content.as_slice()].concat()
}

fn sequence(body: &[u8]) -> Vec<u8> {
    [&[0x30, body.len() as u8], body].concat()
}

fn der(r: &[u8], s: &[u8]) -> Vec<u8> {
    sequence(&[integer(r), integer(s)].concat())
}

fn finish_der(der: &[u8]) -> Result<String, MintError> {
    let mut buf = [0; 512];
    let draft = Minter::new().draft::<Es256>(&mut buf, &()).unwrap();
    draft.finish_der(der).map(|token| token.to_string())
}

#[test]
fn a_der_signature_gives_the_token_that_the_raw_one_gives() {
    for byte in 1..=40u8 {
        // Many keys: r and s of 31, 32 and 33 DER bytes occur.
        let key = Es256SigningKey::from_bytes(&[byte; 32]).unwrap();
        let mut buf = [0; 512];
        let token = Minter::new().mint(&mut buf, &key, &()).unwrap();
        let raw = key.sign(token.as_str().rsplit_once('.').unwrap().0.as_bytes()).unwrap();
        let der = der(&raw[..32], &raw[32..]);
        // The same DER as p256's.
        let theirs = p256::ecdsa::Signature::from_slice(&raw).unwrap().to_der();
        assert_eq!(der, theirs.as_bytes());
        assert_eq!(finish_der(&der).as_deref(), Ok(token.as_str()));
    }
    // The shortest there is.
    assert!(finish_der(&[0x30, 6, 2, 1, 1, 2, 1, 1]).is_ok());
}

#[test]
fn a_signature_that_is_no_strict_der_is_refused() {
    let (r, s) = ([0x11; 32], [0x22; 32]);
    let good = der(&r, &s);
    assert!(finish_der(&good).is_ok());
    let (i, j) = (integer(&r), integer(&s));
    let padded = |len: u8, zeros: usize| [&[0x02, len], vec![0; zeros].as_slice(), &r].concat();
    let raw = [r, s].concat();
    let table: &[(&str, Vec<u8>)] = &[
        ("empty", vec![]),
        ("one byte", vec![0x30]),
        ("an empty sequence", vec![0x30, 0]),
        ("raw", raw),
        ("trailing byte", [good.as_slice(), &[0]].concat()),
        ("trailing byte inside", sequence(&[i.as_slice(), &j, &[0]].concat())),
        ("a third integer", sequence(&[i.as_slice(), &j, &[2, 1, 1]].concat())),
        ("one integer", sequence(&i)),
        ("a set", [&[0x31], &good[1..]].concat()),
        ("length too large", [&[0x30, good[1] + 1], &good[2..]].concat()),
        ("length too small", [&[0x30, good[1] - 1], &good[2..]].concat()),
        ("indefinite length", [&[0x30, 0x80], &good[2..], &[0, 0]].concat()),
        ("long form of a short length", [&[0x30, 0x81, good[1]], &good[2..]].concat()),
        ("long form in an integer", sequence(&[&[2, 0x81, 32], &r[..], &j].concat())),
        ("an integer of no bytes", sequence(&[&[2, 0], j.as_slice()].concat())),
        ("s of no bytes", sequence(&[i.as_slice(), &[2, 0]].concat())),
        ("a leading zero", sequence(&[padded(33, 1), j.clone()].concat())),
        ("two leading zeros", sequence(&[padded(34, 2), j.clone()].concat())),
        ("negative", sequence(&[&[2, 32, 0x91], &r[1..], &j].concat())),
        ("minus one", sequence(&[&[2, 1, 0xff], j.as_slice()].concat())),
        ("negative, padded", sequence(&[&[2, 2, 0xff, 0x80], j.as_slice()].concat())),
        ("33 significant bytes", sequence(&[&[2, 33, 1], &r[..], &j].concat())),
        ("33 and a zero", sequence(&[&[2, 34, 0, 0x80], &r[..], &j].concat())),
        ("zero padded with zero", sequence(&[&[2, 2, 0, 0], j.as_slice()].concat())),
        ("a bit string", sequence(&[&[3], &i[1..], &j].concat())),
        ("an integer longer than all", sequence(&[&[2, 0x7f], &r[..], &j].concat())),
        ("lengths that overlap", vec![0x30, 6, 2, 4, 1, 2, 1, 1]),
    ];
    for (name, der) in table {
        assert_eq!(finish_der(der), Err(MintError::InvalidSignature), "{name}");
    }
    for end in 0..good.len() {
        assert_eq!(finish_der(&good[..end]), Err(MintError::InvalidSignature), "{end}");
    }
}

#[test]
fn of_mutated_der_signatures_exactly_those_that_p256_takes_are_taken() {
    let good = [der(&[0x11; 32], &[0x22; 32]), der(&[0x91; 32], &[1]), der(&ORDER, &[0x80])];
    for good in good {
        for at in 0..good.len() {
            for value in 0..=u8::MAX {
                let mut changed = good.clone();
                changed[at] = value;
                let theirs = p256::ecdsa::Signature::from_der(&changed)
                    .ok()
                    .map(|signature| <[u8; 64]>::from(signature.to_bytes()));
                let ours = finish_der(&changed).ok().map(|token| {
                    let mut buf = [0; 64];
                    let text = token.rsplit('.').next().unwrap();
                    base64url::decode(text.as_bytes(), &mut buf).unwrap();
                    buf
                });
                assert_eq!(ours, theirs, "{value:#04x} at {at} of {good:02x?}");
            }
        }
    }
}

struct Broken;

impl SigningKey for Broken {
    type Algorithm = Es256;

    fn sign(&self, _: &[u8]) -> Result<[u8; 64], SigningFailed> {
        Err(SigningFailed)
    }
}

/// A key that signs with zeros, as failed hardware does.
struct Zeros;

impl SigningKey for Zeros {
    type Algorithm = Es256;

    fn sign(&self, _: &[u8]) -> Result<[u8; 64], SigningFailed> {
        Ok([0; 64])
    }
}

#[test]
fn a_signer_that_fails_or_returns_zeros_leaves_no_token() {
    let mut buf = [0; 512];
    assert_eq!(Minter::new().mint(&mut buf, &Broken, &()).err(), Some(MintError::SigningFailed));
    assert_eq!(Minter::new().mint(&mut buf, &&Broken, &()).err(), Some(MintError::SigningFailed));
    assert_eq!(Minter::new().mint(&mut buf, &Zeros, &()).err(), Some(MintError::InvalidSignature));
}

#[test]
fn the_same_claims_give_the_same_token() {
    let mint = |key: &Es256SigningKey| {
        let mut buf = [0; 512];
        Minter::new().mint(&mut buf, key, &claims()).unwrap().to_string()
    };
    assert_eq!(mint(&es256()), mint(&es256()));
    let other = Es256SigningKey::from_bytes(&[0x43; 32]).unwrap();
    assert_ne!(mint(&es256()), mint(&other));
}

#[test]
fn a_payload_of_any_bytes_is_signed_and_comes_back() {
    let key = hs256();
    for payload in [&b""[..], b"\0", b"not JSON", b"\xff\xfe\xfd", b"{}", &[0x5a; 300]] {
        let (mut buf, mut scratch) = ([0; 1024], [0; 1024]);
        let jws = Minter::new().cty("x").mint_payload(&mut buf, &key, payload).unwrap();
        let verified =
            UnverifiedToken::parse(&jws).unwrap().verify_payload(&key, &mut scratch).unwrap();
        assert_eq!(verified.payload(), payload);
        assert!(verified.header().cty().is_some_and(|cty| cty == "x"));
        assert!(!format!("{verified:?}").contains("not JSON"));
    }
}

// --- nothing is shown

#[test]
fn keys_drafts_and_tokens_show_no_secret() {
    let mut buf = [0; 512];
    let needle = RegisteredClaims { subject: Some("needle"), ..Default::default() };
    let draft = Minter::new().draft::<Es256>(&mut buf, &needle).unwrap();
    let shown = format!("{draft:?}");
    assert!(shown.contains("Es256") && !shown.contains("eyJ"), "{shown}");
    let token: CompactJws<'_> = draft.sign(&es256()).unwrap();
    assert!(!format!("{token:?}").contains("eyJ"));
    assert!(token.to_string().starts_with("eyJ"), "sending it is what it is for");
    let bytes: &[u8] = token.as_ref();
    let text: &str = token.as_ref();
    assert_eq!(bytes, text.as_bytes());
    for shown in [format!("{:?}", es256()), format!("{:?}", hs256())] {
        assert!(
            shown.contains("secret") && !shown.contains("42") && !shown.contains("66"),
            "{shown}"
        );
    }
    assert_eq!(format!("{:?}", es256().verifying_key()), "Es256VerifyingKey");
    // Only the dangerous door gives the bytes out.
    assert_eq!(*danger::secret_bytes(&es256()), [0x42; 32]);
}

#[test]
fn peeking_reads_without_verifying_and_says_so_by_its_name() {
    let mut buf = [0; 512];
    let token = Minter::new().kid("k").mint(&mut buf, &es256(), &claims()).unwrap();
    let forged = format!("{}.", token.as_str().rsplit_once('.').unwrap().0);
    let mut scratch = [0; 512];
    let seen = danger::peek(UnverifiedToken::parse(&forged).unwrap(), &mut scratch).unwrap();
    assert!(seen.header().kid().is_some_and(|kid| kid == "k"));
    assert!(seen.payload().starts_with(b"{\"iss\""));
    let (read, errors) = seen.claims().unwrap();
    assert!(errors.is_empty() && read.issuer().is_some_and(|iss| iss == "device-0001"));
    // Claims of the wrong type are told here too, and garbage is an error.
    let token = Minter::new().mint_payload(&mut buf, &hs256(), br#"{"exp":"x"}"#).unwrap();
    let seen = danger::peek(UnverifiedToken::parse(&token).unwrap(), &mut scratch).unwrap();
    assert_eq!(seen.claims().unwrap().1.iter().count(), 1);
    let token = Minter::new().mint_payload(&mut buf, &hs256(), b"[]").unwrap();
    let seen = danger::peek(UnverifiedToken::parse(&token).unwrap(), &mut scratch).unwrap();
    assert!(seen.claims().is_err());
}

#[test]
fn a_draft_that_was_put_down_is_finished_as_it_would_have_been() {
    let mut buf = [0; 512];
    let minter = Minter::new().kid("k");
    let whole = minter.mint(&mut buf, &es256(), &claims()).unwrap().to_string();
    let draft = minter.draft_any(Algorithm::Es256, 64, &mut buf, &claims()).unwrap();
    let len = draft.signing_input().len();
    let draft = AnyDraft::resume(Algorithm::Es256, &mut buf, len);
    let signature = es256().sign(draft.signing_input()).unwrap();
    assert_eq!(draft.finish(&signature).unwrap().as_str(), whole);
    // What was never there is no draft, and a signature that is none stays out.
    for (len, signature) in [(len, [0; 64]), (513, signature), (usize::MAX, signature)] {
        assert!(AnyDraft::resume(Algorithm::Es256, &mut buf, len).finish(&signature).is_err());
    }
    assert_eq!(AnyDraft::resume(Algorithm::Es256, &mut buf, 513).signing_input(), b"");
    let mut buf = [0xff; 128];
    assert!(AnyDraft::resume(Algorithm::Es256, &mut buf, 10).finish(&signature).is_err());
}

#[test]
fn errors_say_what_is_wrong() {
    for (error, text) in [
        (MintError::BufferTooSmall { needed: 9 }, "buffer too small: 9 bytes needed"),
        (MintError::TooLong, "the token would be longer than a verifier accepts"),
        (MintError::Header(WriteError::DuplicateMember), "header: a member was written twice"),
        (
            MintError::Claims(WriteError::EmptyAudience),
            "claims: an empty aud array is accepted nowhere",
        ),
        (MintError::SigningFailed, "signing failed"),
        (MintError::InvalidSignature, "the signer returned no valid signature"),
    ] {
        assert_eq!(error.to_string(), text);
    }
    assert_eq!(SigningFailed.to_string(), "signing failed");
    assert_eq!(jwt_core::InvalidSignature.to_string(), "invalid signature");
}
