//! Commands and the bytes they are on the wire. It does no I/O and knows nothing of time but how long a
//! command may take.
//!
//! A packet is `[03][count][opcode][param1][param2, 2 bytes, low first][data][CRC, low first]`, where 03
//! is the word address of commands and count is all that follows 03. The second byte of param2 is zero
//! in every command here.

use super::config::ClockDivider;
use super::crc::crc16;
use super::names::{Buffer, ConfigBlock, Lockable, Slot};

/// Bytes of the longest packet: a digest in a command.
pub const MAX_PACKET: usize = 40;

/// What a byte that is written first means to the chip.
pub(super) mod word_address {
    pub(crate) const RESET: u8 = 0x00;
    pub(crate) const SLEEP: u8 = 0x01;
    pub(crate) const IDLE: u8 = 0x02;
    pub(crate) const COMMAND: u8 = 0x03;
}

/// What a command does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt-1", derive(defmt::Format))]
#[repr(u8)]
pub enum Opcode {
    /// Reads memory.
    Read = 0x02,
    /// Puts 32 bytes in a buffer.
    Nonce = 0x16,
    /// Locks for good.
    Lock = 0x17,
    /// Draws random bytes.
    Random = 0x1B,
    /// Tells the revision.
    Info = 0x30,
    /// Makes a key, or computes a public one.
    GenKey = 0x40,
    /// Signs what is in a buffer.
    Sign = 0x41,
}

impl Opcode {
    /// Its byte on the wire. The optimizer sees that this is what it is in memory.
    const fn byte(self) -> u8 {
        match self {
            Self::Read => 0x02,
            Self::Nonce => 0x16,
            Self::Lock => 0x17,
            Self::Random => 0x1B,
            Self::Info => 0x30,
            Self::GenKey => 0x40,
            Self::Sign => 0x41,
        }
    }
}

/// A command with its parameters.
///
/// ```
/// use jwt_device::atecc608::command::{Command, MAX_PACKET};
///
/// let mut packet = [0; MAX_PACKET];
/// let packet = Command::random().encode(&mut packet);
/// assert_eq!(packet, [0x03, 0x07, 0x1B, 0x00, 0x00, 0x00, 0x24, 0xCD]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Command<'d> {
    opcode: Opcode,
    param1: u8,
    param2: u8,
    data: Option<&'d [u8; 32]>,
    answer_len: u8,
}

impl<'d> Command<'d> {
    const fn new(opcode: Opcode, param1: u8, param2: u8, answer_len: u8) -> Self {
        Self { opcode, param1, param2, data: None, answer_len }
    }

    /// The revision, 4 bytes.
    #[must_use]
    pub const fn info() -> Self {
        Self::new(Opcode::Info, 0x00, 0, 4)
    }

    /// 32 random bytes.
    #[must_use]
    pub const fn random() -> Self {
        Self::new(Opcode::Random, 0x00, 0, 32)
    }

    /// The public key of `slot`, 64 bytes.
    #[must_use]
    pub const fn public_key(slot: Slot) -> Self {
        Self::new(Opcode::GenKey, 0x00, slot.number(), 64)
    }

    /// A new private key in `slot`, which replaces the one there, and its public key, 64 bytes.
    #[must_use]
    pub const fn generate_key(slot: Slot) -> Self {
        Self::new(Opcode::GenKey, 0x04, slot.number(), 64)
    }

    /// Puts `digest` in `buffer`.
    #[must_use]
    pub const fn load(buffer: Buffer, digest: &'d [u8; 32]) -> Self {
        let mode = match buffer {
            Buffer::TempKey => 0x03,
            Buffer::MessageDigest => 0x43,
        };
        Self { data: Some(digest), ..Self::new(Opcode::Nonce, mode, 0, 1) }
    }

    /// Signs what is in `buffer` with the key of `slot`: r and s, 64 bytes.
    #[must_use]
    pub const fn sign(buffer: Buffer, slot: Slot) -> Self {
        let mode = match buffer {
            Buffer::TempKey => 0x80,
            Buffer::MessageDigest => 0xA0,
        };
        Self::new(Opcode::Sign, mode, slot.number(), 64)
    }

    /// 32 bytes of the configuration.
    #[must_use]
    pub const fn read_config(block: ConfigBlock) -> Self {
        Self::new(Opcode::Read, 0x80, block.address(), 32)
    }

    /// The four bytes of the configuration that hold the zones' locks: the data zone's in byte 2, the
    /// configuration's in byte 3.
    #[must_use]
    pub const fn read_locks() -> Self {
        Self::new(Opcode::Read, 0x00, 0x15, 4)
    }

    /// Locks for good, without a checksum of what is locked.
    #[must_use]
    pub const fn lock(what: Lockable) -> Self {
        let mode = match what {
            Lockable::Config => 0x80,
            Lockable::Data => 0x81,
            Lockable::Slot(slot) => 0x82 | (slot.number() << 2),
        };
        Self::new(Opcode::Lock, mode, 0, 1)
    }

    /// What it does.
    #[must_use]
    pub const fn opcode(&self) -> Opcode {
        self.opcode
    }

    /// Bytes of the answer without count and checksum; 1 where it is a status.
    #[must_use]
    pub const fn answer_len(&self) -> u8 {
        self.answer_len
    }

    /// The longest that it takes, in milliseconds.
    #[must_use]
    pub const fn max_execution_ms(&self, clock: ClockDivider) -> u32 {
        match (self.opcode, clock) {
            (Opcode::Read | Opcode::Info, _) => 5,
            (Opcode::Nonce, _) => 20,
            (Opcode::Random, _) => 23,
            (Opcode::Lock, _) => 35,
            (Opcode::GenKey | Opcode::Sign, ClockDivider::M0) => 115,
            (Opcode::GenKey, ClockDivider::M1) => 215,
            (Opcode::Sign, ClockDivider::M1) => 220,
            (Opcode::GenKey, ClockDivider::M2) => 653,
            (Opcode::Sign, ClockDivider::M2) => 665,
        }
    }

    /// Whether it may be sent again where nobody knows if it was carried out. A lock may not: the second
    /// one fails because the first one did not.
    pub(super) const fn is_repeatable(&self) -> bool {
        !matches!(self.opcode, Opcode::Lock)
    }

    /// Writes the packet at the start of `buf`, word address first, and returns it.
    pub fn encode<'b>(&self, buf: &'b mut [u8; MAX_PACKET]) -> &'b [u8] {
        let [word, count, opcode, param1, param2, param2_high, rest @ ..] = buf;
        *word = word_address::COMMAND;
        *opcode = self.opcode.byte();
        *param1 = self.param1;
        *param2 = self.param2;
        *param2_high = 0;
        let len = match self.data {
            None => {
                *count = 7;
                8
            }
            Some(data) => {
                *count = 39;
                for (to, from) in rest.iter_mut().zip(data) {
                    *to = *from;
                }
                MAX_PACKET
            }
        };
        let packet = buf.get_mut(..len).unwrap_or_default();
        if let Some((body, crc)) = packet.split_last_chunk_mut::<2>() {
            *crc = crc16(body.get(1..).unwrap_or_default()).to_le_bytes();
        }
        packet
    }
}
