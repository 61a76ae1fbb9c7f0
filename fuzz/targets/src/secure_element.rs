//! The ATECC608 driver on a bus where the input answers: no panic, an end in bounded time, and success
//! only with what can be one.

#[path = "../../../crates/jwt-device/tests/atecc608/hostile_bus.rs"]
mod hostile_bus;

use hostile_bus::HostileBus;
use jwt_device::atecc608::machine::LIMIT_US;
use jwt_device::atecc608::response::Response;
use jwt_device::atecc608::{Atecc608, ClockDivider, Config, Irreversible, Slot, crc16, wake};

/// The input is a byte that picks the task, and what the bus answers. All of it is a response too.
pub fn secure_element(input: &[u8]) {
    if Response::parse(input).is_ok() {
        let (body, crc) = input.split_last_chunk().unwrap();
        assert_eq!(usize::from(input[0]), input.len());
        assert_eq!(crc16(body).to_le_bytes(), *crc);
    }
    let Some((task, input)) = input.split_first() else { return };
    let clock_divider = if task & 0x80 == 0 { ClockDivider::M0 } else { ClockDivider::M2 };
    let config = Config { clock_divider, ..Config::default() };
    let bus = HostileBus::new(input);
    let mut chip = Atecc608::new(&bus, &bus, wake::GeneralCallByte, config);
    match task & 7 {
        0 => drop(chip.info()),
        1 => drop(chip.serial_number()),
        2 => drop(chip.lock_state()),
        3 => drop(chip.lock_config(Irreversible)),
        4 => drop(chip.public_key(Slot::PRIMARY).map(|key| key.verifying_key())),
        5 => {
            // What a chip without randomness gives.
            let constant = [[0xFF, 0xFF, 0, 0]; 8];
            assert_ne!(
                chip.random().as_ref().map(<[u8; 32]>::as_slice),
                Ok(constant.as_flattened())
            );
        }
        _ => {
            if let Ok(signature) = chip.sign_digest(Slot::PRIMARY, &[7; 32]) {
                assert!(signature[..32] != [0; 32] && signature[32..] != [0; 32]);
            }
        }
    }
    assert!(bus.now_us.get() <= u64::from(LIMIT_US));
    assert!(bus.transfers.get() < 10_000);
}
