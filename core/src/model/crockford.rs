//! Crockford's base32, for codes that people read aloud and type: no I, L, O or U, and whoever types them is understood.

/// The letters, by value.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Writes the lowest `5 × length` bits, the highest first.
pub(crate) fn text(bits: u64, length: u32) -> String {
    let letter = |place: u32| char::from(LETTERS[usize::try_from(bits >> (5 * place) & 31).unwrap_or_default()]);
    (0..length).rev().map(letter).collect()
}

/// Why a text is no code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoCode {
    /// It has so many letters and digits.
    Length(usize),
    /// A character that no code has.
    Letter(char),
}

/// Reads exactly `length` letters, at most 12: in any case, O for 0, I and L for 1; white space, hyphens and what messengers put
/// between letters unseen are passed over.
pub(crate) fn bits(text: &str, length: u32) -> Result<u64, NoCode> {
    let (mut bits, mut count) = (0_u64, 0);
    for letter in text.chars().filter(|letter| !is_blank(*letter) && !is_hyphen(*letter)) {
        let meant = match letter.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        let value = LETTERS.iter().position(|known| char::from(*known) == meant).ok_or(NoCode::Letter(letter))?;
        // Of a longer text only the length is told.
        bits = bits << 5 | value as u64;
        count += 1;
    }
    if usize::try_from(length) == Ok(count) { Ok(bits) } else { Err(NoCode::Length(count)) }
}

/// White space, and what has no width and comes along when a text is copied.
pub(crate) const fn is_blank(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

const fn is_hyphen(letter: char) -> bool {
    matches!(letter, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn letters_that_look_alike_are_one() {
        assert_eq!(bits("oO0iIlL1", 8), bits("00011111", 8));
        assert_eq!(bits("u", 1), Err(NoCode::Letter('u')), "there is no U");
        assert_eq!(text(0x1_23, 2), "93");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back_however_it_is_typed(value in 0_u64..1 << 50, at in 0_usize..10) {
            let written = text(value, 10);
            prop_assert_eq!(bits(&written, 10), Ok(value));
            let typed = format!("{} –\n{}\u{200b}", written[..at].to_lowercase(), &written[at..]);
            prop_assert_eq!(bits(&typed, 10), Ok(value));
            prop_assert_eq!(bits(&written[1..], 10), Err(NoCode::Length(9)));
            prop_assert_eq!(bits(&format!("{written}0"), 10), Err(NoCode::Length(11)));
        }

        #[test]
        fn any_text_is_read_or_refused(typed in ".{0,40}") {
            let _ = bits(&typed, 10);
        }
    }
}
