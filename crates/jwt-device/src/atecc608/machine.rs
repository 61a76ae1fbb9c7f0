//! The protocol as a machine without I/O: it says what to do next and is told what came of it.
//!
//! A transport is a loop over [`Machine::step`]. The blocking and the async driver are two; a kernel
//! driver or a single-wire interface would be a third. All time is counted from the delays that the
//! machine itself asks for, so it needs no clock, and a test needs none either.
//!
//! # What it does about what goes wrong
//! | what | what it does |
//! | --- | --- |
//! | no answer to a wake | sends the chip to sleep, wakes it again, waits 1, 3, 7 … 255 ms longer |
//! | not acknowledged while it works | asks again every 2 ms for 2.5 s, then idle, wake, all again |
//! | command not acknowledged | idle, wake, all again |
//! | answer damaged, or half of it missing | reads it again: the chip keeps it |
//! | status FF, command damaged | sends it again |
//! | status 05, fault on the curve; zeros or nothing for a number | all again |
//! | status 11, somebody else's traffic woke the chip anew | all again |
//! | status EE, watchdog about to expire | idle, wake, all again |
//! | status 0F to Sign, after an idle | all again, once: the power may have failed meanwhile |
//! | 32 equal bytes for a random number | ends as with status 08 |
//! | any other status | ends with it |
//!
//! "All again" starts with the first command, because nobody knows what the chip still has in memory.
//! It tries again [`RETRIES`] times in an operation, ends it after [`LIMIT_US`] in any case, and leaves
//! the chip asleep.

use core::fmt;

use super::command::{Command, Opcode, word_address};
use super::config::Config;
use super::error::ChipError;
use super::operation::Operation;
use super::response::{MAX_FRAME, Response, Status};

/// How often an operation tries again, wakes not counted.
pub const RETRIES: u8 = 3;
/// After so many microseconds of delays an operation ends, whatever the chip does.
pub const LIMIT_US: u32 = 6_000_000;

/// Microseconds that the data line is held low: at least 60 wake the chip.
const PULSE_US: u32 = 80;
/// Microseconds before the first look for an answer, and between two looks.
const FIRST_POLL_US: u32 = 1_000;
const POLL_US: u32 = 2_000;
/// Microseconds after which a command has failed.
const TIMEOUT_US: u32 = 2_500_000;
/// The watchdog sends the chip to sleep 0.7 to 1.7 s after a wake. Bytes on the bus take time that is not
/// counted, hence 0.6 s.
const WATCHDOG_BUDGET_US: u32 = 600_000;
/// After so many failed wakes the wait gets no longer: 255 ms. It has to stay below the watchdog, or a
/// chip that has woken would be asleep again.
const MOST_DOUBLINGS: u8 = 8;
/// Wakes until the chip is given up: 2 s. A chip that was left working by a reset of its host has ended
/// or is asleep before that.
const WAKES: u8 = 15;

/// What is to be done next.
pub enum Step<'m> {
    /// Begin a wake pulse: pull the data line low, or do the whole pulse.
    PullLow,
    /// End a wake pulse.
    Release,
    /// Wait for so many microseconds, or longer.
    Delay {
        /// Microseconds.
        us: u32,
    },
    /// Write this to the chip.
    Write(&'m [u8]),
    /// Read this from the chip.
    Read(&'m mut [u8]),
    /// The operation has ended. Where it did well, [`Machine::answer`] has what came of it.
    Done(Result<(), ChipError>),
}

/// What came of a step. Pulses and delays always are [`Outcome::Done`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Done,
    /// The chip did not acknowledge, as it does when it works or sleeps.
    NotAcknowledged,
    /// The bus failed.
    BusFailed,
}

