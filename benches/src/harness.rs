//! Interleaved rounds: in each round every contender runs once, so that whatever slows the machine slows
//! all of them. The median of the rounds counts, and its distance to the quartiles is shown.

use std::time::Instant;

/// Rounds that count.
const ROUNDS: usize = 41;

/// Something to be timed.
pub(crate) struct Contender {
    pub(crate) job: &'static str,
    pub(crate) name: &'static str,
    /// Times to run in a round: enough to be seen by the clock.
    pub(crate) times: u32,
    pub(crate) run: Box<dyn FnMut()>,
}

/// Times all contenders and prints, for each job, how long each takes relative to jwt-core.
#[allow(clippy::cast_precision_loss, clippy::arithmetic_side_effects)] // figures for people
pub(crate) fn run(contenders: &mut [Contender]) {
    let mut nanos = vec![Vec::with_capacity(ROUNDS); contenders.len()];
    for round in 0..=ROUNDS {
        for (contender, nanos) in contenders.iter_mut().zip(&mut nanos) {
            let start = Instant::now();
            for _ in 0..contender.times {
                (contender.run)();
            }
            let taken = start.elapsed().as_secs_f64() * 1e9 / f64::from(contender.times);
            // The first round warms up.
            if round > 0 {
                nanos.push(taken);
            }
        }
    }
    let quartiles: Vec<[f64; 3]> = nanos.iter_mut().map(|nanos| quartiles(nanos)).collect();
    println!("{:<14} {:<28} {:>12} {:>14}", "job", "contender", "time / ours", "quartiles");
    for (contender, [low, median, high]) in contenders.iter().zip(&quartiles) {
        let ours = contenders
            .iter()
            .zip(&quartiles)
            .find(|(other, _)| other.job == contender.job && other.name == "jwt-core")
            .map_or(*median, |(_, [_, median, _])| *median);
        println!(
            "{:<14} {:<28} {:>11.2}x {:>6.1}% {:>+5.1}%",
            contender.job,
            contender.name,
            median / ours,
            (low / median - 1.0) * 100.0,
            (high / median - 1.0) * 100.0
        );
    }
}

fn quartiles(nanos: &mut [f64]) -> [f64; 3] {
    nanos.sort_by(f64::total_cmp);
    [1, 2, 3].map(|quarter| {
        let at = nanos.len().saturating_mul(quarter) / 4;
        nanos.get(at).copied().unwrap_or_default()
    })
}
