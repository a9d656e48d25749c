#include <math.h>

#include "CKernels.h"
#include "vector.h"

// Codes are sparse, so that G·a costs one row of G for each element that is active. Rows of a tile
// take turns on a block of G's columns, which stays in the cache; each row's result depends on that
// row alone.
enum { tile = 16, block = SHOAL_GRAM_BLOCK, vectors = block / lanes };

// The elements that are not zero, and their values.
typedef struct {
  uint32_t *element;
  float *value;
  size_t count;
} active_list;

INLINE void collect(const float *x, size_t elements, active_list *list) {
  size_t count = 0;
  for (size_t k = 0; k < elements; k++) {
    list->element[count] = (uint32_t)k;
    list->value[count] = x[k];
    count += x[k] != 0;
  }
  list->count = count;
}

// Adds up the rows of a block of G, weighted by the active values.
INLINE void gram_product(
  const float *gram, const active_list *list, float *restrict product
) {
  f32v sum[vectors];
  for (int v = 0; v < vectors; v++) sum[v] = (f32v){};
  for (size_t n = 0; n < list->count; n++) {
    const float *row = gram + (size_t)list->element[n] * block;
    f32v weight = splat(list->value[n]);
    for (int v = 0; v < vectors; v++) {
      f32v g;
      memcpy(&g, row + v * lanes, sizeof g);
      sum[v] += weight * g;
    }
  }
  memcpy(product, sum, sizeof sum);
}

// One row's update of a block's elements; `product` is G·(code), of FISTA G·(state).
INLINE void update(
  const shoal_sparse_codes *a, const float *product, size_t row, size_t start, size_t count,
  float momentum, int isLast
) {
  const float *drive = a->drive + row * a->elements + start;
  float *state = a->state + row * a->elements + start;
  float *code = a->code + row * a->elements + start;
  float rate = a->rate, threshold = a->threshold;
  if (a->rule == SHOAL_LCA) {
    // The code is that of the state before the last update, as in the published library.
    if (isLast) return;
    for (size_t k = 0; k < count; k++) {
      state[k] += rate * (drive[k] - state[k] - product[k] + code[k]);
      float above = state[k] - threshold;
      code[k] = above > 0 ? above : 0;
    }
  } else if (a->rule == SHOAL_ISTA) {
    for (size_t k = 0; k < count; k++) {
      float above = code[k] + rate * (drive[k] - product[k]) - rate * threshold;
      code[k] = above > 0 ? above : 0;
    }
  } else {
    for (size_t k = 0; k < count; k++) {
      float above = state[k] + rate * (drive[k] - product[k]) - rate * threshold;
      float next = above > 0 ? above : 0;
      state[k] = next + momentum * (next - code[k]);
      code[k] = next;
    }
  }
}

DISPATCHED void shoal_sparse_code(const shoal_sparse_codes *a) {
  size_t elements = a->elements;
  for (size_t first = 0; first < a->rows; first += tile) {
    size_t rows = a->rows - first < tile ? a->rows - first : tile;
    memset(a->state + first * elements, 0, rows * elements * sizeof *a->state);
    memset(a->code + first * elements, 0, rows * elements * sizeof *a->code);
    double t = 1;
    for (size_t iteration = 0; iteration < a->iterations; iteration++) {
      double next = (1 + sqrt(1 + 4 * t * t)) / 2;
      float momentum = (float)((t - 1) / next);
      t = next;
      const float *active = a->rule == SHOAL_FISTA ? a->state : a->code;
      active_list lists[tile];
      for (size_t r = 0; r < rows; r++) {
        lists[r].element = a->elements_scratch + r * elements;
        lists[r].value = a->values_scratch + r * elements;
        collect(active + (first + r) * elements, elements, &lists[r]);
      }
      int isLast = iteration + 1 == a->iterations;
      for (size_t start = 0; start < elements; start += block) {
        size_t count = elements - start < block ? elements - start : block;
        for (size_t r = 0; r < rows; r++) {
          float product[block];
          gram_product(a->gram + start * elements, &lists[r], product);
          update(a, product, first + r, start, count, momentum, isLast);
        }
      }
    }
  }
}
