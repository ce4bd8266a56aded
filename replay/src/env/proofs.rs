//! Calls 25 and 30: a proof is judged by the key in the book, and by what the book says of its
//! public inputs.

use super::BookEnv;
use crate::book::Book;
use icn_abi::Class;
use icn_base::Cid;
use icn_base::run::Nullifier;
use icn_governance::Parameter;
use icn_ledger::quote;
use icn_ledger::scratch::Need;
use icn_ledger::zk::{self, Circuit, Grove};
use icn_ledger::{Draft, Key};
use icn_sandbox::{CircuitInfo, Denial, EnvError, ProofRequest, Verified};
use icn_zk::circuits::{BuiltIn, holder};
use icn_zk::words::Numeral;
use icn_zk::{Keys, Verdict};

/// Prepared keys of this process. What is in it changes no answer.
static KEYS: Keys = Keys::new(64);

impl<B: Book> BookEnv<B> {
    /// A circuit that is not retired.
    pub(super) fn circuit_row(&mut self, id: &Cid) -> Result<Option<Circuit>, EnvError> {
        let need = Need::Rows(vec![Key::Zk(zk::Key::Circuit(*id))]);
        let row = self.read(&need, |draft| draft.zk().circuit(id).cloned())?;
        Ok(row.filter(|row| row.retired.is_none()))
    }

    pub(super) fn circuit_info(&mut self, id: &Cid) -> Result<Option<CircuitInfo>, EnvError> {
        let Some(row) = self.circuit_row(id)? else {
            return Ok(None);
        };
        let price = quote::proof(&self.job().fees, row.constraints).map_err(super::denied)?;
        Ok(Some(CircuitInfo {
            bls12_381: row.curve == icn_zk::Curve::Bls12381.tag(),
            inputs: row.inputs.len() as u64,
            constraints: row.constraints,
            price,
        }))
    }

    pub(super) fn verify(
        &mut self,
        request: &ProofRequest,
        revocation: bool,
    ) -> Result<Verified, EnvError> {
        let row = self.circuit_row(&request.circuit)?;
        let row = row.ok_or_else(|| refused("the circuit is not registered"))?;
        if revocation && row.built_in() != Some(BuiltIn::NotRevoked) {
            return Err(
                refused("the circuit does not state that a credential is not revoked").into(),
            );
        }
        let public = public(&row, request)?;
        let taken = public.taken(request)?;
        if let Some(taken) = &taken {
            self.check_not_taken(&request.circuit, taken)?;
        }
        if let Some(built_in) = row.built_in() {
            self.check_inputs(built_in, &public, request)?;
        }
        let key = KEYS.get(&request.circuit, &row.key);
        let key =
            key.map_err(|refusal| EnvError::Fault(format!("a key of the book: {refusal}")))?;
        let (proof, inputs) = (request.proof.get(), request.public.get());
        match key.judge(proof.as_bytes(), inputs.as_bytes()) {
            Verdict::Valid => Ok(Verified::Holds(taken)),
            Verdict::Invalid => Ok(Verified::Fails),
            Verdict::Malformed(malformed) => {
                Err(Denial::new(Class::CryptoError, malformed.to_string()).into())
            }
            Verdict::BadKey(fault) => Err(EnvError::Fault(fault.to_string())),
        }
    }

    fn check_not_taken(&mut self, circuit: &Cid, nullifier: &Nullifier) -> Result<(), EnvError> {
        let key = zk::nullifier_key(circuit, nullifier);
        let need = Need::Rows(vec![Key::Zk(zk::Key::Nullifier(key))]);
        if self.read(&need, |draft| draft.zk().taken(&key).is_some())? {
            let text =
                "the nullifier was taken before: its holder has had the one use of this scope";
            return Err(Denial::new(Class::PermissionDenied, text).into());
        }
        Ok(())
    }

