//! Text from bytes as offices have them.

use super::StaffErrors;
use encoding_rs::{Encoding as Table, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// How a file was encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// UTF-8, with or without a byte-order mark.
    Utf8,
    /// UTF-16, as "Unicode text" of spreadsheets.
    Utf16,
    /// Windows-1252, the default of spreadsheets on Windows.
    Windows1252,
}

/// Decodes a file: by its byte-order mark, else UTF-8 where it is valid, else Windows-1252, which fits every byte.
///
/// # Errors
/// [`StaffErrors::Encoding`] for UTF-8 with a few bytes that are not: read as Windows-1252, every other accent would be
/// garbled. [`StaffErrors::NotATable`] for UTF-16 without its mark.
pub(super) fn decode(bytes: &[u8]) -> Result<(String, Encoding), StaffErrors> {
    let (table, encoding) = match Table::for_bom(bytes) {
        Some((table, _)) if table == UTF_16LE || table == UTF_16BE => (table, Encoding::Utf16),
        Some(_) => (UTF_8, Encoding::Utf8),
        None if bytes.contains(&0) => return Err(StaffErrors::NotATable("NUL bytes; save it as CSV UTF-8".into())),
        None if std::str::from_utf8(bytes).is_ok() => (UTF_8, Encoding::Utf8),
        None => (WINDOWS_1252, Encoding::Windows1252),
    };
    if let (Encoding::Windows1252, Some(chunk)) = (encoding, bytes.utf8_chunks().next())
        && bytes.utf8_chunks().any(|chunk| !chunk.valid().is_ascii())
    {
        let first_bad = chunk.valid().len();
        return Err(StaffErrors::Encoding { line: line_at(bytes, first_bad) });
    }
    Ok((table.decode_with_bom_removal(bytes).0.into_owned(), encoding))
}

/// The line that a place in a text lies in, from 1.
pub(super) fn line_at(text: &[u8], at: usize) -> u64 {
    1 + text[..at].iter().filter(|c| **c == b'\n').count() as u64
}
