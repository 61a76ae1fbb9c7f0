//! Keys in DER: SEC1 and PKCS#8 for private ones, SPKI for public ones (RFC 5915, 5958, 5280).
//!
//! The few shapes that a P-256 key has are read here rather than through general ASN.1 crates: it
//! is a page of code, links nothing else, and can say what else a file holds. Lengths are
//! definite and minimal, and nothing may follow.

use crate::alg::{Es256SigningKey, Es256VerifyingKey};
use crate::error::{KeyError, KeyForm};

/// Length in bytes of a P-256 public key in SPKI DER.
pub const SPKI_DER_LEN: usize = SPKI_PREFIX.len() + 65;

/// All of an uncompressed P-256 public key in SPKI DER but the point.
const SPKI_PREFIX: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
    0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const OBJECT_IDENTIFIER: u8 = 0x06;
const CONTEXT_0: u8 = 0xa0;
const CONTEXT_1: u8 = 0xa1;
/// `[1] IMPLICIT BIT STRING`, the public key of RFC 5958.
const CONTEXT_1_PRIMITIVE: u8 = 0x81;

const EC_PUBLIC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const RSA_ENCRYPTION: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01];
/// X25519, X448, Ed25519 and Ed448 are the four arcs behind 1.3.101 (RFC 8410).
const EDWARDS: &[u8] = &[0x2b, 0x65];

const CURVES: [(&[u8], KeyForm); 4] = [
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07], KeyForm::P256),
    (&[0x2b, 0x81, 0x04, 0x00, 0x22], KeyForm::P384),
    (&[0x2b, 0x81, 0x04, 0x00, 0x23], KeyForm::P521),
    (&[0x2b, 0x81, 0x04, 0x00, 0x0a], KeyForm::Secp256k1),
];

impl Es256SigningKey {
    /// Takes in a private key in SEC1 (RFC 5915) or PKCS#8 (RFC 5958) DER; which, its structure
    /// tells. A public part in it has to match.
    ///
    /// # Errors
    /// [`KeyError`]: what was found and what is needed.
    pub fn from_der(der: &[u8]) -> Result<Self, KeyError> {
        let mut body = whole(der, SEQUENCE)?;
        if body.peek() == Some(SEQUENCE) {
            return Err(spki_form(der).map_or_else(|error| error, |()| KeyError::PublicKey));
        }
        let version = body.take(INTEGER)?;
        match body.peek() {
            Some(OCTET_STRING) => sec1(der, KeyForm::OtherCurve),
            Some(SEQUENCE) if matches!(version, [0 | 1]) => {
                algorithm(body.take(SEQUENCE)?)?;
                let inner = body.take(OCTET_STRING)?;
                let attributes = body.optional(CONTEXT_0)?;
                let public = body.optional(CONTEXT_1_PRIMITIVE)?;
                // RFC 5958 section 2: "If publicKey is present, then version is set to v2 else
                // version is set to v1", of which the values are 1 and 0.
                if !body.is_empty() || public.is_some() != (version == [1]) {
                    return Err(KeyError::InvalidDer);
                }
                let _ = attributes;
                let key = sec1(inner, KeyForm::P256)?;
                matching(key, public.map(bits).transpose()?)
            }
            // RFC 8017 appendix A.1: an RSA key in PKCS#1 goes on with its modulus.
            Some(INTEGER) => {
                Err(KeyError::WrongForm { found: KeyForm::Rsa, needed: KeyForm::P256 })
            }
            _ => Err(KeyError::InvalidDer),
        }
    }
}

impl Es256VerifyingKey {
    /// Takes in a public key in SPKI DER (RFC 5280 section 4.1.2.7, RFC 5480).
    ///
    /// # Errors
    /// [`KeyError`]: what was found and what is needed.
    pub fn from_spki_der(der: &[u8]) -> Result<Self, KeyError> {
        let mut body = whole(der, SEQUENCE)?;
        if body.peek() == Some(INTEGER) {
            // Private keys begin with a version, as does RSA in PKCS#1.
            return Err(match Es256SigningKey::from_der(der) {
                Ok(_) => KeyError::PrivateKey,
                Err(error) => error,
            });
        }
        algorithm(body.take(SEQUENCE)?)?;
        let point = bits(body.take(BIT_STRING)?)?;
        if !body.is_empty() {
            return Err(KeyError::InvalidDer);
        }
        Self::from_sec1(point)
    }

    /// The public key in SPKI DER.
    #[must_use]
    pub fn to_spki_der(&self) -> [u8; SPKI_DER_LEN] {
        let mut der = [0; SPKI_DER_LEN];
        let parts = SPKI_PREFIX.into_iter().chain(self.to_sec1());
        for (to, from) in der.iter_mut().zip(parts) {
            *to = from;
        }
        der
    }
}

