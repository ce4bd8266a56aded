;; Asks for all of the address space, again and again: ends out of fuel, with its first page only.
(module
  (memory (export "memory") 1)
  (func $grab (export "run") (result i64)
    (loop $again
      (drop (memory.grow (i32.const 65535)))
      (br $again))
    (i64.const 0)))
