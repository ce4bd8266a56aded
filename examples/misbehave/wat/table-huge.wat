;; Declares a table of four thousand million elements: refused by the gate.
(module
  (memory (export "memory") 1)
  (table 4294967295 funcref)
  (func (export "run") (result i64) (i64.const 0)))
