//! Key material in DER: PKCS#8 (RFC 5958), SEC1 (RFC 5915), PKCS#1 (RFC 8017 appendix A.1) and SPKI
//! and certificates (RFC 5280, RFC 5480, RFC 8410), over the packages of RustCrypto.

use der::asn1::{BitStringRef, OctetStringRef, SequenceRef, UintRef};
use der::{AnyRef, Decode as _, Encode as _, Reader as _, SliceReader, TagMode, TagNumber};
use jwt_core::KeyError;
use jwt_core::error::KeyForm;
use pkcs8::PrivateKeyInfoRef;
use sec1::{EcParameters, EcPrivateKey};
use spki::{AlgorithmIdentifierRef, ObjectIdentifier, SubjectPublicKeyInfoRef};
use zeroize::Zeroizing;

use super::rsa::Factors;
use super::{Curve, EcPrivate, EcPublic, Ed25519Private, Ed25519Public};
use super::{Material, Private, Public, RsaPrivate, RsaPublic};
use crate::Error;

const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const RSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
const EDWARDS: [&str; 4] = ["1.3.101.110", "1.3.101.111", "1.3.101.112", "1.3.101.113"];

/// Reads a key; which of the forms it is, its structure tells.
pub(crate) fn read(der: &[u8]) -> Result<Material, KeyError> {
    if PrivateKeyInfoRef::from_der(der).is_ok() {
        return pkcs8(der).map(Material::Private);
    }
    if EcPrivateKey::from_der(der).is_ok() || spells_out_a_curve(der) {
        return sec1(der).map(Material::Private);
    }
    if pkcs1::RsaPrivateKeyRef::from_der(der).is_ok() {
        return pkcs1_private(der).map(Material::Private);
    }
    if SubjectPublicKeyInfoRef::from_der(der).is_ok() {
        return spki(der).map(Material::Public);
    }
    if is_certificate(der) {
        return certificate(der).map(Material::Public);
    }
    pkcs1_public(der).map(Material::Public)
}

pub(super) fn pkcs8(der: &[u8]) -> Result<Private, KeyError> {
    let info = PrivateKeyInfoRef::from_der(der).map_err(|_| KeyError::InvalidDer)?;
    let inner = info.private_key.as_bytes();
    let key = match kind(&info.algorithm)? {
        Kind::Ec(curve) => ec_private(inner, Some(curve))?,
        Kind::Ed25519 => {
            // RFC 8410 section 7: CurvePrivateKey, an OCTET STRING in the OCTET STRING.
            let seed = <&OctetStringRef>::from_der(inner).map_err(|_| KeyError::InvalidDer)?;
            Private::Ed25519(Ed25519Private::new(seed.as_bytes())?)
        }
        Kind::Rsa => pkcs1_private(inner)?,
    };
    let stated = match (info.public_key.map(|bits| bits.as_bytes()), key.public()) {
        (None, _) => return Ok(key),
        (Some(Some(bytes)), Some(Public::Ec(public))) => {
            Public::Ec(EcPublic::from_sec1(public.curve(), bytes)?)
        }
        (Some(Some(bytes)), Some(Public::Ed25519(_))) => {
            Public::Ed25519(Ed25519Public::new(bytes)?)
        }
        (Some(Some(bytes)), Some(Public::Rsa(_))) => pkcs1_public(bytes)?,
        _ => return Err(KeyError::InvalidDer),
    };
    if key.public() == Some(stated) { Ok(key) } else { Err(KeyError::KeyMismatch) }
}

pub(super) fn sec1(der: &[u8]) -> Result<Private, KeyError> {
    ec_private(der, None)
}

/// RFC 5915 section 3: ECPrivateKey. `outer` is the curve that an envelope has named; without one,
/// the key has to name its own.
fn ec_private(der: &[u8], outer: Option<Curve>) -> Result<Private, KeyError> {
    let key = EcPrivateKey::from_der(der).map_err(|_| match spells_out_a_curve(der) {
        true => other_curve(),
        false => KeyError::InvalidDer,
    })?;
    let own = match key.parameters {
        Some(EcParameters::NamedCurve(oid)) => Some(Curve::of_oid(&oid).ok_or_else(other_curve)?),
        None => None,
    };
    let curve = match (own, outer) {
        (Some(own), Some(outer)) if own != outer => return Err(KeyError::KeyMismatch),
        (own, outer) => own.or(outer).ok_or_else(other_curve)?,
    };
    let scalar = Zeroizing::new(key.private_key.to_vec());
    let private = EcPrivate::new(curve, scalar)?;
    match key.public_key {
        Some(point) if EcPublic::from_sec1(curve, point)? != *private.public() => {
            Err(KeyError::KeyMismatch)
        }
        _ => Ok(Private::Ec(private)),
    }
}

