//! Features of a file one after the other, without holding the file.
//!
//! What a file is, is told by its content: gzip by its first two bytes; a `FeatureCollection` (RFC 7946) by a member
//! `features` of its first object; else a sequence of features, with record separators before them (RFC 8142), each on a
//! line of its own, or with blanks between. Features are cut out by counting brackets; whether one is JSON at all is the
//! question of whoever reads it.

use std::io::{self, BufRead, BufReader, Cursor, ErrorKind, Read};

use flate2::bufread::MultiGzDecoder;
use serde::Deserialize;
use serde_json::Value;

use super::fault::{Fault, Spot, Wrong, WrongGrid};

/// The largest feature, and the largest rest of a collection, in bytes.
pub const MAX_FEATURE_BYTES: usize = 2 * 1024 * 1024;
/// How deep brackets may stand in each other.
pub const MAX_DEPTH: usize = 32;
/// The largest file after unpacking, in bytes: 16 GiB.
pub const MAX_SEQUENCE_BYTES: u64 = 16 << 30;

pub(super) const EXAMPLE: &str = r#"{"type": "Feature", "properties": {}, "geometry": {}}"#;

const COLLECTION: &str = r#"{"type": "FeatureCollection", "features": []}"#;

/// Begins a text in a sequence.
const RECORD: u8 = 0x1e;
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
const GZIP: &[u8] = &[0x1f, 0x8b];
const FEATURES: &[u8] = b"features";
/// The buffer grows in such steps at least.
const STEP: usize = 64 * 1024;

/// Why there is no next feature.
#[derive(Debug)]
pub enum Broken {
    /// The file is wrong.
    Fault(Fault),
    /// The file cannot be read.
    Unreadable(io::Error),
}

impl From<Fault> for Broken {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// A feature as it stands in the file.
#[derive(Copy, Clone, Debug)]
pub struct Raw<'s> {
    pub bytes: &'s [u8],
    /// The line in which it begins, counted from 1 in the unpacked text.
    pub line: u64,
    /// Its number in the file, counted from 1.
    pub ordinal: u64,
}

/// The features of a file.
pub struct Sequence<'r> {
    text: Box<dyn BufRead + 'r>,
    is_gzip: bool,
    form: Form,
    /// The feature that is being cut out.
    buffer: Vec<u8>,
    /// Of a collection: everything but its features.
    envelope: Vec<u8>,
    /// Where the next byte stands.
    line: u64,
    bytes: u64,
    ordinal: u64,
}

enum Form {
    Unknown,
    Collection(Expects),
    Sequence,
    Ended,
}

#[derive(Copy, Clone, PartialEq, Eq)]
enum Expects {
    First,
    Comma,
    Next,
}

impl<'r> Sequence<'r> {
    /// Looks at the first bytes and no further.
    pub fn open(mut reader: impl BufRead + 'r) -> io::Result<Self> {
        let mut head = Vec::with_capacity(GZIP.len());
        reader
            .by_ref()
            .take(GZIP.len() as u64)
            .read_to_end(&mut head)?;
        let is_gzip = head == GZIP;
        let whole = Cursor::new(head).chain(reader);
        Ok(Self {
            text: if is_gzip {
                Box::new(BufReader::with_capacity(STEP, MultiGzDecoder::new(whole)))
            } else {
                Box::new(whole)
            },
            is_gzip,
            form: Form::Unknown,
            buffer: Vec::new(),
            envelope: Vec::new(),
            line: 1,
            bytes: 0,
            ordinal: 0,
        })
    }

