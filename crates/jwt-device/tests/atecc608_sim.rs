//! The driver, the simulator and the core together: tokens minted by a chip and verified by a key that
//! the chip told.
#![cfg(feature = "sim")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)] // a test may panic

#[cfg(feature = "embedded-hal-async-1")]
#[path = "support/block_on.rs"]
mod block_on;

use jwt_core::{Minter, NumericDate, Policy, RegisteredClaims, UnverifiedToken};
use jwt_device::atecc608::sim::{SimBus, SimDelay, Simulator};
use jwt_device::atecc608::{
    Address, Atecc608, Atecc608Error, Atecc608Signer, ChipError, ClockDivider, Config, ConfigBlock,
    Irreversible, LockState, SelfTest, Slot, ZoneLock, wake,
};
use jwt_device::{SignerError as _, SignerErrorKind, mint};

const SEED: [u8; 32] = [7; 32];

type Chip<'s> = Atecc608<SimBus<'s>, SimDelay<'s>, wake::GeneralCall>;

fn chip(sim: &Simulator) -> Chip<'_> {
    chip_with(sim, Config { address: sim.address(), ..Config::default() })
}

fn chip_with(sim: &Simulator, config: Config) -> Chip<'_> {
    Atecc608::new(sim.bus(), sim.delay(), wake::GeneralCall, config)
}

fn slot(number: u8) -> Slot {
    Slot::new(number).unwrap()
}

fn claims() -> RegisteredClaims<'static> {
    RegisteredClaims {
        issuer: Some("device-0001"),
        audience: Some("https://api.example".into()),
        expiration_time: Some(NumericDate::from_seconds(1_700_000_300)),
        ..Default::default()
    }
}

/// Verifies and validates what [`claims`] are minted to.
fn assert_valid(token: &str, key: &jwt_core::Es256VerifyingKey) {
    let policy = Policy::new("device-0001", "https://api.example");
    UnverifiedToken::parse(token)
        .unwrap()
        .verify(key, &mut [0; 512])
        .unwrap()
        .validate(&policy, NumericDate::from_seconds(1_700_000_000))
        .unwrap();
}

#[test]
fn mints_a_token_that_the_chips_own_public_key_verifies() {
    let sim = Simulator::tngtls(&SEED);
    let mut signer = Atecc608Signer::new(chip(&sim), Slot::PRIMARY, Some("dev-0001"));
    let key = signer.chip_mut().public_key(Slot::PRIMARY).unwrap().verifying_key().unwrap();
    let mut buf = [0; 256];
    let token = mint(&Minter::new(), &mut signer, &mut buf, &claims()).unwrap();
    assert_valid(token.as_str(), &key);
    assert_eq!(signer.into_chip().info(), Ok([0x00, 0x00, 0x60, 0x02]));
}

#[test]
fn takes_one_wake_for_a_token_and_sleeps_afterwards() {
    for clock_divider in [ClockDivider::M0, ClockDivider::M1] {
        let sim = Simulator::tngtls(&SEED).with_clock_divider(clock_divider).with_watchdog_ms(700);
        let config = Config { address: sim.address(), clock_divider, ..Config::default() };
        let mut signer = Atecc608Signer::new(chip_with(&sim, config), Slot::PRIMARY, None);
        mint(&Minter::new(), &mut signer, &mut [0; 256], &claims()).unwrap();
        assert_eq!((sim.wakes(), sim.commands()), (1, 3));
        assert!(sim.is_asleep());
    }
}

#[test]
fn restarts_the_shortest_watchdog_before_the_slowest_signature() {
    let sim = Simulator::tngtls(&SEED).with_clock_divider(ClockDivider::M2).with_watchdog_ms(700);
    let clock_divider = ClockDivider::M2;
    let config = Config { address: sim.address(), clock_divider, ..Config::default() };
    let mut chip = chip_with(&sim, config);
    chip.sign_digest(Slot::PRIMARY, &[0x42; 32]).unwrap();
    assert_eq!((sim.wakes(), sim.commands()), (2, 3));
}

#[test]
fn gets_there_with_a_clock_divider_that_was_not_told() {
    for ms in [700, 1_300, 1_700] {
        let sim =
            Simulator::tngtls(&SEED).with_clock_divider(ClockDivider::M2).with_watchdog_ms(ms);
        let signed = chip(&sim).sign_digest(Slot::PRIMARY, &[0x42; 32]);
        assert_eq!(signed.is_ok(), ms > 710, "{ms} ms");
    }
}

