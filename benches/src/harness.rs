//! Interleaved rounds: in each round every contender runs once, so that whatever slows the machine slows
//! all of them. Time is that of the thread on a processor: what others do on the machine in between is not
//! counted. What counts is each contender's time over the first one's in the same round: the median of
//! the rounds, and the quartiles as the spread.

use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use cpu_time::ThreadTime;

use crate::Job;
use crate::libraries::{Library, Op};

/// Rounds that count.
pub const ROUNDS: usize = 41;

/// How long a contender runs in a round: much longer than the clock takes, much shorter than a disturbance.
const TURN: Duration = Duration::from_millis(2);

/// A contender of a job.
pub struct Result {
    /// Its name.
    pub contender: &'static str,
    /// Quartiles of its time over the first contender's.
    pub ratios: [f64; 3],
    /// Median time of an operation, for sums within this run; it is not printed.
    pub nanos: f64,
}

struct Contender {
    name: &'static str,
    /// One for each thread.
    ops: Vec<Op>,
    times: u32,
    nanos: Vec<f64>,
}

/// Runs a job with all libraries that have it.
#[must_use]
pub fn run(job: &Job, libraries: &[&dyn Library]) -> Vec<Result> {
    let contender = |library: &&dyn Library| {
        let ops: Option<Vec<Op>> = (0..job.threads).map(|_| job.op(*library)).collect();
        let mut ops = ops?;
        let times = calibrate(ops.first_mut()?);
        Some(Contender { name: library.name(), ops, times, nanos: Vec::new() })
    };
    let mut contenders: Vec<_> = libraries.iter().filter_map(contender).collect();
    for _ in 0..ROUNDS {
        for contender in &mut contenders {
            contender.turn();
        }
    }
    let first = contenders.first().map(|first| first.nanos.clone()).unwrap_or_default();
    let result = |contender: Contender| {
        let ratios = contender.nanos.iter().zip(&first).map(|(nanos, first)| nanos / first);
        let [_, nanos, _] = quartiles(contender.nanos.clone());
        Result { contender: contender.name, ratios: quartiles(ratios.collect()), nanos }
    };
    contenders.into_iter().map(result).collect()
}

/// How many times an operation runs in a turn. The first call is not counted: in it a peer seeds its
/// generator of random numbers, which takes longer than a turn.
fn calibrate(op: &mut Op) -> u32 {
    op();
    let mut times = 1_u32;
    loop {
        let taken = time(op, times);
        if taken >= TURN || times > 1 << 20 {
            return times;
        }
        times = times.saturating_mul(2);
    }
}

fn time(op: &mut Op, times: u32) -> Duration {
    let start = ThreadTime::now();
    for _ in 0..times {
        op();
    }
    start.elapsed()
}

impl Contender {
    fn turn(&mut self) {
        let times = self.times;
        let taken = match self.ops.as_mut_slice() {
            [op] => time(op, times),
            ops => {
                let barrier = Barrier::new(ops.len());
                thread::scope(|scope| {
                    let start = |op| {
                        let barrier = &barrier;
                        scope.spawn(move || {
                            barrier.wait();
                            time(op, times)
                        })
                    };
                    let threads: Vec<_> = ops.iter_mut().map(start).collect();
                    let taken = threads.into_iter().filter_map(|thread| thread.join().ok());
                    taken.max().unwrap_or_default()
                })
            }
        };
        self.nanos.push(taken.as_secs_f64() * 1e9 / f64::from(times));
    }
}

fn quartiles(mut numbers: Vec<f64>) -> [f64; 3] {
    numbers.sort_by(f64::total_cmp);
    [1, 2, 3].map(|quarter| {
        let at = numbers.len().saturating_mul(quarter) / 4;
        numbers.get(at).copied().unwrap_or_default()
    })
}
