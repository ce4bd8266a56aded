//! Credentials as JSON in the shape of W3C's Verifiable Credentials 2.0, for people and wallets.
//! The signatures are over the dag-cbor, so the export says what was signed and is not itself
//! signed.

use super::Credential;
use data_encoding::BASE64;
use icn_base::Time;
use serde_json::{Map, Value, json};

impl Credential {
    /// The export.
    pub fn to_vc(&self) -> Value {
        let statement = &self.statement;
        let mut subject = Map::from_iter([("id".to_owned(), json!(statement.holder))]);
        for (fact, value) in &statement.claims {
            subject.insert(fact.name().to_owned(), json!(value));
        }
        json!({
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "type": ["VerifiableCredential", "IcnCredential"],
            "id": format!("ipfs://{}", self.cid()),
            "issuer": statement.issuer,
            "validFrom": date(statement.issued),
            "validUntil": date(statement.valid_until),
            "credentialSubject": subject,
            "credentialStatus": {
                "type": "IcnRevocationTree",
                "issuer": statement.issuer,
                "index": statement.revocation_id,
            },
            "proof": [
                {
                    "type": "IcnEd25519DagCbor",
                    "verificationMethod": statement.issuer,
                    "proofPurpose": "assertionMethod",
                    "dagCbor": BASE64.encode(&self.encode()),
                    "proofValue": self.signature,
                },
                {
                    "type": "IcnSchnorrPoseidon",
                    "circuitKey": statement.circuit_key,
                    "commitment": statement.commitment,
                    "proofPurpose": "assertionMethod",
                    "proofValue": self.circuit_signature,
                },
            ],
        })
    }
}

/// A time as XML Schema and RFC 3339 write it. Years beyond 9999 have more digits.
fn date(time: Time) -> String {
    let ms = time.as_ms();
    let (days, rest) = (ms / 86_400_000, ms % 86_400_000);
    let (year, month, day) = civil(days);
    let (hour, minute) = (rest / 3_600_000, rest / 60_000 % 60);
    let (second, milli) = (rest / 1_000 % 60, rest % 1_000);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z")
}

/// Year, month and day of a day since 1970, by eras of 400 years that begin in March.
const fn civil(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let leap = day_of_era / 1_460 + day_of_era / 146_096 - day_of_era / 36_524;
    let year_of_era = (day_of_era - leap) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        for (ms, expected) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_795_834_799_999, "2026-11-28T02:59:59.999Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        ] {
            assert_eq!(date(Time::from_ms(ms).unwrap()), expected);
        }
    }
}
