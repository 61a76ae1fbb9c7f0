//! Keys from everybody, in every form: `jwt` has to read them all, and everybody has to read what
//! `jwt` writes.

use jwt_core::base64url;
use serde_json::{Value, json};

use super::Tally;
use super::jwt::Jwt;
use super::peer::Peer;
use crate::sh::{Result, ask, cmd};

/// A key as each side is told it.
#[derive(Clone, Default)]
pub(super) struct Key {
    /// Where it comes from, for the names of cases.
    pub(super) name: String,
    pub(super) alg: &'static str,
    /// For peers: the text of a file. Public and private are one for HMAC.
    pub(super) private: String,
    pub(super) public: String,
    /// For `jwt`: the arguments that say which key signs, and which verifies.
    pub(super) signer: Vec<String>,
    pub(super) verifier: Vec<String>,
    /// What tokens have to call it, if anything.
    pub(super) kid: Option<String>,
}

impl Key {
    /// The secret of a JWK for HMAC, as base64url.
    pub(super) fn secret(&self) -> Result<String> {
        let jwk: Value = serde_json::from_str(&self.private)?;
        Ok(jwk.get("k").and_then(Value::as_str).ok_or("a key without k")?.to_owned())
    }
}

/// The algorithms, and how long a secret has to be.
pub(super) const HMAC: [(&str, usize); 3] = [("HS256", 32), ("HS384", 48), ("HS512", 64)];

/// All keys; the first of each algorithm is the JWK of `jwt keygen`. A source that fails is a case
/// that failed; without the first keys there is nothing to do.
pub(super) fn make(jwt: &Jwt, peer: &mut Peer, tally: &mut Tally) -> Result<Vec<Key>> {
    let mut keys = Vec::new();
    for (alg, _) in HMAC {
        keys.push(ours(jwt, "ours", alg, "jwk")?);
    }
    keys.push(ours(jwt, "ours", "ES256", "jwk")?);
    let mut more = Vec::new();
    for (alg, len) in HMAC {
        more.push(("a raw secret", alg, raw_secret(jwt, alg, len)));
        more.push(("a JWK of the peer", alg, theirs(jwt, peer, alg, "jwk")));
    }
    let es256 = "ES256";
    more.push(("PEM of jwt keygen", es256, ours(jwt, "ours", es256, "pem")));
    more.push(("PEM of jwt key convert", es256, converted(jwt, "pem")));
    more.push(("DER of jwt key convert", es256, converted(jwt, "der")));
    more.push(("a JWK Set", es256, set(jwt)));
    more.push(("a JWK of the peer", es256, theirs(jwt, peer, es256, "jwk")));
    more.push(("PEM of the peer", es256, theirs(jwt, peer, es256, "pem")));
    if ask(cmd("openssl").arg("version")).is_some() {
        more.push(("SEC1 and SPKI PEM of openssl", es256, openssl(jwt, "pem")));
        more.push(("PKCS#8 and SPKI DER of openssl", es256, openssl(jwt, "der")));
    }
    for (name, alg, key) in more {
        match key {
            Ok(key) => keys.push(Key { name: name.to_owned(), ..key }),
            Err(error) => tally.case(format_args!("{alg}, {name}"), Err(error)),
        }
    }
    Ok(keys)
}

/// Made by `jwt keygen`.
fn ours(jwt: &Jwt, name: &str, alg: &'static str, format: &str) -> Result<Key> {
    let private = jwt.path(&format!("{name}-{alg}.{format}"));
    let mut arguments = vec!["keygen", "--alg", alg, "--format", format, "--out", &private];
    let public = jwt.path(&format!("{name}-{alg}-public.{format}"));
    if alg == "ES256" {
        arguments.extend(["--public-out", &public]);
    }
    jwt.done(&arguments)?;
    let public = if alg == "ES256" { public } else { private.clone() };
    Ok(Key {
        name: String::from("JWK of jwt keygen"),
        alg,
        private: std::fs::read_to_string(&private)?,
        public: std::fs::read_to_string(&public)?,
        signer: vec![String::from("--key"), private],
        verifier: vec![String::from("--key"), public],
        ..Key::default()
    })
}

/// Made by `jwt keygen` and converted: PEM is for the peer, DER for `jwt` itself.
fn converted(jwt: &Jwt, format: &str) -> Result<Key> {
    let key = ours(jwt, &format!("before-{format}"), "ES256", "jwk")?;
    let (Some(file), Some(public_file)) = (key.signer.last(), key.verifier.last()) else {
        return Err("a key without a file".into());
    };
    let private = jwt.done(&["key", "convert", file, "--to", format])?;
    let public = jwt.done(&["key", "convert", file, "--to", format, "--public"])?;
    if public != jwt.done(&["key", "convert", public_file, "--to", format])? {
        return Err("the public half depends on the file that it comes from".into());
    }
    if format == "pem" {
        let (private, public) = (String::from_utf8(private)?, String::from_utf8(public)?);
        return Ok(Key { private, public, ..key });
    }
    let signer = argument(jwt.write("converted.der", private)?);
    let verifier = argument(jwt.write("converted-public.der", public)?);
    Ok(Key { signer, verifier, ..key })
}

