//! A bounded memory of good signatures, for whoever sees the same token many times.
//!
//! It remembers that a signature was good and nothing else: the header is read, the key is looked for,
//! and the claims are validated anew for each token. It knows no claims and no clock.
//!
//! A signature is remembered under a SHA-256 over a random secret of the cache, a number that each key
//! gets when it meets the cache, the signature, and the signing input: the whole token and its key. So
//! another token or another key never hits, nobody can aim at a place in the cache, and the memory holds
//! no token. The number is never given twice: a key that was removed takes what was remembered under
//! it along, and the same key loaded again begins anew.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jwt_core::InvalidSignature;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::Error;
use crate::backend::Verify;

/// Signatures that compete for a place.
const WAYS: usize = 8;

type Digest = [u8; 32];

/// Remembers which signatures were good. Cheap to clone and to share between threads.
///
/// ```
/// use jwt_std::{Algorithm, Policy, PrivateKey, SignatureCache, now, verify};
/// # use jwt_std::{Minter, RegisteredClaims, mint_members};
///
/// # let private = PrivateKey::generate(Algorithm::Es256)?;
/// # let claims = RegisteredClaims {
/// #     issuer: Some("me"),
/// #     audience: Some("you".into()),
/// #     expiration_time: Some(now().saturating_add(60)),
/// #     ..RegisteredClaims::default()
/// # };
/// # let token = mint_members(&Minter::new(), &private.signing_key()?, &claims)?;
/// let cache = SignatureCache::new(4096)?;
/// let key = private.verifying_key()?.cached(&cache);
/// let policy = Policy::new("me", "you");
/// verify(&token, &key, &policy, now())?;
/// verify(&token, &key, &policy, now())?; // no elliptic curve this time, and all else as before
/// # Ok::<(), jwt_std::Error>(())
/// ```
///
/// # Bounds
/// All memory is taken when the cache is made, about 33 bytes for each signature. A hit allocates nothing.
/// Eight signatures share a place; a ninth drives out the one of them that was used the longest ago.
/// Which share a place nobody outside can tell.
///
/// # Threads
/// Each place has its own lock. It is held to compare eight digests, and never while a signature is
/// verified; two threads that meet the same new token may both verify it.
///
/// # Security
/// A signature that is not good is never remembered. A token that was revoked, or has expired, is as
/// good or bad with the cache as without it. HMAC is not cached: it costs what the cache does.
#[derive(Clone)]
pub struct SignatureCache {
    shared: Arc<Shared>,
}

struct Shared {
    secret: Zeroizing<[u8; 32]>,
    /// The number of the next key.
    keys: AtomicU64,
    /// As many as a power of two.
    sets: Box<[Mutex<Set>]>,
}

/// Signatures of one place, the one used last in front.
#[derive(Clone, Copy, Default)]
struct Set {
    digests: [Digest; WAYS],
    used: usize,
}

impl SignatureCache {
    /// Signatures that a cache remembers at most, however many are asked for: about 35 MB.
    pub const MAX_ENTRIES: usize = 1 << 20;

    /// A cache for this many signatures, rounded up to a power of two.
    ///
    /// # Errors
    /// [`Error::Entropy`].
    pub fn new(entries: usize) -> Result<Self, Error> {
        let mut secret = Zeroizing::new([0; 32]);
        getrandom::fill(secret.as_mut_slice()).map_err(|_| Error::Entropy)?;
        let sets = entries.clamp(WAYS, Self::MAX_ENTRIES).div_ceil(WAYS).next_power_of_two();
        let sets = (0..sets).map(|_| Mutex::new(Set::default())).collect();
        Ok(Self { shared: Arc::new(Shared { secret, keys: AtomicU64::new(0), sets }) })
    }

