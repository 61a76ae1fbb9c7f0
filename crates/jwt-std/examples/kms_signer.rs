//! A key that never leaves its hardware: the token is minted in two phases, and a PKCS#11 module signs.
//!
//! The module here is SoftHSM 2 (on Debian: `apt-get install softhsm2`), with a token of its own in a temporary
//! folder. Every other module is called alike; a cloud KMS has its own call in the place of `Session::sign`.
//!
//! `cargo run -p jwt-std --example kms_signer` prints
//!
//! ```text
//! module: SoftHSM
//! key: P-256, made inside, extractable: no
//! public key: {"kty":"EC","crv":"P-256",…,"alg":"ES256","kid":"…"}
//! first phase: … bytes to sign
//! the module signed: 64 bytes
//! token: eyJ….eyJ….…
//! verified: {"iss":"device-0001","aud":"https://api.example","exp":…}
//! zeros, as of a module that failed, are no signature: …
//! ```

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, AttributeType, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::types::AuthPin;
use jwt_std::jwt_core::{Es256, Es256VerifyingKey};
use jwt_std::{Minter, Policy, PublicKey, RegisteredClaims, now, verify};

/// Where packages put the module; the variable `SOFTHSM2_MODULE` says another place.
const MODULES: [&str; 6] = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
];

/// The argument of the run that has a token folder of its own.
const WITH_OWN_TOKEN: &str = "with-own-token";

fn main() -> ExitCode {
    let Some(module) = module() else {
        eprintln!("NOTHING SHOWN: there is no SoftHSM 2 here.");
        eprintln!(
            "On Debian: apt-get install softhsm2. Elsewhere: SOFTHSM2_MODULE=…/libsofthsm2.so"
        );
        return ExitCode::FAILURE;
    };
    let done = match std::env::args().nth(1) {
        Some(argument) if argument == WITH_OWN_TOKEN => show(&module),
        _ => with_own_token(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}: {error}", module.display());
            ExitCode::FAILURE
        }
    }
}

/// Runs this program again, with a token folder of its own: a process does not change its own environment.
fn with_own_token() -> Result<(), Box<dyn Error>> {
    let folder = std::env::temp_dir().join(format!("kms-signer-{}", std::process::id()));
    std::fs::create_dir(&folder)?;
    let run = || -> Result<bool, Box<dyn Error>> {
        let configuration = folder.join("softhsm2.conf");
        let text =
            format!("directories.tokendir = {}\nobjectstore.backend = file\n", folder.display());
        std::fs::write(&configuration, text)?;
        // SoftHSM reads the variable when it starts.
        let mut again = Command::new(std::env::current_exe()?);
        again.arg(WITH_OWN_TOKEN).env("SOFTHSM2_CONF", configuration);
        Ok(again.status()?.success())
    };
    let succeeded = run();
    std::fs::remove_dir_all(&folder)?;
    if succeeded? { Ok(()) } else { Err("nothing was signed".into()) }
}

fn show(module: &Path) -> Result<(), Box<dyn Error>> {
    let pkcs11 = Pkcs11::new(module)?;
    pkcs11.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK))?;
    println!("module: {}", pkcs11.get_library_info()?.manufacturer_id());
    let session = new_token(&pkcs11)?;
    let (public, private) = new_key(&session)?;

    // The public half, under the name that receivers know it by.
    let public = public_key(&session, public)?;
    let kid = public.thumbprint()?;
    let public = public.with_kid(Some(kid.clone()));
    println!("public key: {}", public.to_jwk());

    // The first phase writes all but the signature. The algorithm is that of the type.
    let claims = RegisteredClaims {
        issuer: Some("device-0001"),
        audience: Some("https://api.example".into()),
        expiration_time: Some(now().saturating_add(300)),
        ..Default::default()
    };
    let minter = Minter::new().kid(&kid);
    let mut buf = [0; 512];
    let draft = minter.draft::<Es256>(&mut buf, &claims)?;
    println!("first phase: {} bytes to sign", draft.signing_input().len());

    // CKM_ECDSA signs a digest and returns r and s, as they stand in a token. What comes as DER,
    // as from most cloud services, goes to `finish_der`.
    let digest = session.digest(&Mechanism::Sha256, draft.signing_input())?;
    let signature = session.sign(&Mechanism::Ecdsa, private, &digest)?;
    println!("the module signed: {} bytes", signature.len());

    // The second phase takes the signature, if it can be one.
    let token = draft.finish(&signature)?.as_str().to_owned();
    println!("token: {token}");

    let policy = Policy::new("device-0001", "https://api.example");
    let token = verify(&token, &public.verifying_key()?, &policy, now())?;
    println!("verified: {}", token.claims_json());

    let draft = minter.draft::<Es256>(&mut buf, &claims)?;
    match draft.finish(&[0; 64]) {
        Ok(_) => Err("zeros became a token".into()),
        Err(error) => {
            println!("zeros, as of a module that failed, are no signature: {error}");
            Ok(())
        }
    }
}

