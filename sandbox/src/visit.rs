//! One host call, from the guest's registers to its answer. All rules that hold for every call are
//! here, so that the files of [`crate::calls`] only say what theirs means:
//!
//! 1. the base fuel is taken;
//! 2. every range is checked against the guest's memory, before anything is read, done or
//!    allocated;
//! 3. fuel for the bytes that come in is taken;
//! 4. the arguments go into the running hash;
//! 5. fuel for the work is taken, where the row does not say all of it;
//! 6. the call does its work, or refuses;
//! 7. fuel for the bytes that go out is taken; they are written whole if they fit, and kept for
//!    call 9;
//! 8. the journal notes the answer, if it does not follow from the run itself.

use crate::calls::{self, Chance, Handler, Price};
use crate::env::{Denial, EnvError};
use crate::fault::{End, NodeFault};
use crate::host::{Host, Last, Parts};
use icn_abi::{Answer as Shape, Arg, Call, Class, Kind};
use icn_base::JobId;
use std::ops::Range;
use wasmtime::Caller;

/// Arguments of a call as they come: 32-bit ones without sign, at most six.
pub(crate) type Registers = [u64; 6];

/// What a call answers.
#[derive(Debug)]
pub(crate) enum Answer {
    /// A number; not negative.
    Number(i64),
    /// Bytes for the guest's buffer.
    Bytes(Vec<u8>),
    /// The run's input.
    Input,
    /// As many of these bytes as the buffer holds. Paid before they are made.
    Fill(Chance),
    /// The last answer, from an offset on.
    Last(usize),
    /// The id of a child job.
    Child(JobId),
}

/// The arguments of a call, read.
pub(crate) struct Inputs<'a> {
    bytes: [&'a [u8]; 3],
    numbers: [u64; 2],
}

impl<'a> Inputs<'a> {
    /// The bytes argument at this place among those of bytes. An older type may not have it.
    pub(crate) fn bytes(&self, at: usize) -> &'a [u8] {
        self.bytes[at]
    }

    /// The same as text.
    pub(crate) fn text(&self, at: usize) -> Result<&'a str, Denial> {
        std::str::from_utf8(self.bytes[at]).map_err(|_| {
            Denial::new(
                Class::Serialization,
                "an argument that is text is not UTF-8",
            )
        })
    }

    /// The number at this place among the numbers.
    pub(crate) fn number(&self, at: usize) -> u64 {
        self.numbers[at]
    }
}

/// Where the arguments of a call are in the guest's memory, every range checked.
struct Places {
    bytes: [Range<usize>; 3],
    numbers: [u64; 2],
    /// How many of each there are.
    counts: (usize, usize),
    out: Range<usize>,
    bytes_in: u64,
}

impl Places {
    fn read(args: &[Arg], buffer: bool, registers: &Registers, memory: usize) -> Result<Self, End> {
        let mut places = Self {
            bytes: [0..0, 0..0, 0..0],
            numbers: [0; 2],
            counts: (0, 0),
            out: 0..0,
            bytes_in: 0,
        };
        let mut registers = registers.iter().copied();
        let mut next = || registers.next().unwrap_or(0);
        for arg in args {
            match arg {
                Arg::In(name, _) => {
                    let range = range(name, next(), next(), memory)?;
                    places.bytes_in += range.len() as u64;
                    places.bytes[places.counts.0] = range;
                    places.counts.0 += 1;
                }
                Arg::I32(_) | Arg::I64(_) => {
                    places.numbers[places.counts.1] = next();
                    places.counts.1 += 1;
                }
            }
        }
        if buffer {
            places.out = range("the answer's buffer", next(), next(), memory)?;
        }
        Ok(places)
    }
}

