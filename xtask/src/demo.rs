//! `cargo xtask demo`: the main job, end to end, on this machine.
//!
//! A device, which QEMU emulates, mints an ES256 token; an API verifies it; a dozen tokens that must
//! not pass are refused, each with its error. Every refusal is checked: the demo fails if one passes.

use std::error::Error;

use jwt_core::json::{from_fn, write_object};
use jwt_core::{
    ClaimErrors, Es256, Es256SigningKey, Es256VerifyingKey, HmacKey, Hs256, Minter, NumericDate,
    Policy, RegisteredClaims, SigningKey as _, UnverifiedToken, VerifyError, base64url,
};

use crate::device;
use crate::fresh::{new_key, now};
use crate::sh::in_ci;

const ISSUER: &str = "device-0001";
const AUDIENCE: &str = "https://llm.example/v1";
const KID: &str = "dev-0001";
const LIFETIME: u64 = 300;

pub(crate) fn run() -> Result<(), Box<dyn Error>> {
    let key = new_key()?;
    let demo = Demo { public: key.verifying_key(), key, now: now()? };

    println!("1. A device makes a key. Its public half is registered with the API:\n");
    let mut jwk = [0; 256];
    let kid = from_fn(|jwk| {
        jwk.string("kid", KID);
    });
    println!("   {}\n", write_object(&mut jwk, &(demo.public, kid))?);

    let token = match device::mint(&demo.key, demo.now) {
        Ok(token) => {
            println!("2. A Cortex-M4F, emulated by QEMU, mints an ES256 token for an API call:\n");
            token
        }
        Err(error) if in_ci() => return Err(error),
        Err(error) => {
            println!("NO EMULATED DEVICE: {error}");
            println!(
                "2. This machine takes its place, and mints an ES256 token for an API call:\n"
            );
            demo.mint(&mut [0; 320], &demo.claims())?.to_owned()
        }
    };
    for (name, segment) in ["header", "payload", "signature"].into_iter().zip(token.split('.')) {
        println!("   {name:<9} {:>3} characters  {segment}", segment.len());
    }
    println!("   {:<9} {:>3} characters\n", "token", token.len());

    println!("3. The API verifies it, with the public key, a policy and the time:\n");
    let mut scratch = [0; 512];
    let valid = UnverifiedToken::parse(&token)?
        .verify(&demo.public, &mut scratch)?
        .validate(&policy(), demo.now)?;
    println!("   {}\n   {}\n", valid.header().object().as_str(), valid.claims().as_str());

    println!("4. What does not pass, and what it is told:\n");
    let refused = demo.refusals(&token)?;
    println!("\n   {refused} of {refused} refused.\n");

    println!("5. The call (the token is good for {LIFETIME} s; the address is an example):\n");
    println!("   curl {AUDIENCE}/chat/completions -H \"Authorization: Bearer {token}\"\n");
    Ok(())
}

struct Demo {
    key: Es256SigningKey,
    public: Es256VerifyingKey,
    now: NumericDate,
}

/// Why a token was refused: by the signature's door or by the policy.
#[derive(Debug)]
enum Refusal {
    Verify(VerifyError),
    Claims(ClaimErrors),
}