/// Whether this is SEC1 whose curve is a SEQUENCE of its parameters, where a name has to be.
fn spells_out_a_curve(der: &[u8]) -> bool {
    let read = |reader: &mut SliceReader<'_>| {
        u8::decode(reader)?;
        <&OctetStringRef>::decode(reader)?;
        let explicit = TagMode::Explicit;
        let parameters = reader.context_specific::<&SequenceRef>(TagNumber(0), explicit)?;
        reader.context_specific::<BitStringRef<'_>>(TagNumber(1), explicit)?;
        Ok::<_, der::Error>(parameters.is_some())
    };
    AnyRef::from_der(der).is_ok_and(|key| key.sequence(read).unwrap_or_default())
}

pub(super) fn pkcs1_private(der: &[u8]) -> Result<Private, KeyError> {
    let key = pkcs1::RsaPrivateKeyRef::from_der(der).map_err(|_| KeyError::InvalidDer)?;
    if key.other_prime_infos.is_some() {
        return Err(KeyError::InvalidPrivateKey);
    }
    let public = RsaPublic::new(key.modulus.as_bytes(), key.public_exponent.as_bytes())?;
    let factors = Factors {
        p: key.prime1.as_bytes(),
        q: key.prime2.as_bytes(),
        dp: key.exponent1.as_bytes(),
        dq: key.exponent2.as_bytes(),
        qi: key.coefficient.as_bytes(),
    };
    let key = RsaPrivate::new(public, key.private_exponent.as_bytes(), Some(factors))?;
    Ok(Private::Rsa(Box::new(key)))
}

pub(super) fn pkcs1_public(der: &[u8]) -> Result<Public, KeyError> {
    let key = pkcs1::RsaPublicKeyRef::from_der(der).map_err(|_| KeyError::InvalidDer)?;
    let key = RsaPublic::new(key.modulus.as_bytes(), key.public_exponent.as_bytes())?;
    Ok(Public::Rsa(key))
}

pub(super) fn spki(der: &[u8]) -> Result<Public, KeyError> {
    let info = SubjectPublicKeyInfoRef::from_der(der).map_err(|_| KeyError::InvalidDer)?;
    let bytes = info.subject_public_key.as_bytes().ok_or(KeyError::InvalidDer)?;
    match kind(&info.algorithm)? {
        Kind::Ec(curve) => Ok(Public::Ec(EcPublic::from_sec1(curve, bytes)?)),
        Kind::Ed25519 => Ok(Public::Ed25519(Ed25519Public::new(bytes)?)),
        Kind::Rsa => pkcs1_public(bytes),
    }
}

/// The public key of an X.509 certificate (RFC 5280 section 4.1). Who signed it, until when it is good
/// and what for, nobody looks at.
pub(super) fn certificate(der: &[u8]) -> Result<Public, KeyError> {
    let certificate = x509_cert::Certificate::from_der(der).map_err(|_| KeyError::InvalidDer)?;
    let info = certificate.tbs_certificate().subject_public_key_info();
    spki(&info.to_der().map_err(|_| KeyError::InvalidDer)?)
}

/// RFC 5958 section 3: EncryptedPrivateKeyInfo, an algorithm and an OCTET STRING.
pub(crate) fn is_encrypted(der: &[u8]) -> bool {
    let read = |reader: &mut SliceReader<'_>| {
        reader.sequence(|reader| {
            AlgorithmIdentifierRef::decode(reader)?;
            <&OctetStringRef>::decode(reader).map(|_| ())
        })
    };
    SliceReader::new(der).is_ok_and(|mut reader| read(&mut reader).is_ok())
}

/// Whether this is an X.509 certificate, whatever the key in it.
pub(crate) fn is_certificate(der: &[u8]) -> bool {
    x509_cert::Certificate::from_der(der).is_ok()
}

enum Kind {
    Ec(Curve),
    Ed25519,
    Rsa,
}

