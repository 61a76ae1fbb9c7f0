//! Building images: with the toolchain that has the target, for size or for speed.

use std::path::{Path, PathBuf};

use super::board::{Board, Level};
use super::image::{self, Image};
use crate::cross::toolchain;
use crate::sh::{self, Result, ask, cmd, root};
use crate::tools::debian;

/// The images of one board and level.
pub(super) struct Build {
    folder: PathBuf,
}

/// Builds every image that the board can run, and those with a heap where it is asked for them.
pub(super) fn build(board: &Board, level: Level) -> Result<Build> {
    let images = image::ALL.iter().filter(|image| image.runs_on(board, level));
    let features: Vec<_> = board.features.iter().chain(level.features()).copied().collect();
    cargo(board, level, "core,panic_abort", &features.join(","), images)
}

/// Builds one image, and only that.
pub(super) fn build_one(board: &Board, level: Level, image: &Image) -> Result<Build> {
    let features: Vec<_> = image.feature.iter().chain(level.features()).copied().collect();
    cargo(board, level, "core,panic_abort", &features.join(","), std::iter::once(image))
}

/// Builds the image that needs a heap.
pub(super) fn build_peer(board: &Board, level: Level) -> Result<Build> {
    cargo(board, level, "core,alloc,panic_abort", "peer", std::iter::once(&image::PEER))
}

fn cargo<'i>(
    board: &Board,
    level: Level,
    library: &str,
    features: &str,
    images: impl Iterator<Item = &'i Image>,
) -> Result<Build> {
    if board.has("cortex-m4") {
        let packages = ["gcc-arm-none-eabi", "libnewlib-arm-none-eabi"];
        debian("arm-none-eabi-gcc", &packages)?;
    }
    let target = root().join("firmware/target").join(level.key());
    let mut cargo = toolchain(board.target, library)?;
    cargo.current_dir(root().join("firmware"));
    cargo.args(["build", "--quiet", "--locked", "--profile", level.profile()]);
    cargo.args(["--target", board.target, "--target-dir"]).arg(&target);
    cargo.arg("--config").arg(rustflags(level));
    cargo.args(["--features", features]);
    // The assembly squares by its multiplication then, which takes 528 bytes less.
    if level == Level::Size {
        cargo.env(
            format!("CFLAGS_{}", board.target.replace(['-', '.'], "_")),
            "-Duse_mul_for_sqr=1",
        );
    }
    if board.has("peer-c") {
        cargo.env("JWT_PEER_SOURCES", peer_sources()?);
    }
    for image in images {
        cargo.args(["--bin", image.name]);
    }
    sh::run(&mut cargo)?;
    Ok(Build { folder: target.join(board.target).join(level.profile()) })
}

/// The files in C that the peers are compiled from.
fn peer_sources() -> Result<String> {
    const FILES: [(&str, &str); 2] = [
        ("micro-ecc-sys", "micro-ecc/uECC.c"),
        ("psa-crypto-sys", "vendor/3rdparty/p256-m/p256-m/p256-m.c"),
    ];
    let mut metadata = sh::cargo(&["metadata", "--format-version", "1", "--locked"]);
    metadata.args(["--manifest-path", "firmware/peers/Cargo.toml"]);
    let text = ask(&mut metadata).ok_or("the packages of the peers are not to be had")?;
    let found: serde_json::Value = serde_json::from_str(&text)?;
    let packages = found.get("packages").and_then(|it| it.as_array()).ok_or("no packages")?;
    let file = |(package, file): (&str, &str)| {
        let is = |found: &&serde_json::Value| found.get("name").is_some_and(|it| it == package);
        let manifest = packages.iter().find(is)?.get("manifest_path")?.as_str()?;
        let folder = Path::new(manifest).parent()?;
        Some(folder.join(file).display().to_string())
    };
    let files: Option<Vec<_>> = FILES.into_iter().map(file).collect();
    Ok(files.ok_or("a package of the peers is missing")?.join(":"))
}

/// The flags of the level. The paths of this machine are taken out of the images, which would otherwise
/// be as long as the name of the folder they were built in.
fn rustflags(level: Level) -> String {
    let home = std::env::var_os("CARGO_HOME").map_or_else(
        || PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".cargo"),
        PathBuf::from,
    );
    let own = [(root(), ""), (home.join("registry/src"), "registry")];
    let remapped =
        own.iter().map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display()));
    let flags = level.flags().iter().map(|flag| (*flag).to_owned()).chain(remapped);
    let quoted: Vec<_> = flags.map(|flag| format!("'{flag}'")).collect();
    // The flags of firmware/.cargo/config.toml are under the same name, and are joined to these.
    format!("target.'cfg(target_os = \"none\")'.rustflags=[{}]", quoted.join(","))
}

impl Build {
    pub(super) fn path(&self, image: &Image) -> PathBuf {
        self.folder.join(image.name)
    }
}

/// The compiler that builds for this board, as it names itself.
pub(super) fn compiler(board: &Board) -> Result<String> {
    let cargo = toolchain(board.target, "core")?;
    let rustc = cargo
        .get_envs()
        .find_map(|(name, value)| (name == "RUSTC").then_some(value).flatten())
        .map_or_else(|| PathBuf::from("rustc"), PathBuf::from);
    let version = ask(cmd(rustc).arg("--version")).ok_or("rustc --version failed")?;
    Ok(version.trim().to_owned())
}

/// The sections of an image, and their bytes.
pub(super) fn sections(image: &Path) -> Result<Vec<(String, u64)>> {
    debian("/usr/bin/size", &["binutils"])?;
    let sizes = ask(cmd("/usr/bin/size").arg("-A").arg(image)).ok_or("size failed")?;
    let section = |line: &str| {
        let mut words = line.split_whitespace();
        Some((words.next()?.to_owned(), words.next()?.parse().ok()?))
    };
    Ok(sizes.lines().filter_map(section).collect())
}
