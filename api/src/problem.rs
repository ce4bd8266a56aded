//! What went wrong, as `application/problem+json` (RFC 9457).
//!
//! Numbers below 1,000 are the ledger's own. Those of the API itself are here; like the ledger's,
//! they are never changed or given away again. Which status each has is said in one place, in
//! `node`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The media type of every refusal.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// A name for the kind of problem: `urn:icn:problem:` and the name of its code.
    #[serde(rename = "type")]
    pub kind: String,
    /// What kind of problem it is, for people.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened here.
    pub detail: String,
    /// The number of the refusal.
    pub code: u16,
    /// The class that the number belongs to: one of eighteen names.
    pub class: String,
    /// What to do about it.
    pub hint: String,
    /// True if the same request may succeed later.
    pub retryable: bool,
    /// The request, as it stands in the node's log.
    pub request_id: String,
}

/// Declares the API's own refusals: number, name, class, retryable, title, hint.
macro_rules! codes {
    ($($number:literal $name:ident $class:literal $retryable:literal $title:literal $hint:literal;)*) => {
        /// A refusal of the API itself.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = $title] $name,)*
        }

        impl Code {
            /// Every code, in the order of their numbers.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Its number.
            pub const fn number(self) -> u16 {
                match self { $(Self::$name => $number,)* }
            }

            /// Its name.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)* }
            }

            /// The class it belongs to.
            pub const fn class(self) -> &'static str {
                match self { $(Self::$name => $class,)* }
            }

            /// True if the same request may succeed later.
            pub const fn retryable(self) -> bool {
                match self { $(Self::$name => $retryable,)* }
            }

            /// What kind of problem it is.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }

            /// What to do about it.
            pub const fn hint(self) -> &'static str {
                match self { $(Self::$name => $hint,)* }
            }
        }
    };
}

codes! {
    1000 NoRoute "InvalidSystemApiCall" false
        "There is no such route." "See /openapi.json for those there are.";
    1001 WrongMethod "InvalidSystemApiCall" false
        "The route has no such method." "The `Allow` header names those it has.";
    1002 BadPath "InvalidSystemApiCall" false
        "A part of the path cannot be read." "Ids are CIDs, accounts are DIDs.";
    1003 BadQuery "InvalidSystemApiCall" false
        "The query cannot be read." "See /openapi.json for what may be asked.";
    1004 BadHeader "InvalidSystemApiCall" false
        "A header cannot be read." "Send it once, in its usual form.";
    1005 BadBody "Serialization" false
        "The body cannot be read." "The detail says where; /openapi.json has its shape.";
    1006 WrongMediaType "Serialization" false
        "The body's media type is not one that this route reads." "Set `Content-Type`.";
    1007 NotAcceptable "InvalidSystemApiCall" false
        "There is no answer of the type that is asked for." "Ask with `?format=` or `Accept`.";
    1008 BodyTooLarge "ResourceLimitExceeded" false
        "The body is larger than this route takes." "Send it in parts.";
    1009 TooSlow "ExecutionTimeout" true
        "The request did not come to its end in time." "Send it faster, or in parts.";
    1010 TokenMissing "PermissionDenied" false
        "This needs the operator's token."
        "Send `Authorization: Bearer` with the token that `icn init` wrote.";
    1011 TokenWrong "PermissionDenied" false
        "The token is not the operator's." "It stands in the node's data directory.";
    1012 HostNotAllowed "PermissionDenied" false
        "The `Host` is not a name of this node." "Add it to `api.hosts` in icn.toml.";
    1013 OriginNotAllowed "PermissionDenied" false
        "Pages of that origin may not call this node." "Add it to `api.origins` in icn.toml.";
    1014 TooManyRequests "ResourceLimitExceeded" true
        "This client has sent too many requests." "Wait as long as `Retry-After` says.";
    1015 Busy "ResourceLimitExceeded" true
        "The node has no room for more at once." "Wait as long as `Retry-After` says.";
    1016 Stopping "Internal" true
        "The node is stopping." "Try again once it is back, or ask another node.";
    1017 BadCursor "InvalidSystemApiCall" false
        "The cursor is none of this list." "Begin without one.";
    1018 KeyReused "InvalidSystemApiCall" false
        "The Idempotency-Key was used for another request." "Use a new key for a new request.";
    1019 KeyInFlight "InvalidJobState" true
        "A request with this Idempotency-Key is being answered." "Wait, then send it again.";
    1020 UnknownBlock "DagOperationFailed" false
        "The block is not here." "Ask another node, or import it.";
    1021 Incomplete "DagOperationFailed" false
        "Blocks below this one are not here." "Import what is missing, or ask another node.";
    1022 BadBlock "DagOperationFailed" false
        "The bytes are no block." "A block is raw or canonical dag-cbor, of at most 2 MiB.";
    1023 BadCar "DagOperationFailed" false
        "The file is no CAR, or a block in it is wrong." "Write CAR v1 with sha2-256 CIDs.";
    1024 TooMuch "ResourceLimitExceeded" false
        "The answer would be larger than a node gives at once." "Take parts of it.";
    1025 UnknownTransaction "DagOperationFailed" false
        "No transaction of this id is known." "Check the id, or send the transaction again.";
    1026 UnknownReceipt "MissingOrInvalidReceipt" false
        "There is no such receipt." "A job has one once it was settled.";
    1027 UnknownRow "InvalidSystemApiCall" false
        "There is no such thing." "Check the name or id.";
    1028 Gone "DagOperationFailed" false
        "This node no longer remembers so far back." "Ask another node.";
    1029 NonceTaken "InvalidJobState" false
        "Another transaction of this account waits with the same nonce." "Take another nonce.";
    1030 NonceFarAhead "ResourceLimitExceeded" true
        "The nonce is too far ahead to wait for." "Send the transactions before it first.";
    1031 AccountFull "ResourceLimitExceeded" true
        "The account has as many transactions waiting as it may." "Send it again later.";
    1032 MempoolFull "ResourceLimitExceeded" true
        "Too many transactions wait for a block." "Send it again later.";
    1033 StoreFull "ResourceLimitExceeded" false
        "The store has no room." "Unpin and run `icn dag gc`, or raise the quota.";
    1034 StoreFault "Internal" true
        "The store failed." "See the node's log, and run `icn doctor`.";
    1035 Fault "Internal" true
        "The node failed." "See the node's log for this request.";
    1036 TooManyInBatch "ResourceLimitExceeded" false
        "A body holds at most 1,000 transactions." "Send several.";
    1037 HeadersTooLarge "ResourceLimitExceeded" false
        "The headers are larger than a node reads." "Send fewer.";
}

impl Code {
    /// The name of the kind of problem.
    pub fn kind(self) -> String {
        kind(self.name())
    }
}

/// The name of a kind of problem, from the name of its code.
pub fn kind(name: &str) -> String {
    format!("urn:icn:problem:{name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_ascend_above_those_of_the_ledger() {
        assert!(Code::ALL.is_sorted_by(|a, b| a.number() < b.number()));
        assert!(Code::ALL.iter().all(|code| code.number() >= 1_000));
    }

    #[test]
    fn every_code_says_what_to_do() {
        for code in Code::ALL {
            assert!(
                code.title().ends_with('.') && code.hint().ends_with('.'),
                "{code:?}"
            );
        }
    }
}
