//! What the contenders do: a table of jobs, with one contender each.

use crate::libraries::{Library, Op};
use crate::work::{Algorithm, LARGE, MIDDLE, SMALL, Work};

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Task {
    Mint,
    Verify,
    LoadSigning,
    LoadVerifying,
}

/// One job.
#[derive(Clone, Copy, Debug)]
pub struct Job {
    /// As it stands in the files and tables.
    pub name: &'static str,
    algorithm: Algorithm,
    task: Task,
    /// Bytes of claims.
    bytes: usize,
    /// Threads that do it at once.
    pub threads: usize,
}

const fn job(name: &'static str, algorithm: Algorithm, task: Task, bytes: usize) -> Job {
    Job { name, algorithm, task, bytes, threads: 1 }
}

const fn twice(name: &'static str, algorithm: Algorithm, task: Task) -> Job {
    Job { name, algorithm, task, bytes: SMALL, threads: 2 }
}

use Algorithm::{Es256, Hs256};
use Task::{LoadSigning, LoadVerifying, Mint, Verify};

/// All jobs.
pub const ALL: &[Job] = &[
    job("HS256 mint", Hs256, Mint, SMALL),
    job("HS256 verify", Hs256, Verify, SMALL),
    job("ES256 mint", Es256, Mint, SMALL),
    job("ES256 verify", Es256, Verify, SMALL),
    job("HS256 mint 1 KB", Hs256, Mint, MIDDLE),
    job("HS256 verify 1 KB", Hs256, Verify, MIDDLE),
    job("HS256 mint 8 KB", Hs256, Mint, LARGE),
    job("HS256 verify 8 KB", Hs256, Verify, LARGE),
    twice("HS256 mint, 2 threads", Hs256, Mint),
    twice("HS256 verify, 2 threads", Hs256, Verify),
    twice("ES256 mint, 2 threads", Es256, Mint),
    twice("ES256 verify, 2 threads", Es256, Verify),
    job("HS256 load secret", Hs256, LoadSigning, SMALL),
    job("ES256 load private key", Es256, LoadSigning, SMALL),
    job("ES256 load public key", Es256, LoadVerifying, SMALL),
];

impl Job {
    /// The operation of one thread; `None` where the library has none.
    #[must_use]
    pub fn op(&self, library: &dyn Library) -> Option<Op> {
        let work = Work::new(self.algorithm, self.bytes);
        match self.task {
            Task::Mint => library.mint(&work),
            Task::Verify => library.verify(&work),
            Task::LoadSigning => library.load_signing(self.algorithm),
            Task::LoadVerifying => library.load_verifying(self.algorithm),
        }
    }
}

#[cfg(all(test, feature = "peers"))]
mod tests {
    use super::ALL;
    use crate::libraries;

    #[test]
    fn every_contender_does_every_job_that_it_has() {
        for job in ALL {
            for library in libraries::all() {
                if let Some(mut op) = job.op(library) {
                    op();
                }
            }
        }
    }
}
