//! What the commands do to the chip's memory. It knows nothing of the bus.

use jwt_core::sha256;
use p256::SecretKey;
use p256::ecdsa::signature::hazmat::PrehashSigner as _;
use p256::ecdsa::{Signature, SigningKey};

use super::super::command::Command;
use super::super::crc::crc16;
use super::super::names::{Buffer, ConfigBlock, Lockable, Slot};
use super::chip::Chip;
use super::fault::{Fault, Occasion};

const SUCCESS: u8 = 0x00;
const PARSE_ERROR: u8 = 0x03;
const ECC_FAULT: u8 = 0x05;
const EXECUTION_ERROR: u8 = 0x0F;
const WATCHDOG_EXPIRING: u8 = 0xEE;
const CRC_ERROR: u8 = 0xFF;
/// Milliseconds in which the chip says no.
const REFUSAL_MS: u32 = 1;

const REVISION: [u8; 4] = [0x00, 0x00, 0x60, 0x02];
const SERIAL_NUMBER: [u8; 9] = [0x01, 0x23, 0x5A, 0x1D, 0x00, 0x53, 0x49, 0x4D, 0xEE];

/// The data of an answer; a status is one byte.
enum Answer {
    Status(u8),
    Four([u8; 4]),
    Half([u8; 32]),
    Whole([u8; 64]),
}

impl Answer {
    fn bytes(&self) -> &[u8] {
        match self {
            Self::Status(status) => core::slice::from_ref(status),
            Self::Four(bytes) => bytes,
            Self::Half(bytes) => bytes,
            Self::Whole(bytes) => bytes,
        }
    }
}

impl Chip {
    /// What a factory does: keys in all slots that can have one, and the locks.
    pub(super) fn provision(&mut self) {
        for slot in 0..5 {
            let _ = self.keep_key(slot);
        }
        self.config_locked = true;
        self.data_locked = true;
    }

    /// A packet comes in, without its word address.
    pub(super) fn receive(&mut self, packet: &[u8]) {
        self.commands = self.commands.saturating_add(1);
        let Some((command, data)) = checked(packet) else {
            return self.refuse(CRC_ERROR);
        };
        let ms = command.max_execution_ms(self.clock_divider);
        let answer_len = usize::from(command.answer_len());
        match self.faults.strike(Occasion::Command { answer_len }) {
            // One bit of the packet was flipped: no checksum of 16 bits misses that.
            Some(Fault::GarbledCommand) => return self.refuse(CRC_ERROR),
            Some(Fault::Status(status)) => return self.refuse(status),
            Some(Fault::Watchdog) => self.sleep_within(ms),
            Some(Fault::StuckBusy) => return self.hang(),
            Some(Fault::Zeros) => {
                self.set_answer(&[0; 64]);
                return self.work(ms);
            }
            _ if self.lacks(ms) => return self.refuse(WATCHDOG_EXPIRING),
            _ => {}
        }
        let answer = self.execute(&packet_head(packet), data);
        self.set_answer(answer.bytes());
        self.work(if matches!(answer, Answer::Status(1..)) { REFUSAL_MS } else { ms });
    }

    fn refuse(&mut self, status: u8) {
        self.set_answer(&[status]);
        self.work(REFUSAL_MS);
    }

    fn execute(&mut self, head: &[u8; 3], data: Option<&[u8; 32]>) -> Answer {
        let [opcode, param1, param2] = *head;
        match (opcode, param1, data) {
            (0x30, 0x00, None) => Answer::Four(REVISION),
            (0x02, 0x80, None) if param2 & 7 == 0 && param2 < 32 => {
                Answer::Half(core::array::from_fn(|at| self.config_byte(param2, at)))
            }
            (0x02, 0x00, None) if param2 < 32 => {
                Answer::Four(core::array::from_fn(|at| self.config_byte(param2, at)))
            }
            (0x1B, 0x00, None) => Answer::Half(self.random()),
            (0x16, 0x03, Some(digest)) => {
                self.temp_key = Some(*digest);
                Answer::Status(SUCCESS)
            }
            (0x16, 0x43, Some(digest)) => {
                self.message_digest = Some(*digest);
                Answer::Status(SUCCESS)
            }
            (0x40, 0x00, None) => self.tell_key(param2),
            (0x40, 0x04, None) => match self.may_generate(param2) {
                true => self.new_key(param2),
                false => Answer::Status(EXECUTION_ERROR),
            },
            (0x41, 0x80, None) => {
                let digest = self.temp_key.take();
                self.sign(param2, digest)
            }
            (0x41, 0xA0, None) => {
                let digest = self.message_digest.take();
                self.sign(param2, digest)
            }
            (0x17, mode, None) if mode & 0x80 != 0 => Answer::Status(self.lock(mode)),
            _ => Answer::Status(PARSE_ERROR),
        }
    }

    /// A byte of the configuration, from a word of four on.
    fn config_byte(&self, word: u8, at: usize) -> u8 {
        let lock = |locked| if locked { 0x00 } else { 0x55 };
        let [unlocked_low, unlocked_high] = (!self.locked_slots).to_le_bytes();
        let [s0, s1, s2, s3, s4, s5, s6, s7, s8] = SERIAL_NUMBER;
        let [r0, r1, r2, r3] = REVISION;
        let head = [s0, s1, s2, s3, r0, r1, r2, r3, s4, s5, s6, s7, s8];
        let at = usize::from(word).saturating_mul(4).saturating_add(at);
        match at {
            // By I²C.
            14 => 0x01,
            16 => self.address.bits() << 1,
            86 => lock(self.data_locked),
            87 => lock(self.config_locked),
            88 => unlocked_low,
            89 => unlocked_high,
            at => head.get(at).copied().unwrap_or(0),
        }
    }

