#![allow(clippy::unwrap_used)]

use std::io::{Read, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;

use super::*;

/// Hands a text over in pieces of so many bytes.
struct Slowly<'t>(&'t [u8], usize);

impl Read for Slowly<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.1.min(self.0.len()).min(out.len());
        let (now, later) = self.0.split_at(count);
        out[..count].copy_from_slice(now);
        self.0 = later;
        Ok(count)
    }
}

type Cut = (Vec<(u64, u64, String)>, Option<Fault>);

/// Every feature with its line and number, and what was wrong in the end.
fn cut(text: &[u8], piece: usize) -> Cut {
    let reader = BufReader::with_capacity(piece, Slowly(text, piece));
    let mut sequence = Sequence::open(reader).unwrap();
    let mut found = Vec::new();
    loop {
        match sequence.advance() {
            Ok(Some(raw)) => {
                let text = String::from_utf8_lossy(raw.bytes).into_owned();
                found.push((raw.line, raw.ordinal, text));
            }
            Ok(None) => return (found, None),
            Err(Broken::Fault(fault)) => return (found, Some(fault)),
            Err(Broken::Unreadable(error)) => panic!("{error}"),
        }
    }
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(text).unwrap();
    packed.finish().unwrap()
}

fn wrong(text: &[u8]) -> (u64, u64, Wrong) {
    let Some(Fault { at, wrong }) = cut(text, 7).1 else {
        panic!("nothing is wrong");
    };
    match at {
        Spot::Feature { line, feature, .. } => (line, feature, wrong),
        _ => (0, 0, wrong),
    }
}

#[test]
fn the_features_of_a_collection_come_with_their_lines() {
    let text = "\u{feff}{\"name\": \"features\", \"type\": \"FeatureCollection\",\n\"features\" : [\n{\"a\": [1]},\n\
        {\"b\": \"]}\\\"{\"}\n], \"bbox\": [1, 2]}\n";
    let (found, fault) = cut(text.as_bytes(), 3);
    assert_eq!(fault, None);
    let expected = [(3, 1, "{\"a\": [1]}"), (4, 2, "{\"b\": \"]}\\\"{\"}")];
    assert_eq!(
        found,
        expected.map(|(line, ordinal, text)| (line, ordinal, text.to_owned()))
    );
}

#[test]
fn an_empty_collection_has_no_features() {
    let text = br#"{"type": "FeatureCollection", "features": []}"#;
    assert_eq!(cut(text, 64), (vec![], None));
}

#[test]
fn a_sequence_is_read_with_and_without_record_separators() {
    let lines = "{\"a\": 1}\n\n{\"b\":\n{}}\n".to_owned();
    let records = "\u{1e}{\"a\": 1}\n\n\u{1e}{\"b\":\n{}}\n".to_owned();
    let expected = vec![
        (1, 1, "{\"a\": 1}".to_owned()),
        (3, 2, "{\"b\":\n{}}".to_owned()),
    ];
    assert_eq!(cut(lines.as_bytes(), 5), (expected.clone(), None));
    assert_eq!(cut(records.as_bytes(), 5), (expected, None));
}

#[test]
fn a_text_that_is_cut_off_is_told_where_it_begins() {
    let cut_by_the_next = b"\x1e{\"a\": 1}\n\x1e{\"b\": {\n\x1e{\"c\": 1}\n";
    assert_eq!(wrong(cut_by_the_next), (2, 2, Wrong::JsonEnds));
    assert_eq!(wrong(b"{\"a\": 1}\n{\"b\": "), (2, 2, Wrong::JsonEnds));
    let collection = br#"{"type": "FeatureCollection", "features": [{}, {}"#;
    assert_eq!(wrong(collection), (1, 3, Wrong::JsonEnds));
}

#[test]
fn what_is_no_sequence_of_features_is_refused() {
    for text in ["", " \n", "[]", "code,name\n", "\u{feff}", "PK\u{3}\u{4}"] {
        let (_, _, wrong) = wrong(text.as_bytes());
        assert!(matches!(wrong, Wrong::JsonShape { .. }), "{text:?}");
    }
    let other = br#"{"type": "Topology", "features": [{}]}"#;
    assert!(matches!(wrong(other).2, Wrong::NoCollection { .. }));
    let two = br#"{"type": "FeatureCollection", "features": []} {}"#;
    assert_eq!(wrong(two).2, Wrong::JsonSyntax);
    let comma = br#"{"type": "FeatureCollection", "features": [{} {}]}"#;
    assert_eq!(wrong(comma).2, Wrong::JsonSyntax);
}

#[test]
fn a_collection_in_web_mercator_is_refused_and_one_in_cgcs2000_is_read() {
    let text = |name: &str| {
        format!(
            r#"{{"type": "FeatureCollection", "crs": {{"type": "name", "properties": {{"name": "{name}"}}}}, "features": []}}"#
        )
    };
    let mercator = wrong(text("urn:ogc:def:crs:EPSG::3857").as_bytes()).2;
    let text_of_it = "urn:ogc:def:crs:EPSG::3857".to_owned();
    assert_eq!(mercator, WrongGrid::OtherSystem { text: text_of_it }.into());
    assert_eq!(
        cut(text("urn:ogc:def:crs:EPSG::4490").as_bytes(), 9).1,
        None
    );
}

