//! Keys from hostile bytes, in every form, by jwt-core and by jwt-std: no panic, the same keys, and what
//! is accepted survives the way out and in.

use jwt_core::error::KeyError;
use jwt_core::json::write_object;
use jwt_core::{
    Algorithm, Es256SigningKey, Es256VerifyingKey, HmacKey, Hs256, Hs512, Jwk, JwkSet, danger,
};
use jwt_std::{Error, KeyFile, PrivateKey, PublicKey};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::model::json::{Strict, Tree};

const ES256: Option<Algorithm> = Some(Algorithm::Es256);

/// The input is a key file of any kind, or a secret.
pub fn key_import(bytes: &[u8]) {
    let mut buf = vec![0; bytes.len()];
    let _ = HmacKey::<Hs256>::new(bytes);

    // Two readers of DER, and two of PEM.
    let der = Es256SigningKey::from_der(bytes);
    private("DER", &der, PrivateKey::from_der(bytes, ES256));
    let spki = Es256VerifyingKey::from_spki_der(bytes);
    // jwt-core reads no certificates.
    if !is_certificate(bytes) {
        public("DER", &spki, &der, PublicKey::from_der(bytes, ES256));
    }
    let pem = Es256SigningKey::from_pem(bytes, &mut buf);
    private("PEM", &pem, PrivateKey::from_pem(bytes, ES256));
    let spki_pem = Es256VerifyingKey::from_pem(bytes, &mut buf);
    public("PEM", &spki_pem, &pem, PublicKey::from_pem(bytes, ES256));
    assert!(buf.iter().all(|byte| *byte == 0), "the buffer of PEM is wiped");

    let mut found = vec![spki, spki_pem, Es256VerifyingKey::from_sec1(bytes)];
    if let Ok(jwk) = Jwk::parse(bytes) {
        found.push(jwk.es256_verifying_key());
        self::jwk(&jwk, bytes);
    }
    for key in found.into_iter().flatten() {
        assert_eq!(Es256VerifyingKey::from_spki_der(&key.to_spki_der()), Ok(key));
        assert_eq!(Es256VerifyingKey::from_sec1(&key.to_sec1()), Ok(key));
        let mut text = [0; 160];
        let text = write_object(&mut text, &key).unwrap();
        assert_eq!(Jwk::parse(text.as_bytes()).unwrap().es256_verifying_key(), Ok(key));
    }
    for key in [der, pem].into_iter().flatten() {
        let again = Es256SigningKey::from_bytes(&danger::secret_bytes(&key)).unwrap();
        assert_eq!(again.verifying_key(), key.verifying_key());
    }
    any_key(bytes);
    set(bytes);
}

/// A private key that one of the two accepts, the other accepts as the same.
fn private(form: &str, core: &Result<Es256SigningKey, KeyError>, std: Result<PrivateKey, Error>) {
    match (core, std) {
        (Ok(core), Ok(std)) => {
            let der = std.public().unwrap().to_der().unwrap();
            assert_eq!(der, core.verifying_key().to_spki_der());
            let again = Es256SigningKey::from_der(&std.to_der().unwrap()).unwrap();
            assert_eq!(*danger::secret_bytes(&again), *danger::secret_bytes(core));
        }
        (Err(_), Err(_)) => {}
        (core, std) => panic!("{form}: core {core:?}, std {std:?}"),
    }
}

/// As [`private`]; jwt-std takes the public part of a private key too, and says so in its name.
fn public(
    form: &str,
    core: &Result<Es256VerifyingKey, KeyError>,
    core_private: &Result<Es256SigningKey, KeyError>,
    std: Result<PublicKey, Error>,
) {
    let core = match (core, core_private) {
        (Err(KeyError::PrivateKey), Ok(key)) => Ok(key.verifying_key()),
        _ => *core,
    };
    match (core, std) {
        (Ok(core), Ok(std)) => assert_eq!(std.to_der().unwrap(), core.to_spki_der()),
        // A certificate, which jwt-core does not read.
        (Err(KeyError::UnsupportedPem), Ok(_)) | (Err(_), Err(_)) => {}
        (core, std) => panic!("{form}: core {core:?}, std {std:?}"),
    }
}

