//! A mail server in the test itself: keeps what it is sent, and is away when told to be.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::tcp::OwnedReadHalf;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// A letter as it came.
#[derive(Clone, Debug)]
pub struct Caught {
    pub message_id: String,
    pub to: String,
    pub subject: String,
    pub text: String,
}

/// Gone with the runtime it was started on.
#[derive(Clone)]
pub struct MailCatcher {
    pub url: String,
    caught: Arc<Mutex<Vec<Caught>>>,
    away: Arc<AtomicBool>,
    count: watch::Sender<usize>,
}

/// A letter comes in two writes, and the second waits for the first to be acknowledged: forty
/// milliseconds, unless asked not to wait.
fn acknowledge_at_once(reader: &BufReader<OwnedReadHalf>) {
    #[cfg(target_os = "linux")]
    let _ = reader.get_ref().as_ref().set_quickack(true);
    #[cfg(not(target_os = "linux"))]
    let _ = reader;
}

impl MailCatcher {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let catcher = Self {
            url: format!("smtp://{}", listener.local_addr().unwrap()),
            caught: Arc::default(),
            away: Arc::default(),
            count: watch::Sender::new(0),
        };
        let there = catcher.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let there = there.clone();
                // Whoever hangs up in the middle has said nothing.
                tokio::spawn(async move { drop(there.talk(stream).await) });
            }
        });
        catcher
    }

    /// Goes away, hanging up on whoever speaks, or comes back.
    pub fn go_away(&self, away: bool) {
        self.away.store(away, Ordering::SeqCst);
    }

    fn is_away(&self) -> bool {
        self.away.load(Ordering::SeqCst)
    }

    /// Everything caught so far, in the order in which it came.
    pub fn caught(&self) -> Vec<Caught> {
        self.caught.lock().unwrap().clone()
    }

    pub fn len(&self) -> usize {
        self.caught.lock().unwrap().len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Resolves once so many letters have come.
    pub async fn has(&self, letters: usize) {
        let mut count = self.count.subscribe();
        count.wait_for(|count| *count >= letters).await.unwrap();
    }

    async fn talk(&self, stream: TcpStream) -> std::io::Result<()> {
        if self.is_away() {
            return Ok(());
        }
        let (reader, mut writer) = stream.into_split();
        let mut reader = BufReader::new(reader);
        writer.write_all(b"220 catcher\r\n").await?;
        let mut line = Vec::new();
        loop {
            line.clear();
            if reader.read_until(b'\n', &mut line).await? == 0 || self.is_away() {
                return Ok(());
            }
            let word: String = line.iter().take(4).map(|c| char::from(*c)).collect();
            let answer: &[u8] = match word.to_ascii_uppercase().as_str() {
                "EHLO" => b"250-catcher\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n",
                "DATA" => {
                    writer.write_all(b"354 go on\r\n").await?;
                    let mut data = Vec::new();
                    loop {
                        acknowledge_at_once(&reader);
                        line.clear();
                        if reader.read_until(b'\n', &mut line).await? == 0 || self.is_away() {
                            return Ok(());
                        }
                        if line == b".\r\n" {
                            break;
                        }
                        data.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
                    }
                    self.keep(&data);
                    b"250 kept\r\n"
                }
                "QUIT" => return writer.write_all(b"221 bye\r\n").await,
                _ => b"250 ok\r\n",
            };
            writer.write_all(answer).await?;
        }
    }

    fn keep(&self, data: &[u8]) {
        let mail = mail_parser::MessageParser::default().parse(data).unwrap();
        let to = mail.to().and_then(|to| to.first()).unwrap();
        let mut caught = self.caught.lock().unwrap();
        caught.push(Caught {
            message_id: mail.message_id().unwrap().to_owned(),
            to: to.address().unwrap().to_owned(),
            subject: mail.subject().unwrap().to_owned(),
            text: mail.body_text(0).unwrap().into_owned(),
        });
        self.count.send_replace(caught.len());
    }
}
