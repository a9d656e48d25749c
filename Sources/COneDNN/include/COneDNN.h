// Convolutions by oneDNN behind an interface that does not change between its versions 2 and 3,
// whose C interfaces describe memory and operations differently.
#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The shape of a convolution. Maps lie in memory as [batch, rows, columns, channels] ("channels
/// last"), kernels as [outputs, inputs per group, rows, columns].
typedef struct {
  long batch;
  long inputs, outputs, groups;  // channels
  long height, width;            // of the input map
  long kernel, stride, padding;
} shoal_convolution_shape;

typedef struct shoal_convolution shoal_convolution;

/// Makes the three operations of a convolution. All functions return 0, or oneDNN's status.
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

/// The library's version and instruction set, as in "oneDNN 2.6.3 (27)"; valid until the next call.
const char *shoal_convolution_library(void);

/// Sets the number of threads of this process's convolutions.
void shoal_convolution_set_threads(int threads);

#ifdef __cplusplus
}
#endif