fn kind(algorithm: &AlgorithmIdentifierRef<'_>) -> Result<Kind, KeyError> {
    let parameters = algorithm.parameters;
    if algorithm.oid == EC {
        // RFC 5480 section 2.1.1: only named curves.
        let oid = parameters.and_then(|parameters| parameters.decode_as().ok());
        let curve = oid.and_then(|oid: ObjectIdentifier| Curve::of_oid(&oid));
        return curve.map(Kind::Ec).ok_or_else(other_curve);
    }
    if algorithm.oid == ED25519 {
        // RFC 8410 section 3: "the parameters MUST be absent".
        return if parameters.is_none() { Ok(Kind::Ed25519) } else { Err(KeyError::InvalidDer) };
    }
    if algorithm.oid == RSA {
        // RFC 3279 section 2.3.1: NULL. Some leave it out.
        let null = parameters.is_none_or(|parameters| parameters == AnyRef::NULL);
        return if null { Ok(Kind::Rsa) } else { Err(KeyError::InvalidDer) };
    }
    if algorithm.oid == RSA_PSS {
        // RFC 4055 section 1.2: such a key is for PSS only, and its parameters may say with which hash
        // and salt. No JWK can say that, so the restriction would be lost.
        return Err(KeyError::WrongForm { found: KeyForm::RsaPss, needed: KeyForm::Rsa });
    }
    let edwards = EDWARDS.iter().any(|oid| algorithm.oid == ObjectIdentifier::new_unwrap(oid));
    Err(if edwards {
        KeyError::WrongForm { found: KeyForm::Edwards, needed: KeyForm::Ed25519 }
    } else {
        KeyError::WrongForm { found: KeyForm::Other, needed: KeyForm::P256 }
    })
}

const fn other_curve() -> KeyError {
    KeyError::WrongForm { found: KeyForm::OtherCurve, needed: KeyForm::P256 }
}

/// A private key as PKCS#8.
pub(crate) fn write_private(key: &Private) -> Result<Zeroizing<Vec<u8>>, Error> {
    let inner: der::Result<Vec<u8>> = match key {
        Private::Hmac(_) => return Err(Error::NotExpressible),
        Private::Ec(key) => EcPrivateKey {
            private_key: key.scalar(),
            parameters: None,
            public_key: Some(key.public().sec1()),
        }
        .to_der(),
        Private::Ed25519(key) => {
            OctetStringRef::new(key.seed().as_slice()).and_then(|seed| seed.to_der())
        }
        Private::Rsa(key) => rsa_private_der(key),
    };
    let inner = Zeroizing::new(inner.map_err(|_| Error::NotExpressible)?);
    let oid;
    let algorithm = match key {
        Private::Ec(key) => {
            oid = key.public().curve().oid();
            AlgorithmIdentifierRef { oid: EC, parameters: Some(AnyRef::from(&oid)) }
        }
        Private::Ed25519(_) => AlgorithmIdentifierRef { oid: ED25519, parameters: None },
        _ => AlgorithmIdentifierRef { oid: RSA, parameters: Some(AnyRef::NULL) },
    };
    let der = OctetStringRef::new(&inner)
        .and_then(|inner| PrivateKeyInfoRef::new(algorithm, inner).to_der());
    Ok(Zeroizing::new(der.map_err(|_| Error::NotExpressible)?))
}

fn rsa_private_der(key: &RsaPrivate) -> der::Result<Vec<u8>> {
    pkcs1::RsaPrivateKeyRef {
        modulus: UintRef::new(key.public().n())?,
        public_exponent: UintRef::new(key.public().e())?,
        private_exponent: UintRef::new(&key.d)?,
        prime1: UintRef::new(&key.p)?,
        prime2: UintRef::new(&key.q)?,
        exponent1: UintRef::new(&key.dp)?,
        exponent2: UintRef::new(&key.dq)?,
        coefficient: UintRef::new(&key.qi)?,
        other_prime_infos: None,
    }
    .to_der()
}

/// A public key as SPKI.
pub(crate) fn write_public(key: &Public) -> Result<Vec<u8>, Error> {
    let pkcs1;
    let oid;
    let (algorithm, bytes): (_, &[u8]) = match key {
        Public::Ec(key) => {
            oid = key.curve().oid();
            (AlgorithmIdentifierRef { oid: EC, parameters: Some(AnyRef::from(&oid)) }, key.sec1())
        }
        Public::Ed25519(key) => {
            (AlgorithmIdentifierRef { oid: ED25519, parameters: None }, key.bytes())
        }
        Public::Rsa(key) => {
            pkcs1 = UintRef::new(key.n())
                .and_then(|modulus| {
                    let public_exponent = UintRef::new(key.e())?;
                    pkcs1::RsaPublicKeyRef { modulus, public_exponent }.to_der()
                })
                .map_err(|_| Error::NotExpressible)?;
            (AlgorithmIdentifierRef { oid: RSA, parameters: Some(AnyRef::NULL) }, &pkcs1)
        }
    };
    BitStringRef::from_bytes(bytes)
        .and_then(|subject_public_key| {
            SubjectPublicKeyInfoRef { algorithm, subject_public_key }.to_der()
        })
        .map_err(|_| Error::NotExpressible)
}
