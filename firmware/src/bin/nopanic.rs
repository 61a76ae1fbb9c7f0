//! jwt-core has no panic path: this image links only if that is true. Its panic handler calls a function
//! that nobody defines, so a panic that survives the optimizer is an error of the linker.
//!
//! It mints and verifies HS256, and drafts ES256 for an external signer; no curve is linked.
#![no_std]
#![no_main]

use core::hint::black_box;
use core::panic::PanicInfo;

use cortex_m_rt::entry;
use jwt_core::{
    Es256, HmacKey, Hs256, Minter, NumericDate, Policy, RegisteredClaims, UnverifiedToken,
};

unsafe extern "C" {
    fn a_panic_path_has_survived() -> !;
}

#[entry]
fn main() -> ! {
    loop {
        black_box(hs256(black_box(&[0x42; 32]), black_box(1_700_000_000)));
        black_box(es256(black_box(&[0x42; 64]), black_box("device-0001")));
    }
}

fn hs256(secret: &[u8], now: i64) -> Option<usize> {
    let key = HmacKey::<Hs256>::new(secret).ok()?;
    let now = NumericDate::from_seconds(now);
    let claims = RegisteredClaims {
        issuer: Some("device-0001"),
        expiration_time: Some(now.saturating_add(300)),
        ..Default::default()
    };
    let mut buf = [0; 256];
    let token = Minter::new().kid("k1").mint(&mut buf, &key, &claims).ok()?;
    let mut scratch = [0; 256];
    let policy = Policy::new("device-0001", jwt_core::ExpectAudience::NotUsed);
    let token = UnverifiedToken::parse(black_box(&token)).ok()?;
    let token = token.verify(&key, &mut scratch).ok()?.validate(&policy, now).ok()?;
    Some(token.claims().as_str().len())
}

fn es256(signature: &[u8], subject: &str) -> Option<usize> {
    let claims = RegisteredClaims { subject: Some(subject), ..Default::default() };
    let mut buf = [0; 256];
    let draft = Minter::new().draft::<Es256>(&mut buf, &claims).ok()?;
    black_box(draft.sha256());
    Some(draft.finish(signature).ok()?.as_str().len())
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    unsafe { a_panic_path_has_survived() }
}
