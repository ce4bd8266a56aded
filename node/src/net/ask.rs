//! How a question and its answer look on a stream: four bytes of length, big endian, then the bytes.
//!
//! Nothing is allocated by a length that somebody claims: bytes are read piece by piece. Whatever is
//! longer than one piece first gets its share of a budget, all of it at once, so that two never wait
//! for each other. What peers ask and what they answer have a budget each.

use crate::net::limits::{
    ANSWER_BYTES_MAX, ANSWERS_READ_BYTES_MAX, ASK_BYTES_MAX, ASKS_READ_BYTES_MAX,
};
use futures::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use libp2p::StreamProtocol;
use libp2p::request_response::Codec;
use std::io;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Bytes that are read at a time, and that cost nothing of the budget.
const PIECE_BYTES: usize = 64 * 1024;

/// Bytes, and their share of a budget as long as they are held.
#[derive(Debug, Default)]
pub(crate) struct Parcel {
    pub(crate) bytes: Vec<u8>,
    pub(crate) share: Option<OwnedSemaphorePermit>,
}

impl From<Vec<u8>> for Parcel {
    fn from(bytes: Vec<u8>) -> Self {
        Self { bytes, share: None }
    }
}

/// Reads and writes questions and answers.
#[derive(Clone, Debug)]
pub(crate) struct AskCodec {
    questions: Arc<Semaphore>,
    answers: Arc<Semaphore>,
}

impl AskCodec {
    pub(crate) fn new() -> Self {
        Self {
            questions: Arc::new(Semaphore::new(ASKS_READ_BYTES_MAX)),
            answers: Arc::new(Semaphore::new(ANSWERS_READ_BYTES_MAX)),
        }
    }
}

/// Reads one parcel; a longer one than `most` is refused unread.
async fn read<T: AsyncRead + Unpin + Send>(
    io: &mut T,
    most: usize,
    budget: &Arc<Semaphore>,
) -> io::Result<Parcel> {
    let mut length = [0; 4];
    io.read_exact(&mut length).await?;
    let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
    if length > most {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "larger than it may be",
        ));
    }
    let mut parcel = Parcel::default();
    while parcel.bytes.len() < length {
        let begun = parcel.bytes.len();
        if begun == PIECE_BYTES {
            parcel.share = Some(share(budget, length - begun).await?);
        }
        parcel.bytes.resize(length.min(begun + PIECE_BYTES), 0);
        io.read_exact(&mut parcel.bytes[begun..]).await?;
    }
    Ok(parcel)
}

/// A share of the budget, once others have given back enough.
async fn share(budget: &Arc<Semaphore>, bytes: usize) -> io::Result<OwnedSemaphorePermit> {
    let bytes = u32::try_from(bytes).map_err(io::Error::other)?;
    let share = Arc::clone(budget).acquire_many_owned(bytes).await;
    share.map_err(io::Error::other)
}

async fn write<T: AsyncWrite + Unpin + Send>(
    io: &mut T,
    parcel: &Parcel,
    most: usize,
) -> io::Result<()> {
    let length = parcel.bytes.len();
    if length > most {
        return Err(io::Error::other("larger than it may be"));
    }
    let length = u32::try_from(length).map_err(io::Error::other)?;
    io.write_all(&length.to_be_bytes()).await?;
    io.write_all(&parcel.bytes).await?;
    io.flush().await
}

impl Codec for AskCodec {
    type Protocol = StreamProtocol;
    type Request = Parcel;
    type Response = Parcel;

    async fn read_request<T>(&mut self, _: &StreamProtocol, io: &mut T) -> io::Result<Parcel>
    where
        T: AsyncRead + Unpin + Send,
    {
        read(io, ASK_BYTES_MAX, &self.questions).await
    }

    async fn read_response<T>(&mut self, _: &StreamProtocol, io: &mut T) -> io::Result<Parcel>
    where
        T: AsyncRead + Unpin + Send,
    {
        read(io, ANSWER_BYTES_MAX, &self.answers).await
    }

    async fn write_request<T>(
        &mut self,
        _: &StreamProtocol,
        io: &mut T,
        parcel: Parcel,
    ) -> io::Result<()>
    where
        T: AsyncWrite + Unpin + Send,
    {
        write(io, &parcel, ASK_BYTES_MAX).await
    }

    async fn write_response<T>(
        &mut self,
        _: &StreamProtocol,
        io: &mut T,
        parcel: Parcel,
    ) -> io::Result<()>
    where
        T: AsyncWrite + Unpin + Send,
    {
        write(io, &parcel, ANSWER_BYTES_MAX).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::executor::block_on;
    use futures::io::Cursor;

    fn framed(length: u32, bytes: usize) -> Cursor<Vec<u8>> {
        let mut frame = length.to_be_bytes().to_vec();
        frame.resize(4 + bytes, 7);
        Cursor::new(frame)
    }

    fn budget(bytes: usize) -> Arc<Semaphore> {
        Arc::new(Semaphore::new(bytes))
    }

    fn refused(length: u32, bytes: usize) -> io::ErrorKind {
        let mut frame = framed(length, bytes);
        let parcel = block_on(read(&mut frame, ASK_BYTES_MAX, &budget(1 << 20)));
        parcel.expect_err("it lies").kind()
    }

    #[test]
    fn what_is_written_is_read() {
        for length in [0, 1, PIECE_BYTES, PIECE_BYTES + 1, 5 * PIECE_BYTES + 3] {
            let parcel = Parcel::from(vec![9; length]);
            let mut frame = Cursor::new(Vec::new());
            block_on(write(&mut frame, &parcel, 1 << 20)).expect("it is small enough");
            frame.set_position(0);
            let back = block_on(read(&mut frame, 1 << 20, &budget(1 << 20)));
            assert_eq!(back.expect("what was written").bytes, parcel.bytes);
        }
    }

    #[test]
    fn lengths_that_lie_are_refused_without_their_memory() {
        assert_eq!(refused(u32::MAX, 10), io::ErrorKind::InvalidData);
        assert_eq!(refused(1_000_000, 10), io::ErrorKind::UnexpectedEof);
    }

    #[test]
    fn large_parcels_share_a_budget_and_give_it_back() {
        let budget = budget(PIECE_BYTES);
        let length = u32::try_from(2 * PIECE_BYTES).expect("small");
        let mut frame = framed(length, 2 * PIECE_BYTES);
        let first = block_on(read(&mut frame, 1 << 20, &budget));
        let first = first.expect("the budget is enough for one");
        assert_eq!(budget.available_permits(), 0);
        drop(first);
        assert_eq!(budget.available_permits(), PIECE_BYTES);
    }
}
