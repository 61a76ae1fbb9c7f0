//! Public keys that somebody uses as an HMAC secret, in encodings that the core cannot tell: a point, an
//! RSA key in PKCS#1, and keys in base64 or hexadecimal.
//!
//! Everybody who knows such a key can mint with it (RFC 8725 section 2.1). A random secret has none of
//! these forms.

use base64ct::{Base64Unpadded, Base64UrlUnpadded, Encoding as _};
use jwt_core::key::MAX_SECRET_LEN;
use jwt_core::{HmacKey, Hs256, KeyError};
use zeroize::Zeroizing;

use crate::material::{self, Curve, EcPublic};

/// Refuses a secret that is a key, by the core's means and by those of this module.
pub(crate) fn check(secret: &[u8]) -> Result<(), KeyError> {
    if is_point(secret) || is_der(secret) || decoded(secret).into_iter().any(|bytes| is_key(&bytes))
    {
        return Err(KeyError::NotASecret);
    }
    Ok(())
}

/// Refuses a secret that could be written down as a JWK and not be read again.
pub(crate) fn check_len(secret: &[u8]) -> Result<(), KeyError> {
    match secret.len() > MAX_SECRET_LEN {
        true => Err(KeyError::SecretTooLong { limit: MAX_SECRET_LEN }),
        false => Ok(()),
    }
}

/// SEC 1 section 2.3.3: an uncompressed point on one of the four curves. Of the compressed ones every
/// second string with the right first byte is one, and of Ed25519 every second string of 32 bytes, so
/// nothing can be concluded from those.
fn is_point(bytes: &[u8]) -> bool {
    bytes.first() == Some(&4)
        && Curve::ALL.into_iter().any(|curve| {
            bytes.len() == curve.len().saturating_mul(2).saturating_add(1)
                && EcPublic::from_sec1(curve, bytes).is_ok()
        })
}

/// A key in DER, also where no object identifier in it says so, as in PKCS#1.
fn is_der(bytes: &[u8]) -> bool {
    bytes.first() == Some(&0x30) && !matches!(material::from_der(bytes), Err(KeyError::InvalidDer))
}

fn is_key(bytes: &[u8]) -> bool {
    is_point(bytes)
        || is_der(bytes)
        || matches!(HmacKey::<Hs256>::new(bytes), Err(KeyError::NotASecret))
}

/// What the secret stands for as text, white space and padding aside.
fn decoded(secret: &[u8]) -> Vec<Zeroizing<Vec<u8>>> {
    let mut text = Zeroizing::new(String::with_capacity(secret.len()));
    for byte in secret.iter().filter(|byte| !byte.is_ascii_whitespace()) {
        match byte {
            b'!'..=b'~' => text.push(char::from(*byte)),
            _ => return Vec::new(),
        }
    }
    let unpadded = text.trim_end_matches('=');
    let base64 = Base64Unpadded::decode_vec(unpadded).ok();
    let base64url = Base64UrlUnpadded::decode_vec(unpadded).ok();
    [base64, base64url, hexadecimal(&text)].into_iter().flatten().map(Zeroizing::new).collect()
}

fn hexadecimal(text: &str) -> Option<Vec<u8>> {
    // As openssl prints it: `30:59:…`.
    let mut digits = Zeroizing::new(Vec::with_capacity(text.len()));
    for digit in text.chars().filter(|digit| *digit != ':') {
        digits.push(u8::try_from(digit.to_digit(16)?).ok()?);
    }
    if digits.len() % 2 == 1 {
        return None;
    }
    let byte = |pair: &[u8]| pair.iter().fold(0u8, |byte, digit| byte << 4 | digit);
    Some(digits.chunks(2).map(byte).collect())
}

#[cfg(test)]
mod tests {
    use jwt_core::Es256VerifyingKey;

    use super::*;

    /// RFC 7515 appendix A.3.
    const X: &str = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
    const Y: &str = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";

    #[test]
    fn a_public_key_in_any_encoding_is_no_secret() {
        let coordinates = [X, Y].map(|text| Base64UrlUnpadded::decode_vec(text).unwrap());
        let point = [vec![4], coordinates.concat()].concat();
        let der = Es256VerifyingKey::from_sec1(&point).unwrap().to_spki_der();
        let hex = |bytes: &[u8]| bytes.iter().map(|b| format!("{b:02X}")).collect::<String>();
        let base64 = base64ct::Base64::encode_string(&der);
        let wrapped = format!("{}\n{}\n", &base64[..64], &base64[64..]);
        for secret in [
            point.clone(),
            hex(&point).into_bytes(),
            hex(&der).to_lowercase().into_bytes(),
            Base64UrlUnpadded::encode_string(&point).into_bytes(),
            Base64UrlUnpadded::encode_string(&der).into_bytes(),
            base64.clone().into_bytes(),
            wrapped.into_bytes(),
        ] {
            assert_eq!(check(&secret), Err(KeyError::NotASecret), "{:?}", secret.escape_ascii());
        }
        // One bit off the curve, it is as good a secret as any.
        let mut off = point;
        off[64] ^= 1;
        assert_eq!(check(&off), Ok(()));
        for secret in [&[0x42; 65][..], &[b'A'; 64], b"0123456789abcdef0123456789abcdef", b"=="] {
            assert_eq!(check(secret), Ok(()));
        }
    }
}
