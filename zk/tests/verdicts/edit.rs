//! Files of snarkjs, and what a row of the table does to one of them.

use serde_json::Value;

/// One statement in the form of snarkjs, and a second of the same key.
#[derive(Clone, Debug)]
pub(crate) struct Files {
    pub(crate) curve: &'static str,
    pub(crate) key: Vec<u8>,
    pub(crate) proof: Vec<u8>,
    pub(crate) public: Vec<u8>,
    pub(crate) proof_2: Vec<u8>,
    pub(crate) public_2: Vec<u8>,
    pub(crate) key_without_phase_2: Vec<u8>,
}

/// Which file a row changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum File {
    Key,
    Proof,
    Public,
}

/// What a row does to its file.
#[derive(Clone, Debug)]
pub(crate) enum Edit {
    /// Puts a value at a JSON pointer.
    Set(&'static str, Value),
    /// Takes a field out of the file's object.
    Remove(&'static str),
    /// Adds to the list at a JSON pointer.
    Push(&'static str, Value),
    /// Replaces the first of a text.
    Replace(&'static str, &'static str),
    /// Something else altogether.
    Whole(Vec<u8>),
}

impl Files {
    /// These files, one of them edited.
    pub(crate) fn edited(&self, file: File, edit: &Edit) -> Self {
        let mut edited = self.clone();
        let bytes = match file {
            File::Key => &mut edited.key,
            File::Proof => &mut edited.proof,
            File::Public => &mut edited.public,
        };
        *bytes = edit.apply(bytes);
        edited
    }
}

impl Edit {
    fn apply(&self, bytes: &[u8]) -> Vec<u8> {
        let mut json: Value = serde_json::from_slice(bytes).unwrap();
        match self {
            Self::Set(at, value) => *json.pointer_mut(at).unwrap() = value.clone(),
            Self::Remove(field) => {
                json.as_object_mut().unwrap().remove(*field).unwrap();
            }
            Self::Push(at, value) => {
                let list = json.pointer_mut(at).unwrap().as_array_mut().unwrap();
                list.push(value.clone());
            }
            Self::Replace(from, to) => {
                let text = str::from_utf8(bytes).unwrap();
                assert!(text.contains(from), "{from}");
                return text.replacen(from, to, 1).into_bytes();
            }
            Self::Whole(bytes) => return bytes.clone(),
        }
        json.to_string().into_bytes()
    }
}

macro_rules! files {
    ($curve:literal) => {
        Files {
            curve: $curve,
            key: include_bytes!(concat!("../../vectors/", $curve, "/key.json")).to_vec(),
            proof: include_bytes!(concat!("../../vectors/", $curve, "/proof.json")).to_vec(),
            public: include_bytes!(concat!("../../vectors/", $curve, "/public.json")).to_vec(),
            proof_2: include_bytes!(concat!("../../vectors/", $curve, "/proof_2.json")).to_vec(),
            public_2: include_bytes!(concat!("../../vectors/", $curve, "/public_2.json")).to_vec(),
            key_without_phase_2: include_bytes!(concat!(
                "../../vectors/",
                $curve,
                "/key_without_phase_2.json"
            ))
            .to_vec(),
        }
    };
}

/// The statement over BN254.
pub(crate) fn bn128() -> Files {
    files!("bn128")
}

/// The statement over BLS12-381.
pub(crate) fn bls12381() -> Files {
    files!("bls12381")
}