impl Demo {
    fn claims(&self) -> RegisteredClaims<'static> {
        RegisteredClaims {
            issuer: Some(ISSUER),
            audience: Some(AUDIENCE.into()),
            issued_at: Some(self.now),
            expiration_time: Some(self.now.saturating_add(LIFETIME)),
            ..Default::default()
        }
    }

    fn mint<'b>(
        &self,
        buf: &'b mut [u8],
        claims: &RegisteredClaims<'_>,
    ) -> Result<&'b str, Box<dyn Error>> {
        Ok(Minter::new().typ("JWT").kid(KID).mint(buf, &self.key, claims)?.as_str())
    }

    /// A token of the device with other claims than it should have.
    fn with(&self, claims: RegisteredClaims<'_>) -> Result<String, Box<dyn Error>> {
        Ok(self.mint(&mut [0; 512], &claims)?.to_owned())
    }

    /// A token with any header and payload, signed with the device's key.
    fn signed(&self, header: &str, payload: &str) -> Result<String, Box<dyn Error>> {
        let input = format!("{}.{}", encode(header.as_bytes())?, encode(payload.as_bytes())?);
        let signature = self.key.sign(input.as_bytes())?;
        Ok(format!("{input}.{}", encode(&signature)?))
    }

    fn check(&self, token: &str) -> Result<(), Refusal> {
        let mut scratch = [0; 4096];
        UnverifiedToken::parse(token)
            .and_then(|token| token.verify(&self.public, &mut scratch))
            .map_err(Refusal::Verify)?
            .validate(&policy(), self.now)
            .map_err(Refusal::Claims)?;
        Ok(())
    }

    fn refusals(&self, token: &str) -> Result<usize, Box<dyn Error>> {
        let good = self.claims();
        let (input, signature) = token.rsplit_once('.').ok_or("no signature")?;
        let (header, payload) = input.split_once('.').ok_or("no payload")?;
        let json = format!(r#"{{"iss":"{ISSUER}","aud":"{AUDIENCE}","exp":9999999999}}"#);

        let mut tampered = payload.to_owned();
        tampered.replace_range(8..9, if payload.get(8..9) == Some("A") { "B" } else { "A" });
        let none = encode(br#"{"alg":"none"}"#)?;
        let confused = {
            // The attacker knows the public key and uses it as an HMAC secret.
            let secret = HmacKey::<Hs256>::new(&self.public.to_sec1())?;
            Minter::new().mint(&mut [0; 512], &secret, &good)?.as_str().to_owned()
        };
        let stranger = Minter::new().mint(&mut [0; 512], &new_key()?, &good)?.as_str().to_owned();
        let past = self.now.saturating_sub(LIFETIME);

        let cases: Vec<(&str, String)> = vec![
            ("expired", self.with(RegisteredClaims { expiration_time: Some(past), ..good })?),
            ("expires this second", {
                self.with(RegisteredClaims { expiration_time: Some(self.now), ..good })?
            }),
            ("never expires", self.with(RegisteredClaims { expiration_time: None, ..good })?),
            ("not valid yet", {
                let later = Some(self.now.saturating_add(60));
                self.with(RegisteredClaims { not_before: later, ..good })?
            }),
            ("for another audience", {
                let other = Some("https://other.example".into());
                self.with(RegisteredClaims { audience: other, ..good })?
            }),
            ("from another issuer", self.with(RegisteredClaims { issuer: Some("evil"), ..good })?),
            ("exp is a string", {
                let json = json.replace("9999999999", "\"never\"");
                self.signed(r#"{"alg":"ES256"}"#, &json)?
            }),
            ("a claim twice", {
                let json = json.replace('}', r#","\u0069ss":"evil"}"#);
                self.signed(r#"{"alg":"ES256"}"#, &json)?
            }),
            ("another kind of token", self.signed(r#"{"alg":"ES256","typ":"dpop+jwt"}"#, &json)?),
            ("crit in the header", self.signed(r#"{"alg":"ES256","crit":["b64"]}"#, &json)?),
            ("one character changed", format!("{header}.{tampered}.{signature}")),
            ("alg none, no signature", format!("{none}.{payload}.")),
            ("public key as HMAC secret", confused),
            ("signed by a stranger", stranger),
            ("signature of zeros", format!("{input}.{}", encode(&[0; 64])?)),
            ("padding", format!("{token}==")),
            ("five segments", format!("{token}.AAAA.AAAA")),
        ];
        for (name, token) in &cases {
            match self.check(token) {
                Ok(()) => return Err(format!("accepted, and must not be: {name}").into()),
                Err(Refusal::Verify(error)) => show(name, error.stage().as_str(), &error),
                Err(Refusal::Claims(errors)) => show(name, "claims", &errors),
            }
        }

        // And two that never get as far as a token.
        let mut buf = [0; 512];
        let draft = Minter::new().draft::<Es256>(&mut buf, &good)?;
        show("signer returned zeros", "mint", &draft.finish(&[0; 64]).err().ok_or("minted")?);
        let secret = HmacKey::<Hs256>::new(&self.public.to_spki_der());
        show("public key as a secret", "key", &secret.err().ok_or("accepted a public key")?);
        Ok(cases.len().saturating_add(2))
    }
}

fn show(case: &str, stage: &str, error: &dyn Error) {
    println!("   {case:<26} {stage:<10} {error}");
}

fn policy() -> Policy<'static> {
    Policy::new(ISSUER, AUDIENCE)
}

fn encode(bytes: &[u8]) -> Result<String, Box<dyn Error>> {
    let mut text = vec![0; base64url::encoded_len(bytes.len())];
    Ok(base64url::encode(bytes, &mut text)?.to_owned())
}
