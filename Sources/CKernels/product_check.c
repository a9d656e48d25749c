#include "CKernels.h"

#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>

// Rows of vectors and of the blocks that libraries cut matrices into, and one more than both.
static const size_t extents[] = {1, 3, 17};
// Nothing, one term, a block of most kernels, and more than one.
static const size_t depths[] = {0, 1, 384, 700};
enum { extent_count = 3, depth_count = 4, largest_extent = 17, largest_depth = 700 };

typedef struct {
  float a[largest_extent * largest_depth], b[largest_depth * largest_extent];
  float a_stored[largest_extent * largest_depth], b_stored[largest_depth * largest_extent];
  float c[largest_extent * largest_extent];
  double exact[largest_extent * largest_extent], magnitude[largest_extent * largest_extent];
} workspace;

// Numbers of either sign whose products have no pattern.
static void fill(float *x, size_t count, uint32_t seed) {
  for (size_t i = 0; i < count; i++) {
    seed = seed * 1664525u + 1013904223u;
    x[i] = (float)(int32_t)seed * 0x1p-31f;
  }
}

static void copy(int transposed, size_t rows, size_t columns, const float *from, float *to) {
  for (size_t i = 0; i < rows; i++) {
    for (size_t j = 0; j < columns; j++) {
      to[transposed ? j * rows + i : i * columns + j] = from[i * columns + j];
    }
  }
}

static void multiply_plainly(workspace *w, size_t m, size_t n, size_t k) {
  for (size_t i = 0; i < m; i++) {
    for (size_t j = 0; j < n; j++) {
      double sum = 0, magnitude = 0;
      for (size_t p = 0; p < k; p++) {
        double term = (double)w->a[i * k + p] * w->b[p * n + j];
        sum += term;
        magnitude += fabs(term);
      }
      w->exact[i * n + j] = sum;
      w->magnitude[i * n + j] = magnitude;
    }
  }
}

// Whatever the order of a sum of k products, each of its k + 1 roundings is at most half a unit of
// the sum of magnitudes (Higham, "Accuracy and Stability of Numerical Algorithms", 2002, §3.1).
static int is_close(const workspace *w, size_t count, size_t k, float kept) {
  double unit = (double)(k + 2) * (0.5 * FLT_EPSILON);
  for (size_t i = 0; i < count; i++) {
    double error = fabs((double)w->c[i] - (w->exact[i] + kept));
    // Not a number fails too.
    if (!(error <= unit / (1 - unit) * (w->magnitude[i] + fabs((double)kept)))) return 0;
  }
  return 1;
}

static int check_shape(shoal_product product, workspace *w, size_t m, size_t n, size_t k) {
  fill(w->a, m * k, 1);
  fill(w->b, k * n, 2);
  multiply_plainly(w, m, n, k);
  for (int transposed = 0; transposed < 4; transposed++) {
    int a_transposed = transposed & 1, b_transposed = transposed >> 1;
    copy(a_transposed, m, k, w->a, w->a_stored);
    copy(b_transposed, k, n, w->b, w->b_stored);
    for (int keeps = 0; keeps < 2; keeps++) {
      // What is not kept may be anything.
      for (size_t i = 0; i < m * n; i++) w->c[i] = keeps ? 0.5f : NAN;
      product(
        a_transposed, b_transposed, m, n, k, w->a_stored, w->b_stored, keeps ? 1 : 0, w->c);
      if (!is_close(w, m * n, k, keeps ? 0.5f : 0)) return -1;
    }
  }
  return 0;
}

static int check_shapes(shoal_product product) {
  static workspace w;
  for (int i = 0; i < extent_count; i++) {
    for (int j = 0; j < extent_count; j++) {
      for (int p = 0; p < depth_count; p++) {
        int result = check_shape(product, &w, extents[i], extents[j], depths[p]);
        if (result != 0) return result;
      }
    }
  }
  return 0;
}

static sigjmp_buf escape;

static void leave(int signal) { siglongjmp(escape, signal); }

int shoal_check_product(shoal_product product) {
  static const int signals[] = {SIGILL, SIGSEGV, SIGBUS, SIGFPE};
  enum { count = sizeof signals / sizeof *signals };
  struct sigaction before[count], action;
  memset(&action, 0, sizeof action);
  action.sa_handler = leave;
  sigemptyset(&action.sa_mask);
  for (int i = 0; i < count; i++) sigaction(signals[i], &action, &before[i]);
  int result = sigsetjmp(escape, 1);
  if (result == 0) result = check_shapes(product);
  for (int i = 0; i < count; i++) sigaction(signals[i], &before[i], NULL);
  return result;
}
