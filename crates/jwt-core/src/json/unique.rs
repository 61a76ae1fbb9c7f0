//! That no name of an object comes twice.
//!
//! The filter says "certainly new" of most names. What it cannot tell is settled in two ways: a small core
//! has no memory for the names and reads the object again; a host of 64 bits sorts them, once.

use super::names::Names;
use super::reader::Scanner;
use super::{MAX_MEMBERS, Text};
use crate::error::{JsonError, JsonErrorKind};

/// The names of the members so far.
pub(super) struct Unique<'a> {
    text: &'a str,
    names: Names,
    count: usize,
    /// Whether the filter could not tell.
    #[cfg(target_pointer_width = "64")]
    in_doubt: bool,
}

impl<'a> Unique<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self {
            text,
            names: Names::new(),
            count: 0,
            #[cfg(target_pointer_width = "64")]
            in_doubt: false,
        }
    }

    /// Takes in one more name, whose value was read.
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    pub(super) fn admit(&mut self, name: Text<'_>, scanner: &Scanner<'_>) -> Result<(), JsonError> {
        if self.count >= MAX_MEMBERS {
            return Err(scanner.error(JsonErrorKind::TooManyMembers));
        }
        let may_be_old = self.names.insert(name.hash());
        #[cfg(target_pointer_width = "64")]
        {
            self.in_doubt |= may_be_old;
        }
        #[cfg(not(target_pointer_width = "64"))]
        if may_be_old && self.has(name) {
            return Err(scanner.error(JsonErrorKind::DuplicateMember));
        }
        self.count = self.count.saturating_add(1);
        Ok(())
    }

    /// Whether `name` is one of the names so far.
    #[cfg(not(target_pointer_width = "64"))]
    #[cold]
    fn has(&self, name: Text<'_>) -> bool {
        super::names::names_of(self.text.as_bytes(), |rest| {
            rest.trim_ascii_start().starts_with(b":")
        })
        .take(self.count)
        .filter_map(Text::from_raw)
        .any(|earlier| earlier == name)
    }

    /// Says of the names that were admitted whether one comes twice.
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    pub(super) fn settle(&self) -> Result<(), JsonError> {
        #[cfg(target_pointer_width = "64")]
        if self.in_doubt {
            return sorted::first_twice(self.text, self.count).map_or(Ok(()), Err);
        }
        Ok(())
    }
}

#[cfg(target_pointer_width = "64")]
mod sorted {
    use super::super::value::Members;
    use super::{JsonError, JsonErrorKind, MAX_MEMBERS, Text};

    /// The first of `count` names that was there before, as an error.
    #[cold]
    #[inline(never)]
    pub(super) fn first_twice(text: &str, count: usize) -> Option<JsonError> {
        let mut names = [Text::from_scanned("", false); MAX_MEMBERS];
        // Places in `names`, in the order of the names.
        let mut order = [0_u8; MAX_MEMBERS];
        let mut members = Members::new(text);
        for known in 0..count {
            let (name, _) = members.next()?;
            let found = order.get(..known)?.binary_search_by(|place| {
                names
                    .get(usize::from(*place))
                    .map_or(core::cmp::Ordering::Less, |it| it.order(&name))
            });
            let Err(place) = found else {
                return Some(members.scanner().error(JsonErrorKind::DuplicateMember));
            };
            *names.get_mut(known)? = name;
            let mut carried = u8::try_from(known).ok()?;
            let behind = order.get_mut(place..=known)?;
            behind.iter_mut().for_each(|slot| core::mem::swap(slot, &mut carried));
        }
        None
    }
}
