//! Points in files: how many there are is known before any is read.

use super::ProvingKey;
use crate::circuits::Layout;
use ark_bn254::{G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_groth16::VerifyingKey;
use ark_serialize::{CanonicalDeserialize, CanonicalSerialize, Compress, Validate};

/// Bytes of a proving key's file: twice what the largest built-in circuit needs.
pub const PROVING_KEY_BYTES_MAX: usize = 16 * 1024 * 1024;

const MAGIC: &[u8; 16] = b"icn/zk/proving/1";

/// Why a file is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyFileError {
    /// It begins with other bytes.
    #[error("the file is of another kind")]
    Magic,
    /// It is made for another circuit, or for none.
    #[error("the file has another number of points than this circuit needs")]
    Counts,
    /// Its length is not that of its points.
    #[error("the file is cut off, or goes on after its end")]
    Length,
    /// What should be a point is none, or is in no group.
    #[error("a point is not on its curve, or not in its group")]
    Point,
}

/// A file that is written.
pub(super) struct Writer(Vec<u8>);

impl Writer {
    pub(super) fn new(magic: &[u8; 16], counts: &[usize]) -> Self {
        let mut bytes = magic.to_vec();
        for count in counts {
            bytes.extend((*count as u64).to_le_bytes());
        }
        Self(bytes)
    }

    pub(super) fn points<P: CanonicalSerialize>(&mut self, points: &[P]) {
        for point in points {
            point
                .serialize_uncompressed(&mut self.0)
                .expect("memory takes all bytes");
        }
    }

    pub(super) fn finish(self) -> Vec<u8> {
        self.0
    }
}

/// A file that is read.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
    validate: Validate,
}

impl<'a> Reader<'a> {
    /// Reads the head: what it is, and its counts.
    pub(super) fn new<const N: usize>(
        magic: &[u8; 16],
        bytes: &'a [u8],
    ) -> Result<(Self, [usize; N]), KeyFileError> {
        let (head, mut rest) = bytes.split_at_checked(16).ok_or(KeyFileError::Magic)?;
        if head != magic {
            return Err(KeyFileError::Magic);
        }
        let mut counts = [0; N];
        for count in &mut counts {
            let (word, after) = rest.split_first_chunk().ok_or(KeyFileError::Length)?;
            let number = u64::from_le_bytes(*word);
            *count = usize::try_from(number).map_err(|_| KeyFileError::Counts)?;
            rest = after;
        }
        let validate = Validate::Yes;
        Ok((Self { rest, validate }, counts))
    }

    pub(super) fn point<P: CanonicalDeserialize>(&mut self) -> Result<P, KeyFileError> {
        if self.rest.is_empty() {
            return Err(KeyFileError::Length);
        }
        P::deserialize_with_mode(&mut self.rest, Compress::No, self.validate)
            .map_err(|_| KeyFileError::Point)
    }

    /// Reads so many points, as far as there are bytes for them.
    pub(super) fn points<P: AffineRepr>(&mut self, count: usize) -> Result<Vec<P>, KeyFileError> {
        let size = P::generator().uncompressed_size();
        if self.rest.len() / size < count {
            return Err(KeyFileError::Length);
        }
        (0..count).map(|_| self.point()).collect()
    }

    pub(super) const fn end(&self) -> Result<(), KeyFileError> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(KeyFileError::Length)
        }
    }
}

/// Writes a proving key's file.
pub fn proving_key_bytes(key: &ProvingKey) -> Vec<u8> {
    let counts = [
        key.vk.gamma_abc_g1.len(),
        key.l_query.len(),
        key.h_query.len(),
    ];
    let mut file = Writer::new(MAGIC, &counts);
    file.points(&[key.vk.alpha_g1, key.beta_g1, key.delta_g1]);
    file.points(&[key.vk.beta_g2, key.vk.gamma_g2, key.vk.delta_g2]);
    file.points(&key.vk.gamma_abc_g1);
    file.points(&key.a_query);
    file.points(&key.b_g1_query);
    file.points(&key.b_g2_query);
    file.points(&key.h_query);
    file.points(&key.l_query);
    file.finish()
}

/// Reads a proving key of a circuit of this layout. A key that is `trusted` by its CID, because it
/// was voted for, has its points taken as they are; of any other each is shown to be in its group.
pub fn read_proving_key(
    bytes: &[u8],
    layout: &Layout,
    trusted: bool,
) -> Result<ProvingKey, KeyFileError> {
    let (mut file, counts) = Reader::new(MAGIC, bytes)?;
    let Layout {
        instance, witness, ..
    } = *layout;
    let powers = layout.domain - 1;
    if counts != [instance, witness, powers] {
        return Err(KeyFileError::Counts);
    }
    if trusted {
        file.validate = Validate::No;
    }
    let all = instance + witness;
    let [alpha_g1, beta_g1, delta_g1] = [file.point()?, file.point()?, file.point()?];
    let [beta_g2, gamma_g2, delta_g2]: [G2Affine; 3] =
        [file.point()?, file.point()?, file.point()?];
    let gamma_abc_g1: Vec<G1Affine> = file.points(instance)?;
    let key = ProvingKey {
        vk: VerifyingKey {
            alpha_g1,
            beta_g2,
            gamma_g2,
            delta_g2,
            gamma_abc_g1,
        },
        beta_g1,
        delta_g1,
        a_query: file.points(all)?,
        b_g1_query: file.points(all)?,
        b_g2_query: file.points(all)?,
        h_query: file.points(powers)?,
        l_query: file.points(witness)?,
    };
    file.end()?;
    Ok(key)
}
