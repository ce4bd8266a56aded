//! Each host call that needs no grant: what it answers.

use crate::kit::{body, draft, env, exit, guest, owner, refused, run, run_in};
use icn_abi::Class;
use icn_base::run::{BlockInfo, Exit};
use icn_base::{Cid, Codec, Keypair, NetworkId, Time};
use sha2::{Digest, Sha256};

/// Runs a body that leaves an answer of some call at address 0 and returns its length; gives the
/// answer.
fn answer(code: &str) -> Vec<u8> {
    answer_with(code, b"")
}

fn answer_with(code: &str, data: &[u8]) -> Vec<u8> {
    let data: String = data.iter().map(|byte| format!("\\{byte:02x}")).collect();
    let finished = run(draft(guest(&format!(
        r#"(data (i32.const 4096) "{data}")
        (func $get (result i64) {code})
        (func (export "run") (result i64) (local $length i64)
            (local.tee $length (call $get))
            (drop (call $host_write_output (i32.const 0) (i32.wrap_i64 (local.get $length)))))"#
    ))));
    assert_eq!(
        finished.outcome.exit,
        Exit::Ok(finished.output.bytes().len() as i64)
    );
    finished.output.bytes().to_vec()
}

#[test]
fn call_0_answers_the_version() {
    assert_eq!(exit("(call $host_abi_version)"), Exit::Ok(1));
}

#[test]
fn call_1_appends_a_line_with_its_level() {
    let code = r#"(data (i32.const 0) "one\ntwo")
        (func (export "run") (result i64)
            (drop (call $host_log_message (i32.const 2) (i32.const 0) (i32.const 7)))
            (call $host_log_message (i32.const 0) (i32.const 0) (i32.const 3)))"#;
    let finished = run(draft(guest(code)));
    assert_eq!(finished.outcome.exit, Exit::Ok(0));
    assert_eq!(finished.log.bytes(), b"info one\n  two\nerror one\n");
    assert_eq!(
        finished.outcome.log,
        Cid::of(Codec::Raw, finished.log.bytes())
    );
}

#[test]
fn call_1_refuses_levels_it_does_not_know_and_text_that_is_none() {
    let level = |level: i32| {
        exit(&format!(
            "(call $host_log_message (i32.const {level}) (i32.const 0) (i32.const 1))"
        ))
    };
    assert_eq!(level(4), Exit::Ok(0));
    assert_eq!(level(5), refused(Class::InvalidSystemApiCall));
    assert_eq!(level(-1), refused(Class::InvalidSystemApiCall));
    let not_text = "(i32.store8 (i32.const 0) (i32.const 0xff))
        (call $host_log_message (i32.const 2) (i32.const 0) (i32.const 1))";
    assert_eq!(exit(not_text), refused(Class::Serialization));
}

#[test]
fn call_2_answers_the_block_behind_the_snapshot() {
    let draft = draft(body(
        "(call $host_get_block_info (i32.const 0) (i32.const 1000))",
    ));
    let mut env = env(&draft);
    env.block.height = 42;
    let told = run_in(draft, &mut env);
    let answers = crate::kit::journal(&told).answers;
    let json = answers[0].bytes.clone().unwrap();
    assert_eq!(
        serde_json::from_slice::<BlockInfo>(&json).unwrap(),
        env.block
    );
}

#[test]
fn call_5_answers_the_time_of_the_snapshot() {
    let draft = draft(body("(call $host_get_current_time)"));
    let mut env = env(&draft);
    env.block.time = Time::from_ms(1_234_567).unwrap();
    assert_eq!(run_in(draft, &mut env).outcome.exit, Exit::Ok(1_234_567));
}

