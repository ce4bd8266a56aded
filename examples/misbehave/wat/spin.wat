;; Never returns: ends out of fuel.
(module
  (memory (export "memory") 1)
  (func $spin (export "run") (result i64)
    (loop $again (br $again))
    (i64.const 0)))
