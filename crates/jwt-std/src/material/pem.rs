//! Key material in PEM (RFC 7468): the label says which form of DER is inside.

use jwt_core::KeyError;
use zeroize::Zeroizing;

use super::{Material, der};

/// Reads the key of the last block; what stands before it are the parameters of a curve, of which the
/// caller has made sure.
pub(crate) fn read(pem: &[u8]) -> Result<Material, KeyError> {
    const BEGIN: &[u8] = b"-----BEGIN ";
    let starts = pem.windows(BEGIN.len()).rposition(|window| window == BEGIN);
    let block = starts.and_then(|at| pem.get(at..)).ok_or(KeyError::InvalidPem)?;
    let mut decoder =
        pem_rfc7468::Decoder::new_detect_wrap(block).map_err(|_| KeyError::InvalidPem)?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(decoder.remaining_len()));
    decoder.decode_to_end(&mut bytes).map_err(|_| KeyError::InvalidPem)?;
    match decoder.type_label() {
        "PRIVATE KEY" => der::pkcs8(&bytes).map(Material::Private),
        "EC PRIVATE KEY" => der::sec1(&bytes).map(Material::Private),
        "RSA PRIVATE KEY" => der::pkcs1_private(&bytes).map(Material::Private),
        "PUBLIC KEY" => der::spki(&bytes).map(Material::Public),
        "RSA PUBLIC KEY" => der::pkcs1_public(&bytes).map(Material::Public),
        "CERTIFICATE" => der::certificate(&bytes).map(Material::Public),
        _ => Err(KeyError::UnsupportedPem),
    }
}
