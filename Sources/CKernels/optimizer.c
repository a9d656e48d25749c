#include "CKernels.h"
#include "vector.h"

DISPATCHED void shoal_adamax(
  size_t count, float *parameter, const float *gradient, float *moment, float *norm, float factor,
  float weight_decay, float first_decay, float second_decay, float epsilon, float rate
) {
  for (size_t i = 0; i < count; i += lanes) {
    size_t n = count - i;
    f32v p, g, m, v;
    load(p, parameter + i, n);
    load(g, gradient + i, n);
    load(m, moment + i, n);
    load(v, norm + i, n);
    g = factor * g + weight_decay * p;
    m = first_decay * m + (1.0f - first_decay) * g;
    f32v magnitude = (f32v)(bits_of(g) & 0x7fffffff) + epsilon;
    v = larger(second_decay * v, magnitude);
    p = p - rate * (m / v);
    store(parameter + i, p, n);
    store(moment + i, m, n);
    store(norm + i, v, n);
  }
}
