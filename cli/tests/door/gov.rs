//! `icn gov`: a person decides with nothing but the binary and snapshots of the book. The test is
//! the mesh: it puts what was signed into blocks.

use crate::icn::{Icn, Run};
use crate::lone::{Lone, WORDS};
use icn_base::gov::ProposalStatus;
use icn_base::{Did, Mana, ProposalId, Time};
use icn_governance::Parameter;
use icn_ledger::{Genesis, GenesisAccount, SignedTx, State, Verdict, apply_block};

const HOUR: u64 = 3_600_000;

/// A person at a terminal, and the book of a mesh of which that person is the only member.
pub(crate) struct Desk {
    pub(crate) icn: Icn,
    pub(crate) state: State,
    now: u64,
}

impl Desk {
    pub(crate) fn new() -> Self {
        let icn = Icn::new();
        icn.run(&["keys", "new", "--insecure-plain-key"]).ok();
        let did: Did = icn.run(&["did"]).ok().parse().unwrap();
        let person = GenesisAccount {
            did,
            mana: Mana::new(1_000).unwrap(),
            member: true,
            power: 1,
        };
        let genesis = Genesis {
            accounts: vec![person],
            treasury: Mana::new(500).unwrap(),
            ..Genesis::default()
        };
        let mut desk = Self {
            icn,
            state: genesis.state().unwrap(),
            now: 0,
        };
        desk.block(1, &[]);
        desk
    }

    /// The next block, so much later.
    fn block(&mut self, ms: u64, txs: &[SignedTx]) {
        self.now += ms;
        let (height, at) = (self.state.chain().height + 1, time(self.now));
        let applied = apply_block(&mut self.state, height, at, txs).unwrap();
        for verdict in applied.verdicts {
            assert!(matches!(verdict, Verdict::Applied(_)), "{verdict:?}");
        }
    }

    fn gov(&self, args: &[&str]) -> Run {
        self.over(&[&["gov"], args].concat())
    }

    /// A verb over a snapshot of the book.
    fn over(&self, args: &[&str]) -> Run {
        let mut car = Vec::new();
        self.state.export(&mut car).unwrap();
        let snapshot = self.icn.file("book.car", car);
        self.icn.run(&[args, &["--snapshot", &snapshot]].concat())
    }

    /// The same, now.
    pub(crate) fn now(&self, args: &[&str]) -> Run {
        let at = (self.now + 1).to_string();
        self.over(&[args, &["--at", &at]].concat())
    }

    /// Signs what the arguments say, now.
    fn sign(&self, args: &[&str], more: &[&str]) -> Run {
        let out = self.icn.path("tx");
        let out = ["--out", out.to_str().unwrap()];
        self.now(&[args, &out, more].concat())
    }

    fn decides(&mut self, args: &[&str]) -> SignedTx {
        self.does(&[&["gov"], args].concat())
    }

    /// Signs it and puts it into a block; answers the transaction.
    pub(crate) fn does(&mut self, args: &[&str]) -> SignedTx {
        self.sign(args, &[]).ok();
        let bytes = std::fs::read(self.icn.path("tx")).unwrap();
        let tx = SignedTx::decode(&bytes).unwrap();
        self.block(1, std::slice::from_ref(&tx));
        tx
    }
}

fn time(ms: u64) -> Time {
    Time::from_ms(ms).unwrap()
}

