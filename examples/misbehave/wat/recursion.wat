;; Calls itself without end: ends too deep, by count, long before any native stack does.
(module
  (memory (export "memory") 1)
  (func $deeper (export "run") (result i64)
    (i64.add (call $deeper) (i64.const 1))))
