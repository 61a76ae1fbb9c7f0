//! The chip as it is from outside: asleep or awake, at work or not, with an answer to read. What its
//! commands do is elsewhere.

use super::super::command::word_address;
use super::super::config::{Address, ClockDivider, SelfTest};
use super::super::crc::crc16;
use super::super::response::MAX_FRAME;
use super::fault::{Fault, Faults, Occasion};

/// The data line has to be low for so long to wake the chip.
const WAKE_LOW_NS: u64 = 60_000;
const NS_PER_MS: u64 = 1_000_000;
/// What no clock reaches.
const NEVER: u64 = u64::MAX;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Power {
    Asleep,
    /// As asleep, with its memory.
    Idle,
    Awake,
}

/// Why a transfer fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    Address,
    Bus,
}

#[derive(Clone, Copy)]
pub(super) struct Chip {
    pub(super) address: Address,
    pub(super) bit_ns: u64,
    pub(super) clock_divider: ClockDivider,
    pub(super) self_test: SelfTest,
    pub(super) watchdog_ns: u64,
    pub(super) faults: Faults,
    pub(super) now_ns: u64,
    pub(super) power: Power,
    /// Until then it acknowledges nothing.
    pub(super) ready_at: u64,
    /// When the watchdog sends it to sleep.
    pub(super) sleeps_at: u64,
    /// Since when a pin holds the data line low.
    low_since: Option<u64>,
    answer: [u8; MAX_FRAME],
    answer_len: usize,
    cursor: usize,
    pub(super) wakes: u32,
    pub(super) commands: u32,
    // What sleep erases.
    pub(super) temp_key: Option<[u8; 32]>,
    pub(super) message_digest: Option<[u8; 32]>,
    pub(super) has_drawn: bool,
    // What nothing erases.
    pub(super) config_locked: bool,
    pub(super) data_locked: bool,
    pub(super) locked_slots: u16,
    pub(super) keys: [Option<[u8; 32]>; 5],
    pub(super) seed: [u8; 32],
    pub(super) draws: u32,
    pub(super) last_random: [u8; 32],
}

impl Chip {
    pub(super) fn new(address: Address, seed: &[u8; 32]) -> Self {
        Self {
            address,
            bit_ns: 10_000,
            clock_divider: ClockDivider::M0,
            self_test: SelfTest::Off,
            watchdog_ns: NS_PER_MS.saturating_mul(1_300),
            faults: Faults::default(),
            now_ns: 0,
            power: Power::Asleep,
            ready_at: 0,
            sleeps_at: NEVER,
            low_since: None,
            answer: [0; MAX_FRAME],
            answer_len: 0,
            cursor: 0,
            wakes: 0,
            commands: 0,
            temp_key: None,
            message_digest: None,
            has_drawn: false,
            config_locked: false,
            data_locked: false,
            locked_slots: 0,
            keys: [None; 5],
            seed: *seed,
            draws: 0,
            last_random: [0; 32],
        }
    }

    /// Lets time pass, and the watchdog bite.
    pub(super) fn pass(&mut self, ns: u64) {
        self.now_ns = self.now_ns.saturating_add(ns);
        if self.power == Power::Awake && self.now_ns >= self.sleeps_at {
            self.fall_asleep();
        }
    }

    fn pass_bits(&mut self, bits: u64) {
        self.pass(self.bit_ns.saturating_mul(bits));
    }

    pub(super) fn power_cycle(&mut self) {
        self.fall_asleep();
    }

    fn fall_asleep(&mut self) {
        self.power = Power::Asleep;
        self.ready_at = 0;
        self.sleeps_at = NEVER;
        self.temp_key = None;
        self.message_digest = None;
        self.has_drawn = false;
        self.set_answer(&[]);
    }

    /// The data line was low for so long.
    fn pulse(&mut self, low_ns: u64) {
        if self.power == Power::Awake || low_ns < WAKE_LOW_NS {
            return;
        }
        let status = match self.faults.strike(Occasion::Wake) {
            Some(Fault::LostWake) => return,
            Some(Fault::SelfTestFailed) => 0x07,
            _ => 0x11,
        };
        self.power = Power::Awake;
        self.ready_at =
            self.now_ns.saturating_add(u64::from(self.self_test.wake_us()).saturating_mul(1_000));
        self.sleeps_at = self.now_ns.saturating_add(self.watchdog_ns);
        self.wakes = self.wakes.saturating_add(1);
        self.set_answer(&[status]);
    }

    pub(super) fn pin_low(&mut self) {
        self.low_since.get_or_insert(self.now_ns);
    }

    pub(super) fn pin_high(&mut self) {
        if let Some(since) = self.low_since.take() {
            self.pulse(self.now_ns.saturating_sub(since));
        }
    }

