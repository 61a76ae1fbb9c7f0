//! Keys from hostile bytes, in every form: no panic, and what is accepted survives the way out and in.
#![no_main]

use jwt_core::json::write_object;
use jwt_core::{Es256SigningKey, Es256VerifyingKey, Hs256, Jwk, JwkSet, danger};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut buf = vec![0; bytes.len()];
    for key in [Es256SigningKey::from_der(bytes), Es256SigningKey::from_pem(bytes, &mut buf)] {
        if let Ok(key) = key {
            let secret = danger::secret_bytes(&key);
            let again = Es256SigningKey::from_bytes(&secret).unwrap();
            assert_eq!(again.verifying_key(), key.verifying_key());
        }
    }
    let mut public = vec![
        Es256VerifyingKey::from_spki_der(bytes),
        Es256VerifyingKey::from_pem(bytes, &mut buf),
        Es256VerifyingKey::from_sec1(bytes),
    ];
    if let Ok(jwk) = Jwk::parse(bytes) {
        public.push(jwk.es256_verifying_key());
        let _ = (jwk.es256_signing_key(), jwk.hmac_verifying_key::<Hs256>(), jwk.thumbprint());
    }
    for key in public.into_iter().flatten() {
        assert_eq!(Es256VerifyingKey::from_spki_der(&key.to_spki_der()), Ok(key));
        let mut text = [0; 160];
        let text = write_object(&mut text, &key).unwrap();
        assert_eq!(Jwk::parse(text.as_bytes()).unwrap().es256_verifying_key(), Ok(key));
    }
    if let Ok(set) = JwkSet::parse(bytes) {
        let _ = set.jwks().flatten().filter(|jwk| jwk.es256_verifying_key().is_ok()).count();
    }
});
