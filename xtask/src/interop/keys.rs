//! Keys from everybody, in every form: `jwt` has to read them all, and everybody has to read what
//! `jwt` writes.

use jwt_core::base64url;
use serde_json::{Value, json};

use super::algorithms::{self, Alg, Kind};
use super::jwt::Jwt;
use super::peer::Peer;
use super::{Tally, containers};
use crate::sh::{Result, in_ci};

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

/// All keys; the first of each algorithm is the JWK of `jwt keygen`. A source that fails is a case
/// that failed; without the first keys there is nothing to do.
pub(super) fn make(jwt: &Jwt, peer: &mut Peer, tally: &mut Tally) -> Result<Vec<Key>> {
    let algs: Vec<Alg> = algorithms::of(peer).collect();
    let mut keys = Vec::new();
    for alg in &algs {
        keys.push(ours(jwt, "ours", *alg, "jwk")?);
    }
    let mut more = Vec::new();
    for alg in algs {
        let mut add = |name: &str, key| more.push((name.to_owned(), alg, key));
        add("a JWK of the peer", theirs(jwt, peer, alg, "jwk"));
        if let Kind::Secret(len) = alg.kind {
            add("a raw secret", raw_secret(jwt, alg, len));
            continue;
        }
        add("PEM of the peer", theirs(jwt, peer, alg, "pem"));
        add("PEM of jwt keygen", ours(jwt, "ours", alg, "pem"));
        add("PEM of jwt key convert", converted(jwt, alg, "pem"));
        add("DER of jwt key convert", converted(jwt, alg, "der"));
        add("a JWK Set", set(jwt, alg));
        if containers::openssl_is_there() {
            for (name, key) in containers::make(jwt, alg) {
                add(&name, key);
            }
        } else if in_ci() {
            return Err("openssl is missing".into());
        } else {
            println!("SKIPPED the containers of openssl for {}: it is missing", alg.name);
        }
    }
    for (name, alg, key) in more {
        match key {
            Ok(key) => keys.push(Key { name, ..key }),
            Err(error) => tally.case(format_args!("{}, {name}", alg.name), Err(error)),
        }
    }
    Ok(keys)
}

/// Made by `jwt keygen`. PEM does not say an algorithm, so `jwt` is told where its kind does not either.
fn ours(jwt: &Jwt, name: &str, alg: Alg, format: &str) -> Result<Key> {
    let private = jwt.path(&format!("{name}-{}.{format}", alg.name));
    let mut arguments = vec!["keygen", "--alg", alg.name, "--format", format, "--out", &private];
    let public = jwt.path(&format!("{name}-{}-public.{format}", alg.name));
    if alg.is_asymmetric() {
        arguments.extend(["--public-out", &public]);
    }
    jwt.done(&arguments)?;
    let public = if alg.is_asymmetric() { public } else { private.clone() };
    let said = format == "jwk";
    Ok(Key {
        name: String::from("JWK of jwt keygen"),
        alg: alg.name,
        private: std::fs::read_to_string(&private)?,
        public: std::fs::read_to_string(&public)?,
        signer: told(private, alg, said),
        verifier: told(public, alg, said),
        ..Key::default()
    })
}

/// Made by `jwt keygen` and converted: PEM is for the peer, DER for `jwt` itself.
fn converted(jwt: &Jwt, alg: Alg, format: &str) -> Result<Key> {
    let key = ours(jwt, &format!("before-{format}"), alg, "jwk")?;
    let (Some(file), Some(public_file)) = (key.signer.last(), key.verifier.last()) else {
        return Err("a key without a file".into());
    };
    let private = jwt.done(&["key", "convert", file, "--to", format])?;
    let public = jwt.done(&["key", "convert", file, "--to", format, "--public"])?;
    if public != jwt.done(&["key", "convert", public_file, "--to", format])? {
        return Err("the public half depends on the file that it comes from".into());
    }
    let write = |name: &str, bytes: &[u8]| {
        let file = jwt.write(&format!("converted-{}-{name}.{format}", alg.name), bytes)?;
        Ok::<_, Box<dyn std::error::Error>>(told(file, alg, false))
    };
    let (signer, verifier) = (write("private", &private)?, write("public", &public)?);
    if format == "pem" {
        let (private, public) = (String::from_utf8(private)?, String::from_utf8(public)?);
        return Ok(Key { private, public, signer, verifier, ..key });
    }
    Ok(Key { signer, verifier, ..key })
}

