//! `benches/measured.toml`: what one run measured, as ratios.

use std::fs;

use serde::{Deserialize, Serialize};

use super::build;
use crate::sh::{Result, cmd, root, run_reading};

/// The contender that all others are related to.
pub(super) const OURS: &str = "jwt-core";

/// One contender in one job.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Figure {
    pub(super) job: String,
    pub(super) contender: String,
    /// Median of its time over jwt-core's in the same round.
    pub(super) ratio: f64,
    /// The quartiles of the same.
    pub(super) quartiles: [f64; 2],
    /// Its median time over that of jwt-core's smallest mint, to compare jobs.
    pub(super) cost: f64,
    /// Heap allocations of Rust code; none is told for jobs of several threads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) allocations: Option<u64>,
}

/// What the file holds.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Measured {
    pub(super) compiler: String,
    /// The architecture, and whether it has instructions for SHA-256.
    pub(super) processor: String,
    /// In the order of jobs and contenders.
    pub(super) figures: Vec<Figure>,
}

const FILE: &str = "benches/measured.toml";

const HEAD: &str = "\
# What `cargo xtask bench` measured in one run on one machine: ratios, which carry over where times do not.
# It writes this file, and the table and the chart that are drawn from it.

";

impl Measured {
    pub(super) fn read() -> Result<Self> {
        let text =
            fs::read_to_string(root().join(FILE)).map_err(|error| format!("{FILE}: {error}"))?;
        toml::from_str(&text).map_err(|error| format!("{FILE}: {error}").into())
    }

    pub(super) fn write(&self) -> Result {
        Ok(fs::write(root().join(FILE), format!("{HEAD}{}", toml::to_string(self)?))?)
    }

    pub(super) fn get(&self, job: &str, contender: &str) -> Option<&Figure> {
        self.figures.iter().find(|figure| figure.job == job && figure.contender == contender)
    }

    /// The jobs in their order.
    pub(super) fn jobs(&self) -> Vec<&str> {
        let mut jobs: Vec<&str> = Vec::new();
        for figure in &self.figures {
            if !jobs.contains(&figure.job.as_str()) {
                jobs.push(&figure.job);
            }
        }
        jobs
    }

    /// The contenders in their order.
    pub(super) fn contenders(&self) -> Vec<&str> {
        let mut contenders: Vec<&str> = Vec::new();
        for figure in &self.figures {
            if !contenders.contains(&figure.contender.as_str()) {
                contenders.push(&figure.contender);
            }
        }
        contenders
    }
}

/// Builds and runs the contenders.
pub(super) fn measure() -> Result<Measured> {
    build::peers()?;
    let mut figures = Vec::new();
    run_reading(&mut cmd(build::binary("compare")), |line| figures.extend(timed(line)))?;
    run_reading(&mut cmd(build::binary("heap")), |line| {
        let cells: Vec<_> = line.split('\t').collect();
        if let [job, contender, count] = cells.as_slice()
            && let Some(figure) = figures
                .iter_mut()
                .find(|figure: &&mut Figure| figure.job == *job && figure.contender == *contender)
        {
            figure.allocations = count.parse().ok();
        }
    })?;
    if figures.is_empty() {
        return Err("nothing was measured".into());
    }
    Ok(Measured { compiler: build::compiler()?, processor: processor(), figures })
}

/// A line of `compare`.
fn timed(line: &str) -> Option<Figure> {
    let cells: Vec<_> = line.split('\t').collect();
    let [job, contender, low, median, high, cost] = cells.as_slice() else { return None };
    let number = |text: &str| text.parse().map(thousandths).ok();
    Some(Figure {
        job: (*job).to_owned(),
        contender: (*contender).to_owned(),
        ratio: number(median)?,
        quartiles: [number(low)?, number(high)?],
        cost: number(cost)?,
        allocations: None,
    })
}

/// More places would be noise.
fn thousandths(number: f64) -> f64 {
    (number * 1000.0).round() / 1000.0
}

fn processor() -> String {
    #[cfg(target_arch = "x86_64")]
    if std::is_x86_feature_detected!("sha") {
        return String::from("x86_64 with SHA extensions");
    }
    String::from(std::env::consts::ARCH)
}
