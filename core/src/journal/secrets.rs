//! The store's secrets and `vault.bin`, where they lie wrapped by the platform's key store.
//!
//! Two items, wrapped one by one: the store secret, from which the keys of whatever the agency may recover are derived,
//! and the seed of the installation's signing key, which must not follow from it, because the store secret is also given
//! to the agency's recovery key. What nobody but this phone is to read (drafts, snapshots, the readings of its clock) is
//! sealed under keys that follow from the seed. A second copy lies beside, since one bad sector must not cost a person's key.

use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::{
    ports::{
        Disk, DiskErrorKind, Entropy, KeyVault, VaultError,
        disk::{read_all, replace},
    },
    seal::frame::FrameKey,
};

use super::{
    JournalError,
    frame::{Binding, crc, u32_at},
};

/// The file with the wrapped secrets, and its copy.
pub(super) const VAULT_FILES: [&str; 2] = ["vault.bin", "vault.copy"];
/// The format that this version writes, and the newest it reads.
const FORMAT: u16 = 1;
const MAGIC: [u8; 8] = *b"HADIRVLT";
/// Far more than two wrapped items of 32 bytes take with any platform.
const MAX_FILE: u64 = 64 * 1024;
/// Bytes of the check that tells the right secrets from others.
const CHECK_LEN: usize = 16;

/// What a store keeps secret, in memory. Wiped when dropped; prints nothing.
pub(super) struct Secrets {
    pub(super) store: [u8; 16],
    secret: Zeroizing<[u8; 32]>,
    pub(super) signing_seed: Zeroizing<[u8; 32]>,
}

impl Secrets {
    pub(super) fn generate(entropy: &dyn Entropy) -> Result<Self, JournalError> {
        let mut new = Self { store: [0; 16], secret: Zeroizing::new([0; 32]), signing_seed: Zeroizing::new([0; 32]) };
        entropy.fill(&mut new.store)?;
        entropy.fill(&mut *new.secret)?;
        entropy.fill(&mut *new.signing_seed)?;
        Ok(new)
    }

    /// Derives 32 bytes for one purpose from the store secret, which the agency's recovery key opens too.
    pub(super) fn derive(&self, purpose: &[u8]) -> Zeroizing<[u8; 32]> {
        expand(&self.store, &*self.secret, purpose)
    }

    /// Derives 32 bytes for one purpose from what never leaves this phone.
    pub(super) fn derive_own(&self, purpose: &[u8]) -> Zeroizing<[u8; 32]> {
        expand(&self.store, &*self.signing_seed, purpose)
    }

    /// What the frames of `segment` are sealed with and bound to.
    pub(super) fn binding(&self, segment: u32) -> Binding {
        let own = self.derive_own(&numbered(*b"hadir/own/1/segment\0\0\0\0", segment));
        Binding { own: Some(FrameKey::new(&own)), ..recoverable_binding(&self.store, &self.secret, segment) }
    }

    /// The store secret, to be wrapped for the agency and for nothing else.
    pub(super) fn store_secret(&self) -> &[u8; 32] {
        &self.secret
    }

    /// Tells these secrets from any others; says nothing about them to who does not have them.
    fn check(&self) -> [u8; CHECK_LEN] {
        let mut both = Zeroizing::new([0; 64]);
        both[..32].copy_from_slice(&*self.secret);
        both[32..].copy_from_slice(&*self.signing_seed);
        let long = expand(&self.store, &*both, b"hadir/vault/1/check");
        let mut check = [0; CHECK_LEN];
        check.copy_from_slice(&long[..CHECK_LEN]);
        check
    }

    /// Wraps the secrets, makes sure that the key store gives them back, and returns the content of `vault.bin`.
    ///
    /// A key store that wraps and can't unwrap would be noticed at the next open, when everything is lost.
    pub(super) fn wrap(&self, vault: &dyn KeyVault) -> Result<Vec<u8>, JournalError> {
        let bytes = self.wrap_unchecked(vault)?;
        Wrapped::parse(VAULT_FILES[0], &bytes)?.unwrap(vault)?;
        Ok(bytes)
    }