#[test]
fn refuses_to_sign_from_outside_with_a_key_for_inside() {
    let sim = Simulator::tngtls(&SEED);
    let mut chip = chip(&sim);
    let error = chip.sign_digest(slot(1), &[1; 32]).unwrap_err();
    assert_eq!(error.kind(), SignerErrorKind::Locked);
    assert_eq!(error.to_string(), "the chip refused Sign: forbidden by state or configuration");
    let error = chip.public_key(slot(9)).unwrap_err();
    assert_eq!(error.kind(), SignerErrorKind::NotProvisioned);
}

#[test]
fn makes_a_new_key_only_where_the_configuration_allows() {
    let sim = Simulator::tngtls(&SEED);
    let mut chip = chip(&sim);
    for number in 2..=4 {
        let old = chip.public_key(slot(number)).unwrap();
        let new = chip.generate_key(slot(number)).unwrap();
        assert_ne!(old, new);
        assert_eq!(chip.public_key(slot(number)), Ok(new));
        new.verifying_key().unwrap();
    }
    assert!(chip.generate_key(Slot::PRIMARY).is_err());
    chip.lock_slot(slot(3), Irreversible).unwrap();
    assert!(chip.generate_key(slot(3)).is_err());
    assert!(chip.generate_key(slot(4)).is_ok());
    let locks = chip.read_config(ConfigBlock::Bytes64To95).unwrap();
    assert_eq!(locks[24..26], [0xF7, 0xFF]);
}

#[test]
fn a_chip_is_given_a_key_where_it_is_one_and_the_slot_can_have_it() {
    let key = jwt_core::Es256SigningKey::from_bytes(&[0x42; 32]).unwrap();
    let sim = Simulator::tngtls(&SEED).with_key(slot(2), &[0x42; 32]).unwrap();
    let mut signer = Atecc608Signer::new(chip(&sim), slot(2), None);
    let told = signer.chip_mut().public_key(slot(2)).unwrap();
    assert_eq!(told.to_sec1(), key.verifying_key().to_sec1());
    let mut buf = [0; 256];
    let token = mint(&Minter::new(), &mut signer, &mut buf, &claims()).unwrap();
    assert_valid(token.as_str(), &key.verifying_key());
    // The other slots keep theirs.
    let other = Simulator::tngtls(&SEED);
    assert_eq!(sim.public_key(Slot::PRIMARY), other.public_key(Slot::PRIMARY));

    assert!(Simulator::tngtls(&SEED).with_key(slot(5), &[0x42; 32]).is_none());
    for no_scalar in [[0; 32], [0xFF; 32]] {
        assert!(Simulator::tngtls(&SEED).with_key(slot(2), &no_scalar).is_none());
    }
}

#[test]
fn a_blank_chip_is_brought_into_service() {
    let sim = Simulator::blank(&SEED);
    let mut chip = chip(&sim);
    let state = |config, data| Ok(LockState { config, data });
    assert_eq!(chip.lock_state(), state(ZoneLock::Unlocked, ZoneLock::Unlocked));
    assert!(chip.generate_key(Slot::PRIMARY).is_err());
    chip.lock_config(Irreversible).unwrap();
    let key = chip.generate_key(Slot::PRIMARY).unwrap().verifying_key().unwrap();
    chip.lock_data(Irreversible).unwrap();
    assert_eq!(chip.lock_state(), state(ZoneLock::Locked, ZoneLock::Locked));
    assert_eq!(chip.lock_config(Irreversible).map_err(|e| e.kind()), Err(SignerErrorKind::Locked));
    assert!(chip.generate_key(Slot::PRIMARY).is_err());
    let mut signer = Atecc608Signer::new(chip, Slot::PRIMARY, None);
    let mut buf = [0; 256];
    let token = mint(&Minter::new(), &mut signer, &mut buf, &claims()).unwrap();
    assert_valid(token.as_str(), &key);
}

