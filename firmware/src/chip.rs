//! A secure element that is a script: it says what it is told to say, in well-formed frames, so that an
//! image holds the driver and next to nothing of the chip.

use core::hint::black_box;

use embedded_hal::delay::DelayNs;
use embedded_hal::i2c::{ErrorKind, ErrorType, I2c, NoAcknowledgeSource, Operation};
use jwt_device::atecc608::{Address, Atecc608, Atecc608Signer, Config, Slot, crc16, wake};

/// An ATECC608 on a bus of its own. Whatever it is asked for, its answer is the front of 64 bytes, and what
/// it is told it does. It never works, sleeps or fails.
pub struct Script {
    answer: [u8; 64],
    frame: [u8; 67],
    at: usize,
}

/// A signer over the driver over the script.
pub type ScriptedSigner = Atecc608Signer<'static, Atecc608<Script, NoDelay, wake::GeneralCall>>;

impl Script {
    /// A chip whose signature is `answer`.
    pub const fn new(answer: [u8; 64]) -> Self {
        Self { answer, frame: [0; 67], at: 0 }
    }

    /// The chip behind its driver, as a signer.
    pub fn into_signer(self, kid: &'static str) -> ScriptedSigner {
        let config = Config { address: Address::TNGTLS, ..Config::default() };
        let chip = Atecc608::new(self, NoDelay, wake::GeneralCall, config);
        Atecc608Signer::new(chip, Slot::PRIMARY, Some(kid))
    }

    fn hear(&mut self, bytes: &[u8]) {
        self.at = 0;
        let len = match *bytes {
            // A wake.
            [] => return say(&mut self.frame, &[0x11]),
            // GenKey and Sign.
            [0x03, _, 0x40 | 0x41, ..] => 64,
            // Random, and a block of the configuration.
            [0x03, _, 0x1b, ..] | [0x03, _, 0x02, 0x80, ..] => 32,
            // Info, and a word of the configuration.
            [0x03, _, 0x30 | 0x02, ..] => 4,
            // Nonce and Lock: success.
            [0x03, ..] => return say(&mut self.frame, &[0x00]),
            // To rewind the answer, to idle, to sleep.
            _ => return,
        };
        say(&mut self.frame, self.answer.get(..len).unwrap_or_default());
    }
}

/// Makes `data` the answer, with count and checksum.
fn say(frame: &mut [u8; 67], data: &[u8]) {
    let count = data.len() + 3;
    let frame = frame.get_mut(..count).and_then(<[u8]>::split_last_chunk_mut::<2>);
    if let Some((body, crc)) = frame {
        let said = [count as u8].into_iter().chain(data.iter().copied());
        body.iter_mut().zip(said).for_each(|(to, byte)| *to = byte);
        *crc = crc16(body).to_le_bytes();
    }
}

impl ErrorType for Script {
    type Error = ErrorKind;
}

impl I2c for Script {
    fn transaction(
        &mut self,
        address: u8,
        operations: &mut [Operation<'_>],
    ) -> Result<(), ErrorKind> {
        for operation in operations {
            match operation {
                Operation::Write(bytes) => self.hear(bytes),
                Operation::Read(buf) => {
                    let rest = self.frame.get(self.at..).unwrap_or_default();
                    buf.iter_mut().zip(rest).for_each(|(to, byte)| *to = *byte);
                    self.at += buf.len();
                }
            }
        }
        // The compiler is not to know what a bus never does.
        black_box(if address == Address::TNGTLS.bits() {
            Ok(())
        } else {
            Err(ErrorKind::NoAcknowledge(NoAcknowledgeSource::Address))
        })
    }
}

/// No time passes.
pub struct NoDelay;

impl DelayNs for NoDelay {
    fn delay_ns(&mut self, _: u32) {}
}
