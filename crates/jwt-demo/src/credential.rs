//! A credential for somebody else, from a file: arguments are seen by everybody on the machine.

use std::fs::File;
use std::path::Path;

use axum::http::HeaderValue;
use zeroize::Zeroizing;

use crate::Result;

/// The value of `Authorization` for the key that is the one line of a file.
///
/// # Errors
/// The file cannot be read, or is no key. What is in it is not shown.
pub fn read(path: &Path) -> Result<HeaderValue> {
    let bytes = File::open(path).map_err(jwt_std::Error::from).and_then(jwt_std::read_secret);
    let bytes = bytes.map_err(|error| format!("{}: {error}", path.display()))?;
    let key = bytes.trim_ascii();
    if key.is_empty() || !key.iter().all(u8::is_ascii_graphic) {
        return Err(format!("{}: a key is one line of visible ASCII", path.display()).into());
    }
    let field = Zeroizing::new([b"Bearer ", key].concat());
    let mut field = HeaderValue::from_bytes(&field)?;
    field.set_sensitive(true);
    Ok(field)
}
