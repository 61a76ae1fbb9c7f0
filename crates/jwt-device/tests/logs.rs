//! What logs show: of every public type something, of a secret, a token or a signature nothing.
//!
//! `Debug` of a value of each type is searched for the bytes that it holds or has held, in hexadecimal,
//! decimal, base64url and as text. A type that is not in the list fails the census at the end.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs
)] // a test may panic

use std::collections::BTreeMap;
use std::fmt::Debug;

use jwt_core::{
    Es256, Es256SigningKey, HmacKey, Hs256, MintError, Minter, NumericDate, RegisteredClaims,
    SigningFailed, SigningKey, base64url, sha256,
};
use jwt_device::clock::{CivilField, CivilTime, ClockState, DateError, MillisCounter};
use jwt_device::identity::{Jti, PublicJwk, PublicPoint};
use jwt_device::profile::{
    AccessTokenHash, AppStoreConnect, AppStoreConnectScoped, AppStoreServer, AppleApns,
    AudienceForm, ClearBlade, ClientAssertion, Coinbase, DoorDash, DpopProof, KeyId,
    LegacyClientAssertion, Lifetime, LiveKit, MqttPassword, NrfCloud, NrfDevice,
    OktaClientAssertion, ProfileError, ProviderToken as _, Reuse, Rule, RuleViolation,
    SignInWithApple, Subject, TimeUnit, TwilioAccessToken, VapidAuthorization, WebPush, ZhipuGlm,
    ZoomRole, ZoomVideoSdk,
};
use jwt_device::source::{self, Decision, Plan};
use jwt_device::{
    Bearer, CheckedKey, Clock, ClockError, DeviceError, DigestSigner, OffsetClock, Renewal,
    SetError, SignerErrorKind, SoftwareSigner, SourceError, Step, TokenSource, Window,
};

const NOW: NumericDate = NumericDate::from_seconds(1_780_000_000);

/// What no log may show.
struct Secrets {
    /// Keys, secrets and signatures.
    bytes: Vec<Vec<u8>>,
    /// Tokens, and what else is text.
    texts: Vec<String>,
}

impl Secrets {
    /// How `text` shows one of them: four bytes of it suffice, or eight characters.
    fn shown_in(&self, text: &str) -> Option<String> {
        let (lower, bare) = (text.to_lowercase(), text.split_whitespace().collect::<String>());
        let bytes = self.bytes.iter().flat_map(|secret| secret.windows(6)).flat_map(|part| {
            let join = |form: fn(&u8) -> String, by| {
                part[..4].iter().map(form).collect::<Vec<_>>().join(by)
            };
            let hex = |byte: &u8| format!("{byte:02x}");
            let mut buf = [0; 8];
            let base64 = base64url::encode(part, &mut buf).unwrap().to_owned();
            [
                (lower.as_str(), join(hex, "")),
                (lower.as_str(), join(hex, " ")),
                (lower.as_str(), join(hex, ", ")),
                (bare.as_str(), join(u8::to_string, ",")),
                (text, base64),
            ]
        });
        let texts = self.texts.iter().flat_map(|secret| {
            let parts = (0..secret.len()).filter_map(|at| secret.get(at..at + 8));
            parts.map(|part| (text, part.to_owned()))
        });
        bytes.chain(texts).find(|(text, form)| text.contains(form)).map(|(_, form)| form)
    }
}