/// RFC 5915 section 3: ECPrivateKey. `outer` is the curve that an envelope has named; without
/// one, the key has to name its own.
fn sec1(der: &[u8], outer: KeyForm) -> Result<Es256SigningKey, KeyError> {
    let mut body = whole(der, SEQUENCE)?;
    if body.take(INTEGER)? != [1] {
        return Err(KeyError::InvalidDer);
    }
    let scalar = body.take(OCTET_STRING)?;
    let curve = match body.optional(CONTEXT_0)? {
        Some(parameters) => curve(Reader(parameters)),
        None => outer,
    };
    let public = match body.optional(CONTEXT_1)? {
        Some(public) => Some(bits(whole(public, BIT_STRING)?.0)?),
        None => None,
    };
    if !body.is_empty() {
        return Err(KeyError::InvalidDer);
    }
    needed(curve)?;
    matching(Es256SigningKey::from_slice(scalar)?, public)
}

fn matching(key: Es256SigningKey, public: Option<&[u8]>) -> Result<Es256SigningKey, KeyError> {
    match public {
        Some(point) if key.verifying_key() != Es256VerifyingKey::from_sec1(point)? => {
            Err(KeyError::KeyMismatch)
        }
        _ => Ok(key),
    }
}

/// Whether `der` is SPKI of a P-256 key, as far as its algorithm goes.
fn spki_form(der: &[u8]) -> Result<(), KeyError> {
    algorithm(whole(der, SEQUENCE)?.take(SEQUENCE)?)
}

/// RFC 5480 section 2.1: an AlgorithmIdentifier, which has to be id-ecPublicKey on P-256.
fn algorithm(body: &[u8]) -> Result<(), KeyError> {
    let mut body = Reader(body);
    let identifier = body.take(OBJECT_IDENTIFIER)?;
    needed(if identifier == EC_PUBLIC_KEY {
        curve(body)
    } else if identifier.starts_with(RSA_ENCRYPTION.get(..8).unwrap_or_default()) {
        KeyForm::Rsa
    } else if identifier.starts_with(EDWARDS) {
        KeyForm::Edwards
    } else {
        KeyForm::Other
    })
}

/// The curve that `parameters` name. Explicit parameters (RFC 5480 section 2.1.1 bars them) are
/// another curve, whatever they say.
fn curve(mut parameters: Reader<'_>) -> KeyForm {
    let name = parameters.take(OBJECT_IDENTIFIER).unwrap_or_default();
    CURVES
        .iter()
        .find(|(identifier, _)| *identifier == name && parameters.is_empty())
        .map_or(KeyForm::OtherCurve, |(_, form)| *form)
}

fn needed(found: KeyForm) -> Result<(), KeyError> {
    match found {
        KeyForm::P256 => Ok(()),
        found => Err(KeyError::WrongForm { found, needed: KeyForm::P256 }),
    }
}

/// The bits of a BIT STRING that are whole bytes.
fn bits(content: &[u8]) -> Result<&[u8], KeyError> {
    match content {
        [0, bytes @ ..] => Ok(bytes),
        _ => Err(KeyError::InvalidDer),
    }
}

/// The contents of the one element that `der` is.
fn whole(der: &[u8], tag: u8) -> Result<Reader<'_>, KeyError> {
    let mut reader = Reader(der);
    let content = reader.take(tag)?;
    if reader.is_empty() { Ok(Reader(content)) } else { Err(KeyError::InvalidDer) }
}

/// What is left of the contents of an element.
struct Reader<'d>(&'d [u8]);

impl<'d> Reader<'d> {
    fn peek(&self) -> Option<u8> {
        self.0.first().copied()
    }

    const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The contents of the next element, which has to have this tag.
    fn take(&mut self, tag: u8) -> Result<&'d [u8], KeyError> {
        let (len, body) = match *self.0 {
            [found, len, ref body @ ..] if found == tag && len < 0x80 => (usize::from(len), body),
            // Minimal: a length below 128 fits one byte, one below 256 fits two.
            [found, 0x81, len, ref body @ ..] if found == tag && len >= 0x80 => {
                (usize::from(len), body)
            }
            [found, 0x82, high, low, ref body @ ..] if found == tag && high > 0 => {
                (usize::from(u16::from_be_bytes([high, low])), body)
            }
            _ => return Err(KeyError::InvalidDer),
        };
        let (content, rest) = body.split_at_checked(len).ok_or(KeyError::InvalidDer)?;
        self.0 = rest;
        Ok(content)
    }

    fn optional(&mut self, tag: u8) -> Result<Option<&'d [u8]>, KeyError> {
        if self.peek() == Some(tag) { self.take(tag).map(Some) } else { Ok(None) }
    }
}
