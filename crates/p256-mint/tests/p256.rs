//! x
use jwt_core::{Es256SigningKey,SigningKey as _};
use p256_mint::MintKey;
#[test]
fn same() {
    for i in 0..50u8 {
        let mut b=[0x42;32]; b[5]=i;
        let m=[i;7];
        let a=Es256SigningKey::from_bytes(&b).unwrap();
        let k=MintKey::from_bytes(&b).unwrap();
        assert_eq!(a.sign(&m),k.sign(&m));
    }
}
