//! A device that boots, is told its key and the time by the host, and mints an ES256 token for an API
//! call in a buffer of its own. The key is made fresh for each run; none is in the image.
#![no_std]
#![no_main]

use core::cell::Cell;
use core::panic::PanicInfo;

use cortex_m_rt::entry;
use cortex_m_semihosting::{debug, hprintln, syscall};
use jwt_core::{Es256SigningKey, Minter, RegisteredClaims};
use jwt_device::{Clock as _, OffsetClock, SoftwareSigner, floor, mint};

#[entry]
fn main() -> ! {
    let mut line = [0; 160];
    match run(&mut line) {
        Some(()) => debug::exit(debug::EXIT_SUCCESS),
        None => debug::exit(debug::EXIT_FAILURE),
    }
    loop {}
}

fn run(line: &mut [u8; 160]) -> Option<()> {
    // "mint KEY TIME": 64 hexadecimal digits and seconds since 1970.
    let mut words = command_line(line)?.split(' ').skip(1);
    let key = Es256SigningKey::from_bytes(&hex(words.next()?)?).ok()?;
    let mut clock = OffsetClock::new(|| 0, floor(1_700_000_000));
    clock.set(words.next()?.parse().ok()?).ok()?;

    let now = clock.now().ok()?;
    let claims = RegisteredClaims {
        issuer: Some("device-0001"),
        audience: Some("https://llm.example/v1".into()),
        issued_at: Some(now),
        expiration_time: Some(now.saturating_add(300)),
        ..Default::default()
    };
    let mut signer = SoftwareSigner::new(key, Some("dev-0001"));
    let mut buf = [0; 320];
    let token = mint(&Minter::new(), &mut signer, &mut buf, &claims).ok()?;
    hprintln!("{}", token);
    Some(())
}

/// What the host calls the arguments of the program (semihosting SYS_GET_CMDLINE).
fn command_line(buf: &mut [u8; 160]) -> Option<&str> {
    const SYS_GET_CMDLINE: usize = 0x15;
    // The host reads where the buffer is and how long, and writes the length of the text.
    let block = [Cell::new(buf.as_mut_ptr() as usize), Cell::new(buf.len())];
    let failed = unsafe { syscall(SYS_GET_CMDLINE, &block) };
    let len = block[1].get();
    if failed != 0 { None } else { core::str::from_utf8(buf.get(..len)?).ok() }
}

fn hex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 64 {
        return None;
    }
    for (i, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * i..2 * i + 2)?, 16).ok()?;
    }
    Some(bytes)
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    debug::exit(debug::EXIT_FAILURE);
    loop {}
}
