//! The voter of examples/, as it is, on a real book: a guest and three people decide, and the mesh
//! changes.

use crate::guests::SANDBOX;
use crate::lone::{Lone, mana};
use icn_base::gov::{Ballot, ProposalKind, ProposalRequest, ProposalStatus, VoteRequest};
use icn_base::run::{Grant, Input};
use icn_base::{Bytes, Keypair, ProposalId, Time};
use icn_governance::Parameter;
use icn_ledger::{Action, Genesis, GenesisAccount};
use icn_replay::{Verdict, verify};
use std::sync::Arc;

const VOTER: &[u8] = include_bytes!("../../../examples/wasm/voter.wasm");
const HOUR: u64 = 3_600_000;
const DAY: u64 = 24 * HOUR;

/// Alice, whose guest it is and who runs it, and three other members.
struct Mesh {
    alice: Lone,
    others: [Keypair; 3],
}

impl Mesh {
    fn new() -> Self {
        let others = [11, 12, 13].map(|seed| Keypair::from_seed([seed; 32]));
        let keys = Keypair::from_seed([1; 32]);
        let account = |did, units, power| GenesisAccount {
            did,
            mana: mana(units),
            member: true,
            power,
        };
        let mut accounts = vec![account(keys.did(), 10_000, 1)];
        accounts.extend(others.iter().map(|keys| account(keys.did(), 1_000, 0)));
        accounts.sort_by_key(|account| account.did);
        let genesis = Genesis {
            time: Time::from_ms(1_000_000).unwrap(),
            accounts,
            treasury: mana(1_000),
            // Nobody's mana changes by time alone.
            parameters: [(Parameter::RegenAmount, 0)].into(),
            ..Genesis::default()
        };
        let mut alice = Lone::on(Arc::clone(&SANDBOX), keys, genesis);
        alice.register();
        Self { alice, others }
    }

    /// The guest follows these orders, and its receipt proves that it did.
    fn guest(&mut self, orders: &str) -> String {
        let input = Input::Inline(Bytes(orders.as_bytes().to_vec()));
        let mut spec = self.alice.spec(VOTER, input);
        spec.grants = vec![
            Grant::GovernancePropose {
                count: 4,
                fees: mana(10),
            },
            Grant::GovernanceVote {
                count: 2,
                proposal: None,
            },
        ];
        let done = self.alice.job(spec);
        let file = self.alice.file(&done);
        let verdict = verify(&file[..], self.alice.sandbox(), 60_000);
        assert!(matches!(verdict, Verdict::Valid(_)), "{verdict:?}");
        String::from_utf8(done.finished.output.bytes().to_vec()).unwrap()
    }

    /// The guest proposes, and says which proposal that is.
    fn proposes(&mut self, kind: &str) -> ProposalId {
        let told = self.guest(&format!("propose {{\"title\":\"t\",\"kind\":{kind}}}"));
        told.trim()
            .strip_prefix("proposed ")
            .unwrap()
            .parse()
            .unwrap()
    }

    fn does(&mut self, who: usize, action: Action) -> ProposalId {
        let txs = self.alice.sign_by(&self.others[who], vec![action]);
        self.alice.settled(&txs);
        ProposalId::new(*txs[0].id().cid())
    }

    fn votes(&mut self, proposal: ProposalId, ballots: [Ballot; 3]) {
        for (who, ballot) in ballots.into_iter().enumerate() {
            let vote = VoteRequest {
                proposal,
                ballot,
                preview: None,
            };
            self.does(who, Action::Vote(vote));
        }
    }

    fn wait(&mut self, ms: u64) {
        self.alice.block_after(ms, &[]);
    }

    fn status(&self, id: &ProposalId) -> ProposalStatus {
        let governance = self.alice.state.governance();
        governance.proposal(id).unwrap().status()
    }

    fn total(&self, who: usize) -> u64 {
        let did = self.others[who].did();
        self.alice
            .state
            .actor(&did)
            .unwrap()
            .account
            .total()
            .units()
    }

