use super::*;
use icn_base::{Keypair, Mana, Time};
use icn_ledger::genesis::GenesisAccount;

fn genesis(mana: u64) -> Genesis {
    Genesis {
        time: Time::from_ms(1_000).unwrap(),
        accounts: vec![GenesisAccount {
            did: Keypair::from_seed([1; 32]).did(),
            mana: Mana::new(mana).unwrap(),
            member: true,
            power: 1,
        }],
        ..Genesis::default()
    }
}

fn home() -> (tempfile::TempDir, Home) {
    let dir = tempfile::tempdir().unwrap();
    let home = Home::new(dir.path().join("data"));
    home.make().unwrap();
    (dir, home)
}

#[test]
fn a_genesis_is_kept_once_and_the_directory_is_its_networks() {
    let (_dir, home) = home();
    assert_eq!(home.network().unwrap(), None);
    assert_eq!(home.genesis().unwrap(), None);
    home.keep_genesis(&genesis(5)).unwrap();
    home.keep_genesis(&genesis(5)).unwrap();
    assert_eq!(home.genesis().unwrap(), Some(genesis(5)));
    assert_eq!(home.network().unwrap(), Some(genesis(5).network()));
    let refused = home.keep_genesis(&genesis(6)).unwrap_err();
    assert!(
        matches!(refused, HomeError::OtherNetwork { .. }),
        "{refused}"
    );
    assert_eq!(home.genesis().unwrap(), Some(genesis(5)));
}

#[test]
fn a_genesis_that_the_id_does_not_name_is_refused() {
    let (_dir, home) = home();
    home.settle(genesis(5).network()).unwrap();
    let bytes = codec::encode(&genesis(6)).unwrap();
    fs::write(home.genesis_file(), bytes).unwrap();
    assert!(matches!(home.genesis(), Err(HomeError::Content { .. })));
    fs::write(home.genesis_file(), vec![0; 3 << 20]).unwrap();
    assert!(matches!(home.genesis(), Err(HomeError::Content { .. })));
    fs::write(home.network_file(), b"\xff\xfe").unwrap();
    assert!(matches!(home.network(), Err(HomeError::Content { .. })));
}

#[test]
fn a_token_is_made_once_and_is_its_owners_alone() {
    let (_dir, home) = home();
    assert_eq!(home.token().unwrap(), None);
    home.make_token().unwrap();
    let token = home.token().unwrap();
    assert!(token.as_ref().is_some_and(|token| token.len() >= 40));
    home.make_token().unwrap();
    assert_eq!(home.token().unwrap(), token);
    let open = fs::Permissions::from_mode(0o644);
    fs::set_permissions(home.token_file(), open).unwrap();
    let refused = home.token().unwrap_err();
    assert!(refused.to_string().contains("mode 644"), "{refused}");
    assert!(refused.remedy().starts_with("chmod 600"), "{refused}");
}

#[test]
fn the_second_node_hears_which_process_is_the_first_and_where_it_listens() {
    let (_dir, home) = home();
    assert_eq!(home.runs().unwrap(), None);
    let held = home.hold().unwrap();
    let api = "127.0.0.1:4280".parse().unwrap();
    held.say(Some(api), vec!["/ip4/127.0.0.1/tcp/1/p2p/x".into()])
        .unwrap();
    let runs = home.runs().unwrap().unwrap();
    assert_eq!((runs.process, runs.api), (std::process::id(), Some(api)));
    let refused = home.hold().unwrap_err().to_string();
    assert!(
        refused.contains(&format!("process {}", std::process::id())),
        "{refused}"
    );
    drop(held);
    assert_eq!(home.runs().unwrap(), None);
    drop(home.hold().unwrap());
}

#[test]
fn a_directory_that_cannot_be_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    fs::write(&file, b"").unwrap();
    let home = Home::new(file.join("data"));
    let refused = home.make().unwrap_err();
    assert!(refused.to_string().contains("data"), "{refused}");
    assert!(home.network().is_err() && home.hold().is_err());
}
