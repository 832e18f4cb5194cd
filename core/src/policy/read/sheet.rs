//! One table of a policy file, and the notes taken while reading it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::nearest;
use crate::policy::{Expected, Fault, Marks, Named, Source};

/// Errors found so far, and where each value stands.
#[derive(Default)]
pub(super) struct Notes {
    errors: RefCell<Vec<(Range<usize>, String, Fault)>>,
    places: RefCell<BTreeMap<String, Range<usize>>>,
}

impl Notes {
    pub(super) fn add(&self, span: Range<usize>, path: &str, fault: Fault) {
        self.errors.borrow_mut().push((span, path.to_owned(), fault));
    }

    /// Adds a fault of the compiled policy, unless reading already found one at its place: then the value is a stand-in.
    pub(super) fn add_unless_covered(&self, path: &str, fault: Fault) {
        let span = self.place(path);
        let covered = self.errors.borrow().iter().any(|(at, of, _)| {
            *at == span || *of == path || of.strip_prefix(path).is_some_and(|rest| rest.starts_with(['.', '[']))
        });
        if !covered {
            self.add(span, path, fault);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.errors.borrow().is_empty()
    }

    /// The errors, without the missing keys that a misspelt one stands in for: that is one mistake.
    pub(super) fn take(&self) -> Vec<(Range<usize>, String, Fault)> {
        let mut errors = self.errors.take();
        let parent = |path: &str| path.rfind('.').map_or("", |dot| &path[..dot]).to_owned();
        let misspelt: Vec<(String, String)> = errors
            .iter()
            .filter_map(|(_, path, fault)| match fault {
                Fault::UnknownKey { meant: Some(meant), .. } => Some((parent(path), meant.clone())),
                _ => None,
            })
            .collect();
        errors.retain(|(_, path, fault)| {
            !matches!(fault, Fault::MissingKey { key, .. } if misspelt.contains(&(parent(path), key.clone())))
        });
        errors
    }

    pub(super) fn put(&self, path: String, span: Range<usize>) {
        self.places.borrow_mut().insert(path, span);
    }

    /// Where a path stands, or the nearest table that holds it.
    fn place(&self, path: &str) -> Range<usize> {
        let places = self.places.borrow();
        let mut path = path;
        loop {
            if let Some(span) = places.get(path) {
                return span.clone();
            }
            match path.rfind(['.', '[']) {
                Some(cut) => path = &path[..cut],
                None => return 0..0,
            }
        }
    }
}

/// The keys with which a table says where its values come from.
const MARK_KEYS: [&str; 4] = ["source", "ours", "reported", "circular"];

/// One table; it remembers which keys were asked for, so that the others can be reported.
pub(super) struct Sheet<'t> {
    pub(super) notes: &'t Notes,
    pub(super) path: String,
    pub(super) span: Range<usize>,
    table: &'t DeTable<'t>,
    source: Option<Source>,
    asked: RefCell<Vec<String>>,
    absent: RefCell<Vec<String>>,
}

impl<'t> Sheet<'t> {
    /// The whole file.
    pub(super) fn root(notes: &'t Notes, table: &'t Spanned<DeTable<'t>>) -> Self {
        Self::new(notes, String::new(), 0..0, table.get_ref(), None)
    }

    fn new(
        notes: &'t Notes,
        path: String,
        span: Range<usize>,
        table: &'t DeTable<'t>,
        inherited: Option<Source>,
    ) -> Self {
        let mut sheet =
            Self { notes, path, span, table, source: None, asked: RefCell::default(), absent: RefCell::default() };
        sheet.source = sheet.own_source().or(inherited);
        sheet
    }

    fn own_source(&self) -> Option<Source> {
        self.find("source")?;
        self.name("source", Named::Source, &Source::ALL.map(|s| (s.as_str(), s)))
    }