#[derive(Default)]
struct Shown(BTreeMap<&'static str, String>);

impl Shown {
    fn add(&mut self, name: &'static str, value: &dyn Debug) {
        let text = format!("{value:?}\n{value:#?}\n");
        assert!(text.len() > 4, "{name} shows nothing");
        self.0.entry(name).or_default().push_str(&text);
    }
}

/// `show!(shown, Type: value, …)`: the name as it stands in the source.
macro_rules! show {
    ($shown:ident, $($name:ident: $value:expr),* $(,)?) => {
        $( $shown.add(stringify!($name), &$value); )*
    };
}

struct Fixed;

impl Clock for Fixed {
    fn now(&mut self) -> Result<NumericDate, ClockError> {
        Ok(NOW)
    }
}

/// Somebody's key, whose `Debug` was derived.
#[derive(Clone, Copy, Debug)]
struct Careless([u8; 32]);

impl SigningKey for Careless {
    type Algorithm = Es256;

    fn sign(&self, signing_input: &[u8]) -> Result<[u8; 64], SigningFailed> {
        Es256SigningKey::from_bytes(&self.0).unwrap().sign(signing_input)
    }
}

fn shown() -> (Shown, Secrets) {
    let mut shown = Shown::default();
    let private = sha256(b"a private key");
    let secret = sha256(b"an HMAC secret");
    let key = Es256SigningKey::from_bytes(&private).unwrap();
    let public = key.verifying_key();
    let point = PublicPoint::from_sec1(&public.to_sec1()).unwrap();
    let api_key = "0f1e2d3c4b5a.Kq7vXw2ZsT9rNd4m";
    let access_token = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU";

    let mut buf = [0; 512];
    let claims = RegisteredClaims { subject: Some("sensor-42"), ..Default::default() };
    let token = Minter::new().kid("k").mint(&mut buf, &key, &claims).unwrap();
    let mut source_buf = [0; 512];
    let recipe = source::with_claims(Minter::new(), |window: Window| RegisteredClaims {
        expiration_time: Some(window.expiration_time),
        ..Default::default()
    });
    let for_provider = source::for_provider(|window: Window| AppleApns {
        team_id: "DEF123GHIJ",
        issued_at: window.issued_at,
    });
    show!(shown, WithClaims: recipe, ForProvider: for_provider);
    let signer = SoftwareSigner::new(&key, Some("k"));
    let renewal = Renewal::lasting(300);
    let mut tokens = TokenSource::new(&mut source_buf, signer, Fixed, recipe, renewal);
    let from_source = tokens.token().unwrap();
    let texts = [token.as_str(), from_source.as_str()].map(str::to_owned);
    show!(shown, Token: from_source, Bearer: Bearer(from_source), Bearer: Bearer(token));
    show!(shown, TokenSource: tokens);
    let mut bytes = vec![private.to_vec(), secret.to_vec()];
    for text in &texts {
        let mut signature = [0; 64];
        let (_, encoded) = text.rsplit_once('.').unwrap();
        base64url::decode(encoded.as_bytes(), &mut signature).unwrap();
        bytes.push(signature.to_vec());
    }
    let texts = texts
        .iter()
        .flat_map(|text| text.split('.').skip(1).map(str::to_owned))
        .chain(["Kq7vXw2ZsT9rNd4m", access_token].map(str::to_owned))
        .collect();

    show!(shown,
        SoftwareSigner: SoftwareSigner::new(&key, Some("k")),
        SoftwareSigner: SoftwareSigner::new(Careless(private), None),
        SoftwareSigner: SoftwareSigner::new(HmacKey::<Hs256>::new(&secret).unwrap(), None),
        CheckedKey: CheckedKey::new(Careless(private), public),
        DigestSigner: DigestSigner::new(
            move |_: &[u8; 32]| private.first().map(|_| [1; 64]).ok_or(SignerErrorKind::Other),
            Some("k"),
        ),
        SignerErrorKind: SignerErrorKind::Locked,
        DeviceError: DeviceError::Signer(SignerErrorKind::Bus),
        DeviceError: DeviceError::<SignerErrorKind>::Mint(MintError::InvalidSignature),
        SourceError: SourceError::<SignerErrorKind>::Overtaken,
        ProfileError: ProfileError::Signer(SignerErrorKind::Busy),
    );
    #[cfg(feature = "signature-3")]
    {
        use p256::ecdsa::{Signature, SigningKey};
        let key = SigningKey::from_slice(&private).unwrap();
        show!(shown, SignatureSigner:
            jwt_device::SignatureSigner::<_, Signature>::new(key, Some("k")));
    }

    let plan = Plan::new(NOW, &renewal, 0);
    show!(shown,
        Renewal: renewal,
        Plan: plan,
        Window: plan.window(),
        Decision: Decision::TooLong { useful_life: 300 },
        CivilTime: CivilTime { year: 2026, month: 7, day: 24, hour: 8, minute: 49, second: 37 },
        CivilField: CivilField::Month,
        ClockState: ClockState::Unsynchronised,
        ClockError: ClockError::NotSynchronised,
        SetError: SetError::Date(DateError::WrongWeekday),
        Step: Step::First,
        MillisCounter: MillisCounter::new(),
        OffsetClock: OffsetClock::new(|| 0, NOW),
        Jti: Jti::from_bytes(&[7; 16]),
        PublicJwk: PublicJwk::new(point).kid("k"),
        PublicPoint: point,
    );
    #[cfg(all(feature = "es256", feature = "rand_core-010"))]
    show!(shown, GenerateError: jwt_device::identity::GenerateError::<SigningFailed>::Stuck);

    profiles(&mut shown, &point, api_key, access_token);
    let authorization = VapidAuthorization { token, public_key: point };
    show!(shown, VapidAuthorization: authorization);
    #[cfg(all(feature = "sim", feature = "embedded-hal-async-1"))]
    bytes.extend(chip::show(&mut shown));
    (shown, Secrets { bytes, texts })
}

fn profiles(shown: &mut Shown, public_key: &PublicPoint, api_key: &str, access_token: &str) {
    let (issued_at, lifetime) = (NOW, 60);
    let access_token = AccessTokenHash::of(access_token);
    show!(shown,
        Profile: AppleApns::PROFILE,
        KeyId: KeyId::Required,
        AudienceForm: AudienceForm::Any,
        Subject: Subject::Any,
        Lifetime: Lifetime::unlimited(60),
        Reuse: Reuse::Once,
        TimeUnit: TimeUnit::Seconds,
        Rule: Rule::SingleUse,
        RuleViolation: RuleViolation { api: "x", rule: Rule::SingleUse },
        AppleApns: AppleApns { team_id: "t", issued_at },
        AppStoreConnect: AppStoreConnect { issuer_id: "i", issued_at, lifetime, scope: &[] },
        AppStoreConnectScoped:
            AppStoreConnectScoped { issuer_id: "i", issued_at, lifetime, scope: &["GET /"] },
        AppStoreServer: AppStoreServer { issuer_id: "i", bundle_id: "b", issued_at, lifetime },
        SignInWithApple: SignInWithApple { team_id: "t", client_id: "c", issued_at, lifetime },
        NrfDevice: NrfDevice::Id("d"),
        NrfCloud: NrfCloud { device: NrfDevice::Id("d"), issued_at, lifetime, own: () },
        ClearBlade: ClearBlade { project_id: "p", issued_at, lifetime },
        WebPush: WebPush { origin: "https://a", contact: None, issued_at, lifetime },
        Coinbase: Coinbase {
            key_name: "k", issuer: "i", audience: None, nonce: "n", method: "GET", host: "h",
            path: "/", issued_at, lifetime,
        },
        ClientAssertion: ClientAssertion {
            client_id: "c", server_issuer: "s", jwt_id: "j", issued_at, lifetime,
        },
        LegacyClientAssertion: LegacyClientAssertion {
            client_id: "c", token_endpoint: "t", jwt_id: "j", issued_at, lifetime,
        },
        OktaClientAssertion: OktaClientAssertion {
            client_id: "c", token_url: "t", jwt_id: None, issued_at, lifetime,
        },
        AccessTokenHash: access_token,
        DpopProof: DpopProof {
            public_key, jwt_id: "j", method: "GET", uri: "https://a", issued_at,
            access_token: Some(access_token), nonce: None,
        },
        MqttPassword: MqttPassword::<Es256>::new(issued_at, lifetime).subject("d"),
        DoorDash: DoorDash { developer_id: "d", key_id: "k", issued_at, lifetime },
        ZoomRole: ZoomRole::Host,
        ZoomVideoSdk: ZoomVideoSdk {
            app_key: "a", topic: "t", role: ZoomRole::Host, issued_at, lifetime, own: (),
        },
        TwilioAccessToken: TwilioAccessToken {
            key_sid: "k", account_sid: "a", jwt_id: "j", issued_at, lifetime, grants: (),
        },
        // The whole API key where its ID belongs: the slip that `Rule::SecretInClaim` is for.
        ZhipuGlm: ZhipuGlm { api_key_id: api_key, issued_at, lifetime },
        LiveKit: LiveKit { api_key: "a", identity: "d", issued_at, lifetime, grants: () },
    );
}

#[cfg(all(feature = "sim", feature = "embedded-hal-async-1"))]
mod chip {
    //! The driver in the middle of a signature, and all that it is made of.

    use jwt_device::atecc608::command::{Command, Opcode};
    use jwt_device::atecc608::machine::{Machine, Outcome, Step};
    use jwt_device::atecc608::response::{Malformed, Response, Status};
    use jwt_device::atecc608::sim::{Fault, SimError, Simulator, Times};
    use jwt_device::atecc608::{
        Address, Atecc608, Atecc608Async, Atecc608Error, Atecc608Signer, Buffer, ChipError,
        ClockDivider, Config, ConfigBlock, Irreversible, LockState, Lockable, Operation, SelfTest,
        Slot, ZoneLock, crc16, wake,
    };

    use super::Shown;

    /// Signs, showing every step; returns the signature and the random number that went before it.
    fn sign(shown: &mut Shown, sim: &Simulator) -> Vec<Vec<u8>> {
        use embedded_hal::delay::DelayNs as _;
        use embedded_hal::i2c::I2c as _;

        let digest = [0; 32];
        let (mut bus, mut delay) = (sim.bus(), sim.delay());
        let config = Config { address: sim.address(), ..Config::default() };
        let mut machine = Machine::new(Operation::sign(Slot::PRIMARY, &digest), config);
        let mut came = Outcome::Done;
        loop {
            show!(shown, Machine: machine);
            let step = machine.step(came);
            show!(shown, Step: step);
            let result = match step {
                Step::PullLow => bus.write(0, &[]).or(Ok(())),
                Step::Release => Ok(()),
                Step::Delay { us } => {
                    delay.delay_us(us);
                    Ok(())
                }
                Step::Write(bytes) => bus.write(sim.address().bits(), bytes),
                Step::Read(bytes) => {
                    let result = bus.read(sim.address().bits(), bytes);
                    show!(shown, Step: Step::Read(bytes));
                    result
                }
                Step::Done(result) => {
                    result.unwrap();
                    break;
                }
            };
            came = if result.is_ok() { Outcome::Done } else { Outcome::NotAcknowledged };
        }
        show!(shown, Machine: machine);
        vec![machine.answer::<64>().to_vec(), sim.last_random().to_vec()]
    }

    pub(super) fn show(shown: &mut Shown) -> Vec<Vec<u8>> {
        let seed = jwt_core::sha256(b"a seed");
        let sim = Simulator::tngtls(&seed);
        let mut secrets = sign(shown, &sim);
        let config = Config::default();
        let driver = || Atecc608::new(sim.bus(), sim.delay(), wake::GeneralCall, config);
        let waiting = Atecc608Async::new(sim.bus(), sim.delay(), wake::GeneralCall, config);
        let mut frame = [67].to_vec();
        frame.extend(&secrets[0]);
        let crc = crc16(&frame);
        frame.extend(crc.to_le_bytes());
        let response = Response::parse(&frame).unwrap();
        assert_eq!(response, Response::Data(&secrets[0]));
        show!(shown,
            Response: response,
            Malformed: Malformed,
            Status: Status::AFTER_WAKE,
            Simulator: sim,
            SimBus: sim.bus(),
            SimDelay: sim.delay(),
            SimPin: sim.pin(),
            SimError: SimError::Bus,
            Fault: Fault::Zeros,
            Times: Times::once(),
            NoRoom: (0..9).find_map(|_| sim.inject(Fault::Zeros, Times::once()).err()).unwrap(),
            Atecc608: driver(),
            Atecc608Async: waiting,
            Atecc608Signer: Atecc608Signer::new(driver(), Slot::PRIMARY, Some("k")),
            Atecc608Error: Atecc608Error::Bus(SimError::Bus),
            ChipError: ChipError::Zeroed,
            Opcode: Opcode::Sign,
            Command: Command::random(),
            Operation: Operation::command(Command::random()),
            Outcome: Outcome::Done,
            Address: Address::BLANK,
            SelfTest: SelfTest::Off,
            ClockDivider: ClockDivider::M0,
            Config: config,
            GeneralCall: wake::GeneralCall,
            GeneralCallByte: wake::GeneralCallByte,
            OwnAddress: wake::OwnAddress,
            Pin: wake::Pin(sim.pin()),
            Callback: wake::Callback(0),
            Slot: Slot::PRIMARY,
            ConfigBlock: ConfigBlock::Bytes0To31,
            Buffer: Buffer::TempKey,
            Lockable: Lockable::Config,
            ZoneLock: ZoneLock::Locked,
            LockState: LockState { config: ZoneLock::Locked, data: ZoneLock::Locked },
            Irreversible: Irreversible,
            PublicKey: sim.public_key(Slot::PRIMARY).unwrap(),
        );
        secrets.push(seed.to_vec());
        secrets
    }
}

#[test]
fn debug_shows_no_secret_no_token_and_no_signature() {
    let (shown, secrets) = shown();
    for (name, text) in &shown.0 {
        assert_eq!(secrets.shown_in(text), None, "{name}: {text}");
    }
}

#[test]
fn the_search_finds_what_it_is_to_find() {
    let (_, secrets) = shown();
    let key = sha256(b"a private key");
    let mut text = [0; 43];
    for shows in [
        format!("{key:?}"),
        format!("{key:#?}"),
        format!("{key:02x?}"),
        format!("{key:02X?}"),
        key.iter().map(|byte| format!("{byte:02x}")).collect(),
        base64url::encode(&key, &mut text).unwrap().to_owned(),
        format!("{:?}", Careless(key)),
        "the key 0f1e2d3c4b5a.Kq7vXw2ZsT9rNd4m".to_owned(),
    ] {
        assert!(secrets.shown_in(&shows).is_some(), "{shows}");
    }
}

/// Names of the public structs and enums in a folder of sources. What is for another processor is not
/// there.
#[cfg(all(
    feature = "es256",
    feature = "sim",
    feature = "embedded-hal-async-1",
    feature = "rand_core-010",
    feature = "signature-3"
))]
fn public_types(folder: &std::path::Path, names: &mut std::collections::BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            public_types(&path, names);
        } else if !path.ends_with("cortex_m4.rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let types = text.lines().filter_map(|line| {
                line.strip_prefix("pub struct ").or_else(|| line.strip_prefix("pub enum "))
            });
            let name =
                |rest: &str| rest.split(|c: char| !c.is_alphanumeric()).next().unwrap().to_owned();
            names.extend(types.map(name));
        }
    }
}

