//! What libFuzzer says of a run.

use std::fmt;

/// The figures of one target, or of all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Figures {
    pub(super) target: String,
    pub(super) seconds: u64,
    pub(super) executions: u64,
    /// Edges of the instrumented code that were reached.
    pub(super) edges: u64,
    /// Inputs that are worth keeping.
    pub(super) corpus: usize,
    pub(super) finds: usize,
}

impl Figures {
    pub(super) const HEAD: &'static str =
        "target                seconds   executions  per second  edges  corpus  finds";

    /// From what libFuzzer prints.
    pub(super) fn read(target: &str, log: &str, finds: usize, corpus: usize) -> Option<Self> {
        // "Done 1044 runs in 3 second(s)"; of a run that found something the statistics alone.
        let done = log.lines().rev().find_map(|line| {
            let (runs, seconds) = line.strip_prefix("Done ")?.split_once(" runs in ")?;
            Some((runs.parse().ok()?, seconds.split(' ').next()?.parse().ok()?))
        });
        let (executions, seconds) = match done {
            Some(done) => done,
            None => (after(log, "stat::number_of_executed_units:")?, 0),
        };
        let edges = after(log, " cov:").unwrap_or_default();
        Some(Self { target: target.to_owned(), seconds, executions, edges, corpus, finds })
    }

    pub(super) fn per_second(&self) -> u64 {
        self.executions.checked_div(self.seconds).unwrap_or_default()
    }

    pub(super) fn total(all: &[Self]) -> Self {
        let mut total = Self { target: String::from("total"), ..Self::default() };
        for each in all {
            total.seconds = total.seconds.saturating_add(each.seconds);
            total.executions = total.executions.saturating_add(each.executions);
            total.edges = total.edges.saturating_add(each.edges);
            total.corpus = total.corpus.saturating_add(each.corpus);
            total.finds = total.finds.saturating_add(each.finds);
        }
        total
    }

    pub(super) fn sentence(&self, targets: usize) -> String {
        let Self { executions, edges, finds, .. } = self;
        format!("fuzz: {targets} targets, {executions} executions, {edges} edges, {finds} finds")
    }
}

/// The number behind the last `name`.
fn after(log: &str, name: &str) -> Option<u64> {
    let (_, rest) = log.rsplit_once(name)?;
    rest.split_whitespace().next()?.parse().ok()
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { target, seconds, executions, edges, corpus, finds } = self;
        let per_second = self.per_second();
        write!(
            f,
            "{target:<20} {seconds:>8} {executions:>12} {per_second:>11} {edges:>6} {corpus:>7} \
             {finds:>6}"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_last_figures_of_a_log() {
        let log = "#2\tINITED cov: 12 ft: 13 corp: 1/1b exec/s: 0 rss: 30Mb\n\
            #900\tDONE   cov: 345 ft: 900 corp: 20/1Kb lim: 4096 exec/s: 300 rss: 30Mb\n\
            Done 900 runs in 3 second(s)\nstat::number_of_executed_units: 900\n";
        let figures = Figures::read("x", log, 0, 20).unwrap();
        assert_eq!((figures.executions, figures.seconds, figures.edges), (900, 3, 345));
        assert_eq!(figures.per_second(), 300);
        assert_eq!(Figures::total(&[figures.clone(), figures]).executions, 1800);
    }
}