#[test]
fn call_6_gives_bytes_that_depend_on_block_job_and_place_only() {
    let twice = "(drop (call $host_random_bytes (i32.const 0) (i32.const 40)))
        (call $host_random_bytes (i32.const 40) (i32.const 40)) (drop) (i64.const 80)";
    let bytes = answer(twice);
    assert_eq!(bytes, answer(twice));
    assert_ne!(bytes[..40], bytes[40..], "each call gives others");

    let draft = draft(body(
        "(drop (call $host_random_bytes (i32.const 0) (i32.const 8))) (i64.load (i32.const 0))",
    ));
    let mut here = env(&draft);
    let first = run_in(draft.clone(), &mut here).outcome.exit;
    assert_eq!(first, run_in(draft.clone(), &mut env(&draft)).outcome.exit);
    let mut elsewhere = env(&draft);
    elsewhere.block.block = Cid::of(Codec::Raw, b"another block");
    assert_ne!(first, run_in(draft, &mut elsewhere).outcome.exit);
}

#[test]
fn call_6_fills_a_buffer_of_any_size_and_nothing_beyond() {
    for room in [0, 1, 31, 32, 33, 1_000, 131_064] {
        let code = format!(
            "(local $n i64)
            (local.set $n (call $host_random_bytes (i32.const 0) (i32.const {room})))
            (i64.or (local.get $n) (i64.load (i32.const {room})))"
        );
        assert_eq!(exit(&code), Exit::Ok(room), "room for {room}");
    }
    let code = body("(call $host_random_bytes (i32.const 0) (i32.const 100000))");
    let unpaid = run(draft(code).fuel(500_000)).outcome;
    assert_eq!(unpaid.exit, Exit::OutOfFuel);
}

#[test]
fn call_7_gives_the_input_whole_or_not_at_all() {
    let read = |room: u32| {
        let code = format!(
            "(drop (call $host_read_input (i32.const 0) (i32.const {room})))
            (i64.load (i32.const 0))"
        );
        run(draft(body(&code)).input(&[7; 8])).outcome.exit
    };
    assert_eq!(read(8), Exit::Ok(0x0707_0707_0707_0707));
    assert_eq!(read(9), Exit::Ok(0x0707_0707_0707_0707));
    for short in 0..8 {
        assert_eq!(read(short), Exit::Ok(0), "room for {short}");
    }
    let length = draft(body("(call $host_read_input (i32.const 0) (i32.const 0))")).input(&[7; 8]);
    assert_eq!(run(length).outcome.exit, Exit::Ok(8));
}

#[test]
fn call_8_appends_to_the_output() {
    let code = r#"(data (i32.const 0) "ab")
        (func (export "run") (result i64)
            (drop (call $host_write_output (i32.const 0) (i32.const 2)))
            (drop (call $host_write_output (i32.const 1) (i32.const 0)))
            (call $host_write_output (i32.const 1) (i32.const 1)))"#;
    let finished = run(draft(guest(code)));
    assert_eq!(finished.output.bytes(), b"abb");
    assert_eq!(finished.outcome.output, Cid::of(Codec::Raw, b"abb"));
}

#[test]
fn call_9_reads_the_last_answer_in_pieces_without_asking_again() {
    let code = "(drop (call $host_get_caller (i32.const 0) (i32.const 0)))
        (drop (call $host_read_result (i32.const 0) (i32.const 0) (i32.const 10)))
        (call $host_read_result (i32.const 10) (i32.const 10) (i32.const 500))";
    assert_eq!(answer(code), owner().to_string().as_bytes());
    let past = "(drop (call $host_get_caller (i32.const 0) (i32.const 0)))
        (call $host_read_result (i32.const -1) (i32.const 0) (i32.const 10))";
    assert_eq!(exit(past), Exit::Ok(owner().to_string().len() as i64));
}

#[test]
fn call_9_reads_an_input_that_did_not_fit() {
    let code = "(drop (call $host_read_input (i32.const 0) (i32.const 0)))
        (drop (call $host_read_result (i32.const 2) (i32.const 0) (i32.const 8)))
        (i64.load (i32.const 0))";
    let finished = run(draft(body(code)).input(&[0, 0, 1, 0, 0, 0, 0, 0, 0, 0]));
    assert_eq!(finished.outcome.exit, Exit::Ok(1));
}