/// What was asked for last.
#[derive(Clone, Copy, Debug)]
enum State {
    Start,
    Pulling,
    Holding,
    Releasing,
    Waking,
    Greeting,
    /// The chip was told to idle or to sleep, to be woken.
    Dozing,
    Sending,
    Waiting,
    Rewinding,
    Counting,
    Receiving,
    /// The chip was told to sleep, for good.
    Leaving,
}

/// One operation on the chip, from wake to sleep.
pub struct Machine<'d> {
    operation: Operation<'d>,
    command: Command<'d>,
    config: Config,
    state: State,
    stage: u8,
    retries: u8,
    failed_wakes: u8,
    /// Whether a command was sent since the chip woke.
    has_worked: bool,
    /// How often the chip was idle between two commands: it may have lost what it had in memory.
    idles: u8,
    /// Since the start.
    elapsed_us: u32,
    /// Since the chip was woken.
    awake_us: u32,
    /// Since the command was sent.
    working_us: u32,
    /// What the operation ends with. Before that: what it ends with if the chip does not wake.
    result: Result<(), ChipError>,
    /// The packet that is sent, then the answer.
    frame: [u8; MAX_FRAME],
}

impl<'d> Machine<'d> {
    /// A machine at the start of `operation`.
    #[must_use]
    pub const fn new(operation: Operation<'d>, config: Config) -> Self {
        Self {
            operation,
            command: Command::info(),
            config,
            state: State::Start,
            stage: 0,
            retries: RETRIES,
            failed_wakes: 0,
            has_worked: false,
            idles: 0,
            elapsed_us: 0,
            awake_us: 0,
            working_us: 0,
            result: Err(ChipError::NoAnswer),
            frame: [0; MAX_FRAME],
        }
    }

