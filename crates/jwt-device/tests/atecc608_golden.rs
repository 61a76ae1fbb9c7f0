//! The driver's bytes on the bus, against frames that were computed elsewhere.
#![cfg(feature = "embedded-hal-1")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs
)] // a test may panic

#[cfg(feature = "embedded-hal-async-1")]
#[path = "support/block_on.rs"]
mod block_on;

use embedded_hal_mock::eh1::delay::{CheckedDelay, NoopDelay, Transaction as Delay};
use embedded_hal_mock::eh1::i2c::{Mock, Transaction};
use jwt_device::atecc608::command::{Command, MAX_PACKET};
use jwt_device::atecc608::response::{Malformed, Response, Status};
use jwt_device::atecc608::{
    Address, Atecc608, Buffer, Config, ConfigBlock, Irreversible, LockState, Lockable, Slot,
    ZoneLock, crc16, wake,
};
use jwt_device::{SignerError as _, SignerErrorKind};

const AWAKE: [u8; 4] = [0x04, 0x11, 0x33, 0x43];
const SUCCESS: [u8; 4] = [0x04, 0x00, 0x03, 0x40];
const RANDOM: &[u8] = &[0x03, 0x07, 0x1B, 0x00, 0x00, 0x00, 0x24, 0xCD];
const SIGN: &[u8] = &[0x03, 0x07, 0x41, 0xA0, 0x00, 0x00, 0x7B, 0x85];

/// 00 01 02 … 1F.
fn digest() -> [u8; 32] {
    core::array::from_fn(|at| u8::try_from(at).unwrap())
}

fn load(mode: u8, crc: [u8; 2]) -> Vec<u8> {
    [&[0x03, 0x27, 0x16, mode, 0x00, 0x00], &digest()[..], &crc].concat()
}

/// The checksum by another way: every byte's bits turned around, then the usual division.
fn reference_crc(bytes: &[u8]) -> [u8; 2] {
    let mut register = 0_u32;
    let bits = bytes.iter().flat_map(|byte| (0..8).map(move |at| u32::from(byte >> at & 1)));
    for bit in bits.chain([0; 16]) {
        register = (register << 1) | bit;
        if register & 0x1_0000 != 0 {
            register ^= 0x1_8005;
        }
    }
    u16::try_from(register).unwrap().to_le_bytes()
}

/// An answer with this data.
fn frame(data: &[u8]) -> Vec<u8> {
    let body = [&[u8::try_from(data.len() + 3).unwrap()], data].concat();
    let crc = reference_crc(&body);
    [&body[..], &crc].concat()
}

/// What happens on the bus from wake to sleep.
fn script(address: u8, exchanges: &[(&[u8], &[u8])]) -> Vec<Transaction> {
    let mut script =
        vec![Transaction::write(0, vec![]), Transaction::read(address, AWAKE.to_vec())];
    for (packet, answer) in exchanges {
        script.push(Transaction::write(address, packet.to_vec()));
        script.push(Transaction::write(address, vec![0x00]));
        script.push(Transaction::read(address, answer[..1].to_vec()));
        script.push(Transaction::read(address, answer[1..].to_vec()));
    }
    script.push(Transaction::write(address, vec![0x01]));
    script
}

type Chip = Atecc608<Mock, NoopDelay, wake::GeneralCall>;

/// Runs `task` on a chip at 0x60 that answers each of these packets so.
fn on_the_bus<R>(exchanges: &[(&[u8], &[u8])], task: impl FnOnce(&mut Chip) -> R) -> R {
    let bus = Mock::new(&script(0x60, exchanges));
    let mut chip = Atecc608::new(bus, NoopDelay::new(), wake::GeneralCall, Config::default());
    let result = task(&mut chip);
    chip.into_parts().0.done();
    result
}

