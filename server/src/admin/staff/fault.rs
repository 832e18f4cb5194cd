//! What is wrong with a staff list, row by row, in both languages.

use std::fmt;

use hadir_core::text::Lang;

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowFault {
    /// A column has no value.
    Missing(&'static str),
    /// A column has a control character, such as a line break within a name.
    Control(&'static str),
    /// An unknown scheme.
    Scheme(String),
    /// A spreadsheet wrote the number as 1.98503E+17.
    Scientific,
    /// A spreadsheet kept 15 digits and made the rest zeroes.
    Rounded,
    /// Something else than digits.
    NotDigits,
    /// Not 18 digits.
    Length {
        /// How many there are.
        found: usize,
    },
    /// The first eight digits are no birth date.
    BirthDate,
    /// The appointment is no date, or not one for that birth date.
    Appointment,
    /// The sex is neither 1 nor 2.
    Sex,
    /// A citizen number where a staff number belongs.
    LooksLikeNik,
    /// A local number with other characters.
    LocalNumber,
    /// The same number stands in an earlier line too.
    Repeated {
        /// That line.
        line: u64,
    },
    /// A unit's id with other characters.
    Unit(String),
    /// Neither yes nor no.
    YesNo {
        /// The column.
        column: &'static str,
        /// What stands there.
        found: String,
    },
    /// Terms of employment that are neither.
    Employment(String),
    /// A text that is too long.
    TooLong {
        /// The column.
        column: &'static str,
        /// How many characters it may have.
        max: usize,
    },
    /// More or fewer fields than the header has.
    Fields {
        /// How many the header has.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// A number for calls that is none.
    Phone,
}

impl RowFault {
    /// Says what is wrong and what to do. Staff numbers and names are not quoted.
    #[must_use]
    pub fn message(&self, lang: Lang) -> String {
        let id = lang == Lang::Id;
        match self {
            Self::Control(column) if id => format!("kolom {column} berisi ganti baris atau karakter kendali"),
            Self::Control(column) => format!("the column {column} has a line break or a control character in it"),
            Self::Missing(column) if id => format!("kolom {column} kosong"),
            Self::Missing(column) => format!("the column {column} is empty"),
            Self::Scheme(found) if id => format!("skema {found:?} tidak dikenal; pilih nip, nippppk, atau local"),
            Self::Scheme(found) => format!("no scheme {found:?}; choose nip, nippppk or local"),
            Self::Scientific => lang
                .pick(
                    "nomor rusak oleh Excel (bentuk 1,98503E+17); format kolomnya sebagai Teks lalu isi ulang dari sumbernya",
                    "the number was damaged by Excel (as in 1.98503E+17); format the column as Text and fill it again from its source",
                )
                .into(),
            Self::Rounded => lang
                .pick(
                    "tiga angka terakhir nol: Excel menyimpan 15 angka saja; format kolomnya sebagai Teks lalu isi ulang dari sumbernya",
                    "the last three digits are zero: Excel keeps 15 digits; format the column as Text and fill it again from its source",
                )
                .into(),
            Self::NotDigits => lang.pick("nomor harus angka saja", "the number must have digits only").into(),
            Self::Length { found } if id => format!("nomor harus 18 angka, ini {found}"),
            Self::Length { found } => format!("the number must have 18 digits, this one has {found}"),
            Self::BirthDate => lang
                .pick("delapan angka pertama bukan tanggal lahir (TTTTBBHH)", "the first eight digits are no birth date (YYYYMMDD)")
                .into(),
            Self::Appointment => lang
                .pick(
                    "angka ke-9 dan seterusnya bukan waktu pengangkatan yang mungkin bagi tanggal lahir itu",
                    "from the ninth digit on there is no appointment that fits the birth date",
                )
                .into(),
            Self::Sex => lang.pick("angka ke-15 (jenis kelamin) harus 1 atau 2", "the 15th digit (sex) must be 1 or 2").into(),
            Self::LooksLikeNik => lang
                .pick(
                    "ini seperti NIK; NIK tidak pernah diminta, pakai nomor pegawai setempat",
                    "this looks like a citizen number (NIK), which is never asked for; use the local staff number",
                )
                .into(),
            Self::LocalNumber => lang
                .pick(
                    "nomor setempat: 1 sampai 40 huruf, angka, '-' atau '.'",
                    "a local number has 1 to 40 letters, digits, '-' or '.'",
                )
                .into(),
            Self::Repeated { line } if id => format!("nomor yang sama sudah ada di baris {line}"),
            Self::Repeated { line } => format!("the same number stands in line {line}"),
            Self::Unit(found) if id => format!("kode unit {found:?}: 1 sampai 40 huruf kecil, angka, '.', '-' atau '_'"),
            Self::Unit(found) => format!("the unit's id {found:?} must have 1 to 40 lower-case letters, digits, '.', '-' or '_'"),
            Self::YesNo { column, found } if id => format!("kolom {column}: {found:?} bukan ya atau tidak"),
            Self::YesNo { column, found } => format!("the column {column}: {found:?} is neither yes nor no"),
            Self::Employment(found) if id => format!("employment {found:?}: pilih asn atau non_asn"),
            Self::Employment(found) => format!("employment {found:?}: choose asn or non_asn"),
            Self::TooLong { column, max } if id => format!("kolom {column} lebih dari {max} huruf"),
            Self::TooLong { column, max } => format!("the column {column} has more than {max} characters"),
            Self::Fields { expected, found } if id => format!("{found} kolom, seharusnya {expected}; ada tanda pemisah di dalam isi tanpa tanda kutip?"),
            Self::Fields { expected, found } => format!("{found} fields instead of {expected}; is there a separator in a value without quotes?"),
            Self::Phone => lang
                .pick("nomor telepon: 6 sampai 20 angka, boleh diawali +", "a telephone number has 6 to 20 digits, perhaps with a + before them")
                .into(),
        }
    }
}

/// A fault and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffError {
    /// The line in the file, from 1; the header is line 1.
    pub line: u64,
    /// What is wrong.
    pub fault: RowFault,
}

/// Why a staff list is not imported. Nothing of it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StaffErrors {
    /// The header has no such column.
    NoColumn {
        /// The column that is needed.
        column: &'static str,
        /// The columns that were found.
        found: Vec<String>,
    },
    /// The header has a column that is not read: perhaps a misspelt one, whose values would be missed in silence.
    UnknownColumn {
        /// Its name.
        found: String,
        /// Those that are read.
        known: &'static [&'static str],
    },
    /// The header has a column twice.
    ColumnTwice(String),
    /// Some of it is UTF-8, and some is not.
    Encoding {
        /// The first line with a byte that is not.
        line: u64,
    },
    /// A quotation mark that is never closed.
    OpenQuote {
        /// The line in which its row begins.
        line: u64,
    },
    /// Not a table at all.
    NotATable(String),
    /// More rows than any staff list has.
    TooManyRows {
        /// How many are taken.
        max: usize,
    },
    /// No row besides the header.
    Empty,
    /// Rows with faults, all of them.
    Rows(Vec<StaffError>),
}

