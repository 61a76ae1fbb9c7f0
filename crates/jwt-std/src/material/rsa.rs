//! RSA keys of two primes (RFC 8017 section 3, RFC 7518 section 6.3).

use jwt_core::KeyError;
use rsa::BoxedUint;
use rsa::traits::{PrivateKeyParts as _, PublicKeyParts as _};
use zeroize::Zeroizing;

/// Bits of a modulus. RFC 7518 section 3.3: "A key of size 2048 bits or larger MUST be used".
const BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// Bits of a public exponent at most, as both backends have it.
const EXPONENT_BITS: usize = 33;

/// A public key: an odd modulus of 2048 to 8192 bits that is not known to be factored, and an odd exponent
/// from 3 to 33 bits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RsaPublic {
    n: Vec<u8>,
    e: Vec<u8>,
}

impl RsaPublic {
    /// Takes in numbers, big endian.
    pub(crate) fn new(n: &[u8], e: &[u8]) -> Result<Self, KeyError> {
        let (n, e) = (trim(n), trim(e));
        let bits = bits(n);
        if !BITS.contains(&bits) || !is_odd(n) {
            return Err(KeyError::RsaModulus { bits });
        }
        if !is_odd(e) || e == [1] || self::bits(e) > EXPONENT_BITS {
            return Err(KeyError::RsaExponent);
        }
        if is_factorable(n) {
            return Err(KeyError::RsaFactorable);
        }
        Ok(Self { n: n.to_vec(), e: e.to_vec() })
    }

    pub(crate) fn n(&self) -> &[u8] {
        &self.n
    }

    pub(crate) fn e(&self) -> &[u8] {
        &self.e
    }

    /// Bytes of the modulus, and so of a signature.
    pub(crate) const fn len(&self) -> usize {
        self.n.len()
    }
}

/// A private key with all that RFC 8017 section 3.2 gives it.
#[derive(Clone)]
pub(crate) struct RsaPrivate {
    public: RsaPublic,
    pub(crate) d: Zeroizing<Vec<u8>>,
    pub(crate) p: Zeroizing<Vec<u8>>,
    pub(crate) q: Zeroizing<Vec<u8>>,
    pub(crate) dp: Zeroizing<Vec<u8>>,
    pub(crate) dq: Zeroizing<Vec<u8>>,
    pub(crate) qi: Zeroizing<Vec<u8>>,
}

/// The primes and what is derived from them, as a file states them.
pub(crate) struct Factors<'a> {
    pub(crate) p: &'a [u8],
    pub(crate) q: &'a [u8],
    pub(crate) dp: &'a [u8],
    pub(crate) dq: &'a [u8],
    pub(crate) qi: &'a [u8],
}

impl RsaPrivate {
    /// Takes in a key whose parts have to belong together. Without factors, they are found from `d`.
    pub(crate) fn new(
        public: RsaPublic,
        d: &[u8],
        factors: Option<Factors<'_>>,
    ) -> Result<Self, KeyError> {
        // Longer than the modulus, it is no part of the key; that also bounds the arithmetic.
        let fits = |part: &&[u8]| trim(part).len() <= public.len();
        let stated = factors.iter().flat_map(|it| [it.p, it.q, it.dp, it.dq, it.qi]);
        if !stated.chain([d]).all(|part| fits(&part)) || trim(d).is_empty() {
            return Err(KeyError::InvalidPrivateKey);
        }
        let number = |bytes: &[u8]| BoxedUint::from_be_slice_vartime(trim(bytes));
        // BoxedUint of the `rsa` package is wiped by the key that takes it in.
        let primes = match &factors {
            Some(it) if is_odd(trim(it.p)) && is_odd(trim(it.q)) => {
                vec![number(it.p), number(it.q)]
            }
            Some(_) => return Err(KeyError::InvalidPrivateKey),
            None => Vec::new(),
        };
        let key = rsa::PrivateKey::from_components(
            number(public.n()),
            number(public.e()),
            number(d),
            primes,
        )
        .map_err(|_| KeyError::KeyMismatch)?;
        let part = |number: Option<&BoxedUint>| {
            let bytes = number.map(BoxedUint::to_be_bytes_trimmed_vartime);
            bytes.map(|bytes| Zeroizing::new(Vec::from(bytes))).ok_or(KeyError::InvalidPrivateKey)
        };
        let prime = |at: usize| part(key.primes().get(at).map(|prime| prime.as_ref()));
        let private = Self {
            d: Zeroizing::new(trim(d).to_vec()),
            p: prime(0)?,
            q: prime(1)?,
            dp: part(key.dp())?,
            dq: part(key.dq())?,
            qi: part(key.crt_coefficient().as_ref())?,
            public,
        };
        if key.primes().len() != 2 || key.size() != private.public.len() {
            return Err(KeyError::InvalidPrivateKey);
        }
        match factors {
            Some(it) if !private.states(&it) => Err(KeyError::KeyMismatch),
            _ => Ok(private),
        }
    }

    /// Whether what a file states is what was computed.
    fn states(&self, it: &Factors<'_>) -> bool {
        let same = |stated: &[u8], computed: &[u8]| trim(stated) == computed;
        same(it.p, &self.p)
            && same(it.q, &self.q)
            && same(it.dp, &self.dp)
            && same(it.dq, &self.dq)
            && same(it.qi, &self.qi)
    }

    pub(crate) const fn public(&self) -> &RsaPublic {
        &self.public
    }
}

/// Whether the primes are those of an Infineon chip (CVE-2017-15361): powers of 65537 modulo the product of
/// the primes up to 701, to which a multiple of the product is added. Then the modulus is a power of 65537
/// modulo each of them. Of other moduli one in 2^167 is, and most are told by the first few primes.
fn is_factorable(n: &[u8]) -> bool {
    const LARGEST: u32 = 701;
    let rest = |number: u32, p: u32| number.checked_rem(p).unwrap_or_default();
    let is_prime = |p: &u32| (2..*p).take_while(|d| *d < 27).all(|d| rest(*p, d) != 0);
    (3..=LARGEST).filter(is_prime).all(|p| {
        let residue = n.iter().fold(0, |r: u32, byte| rest(r << 8 | u32::from(*byte), p));
        let next = |power: &u32| Some(rest(power.wrapping_mul(65537), p));
        std::iter::successors(Some(1), next).take(701).any(|power| power == residue)
    })
}

/// A number without leading zeros.
fn trim(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    number.get(zeros..).unwrap_or_default()
}

fn is_odd(number: &[u8]) -> bool {
    number.last().is_some_and(|byte| byte & 1 == 1)
}

/// Bits of a number without leading zeros.
fn bits(number: &[u8]) -> usize {
    let unused = number.first().map_or(0, |byte| byte.leading_zeros());
    let unused = usize::try_from(unused).unwrap_or_default();
    number.len().saturating_mul(8).saturating_sub(unused)
}
