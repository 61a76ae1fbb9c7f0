//! What every run has anew: the time, and a key that was never used before.

use std::time::{SystemTime, UNIX_EPOCH};

use jwt_core::{Es256SigningKey, NumericDate};

use crate::sh::Result;

pub(crate) fn now() -> Result<NumericDate> {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    Ok(NumericDate::from_seconds(i64::try_from(seconds)?))
}

pub(crate) fn new_key() -> Result<Es256SigningKey> {
    Ok(Es256SigningKey::from_bytes(&bytes()?)?)
}

pub(crate) fn bytes() -> Result<[u8; 32]> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| error.to_string())?;
    Ok(bytes)
}
