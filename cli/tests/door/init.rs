//! A data directory becomes a node's, and its configuration is what was said.

use super::icn::Icn;
use std::os::unix::fs::PermissionsExt;

fn mode(icn: &Icn, file: &str) -> u32 {
    let path = icn.data().join(file);
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn init_makes_a_node_and_doing_it_twice_changes_nothing() {
    let icn = Icn::new();
    let args = ["init", "--insecure-plain-key", "--output", "json"];
    let first = icn.run(&args).json();
    assert_eq!(first["founder"], true);
    assert_eq!(first["new"], true);
    let second = icn.run(&args);
    assert_eq!(second.code, 0, "{}", second.stderr);
    let second = second.json();
    for field in ["did", "network"] {
        assert_eq!(first[field], second[field]);
    }
    assert_eq!(second["new"], false);
    for secret in ["api-token", "keys/node.plain"] {
        assert_eq!(mode(&icn, secret), 0o600, "{secret}");
    }
}

#[test]
fn one_joins_by_the_string_of_another_and_not_a_second_network() {
    let (ana, ben) = (Icn::new(), Icn::new());
    let listen = ["--listen", "/ip4/192.0.2.7/tcp/4279"];
    let init = [
        &["init", "--insecure-plain-key", "--output", "json"],
        &listen[..],
    ]
    .concat();
    let founded = ana.run(&init).json();
    let join = founded["join"].as_str().unwrap();
    let joined = ben.run(&[
        "init",
        "--insecure-plain-key",
        "--join",
        join,
        "--output",
        "json",
    ]);
    assert_eq!(joined.code, 0, "{}", joined.stderr);
    let joined = joined.json();
    assert_eq!(joined["network"], founded["network"]);
    assert_eq!(joined["founder"], false);
    let config = ben.run(&["config", "show", "--output", "json"]).json();
    let peers = config["net.bootstrap"]["value"].as_str().unwrap();
    assert!(
        peers.contains("/ip4/192.0.2.7/tcp/4279/p2p/12D3Koo"),
        "{peers}"
    );
    let other = Icn::new().run(&init).json();
    let again = ben.run(&["init", "--join", other["join"].as_str().unwrap()]);
    assert_eq!(again.code, 1);
    assert!(
        again.stderr.contains("belongs to network"),
        "{}",
        again.stderr
    );
    let torn = &join[..join.len() - 3];
    let torn = Icn::new().run(&["init", "--insecure-plain-key", "--join", torn]);
    assert_eq!(torn.code, 65);
    assert!(torn.stderr.contains("copy it again"), "{}", torn.stderr);
}

#[test]
fn founders_share_a_file() {
    let (ana, ben) = (Icn::new(), Icn::new());
    let did = |icn: &Icn| {
        icn.run(&["keys", "new", "--insecure-plain-key"]);
        icn.run(&["did"]).stdout.trim().to_owned()
    };
    let (first, second) = (did(&ana), format!("{}=500=0", did(&ben)));
    let file = ana.path("network.json").display().to_string();
    let new = [
        "network",
        "new",
        &file,
        "--development",
        "--founder",
        &first,
    ];
    let new = [&new[..], &["--founder", &second, "--parameter", "tx_fee=3"]].concat();
    assert_eq!(ana.run(&new).code, 0);
    let shown = ben
        .run(&["network", "show", &file, "--output", "json"])
        .json();
    assert_eq!(shown["genesis"]["parameters"]["tx_fee"], 3);
    for icn in [&ana, &ben] {
        let made = icn.run(&["init", "--network-file", &file, "--output", "json"]);
        assert_eq!(made.code, 0, "{}", made.stderr);
        assert_eq!(made.json()["network"], shown["network"]);
    }
    let twice = [
        "network",
        "new",
        &file,
        "--founder",
        &first,
        "--founder",
        &first,
    ];
    assert_eq!(ana.run(&twice).code, 65);
}

#[test]
fn configuration_says_who_said_what_and_refuses_what_nobody_knows() {
    let icn = Icn::new();
    let set = ["--set", "executor.capacity=3", "--output", "json"];
    let show = [&["config", "show", "--origin"], &set[..]].concat();
    let shown = icn.run(&show).json();
    assert_eq!(shown["executor.capacity"]["origin"], "--set");
    assert_eq!(shown["net.mdns"]["origin"], "default");
    let slip = icn.run(&["config", "show", "--set", "executor.capcity=3"]);
    assert_eq!(slip.code, 1);
    assert!(
        slip.stderr.contains("`executor.capacity` was meant?"),
        "{}",
        slip.stderr
    );
    let mut command = icn.command(&["config", "show"]);
    let ran = command.env("ICN_NET_LISEN", "x").output().unwrap();
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert!(said.contains("`ICN_NET_LISTEN` was meant?"), "{said}");
    let defaults = icn.run(&["config", "defaults"]).stdout;
    icn.file("data.toml", &defaults);
}

#[test]
fn a_node_that_does_not_run_is_said_not_to() {
    let icn = Icn::new();
    icn.run(&["init", "--insecure-plain-key"]);
    for verb in [
        &["status"][..],
        &["peers"],
        &["job", "list"],
        &["mana", "show"],
    ] {
        let run = icn.run(verb);
        assert_eq!(run.code, 1, "{verb:?}");
        assert!(run.stderr.contains("no node runs on"), "{}", run.stderr);
        assert!(run.stderr.contains("icn start"), "{}", run.stderr);
    }
    let nobody = icn.run(&["status", "--api", "http://127.0.0.1:1"]);
    assert!(
        nobody.stderr.contains("no node answers"),
        "{}",
        nobody.stderr
    );
    let wrong = icn.run(&["status", "--api", "ftp://127.0.0.1"]);
    assert_eq!(wrong.code, 65);
}