    fn random(&mut self) -> [u8; 32] {
        if !self.config_locked {
            return core::array::from_fn(|at| if at & 2 == 0 { 0xFF } else { 0 });
        }
        self.has_drawn = true;
        self.last_random = self.draw(0xFF);
        self.last_random
    }

    /// Deterministic: the hash of the seed, of what it is for, and of how many came before.
    fn draw(&mut self, purpose: u8) -> [u8; 32] {
        self.draws = self.draws.saturating_add(1);
        let mut input = [purpose; 37];
        for (to, from) in input.iter_mut().zip(self.seed.iter().chain(&self.draws.to_be_bytes())) {
            *to = *from;
        }
        sha256(&input)
    }

    fn is_locked(&self, slot: u8) -> bool {
        self.locked_slots.checked_shr(slot.into()).is_none_or(|bits| bits & 1 == 1)
    }

    fn may_generate(&self, slot: u8) -> bool {
        let open = matches!(slot, 2..=4) || !self.data_locked;
        self.config_locked && open && !self.is_locked(slot)
    }

    fn new_key(&mut self, slot: u8) -> Answer {
        match self.keep_key(slot) {
            SUCCESS => self.public_key(slot).map_or(Answer::Status(ECC_FAULT), Answer::Whole),
            status => Answer::Status(status),
        }
    }

    /// Puts a new key in `slot`, where it is one that can have a key.
    fn keep_key(&mut self, slot: u8) -> u8 {
        let key = self.draw(slot);
        match usize::from(slot) < self.keys.len() {
            false => EXECUTION_ERROR,
            true if self.put_key(slot, key) => SUCCESS,
            true => ECC_FAULT,
        }
    }

    /// Puts this key in `slot`; whether it is one, and the slot can have it.
    pub(super) fn put_key(&mut self, slot: u8, key: [u8; 32]) -> bool {
        let Some(kept) = self.keys.get_mut(usize::from(slot)) else { return false };
        let is_key = SecretKey::from_slice(&key).is_ok();
        if is_key {
            *kept = Some(key);
        }
        is_key
    }

    fn tell_key(&self, slot: u8) -> Answer {
        match self.public_key(slot) {
            Some(key) if self.config_locked => Answer::Whole(key),
            _ => Answer::Status(EXECUTION_ERROR),
        }
    }

    fn key(&self, slot: u8) -> Option<SigningKey> {
        let key = self.keys.get(usize::from(slot)).copied().flatten()?;
        SigningKey::from_slice(&key).ok()
    }

    pub(super) fn public_key(&self, slot: u8) -> Option<[u8; 64]> {
        let point = self.key(slot)?.verifying_key().to_sec1_point(false);
        point.as_bytes().last_chunk().copied()
    }

    fn sign(&mut self, slot: u8, digest: Option<[u8; 32]>) -> Answer {
        let may_sign = self.config_locked && self.has_drawn && slot != 1;
        let (Some(key), Some(digest), true) = (self.key(slot), digest, may_sign) else {
            return Answer::Status(EXECUTION_ERROR);
        };
        let signature: Result<Signature, _> = key.sign_prehash(&digest);
        match signature {
            Ok(signature) => Answer::Whole(signature.to_bytes().into()),
            Err(_) => Answer::Status(ECC_FAULT),
        }
    }

    fn lock(&mut self, mode: u8) -> u8 {
        match mode {
            0x80 if !self.config_locked => self.config_locked = true,
            0x81 if self.config_locked && !self.data_locked => self.data_locked = true,
            _ if mode & 0x83 == 0x82 && self.config_locked => {
                let slot = mode >> 2 & 0x0F;
                if self.is_locked(slot) {
                    return EXECUTION_ERROR;
                }
                self.locked_slots |= 1_u16.checked_shl(slot.into()).unwrap_or(0);
            }
            _ => return EXECUTION_ERROR,
        }
        SUCCESS
    }
}

/// The command of a packet whose length and checksum are right, and its data. What the command takes and
/// answers is the same for all that have its opcode and the same kind of answer.
fn checked(packet: &[u8]) -> Option<(Command<'_>, Option<&[u8; 32]>)> {
    let (body, crc) = packet.split_last_chunk::<2>()?;
    let [count, opcode, param1, param2, 0, data @ ..] = body else { return None };
    if usize::from(*count) != packet.len() || crc16(body).to_le_bytes() != *crc {
        return None;
    }
    let slot = Slot::new(*param2).unwrap_or(Slot::PRIMARY);
    let data = if data.is_empty() { None } else { Some(data.try_into().ok()?) };
    let command = match (opcode, param1) {
        (0x02, 0x80) => Command::read_config(ConfigBlock::Bytes0To31),
        (0x02, _) => Command::read_locks(),
        (0x16, _) => Command::load(Buffer::TempKey, data?),
        (0x17, _) => Command::lock(Lockable::Data),
        (0x1B, _) => Command::random(),
        (0x40, _) => Command::public_key(slot),
        (0x41, _) => Command::sign(Buffer::TempKey, slot),
        _ => Command::info(),
    };
    Some((command, data))
}

/// Opcode and parameters.
fn packet_head(packet: &[u8]) -> [u8; 3] {
    match packet {
        [_, opcode, param1, param2, ..] => [*opcode, *param1, *param2],
        _ => [0; 3],
    }
}
