#include "CKernels.h"
#include "vector.h"

#include <float.h>

DISPATCHED uint32_t shoal_largest_magnitude_bits(size_t count, const float *x) {
  i32v largest = {};
  for (size_t i = 0; i < count; i += lanes) {
    f32v v;
    load(v, x + i, count - i);
    i32v magnitude = bits_of(v) & 0x7fffffff;
    largest = larger_bits(magnitude, largest);
  }
  return (uint32_t)largest_lane(&largest);
}

DISPATCHED uint64_t shoal_checksum(size_t count, const float *x) {
  uint64_t sum = 0;
  for (size_t i = 0; i < count; i++) {
    uint32_t bits;
    memcpy(&bits, x + i, sizeof bits);
    sum += bits * (i * 0x9E3779B97F4A7C15 | 1);
  }
  return sum;
}

// The largest float that becomes an integer of 63 bits.
INLINE float largest_of(double scale) {
  double bound = 0x1p62 / scale;
  return bound < FLT_MAX ? (float)bound : FLT_MAX;
}

// Adds up to sixteen elements of all terms, and keeps the bits of their largest magnitudes.
INLINE void add_terms(
  size_t terms, const float *const *term, size_t at, size_t n, double scale, float bound,
  i32v *largest, i64v *total
) {
  *total = (i64v){};
  for (size_t t = 0; t < terms; t++) {
    f32v x;
    load(x, term[t] + at, n);
    i32v magnitude = bits_of(x) & 0x7fffffff;
    *largest = larger_bits(magnitude, *largest);
    // What does not fit, or is no number, has no integer: its magnitude tells.
    x = choose(x < bound, x, splat(bound));
    x = choose(x > -bound, x, splat(-bound));
    *total += __builtin_convertvector(__builtin_convertvector(x, f64v) * scale, i64v);
  }
}

INLINE void restore_sum(const i64v *total, double unit, f32v *value, f64v *squares) {
  *value = __builtin_convertvector(__builtin_convertvector(*total, f64v) * unit, f32v);
  f64v wide = __builtin_convertvector(*value, f64v);
  *squares += wide * wide;
}

DISPATCHED uint32_t shoal_sum_fixed_point(
  size_t terms, const float *const *term, size_t first, size_t count, double scale, int64_t *sum
) {
  const float bound = largest_of(scale);
  i32v largest = {};
  for (size_t i = 0; i < count; i += lanes) {
    i64v total;
    add_terms(terms, term, first + i, count - i, scale, bound, &largest, &total);
    store(sum + i, total, count - i);
  }
  return (uint32_t)largest_lane(&largest);
}

DISPATCHED double shoal_from_fixed_point(size_t count, const int64_t *sum, double unit, float *x) {
  f64v squares = {};
  for (size_t i = 0; i < count; i += lanes) {
    i64v total;
    f32v value;
    load(total, sum + i, count - i);
    restore_sum(&total, unit, &value, &squares);
    store(x + i, value, count - i);
  }
  return sum_of_lanes(&squares);
}

DISPATCHED double shoal_add_fixed_point(
  size_t terms, const float *const *term, size_t first, size_t count, double scale, float *x,
  uint32_t *largest_bits
) {
  const float bound = largest_of(scale);
  const double unit = 1 / scale;
  i32v largest = {};
  f64v squares = {};
  for (size_t i = 0; i < count; i += lanes) {
    i64v total;
    f32v value;
    add_terms(terms, term, first + i, count - i, scale, bound, &largest, &total);
    restore_sum(&total, unit, &value, &squares);
    store(x + i, value, count - i);
  }
  *largest_bits = (uint32_t)largest_lane(&largest);
  return sum_of_lanes(&squares);
}

DISPATCHED void shoal_sum_terms(
  size_t terms, const float *const *term, size_t first, size_t count, float *sum
) {
  for (size_t i = 0; i < count; i += lanes) {
    size_t n = count - i;
    f32v total = {};
    for (size_t t = 0; t < terms; t++) {
      f32v x;
      load(x, term[t] + first + i, n);
      total += x;
    }
    store(sum + i, total, n);
  }
}
