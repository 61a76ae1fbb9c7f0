//! Bytes of nobody: the codec and the driver against whatever may be on the bus.
#![cfg(feature = "embedded-hal-1")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs
)] // a test may panic

#[path = "atecc608/hostile_bus.rs"]
mod hostile_bus;

use hostile_bus::HostileBus;
use jwt_device::atecc608::machine::LIMIT_US;
use jwt_device::atecc608::response::{Response, Status};
use jwt_device::atecc608::{Atecc608, Config, Irreversible, Slot, crc16, wake};
use proptest::prelude::*;

/// A frame with the right count and checksum.
fn frame(data: &[u8]) -> Vec<u8> {
    let mut frame = vec![u8::try_from(data.len() + 3).unwrap()];
    frame.extend(data);
    frame.extend(crc16(&frame).to_le_bytes());
    frame
}

/// What the bus has to answer for a command to succeed: acknowledgements (20) and answers.
fn exchange(answer: &[u8]) -> Vec<u8> {
    [&[20, 20, 20], &answer[..1], &[20], &answer[1..]].concat()
}

fn greeting() -> Vec<u8> {
    vec![20, 20, 0x04, 0x11, 0x33, 0x43]
}

/// A random number: 32 equal bytes are taken for none.
const RANDOM: [u8; 32] = *b"any thirty-two bytes that differ";

proptest! {
    #[test]
    fn an_answer_is_accepted_only_with_its_count_and_its_checksum(
        bytes in proptest::collection::vec(any::<u8>(), 0..80),
    ) {
        let sound = bytes.len() > 3
            && usize::from(bytes[0]) == bytes.len()
            && crc16(&bytes[..bytes.len() - 2]).to_le_bytes() == bytes[bytes.len() - 2..];
        prop_assert_eq!(Response::parse(&bytes).is_ok(), sound);
    }

    #[test]
    fn what_is_framed_is_parsed_and_no_burst_of_16_bits_passes(
        data in proptest::collection::vec(any::<u8>(), 2..65),
        at in any::<prop::sample::Index>(),
        burst in 1_u16..,
    ) {
        let sound = frame(&data);
        prop_assert_eq!(Response::parse(&sound), Ok(Response::Data(&data)));
        let mut damaged = sound.clone();
        let at = at.index(sound.len() - 1);
        damaged[at] ^= burst.to_le_bytes()[0];
        damaged[at + 1] ^= burst.to_le_bytes()[1];
        prop_assert!(Response::parse(&damaged).is_err());
    }

    #[test]
    fn the_driver_ends_in_bounded_time_on_any_bus(
        input in proptest::collection::vec(any::<u8>(), 1..400),
    ) {
        let bus = HostileBus::new(&input);
        let mut chip = Atecc608::new(&bus, &bus, wake::GeneralCallByte, Config::default());
        prop_assert!(chip.sign_digest(Slot::PRIMARY, &[7; 32]).is_err());
        prop_assert!(bus.now_us.get() <= u64::from(LIMIT_US));
        prop_assert!(bus.transfers.get() < 10_000);
    }

    #[test]
    fn the_driver_ends_on_a_bus_that_begins_well(
        input in proptest::collection::vec(any::<u8>(), 1..400),
        commands in 0_usize..3,
    ) {
        let answers = [frame(&RANDOM), frame(&[0x00]), frame(&[0x5A; 64])];
        let mut whole = greeting();
        answers.iter().take(commands).for_each(|answer| whole.extend(exchange(answer)));
        whole.extend(&input);
        let bus = HostileBus::new(&whole);
        let mut chip = Atecc608::new(&bus, &bus, wake::GeneralCallByte, Config::default());
        prop_assert!(chip.sign_digest(Slot::PRIMARY, &[7; 32]).is_err());
        prop_assert!(bus.now_us.get() <= u64::from(LIMIT_US));
    }

    #[test]
    fn a_lock_succeeds_only_if_the_chip_said_so(
        input in proptest::collection::vec(any::<u8>(), 1..40),
    ) {
        let bytes = [greeting(), vec![20, 20, 20], input.clone()].concat();
        let bus = HostileBus::new(&bytes);
        let mut chip = Atecc608::new(&bus, &bus, wake::GeneralCallByte, Config::default());
        let said_so = input.windows(3).any(|bytes| bytes == [0x00, 0x03, 0x40]);
        prop_assert!(chip.lock_config(Irreversible).is_err() || said_so);
    }
}

#[test]
fn the_hostile_bus_can_be_a_chip() {
    let mut bytes = greeting();
    for answer in [frame(&RANDOM), frame(&[0x00]), frame(&[0x5A; 64])] {
        bytes.extend(exchange(&answer));
    }
    bytes.push(20);
    let bus = HostileBus::new(&bytes);
    let mut chip = Atecc608::new(&bus, &bus, wake::GeneralCallByte, Config::default());
    assert_eq!(chip.sign_digest(Slot::PRIMARY, &[7; 32]), Ok([0x5A; 64]));
}

#[test]
fn a_silent_bus_and_a_bus_of_one_byte_end_too() {
    for byte in 0..=255 {
        let input = [byte];
        let bus = HostileBus::new(&input);
        let mut chip = Atecc608::new(&bus, &bus, wake::GeneralCall, Config::default());
        assert!(chip.random().is_err());
        assert!(bus.now_us.get() <= u64::from(LIMIT_US));
    }
}

#[test]
fn every_byte_is_a_status_that_shows_itself() {
    for byte in 0..=255 {
        let status = Status(byte);
        assert_eq!(Response::parse(&frame(&[byte])), Ok(Response::Status(status)));
        assert!(!status.to_string().is_empty());
    }
}
