//! A bus on which anything can answer: bytes and failures come from an input, time from the delays.

use std::cell::Cell;

use embedded_hal::delay::DelayNs;
use embedded_hal::i2c::{self, ErrorKind, I2c, NoAcknowledgeSource, Operation};

/// A bus that answers from `input`, and a clock.
#[derive(Debug)]
pub(crate) struct HostileBus<'i> {
    input: Cell<&'i [u8]>,
    /// Transfers so far.
    pub(crate) transfers: Cell<u32>,
    /// Microseconds waited so far.
    pub(crate) now_us: Cell<u64>,
}

impl<'i> HostileBus<'i> {
    pub(crate) fn new(input: &'i [u8]) -> Self {
        Self { input: Cell::new(input), transfers: Cell::new(0), now_us: Cell::new(0) }
    }

    /// Past the end of the input all bytes are the same, so that what repeats is tried too.
    fn next(&self) -> u8 {
        let input = self.input.get();
        let Some((first, rest)) = input.split_first() else { return 0 };
        if !rest.is_empty() {
            self.input.set(rest);
        }
        *first
    }
}

impl i2c::ErrorType for &HostileBus<'_> {
    type Error = ErrorKind;
}

impl I2c for &HostileBus<'_> {
    fn transaction(
        &mut self,
        _address: u8,
        operations: &mut [Operation<'_>],
    ) -> Result<(), ErrorKind> {
        self.transfers.set(self.transfers.get().saturating_add(1));
        match self.next() {
            0..8 => return Err(ErrorKind::NoAcknowledge(NoAcknowledgeSource::Unknown)),
            8 => return Err(ErrorKind::Bus),
            9 => return Err(ErrorKind::Other),
            _ => {}
        }
        for operation in operations {
            if let Operation::Read(buf) = operation {
                buf.fill_with(|| self.next());
            }
        }
        Ok(())
    }
}

impl DelayNs for &HostileBus<'_> {
    fn delay_ns(&mut self, ns: u32) {
        self.now_us.set(self.now_us.get().saturating_add(u64::from(ns.div_ceil(1_000))));
    }
}
