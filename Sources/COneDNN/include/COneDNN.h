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
  int has_bias;  // else biases are NULL
} shoal_convolution_shape;

typedef struct shoal_convolution shoal_convolution;

/// Makes the three operations of a convolution.
int shoal_convolution_create(const shoal_convolution_shape *shape, shoal_convolution **convolution);

void shoal_convolution_destroy(shoal_convolution *convolution);

/// The operations of a convolution, each of which keeps the kernel, or its gradient, as it likes.
enum { shoal_forward, shoal_backward_data, shoal_backward_kernel };

/// Where an operation keeps values [outputs, inputs, positions]: output o at
/// ⌊o/output_block⌋·output_outer + (o mod output_block)·output_inner, to which inputs add alike, with
/// `position` from one position of the kernel to the next. Places of no value are zero and stay so.
typedef struct {
  float *values;
  size_t output_block, output_outer, output_inner, input_block, input_outer, input_inner;
  size_t position;
} shoal_convolution_kernel;

/// Says where an operation keeps its kernel. Returns 0 where that cannot be described, as with
/// groups: then `shoal_convolution_reorder` brings values there and back.
int shoal_convolution_kernel_of(
  const shoal_convolution *convolution, int operation, shoal_convolution_kernel *kernel);

/// Brings a plain kernel to where an operation keeps it, or a plain gradient from there.
int shoal_convolution_reorder(shoal_convolution *convolution, int operation, float *plain);

int shoal_convolution_forward(
  shoal_convolution *convolution, const float *x, const float *bias, float *y);

int shoal_convolution_backward_data(
  shoal_convolution *convolution, const float *y_gradient, float *x_gradient);

/// Replaces the kernel's gradient, where the operation keeps it. That of a bias is a sum that other
/// loops make faster.
int shoal_convolution_backward_kernel(
  shoal_convolution *convolution, const float *x, const float *y_gradient);

#ifdef __cplusplus
}
#endif
