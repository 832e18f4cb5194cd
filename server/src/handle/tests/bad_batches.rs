//! Batches that are refused whole.

use super::*;

#[test]
fn bad_batches_are_refused_whole_with_the_code_that_says_why() {
    let mut bench = bench();
    let mut phone = bench.enrolled(1);
    let mut stranger = Phone::new(9);
    let good = phone.taps(3);
    let foreign = stranger.taps(1);
    let text = |records: &[&str]| lines(records.iter().copied());
    let tampered = {
        let (start, end) = good[1].compact().split_at(200);
        let flipped = if end.starts_with('A') { "B" } else { "A" };
        format!("{start}{flipped}{}", &end[1..])
    };
    let wrong_alg = {
        let (_, rest) = good[1].compact().split_once('.').unwrap();
        let header = format!(r#"{{"alg":"EdDSA","typ":"hadir-record","kid":"{}"}}"#, phone.key.kid());
        format!("{}.{rest}", b64(header.as_bytes()))
    };
    let next_epoch = {
        let start = Body::Epoch(EpochStart { cause: EpochCause::Damage, last_good: None, missing: None });
        let mut record = phone.payload(1, 50, &start);
        record.epoch = 2;
        sign(&phone.key, &record).unwrap()
    };
    let newer = {
        let payload = serde_json::to_string(good[1].payload()).unwrap().replacen(r#""v":1"#, r#""v":2"#, 1);
        let (header, rest) = good[1].compact().split_once('.').unwrap();
        let (_, signature) = rest.split_once('.').unwrap();
        format!("{header}.{}.{signature}", b64(payload.as_bytes()))
    };
    let (a, b, c) = (good[0].compact(), good[1].compact(), good[2].compact());
    let many: Vec<&str> = (0..=BATCH_OBJECTS).map(|_| a).collect();
    let huge = "x".repeat(OBJECT_BYTES + 1);
    let upload = |bytes: Vec<u8>| phone.upload_bytes(bytes);
    let cases: Vec<(&str, HttpIn, ProblemCode, Option<u32>)> = vec![
        ("empty", upload(Vec::new()), ProblemCode::BadRequest, None),
        ("no LF at the end", upload(a.as_bytes().to_vec()), ProblemCode::BadRequest, None),
        ("an empty line", upload(text(&[a, "", c])), ProblemCode::BadRecord, Some(1)),
        ("no JWS", upload(text(&[a, "hello"])), ProblemCode::BadRecord, Some(1)),
        ("no text", upload(b"\xff\xfe\n".to_vec()), ProblemCode::BadRecord, Some(0)),
        ("tampered", upload(text(&[a, &tampered, c])), ProblemCode::BadRecord, Some(1)),
        ("wrong alg", upload(text(&[a, &wrong_alg])), ProblemCode::BadRecord, Some(1)),
        ("someone else's", upload(text(&[a, foreign[0].compact()])), ProblemCode::BadRecord, Some(1)),
        (
            "another role",
            upload(text(&[phone.ask("GET", "/v1/head", Vec::new()).request.as_deref().unwrap()])),
            ProblemCode::BadRecord,
            Some(0),
        ),
        ("reordered", upload(text(&[b, a])), ProblemCode::BadRecord, Some(1)),
        ("twice", upload(text(&[a, a])), ProblemCode::BadRecord, Some(1)),
        ("two epochs", upload(text(&[a, next_epoch.compact()])), ProblemCode::BadRecord, Some(1)),
        ("a newer version", upload(text(&[a, &newer])), ProblemCode::UnsupportedVersion, Some(1)),
        ("an object too long", upload(text(&[a, &huge])), ProblemCode::BadRecord, Some(1)),
        ("too many objects", upload(text(&many)), ProblemCode::TooLarge, None),
        ("too many bytes", HttpIn { body: BodyIn::TooLong, ..upload(text(&[a])) }, ProblemCode::TooLarge, None),
        ("a gzip bomb", phone.upload_gzip(&vec![b'a'; 64 * BATCH_UNPACKED_BYTES]), ProblemCode::TooLarge, None),
        ("gzip cut off", cut_gzip(&phone, &text(&[a, b])), ProblemCode::BadRequest, None),
        ("gzip and more", after_gzip(&phone, &text(&[a, b])), ProblemCode::BadRequest, None),
        (
            "an encoding",
            HttpIn { content_encoding: Some("br".into()), ..upload(text(&[a])) },
            ProblemCode::UnsupportedMedia,
            None,
        ),
        (
            "a type",
            HttpIn { content_type: Some("application/json".into()), ..upload(text(&[a])) },
            ProblemCode::UnsupportedMedia,
            None,
        ),
        ("no type", HttpIn { content_type: None, ..upload(text(&[a])) }, ProblemCode::UnsupportedMedia, None),
    ];
    for (what, input, code, index) in cases {
        let answer = bench.send(input);
        let said = problem(&answer);
        assert_eq!((said.code, said.index), (code, index), "{what}: {}", said.detail);
        assert_eq!(head(&answer).seq, 0, "{what}");
    }
    assert_eq!(totals(&bench), Totals::default());
    assert_eq!(outcomes(&bench.send(phone.upload(&good))), [Outcome::Stored; 3]);
}

fn b64(bytes: &[u8]) -> String {
    use base64ct::Encoding as _;
    base64ct::Base64UrlUnpadded::encode_string(bytes)
}

fn cut_gzip(phone: &Phone, bytes: &[u8]) -> HttpIn {
    let mut packed = gzip(bytes);
    packed.truncate(packed.len() / 2);
    HttpIn { content_encoding: Some("gzip".into()), ..phone.upload_bytes(packed) }
}

fn after_gzip(phone: &Phone, bytes: &[u8]) -> HttpIn {
    let packed = [gzip(bytes), gzip(bytes)].concat();
    HttpIn { content_encoding: Some("gzip".into()), ..phone.upload_bytes(packed) }
}
