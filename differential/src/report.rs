//! Counts by peer and class, and examples of what nothing explains.

use std::collections::BTreeMap;

use crate::class::Class;
use crate::explain::explain;
use crate::forge::Case;
use crate::verdict::{Ours, Theirs};

/// Examples that are shown.
const SHOWN: usize = 12;

/// What came out for one peer.
#[derive(Default)]
pub(crate) struct Report {
    /// The name of the peer.
    peer: String,
    tokens: u64,
    accepted: u64,
    agreed: u64,
    /// Exceptions that the peer did not mean as verdicts.
    raised: u64,
    classes: BTreeMap<Class, (u64, String)>,
    unexplained: u64,
    examples: Vec<String>,
}

impl Report {
    pub(crate) fn of(peer: &str) -> Self {
        Self { peer: peer.to_owned(), ..Self::default() }
    }

    pub(crate) fn add(&mut self, case: &Case, ours: &Ours, theirs: &Theirs) {
        self.tokens += 1;
        self.accepted += u64::from(ours.is_ok() && theirs.is_ok());
        self.raised += u64::from(theirs.as_ref().is_err_and(|error| error.starts_with("raised ")));
        match explain(&self.peer, case, ours, theirs) {
            Ok(None) => self.agreed += 1,
            Ok(Some(class)) => {
                let counted = self.classes.entry(class).or_default();
                counted.0 += 1;
                let why =
                    theirs.as_ref().err().map(|error| format!("{error}: ")).unwrap_or_default();
                let example = format!("{why}{}", case.token);
                // The shortest example says most.
                if counted.1.is_empty() || counted.1.len() > example.len() {
                    counted.1 = example;
                }
            }
            Err(why) => {
                self.unexplained += 1;
                if self.examples.len() < SHOWN {
                    let Case { alg, now, token, done } = case;
                    self.examples
                        .push(format!("{why}\n    {alg:?} at {now}, {done:?}\n    {token}"));
                }
            }
        }
    }

    pub(crate) fn join(&mut self, other: Self) {
        self.tokens += other.tokens;
        self.accepted += other.accepted;
        self.agreed += other.agreed;
        self.raised += other.raised;
        self.unexplained += other.unexplained;
        self.examples.extend(other.examples);
        self.examples.truncate(SHOWN);
        for (class, (count, example)) in other.classes {
            let counted = self.classes.entry(class).or_default();
            counted.0 += count;
            if counted.1.is_empty() || counted.1.len() > example.len() {
                counted.1 = example;
            }
        }
    }

    /// Prints it; returns how many differences nothing explains.
    pub(crate) fn print(&self, version: &str, show: bool) -> u64 {
        let Self { peer, tokens, accepted, agreed, raised, unexplained, .. } = self;
        println!(
            "\n{peer} {version}: {tokens} tokens, {accepted} accepted by both, {agreed} the same, {raised} ended in \
             an exception, {unexplained} unexplained"
        );
        for (class, (count, example)) in &self.classes {
            let (name, kind, section) = (class.name(), class.kind(), class.section());
            println!("  {count:>8} {name:<18} {kind:<8?} {section}");
            if show {
                println!("           {example}");
            }
        }
        for example in &self.examples {
            println!("  UNEXPLAINED {example}");
        }
        *unexplained
    }
}