#[test]
fn tells_what_the_configuration_holds() {
    let sim = Simulator::tngtls(&SEED);
    let mut chip = chip(&sim);
    let block = chip.read_config(ConfigBlock::Bytes0To31).unwrap();
    let serial = chip.serial_number().unwrap();
    assert_eq!([&block[..4], &block[8..13]].concat(), serial);
    assert_eq!(block[16], Address::TNGTLS.bits() << 1);
    assert_eq!(chip.read_config(ConfigBlock::Bytes96To127), Ok([0; 32]));
}

#[test]
fn random_numbers_differ_and_follow_from_the_seed() {
    let draw = |seed| {
        let sim = Simulator::tngtls(&seed);
        let mut chip = chip(&sim);
        [chip.random().unwrap(), chip.random().unwrap()]
    };
    let [first, second] = draw(SEED);
    assert_ne!(first, second);
    assert_eq!(draw(SEED), [first, second]);
    assert_ne!(draw([8; 32]), [first, second]);
}

#[test]
fn the_virtual_clock_counts_what_a_token_takes() {
    let sim = Simulator::tngtls(&SEED);
    chip(&sim).sign_digest(Slot::PRIMARY, &[1; 32]).unwrap();
    // 1.5 to wake, 23, 20 and 115 for the commands, the polls and 250 bytes at 100 kHz.
    assert!((160_000..200_000).contains(&sim.now_us()), "{} us", sim.now_us());
}

#[test]
fn waits_longer_for_a_chip_that_tests_itself() {
    let sim = Simulator::tngtls(&SEED).with_self_test();
    let told = Config { address: sim.address(), self_test: SelfTest::AtWake, ..Config::default() };
    assert!(chip_with(&sim, told).info().is_ok());
    assert_eq!(sim.wakes(), 1);
    // A driver that does not know it gets there by trying again.
    assert!(chip(&sim).info().is_ok());
}

#[test]
fn a_wake_over_the_bus_needs_100_khz_and_a_wake_by_pin_does_not() {
    fn wakes<W>(sim: &Simulator, strategy: W) -> bool
    where
        W: for<'s> wake::Wake<SimBus<'s>>,
    {
        let config = Config { address: sim.address(), ..Config::default() };
        let mut chip = Atecc608::new(sim.bus(), sim.delay(), strategy, config);
        match chip.info() {
            Ok(_) => true,
            Err(error) => {
                assert_eq!(error, Atecc608Error::Chip(ChipError::NoAnswer));
                false
            }
        }
    }
    for (hz, over_the_bus) in [(100_000, true), (400_000, false)] {
        let sim = || Simulator::tngtls(&SEED).with_bus_hz(hz);
        assert_eq!(wakes(&sim(), wake::GeneralCall), over_the_bus);
        assert_eq!(wakes(&sim(), wake::GeneralCallByte), over_the_bus);
        let pin = sim();
        assert!(wakes(&pin, wake::Pin(pin.pin())));
        let blank = Simulator::blank(&SEED).with_bus_hz(hz);
        assert_eq!(wakes(&blank, wake::OwnAddress), over_the_bus);
        // The zeros at the end of 0x35 are too few at any speed that is allowed.
        assert!(!wakes(&sim(), wake::OwnAddress));
    }
    let sim = Simulator::tngtls(&SEED).with_bus_hz(400_000);
    let by_hand = wake::Callback(|_: &mut SimBus<'_>| {
        use embedded_hal::delay::DelayNs as _;
        use embedded_hal::digital::OutputPin as _;
        let _ = sim.pin().set_low();
        sim.delay().delay_us(60);
        let _ = sim.pin().set_high();
    });
    assert!(wakes(&sim, by_hand));
}

#[test]
fn a_slot_and_an_address_are_what_they_say_or_nothing() {
    assert_eq!(Slot::new(15).map(Slot::number), Some(15));
    assert_eq!(Slot::new(16), None);
    assert_eq!(Address::new(0x07), None);
    assert_eq!(Address::new(0x78), None);
    assert_eq!(Address::new(0x35), Some(Address::TNGTLS));
}

#[test]
fn debug_shows_no_key() {
    let sim = Simulator::tngtls(&SEED);
    assert_eq!(format!("{sim:?}"), "Simulator { power: Asleep, now_us: 0, .. }");
    let signer = Atecc608Signer::new(chip(&sim), Slot::PRIMARY, Some("k1"));
    assert_eq!(format!("{signer:?}"), "Atecc608Signer { slot: Slot(0), kid: Some(\"k1\"), .. }");
}

