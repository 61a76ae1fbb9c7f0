//! The whole story on loopback, told while it happens: a device gets an access token, calls an API with it, and
//! everything that is not such a token is refused.

mod chip;
mod forge;
mod here;
mod modem;
mod process;
mod refusals;
mod story;
mod tell;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use jwt_oauth::Client;
use jwt_std::{FetchLimits, Metadata};

use crate::Result;
use modem::{Modem, Request};
use process::Process;
use refusals::Refusals;
use story::{AUDIENCE, DEVICE, PROMPT, SERVICE, Story, key, metadata};

/// What the tour is told.
#[derive(clap::Args)]
pub struct Arguments {
    /// Where the keys are: device.jwk, service.jwk, issuer.jwk. Those that are not there are made.
    #[arg(long, value_name = "FOLDER")]
    keys: PathBuf,
    /// Where the authorization server is to listen.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    server: String,
    /// Where the gateway is to listen.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    gateway: String,
    /// An authorization server that runs already, and knows both clients.
    #[arg(long, value_name = "URL", conflicts_with = "server", requires = "api")]
    issuer: Option<String>,
    /// A gateway that runs already, and takes tokens of that issuer.
    #[arg(long, value_name = "URL", conflicts_with = "gateway", requires = "issuer")]
    api: Option<String>,
    /// Go on running at the end, so that the commands which are shown can be tried.
    #[arg(long)]
    stay: bool,
    /// Where the device runs.
    #[arg(long, value_name = "FOLDER", requires = "device")]
    device_folder: Option<PathBuf>,
    /// The device: a program that has its requests sent. Without one, this process is the device.
    #[arg(last = true, value_name = "DEVICE")]
    device: Vec<OsString>,
}

/// Tells the story.
///
/// # Errors
/// Something went otherwise than the story goes: among them, that a token was taken which is not to be.
pub async fn run(arguments: Arguments) -> Result {
    let (story, _processes) = begin(&arguments).await?;
    let mut modem = Modem::new(&story.api)?;
    match arguments.device.as_slice() {
        [] => {
            println!(
                "\n2. This process is the device. It gets an access token, and calls the API:\n"
            );
            call_here(&story, &mut modem).await?;
        }
        program => {
            println!(
                "\n2. The device gets an access token, and calls the API. Another program sends for it:\n"
            );
            chip::run(program, arguments.device_folder.as_deref(), &mut modem).await?;
        }
    }
    println!("\n3. What is refused, by whom, and with what words:\n");
    let overheard = modem.overheard.take().ok_or("the device asked for no token")?;
    let refused = Refusals::new(&story)?.all(&overheard).await?;
    println!("\n   {refused} of {refused} refused.");
    show_commands(&story, &arguments.keys);
    if arguments.stay {
        println!("\n   Running until Ctrl-C.");
        tokio::signal::ctrl_c().await?;
    }
    Ok(())
}

/// Brings everybody to their places.
async fn begin(arguments: &Arguments) -> Result<(Story, Vec<Process>)> {
    let folder = &arguments.keys;
    let (device, service) = (key(folder, "device")?, key(folder, "service")?);
    let issuer_key = match arguments.issuer {
        None => Some(key(folder, "issuer")?),
        Some(_) => None,
    };
    println!("1. Two clients are registered by their public keys; they have no other secret:\n");
    let mut files = Vec::new();
    for (name, key, bound) in
        [(DEVICE, &device, arguments.issuer.is_none()), (SERVICE, &service, false)]
    {
        let metadata = metadata(name, key, bound)?;
        println!("   {metadata}\n");
        let file = folder.join(format!("{name}.json"));
        std::fs::write(&file, metadata.to_string())?;
        files.push(file.to_string_lossy().into_owned());
    }
    let (issuer, api, processes) = match (&arguments.issuer, &arguments.api) {
        (Some(issuer), Some(api)) => (issuer.clone(), api.clone(), Vec::new()),
        _ => {
            let [server, gateway] = start(arguments, &files).await?;
            (server.origin.clone(), gateway.origin.clone(), vec![server, gateway])
        }
    };
    let metadata = Metadata::discover(&issuer, &FetchLimits::default()).await?;
    let token_endpoint = metadata.token_endpoint().ok_or("no token endpoint")?.to_owned();
    let story = Story { issuer, token_endpoint, api, device, service, issuer_key };
    Ok((story, processes))
}

/// Starts an authorization server and a gateway.
async fn start(arguments: &Arguments, clients: &[String]) -> Result<[Process; 2]> {
    let folder = &arguments.keys;
    let issuer_key = folder.join("issuer.jwk").to_string_lossy().into_owned();
    let mut server = vec!["server", "--listen", &arguments.server, "--signing-key", &issuer_key];
    server.extend(["--resource", AUDIENCE]);
    server.extend(clients.iter().flat_map(|file| ["--client", file]));
    let server = Process::start(&server, &folder.join("server.log")).await?;
    let gateway = ["gateway", "--listen", &arguments.gateway, "--audience", AUDIENCE];
    let gateway = [gateway.as_slice(), &["--issuer", &server.origin]].concat();
    let gateway = Process::start(&gateway, &folder.join("gateway.log")).await?;
    Ok([server, gateway])
}

/// The device, as this process.
async fn call_here(story: &Story, modem: &mut Modem) -> Result {
    let key = here::key_of(&story.device.to_jwk())?;
    let point = here::point(&key);
    let client = Client {
        key_id: story.device.kid(),
        scope: Some("chat"),
        resource: &[AUDIENCE],
        dpop: story.is_ours().then_some(&point),
        ..Client::new(DEVICE, &story.issuer, &story.token_endpoint)
    };
    let call = Request {
        method: "POST".into(),
        url: story.completions(),
        body: PROMPT.into(),
        ..Request::default()
    };
    here::run(client, &key, &call, modem).await
}

/// The same by hand.
fn show_commands(story: &Story, keys: &Path) {
    let Story { issuer, api, .. } = story;
    let service = keys.join("service.jwk");
    println!("\n4. The same by hand, while both run:\n");
    println!(
        "   TOKEN=$(jwt token --issuer {issuer} --client-id {SERVICE} --key {} --scope chat --resource {AUDIENCE})",
        service.display()
    );
    println!(
        "   curl -N {api}/v1/chat/completions -H \"Authorization: Bearer $TOKEN\" -H 'Content-Type: application/json' -d '{PROMPT}'"
    );
}
