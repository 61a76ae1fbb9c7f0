//! What can be made to go wrong, and when. It does nothing by itself: the chip asks whether it is time.

/// Something that goes wrong. Each kind has its occasions, which [`Times`] counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// At a wake pulse: the chip does not notice it.
    LostWake,
    /// At a wake pulse: the chip wakes with status 07.
    SelfTestFailed,
    /// At a transfer to or from the chip: it does not acknowledge.
    NoAcknowledge,
    /// At a transfer to or from the chip: the bus fails.
    BusError,
    /// At a command: one bit of it is flipped on its way, so the chip finds its checksum wrong.
    GarbledCommand,
    /// At a command: the chip answers with this status and does nothing else.
    Status(u8),
    /// At a command: the chip goes to sleep in the middle of it.
    Watchdog,
    /// At a command: the chip never ends it, until its power is taken off.
    StuckBusy,
    /// At a command that gives 64 bytes: they are zeros, with the right checksum.
    Zeros,
    /// When this byte of an answer is read (0 is the count): this bit, 0 to 7, of it is flipped.
    BitFlip {
        /// Which byte.
        byte: u8,
        /// Which bit, 0 the least significant one.
        bit: u8,
    },
    /// When more than one byte is read: after half of them the line stays high.
    ShortRead,
}

/// What may be a fault's occasion.
#[derive(Clone, Copy)]
pub(super) enum Occasion {
    Wake,
    Transfer,
    Command { answer_len: usize },
    Read { from: usize, len: usize },
}

impl Fault {
    fn happens_at(self, occasion: Occasion) -> bool {
        match (self, occasion) {
            (Self::LostWake | Self::SelfTestFailed, Occasion::Wake)
            | (Self::NoAcknowledge | Self::BusError, Occasion::Transfer)
            | (
                Self::GarbledCommand | Self::Status(_) | Self::Watchdog | Self::StuckBusy,
                Occasion::Command { .. },
            ) => true,
            (Self::Zeros, Occasion::Command { answer_len }) => answer_len == 64,
            (Self::BitFlip { byte, .. }, Occasion::Read { from, len }) => {
                usize::from(byte).checked_sub(from).is_some_and(|at| at < len)
            }
            (Self::ShortRead, Occasion::Read { len, .. }) => len > 1,
            _ => false,
        }
    }
}

/// At which of its occasions a fault happens.
///
/// ```
/// use jwt_device::atecc608::sim::Times;
///
/// let third_and_fourth = Times::new(2, 2);
/// assert_eq!(Times::once(), Times::new(0, 1));
/// # let _ = third_and_fourth;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    skip: u16,
    strikes: u16,
}

impl Times {
    /// Not at the first `skip`, then at the next `strikes`. 65 535 is always.
    #[must_use]
    pub const fn new(skip: u16, strikes: u16) -> Self {
        Self { skip, strikes }
    }

    /// At the next one.
    #[must_use]
    pub const fn once() -> Self {
        Self::new(0, 1)
    }

    /// At all.
    #[must_use]
    pub const fn always() -> Self {
        Self::new(0, u16::MAX)
    }
}

/// There is no room for another fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoRoom;

impl core::fmt::Display for NoRoom {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("8 faults are waiting already")
    }
}

impl core::error::Error for NoRoom {}

/// The faults that wait.
#[derive(Clone, Copy, Default)]
pub(super) struct Faults([Option<(Fault, Times)>; 8]);

impl Faults {
    pub(super) fn inject(&mut self, fault: Fault, times: Times) -> Result<(), NoRoom> {
        let free = self.0.iter_mut().find(|waiting| waiting.is_none()).ok_or(NoRoom)?;
        *free = Some((fault, times));
        Ok(())
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// The fault that happens now, if one does.
    pub(super) fn strike(&mut self, occasion: Occasion) -> Option<Fault> {
        let mut struck = None;
        for waiting in &mut self.0 {
            let Some((fault, times)) = waiting else { continue };
            if struck.is_some() || !fault.happens_at(occasion) {
                continue;
            }
            if let Some(left) = times.skip.checked_sub(1) {
                times.skip = left;
                continue;
            }
            if let Some(left) = times.strikes.checked_sub(1) {
                struck = Some(*fault);
                if times.strikes != u16::MAX {
                    times.strikes = left;
                }
            }
            if times.strikes == 0 {
                *waiting = None;
            }
        }
        struck
    }
}
