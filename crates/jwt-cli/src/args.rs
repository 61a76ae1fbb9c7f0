//! The arguments, as clap reads them. The doc comments are the help texts.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::{OsStringValueParser, PossibleValue, StringValueParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use jwt_std::{Algorithm, SigningKey};

/// Make keys, mint, verify and inspect JSON Web Tokens
///
/// Exit codes: 0 done, 1 I/O, 2 usage, 3 malformed token or key, 4 signature or key refused,
/// 5 claims refused.
#[derive(Debug, Parser)]
#[command(name = "jwt", version, color = clap::ColorChoice::Never, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a key from the randomness of the operating system
    Keygen(Keygen),
    /// Look at keys and convert them
    Key {
        #[command(subcommand)]
        command: KeyCommand,
    },
    /// Mint a token; nothing is added that was not asked for, except iat
    Mint(Mint),
    /// Verify a token and validate its claims; prints the claims
    Verify(Verify),
    /// Show what a token says, UNVERIFIED
    Decode(Decode),
    /// Get an access token for a client that is known by its key (RFC 7523)
    #[cfg(feature = "token")]
    Token(Token),
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the man page
    Man,
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeyCommand {
    /// Container, curve, private or public, kid and thumbprint; never a secret
    Inspect(Inspect),
    /// Write a key in another form
    Convert(Convert),
    /// The RFC 7638 thumbprint of a key, to be its kid
    Thumbprint(Inspect),
    /// Write the public parts of keys as a JWK Set, to be published
    Set(Set),
}

/// An algorithm that there are keys for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Alg(Algorithm);

impl Alg {
    const ALL: [Self; SigningKey::ALGORITHMS.len()] = {
        let mut all = [Self(Algorithm::Es256); SigningKey::ALGORITHMS.len()];
        let mut at = 0;
        #[allow(clippy::indexing_slicing, clippy::arithmetic_side_effects)] // at compile time
        while at < all.len() {
            all[at] = Self(SigningKey::ALGORITHMS[at]);
            at += 1;
        }
        all
    };

    pub(crate) const fn algorithm(self) -> Algorithm {
        self.0
    }
}

impl ValueEnum for Alg {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.0.name()))
    }
}

#[derive(Debug, Args)]
pub(crate) struct Keygen {
    /// What the key is for
    #[arg(long)]
    pub(crate) alg: Alg,
    /// Size of the modulus of an RSA key: 2048, 3072, 4096 or 8192; 2048 without this
    #[arg(long, value_name = "BITS")]
    pub(crate) rsa_bits: Option<usize>,
    /// Name of the key
    #[arg(
        long,
        value_name = "ID",
        conflicts_with = "kid_thumbprint",
        allow_hyphen_values = true,
        value_parser = name()
    )]
    pub(crate) kid: Option<String>,
    /// Name the key by its RFC 7638 thumbprint
    #[arg(long)]
    pub(crate) kid_thumbprint: bool,
    /// Where the private key goes, readable by its owner only; stdout without this
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Where the public key goes
    #[arg(long, value_name = "FILE")]
    pub(crate) public_out: Option<PathBuf>,
    /// Form of the files
    #[arg(long, default_value = "jwk")]
    pub(crate) format: KeygenFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum KeygenFormat {
    Jwk,
    Pem,
}

