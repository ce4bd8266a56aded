//! Bytes to a door, without a client that would keep to the rules.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// How long it waits for the next byte of an answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// Connects to a door such as `127.0.0.1:4280`.
pub fn knock(door: &str) -> TcpStream {
    let stream = TcpStream::connect(door).expect("the door is open");
    let set = stream.set_read_timeout(Some(PATIENCE));
    set.and_then(|()| stream.set_write_timeout(Some(PATIENCE)))
        .expect("a socket has patience");
    stream
}

/// Sends bytes, and reads until the other side closes. What it does not want to read is not sent.
pub fn say(door: &str, bytes: &[u8]) -> Vec<u8> {
    let mut stream = knock(door);
    let mut answer = Vec::new();
    if stream.write_all(bytes).is_ok() {
        stream.flush().unwrap_or(());
    }
    match stream.read_to_end(&mut answer) {
        Ok(_) => answer,
        Err(error) if error.kind() == ErrorKind::ConnectionReset => answer,
        Err(error) => unreachable!("neither an answer nor an end: {error}"),
    }
}

/// The status of an answer; none if there is none.
pub fn status(answer: &[u8]) -> Option<u16> {
    let line = answer.split(|byte| *byte == b'\n').next()?;
    let line = std::str::from_utf8(line).ok()?;
    line.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()
}