    /// The next feature; none after the last. After an error there is none either.
    pub fn advance(&mut self) -> Result<Option<Raw<'_>>, Broken> {
        match self.cut() {
            Ok(None) => {
                self.form = Form::Ended;
                Ok(None)
            }
            Ok(Some(line)) => {
                self.ordinal += 1;
                Ok(Some(Raw {
                    bytes: &self.buffer,
                    line,
                    ordinal: self.ordinal,
                }))
            }
            Err(broken) => {
                self.form = Form::Ended;
                Err(broken)
            }
        }
    }

    /// How many features came so far.
    pub const fn features(&self) -> u64 {
        self.ordinal
    }

    /// How many bytes of the unpacked text were read so far.
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Puts the next feature into the buffer; answers its line.
    fn cut(&mut self) -> Result<Option<u64>, Broken> {
        if matches!(self.form, Form::Unknown) {
            self.skip_mark()?;
        }
        match self.form {
            Form::Ended => Ok(None),
            Form::Collection(expects) => self.cut_from_collection(expects),
            Form::Unknown | Form::Sequence => {
                let first = matches!(self.form, Form::Unknown);
                let Some(byte) = self.skip_blanks(true)? else {
                    return if first { Err(self.shape()) } else { Ok(None) };
                };
                if byte != b'{' {
                    return Err(self.shape());
                }
                self.form = Form::Sequence;
                let line = self.line;
                self.buffer.clear();
                if self.scan(Nesting::object(first), line)? {
                    return Ok(Some(line));
                }
                self.envelope = std::mem::take(&mut self.buffer);
                self.cut_from_collection(Expects::First)
            }
        }
    }

    fn cut_from_collection(&mut self, expects: Expects) -> Result<Option<u64>, Broken> {
        let byte = self.skip_blanks(false)?;
        match (expects, byte) {
            (_, None) => Err(self.at(self.line, Wrong::JsonEnds)),
            (Expects::First | Expects::Next, Some(b'{')) => {
                self.form = Form::Collection(Expects::Comma);
                let line = self.line;
                self.buffer.clear();
                self.scan(Nesting::object(false), line)?;
                Ok(Some(line))
            }
            (Expects::First | Expects::Comma, Some(b']')) => self.close_collection(),
            (Expects::Comma, Some(b',')) => {
                self.consume(1);
                self.cut_from_collection(Expects::Next)
            }
            (Expects::First | Expects::Next, Some(_)) => Err(self.shape()),
            (Expects::Comma, Some(_)) => Err(self.at(self.line, Wrong::JsonSyntax)),
        }
    }

    /// Reads what follows the features, and looks at the collection as it is without them.
    fn close_collection(&mut self) -> Result<Option<u64>, Broken> {
        let line = self.line;
        self.buffer = std::mem::take(&mut self.envelope);
        self.scan(Nesting::rest(), line)?;
        let wrong = match serde_json::from_slice::<Envelope>(&self.buffer) {
            Ok(envelope) => envelope.wrong(),
            Err(error) if error.is_data() => Some(Wrong::JsonShape {
                example: COLLECTION,
            }),
            Err(_) => Some(Wrong::JsonSyntax),
        };
        if let Some(wrong) = wrong {
            return Err(Broken::Fault(Fault {
                at: Spot::File,
                wrong,
            }));
        }
        match self.skip_blanks(false)? {
            None => Ok(None),
            Some(_) => Err(self.at(self.line, Wrong::JsonSyntax)),
        }
    }

    /// Moves bytes into the buffer until the brackets are closed. False where the features of a collection begin
    /// instead; their `[` is in the buffer.
    fn scan(&mut self, mut nesting: Nesting, begun: u64) -> Result<bool, Broken> {
        loop {
            let chunk = match self.text.fill_buf() {
                Ok([]) => return Err(self.at(begun, Wrong::JsonEnds)),
                Ok(chunk) => chunk,
                Err(error) => return Err(self.unreadable(error)),
            };
            let mut step = Step::More;
            let mut used = 0;
            for &byte in chunk {
                step = nesting.take(byte);
                used += 1;
                self.line += u64::from(byte == b'\n');
                if step != Step::More {
                    break;
                }
            }
            let fits = keep(&mut self.buffer, chunk.get(..used).unwrap_or(chunk));
            self.text.consume(used);
            self.bytes += used as u64;
            if !fits {
                let most = MAX_FEATURE_BYTES;
                return Err(self.at(begun, WrongGrid::FeatureTooLarge { most }.into()));
            }
            self.within()?;
            match step {
                Step::More => {}
                Step::Closed => return Ok(true),
                Step::Features => return Ok(false),
                Step::Cut => return Err(self.at(begun, Wrong::JsonEnds)),
                Step::TooDeep => {
                    let most = MAX_DEPTH;
                    return Err(self.at(begun, WrongGrid::TooDeep { most }.into()));
                }
            }
        }
    }

    /// The next byte that is no blank, which stays; none at the end.
    fn skip_blanks(&mut self, records: bool) -> Result<Option<u8>, Broken> {
        let is_blank =
            |byte: u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n') || (records && byte == RECORD);
        loop {
            let chunk = match self.text.fill_buf() {
                Ok([]) => return Ok(None),
                Ok(chunk) => chunk,
                Err(error) => return Err(self.unreadable(error)),
            };
            let blanks = chunk.iter().take_while(|byte| is_blank(**byte));
            let (mut used, mut lines) = (0, 0);
            for byte in blanks {
                used += 1;
                lines += u64::from(*byte == b'\n');
            }
            let next = chunk.get(used).copied();
            self.consume(used);
            self.line += lines;
            self.within()?;
            if next.is_some() {
                return Ok(next);
            }
        }
    }

    /// Passes the byte order mark, which a reader may hand over in pieces. What begins like one is one or no feature.
    fn skip_mark(&mut self) -> Result<(), Broken> {
        let mut marked = 0;
        for expected in BYTE_ORDER_MARK {
            match self.text.fill_buf() {
                Ok([first, ..]) if first == expected => {
                    self.text.consume(1);
                    marked += 1;
                }
                Ok(_) => break,
                Err(error) => return Err(self.unreadable(error)),
            }
        }
        self.bytes += marked;
        if marked == 0 || marked == BYTE_ORDER_MARK.len() as u64 {
            Ok(())
        } else {
            Err(self.shape())
        }
    }

    fn consume(&mut self, bytes: usize) {
        self.text.consume(bytes);
        self.bytes += bytes as u64;
    }

    fn within(&self) -> Result<(), Broken> {
        if self.bytes <= MAX_SEQUENCE_BYTES {
            return Ok(());
        }
        let most = MAX_SEQUENCE_BYTES;
        Err(self.at(self.line, WrongGrid::TooManyBytes { most }.into()))
    }

    fn shape(&self) -> Broken {
        self.at(self.line, Wrong::JsonShape { example: EXAMPLE })
    }

    /// What is wrong with the feature that comes next, which begins in this line.
    fn at(&self, line: u64, wrong: Wrong) -> Broken {
        Broken::Fault(Fault {
            at: Spot::Feature {
                line,
                feature: self.ordinal + 1,
                pointer: String::new(),
            },
            wrong,
        })
    }

    /// Damage within a packed file is a fault of the file; everything else is one of the machine.
    fn unreadable(&self, error: io::Error) -> Broken {
        let damaged = matches!(
            error.kind(),
            ErrorKind::UnexpectedEof | ErrorKind::InvalidInput | ErrorKind::InvalidData
        );
        if self.is_gzip && damaged {
            self.at(self.line, WrongGrid::GzipDamaged.into())
        } else {
            Broken::Unreadable(error)
        }
    }

    /// The most that was ever held of the file at once, the reader's own chunk excepted.
    #[cfg(test)]
    pub fn held(&self) -> usize {
        self.buffer.capacity() + self.envelope.capacity()
    }
}