    /// The path of a key of this table.
    pub(super) fn at(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    /// Where a key of this table stands, or the table itself.
    pub(super) fn span_of(&self, key: &str) -> Range<usize> {
        self.find(key).map_or(self.span.clone(), |(_, value)| value.span())
    }

    pub(super) fn fault(&self, key: &str, fault: Fault) {
        self.notes.add(self.span_of(key), &self.at(key), fault);
    }

    fn find(&self, key: &str) -> Option<(&'t Spanned<toml::de::DeString<'t>>, &'t Spanned<DeValue<'t>>)> {
        self.table.iter().find(|(name, _)| name.get_ref() == key)
    }

    /// Whether a key is there, without asking for it.
    pub(super) fn has(&self, key: &str) -> bool {
        self.find(key).is_some()
    }

    /// Asks for a key that may be absent.
    pub(super) fn get(&self, key: &str) -> Option<&'t Spanned<DeValue<'t>>> {
        self.asked.borrow_mut().push(key.to_owned());
        let found = self.find(key).map(|(_, value)| value);
        match found {
            Some(value) => self.notes.put(self.at(key), value.span()),
            None => self.absent.borrow_mut().push(key.to_owned()),
        }
        found
    }

    /// Asks for a key that must be there.
    pub(super) fn need(&self, key: &str, example: &'static str) -> Option<&'t Spanned<DeValue<'t>>> {
        let found = self.get(key);
        if found.is_none() {
            let fault = Fault::MissingKey { key: key.to_owned(), example };
            self.notes.add(self.span.clone(), &self.at(key), fault);
        }
        found
    }

    /// The schema, if it is newer than this build's.
    pub(super) fn newer_schema(&self) -> Option<u64> {
        let (_, value) = self.find("schema")?;
        let found = value.get_ref().as_integer()?.as_str().parse::<u64>().ok()?;
        (found > u64::from(crate::policy::SCHEMA)).then_some(found)
    }

    /// A table under a key.
    pub(super) fn table(&self, key: &str) -> Option<Sheet<'t>> {
        let value = self.get(key)?;
        let span = self.find(key).map_or(value.span(), |(name, _)| name.span());
        self.sheet(self.at(key), span, value)
    }

    /// A table per element of an array under a key.
    pub(super) fn tables(&self, key: &str) -> Vec<Sheet<'t>> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let Some(array) = value.get_ref().as_array() else {
            self.wrong_type(key, Expected::Tables, value);
            return Vec::new();
        };
        let sheets = array.iter().enumerate();
        sheets.filter_map(|(index, item)| self.sheet(format!("{}[{index}]", self.at(key)), item.span(), item)).collect()
    }

    fn sheet(&self, path: String, span: Range<usize>, value: &'t Spanned<DeValue<'t>>) -> Option<Sheet<'t>> {
        let Some(table) = value.get_ref().as_table() else {
            let fault = Fault::WrongType { expected: Expected::Table, found: value.get_ref().type_str() };
            self.notes.add(value.span(), &path, fault);
            return None;
        };
        self.notes.put(path.clone(), span.clone());
        // The head of the file speaks for its own keys only; below it a table speaks for the tables within.
        let inherited = if self.path.is_empty() { None } else { self.source };
        Some(Sheet::new(self.notes, path, span, table, inherited))
    }

    pub(super) fn wrong_type(&self, key: &str, expected: Expected, value: &Spanned<DeValue<'_>>) {
        let fault = Fault::WrongType { expected, found: value.get_ref().type_str() };
        self.notes.add(value.span(), &self.at(key), fault);
    }

    /// Ends the reading: reports keys that nothing asked for, and gives the sources. Absent keys with a default are ours.
    pub(super) fn marks(&self) -> Marks {
        let mut except = BTreeMap::new();
        for source in [Source::Ours, Source::Reported, Source::Circular] {
            for (span, key) in self.words(source.as_str()) {
                if !self.has(&key) || MARK_KEYS.contains(&key.as_str()) {
                    let meant = nearest(&key, &self.keys());
                    self.notes.add(span, &self.at(source.as_str()), Fault::MarkOfNothing { key, meant });
                } else if except.insert(key.clone(), source).is_some() {
                    self.notes.add(span, &self.at(source.as_str()), Fault::MarkedTwice { key });
                }
            }
        }
        self.unknown_keys();
        if self.source.is_none() && !self.has("source") {
            self.notes.add(self.span.clone(), &self.at("source"), Fault::NoSource);
        }
        let source = self.source.unwrap_or(Source::Ours);
        if source != Source::Ours {
            for key in self.absent.borrow().iter().filter(|key| !MARK_KEYS.contains(&key.as_str())) {
                except.insert(key.clone(), Source::Ours);
            }
        }
        Marks { source, except }
    }

    fn keys(&self) -> Vec<String> {
        self.table
            .keys()
            .map(|key| key.get_ref().to_string())
            .filter(|key| !MARK_KEYS.contains(&key.as_str()))
            .collect()
    }

    /// Reports keys that nothing asked for.
    pub(super) fn unknown_keys(&self) {
        let asked = self.asked.borrow();
        for key in self.table.keys() {
            let name = key.get_ref().as_ref();
            if asked.iter().any(|asked| asked == name) || MARK_KEYS.contains(&name) {
                continue;
            }
            let mut known: Vec<String> =
                asked.iter().filter(|key| !MARK_KEYS.contains(&key.as_str())).cloned().collect();
            known.sort();
            known.dedup();
            let fault = Fault::UnknownKey { key: name.to_owned(), meant: nearest(name, &known), known };
            self.notes.add(key.span(), &self.at(name), fault);
        }
    }
}
