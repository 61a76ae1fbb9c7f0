//! What a driver has to know about the chip it talks to: where it is, how it wakes, how fast it is.

/// A 7-bit address on the bus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt-1", derive(defmt::Format))]
pub struct Address(u8);

impl Address {
    /// A part as it comes when nobody has configured it.
    pub const BLANK: Self = Self(0x60);
    /// A Trust&GO part: configured, locked, with a key and a certificate.
    pub const TNGTLS: Self = Self(0x35);
    /// A TrustFLEX part.
    pub const TFLXTLS: Self = Self(0x36);

    /// Any address that a chip may be configured to: 0x08 to 0x77, without the reserved ones.
    #[must_use]
    pub const fn new(address: u8) -> Option<Self> {
        if matches!(address, 0x08..=0x77) { Some(Self(address)) } else { None }
    }

    /// The seven bits. The configuration holds them shifted left by one.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }
}

/// Whether the chip tests itself whenever it wakes, as its configuration says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SelfTest {
    /// It does not: it is awake after 1.5 ms.
    #[default]
    Off,
    /// It does: it is awake after 20 ms.
    AtWake,
}

impl SelfTest {
    /// From the end of the pulse to the answer, in microseconds.
    pub(super) const fn wake_us(self) -> u32 {
        match self {
            Self::Off => 1_500,
            Self::AtWake => 20_000,
        }
    }
}

/// How far the clock of the chip's arithmetic is divided, as its configuration says (ChipMode).
///
/// A slower chip draws less current. The driver uses it for one decision: whether a command may outlast
/// the watchdog. Where it is not known, [`ClockDivider::M2`] is right for all, at the price of a second
/// wake for each signature.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClockDivider {
    /// Full speed: a signature takes at most 115 ms.
    #[default]
    M0,
    /// At most 220 ms.
    M1,
    /// At most 665 ms.
    M2,
}

/// The chip that a driver talks to. The default is a blank part.
///
/// ```
/// use jwt_device::atecc608::{Address, Config};
///
/// let config = Config { address: Address::TNGTLS, ..Config::default() };
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Config {
    /// Where it is.
    pub address: Address,
    /// How long it takes to wake.
    pub self_test: SelfTest,
    /// How long its commands take.
    pub clock_divider: ClockDivider,
}

impl Default for Config {
    fn default() -> Self {
        Self { address: Address::BLANK, self_test: SelfTest::Off, clock_divider: ClockDivider::M0 }
    }
}
