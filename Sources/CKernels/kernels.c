#include "CKernels.h"
#include "vector.h"

// Transposes sixteen vectors of sixteen floats: single floats, pairs, and then quarters of vectors
// change places.
INLINE void transpose(f32v v[lanes]) {
  f32v t[lanes];
#define FIRST(a, b) __builtin_shufflevector( \
    a, b, 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29)
#define SECOND(a, b) __builtin_shufflevector( \
    a, b, 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31)
#define FIRST_PAIRS(a, b) __builtin_shufflevector( \
    a, b, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29)
#define SECOND_PAIRS(a, b) __builtin_shufflevector( \
    a, b, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31)
#define LOW_HALVES(a, b) __builtin_shufflevector( \
    a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23)
#define HIGH_HALVES(a, b) __builtin_shufflevector( \
    a, b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31)
#define EVEN_QUARTERS(a, b) __builtin_shufflevector( \
    a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27)
#define ODD_QUARTERS(a, b) __builtin_shufflevector( \
    a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31)
  for (int r = 0; r < lanes; r += 2) {
    t[r] = FIRST(v[r], v[r + 1]);
    t[r + 1] = SECOND(v[r], v[r + 1]);
  }
  for (int r = 0; r < lanes; r += 4) {
    v[r] = FIRST_PAIRS(t[r], t[r + 2]);
    v[r + 1] = SECOND_PAIRS(t[r], t[r + 2]);
    v[r + 2] = FIRST_PAIRS(t[r + 1], t[r + 3]);
    v[r + 3] = SECOND_PAIRS(t[r + 1], t[r + 3]);
  }
  for (int r = 0; r < 4; r++) {
    t[r] = LOW_HALVES(v[r], v[r + 4]);
    t[r + 4] = HIGH_HALVES(v[r], v[r + 4]);
    t[r + 8] = LOW_HALVES(v[r + 8], v[r + 12]);
    t[r + 12] = HIGH_HALVES(v[r + 8], v[r + 12]);
  }
  for (int r = 0; r < 4; r++) {
    v[r] = EVEN_QUARTERS(t[r], t[r + 8]);
    v[r + 4] = ODD_QUARTERS(t[r], t[r + 8]);
    v[r + 8] = EVEN_QUARTERS(t[r + 4], t[r + 12]);
    v[r + 12] = ODD_QUARTERS(t[r + 4], t[r + 12]);
  }
}

// Where value n of an extent lies.
INLINE size_t place_of(const shoal_blocked_extent *e, size_t n) {
  return n / e->block * e->outer + n % e->block * e->inner;
}

// Brings sixteen outputs or inputs, which are neighbours in the blocked kernel, there or back, with
// all positions of each. `crosses` says whether what follows each of them in the plain kernel may be
// read, or written because it is written again later.
INLINE void exchange_run(
  float *plain, size_t distance, int crosses, float *blocked, ptrdiff_t position, size_t positions,
  int is_packing
) {
  f32v v[lanes] = {};
  if (is_packing) {
    for (size_t l = 0; l < lanes; l++) {
      load(v[l], plain + l * distance, crosses ? lanes : positions);
    }
    transpose(v);
    for (size_t p = 0; p < positions; p++) store(blocked + (ptrdiff_t)p * position, v[p], lanes);
  } else {
    for (size_t p = 0; p < positions; p++) load(v[p], blocked + (ptrdiff_t)p * position, lanes);
    transpose(v);
    for (size_t l = 0; l < lanes; l++) {
      store(plain + l * distance, v[l], crosses ? lanes : positions);
    }
  }
}

// Whether sixteen values are always neighbours.
INLINE int has_runs(const shoal_blocked_extent *e, size_t count) {
  return e->inner == 1 && e->block % lanes == 0 && count % lanes == 0;
}

// A whole kernel, by runs of outputs (or of inputs) as they are neighbours in the blocked one.
INLINE void exchange_runs(
  const shoal_kernel_layout *k, float *plain, float *blocked, size_t positions, int is_packing
) {
  int of_outputs = has_runs(&k->output, k->outputs);
  size_t run_of_outputs = of_outputs ? lanes : 1, run_of_inputs = of_outputs ? 1 : lanes;
  size_t distance = of_outputs ? k->inputs * positions : positions;
  for (size_t o = 0; o < k->outputs; o += run_of_outputs) {
    float *line = blocked + place_of(&k->output, o);
    for (size_t i = 0; i < k->inputs; i += run_of_inputs) {
      float *values = plain + (o * k->inputs + i) * positions, *run = line + place_of(&k->input, i);
      if (i + run_of_inputs < k->inputs) {
        exchange_run(values, distance, 1, run, k->position, positions, is_packing);
      } else {
        exchange_run(values, distance, 0, run, k->position, positions, is_packing);
      }
    }
  }
}

