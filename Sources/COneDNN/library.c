#define _GNU_SOURCE
#include "COneDNN.h"

#include <dlfcn.h>
#include <dnnl.h>
#include <stdio.h>
#include <string.h>

const char *shoal_onednn_version(void) {
  static char text[32];
  const dnnl_version_t *v = dnnl_version();
  snprintf(text, sizeof text, "%d.%d.%d", v->major, v->minor, v->patch);
  return text;
}

int shoal_onednn_limit(int instructions) {
  switch (instructions) {
    case shoal_onednn_sse41: return dnnl_set_max_cpu_isa(dnnl_cpu_isa_sse41);
    case shoal_onednn_avx2: return dnnl_set_max_cpu_isa(dnnl_cpu_isa_avx2);
    default: return dnnl_set_max_cpu_isa(dnnl_cpu_isa_avx512_core);
  }
}

int shoal_onednn_instructions(void) {
  // The bits of a set include those of the sets that it is better than; none is another processor's.
  int bits = (int)dnnl_get_effective_cpu_isa();
  if ((bits & dnnl_cpu_isa_avx512_core) == dnnl_cpu_isa_avx512_core) return shoal_onednn_avx512;
  return (bits & dnnl_cpu_isa_avx2) == dnnl_cpu_isa_avx2 ? shoal_onednn_avx2 : shoal_onednn_sse41;
}

int shoal_onednn_product(
  int a_transposed, int b_transposed, size_t m, size_t n, size_t k, float scale, const float *a,
  size_t a_stride, const float *b, size_t b_stride, float keep, float *c, size_t c_stride
) {
  // dnnl_sgemm leaves c as it is where there is nothing to add up.
  if (k == 0 && keep == 0) {
    for (size_t i = 0; i < m; i++) memset(c + i * c_stride, 0, n * sizeof(float));
  }
  return dnnl_sgemm(
    a_transposed ? 'T' : 'N', b_transposed ? 'T' : 'N', (dnnl_dim_t)m, (dnnl_dim_t)n, (dnnl_dim_t)k,
    scale, a, (dnnl_dim_t)a_stride, b, (dnnl_dim_t)b_stride, keep, c, (dnnl_dim_t)c_stride);
}

void shoal_onednn_set_threads(int threads) {
  // Threads are those of the OpenMP library that oneDNN was built with, if it was; its environment
  // variable is read before any program's code runs.
  void (*set)(int) = (void (*)(int))dlsym(RTLD_DEFAULT, "omp_set_num_threads");
  if (set) set(threads);
}
