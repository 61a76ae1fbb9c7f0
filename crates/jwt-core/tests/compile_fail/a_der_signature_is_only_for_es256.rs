//! An HMAC has no DER form.
use jwt_core::{Draft, Hs256};

fn finish(draft: Draft<'_, Hs256>) {
    let _ = draft.finish_der(&[]);
}

fn main() {}
