;; Its entry point takes a parameter: refused by the gate.
(module
  (memory (export "memory") 1)
  (func (export "run") (param i32) (result i64) (i64.const 0)))