#[test]
fn call_9_reads_the_text_of_a_refusal() {
    let code = "(drop (call $host_log_message (i32.const 9) (i32.const 0) (i32.const 0)))
        (call $host_read_result (i32.const 0) (i32.const 0) (i32.const 1000))";
    assert_eq!(
        String::from_utf8(answer(code)).unwrap(),
        "a log level is 0 error, 1 warn, 2 info, 3 debug or 4 trace"
    );
}

#[test]
fn call_13_answers_the_owner() {
    let code = "(call $host_get_caller (i32.const 0) (i32.const 100))";
    assert_eq!(answer(code), owner().to_string().as_bytes());
}

#[test]
fn call_14_tells_the_job_about_itself() {
    let json = answer("(call $host_get_job_info (i32.const 0) (i32.const 4000))");
    let info: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(info["fuel_limit"], 100_000_000);
    assert_eq!(info["owner"], owner().to_string());
    assert_eq!(info["left"], serde_json::json!([]));
}

#[test]
fn call_15_answers_a_governed_parameter() {
    let code = r#"(data (i32.const 8) "fee")
        (func (export "run") (result i64)
            (call $host_get_parameter (i32.const 8) (i32.const 3) (i32.const 0) (i32.const 8)))"#;
    let draft = draft(guest(code));
    let mut env = env(&draft);
    assert_eq!(
        run_in(draft.clone(), &mut env).outcome.exit,
        refused(Class::InvalidSystemApiCall)
    );
    env.parameters.insert("fee".into(), "12".into());
    let told = run_in(draft, &mut env);
    assert_eq!(told.outcome.exit, Exit::Ok(2));
    let answer = crate::kit::journal(&told).answers[0].bytes.clone();
    assert_eq!(answer.as_deref(), Some(&b"12"[..]));
}

#[test]
fn call_32_hashes() {
    let hash = answer_with(
        "(call $host_sha256 (i32.const 4096) (i32.const 3) (i32.const 0) (i32.const 32))",
        b"abc",
    );
    assert_eq!(hash, Sha256::digest(b"abc").as_slice());
}

#[test]
fn call_33_checks_signatures_by_the_strict_rule() {
    // A signature over plain bytes is what a guest checks; the mesh's own words carry a domain.
    let did = "did:key:z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw";
    let key = Keypair::from_seed([9; 32]);
    let network = NetworkId::new(Cid::of(Codec::Raw, b"net"));
    let signature = key.sign(icn_base::Domain::Tx, &network, b"words");
    let mut signed = b"\x08icn/tx/1".to_vec();
    signed.extend_from_slice(&network.cid().to_bytes());
    signed.extend_from_slice(b"words");
    let verify = |did: &str, message: &[u8], signature: &[u8]| {
        let bytes = |bytes: &[u8]| {
            bytes
                .iter()
                .map(|b| format!("\\{b:02x}"))
                .collect::<String>()
        };
        let code = format!(
            r#"(data (i32.const 0) "{did}")
            (data (i32.const 1000) "{}") (data (i32.const 2000) "{}")
            (func (export "run") (result i64) (call $host_ed25519_verify
                (i32.const 0) (i32.const {}) (i32.const 1000) (i32.const {})
                (i32.const 2000) (i32.const {})))"#,
            bytes(message),
            bytes(signature),
            did.len(),
            message.len(),
            signature.len()
        );
        run(draft(guest(&code))).outcome.exit
    };
    let own = key.did().to_string();
    assert_eq!(verify(&own, &signed, signature.as_bytes()), Exit::Ok(1));
    assert_eq!(verify(did, &signed, signature.as_bytes()), Exit::Ok(0));
    assert_eq!(verify(&own, b"other", signature.as_bytes()), Exit::Ok(0));
    assert_eq!(
        verify(&own, &signed, &signature.as_bytes()[..63]),
        refused(Class::CryptoError)
    );
    assert_eq!(
        verify("did:web:x", &signed, signature.as_bytes()),
        refused(Class::CryptoError)
    );
}