    /// Signatures that it has room for.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.shared.sets.len().saturating_mul(WAYS)
    }

    /// Bytes that it takes, whatever it remembers.
    #[must_use]
    pub fn memory(&self) -> usize {
        size_of::<Shared>().saturating_add(size_of_val(&*self.shared.sets))
    }

    /// Signatures that it remembers.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        let used = |set: &Mutex<Set>| set.lock().map_or(0, |set| set.used);
        self.shared.sets.iter().map(used).sum()
    }

    /// A key that asks the cache first.
    pub(crate) fn wrap(&self, key: Arc<dyn Verify>) -> Arc<dyn Verify> {
        let number = self.shared.keys.fetch_add(1, Ordering::Relaxed);
        // One block of SHA-256, hashed once for each key.
        let mut block = Zeroizing::new([0; 64]);
        let parts = self.shared.secret.iter().copied().chain(number.to_be_bytes());
        block.iter_mut().zip(parts).for_each(|(to, from)| *to = from);
        let prefix = Sha256::new_with_prefix(block.as_slice());
        Arc::new(Cached { key, prefix, shared: Arc::clone(&self.shared) })
    }
}

impl Shared {
    /// The place of a digest. Nothing panics under the lock, and a set is sound at any time.
    fn set(&self, digest: &Digest) -> Option<MutexGuard<'_, Set>> {
        let index = u64::from_be_bytes(*digest.first_chunk()?);
        let mask = u64::try_from(self.sets.len().checked_sub(1)?).ok()?;
        let set = self.sets.get(usize::try_from(index & mask).ok()?)?;
        Some(set.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Set {
    /// Whether the digest is here. It is then in front.
    ///
    /// Comparison needs no constant time: without the secret nobody can choose a digest, so how many of
    /// its bytes agree tells nothing.
    fn find(&mut self, digest: &Digest) -> bool {
        let used = self.digests.get_mut(..self.used).unwrap_or_default();
        let Some(at) = used.iter().position(|found| found == digest) else { return false };
        if let Some(front) = used.get_mut(..=at) {
            front.rotate_right(1);
        }
        true
    }

    /// Puts the digest in front; the last goes where there is no more room.
    fn insert(&mut self, digest: Digest) {
        if self.find(&digest) {
            return;
        }
        self.used = self.used.saturating_add(1).min(WAYS);
        self.digests.rotate_right(1);
        let [first, ..] = &mut self.digests;
        *first = digest;
    }
}

/// A key that asks the cache first.
struct Cached {
    key: Arc<dyn Verify>,
    /// Has taken in the secret of the cache and the number of the key.
    prefix: Sha256,
    shared: Arc<Shared>,
}

impl Cached {
    fn digest(&self, input: &[u8], signature: &[u8]) -> Digest {
        let mut hash = self.prefix.clone();
        // The length keeps the two apart.
        hash.update(signature.len().to_be_bytes());
        hash.update(signature);
        hash.update(input);
        hash.finalize().into()
    }
}

impl Verify for Cached {
    fn signature_len(&self) -> usize {
        self.key.signature_len()
    }

    fn verify(&self, input: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        let digest = self.digest(input, signature);
        if self.shared.set(&digest).is_some_and(|mut set| set.find(&digest)) {
            return Ok(());
        }
        self.key.verify(input, signature)?;
        if let Some(mut set) = self.shared.set(&digest) {
            set.insert(digest);
        }
        Ok(())
    }
}

impl fmt::Debug for SignatureCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignatureCache").field("capacity", &self.capacity()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;

    /// Takes the input itself for its signature, and counts how often it is asked.
    #[derive(Default)]
    struct Counting(AtomicUsize);

    impl Verify for Counting {
        fn signature_len(&self) -> usize {
            1
        }

        fn verify(&self, input: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
            self.0.fetch_add(1, Ordering::Relaxed);
            if input == signature { Ok(()) } else { Err(InvalidSignature) }
        }
    }

    impl Counting {
        fn asked(&self) -> usize {
            self.0.load(Ordering::Relaxed)
        }
    }

    fn cached(entries: usize) -> (SignatureCache, Arc<Counting>, Arc<dyn Verify>) {
        let (cache, key) = (SignatureCache::new(entries).unwrap(), Arc::new(Counting::default()));
        let wrapped = cache.wrap(key.clone());
        (cache, key, wrapped)
    }

    #[test]
    fn a_good_signature_is_verified_once() {
        let (_, key, cached) = cached(8);
        for _ in 0..5 {
            assert_eq!(cached.verify(b"a", b"a"), Ok(()));
        }
        assert_eq!(key.asked(), 1);
    }

    #[test]
    fn a_bad_signature_is_never_remembered() {
        let (_, key, cached) = cached(8);
        for _ in 0..5 {
            assert_eq!(cached.verify(b"a", b"b"), Err(InvalidSignature));
        }
        assert_eq!(key.asked(), 5);
    }

    #[test]
    fn no_other_split_of_the_same_bytes_hits() {
        struct All;
        impl Verify for All {
            fn signature_len(&self) -> usize {
                2
            }
            fn verify(&self, input: &[u8], _: &[u8]) -> Result<(), InvalidSignature> {
                if input == b"cd" { Ok(()) } else { Err(InvalidSignature) }
            }
        }
        let cached = SignatureCache::new(8).unwrap().wrap(Arc::new(All));
        assert_eq!(cached.verify(b"cd", b"ab"), Ok(()));
        assert_eq!(cached.verify(b"d", b"abc"), Err(InvalidSignature));
        assert_eq!(cached.verify(b"bcd", b"a"), Err(InvalidSignature));
        assert_eq!(cached.verify(b"", b"abcd"), Err(InvalidSignature));
    }

    #[test]
    fn keys_share_nothing_not_even_with_themselves() {
        let (cache, key, first) = cached(8);
        let second = cache.wrap(key.clone());
        for cached in [&first, &second, &first, &second] {
            assert_eq!(cached.verify(b"a", b"a"), Ok(()));
        }
        assert_eq!(key.asked(), 2);
    }

    #[test]
    fn the_signature_used_the_longest_ago_is_driven_out() {
        let (cache, key, cached) = cached(8);
        assert_eq!(cache.capacity(), 8);
        let all: [&[u8]; 9] = [b"0", b"1", b"2", b"3", b"4", b"5", b"6", b"7", b"8"];
        let verify = |input: &[u8]| {
            let before = key.asked();
            assert_eq!(cached.verify(input, input), Ok(()));
            key.asked() > before
        };
        for input in &all[..8] {
            assert!(verify(input));
        }
        assert!(!verify(all[0])); // in use again, so the oldest is now all[1]
        assert!(verify(all[8]));
        for input in [0, 2, 3, 4, 5, 6, 7, 8].map(|i| all[i]) {
            assert!(!verify(input), "{}", input.escape_ascii());
        }
        assert!(verify(all[1]));
    }

    #[test]
    fn memory_is_bounded_and_all_taken_at_the_beginning() {
        let (cache, key, cached) = cached(1000);
        assert_eq!(cache.capacity(), 1024);
        let memory = cache.memory();
        assert!(memory < 1024 * 35 + 200, "{memory}");
        for i in 0..10_000_u32 {
            assert_eq!(cached.verify(&i.to_be_bytes(), &i.to_be_bytes()), Ok(()));
        }
        assert_eq!(cache.memory(), memory);
        let before = key.asked();
        for i in 0..10_000_u32 {
            assert_eq!(cached.verify(&i.to_be_bytes(), &i.to_be_bytes()), Ok(()));
        }
        // What has been driven out is verified again; no more than fit are remembered.
        assert!(key.asked() - before >= 10_000 - 1024);
        let huge = SignatureCache::new(usize::MAX).unwrap();
        assert_eq!(huge.capacity(), SignatureCache::MAX_ENTRIES);
        assert_eq!(SignatureCache::new(0).unwrap().capacity(), WAYS);
    }

    #[test]
    fn many_threads_agree() {
        let (_, key, cached) = cached(64);
        std::thread::scope(|scope| {
            for thread in 0..8_u32 {
                let cached = &cached;
                scope.spawn(move || {
                    for i in 0..5_000_u32 {
                        let input = (i.wrapping_mul(31).wrapping_add(thread) % 100).to_be_bytes();
                        assert_eq!(cached.verify(&input, &input), Ok(()));
                        assert_eq!(cached.verify(&input, b"bad"), Err(InvalidSignature));
                    }
                });
            }
        });
        assert!(key.asked() >= 40_100);
    }

    #[test]
    fn debug_shows_no_secret() {
        let (cache, ..) = cached(8);
        assert_eq!(format!("{cache:?}"), "SignatureCache { capacity: 8, .. }");
    }
}
