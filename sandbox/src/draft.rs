//! Jobs that nobody submitted: for `icn run`, tests and benches, where no book gives the job an id,
//! an owner or a price.

use crate::Run;
use icn_base::limits::{BID_WINDOW_MS_DEFAULT, ENTRY_DEFAULT, MEMORY_PAGES_DEFAULT, TIME_MS_MAX};
use icn_base::run::{Agreement, Grant, Input, JobSpec, Listed, Requires};
use icn_base::{Bytes, Cid, Codec, Did, JobId, Keypair, Mana, Time};
use std::sync::Arc;

/// A job in the making. What is not said is as in a job that does not say it.
#[derive(Clone, Debug)]
pub struct JobDraft {
    run: Run,
}

impl JobDraft {
    /// A job for this module, with an owner of its own.
    pub fn new(code: impl Into<Arc<[u8]>>) -> Self {
        let code = code.into();
        let owner = Keypair::from_seed([0; 32]).did();
        let spec = JobSpec {
            module: Cid::of(Codec::Raw, &code),
            entry: ENTRY_DEFAULT.to_owned(),
            input: Input::Inline(Bytes::default()),
            reads: Vec::new(),
            fuel_limit: 1_000_000_000,
            memory_pages: MEMORY_PAGES_DEFAULT,
            max_price: Mana::ZERO,
            bid_window_ms: BID_WINDOW_MS_DEFAULT,
            deadline: Time::from_ms(TIME_MS_MAX).unwrap_or(Time::ZERO),
            agreement: Agreement::default(),
            requires: Requires::default(),
            grants: Vec::new(),
            coordinator: owner,
            retry_of: None,
        };
        let job = JobId::new(spec.module);
        Self {
            run: Run {
                job,
                owner,
                spec,
                code,
                input: Arc::new([]),
                wall_ms: 60_000,
            },
        }
    }

    /// The function to call.
    #[must_use]
    pub fn entry(mut self, entry: &str) -> Self {
        entry.clone_into(&mut self.run.spec.entry);
        self
    }

    /// Fuel at most.
    #[must_use]
    pub fn fuel(mut self, fuel: u64) -> Self {
        self.run.spec.fuel_limit = fuel;
        self
    }

    /// Memory at most, in pages of 64 KiB.
    #[must_use]
    pub fn pages(mut self, pages: u32) -> Self {
        self.run.spec.memory_pages = pages;
        self
    }

    /// What the guest reads.
    #[must_use]
    pub fn input(mut self, input: &[u8]) -> Self {
        self.run.spec.input = Input::Cid(Cid::of(Codec::Raw, input));
        self.run.input = input.into();
        self
    }

    /// One more grant.
    #[must_use]
    pub fn grant(mut self, grant: Grant) -> Self {
        self.run.spec.grants.push(grant);
        self
    }

    /// One more block that may be read.
    #[must_use]
    pub fn read(mut self, cid: Cid, size: u64) -> Self {
        self.run.spec.reads.push(Listed { cid, size });
        self
    }

    /// The account that it runs as.
    #[must_use]
    pub fn owner(mut self, owner: Did) -> Self {
        self.run.owner = owner;
        self
    }

    /// How long it may take here.
    #[must_use]
    pub fn wall_ms(mut self, ms: u64) -> Self {
        self.run.wall_ms = ms;
        self
    }

    /// The job as it is run.
    pub fn into_run(self) -> Arc<Run> {
        Arc::new(self.run)
    }
}
