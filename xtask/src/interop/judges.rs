//! `jwt` and PyJWT as judges of tokens that come from elsewhere, each by its own code.

use serde_json::Value;

use super::jwt::Jwt;
use super::keys::{Key, encode};
use super::peer::Peer;
use super::{Expect, Side};
use crate::sh::{Result, in_ci, root};

/// Those who judge.
pub(crate) struct Judges {
    jwt: Jwt,
    peers: Vec<Peer>,
}

/// What a token has to be, and by which key.
pub(crate) struct Claimed<'c> {
    pub(crate) alg: &'static str,
    /// For HS256 the secret, for ES256 the point in uncompressed SEC1 form.
    pub(crate) key: &'c [u8],
    pub(crate) issuer: &'c str,
    pub(crate) audience: &'c str,
    pub(crate) now: i64,
}

impl Judges {
    /// PyJWT is installed where it can be; in CI it has to be.
    pub(crate) fn new(folder: &str) -> Result<Self> {
        let mut jwt = Jwt::build()?;
        jwt.work_in(root().join("target").join(folder).join("judges"))?;
        let peers = match Peer::pyjwt(&root().join("target/interop")) {
            Ok(peer) => vec![peer],
            Err(error) if in_ci() => return Err(error),
            Err(error) => {
                println!("SKIPPED the second opinion of PyJWT: {error}");
                Vec::new()
            }
        };
        Ok(Self { jwt, peers })
    }

    /// Who they are.
    pub(crate) fn names(&self) -> String {
        let peers = self.peers.iter().map(|peer| format!(" and {}", peer.title()));
        format!("jwt{}", peers.collect::<String>())
    }

    /// Every judge accepts the token, and reads the same claims. Returns them.
    pub(crate) fn accept(&mut self, token: &str, claimed: &Claimed<'_>) -> Result<Value> {
        let public = jwk(claimed)?;
        let file = self.jwt.write("key.jwk", &public)?;
        let key = Key {
            alg: claimed.alg,
            public,
            verifier: vec![String::from("--key"), file],
            ..Key::default()
        };
        let expect = Expect {
            iss: Some(claimed.issuer.to_owned()),
            aud: Some(claimed.audience.to_owned()),
            at: Some(claimed.now),
            ..Expect::default()
        };
        let mut read = None;
        let mut judges: Vec<&mut dyn Side> = vec![&mut self.jwt];
        for peer in &mut self.peers {
            judges.push(peer);
        }
        for judge in judges {
            let opened = judge.verify(&key, token, &expect)?;
            let opened = opened.map_err(|refusal| format!("{}: {refusal}", judge.name()))?;
            let claims: Value = serde_json::from_str(&opened.claims)?;
            if read.get_or_insert_with(|| claims.clone()) != &claims {
                return Err(format!("{} reads other claims: {claims}", judge.name()).into());
            }
        }
        read.ok_or_else(|| "no judges".into())
    }
}

fn jwk(claimed: &Claimed<'_>) -> Result<String> {
    Ok(match claimed.key {
        [0x04, point @ ..] if claimed.alg == "ES256" && point.len() == 64 => {
            let (x, y) = point.split_at(32);
            let (x, y) = (encode(x)?, encode(y)?);
            format!(r#"{{"kty":"EC","crv":"P-256","alg":"ES256","x":"{x}","y":"{y}"}}"#)
        }
        secret => {
            let (alg, secret) = (claimed.alg, encode(secret)?);
            format!(r#"{{"kty":"oct","alg":"{alg}","k":"{secret}"}}"#)
        }
    })
}
