;; Offers the host a range that wraps past the end of its memory: a trap of class HostAbi.
(module
  (import "icn" "host_write_output" (func $write (param i32 i32) (result i64)))
  (memory (export "memory") 1)
  (func $lie (export "run") (result i64)
    (call $write (i32.const 65535) (i32.const -1))))
