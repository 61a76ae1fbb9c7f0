//! Key stores: which key a token finds by its kid and alg, and that a hint is only a hint.
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

use core::cell::RefCell;

use jwt_core::error::{KeyError, KeyForm, VerifyError};
use jwt_core::json::write_object;
use jwt_core::key::{Keyed, Rotation};
use jwt_core::{
    Algorithm, Es256SigningKey, HmacKey, Hs256, Hs384, InvalidSignature, JwkSet, KeyHint, KeyStore,
    MAX_CANDIDATES, Minter, SigningKey, UnverifiedToken, VerifyingKey, base64url,
};

fn es(n: u8) -> Es256SigningKey {
    Es256SigningKey::from_bytes(&[n; 32]).unwrap()
}

fn hs(n: u8) -> HmacKey<Hs256> {
    HmacKey::new(&[n; 32]).unwrap()
}

fn mint(kid: Option<&str>, key: &impl SigningKey) -> String {
    let minter = kid.map_or(Minter::new(), |kid| Minter::new().kid(kid));
    minter.mint(&mut [0; 1024], key, &()).unwrap().to_string()
}

fn verify<S: KeyStore + ?Sized>(token: &str, keys: &S) -> Result<(), VerifyError> {
    UnverifiedToken::parse(token)?.verify(keys, &mut [0; 1024]).map(|_| ())
}

fn trying<K: VerifyingKey>(
    token: &str,
    keys: impl IntoIterator<Item = K>,
) -> Result<(), VerifyError> {
    UnverifiedToken::parse(token)?.verify_trying(keys, &mut [0; 1024]).map(|_| ())
}

/// The public key number `n` as a JWK with these members before its own.
fn ec(n: u8, members: &str) -> String {
    let mut buf = [0; 256];
    let jwk = write_object(&mut buf, &es(n).verifying_key()).unwrap();
    jwk.replacen('{', &format!("{{{members}"), 1)
}

