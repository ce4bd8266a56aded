use super::*;
use expect_test::expect;
use std::path::Path;

fn at(path: &str) -> &Path {
    Path::new(path)
}

fn refused(text: &str) -> String {
    let mut layers = Layers::default();
    let loaded = layers
        .text(text, at("icn.toml"))
        .and_then(|layers| layers.load());
    match loaded {
        Ok(_) => "nothing is wrong".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn the_documented_file_says_the_defaults_and_all_of_them() {
    let mut layers = Layers::default();
    layers.text(DEFAULTS, at("docs/icn.toml")).unwrap();
    let loaded = layers.load().unwrap();
    assert_eq!(loaded.config, Config::default());
    for (key, _, origin) in loaded.rows() {
        assert_ne!(origin, Origin::Default, "{key} is not in docs/icn.toml");
    }
}

#[test]
fn every_value_is_explained() {
    let lines: Vec<&str> = DEFAULTS.lines().collect();
    for pair in lines.windows(2) {
        if pair[1].contains(" = ") && !pair[1].starts_with('#') {
            let explained = pair[0].starts_with("# ") || pair[0].contains("_ms = ");
            assert!(explained, "{}", pair[1]);
        }
    }
}

#[test]
fn the_later_layer_holds_and_each_value_knows_its_own() {
    let mut layers = Layers::default();
    let variables = [
        ("ICN_NET_PEERS_MAX", "9"),
        (
            "ICN_NET_LISTEN",
            "/ip4/127.0.0.1/tcp/0, /ip4/127.0.0.1/udp/0/quic-v1",
        ),
        ("ICN_EXECUTOR_LABELS", "region=eu,disk=ssd"),
        ("ICN_API_ENABLED", "false"),
        ("ICN_DATA_DIR", "/data"),
        ("HOME", "/home"),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let file = "[net]\npeers_max = 8\nmdns = true\n[executor]\nbase = 7\nper_mfuel = \"3\"\n";
    let loaded = layers
        .text("[net]\npeers_max = 7\n", at("/etc/icn/icn.toml"))
        .unwrap()
        .text(file, at("icn.toml"))
        .unwrap()
        .variables(variables.into_iter(), &["ICN_DATA_DIR"])
        .unwrap()
        .flag("--api-listen", "api.listen", "127.0.0.1:0")
        .unwrap()
        .load()
        .unwrap();
    let config = &loaded.config;
    assert_eq!((config.net.peers_max, config.net.mdns), (9, true));
    assert_eq!(config.net.listen.len(), 2);
    assert_eq!(config.executor.base.units(), 7);
    assert_eq!(config.executor.labels["disk"], "ssd");
    assert!(!config.api.enabled);
    assert_eq!(config.api.listen.port(), 0);
    let origin = |key| loaded.origin(key).to_string();
    assert_eq!(origin("net.peers_max"), "ICN_NET_PEERS_MAX");
    assert_eq!(origin("net.mdns"), "icn.toml");
    assert_eq!(origin("api.listen"), "--api-listen");
    assert_eq!(origin("log.level"), "default");
}

#[test]
fn what_is_wrong_is_named_with_its_place() {
    let all = [
        "[net]\nlisen = []",
        "[nett]\nlisten = []",
        "peers_max = 3",
        "[api]\nlisten = \"localhost\"",
        "[net]\nlisten = [\"127.0.0.1:4279\"]",
        "[net]\nbootstrap = [\"/ip4/127.0.0.1/tcp/4279\"]",
        "[net]\npeers_max = -1",
        "[net]\npeers_max = 0",
        "[net]\npeers_max = 1.5",
        "[executor]\nbase = -1",
        "[executor]\nbase = \"01\"",
        "[executor]\nlabels = { a = 1 }",
        "[executor]\nmemory_bytes = 1",
        "[order]\nbeat_ms = 0",
        "[log]\nlevel = \"icn=loud\"",
        "[log]\nformat = \"xml\"",
        "[api]\nreads = \"Open\"",
    ];
    let said: Vec<_> = all.map(refused).into();
    expect![[r#"
        icn.toml: there is no `net.lisen`; `net.listen` was meant?
        icn.toml: there is no `nett.listen`; `net.listen` was meant?
        icn.toml: there is no `peers_max`; `net.peers_max` was meant?
        icn.toml: `api.listen`: invalid socket address syntax
        icn.toml: `net.listen`: invalid multiaddr
        icn.toml: `net.bootstrap`: /ip4/127.0.0.1/tcp/4279 does not say who is there: end it with /p2p/NAME
        icn.toml: `net.peers_max`: invalid value: integer `-1`, expected u32
        icn.toml: `net.peers_max`: 0 is not within 1 and 4096
        icn.toml: `net.peers_max`: invalid type: floating point `1.5`, expected u32
        icn.toml: `executor.base`: an amount has no sign
        icn.toml: `executor.base`: an amount of mana is written in decimal digits, without sign, point or leading zeros
        icn.toml: `executor.labels`: invalid type: integer `1`, expected a string
        icn.toml: `executor.memory_bytes`: 1 is not within 67108864 and 9223372036854775807
        icn.toml: `order.beat_ms`: 0 is not within 1 and 3600000
        icn.toml: `log.level`: error parsing level filter: expected one of "off", "error", "warn", "info", "debug", "trace", or a number 0-5
        icn.toml: `log.format`: unknown variant `xml`, expected one of `auto`, `text`, `json`
        icn.toml: `api.reads`: unknown variant `Open`, expected one of `open`, `loopback`, `token`"#]].assert_eq(&said.join("\n"));
}

#[test]
fn what_differs_is_a_file_that_says_the_same() {
    let mut layers = Layers::default();
    layers.flag("--set", "net.mdns", "true").unwrap();
    layers.flag("--set", "net.peers_max", "64").unwrap();
    layers.flag("--set", "executor.labels", "a=b").unwrap();
    let text = layers.differences();
    assert!(!text.contains("peers_max"), "{text}");
    let mut again = Layers::default();
    again.text(&text, at("icn.toml")).unwrap();
    let config = layers.load().unwrap().config;
    assert_eq!(again.load().unwrap().config, config);
}

#[test]
fn an_unknown_variable_is_named_with_what_was_meant() {
    let mut layers = Layers::default();
    let variables = [("ICN_NET_LISEN".to_owned(), String::new())];
    let refused = layers
        .variables(variables.into_iter(), &["ICN_OUTPUT"])
        .unwrap_err();
    expect!["the environment: there is no `ICN_NET_LISEN`; `ICN_NET_LISTEN` was meant?"]
        .assert_eq(&refused.to_string());
}

#[test]
fn hostile_files_are_refused_and_do_not_hang() {
    let deep = format!("a = {}{}", "[".repeat(100_000), "]".repeat(100_000));
    let wide = format!(
        "[net]\nlisten = [{}]",
        "\"/ip4/1.2.3.4/tcp/1\",".repeat(1_000)
    );
    let cases = [
        deep.as_str(),
        "\u{0}\u{0}",
        "[net",
        "[net]\n[net]",
        "[net]\npeers_max = 1\npeers_max = 2",
        "[net]\npeers_max = 99999999999999999999",
        "[net]\nmdns = \"yes\"",
        "net = 3",
        "[[net]]\nmdns = true",
    ];
    for text in cases {
        let said = refused(text);
        assert!(said.contains("icn.toml"), "{said}");
    }
    let mut layers = Layers::default();
    assert!(layers.text(&wide, at("icn.toml")).is_ok());
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("icn.toml");
    std::fs::write(&path, "#".repeat(300_000)).unwrap();
    let refused = layers.file(&path).unwrap_err();
    assert!(matches!(refused, ConfigError::TooLarge(_)), "{refused}");
    assert!(layers.file(&dir.path().join("absent.toml")).is_ok());
    assert!(matches!(
        layers.file(dir.path()),
        Err(ConfigError::Read { .. })
    ));
}
