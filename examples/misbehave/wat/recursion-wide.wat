;; Calls itself without end, with much to keep in each frame: ends too deep all the same.
(module
  (memory (export "memory") 1)
  (func $wide (param i64 i64 i64 i64 i64 i64 i64 i64) (result i64)
    (i64.add
      (call $wide
        (i64.add (local.get 0) (local.get 1)) (i64.add (local.get 1) (local.get 2))
        (i64.add (local.get 2) (local.get 3)) (i64.add (local.get 3) (local.get 4))
        (i64.add (local.get 4) (local.get 5)) (i64.add (local.get 5) (local.get 6))
        (i64.add (local.get 6) (local.get 7)) (i64.add (local.get 7) (local.get 0)))
      (i64.mul
        (i64.mul (i64.mul (local.get 0) (local.get 1)) (i64.mul (local.get 2) (local.get 3)))
        (i64.mul (i64.mul (local.get 4) (local.get 5)) (i64.mul (local.get 6) (local.get 7))))))
  (func $start (export "run") (result i64)
    (call $wide
      (i64.const 1) (i64.const 2) (i64.const 3) (i64.const 4)
      (i64.const 5) (i64.const 6) (i64.const 7) (i64.const 8))))
