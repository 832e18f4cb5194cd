//! Reading a policy file: every error of the file, each with its place, never only the first.
//!
//! - [`compile`] is the way in; `sheet` reads one table and remembers what was asked of it; `values` reads single values;
//! - `sections` and `people` turn tables into the parts of a [`super::Policy`]; `suggest` guesses what was meant.

mod people;
mod sections;
mod sheet;
mod suggest;
mod times;
mod values;

use toml::de::DeTable;

pub(super) use suggest::nearest;

use super::{Fault, Policy, PolicyError, PolicyErrors, validate};
use sheet::{Notes, Sheet};

/// Compiles a policy file. See [`Policy::parse`].
pub(super) fn compile(text: &str) -> Result<Policy, PolicyErrors> {
    let notes = Notes::default();
    let (table, syntax) = DeTable::parse_recoverable(text);
    for error in &syntax {
        notes.add(error.span().unwrap_or(0..0), "", Fault::Syntax { what: error.message().to_owned() });
    }
    if !syntax.is_empty() {
        // What follows a broken line is guesswork; the administrator mends the syntax first.
        return Err(errors(text, &notes));
    }
    let root = Sheet::root(&notes, &table);
    if let Some(found) = root.newer_schema() {
        notes.add(root.span_of("schema"), "schema", Fault::Newer { found, known: super::SCHEMA });
        return Err(errors(text, &notes));
    }
    let policy = sections::policy(&root);
    for (path, fault) in validate::faults(&policy) {
        notes.add_unless_covered(&path, fault);
    }
    if notes.is_empty() { Ok(policy) } else { Err(errors(text, &notes)) }
}

fn errors(text: &str, notes: &Notes) -> PolicyErrors {
    let errors = notes.take().into_iter().map(|(span, path, fault)| {
        let (line, column) = line_column(text, span.start);
        PolicyError { line, column, path, fault }
    });
    PolicyErrors::of(errors.collect())
        .unwrap_or_else(|| PolicyErrors::whole(Fault::Syntax { what: "the file could not be read".to_owned() }))
}

/// Line and column, both from 1; the column counts characters.
fn line_column(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

#[cfg(test)]
mod tests {
    use super::{compile, line_column};
    use proptest::prelude::*;

    #[test]
    fn columns_count_characters_and_lines_start_at_one() {
        assert_eq!(line_column("a\nbé = x", 0), (1, 1));
        assert_eq!(line_column("a\nbé = x", 8), (2, 6));
        assert_eq!(line_column("a", 99), (1, 2));
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in "\\PC{0,200}") {
            let _ = compile(&text);
        }

        #[test]
        fn no_damage_to_a_real_file_makes_the_reader_panic(at in 0..6_000_usize, cut in 0..80_usize, put in "[\\[\\]=\"{}0-9a-z\n.-]{0,6}") {
            let file = include_str!("../../../../policies/luwu-utara-2021.toml");
            let mut bytes = file.as_bytes().to_vec();
            let start = at.min(bytes.len());
            let end = (start + cut).min(bytes.len());
            bytes.splice(start..end, put.bytes());
            let _ = compile(&String::from_utf8_lossy(&bytes));
        }
    }
}