    /// What the inputs of a built-in circuit must be: not out of date, of the holder and an issuer
    /// that are named, and of a tree that is current.
    fn check_inputs(
        &mut self,
        built_in: BuiltIn,
        public: &Public<'_>,
        request: &ProofRequest,
    ) -> Result<(), EnvError> {
        let now = Numeral(self.block.time.as_ms().into());
        if public.get("at_ms")? < now {
            let text = "the proof is out of date: its `at_ms` is before the block's time";
            return Err(Denial::new(Class::ExecutionTimeout, text).into());
        }
        if let Some(did) = &request.holder
            && public.get("holder")? != Numeral(holder(did))
        {
            return Err(denied("the proof is another holder's"));
        }
        if built_in == BuiltIn::Membership {
            let root = public.get("root")?;
            return self.check_root(Grove::Members, root, Parameter::MemberRootGraceMs);
        }
        let issuer = self.issuer(public.get("issuer")?, request)?;
        if built_in == BuiltIn::NotRevoked {
            let root = public.get("root")?;
            let grace = Parameter::RevocationRootGraceMs;
            return self.check_root(Grove::Issuer(issuer), root, grace);
        }
        Ok(())
    }

    /// The issuer, among those that the verifier accepts, whose key an input stands for.
    fn issuer(
        &mut self,
        input: Numeral,
        request: &ProofRequest,
    ) -> Result<icn_base::Did, EnvError> {
        for did in &request.issuers {
            let need = Need::Rows(vec![Key::Zk(zk::Key::Issuer(*did))]);
            let key = self.read(&need, |draft| {
                draft.zk().issuer(did).map(|issuer| issuer.circuit_key)
            })?;
            if key.is_some_and(|key| Numeral(key.issuer()) == input) {
                return Ok(*did);
            }
        }
        Err(denied(
            "the credential is of none of the `issuers` that are named",
        ))
    }

    fn check_root(
        &mut self,
        grove: Grove,
        root: Numeral,
        grace: Parameter,
    ) -> Result<(), EnvError> {
        let rows = vec![Key::Zk(zk::Key::Tree(grove)), Key::Parameter(grace)];
        let counts = |draft: &Draft<'_>| {
            let roots = draft.roots(grove);
            roots.counts(&root, draft.at(), draft.parameter(grace))
        };
        if self.read(&Need::Rows(rows), counts)? {
            Ok(())
        } else {
            Err(denied(
                "the tree has another root by now: prove with the current one",
            ))
        }
    }
}

/// Public inputs by name.
struct Public<'a> {
    row: &'a Circuit,
    values: Vec<String>,
}

/// Reads the inputs as texts. Whether they are field elements is for the judge.
fn public<'a>(row: &'a Circuit, request: &ProofRequest) -> Result<Public<'a>, Denial> {
    let values: Vec<String> = serde_json::from_str(request.public.get())
        .map_err(|error| Denial::new(Class::Serialization, error.to_string()))?;
    if values.len() != row.inputs.len() {
        let (found, wanted) = (values.len(), row.inputs.len());
        let text = format!("the circuit takes {wanted} public inputs, not {found}");
        return Err(Denial::new(Class::CryptoError, text));
    }
    Ok(Public { row, values })
}

impl Public<'_> {
    fn text(&self, name: &str) -> Result<&str, Denial> {
        let at = self.row.input(name);
        let value = at.and_then(|at| self.values.get(at));
        value.map(String::as_str).ok_or_else(|| {
            let text = format!("the circuit has no public input `{name}`");
            Denial::new(Class::InvalidSystemApiCall, text)
        })
    }

    fn get(&self, name: &str) -> Result<Numeral, Denial> {
        let numeral = self.text(name)?.parse();
        numeral.map_err(|error: icn_zk::words::NumeralError| {
            Denial::new(Class::CryptoError, format!("`{name}`: {error}"))
        })
    }

    /// The nullifier that the request takes, if it takes one.
    fn taken(&self, request: &ProofRequest) -> Result<Option<Nullifier>, Denial> {
        if !request.once {
            return Ok(None);
        }
        Ok(Some(Nullifier {
            scope: self.text("scope")?.to_owned(),
            nullifier: self.text("nullifier")?.to_owned(),
        }))
    }
}

fn refused(text: &str) -> Denial {
    Denial::new(Class::InvalidSystemApiCall, text)
}

fn denied(text: &str) -> EnvError {
    Denial::new(Class::PermissionDenied, text).into()
}