fn oct(n: u8, members: &str) -> String {
    let mut buf = [0; 43];
    let k = base64url::encode(&[n; 32], &mut buf).unwrap();
    format!(r#"{{{members}"kty":"oct","k":"{k}"}}"#)
}

fn set(keys: &[String]) -> String {
    format!(r#"{{"keys":[{}]}}"#, keys.join(","))
}

const NOT_FOUND: Result<(), VerifyError> = Err(VerifyError::KeyNotFound);
const AMBIGUOUS: Result<(), VerifyError> = Err(VerifyError::AmbiguousKey);
const INVALID: Result<(), VerifyError> = Err(VerifyError::InvalidSignature);

/// Names that other libraries have opened as files, put into SQL or shells, or cut off.
const HOSTILE: [&str; 12] = [
    "../../etc/passwd",
    "/dev/null",
    "' OR 1=1",
    "1' UNION SELECT 'secret",
    "; rm -rf /",
    "http://attacker.example/jwks.json",
    "1\0",
    "1 ",
    " 1",
    "",
    "*",
    "{\"kid\":\"1\"}",
];

#[test]
fn one_key_is_its_own_store_whatever_the_kid() {
    for kid in [None, Some("1"), Some("other")].into_iter().chain(HOSTILE.map(Some)) {
        assert_eq!(verify(&mint(kid, &es(1)), &es(1).verifying_key()), Ok(()), "{kid:?}");
        assert_eq!(verify(&mint(kid, &hs(1)), &&hs(1)), Ok(()), "{kid:?}");
    }
    assert_eq!(verify(&mint(None, &es(1)), &es(2).verifying_key()), INVALID);
}

#[test]
fn a_slice_finds_a_key_by_its_exact_kid() {
    let keys = [
        Keyed { kid: "1", key: es(1).verifying_key() },
        Keyed { kid: "2", key: es(2).verifying_key() },
        Keyed { kid: "twice", key: es(3).verifying_key() },
        Keyed { kid: "twice", key: es(4).verifying_key() },
        Keyed { kid: "A/\u{e9}", key: es(5).verifying_key() },
    ];
    for (kid, signer, wanted) in [
        (Some("1"), 1, Ok(())),
        (Some("2"), 2, Ok(())),
        (Some("1"), 2, INVALID),
        (Some("A/\u{e9}"), 5, Ok(())),
        (Some("a/\u{e9}"), 5, NOT_FOUND),
        (Some("3"), 1, NOT_FOUND),
        (Some("11"), 1, NOT_FOUND),
        (Some("twice"), 3, AMBIGUOUS),
        (None, 1, AMBIGUOUS),
    ] {
        assert_eq!(verify(&mint(kid, &es(signer)), &keys[..]), wanted, "{kid:?} by {signer}");
    }
    for kid in HOSTILE {
        assert_eq!(verify(&mint(Some(kid), &es(1)), &keys[..]), NOT_FOUND, "{kid:?}");
    }
    // A token without kid finds the only key there is.
    assert_eq!(verify(&mint(None, &es(1)), &keys[..1]), Ok(()));
    assert_eq!(verify(&mint(None, &es(2)), &keys[..1]), INVALID);
    assert_eq!(verify(&mint(None, &es(1)), &keys[..0]), NOT_FOUND);
    assert_eq!(verify(&mint(Some("1"), &es(1)), &keys[..0]), NOT_FOUND);
    // A key for another algorithm is told apart from no key.
    let expected = Algorithm::Es256;
    let mismatch = Err(VerifyError::AlgorithmMismatch { expected });
    assert_eq!(verify(&mint(Some("1"), &hs(1)), &keys[..]), mismatch);
    assert_eq!(verify(&mint(None, &hs(1)), &keys[..]), mismatch);
    assert_eq!(verify(&mint(Some("9"), &hs(1)), &keys[..]), NOT_FOUND);
}

#[test]
fn a_kid_is_compared_after_unescaping_and_names_a_key_however_odd_it_is() {
    for kid in HOSTILE.into_iter().chain(["q\"\\\n\u{1f600}"]) {
        let keys = [Keyed { kid, key: hs(1) }, Keyed { kid: "1", key: hs(2) }];
        assert_eq!(verify(&mint(Some(kid), &hs(1)), &keys[..]), Ok(()), "{kid:?}");
        assert_eq!(verify(&mint(Some(kid), &hs(2)), &keys[..]), INVALID, "{kid:?}");
    }
}

#[test]
fn a_rotation_takes_tokens_of_the_current_and_the_previous_key() {
    let mut keys = Rotation::new("a", hs(1));
    let tokens = [mint(Some("a"), &hs(1)), mint(Some("b"), &hs(2)), mint(Some("c"), &hs(3))];
    let verdicts = |keys: &Rotation<'_, _>| [0, 1, 2].map(|i| verify(&tokens[i], keys));
    let bare = mint(None, &hs(1));
    assert_eq!(verdicts(&keys), [Ok(()), NOT_FOUND, NOT_FOUND]);
    assert_eq!(verify(&bare, &keys), Ok(()));
    keys.rotate("b", hs(2));
    assert_eq!(keys.current().kid, "b");
    assert_eq!(verdicts(&keys), [Ok(()), Ok(()), NOT_FOUND]);
    assert_eq!(verify(&bare, &keys), AMBIGUOUS);
    keys.rotate("c", hs(3));
    assert_eq!(verdicts(&keys), [NOT_FOUND, Ok(()), Ok(())]);
    keys.retire();
    assert_eq!(verdicts(&keys), [NOT_FOUND, NOT_FOUND, Ok(())]);
    keys.retire();
    assert_eq!(verdicts(&keys), [NOT_FOUND, NOT_FOUND, Ok(())]);
    assert!(!format!("{keys:?}").contains('3'), "no secret is shown");
    // The name of one key does not make a token of the other good.
    keys.rotate("d", hs(4));
    assert_eq!(verify(&mint(Some("d"), &hs(3)), &keys), INVALID);
    let expected = Algorithm::Hs256;
    let mismatch = Err(VerifyError::AlgorithmMismatch { expected });
    assert_eq!(verify(&mint(Some("d"), &es(1)), &keys), mismatch);
}

#[test]
fn a_jwk_set_finds_a_key_by_its_exact_kid() {
    let text = set(&[
        ec(1, r#""kid":"1","#),
        ec(2, r#""k\u0069d":"\u0032","use":"sig","alg":"ES256","#),
        ec(3, r#""kid":"twice","#),
        ec(4, r#""kid":"twice","#),
        ec(5, ""),
    ]);
    let keys = JwkSet::parse(text.as_bytes()).unwrap();
    let store = keys.es256();
    for (kid, signer, wanted) in [
        (Some("1"), 1, Ok(())),
        (Some("2"), 2, Ok(())),
        (Some("2"), 1, INVALID),
        (Some("3"), 3, NOT_FOUND),
        (Some("twice"), 3, AMBIGUOUS),
        (None, 1, AMBIGUOUS),
        // A token that names a key does not mean one that has no name.
        (Some("5"), 5, NOT_FOUND),
        (Some(""), 5, NOT_FOUND),
    ] {
        assert_eq!(verify(&mint(kid, &es(signer)), &store), wanted, "{kid:?} by {signer}");
    }
    for kid in HOSTILE {
        assert_eq!(verify(&mint(Some(kid), &es(5)), &store), NOT_FOUND, "{kid:?}");
    }
    let expected = Algorithm::Es256;
    let mismatch = Err(VerifyError::AlgorithmMismatch { expected });
    assert_eq!(verify(&mint(Some("1"), &hs(1)), &store), mismatch);
    let _ = format!("{store:?} {keys:?}");
}

#[test]
fn a_token_without_kid_finds_the_only_usable_key_of_a_set() {
    let unusable = [
        ec(9, r#""use":"enc","#),
        ec(9, r#""alg":"ES384","#),
        r#"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#.to_owned(),
        r#"{"kty":"EC","crv":"P-384","x":"AA","y":"AA"}"#.to_owned(),
        r#"{"kty":"unheard-of"}"#.to_owned(),
        r#"{"no":"kty"}"#.to_owned(),
        r#"{"kty":1}"#.to_owned(),
        r#"{"kty":"EC","kty":"EC"}"#.to_owned(),
        "{}".to_owned(),
    ];
    // Keys that are not understood are ignored (RFC 7517 section 5), before and after.
    let one = [&unusable[..], &[ec(1, r#""kid":"1","#)], &unusable[..]].concat();
    let text = set(&one);
    let keys = JwkSet::parse(text.as_bytes()).unwrap();
    assert_eq!(verify(&mint(None, &es(1)), &keys.es256()), Ok(()));
    assert_eq!(verify(&mint(None, &es(2)), &keys.es256()), INVALID);
    assert_eq!(verify(&mint(Some("1"), &es(1)), &keys.es256()), Ok(()));
    assert_eq!(keys.jwks().filter(Result::is_err).count(), 8);
    let text = set(&unusable);
    let keys = JwkSet::parse(text.as_bytes()).unwrap();
    assert_eq!(verify(&mint(None, &es(1)), &keys.es256()), NOT_FOUND);
    assert_eq!(
        verify(&mint(None, &es(1)), &JwkSet::parse(br#"{"keys":[]}"#).unwrap().es256()),
        NOT_FOUND
    );
}

#[test]
fn a_named_key_that_cannot_be_used_is_told_with_the_reason() {
    let needed = KeyForm::P256;
    let found = KeyForm::Rsa;
    for (jwk, error) in [
        (ec(1, r#""kid":"1","use":"enc","#), KeyError::NotForSignatures),
        (
            ec(1, r#""kid":"1","alg":"ES384","#),
            KeyError::AlgorithmMismatch { needed: Algorithm::Es256 },
        ),
        (
            ec(1, r#""kid":"1","key_ops":["sign"],"#),
            KeyError::OperationNotAllowed { needed: "verify" },
        ),
        (r#"{"kid":"1","kty":"RSA"}"#.to_owned(), KeyError::WrongForm { found, needed }),
        (r#"{"kid":"1","kty":"EC","crv":"P-256"}"#.to_owned(), KeyError::Member { name: "x" }),
        (r#"{"kid":"1","kty":"EC"}"#.to_owned(), KeyError::Member { name: "crv" }),
    ] {
        let unusable = Err(VerifyError::UnusableKey(error));
        let token = mint(Some("1"), &es(1));
        // A usable key of the same name is the one meant, if this one is for another use; if this
        // one is broken, there is no telling which was meant.
        let beside = if error.is_other_use() { Ok(()) } else { unusable };
        for (others, wanted) in [
            (vec![], unusable),
            (vec![ec(2, ""), ec(3, r#""kid":"3","#)], unusable),
            (vec![ec(1, r#""kid":"1","#)], beside),
        ] {
            let mut keys = others;
            keys.insert(0, jwk.clone());
            let text = set(&keys);
            assert_eq!(verify(&token, &JwkSet::parse(text.as_bytes()).unwrap().es256()), wanted);
            keys.rotate_left(1);
            let text = set(&keys);
            assert_eq!(verify(&token, &JwkSet::parse(text.as_bytes()).unwrap().es256()), wanted);
        }
        // A token that names nothing has not asked for it.
        let text = set(&[jwk]);
        let keys = JwkSet::parse(text.as_bytes()).unwrap();
        assert_eq!(verify(&mint(None, &es(1)), &keys.es256()), NOT_FOUND);
    }
}

#[test]
fn a_set_of_secrets_serves_the_algorithm_that_the_caller_names() {
    let text = set(&[
        oct(1, r#""kid":"1","#),
        oct(2, r#""kid":"2","alg":"HS256","#),
        oct(3, r#""kid":"3","alg":"HS384","#),
        oct(4, r#""kid":"4","use":"enc","#),
    ]);
    let keys = JwkSet::parse(text.as_bytes()).unwrap();
    let store = keys.hmac::<Hs256>();
    assert_eq!(verify(&mint(Some("1"), &hs(1)), &store), Ok(()));
    assert_eq!(verify(&mint(Some("2"), &hs(2)), &store), Ok(()));
    assert_eq!(verify(&mint(Some("2"), &hs(1)), &store), INVALID);
    assert_eq!(verify(&mint(None, &hs(1)), &store), AMBIGUOUS);
    let unusable = |error| Err(VerifyError::UnusableKey(error));
    let needed = Algorithm::Hs256;
    assert_eq!(
        verify(&mint(Some("3"), &hs(3)), &store),
        unusable(KeyError::AlgorithmMismatch { needed })
    );
    assert_eq!(verify(&mint(Some("4"), &hs(4)), &store), unusable(KeyError::NotForSignatures));
    // 32 bytes are too short for HS384, and a token of another algorithm finds no key for it.
    let long = HmacKey::<Hs384>::new(&[1; 48]).unwrap();
    let short = KeyError::TooShort { found: 32, needed: 48 };
    assert_eq!(verify(&mint(Some("1"), &long), &keys.hmac::<Hs384>()), unusable(short));
    let mismatch = Err(VerifyError::AlgorithmMismatch { expected: needed });
    assert_eq!(verify(&mint(Some("1"), &long), &store), mismatch);
    assert_eq!(
        verify(&mint(Some("1"), &es(1)), &keys.es256()).map_err(|e| e.stage().as_str()),
        Err("key")
    );
}

#[test]
fn a_jwk_set_that_is_none_is_refused() {
    let keys = KeyError::Member { name: "keys" };
    for text in [
        "{}",
        r#"{"keys":null}"#,
        r#"{"keys":{}}"#,
        r#"{"keys":"[]"}"#,
        r#"{"keys":[1]}"#,
        r#"{"keys":[[]]}"#,
        r#"{"keys":[null]}"#,
        r#"{"keys":[{},"x"]}"#,
        r#"{"Keys":[]}"#,
        r#"{"kty":"EC"}"#,
    ] {
        assert_eq!(JwkSet::parse(text.as_bytes()).err(), Some(keys), "{text}");
    }
    for text in [
        "",
        "[]",
        "{",
        r#"{"keys":[}"#,
        r#"{"keys":[]}x"#,
        r#"{"keys":[],"keys":[]}"#,
        r#"{"keys":[],"k\u0065ys":[]}"#,
    ] {
        assert!(matches!(JwkSet::parse(text.as_bytes()), Err(KeyError::Json(_))), "{text}");
    }
    assert!(JwkSet::parse(br#" { "more" : {} , "\u006beys" : [ ] } "#).is_ok());
}

// --- several candidates

/// A key that notes when it is asked.
struct Noted<'n> {
    n: u8,
    asked: &'n RefCell<Vec<u8>>,
}

impl VerifyingKey for Noted<'_> {
    fn algorithm(&self) -> Algorithm {
        Algorithm::Hs256
    }

    fn verify(&self, input: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        self.asked.borrow_mut().push(self.n);
        hs(self.n).verify(input, signature)
    }
}

#[test]
fn candidates_are_tried_in_their_order_until_one_fits() {
    let asked = RefCell::new(Vec::new());
    let keys = |of: &[u8]| of.iter().map(|n| Noted { n: *n, asked: &asked }).collect::<Vec<_>>();
    let token = mint(None, &hs(3));
    for (candidates, wanted, order) in [
        (&[1u8, 2, 3, 4][..], Ok(()), &[1u8, 2, 3][..]),
        (&[3, 1], Ok(()), &[3]),
        (&[4, 3, 3], Ok(()), &[4, 3]),
        (&[1, 2], INVALID, &[1, 2]),
        (&[], NOT_FOUND, &[]),
    ] {
        assert_eq!(trying(&token, keys(candidates)), wanted);
        assert_eq!(*asked.borrow(), order, "{candidates:?}");
        asked.borrow_mut().clear();
    }
    // The kid is no matter here, and a token of another algorithm asks nobody.
    assert_eq!(trying(&mint(Some("x"), &hs(3)), keys(&[3])), Ok(()));
    asked.borrow_mut().clear();
    assert_eq!(trying(&mint(None, &es(3)), keys(&[1, 2, 3])), NOT_FOUND);
    assert!(asked.borrow().is_empty());
}

#[test]
fn more_than_sixteen_candidates_are_refused_and_sixteen_are_tried() {
    assert_eq!(MAX_CANDIDATES, 16);
    let limit = MAX_CANDIDATES;
    let too_many = Err(VerifyError::TooManyCandidates { limit });
    let token = mint(None, &hs(16));
    assert_eq!(trying(&token, (1..=16).map(hs)), Ok(()));
    assert_eq!(trying(&token, (1..=15).map(hs)), INVALID);
    // The verdict does not depend on where the right one stands.
    assert_eq!(trying(&token, (1..=17).map(hs)), too_many);
    assert_eq!(trying(&mint(None, &hs(1)), (1..=17).map(hs)), too_many);
    assert_eq!(trying(&token, core::iter::repeat_with(|| hs(1))), too_many, "an endless supply");
}

/// Keys of two kinds in one list, as an application of its own may hold them.
enum Either {
    Es(Box<Es256SigningKey>),
    Hs(HmacKey<Hs256>),
}

impl VerifyingKey for Either {
    fn algorithm(&self) -> Algorithm {
        match self {
            Self::Es(_) => Algorithm::Es256,
            Self::Hs(_) => Algorithm::Hs256,
        }
    }

    fn verify(&self, input: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        match self {
            Self::Es(key) => key.verifying_key().verify(input, signature),
            Self::Hs(key) => key.verify(input, signature),
        }
    }
}

#[test]
fn the_algorithm_tells_two_keys_of_one_name_apart() {
    let keys = [
        Keyed { kid: "1", key: Either::Es(Box::new(es(1))) },
        Keyed { kid: "1", key: Either::Hs(hs(1)) },
    ];
    for kid in [Some("1"), None] {
        assert_eq!(verify(&mint(kid, &es(1)), &keys[..]), Ok(()));
        assert_eq!(verify(&mint(kid, &hs(1)), &keys[..]), Ok(()));
        assert_eq!(verify(&mint(kid, &hs(2)), &keys[..]), INVALID);
    }
    assert_eq!(trying(&mint(None, &hs(1)), keys.iter().map(|keyed| &keyed.key)), Ok(()));
    let long = HmacKey::<Hs384>::new(&[1; 48]).unwrap();
    let verdict = verify(&mint(Some("1"), &long), &keys[..]).unwrap_err();
    assert!(matches!(verdict, VerifyError::AlgorithmMismatch { .. }));
    assert_eq!(trying(&mint(None, &long), keys.iter().map(|keyed| &keyed.key)), NOT_FOUND);
}

/// A store of the caller: all that a token can tell it is kid and alg.
struct Own;

impl KeyStore for Own {
    type Key<'k> = HmacKey<Hs256>;

    fn find(&self, hint: &KeyHint<'_>) -> Result<HmacKey<Hs256>, VerifyError> {
        assert!(hint.alg() == "HS256");
        match hint.kid() {
            Some(kid) if kid == "own" => hint.choose([hs(1)]),
            Some(_) => Err(VerifyError::KeyNotFound),
            None => hint.choose([hs(1), hs(2)].into_iter().filter(|_| hint.may_mean("x"))),
        }
    }
}

#[test]
fn a_store_of_the_caller_finds_keys_its_own_way() {
    assert_eq!(verify(&mint(Some("own"), &hs(1)), &Own), Ok(()));
    assert_eq!(verify(&mint(Some("else"), &hs(1)), &Own), NOT_FOUND);
    assert_eq!(verify(&mint(None, &hs(1)), &Own), AMBIGUOUS);
}
