//! To come.

/// To come.
#[derive(clap::Args)]
pub struct Arguments {}

/// To come.
///
/// # Errors
/// To come.
pub async fn run(_arguments: Arguments) -> crate::Result {
    Ok(())
}
