//! How a run ends. Every code is closed and numbered: it stands in receipts, so it is equal on
//! every machine or it is not there.

use serde::{Deserialize, Serialize};

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exit {
    /// The entry point returned this number; 0 if it returns none.
    Ok(i64),
    /// The guest trapped.
    Trap(TrapCode),
    /// The fuel of the job was spent.
    OutOfFuel,
    /// The guest wanted more memory or table than the job allows.
    OutOfMemory,
    /// More calls were open than may be, by the counted depth.
    TooDeep,
    /// The module may not run at all; nothing of it was executed.
    Refused(RefusalCode),
}

impl Exit {
    /// True if the guest came to its end by itself.
    pub const fn is_ok(self) -> bool {
        matches!(self, Self::Ok(_))
    }
}

/// Declares a closed enum whose variants have a number and a name.
macro_rules! codes {
    (
        $(#[$doc:meta])* $name:ident {
            $($(#[$row:meta])* $variant:ident = $number:literal, $text:literal;)*
        }
    ) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[repr(u16)]
        pub enum $name {
            $($(#[$row])* #[serde(rename = $text)] $variant = $number,)*
        }

        impl $name {
            /// Every code, in the order of their numbers.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// Its number, which never changes.
            pub const fn number(self) -> u16 {
                self as u16
            }

            /// Its name, as in JSON and dag-cbor.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}

codes! {
    /// What a guest did that ended it.
    TrapCode {
        /// It ran into `unreachable`: a panic, an abort or a failed assertion.
        Unreachable = 1, "unreachable";
        /// It read or wrote outside its memory, or a data segment does not fit.
        MemoryOutOfBounds = 2, "memory_out_of_bounds";
        /// It used a table outside its bounds, or an element segment does not fit.
        TableOutOfBounds = 3, "table_out_of_bounds";
        /// It called an empty place in a table.
        IndirectCallToNull = 4, "indirect_call_to_null";
        /// It called through a table with another type than the function's.
        BadSignature = 5, "bad_signature";
        /// An integer result does not fit.
        IntegerOverflow = 6, "integer_overflow";
        /// It divided an integer by zero.
        DivisionByZero = 7, "division_by_zero";
        /// It made an integer of a float that is none or does not fit.
        BadConversion = 8, "bad_conversion";
        /// It gave a host call a range outside its memory.
        HostAbi = 9, "host_abi";
    }
}

codes! {
    /// Why a module may not run.
    RefusalCode {
        /// The bytes are no WebAssembly.
        NotWasm = 1, "not_wasm";
        /// The text format.
        TextFormat = 2, "text_format";
        /// Machine code or an engine's own format.
        Precompiled = 3, "precompiled";
        /// A component.
        Component = 4, "component";
        /// More bytes than a module may have.
        ModuleBytes = 5, "module_bytes";
        /// Not a valid module.
        Malformed = 6, "malformed";
        /// It uses a feature outside the profile.
        Feature = 7, "feature";
        /// Too many types.
        Types = 10, "types";
        /// Too many functions.
        Functions = 11, "functions";
        /// A function with too many parameters.
        Params = 12, "params";
        /// A function or block with too many results.
        Results = 13, "results";
        /// A function with too many locals.
        Locals = 14, "locals";
        /// Blocks nested too deeply.
        Nesting = 15, "nesting";
        /// A branch table with too many targets.
        BranchTargets = 16, "branch_targets";
        /// A function body of too many bytes.
        BodyBytes = 17, "body_bytes";
        /// Too many bytes of data.
        DataBytes = 18, "data_bytes";
        /// Too many data or element segments, or too many elements in them.
        Segments = 19, "segments";
        /// Too many globals.
        Globals = 20, "globals";
        /// Too many exports, or a name that is too long.
        Exports = 21, "exports";
        /// Too many tables, or too many elements in them.
        Tables = 22, "tables";
        /// More memory from the start than any job may have.
        MemoryPages = 23, "memory_pages";
        /// An import that icn does not offer.
        UnknownImport = 30, "unknown_import";
        /// A host call imported with a type it does not have.
        ImportType = 31, "import_type";
        /// Memory is imported; a guest brings its own.
        MemoryImported = 32, "memory_imported";
        /// No memory is exported as `memory`.
        MemoryMissing = 33, "memory_missing";
        /// The entry point is not exported.
        EntryMissing = 34, "entry_missing";
        /// The entry point's type is not `() -> i64` or `() -> ()`.
        EntryType = 35, "entry_type";
        /// An export has a name that metering keeps for itself.
        ReservedName = 36, "reserved_name";
    }
}
