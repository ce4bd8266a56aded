//! The governed parameters: name, type, bounds, default and meaning, one row each.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;
use std::str::FromStr;

/// What the number of a parameter counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An amount of mana.
    Mana,
    /// Milliseconds.
    Ms,
    /// Hundredths of a percent.
    BasisPoints,
    /// Anything that is counted.
    Count,
}

impl Kind {
    /// The unit, as people read it.
    pub const fn unit(self) -> &'static str {
        match self {
            Self::Mana => "mana",
            Self::Ms => "ms",
            Self::BasisPoints => "basis points",
            Self::Count => "",
        }
    }
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Its name, everywhere.
    pub name: &'static str,
    /// What its number counts.
    pub kind: Kind,
    /// The least it can be set to.
    pub min: u64,
    /// What it is where genesis says nothing.
    pub default: u64,
    /// The most it can be set to.
    pub max: u64,
    /// What it means, in one line.
    pub meaning: &'static str,
}

/// Declares the parameters from their rows.
macro_rules! parameters {
    ($($variant:ident $name:literal $kind:ident $min:literal $default:literal $max:literal
       $meaning:literal;)*) => {
        /// A governed parameter.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Parameter {
            $(#[doc = $meaning] $variant,)*
        }

        impl Parameter {
            /// Every parameter, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Its row.
            pub const fn row(self) -> &'static Row {
                match self {
                    $(Self::$variant => &Row {
                        name: $name,
                        kind: Kind::$kind,
                        min: $min,
                        default: $default,
                        max: $max,
                        meaning: $meaning,
                    },)*
                }
            }
        }
    };
}

parameters! {
    TxFee "tx_fee" Mana 0 1 1_000
        "What each transaction pays the treasury.";
    MaxTxLifeMs "max_tx_life_ms" Ms 10_000 600_000 86_400_000
        "How far ahead a transaction's last valid time may be.";
    RegenAmount "regen_amount" Mana 0 10 1_000_000
        "What a member regains at each whole interval.";
    RegenIntervalMs "regen_interval_ms" Ms 1_000 60_000 86_400_000
        "The interval of regeneration.";
    Capacity "capacity" Mana 1 10_000 1_000_000_000_000
        "The total up to which a member regenerates.";
    MarketFeeBp "market_fee_bp" BasisPoints 0 200 5_000
        "The treasury's part of each charge, rounded up.";
    Bond "bond" Mana 0 10 1_000_000
        "The least bond of an executor for one job.";
    EffectFee "effect_fee" Mana 0 1 1_000
        "What each effect of a run pays the treasury when it is applied.";
    MaxJobMs "max_job_ms" Ms 10_000 3_600_000 604_800_000
        "How far ahead a job's deadline may be.";
    AssignGraceMs "assign_grace_ms" Ms 100 3_000 600_000
        "How long after the bid window the coordinator may assign, and after it anyone entitled.";
    MinRunMs "min_run_ms" Ms 0 2_000 600_000
        "The least time between an assignment and its job's deadline, beside the fuel's.";
    FuelPerMs "fuel_per_ms" Count 1 100_000 1_000_000_000
        "The fuel that any executor is expected to burn in a millisecond.";
    AcceptMs "accept_ms" Ms 0 2_000 600_000
        "How long after its assignment an executor may decline without loss.";
    PrecisionMs "precision_ms" Ms 1 500 60_000
        "How far the clocks of validators may differ.";
    DelayMs "delay_ms" Ms 1 2_000 60_000
        "How long a proposed block may travel; the bound grows with the round.";
    RevealWindowMs "reveal_window_ms" Ms 100 5_000 600_000
        "How long several executors have to reveal their receipts.";
    ValuableQuorum "valuable_quorum" Count 1 2 7
        "Equal receipts that a job with valuable grants needs, unless it names its executors.";
    AnchorTtlMs "anchor_ttl_ms" Ms 60_000 2_592_000_000 31_536_000_000
        "How long an anchored record is kept.";
    ProposalFee "proposal_fee" Mana 0 10 1_000_000
        "What a proposal escrows: its proposer's reward if it executes, else the treasury's.";
    MinDeliberationMs "min_deliberation_ms" Ms 0 3_600_000 2_592_000_000
        "The least time between a proposal and its vote.";
    MaxDeliberationMs "max_deliberation_ms" Ms 1_000 2_592_000_000 31_536_000_000
        "How long a proposal may wait for its vote before it expires.";
    MinVotingMs "min_voting_ms" Ms 0 86_400_000 2_592_000_000
        "The least time of a vote, however certain its outcome.";
    MaxVotingMs "max_voting_ms" Ms 1_000 604_800_000 31_536_000_000
        "When a vote closes by itself.";
    ExecutionDelayMs "execution_delay_ms" Ms 0 3_600_000 2_592_000_000
        "The least time between a vote and what it does.";
    ChangeDelayMs "change_delay_ms" Ms 0 86_400_000 2_592_000_000
        "The same, where it changes parameters, validators, members or the treasury.";
    ExecuteByMs "execute_by_ms" Ms 1_000 604_800_000 31_536_000_000
        "How long after that delay a proposal may be executed before it expires.";
    QuorumBp "quorum_bp" BasisPoints 1 3_334 10_000
        "The part of the eligible members that must vote.";
    ThresholdBp "threshold_bp" BasisPoints 5_001 5_001 10_000
        "The part of the votes for or against that must be for.";
    StrictQuorumBp "strict_quorum_bp" BasisPoints 1 5_000 10_000
        "The quorum for governance parameters, validators and removals.";
    StrictThresholdBp "strict_threshold_bp" BasisPoints 5_001 6_667 10_000
        "The threshold for governance parameters, validators and removals.";
    ZkManaPerKconstraint "zk_mana_per_kconstraint" Mana 0 1 1_000
        "What a thousand constraints of a circuit cost when its proof is verified or made.";
    MemberRootGraceMs "member_root_grace_ms" Ms 0 60_000 3_600_000
        "How long a root of the members' tree counts after another has replaced it.";
    RevocationRootGraceMs "revocation_root_grace_ms" Ms 0 0 3_600_000
        "How long a root of an issuer's revocation tree counts after another has replaced it.";
}

