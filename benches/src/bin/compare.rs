//! Times all contenders in all jobs. Prints a line for each: the job, the contender, the quartiles of its
//! time over jwt-core's, and the median over jwt-core's smallest mint, with tabs between them.
//! With arguments: only the jobs of these names, and the unit is the first of them.

use jwt_benches::{harness, job, libraries};

fn main() {
    let libraries = libraries::all();
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let mut unit = None;
    for job in job::ALL
        .iter()
        .filter(|job| wanted.is_empty() || wanted.iter().any(|name| name == job.name))
    {
        for result in harness::run(job, &libraries) {
            let unit = *unit.get_or_insert(result.nanos);
            let [low, median, high] = result.ratios;
            println!(
                "{}\t{}\t{low:.4}\t{median:.4}\t{high:.4}\t{:.4}",
                job.name,
                result.contender,
                result.nanos / unit
            );
        }
    }
}
