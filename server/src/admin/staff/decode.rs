//! Text from bytes as offices have them.

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
#[must_use]
pub(super) fn decode(bytes: &[u8]) -> (String, Encoding) {
    let (table, encoding) = match Table::for_bom(bytes) {
        Some((table, _)) if table == UTF_16LE || table == UTF_16BE => (table, Encoding::Utf16),
        Some(_) => (UTF_8, Encoding::Utf8),
        None if std::str::from_utf8(bytes).is_ok() => (UTF_8, Encoding::Utf8),
        None => (WINDOWS_1252, Encoding::Windows1252),
    };
    (table.decode_with_bom_removal(bytes).0.into_owned(), encoding)
}
