//! A WebSocket client that costs next to nothing, since it shares the processors with the server that it measures: frames are made beforehand.

use domain::protocol::{CREDIT_FRAMES, ClientMessage};
use std::{io, net::SocketAddr};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// One connection.
pub struct Line {
    stream: TcpStream,
    buffer: Vec<u8>,
    read_to: usize,
    owed: u32,
}

impl Line {
    /// Opens a WebSocket at a path, with a cookie.
    pub async fn open(address: SocketAddr, path: &str, cookie: &str) -> io::Result<Self> {
        let mut stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nCookie: {cookie}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await?;
        let mut line = Self { stream, buffer: Vec::new(), read_to: 0, owed: 0 };
        let head = loop {
            line.read_more().await?;
            if let Some(end) = line.buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
        };
        if !line.buffer.starts_with(b"HTTP/1.1 101 ") {
            return Err(io::Error::other(String::from_utf8_lossy(&line.buffer).into_owned()));
        }
        line.read_to = head;
        Ok(line)
    }

    /// Sends what [`frame`] made.
    pub async fn send(&mut self, frame: &[u8]) -> io::Result<()> {
        self.stream.write_all(frame).await
    }

    /// The next text that comes.
    pub async fn next(&mut self) -> io::Result<&str> {
        loop {
            let Some((opcode, start, end)) = whole_frame(&self.buffer[self.read_to..]) else {
                self.read_more().await?;
                continue;
            };
            let (start, end) = (self.read_to + start, self.read_to + end);
            self.read_to = end;
            match opcode {
                1 => {
                    self.pay(start).await?;
                    return std::str::from_utf8(&self.buffer[start..end]).map_err(io::Error::other);
                }
                8 => return Err(io::Error::other("the server closed the socket")),
                9 => self.stream.write_all(&PONG).await?,
                _ => {}
            }
        }
    }

    /// The next text that begins like this; others are let go.
    pub async fn expect(&mut self, beginning: &str) -> io::Result<String> {
        loop {
            let text = self.next().await?;
            if text.starts_with(beginning) {
                return Ok(text.to_owned());
            }
        }
    }

    /// Lets as many frames of events come as have come.
    async fn pay(&mut self, start: usize) -> io::Result<()> {
        self.owed += u32::from(self.buffer[start..].starts_with(br#"{"Events""#));
        if self.owed == CREDIT_FRAMES / 2 {
            self.owed = 0;
            self.stream.write_all(&credit(CREDIT_FRAMES / 2)).await?;
        }
        Ok(())
    }

    async fn read_more(&mut self) -> io::Result<()> {
        self.buffer.drain(..self.read_to);
        self.read_to = 0;
        self.buffer.reserve(4096);
        match self.stream.read_buf(&mut self.buffer).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}

/// Lets so many frames of events come.
pub fn credit(frames: u32) -> Vec<u8> {
    frame(&serde_json::to_string(&ClientMessage::Credit { frames }).expect("messages serialise"))
}

/// An empty pong under a mask of zeros.
const PONG: [u8; 6] = [0x8a, 0x80, 0, 0, 0, 0];

/// A text in a frame as clients send it. The mask is there, and is zero: masking is not what is measured.
pub fn frame(text: &str) -> Vec<u8> {
    let mut frame = vec![0x81];
    match text.len() {
        length @ 0..126 => frame.push(0x80 | length as u8),
        length @ 126..0x1_0000 => {
            frame.push(0x80 | 126);
            frame.extend((length as u16).to_be_bytes());
        }
        length => {
            frame.push(0x80 | 127);
            frame.extend((length as u64).to_be_bytes());
        }
    }
    frame.extend([0; 4]);
    frame.extend(text.as_bytes());
    frame
}

/// Opcode, beginning and end of the contents of the frame at the beginning of these bytes, if all of it is there.
fn whole_frame(bytes: &[u8]) -> Option<(u8, usize, usize)> {
    let (opcode, length) = (bytes.first()? & 0x0f, bytes.get(1)? & 0x7f);
    let (start, length) = match length {
        126 => (4, u64::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?))),
        127 => (10, u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?)),
        short => (2, u64::from(short)),
    };
    let end = start + usize::try_from(length).ok()?;
    (bytes.len() >= end).then_some((opcode, start, end))
}
