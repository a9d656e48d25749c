// The vector kernels of the engine: what a training step does to single numbers.
//
// Every kernel gives the same bits for an element wherever it stands in a buffer, so results do
// not depend on how a batch is divided; sums are taken in double, in a fixed order.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Makes this thread treat denormal numbers as zero, in arguments and results. They cost up to ten
/// times a normal operation, and vanishing rates and moments produce them in plenty.
void shoal_flush_denormals(void);

/// The instruction set that the kernels were dispatched to, as in "x86-64-v4".
const char *shoal_instruction_set(void);

/// Philox-4x32-10 for sixteen counters that differ in their first word: counter + 0, … + 15.
/// Writes word w of counter + l to words[16 * w + l].
void shoal_philox_block(const uint32_t key[2], const uint32_t counter[4], uint32_t words[64]);

/// The Poisson posterior of `rows` × `latents` encoder outputs (Vafaii et al., 2024).
///
/// With a the encoder output: u = a − softplus(a − 10) (or the band from 0 to 10), δ = eᵘ, r = e^ρ,
/// ln λ = ρ + u softly held below `rate_clamp`, λ = e^(ln λ) + 2⁻²³.
typedef struct {
  size_t rows, latents;
  const float *encoding;   // a, [rows, latents]
  const float *log_prior;  // ρ, [latents]
  float rate_clamp;        // C
  int excitation_only;     // u is held between 0 and 10
  float *rate;             // out: λ
  float *rate_slope;       // out: (∂ ln λ/∂ρ), which is also ∂ ln λ/∂u
  float *excitation_slope; // out: ∂u/∂a
  float *kl_slope;         // out: ∂KL/∂a
  double *kl_per_latent;   // adds the sum over rows of KL, [latents]
} shoal_poisson_posterior;

/// Fills the outputs; returns the largest rate (not a number, if any rate is none).
float shoal_poisson_rates(const shoal_poisson_posterior *posterior);

enum { shoal_sigmoid, shoal_linear, shoal_cubic, shoal_quintic, shoal_cosine };

/// The relaxed Poisson sample z = Σₘ S((1 − tₘ)/τ) over the arrivals tₘ of a Poisson process of
/// rate λ, and ∂z/∂ln λ = (1/τ) Σₘ S′(aₘ) tₘ. Arrivals are drawn one by one until they no longer count.
///
/// Random numbers: Philox under `key`; draw 0 of latent k comes from the counter (16·⌊k/64⌋ + k mod 16,
/// 0, sample, step), word ⌊(k mod 64)/16⌋; draw m > 0 from (k, 1 + ⌊(m−1)/4⌋, sample, step), word (m−1) mod 4.
/// A word w gives the uniform number ((w >> 9) + ½)·2⁻²³ and its negative logarithm the waiting time.
typedef struct {
  size_t rows, latents;
  const float *rate;         // λ, [rows, latents]
  uint32_t key[2];
  uint32_t step;
  const uint32_t *samples;   // global sample index of each row
  float temperature;         // τ > 0; unused where hard and no slope is asked for
  int indicator;             // S, one of the enumeration above
  int hard;                  // z counts the arrivals before 1 instead
  uint32_t largest_count;    // draws at the most
  float *z;                  // out
  float *slope;              // out: ∂z/∂ln λ of the relaxed sample; may be null
} shoal_poisson_draw;

/// Draws one sample per element.
void shoal_poisson_sample(const shoal_poisson_draw *draw);

/// Chains ∂loss/∂z back to the encoder output and the prior.
///
/// gradient (in: ∂loss/∂z, out: ∂loss/∂a) = z' · s · e + kl_weight · kl_slope, where s = sample_slope · rate_slope;
/// log_prior_gradient[k] adds Σ over rows of ∂loss/∂z · s.
void shoal_poisson_backward(
  size_t rows, size_t latents, float *gradient, const float *sample_slope, const float *rate_slope,
  const float *excitation_slope, const float *kl_slope, float kl_weight, double *log_prior_gradient);

/// Replaces reconstruction y by scale · (y − x) and returns Σ (y − x)².
double shoal_residual(size_t count, float *reconstruction, const float *input, float scale);

/// Adds `row` to each of `rows` rows of `matrix`.
void shoal_add_row(size_t rows, size_t columns, float *matrix, const float *row);

/// Adds the sum over rows of `matrix` to `sums`.
void shoal_add_column_sums(size_t rows, size_t columns, const float *matrix, double *sums);

/// Adds the sum over rows of the squares of `matrix` to `sums`.
void shoal_add_column_square_sums(size_t rows, size_t columns, const float *matrix, double *sums);

/// Returns Σ x².
double shoal_sum_of_squares(size_t count, const float *x);

/// Returns the bits of the largest magnitude; 0x7f800000 or more if one is infinite or no number.
uint32_t shoal_largest_magnitude_bits(size_t count, const float *x);

/// Writes Σ over terms of terms[t][i] · scale, each rounded towards zero, from `first` on.
void shoal_sum_fixed_point(
  size_t terms, const float *const *term, size_t first, size_t count, double scale, int64_t *sum);

/// Turns fixed-point sums back to floats; returns Σ of their squares.
double shoal_from_fixed_point(size_t count, const int64_t *sum, double unit, float *x);

/// Writes Σ over terms of terms[t][i], added in the order of the terms.
void shoal_sum_terms(size_t terms, const float *const *term, size_t first, size_t count, float *sum);

/// One Adamax update (Kingma & Ba, 2015): g ← factor · g + weight_decay · p, m ← β₁ m + (1 − β₁) g,
/// v ← max(β₂ v, |g| + ε), p ← p − rate · m / v.
void shoal_adamax(
  size_t count, float *parameter, const float *gradient, float *moment, float *norm, float factor,
  float weight_decay, float first_decay, float second_decay, float epsilon, float rate);

#ifdef __cplusplus
}
#endif
