//! Keys that the OpenSSL command makes, in every container it writes. The peer is told PKCS#8 and SPKI in PEM,
//! which everybody reads; `jwt` is told each container in turn.

use super::algorithms::{Alg, Kind};
use super::jwt::Jwt;
use super::keys::{Key, argument};
use crate::sh::{Result, ask, cmd};

/// A container of a private and one of a public key: a name, and how OpenSSL writes it.
struct Pair {
    name: &'static str,
    private: &'static [&'static str],
    public: &'static [&'static str],
}

/// The pair that is there for every algorithm.
const EVERYBODY_S: &str = "PKCS#8 and SPKI PEM";

const PKCS8: &[&str] = &["pkcs8", "-topk8", "-nocrypt"];
const PKCS8_DER: &[&str] = &["pkcs8", "-topk8", "-nocrypt", "-outform", "DER"];
const SPKI: &[&str] = &["pkey", "-pubout"];
const SPKI_DER: &[&str] = &["pkey", "-pubout", "-outform", "DER"];
/// Ten years, since `jwt` looks at nothing but the key.
const CERTIFICATE: &[&str] =
    &["req", "-x509", "-subj", "/CN=test", "-days", "3650", "-new", "-key"];
const CERTIFICATE_DER: &[&str] =
    &["req", "-x509", "-outform", "DER", "-subj", "/CN=test", "-days", "3650", "-new", "-key"];

const EC: &[Pair] = &[
    Pair { name: "SEC1 and SPKI PEM", private: &["ec"], public: SPKI },
    Pair {
        name: "SEC1 DER and a certificate in PEM",
        private: &["ec", "-outform", "DER"],
        public: CERTIFICATE,
    },
    Pair { name: "PKCS#8 and SPKI DER", private: PKCS8_DER, public: SPKI_DER },
    Pair {
        name: "PKCS#8 PEM and a compressed point",
        private: PKCS8,
        public: &["ec", "-pubout", "-conv_form", "compressed"],
    },
    Pair {
        name: "SEC1 with a compressed point and a certificate in DER",
        private: &["ec", "-conv_form", "compressed"],
        public: CERTIFICATE_DER,
    },
    Pair { name: "SEC1 without a point", private: &["ec", "-no_public"], public: SPKI },
];

const ED25519: &[Pair] = &[
    Pair { name: EVERYBODY_S, private: PKCS8, public: SPKI },
    Pair { name: "PKCS#8 and SPKI DER", private: PKCS8_DER, public: SPKI_DER },
    Pair { name: "PKCS#8 and a certificate in PEM", private: PKCS8, public: CERTIFICATE },
    Pair { name: "PKCS#8 and a certificate in DER", private: PKCS8_DER, public: CERTIFICATE_DER },
];

const RSA: &[Pair] = &[
    Pair {
        name: "PKCS#1 PEM of both",
        private: &["rsa", "-traditional"],
        public: &["rsa", "-RSAPublicKey_out"],
    },
    Pair {
        name: "PKCS#1 DER of both",
        private: &["rsa", "-traditional", "-outform", "DER"],
        public: &["rsa", "-RSAPublicKey_out", "-outform", "DER"],
    },
    Pair { name: EVERYBODY_S, private: PKCS8, public: SPKI },
    Pair { name: "PKCS#8 and SPKI DER", private: PKCS8_DER, public: SPKI_DER },
    Pair { name: "PKCS#8 PEM and a certificate in PEM", private: PKCS8, public: CERTIFICATE },
    Pair {
        name: "PKCS#8 DER and a certificate in DER",
        private: PKCS8_DER,
        public: CERTIFICATE_DER,
    },
];

/// Keys for an algorithm, one a container; for all but the first of a kind of key only the container that everybody
/// has.
pub(super) fn make(jwt: &Jwt, alg: Alg) -> Vec<(String, Result<Key>)> {
    let (pairs, new): (_, Vec<&str>) = match alg.kind {
        Kind::Secret(_) => return Vec::new(),
        Kind::Curve(curve) => (EC, vec!["ecparam", "-name", curve, "-genkey", "-noout"]),
        Kind::Ed25519 => (ED25519, vec!["genpkey", "-algorithm", "ED25519"]),
        Kind::Rsa => (RSA, vec!["genpkey", "-algorithm", "RSA"]),
    };
    let pairs = pairs.iter().filter(|pair| alg.first_of_its_kind() || pair.name == EVERYBODY_S);
    pairs
        .enumerate()
        .map(|(i, pair)| (format!("{} of openssl", pair.name), key(jwt, alg, i, pair, &new)))
        .collect()
}

/// Whether the command is there.
pub(super) fn openssl_is_there() -> bool {
    ask(cmd("openssl").arg("version")).is_some()
}

fn key(jwt: &Jwt, alg: Alg, number: usize, pair: &Pair, new: &[&str]) -> Result<Key> {
    let file = |name: &str| jwt.path(&format!("openssl-{}-{number}.{name}", alg.name));
    let (first, private, public) = (file("new"), file("private"), file("public"));
    openssl(new, &["-out", &first])?;
    let write = |how: &[&str], to: &str| match how.last() {
        Some(&"-key") => openssl(how, &[&first, "-out", to]),
        _ => openssl(how, &["-in", &first, "-out", to]),
    };
    write(pair.private, &private)?;
    write(pair.public, &public)?;
    let mut signer = argument(private);
    let mut verifier = argument(public);
    if !alg.implied {
        for side in [&mut signer, &mut verifier] {
            side.extend(["--alg".to_owned(), alg.name.to_owned()]);
        }
    }
    Ok(Key {
        alg: alg.name,
        private: openssl(PKCS8, &["-in", &first])?,
        public: openssl(SPKI, &["-in", &first])?,
        signer,
        verifier,
        ..Key::default()
    })
}

fn openssl(how: &[&str], more: &[&str]) -> Result<String> {
    let said = ask(cmd("openssl").args(how).args(more));
    said.ok_or_else(|| format!("openssl {} failed", how.join(" ")).into())
}
