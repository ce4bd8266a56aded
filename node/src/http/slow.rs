//! A stream for other ends that are slow. An answer that nobody takes holds a connection for so long
//! and no longer. Who is answered while still sending is heard out for a while, and so reads the
//! answer: systems throw an answer away when a connection is closed on bytes that nobody read.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

/// Bytes that are read and dropped, at most, after the last answer; more than any body that is taken.
const HEARD_BYTES_MAX: usize = 32 * 1024 * 1024;

/// How long they may take.
const HEARD_FOR: Duration = Duration::from_secs(10);

/// How long the other end may pause meanwhile.
const HEARD_PAUSE: Duration = Duration::from_millis(500);

/// A stream whose writes may not stand still for longer than so long, and whose end is not abrupt.
pub(super) struct Slow<S> {
    stream: S,
    most: Duration,
    /// Runs while a write waits, and at the end while the other end pauses.
    waits: Pin<Box<Sleep>>,
    waiting: bool,
    /// What is heard out since our side was closed.
    heard: Option<Heard>,
}

struct Heard {
    bytes: usize,
    until: Instant,
}

impl<S> Slow<S> {
    pub(super) fn new(stream: S, most: Duration) -> Self {
        Self {
            stream,
            most,
            waits: Box::pin(tokio::time::sleep(most)),
            waiting: false,
            heard: None,
        }
    }

    /// What became of a write: one that waits begins to count, one that has gone on no longer does.
    fn count<T>(
        &mut self,
        context: &mut Context<'_>,
        result: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if result.is_ready() {
            self.waiting = false;
            return result;
        }
        if !self.waiting {
            self.waiting = true;
            self.waits.as_mut().reset(Instant::now() + self.most);
        }
        match self.waits.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Slow<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, into)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Slow<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.count(context, result)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.count(context, result)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let result = Pin::new(&mut self.stream).poll_flush(context);
        self.count(context, result)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.heard.is_none() {
            ready!(Pin::new(&mut this.stream).poll_shutdown(context))?;
            let until = Instant::now() + HEARD_FOR;
            this.waits.as_mut().reset(Instant::now() + HEARD_PAUSE);
            this.heard = Some(Heard { bytes: 0, until });
        }
        this.hear_out(context).map(Ok)
    }
}

impl<S: AsyncRead + Unpin> Slow<S> {
    /// Reads what still comes, and drops it, until the other end closes or has had its time.
    fn hear_out(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let Some(heard) = &mut self.heard else {
            return Poll::Ready(());
        };
        let mut part = [0; 16 * 1024];
        while self.waits.as_mut().poll(context).is_pending() {
            let mut into = ReadBuf::new(&mut part);
            let read = ready!(Pin::new(&mut self.stream).poll_read(context, &mut into));
            heard.bytes += into.filled().len();
            if read.is_err() || into.filled().is_empty() || heard.bytes > HEARD_BYTES_MAX {
                break;
            }
            let pause = heard.until.min(Instant::now() + HEARD_PAUSE);
            self.waits.as_mut().reset(pause);
        }
        Poll::Ready(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::AsyncWriteExt;

    #[tokio::test]
    async fn a_write_that_nobody_reads_ends_in_time() {
        let (ours, _theirs) = tokio::io::duplex(16);
        let mut slow = Slow::new(ours, Duration::from_millis(20));
        slow.write_all(&[0; 16]).await.unwrap();
        let error = slow.write_all(&[0; 16]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test(start_paused = true)]
    async fn who_is_still_sending_is_heard_out_and_who_does_nothing_is_not_waited_for() {
        let began = Instant::now();
        let (ours, _idle) = tokio::io::duplex(16);
        Slow::new(ours, HEARD_FOR).shutdown().await.unwrap();
        assert_eq!(began.elapsed().as_millis(), HEARD_PAUSE.as_millis());

        let began = Instant::now();
        let (ours, mut theirs) = tokio::io::duplex(16);
        let sends = tokio::spawn(async move {
            let part = [0; 16];
            while theirs.write_all(&part).await.is_ok() {
                tokio::time::sleep(HEARD_PAUSE / 2).await;
            }
        });
        Slow::new(ours, HEARD_FOR).shutdown().await.unwrap();
        assert_eq!(began.elapsed().as_secs(), HEARD_FOR.as_secs());
        sends.await.unwrap();
    }
}
