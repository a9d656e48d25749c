#include "CKernels.h"
#include "vector.h"

void shoal_gather_rows(
  size_t rows, size_t columns, const float *matrix, const ptrdiff_t *index, ptrdiff_t first,
  float *gathered
) {
  enum { line = 64 / sizeof(float), ahead = 2 };
  for (size_t r = 0; r < rows; r++) {
    if (r + ahead < rows) {
      // Rows lie anywhere: none but this loop knows which comes next.
      const float *next = matrix + (size_t)(index[r + ahead] - first) * columns;
      for (size_t i = 0; i < columns; i += line) __builtin_prefetch(next + i);
    }
    memcpy(
      gathered + r * columns, matrix + (size_t)(index[r] - first) * columns,
      columns * sizeof(float));
  }
}

DISPATCHED double shoal_residual(size_t count, float *reconstruction, const float *input, float scale) {
  f64v sum = {};
  for (size_t i = 0; i < count; i += lanes) {
    size_t n = count - i;
    f32v y, x;
    load(y, reconstruction + i, n);
    load(x, input + i, n);
    f32v e = y - x;
    f64v wide = __builtin_convertvector(e, f64v);
    sum += wide * wide;
    e = e * scale;
    store(reconstruction + i, e, n);
  }
  return sum_of_lanes(&sum);
}

DISPATCHED void shoal_add_row(size_t rows, size_t columns, float *matrix, const float *row) {
  for (size_t r = 0; r < rows; r++) {
    for (size_t k = 0; k < columns; k++) matrix[r * columns + k] += row[k];
  }
}

DISPATCHED void shoal_add_column_sums(
  size_t rows, size_t columns, const float *matrix, double *sums
) {
  for (size_t r = 0; r < rows; r++) {
    for (size_t k = 0; k < columns; k++) sums[k] += matrix[r * columns + k];
  }
}

DISPATCHED void shoal_add_column_square_sums(
  size_t rows, size_t columns, const float *matrix, double *sums
) {
  for (size_t r = 0; r < rows; r++) {
    for (size_t k = 0; k < columns; k++) {
      double x = matrix[r * columns + k];
      sums[k] += x * x;
    }
  }
}

DISPATCHED double shoal_sum_of_squares(size_t count, const float *values) {
  f64v sum = {};
  for (size_t i = 0; i < count; i += lanes) {
    f32v x;
    load(x, values + i, count - i);
    f64v wide = __builtin_convertvector(x, f64v);
    sum += wide * wide;
  }
  return sum_of_lanes(&sum);
}
