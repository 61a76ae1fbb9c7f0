//! Identifiers that were used: of assertions (RFC 7523 section 3) and of DPoP proofs (RFC 9449 section 11.1). They
//! are taken in the transaction of what they are used for, so that no crash lets one be used twice.

use jwt_std::NumericDate;
use rusqlite::Transaction;

use super::answer::Verdict;

/// Takes an identifier, until after `forget`; `false` where it was taken before.
pub(super) fn take(
    transaction: &Transaction<'_>,
    id: &[u8; 32],
    forget: NumericDate,
    now: NumericDate,
) -> Verdict<bool> {
    let over = "DELETE FROM used WHERE forget < ?1";
    transaction.execute(over, [now.seconds()])?;
    let take = "INSERT INTO used VALUES (?1, ?2) ON CONFLICT DO NOTHING";
    Ok(transaction.execute(take, (id, forget.seconds()))? == 1)
}
