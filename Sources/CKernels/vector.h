// Vectors of sixteen floats in the compiler's own vector types: portable C that becomes AVX-512,
// AVX2, SSE or NEON code, and that never depends on whether a loop was recognised.
#pragma once

#include <stdint.h>
#include <string.h>

// One copy of each entry per instruction set, chosen when the program is loaded.
#if defined(__x86_64__) && defined(__linux__)
#define DISPATCHED __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define DISPATCHED
#endif
#define INLINE static inline __attribute__((always_inline))

enum { lanes = 16 };

typedef float f32v __attribute__((vector_size(64)));
typedef int32_t i32v __attribute__((vector_size(64)));
typedef uint32_t u32v __attribute__((vector_size(64)));
typedef uint64_t u64v __attribute__((vector_size(64)));
typedef double f64v __attribute__((vector_size(128)));
typedef int64_t i64v __attribute__((vector_size(128)));

// What takes or gives a vector by value is a macro: a function's calling convention depends on the
// instruction set, which is open until the program is loaded.
#define load(target, source, count)                         \
  do {                                                      \
    if ((count) >= lanes) {                                 \
      memcpy(&(target), (source), sizeof(target));          \
    } else {                                                \
      memset(&(target), 0, sizeof(target));                 \
      memcpy(&(target), (source), (count) * sizeof((target)[0])); \
    }                                                       \
  } while (0)

#define store(target, value, count)                                              \
  memcpy((target), &(value), ((count) >= lanes ? lanes : (count)) * sizeof((value)[0]))

#define bits_of(v) ((i32v)(v))

#define splat(x) ((x) - (f32v){})

// Lanes of `yes` where the mask is all ones, of `no` where it is zero.
#define choose(mask, yes, no) ((f32v)(((mask) & (i32v)(yes)) | (~(mask) & (i32v)(no))))

// One bit a lane, of a mask whose lanes are all ones or zero.
typedef _Bool lane_bits __attribute__((ext_vector_type(16)));
INLINE uint32_t bits_of_mask(const i32v *mask) {
  lane_bits lanes_set = __builtin_convertvector(*mask, lane_bits);
  uint16_t bits;
  memcpy(&bits, &lanes_set, sizeof bits);
  return bits;
}

// Both give `a` where it is not a number, so that none is lost.
#define larger(a, b)                       \
  ({                                       \
    f32v larger_a = (a), larger_b = (b);   \
    choose(larger_b > larger_a, larger_b, larger_a); \
  })

#define smaller(a, b)                        \
  ({                                         \
    f32v smaller_a = (a), smaller_b = (b);   \
    choose(smaller_b < smaller_a, smaller_b, smaller_a); \
  })

// The larger of two vectors of bits, which for positive floats is the larger float.
#define larger_bits(a, b) ((((a) > (b)) & (a)) | (~((a) > (b)) & (b)))

INLINE double sum_of_lanes(const f64v *v) {
  double sum = 0;
  for (int l = 0; l < lanes; l++) sum += (*v)[l];
  return sum;
}

INLINE int32_t largest_lane(const i32v *v) {
  int32_t largest = 0;
  for (int l = 0; l < lanes; l++) largest = (*v)[l] > largest ? (*v)[l] : largest;
  return largest;
}

// eˣ and eˣ − 1 for x in [−40, 40]: x = n ln 2 + r, and a polynomial of degree 7 in r. The bounds
// keep every intermediate a normal number. Both are accurate to 2e-7 of themselves.
INLINE void exponentials_of(const f32v *argument, f32v *raised, f32v *minus_one) {
  f32v x = smaller(larger(*argument, splat(-40.0f)), splat(40.0f));
  f32v shifted = x * 1.44269504f + 12582912.0f;  // adds 1.5·2²³, which rounds to an integer
  f32v n = shifted - 12582912.0f;
  f32v r = x - n * 0.693359375f;
  r = r + n * 2.12194440e-4f;
  f32v p = r * 1.9841270e-4f + 1.3888889e-3f;
  p = p * r + 8.3333333e-3f;
  p = p * r + 4.1666667e-2f;
  p = p * r + 1.6666667e-1f;
  p = p * r + 0.5f;
  p = p * (r * r) + r;
  i32v exponent = (bits_of(shifted) - 0x4b400000 + 127) << 23;
  f32v power = (f32v)exponent;
  *raised = power * p + power;
  *minus_one = power * p + (power - 1.0f);
}