#[cfg(feature = "embedded-hal-async-1")]
mod asynchronous {
    use super::block_on::block_on;
    use jwt_device::atecc608::Atecc608Async;
    use jwt_device::atecc608::sim::{Fault, Times};
    use jwt_device::mint_async;

    use super::*;

    fn chip(sim: &Simulator) -> Atecc608Async<SimBus<'_>, SimDelay<'_>, wake::GeneralCallByte> {
        let config = Config { address: sim.address(), ..Config::default() };
        Atecc608Async::new(sim.bus(), sim.delay(), wake::GeneralCallByte, config)
    }

    #[test]
    fn mints_a_token_that_the_chips_own_public_key_verifies() {
        let sim = Simulator::tngtls(&SEED);
        let mut signer = Atecc608Signer::new(chip(&sim), Slot::PRIMARY, Some("dev-0001"));
        let mut buf = [0; 256];
        let token = block_on(mint_async(&Minter::new(), &mut signer, &mut buf, &claims())).unwrap();
        assert_eq!(sim.wakes(), 1);
        let key = block_on(signer.chip_mut().public_key(Slot::PRIMARY)).unwrap();
        assert_valid(token.as_str(), &key.verifying_key().unwrap());
    }

    #[test]
    fn does_about_faults_what_the_blocking_driver_does() {
        for fault in [
            Fault::LostWake,
            Fault::BusError,
            Fault::Status(0xEE),
            Fault::Zeros,
            Fault::ShortRead,
            Fault::Watchdog,
            Fault::StuckBusy,
        ] {
            let digest = [0x42; 32];
            let (blocking, waiting) = (Simulator::tngtls(&SEED), Simulator::tngtls(&SEED));
            blocking.inject(fault, Times::new(1, 1)).unwrap();
            waiting.inject(fault, Times::new(1, 1)).unwrap();
            let result = super::chip(&blocking).sign_digest(Slot::PRIMARY, &digest);
            assert_eq!(block_on(chip(&waiting).sign_digest(Slot::PRIMARY, &digest)), result);
            assert_eq!(waiting.now_us(), blocking.now_us(), "{fault:?}");
            assert_eq!(waiting.commands(), blocking.commands(), "{fault:?}");
        }
    }

    #[test]
    fn a_future_that_is_dropped_leaves_a_chip_that_the_next_one_copes_with() {
        let sim = Simulator::tngtls(&SEED);
        // As if dropped after the wake.
        use embedded_hal::i2c::I2c as _;
        let _ = sim.bus().write(0, &[]);
        assert!(!sim.is_asleep());
        assert!(block_on(chip(&sim).sign_digest(Slot::PRIMARY, &[1; 32])).is_ok());
        assert!(sim.is_asleep());
    }
}

#[cfg(feature = "embedded-hal-async-1")]
mod dropped {
    use std::cell::Cell;
    use std::convert::Infallible;
    use std::future::{Future as _, pending};
    use std::pin::pin;
    use std::task::{Context, Waker};

    use embedded_hal::digital::{self, OutputPin};
    use jwt_device::atecc608::{Atecc608Async, Config, sim::Simulator, wake};

    /// A delay that never ends.
    struct Never;

    impl embedded_hal_async::delay::DelayNs for Never {
        async fn delay_ns(&mut self, _: u32) {
            pending().await
        }
    }

    /// Whether the line is low.
    struct Line<'c>(&'c Cell<bool>);

    impl digital::ErrorType for Line<'_> {
        type Error = Infallible;
    }

    impl OutputPin for Line<'_> {
        fn set_low(&mut self) -> Result<(), Infallible> {
            self.0.set(true);
            Ok(())
        }

        fn set_high(&mut self) -> Result<(), Infallible> {
            self.0.set(false);
            Ok(())
        }
    }

    #[test]
    fn a_future_that_is_dropped_in_the_wake_pulse_lets_go_of_the_line() {
        let sim = Simulator::tngtls(&super::SEED);
        let is_low = Cell::new(false);
        let pin = wake::Pin(Line(&is_low));
        let mut chip = Atecc608Async::new(sim.bus(), Never, pin, Config::default());
        {
            let mut future = pin!(chip.info());
            assert!(future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
            assert!(is_low.get());
        }
        assert!(!is_low.get());
    }
}