#[test]
fn encodes_every_golden_packet() {
    let digest = digest();
    let (sign_temp_key, sign_digest) = (
        Command::sign(Buffer::TempKey, Slot::PRIMARY),
        Command::sign(Buffer::MessageDigest, Slot::PRIMARY),
    );
    let golden: [(Command<'_>, Vec<u8>); 15] = [
        (Command::info(), vec![0x03, 0x07, 0x30, 0x00, 0x00, 0x00, 0x03, 0x5D]),
        (Command::random(), RANDOM.to_vec()),
        (Command::public_key(Slot::PRIMARY), vec![0x03, 0x07, 0x40, 0x00, 0x00, 0x00, 0x00, 0x05]),
        (
            Command::generate_key(Slot::PRIMARY),
            vec![0x03, 0x07, 0x40, 0x04, 0x00, 0x00, 0x83, 0x87],
        ),
        (Command::load(Buffer::TempKey, &digest), load(0x03, [0x04, 0xEE])),
        (Command::load(Buffer::MessageDigest, &digest), load(0x43, [0xD7, 0x6C])),
        (sign_temp_key, vec![0x03, 0x07, 0x41, 0x80, 0x00, 0x00, 0x28, 0x05]),
        (sign_digest, SIGN.to_vec()),
        (
            Command::read_config(ConfigBlock::Bytes0To31),
            vec![0x03, 0x07, 0x02, 0x80, 0x00, 0x00, 0x09, 0xAD],
        ),
        (
            Command::read_config(ConfigBlock::Bytes32To63),
            vec![0x03, 0x07, 0x02, 0x80, 0x08, 0x00, 0x0A, 0x4D],
        ),
        (
            Command::read_config(ConfigBlock::Bytes64To95),
            vec![0x03, 0x07, 0x02, 0x80, 0x10, 0x00, 0x0A, 0x1D],
        ),
        (
            Command::read_config(ConfigBlock::Bytes96To127),
            vec![0x03, 0x07, 0x02, 0x80, 0x18, 0x00, 0x09, 0xFD],
        ),
        (Command::read_locks(), vec![0x03, 0x07, 0x02, 0x00, 0x15, 0x00, 0x17, 0x5D]),
        (Command::lock(Lockable::Config), vec![0x03, 0x07, 0x17, 0x80, 0x00, 0x00, 0x39, 0x8D]),
        (Command::lock(Lockable::Data), vec![0x03, 0x07, 0x17, 0x81, 0x00, 0x00, 0x3A, 0x07]),
    ];
    for (command, packet) in golden {
        let mut buf = [0xFF; MAX_PACKET];
        assert_eq!(command.encode(&mut buf), packet, "{command:?}");
    }
}

#[test]
fn puts_the_slot_where_each_command_has_it() {
    let slot = Slot::new(15).unwrap();
    let fields = |command: Command<'_>| command.encode(&mut [0; MAX_PACKET])[2..6].to_vec();
    assert_eq!(fields(Command::public_key(slot)), [0x40, 0x00, 15, 0]);
    assert_eq!(fields(Command::generate_key(slot)), [0x40, 0x04, 15, 0]);
    assert_eq!(fields(Command::sign(Buffer::MessageDigest, slot)), [0x41, 0xA0, 15, 0]);
    assert_eq!(fields(Command::lock(Lockable::Slot(slot))), [0x17, 0x82 | 15 << 2, 0, 0]);
}

#[test]
fn reads_every_golden_status() {
    for (status, frame) in [
        (Status::SUCCESS, SUCCESS),
        (Status::MISCOMPARE, [0x04, 0x01, 0x00, 0xC3]),
        (Status::PARSE_ERROR, [0x04, 0x03, 0x83, 0x42]),
        (Status::ECC_FAULT, [0x04, 0x05, 0xC3, 0x43]),
        (Status::SELF_TEST_FAILED, [0x04, 0x07, 0x40, 0xC2]),
        (Status::RANDOMNESS_FAILED, [0x04, 0x08, 0x60, 0xC0]),
        (Status::EXECUTION_ERROR, [0x04, 0x0F, 0x23, 0x42]),
        (Status::AFTER_WAKE, AWAKE),
        (Status::WATCHDOG_EXPIRING, [0x04, 0xEE, 0x31, 0x41]),
        (Status::CRC_ERROR, [0x04, 0xFF, 0x01, 0x42]),
    ] {
        assert_eq!(Response::parse(&frame), Ok(Response::Status(status)));
    }
}

#[test]
fn reads_the_golden_revision_and_refuses_it_with_any_bit_flipped() {
    let golden = [0x07, 0x00, 0x00, 0x60, 0x02, 0x80, 0x38];
    assert_eq!(Response::parse(&golden), Ok(Response::Data(&[0x00, 0x00, 0x60, 0x02])));
    for bit in 0..golden.len() * 8 {
        let mut damaged = golden;
        damaged[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(Response::parse(&damaged), Err(Malformed));
    }
    for len in 0..golden.len() {
        assert_eq!(Response::parse(&golden[..len]), Err(Malformed));
    }
    // A count that is right, a checksum that is right, and no data.
    let crc = crc16(&[0x03]).to_le_bytes();
    assert_eq!(Response::parse(&[0x03, crc[0], crc[1]]), Err(Malformed));
}

#[test]
fn sums_as_a_division_of_polynomials_does() {
    for len in 0..70_u8 {
        let bytes: Vec<u8> = (0..len).map(|at| at.wrapping_mul(37) ^ len).collect();
        assert_eq!(crc16(&bytes).to_le_bytes(), reference_crc(&bytes));
    }
}

#[test]
fn asks_for_the_revision() {
    let exchange: (&[u8], &[u8]) = (
        &[0x03, 0x07, 0x30, 0x00, 0x00, 0x00, 0x03, 0x5D],
        &[0x07, 0x00, 0x00, 0x60, 0x02, 0x80, 0x38],
    );
    assert_eq!(on_the_bus(&[exchange], |chip| chip.info()), Ok([0x00, 0x00, 0x60, 0x02]));
}

#[test]
fn draws_random_bytes() {
    let answer = frame(&digest());
    assert_eq!(on_the_bus(&[(RANDOM, &answer)], |chip| chip.random()), Ok(digest()));
}

#[test]
fn asks_for_and_makes_keys() {
    let answer = frame(&[[1; 32], [2; 32]].concat());
    let packet: &[u8] = &[0x03, 0x07, 0x40, 0x00, 0x00, 0x00, 0x00, 0x05];
    let key = on_the_bus(&[(packet, &answer)], |chip| chip.public_key(Slot::PRIMARY)).unwrap();
    assert_eq!((key.x, key.y), ([1; 32], [2; 32]));
    let packet: &[u8] = &[0x03, 0x07, 0x40, 0x04, 0x00, 0x00, 0x83, 0x87];
    let key = on_the_bus(&[(packet, &answer)], |chip| chip.generate_key(Slot::PRIMARY)).unwrap();
    assert_eq!(key.to_sec1()[..2], [4, 1]);
}

#[test]
fn finds_the_serial_number_in_the_configuration() {
    let mut config = [0; 32];
    config[..13].copy_from_slice(&[0x01, 0x23, 3, 4, 0, 0, 0x60, 2, 5, 6, 7, 8, 9]);
    let packet: &[u8] = &[0x03, 0x07, 0x02, 0x80, 0x00, 0x00, 0x09, 0xAD];
    let serial = on_the_bus(&[(packet, &frame(&config))], |chip| chip.serial_number());
    assert_eq!(serial, Ok([0x01, 0x23, 3, 4, 5, 6, 7, 8, 9]));
}

#[test]
fn tells_which_zone_is_locked() {
    let packet: &[u8] = &[0x03, 0x07, 0x02, 0x00, 0x15, 0x00, 0x17, 0x5D];
    let state = on_the_bus(&[(packet, &frame(&[0, 0, 0x55, 0]))], |chip| chip.lock_state());
    let expected = LockState { config: ZoneLock::Locked, data: ZoneLock::Unlocked };
    assert_eq!(state, Ok(expected));
}

#[test]
fn locks_the_zones() {
    let packet: &[u8] = &[0x03, 0x07, 0x17, 0x80, 0x00, 0x00, 0x39, 0x8D];
    assert_eq!(on_the_bus(&[(packet, &SUCCESS)], |chip| chip.lock_config(Irreversible)), Ok(()));
    let packet: &[u8] = &[0x03, 0x07, 0x17, 0x81, 0x00, 0x00, 0x3A, 0x07];
    assert_eq!(on_the_bus(&[(packet, &SUCCESS)], |chip| chip.lock_data(Irreversible)), Ok(()));
}

#[test]
fn signs_within_one_wake() {
    let packet = load(0x43, [0xD7, 0x6C]);
    let (random, signature) = (frame(&digest()), frame(&[0x5A; 64]));
    let exchanges: [(&[u8], &[u8]); 3] =
        [(RANDOM, &random), (&packet, &SUCCESS), (SIGN, &signature)];
    let signed = on_the_bus(&exchanges, |chip| chip.sign_digest(Slot::PRIMARY, &digest()));
    assert_eq!(signed, Ok([0x5A; 64]));
}

#[test]
fn waits_as_the_datasheet_says() {
    use embedded_hal::i2c::{ErrorKind, NoAcknowledgeSource};
    let busy = ErrorKind::NoAcknowledge(NoAcknowledgeSource::Address);
    let mut transactions = script(
        0x35,
        &[(
            &[0x03, 0x07, 0x30, 0x00, 0x00, 0x00, 0x03, 0x5D],
            &[0x07, 0x00, 0x00, 0x60, 0x02, 0x80, 0x38],
        )],
    );
    // Once not acknowledged when it is asked to start from the first byte, once when it is read.
    transactions.insert(3, Transaction::write(0x35, vec![0x00]).with_error(busy));
    transactions.insert(4, Transaction::write(0x35, vec![0x00]));
    transactions.insert(5, Transaction::read(0x35, vec![0]).with_error(busy));
    for (self_test, wake_us) in [
        (jwt_device::atecc608::SelfTest::Off, 1_500),
        (jwt_device::atecc608::SelfTest::AtWake, 20_000),
    ] {
        let delays = [80, wake_us, 1_000, 2_000, 2_000].map(Delay::delay_us);
        let (bus, delay) = (Mock::new(&transactions), CheckedDelay::new(&delays));
        let config = Config { address: Address::TNGTLS, self_test, ..Config::default() };
        let mut chip = Atecc608::new(bus, delay, wake::GeneralCall, config);
        assert_eq!(chip.info(), Ok([0x00, 0x00, 0x60, 0x02]));
        let (mut bus, mut delay, _) = chip.into_parts();
        bus.done();
        delay.done();
    }
}

#[test]
fn knows_a_failed_self_test_by_its_status_whatever_its_checksum() {
    use jwt_device::atecc608::{Atecc608Error, ChipError};
    for crc in [[0x40, 0xC2], [0xC4, 0x40]] {
        let transactions = [
            Transaction::write(0, vec![]),
            Transaction::read(0x60, vec![0x04, 0x07, crc[0], crc[1]]),
            Transaction::write(0x60, vec![0x01]),
        ];
        let bus = Mock::new(&transactions);
        let config = Config::default();
        let mut chip = Atecc608::new(bus, NoopDelay::new(), wake::GeneralCall, config);
        assert_eq!(chip.info(), Err(Atecc608Error::Chip(ChipError::SelfTestFailed)));
        chip.into_parts().0.done();
    }
}

#[test]
fn wakes_by_every_strategy_over_the_bus() {
    fn wakes<W: wake::Wake<Mock>>(strategy: W, pulse: Transaction) {
        let mut transactions = script(
            0x60,
            &[(
                &[0x03, 0x07, 0x30, 0x00, 0x00, 0x00, 0x03, 0x5D],
                &[0x07, 0x00, 0x00, 0x60, 0x02, 0x80, 0x38],
            )],
        );
        transactions[0] = pulse;
        let bus = Mock::new(&transactions);
        let mut chip = Atecc608::new(bus, NoopDelay::new(), strategy, Config::default());
        assert_eq!(chip.info(), Ok([0x00, 0x00, 0x60, 0x02]));
        chip.into_parts().0.done();
    }
    wakes(wake::GeneralCall, Transaction::write(0, vec![]));
    wakes(wake::GeneralCallByte, Transaction::write(0, vec![0x01]));
    wakes(wake::OwnAddress, Transaction::write(0x60, vec![0x00]));
}

#[cfg(feature = "embedded-hal-async-1")]
mod asynchronous {
    use super::block_on::block_on;
    use jwt_device::atecc608::Atecc608Async;

    use super::*;

    fn chip(exchanges: &[(&[u8], &[u8])]) -> Atecc608Async<Mock, NoopDelay, wake::GeneralCall> {
        let bus = Mock::new(&script(0x60, exchanges));
        Atecc608Async::new(bus, NoopDelay::new(), wake::GeneralCall, Config::default())
    }

    #[test]
    fn asks_for_the_revision() {
        let exchange: (&[u8], &[u8]) = (
            &[0x03, 0x07, 0x30, 0x00, 0x00, 0x00, 0x03, 0x5D],
            &[0x07, 0x00, 0x00, 0x60, 0x02, 0x80, 0x38],
        );
        let mut chip = chip(&[exchange]);
        assert_eq!(block_on(chip.info()), Ok([0x00, 0x00, 0x60, 0x02]));
        chip.into_parts().0.done();
    }

    #[test]
    fn signs_within_one_wake() {
        let packet = load(0x43, [0xD7, 0x6C]);
        let (random, signature) = (frame(&digest()), frame(&[0x5A; 64]));
        let exchanges: [(&[u8], &[u8]); 3] =
            [(RANDOM, &random), (&packet, &SUCCESS), (SIGN, &signature)];
        let mut chip = chip(&exchanges);
        let signed = block_on(chip.sign_digest(Slot::PRIMARY, &digest()));
        assert_eq!(signed, Ok([0x5A; 64]));
        chip.into_parts().0.done();
    }

    #[test]
    fn asks_for_keys_and_locks_zones() {
        let answer = frame(&[[1; 32], [2; 32]].concat());
        let packet: &[u8] = &[0x03, 0x07, 0x40, 0x00, 0x00, 0x00, 0x00, 0x05];
        let mut asked = chip(&[(packet, &answer)]);
        assert_eq!(block_on(asked.public_key(Slot::PRIMARY)).map(|key| key.x), Ok([1; 32]));
        asked.into_parts().0.done();
        let packet: &[u8] = &[0x03, 0x07, 0x17, 0x80, 0x00, 0x00, 0x39, 0x8D];
        let mut locked = chip(&[(packet, &SUCCESS)]);
        assert_eq!(block_on(locked.lock_config(Irreversible)), Ok(()));
        locked.into_parts().0.done();
    }
}

#[test]
fn a_random_number_of_equal_bytes_is_no_entropy() {
    for byte in [0x00, 0x42, 0xFF] {
        let exchanges: &[(&[u8], &[u8])] = &[(RANDOM, &frame(&[byte; 32]))];
        let drawn = on_the_bus(exchanges, |chip| chip.random());
        assert_eq!(drawn.unwrap_err().kind(), SignerErrorKind::Entropy);
        let signed = on_the_bus(exchanges, |chip| chip.sign_digest(Slot::PRIMARY, &digest()));
        assert_eq!(signed.unwrap_err().kind(), SignerErrorKind::Entropy);
    }
}