#[test]
fn deep_nesting_is_refused_at_its_line() {
    let text = format!("{{}}\n{{\"a\": {}", "[".repeat(1_000_000));
    let most = MAX_DEPTH;
    assert_eq!(
        wrong(text.as_bytes()),
        (2, 2, WrongGrid::TooDeep { most }.into())
    );
}

#[test]
fn a_packed_file_that_is_cut_off_is_refused_with_its_line() {
    let line = "{\"type\": \"Feature\", \"properties\": {\"name\": \"柘汪\"}}\n";
    let packed = gzip(line.repeat(2_000).as_bytes());
    assert_eq!(cut(&packed, 4_096).1, None);
    assert_eq!(cut(&packed, 4_096).0.len(), 2_000);
    for kept in [2, 11, packed.len() / 2, packed.len() - 1] {
        let (_, fault) = cut(&packed[..kept], 4_096);
        let damaged = fault.map(|fault| fault.wrong);
        assert_eq!(damaged, Some(WrongGrid::GzipDamaged.into()), "{kept}");
    }
}

#[test]
fn several_packed_parts_are_one_file() {
    let mut packed = gzip(b"{\"a\": 1}\n");
    packed.extend(gzip(b"{\"b\": 1}\n"));
    assert_eq!(cut(&packed, 64).0.len(), 2);
}

/// A text without an end that is made while it is read.
struct Endless {
    line: Vec<u8>,
    at: usize,
    left: u64,
}

impl Read for Endless {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.left).unwrap_or(usize::MAX);
        let rest = &self.line[self.at..];
        let count = rest.len().min(out.len()).min(left);
        out[..count].copy_from_slice(&rest[..count]);
        self.at = (self.at + count) % self.line.len();
        self.left -= count as u64;
        Ok(count)
    }
}

#[test]
fn of_two_hundred_megabytes_no_more_than_a_feature_is_held() {
    let line = format!("{{\"a\": \"{}\"}}\n", "x".repeat(1_000_000)).into_bytes();
    let count = 200;
    let left = line.len() as u64 * count;
    let endless = Endless { line, at: 0, left };
    let mut sequence = Sequence::open(BufReader::with_capacity(STEP, endless)).unwrap();
    while let Some(raw) = sequence.advance().unwrap() {
        assert!(raw.bytes.len() > 1_000_000);
    }
    assert_eq!(sequence.features(), count);
    assert_eq!(sequence.bytes(), left);
    assert!(sequence.held() <= MAX_FEATURE_BYTES);
}

#[test]
fn a_feature_of_any_size_is_refused_at_two_mebibytes() {
    let endless = Endless {
        line: b"xxxxxxxx".to_vec(),
        at: 0,
        left: u64::MAX,
    };
    // A string that never ends.
    let text = Cursor::new(b"{}\n{\"a\": \"".to_vec()).chain(endless);
    let mut sequence = Sequence::open(BufReader::with_capacity(STEP, text)).unwrap();
    assert!(sequence.advance().unwrap().is_some());
    let Err(Broken::Fault(fault)) = sequence.advance().map(|raw| raw.map(|raw| raw.line)) else {
        panic!("it was taken");
    };
    let most = MAX_FEATURE_BYTES;
    assert_eq!(fault.wrong, WrongGrid::FeatureTooLarge { most }.into());
    assert!(sequence.held() <= MAX_FEATURE_BYTES);
    assert!(sequence.advance().unwrap().is_none());
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<i64>().prop_map(Value::from),
        "[\\PC]{0,8}".prop_map(Value::from),
        "[{}\\[\\],:\"\\\\]{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("features|type|[a-z]{0,3}", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_as_a_collection_or_a_sequence_is_cut_into_the_same(
        features in prop::collection::vec(json(), 0..6),
        piece in 1..40_usize,
    ) {
        // A member `features` of the first object would make a collection of a sequence.
        let features: Vec<Value> =
            features.into_iter().map(|inner| serde_json::json!({"x": inner})).collect();
        let written: Vec<String> = features.iter().map(Value::to_string).collect();
        let collection = format!(
            "{{\"type\":\"FeatureCollection\",\"features\":[{}],\"x\":{{}}}}",
            written.join(" ,\n")
        );
        let mut sequence = String::new();
        for text in &written {
            sequence.push('\u{1e}');
            sequence.push_str(text);
            sequence.push('\n');
        }
        let texts = |(found, fault): Cut| {
            assert_eq!(fault, None);
            found.into_iter().map(|(_, _, text)| text).collect::<Vec<_>>()
        };
        prop_assert_eq!(&texts(cut(collection.as_bytes(), piece)), &written);
        prop_assert_eq!(&texts(cut(&gzip(collection.as_bytes()), piece)), &written);
        if !written.is_empty() {
            prop_assert_eq!(&texts(cut(sequence.as_bytes(), piece)), &written);
        }
    }

    #[test]
    fn no_bytes_whatever_make_it_panic(
        text in prop::collection::vec(prop_oneof![any::<u8>(), Just(b'{'), Just(b'"'), Just(b']')], 0..200),
        piece in 1..20_usize,
    ) {
        let _ = cut(&text, piece);
    }
}
