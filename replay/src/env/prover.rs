//! Call 26: a proof is made with the proving key that was voted for, from blocks that the job lists.

use super::BookEnv;
use crate::book::Book;
use icn_abi::Class;
use icn_base::Cid;
use icn_base::run::ProveAnswer;
use icn_dag::{Batch, Block, MemStore, Store, file};
use icn_sandbox::{Denial, EnvError, WitnessRequest};
use icn_zk::circuits::{BuiltIn, Layout, Task};
use icn_zk::prove::{FromWitness, Proved, WITNESS_BYTES_MAX, Witness, prove_from};
use icn_zk::setup::{PROVING_KEY_BYTES_MAX, ProvingKey, read_proving_key};
use serde_json::value::RawValue;
use std::sync::{Arc, Mutex, PoisonError};

/// The proving key that was used last, of which file and for which circuit. What is in it changes no
/// answer.
static LAST: Mutex<Option<(Cid, BuiltIn, Arc<ProvingKey>)>> = Mutex::new(None);

impl<B: Book> BookEnv<B> {
    pub(super) fn make_proof(
        &mut self,
        request: &WitnessRequest,
        call: u32,
    ) -> Result<Vec<u8>, EnvError> {
        let row = self.circuit_row(&request.circuit)?;
        let built_in = row.as_ref().and_then(|row| row.built_in());
        let prover = row.and_then(|row| row.prover);
        let (Some(built_in), Some(prover)) = (built_in, prover) else {
            let text = "the circuit has no built-in prover";
            return Err(Denial::new(Class::InvalidSystemApiCall, text).into());
        };
        let witness = read_witness(request.witness.get())?;
        let bytes = self.listed_file(&prover.key)?;
        let key = proving_key(&prover.key, &bytes, built_in)?;
        let job = *self.scratch.id();
        let proved = prove_from(built_in, &key, &witness, (&job.cid().to_bytes(), call));
        let proved = proved.map_err(|error| Denial::new(Class::CryptoError, error.to_string()))?;
        answer(&proved)
    }

    /// A file of blocks, all of which the job lists.
    fn listed_file(&mut self, cid: &Cid) -> Result<Vec<u8>, EnvError> {
        let mut here = MemStore::default();
        let mut wanted = vec![*cid];
        let mut bytes_left = PROVING_KEY_BYTES_MAX;
        while let Some(cid) = wanted.pop() {
            if !self.job().spec.reads.iter().any(|read| read.cid == cid) {
                let text = format!("the proving key's block {cid} is not among the job's `reads`");
                return Err(Denial::new(Class::PermissionDenied, text).into());
            }
            let bytes = self.book.block(&cid)?;
            bytes_left = bytes_left.checked_sub(bytes.len()).ok_or_else(too_large)?;
            let block = Block::new(cid.codec(), bytes);
            let block = block.map_err(|error| EnvError::Fault(error.to_string()))?;
            let links = block.links();
            wanted.extend(links.map_err(|error| EnvError::Fault(error.to_string()))?);
            here.commit(Batch::of([block]))
                .map_err(|error| EnvError::Fault(error.to_string()))?;
        }
        let mut bytes = Vec::new();
        let read = file::get(&here, cid, &mut bytes, |_| {});
        read.map_err(|error| Denial::new(Class::DagOperationFailed, error.to_string()))?;
        Ok(bytes)
    }
}

fn too_large() -> Denial {
    let text = format!("a proving key has at most {PROVING_KEY_BYTES_MAX} bytes");
    Denial::new(Class::ResourceLimitExceeded, text)
}

fn read_witness(json: &str) -> Result<Witness, Denial> {
    if json.len() > WITNESS_BYTES_MAX {
        let text = format!("a witness has at most {WITNESS_BYTES_MAX} bytes");
        return Err(Denial::new(Class::ResourceLimitExceeded, text));
    }
    serde_json::from_str(json)
        .map_err(|error| Denial::new(Class::Serialization, format!("the witness: {error}")))
}

/// The key of a file, read once for several proofs. The file was voted for by its CID.
fn proving_key(cid: &Cid, bytes: &[u8], circuit: BuiltIn) -> Result<Arc<ProvingKey>, EnvError> {
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((known, of, key)) = &*last
        && (known, *of) == (cid, circuit)
    {
        return Ok(Arc::clone(key));
    }
    let key = read_proving_key(bytes, &circuit.with(LayoutOf), true);
    let key = key.map_err(|error| Denial::new(Class::CryptoError, error.to_string()))?;
    let key = Arc::new(key);
    *last = Some((*cid, circuit, Arc::clone(&key)));
    Ok(key)
}

struct LayoutOf;

impl Task for LayoutOf {
    type Output = Layout;

    fn run<C: FromWitness>(self) -> Layout {
        Layout::of::<C>()
    }
}

fn answer(proved: &Proved) -> Result<Vec<u8>, EnvError> {
    let raw = |text: &String| RawValue::from_string(text.clone());
    let faulty = |error: serde_json::Error| EnvError::Fault(error.to_string());
    let answer = ProveAnswer {
        proof: raw(&proved.proof).map_err(faulty)?,
        public: raw(&proved.public).map_err(faulty)?,
    };
    serde_json::to_vec(&answer).map_err(faulty)
}
