//! Memory and tables: what the job allows is the only limit a guest can see.
//!
//! Growth of memory beyond what the module itself declares, or what any memory can have, is
//! answered by -1, as the specification says. Growth beyond what the job allows ends the run, the
//! same on every machine. Memory that this machine cannot give is its own fault.

use crate::fault::{End, NodeFault};
use crate::host::Host;
use icn_base::limits::{PAGE_BYTES, TABLE_ELEMENTS_MAX};
use wasmtime::{Error, ResourceLimiter, Result};

impl ResourceLimiter for Host {
    fn memory_growing(
        &mut self,
        _current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> Result<bool> {
        if maximum.is_some_and(|maximum| desired > maximum) {
            return Ok(false);
        }
        let (desired, pages) = (desired as u64, self.run.spec.memory_pages);
        if desired > u64::from(pages) * PAGE_BYTES {
            let wanted = desired.div_ceil(PAGE_BYTES);
            let text = format!("the guest wants {wanted} pages of memory, the job allows {pages}");
            return Err(Error::new(End::Memory(text)));
        }
        self.memory_peak = self.memory_peak.max(desired);
        Ok(true)
    }

    fn memory_grow_failed(&mut self, error: Error) -> Result<()> {
        Err(Error::new(End::Fault(NodeFault::Memory(error.to_string()))))
    }

    fn table_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> Result<bool> {
        // The bound is on all tables together. It is looked at first, because a table in the pool
        // has a maximum of the pool's, which one made on demand has not.
        let all = self.table_elements - current as u64 + desired as u64;
        if all > TABLE_ELEMENTS_MAX.into() {
            let text =
                format!("the guest wants {all} table elements, {TABLE_ELEMENTS_MAX} are allowed");
            return Err(Error::new(End::Memory(text)));
        }
        if maximum.is_some_and(|maximum| desired > maximum) {
            return Ok(false);
        }
        self.table_elements = all;
        Ok(true)
    }

    fn table_grow_failed(&mut self, error: Error) -> Result<()> {
        Err(Error::new(End::Fault(NodeFault::Memory(error.to_string()))))
    }
}