    fn treasury(&self) -> u64 {
        self.alice.state.chain().supply.treasury.units()
    }
}

#[test]
fn a_guest_changes_a_parameter_and_a_person_is_paid_from_the_treasury() {
    let mut mesh = Mesh::new();
    let fee = mesh.proposes(r#"{"set_parameter":{"name":"tx_fee","value":3}}"#);
    let to = mesh.others[1].did();
    let request = ProposalRequest {
        title: "A roof".into(),
        text: String::new(),
        kind: ProposalKind::Budget {
            to,
            amount: mana(600),
            memo: String::new(),
        },
    };
    let budget = mesh.does(0, Action::Propose(Box::new(request)));
    assert_eq!(mesh.status(&fee), ProposalStatus::Deliberation);

    mesh.wait(HOUR);
    let opened = mesh.guest(&format!("open {fee}\nvote {fee} yes"));
    assert_eq!(opened, "opened\nvoted \"yes\"\n");
    mesh.does(0, Action::OpenVoting { proposal: budget });
    assert_eq!(mesh.guest(&format!("vote {budget} yes")), "voted \"yes\"\n");
    mesh.votes(fee, [Ballot::Yes, Ballot::Yes, Ballot::No]);
    mesh.votes(budget, [Ballot::Yes, Ballot::Yes, Ballot::Abstain]);

    mesh.wait(DAY);
    let closed = mesh.guest(&format!("finish {fee}"));
    assert!(
        closed.starts_with("Accepted, not yet executed: "),
        "{closed}"
    );
    mesh.does(0, Action::CloseVoting { proposal: budget });
    assert_eq!(mesh.alice.state.parameter(Parameter::TxFee), 1);

    mesh.wait(DAY);
    assert_eq!(mesh.guest(&format!("finish {fee}")), "Accepted, executed\n");
    assert_eq!(mesh.status(&fee), ProposalStatus::Executed);
    assert_eq!(mesh.alice.state.parameter(Parameter::TxFee), 3, "in force");

    let (before, treasury) = (mesh.total(1), mesh.treasury());
    mesh.does(0, Action::Execute { proposal: budget });
    assert_eq!(mesh.status(&budget), ProposalStatus::Executed);
    assert_eq!(mesh.total(1), before + 600);
    assert_eq!(mesh.treasury(), treasury + 3 - 600, "paid, not made");
    mesh.alice.state.audit().unwrap();
}

#[test]
fn a_guest_takes_a_ranked_choice_from_its_draft_to_its_execution() {
    let mut mesh = Mesh::new();
    let paid = mesh.others[1].did();
    let choice = format!(
        r#"{{"choice":{{"options":[
            {{"label":"dearer","kinds":[{{"set_parameter":{{"name":"tx_fee","value":3}}}}]}},
            {{"label":"a roof","kinds":[{{"budget":{{"to":"{paid}","amount":"600"}}}}]}},
            {{"label":"nothing","kinds":[]}}]}}}}"#
    );
    let id = mesh.proposes(&choice.replace('\n', ""));
    mesh.wait(HOUR);
    let voted = mesh.guest(&format!("open {id}\nvote {id} 1,0"));
    assert_eq!(voted, "opened\nvoted [1,0]\n");
    let ranked = |options: &[u8]| Ballot::Ranked(options.to_vec());
    mesh.votes(id, [ranked(&[1]), ranked(&[0]), ranked(&[2, 1])]);

    mesh.wait(DAY);
    let closed = mesh.guest(&format!("finish {id}"));
    assert!(
        closed.starts_with("Accepted, not yet executed: "),
        "{closed}"
    );
    mesh.wait(DAY);
    let (before, treasury) = (mesh.total(1), mesh.treasury());
    assert_eq!(mesh.guest(&format!("finish {id}")), "Accepted, executed\n");
    assert_eq!(mesh.total(1), before + 600);
    assert!(mesh.treasury() < treasury - 500, "paid, not made");
    assert_eq!(mesh.alice.state.parameter(Parameter::TxFee), 1);
    mesh.alice.state.audit().unwrap();
}