#[test]
fn a_person_takes_a_proposal_from_draft_to_executed() {
    let mut desk = Desk::new();
    let to = desk.icn.run(&["did"]).ok().to_owned();
    let pay = format!("pay {to} 400 for seeds");
    let tx = desk.decides(&["propose", "Three, and seeds", "set tx_fee 3", &pay]);
    let id = ProposalId::new(*tx.id().cid());
    let text = id.to_string();
    let list = desk.gov(&["list"]);
    assert!(
        list.ok().contains("Deliberation  Three, and seeds"),
        "{}",
        list.stdout
    );
    let shown = desk.gov(&["show", &text]);
    assert!(shown.ok().contains("set tx_fee to 3"), "{}", shown.stdout);
    assert!(
        shown
            .stdout
            .contains("voting may open in 1h, it expires in 30days")
    );

    let early = desk.sign(&["gov", "open", &text], &[]);
    assert_eq!(early.code, 1);
    assert!(early.stderr.contains("TooEarly, 709"), "{}", early.stderr);
    desk.block(HOUR, &[]);
    desk.decides(&["open", &text]);
    let preview = desk.gov(&["preview", &text]);
    assert!(
        preview.ok().contains("tx_fee: 1 -> 3"),
        "{}",
        preview.stdout
    );
    let cid = preview.ok().lines().last().unwrap().replace("preview ", "");
    desk.decides(&["vote", &text, "yes", "--preview", &cid]);
    let shown = desk.gov(&["show", &text]);
    for part in [
        "1 of 1 voted",
        "33.34 % needed: reached",
        "1 for, 0 against",
        "it passes",
    ] {
        assert!(shown.ok().contains(part), "{part}: {}", shown.stdout);
    }
    desk.block(24 * HOUR, &[]);
    desk.decides(&["close", &text]);
    desk.block(24 * HOUR, &[]);
    desk.decides(&["execute", &text]);

    let row = desk.state.governance().proposal(&id).unwrap();
    assert_eq!(row.status(), ProposalStatus::Executed);
    assert_eq!(desk.state.parameter(Parameter::TxFee), 3);
    assert!(desk.gov(&["list"]).ok().contains("no proposals"));
    let all = desk.gov(&["list", "--all", "--output", "json"]).json();
    assert_eq!(all["proposals"][0]["status"], "Executed");
}

#[test]
fn a_choice_is_proposed_and_ranked() {
    let mut desk = Desk::new();
    let options = [
        "--option",
        "more=set tx_fee 3; set bond 5",
        "--option",
        "as it is=",
    ];
    let tx = desk.decides(&[&["propose", "How much"][..], &options].concat());
    let id = tx.id().to_string();
    desk.block(HOUR, &[]);
    desk.decides(&["open", &id]);
    desk.decides(&["vote", &id, "1,0"]);
    let shown = desk.gov(&["show", &id]);
    for part in [
        "option 0, more: set tx_fee to 3; set bond to 5",
        "leads      option 1",
    ] {
        assert!(shown.ok().contains(part), "{part}: {}", shown.stdout);
    }
}

#[test]
fn what_the_book_would_refuse_is_signed_only_by_force() {
    let desk = Desk::new();
    let wild = ["gov", "propose", "Free", "set tx_fee 9999"];
    let refused = desk.sign(&wild, &[]);
    assert!(
        refused.code == 1 && refused.stderr.contains("at most 1000"),
        "{refused:?}"
    );
    assert!(!desk.icn.path("tx").exists());
    desk.sign(&wild, &["--force"]).ok();
    assert!(desk.icn.path("tx").exists());
    let far = desk.sign(&["gov", "ready"], &["--nonce", "7"]);
    assert!(far.stderr.contains("NonceAhead"), "{}", far.stderr);
}

