//! What was measured, as a table.

use std::fmt;
use std::time::Duration;

use super::{Contender, RATES};

/// All that was measured. The first contender is what the others are compared with.
pub(super) struct Figures {
    pub(super) contenders: Vec<Contender>,
    pub(super) rates: [f64; RATES.len()],
}

/// Of a thousand requests, how many had their answer within the time that is shown.
const QUANTILES: [(&str, usize); 3] = [("p50", 500), ("p99", 990), ("p99.9", 999)];

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(first) = self.contenders.first() else { return Ok(()) };
        writeln!(f, "requests a second at most, and as a part of those without authentication")?;
        for contender in &self.contenders {
            let rate = median(&contender.throughput);
            let ratio = rate / median(&first.throughput);
            writeln!(f, "  {:<18}{rate:>9.0} {ratio:>6.2}", contender.name)?;
        }
        for (index, rate) in self.rates.iter().enumerate() {
            writeln!(
                f,
                "\nat {rate:.0} a second: milliseconds, and as a multiple of those without"
            )?;
            let name = |(name, _): &(&str, usize)| format!("{name:>9}{:7}", "");
            writeln!(
                f,
                "  {:<18}{}",
                "",
                QUANTILES.iter().map(name).collect::<String>().trim_end()
            )?;
            self.contenders.iter().try_for_each(|it| it.latencies(f, first, index))?;
        }
        Ok(())
    }
}

impl Contender {
    /// A line of the table.
    fn latencies(&self, f: &mut fmt::Formatter<'_>, first: &Self, index: usize) -> fmt::Result {
        write!(f, "  {:<18}", self.name)?;
        for (_, of_1000) in QUANTILES {
            let (time, base) = (self.latency(index, of_1000), first.latency(index, of_1000));
            write!(f, "{time:>9.3} {:>6.2}", time / base)?;
        }
        writeln!(f)
    }

    /// Milliseconds at the rate of this index: the median of the rounds, so that what the machine did in one of them
    /// does not count for all.
    fn latency(&self, index: usize, of_1000: usize) -> f64 {
        let rounds = self.latencies.get(index).into_iter().flatten();
        median(&rounds.map(|round| quantile(round, of_1000)).collect::<Vec<_>>())
    }
}

/// The one in the middle, or 0 of none.
pub(super) fn median(numbers: &[f64]) -> f64 {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(0.0)
}

/// Milliseconds within which so many of a thousand were answered, or 0 of none.
fn quantile(latencies: &[Duration], of_1000: usize) -> f64 {
    let mut sorted = latencies.to_vec();
    sorted.sort();
    let rank = sorted.len().saturating_mul(of_1000).div_ceil(1000);
    let latency = sorted.get(rank.saturating_sub(1)).copied().unwrap_or_default();
    latency.as_secs_f64() * 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_the_numbers() {
        let latencies: Vec<_> = (1..=2000).rev().map(Duration::from_millis).collect();
        let found = QUANTILES.map(|(_, of_1000)| quantile(&latencies, of_1000).round());
        assert_eq!(found, [1000.0, 1980.0, 1998.0]);
        assert_eq!(quantile(&latencies[..1], 999).round(), 2000.0);
        assert_eq!(quantile(&[], 500), 0.0);
        assert_eq!((median(&[3.0, 1.0, 2.0]), median(&[])), (2.0, 0.0));
    }
}
