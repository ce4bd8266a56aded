//! Between code that blocks and bodies that stream: a CAR is read and written on a thread, while its
//! parts come and go over the network. At most a few parts wait on the way.

use super::Api;
use super::error::Failure;
use super::wait::reading;
use axum::body::{Body, Bytes};
use futures::StreamExt;
use icn_api::Code;
use std::io::{self, Read, Write};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio_stream::wrappers::ReceiverStream;

/// Parts that wait.
const PARTS_MAX: usize = 4;

/// Reads the parts of a body, from a thread that may block.
pub(super) struct Source {
    parts: mpsc::Receiver<io::Result<Bytes>>,
    part: Bytes,
}

/// Writes the parts of a body, from a thread that may block.
pub(super) struct Sink {
    parts: mpsc::Sender<io::Result<Bytes>>,
}

impl Source {
    /// A body of so many bytes at most, whose parts come in time. What is wrong with it is read as an
    /// error; the code of the refusal is in [`refused`].
    pub(super) fn of(api: &Api, body: Body, bytes_max: u64) -> Self {
        let (sender, parts) = mpsc::channel(PARTS_MAX);
        let patience = api.settings.bounds.body;
        tokio::spawn(async move {
            let (mut stream, mut left) = (body.into_data_stream(), bytes_max);
            loop {
                let part = match tokio::time::timeout(patience, stream.next()).await {
                    Ok(None) => return,
                    Ok(Some(Ok(part))) => match left.checked_sub(part.len() as u64) {
                        Some(rest) => {
                            left = rest;
                            Ok(part)
                        }
                        None => Err(io::ErrorKind::FileTooLarge.into()),
                    },
                    Ok(Some(Err(error))) => Err(io::Error::other(error)),
                    Err(_) => Err(io::ErrorKind::TimedOut.into()),
                };
                let ends = part.is_err();
                if sender.send(part).await.is_err() || ends {
                    return;
                }
            }
        });
        Self {
            parts,
            part: Bytes::new(),
        }
    }
}

/// The refusal that an error of a [`Source`] stands for, if it is one of its own.
pub(super) fn refused(error: &io::Error) -> Option<Failure> {
    match error.kind() {
        io::ErrorKind::FileTooLarge => Some(Failure::new(Code::BodyTooLarge, "it goes on")),
        io::ErrorKind::TimedOut => Some(Failure::new(Code::TooSlow, "its parts stopped coming")),
        _ => None,
    }
}

impl Read for Source {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.part.is_empty() {
            match self.parts.blocking_recv() {
                Some(part) => self.part = part?,
                None => return Ok(0),
            }
        }
        let length = self.part.len().min(into.len());
        let taken = self.part.split_to(length);
        into[..length].copy_from_slice(&taken);
        Ok(length)
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let part = Ok(Bytes::copy_from_slice(bytes));
        let gone = |_| io::Error::from(io::ErrorKind::BrokenPipe);
        self.parts.blocking_send(part).map_err(gone)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A body that a thread writes. If it cannot write all of it, the body breaks off, and whoever
/// reads it knows.
pub(super) fn written<E: std::fmt::Display>(
    room: OwnedSemaphorePermit,
    write: impl FnOnce(Sink) -> Result<(), E> + Send + 'static,
) -> Body {
    let (parts, receiver) = mpsc::channel(PARTS_MAX);
    tokio::task::spawn_blocking(move || {
        let sink = Sink {
            parts: parts.clone(),
        };
        if let Err(error) = write(sink) {
            let error = io::Error::other(error.to_string());
            // A reader that has gone away needs no error.
            drop(parts.blocking_send(Err(error)));
        }
        drop(room);
    });
    Body::from_stream(ReceiverStream::new(receiver))
}

/// Room for one more heavy piece of work.
pub(super) fn heavy(api: &Api) -> Result<OwnedSemaphorePermit, Failure> {
    let room = Arc::clone(&api.heavy).try_acquire_owned();
    room.map_err(|_| {
        Failure::new(
            Code::Busy,
            "imports, exports and verifications are under way",
        )
        .after_s(5)
    })
}

/// Does something heavy on a thread that may block.
pub(super) async fn work<T: Send + 'static>(
    api: &Api,
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    let room = heavy(api)?;
    reading(move || {
        let done = work();
        drop(room);
        done
    })
    .await
}