/// Appends, if the whole does not become too large. Nothing is allocated beyond the limit.
fn keep(buffer: &mut Vec<u8>, bytes: &[u8]) -> bool {
    let wanted = buffer.len().saturating_add(bytes.len());
    if wanted > MAX_FEATURE_BYTES {
        return false;
    }
    if wanted > buffer.capacity() {
        let doubled = wanted.max(2 * buffer.capacity());
        let grown = doubled.clamp(STEP, MAX_FEATURE_BYTES);
        buffer.reserve_exact(grown - buffer.len());
    }
    buffer.extend_from_slice(bytes);
    true
}

/// A collection without its features.
#[derive(Deserialize)]
struct Envelope {
    #[serde(rename = "type")]
    kind: String,
    crs: Option<Value>,
}

/// The systems by which older files (`GeoJSON` of 2008) and GDAL name degrees in WGS 84 and CGCS2000.
const KNOWN_SYSTEMS: [&str; 7] = [
    "urn:ogc:def:crs:OGC:1.3:CRS84",
    "urn:ogc:def:crs:OGC::CRS84",
    "urn:ogc:def:crs:EPSG::4326",
    "urn:ogc:def:crs:EPSG::4490",
    "EPSG:4326",
    "EPSG:4490",
    "OGC:CRS84",
];

