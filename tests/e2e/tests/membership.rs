//! Who takes part, and what it costs, changes while the mesh runs.

use icn_e2e::mesh::PATIENCE;
use icn_e2e::verb::icn;
use icn_e2e::vote::decide;
use icn_e2e::{Mesh, User, wait};
use serde_json::{Value, json};

/// Enough blocks that a joiner has something to catch up with.
const BEFORE: u64 = 30;

fn validators(mesh: &Mesh, node: usize) -> Vec<Value> {
    let all = mesh.nodes[node].http().get("/v1/validators");
    let all = all["items"].as_array().or(all.as_array());
    all.expect("a list").clone()
}

#[test]
fn a_late_joiner_catches_up_and_has_the_same_root() {
    let mut mesh = Mesh::start(1, &[(1, 5_000)]);
    let mut user = User::new(1, mesh.network());
    let to = User::did_of(2);
    for _ in 0..BEFORE {
        mesh.nodes[0].http().apply(&[user.pay(to, 1)]);
    }
    let late = mesh.join();
    let tip = mesh.agree(BEFORE);
    let joined = mesh.nodes[late].http();
    assert_eq!(joined.total(&to.to_string()), BEFORE);
    // It applied each block itself: an audit of its disk comes to the same root.
    mesh.nodes[late].stop();
    let audit = icn(&mesh.nodes[late].dir, &["audit"]);
    assert_eq!(audit["root"], tip["root"], "{audit}");
}

#[test]
fn a_governed_price_is_in_force_for_the_next_transaction_at_every_node() {
    let mut mesh = Mesh::start_as(1, &[], |_| &["--set", "executor.enabled=false"]);
    let follower = mesh.join();
    let (me, to) = (mesh.nodes[0].did(), User::did_of(2).to_string());
    let fee = |mesh: &Mesh| {
        let all = mesh.nodes[follower].http().get("/v1/parameters");
        let mut all = all.as_array().expect("a list").iter();
        let fee = all.find(|one| one["name"] == "tx_fee");
        fee.expect("it is governed")["value"]
            .as_u64()
            .expect("a number")
    };
    let pay = |mesh: &Mesh| {
        mesh.agree(0);
        let before = mesh.nodes[follower].http().total(&me);
        icn(&mesh.nodes[0].dir, &["mana", "transfer", &to, "100"]);
        mesh.agree(1);
        before - mesh.nodes[follower].http().total(&me) - 100
    };
    let old = fee(&mesh);
    assert_eq!(pay(&mesh), old);
    let change = json!({ "set_parameter": { "name": "tx_fee", "value": old + 2 } });
    decide(&mesh, &[0], &change);
    let new = || (fee(&mesh) == old + 2).then_some(());
    wait("the new price", PATIENCE, new);
    assert_eq!(pay(&mesh), old + 2);
}

#[test]
fn a_validator_is_voted_in_and_out_while_the_mesh_runs() {
    let mut mesh = Mesh::start(3, &[(1, 5_000)]);
    let fourth = mesh.join();
    let did = mesh.nodes[fourth].did();
    let mut user = User::new(1, mesh.network());
    let to = User::did_of(2);
    let founders = [0, 1, 2];
    decide(&mesh, &founders, &json!({ "admit_member": { "did": did } }));
    wait("the joiner reads that it is a member", PATIENCE, || {
        let reply = mesh.nodes[fourth]
            .http()
            .try_get(&format!("/v1/accounts/{did}"))?;
        (reply.json()["member"] == true).then_some(())
    });
    // Whoever acts pays a fee.
    let joiner = did.parse().expect("a DID");
    mesh.nodes[0].http().apply(&[user.pay(joiner, 100)]);
    mesh.agree(1);
    icn(&mesh.nodes[fourth].dir, &["gov", "ready"]);
    let power = |power: u64| json!({ "set_validator": { "did": did, "power": power } });
    let members = [0, 1, 2, fourth];
    decide(&mesh, &members, &power(1));
    wait("four order", PATIENCE, || {
        (validators(&mesh, fourth).len() == 4).then_some(())
    });
    mesh.agree(1);

    // Three of four must sign: with a founder away, the new one does.
    mesh.nodes[2].kill();
    mesh.nodes[0].http().apply(&[user.pay(to, 1)]);
    mesh.run(2);
    mesh.agree(1);

    decide(&mesh, &members, &power(0));
    wait("three order", PATIENCE, || {
        (validators(&mesh, fourth).len() == 3).then_some(())
    });
    mesh.agree(1);
    // It is not missed, and follows again when it is back.
    mesh.nodes[fourth].kill();
    mesh.nodes[1].http().apply(&[user.pay(to, 1)]);
    mesh.run(fourth);
    mesh.agree(1);
    assert_eq!(mesh.nodes[fourth].http().total(&to.to_string()), 2);
}
