//! Keeps an index in a table, follows the journal, and answers. Pure but for the table and the journal's reader.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use crate::{
    envelope::Unverified,
    journal::{FrameKind, JournalError, Pos, Reader, Step},
    limits::{index as limits, sync::BATCH_OBJECTS},
    model::Record,
    ports::index::{Changes, MemoryTable, Table, TableError},
    wire::{Receipt, ReceiptAnswer},
};

use super::{
    Answer, Filer, FilingDay, Place, Question, SessionSpan,
    filing::Filed,
    rows::{
        META, Meta, chain_key, chain_range, day_key, day_of, day_range, decode_places, decode_pos, encode_places,
        encode_pos, receipt_key, receipt_span, token_key,
    },
};

/// Why an index can't be kept or asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeeperError {
    /// The table failed, or holds what no keeper wrote.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The journal can't be read.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The index has followed a journal that was longer than this one, or another.
    #[error("the index has followed another journal, or one that was longer")]
    OtherJournal,
    /// It has not followed the journal as far as it is asked about.
    #[error("the index has not followed the journal so far yet")]
    Behind,
    /// Rows were lost, or are not as they were written.
    #[error("rows of the index are missing or altered")]
    NotWhole,
}

/// Keeps an index.
pub struct Keeper<T> {
    table: T,
    filer: Filer,
    meta: Meta,
    /// Changes that are not in the table yet.
    changes: Changes,
}

impl Keeper<MemoryTable> {
    /// Makes an index in memory, from every frame there is.
    ///
    /// # Errors
    /// [`KeeperError::Journal`].
    pub fn of_all(reader: &Reader) -> Result<Self, KeeperError> {
        let mut keeper = Self::open(MemoryTable::default(), reader.store_id())?;
        keeper.follow(reader)?;
        Ok(keeper)
    }
}

impl<T> std::fmt::Debug for Keeper<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keeper(through {})", self.meta.through)
    }
}

