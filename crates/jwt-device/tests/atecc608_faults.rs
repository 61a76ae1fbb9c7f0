//! Every fault against every operation: a right answer or a typed error, in bounded time.
#![cfg(feature = "sim")]
#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects, missing_docs)] // a test may panic

#[path = "atecc608/fault_table.rs"]
mod fault_table;

use std::sync::OnceLock;

use fault_table::{Row, Task, config, is_right, perform, simulator};
use jwt_device::atecc608::sim::{Fault, SimBus, Simulator, Times};
use jwt_device::atecc608::{
    Address, Atecc608, Atecc608Error, ChipError, ClockDivider, Config, Irreversible, Slot, wake,
};
use jwt_device::{SignerError as _, SignerErrorKind};

/// The table, made once.
fn rows() -> &'static [Row] {
    static ROWS: OnceLock<Vec<Row>> = OnceLock::new();
    ROWS.get_or_init(fault_table::rows)
}

/// What one strike of a fault may do to an operation.
fn recovers_from(fault: Fault, task: Task) -> bool {
    match fault {
        Fault::SelfTestFailed | Fault::StuckBusy => false,
        Fault::Status(status) => match status {
            0xEE | 0xFF => true,
            0x00 => true,
            0x05 | 0x11 => task != Task::LockSlot,
            _ => false,
        },
        Fault::Watchdog => task != Task::LockSlot,
        _ => true,
    }
}

#[test]
fn every_fault_ends_in_a_right_answer_or_a_typed_error() {
    for row in rows() {
        assert!(row.is_right, "a wrong answer: {row:?}");
        if row.often == "once" && recovers_from(row.fault, row.task) {
            assert!(row.given.is_ok(), "one strike is recovered from: {row:?}");
        }
    }
}

#[test]
fn every_operation_ends_in_bounded_time_and_leaves_a_chip_asleep_that_listens() {
    for row in rows() {
        // The limit on delays, and a tenth for bytes on the bus.
        assert!(row.ms < 6_600, "{row:?}");
        let listens =
            !matches!(row.fault, Fault::StuckBusy | Fault::NoAcknowledge | Fault::BusError);
        assert!(row.is_asleep || !listens, "{row:?}");
    }
}

#[test]
fn a_fault_that_stays_is_an_error_of_its_kind() {
    let kinds = [
        (Fault::LostWake, SignerErrorKind::Bus),
        (Fault::NoAcknowledge, SignerErrorKind::Bus),
        (Fault::BusError, SignerErrorKind::Bus),
        (Fault::GarbledCommand, SignerErrorKind::Bus),
        (Fault::BitFlip { byte: 5, bit: 7 }, SignerErrorKind::Bus),
        (Fault::Status(0x08), SignerErrorKind::Entropy),
        (Fault::Status(0xEE), SignerErrorKind::Busy),
        (Fault::StuckBusy, SignerErrorKind::Busy),
        (Fault::Watchdog, SignerErrorKind::Busy),
        (Fault::SelfTestFailed, SignerErrorKind::Other),
        (Fault::Zeros, SignerErrorKind::Other),
        (Fault::Status(0x05), SignerErrorKind::Other),
    ];
    let rows = rows();
    for (fault, kind) in kinds {
        let is_it = |row: &&Row| {
            row.task == Task::SignDigest && row.fault == fault && row.often == "always"
        };
        let row = rows.iter().find(is_it).unwrap();
        assert_eq!(row.given.as_ref().map_err(|error| error.kind()), Err(kind), "{fault:?}");
    }
}

#[test]
fn the_error_of_the_bus_is_kept() {
    let sim = simulator();
    sim.inject(Fault::BusError, Times::always()).unwrap();
    let error = perform(&sim, Task::SignDigest).unwrap_err();
    assert_eq!(error, Atecc608Error::Bus(jwt_device::atecc608::sim::SimError::Bus));
}

#[test]
fn a_stuck_chip_works_again_after_its_power_was_off() {
    let sim = simulator();
    sim.inject(Fault::StuckBusy, Times::once()).unwrap();
    assert_eq!(perform(&sim, Task::SignDigest), Err(Atecc608Error::Chip(ChipError::Timeout)));
    sim.power_cycle();
    let signature = perform(&sim, Task::SignDigest).unwrap();
    assert!(is_right(&sim, Task::SignDigest, &signature));
}

#[test]
fn a_lock_is_not_tried_twice_where_the_first_may_have_done_it() {
    let sim = simulator();
    sim.inject(Fault::Watchdog, Times::once()).unwrap();
    assert_eq!(perform(&sim, Task::LockSlot), Err(Atecc608Error::Chip(ChipError::Timeout)));
    assert_eq!(sim.commands(), 1);
}

#[test]
fn one_bad_transfer_anywhere_is_recovered_from() {
    let faults = [
        Fault::NoAcknowledge,
        Fault::BusError,
        Fault::ShortRead,
        Fault::BitFlip { byte: 0, bit: 3 },
        Fault::BitFlip { byte: 2, bit: 1 },
    ];
    // With the slowest clock the chip is sent to idle between the digest and the signature.
    for clock_divider in [ClockDivider::M0, ClockDivider::M2] {
        for fault in faults {
            for skip in 0..=110 {
                let sim = simulator().with_clock_divider(clock_divider);
                sim.inject(fault, Times::new(skip, 1)).unwrap();
                let config = Config { clock_divider, ..config(&sim) };
                let mut chip = Atecc608::new(sim.bus(), sim.delay(), wake::GeneralCall, config);
                let signature = chip.sign_digest(Slot::PRIMARY, &fault_table::DIGEST);
                let signature = signature.map(|bytes| is_right(&sim, Task::SignDigest, &bytes));
                assert_eq!(signature, Ok(true), "{clock_divider:?}, {fault:?} after {skip}");
            }
        }
    }
}

