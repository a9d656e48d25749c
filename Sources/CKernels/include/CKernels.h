// The vector kernels of the engine: what a training step does to single numbers.
//
// Every kernel gives the same bits for an element wherever it stands in a buffer, so results do
// not depend on how a batch is divided; sums over a batch or a vector are taken in double, in a fixed order.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Makes this thread treat denormal numbers as zero, in arguments and results. They cost up to ten
/// times a normal operation, and vanishing rates and moments produce them in plenty.
void shoal_flush_denormals(void);

/// Instruction sets that kernels are written for, each better than the one before.
enum { shoal_baseline_instructions, shoal_avx2_instructions, shoal_avx512_instructions };

/// The best of them that processor and operating system have; these kernels use it.
int shoal_instructions(void);

/// The processor's clock in Hz as this thread sees it, measured in less than a millisecond; 0 where it cannot
/// be measured.
double shoal_cycles_per_second(void);

/// A dense product of row-major matrices [m, k], [k, n], [m, n]: c = a·b + keep·c, where a or b may lie
/// transposed.
typedef void (*shoal_product)(
  int a_transposed, int b_transposed, size_t m, size_t n, size_t k, const float *a, const float *b,
  float keep, float *c);

/// Compares products of awkward shapes with plain loops in double; takes about a millisecond. Not for
/// two threads at once, nor for a product that has threads.
///
/// Returns 0 where all are right, -1 where one is wrong, and else the signal that ended one, such as
/// SIGILL of a processor that lacks an instruction.
int shoal_check_product(shoal_product product);

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

enum { shoal_normal_law, shoal_laplace_law, shoal_gumbel_law };

/// Standard noise for [rows, columns]: normal, Laplace (both symmetric around 0, scale 1) or Gumbel.
///
/// Random numbers: Philox under `key`; value k of a row has the counter (16·⌊k/64⌋ + k mod 16, 0, sample, step). With its
/// words w0…w3 values k, k + 16, k + 32, k + 48 are: normal, the two of Box & Muller for (w0, w1) and for (w2, w3); else
/// one of each word, with −ln u as for `shoal_poisson_draw` and the word's lowest bit as the Laplace sign.
typedef struct {
  size_t rows, columns;
  int law;
  uint32_t key[2];
  uint32_t step;
  const uint32_t *samples;  // global sample index of each row
  float *noise;             // out
} shoal_noise_draw;

void shoal_noise(const shoal_noise_draw *draw);

/// The posterior of Gaussian or Laplace latents: mean μ = location + m, log scale ln σ = clamp·tanh((a + v)/clamp), with
/// the encoder's output [rows, 2·latents] = (location, a) and the prior's mean m and log scale v.
typedef struct {
  size_t rows, latents;
  int laplace;
  const float *encoding;
  const float *prior_mean, *prior_log_scale;  // [latents]; both null for 0
  float clamp;
  float *mean, *scale;          // out: μ, σ, [rows, latents]
  float *clamp_slope;           // out: ∂ ln σ/∂a
  float *kl_mean_slope;         // out: ∂KL/∂μ
  float *kl_scale_slope;        // out: ∂KL/∂ln σ
  double *kl_per_latent;        // adds the sum over rows of KL
  double *prior_scale_sums;     // out: Σ over rows of ∂KL/∂v at constant σ; may be null
} shoal_location_scale;

void shoal_location_scale_posterior(const shoal_location_scale *posterior);

/// deviation = scale·noise, z = mean + deviation.
void shoal_location_scale_sample(
  size_t count, const float *mean, const float *scale, const float *noise, float *deviation,
  float *z);

enum {
  shoal_identity, shoal_relu, shoal_softplus, shoal_logistic, shoal_square, shoal_quartic,
  shoal_exponential
};

/// A latent function f of each z, and f′ unless null; value may be z.
void shoal_apply_function(size_t count, int function, const float *z, float *value, float *slope);

