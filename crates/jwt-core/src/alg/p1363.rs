//! An ES256 signature as bytes: r and s, 32 bytes each, big endian (RFC 7518 section 3.4), and the
//! DER form that hardware and older software give. Bytes only; no curve is linked for this.

/// The order n of P-256 (SEC 2 section 2.4.2), big endian.
pub(super) const ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

/// Whether r and s are both in 1..n.
pub(super) fn is_in_range(signature: &[u8; 64]) -> bool {
    let (r, s) = signature.split_at(32);
    [r, s].into_iter().all(|scalar| scalar < ORDER.as_slice() && scalar.iter().any(|b| *b != 0))
}

/// r and s from `SEQUENCE { INTEGER r, INTEGER s }` in strict DER (RFC 3279 section 2.2.3).
pub(crate) fn from_der(der: &[u8]) -> Option<[u8; 64]> {
    // Two integers of at most 33 bytes: every length is a single byte below 128.
    let [0x30, len, body @ ..] = der else { return None };
    if usize::from(*len) != body.len() {
        return None;
    }
    let mut signature = [0; 64];
    let (r, s) = signature.split_at_mut(32);
    let rest = integer(integer(body, r)?, s)?;
    rest.is_empty().then_some(signature)
}

/// Reads an INTEGER that is not negative into `out`; returns what follows it.
fn integer<'d>(der: &'d [u8], out: &mut [u8]) -> Option<&'d [u8]> {
    let [0x02, len, body @ ..] = der else { return None };
    let (content, rest) = body.split_at_checked(usize::from(*len))?;
    let magnitude = match content {
        // A leading zero stands only before a byte whose top bit would be a sign.
        [0, second, ..] if *second >= 0x80 => content.get(1..)?,
        [0] => content,
        [first, ..] if (0x01..0x80).contains(first) => content,
        _ => return None,
    };
    let start = out.len().checked_sub(magnitude.len())?;
    out.get_mut(start..)?.iter_mut().zip(magnitude).for_each(|(to, from)| *to = *from);
    Some(rest)
}
