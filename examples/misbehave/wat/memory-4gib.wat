;; Declares 4 GiB to begin with: refused by the gate.
(module
  (memory (export "memory") 65536)
  (func (export "run") (result i64) (i64.const 0)))