/// Why a parameter cannot be set so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParameterError {
    /// No such parameter.
    #[error("there is no parameter `{0}`: GET /v1/parameters lists them")]
    Unknown(String),
    /// The value is outside the hard bounds.
    #[error("{} is at least {} and at most {}, this is {value}", row.name, row.min, row.max)]
    Bounds {
        /// The parameter's row.
        row: &'static Row,
        /// What was asked for.
        value: u64,
    },
}

impl PartialEq for Row {
    /// Names are unique, so they decide.
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Row {}

impl Parameter {
    /// True for the rules of voting themselves, which are harder to change than others.
    pub const fn is_governance(self) -> bool {
        self as u16 >= Self::ProposalFee as u16 && self as u16 <= Self::StrictThresholdBp as u16
    }

    /// True for the times of a proposal's life, which are above 0 where several members decide.
    pub fn is_time_of_voting(self) -> bool {
        self.is_governance() && self.row().kind == Kind::Ms
    }

    /// Refuses a value outside the hard bounds.
    pub fn check(self, value: u64) -> Result<(), ParameterError> {
        let row = self.row();
        if (row.min..=row.max).contains(&value) {
            Ok(())
        } else {
            Err(ParameterError::Bounds { row, value })
        }
    }
}

impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.row().name)
    }
}

impl FromStr for Parameter {
    type Err = ParameterError;

    fn from_str(name: &str) -> Result<Self, ParameterError> {
        let found = Self::ALL.iter().find(|one| one.row().name == name);
        found
            .copied()
            .ok_or_else(|| ParameterError::Unknown(name.chars().take(64).collect()))
    }
}

impl Serialize for Parameter {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.row().name)
    }
}

impl<'de> Deserialize<'de> for Parameter {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        name.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_default_is_within_its_bounds_and_bounds_hold_exactly() {
        for parameter in Parameter::ALL {
            let row = parameter.row();
            assert!(row.min < row.max, "{parameter}");
            for inside in [row.min, row.default, row.max] {
                assert_eq!(parameter.check(inside), Ok(()), "{parameter} {inside}");
            }
            assert!(parameter.check(row.max.wrapping_add(1)).is_err());
            if let Some(below) = row.min.checked_sub(1) {
                assert!(parameter.check(below).is_err(), "{parameter}");
            }
        }
    }

