//! The host's vectors, checked: a file `vectors`, of which each line is one of
//!
//! ```text
//! p SECRET POINT
//! s SECRET MESSAGE SIGNATURE
//! v POINT MESSAGE SIGNATURE 0|1
//! ```
//!
//! in hexadecimal, with `-` for nothing. The first says which public key a secret has, or that it is refused; the
//! second which signature it makes; the third whether a signature is good.

use crate::host;
use crate::lines::{Lines, NoLine, decode};

/// What is checked, as far as there is one.
#[derive(Clone, Copy, Default)]
pub struct Implementation {
    /// The public key of a secret that is one.
    pub public: Option<fn(&[u8; 32]) -> Option<[u8; 65]>>,
    /// The signature of a message by a secret.
    pub sign: Option<fn(&[u8; 32], &[u8]) -> Option<[u8; 64]>>,
    /// Whether a signature over a message is good, by a point.
    pub verify: Option<fn(&[u8], &[u8], &[u8]) -> bool>,
}

impl Implementation {
    /// Checks all lines, and prints how many that were. Ends at the first that is not as it should be, and prints
    /// its number.
    pub fn check(self) -> Option<()> {
        let mut lines = Lines::open(c"vectors")?;
        let mut checked = 0;
        loop {
            let as_it_should_be = match lines.next() {
                Ok(Some(line)) => self.is_as_it_should_be(line) == Some(true),
                Ok(None) => return host::figure("checked", checked),
                Err(NoLine) => false,
            };
            checked += 1;
            if !as_it_should_be {
                host::figure("failed", checked)?;
                return None;
            }
        }
    }

    /// `None` where the line is none.
    fn is_as_it_should_be(self, line: &mut [u8]) -> Option<bool> {
        let mut words = line.split_mut(|byte| *byte == b' ');
        let kind: &[u8] = words.next()?;
        let mut bytes = || decode(words.next()?);
        let result = match kind {
            b"p" => {
                let (secret, point) = (bytes()?, bytes()?);
                self.public?(secret.try_into().ok()?).as_ref().map_or(&[][..], |made| made) == point
            }
            b"s" => {
                let (secret, message, signature) = (bytes()?, bytes()?, bytes()?);
                self.sign?(secret.try_into().ok()?, message).is_some_and(|made| made == signature)
            }
            b"v" => {
                let (point, message, signature) = (bytes()?, bytes()?, bytes()?);
                let [good @ (b'0' | b'1')] = words.next()? else { return None };
                self.verify?(point, message, signature) == (*good == b'1')
            }
            _ => return None,
        };
        words.next().is_none().then_some(result)
    }
}