#define exponential(x)                            \
  ({                                              \
    f32v exp_x = (x), exp_y, exp_unused;          \
    exponentials_of(&exp_x, &exp_y, &exp_unused); \
    exp_y;                                        \
  })

// ln x for normal positive x, after the single-precision routine of Moshier's Cephes library: x = 2ᵉ·m with
// m in [√½, √2), and a polynomial in m − 1.
INLINE void logarithm_of(const f32v *argument, f32v *result) {
  i32v b = bits_of(*argument) - 0x3f3504f3;
  i32v e = b >> 23;
  f32v m = (f32v)((b & 0x007fffff) + 0x3f3504f3) - 1.0f;
  f32v y = m * 7.0376836292e-2f - 1.1514610310e-1f;
  y = y * m + 1.1676998740e-1f;
  y = y * m - 1.2420140846e-1f;
  y = y * m + 1.4249322787e-1f;
  y = y * m - 1.6668057665e-1f;
  y = y * m + 2.0000714765e-1f;
  y = y * m - 2.4999993993e-1f;
  y = y * m + 3.3333331174e-1f;
  f32v square = m * m;
  f32v ef = __builtin_convertvector(e, f32v);
  y = y * m * square;
  y = y + ef * -2.12194440e-4f;
  y = y - 0.5f * square;
  *result = m + y + ef * 0.693359375f;
}

#define logarithm(x)               \
  ({                               \
    f32v log_x = (x), log_y;       \
    logarithm_of(&log_x, &log_y);  \
    log_y;                         \
  })

// sin h and cos h for |h| ≤ π/2, by their Taylor series.
INLINE void sine_cosine_of(const f32v *argument, f32v *sine, f32v *cosine) {
  f32v h = *argument, q = h * h;
  *sine = h * (1.0f + q * (-1.6666667e-1f + q * (8.3333333e-3f + q * (-1.9841270e-4f
    + q * (2.7557319e-6f + q * -2.5052108e-8f)))));
  *cosine = 1.0f + q * (-0.5f + q * (4.1666667e-2f + q * (-1.3888889e-3f
    + q * (2.4801587e-5f + q * (-2.7557319e-7f + q * 2.0876757e-9f)))));
}

// Philox-4x32-10 on sixteen counters. Products of even and odd lanes are taken apart, since the
// hardware multiplies 32 by 32 bits in 64-bit lanes; they are put together by shuffles, because of a shift
// the compiler makes a multiplication of 64 by 64 bits.
INLINE void multiply_wide(const u32v *a, uint32_t factor, u32v *high, u32v *low) {
  u32v even = (u32v)(((u64v)*a & 0xffffffffu) * (uint64_t)factor);
  u32v odd = (u32v)(((u64v)*a >> 32) * (uint64_t)factor);
  *low = __builtin_shufflevector(
    even, odd, 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30);
  *high = __builtin_shufflevector(
    even, odd, 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31);
}

INLINE void philox_round(u32v c[4], uint32_t key0, uint32_t key1) {
  u32v high0, low0, high1, low1;
  multiply_wide(&c[0], 0xD2511F53u, &high0, &low0);
  multiply_wide(&c[2], 0xCD9E8D57u, &high1, &low1);
  c[0] = high1 ^ c[1] ^ key0;
  c[1] = low1;
  c[2] = high0 ^ c[3] ^ key1;
  c[3] = low0;
}

// Each round waits for the one before, so that several blocks at once take little longer than one.
INLINE void philox_blocks(int blocks, u32v c[][4], uint32_t key0, uint32_t key1) {
  for (int round = 0; round < 10; round++) {
    for (int block = 0; block < blocks; block++) philox_round(c[block], key0, key1);
    key0 += 0x9E3779B9u;
    key1 += 0xBB67AE85u;
  }
}

INLINE void philox(u32v c[4], uint32_t key0, uint32_t key1) {
  philox_blocks(1, (u32v(*)[4])c, key0, key1);
}

// A uniform number in [2⁻²⁴, 1 − 2⁻²⁴] from 32 random bits.
#define uniform(word) ((__builtin_convertvector((i32v)((word) >> 9), f32v) + 0.5f) * 0x1p-23f)

// A waiting time of unit rate from 32 random bits: −ln u.
#define waiting_time(word) (-logarithm(uniform(word)))
