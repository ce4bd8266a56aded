//! A host for tests of guest logic: one per thread, scripted by the test.
//!
//! It keeps what the guest wrote and made, and answers the plumbing (version, log, input, output,
//! last answer) by itself. Every other call must be given its answer first; one without an answer
//! fails the test.

extern crate std;

use super::class::Class;
use alloc::{
    borrow::ToOwned, collections::BTreeMap, collections::VecDeque, string::String, vec::Vec,
};
use core::cell::RefCell;

std::thread_local! {
    static HOST: RefCell<Host> = RefCell::default();
}

/// What the mock knows and has seen.
#[derive(Debug, Default)]
pub struct Host {
    /// What `read_input` answers.
    pub input: Vec<u8>,
    /// What the guest wrote as its output.
    pub output: Vec<u8>,
    /// The guest's log: level and message.
    pub log: Vec<(u32, String)>,
    /// The scripted calls that were made, in order: name and arguments as text.
    pub made: Vec<(&'static str, String)>,
    script: BTreeMap<&'static str, VecDeque<Reply>>,
    last: Vec<u8>,
}

/// What a call is to answer.
#[derive(Debug)]
enum Reply {
    Bytes(Vec<u8>),
    Number(u64),
    Refusal(Class, &'static str),
}

/// An argument as the guest gave it.
#[derive(Debug)]
pub(super) enum Value<'a> {
    Bytes(&'a [u8]),
    I32(u32),
    I64(u64),
}

/// Starts a test: a fresh host with this input.
pub fn start(input: &[u8]) {
    HOST.set(Host {
        input: input.to_owned(),
        ..Host::default()
    });
}

/// The next call of this name answers these bytes.
pub fn answers(call: &'static str, bytes: &[u8]) {
    script(call, Reply::Bytes(bytes.to_owned()));
}

/// The next call of this name answers this number.
pub fn answers_number(call: &'static str, number: u64) {
    script(call, Reply::Number(number));
}

/// The next call of this name is refused.
pub fn refuses(call: &'static str, class: Class, text: &'static str) {
    script(call, Reply::Refusal(class, text));
}

/// Ends a test: the host as the guest left it.
pub fn finish() -> Host {
    HOST.take()
}

fn script(call: &'static str, reply: Reply) {
    HOST.with_borrow_mut(|host| host.script.entry(call).or_default().push_back(reply));
}

/// What `sys` calls off wasm.
pub(super) fn call(name: &'static str, args: &[Value<'_>], out: Option<&mut [u8]>) -> i64 {
    HOST.with_borrow_mut(|host| host.call(name, args, out))
}

impl Host {
    fn call(&mut self, name: &'static str, args: &[Value<'_>], out: Option<&mut [u8]>) -> i64 {
        match (name, args) {
            ("host_abi_version", []) => 1,
            ("host_log_message", [Value::I32(level), Value::Bytes(message)]) => {
                self.log
                    .push((*level, String::from_utf8_lossy(message).into_owned()));
                0
            }
            ("host_read_input", []) => {
                let input = self.input.clone();
                self.answer(input, out)
            }
            ("host_write_output", [Value::Bytes(data)]) => {
                self.output.extend_from_slice(data);
                0
            }
            ("host_read_result", [Value::I32(offset)]) => self.read_result(*offset, out),
            _ => self.scripted(name, args, out),
        }
    }

    #[expect(
        clippy::panic,
        reason = "a test that forgot to script a call must fail, and say which"
    )]
    fn scripted(&mut self, name: &'static str, args: &[Value<'_>], out: Option<&mut [u8]>) -> i64 {
        self.made
            .push((name, args.iter().map(show).collect::<Vec<_>>().join(", ")));
        let Some(reply) = self.script.get_mut(name).and_then(VecDeque::pop_front) else {
            panic!("{name} was called and the test gave it no answer: use mock::answers");
        };
        match reply {
            Reply::Bytes(bytes) => self.answer(bytes, out),
            Reply::Number(number) => i64::try_from(number).expect("answers fit 63 bits"),
            Reply::Refusal(class, text) => {
                self.last = text.as_bytes().to_owned();
                class.result()
            }
        }
    }

    /// As the host does: written in full or not at all, and kept.
    fn answer(&mut self, bytes: Vec<u8>, out: Option<&mut [u8]>) -> i64 {
        if let Some(room) = out.and_then(|out| out.get_mut(..bytes.len())) {
            room.copy_from_slice(&bytes);
        }
        self.last = bytes;
        i64::try_from(self.last.len()).expect("a Vec is shorter")
    }

    fn read_result(&self, offset: u32, out: Option<&mut [u8]>) -> i64 {
        let rest = usize::try_from(offset)
            .ok()
            .and_then(|offset| self.last.get(offset..));
        if let (Some(rest), Some(out)) = (rest, out) {
            let fits = rest.len().min(out.len());
            out[..fits].copy_from_slice(&rest[..fits]);
        }
        i64::try_from(self.last.len()).expect("a Vec is shorter")
    }
}

fn show(value: &Value<'_>) -> String {
    match value {
        Value::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        Value::I32(number) => alloc::format!("{number}"),
        Value::I64(number) => alloc::format!("{number}"),
    }
}
