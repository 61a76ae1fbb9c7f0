//! Requests that come when they are due, whether those before them were answered or not.

use std::io::{BufRead as _, BufReader, Error, Read as _, Result, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Requests over a number of connections to one server.
pub(super) struct Load {
    address: SocketAddr,
    requests: Arc<[Vec<u8>]>,
    connections: usize,
}

/// What came of a measurement.
#[derive(Default)]
pub(super) struct Outcome {
    /// Answers in a second.
    pub(super) throughput: f64,
    /// From when a request was due to the last byte of its answer: who has to wait for a connection waits too.
    pub(super) latencies: Vec<Duration>,
}

/// When requests are due.
#[derive(Clone, Copy)]
struct Schedule {
    start: Instant,
    end: Instant,
    /// Seconds between two. `None` where one is due as soon as there is a connection for it.
    every: Option<f64>,
}

impl Schedule {
    /// When a request is due; `None` where the time is over.
    fn due(&self, number: u32) -> Option<Instant> {
        let due = match self.every {
            Some(every) => {
                let after = Duration::try_from_secs_f64(every * f64::from(number)).ok()?;
                self.start.checked_add(after)?
            }
            None => Instant::now(),
        };
        (due < self.end).then_some(due)
    }
}

impl Load {
    pub(super) fn new(
        origin: &str,
        requests: Arc<[Vec<u8>]>,
        connections: usize,
    ) -> crate::Result<Self> {
        let address = origin.trim_start_matches("http://").parse()?;
        Ok(Self { address, requests, connections })
    }

    /// As many requests as go through.
    pub(super) fn saturate(&self, time: Duration) -> Result<Outcome> {
        self.run(None, time)
    }

    /// So many requests a second.
    pub(super) fn arrive(&self, rate: f64, time: Duration) -> Result<Outcome> {
        self.run(Some(rate.recip()), time)
    }

    /// A thread for each connection: their clocks are finer than those of tasks. Whoever is free takes what is due next.
    fn run(&self, every: Option<f64>, time: Duration) -> Result<Outcome> {
        let (start, next) = (Instant::now(), AtomicU32::new(0));
        let end = start.checked_add(time).ok_or_else(|| Error::other("too long"))?;
        let schedule = Schedule { start, end, every };
        let latencies: Result<Vec<Vec<Duration>>> = thread::scope(|scope| {
            let work = || scope.spawn(|| self.work(&schedule, &next));
            let threads: Vec<_> = (0..self.connections).map(|_| work()).collect();
            let panicked = |_| Err(Error::other("a thread panicked"));
            threads.into_iter().map(|thread| thread.join().unwrap_or_else(panicked)).collect()
        });
        let latencies = latencies?.concat();
        let answers = u32::try_from(latencies.len()).map_err(Error::other)?;
        let throughput = f64::from(answers) / start.elapsed().as_secs_f64();
        Ok(Outcome { throughput, latencies })
    }

    fn work(&self, schedule: &Schedule, next: &AtomicU32) -> Result<Vec<Duration>> {
        let stream = TcpStream::connect(self.address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        let mut stream = BufReader::new(stream);
        let mut latencies = Vec::new();
        let mut requests = self.requests.iter().cycle();
        while let Some(due) = schedule.due(next.fetch_add(1, Ordering::Relaxed)) {
            thread::sleep(due.saturating_duration_since(Instant::now()));
            let request = requests.next().ok_or_else(|| Error::other("no requests"))?;
            stream.get_mut().write_all(request)?;
            receive(&mut stream)?;
            latencies.push(due.elapsed());
        }
        Ok(latencies)
    }
}

/// Reads an answer to its end, and fails where it is not a good one.
fn receive(stream: &mut BufReader<TcpStream>) -> Result<()> {
    let mut line = String::new();
    let mut length = None;
    stream.read_line(&mut line)?;
    if !line.starts_with("HTTP/1.1 200 ") {
        return Err(Error::other(format!("an answer that is none: {}", line.trim_end())));
    }
    while line != "\r\n" {
        line.clear();
        stream.read_line(&mut line)?;
        if let Some(("content-length", value)) = line.trim_end().split_once(": ") {
            length = Some(value.parse::<u64>().map_err(Error::other)?);
        }
    }
    let length = length.ok_or_else(|| Error::other("an answer of unknown length"))?;
    let read = std::io::copy(&mut stream.take(length), &mut std::io::sink())?;
    if read == length { Ok(()) } else { Err(Error::other("an answer that broke off")) }
}
