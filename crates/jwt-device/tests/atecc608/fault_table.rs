//! Every fault of the simulator against every operation of the driver: what came of it, how often the
//! driver woke the chip and sent a command, and how long it took.

use std::fmt::Write as _;

use jwt_device::atecc608::sim::{Fault, SimError, Simulator, Times};
use jwt_device::atecc608::{Atecc608, Atecc608Error, Config, Irreversible, Slot, ZoneLock, wake};

/// What is asked of the chip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Task {
    SignDigest,
    PublicKey,
    GenerateKey,
    Random,
    Info,
    SerialNumber,
    LockState,
    LockSlot,
}

pub(crate) const TASKS: [Task; 8] = [
    Task::SignDigest,
    Task::PublicKey,
    Task::GenerateKey,
    Task::Random,
    Task::Info,
    Task::SerialNumber,
    Task::LockState,
    Task::LockSlot,
];

/// What a driver gave. Bytes, so that results of all tasks are one type.
pub(crate) type Given = Result<Vec<u8>, Atecc608Error<SimError>>;

/// What came of one task under one fault.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) task: Task,
    pub(crate) fault: Fault,
    pub(crate) often: &'static str,
    pub(crate) given: Given,
    /// Milliseconds and commands that it takes with no fault.
    pub(crate) needed: (u64, u32),
    pub(crate) wakes: u32,
    pub(crate) commands: u32,
    pub(crate) ms: u64,
    pub(crate) is_asleep: bool,
    /// Whether what was given is right, where something was.
    pub(crate) is_right: bool,
}

pub(crate) const DIGEST: [u8; 32] = [0x42; 32];

pub(crate) const FAULTS: [Fault; 23] = [
    Fault::LostWake,
    Fault::SelfTestFailed,
    Fault::NoAcknowledge,
    Fault::BusError,
    Fault::GarbledCommand,
    Fault::Status(0x01),
    Fault::Status(0x03),
    Fault::Status(0x05),
    Fault::Status(0x07),
    Fault::Status(0x08),
    Fault::Status(0x0F),
    Fault::Status(0x11),
    Fault::Status(0x55),
    Fault::Status(0xEE),
    Fault::Status(0xFF),
    Fault::Status(0x00),
    Fault::Watchdog,
    Fault::StuckBusy,
    Fault::Zeros,
    Fault::BitFlip { byte: 0, bit: 6 },
    Fault::BitFlip { byte: 1, bit: 0 },
    Fault::BitFlip { byte: 5, bit: 7 },
    Fault::ShortRead,
];

/// How often a fault strikes: its name, and at which occasions.
pub(crate) const OFTEN: [(&str, Times); 4] = [
    ("once", Times::once()),
    ("the second time", Times::new(1, 1)),
    ("twice", Times::new(0, 2)),
    ("always", Times::always()),
];

pub(crate) fn simulator() -> Simulator {
    Simulator::tngtls(&[7; 32])
}

pub(crate) fn config(sim: &Simulator) -> Config {
    Config { address: sim.address(), ..Config::default() }
}

/// The slot that a task uses.
pub(crate) fn slot(task: Task) -> Slot {
    if task == Task::GenerateKey { Slot::new(2).unwrap() } else { Slot::PRIMARY }
}

/// Does the task with the blocking driver.
pub(crate) fn perform(sim: &Simulator, task: Task) -> Given {
    let mut chip = Atecc608::new(sim.bus(), sim.delay(), wake::GeneralCall, config(sim));
    Ok(match task {
        Task::SignDigest => chip.sign_digest(slot(task), &DIGEST)?.to_vec(),
        Task::PublicKey => chip.public_key(slot(task))?.to_sec1().to_vec(),
        Task::GenerateKey => chip.generate_key(slot(task))?.to_sec1().to_vec(),
        Task::Random => chip.random()?.to_vec(),
        Task::Info => chip.info()?.to_vec(),
        Task::SerialNumber => chip.serial_number()?.to_vec(),
        Task::LockState => {
            let state = chip.lock_state()?;
            [state.config, state.data].map(|lock| u8::from(lock == ZoneLock::Locked)).to_vec()
        }
        Task::LockSlot => chip.lock_slot(slot(task), Irreversible).map(|()| Vec::new())?,
    })
}

/// Whether `bytes` is what the task should give, as the simulator knows past the bus.
pub(crate) fn is_right(sim: &Simulator, task: Task, bytes: &[u8]) -> bool {
    use p256::ecdsa::signature::hazmat::PrehashVerifier as _;
    let public = sim.public_key(slot(task)).unwrap().to_sec1();
    match task {
        Task::SignDigest => {
            let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(&public).unwrap();
            let signature = p256::ecdsa::Signature::from_slice(bytes);
            signature.is_ok_and(|signature| key.verify_prehash(&DIGEST, &signature).is_ok())
        }
        Task::PublicKey | Task::GenerateKey => bytes == public,
        Task::Random => bytes == sim.last_random(),
        Task::Info => bytes == [0x00, 0x00, 0x60, 0x02],
        Task::SerialNumber => bytes.len() == 9 && bytes.starts_with(&[0x01, 0x23]),
        Task::LockState => bytes == [1, 1],
        Task::LockSlot => {
            // A slot that is locked cannot be locked again.
            sim.clear_faults();
            perform(sim, task).is_err()
        }
    }
}

/// All tasks under all faults.
pub(crate) fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for task in TASKS {
        let sim = simulator();
        assert!(perform(&sim, task).is_ok(), "{task:?} works without a fault");
        let needed = (sim.now_us() / 1_000, sim.commands());
        for fault in FAULTS {
            // Where a status is the answer, success is not a fault.
            if task == Task::LockSlot && fault == Fault::Status(0x00) {
                continue;
            }
            for (often, times) in OFTEN {
                let sim = simulator();
                sim.inject(fault, times).unwrap();
                let given = perform(&sim, task);
                rows.push(Row {
                    task,
                    fault,
                    often,
                    needed,
                    wakes: sim.wakes(),
                    commands: sim.commands(),
                    ms: sim.now_us() / 1_000,
                    is_asleep: sim.is_asleep(),
                    is_right: given.as_ref().map_or(true, |bytes| is_right(&sim, task, bytes)),
                    given,
                });
            }
        }
    }
    rows
}

/// The table, one section for each task.
pub(crate) fn markdown(rows: &[Row]) -> String {
    let mut text = String::new();
    let mut section = None;
    for row in rows {
        if section != Some(row.task) {
            section = Some(row.task);
            let _ = write!(text, "\n### {:?}: {} command(s)\n\n", row.task, row.needed.1);
            text += "| fault | how often | result | wakes | commands | ms | then |\n";
            text += "| --- | --- | --- | --- | --- | --- | --- |\n";
        }
        let result = match row.given {
            Ok(_) if !row.is_right => "WRONG",
            Ok(_) if row.ms > row.needed.0 => "right, after a retry",
            Ok(_) => "right",
            Err(ref error) => &error.to_string(),
        };
        let then = if row.is_asleep { "asleep" } else { "awake" };
        let Row { fault, often, wakes, commands, ms, .. } = row;
        let _ = writeln!(
            text,
            "| {fault:?} | {often} | {result} | {wakes} | {commands} | {ms} | {then} |"
        );
    }
    text
}