    /// The first `N` bytes of what the last command answered. They mean something only after
    /// [`Step::Done`] with `Ok`, and as many as the command answers.
    #[must_use]
    pub fn answer<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        for (to, from) in bytes.iter_mut().zip(self.frame.iter().skip(1)) {
            *to = *from;
        }
        bytes
    }

    /// What to do next, after the last step came out as `came`. Before the first, that is
    /// [`Outcome::Done`].
    pub fn step(&mut self, came: Outcome) -> Step<'_> {
        let done = matches!(came, Outcome::Done);
        match self.state {
            State::Start | State::Dozing => self.ask(State::Pulling, Step::PullLow),
            State::Pulling => self.delay(PULSE_US, State::Holding),
            State::Holding => self.ask(State::Releasing, Step::Release),
            State::Releasing => self.wait_for_greeting(),
            State::Waking => self.read(0..4, State::Greeting),
            State::Greeting => self.greeted(done),
            State::Sending if done => self.delay(FIRST_POLL_US, State::Waiting),
            State::Sending => self.wake_and_start_over(ChipError::NoAnswer),
            State::Waiting => self.ask(State::Rewinding, Step::Write(&[word_address::RESET])),
            State::Rewinding if done => self.read(0..1, State::Counting),
            State::Counting if done => self.counted(),
            State::Receiving if done => self.received(),
            // The count came, the rest did not, or the bus failed: that is no chip at work.
            State::Receiving => self.look_again(ChipError::Garbled),
            State::Rewinding | State::Counting => match came {
                Outcome::BusFailed => self.look_again(ChipError::NoAnswer),
                _ => self.poll(),
            },
            State::Leaving => Step::Done(self.result),
        }
    }

    fn ask<'m>(&mut self, state: State, step: Step<'m>) -> Step<'m> {
        self.state = state;
        step
    }

    fn read(&mut self, range: core::ops::Range<usize>, state: State) -> Step<'_> {
        self.state = state;
        Step::Read(self.frame.get_mut(range).unwrap_or_default())
    }

    /// The only way to wait, so that no operation can go on for ever: every loop waits.
    fn delay(&mut self, us: u32, state: State) -> Step<'static> {
        // None of them can wrap: what has passed is at most LIMIT_US, and no wait is longer than 0.3 s.
        self.elapsed_us = self.elapsed_us.wrapping_add(us);
        self.awake_us = self.awake_us.wrapping_add(us);
        self.working_us = self.working_us.wrapping_add(us);
        if self.elapsed_us > LIMIT_US {
            return self.leave(Err(ChipError::Timeout));
        }
        self.ask(state, Step::Delay { us })
    }

    fn leave(&mut self, result: Result<(), ChipError>) -> Step<'static> {
        self.result = result;
        self.ask(State::Leaving, Step::Write(&[word_address::SLEEP]))
    }

    fn wait_for_greeting(&mut self) -> Step<'static> {
        self.awake_us = 0;
        self.has_worked = false;
        let doublings = self.failed_wakes.min(MOST_DOUBLINGS);
        let longer_ms = 1_u32.wrapping_shl(doublings.into()).wrapping_sub(1);
        let longer_us = longer_ms.wrapping_mul(1_000);
        self.delay(self.config.self_test.wake_us().wrapping_add(longer_us), State::Waking)
    }

    fn greeted(&mut self, done: bool) -> Step<'_> {
        match self.frame {
            // The checksum of this one circulates with a wrong value, so it is not looked at.
            [0x04, 0x07, ..] if done => self.leave(Err(ChipError::SelfTestFailed)),
            [0x04, 0x11, 0x33, 0x43, ..] if done => {
                self.failed_wakes = 0;
                self.result = Err(ChipError::NoAnswer);
                self.send()
            }
            _ => {
                self.failed_wakes = self.failed_wakes.saturating_add(1);
                if self.failed_wakes == WAKES {
                    return self.leave(self.result);
                }
                // It may be awake with an old answer. Asleep it starts anew, and has forgotten all.
                self.stage = 0;
                self.ask(State::Dozing, Step::Write(&[word_address::SLEEP]))
            }
        }
    }

    /// Sends the command of this stage, or ends after the last.
    fn send(&mut self) -> Step<'_> {
        let Some(command) = self.operation.at(self.stage) else { return self.leave(Ok(())) };
        let longest = command.max_execution_ms(self.config.clock_divider).saturating_mul(1_000);
        if self.has_worked && self.awake_us.saturating_add(longest) > WATCHDOG_BUDGET_US {
            // Idle keeps what is in the buffers, and the next wake restarts the watchdog.
            self.idles = self.idles.saturating_add(1);
            return self.ask(State::Dozing, Step::Write(&[word_address::IDLE]));
        }
        self.command = command;
        self.working_us = 0;
        self.has_worked = true;
        self.state = State::Sending;
        match self.frame.first_chunk_mut() {
            Some(packet) => Step::Write(command.encode(packet)),
            None => Step::Write(&[]),
        }
    }

    /// Looks for an answer once more, where there is time left.
    fn poll(&mut self) -> Step<'_> {
        if self.working_us < TIMEOUT_US {
            return self.delay(POLL_US, State::Waiting);
        }
        self.wake_and_start_over(ChipError::Timeout)
    }

    fn counted(&mut self) -> Step<'_> {
        let [count, ..] = self.frame;
        if count == 4 || count == self.command.answer_len().saturating_add(3) {
            self.read(1..usize::from(count), State::Receiving)
        } else {
            self.look_again(ChipError::Garbled)
        }
    }

    fn received(&mut self) -> Step<'_> {
        let [count, ..] = self.frame;
        match Response::parse(self.frame.get(..usize::from(count)).unwrap_or_default()) {
            Ok(Response::Status(status)) => self.answered(status),
            Ok(Response::Data(_)) => match self.command.opcode() {
                Opcode::Random if self.is_constant() => self.leave(Err(ChipError::ConfigUnlocked)),
                Opcode::Random if self.is_uniform() => self.leave(Err(ChipError::Refused {
                    opcode: Opcode::Random,
                    status: Status::RANDOMNESS_FAILED,
                })),
                Opcode::Sign | Opcode::GenKey if self.has_zero() => {
                    self.start_over(ChipError::Zeroed)
                }
                _ => self.advance(),
            },
            Err(_) => self.look_again(ChipError::Garbled),
        }
    }

    fn answered(&mut self, status: Status) -> Step<'_> {
        let refused = ChipError::Refused { opcode: self.command.opcode(), status };
        match status {
            Status::SUCCESS if self.command.answer_len() == 1 => self.advance(),
            // A success of a command that answers more is not one.
            Status::SUCCESS => self.start_over(ChipError::Garbled),
            Status::CRC_ERROR if self.retry() => self.send(),
            Status::ECC_FAULT | Status::AFTER_WAKE => self.start_over(refused),
            // It has no digest, where its power failed while it was idle. Where the slot may not sign, it
            // says so again.
            Status::EXECUTION_ERROR
                if self.idles == 1 && matches!(self.command.opcode(), Opcode::Sign) =>
            {
                self.idles = 2;
                self.start_over(refused)
            }
            Status::WATCHDOG_EXPIRING => self.wake_and_start_over(refused),
            _ => self.leave(Err(refused)),
        }
    }

    fn advance(&mut self) -> Step<'_> {
        self.stage = self.stage.saturating_add(1);
        self.send()
    }

    /// Takes one of the retries.
    fn retry(&mut self) -> bool {
        let left = self.retries.checked_sub(1);
        self.retries = left.unwrap_or(0);
        left.is_some()
    }

    fn look_again(&mut self, error: ChipError) -> Step<'_> {
        if self.retry() { self.poll() } else { self.leave(Err(error)) }
    }

    fn start_over(&mut self, error: ChipError) -> Step<'_> {
        if !self.command.is_repeatable() || !self.retry() {
            return self.leave(Err(error));
        }
        self.stage = 0;
        self.send()
    }

    fn wake_and_start_over(&mut self, error: ChipError) -> Step<'_> {
        let carried_out = !matches!(error, ChipError::Refused { .. });
        if (carried_out && !self.command.is_repeatable()) || !self.retry() {
            return self.leave(Err(error));
        }
        self.stage = 0;
        self.result = Err(error);
        self.ask(State::Dozing, Step::Write(&[word_address::IDLE]))
    }

    /// Whether the answer is what a chip with an unlocked configuration gives for a random number.
    fn is_constant(&self) -> bool {
        let [_, data @ ..] = &self.frame;
        data.as_chunks::<4>().0.iter().take(8).all(|four| *four == [0xFF, 0xFF, 0, 0])
    }

    /// Whether all 32 bytes of the answer are the same, as those of no generator are.
    fn is_uniform(&self) -> bool {
        let [_, first, rest @ ..] = &self.frame;
        rest.iter().take(31).all(|byte| byte == first)
    }

    /// Whether one of the answer's two numbers is zero, as no r, no s and no coordinate is.
    fn has_zero(&self) -> bool {
        let [_, data @ ..] = &self.frame;
        data.as_chunks::<32>().0.contains(&[0; 32])
    }
}

/// Without what is in the frame: signatures are not for logs.
impl fmt::Debug for Step<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PullLow => f.write_str("PullLow"),
            Self::Release => f.write_str("Release"),
            Self::Delay { us } => write!(f, "Delay({us} us)"),
            Self::Write(bytes) => write!(f, "Write({} bytes)", bytes.len()),
            Self::Read(bytes) => write!(f, "Read({} bytes)", bytes.len()),
            Self::Done(result) => f.debug_tuple("Done").field(result).finish(),
        }
    }
}

/// Without the frame, for the same reason.
impl fmt::Debug for Machine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Machine")
            .field("state", &self.state)
            .field("stage", &self.stage)
            .field("retries", &self.retries)
            .field("elapsed_us", &self.elapsed_us)
            .finish_non_exhaustive()
    }
}