impl StaffErrors {
    /// Says what is wrong, a line each.
    #[must_use]
    pub fn message(&self, lang: Lang) -> String {
        let id = lang == Lang::Id;
        match self {
            Self::NoColumn { column, found } if id => {
                format!("tidak ada kolom {column:?} di baris pertama; yang ada: {}", found.join(", "))
            }
            Self::NoColumn { column, found } => {
                format!("the first line has no column {column:?}; it has: {}", found.join(", "))
            }
            Self::UnknownColumn { found, known } if id => {
                format!(
                    "kolom {found:?} tidak dikenal; betulkan namanya atau hapus kolomnya. Yang dikenal: {}",
                    known.join(", ")
                )
            }
            Self::UnknownColumn { found, known } => {
                format!(
                    "the column {found:?} is not known; correct its name or remove it. Known are: {}",
                    known.join(", ")
                )
            }
            Self::ColumnTwice(name) if id => format!("kolom {name:?} ada dua kali"),
            Self::ColumnTwice(name) => format!("the column {name:?} is there twice"),
            Self::Encoding { line } if id => {
                format!("baris {line}: sebagian UTF-8 dan sebagian bukan; simpan lagi sebagai CSV UTF-8")
            }
            Self::Encoding { line } => {
                format!("line {line}: some of the file is UTF-8 and some is not; save it again as CSV UTF-8")
            }
            Self::OpenQuote { line } if id => format!("baris {line}: tanda kutip (\") dibuka dan tidak ditutup"),
            Self::OpenQuote { line } => format!("line {line}: a quotation mark (\") is opened and never closed"),
            Self::NotATable(why) if id => format!("bukan tabel CSV: {why}"),
            Self::NotATable(why) => format!("this is no CSV table: {why}"),
            Self::TooManyRows { max } if id => format!("lebih dari {max} baris"),
            Self::TooManyRows { max } => format!("more than {max} rows"),
            Self::Empty => lang.pick("tidak ada pegawai di dalamnya", "there is nobody in it").into(),
            Self::Rows(rows) => {
                let line = lang.pick("baris", "line");
                let rows: Vec<String> =
                    rows.iter().map(|row| format!("{line} {}: {}", row.line, row.fault.message(lang))).collect();
                rows.join("\n")
            }
        }
    }
}

impl fmt::Display for StaffErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(Lang::En))
    }
}

impl std::error::Error for StaffErrors {}
