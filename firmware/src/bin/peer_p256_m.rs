//! Mints the same token with a signature by p256-m, to compare with.
#![no_std]
#![no_main]

use core::ffi::c_int;

use jwt_firmware::call::{claims, minter, now, report};
use jwt_firmware::foreign::Foreign;
use jwt_firmware::host::Input;
use jwt_firmware::image;

image!(run);

unsafe extern "C" {
    fn p256_ecdsa_sign(
        signature: *mut u8,
        private_key: *const u8,
        hash: *const u8,
        hash_size: usize,
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

/// What the library is given for a random number.
static mut NONCE: [u8; 32] = [0; 32];

// What the library takes from the one that it is part of.

#[unsafe(no_mangle)]
extern "C" fn psa_generate_random(to: *mut u8, len: usize) -> c_int {
    if len > 32 {
        return -1;
    }
    // SAFETY: the library asks for as many bytes as it has room for; there is one thread.
    unsafe { core::ptr::copy_nonoverlapping((&raw const NONCE).cast(), to, len) };
    0
}

#[unsafe(no_mangle)]
extern "C" fn mbedtls_platform_zeroize(at: *mut u8, len: usize) {
    for offset in 0..len {
        // SAFETY: the library names memory of its own.
        unsafe { at.add(offset).write_volatile(0) };
    }
}

fn sign(secret: &[u8; 32], digest: &[u8; 32], nonce: &[u8; 32]) -> Option<[u8; 64]> {
    // SAFETY: there is one thread, and the library is not running.
    unsafe { NONCE = *nonce };
    let mut signature = [0; 64];
    // SAFETY: the lengths are those that the library's header names.
    let error = unsafe {
        p256_ecdsa_sign(signature.as_mut_ptr(), secret.as_ptr(), digest.as_ptr(), digest.len())
    };
    (error == 0).then_some(signature)
}