impl Envelope {
    fn wrong(self) -> Option<Wrong> {
        if self.kind != "FeatureCollection" {
            return Some(Wrong::NoCollection { text: self.kind });
        }
        let crs = self.crs?;
        let name = crs.pointer("/properties/name").and_then(Value::as_str);
        if name.is_some_and(|name| KNOWN_SYSTEMS.contains(&name)) {
            return None;
        }
        let text = name.map_or_else(|| crs.to_string(), str::to_owned);
        let text = text.chars().take(100).collect();
        Some(WrongGrid::OtherSystem { text }.into())
    }
}

/// Which brackets are open.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is what one byte needs to know of those before it"
)]
struct Nesting {
    depth: usize,
    in_string: bool,
    escaped: bool,
    /// Whether it may be a collection, whose features are not moved into the buffer.
    outermost: bool,
    /// The string that was read last at the first level, as far as it counts.
    key: [u8; FEATURES.len()],
    length: usize,
    /// A colon stands behind the key `features`.
    announced: bool,
}

#[derive(Copy, Clone, PartialEq, Eq)]
enum Step {
    More,
    Closed,
    Features,
    /// A new text begins within this one.
    Cut,
    TooDeep,
}

impl Nesting {
    /// Before the `{` of an object.
    const fn object(outermost: bool) -> Self {
        Self {
            depth: 0,
            in_string: false,
            escaped: false,
            outermost,
            key: [0; FEATURES.len()],
            length: 0,
            announced: false,
        }
    }

    /// Before the `]` that ends the features of a collection.
    const fn rest() -> Self {
        Self {
            depth: 2,
            ..Self::object(false)
        }
    }

    fn take(&mut self, byte: u8) -> Step {
        if byte == RECORD {
            return Step::Cut;
        }
        if self.in_string {
            self.take_of_string(byte);
            return Step::More;
        }
        let announced = std::mem::take(&mut self.announced);
        match byte {
            b'"' => {
                self.in_string = true;
                self.length = 0;
            }
            b'[' if announced => return Step::Features,
            b'{' | b'[' => {
                self.depth += 1;
                if self.depth > MAX_DEPTH {
                    return Step::TooDeep;
                }
            }
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                if self.depth == 0 {
                    return Step::Closed;
                }
            }
            b':' => {
                self.announced = self.outermost
                    && self.depth == 1
                    && self.length == FEATURES.len()
                    && self.key == FEATURES;
            }
            b' ' | b'\t' | b'\r' | b'\n' => self.announced = announced,
            _ => {}
        }
        Step::More
    }

    fn take_of_string(&mut self, byte: u8) {
        if self.escaped {
            self.escaped = false;
        } else if byte == b'"' {
            self.in_string = false;
            return;
        } else if byte == b'\\' {
            self.escaped = true;
        }
        if let Some(place) = self.key.get_mut(self.length) {
            *place = byte;
        }
        self.length = self.length.saturating_add(1);
    }
}

#[cfg(test)]
mod tests;
