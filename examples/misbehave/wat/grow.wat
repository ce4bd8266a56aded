;; Takes a page and writes to it, until there is none: grow answers -1 at the declared limit, and it traps.
(module
  (memory (export "memory") 1)
  (func $hoard (export "run") (result i64)
    (local $page i32)
    (loop $more
      (local.set $page (memory.grow (i32.const 1)))
      (if (i32.eq (local.get $page) (i32.const -1)) (then (unreachable)))
      (i32.store8 (i32.mul (local.get $page) (i32.const 65536)) (i32.const 1))
      (br $more))
    (i64.const 0)))
