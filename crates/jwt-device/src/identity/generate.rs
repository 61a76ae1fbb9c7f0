//! A software key, made on the device that uses it.

use core::fmt;

use jwt_core::Es256SigningKey;
use rand_core::TryCryptoRng;
use zeroize::Zeroizing;

/// Makes a private key for ES256.
///
/// The scalar is drawn by rejection (FIPS 186-5 section A.2.2), so that all of 1..n are equally likely.
///
/// ```
/// # use rand_core::{Infallible, TryCryptoRng, TryRng};
/// # struct Generator(u8);
/// # impl TryCryptoRng for Generator {}
/// # impl TryRng for Generator {
/// #     type Error = Infallible;
/// #     fn try_next_u32(&mut self) -> Result<u32, Infallible> { unreachable!() }
/// #     fn try_next_u64(&mut self) -> Result<u64, Infallible> { unreachable!() }
/// #     fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), Infallible> {
/// #         Ok(to.iter_mut().for_each(|to| { self.0 += 1; *to = self.0 }))
/// #     }
/// # }
/// # let mut generator = Generator(0);
/// use jwt_device::identity::{self, PublicPoint};
///
/// let key = identity::generate(&mut generator)?; // a `TryCryptoRng` of your chip
/// let secret = jwt_core::danger::secret_bytes(&key); // to be stored where only the firmware reads
/// let public = PublicPoint::from(&key.verifying_key()); // to be given away
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`GenerateError`].
///
/// # Security
/// The key is as good as the generator. One that hangs, and gives the same 32 bytes twice in a row, is
/// noticed; one that is merely predictable is not.
pub fn generate<R: TryCryptoRng + ?Sized>(
    generator: &mut R,
) -> Result<Es256SigningKey, GenerateError<R::Error>> {
    let (mut before, mut bytes) = (Zeroizing::new([0; 32]), Zeroizing::new([0; 32]));
    generator.try_fill_bytes(&mut *before).map_err(GenerateError::Generator)?;
    for _ in 0..ATTEMPTS {
        generator.try_fill_bytes(&mut *bytes).map_err(GenerateError::Generator)?;
        if bytes == before {
            break;
        }
        if let Ok(key) = Es256SigningKey::from_bytes(&bytes) {
            return Ok(key);
        }
        *before = *bytes;
    }
    Err(GenerateError::Stuck)
}

/// Attempts at a number in 1..n. One fails with a probability of 2^-32.
const ATTEMPTS: u32 = 8;

/// Why no key was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt-1", derive(defmt::Format))]
#[non_exhaustive]
pub enum GenerateError<E> {
    /// The generator failed, and says why.
    Generator(E),
    /// The generator gives the same bytes again, or none that make a key: it is broken.
    Stuck,
}

impl<E: fmt::Display> fmt::Display for GenerateError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Generator(error) => write!(f, "the random generator failed: {error}"),
            Self::Stuck => f.write_str("the random generator is stuck"),
        }
    }
}

impl<E: core::error::Error> core::error::Error for GenerateError<E> {}
