//! What a command can name: a slot, a part of the configuration, a buffer, a lock. Numbers are checked
//! where they come in, so that no command can be built that the chip does not have.

/// A slot of the chip, 0 to 15. What a slot may do is written in the chip's configuration.
///
/// ```
/// use jwt_device::atecc608::Slot;
///
/// assert_eq!(Slot::new(2).map(Slot::number), Some(2));
/// assert_eq!(Slot::new(16), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt-1", derive(defmt::Format))]
pub struct Slot(u8);

impl Slot {
    /// Slot 0: the key that a chip has from the factory where it comes with one.
    pub const PRIMARY: Self = Self(0);

    /// Slot `number`, where there is one.
    #[must_use]
    pub const fn new(number: u8) -> Option<Self> {
        if number < 16 { Some(Self(number)) } else { None }
    }

    /// The number of the slot.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }
}

/// 32 of the 128 bytes of the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConfigBlock {
    /// Bytes 0 to 31: serial number, revision, address, the first slots' rules.
    Bytes0To31,
    /// Bytes 32 to 63: the other slots' rules.
    Bytes32To63,
    /// Bytes 64 to 95: counters and locks; 86 and 87 are the zones', 88 and 89 the slots'.
    Bytes64To95,
    /// Bytes 96 to 127: the kinds of the keys.
    Bytes96To127,
}

impl ConfigBlock {
    /// As the second parameter of a read: the block's number stands above three bits for the word.
    pub(super) const fn address(self) -> u8 {
        match self {
            Self::Bytes0To31 => 0x00,
            Self::Bytes32To63 => 0x08,
            Self::Bytes64To95 => 0x10,
            Self::Bytes96To127 => 0x18,
        }
    }
}

/// Where a digest is put for [`Command::sign`](super::command::Command::sign).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Buffer {
    /// Shared with commands that leave something there.
    TempKey,
    /// For digests alone. What the driver uses.
    MessageDigest,
}

/// What can be locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lockable {
    /// The configuration. Until then the chip has no randomness and signs nothing.
    Config,
    /// The data and one-time-programmable zones.
    Data,
    /// One slot.
    Slot(Slot),
}

/// Whether a zone is locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt-1", derive(defmt::Format))]
pub enum ZoneLock {
    /// It can be written.
    Unlocked,
    /// It never can again.
    Locked,
}

impl ZoneLock {
    /// 0x55 is unlocked and nothing else is.
    pub(super) const fn from_byte(byte: u8) -> Self {
        if byte == 0x55 { Self::Unlocked } else { Self::Locked }
    }
}

/// Which zones are locked. What slots are is in [`ConfigBlock::Bytes64To95`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt-1", derive(defmt::Format))]
pub struct LockState {
    /// The configuration.
    pub config: ZoneLock,
    /// The data and one-time-programmable zones.
    pub data: ZoneLock,
}

/// Spelled out at the call of what no power cycle and no vendor takes back.
///
/// `chip.lock_config(Irreversible)`
#[derive(Clone, Copy, Debug)]
pub struct Irreversible;

/// A public key as the chip gives it: the coordinates of a point on P-256, big endian.
///
/// It is whatever the chip said. [`PublicKey::verifying_key`] checks that it is on the curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicKey {
    /// "x" (X Coordinate), RFC 7518 section 6.2.1.2.
    pub x: [u8; 32],
    /// "y" (Y Coordinate), RFC 7518 section 6.2.1.3.
    pub y: [u8; 32],
}

impl PublicKey {
    pub(super) fn from_bytes(bytes: &[u8; 64]) -> Self {
        let (mut x, mut y) = ([0; 32], [0; 32]);
        for (to, from) in x.iter_mut().chain(&mut y).zip(bytes) {
            *to = *from;
        }
        Self { x, y }
    }

    /// The point in uncompressed SEC1 form: 0x04, x, y.
    #[must_use]
    pub fn to_sec1(&self) -> [u8; 65] {
        let mut bytes = [4; 65];
        for (to, from) in bytes.iter_mut().skip(1).zip(self.x.iter().chain(&self.y)) {
            *to = *from;
        }
        bytes
    }

    /// The key as one that verifies tokens.
    ///
    /// # Errors
    /// [`jwt_core::KeyError::InvalidPublicKey`] where it is no point of the curve.
    #[cfg(feature = "es256")]
    pub fn verifying_key(&self) -> Result<jwt_core::Es256VerifyingKey, jwt_core::KeyError> {
        jwt_core::Es256VerifyingKey::from_coordinates(&self.x, &self.y)
    }
}