/// Whether DER begins as a certificate does (RFC 5280 section 4.1): the first thing in its first part is a
/// version or a serial number. In a public key it is the name of an algorithm.
fn is_certificate(der: &[u8]) -> bool {
    let inside = |der: &[u8]| {
        let header = match der {
            [0x30, 0x82, ..] => 4,
            [0x30, 0x81, ..] => 3,
            [0x30, ..] => 2,
            _ => der.len(),
        };
        der.get(header..).unwrap_or_default().to_vec()
    };
    matches!(inside(&inside(der)).first(), Some(0xa0 | 0x02))
}

fn jwk(jwk: &Jwk<'_>, bytes: &[u8]) {
    private("JWK", &jwk.es256_signing_key(), PrivateKey::from_jwk(bytes, ES256));
    public(
        "JWK",
        &jwk.es256_verifying_key(),
        &Err(KeyError::PublicKey),
        PublicKey::from_jwk(bytes, ES256),
    );
    // jwt-std refuses more secrets: keys in base64, and points.
    let core = jwk.hmac_signing_key::<Hs512>();
    match (core, PrivateKey::from_jwk(bytes, Some(Algorithm::Hs512))) {
        (Ok(_), Ok(_)) | (Err(_), Err(_)) | (Ok(_), Err(Error::Key(KeyError::NotASecret))) => {}
        (core, std) => panic!("secret: core {core:?}, std {std:?}"),
    }
    if let (Ok(ours), Some(theirs)) = (jwk.thumbprint(), thumbprint(bytes)) {
        assert_eq!(*ours.as_bytes(), theirs);
    }
}

/// RFC 7638 section 3 over serde_json, for keys whose kind is named in RFC 7638 and RFC 8037.
fn thumbprint(text: &[u8]) -> Option<[u8; 32]> {
    let members = Strict::parse(text)?;
    let names: &[&str] = match members.find("kty")?.as_str()? {
        "oct" => &["k", "kty"],
        "RSA" => &["e", "kty", "n"],
        "OKP" => &["crv", "kty", "x"],
        "EC" => &["crv", "kty", "x", "y"],
        _ => return None,
    };
    let member = |name: &&str| match members.find(name)? {
        Tree::String(text) => {
            Some(format!("{}:{}", serde_json::json!(name), serde_json::json!(text)))
        }
        _ => None,
    };
    let members: Option<Vec<String>> = names.iter().map(member).collect();
    Some(Sha256::digest(format!("{{{}}}", members?.join(","))).into())
}

/// Any key that jwt-std accepts survives the way out and in.
fn any_key(bytes: &[u8]) {
    let rs256 = Some(Algorithm::Rs256);
    for key in [
        PrivateKey::from_der(bytes, None),
        PrivateKey::from_der(bytes, rs256),
        PrivateKey::from_pem(bytes, rs256),
        PrivateKey::from_jwk(bytes, None),
    ]
    .into_iter()
    .flatten()
    {
        let algorithm = Some(key.algorithm());
        let again = PrivateKey::from_jwk(key.to_jwk().as_bytes(), algorithm).unwrap();
        assert_eq!(*again.to_jwk(), *key.to_jwk());
        if let Some(public) = key.public() {
            let again = PrivateKey::from_der(&key.to_der().unwrap(), algorithm).unwrap();
            // Without names, which DER cannot hold.
            assert_eq!(again.public(), Some(public.with_kid(None)));
        }
    }
    for key in [
        PublicKey::from_der(bytes, None),
        PublicKey::from_der(bytes, rs256),
        PublicKey::from_pem(bytes, rs256),
        PublicKey::from_jwk(bytes, None),
    ]
    .into_iter()
    .flatten()
    {
        let algorithm = Some(key.algorithm());
        assert_eq!(PublicKey::from_jwk(key.to_jwk().as_bytes(), algorithm).unwrap(), key);
        let again = PublicKey::from_der(&key.to_der().unwrap(), algorithm).unwrap();
        assert_eq!(again, key.with_kid(None));
    }
}

/// Of a set, jwt-std and jwt-core take the same keys for ES256.
fn set(bytes: &[u8]) {
    let core = JwkSet::parse(bytes);
    let Ok(file) = KeyFile::parse(Zeroizing::new(bytes.to_vec())) else { return };
    let keys = file.verifying_keys(&[Algorithm::Es256]);
    let _ = (file.private_key(None, None), file.public_key(None));
    let Ok(core) = core else { return };
    let fitting = core.jwks().flatten().filter(|jwk| jwk.es256_verifying_key().is_ok()).count();
    match keys {
        Ok(keys) => assert_eq!(keys.len(), fitting),
        Err(error) => assert_eq!(fitting, 0, "{error}"),
    }
}
