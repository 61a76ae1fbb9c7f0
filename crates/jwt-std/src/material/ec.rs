//! Keys on the four curves: P-256, P-384, P-521 (RFC 7518 section 6.2) and secp256k1 (RFC 8812).

use jwt_core::error::KeyForm;
use jwt_core::{Algorithm, KeyError};
use p256::elliptic_curve::sec1::ToSec1Point as _;
use spki::ObjectIdentifier;
use zeroize::Zeroizing;

/// A curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Curve {
    P256,
    P384,
    P521,
    Secp256k1,
}

/// Does the same with the package of each curve.
macro_rules! on_curve {
    ($curve:expr, $package:ident => $body:expr) => {
        match $curve {
            Curve::P256 => {
                use p256 as $package;
                $body
            }
            Curve::P384 => {
                use p384 as $package;
                $body
            }
            Curve::P521 => {
                use p521 as $package;
                $body
            }
            Curve::Secp256k1 => {
                use k256 as $package;
                $body
            }
        }
    };
}

impl Curve {
    pub(crate) const ALL: [Self; 4] = [Self::P256, Self::P384, Self::P521, Self::Secp256k1];

    pub(crate) const fn form(self) -> KeyForm {
        match self {
            Self::P256 => KeyForm::P256,
            Self::P384 => KeyForm::P384,
            Self::P521 => KeyForm::P521,
            Self::Secp256k1 => KeyForm::Secp256k1,
        }
    }

    pub(crate) const fn algorithm(self) -> Algorithm {
        match self {
            Self::P256 => Algorithm::Es256,
            Self::P384 => Algorithm::Es384,
            Self::P521 => Algorithm::Es512,
            Self::Secp256k1 => Algorithm::Es256k,
        }
    }

    pub(crate) fn of_form(form: KeyForm) -> Option<Self> {
        Self::ALL.into_iter().find(|curve| curve.form() == form)
    }

    pub(crate) fn of_algorithm(algorithm: Algorithm) -> Option<Self> {
        Self::ALL.into_iter().find(|curve| curve.algorithm() == algorithm)
    }

    pub(crate) fn of_oid(oid: &ObjectIdentifier) -> Option<Self> {
        Self::ALL.into_iter().find(|curve| curve.oid() == *oid)
    }

    /// The `crv` of a JWK.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::P521 => "P-521",
            Self::Secp256k1 => "secp256k1",
        }
    }

    /// SEC 2 section A.2 and RFC 5480 section 2.1.1.1.
    pub(crate) const fn oid(self) -> ObjectIdentifier {
        ObjectIdentifier::new_unwrap(match self {
            Self::P256 => "1.2.840.10045.3.1.7",
            Self::P384 => "1.3.132.0.34",
            Self::P521 => "1.3.132.0.35",
            Self::Secp256k1 => "1.3.132.0.10",
        })
    }

    /// Bytes of a coordinate, and of a scalar.
    pub(crate) const fn len(self) -> usize {
        match self {
            Self::P256 | Self::Secp256k1 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }
}

/// A point that is on its curve and is not the identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EcPublic {
    curve: Curve,
    /// Uncompressed, as in SEC 1 section 2.3.3.
    point: Vec<u8>,
}

impl EcPublic {
    /// Takes in a point in SEC1 form, compressed or not.
    pub(crate) fn from_sec1(curve: Curve, point: &[u8]) -> Result<Self, KeyError> {
        // RFC 5480 section 2.2: "0x04", "0x02 or 0x03", and no other form. The packages take another one.
        if !matches!(point.first(), Some(2..=4)) {
            return Err(KeyError::InvalidPublicKey);
        }
        let point = on_curve!(curve, package => {
            let key = package::PublicKey::from_sec1_bytes(point);
            key.map_err(|_| KeyError::InvalidPublicKey)?.to_sec1_point(false).as_bytes().to_vec()
        });
        Ok(Self { curve, point })
    }

    pub(crate) const fn curve(&self) -> Curve {
        self.curve
    }

    /// The point in uncompressed SEC1 form.
    pub(crate) fn sec1(&self) -> &[u8] {
        &self.point
    }

    /// Both coordinates, each of full size.
    pub(crate) fn coordinates(&self) -> (&[u8], &[u8]) {
        let xy = self.point.get(1..).unwrap_or_default();
        xy.split_at_checked(self.curve.len()).unwrap_or_default()
    }
}

/// A scalar in 1..n with its point.
#[derive(Clone)]
pub(crate) struct EcPrivate {
    public: EcPublic,
    scalar: Zeroizing<Vec<u8>>,
}

impl EcPrivate {
    /// Takes in a scalar of full length. Costs a multiplication on the curve.
    pub(crate) fn new(curve: Curve, scalar: Zeroizing<Vec<u8>>) -> Result<Self, KeyError> {
        if scalar.len() != curve.len() {
            return Err(KeyError::InvalidPrivateKey);
        }
        let point = on_curve!(curve, package => {
            let key = package::SecretKey::from_slice(&scalar);
            let key = key.map_err(|_| KeyError::InvalidPrivateKey)?;
            key.public_key().to_sec1_point(false).as_bytes().to_vec()
        });
        Ok(Self { public: EcPublic { curve, point }, scalar })
    }

    pub(crate) const fn public(&self) -> &EcPublic {
        &self.public
    }

    pub(crate) fn scalar(&self) -> &[u8] {
        &self.scalar
    }
}