#[test]
fn words_and_files_that_are_none_are_refused_with_a_remedy() {
    let desk = Desk::new();
    let malformed = desk.sign(&["gov", "propose", "t", "sell the treasury"], &[]);
    assert_eq!(malformed.code, 65);
    assert!(
        malformed.stderr.contains("hint: write `text`"),
        "{}",
        malformed.stderr
    );
    let unknown = "bafyreigipx6q3sub4cefvlmyzap5ys45uqnrporhtgiqqxgvgos2bdefma";
    assert_eq!(desk.gov(&["show", unknown]).code, 1);
    assert_eq!(desk.gov(&["show", "p"]).code, 2);
    let rubbish = desk.icn.file("rubbish", b"not a CAR");
    for args in [&["list"][..], &["show", unknown], &["preview", unknown]] {
        let run = desk
            .icn
            .run(&[&["gov"], args, &["--snapshot", &rubbish]].concat());
        assert_eq!(run.code, 65, "{}", run.stderr);
    }
    let missing = desk.icn.run(&["gov", "list", "--snapshot", "nowhere"]);
    assert_eq!(missing.code, 2, "{}", missing.stderr);
    let root = desk.gov(&["list", "--root", unknown]);
    assert_eq!(root.code, 65, "{}", root.stderr);
    let key = desk.sign(&["gov", "ready"], &["--key", "nobody"]);
    assert!(
        key.code == 1 && key.stderr.contains("icn keys new"),
        "{key:?}"
    );
    for ballot in ["maybe", "", "1,,0", "-1"] {
        let vote = desk.sign(&["gov", "vote", unknown, ballot], &[]);
        assert_eq!(vote.code, 2, "{vote:?}");
    }
}

#[test]
fn a_snapshot_that_was_touched_is_refused() {
    let mut desk = Desk::new();
    desk.decides(&["propose", "Three", "set tx_fee 3"]);
    let mut car = Vec::new();
    desk.state.export(&mut car).unwrap();
    for at in (0..car.len()).step_by(car.len() / 40) {
        let mut flipped = car.clone();
        flipped[at] ^= 1;
        for bytes in [&car[..at], &flipped] {
            let file = desk.icn.file("touched.car", bytes);
            let run = desk.icn.run(&["gov", "list", "--snapshot", &file]);
            assert_eq!(run.code, 65, "at {at}: {run:?}");
            assert!(run.stderr.starts_with("error: "), "at {at}: {run:?}");
        }
    }
}

#[test]
fn the_words_of_strangers_steer_no_terminal() {
    let mut desk = Desk::new();
    let title = "\u{1b}[2JAll is well\r\n\u{202e}";
    let label = "a\nso far     it passes=";
    let text = "first\nso far     it passes\u{9b}";
    let options = ["--option", label, "--option", "b=", "--text", text];
    let tx = desk.decides(&[&["propose", title][..], &options].concat());
    let shown = desk.gov(&["show", &tx.id().to_string()]);
    let list = desk.gov(&["list"]);
    for said in [shown.ok(), list.ok()] {
        assert!(
            said.contains("\\u{1b}[2JAll is well\\u{d}\\u{a}\\u{202e}"),
            "{said}"
        );
        let steers = |letter: char| letter != '\n' && letter.is_control();
        assert!(
            !said.contains(steers) && !said.contains('\u{202e}'),
            "{said}"
        );
        assert!(!said.contains("\nso far"), "{said}");
    }
    assert!(shown.stdout.contains("\n  so far     it passes\\u{9b}"));
}

#[test]
fn the_help_leads_from_a_chain_to_a_signed_proposal() {
    let (icn, mut mesh) = (Icn::new(), Lone::new());
    mesh.register();
    let chain = icn.file("chain.car", mesh.chain());
    let book = icn.path("book.car").to_str().unwrap().to_owned();
    icn.run(&["ledger", "replay", &chain, "--snapshot", &book])
        .ok();
    let list = icn.run(&["gov", "list", "--snapshot", &book]);
    assert_eq!(list.ok(), "no proposals");
    let words = icn.file("member.words", WORDS);
    let import = ["keys", "import", "lone", "--words-file", &words];
    icn.run(&[&import[..], &["--insecure-plain-key"]].concat())
        .ok();
    let out = icn.path("proposal.tx").to_str().unwrap().to_owned();
    let propose = ["gov", "propose", "A dearer bond", "set bond 5"];
    let with = ["--snapshot", &book, "--key", "lone", "-o", &out];
    icn.run(&[&propose[..], &with].concat()).ok();
    let tx = icn.run(&["tx", "inspect", &out]);
    assert!(
        tx.ok().contains("its signatures hold") && tx.stdout.contains("A dearer bond"),
        "{}",
        tx.stdout
    );
}
