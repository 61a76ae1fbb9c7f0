//! Keys whose type tells their algorithm, for every algorithm: what `Minter::mint` and
//! `UnverifiedToken::verify` of the core take.

use std::fmt;
use std::marker::PhantomData;

use jwt_core::{
    Algorithm, Ed25519, EdDsa, Es256, Es256k, Es384, Es512, Hs256, Hs384, Hs512, InvalidSignature,
    JwsAlgorithm, Ps256, Ps384, Ps512, Rs256, Rs384, Rs512, RsaSignature, SigningFailed,
};

use crate::key::{MAX_SIGNATURE_LEN, SHORT_SIGNATURE_LEN};
use crate::{Error, PrivateKey, PublicKey, SigningKey, VerifyingKey};

/// A marker of the core that there are keys for here: all of them. It cannot be implemented elsewhere,
/// since [`JwsAlgorithm`] cannot.
pub trait KeyAlgorithm: JwsAlgorithm {
    #[doc(hidden)]
    fn signature(bytes: &[u8]) -> Option<Self::Signature>;
}

macro_rules! key_algorithms {
    ($($marker:ident)*; $($rsa:ident)*) => {
        $(impl KeyAlgorithm for $marker {
            fn signature(bytes: &[u8]) -> Option<Self::Signature> {
                bytes.try_into().ok()
            }
        })*
        $(impl KeyAlgorithm for $rsa {
            fn signature(bytes: &[u8]) -> Option<Self::Signature> {
                RsaSignature::new(bytes)
            }
        })*
    };
}

key_algorithms! {
    Hs256 Hs384 Hs512 Es256 Es384 Es512 Es256k EdDsa Ed25519;
    Rs256 Rs384 Rs512 Ps256 Ps384 Ps512
}

/// A key that mints for the algorithm `A`. Cheap to clone and to share between threads.
///
/// ```
/// use jwt_std::jwt_core::{Es384, Minter};
/// use jwt_std::{Algorithm, PrivateKey, SigningKeyOf};
///
/// let key = PrivateKey::generate(Algorithm::Es384)?;
/// let key = SigningKeyOf::<Es384>::try_from(&key)?;
/// let mut buf = [0; 256];
/// let token = Minter::new().mint(&mut buf, &key, &())?;
/// # let _ = token;
/// # Ok::<(), jwt_std::Error>(())
/// ```
pub struct SigningKeyOf<A> {
    key: SigningKey,
    algorithm: PhantomData<fn() -> A>,
}

/// A key that verifies for the algorithm `A`. Cheap to clone and to share between threads.
pub struct VerifyingKeyOf<A> {
    key: VerifyingKey,
    algorithm: PhantomData<fn() -> A>,
}

impl<A: KeyAlgorithm> TryFrom<SigningKey> for SigningKeyOf<A> {
    type Error = Error;

    /// [`Error::AlgorithmNotAllowed`] where the key is for another algorithm.
    fn try_from(key: SigningKey) -> Result<Self, Error> {
        match key.algorithm() == A::ALGORITHM {
            true => Ok(Self { key, algorithm: PhantomData }),
            false => Err(Error::AlgorithmNotAllowed),
        }
    }
}

impl<A: KeyAlgorithm> TryFrom<VerifyingKey> for VerifyingKeyOf<A> {
    type Error = Error;

    /// [`Error::AlgorithmNotAllowed`] where the key is for another algorithm.
    fn try_from(key: VerifyingKey) -> Result<Self, Error> {
        match jwt_core::VerifyingKey::algorithm(&key) == A::ALGORITHM {
            true => Ok(Self { key, algorithm: PhantomData }),
            false => Err(Error::AlgorithmNotAllowed),
        }
    }
}

impl<A: KeyAlgorithm> TryFrom<&PrivateKey> for SigningKeyOf<A> {
    type Error = Error;

    /// The key with the default backend.
    fn try_from(key: &PrivateKey) -> Result<Self, Error> {
        key.signing_key()?.try_into()
    }
}

impl<A: KeyAlgorithm> TryFrom<&PublicKey> for VerifyingKeyOf<A> {
    type Error = Error;

    /// The key with the default backend.
    fn try_from(key: &PublicKey) -> Result<Self, Error> {
        key.verifying_key()?.try_into()
    }
}

impl<A: KeyAlgorithm> jwt_core::SigningKey for SigningKeyOf<A> {
    type Algorithm = A;

    fn signature_len(&self) -> usize {
        self.key.signature_len()
    }

    fn sign(&self, signing_input: &[u8]) -> Result<A::Signature, SigningFailed> {
        let signature = if self.key.is_short() {
            A::signature(self.key.sign(signing_input, &mut [0; SHORT_SIGNATURE_LEN])?)
        } else {
            A::signature(self.key.sign(signing_input, &mut [0; MAX_SIGNATURE_LEN])?)
        };
        signature.ok_or(SigningFailed)
    }
}

impl<A: KeyAlgorithm> jwt_core::VerifyingKey for VerifyingKeyOf<A> {
    fn algorithm(&self) -> Algorithm {
        A::ALGORITHM
    }

    fn signature_len(&self) -> usize {
        jwt_core::VerifyingKey::signature_len(&self.key)
    }

    fn verify(&self, signing_input: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        jwt_core::VerifyingKey::verify(&self.key, signing_input, signature)
    }
}

impl<A> Clone for SigningKeyOf<A> {
    fn clone(&self) -> Self {
        Self { key: self.key.clone(), algorithm: PhantomData }
    }
}

impl<A> Clone for VerifyingKeyOf<A> {
    fn clone(&self) -> Self {
        Self { key: self.key.clone(), algorithm: PhantomData }
    }
}

impl<A> fmt::Debug for SigningKeyOf<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.key.fmt(f)
    }
}

impl<A> fmt::Debug for VerifyingKeyOf<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.key.fmt(f)
    }
}
