//! A worker's end of the two pipes.

use crate::worker::frame::{self, Inbox};
use crate::worker::limits::{MODULES_KEPT_BYTES_MAX, MODULES_KEPT_MAX, TO_WORKER_BYTES_MAX};
use crate::worker::words::{Answer, FromWorker, Order, Question, ToWorker};
use icn_base::Cid;
use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::sync::Arc;

/// The pipes, what came and was not used yet, and the modules that came.
#[derive(Debug)]
pub(super) struct Line {
    input: File,
    output: File,
    inbox: Inbox,
    buffer: Vec<u8>,
    orders: VecDeque<Order>,
    modules: VecDeque<(Cid, Arc<[u8]>)>,
}

/// Bytes that are read at once.
const READ_BYTES: usize = 64 * 1024;

impl Line {
    /// On standard input and output.
    pub(super) fn open() -> io::Result<Self> {
        Ok(Self {
            input: io::stdin().as_fd().try_clone_to_owned()?.into(),
            output: io::stdout().as_fd().try_clone_to_owned()?.into(),
            inbox: Inbox::new(TO_WORKER_BYTES_MAX),
            buffer: vec![0; READ_BYTES],
            orders: VecDeque::new(),
            modules: VecDeque::new(),
        })
    }

    /// Says something.
    pub(super) fn say(&mut self, what: &FromWorker) -> io::Result<()> {
        self.output.write_all(&frame::of(what))
    }

    /// The next job, or nothing if there will be none.
    pub(super) fn order(&mut self) -> io::Result<Option<Order>> {
        loop {
            if let Some(order) = self.orders.pop_front() {
                return Ok(Some(order));
            }
            match self.hear()? {
                None => return Ok(None),
                Some(word) => self.put(word)?,
            }
        }
    }

    /// The answer to a question. Orders that come before it wait.
    pub(super) fn ask(&mut self, question: Question) -> io::Result<Answer> {
        self.say(&FromWorker::Question(question))?;
        loop {
            match self.hear()? {
                Some(ToWorker::Answer(answer)) => return Ok(answer),
                Some(word) => self.put(word)?,
                None => return Err(io::ErrorKind::UnexpectedEof.into()),
            }
        }
    }

    /// The bytes of a module: kept from before, sent along, or asked for.
    pub(super) fn module(&mut self, cid: Cid) -> io::Result<Arc<[u8]>> {
        if let Some((_, bytes)) = self.modules.iter().find(|(kept, _)| *kept == cid) {
            return Ok(Arc::clone(bytes));
        }
        match self.ask(Question::Module)? {
            Answer::Block(bytes) => Ok(self.keep(cid, bytes.0.into())),
            _ => Err(io::ErrorKind::InvalidData.into()),
        }
    }

    fn keep(&mut self, cid: Cid, bytes: Arc<[u8]>) -> Arc<[u8]> {
        self.modules.retain(|(kept, _)| *kept != cid);
        self.modules.push_front((cid, Arc::clone(&bytes)));
        let mut sum = 0_usize;
        let fits = |(_, bytes): &&(Cid, Arc<[u8]>)| {
            sum = sum.saturating_add(bytes.len());
            sum <= MODULES_KEPT_BYTES_MAX
        };
        let kept = self.modules.iter().take(MODULES_KEPT_MAX).take_while(fits);
        let kept = kept.count();
        self.modules.truncate(kept);
        bytes
    }

    fn put(&mut self, word: ToWorker) -> io::Result<()> {
        match word {
            ToWorker::Module { cid, bytes } => {
                self.keep(cid, bytes.0.into());
                Ok(())
            }
            ToWorker::Order(order) => {
                self.orders.push_back(*order);
                Ok(())
            }
            // Nobody has asked.
            ToWorker::Answer(_) => Err(io::ErrorKind::InvalidData.into()),
        }
    }

    /// The next thing that the node says; nothing at the end.
    fn hear(&mut self) -> io::Result<Option<ToWorker>> {
        loop {
            let word = self.inbox.next().map_err(io::Error::other)?;
            if word.is_some() {
                return Ok(word);
            }
            match self.input.read(&mut self.buffer) {
                Ok(0) => return Ok(None),
                Ok(count) => self.inbox.extend(&self.buffer[..count]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}