    fn wrap_unchecked(&self, vault: &dyn KeyVault) -> Result<Vec<u8>, JournalError> {
        let mut bytes = Vec::with_capacity(256);
        bytes.extend_from_slice(&MAGIC);
        bytes.extend_from_slice(&FORMAT.to_le_bytes());
        bytes.extend_from_slice(&[0; 2]);
        bytes.extend_from_slice(&self.store);
        for secret in [&self.secret, &self.signing_seed] {
            let wrapped = vault.wrap(&**secret)?;
            let len = u16::try_from(wrapped.len())
                .map_err(|_| JournalError::TooLarge { len: wrapped.len(), max: u16::MAX.into() })?;
            bytes.extend_from_slice(&len.to_le_bytes());
            bytes.extend_from_slice(&wrapped);
        }
        bytes.extend_from_slice(&self.check());
        let check = crc(&bytes);
        bytes.extend_from_slice(&check.to_le_bytes());
        Ok(bytes)
    }
}

/// HKDF-SHA256 (RFC 5869) with the store's id as the salt.
fn expand(store: &[u8; 16], key: &[u8], purpose: &[u8]) -> Zeroizing<[u8; 32]> {
    let mut out = Zeroizing::new([0; 32]);
    Hkdf::<Sha256>::new(Some(store), key).expand(purpose, &mut *out).expect("32 bytes are within HKDF's 8160");
    out
}

fn numbered<const N: usize>(mut purpose: [u8; N], segment: u32) -> [u8; N] {
    purpose[N - 4..].copy_from_slice(&segment.to_le_bytes());
    purpose
}

/// As much of a segment's binding as follows from the store secret alone: what the agency's recovery key opens.
pub(super) fn recoverable_binding(store: &[u8; 16], secret: &[u8; 32], segment: u32) -> Binding {
    let key = expand(store, secret, &numbered(*b"hadir/journal/1/segment\0\0\0\0", segment));
    Binding { key: FrameKey::new(&key), own: None, store: *store, segment }
}

/// An intact `vault.bin`, still wrapped.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Wrapped {
    store: [u8; 16],
    secret: Vec<u8>,
    signing_seed: Vec<u8>,
    check: [u8; CHECK_LEN],
}

impl Wrapped {
    /// Reads the content of the file called `name`.
    pub(super) fn parse(name: &str, bytes: &[u8]) -> Result<Self, JournalError> {
        let damaged = |what| JournalError::VaultDamaged { what };
        let Some((inside, check)) = bytes.split_last_chunk::<4>() else { return Err(damaged("too short")) };
        if u32_at(check, 0) != crc(inside) {
            return Err(damaged("the check does not fit"));
        }
        let Some((head, items)) = inside.split_first_chunk::<28>() else { return Err(damaged("too short")) };
        if head[..8] != MAGIC {
            return Err(damaged("not a vault file"));
        }
        match u16::from_le_bytes([head[8], head[9]]) {
            FORMAT => {}
            found if found > FORMAT => {
                return Err(JournalError::NewerFormat { file: name.to_owned(), found, supported: FORMAT });
            }
            _ => return Err(damaged("no known format")),
        }
        let mut store = [0; 16];
        store.copy_from_slice(&head[12..]);
        let (secret, rest) = item(items).ok_or(damaged("an item is cut"))?;
        let (signing_seed, rest) = item(rest).ok_or(damaged("an item is cut"))?;
        let check = rest.try_into().map_err(|_| damaged("what follows the last item is no check"))?;
        Ok(Self { store, secret: secret.to_vec(), signing_seed: signing_seed.to_vec(), check })
    }

