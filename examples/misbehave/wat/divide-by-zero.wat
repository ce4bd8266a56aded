;; Divides by zero: a trap.
(module
  (memory (export "memory") 1)
  (func $divide (export "run") (result i64)
    (i64.div_s (i64.const 1) (i64.const 0))))