    #[test]
    fn names_are_unique_and_come_back() {
        let names: BTreeSet<_> = Parameter::ALL.iter().map(|one| one.row().name).collect();
        assert_eq!(names.len(), Parameter::ALL.len());
        for parameter in Parameter::ALL {
            assert_eq!(parameter.to_string().parse(), Ok(*parameter));
            let json = serde_json::to_string(parameter).unwrap();
            assert_eq!(
                serde_json::from_str::<Parameter>(&json).unwrap(),
                *parameter
            );
        }
        assert!("TX_FEE".parse::<Parameter>().is_err());
        assert!("".parse::<Parameter>().is_err());
    }

    #[test]
    fn amounts_and_times_stay_within_what_mana_and_time_can_be() {
        for row in Parameter::ALL.iter().map(|one| one.row()) {
            let most = match row.kind {
                Kind::Mana => icn_base::limits::MANA_MAX,
                Kind::Ms => icn_base::limits::TIME_MS_MAX,
                Kind::BasisPoints => 10_000,
                Kind::Count => u64::MAX,
            };
            assert!(row.max <= most, "{}", row.name);
        }
    }

    #[test]
    fn the_rules_of_voting_are_known_as_such() {
        let names = Parameter::ALL.iter().filter(|one| one.is_governance());
        let names: Vec<_> = names.map(|one| one.row().name).collect();
        expect_test::expect!["proposal_fee min_deliberation_ms max_deliberation_ms min_voting_ms max_voting_ms execution_delay_ms change_delay_ms execute_by_ms quorum_bp threshold_bp strict_quorum_bp strict_threshold_bp"].assert_eq(&names.join(" "));
    }

    #[test]
    fn the_table_is_frozen() {
        let shown: String = Parameter::ALL
            .iter()
            .map(|one| one.row())
            .map(|row| {
                let unit = row.kind.unit();
                format!(
                    "{} {}..{}..{} {unit}\n",
                    row.name, row.min, row.default, row.max
                )
            })
            .collect();
        expect_test::expect![[r#"
            tx_fee 0..1..1000 mana
            max_tx_life_ms 10000..600000..86400000 ms
            regen_amount 0..10..1000000 mana
            regen_interval_ms 1000..60000..86400000 ms
            capacity 1..10000..1000000000000 mana
            market_fee_bp 0..200..5000 basis points
            bond 0..10..1000000 mana
            effect_fee 0..1..1000 mana
            max_job_ms 10000..3600000..604800000 ms
            assign_grace_ms 100..3000..600000 ms
            min_run_ms 0..2000..600000 ms
            fuel_per_ms 1..100000..1000000000 
            accept_ms 0..2000..600000 ms
            precision_ms 1..500..60000 ms
            delay_ms 1..2000..60000 ms
            reveal_window_ms 100..5000..600000 ms
            valuable_quorum 1..2..7 
            anchor_ttl_ms 60000..2592000000..31536000000 ms
            proposal_fee 0..10..1000000 mana
            min_deliberation_ms 0..3600000..2592000000 ms
            max_deliberation_ms 1000..2592000000..31536000000 ms
            min_voting_ms 0..86400000..2592000000 ms
            max_voting_ms 1000..604800000..31536000000 ms
            execution_delay_ms 0..3600000..2592000000 ms
            change_delay_ms 0..86400000..2592000000 ms
            execute_by_ms 1000..604800000..31536000000 ms
            quorum_bp 1..3334..10000 basis points
            threshold_bp 5001..5001..10000 basis points
            strict_quorum_bp 1..5000..10000 basis points
            strict_threshold_bp 5001..6667..10000 basis points
            zk_mana_per_kconstraint 0..1..1000 mana
            member_root_grace_ms 0..60000..3600000 ms
            revocation_root_grace_ms 0..0..3600000 ms
        "#]]
        .assert_eq(&shown);
    }
}