/// The module's file.
fn module() -> Option<PathBuf> {
    let said = std::env::var_os("SOFTHSM2_MODULE").map(PathBuf::from);
    said.into_iter().chain(MODULES.map(PathBuf::from)).find(|path| path.exists())
}

/// A session with a token that was made a moment ago.
fn new_token(pkcs11: &Pkcs11) -> Result<Session, Box<dyn Error>> {
    if !pkcs11.get_slots_with_initialized_token()?.is_empty() {
        return Err("this token is somebody's already".into());
    }
    let slot = *pkcs11.get_all_slots()?.first().ok_or("no slot")?;
    // In a product, from where secrets come from.
    let (officer, user) = (AuthPin::new("87654321".into()), AuthPin::new("12345678".into()));
    pkcs11.init_token(slot, &officer, "jwt-std")?;
    // SoftHSM gives a token that was initialized a slot of its own.
    let slot = *pkcs11.get_slots_with_initialized_token()?.first().ok_or("no token")?;
    {
        let session = pkcs11.open_rw_session(slot)?;
        session.login(UserType::So, Some(&officer))?;
        session.init_pin(&user)?;
    }
    let session = pkcs11.open_rw_session(slot)?;
    session.login(UserType::User, Some(&user))?;
    Ok(session)
}

/// A P-256 key pair whose private half stays where it is: public and private handle.
fn new_key(session: &Session) -> Result<(ObjectHandle, ObjectHandle), Box<dyn Error>> {
    // CKA_EC_PARAMS: the object identifier of P-256 (RFC 5480 section 2.1.1.1).
    let p256 = vec![0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
    let public = [Attribute::Token(true), Attribute::EcParams(p256), Attribute::Verify(true)];
    let private = [
        Attribute::Token(true),
        Attribute::Private(true),
        Attribute::Sensitive(true),
        Attribute::Extractable(false),
        Attribute::Sign(true),
    ];
    let handles = session.generate_key_pair(&Mechanism::EccKeyPairGen, &public, &private)?;
    let asked = [AttributeType::NeverExtractable];
    match session.get_attributes(handles.1, &asked)?.as_slice() {
        [Attribute::NeverExtractable(true)] => {
            println!("key: P-256, made inside, extractable: no");
            Ok(handles)
        }
        _ => Err("the key can be extracted".into()),
    }
}

/// The public key of a handle.
fn public_key(session: &Session, handle: ObjectHandle) -> Result<PublicKey, Box<dyn Error>> {
    let attributes = session.get_attributes(handle, &[AttributeType::EcPoint])?;
    // CKA_EC_POINT: the point in SEC1 form, in an OCTET STRING.
    let [Attribute::EcPoint(wrapped)] = attributes.as_slice() else {
        return Err("no point".into());
    };
    let point = wrapped.strip_prefix(&[0x04, 65]).ok_or("not a point of P-256")?;
    Ok(PublicKey::new(&Es256VerifyingKey::from_sec1(point)?)?)
}
