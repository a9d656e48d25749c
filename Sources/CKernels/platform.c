#include "CKernels.h"
#include "vector.h"

#include <time.h>

void shoal_flush_denormals(void) {
#if defined(__x86_64__)
  const unsigned int flush_to_zero = 0x8000, denormals_are_zero = 0x0040;
  __builtin_ia32_ldmxcsr(__builtin_ia32_stmxcsr() | flush_to_zero | denormals_are_zero);
#elif defined(__aarch64__)
  uint64_t control;
  __asm__ volatile("mrs %0, fpcr" : "=r"(control));
  __asm__ volatile("msr fpcr, %0" : : "r"(control | (1u << 24)));
#endif
}

int shoal_instructions(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("x86-64-v4")) return shoal_avx512_instructions;
  if (__builtin_cpu_supports("x86-64-v3")) return shoal_avx2_instructions;
#endif
  return shoal_baseline_instructions;
}

double shoal_cycles_per_second(void) {
#if defined(__x86_64__) || defined(__aarch64__)
  // Each addition waits for the one before it, and takes a cycle.
  enum { additions = 200000 };
  struct timespec start, end;
  uint64_t sum = 1;
  clock_gettime(CLOCK_MONOTONIC, &start);
  for (int i = 0; i < additions / 10; i++) {
#define ADD __asm__ volatile("add %0, %0" ADD_OPERANDS : "+r"(sum));
#if defined(__aarch64__)
#define ADD_OPERANDS ", %0"
#else
#define ADD_OPERANDS
#endif
    ADD ADD ADD ADD ADD ADD ADD ADD ADD ADD
  }
  clock_gettime(CLOCK_MONOTONIC, &end);
  double seconds
    = (double)(end.tv_sec - start.tv_sec) + 1e-9 * (double)(end.tv_nsec - start.tv_nsec);
  return seconds > 0 ? additions / seconds : 0;
#else
  return 0;
#endif
}

DISPATCHED void shoal_philox_block(
  const uint32_t key[2], const uint32_t counter[4], uint32_t words[64]
) {
  u32v c[4];
  for (int l = 0; l < lanes; l++) c[0][l] = counter[0] + (uint32_t)l;
  for (int w = 1; w < 4; w++) c[w] = counter[w] - (u32v){};
  philox(c, key[0], key[1]);
  memcpy(words, c, sizeof c);
}