// The same value by value, as neighbours in the plain kernel.
INLINE void exchange_values(
  const shoal_kernel_layout *k, float *plain, float *blocked, size_t positions, int is_packing
) {
  for (size_t o = 0; o < k->outputs; o++) {
    float *block = blocked + place_of(&k->output, o);
    for (size_t first = 0; first < k->inputs; first += k->input.block) {
      size_t rest = k->inputs - first, count = rest < k->input.block ? rest : k->input.block;
      for (size_t i = 0; i < count; i++) {
        float *value = block + i * k->input.inner;
        for (size_t p = 0; p < positions; p++) {
          if (is_packing) {
            value[(ptrdiff_t)p * k->position] = plain[p];
          } else {
            plain[p] = value[(ptrdiff_t)p * k->position];
          }
        }
        plain += positions;
      }
      block += k->input.outer;
    }
  }
}

INLINE void exchange(
  const shoal_kernel_layout *k, float *plain, float *blocked, int is_packing
) {
  int by_runs = has_runs(&k->output, k->outputs) || has_runs(&k->input, k->inputs);
  // Loops of known length take half the time.
  if (by_runs && k->positions == 9) return exchange_runs(k, plain, blocked, 9, is_packing);
  if (by_runs && k->positions == 16) return exchange_runs(k, plain, blocked, 16, is_packing);
  if (k->positions == 1) return exchange_values(k, plain, blocked, 1, is_packing);
  exchange_values(k, plain, blocked, k->positions, is_packing);
}

DISPATCHED void shoal_pack_kernel(
  const shoal_kernel_layout *layout, const float *plain, float *blocked
) {
  exchange(layout, (float *)plain, blocked, 1);
}

DISPATCHED void shoal_unpack_kernel(
  const shoal_kernel_layout *layout, const float *blocked, float *plain
) {
  exchange(layout, plain, (float *)blocked, 0);
}

// Along one direction: k₄ = (k₂, k₁ + k₂, k₀ + k₁, k₀), and the gradient back.
INLINE void fold(const float *k, size_t distance, float *to, size_t to_distance) {
  to[0] = k[2 * distance];
  to[to_distance] = k[distance] + k[2 * distance];
  to[2 * to_distance] = k[0] + k[distance];
  to[3 * to_distance] = k[0];
}

INLINE void fold_backward(const float *g, size_t distance, float *to, size_t to_distance) {
  to[0] = g[2 * distance] + g[3 * distance];
  to[to_distance] = g[distance] + g[2 * distance];
  to[2 * to_distance] = g[0] + g[distance];
}

// Both kernels are read and written in runs, which is why outputs come in sixteens.
DISPATCHED void shoal_fold_kernel(
  size_t outputs, size_t inputs, const float *kernel, float *folded
) {
  for (size_t first = 0; first < outputs; first += lanes) {
    for (size_t i = 0; i < inputs; i++) {
      for (size_t o = first; o < first + lanes && o < outputs; o++) {
        float rows[12];
        for (size_t c = 0; c < 3; c++) fold(kernel + (o * inputs + i) * 9 + c, 3, rows + c, 3);
        float *to = folded + (i * outputs + o) * 16;
        for (size_t r = 0; r < 4; r++) fold(rows + 3 * r, 1, to + 4 * r, 1);
      }
    }
  }
}

DISPATCHED void shoal_fold_kernel_backward(
  size_t outputs, size_t inputs, const float *folded_gradient, float *kernel_gradient
) {
  for (size_t first = 0; first < outputs; first += lanes) {
    for (size_t i = 0; i < inputs; i++) {
      for (size_t o = first; o < first + lanes && o < outputs; o++) {
        const float *from = folded_gradient + (i * outputs + o) * 16;
        float rows[12];
        for (size_t c = 0; c < 4; c++) fold_backward(from + c, 4, rows + c, 4);
        float *to = kernel_gradient + (o * inputs + i) * 9;
        for (size_t r = 0; r < 3; r++) fold_backward(rows + 4 * r, 1, to + 3 * r, 1);
      }
    }
  }
}
