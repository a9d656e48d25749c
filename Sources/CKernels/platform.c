#include "CKernels.h"
#include "vector.h"

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

const char *shoal_instruction_set(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("x86-64-v4")) return "x86-64-v4 (AVX-512)";
  if (__builtin_cpu_supports("x86-64-v3")) return "x86-64-v3 (AVX2)";
  return "x86-64 (SSE2)";
#elif defined(__aarch64__)
  return "AArch64 (NEON)";
#else
  return "generic";
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
