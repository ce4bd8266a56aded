//! Bytes from anywhere: a verdict always, the same everywhere, and never a panic.

use crate::accusations::evidence;
use crate::assembly::Wish;
use crate::proofs;
use crate::script::Line;
use crate::world::{Setup, World, cid, did, keys, mana, profile, salt, spec, time};
use expect_test::expect;
use icn_base::gov::{Ballot, DelegateRequest, RevokeRequest, Scope, VoteRequest};
use icn_base::{Domain, JobId, NetworkId, ProposalId, codec};
use icn_economics::Offer;
use icn_ledger::{Action, Reject, SignedTx, TxBody, Verdict, apply, check};
use proptest::prelude::*;
use std::sync::Arc;

fn world() -> World {
    let setup = Setup::default().member("alice", 1_000).member("bob", 1_000);
    let mut world = World::new(&setup);
    let tx = world.sign("bob", Action::RegisterExecutor { profile: profile() });
    world.block(1, &[tx]);
    world
}

/// One transaction of each kind, on a world where most of them would be taken.
fn one_of_each(world: &mut World) -> Vec<SignedTx> {
    let submit = world.sign(
        "alice",
        Action::SubmitJob {
            spec: Arc::new(spec("alice", world.now)),
        },
    );
    let job = JobId::new(*submit.id().cid());
    let bid = world.bid(
        job,
        "bob",
        Offer {
            base: mana(1),
            per_mfuel: mana(1),
        },
    );
    let receipt = Box::new(world.receipt("bob", world.claim(job, 1)));
    let proposal = ProposalId::new(*job.cid());
    let actions = [
        Action::Transfer {
            to: did("bob"),
            amount: mana(1),
            memo: "memo".into(),
        },
        Action::CancelJob { job },
        Action::AssignJob {
            job,
            bids: vec![bid.clone()],
            spares: vec![bid],
        },
        Action::DeclineJob {
            job,
            reason: "reason".into(),
        },
        Action::CommitReceipt {
            job,
            seal: cid("seal"),
        },
        Action::SettleJob {
            receipt: receipt.clone(),
            salt: Some(salt("bob")),
        },
        Action::RegisterExecutor { profile: profile() },
        Action::Withdraw {},
        Action::AnchorReceipt { receipt },
        Action::Anchor { cid: cid("root") },
        Action::Propose(Box::new(Wish::Pay("bob", 5).request())),
        Action::OpenVoting { proposal },
        Action::Vote(VoteRequest {
            proposal,
            ballot: Ballot::Ranked(vec![1, 0]),
            preview: Some(cid("preview")),
        }),
        Action::Delegate(DelegateRequest {
            to: did("alice"),
            scope: Scope::Budget,
            until: time(9),
        }),
        Action::Revoke(RevokeRequest { scope: Scope::All }),
        Action::CloseVoting { proposal },
        Action::Execute { proposal },
        Action::WithdrawProposal { proposal },
        Action::Ready {},
        Action::Evidence(Box::new(evidence(world, &Line::new("bob accuse bob")))),
    ];
    let of_proofs = ["bob enrol", "bob issuer", "bob issue c 0", "bob recall c"];
    let of_proofs = of_proofs.map(|line| proofs::action(&Line::new(line)).unwrap());
    let mut txs: Vec<_> = actions
        .into_iter()
        .chain(of_proofs)
        .map(|action| world.sign("bob", action))
        .collect();
    txs.push(submit);
    txs
}

/// Applies whatever the bytes are, twice, and compares.
fn judge(world: &World, bytes: &[u8]) {
    let Ok(tx) = SignedTx::decode(bytes) else {
        return;
    };
    assert_eq!(tx.encode(), bytes, "what is accepted has one spelling");
    let at = time(world.now + 1);
    let (mut one, mut two) = (world.state.clone(), world.state.clone());
    let answer = check(&one, &tx, at);
    let first = apply(&mut one, &tx, at);
    assert_eq!(first, apply(&mut two, &tx, at));
    assert_eq!(
        first.as_ref().err(),
        answer.as_ref().err(),
        "check answers what apply does"
    );
    assert_eq!(one.commit().0, two.commit().0);
    one.audit().unwrap();
    if first.is_err_and(|reject| reject.is_envelope() || tx.body.action.is_market()) {
        assert_eq!(
            Some(&two.commit().0),
            world.state.root(),
            "a refusal changes nothing"
        );
    }
}

