;; Makes the cheapest host call a million times: finishes with 1000000 if its fuel pays for that.
(module
  (import "icn" "host_abi_version" (func $version (result i64)))
  (memory (export "memory") 1)
  (func $spam (export "run") (result i64)
    (local $made i64)
    (loop $again
      (local.set $made (i64.add (local.get $made) (call $version)))
      (br_if $again (i64.lt_u (local.get $made) (i64.const 1000000))))
    (local.get $made)))
