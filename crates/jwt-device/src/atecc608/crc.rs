//! The checksum of a frame. It knows bytes and nothing of frames.
//!
//! Polynomial 0x8005, register zero at first, the bits of each byte from the least significant one, the
//! register shifted to the left and not reflected at the end. No catalogue of CRCs lists it. Eight turns
//! a byte and no table: at most 65 bytes are summed, and a table is 512 bytes of flash.

/// The checksum of `bytes`. On the wire its low byte comes first.
#[must_use]
pub fn crc16(bytes: &[u8]) -> u16 {
    let mut register = 0_u16;
    for byte in bytes {
        let mut bits = u16::from(*byte);
        for _ in 0..8 {
            // The bit that leaves the register against the bit that comes in.
            let differ = (register >> 15) ^ (bits & 1);
            register = (register << 1) ^ if differ == 1 { 0x8005 } else { 0 };
            bits >>= 1;
        }
    }
    register
}

#[cfg(test)]
mod tests {
    use super::crc16;

    #[test]
    fn sums_the_answer_to_wake() {
        assert_eq!(crc16(&[0x04, 0x11]).to_le_bytes(), [0x33, 0x43]);
    }

    #[test]
    fn sums_the_status_of_a_failed_self_test() {
        // `C4 40` circulates for this frame; it is not what the polynomial gives.
        assert_eq!(crc16(&[0x04, 0x07]).to_le_bytes(), [0x40, 0xC2]);
    }
}