    /// The host sends an address byte. Whoever is meant, a chip that sleeps may wake of its zeros.
    fn address(&mut self, address: u8, read: bool) -> Result<(), Refusal> {
        let byte = (address << 1) | u8::from(read);
        let mut longest = 0_u64;
        let mut zeros = 0_u64;
        for bit in (0..8).rev() {
            zeros = if byte >> bit & 1 == 0 { zeros.saturating_add(1) } else { 0 };
            longest = longest.max(zeros);
        }
        self.pass_bits(9);
        let ready = self.power == Power::Awake && self.now_ns >= self.ready_at;
        self.pulse(self.bit_ns.saturating_mul(longest));
        if address != self.address.bits() {
            return Err(Refusal::Address);
        }
        match self.faults.strike(Occasion::Transfer) {
            Some(Fault::BusError) => Err(Refusal::Bus),
            Some(_) => Err(Refusal::Address),
            None if ready => Ok(()),
            None => Err(Refusal::Address),
        }
    }

    /// The host writes.
    pub(super) fn write(&mut self, address: u8, bytes: &[u8]) -> Result<(), Refusal> {
        self.address(address, false)?;
        self.pass_bits(u64::try_from(bytes.len()).unwrap_or(0).saturating_mul(9));
        match bytes.split_first() {
            Some((&word_address::RESET, _)) => self.cursor = 0,
            Some((&word_address::SLEEP, _)) => self.fall_asleep(),
            Some((&word_address::IDLE, _)) => {
                self.power = Power::Idle;
                self.sleeps_at = NEVER;
            }
            Some((&word_address::COMMAND, command)) => self.receive(command),
            _ => {}
        }
        Ok(())
    }

    /// The host reads. Past the end of the answer the line stays high.
    pub(super) fn read(&mut self, address: u8, buf: &mut [u8]) -> Result<(), Refusal> {
        self.address(address, true)?;
        self.pass_bits(u64::try_from(buf.len()).unwrap_or(0).saturating_mul(9));
        let answer = self.answer.get(..self.answer_len).unwrap_or_default();
        let rest = answer.iter().skip(self.cursor).copied().chain(core::iter::repeat(0xFF));
        for (to, from) in buf.iter_mut().zip(rest) {
            *to = from;
        }
        let (from, len) = (self.cursor, buf.len());
        self.cursor = self.cursor.saturating_add(len);
        match self.faults.strike(Occasion::Read { from, len }) {
            Some(Fault::BitFlip { byte, bit }) => {
                let at = usize::from(byte).checked_sub(from).and_then(|at| buf.get_mut(at));
                if let Some(byte) = at {
                    *byte ^= 1_u8.checked_shl(bit.into()).unwrap_or(0);
                }
            }
            Some(Fault::ShortRead) => buf.iter_mut().skip(len / 2).for_each(|byte| *byte = 0xFF),
            _ => {}
        }
        Ok(())
    }

    /// Makes `data` the answer, with count and checksum.
    pub(super) fn set_answer(&mut self, data: &[u8]) {
        self.cursor = 0;
        self.answer_len = 0;
        let count = data.len().saturating_add(3);
        let Some((body, crc)) =
            self.answer.get_mut(..count).and_then(<[u8]>::split_last_chunk_mut::<2>)
        else {
            return;
        };
        let count_byte = u8::try_from(count).unwrap_or(0);
        for (to, from) in body.iter_mut().zip(core::iter::once(&count_byte).chain(data)) {
            *to = *from;
        }
        *crc = crc16(body).to_le_bytes();
        self.answer_len = if data.is_empty() { 0 } else { count };
    }

    /// A command that takes so long. Its answer is there afterwards.
    pub(super) fn work(&mut self, ms: u32) {
        let ns = u64::from(ms).saturating_mul(NS_PER_MS);
        self.ready_at = self.now_ns.saturating_add(ns);
    }

    /// Whether the watchdog bites before so many milliseconds have passed.
    pub(super) fn lacks(&self, ms: u32) -> bool {
        let ns = u64::from(ms).saturating_mul(NS_PER_MS);
        self.now_ns.saturating_add(ns) >= self.sleeps_at
    }

    /// Goes to sleep in the middle of what takes so long.
    pub(super) fn sleep_within(&mut self, ms: u32) {
        let ns = u64::from(ms).saturating_mul(NS_PER_MS) / 2;
        self.sleeps_at = self.now_ns.saturating_add(ns);
    }

    /// Never ends what it does.
    pub(super) fn hang(&mut self) {
        self.ready_at = NEVER;
        self.sleeps_at = NEVER;
    }
}
