//! A signature is for one token.
use jwt_core::{Draft, Es256};

fn twice(draft: Draft<'_, Es256>) {
    let _ = draft.finish(&[0; 64]);
    let _ = draft.finish(&[0; 64]);
}

fn main() {}
