;; The sums of resizing, four or sixteen at a time. Weights are in units of 2^-22; 2097152 is half of one, so that sums round.
;; Both write and read up to 15 bytes more than they are asked for.
(module
  (memory (export "memory") 1)

  ;; A row of $count pixels at $into, each from $taps neighbouring pixels of the row at $from. For each, $table has the place of the
  ;; first of them in bytes, then the weights.
  (func (export "resizeRow")
    (param $from i32) (param $into i32) (param $table i32) (param $count i32) (param $taps i32)
    (local $pixel i32) (local $tap i32) (local $sums v128)
    (loop $pixels
      (local.set $pixel (i32.add (local.get $from) (i32.load (local.get $table))))
      (local.set $table (i32.add (local.get $table) (i32.const 4)))
      (local.set $sums (v128.const i32x4 2097152 2097152 2097152 2097152))
      (local.set $tap (local.get $taps))
      (loop $neighbours
        ;; Red, green, blue, and a byte that is of no use.
        (local.set $sums
          (i32x4.add
            (local.get $sums)
            (i32x4.mul
              (i32x4.extend_low_i16x8_u (i16x8.extend_low_i8x16_u (v128.load32_zero (local.get $pixel))))
              (v128.load32_splat (local.get $table)))))
        (local.set $pixel (i32.add (local.get $pixel) (i32.const 3)))
        (local.set $table (i32.add (local.get $table) (i32.const 4)))
        (br_if $neighbours (local.tee $tap (i32.sub (local.get $tap) (i32.const 1)))))
      (local.set $sums (i32x4.shr_u (local.get $sums) (i32.const 22)))
      (local.set $sums (i16x8.narrow_i32x4_s (local.get $sums) (local.get $sums)))
      ;; The next pixel overwrites the fourth byte.
      (v128.store32_lane 0 (local.get $into) (i8x16.narrow_i16x8_u (local.get $sums) (local.get $sums)))
      (local.set $into (i32.add (local.get $into) (i32.const 3)))
      (br_if $pixels (local.tee $count (i32.sub (local.get $count) (i32.const 1))))))

  ;; A row of $count bytes at $into, from the $taps rows at $from, which are as long and have their weights at $weights.
  (func (export "sumRows")
    (param $from i32) (param $into i32) (param $weights i32) (param $count i32) (param $taps i32)
    (local $x i32) (local $at i32) (local $weight i32) (local $tap i32)
    (local $bytes v128) (local $half v128) (local $factor v128)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (loop $columns
      (local.set $a (v128.const i32x4 2097152 2097152 2097152 2097152))
      (local.set $b (local.get $a))
      (local.set $c (local.get $a))
      (local.set $d (local.get $a))
      (local.set $at (i32.add (local.get $from) (local.get $x)))
      (local.set $weight (local.get $weights))
      (local.set $tap (local.get $taps))
      (loop $rows
        (local.set $bytes (v128.load (local.get $at)))
        (local.set $factor (v128.load32_splat (local.get $weight)))
        (local.set $half (i16x8.extend_low_i8x16_u (local.get $bytes)))
        (local.set $a
          (i32x4.add (local.get $a) (i32x4.mul (local.get $factor) (i32x4.extend_low_i16x8_u (local.get $half)))))
        (local.set $b
          (i32x4.add (local.get $b) (i32x4.mul (local.get $factor) (i32x4.extend_high_i16x8_u (local.get $half)))))
        (local.set $half (i16x8.extend_high_i8x16_u (local.get $bytes)))
        (local.set $c
          (i32x4.add (local.get $c) (i32x4.mul (local.get $factor) (i32x4.extend_low_i16x8_u (local.get $half)))))
        (local.set $d
          (i32x4.add (local.get $d) (i32x4.mul (local.get $factor) (i32x4.extend_high_i16x8_u (local.get $half)))))
        (local.set $at (i32.add (local.get $at) (local.get $count)))
        (local.set $weight (i32.add (local.get $weight) (i32.const 4)))
        (br_if $rows (local.tee $tap (i32.sub (local.get $tap) (i32.const 1)))))
      (v128.store
        (i32.add (local.get $into) (local.get $x))
        (i8x16.narrow_i16x8_u
          (i16x8.narrow_i32x4_s
            (i32x4.shr_u (local.get $a) (i32.const 22))
            (i32x4.shr_u (local.get $b) (i32.const 22)))
          (i16x8.narrow_i32x4_s
            (i32x4.shr_u (local.get $c) (i32.const 22))
            (i32x4.shr_u (local.get $d) (i32.const 22)))))
      (br_if $columns
        (i32.lt_u (local.tee $x (i32.add (local.get $x) (i32.const 16))) (local.get $count))))))