#[test]
fn every_kind_of_transaction_comes_back_from_its_bytes_and_from_json() {
    let mut world = world();
    for tx in one_of_each(&mut world) {
        assert_eq!(SignedTx::decode(&tx.encode()).as_ref(), Ok(&tx));
        let json = serde_json::to_string(&tx).unwrap();
        assert_eq!(serde_json::from_str::<SignedTx>(&json).unwrap(), tx);
        judge(&world, &tx.encode());
    }
}

/// Formats are frozen: another CID here is another network.
#[test]
fn the_ids_of_transactions_and_the_root_of_a_state_do_not_change() {
    let mut world = world();
    let mut shown: String = one_of_each(&mut world)
        .iter()
        .map(|tx| format!("{}\n", tx.id()))
        .collect();
    shown += &format!("root {}\n", world.state.root().unwrap());
    expect![[r#"
        bafyreigipx6q3sub4cefvlmyzap5ys45uqnrporhtgiqqxgvgos2bdefma
        bafyreiesnsol2vynejkzpnm5lqtrub2m2jyg6c3wqoaywzahybyts2hzu4
        bafyreicgehlxwdp2j4o3xuobun6c3rfr7e7q2vnfznna4z43w6giphmfwu
        bafyreicablebdiyojs2t3oearrpqybke6haztvl2ivsskadjmewrb6snte
        bafyreif4r2lgx6qd3tykfilfwekljm57qm4zwb5xk7i4pqs3wlbgk72ekq
        bafyreig4sf43lsttckqeznjtgyovtavcame6kdntqvd7lo4rgmpmv7ddy4
        bafyreiafaulie2g7pupu5eu4xyrotlzk4x37eeieek7iofswxkdwohpiki
        bafyreigxsehva6k7wql7ohbumukpj5cxmmrdhwrne7lqb3elpmhfdsupcq
        bafyreihhyseatrsd7q7o6inapgmo2hzbswgmg2uuchrav4wa6g7hbfnls4
        bafyreieqccwpxj2wtr7e6mwrvgs3kontuuq5ox55uclk7fowwo4543vr6q
        bafyreihfzdm2k7732foaf5njd6e4trukrfwgyxtwhwqnyvgtneheo6c27a
        bafyreiatnxrt27byqvvl67iu4hakrwdpbnno3xro5opfoi6t2uaja4voii
        bafyreifo5riekh5ca5eidct6zeymi23r3nniclc7urmgjnvs4a4f7aiwse
        bafyreier3ygzeh7edmi2dh32xd6kdkngwcu2wtlnacpr4x7dkyg37qn2xy
        bafyreihg2qpn2ba2xvatoq5ry2febmr6qezefrpjsqzqofbhixybqa4h3u
        bafyreiddjyqtsgq54lpg63xkhfwswvdvl2wju43vpe3owvbvcf3jayor6q
        bafyreiagjnxoqrvwaj4bqwwhw3cfrhvqqx4r2qul56wpfrnhidewowvfeq
        bafyreibptwkkiz5djkgevy7qpsyrak4d42rbhyig2kpwwtw3v7u7g7k3ze
        bafyreihxzm44bingepd6fqbdx3fzmg7lrimuwymnb5yxio5xwwsxxxqzci
        bafyreibvypm6lpr72le2o6tvn5l4yyy35jugmfnihbdzghdkot2vbnxzpi
        bafyreigr6gwo3354w4nkatcfgao7wgxcakpqz7zkub4cuch2c6fbd2bbo4
        bafyreihlvksbvbtvj7mpvydtpu2l2yofmvunofu3q36zytlvqwknxpdy7u
        bafyreif7sif2ohmofy4vwqro3kiposxikxy35vysyqsnpkbcwwglysmhiu
        bafyreiahxdnidddmq73rmqmbhjiz2hr4bhnkcqbyvphtxu5npry4v3bnbm
        bafyreiftlskyncghodgnkfj6hpdk3rov7xkwxgw7sn245w5carkx3psnse
        root bafyreidgweotgr3p6nywwnho3pq35ycvsjwrbnthhk2jshjduqppyn52di
    "#]]
    .assert_eq(&shown);
}

#[test]
fn every_single_changed_byte_is_judged_without_harm() {
    let mut world = world();
    for tx in one_of_each(&mut world) {
        let bytes = tx.encode();
        for at in 0..bytes.len() {
            for flip in [0x01, 0x80, 0xff] {
                let mut changed = bytes.clone();
                changed[at] ^= flip;
                judge(&world, &changed);
            }
        }
    }
}

#[test]
fn json_smuggles_no_float_negative_duplicate_or_unknown_field() {
    let world = world();
    let action = Action::Transfer {
        to: did("alice"),
        amount: mana(7),
        memo: "m".into(),
    };
    let json = serde_json::to_string(&world.sign("bob", action)).unwrap();
    assert!(serde_json::from_str::<SignedTx>(&json).is_ok());
    for (good, bad) in [
        (r#""amount":"7""#, r#""amount":7.0"#),
        (r#""amount":"7""#, r#""amount":"7.0""#),
        (r#""amount":"7""#, r#""amount":-7"#),
        (r#""amount":"7""#, r#""amount":"-7""#),
        (r#""amount":"7""#, r#""amount":"07""#),
        (r#""amount":"7""#, r#""amount":7e0"#),
        (r#""amount":"7""#, r#""amount":"9223372036854775808""#),
        (r#""amount":"7""#, r#""amount":"7","amount":"7""#),
        (r#""amount":"7""#, r#""amount":"7","fee":"0""#),
        (r#""nonce":1"#, r#""nonce":1.0"#),
        (r#""nonce":1"#, r#""nonce":-1"#),
        (r#""nonce":1"#, r#""nonce":1,"nonce":1"#),
        (r#""memo":"m""#, r#""memo":null"#),
    ] {
        let changed = json.replacen(good, bad, 1);
        assert_ne!(changed, json, "{good}");
        assert!(serde_json::from_str::<SignedTx>(&changed).is_err(), "{bad}");
    }
}

/// An amount in dag-cbor has one spelling: the shortest unsigned integer.
#[test]
fn cbor_smuggles_no_float_negative_duplicate_or_second_spelling() {
    let world = world();
    let action = Action::Transfer {
        to: did("alice"),
        amount: mana(7),
        memo: String::new(),
    };
    let good = world.sign("bob", action).encode();
    let key = b"\x66amount";
    let at = good
        .windows(key.len())
        .position(|part| part == key)
        .unwrap()
        + key.len();
    assert_eq!(good[at], 7);
    let with = |value: &[u8]| [&good[..at], value, &good[at + 1..]].concat();
    for ok in [
        &b"\x00"[..],
        b"\x01",
        b"\x1b\x7f\xff\xff\xff\xff\xff\xff\xff",
    ] {
        assert!(
            SignedTx::decode(&with(ok)).is_ok(),
            "0, 1 and the most there can be: {ok:x?}"
        );
    }
    for bad in [
        &b"\x1b\x80\0\0\0\0\0\0\0"[..], // one more than the most
        b"\x1b\xff\xff\xff\xff\xff\xff\xff\xff",
        b"\xf9\x47\x00", // 7.0, in each width
        b"\xfa\x40\xe0\0\0",
        b"\xfb\x40\x1c\0\0\0\0\0\0",
        b"\x20", // -1
        b"\x26",
        b"\x18\x07", // 7, longer than it need be
        b"\x19\0\x07",
        b"\x1b\0\0\0\0\0\0\0\x07",
        b"\xc2\x41\x07", // a large number's tag
        b"\x617",        // text
        b"\x41\x07",     // bytes
        b"\x81\x07",
        b"\xf6",
        b"\xf5",
        b"\x07\x66amount\x07", // twice
        b"\x07\x66amounu\x07",
    ] {
        let refused = SignedTx::decode(&with(bad)).unwrap_err();
        assert_eq!(refused.number(), 2, "{bad:x?}");
    }
    // Twice, and counted: a map of four.
    let twice = with(b"\x07\x66amount\x07");
    let map = good[..at - key.len()]
        .iter()
        .rposition(|byte| *byte == 0xa2);
    let mut counted = twice;
    if let Some(map) = map {
        counted[map] = 0xa3;
    }
    assert!(SignedTx::decode(&counted).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_get_a_verdict(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        judge(&world(), &bytes);
    }

    #[test]
    fn bytes_with_several_wounds_get_a_verdict(
        which in 0usize..21,
        wounds in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0u8..3), 1..6),
    ) {
        let mut world = world();
        let mut bytes = one_of_each(&mut world)[which].encode();
        for (at, byte, how) in wounds {
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => drop(bytes.remove(at)),
            }
        }
        judge(&world, &bytes);
    }

    /// Whoever changes the words of a transaction may sign them again: then the rules judge.
    #[test]
    fn wounded_words_that_are_signed_again_get_a_verdict(
        which in 0usize..21,
        wounds in prop::collection::vec((any::<prop::sample::Index>(), 0u8..8), 1..4),
    ) {
        let mut world = world();
        let tx = one_of_each(&mut world)[which].clone();
        let mut bytes = codec::encode(&tx.body).unwrap();
        for (at, bit) in wounds {
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
        }
        if let Ok(body) = codec::decode::<TxBody>(&bytes) {
            let signer = ["alice", "bob"].into_iter().find(|name| did(name) == tx.body.from);
            let tx = SignedTx::sign(body, &keys(signer.unwrap()));
            judge(&world, &tx.encode());
        }
    }
}

/// A transaction, a bid, a receipt and a vote sign different bytes even for one payload.
#[test]
fn a_signature_for_one_purpose_network_or_account_never_counts_for_another() {
    let mut world = world();
    let here = world.network();
    let elsewhere = NetworkId::new(cid("elsewhere"));
    let body = world.body("bob", Action::Withdraw {});
    let payload = codec::encode(&body).unwrap();
    let refused = |body: &TxBody, signature| {
        let tx = SignedTx {
            body: body.clone(),
            signature,
        };
        tx.verify(&here).unwrap_err()
    };
    let mut tried = 0;
    for signer in ["alice", "bob"] {
        for network in [here, elsewhere] {
            for domain in Domain::ALL {
                let signature = keys(signer).sign(domain, &network, &payload);
                tried += 1;
                if (signer, network, domain) == ("bob", here, Domain::Tx) {
                    let tx = SignedTx {
                        body: body.clone(),
                        signature,
                    };
                    assert!(tx.verify(&here).is_ok());
                } else {
                    let reject = refused(&body, signature);
                    assert_eq!(reject, Reject::BadSignature { from: did("bob") });
                }
            }
        }
    }
    assert_eq!(tried, 2 * 2 * Domain::ALL.len());
    let foreign = TxBody {
        network: elsewhere,
        ..body
    };
    let tx = SignedTx::sign(foreign, &keys("bob"));
    let applied = world.block(1, &[tx]);
    assert_eq!(
        applied.verdicts,
        [Verdict::Refused(Reject::WrongNetwork {})]
    );
}

#[test]
fn bids_and_receipts_count_for_their_own_network_and_purpose_only() {
    let world = world();
    let (here, job) = (world.network(), JobId::new(cid("job")));
    let bid = world.bid(job, "bob", Offer::default());
    let receipt = world.receipt("bob", world.claim(job, 1));
    assert!(bid.verify(&here).is_ok() && receipt.verify(&here).is_ok());
    let elsewhere = NetworkId::new(cid("elsewhere"));
    assert!(bid.verify(&elsewhere).is_err() && receipt.verify(&elsewhere).is_err());
    let terms = codec::encode(&bid.terms).unwrap();
    for domain in Domain::ALL {
        let mut other = bid.clone();
        other.signature = keys("bob").sign(domain, &here, &terms);
        assert_eq!(
            other.verify(&here).is_ok(),
            domain == Domain::Bid,
            "{domain:?}"
        );
    }
    let mut stolen = bid;
    stolen.terms.executor = did("alice");
    assert!(stolen.verify(&here).is_err());
}
