//! Calls an API with an access token: an OAuth client whose key is in a secure element, simulated, and whose requests
//! a modem sends. What it is told is in README.md.
#![no_std]
#![no_main]

use core::fmt::{self, Display};

use jwt_device::JwsSigner as _;
use jwt_device::atecc608::sim::{SimError, Simulator};
use jwt_device::atecc608::{Atecc608, Atecc608Error, Atecc608Signer, Slot, wake};
use jwt_firmware::host::{INPUT, Input};
use jwt_firmware::image;
use jwt_firmware::modem::{Modem, ModemError, Request};
use jwt_firmware::simulated::config;
use jwt_oauth::{
    ApiRequest, AuthError, Authenticator, Client, CountedIds, PublicPoint, Purpose, Step, Verdict,
};

image!(run);

fn run(_: &mut Input<'_>) -> Option<()> {
    let mut modem = Modem::new()?;
    match call(&mut modem) {
        Ok(status) => modem.done(status).ok(),
        Err(why) => {
            let _ = modem.failed(&why);
            None
        }
    }
}

/// Why the API was not called.
enum Failure {
    Input,
    Modem(ModemError),
    Chip(Atecc608Error<SimError>),
    Client(AuthError),
    NotSent,
}

impl Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Input => f.write_str("the input is malformed"),
            Self::Modem(error) => error.fmt(f),
            Self::Chip(error) => error.fmt(f),
            Self::Client(error) => error.fmt(f),
            Self::NotSent => f.write_str("the request to the API could not be sent"),
        }
    }
}

impl From<ModemError> for Failure {
    fn from(error: ModemError) -> Self {
        Self::Modem(error)
    }
}

impl From<Atecc608Error<SimError>> for Failure {
    fn from(error: Atecc608Error<SimError>) -> Self {
        Self::Chip(error)
    }
}

impl From<AuthError> for Failure {
    fn from(error: AuthError) -> Self {
        Self::Client(error)
    }
}

/// What the host says, a line each; an empty one is absent.
struct Order<'i> {
    /// The private key that the chip has.
    key: [u8; 32],
    /// What randomness follows from.
    seed: [u8; 32],
    client: Client<'i>,
    resource: &'i str,
    is_dpop: bool,
    api: ApiRequest<'i>,
    body: &'i str,
}

impl<'i> Order<'i> {
    fn read(input: &mut Input<'i>) -> Option<Self> {
        let key = input.bytes()?;
        let seed = input.bytes()?;
        let client = Client::new(input.line()?, input.line()?, input.line()?);
        let mut present = || Some(Some(input.line()?).filter(|line| !line.is_empty()));
        let client = Client { key_id: present()?, scope: present()?, ..client };
        Some(Self {
            key,
            seed,
            client,
            resource: input.line()?,
            is_dpop: match input.line()? {
                "DPoP" => true,
                "Bearer" => false,
                _ => return None,
            },
            api: ApiRequest { method: input.line()?, uri: input.line()? },
            body: input.line()?,
        })
    }
}

fn call(modem: &mut Modem) -> Result<u16, Failure> {
    let mut file = [0; 4096];
    let order = Order::read(&mut Input::open(INPUT, &mut file)).ok_or(Failure::Input)?;
    let sim = Simulator::tngtls(&order.seed).with_key(Slot::PRIMARY, &order.key);
    let sim = sim.ok_or(Failure::Input)?;
    let mut chip = Atecc608::new(sim.bus(), sim.delay(), wake::GeneralCall, config(&sim));
    let point = chip.public_key(Slot::PRIMARY)?;
    let mut signer = Atecc608Signer::new(chip, Slot::PRIMARY, order.client.key_id);

    let point = PublicPoint::from_sec1(&point.to_sec1()).filter(|_| order.is_dpop);
    let resource = [order.resource];
    let resource = if order.resource.is_empty() { &[] } else { resource.as_slice() };
    let client = Client { dpop: point.as_ref(), resource, ..order.client };
    let (mut token, mut work, mut reply) = ([0; 2048], [0; 3072], [0; 7168]);
    let mut auth = Authenticator::new(client, &mut token, &mut work);
    // The seed is new for each start.
    let mut ids = CountedIds::new(order.seed, 0);

    let mut now = modem.time()?;
    loop {
        match auth.step(&order.api, now, ids.draw())? {
            Step::Sign { purpose, signing_input } => {
                modem.tell(&match purpose {
                    Purpose::Assertion => "the secure element signs a client assertion",
                    Purpose::Proof => "the secure element signs a DPoP proof",
                })?;
                let signature = signer.sign(signing_input)?;
                auth.signed(&signature)?;
            }
            Step::Sleep(seconds) => now = modem.sleep(seconds)?,
            Step::Send(call) => {
                let headers: &[(&str, Option<&dyn Display>)] = &[
                    ("Content-Type", Some(&call.content_type)),
                    ("Accept", Some(&"application/json")),
                    ("DPoP", call.dpop.as_ref().map(|proof| proof as _)),
                ];
                let request = Request { method: "POST", uri: call.uri, headers, body: call.body };
                let reply = modem.send(&request, &mut reply)?;
                now = modem.time()?;
                match reply {
                    Some(reply) => {
                        let _ = auth.answer(now, &reply.answer)?;
                    }
                    None => auth.failed(now),
                }
            }
            Step::Use(authorization) => {
                let proof = authorization.dpop();
                let has_body = !order.body.is_empty();
                let headers: &[(&str, Option<&dyn Display>)] = &[
                    ("Authorization", Some(&authorization)),
                    ("DPoP", proof.as_ref().map(|proof| proof as _)),
                    ("Content-Type", has_body.then_some(&"application/json")),
                ];
                let ApiRequest { method, uri } = order.api;
                let request = Request { method, uri, headers, body: order.body };
                let reply = modem.send(&request, &mut reply)?.ok_or(Failure::NotSent)?;
                now = modem.time()?;
                if auth.answer(now, &reply.answer)? == Verdict::Done {
                    return Ok(reply.status);
                }
            }
        }
    }
}
