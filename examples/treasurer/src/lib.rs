//! Pays and submits jobs for its owner. The input has an order a line:
//!
//! ```text
//! spend AMOUNT        to the treasury
//! pay DID AMOUNT      to another account
//! job SPEC            a child job; SPEC is JSON on one line
//! ```
//!
//! The output has a line for each order, and the balance before and after. If one order is refused the run fails, and
//! none of them stands.
#![no_std]
extern crate alloc;

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use icn_abi::guest;

icn_abi::job!(treasurer);

/// The owner's own account.
const OWNER: &str = "";

fn treasurer(input: Vec<u8>) -> Result<Vec<u8>, String> {
    let orders = String::from_utf8(input).map_err(|_| "the input is not UTF-8")?;
    let mut report = balance()?;
    for (at, order) in orders.lines().enumerate().filter(|(_, order)| !order.trim().is_empty()) {
        let done = follow(order.trim()).map_err(|why| format!("line {}: {why}", at + 1))?;
        report.push_str(&done);
    }
    report.push_str(&balance()?);
    Ok(report.into_bytes())
}

fn follow(order: &str) -> Result<String, String> {
    let (verb, rest) = order.split_once(' ').unwrap_or((order, ""));
    match (verb, rest.split_once(' ')) {
        ("job", _) => {
            let child = guest::submit_mesh_job(rest).map_err(|error| error.to_string())?;
            Ok(format!("job {child}\n"))
        }
        ("spend", None) => {
            guest::account_spend_mana(OWNER, amount(rest)?).map_err(|error| error.to_string())?;
            Ok(format!("spent {rest}\n"))
        }
        ("pay", Some((to, mana))) => {
            guest::account_credit_mana(to, amount(mana)?).map_err(|error| error.to_string())?;
            Ok(format!("paid {mana} to {to}\n"))
        }
        _ => Err(format!("`{order}` is none of `spend AMOUNT`, `pay DID AMOUNT`, `job SPEC`")),
    }
}

fn amount(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("`{text}` is no amount"))
}

fn balance() -> Result<String, String> {
    let mana = guest::account_get_mana(OWNER).map_err(|error| error.to_string())?;
    Ok(format!("balance {mana}\n"))
}

#[cfg(test)]
mod tests {
    use super::treasurer;
    use alloc::string::String;
    use icn_abi::{Class, guest::mock};

    fn report(orders: &str) -> Result<String, String> {
        treasurer(orders.into()).map(|report| String::from_utf8(report).expect("text"))
    }

    #[test]
    fn orders_are_followed_in_turn() {
        mock::start(b"");
        mock::answers_number("host_account_get_mana", 100);
        mock::answers_number("host_account_spend_mana", 0);
        mock::answers_number("host_account_credit_mana", 0);
        mock::answers("host_submit_mesh_job", b"bafychild");
        mock::answers_number("host_account_get_mana", 80);
        let report = report("spend 5\n\npay did:key:z6Mk 7\njob {\"module\": \"bafy\"}\n");
        let lines = "balance 100\nspent 5\npaid 7 to did:key:z6Mk\njob bafychild\nbalance 80\n";
        assert_eq!(report.as_deref(), Ok(lines));
        let made = mock::finish().made;
        assert_eq!(made[2], ("host_account_credit_mana", "did:key:z6Mk, 7".into()));
        assert_eq!(made[3], ("host_submit_mesh_job", "{\"module\": \"bafy\"}".into()));
    }

    #[test]
    fn a_refusal_names_its_line() {
        mock::start(b"");
        mock::answers_number("host_account_get_mana", 100);
        mock::refuses("host_account_spend_mana", Class::PermissionDenied, "no grant mana.spend");
        let why = "line 2: PermissionDenied (-7): no grant mana.spend".into();
        assert_eq!(report("\nspend 5"), Err(why));
    }

    #[test]
    fn an_order_that_is_none_is_refused() {
        for order in ["give 5", "spend", "spend 5 6", "spend -5", "pay did:key:z6Mk"] {
            mock::start(b"");
            mock::answers_number("host_account_get_mana", 100);
            assert!(report(order).is_err_and(|why| why.starts_with("line 1: ")), "{order}");
        }
    }
}
