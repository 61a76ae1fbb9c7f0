//! The differences that are known, each with what decides it. `DIFFERENCES.md` says the same in prose; a
//! test holds the two together.

/// Who accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The peer accepts and jwt-core refuses.
    Stricter,
    /// jwt-core accepts and the peer refuses.
    Laxer,
    /// Both accept, and the claims are not the same.
    Claims,
}

macro_rules! classes {
    ($($name:ident $kind:ident $peers:literal $section:literal)*) => {
        /// A class of differences.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Class {
            $($name,)*
        }

        impl Class {
            #[cfg(test)]
            pub(crate) const ALL: &'static [Self] = &[$(Self::$name),*];

            pub(crate) const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($name),)*
                }
            }

            pub(crate) const fn kind(self) -> Kind {
                match self {
                    $(Self::$name => Kind::$kind,)*
                }
            }

            /// The peers of which it is known.
            pub(crate) const fn peers(self) -> &'static str {
                match self {
                    $(Self::$name => $peers,)*
                }
            }

            /// The section that decides.
            pub(crate) const fn section(self) -> &'static str {
                match self {
                    $(Self::$name => $section,)*
                }
            }
        }
    };
}

classes! {
    Padding            Stricter  "PyJWT, jose" "RFC 7515 section 2"
    WhiteSpace         Stricter  "jose" "RFC 7515 section 2"
    UnusedBits         Stricter  "jose" "RFC 4648 section 3.5"
    DuplicateMember    Stricter  "jsonwebtoken, PyJWT, jose" "RFC 7515 section 4, RFC 7519 section 4"
    Critical           Stricter  "jsonwebtoken, PyJWT, jose" "RFC 7515 section 4.1.11"
    UnencodedPayload   Stricter  "jsonwebtoken, PyJWT, jose" "RFC 7797 section 7"
    HeaderType         Stricter  "jsonwebtoken, PyJWT, jose" "RFC 7515 section 4.1"
    ExplicitType       Stricter  "jsonwebtoken, PyJWT, jose" "RFC 8725 section 3.11"
    ClaimType          Stricter  "jsonwebtoken, PyJWT, jose" "RFC 7519 section 4.1"
    ExpiresNow         Stricter  "jsonwebtoken" "RFC 7519 section 4.1.4"
    Fraction           Stricter  "jsonwebtoken, PyJWT, jose" "RFC 7519 section 2"
    DateRange          Stricter  "jsonwebtoken, PyJWT, jose" "RFC 7519 section 2"
    IssuedInTheFuture  Stricter  "jsonwebtoken, jose" "RFC 7519 section 4.1.6"
    NotUtf8            Stricter  "PyJWT" "RFC 8259 section 8.1"
    ByteOrderMark      Stricter  "PyJWT, jose" "RFC 8259 section 8.1"
    LoneSurrogate      Stricter  "PyJWT, jose" "RFC 8259 section 8.2"
    NotJson            Stricter  "PyJWT" "RFC 8259 section 9"
    Limit              Stricter  "jsonwebtoken, PyJWT, jose" "RFC 8259 section 9"
    HeaderOfOthers     Laxer     "jsonwebtoken" "RFC 7515 section 4.1"
    NumberOfOthers     Laxer     "jsonwebtoken" "RFC 8259 section 6"
    DateBefore1970     Laxer     "jsonwebtoken" "RFC 7519 section 2"
    Precision          Claims    "jsonwebtoken, PyJWT, jose" "RFC 8259 section 6"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_has_a_row_for_each_class_and_no_other() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../DIFFERENCES.md");
        let document = std::fs::read_to_string(path).unwrap();
        let mut kind = None;
        let mut rows = Vec::new();
        for line in document.lines() {
            kind = match line {
                "## We refuse, others accept" => Some(Kind::Stricter),
                "## We accept, others refuse" => Some(Kind::Laxer),
                "## All accept, and read other claims" => Some(Kind::Claims),
                _ => kind,
            };
            if let Some(row) = line.strip_prefix("| `") {
                let mut cells = row.split('|').map(str::trim);
                let name = cells.next().unwrap().trim_end_matches('`').to_owned();
                let (peers, section) = (cells.next().unwrap(), cells.next().unwrap());
                rows.push((name, kind, peers.to_owned(), section.to_owned()));
            }
        }
        let expected: Vec<_> = Class::ALL
            .iter()
            .map(|class| {
                let (name, peers) = (class.name().to_owned(), class.peers().to_owned());
                (name, Some(class.kind()), peers, class.section().to_owned())
            })
            .collect();
        assert_eq!(rows, expected);
    }
}
