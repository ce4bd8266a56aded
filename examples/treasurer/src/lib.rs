//! Pays and submits jobs for its owner. The input has an order a line; without any, it asks to
//! `spend 1`.
//!
//! ```text
//! spend AMOUNT        to the treasury
//! pay DID AMOUNT      to another account
//! job SPEC            a child job; SPEC is JSON on one line
//! ```
//!
//! The output has a line for each order, done or refused, and the balance before and after. A line
//! that is no order fails the whole run, and then none of them stands.
#![cfg_attr(target_arch = "wasm32", no_std)]
extern crate alloc;

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use icn_abi::guest::{self, Error};

icn_abi::job!(treasurer);

/// The owner's own account.
const OWNER: &str = "";

enum Order<'a> {
    Spend(u64),
    Pay(&'a str, u64),
    Job(&'a str),
}

fn treasurer(input: Vec<u8>) -> Result<Vec<u8>, String> {
    let input = String::from_utf8(input).map_err(|_| "the input is not UTF-8")?;
    let mut orders = Vec::new();
    for (at, line) in input
        .lines()
        .map(str::trim)
        .enumerate()
        .filter(|(_, line)| !line.is_empty())
    {
        orders.push(parse(line).ok_or_else(|| format!("line {}: no order: {line}", at + 1))?);
    }
    if orders.is_empty() {
        orders.push(Order::Spend(1));
    }
    let mut report = balance();
    for order in &orders {
        report.push_str(&follow(order).unwrap_or_else(|error| format!("refused: {error}\n")));
    }
    report.push_str(&balance());
    Ok(report.into_bytes())
}

fn parse(line: &str) -> Option<Order<'_>> {
    let (verb, rest) = line.split_once(' ')?;
    Some(match verb {
        "spend" => Order::Spend(rest.parse().ok()?),
        "pay" => {
            let (to, amount) = rest.split_once(' ')?;
            Order::Pay(to, amount.parse().ok()?)
        }
        "job" => Order::Job(rest),
        _ => return None,
    })
}

fn follow(order: &Order<'_>) -> Result<String, Error> {
    Ok(match *order {
        Order::Spend(amount) => {
            guest::account_spend_mana(OWNER, amount)?;
            format!("spent {amount}\n")
        }
        Order::Pay(to, amount) => {
            guest::account_credit_mana(to, amount)?;
            format!("paid {amount} to {to}\n")
        }
        Order::Job(spec) => format!("job {}\n", guest::submit_mesh_job(spec)?),
    })
}

fn balance() -> String {
    match guest::account_get_mana(OWNER) {
        Ok(mana) => format!("balance {mana}\n"),
        Err(error) => format!("balance unknown: {error}\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::treasurer;
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
        assert_eq!(
            made[2],
            ("host_account_credit_mana", "did:key:z6Mk, 7".into())
        );
        assert_eq!(
            made[3],
            ("host_submit_mesh_job", "{\"module\": \"bafy\"}".into())
        );
    }

    #[test]
    fn a_refusal_is_reported_and_the_next_order_followed() {
        mock::start(b"");
        mock::answers_number("host_account_get_mana", 100);
        mock::refuses(
            "host_account_spend_mana",
            Class::PermissionDenied,
            "no grant mana.spend",
        );
        mock::answers("host_submit_mesh_job", b"bafychild");
        mock::answers_number("host_account_get_mana", 100);
        let lines = "balance 100\nrefused: PermissionDenied (-7): no grant mana.spend\n\
                     job bafychild\nbalance 100\n";
        assert_eq!(report("spend 5\njob {}").as_deref(), Ok(lines));
    }

    #[test]
    fn without_an_order_it_asks_for_one_mana() {
        mock::start(b"");
        mock::answers_number("host_account_get_mana", 9);
        mock::answers_number("host_account_spend_mana", 0);
        mock::answers_number("host_account_get_mana", 8);
        assert_eq!(report("").as_deref(), Ok("balance 9\nspent 1\nbalance 8\n"));
    }

    #[test]
    fn nothing_is_done_when_one_line_is_no_order() {
        for order in [
            "give 5",
            "spend",
            "spend 5 6",
            "spend -5",
            "pay did:key:z6Mk",
            "job",
        ] {
            mock::start(b"");
            let orders = format!("spend 1\n\n{order}");
            assert_eq!(report(&orders), Err(format!("line 3: no order: {order}")));
            assert!(mock::finish().made.is_empty());
        }
    }
}