/// A range that lies inside the guest's memory.
fn range(what: &str, ptr: u64, len: u64, memory: usize) -> Result<Range<usize>, End> {
    // Both are 32 bits wide, so the sum cannot wrap.
    let end = ptr + len;
    match (usize::try_from(ptr), usize::try_from(end)) {
        (Ok(start), Ok(end)) if end <= memory => Ok(start..end),
        _ => Err(End::Abi(format!(
            "{what}: bytes {ptr} to {end} are outside the guest's memory of {memory} bytes"
        ))),
    }
}

/// One call that is under way.
pub(crate) struct Visit<'a> {
    caller: Caller<'a, Host>,
    parts: Parts,
    call: &'static Call,
    /// Fuel it has taken so far.
    spent: u64,
}

/// Makes a host call. The result is what the guest gets for the call's own type; [`Answer::Child`]
/// is left to the caller for the older types.
pub(crate) fn visit(
    caller: Caller<'_, Host>,
    row: usize,
    older: Option<&'static [Arg]>,
    registers: Registers,
    handler: Handler,
) -> Result<(i64, Option<JobId>), End> {
    let parts = caller.data().parts.ok_or(End::Fault(NodeFault::Engine(
        "a host call came before the instance stood".to_owned(),
    )))?;
    let call = &icn_abi::CALLS[row];
    let mut visit = Visit {
        caller,
        parts,
        call,
        spent: 0,
    };
    let result = visit.make(older, &registers, handler);
    let stat = &mut visit.caller.data_mut().stats[row];
    stat.count += 1;
    stat.fuel += visit.spent;
    result
}