/// Two public keys in a JWK Set, named by their thumbprints; the second one signs.
fn set(jwt: &Jwt) -> Result<Key> {
    let mut public_keys = Vec::new();
    let mut keys = Vec::new();
    for name in ["first", "second"] {
        let (private, public) =
            (jwt.path(&format!("{name}.jwk")), jwt.path(&format!("{name}-public.jwk")));
        let out = ["--out", &private, "--public-out", &public];
        let keygen = ["keygen", "--alg", "ES256", "--format", "jwk", "--kid-thumbprint"];
        jwt.done(&[keygen.as_slice(), &out].concat())?;
        let jwk: Value = serde_json::from_str(&std::fs::read_to_string(&public)?)?;
        keys.push(Key {
            alg: "ES256",
            private: std::fs::read_to_string(&private)?,
            public: jwk.to_string(),
            signer: argument(private),
            kid: jwk.get("kid").and_then(Value::as_str).map(str::to_owned),
            ..Key::default()
        });
        public_keys.push(jwk);
    }
    let verifier = argument(jwt.write("set.jwks", json!({"keys": public_keys}).to_string())?);
    let second = keys.pop().ok_or("no keys")?;
    if second.kid.is_none() {
        return Err("--kid-thumbprint made no kid".into());
    }
    Ok(Key { verifier, ..second })
}

/// Made by the peer. Its JWK for HMAC names no algorithm, so `jwt` is told.
fn theirs(jwt: &Jwt, peer: &mut Peer, alg: &'static str, format: &str) -> Result<Key> {
    let (private, public) = peer.keygen(alg, format)?;
    let mut signer = argument(jwt.write(&format!("theirs-{alg}.{format}"), &private)?);
    let mut verifier = argument(jwt.write(&format!("theirs-{alg}-public.{format}"), &public)?);
    if alg != "ES256" {
        signer.extend(["--alg".to_owned(), alg.to_owned()]);
        verifier.extend(["--alg".to_owned(), alg.to_owned()]);
    }
    Ok(Key { alg, private, public, signer, verifier, ..Key::default() })
}

/// Random bytes in a file, one of them a line feed at the end; the peer takes them as a JWK.
fn raw_secret(jwt: &Jwt, alg: &'static str, len: usize) -> Result<Key> {
    let mut secret = vec![0; len];
    getrandom::fill(&mut secret).map_err(|error| error.to_string())?;
    if let Some(last) = secret.last_mut() {
        *last = b'\n'; // part of the secret: nobody may trim it
    }
    let jwk = json!({"kty": "oct", "k": encode(&secret)?}).to_string();
    let file = jwt.write(&format!("{alg}.secret"), secret)?;
    let signer = ["--secret-file", &file, "--alg", alg].map(str::to_owned).to_vec();
    let verifier = signer.clone();
    Ok(Key { alg, private: jwk.clone(), public: jwk, signer, verifier, ..Key::default() })
}

/// Made by the OpenSSL command. The peer always takes PEM.
fn openssl(jwt: &Jwt, format: &str) -> Result<Key> {
    let openssl = |arguments: &[&str]| -> Result<String> {
        let said = ask(cmd("openssl").args(arguments));
        said.ok_or_else(|| format!("openssl {} failed", arguments.join(" ")).into())
    };
    let sec1 = jwt.path(&format!("openssl-{format}.pem"));
    openssl(&["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", &sec1])?;
    let private = openssl(&["pkcs8", "-topk8", "-nocrypt", "-in", &sec1])?;
    let public = openssl(&["ec", "-in", &sec1, "-pubout"])?;
    let (signer, verifier) = if format == "pem" {
        (sec1, jwt.write("openssl-public.pem", &public)?)
    } else {
        let (der, spki) = (jwt.path("openssl.der"), jwt.path("openssl-public.der"));
        let pkcs8 = ["pkcs8", "-topk8", "-nocrypt", "-outform", "DER", "-in", &sec1, "-out", &der];
        openssl(&pkcs8)?;
        openssl(&["ec", "-in", &sec1, "-pubout", "-outform", "DER", "-out", &spki])?;
        (der, spki)
    };
    let (signer, verifier) = (argument(signer), argument(verifier));
    Ok(Key { alg: "ES256", private, public, signer, verifier, ..Key::default() })
}

/// The argument that names the file of a key.
fn argument(file: String) -> Vec<String> {
    vec![String::from("--key"), file]
}

/// base64url without padding.
pub(super) fn encode(bytes: &[u8]) -> Result<String> {
    let mut text = vec![0; base64url::encoded_len(bytes.len())];
    Ok(base64url::encode(bytes, &mut text)?.to_owned())
}
