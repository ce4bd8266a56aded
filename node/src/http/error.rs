//! Every refusal's way to an HTTP status. This is the only place that knows both.

use super::door::{NoAnswer, NoEvidence};
use super::past::Refusal;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use icn_abi::Class;
use icn_api::problem::{self, Code, Problem};
use icn_api::tx::RefusalView;
use icn_dag::StoreError;
use icn_dag::car::CarError;
use icn_ledger::Reject;
use icn_mesh::NotTaken;
use std::fmt::Display;

/// What a handler answers with when it cannot do what was asked.
pub(super) type Answer<T> = Result<T, Failure>;

/// The book's number for a transaction that is too large.
const TOO_LARGE: u16 = 1;

/// The book's numbers for what may be taken later, just as it is: the nonce's turn comes, or mana
/// grows back.
const LATER: [u16; 3] = [12, 13, 102];

/// The book's numbers for what there is none of: a circuit, a proposal, an issuer, a credential.
const UNKNOWN: [u16; 4] = [606, 702, 903, 906];

/// Numbers below are the book's.
const FIRST_OF_THE_API: u16 = 1_000;

/// The longest detail that a client is given: it may repeat what the client sent.
const DETAIL_CHARS_MAX: usize = 512;

/// A refusal on its way out. It becomes a body once the request's id is known, in `gate.rs`.
#[derive(Clone, Debug)]
pub(super) struct Failure {
    status: StatusCode,
    problem: Box<Problem>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Failure {
    /// One of the API's own.
    pub(super) fn new(code: Code, detail: impl Display) -> Self {
        let status = status_of(code);
        let failure = Self {
            status,
            problem: Box::new(Problem {
                kind: code.kind(),
                title: code.title().to_owned(),
                status: status.as_u16(),
                detail: short(&detail.to_string()),
                code: code.number(),
                class: code.class().to_owned(),
                hint: code.hint().to_owned(),
                retryable: code.retryable(),
                request_id: String::new(),
            }),
            headers: Vec::new(),
        };
        match status {
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => failure.after_s(1),
            StatusCode::UNAUTHORIZED => failure.with(header::WWW_AUTHENTICATE, "Bearer"),
            _ => failure,
        }
    }

    /// When to come again.
    pub(super) fn after_s(mut self, seconds: u64) -> Self {
        self.headers
            .retain(|(name, _)| *name != header::RETRY_AFTER);
        self.headers.push((header::RETRY_AFTER, seconds.into()));
        self
    }

    /// Adds a header.
    pub(super) fn with(mut self, name: HeaderName, value: &'static str) -> Self {
        self.headers.push((name, HeaderValue::from_static(value)));
        self
    }

    /// A refusal of the book's, as it was remembered.
    pub(super) fn remembered(refusal: &Refusal) -> Self {
        let class = Class::ALL
            .iter()
            .find(|class| class.name() == refusal.class);
        let status = status_of_reject(refusal.code, class.copied().unwrap_or(Class::Internal));
        Self {
            status,
            problem: Box::new(Problem {
                kind: problem::kind(&refusal.name),
                title: "The book refuses it.".to_owned(),
                status: status.as_u16(),
                detail: short(&refusal.message),
                code: refusal.code,
                class: refusal.class.clone(),
                hint: refusal.hint.clone(),
                retryable: LATER.contains(&refusal.code),
                request_id: String::new(),
            }),
            headers: Vec::new(),
        }
    }

    /// The same, inside an answer that has several.
    pub(super) fn view(self) -> RefusalView {
        RefusalView {
            code: self.problem.code,
            class: self.problem.class,
            message: self.problem.detail,
            hint: self.problem.hint,
            retryable: self.problem.retryable,
        }
    }

    /// True if it is the node's own fault, which its log should have.
    pub(super) fn is_fault(&self) -> bool {
        self.status == StatusCode::INTERNAL_SERVER_ERROR
    }

    /// True if the same request would be refused again, whoever sends it.
    pub(super) fn is_final(&self) -> bool {
        let by_token = [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN];
        !self.problem.retryable && !by_token.contains(&self.status)
    }

    /// True if the book has refused it, and not this node.
    pub(super) fn is_the_books(&self) -> bool {
        self.problem.code < FIRST_OF_THE_API
    }

    /// What happened.
    pub(super) fn detail(&self) -> &str {
        &self.problem.detail
    }

    /// The answer, with the request's id.
    pub(super) fn respond(mut self, request_id: &str) -> Response {
        request_id.clone_into(&mut self.problem.request_id);
        let body = serde_json::to_vec(&self.problem).expect("a problem is plain words");
        let media = HeaderValue::from_static(problem::MEDIA_TYPE);
        let mut response = (self.status, [(header::CONTENT_TYPE, media)], body).into_response();
        response.headers_mut().extend(
            self.headers
                .into_iter()
                .map(|(name, value)| (Some(name), value)),
        );
        response
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Where the API's own refusals stand.
const fn status_of(code: Code) -> StatusCode {
    match code {
        Code::BadPath
        | Code::BadQuery
        | Code::BadHeader
        | Code::BadBody
        | Code::BadCursor
        | Code::TooManyInBatch => StatusCode::BAD_REQUEST,
        Code::TokenMissing => StatusCode::UNAUTHORIZED,
        Code::TokenWrong | Code::OriginNotAllowed => StatusCode::FORBIDDEN,
        Code::NoRoute
        | Code::UnknownBlock
        | Code::Incomplete
        | Code::UnknownTransaction
        | Code::UnknownReceipt
        | Code::UnknownRow => StatusCode::NOT_FOUND,
        Code::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
        Code::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
        Code::TooSlow => StatusCode::REQUEST_TIMEOUT,
        Code::KeyInFlight | Code::NonceTaken => StatusCode::CONFLICT,
        Code::Gone => StatusCode::GONE,
        Code::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Code::WrongMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Code::HostNotAllowed => StatusCode::MISDIRECTED_REQUEST,
        Code::KeyReused | Code::BadBlock | Code::BadCar | Code::TooMuch => {
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Code::TooManyRequests | Code::NonceFarAhead | Code::AccountFull => {
            StatusCode::TOO_MANY_REQUESTS
        }
        Code::HeadersTooLarge => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
        Code::StoreFault | Code::Fault => StatusCode::INTERNAL_SERVER_ERROR,
        Code::Busy | Code::Stopping | Code::MempoolFull => StatusCode::SERVICE_UNAVAILABLE,
        Code::StoreFull => StatusCode::INSUFFICIENT_STORAGE,
    }
}

/// Where the book's refusals stand: by their class, but for a few that HTTP has a word for.
fn status_of_reject(number: u16, class: Class) -> StatusCode {
    if number == TOO_LARGE {
        return StatusCode::PAYLOAD_TOO_LARGE;
    }
    if UNKNOWN.contains(&number) {
        return StatusCode::NOT_FOUND;
    }
    match class {
        Class::UnknownJob => StatusCode::NOT_FOUND,
        Class::PermissionDenied => StatusCode::FORBIDDEN,
        Class::InvalidJobState | Class::ExecutionTimeout => StatusCode::CONFLICT,
        Class::Serialization => StatusCode::BAD_REQUEST,
        Class::Economic => StatusCode::PAYMENT_REQUIRED,
        Class::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        Class::NotImplemented => StatusCode::NOT_IMPLEMENTED,
        Class::MissingOrInvalidReceipt
        | Class::ProcessingFailure
        | Class::InvalidSpec
        | Class::HostAbi
        | Class::DagOperationFailed
        | Class::SignatureError
        | Class::CryptoError
        | Class::WasmExecutionError
        | Class::ResourceLimitExceeded
        | Class::InvalidSystemApiCall => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

/// What is said of what a client sent, cut where it would be long.
fn short(text: &str) -> String {
    match text.char_indices().nth(DETAIL_CHARS_MAX) {
        None => text.to_owned(),
        Some((at, _)) => format!("{}…", &text[..at]),
    }
}

impl From<Reject> for Failure {
    fn from(reject: Reject) -> Self {
        Self::remembered(&Refusal::from(&reject))
    }
}

impl From<NotTaken> for Failure {
    fn from(not: NotTaken) -> Self {
        let code = match &not {
            NotTaken::Book(reject) => return reject.clone().into(),
            NotTaken::Known | NotTaken::NonceTaken { .. } => Code::NonceTaken,
            NotTaken::NonceFarAhead { .. } => Code::NonceFarAhead,
            NotTaken::AccountFull => Code::AccountFull,
            NotTaken::Full => Code::MempoolFull,
        };
        Self::new(code, not)
    }
}

impl From<NoAnswer> for Failure {
    fn from(none: NoAnswer) -> Self {
        match none {
            NoAnswer::Busy => Self::new(Code::Busy, none),
            NoAnswer::Stopped => Self::new(Code::Stopping, none),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let code = match &error {
            StoreError::Quota { .. } | StoreError::DiskFull => Code::StoreFull,
            StoreError::Missing(_) => Code::Incomplete,
            StoreError::Block { .. } => Code::BadBlock,
            StoreError::Damaged { .. } | StoreError::Io { .. } | StoreError::Stopped(_) => {
                Code::StoreFault
            }
        };
        Self::new(code, error)
    }
}

impl From<CarError> for Failure {
    fn from(error: CarError) -> Self {
        match error {
            CarError::Store(error) => error.into(),
            CarError::TooMany(_) => Self::new(Code::TooMuch, error),
            CarError::Write { .. } => Self::new(Code::Fault, error),
            CarError::Frame(_) | CarError::Block { .. } => Self::new(Code::BadCar, error),
        }
    }
}

impl From<NoEvidence> for Failure {
    fn from(none: NoEvidence) -> Self {
        let code = match &none {
            NoEvidence::Unknown(_) => Code::UnknownReceipt,
            NoEvidence::Gone(_) => Code::Gone,
            NoEvidence::Lacking(_) => Code::Incomplete,
        };
        Self::new(code, none)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_client_sent_is_not_given_back_at_length() {
        let failure = Failure::new(Code::BadBody, "ä".repeat(100_000));
        assert_eq!(failure.detail().chars().count(), DETAIL_CHARS_MAX + 1);
    }

    #[test]
    fn whoever_is_told_to_come_again_is_told_when() {
        for code in Code::ALL {
            let failure = Failure::new(*code, "");
            let has = |(name, _): &(HeaderName, _)| *name == header::RETRY_AFTER;
            let wants = matches!(failure.status.as_u16(), 429 | 503);
            assert_eq!(failure.headers.iter().any(has), wants, "{code:?}");
        }
    }

    #[test]
    fn the_numbers_that_are_named_here_are_the_books() {
        let name = |number| {
            let mut all = Reject::ALL.iter().chain(icn_governance::Refusal::ALL);
            all.find(|(known, _)| *known == number)
                .map(|(_, name)| *name)
        };
        assert_eq!(name(TOO_LARGE), Some("TooLarge"));
        let unknown = UNKNOWN.map(|number| name(number).unwrap());
        let names = [
            "UnknownCircuit",
            "UnknownProposal",
            "NotIssuer",
            "UnknownCredential",
        ];
        assert_eq!(unknown, names);
        let later = LATER.map(|number| name(number).unwrap());
        assert_eq!(later, ["NonceAhead", "FeeNotPayable", "NotEnough"]);
    }

    #[test]
    fn the_books_numbers_pass_through() {
        let failure = Failure::from(Reject::AmountZero {});
        assert_eq!((failure.problem.code, failure.status.as_u16()), (100, 402));
        assert_eq!(failure.problem.kind, "urn:icn:problem:AmountZero");
    }
}
