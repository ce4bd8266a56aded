use super::{Class, account_spend_mana, level, mock, put_dag_block, run, submit_mesh_job};
use alloc::{string::String, string::ToString, vec, vec::Vec};

#[test]
fn a_job_reads_its_input_and_writes_its_output() {
    mock::start(b"abc");
    let result = run(|input: Vec<u8>| -> Result<_, String> { Ok([input, vec![b'!']].concat()) });
    assert_eq!(
        (result, mock::finish().output.as_slice()),
        (0, b"abc!".as_slice())
    );
}

#[test]
fn input_longer_than_the_first_buffer_arrives_whole() {
    for length in [0, 1, 255, 256, 257, 100_000] {
        let input = vec![7; length];
        mock::start(&input);
        run(|input: Vec<u8>| Ok::<_, String>(input));
        assert_eq!(mock::finish().output, input);
    }
}

#[test]
fn an_answer_that_does_not_fit_does_not_repeat_the_effect() {
    let cid = "b".repeat(1_000);
    mock::start(b"");
    mock::answers("host_put_dag_block", cid.as_bytes());
    assert_eq!(put_dag_block(b"data").as_deref(), Ok(cid.as_str()));
    assert_eq!(mock::finish().made, [("host_put_dag_block", "data".into())]);
}

#[test]
fn a_refusal_carries_its_class_and_text() {
    let long: &'static str = "no grant mana.spend ".repeat(50).leak();
    for text in ["", "no grant mana.spend", long] {
        mock::start(b"");
        mock::refuses("host_account_spend_mana", Class::PermissionDenied, text);
        let error = account_spend_mana("", 5).expect_err("refused");
        assert_eq!(
            (error.class(), error.text()),
            (Some(Class::PermissionDenied), text)
        );
        assert_eq!(
            error.to_string(),
            alloc::format!("PermissionDenied (-7): {text}")
        );
    }
}

#[test]
fn an_answer_that_is_not_text_is_an_error() {
    mock::start(b"");
    mock::answers("host_submit_mesh_job", &[0xff, 0xfe]);
    let error = submit_mesh_job("{}").expect_err("not UTF-8");
    assert_eq!(error.class(), Some(Class::Serialization));
}

#[test]
#[should_panic(expected = "the guest trapped: too small")]
fn a_failed_job_traps_so_that_no_effect_stands() {
    mock::start(b"");
    run(|_| Err::<Vec<u8>, _>("too small"));
}

#[test]
fn a_failed_job_says_why_in_its_log() {
    mock::start(b"");
    let trapped = std::panic::catch_unwind(|| run(|_| Err::<Vec<u8>, _>("too small")));
    let host = mock::finish();
    assert!(trapped.is_err() && host.output.is_empty());
    assert_eq!(host.log, [(level::ERROR, "too small".into())]);
}
