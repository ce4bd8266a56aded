;; Offers a buffer for the answer that lies outside its memory: a trap of class HostAbi.
(module
  (import "icn" "host_read_input" (func $input (param i32 i32) (result i64)))
  (memory (export "memory") 1)
  (func $lie (export "run") (result i64)
    (call $input (i32.const 65536) (i32.const 4096))))
