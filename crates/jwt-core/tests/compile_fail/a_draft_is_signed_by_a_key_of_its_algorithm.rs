//! The header says ES256; no secret signs that.
use jwt_core::{Es256, HmacKey, Hs256, Minter};

fn main() {
    let key = HmacKey::<Hs256>::new(&[0; 32]).unwrap();
    let mut buf = [0; 256];
    let draft = Minter::new().draft::<Es256>(&mut buf, &()).unwrap();
    let _ = draft.sign(&key);
}