#[cfg(all(
    feature = "es256",
    feature = "sim",
    feature = "embedded-hal-async-1",
    feature = "rand_core-010",
    feature = "signature-3"
))]
#[test]
fn no_public_type_is_forgotten() {
    let mut names = std::collections::BTreeSet::new();
    let sources = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    public_types(&sources, &mut names);
    let (shown, _) = shown();
    let found: std::collections::BTreeSet<String> =
        shown.0.keys().map(|name| (*name).to_owned()).collect();
    // What jwt-oauth has and this crate hands on is shown too.
    assert!(names.is_subset(&found), "{:?}", names.difference(&found));
}

/// That these have a form for `defmt` is all that can be tested on a PC: what it is, `defmt` interns.
#[cfg(feature = "defmt-1")]
#[test]
fn states_and_errors_can_be_logged_by_defmt() {
    fn logs<T: defmt::Format>() {}
    logs::<Bearer<source::Token<'_>>>();
    logs::<source::Token<'_>>();
    logs::<(Renewal, Plan, Window, Decision)>();
    logs::<(CivilTime, ClockState, ClockError, SetError, Step)>();
    logs::<Jti>();
    logs::<SignerErrorKind>();
    // Of errors that hold a signer's own, whatever that is.
    logs::<(DeviceError<SigningFailed>, SourceError<SigningFailed>, ProfileError<SigningFailed>)>();
    logs::<(Rule, RuleViolation)>();
    #[cfg(feature = "sim")]
    logs::<jwt_device::atecc608::Atecc608Error<jwt_device::atecc608::sim::SimError>>();
}