/// Chains the gradient of the code, or of the posterior mean, back to the encoder's output.
typedef struct {
  size_t rows, latents;
  const float *gradient;           // ∂loss/∂code, or ∂loss/∂μ where variance_gradient is given
  const float *function_slope;     // f′(z)
  const float *deviation;          // z − μ
  const float *variance_gradient;  // ∂loss/∂variance of each latent, [latents]; null for a sample
  float variance_slope;            // ∂variance/∂ln σ in units of σ²
  const float *scale, *clamp_slope, *kl_mean_slope, *kl_scale_slope;
  float kl_weight;
  float *encoding_gradient;        // out: [rows, 2·latents]
  double *mean_sums, *scale_sums;  // out: Σ over rows of ∂loss/∂m and, at constant prior scale, ∂loss/∂v
} shoal_location_scale_gradient;

void shoal_location_scale_backward(const shoal_location_scale_gradient *gradient);

/// Replaces x by x − ln Σ eˣ.
void shoal_log_softmax(size_t count, float *x);

/// The posterior of `variables` categorical latents of `categories` each, from logits [rows, variables, categories].
typedef struct {
  size_t rows, variables, categories;
  const float *encoding;
  const float *log_prior;        // [variables, categories]
  float *log_probability, *probability, *kl_slope;  // out; the last is ∂KL/∂logit
  double *kl_per_variable;       // adds the sum over rows of KL
  double *log_probability_sums;  // adds the sum over rows, [variables, categories]
  double *probability_sums;      // adds the same of probabilities
} shoal_categorical;

void shoal_categorical_posterior(const shoal_categorical *posterior);

/// z = softmax((log_probability + noise)/temperature) in each group.
void shoal_categorical_sample(
  size_t groups, size_t categories, const float *log_probability, const float *noise,
  float temperature, float *z);

/// z = 1 where log_probability + noise is largest in its group, else 0.
void shoal_categorical_choose(
  size_t groups, size_t categories, const float *log_probability, const float *noise, float *z);

/// encoding_gradient = scale·w·(g − Σ w·g) + kl_weight·kl_slope in each group, with w the probabilities that a softmax gave;
/// encoding_gradient may be gradient.
void shoal_categorical_backward(
  size_t groups, size_t categories, const float *gradient, const float *weight, float scale,
  const float *kl_slope, float kl_weight, float *encoding_gradient);

/// Copies rows of a matrix of so many columns: row index[r] − first to row r.
void shoal_gather_rows(
  size_t rows, size_t columns, const float *matrix, const ptrdiff_t *index, ptrdiff_t first,
  float *gathered);

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

/// Returns Σ bits of x[i] · k[i] modulo 2⁶⁴ with odd k, which any single flipped bit changes.
uint64_t shoal_checksum(size_t count, const float *x);

/// Writes Σ over terms of terms[t][i] · scale, each rounded towards zero, from `first` on; returns the bits of the
/// largest magnitude among the terms. A sum that exceeds 63 bits is unspecified.
uint32_t shoal_sum_fixed_point(
  size_t terms, const float *const *term, size_t first, size_t count, double scale, int64_t *sum);

/// Does what `shoal_sum_fixed_point` and `shoal_from_fixed_point` do one after the other, without the integers' memory.
double shoal_add_fixed_point(
  size_t terms, const float *const *term, size_t first, size_t count, double scale, float *x,
  uint32_t *largest_bits);

/// Turns fixed-point sums back to floats; returns Σ of their squares.
double shoal_from_fixed_point(size_t count, const int64_t *sum, double unit, float *x);

/// Writes Σ over terms of terms[t][i], added in the order of the terms.
void shoal_sum_terms(size_t terms, const float *const *term, size_t first, size_t count, float *sum);

/// Swish, y = x·s(x) with the logistic function s (Ramachandran, Zoph & Le, 2017); y may be x.
void shoal_swish(size_t count, const float *x, float *y);

