;; Traps three calls deep: the backtrace names inner, middle and outer.
(module
  (memory (export "memory") 1)
  (func $inner (unreachable))
  (func $middle (call $inner))
  (func $outer (export "run") (result i64) (call $middle) (i64.const 0)))
