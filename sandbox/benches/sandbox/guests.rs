//! The guests that are measured, as text.

/// A guest's bytes.
pub(crate) struct Guest {
    pub(crate) wasm: Vec<u8>,
}

impl Guest {
    pub(crate) fn text(text: &str) -> Self {
        Self {
            wasm: wat::parse_str(text).unwrap(),
        }
    }

    /// Does nothing.
    pub(crate) fn empty() -> Self {
        Self::text(
            r#"(module (memory (export "memory") 1) (func (export "run") (result i64) i64.const 0))"#,
        )
    }

    /// Has 1 MiB of initialised memory, and reads a little of it.
    pub(crate) fn large() -> Self {
        let data = "abcdefgh".repeat(1_048_576 / 8);
        Self::text(&format!(
            r#"(module (memory (export "memory") 17) (data (i32.const 0) "{data}")
              (func (export "run") (result i64) (i64.load8_u (i32.const 70000))))"#
        ))
    }

    /// Many functions of some size, for the compiler.
    pub(crate) fn functions(count: usize) -> Self {
        let body: String = (0..40)
            .map(|n| {
                format!(
                    "(local.set 1 (i64.add (i64.mul (local.get 1) (local.get 0)) (i64.const {n})))"
                )
            })
            .collect();
        let functions: String = (0..count)
            .map(|n| {
                format!("(func $f{n} (param i64) (result i64) (local i64) {body} (local.get 1))")
            })
            .collect();
        Self::text(&format!(
            r#"(module (memory (export "memory") 1) {functions}
              (func (export "run") (result i64) (call $f0 (i64.const 3))))"#
        ))
    }

    pub(crate) fn fib() -> Self {
        Self::text(
            r#"(module (memory (export "memory") 1)
              (func $fib (param $n i64) (result i64)
                (if (result i64) (i64.lt_u (local.get $n) (i64.const 2))
                  (then (local.get $n))
                  (else (i64.add
                    (call $fib (i64.sub (local.get $n) (i64.const 1)))
                    (call $fib (i64.sub (local.get $n) (i64.const 2)))))))
              (func (export "run") (result i64) (call $fib (i64.const 27))))"#,
        )
    }

    pub(crate) fn sieve() -> Self {
        Self::text(
            r#"(module (memory (export "memory") 17)
              (func (export "run") (result i64) (local $n i32) (local $m i32) (local $primes i64)
                (local.set $n (i32.const 2))
                (loop $next
                  (if (i32.eqz (i32.load8_u (local.get $n)))
                    (then
                      (local.set $primes (i64.add (local.get $primes) (i64.const 1)))
                      (if (i32.lt_u (local.get $n) (i32.const 1024))
                        (then
                          (local.set $m (i32.mul (local.get $n) (local.get $n)))
                          (block $done
                            (loop $strike
                              (br_if $done (i32.ge_u (local.get $m) (i32.const 1048576)))
                              (i32.store8 (local.get $m) (i32.const 1))
                              (local.set $m (i32.add (local.get $m) (local.get $n)))
                              (br $strike)))))))
                  (local.set $n (i32.add (local.get $n) (i32.const 1)))
                  (br_if $next (i32.lt_u (local.get $n) (i32.const 1048576))))
                (local.get $primes)))"#,
        )
    }

    pub(crate) fn matrix() -> Self {
        Self::text(
            r#"(module (memory (export "memory") 4)
              (func (export "run") (result i64)
                (local $i i32) (local $r i32) (local $c i32) (local $k i32) (local $sum f64)
                (local $left i32) (local $right i32)
                (loop $fill
                  (f64.store (i32.shl (local.get $i) (i32.const 3))
                    (f64.add (f64.convert_i32_u (i32.rem_u (local.get $i) (i32.const 7))) (f64.const 0.5)))
                  (local.set $i (i32.add (local.get $i) (i32.const 1)))
                  (br_if $fill (i32.lt_u (local.get $i) (i32.const 9216))))
                (loop $rows
                  (local.set $c (i32.const 0))
                  (loop $columns
                    (local.set $sum (f64.const 0))
                    (local.set $left (i32.mul (local.get $r) (i32.const 768)))
                    (local.set $right (i32.shl (local.get $c) (i32.const 3)))
                    (local.set $k (i32.const 96))
                    (loop $inner
                      (local.set $sum (f64.add (local.get $sum) (f64.mul
                        (f64.load (local.get $left)) (f64.load (local.get $right)))))
                      (local.set $left (i32.add (local.get $left) (i32.const 8)))
                      (local.set $right (i32.add (local.get $right) (i32.const 768)))
                      (br_if $inner (local.tee $k (i32.sub (local.get $k) (i32.const 1)))))
                    (f64.store offset=73728
                      (i32.add (i32.mul (local.get $r) (i32.const 768)) (i32.shl (local.get $c) (i32.const 3)))
                      (local.get $sum))
                    (local.set $c (i32.add (local.get $c) (i32.const 1)))
                    (br_if $columns (i32.lt_u (local.get $c) (i32.const 96))))
                  (local.set $r (i32.add (local.get $r) (i32.const 1)))
                  (br_if $rows (i32.lt_u (local.get $r) (i32.const 96))))
                (i64.load offset=73728 (i32.const 73720))))"#,
        )
    }
}