impl Visit<'_> {
    fn make(
        &mut self,
        older: Option<&'static [Arg]>,
        registers: &Registers,
        handler: Handler,
    ) -> Result<(i64, Option<JobId>), End> {
        self.charge(self.call.fuel_base)?;
        let args = older.unwrap_or(self.call.args);
        let buffer = older.is_none() && matches!(self.call.answer, Shape::Out(_) | Shape::Fill);
        let size = self.parts.memory.data_size(&self.caller);
        let places = Places::read(args, buffer, registers, size)?;
        self.charge_bytes(places.bytes_in)?;

        let answer = match self.ask(&places, calls::price(self.call.number)) {
            Ok(fuel) => {
                self.charge(fuel)?;
                self.work(&places, handler)
            }
            Err(error) => Err(error),
        };
        match answer {
            Ok(answer) => self.deliver(answer, &places),
            Err(EnvError::Refused(denial)) => {
                Ok((self.refuse(denial, self.call.journaled()), None))
            }
            Err(EnvError::Fault(text)) => Err(End::Fault(NodeFault::Missing(text))),
        }
    }

    /// Takes the arguments into the running hash, and answers the fuel that the work will take.
    fn ask(&mut self, places: &Places, price: Option<Price>) -> Result<u64, EnvError> {
        let call = self.call;
        let (host, inputs) = self.inputs(places);
        let (bytes, numbers) = places.counts;
        host.journal.asked(
            call.number,
            &inputs.numbers[..numbers],
            &inputs.bytes[..bytes],
        );
        host.calls += 1;
        // An effect must not happen if its answer could not be noted afterwards.
        match call.kind {
            Kind::Run => {}
            Kind::Read => host.journal.room_for(0)?,
            Kind::Effect => host.journal.room_for(EFFECT_ANSWER_BYTES_MAX)?,
        }
        price.map_or(Ok(0), |price| price(host, &inputs))
    }

    /// Does what the call means.
    fn work(&mut self, places: &Places, handler: Handler) -> Result<Answer, EnvError> {
        let (host, inputs) = self.inputs(places);
        handler(host, &inputs)
    }

    /// The arguments, where they are.
    fn inputs(&mut self, places: &Places) -> (&mut Host, Inputs<'_>) {
        let (memory, host) = self.parts.memory.data_and_store_mut(&mut self.caller);
        let inputs = Inputs {
            bytes: places.bytes.clone().map(|range| &memory[range]),
            numbers: places.numbers,
        };
        (host, inputs)
    }

    fn deliver(&mut self, answer: Answer, places: &Places) -> Result<(i64, Option<JobId>), End> {
        let mut child = None;
        let last = match answer {
            Answer::Number(number) => {
                self.note(number, false);
                return Ok((number, None));
            }
            Answer::Fill(chance) => return Ok((self.fill(chance, places)?, None)),
            Answer::Last(offset) => return Ok((self.reread(offset, places)?, None)),
            Answer::Input => Last::Input,
            Answer::Bytes(bytes) => Last::Bytes(bytes),
            Answer::Child(id) => {
                child = Some(id);
                Last::Bytes(id.to_string().into_bytes())
            }
        };
        let host = self.caller.data_mut();
        host.last = last;
        let length = host.last().len();
        if self.call.journaled()
            && let Err(denial) = host.journal.room_for(length)
        {
            return Ok((self.refuse(denial, false), None));
        }
        self.charge_bytes(length as u64)?;
        if length <= places.out.len() {
            self.copy_out(0..length, places.out.start);
        }
        let result = i64::try_from(length).unwrap_or(i64::MAX);
        self.note(result, true);
        Ok((result, child))
    }

    fn fill(&mut self, chance: Chance, places: &Places) -> Result<i64, End> {
        let length = places.out.len();
        self.charge_bytes(length as u64)?;
        let buffer = &mut self.parts.memory.data_mut(&mut self.caller)[places.out.clone()];
        for (piece, bytes) in buffer.chunks_mut(32).zip(chance) {
            piece.copy_from_slice(&bytes[..piece.len()]);
        }
        Ok(i64::try_from(length).unwrap_or(i64::MAX))
    }

    /// Gives as much of the last answer as fits, from an offset on.
    fn reread(&mut self, offset: usize, places: &Places) -> Result<i64, End> {
        let length = self.caller.data().last().len();
        let start = offset.min(length);
        let end = length.min(start + places.out.len());
        self.charge_bytes((end - start) as u64)?;
        self.copy_out(start..end, places.out.start);
        Ok(i64::try_from(length).unwrap_or(i64::MAX))
    }

    fn copy_out(&mut self, of_last: Range<usize>, to: usize) {
        let (memory, host) = self.parts.memory.data_and_store_mut(&mut self.caller);
        let bytes = &host.last()[of_last];
        memory[to..to + bytes.len()].copy_from_slice(bytes);
    }

    fn refuse(&mut self, denial: Denial, journaled: bool) -> i64 {
        let host = self.caller.data_mut();
        host.last = Last::Bytes(denial.text.into_bytes());
        let result = denial.class.result();
        if journaled && host.journal.room_for(0).is_ok() {
            host.journal.answered(self.call.number, result, None);
        }
        result
    }

    fn note(&mut self, result: i64, bytes: bool) {
        if !self.call.journaled() {
            return;
        }
        let host = self.caller.data_mut();
        // The bytes of a block are named by the CID that was asked for.
        let bytes = (bytes && self.call.number != BLOCK_CALL).then(|| host.last().to_vec());
        host.journal.answered(self.call.number, result, bytes);
    }

    fn charge_bytes(&mut self, bytes: u64) -> Result<(), End> {
        match bytes {
            0 => Ok(()),
            _ => self.charge(bytes.saturating_mul(self.call.fuel_per_byte)),
        }
    }

    fn charge(&mut self, fuel: u64) -> Result<(), End> {
        self.spent = self.spent.saturating_add(fuel);
        self.parts
            .counters
            .charge(&mut self.caller, fuel)
            .map_err(|_| End::Fuel)
    }
}

/// What the answer of an effect takes at most: a proof and its public inputs.
const EFFECT_ANSWER_BYTES_MAX: usize = 8 * 1024;

/// The call that reads a block.
const BLOCK_CALL: u16 = 4;