#[test]
fn two_faults_at_once_end_well_too() {
    let pairs = fault_table::FAULTS
        .iter()
        .flat_map(|first| fault_table::FAULTS.iter().map(move |second| (*first, *second)));
    for (first, second) in pairs {
        let sim = simulator();
        sim.inject(first, Times::once()).unwrap();
        sim.inject(second, Times::new(1, 2)).unwrap();
        if let Ok(signature) = perform(&sim, Task::SignDigest) {
            assert!(is_right(&sim, Task::SignDigest, &signature), "{first:?} and {second:?}");
        }
        assert!(sim.now_us() < 6_600_000, "{first:?} and {second:?}");
    }
}

#[test]
fn a_power_cut_while_the_chip_is_idle_does_not_look_like_a_locked_slot() {
    for cuts in [1_u32, 2] {
        let sim = simulator().with_clock_divider(ClockDivider::M2);
        let config = Config { clock_divider: ClockDivider::M2, ..config(&sim) };
        let mut left = cuts;
        let wake = wake::Callback(|bus: &mut SimBus<'_>| {
            use embedded_hal::i2c::I2c as _;
            // Before each wake but the first: the chip is idle between the digest and the signature.
            if sim.commands() > 0 && left > 0 {
                left -= 1;
                sim.power_cycle();
            }
            let _ = bus.write(0, &[]);
        });
        let mut chip = Atecc608::new(sim.bus(), sim.delay(), wake, config);
        let signature = chip.sign_digest(Slot::PRIMARY, &fault_table::DIGEST);
        if cuts == 1 {
            assert!(is_right(&sim, Task::SignDigest, &signature.unwrap()));
        } else {
            // Once: a chip that loses its memory at each idle says what it says.
            assert_eq!(signature.unwrap_err().kind(), SignerErrorKind::Locked);
        }
        assert!(sim.is_asleep());
    }
}

#[test]
fn a_slot_that_may_not_sign_is_locked_with_and_without_an_idle() {
    for (clock_divider, commands) in [(ClockDivider::M0, 3), (ClockDivider::M2, 6)] {
        let sim = simulator().with_clock_divider(clock_divider);
        let config = Config { clock_divider, ..config(&sim) };
        let mut chip = Atecc608::new(sim.bus(), sim.delay(), wake::GeneralCall, config);
        let error = chip.sign_digest(Slot::new(1).unwrap(), &fault_table::DIGEST).unwrap_err();
        assert_eq!(error.kind(), SignerErrorKind::Locked);
        assert_eq!(sim.commands(), commands, "{clock_divider:?}");
    }
}

#[test]
fn a_chip_left_working_by_a_reset_of_its_host_is_waited_for() {
    let sim = Simulator::tngtls(&[7; 32]).with_clock_divider(ClockDivider::M2);
    let mut chip = Atecc608::new(sim.bus(), sim.delay(), wake::GeneralCall, config(&sim));
    // A key is being made when the host is reset: wake by hand, send the command, and forget it.
    let (mut bus, mut delay, _) = chip.into_parts();
    use embedded_hal::delay::DelayNs as _;
    use embedded_hal::i2c::I2c as _;
    let _ = bus.write(0, &[]);
    delay.delay_us(1_500);
    bus.write(sim.address().bits(), &[0x03, 0x07, 0x40, 0x04, 0x02, 0x00, 0x80, 0x0B]).unwrap();
    let commands = sim.commands();
    chip = Atecc608::new(bus, delay, wake::GeneralCall, config(&sim));
    assert_eq!(chip.info(), Ok([0x00, 0x00, 0x60, 0x02]));
    assert_eq!(sim.commands(), commands + 1);
}

#[test]
fn a_blank_chip_is_not_provisioned() {
    let sim = Simulator::blank(&[7; 32]);
    let mut chip = Atecc608::new(sim.bus(), sim.delay(), wake::GeneralCall, Config::default());
    let unlocked = Atecc608Error::Chip(ChipError::ConfigUnlocked);
    assert_eq!(chip.sign_digest(Slot::PRIMARY, &[1; 32]), Err(unlocked));
    assert_eq!(chip.random(), Err(unlocked));
    let error = chip.public_key(Slot::PRIMARY).unwrap_err();
    assert_eq!(error.kind(), SignerErrorKind::NotProvisioned);
    assert!(sim.is_asleep());
}

#[test]
fn a_chip_that_is_not_there_is_said_to_be_silent_after_two_seconds() {
    let sim = Simulator::tngtls(&[7; 32]);
    let config = Config { address: Address::TFLXTLS, ..Config::default() };
    let mut chip = Atecc608::new(sim.bus(), sim.delay(), wake::GeneralCall, config);
    let silent = Err(Atecc608Error::Chip(ChipError::NoAnswer));
    assert_eq!(chip.lock_config(Irreversible), silent);
    assert!((2_000_000..2_200_000).contains(&sim.now_us()));
}

#[test]
fn the_table_is_markdown() {
    let table = fault_table::markdown(rows());
    assert!(table.contains("### SignDigest: 3 command(s)"));
    assert!(table.contains("| LostWake | once | right, after a retry |"));
}