macro_rules! looped {
    ($setup:literal, $body:literal, $times:literal) => {
        concat!(
            r#"(module (memory (export "memory") 64 4096) (table 8 funcref) "#,
            "(global $g (mut i64) (i64.const 0)) (type $t (func (param i64) (result i64))) ",
            "(func $id (param i64) (result i64) (local.get 0)) (elem (i32.const 0) $id $id) ",
            r#"(func (export "run") (result i64) (local $i i32) (local $x i64) (local $f f64) "#,
            "(local.set $x (i64.const 88172645463325252)) (local.set $f (f64.const 1.5)) ",
            $setup,
            " (loop $l ",
            $body,
            " (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const ",
            $times,
            ")))) (i64.add (local.get $x) (i64.trunc_sat_f64_s (local.get $f)))))"
        )
    };
}

/// Kinds of work whose fuel should cost about the same time.
pub(crate) const WORK: [(&str, &str); 9] = [
    (
        "integer arithmetic",
        looped!(
            "",
            "(local.set $x (i64.xor (local.get $x) (i64.shl (local.get $x) (i64.const 13))))
             (local.set $x (i64.xor (local.get $x) (i64.shr_u (local.get $x) (i64.const 7))))
             (local.set $x (i64.xor (local.get $x) (i64.shl (local.get $x) (i64.const 17))))",
            "400000"
        ),
    ),
    (
        "random loads",
        looped!(
            "",
            "(local.set $x (i64.add (i64.mul (local.get $x) (i64.const 6364136223846793005))
               (i64.load (i32.and (i32.wrap_i64 (i64.shr_u (local.get $x) (i64.const 33)))
                 (i32.const 4194296)))))",
            "400000"
        ),
    ),
    (
        "integer division",
        looped!(
            "",
            "(local.set $x (i64.add (i64.div_u (i64.const -3) (i64.or (local.get $x) (i64.const 1)))
               (i64.extend_i32_u (local.get $i))))",
            "400000"
        ),
    ),
    (
        "float square roots",
        looped!(
            "",
            "(local.set $f (f64.sqrt (f64.add (local.get $f) (f64.const 2))))",
            "400000"
        ),
    ),
    (
        "indirect calls",
        looped!(
            "",
            "(local.set $x (call_indirect (type $t) (local.get $x)
               (i32.and (local.get $i) (i32.const 1))))",
            "400000"
        ),
    ),
    (
        "memory.grow by nothing",
        looped!("", "(drop (memory.grow (i32.const 0)))", "20000"),
    ),
    (
        "memory.grow by a page",
        looped!("", "(drop (memory.grow (i32.const 1)))", "4000"),
    ),
    (
        "fills of 64 KiB",
        looped!(
            "",
            "(memory.fill (i32.const 0) (local.get $i) (i32.const 65536))",
            "400"
        ),
    ),
    (
        "copies of 64 KiB",
        looped!(
            "",
            "(memory.copy (i32.const 0) (i32.const 1000000) (i32.const 65536))",
            "400"
        ),
    ),
];