/// Writes, or adds, ∂loss/∂x of `shoal_swish`; x_gradient may be x or y_gradient.
void shoal_swish_backward(
  size_t count, const float *x, const float *y_gradient, int adding, float *x_gradient);

/// Maps [batch, height, width, channels] that become [batch, new_height, new_width, channels].
typedef struct {
  size_t batch, channels, height, width, new_height, new_width;
} shoal_resizing;

/// Nearest resize: output row i reads input row ⌊i·height/new_height⌋, columns alike. Writes y or adds to it.
void shoal_resize(const shoal_resizing *resizing, const float *x, int adding, float *y);

/// Writes ∂loss/∂x of `shoal_resize`.
void shoal_resize_backward(
  const shoal_resizing *resizing, const float *y_gradient, float *x_gradient);

/// Sorts the positions of maps of even height and width by their phase: y, shape
/// [batch, height/2, width/2, 4·channels], holds phases (0,0), (0,1), (1,0), (1,1) side by side.
void shoal_gather_phases(
  size_t batch, size_t height, size_t width, size_t channels, const float *x, float *y);

/// Adds ∂loss/∂x of `shoal_gather_phases`.
void shoal_scatter_phases(
  size_t batch, size_t height, size_t width, size_t channels, const float *y_gradient,
  float *x_gradient);

/// Writes the mean over positions of x, [batch, positions, channels].
void shoal_channel_means(
  size_t batch, size_t positions, size_t channels, const float *x, float *mean);

/// y += gate·x, one gate for each image and channel.
void shoal_add_gated(
  size_t batch, size_t positions, size_t channels, const float *x, const float *gate, float *y);

/// Writes ∂loss/∂gate of `shoal_add_gated`: Σ over positions of x·y_gradient.
void shoal_gate_gradient(
  size_t batch, size_t positions, size_t channels, const float *x, const float *y_gradient,
  float *gate_gradient);

/// Writes ∂loss/∂x of `shoal_add_gated` where the gate depends on the mean of x:
/// gate·y_gradient + mean_gradient/positions.
void shoal_gated_gradient(
  size_t batch, size_t positions, size_t channels, const float *y_gradient, const float *gate,
  const float *mean_gradient, float *x_gradient);

/// Adds ∂loss/∂x of `shoal_channel_means`.
void shoal_add_channel_means(
  size_t batch, size_t positions, size_t channels, const float *mean_gradient, float *x_gradient);

/// Turns [batch, channels, positions] into [batch, positions, channels], or back.
void shoal_channels_last(
  size_t batch, size_t positions, size_t channels, int inverse, const float *x, float *y);

/// Replaces x by 1/(1 + e^−x).
void shoal_sigmoid_of(size_t count, float *x);

/// y += x.
void shoal_add(size_t count, const float *x, float *y);

/// Rectified values of which some are dropped (Srivastava et al., 2014), for [rows, columns].
///
/// Random numbers: Philox under `key`; value k of a row comes from the counter (16·⌊k/64⌋ + k mod 16, layer,
/// sample, step), word ⌊(k mod 64)/16⌋; a value is kept where its uniform number is below `keep`.
typedef struct {
  size_t rows, columns;
  float keep;               // probability with which a value is kept
  uint32_t key[2];
  uint32_t step, layer;
  const uint32_t *samples;  // global sample index of each row; null to keep all values as they are
} shoal_dropout;

/// Replaces x by max(x, 0), divided by `keep` or dropped.
void shoal_rectify(const shoal_dropout *dropout, float *x);

/// Replaces ∂loss/∂y by ∂loss/∂x of `shoal_rectify`: `scale` (that is 1/keep) times it where y > 0.
void shoal_rectify_backward(size_t count, const float *y, float scale, float *gradient);

/// Layer normalisation (Ba, Kiros & Hinton, 2016): y = weight·(x − mean)/√(variance + ε) + bias.
void shoal_layer_norm(
  size_t rows, size_t columns, const float *x, const float *weight, const float *bias,
  double epsilon, float *y);

