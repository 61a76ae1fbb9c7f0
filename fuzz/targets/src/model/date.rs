//! NumericDate (RFC 7519 section 2) of any JSON number, in integers of any size.

use num_bigint::{BigInt, Sign};

/// The last second of the year 9999.
pub(crate) const LIMIT: i64 = 253_402_300_799;

/// A number rounded down and up to whole seconds; `None` where either is out of range.
pub(crate) fn date(number: &str) -> Option<(i64, i64)> {
    let (down, up) = round(number)?;
    let in_range =
        |value: BigInt| i64::try_from(value).ok().filter(|value| (-LIMIT..=LIMIT).contains(value));
    Some((in_range(down)?, in_range(up)?))
}

/// `None`: of more digits than any date has.
fn round(number: &str) -> Option<(BigInt, BigInt)> {
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mantissa: BigInt = format!("{whole}{fraction}").parse().ok()?;
    let exponent: BigInt = exponent.parse::<BigInt>().ok()? - BigInt::from(fraction.len());
    if mantissa.sign() == Sign::NoSign {
        return Some((BigInt::ZERO, BigInt::ZERO));
    }
    if exponent > BigInt::from(40) {
        return None;
    }
    // Numbers have at most 128 characters, so these are less than one.
    if exponent < BigInt::from(-200) {
        let negative = mantissa.sign() == Sign::Minus;
        return Some(if negative {
            (BigInt::from(-1), BigInt::ZERO)
        } else {
            (BigInt::ZERO, BigInt::from(1))
        });
    }
    let exponent = i32::try_from(exponent).ok()?;
    let power = BigInt::from(10).pow(exponent.unsigned_abs());
    if exponent >= 0 {
        let exact = mantissa * power;
        return Some((exact.clone(), exact));
    }
    // Division rounds to zero.
    let (quotient, remainder) = (&mantissa / &power, &mantissa % &power);
    Some(match remainder.sign() {
        Sign::NoSign => (quotient.clone(), quotient),
        Sign::Plus => (quotient.clone(), quotient + 1),
        Sign::Minus => (quotient.clone() - 1, quotient),
    })
}

#[cfg(test)]
mod tests {
    use super::date;

    #[test]
    fn rounds_both_ways() {
        for (number, expected) in [
            ("1.7e9", Some((1_700_000_000, 1_700_000_000))),
            ("-0.5", Some((-1, 0))),
            ("0.5", Some((0, 1))),
            ("-0", Some((0, 0))),
            ("0e99999999999999999999", Some((0, 0))),
            ("1e-99999999999999999999", Some((0, 1))),
            ("-1e-999", Some((-1, 0))),
            ("253402300799", Some((253_402_300_799, 253_402_300_799))),
            ("253402300799.0", Some((253_402_300_799, 253_402_300_799))),
            ("253402300799.1", None),
            ("-253402300799.1", None),
            ("1E+12", None),
            ("1e999", None),
        ] {
            assert_eq!(date(number), expected, "{number}");
        }
    }
}
