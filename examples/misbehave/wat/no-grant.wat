;; Spends mana that nobody granted: answers -7, PermissionDenied, and has no effect.
(module
  (import "icn" "host_account_spend_mana" (func $spend (param i32 i32 i64) (result i64)))
  (memory (export "memory") 1)
  (func $steal (export "run") (result i64)
    (call $spend (i32.const 0) (i32.const 0) (i64.const 1000000))))
