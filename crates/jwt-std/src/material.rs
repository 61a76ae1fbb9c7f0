//! Key material in one checked form, whatever it came in: what the backends make keys from, and what
//! is written to files.
//!
//! A value of these types is sound: a point is on its curve, a scalar is in range, the size of a modulus
//! is allowed, and private and public part belong together.

mod der;
mod ec;
mod jwk;
mod okp;
mod pem;
mod rsa;

use jwt_core::error::KeyForm;
use jwt_core::{Algorithm, KeyError};
use zeroize::Zeroizing;

pub(crate) use der::{is_certificate, is_encrypted, read as from_der, write_private, write_public};
pub(crate) use ec::{Curve, EcPrivate, EcPublic};
pub(crate) use jwk::{private as private_from_jwk, public as public_from_jwk};
pub(crate) use jwk::{private_members, public_members, secret as secret_from_jwk};
pub(crate) use okp::{Ed25519Private, Ed25519Public};
pub(crate) use pem::read as from_pem;
pub(crate) use rsa::{RsaPrivate, RsaPublic};

/// A public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Public {
    Ec(EcPublic),
    Ed25519(Ed25519Public),
    Rsa(RsaPublic),
}

/// A private or secret key.
#[derive(Clone)]
pub(crate) enum Private {
    Hmac(Zeroizing<Vec<u8>>),
    Ec(EcPrivate),
    Ed25519(Ed25519Private),
    Rsa(Box<RsaPrivate>),
}

/// What PEM or DER holds.
pub(crate) enum Material {
    Private(Private),
    Public(Public),
}

impl Public {
    pub(crate) const fn form(&self) -> KeyForm {
        match self {
            Self::Ec(key) => key.curve().form(),
            Self::Ed25519(_) => KeyForm::Ed25519,
            Self::Rsa(_) => KeyForm::Rsa,
        }
    }
}

impl Private {
    pub(crate) const fn form(&self) -> KeyForm {
        match self {
            Self::Hmac(_) => KeyForm::Symmetric,
            Self::Ec(key) => key.public().curve().form(),
            Self::Ed25519(_) => KeyForm::Ed25519,
            Self::Rsa(_) => KeyForm::Rsa,
        }
    }

    /// The public part; a symmetric key has none.
    pub(crate) fn public(&self) -> Option<Public> {
        match self {
            Self::Hmac(_) => None,
            Self::Ec(key) => Some(Public::Ec(key.public().clone())),
            Self::Ed25519(key) => Some(Public::Ed25519(key.public())),
            Self::Rsa(key) => Some(Public::Rsa(key.public().clone())),
        }
    }
}

/// The algorithms that a kind of key can be for, the usual one first.
pub(crate) const fn algorithms(form: KeyForm) -> &'static [Algorithm] {
    match form {
        KeyForm::Symmetric => &[Algorithm::Hs256, Algorithm::Hs384, Algorithm::Hs512],
        KeyForm::P256 => &[Algorithm::Es256],
        KeyForm::P384 => &[Algorithm::Es384],
        KeyForm::P521 => &[Algorithm::Es512],
        KeyForm::Secp256k1 => &[Algorithm::Es256k],
        KeyForm::Edwards | KeyForm::Ed25519 => &[Algorithm::EdDsa, Algorithm::Ed25519],
        KeyForm::Rsa => &[
            Algorithm::Rs256,
            Algorithm::Rs384,
            Algorithm::Rs512,
            Algorithm::Ps256,
            Algorithm::Ps384,
            Algorithm::Ps512,
        ],
        _ => &[],
    }
}

/// The kind of key that an algorithm needs.
pub(crate) const fn form_for(algorithm: Algorithm) -> KeyForm {
    match algorithm {
        Algorithm::Hs256 | Algorithm::Hs384 | Algorithm::Hs512 => KeyForm::Symmetric,
        Algorithm::Es384 => KeyForm::P384,
        Algorithm::Es512 => KeyForm::P521,
        Algorithm::Es256k => KeyForm::Secp256k1,
        Algorithm::EdDsa | Algorithm::Ed25519 => KeyForm::Ed25519,
        Algorithm::Rs256
        | Algorithm::Rs384
        | Algorithm::Rs512
        | Algorithm::Ps256
        | Algorithm::Ps384
        | Algorithm::Ps512 => KeyForm::Rsa,
        _ => KeyForm::P256,
    }
}

/// Refuses a kind of key that is not for the algorithm.
pub(crate) fn check_form(found: KeyForm, algorithm: Algorithm) -> Result<(), KeyError> {
    let needed = form_for(algorithm);
    if found == needed { Ok(()) } else { Err(KeyError::WrongForm { found, needed }) }
}
