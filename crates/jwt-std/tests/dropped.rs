//! Keys that are dropped leave no secret behind: the memory of this process is read and searched.
//!
//! Where a key stood is read for keys that are kept in place, and everything but the stack for those whose
//! parts are on the heap. Stacks are left out: what a compiler leaves there is not promised. A search copies
//! memory to the stack of its own thread, which the search of another would find: they take turns.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)] // a test may panic

mod common;

use std::fs::{self, File};
use std::io::BufRead as _;
use std::mem::size_of;
use std::os::unix::fs::FileExt as _;
use std::sync::{Mutex, PoisonError};

use common::{backends, signs};
use jwt_core::json::Object;
use jwt_core::{Es256SigningKey, HmacKey, base64url};
use jwt_std::Algorithm::{Ed25519, Es256, Es256k, Es384, Es512, Hs256, Rs256};
use jwt_std::{KeyFile, Minter, PrivateKey, mint};
use p256_mint::MintKey;
use serde_json::json;
use zeroize::Zeroizing;

const SECRET: [u8; 32] = *b"\x13\xa9kD\xf2zQ\x07\xc4n\x9b\x1f\xe8\x35\x62\xd1\xb0O\x8c&w\xeaX\x99\x0e\xdd4\x71\xa5\x1c\xbf\x26";

/// What is searched for, masked, so that it is not itself what is found.
struct Needle(Vec<u8>);

impl Needle {
    const MASK: u8 = 0x5a;

    fn new(secret: &[u8]) -> Self {
        Self(secret.iter().map(|byte| byte ^ Self::MASK).collect())
    }

    /// Whether it, or its bytes in the other order, are in `memory`.
    fn is_in(&self, memory: &[u8]) -> bool {
        self.is_forward_in(memory, self.0.iter()) || self.is_forward_in(memory, self.0.iter().rev())
    }

    fn is_forward_in<'a>(
        &self,
        memory: &[u8],
        mut masked: impl Iterator<Item = &'a u8> + Clone,
    ) -> bool {
        let Some(first) = masked.next() else { return false };
        let mut rest = memory;
        // Finds the first byte as fast as the C library does.
        while rest.skip_until(first ^ Self::MASK).unwrap() > 0 {
            let here = rest.iter().map(|byte| byte ^ Self::MASK);
            if rest.len() >= self.0.len() - 1
                && masked.clone().copied().eq(here.take(self.0.len() - 1))
            {
                return true;
            }
        }
        false
    }

    /// Whether it is anywhere in the memory that this process can write to, its stacks aside.
    fn is_in_memory(&self) -> bool {
        let memory = File::open("/proc/self/mem").unwrap();
        // On the stack, where nothing is searched.
        let mut buf = [0; 65_536];
        let here = buf.as_ptr().addr();
        let overlap = self.0.len();
        for line in fs::read_to_string("/proc/self/maps").unwrap().lines() {
            let (range, rest) = line.split_once(' ').unwrap();
            let (start, end) = range.split_once('-').unwrap();
            let number = |digits| usize::from_str_radix(digits, 16).unwrap();
            let (mut start, end) = (number(start), number(end));
            if !rest.starts_with("rw") || (start..end).contains(&here) || rest.ends_with("[stack]")
            {
                continue;
            }
            while start < end {
                let len = buf.len().min(end - start);
                let Ok(read) = memory.read_at(&mut buf[..len], u64::try_from(start).unwrap())
                else {
                    break;
                };
                if self.is_in(&buf[..read]) {
                    return true;
                }
                start += read.saturating_sub(overlap).max(1);
                if read < len || end - start <= overlap {
                    break;
                }
            }
        }
        false
    }
}

/// Held by a test for as long as it has keys and searches for them.
static TURN: Mutex<()> = Mutex::new(());

fn bytes_at(address: usize, len: usize) -> Vec<u8> {
    let mut bytes = vec![0; len];
    File::open("/proc/self/mem")
        .unwrap()
        .read_exact_at(&mut bytes, u64::try_from(address).unwrap())
        .unwrap();
    bytes
}

/// Makes a key in a place, drops it there, and compares what stood there with what stands there.
fn leaves_nothing<T>(name: &str, key: T) {
    let mut place = vec![key];
    let at = place.as_ptr().addr();
    let before = bytes_at(at, size_of::<T>());
    // Drops without writing anything of its own.
    place.clear();
    let after = bytes_at(at, size_of::<T>());
    let is_secret = |window: &&[u8]| window.iter().filter(|byte| **byte != 0).count() > 6;
    let secrets: Vec<_> = before.windows(8).filter(is_secret).collect();
    assert!(secrets.len() >= 16, "{name}: there was a secret");
    let left = secrets.iter().filter(|secret| after.windows(8).any(|window| window == **secret));
    assert_eq!(left.count(), 0, "{name}");
}

