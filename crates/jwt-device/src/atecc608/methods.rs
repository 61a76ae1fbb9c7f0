//! What both drivers can do, written once: the async one differs in two words.

/// Implements the methods of a driver with a `run`, for a bus, a delay and a wake strategy of these
/// traits, with `async` and `.await` where they are given.
macro_rules! methods {
    ($driver:ident, [$bus:ident], [$delay:ident], [$wake:ident], [$($async:ident)?], [$($await:tt)*]) => {
        impl<I2C: $bus, D: $delay, W: $wake<I2C>> $driver<I2C, D, W> {
            /// The revision: `00 00 60 02` is an ATECC608A, `00 00 60 03` an ATECC608B.
            ///
            /// # Errors
            /// [`Atecc608Error`], as for every method: of the bus, or of the chip after some retries.
            pub $($async)? fn info(&mut self) -> Result<[u8; 4], Atecc608Error<I2C::Error>> {
                self.command(Command::info())$($await)*
            }

            /// The serial number, 9 bytes that begin with `01 23`.
            ///
            /// # Errors
            /// Those of [`Self::info`].
            pub $($async)? fn serial_number(
                &mut self,
            ) -> Result<[u8; 9], Atecc608Error<I2C::Error>> {
                let [a, b, c, d, _, _, _, _, e, f, g, h, i, ..] =
                    self.read_config(ConfigBlock::Bytes0To31)$($await)*?;
                Ok([a, b, c, d, e, f, g, h, i])
            }

            /// 32 random bytes.
            ///
            /// # Errors
            /// Those of [`Self::info`]; [`ChipError::ConfigUnlocked`](super::error::ChipError) where the
            /// chip would give a constant instead; kind `Entropy` where all bytes are the same.
            pub $($async)? fn random(&mut self) -> Result<[u8; 32], Atecc608Error<I2C::Error>> {
                self.command(Command::random())$($await)*
            }

            /// The public key of `slot`.
            ///
            /// # Errors
            /// Those of [`Self::info`]; kind `NotProvisioned` where `slot` has no key.
            pub $($async)? fn public_key(
                &mut self,
                slot: Slot,
            ) -> Result<PublicKey, Atecc608Error<I2C::Error>> {
                let key = self.command(Command::public_key(slot))$($await)*?;
                Ok(PublicKey::from_bytes(&key))
            }

            /// Makes a new private key in `slot`, which never leaves the chip; returns the public one.
            /// The key that was there is lost.
            ///
            /// # Errors
            /// Those of [`Self::info`]; kind `NotProvisioned` where the configuration is not locked or
            /// does not allow it. After an error of the bus the slot may have a new key all the same:
            /// [`Self::public_key`] tells it.
            pub $($async)? fn generate_key(
                &mut self,
                slot: Slot,
            ) -> Result<PublicKey, Atecc608Error<I2C::Error>> {
                let key = self.command(Command::generate_key(slot))$($await)*?;
                Ok(PublicKey::from_bytes(&key))
            }

            /// 32 bytes of the configuration.
            ///
            /// # Errors
            /// Those of [`Self::info`].
            pub $($async)? fn read_config(
                &mut self,
                block: ConfigBlock,
            ) -> Result<[u8; 32], Atecc608Error<I2C::Error>> {
                self.command(Command::read_config(block))$($await)*
            }

            /// Which zones are locked.
            ///
            /// # Errors
            /// Those of [`Self::info`].
            pub $($async)? fn lock_state(
                &mut self,
            ) -> Result<LockState, Atecc608Error<I2C::Error>> {
                let [_, _, data, config] = self.command(Command::read_locks())$($await)*?;
                let (config, data) = (ZoneLock::from_byte(config), ZoneLock::from_byte(data));
                Ok(LockState { config, data })
            }

            /// Locks the configuration, as it is, for good.
            ///
            /// # Errors
            /// Those of [`Self::info`]; kind `Locked` where it is. After an error of the bus,
            /// [`Self::lock_state`] tells whether it was locked: a lock is not tried twice.
            pub $($async)? fn lock_config(
                &mut self,
                _: Irreversible,
            ) -> Result<(), Atecc608Error<I2C::Error>> {
                self.command::<0>(Command::lock(Lockable::Config))$($await)*.map(|_| ())
            }

            /// Locks the data and one-time-programmable zones, as they are, for good.
            ///
            /// # Errors
            /// Those of [`Self::lock_config`].
            pub $($async)? fn lock_data(
                &mut self,
                _: Irreversible,
            ) -> Result<(), Atecc608Error<I2C::Error>> {
                self.command::<0>(Command::lock(Lockable::Data))$($await)*.map(|_| ())
            }

            /// Locks `slot`, with the key in it, for good.
            ///
            /// # Errors
            /// Those of [`Self::lock_config`].
            pub $($async)? fn lock_slot(
                &mut self,
                slot: Slot,
                _: Irreversible,
            ) -> Result<(), Atecc608Error<I2C::Error>> {
                self.command::<0>(Command::lock(Lockable::Slot(slot)))$($await)*.map(|_| ())
            }

            /// The signature of `slot` over `digest`, r and s of 32 bytes each: as JWS has it.
            ///
            /// Takes one wake, or two where the chip's clock is divided so far that the watchdog would
            /// expire ([`ClockDivider::M2`](super::config::ClockDivider::M2)).
            ///
            /// # Errors
            /// Those of [`Self::info`]; kind `Locked` where `slot` may not sign digests from outside.
            pub $($async)? fn sign_digest(
                &mut self,
                slot: Slot,
                digest: &[u8; 32],
            ) -> Result<[u8; 64], Atecc608Error<I2C::Error>> {
                let mut machine = Machine::new(Operation::sign(slot, digest), self.config);
                self.run(&mut machine)$($await)*?;
                Ok(machine.answer())
            }

            $($async)? fn command<const N: usize>(
                &mut self,
                command: Command<'_>,
            ) -> Result<[u8; N], Atecc608Error<I2C::Error>> {
                let mut machine = Machine::new(Operation::command(command), self.config);
                self.run(&mut machine)$($await)*?;
                Ok(machine.answer())
            }
        }
    };
}

pub(super) use methods;
