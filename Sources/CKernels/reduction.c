#include "CKernels.h"
#include "vector.h"

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

DISPATCHED void shoal_sum_fixed_point(
  size_t terms, const float *const *term, size_t first, size_t count, double scale, int64_t *sum
) {
  for (size_t i = 0; i < count; i += lanes) {
    size_t n = count - i;
    i64v total = {};
    for (size_t t = 0; t < terms; t++) {
      f32v x;
      load(x, term[t] + first + i, n);
      total += __builtin_convertvector(__builtin_convertvector(x, f64v) * scale, i64v);
    }
    store(sum + i, total, n);
  }
}

DISPATCHED double shoal_from_fixed_point(size_t count, const int64_t *sum, double unit, float *x) {
  f64v squares = {};
  for (size_t i = 0; i < count; i += lanes) {
    size_t n = count - i;
    i64v total;
    load(total, sum + i, n);
    f32v value = __builtin_convertvector(__builtin_convertvector(total, f64v) * unit, f32v);
    f64v wide = __builtin_convertvector(value, f64v);
    squares += wide * wide;
    store(x + i, value, n);
  }
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