/// Writes ∂loss/∂x, adds the others; x_gradient may be y_gradient.
void shoal_layer_norm_backward(
  size_t rows, size_t columns, const float *x, const float *weight, double epsilon,
  const float *y_gradient, float *x_gradient, float *weight_gradient, float *bias_gradient);

/// Where value n of an extent lies that is cut into blocks: ⌊n/block⌋·outer + (n mod block)·inner.
typedef struct {
  size_t block, outer, inner;
} shoal_blocked_extent;

/// Where a library keeps the values of a convolution's kernel.
typedef struct {
  size_t outputs, inputs, positions;
  shoal_blocked_extent output, input;
  ptrdiff_t position;  // from one position to the next; negative where the last comes first
} shoal_kernel_layout;

/// Brings a kernel, shape [outputs, inputs, positions], to such a layout, which begins at `blocked`; what fills its last blocks up
/// stays as it is.
void shoal_pack_kernel(const shoal_kernel_layout *layout, const float *plain, float *blocked);

/// Brings it back.
void shoal_unpack_kernel(const shoal_kernel_layout *layout, const float *blocked, float *plain);

/// The kernel, shape [inputs, outputs, 4, 4], of the convolution of stride 2 and padding 1 whose gradient by
/// its input is what a kernel, shape [outputs, inputs, 3, 3], makes with padding 1 of a map whose positions
/// are repeated twice in both directions.
void shoal_fold_kernel(size_t outputs, size_t inputs, const float *kernel, float *folded);

/// Writes ∂loss/∂kernel of `shoal_fold_kernel`.
void shoal_fold_kernel_backward(
  size_t outputs, size_t inputs, const float *folded_gradient, float *kernel_gradient);

/// Weight normalisation (Salimans & Kingma, 2016) of each output's kernel of `count` values:
/// effective = e^log_gain · kernel/(‖kernel‖ + 2⁻²³).
void shoal_normalize_kernel(
  size_t outputs, size_t count, const float *kernel, const float *log_gain, float *effective);

/// Adds, or writes, ∂loss/∂kernel, and adds ∂loss/∂log_gain.
void shoal_normalize_kernel_backward(
  size_t outputs, size_t count, const float *kernel, const float *log_gain,
  const float *effective_gradient, int adding, float *kernel_gradient, float *log_gain_gradient);

/// One Adamax update (Kingma & Ba, 2015): g ← factor · g + weight_decay · p, m ← β₁ m + (1 − β₁) g,
/// v ← max(β₂ v, |g| + ε), p ← p − rate · m / v.
void shoal_adamax(
  size_t count, float *parameter, const float *gradient, float *moment, float *norm, float factor,
  float weight_decay, float first_decay, float second_decay, float epsilon, float rate);

/// Columns of a block of the Gram matrix of shoal_sparse_code.
enum { SHOAL_GRAM_BLOCK = 64 };

/// How a sparse code is improved.
enum { SHOAL_LCA = 0, SHOAL_ISTA = 1, SHOAL_FISTA = 2 };

/// What shoal_sparse_code works on.
typedef struct {
  size_t rows;
  size_t elements;
  /// ΦᵀΦ in blocks of columns, the last filled up with zeros: [blocks, elements, SHOAL_GRAM_BLOCK].
  const float *gram;
  /// Φᵀx, [rows, elements].
  const float *drive;
  /// LCA's membrane potentials, FISTA's extrapolated codes; [rows, elements].
  float *state;
  /// Receives the codes, [rows, elements].
  float *code;
  /// 16·elements of each.
  uint32_t *elements_scratch;
  float *values_scratch;
  /// λ.
  float threshold;
  /// 1/τ of LCA, the step of ISTA and FISTA.
  float rate;
  int rule;
  size_t iterations;
} shoal_sparse_codes;

/// Infers non-negative sparse codes from codes of zero.
void shoal_sparse_code(const shoal_sparse_codes *arguments);

#ifdef __cplusplus
}
#endif