#[derive(Debug, Args)]
pub(crate) struct Inspect {
    /// A JWK, JWK Set, PEM or DER (of a certificate the key); - is stdin
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct Convert {
    /// A JWK, PEM or DER (of a certificate the key); - is stdin
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// The form to write
    #[arg(long)]
    pub(crate) to: ConvertFormat,
    /// Write the public part only
    #[arg(long)]
    pub(crate) public: bool,
    /// The algorithm; needed where a JWK is written and the key does not say
    #[arg(long)]
    pub(crate) alg: Option<Alg>,
}

#[derive(Debug, Args)]
pub(crate) struct Set {
    /// A JWK, PEM or DER each, private or public; a key without a kid gets its thumbprint
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// The algorithm of keys that do not say
    #[arg(long)]
    pub(crate) alg: Option<Alg>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ConvertFormat {
    Jwk,
    Pem,
    Der,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct KeySource {
    /// A JWK, JWK Set, PEM or DER (of a certificate the key); - is stdin
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
    /// A raw HMAC secret, every byte of it; - is stdin
    #[arg(long, value_name = "FILE")]
    pub(crate) secret_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct VerifySource {
    /// A JWK, JWK Set, PEM or DER (of a certificate the key); - is stdin
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
    /// A raw HMAC secret, every byte of it; - is stdin
    #[arg(long, value_name = "FILE")]
    pub(crate) secret_file: Option<PathBuf>,
    /// A JWK Set to fetch: https, or http to this machine
    #[cfg(feature = "remote-jwks")]
    #[arg(long, value_name = "URL")]
    pub(crate) jwks_url: Option<String>,
    /// Fetch the JWK Set that the metadata of --iss name (RFC 8414, OpenID)
    #[cfg(feature = "remote-jwks")]
    #[arg(long, requires = "iss")]
    pub(crate) discover: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Mint {
    #[command(flatten)]
    pub(crate) source: KeySource,
    /// The algorithm; needed where the key does not say
    #[arg(long)]
    pub(crate) alg: Option<Alg>,
    /// kid of the header; of a JWK Set it chooses the key
    #[arg(long, allow_hyphen_values = true, value_parser = name())]
    pub(crate) kid: Option<String>,
    /// typ of the header
    #[arg(long)]
    pub(crate) typ: Option<String>,
    /// Own header members, a JSON object
    #[arg(long, value_name = "JSON")]
    pub(crate) header: Option<String>,
    /// Claims, a JSON object; @FILE is a file, - is stdin
    #[arg(long, value_name = "JSON|@FILE|-")]
    pub(crate) claims: Option<String>,
    /// Issuer
    #[arg(long, allow_hyphen_values = true, value_parser = name())]
    pub(crate) iss: Option<String>,
    /// Subject
    #[arg(long, allow_hyphen_values = true, value_parser = name())]
    pub(crate) sub: Option<String>,
    /// Audience; several make an array
    #[arg(long, allow_hyphen_values = true, value_parser = name())]
    pub(crate) aud: Vec<String>,
    /// Expiration: seconds from now, or @ and UNIX seconds
    #[arg(long, value_name = "SECONDS|@UNIX", value_parser = moment, allow_negative_numbers = true)]
    pub(crate) exp: Option<Moment>,
    /// Not before: seconds from now, or @ and UNIX seconds
    #[arg(long, value_name = "SECONDS|@UNIX", value_parser = moment, allow_negative_numbers = true)]
    pub(crate) nbf: Option<Moment>,
    /// Leave out iat
    #[arg(long)]
    pub(crate) no_iat: bool,
    /// JWT ID; 128 random bits without a value
    #[arg(long, value_name = "ID", num_args = 0..=1)]
    pub(crate) jti: Option<Option<String>>,
    /// The time now, in UNIX seconds; the system clock without this
    #[arg(long, value_name = "UNIX", allow_negative_numbers = true)]
    pub(crate) now: Option<i64>,
}

#[derive(Debug, Args)]
pub(crate) struct Verify {
    #[command(flatten)]
    pub(crate) source: VerifySource,
    /// An allowed algorithm; may repeat. A key only ever serves its own
    #[arg(long)]
    pub(crate) alg: Vec<Alg>,
    /// The issuer that is expected
    #[arg(long, allow_hyphen_values = true, value_parser = name())]
    pub(crate) iss: Option<String>,
    /// The subject that is expected
    #[arg(long, allow_hyphen_values = true, value_parser = name())]
    pub(crate) sub: Option<String>,
    /// An audience that is expected; several mean any of them, none means that none is used
    #[arg(long, allow_hyphen_values = true, value_parser = name())]
    pub(crate) aud: Vec<String>,
    /// The typ that is expected; absent or JWT without this
    #[arg(long)]
    pub(crate) typ: Option<String>,
    /// How far clocks may be apart
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    pub(crate) leeway: u64,
    /// How long ago the token may have been issued; requires iat
    #[arg(long, value_name = "SECONDS")]
    pub(crate) max_age: Option<u64>,
    /// A claim that has to be there; may repeat
    #[arg(long, value_name = "CLAIM")]
    pub(crate) require: Vec<String>,
    /// Accept a token without exp, which is good forever
    #[arg(long)]
    pub(crate) allow_missing_exp: bool,
    /// The time now, in UNIX seconds; the system clock without this
    #[arg(long, value_name = "UNIX", allow_negative_numbers = true)]
    pub(crate) now: Option<i64>,
    /// Print one JSON object, on success and on failure
    #[arg(long)]
    pub(crate) json: bool,
    /// The token; - is stdin
    #[arg(value_name = "TOKEN", allow_hyphen_values = true, value_parser = token())]
    pub(crate) token: OsString,
}

#[cfg(feature = "token")]
#[derive(Debug, Args)]
pub(crate) struct Token {
    /// The authorization server, by its issuer identifier
    #[arg(long, value_name = "URL")]
    pub(crate) issuer: String,
    /// Its token endpoint: https, or http to this machine; its metadata (RFC 8414, OpenID) tell without this
    #[arg(long, value_name = "URL")]
    pub(crate) token_endpoint: Option<String>,
    /// The client ID
    #[arg(long, value_name = "ID", allow_hyphen_values = true, value_parser = name())]
    pub(crate) client_id: String,
    /// The key of the client, a JWK, JWK Set, PEM or DER; - is stdin
    #[arg(long, value_name = "FILE")]
    pub(crate) key: PathBuf,
    /// The algorithm; needed where the key does not say
    #[arg(long)]
    pub(crate) alg: Option<Alg>,
    /// kid of the assertion; of a JWK Set it chooses the key
    #[arg(long, allow_hyphen_values = true, value_parser = name())]
    pub(crate) kid: Option<String>,
    /// What is asked for: names with one space between them
    #[arg(long)]
    pub(crate) scope: Option<String>,
    /// The API that the token is for (RFC 8707); may repeat
    #[arg(long, value_name = "URI")]
    pub(crate) resource: Vec<String>,
    /// The audience that the token is for, where the server knows RFC 8693's parameter; may repeat
    #[arg(long, allow_hyphen_values = true, value_parser = name())]
    pub(crate) audience: Vec<String>,
    /// Bind the token to the key, which has to be for ES256 (RFC 9449)
    #[arg(long)]
    pub(crate) dpop: bool,
    /// Address the assertion to the token endpoint, for servers that know RFC 7523 of 2015 only
    #[arg(long)]
    pub(crate) legacy_audience: bool,
    /// Print the header fields of one request to the API, as `curl --header @-` reads them
    #[arg(long, num_args = 2, value_names = ["METHOD", "URL"])]
    pub(crate) fields: Vec<String>,
    /// DPoP-Nonce of the last answer of the API
    #[arg(long, value_name = "NONCE", requires = "dpop", requires = "fields")]
    pub(crate) nonce: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Decode {
    /// The token; - is stdin
    #[arg(value_name = "TOKEN", allow_hyphen_values = true, value_parser = token())]
    pub(crate) token: OsString,
}

/// Any bytes are a token, good or bad, but for what can only be a misspelt option.
fn token() -> impl TypedValueParser<Value = OsString> {
    OsStringValueParser::new().try_map(|token| match is_option(token.as_encoded_bytes()) {
        true => Err("there is no such option"),
        false => Ok(token),
    })
}

/// A name may begin with a hyphen, as one thumbprint in 64 does, but does not look like an option.
fn name() -> impl TypedValueParser<Value = String> {
    StringValueParser::new().try_map(|name| match is_option(name.as_bytes()) {
        true => Err("two hyphens and a word are an option, not a value"),
        false => Ok(name),
    })
}

/// Two hyphens and a word.
fn is_option(text: &[u8]) -> bool {
    let option = text.strip_prefix(b"--").unwrap_or_default();
    let word = |byte: &u8| byte.is_ascii_lowercase() || *byte == b'-';
    !option.is_empty() && option.iter().take_while(|b| **b != b'=').all(word)
}

/// A point in time, relative or not.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Moment {
    /// Seconds from now.
    In(i64),
    /// UNIX seconds.
    At(i64),
}

fn moment(text: &str) -> Result<Moment, String> {
    let seconds = |text: &str| {
        text.parse().map_err(|_| String::from("a whole number of seconds, or @ and UNIX seconds"))
    };
    match text.strip_prefix('@') {
        Some(unix) => seconds(unix).map(Moment::At),
        None => seconds(text).map(Moment::In),
    }
}
