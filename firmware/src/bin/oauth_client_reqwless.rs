//! What `oauth_client` does, over an HTTP client: what reqwless costs, and how it is driven.
#![no_std]
#![no_main]

use jwt_device::{DigestSigner, SignerErrorKind};
use jwt_firmware::call::KEY_ID;
use jwt_firmware::host::Input;
use jwt_firmware::image;
use jwt_firmware::opaque::see;
use jwt_firmware::over_reqwless::report;

image!(run);

fn run(input: &mut Input<'_>) -> Option<()> {
    let signature = input.bytes::<64>()?;
    let sign = move |digest: &[u8; 32]| {
        see(*digest);
        Ok::<_, SignerErrorKind>(signature)
    };
    report(input, || DigestSigner::new(sign, Some(KEY_ID)))
}