/// Other work, to see what the figures of the schedule are worth beyond the kinds above.
pub(crate) const OTHER: [(&str, &str); 17] = [
    (
        "memory.grow by a page, touched",
        looped!(
            "",
            "(memory.fill (i32.shl (memory.grow (i32.const 1)) (i32.const 16)) (i32.const 1) (i32.const 65536))",
            "4000"
        ),
    ),
    (
        "loads in order",
        looped!(
            "",
            "(local.set $x (i64.add (local.get $x) (i64.load (i32.shl (local.get $i) (i32.const 3)))))",
            "400000"
        ),
    ),
    (
        "random stores",
        looped!(
            "",
            "(local.set $x (i64.mul (local.get $x) (i64.const 6364136223846793005)))
             (i64.store (i32.and (i32.wrap_i64 (i64.shr_u (local.get $x) (i64.const 33)))
               (i32.const 4194296)) (local.get $x))",
            "400000"
        ),
    ),
    (
        "random loads over 64 MiB",
        looped!(
            "(memory.fill (i32.shl (memory.grow (i32.const 1024)) (i32.const 16)) (i32.const 1) (i32.const 67108864))",
            "(local.set $x (i64.add (i64.mul (local.get $x) (i64.const 6364136223846793005))
               (i64.load (i32.and (i32.wrap_i64 (i64.shr_u (local.get $x) (i64.const 33)))
                 (i32.const 67108856)))))",
            "400000"
        ),
    ),
    (
        "copies of 4 MiB",
        looped!(
            "(drop (memory.grow (i32.const 128)))",
            "(memory.copy (i32.const 0) (i32.const 4194304) (i32.const 4194304))",
            "20"
        ),
    ),
    (
        "float division",
        looped!(
            "",
            "(local.set $f (f64.div (f64.const 3) (f64.add (local.get $f) (f64.const 2))))",
            "400000"
        ),
    ),
    (
        "float addition",
        looped!(
            "",
            "(local.set $f (f64.add (f64.add (f64.add (local.get $f) (f64.const 2)) (f64.const 1)) (f64.const -3)))",
            "400000"
        ),
    ),
    (
        "float minimum",
        looped!(
            "",
            "(local.set $f (f64.min (f64.max (local.get $f) (f64.const 2)) (f64.const 7)))",
            "400000"
        ),
    ),
    (
        "float to integer and back",
        looped!(
            "",
            "(local.set $f (f64.convert_i64_u (i64.trunc_sat_f64_u (f64.add (local.get $f) (f64.const 1)))))",
            "400000"
        ),
    ),
    (
        "float rounding",
        looped!(
            "",
            "(local.set $f (f64.nearest (f64.mul (local.get $f) (f64.const 1.01))))",
            "400000"
        ),
    ),
    (
        "multiplications",
        looped!(
            "",
            "(local.set $x (i64.mul (i64.mul (local.get $x) (local.get $x)) (local.get $x)))",
            "400000"
        ),
    ),
    (
        "bit counts",
        looped!(
            "",
            "(local.set $x (i64.add (i64.popcnt (local.get $x)) (i64.clz (local.get $x))))",
            "400000"
        ),
    ),
    (
        "direct calls",
        looped!("", "(local.set $x (call $id (local.get $x)))", "400000"),
    ),
    (
        "branch tables",
        looped!(
            "",
            "(block $a (block $b (block $c (br_table $a $b $c $b
               (i32.and (i32.mul (local.get $i) (i32.const 40503)) (i32.const 3))))))",
            "400000"
        ),
    ),
    (
        "globals",
        looped!(
            "",
            "(global.set $g (i64.add (global.get $g) (i64.const 3)))",
            "400000"
        ),
    ),
    (
        "tables",
        looped!(
            "",
            "(table.set 0 (i32.const 2) (table.get 0 (i32.and (local.get $i) (i32.const 1))))",
            "400000"
        ),
    ),
    (
        "table.grow by nothing",
        looped!(
            "",
            "(drop (table.grow 0 (ref.null func) (i32.const 0)))",
            "20000"
        ),
    ),
];
