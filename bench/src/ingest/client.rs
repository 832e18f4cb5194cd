//! A connection that is kept alive and speaks just enough HTTP/1.1 to send what was made beforehand: its own cost is small
//! beside the server's, and is measured with the rest.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
};

use crate::site::Outcome;

/// A connection with one request under way at a time.
pub(super) struct Connection {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Connection {
    pub(super) fn open(address: SocketAddr) -> Outcome<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, read: Vec::with_capacity(16 << 10) })
    }

    /// Sends a request and returns the body of its answer.
    ///
    /// # Errors
    /// An answer that is not a success is one, with what it says.
    pub(super) fn exchange(&mut self, request: &[u8]) -> Outcome<Vec<u8>> {
        self.stream.write_all(request)?;
        self.read.clear();
        let (status, body_at, length) = loop {
            if let Some(head) = head_of(&self.read)? {
                break head;
            }
            self.more()?;
        };
        while self.read.len() < body_at + length {
            self.more()?;
        }
        let body = self.read.split_off(body_at);
        if (200..300).contains(&status) {
            Ok(body)
        } else {
            Err(format!("the server answered {status}: {}", String::from_utf8_lossy(&body)).into())
        }
    }

    fn more(&mut self) -> Outcome<()> {
        let mut part = [0; 16 << 10];
        match self.stream.read(&mut part)? {
            0 => Err("the server closed the connection within an answer".into()),
            count => {
                self.read.extend_from_slice(&part[..count]);
                Ok(())
            }
        }
    }
}

/// Status, where the body begins, and how long it is; none before the head is whole.
fn head_of(read: &[u8]) -> Outcome<Option<(u16, usize, usize)>> {
    let Some(end) = read.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
    let head = std::str::from_utf8(&read[..end])?;
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).ok_or("an answer without a status")?;
    let length = lines
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .map_or(Ok(0), |(_, value)| value.trim().parse())?;
    Ok(Some((status.parse()?, end + 4, length)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_once_it_is_whole() {
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nx: y\r\n\r\nabc";
        let body_at = answer.len() - 3;
        for cut in 0..body_at {
            assert_eq!(head_of(&answer[..cut]).unwrap(), None, "cut at {cut}");
        }
        assert_eq!(head_of(answer).unwrap(), Some((200, body_at, 3)));
        assert_eq!(head_of(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap(), Some((204, 27, 0)));
        assert!(head_of(b"nonsense\r\n\r\n").is_err());
    }
}
