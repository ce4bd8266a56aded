;; Writes output until the host says no, and answers what the host said: -17, ResourceLimitExceeded.
(module
  (import "icn" "host_write_output" (func $write (param i32 i32) (result i64)))
  (memory (export "memory") 16)
  (func $spam (export "run") (result i64)
    (local $answer i64)
    (loop $again
      (local.set $answer (call $write (i32.const 0) (i32.const 1048576)))
      (br_if $again (i64.ge_s (local.get $answer) (i64.const 0))))
    (local.get $answer)))
