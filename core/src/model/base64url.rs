//! Base64url without padding (RFC 4648 §5), for what everyone may see: signed objects, hashes, public keys.
//!
//! A record is one kilobyte of it, and a server reads tens of thousands a second: base64ct, which takes the same time for every
//! text so that secrets do not leak, costs a tenth of a signature check there. What is read here is no secret, and goes by
//! tables. Only the canonical text of some bytes is read: no padding, no other letters, no bits set beyond the last byte.

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// A bit that no six bits in their place have: the letter is none.
const BAD: u32 = 1 << 31;

/// The six bits of each letter, at the place where the first, second, third or fourth of a group has them.
static BITS: [[u32; 256]; 4] = tables();

const fn tables() -> [[u32; 256]; 4] {
    let mut bits = [[BAD; 256]; 4];
    let mut value = 0;
    while value < 64 {
        let letter = LETTERS[value] as usize;
        let mut place = 0;
        while place < 4 {
            #[expect(clippy::cast_possible_truncation, reason = "below 64")]
            let six = value as u32;
            bits[place][letter] = six << (18 - 6 * place);
            place += 1;
        }
        value += 1;
    }
    bits
}

const fn letter(bits: u32) -> u8 {
    LETTERS[(bits & 63) as usize]
}

/// How many letters so many bytes have.
pub(crate) const fn text_length(bytes: usize) -> usize {
    (bytes * 4).div_ceil(3)
}

/// How many bytes so many letters have; none for a number that no text has.
const fn bytes_length(letters: usize) -> Option<usize> {
    match letters % 4 {
        1 => None,
        rest => Some(letters / 4 * 3 + rest.saturating_sub(1)),
    }
}

/// Reads a text into the front of `bytes` and returns how many there are; `None` if it is none, or has more bytes than fit.
pub(crate) fn decode_into(text: &[u8], bytes: &mut [u8]) -> Option<usize> {
    let length = bytes_length(text.len())?;
    let bytes = bytes.get_mut(..length)?;
    let (groups, rest) = text.as_chunks::<4>();
    let (triples, last) = bytes.as_chunks_mut::<3>();
    let mut seen = 0;
    for (group, triple) in groups.iter().zip(triples) {
        let bits = BITS[0][usize::from(group[0])]
            | BITS[1][usize::from(group[1])]
            | BITS[2][usize::from(group[2])]
            | BITS[3][usize::from(group[3])];
        seen |= bits;
        let [_, first, second, third] = bits.to_be_bytes();
        *triple = [first, second, third];
    }
    let bits = rest.iter().zip(&BITS).fold(0, |bits, (byte, table)| bits | table[usize::from(*byte)]);
    seen |= bits;
    let [_, first, second, third] = bits.to_be_bytes();
    // What is set beyond the last byte would give the same bytes a second text.
    let beyond = match last {
        [] => 0,
        [one] => {
            *one = first;
            second | third
        }
        [one, two, ..] => {
            (*one, *two) = (first, second);
            third
        }
    };
    (seen & BAD == 0 && beyond == 0).then_some(length)
}

/// Reads a text.
pub(crate) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = vec![0; bytes_length(text.len())?];
    decode_into(text, &mut bytes)?;
    Some(bytes)
}

/// Appends the text of some bytes.
pub(crate) fn encode_to(bytes: &[u8], text: &mut String) {
    text.reserve(text_length(bytes.len()));
    let (triples, rest) = bytes.as_chunks::<3>();
    let mut push = |bits: u32, letters: usize| {
        let group = [letter(bits >> 18), letter(bits >> 12), letter(bits >> 6), letter(bits)];
        text.extend(group[..letters].iter().map(|letter| char::from(*letter)));
    };
    for [first, second, third] in triples {
        push(u32::from_be_bytes([0, *first, *second, *third]), 4);
    }
    match rest {
        [] => {}
        [one] => push(u32::from_be_bytes([0, *one, 0, 0]), 2),
        [one, two, ..] => push(u32::from_be_bytes([0, *one, *two, 0]), 3),
    }
}

#[cfg(test)]
mod tests {
    use base64ct::{Base64UrlUnpadded, Encoding as _};
    use proptest::prelude::*;

    use super::*;

    fn encode(bytes: &[u8]) -> String {
        let mut text = String::new();
        encode_to(bytes, &mut text);
        text
    }

    #[test]
    fn the_vectors_of_rfc_4648_and_its_two_letters_of_its_own() {
        for (bytes, text) in
            [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(
                (encode(bytes.as_bytes()).as_str(), decode(text.as_bytes()).as_deref()),
                (text, Some(bytes.as_bytes()))
            );
        }
        assert_eq!(decode(b"-_-_"), Some(vec![0xfb, 0xff, 0xbf]));
    }

    #[test]
    fn padding_other_letters_and_bits_beyond_the_end_are_refused() {
        for bad in
            ["Zg==", "Z", "Zm9vY", "Zm+v", "Zm/v", "Zm9v ", " m9v", "Zm\n9", "Zh", "Zm9", "Zm8=", "\u{e9}v", "Zm9v\0\0"]
        {
            assert_eq!(decode(bad.as_bytes()), None, "{bad:?}");
        }
        assert_eq!(decode_into(b"Zm9v", &mut [0; 2]), None, "it does not fit");
    }

    proptest! {
        #[test]
        fn bytes_come_back_and_have_one_text(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let text = encode(&bytes);
            prop_assert_eq!(&text, &Base64UrlUnpadded::encode_string(&bytes));
            prop_assert_eq!(text.len(), text_length(bytes.len()));
            prop_assert_eq!(decode(text.as_bytes()), Some(bytes));
        }

        #[test]
        fn exactly_what_the_slow_reader_takes_is_taken(text in "[A-Za-z0-9_=+/ -]{0,24}") {
            prop_assert_eq!(decode(text.as_bytes()), Base64UrlUnpadded::decode_vec(&text).ok());
        }

        #[test]
        fn any_bytes_are_read_or_refused(text in proptest::collection::vec(any::<u8>(), 0..24)) {
            if let Some(bytes) = decode(&text) {
                prop_assert_eq!(encode(&bytes).into_bytes(), text);
            }
        }
    }
}
