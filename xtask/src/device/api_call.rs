//! An emulated Cortex-M4F that calls an API: an OAuth client with a secure element. Whoever runs it is its modem, by
//! the protocol in `firmware/README.md`.

use std::process::Command;

use jwt_core::{Es256SigningKey, danger};

use super::board::{Level, M4};
use super::build;
use super::image::API_CALL;
use super::qemu::{self, Folder};
use super::vectors::hex;
use crate::fresh;
use crate::sh::Result;

/// What the device is told.
#[derive(Clone, Copy)]
pub(crate) struct ApiCall<'c> {
    /// The key that the secure element has.
    pub(crate) key: &'c Es256SigningKey,
    pub(crate) client_id: &'c str,
    /// The issuer identifier of the authorization server.
    pub(crate) issuer: &'c str,
    pub(crate) token_endpoint: &'c str,
    pub(crate) key_id: Option<&'c str>,
    pub(crate) scope: Option<&'c str>,
    /// "resource" (RFC 8707).
    pub(crate) resource: Option<&'c str>,
    pub(crate) is_dpop: bool,
    pub(crate) method: &'c str,
    pub(crate) uri: &'c str,
    /// The body of the request to the API, on one line; it may be empty.
    pub(crate) body: &'c str,
}

/// The emulator, and the folder that it runs in.
pub(crate) struct Chip {
    /// To be run with pipes for standard input and output, while this lives.
    pub(crate) command: Command,
    _folder: Folder,
}

/// The device, built where it has to be, and about to make the call.
pub(crate) fn api_call(call: &ApiCall<'_>) -> Result<Chip> {
    let image = build::build_one(&M4, Level::Speed, &API_CALL)?.path(&API_CALL);
    // Two at a time are in folders of their own.
    let name = format!("api_call-{}", std::process::id());
    let folder = Folder::new(&name, &[("input", &call.input()?)])?;
    Ok(Chip { command: qemu::emulator(&folder, &M4, &image)?, _folder: folder })
}

impl ApiCall<'_> {
    /// The lines of `input`.
    fn input(&self) -> Result<String> {
        let key = hex(danger::secret_bytes(self.key).as_slice());
        let seed = hex(&fresh::bytes()?);
        let lines: [&str; 12] = [
            &key,
            &seed,
            self.client_id,
            self.issuer,
            self.token_endpoint,
            self.key_id.unwrap_or_default(),
            self.scope.unwrap_or_default(),
            self.resource.unwrap_or_default(),
            if self.is_dpop { "DPoP" } else { "Bearer" },
            self.method,
            self.uri,
            self.body,
        ];
        if let Some(line) = lines.iter().find(|line| line.contains(['\n', '\r'])) {
            return Err(format!("more than a line: {line:?}").into());
        }
        let input: String = lines.iter().flat_map(|line| [*line, "\n"]).collect();
        if input.len() > MAX_INPUT {
            let len = input.len();
            return Err(
                format!("the device takes {MAX_INPUT} bytes of input, and this is {len}").into()
            );
        }
        Ok(input)
    }
}

/// Bytes of `input` that the image reads.
const MAX_INPUT: usize = 4096;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // a test may panic

    use super::*;

    fn with(body: &str) -> Result<String> {
        let key = Es256SigningKey::from_bytes(&[0x42; 32]).unwrap();
        let call = ApiCall {
            key: &key,
            client_id: "device-0001",
            issuer: "https://as.example",
            token_endpoint: "https://as.example/token",
            key_id: Some("k"),
            scope: None,
            resource: None,
            is_dpop: true,
            method: "POST",
            uri: "https://api.example/v1",
            body,
        };
        call.input()
    }

    #[test]
    fn each_thing_that_the_device_is_told_is_a_line() {
        let input = with("{}").unwrap();
        let lines: Vec<_> = input.lines().skip(2).collect();
        assert_eq!(lines.len(), 10);
        assert_eq!(lines.last(), Some(&"{}"));
        assert!(input.starts_with(&"42".repeat(32)));
        assert!(!input.lines().nth(1).unwrap().starts_with("00000000"));
    }

    #[test]
    fn what_would_be_cut_off_or_be_more_lines_is_refused() {
        assert!(with("{\n}").is_err());
        assert!(with(&"x".repeat(MAX_INPUT)).is_err());
    }
}
