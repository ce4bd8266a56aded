;; Never gets as far as its entry point: ends out of fuel.
(module
  (memory (export "memory") 1)
  (func $spin (loop $again (br $again)))
  (start $spin)
  (func (export "run") (result i64) (i64.const 0)))