#[test]
fn keys_are_wiped_where_they_stood() {
    leaves_nothing("HS256", HmacKey::<jwt_core::Hs256>::new(&SECRET).unwrap());
    leaves_nothing("HS384", HmacKey::<jwt_core::Hs384>::new(&[SECRET; 2].concat()).unwrap());
    leaves_nothing("HS512", HmacKey::<jwt_core::Hs512>::new(&[SECRET; 2].concat()).unwrap());
    leaves_nothing("ES256", Es256SigningKey::from_bytes(&SECRET).unwrap());
    leaves_nothing("p256-mint", MintKey::from_bytes(&SECRET).unwrap());
}

#[test]
fn a_key_that_is_not_wiped_is_seen() {
    let left = std::panic::catch_unwind(|| leaves_nothing("an array", SECRET));
    assert!(left.is_err());
}

/// Imports a key, signs with each backend, drops everything, and searches.
fn leaves_nothing_in_memory(name: &str, needle: &Needle, import: impl Fn() -> PrivateKey) {
    for backend in backends() {
        let key = import();
        if !signs(backend, key.algorithm()) {
            continue;
        }
        let signing = key.signing_key_with(backend).unwrap();
        mint(&Minter::new(), &signing, &json!({"iss": "a"})).unwrap();
        assert!(needle.is_in_memory(), "{name}: what is not seen while it is there proves nothing");
        drop((key, signing));
        assert!(!needle.is_in_memory(), "{name} by {backend:?}");
    }
}

/// The secret that a member of a JWK holds.
fn secret_of(jwk: &str, member: &str) -> Needle {
    let object = Object::parse(jwk.as_bytes()).unwrap();
    let text = object.find(member).and_then(|value| value.as_text()?.as_str()).unwrap();
    let mut secret = Zeroizing::new(vec![0; text.len()]);
    Needle::new(base64url::decode(text.as_bytes(), &mut secret).unwrap())
}

#[test]
fn keys_leave_nothing_in_memory_whatever_they_were_read_from() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    for algorithm in [Hs256, Es256, Es384, Es512, Es256k, Ed25519] {
        let (jwk, pem) = {
            let key = PrivateKey::generate(algorithm).unwrap();
            (key.to_jwk(), key.to_pem().ok())
        };
        let needle = secret_of(&jwk, if algorithm == Hs256 { "k" } else { "d" });
        leaves_nothing_in_memory(&format!("{algorithm} JWK"), &needle, || {
            PrivateKey::from_jwk(jwk.as_bytes(), Some(algorithm)).unwrap()
        });
        // The curve is of no matter to the other containers.
        let Some(pem) = pem.filter(|_| algorithm == Es256) else { continue };
        leaves_nothing_in_memory("file", &needle, || {
            let file = KeyFile::parse(Zeroizing::new(jwk.as_bytes().to_vec())).unwrap();
            file.private_key(None, Some(algorithm)).unwrap()
        });
        leaves_nothing_in_memory("PEM", &needle, || {
            PrivateKey::from_pem(pem.as_bytes(), Some(algorithm)).unwrap()
        });
    }
}

#[test]
fn an_rsa_key_leaves_no_prime_in_memory() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let pem = include_bytes!("keys/rsa.pkcs8.pem");
    let import = || PrivateKey::from_pem(pem, Some(Rs256)).unwrap();
    let needle = secret_of(&import().to_jwk(), "p");
    leaves_nothing_in_memory("RS256 PEM", &needle, import);
}

#[test]
fn text_that_is_refused_halfway_leaves_nothing_either() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let key = PrivateKey::generate(Es256).unwrap();
    let (jwk, pem) = (key.to_jwk(), key.to_pem().unwrap());
    drop(key);
    let needle = secret_of(&jwk, "d");
    // A character that is not base64 near the end; and a public part that is another key's.
    let mut broken = Zeroizing::new(pem.as_bytes().to_vec());
    let place = broken.len() - 40;
    broken[place] = b'!';
    assert!(PrivateKey::from_pem(&broken, None).is_err());
    assert!(!needle.is_in_memory(), "PEM");
    let x = Object::parse(jwk.as_bytes()).unwrap().find("x").unwrap().as_text().unwrap();
    let other = jwk.replace(x.as_str().unwrap(), &"A".repeat(43));
    assert!(PrivateKey::from_jwk(other.as_bytes(), None).is_err());
    assert!(!needle.is_in_memory(), "JWK");
}
