//! Mints the same token with jwt-compact, to compare with: over p256 too, and with a heap.
#![no_std]
#![no_main]

extern crate alloc;

use alloc::string::String;
use core::alloc::{GlobalAlloc, Layout};
use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use chrono::{DateTime, Utc};
use embedded_alloc::LlffHeap;
use jwt_compact::alg::{Es256, SigningKey};
use jwt_compact::{Algorithm, AlgorithmExt as _, Claims, Header};
use jwt_core::NumericDate;
use jwt_firmware::call::{AUDIENCE, ISSUER, JWT_ID, KEY_ID, LIFETIME, SUBJECT, now, report};
use jwt_firmware::host::{self, Input};
use jwt_firmware::image;
use serde::Serialize;

image!(run);

/// What jwt-compact has no names for.
#[derive(Serialize)]
struct Custom {
    iss: &'static str,
    sub: &'static str,
    aud: &'static str,
    jti: &'static str,
}

fn run(input: &mut Input<'_>) -> Option<()> {
    static mut MEMORY: [u8; 4096] = [0; 4096];
    // SAFETY: once, before anything is allocated, and nobody else uses this memory.
    unsafe { HEAP.heap.init((&raw mut MEMORY).addr(), 4096) };
    let secret = input.bytes::<32>()?;
    let now = now(input)?;
    report(
        || <<Es256 as Algorithm>::SigningKey as SigningKey<Es256>>::from_slice(&secret).ok(),
        |key, buf| {
            let token = mint(key, now)?;
            buf.get_mut(..token.len())?.copy_from_slice(token.as_bytes());
            Some(token.len())
        },
    )?;
    host::figure("heap", HEAP.peak.load(Relaxed) as u32)
}

fn mint(key: &<Es256 as Algorithm>::SigningKey, now: NumericDate) -> Option<String> {
    let mut claims = Claims::new(Custom { iss: ISSUER, sub: SUBJECT, aud: AUDIENCE, jti: JWT_ID });
    claims.expiration = date(now.saturating_add(LIFETIME.into()));
    claims.issued_at = date(now);
    Es256.token(&Header::empty().with_key_id(KEY_ID), &claims, key).ok()
}

fn date(date: NumericDate) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(date.seconds(), 0)
}

/// The heap, and how much of it was in use at once.
struct Watched {
    heap: LlffHeap,
    peak: AtomicUsize,
}

#[global_allocator]
static HEAP: Watched = Watched { heap: LlffHeap::empty(), peak: AtomicUsize::new(0) };

// SAFETY: all is left to the heap.
unsafe impl GlobalAlloc for Watched {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's.
        let memory = unsafe { self.heap.alloc(layout) };
        self.peak.store(self.peak.load(Relaxed).max(self.heap.used()), Relaxed);
        memory
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: the caller's.
        unsafe { self.heap.dealloc(memory, layout) }
    }
}