/// Two public keys in a JWK Set, named by their thumbprints; the second one signs.
fn set(jwt: &Jwt, alg: Alg) -> Result<Key> {
    let mut public_keys = Vec::new();
    let mut keys = Vec::new();
    for name in ["first", "second"] {
        let file = |half: &str| jwt.path(&format!("{name}-{}{half}.jwk", alg.name));
        let (private, public) = (file(""), file("-public"));
        let out = ["--out", &private, "--public-out", &public];
        let keygen = ["keygen", "--alg", alg.name, "--format", "jwk", "--kid-thumbprint"];
        jwt.done(&[keygen.as_slice(), &out].concat())?;
        let jwk: Value = serde_json::from_str(&std::fs::read_to_string(&public)?)?;
        keys.push(Key {
            alg: alg.name,
            private: std::fs::read_to_string(&private)?,
            public: jwk.to_string(),
            signer: argument(private),
            kid: jwk.get("kid").and_then(Value::as_str).map(str::to_owned),
            ..Key::default()
        });
        public_keys.push(jwk);
    }
    let verifier = argument(
        jwt.write(&format!("{}.jwks", alg.name), json!({"keys": public_keys}).to_string())?,
    );
    let second = keys.pop().ok_or("no keys")?;
    if second.kid.is_none() {
        return Err("--kid-thumbprint made no kid".into());
    }
    Ok(Key { verifier, ..second })
}

/// Made by the peer. Its JWK names no algorithm, so `jwt` is told.
fn theirs(jwt: &Jwt, peer: &mut Peer, alg: Alg, format: &str) -> Result<Key> {
    let (private, public) = peer.keygen(alg.name, format)?;
    let signer = jwt.write(&format!("theirs-{}.{format}", alg.name), &private)?;
    let verifier = jwt.write(&format!("theirs-{}-public.{format}", alg.name), &public)?;
    let (signer, verifier) = (told(signer, alg, false), told(verifier, alg, false));
    Ok(Key { alg: alg.name, private, public, signer, verifier, ..Key::default() })
}

/// Random bytes in a file, one of them a line feed at the end; the peer takes them as a JWK.
fn raw_secret(jwt: &Jwt, alg: Alg, len: usize) -> Result<Key> {
    let mut secret = vec![0; len];
    getrandom::fill(&mut secret).map_err(|error| error.to_string())?;
    if let Some(last) = secret.last_mut() {
        *last = b'\n'; // part of the secret: nobody may trim it
    }
    let jwk = json!({"kty": "oct", "k": encode(&secret)?}).to_string();
    let file = jwt.write(&format!("{}.secret", alg.name), secret)?;
    let signer = ["--secret-file", &file, "--alg", alg.name].map(str::to_owned).to_vec();
    let verifier = signer.clone();
    Ok(Key { alg: alg.name, private: jwk.clone(), public: jwk, signer, verifier, ..Key::default() })
}

/// The arguments for the file of a key, which may not say its algorithm.
fn told(file: String, alg: Alg, said: bool) -> Vec<String> {
    let mut arguments = argument(file);
    if !said && !alg.implied {
        arguments.extend(["--alg".to_owned(), alg.name.to_owned()]);
    }
    arguments
}

/// The argument that names the file of a key.
pub(super) fn argument(file: String) -> Vec<String> {
    vec![String::from("--key"), file]
}

/// base64url without padding.
pub(super) fn encode(bytes: &[u8]) -> Result<String> {
    let mut text = vec![0; base64url::encoded_len(bytes.len())];
    Ok(base64url::encode(bytes, &mut text)?.to_owned())
}
