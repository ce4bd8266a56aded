//! What std would have brought: an allocator and a panic handler, for guests that do without it.

#![expect(
    unsafe_code,
    reason = "a global allocator is an unsafe trait; it works on addresses nobody else owns"
)]

use super::{calls::log_message, level};
use core::alloc::{GlobalAlloc, Layout};
use core::arch::wasm32::{memory_grow, memory_size, unreachable};
use core::fmt::{self, Write};
use core::panic::PanicInfo;
use core::ptr::{self, null_mut};
use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};

const PAGE_BYTES: usize = 65_536;

/// Hands out memory from the end of the data upwards. Only the newest piece can grow in place or be
/// given back: a run is short, and all of its memory goes with it.
struct Bump {
    /// The first free address; 0 until the first use. A guest has one thread.
    next: AtomicUsize,
}

#[global_allocator]
static HEAP: Bump = Bump {
    next: AtomicUsize::new(0),
};

unsafe extern "C" {
    /// Where the linker ended the data; only its address means something.
    static __heap_base: u8;
}

impl Bump {
    fn next(&self) -> usize {
        match self.next.load(Relaxed) {
            0 => (&raw const __heap_base).addr(),
            next => next,
        }
    }

    /// Moves the free address to `end`, growing memory up to it.
    fn reach(&self, end: usize) -> bool {
        let have = memory_size(0) * PAGE_BYTES;
        let grown = end <= have || memory_grow(0, (end - have).div_ceil(PAGE_BYTES)) != usize::MAX;
        if grown {
            self.next.store(end, Relaxed);
        }
        grown
    }
}

// SAFETY: pieces are disjoint, because `next` only moves back over the newest of them, and lie in
// memory that `reach` has made sure of.
unsafe impl GlobalAlloc for Bump {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let start = self.next().checked_next_multiple_of(layout.align());
        let end = start.and_then(|start| start.checked_add(layout.size()));
        match (start, end) {
            (Some(start), Some(end)) if self.reach(end) => ptr::with_exposed_provenance_mut(start),
            _ => null_mut(),
        }
    }

    unsafe fn dealloc(&self, piece: *mut u8, layout: Layout) {
        if piece.addr() + layout.size() == self.next() {
            self.next.store(piece.addr(), Relaxed);
        }
    }

    unsafe fn realloc(&self, piece: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let newest = piece.addr() + layout.size() == self.next();
        let end = piece.addr().checked_add(size);
        if newest {
            return if end.is_some_and(|end| self.reach(end)) {
                piece
            } else {
                null_mut()
            };
        }
        if size <= layout.size() {
            return piece;
        }
        // SAFETY: the alignment is one that a layout already had, and `alloc` refuses a size that
        // does not fit.
        let fresh = unsafe { self.alloc(Layout::from_size_align_unchecked(size, layout.align())) };
        if !fresh.is_null() {
            // SAFETY: `fresh` is new and longer than `piece`, which holds `layout.size()` bytes.
            unsafe { ptr::copy_nonoverlapping(piece, fresh, layout.size()) };
        }
        fresh
    }
}

/// Says in the log where and why, then traps.
#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    let mut line = Line {
        bytes: [0; 256],
        length: 0,
    };
    // What does not fit the line is cut.
    write!(line, "{info}").ok();
    log_message(level::ERROR, line.text()).ok();
    unreachable()
}

/// A line on the stack: after a failed allocation there is no heap to write it to.
struct Line {
    bytes: [u8; 256],
    length: usize,
}

impl Line {
    fn text(&self) -> &str {
        let bytes = &self.bytes[..self.length];
        match core::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => core::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or(""),
        }
    }
}

impl Write for Line {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            let Some(room) = self.bytes.get_mut(self.length) else {
                return Err(fmt::Error);
            };
            *room = byte;
            self.length += 1;
        }
        Ok(())
    }
}
