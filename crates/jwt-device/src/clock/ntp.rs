//! The era of an SNTP timestamp (RFC 4330 section 3, RFC 5905 section 6).

use jwt_core::NumericDate;

use super::SetError;

/// From 1 January 1900, where NTP begins to count, to 1 January 1970.
const FROM_1900_TO_1970: i64 = 2_208_988_800;

/// The time of the 32-bit seconds of an NTP timestamp, in the era that puts it nearest to `floor`.
///
/// The count wraps every 136 years, next on 7 February 2036. RFC 4330 section 3 tells two eras apart by
/// the top bit, which is right from 1968 to 2104. This is the same rule with a pivot of the caller's: right
/// from 68 years before the floor to 68 years after it (RFC 5905 section 6 on differences of timestamps).
/// A time shortly before the floor stays one, so that the clock refuses it, instead of becoming one 136
/// years later.
///
/// ```
/// use jwt_device::clock::{floor, ntp_seconds};
///
/// let floor = floor(1_780_000_000); // 2026
/// assert_eq!(ntp_seconds(0xee0d_a5a1, floor)?.seconds(), 1_784_882_977); // the same year
/// assert_eq!(ntp_seconds(1, floor)?.seconds(), 2_085_978_497); // 2036, era 1
/// # Ok::<(), jwt_device::clock::SetError>(())
/// ```
///
/// # Errors
/// [`SetError::ServerNotSynchronised`] for 0, which RFC 4330 section 3 reserves for "unknown or
/// unsynchronized", and which is a time in one second of 136 years.
pub fn ntp_seconds(seconds: u32, floor: NumericDate) -> Result<NumericDate, SetError> {
    if seconds == 0 {
        return Err(SetError::ServerNotSynchronised);
    }
    let floor = floor.seconds();
    // The low half of the floor as NTP counts it: masked, so that it always fits.
    let low = floor.saturating_add(FROM_1900_TO_1970) & 0xffff_ffff;
    let ahead = seconds.wrapping_sub(u32::try_from(low).unwrap_or_default()).cast_signed();
    NumericDate::new(floor.saturating_add(i64::from(ahead))).ok_or(SetError::OutOfRange)
}
