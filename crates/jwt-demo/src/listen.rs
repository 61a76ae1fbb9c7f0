//! A socket that is bound before anything is said about it, and a server that ends when it is told to.

use axum::Router;
use tokio::net::TcpListener;

use crate::Result;

/// Binds `address`, such as `127.0.0.1:0`, and says where that is: `http://127.0.0.1:PORT`.
///
/// # Errors
/// The address is none, or taken.
pub async fn bind(address: &str) -> Result<(TcpListener, String)> {
    let listener = TcpListener::bind(address).await?;
    let origin = format!("http://{}", listener.local_addr()?);
    Ok((listener, origin))
}

/// Serves until it is interrupted. Says on standard output, in one line, where: a parent process waits for it.
///
/// # Errors
/// The socket failed.
pub async fn serve(listener: TcpListener, origin: &str, router: Router) -> Result {
    println!("{origin}");
    let interrupted = async {
        // Where no signal can be had, it runs until it is killed.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    axum::serve(listener, router).with_graceful_shutdown(interrupted).await?;
    Ok(())
}