    /// Unwraps the secrets, and refuses what is not what was wrapped: with another secret every record would look
    /// damaged, and with another seed the phone would sign as somebody else.
    pub(super) fn unwrap(&self, vault: &dyn KeyVault) -> Result<Secrets, JournalError> {
        let open = |wrapped: &[u8]| -> Result<Zeroizing<[u8; 32]>, JournalError> {
            let plain = Zeroizing::new(vault.unwrap(wrapped)?);
            let bytes: [u8; 32] = plain.as_slice().try_into().map_err(|_| VaultError::Rejected)?;
            Ok(Zeroizing::new(bytes))
        };
        let secrets =
            Secrets { store: self.store, secret: open(&self.secret)?, signing_seed: open(&self.signing_seed)? };
        if secrets.check() == self.check { Ok(secrets) } else { Err(VaultError::Rejected.into()) }
    }
}

fn item(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (len, rest) = bytes.split_first_chunk::<2>()?;
    rest.split_at_checked(u16::from_le_bytes(*len).into())
}

/// What lies in the two vault files.
pub(super) struct Found {
    /// The intact content.
    pub(super) wrapped: Wrapped,
    /// The bytes to repair the other copy with, if it is missing or damaged.
    pub(super) repair: Option<(&'static str, Vec<u8>)>,
}

/// Writes the wrapped secrets into both files, the copy first, so that `vault.bin` says that both are there.
pub(super) fn store(disk: &dyn Disk, bytes: &[u8]) -> Result<(), JournalError> {
    for name in VAULT_FILES.into_iter().rev() {
        replace(disk, name, bytes)?;
    }
    Ok(())
}

/// Finds the wrapped secrets; `None` when neither file is there.
pub(super) fn find(disk: &dyn Disk) -> Result<Option<Found>, JournalError> {
    let mut first_error = None;
    let mut missing = Vec::new();
    for name in VAULT_FILES {
        let read = read_all(disk, name, MAX_FILE).map_err(JournalError::from);
        match read.and_then(|bytes| Ok((Wrapped::parse(name, &bytes)?, bytes))) {
            Ok((wrapped, bytes)) => {
                let other = VAULT_FILES.into_iter().find(|other| *other != name && !is_intact(disk, other, &wrapped));
                return Ok(Some(Found { wrapped, repair: other.map(|other| (other, bytes)) }));
            }
            Err(newer @ JournalError::NewerFormat { .. }) => return Err(newer),
            Err(JournalError::Disk(error)) if error.kind == DiskErrorKind::NotFound => missing.push(name),
            Err(error) => first_error = first_error.or(Some(error)),
        }
    }
    match first_error {
        Some(error) => Err(error),
        None => Ok(None),
    }
}

fn is_intact(disk: &dyn Disk, name: &str, expected: &Wrapped) -> bool {
    read_all(disk, name, MAX_FILE).is_ok_and(|bytes| Wrapped::parse(name, &bytes).is_ok_and(|found| found == *expected))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::{
        SeededEntropy,
        disk::model::ModelDisk,
        vault::{LyingVault, MemoryVault},
    };

    fn stored() -> (ModelDisk, MemoryVault, Secrets) {
        let (disk, vault) = (ModelDisk::new(), MemoryVault::new(1));
        let secrets = Secrets::generate(&SeededEntropy::new(1)).unwrap();
        store(&disk, &secrets.wrap(&vault).unwrap()).unwrap();
        (disk, vault, secrets)
    }

    fn same(one: &Secrets, two: &Secrets) -> bool {
        one.store == two.store && one.secret == two.secret && one.signing_seed == two.signing_seed
    }

    #[test]
    fn wrapped_secrets_come_back() {
        let (disk, vault, secrets) = stored();
        let found = find(&disk).unwrap().unwrap();
        assert!(found.repair.is_none());
        assert!(same(&found.wrapped.unwrap(&vault).unwrap(), &secrets));
    }

    #[test]
    fn either_file_is_enough_and_says_how_to_mend_the_other() {
        for gone in VAULT_FILES {
            for damage in [None, Some(&b"rubbish"[..])] {
                let (disk, vault, secrets) = stored();
                match damage {
                    None => disk.delete(gone),
                    Some(bytes) => disk.set_content(gone, bytes),
                }
                let found = find(&disk).unwrap().unwrap();
                let (name, bytes) = found.repair.unwrap();
                assert_eq!(name, gone);
                disk.set_content(name, &bytes);
                assert!(find(&disk).unwrap().unwrap().repair.is_none());
                assert!(same(&found.wrapped.unwrap(&vault).unwrap(), &secrets));
            }
        }
    }

    #[test]
    fn every_changed_bit_and_every_cut_is_seen() {
        let (disk, ..) = stored();
        let bytes = disk.content("vault.bin");
        for bit in 0..bytes.len() * 8 {
            let mut altered = bytes.clone();
            altered[bit / 8] ^= 1 << (bit % 8);
            assert!(Wrapped::parse("f", &altered).is_err(), "bit {bit}");
        }
        for len in 0..bytes.len() {
            assert!(Wrapped::parse("f", &bytes[..len]).is_err(), "cut to {len}");
        }
    }

    #[test]
    fn a_newer_file_is_said_to_be_newer() {
        let (disk, ..) = stored();
        let mut bytes = disk.content("vault.bin");
        bytes[8] = 2;
        let inside = bytes.len() - 4;
        let check = crc(&bytes[..inside]).to_le_bytes();
        bytes[inside..].copy_from_slice(&check);
        disk.set_content("vault.bin", &bytes);
        let newer = JournalError::NewerFormat { file: "vault.bin".into(), found: 2, supported: 1 };
        assert_eq!(find(&disk).err(), Some(newer));
    }

    #[test]
    fn another_phones_vault_is_refused() {
        let (disk, ..) = stored();
        let wrapped = find(&disk).unwrap().unwrap().wrapped;
        assert_eq!(wrapped.unwrap(&MemoryVault::new(2)).err(), Some(JournalError::Vault(VaultError::Rejected)));
    }

    #[test]
    fn keys_differ_by_segment_by_purpose_and_by_store() {
        let one = Secrets::generate(&SeededEntropy::new(1)).unwrap();
        let two = Secrets { store: [0; 16], secret: one.secret.clone(), signing_seed: one.signing_seed.clone() };
        assert_ne!(one.derive(b"a"), one.derive(b"b"));
        assert_ne!(one.derive(b"a"), two.derive(b"a"));
        let body = |binding: &Binding| {
            let mut out = Vec::new();
            binding.key.seal_into(&SeededEntropy::new(5), b"", b"body", &mut out).unwrap();
            out
        };
        assert_ne!(body(&one.binding(1)), body(&one.binding(2)));
        assert_ne!(*one.signing_seed, *one.derive(b"a"));
        assert_ne!(*one.derive(b"a"), *one.derive_own(b"a"));
    }

    #[test]
    fn a_key_store_that_gives_back_other_bytes_is_refused_at_once_and_later() {
        let (disk, vault, secrets) = stored();
        let lying = LyingVault;
        assert_eq!(secrets.wrap(&lying).err(), Some(JournalError::Vault(VaultError::Rejected)), "not made at all");
        let wrapped = find(&disk).unwrap().unwrap().wrapped;
        assert_eq!(wrapped.unwrap(&lying).err(), Some(JournalError::Vault(VaultError::Rejected)));
        // The two items, each authentic, the wrong way round.
        let swapped = Wrapped { secret: wrapped.signing_seed.clone(), signing_seed: wrapped.secret.clone(), ..wrapped };
        assert_eq!(swapped.unwrap(&vault).err(), Some(JournalError::Vault(VaultError::Rejected)));
    }
}