/// What one row adds to the sum over all of them; an exclusive or of these tells lost and altered rows.
fn sum_of(key: &[u8], value: &[u8]) -> u64 {
    let hash = Sha256::new().chain_update((key.len() as u64).to_be_bytes()).chain_update(key).chain_update(value);
    let hash: [u8; 32] = hash.finalize().into();
    hash.iter().take(8).fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

fn strange() -> KeeperError {
    TableError("a row is not one that was written".to_owned()).into()
}

impl<T: Table> Keeper<T> {
    /// Goes on with what a table holds of this store's journal, after making sure that every row is there.
    ///
    /// # Errors
    /// [`KeeperError::OtherJournal`] when it is another store's; [`KeeperError::NotWhole`] when the table has lost or
    /// altered rows and does not know; [`KeeperError::Table`].
    pub fn open(table: T, store: [u8; 16]) -> Result<Self, KeeperError> {
        let start = Meta { store, through: Pos::START, last_no: 0, resume: Pos::START, sum: 0 };
        let meta = match table.get(META)? {
            Some(bytes) => Meta::decode(&bytes).ok_or(KeeperError::NotWhole)?,
            None => start,
        };
        if meta.store != store {
            return Err(KeeperError::OtherJournal);
        }
        let rows = table.range(&[], &[u8::MAX])?;
        let sum = rows.iter().filter(|(key, _)| key != META).fold(0, |sum, (key, value)| sum ^ sum_of(key, value));
        if sum != meta.sum {
            return Err(KeeperError::NotWhole);
        }
        Ok(Self { table, filer: Filer::default(), meta, changes: Changes::new() })
    }

    /// The number of the last frame that it has followed the journal to.
    #[must_use]
    pub const fn last_no(&self) -> u64 {
        self.meta.last_no
    }

    /// Follows the journal up to where `reader` ends.
    ///
    /// # Errors
    /// [`KeeperError`].
    pub fn follow(&mut self, reader: &Reader) -> Result<(), KeeperError> {
        if self.meta.last_no > reader.last_no() {
            return Err(KeeperError::OtherJournal);
        }
        if self.meta.through >= reader.end() {
            return Ok(());
        }
        // A keeper that has just been opened has to learn again what it was waiting for.
        let from = if self.filer.resume().is_some() { self.meta.through } else { self.meta.resume };
        let mut since_write = 0;
        for step in reader.iter_from(from)? {
            let Step::Frame(frame) = step? else { continue };
            match frame.kind {
                FrameKind::Record => self.record(&frame.body, frame.pos)?,
                FrameKind::Receipt => self.receipt(&frame.body, frame.pos)?,
                _ => continue,
            }
            since_write += 1;
            if since_write >= limits::FRAMES_A_WRITE {
                since_write = 0;
                self.meta = Meta {
                    through: self.meta.through.max(frame.pos),
                    last_no: self.meta.last_no.max(frame.no),
                    resume: self.filer.resume().unwrap_or(Pos::START),
                    ..self.meta
                };
                self.write()?;
            }
        }
        let resume = self.filer.resume().unwrap_or(Pos::START);
        self.meta = Meta { through: reader.end(), last_no: reader.last_no(), resume, ..self.meta };
        self.write()
    }

    #[cfg(test)]
    pub(super) fn change(&mut self, key: Vec<u8>, value: Vec<u8>) {
        self.changes.insert(key, Some(value));
    }

    fn write(&mut self) -> Result<(), KeeperError> {
        for (key, value) in &self.changes {
            let before = self.table.get(key)?;
            for value in before.iter().chain(value) {
                self.meta.sum ^= sum_of(key, value);
            }
        }
        self.changes.insert(META.to_vec(), Some(self.meta.encode()));
        let applied = self.table.apply(std::mem::take(&mut self.changes));
        if applied.is_err() {
            // What was made of them is unknown: nothing is answered from here any more.
            self.meta.through = Pos::START;
        }
        Ok(applied?)
    }

    fn record(&mut self, body: &[u8], pos: Pos) -> Result<(), KeeperError> {
        // What can't be read as a record is in no list either.
        let Ok(record) =
            std::str::from_utf8(body).map_err(drop).and_then(|text| Unverified::<Record>::parse(text).map_err(drop))
        else {
            return Ok(());
        };
        let mut filed = Vec::with_capacity(1);
        self.filer.record(record.unverified_payload(), pos, &mut filed);
        for filed in filed {
            match filed {
                Filed::Under(day, place) => {
                    self.put(day, place)?;
                    self.chain(place)?;
                }
                Filed::Moved(from, to, place) => {
                    self.take(from, place)?;
                    self.put(to, place)?;
                }
                Filed::Token(session, reading, pos) => {
                    self.changes.insert(token_key(session, reading), Some(encode_pos(pos)));
                }
            }
        }
        Ok(())
    }

    fn receipt(&mut self, body: &[u8], pos: Pos) -> Result<(), KeeperError> {
        let receipt = serde_json::from_slice::<ReceiptAnswer>(body).ok();
        let receipt = receipt.and_then(|answer| Unverified::<Receipt>::parse(answer.receipt).ok());
        let Some(receipt) = receipt else { return Ok(()) };
        let Receipt { epoch, from, to, .. } = *receipt.unverified_payload();
        let key = receipt_key(epoch, from, to);
        // The first one says when the records came.
        if self.get(&key)?.is_none() {
            self.changes.insert(key, Some(encode_pos(pos)));
        }
        Ok(())
    }

    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, KeeperError> {
        match self.changes.get(key) {
            Some(changed) => Ok(changed.clone()),
            None => Ok(self.table.get(key)?),
        }
    }

    /// The chunks of a day, changes included.
    fn chunks(&self, day: FilingDay) -> Result<BTreeMap<u16, Vec<Place>>, KeeperError> {
        let (from, to) = day_range(day, day);
        let mut rows: BTreeMap<Vec<u8>, Option<Vec<u8>>> =
            self.table.range(&from, &to)?.into_iter().map(|(key, value)| (key, Some(value))).collect();
        rows.extend(self.changes.range(from..to).map(|(key, value)| (key.clone(), value.clone())));
        let mut chunks = BTreeMap::new();
        for (key, value) in rows {
            let Some(value) = value else { continue };
            let (_, chunk) = day_of(&key).ok_or_else(strange)?;
            chunks.insert(chunk, decode_places(&value).ok_or_else(strange)?);
        }
        Ok(chunks)
    }

    fn set(&mut self, day: FilingDay, chunk: u16, places: &[Place]) {
        let value = (!places.is_empty()).then(|| encode_places(places));
        self.changes.insert(day_key(day, chunk), value);
    }

    /// Puts a place into a day, where it may be already.
    fn put(&mut self, day: FilingDay, place: Place) -> Result<(), KeeperError> {
        // Nearly always the newest of its day: then the last chunk is all that is looked at.
        let (from, to) = day_range(day, day);
        let changed = self.changes.range(from.clone()..to.clone()).next_back();
        let last = match (changed, self.table.last_below(&from, &to)?) {
            (Some((key, Some(value))), stored) if stored.as_ref().is_none_or(|(stored, _)| stored <= key) => {
                Some((key.clone(), value.clone()))
            }
            (Some(_), _) => None,
            (None, stored) => stored,
        };
        if let Some((key, value)) = last {
            let (_, chunk) = day_of(&key).ok_or_else(strange)?;
            let mut places = decode_places(&value).ok_or_else(strange)?;
            if places.last().is_some_and(|last| last.key() < place.key()) {
                if places.len() < limits::PLACES_A_ROW || chunk == u16::MAX {
                    places.push(place);
                    self.set(day, chunk, &places);
                } else {
                    self.set(day, chunk + 1, &[place]);
                }
                return Ok(());
            }
        }
        let mut chunks = self.chunks(day)?;
        let holds = |places: &Vec<Place>| places.last().is_some_and(|last| last.key() >= place.key());
        let chunk = chunks.iter().find(|(_, places)| holds(places)).map(|(chunk, _)| *chunk);
        let chunk = chunk.or_else(|| chunks.keys().next_back().copied()).unwrap_or(0);
        let places = chunks.entry(chunk).or_default();
        match places.binary_search_by_key(&place.key(), Place::key) {
            // Two copies of this store wrote one place; the first counts, as everywhere.
            Ok(_) => return Ok(()),
            Err(at) => places.insert(at, place),
        }
        let places = places.clone();
        self.set(day, chunk, &places);
        Ok(())
    }

    /// Puts a place into the chain, where it may be already.
    fn chain(&mut self, place: Place) -> Result<(), KeeperError> {
        let key = chain_key(place.epoch, place.seq);
        let mut places = match self.get(&key)? {
            Some(row) => decode_places(&row).ok_or_else(strange)?,
            None => Vec::new(),
        };
        if let Err(at) = places.binary_search_by_key(&place.key(), Place::key) {
            places.insert(at, place);
            self.changes.insert(key, Some(encode_places(&places)));
        }
        Ok(())
    }

    fn take(&mut self, day: FilingDay, place: Place) -> Result<(), KeeperError> {
        for (chunk, mut places) in self.chunks(day)? {
            if let Ok(at) = places.binary_search_by_key(&place.key(), Place::key) {
                places.remove(at);
                self.set(day, chunk, &places);
                return Ok(());
            }
        }
        Ok(())
    }

    /// Answers, once it has followed the journal up to where `reader` ends.
    ///
    /// # Errors
    /// [`KeeperError::Behind`]; [`KeeperError::Table`].
    pub fn answer(&self, question: &Question, reader: &Reader) -> Result<Answer, KeeperError> {
        if self.meta.through < reader.end() {
            return Err(KeeperError::Behind);
        }
        match question {
            Question::Days { from, to } => self.days(*from, *to, reader).map(Answer::Places),
            Question::Newest(count) => self.newest(*count, reader).map(Answer::Places),
            Question::Tokens(spans) => self.tokens(spans).map(Answer::Positions),
            Question::Receipts(places) => self.receipts(places).map(Answer::Positions),
        }
    }

    fn days(&self, from: FilingDay, to: FilingDay, reader: &Reader) -> Result<Vec<Place>, KeeperError> {
        let (start, end) = day_range(from, to);
        let mut places = Vec::new();
        for (_, value) in self.table.range(&start, &end)? {
            places.extend(decode_places(&value).ok_or_else(strange)?);
        }
        places.sort_unstable();
        // What the journal has given up is in no list.
        places.retain(|place| place.pos.segment >= reader.oldest());
        Ok(places)
    }

    /// The newest `count` records of the chain that the journal still has; all where there are fewer.
    fn newest(&self, count: usize, reader: &Reader) -> Result<Vec<Place>, KeeperError> {
        let (start, mut end) = chain_range();
        let mut newest = Vec::new();
        while newest.len() < count {
            let Some((key, value)) = self.table.last_below(&start, &end)? else { break };
            let row = decode_places(&value).ok_or_else(strange)?;
            newest.extend(row.into_iter().rev().filter(|place| place.pos.segment >= reader.oldest()));
            end = key;
        }
        newest.truncate(count);
        newest.reverse();
        Ok(newest)
    }

    fn tokens(&self, spans: &[SessionSpan]) -> Result<Vec<Pos>, KeeperError> {
        let mut positions = Vec::new();
        for span in spans {
            let first = token_key(span.session, 0);
            let last = token_key(span.session, u64::MAX);
            let (from, to) = (token_key(span.session, span.from_ms), token_key(span.session, span.to_ms));
            let before = self.table.last_below(&first, &from)?;
            let within = self.table.range(&from, &to)?;
            let after = self.table.range_first(&to, &last)?;
            for (_, value) in before.into_iter().chain(within).chain(after) {
                positions.push(decode_pos(&value).ok_or_else(strange)?);
            }
        }
        positions.sort_unstable();
        positions.dedup();
        Ok(positions)
    }

    fn receipts(&self, places: &[(u32, u64)]) -> Result<Vec<Pos>, KeeperError> {
        // A receipt covers one batch, so what begins further before a place than that does not cover it.
        let reach = BATCH_OBJECTS as u64;
        let mut spans = BTreeMap::<u32, (u64, u64)>::new();
        for (epoch, seq) in places {
            let span = spans.entry(*epoch).or_insert((*seq, *seq));
            *span = (span.0.min(*seq), span.1.max(*seq));
        }
        let mut held = BTreeMap::<u32, Vec<(u64, u64, Pos)>>::new();
        for (epoch, (first, last)) in spans {
            let (from, to) =
                (receipt_key(epoch, first.saturating_sub(reach), 0), receipt_key(epoch, last.saturating_add(1), 0));
            let rows = self.table.range(&from, &to)?;
            let receipts = rows.iter().map(|(key, value)| {
                let (from, to) = receipt_span(key).ok_or_else(strange)?;
                Ok((from, to, decode_pos(value).ok_or_else(strange)?))
            });
            held.insert(epoch, receipts.collect::<Result<_, KeeperError>>()?);
        }
        let covering = |(epoch, seq): &(u32, u64)| {
            let receipts = held.get(epoch)?;
            let before = &receipts[..receipts.partition_point(|(from, ..)| from <= seq)];
            // Receipts overlap where batches were sent again; the first one says when the record came.
            let near = before.iter().rev().take_while(|(from, ..)| from.saturating_add(reach) > *seq);
            near.filter(|(_, to, _)| to >= seq).map(|(.., pos)| *pos).min()
        };
        let positions: BTreeSet<Pos> = places.iter().filter_map(covering).collect();
        Ok(positions.into_iter().collect())
    }
}
