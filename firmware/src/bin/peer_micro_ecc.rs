//! Mints the same token with a signature by micro-ecc, to compare with.
#![no_std]
#![no_main]

use core::ffi::{c_int, c_uint, c_void};

use jwt_firmware::call::{claims, minter, now, report};
use jwt_firmware::foreign::Foreign;
use jwt_firmware::host::Input;
use jwt_firmware::image;

image!(run);

unsafe extern "C" {
    safe fn uECC_secp256r1() -> *const c_void;
    safe fn uECC_set_rng(rng: extern "C" fn(*mut u8, c_uint) -> c_int);
    fn uECC_sign(
        private_key: *const u8,
        hash: *const u8,
        hash_size: c_uint,
        signature: *mut u8,
        curve: *const c_void,
    ) -> c_int;
}

fn run(input: &mut Input<'_>) -> Option<()> {
    let secret = input.bytes::<32>()?;
    let now = now(input)?;
    report(
        || Some(Foreign::new(secret, sign)),
        |key, buf| Some(minter().mint(buf, key, &claims(now)).ok()?.as_str().len()),
    )
}

/// What the library is given for a random number, in its order: the lowest byte first.
static mut NONCE: [u8; 32] = [0; 32];

extern "C" fn random(to: *mut u8, len: c_uint) -> c_int {
    if len > 32 {
        return 0;
    }
    // SAFETY: the library asks for as many bytes as it has room for; there is one thread.
    unsafe { core::ptr::copy_nonoverlapping((&raw const NONCE).cast(), to, len as usize) };
    1
}

fn sign(secret: &[u8; 32], digest: &[u8; 32], nonce: &[u8; 32]) -> Option<[u8; 64]> {
    let mut nonce = *nonce;
    nonce.reverse();
    // SAFETY: there is one thread, and the library is not running.
    unsafe { NONCE = nonce };
    uECC_set_rng(random);
    let mut signature = [0; 64];
    // SAFETY: the lengths are those that the library's header names.
    let done = unsafe {
        uECC_sign(secret.as_ptr(), digest.as_ptr(), 32, signature.as_mut_ptr(), uECC_secp256r1())
    };
    (done == 1).then_some(signature)
}
