// Dense products and convolutions by oneDNN behind an interface that does not change between its
// versions 2 and 3, whose C interfaces describe memory and operations differently. Functions that
// return an int return 0, or oneDNN's status.
#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The library's version, as in "2.6.3"; valid until the next call.
const char *shoal_onednn_version(void);

/// Sets the number of threads of this process's products and convolutions.
void shoal_onednn_set_threads(int threads);

/// Instruction sets that oneDNN has kernels for.
enum { shoal_onednn_sse41, shoal_onednn_avx2, shoal_onednn_avx512 };

/// Keeps oneDNN from better instruction sets than this; only before the first of its operations.
int shoal_onednn_limit(int instructions);

/// The best instruction set that oneDNN uses; no limit can be set after this call.
int shoal_onednn_instructions(void);

/// c = scale·a·b + keep·c for row-major matrices [m, k], [k, n], [m, n], where a or b may lie transposed;
/// strides are from row to row in memory. Where `keep` is 0, what c holds does not matter.
int shoal_onednn_product(
  int a_transposed, int b_transposed, size_t m, size_t n, size_t k, float scale, const float *a,
  size_t a_stride, const float *b, size_t b_stride, float keep, float *c, size_t c_stride);

/// The shape of a convolution. Maps lie in memory as [batch, rows, columns, channels] ("channels
/// last"), kernels as [outputs, inputs per group, rows, columns].
typedef struct {
  long batch;
  long inputs, outputs, groups;  // channels
  long height, width;            // of the input map
  long kernel, stride, padding;
} shoal_convolution_shape;

typedef struct shoal_convolution shoal_convolution;

/// Makes the three operations of a convolution.
int shoal_convolution_create(const shoal_convolution_shape *shape, shoal_convolution **convolution);

void shoal_convolution_destroy(shoal_convolution *convolution);

/// Takes over a kernel, in the layouts that the operations want.
int shoal_convolution_set_kernel(shoal_convolution *convolution, const float *kernel);

int shoal_convolution_forward(
  shoal_convolution *convolution, const float *x, const float *bias, float *y);

int shoal_convolution_backward_data(
  shoal_convolution *convolution, const float *y_gradient, float *x_gradient);

/// Replaces both gradients.
int shoal_convolution_backward_kernel(
  shoal_convolution *convolution, const float *x, const float *y_gradient, float *kernel_gradient,
  float *bias_gradient);

#ifdef __cplusplus
}
#endif
