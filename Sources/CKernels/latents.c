#include "CKernels.h"
#include "vector.h"

// Two independent standard normal numbers from two words (Box & Muller, 1958). The angle is doubled from
// half its size, where short series of sine and cosine suffice.
INLINE void normals_of(const u32v words[2], f32v *first, f32v *second) {
  f32v wait = waiting_time(words[0]);
  f32v radius = __builtin_elementwise_sqrt(wait + wait);
  f32v turn = (__builtin_convertvector((i32v)(words[1] >> 9), f32v) + 0.5f) * 0x1p-23f - 0.5f;
  f32v h = 3.14159265f * turn, sine, cosine;
  sine_cosine_of(&h, &sine, &cosine);
  *first = radius * (1.0f - 2.0f * sine * sine);
  *second = radius * (2.0f * sine * cosine);
}

DISPATCHED void shoal_noise(const shoal_noise_draw *d) {
  for (size_t row = 0; row < d->rows; row++) {
    float *values = d->noise + row * d->columns;
    for (size_t k = 0; k < d->columns; k += 4 * lanes) {
      u32v c[4];
      for (int l = 0; l < lanes; l++) c[0][l] = (uint32_t)(k / 4) + (uint32_t)l;
      c[1] = (u32v){};
      c[2] = d->samples[row] - (u32v){};
      c[3] = d->step - (u32v){};
      philox(c, d->key[0], d->key[1]);
      f32v noise[4];
      if (d->law == shoal_normal_law) {
        normals_of(c, &noise[0], &noise[1]);
        normals_of(c + 2, &noise[2], &noise[3]);
      } else {
        for (int w = 0; w < 4; w++) {
          f32v wait = waiting_time(c[w]);
          if (d->law == shoal_laplace_law) {
            // The lowest bit, which the waiting time does not use, is the sign.
            noise[w] = (f32v)(bits_of(wait) ^ (i32v)(c[w] << 31));
          } else {
            noise[w] = -logarithm(wait);
          }
        }
      }
      for (int w = 0; w < 4; w++) {
        size_t at = k + (size_t)(w * lanes);
        if (at >= d->columns) break;
        store(values + at, noise[w], d->columns - at);
      }
    }
  }
}

// c·tanh(a/c) and its derivative.
INLINE void clamp_symmetrically(const f32v *argument, float bound, f32v *value, f32v *slope) {
  f32v twice = *argument * (2.0f / bound), raised, grown;
  exponentials_of(&twice, &raised, &grown);
  f32v tangent = grown / (grown + 2.0f);
  *value = bound * tangent;
  *slope = 1.0f - tangent * tangent;
}

DISPATCHED void shoal_location_scale_posterior(const shoal_location_scale *p) {
  size_t width = p->latents;
  for (size_t k = 0; k < width; k += lanes) {
    size_t n = width - k;
    f32v prior_mean = {}, prior_scale = splat(1.0f), prior_log = {}, prior_slope = {};
    f32v prior_bounded = {};
    if (p->prior_mean) {
      load(prior_mean, p->prior_mean + k, n);
      load(prior_log, p->prior_log_scale + k, n);
      clamp_symmetrically(&prior_log, p->clamp, &prior_bounded, &prior_slope);
      prior_scale = exponential(prior_bounded);
    }
    f32v precision = 1.0f / prior_scale;
    f64v kl_sum = {}, prior_sum = {};
    load(kl_sum, p->kl_per_latent + k, n);
    for (size_t row = 0; row < p->rows; row++) {
      const float *encoding = p->encoding + row * 2 * width;
      size_t at = row * width + k;
      f32v location, a, log_scale, slope;
      load(location, encoding + k, n);
      load(a, encoding + width + k, n);
      a = a + prior_log;
      clamp_symmetrically(&a, p->clamp, &log_scale, &slope);
      f32v scale = exponential(log_scale);
      f32v ratio = scale * precision, offset = location * precision;
      f32v log_ratio = log_scale - prior_bounded;
      f32v kl, kl_mean, kl_scale, kl_prior;
      if (p->laplace) {
        f32v distance = (f32v)(bits_of(offset) & 0x7fffffff);
        f32v decay = exponential(-(distance / ratio));
        kl = ratio * decay + distance - log_ratio - 1.0f;
        f32v sign = choose(offset > 0.0f, splat(1.0f), splat(-1.0f));
        kl_mean = choose(offset == 0.0f, splat(0.0f), sign * (1.0f - decay) * precision);
        kl_scale = decay * (ratio + distance) - 1.0f;
        kl_prior = 1.0f - ratio * decay - distance;
      } else {
        f32v square = offset * offset, spread = ratio * ratio;
        kl = 0.5f * (square + spread - 1.0f) - log_ratio;
        kl_mean = offset * precision;
        kl_scale = spread - 1.0f;
        kl_prior = 1.0f - square - spread;
      }
      f32v mean = location + prior_mean;
      store(p->mean + at, mean, n);
      store(p->scale + at, scale, n);
      store(p->clamp_slope + at, slope, n);
      store(p->kl_mean_slope + at, kl_mean, n);
      store(p->kl_scale_slope + at, kl_scale, n);
      kl_sum += __builtin_convertvector(kl, f64v);
      f32v through = kl_prior * prior_slope;
      prior_sum += __builtin_convertvector(through, f64v);
    }
    store(p->kl_per_latent + k, kl_sum, n);
    if (p->prior_scale_sums) store(p->prior_scale_sums + k, prior_sum, n);
  }
}

// f(z) and f′(z) of a latent function.
INLINE void apply(int function, const f32v *argument, f32v *value, f32v *slope) {
  f32v z = *argument;
  switch (function) {
    case shoal_relu:
      *slope = choose(z > 0.0f, splat(1.0f), splat(0.0f));
      *value = z * *slope;
      break;
    case shoal_softplus: {
      // ln(1 + e^z) = max(z, 0) + ln(1 + e^−|z|).
      f32v decay = exponential(-(f32v)(bits_of(z) & 0x7fffffff));
      *value = choose(z > 0.0f, z, splat(0.0f)) + logarithm(1.0f + decay);
      *slope = 1.0f / (1.0f + exponential(-z));
      break;
    }
    case shoal_logistic: {
      f32v s = 1.0f / (1.0f + exponential(-z));
      *value = s;
      *slope = s * (1.0f - s);
      break;
    }
    case shoal_square:
      *value = z * z;
      *slope = 2.0f * z;
      break;
    case shoal_quartic:
      *value = (z * z) * (z * z);
      *slope = 4.0f * z * (z * z);
      break;
    case shoal_exponential:
      *value = exponential(z);
      *slope = *value;
      break;
    default:
      *value = z;
      *slope = splat(1.0f);
  }
}

DISPATCHED void shoal_apply_function(
  size_t count, int function, const float *z, float *value, float *slope
) {
  for (size_t i = 0; i < count; i += lanes) {
    size_t n = count - i;
    f32v argument, result, derivative;
    load(argument, z + i, n);
    apply(function, &argument, &result, &derivative);
    store(value + i, result, n);
    if (slope) store(slope + i, derivative, n);
  }
}

DISPATCHED void shoal_location_scale_sample(
  size_t count, const float *mean, const float *scale, const float *noise, float *deviation, float *z
) {
  for (size_t i = 0; i < count; i++) {
    deviation[i] = scale[i] * noise[i];
    z[i] = mean[i] + deviation[i];
  }
}

DISPATCHED void shoal_location_scale_backward(const shoal_location_scale_gradient *g) {
  size_t width = g->latents;
  for (size_t k = 0; k < width; k += lanes) {
    size_t n = width - k;
    f64v mean_sum = {}, scale_sum = {};
    f32v variance_gradient = {};
    if (g->variance_gradient) load(variance_gradient, g->variance_gradient + k, n);
    for (size_t row = 0; row < g->rows; row++) {
      size_t at = row * width + k;
      float *encoding = g->encoding_gradient + row * 2 * width;
      f32v through, slope, kl_mean, kl_scale, to_scale;
      load(through, g->gradient + at, n);
      load(slope, g->clamp_slope + at, n);
      load(kl_mean, g->kl_mean_slope + at, n);
      load(kl_scale, g->kl_scale_slope + at, n);
      if (g->variance_gradient) {
        f32v scale;
        load(scale, g->scale + at, n);
        to_scale = g->variance_slope * (scale * scale) * variance_gradient;
      } else {
        f32v function_slope, deviation;
        load(function_slope, g->function_slope + at, n);
        load(deviation, g->deviation + at, n);
        through = through * function_slope;
        to_scale = through * deviation;
      }
      f32v mean_gradient = through + g->kl_weight * kl_mean;
      f32v scale_gradient = (to_scale + g->kl_weight * kl_scale) * slope;
      store(encoding + k, mean_gradient, n);
      store(encoding + width + k, scale_gradient, n);
      mean_sum += __builtin_convertvector(through, f64v);
      scale_sum += __builtin_convertvector(scale_gradient, f64v);
    }
    store(g->mean_sums + k, mean_sum, n);
    store(g->scale_sums + k, scale_sum, n);
  }
}

// The largest of some numbers.
INLINE float largest_of(size_t count, const float *x) {
  float largest = x[0];
  for (size_t i = 1; i < count; i++) largest = x[i] > largest ? x[i] : largest;
  return largest;
}

// Writes e^(scale·(x + noise) − largest) and returns their sum; noise may be null.
INLINE double exponentiate(
  size_t count, const float *x, const float *noise, float scale, float *raised
) {
  f64v sum = {};
  for (size_t i = 0; i < count; i++) {
    raised[i] = scale * (noise ? x[i] + noise[i] : x[i]);
  }
  float largest = largest_of(count, raised);
  for (size_t i = 0; i < count; i += lanes) {
    size_t n = count - i;
    f32v v;
    load(v, raised + i, n);
    v = exponential(v - largest);
    if (n < lanes) {
      for (size_t l = n; l < lanes; l++) v[l] = 0;
    }
    sum += __builtin_convertvector(v, f64v);
    store(raised + i, v, n);
  }
  return sum_of_lanes(&sum);
}

DISPATCHED void shoal_log_softmax(size_t count, float *x) {
  float largest = largest_of(count, x);
  double sum = 0;
  for (size_t i = 0; i < count; i++) sum += __builtin_exp((double)(x[i] - largest));
  float offset = largest + (float)__builtin_log(sum);
  for (size_t i = 0; i < count; i++) x[i] -= offset;
}

DISPATCHED void shoal_categorical_posterior(const shoal_categorical *p) {
  size_t m = p->categories;
  for (size_t row = 0; row < p->rows; row++) {
    for (size_t v = 0; v < p->variables; v++) {
      size_t at = (row * p->variables + v) * m;
      float *log_probability = p->log_probability + at, *probability = p->probability + at;
      const float *log_prior = p->log_prior + v * m;
      float *kl_slope = p->kl_slope + at;
      double sum = exponentiate(m, p->encoding + at, 0, 1, probability);
      float offset = largest_of(m, p->encoding + at) + (float)__builtin_log(sum);
      float share = (float)(1 / sum);
      double kl = 0;
      for (size_t j = 0; j < m; j++) {
        log_probability[j] = p->encoding[at + j] - offset;
        probability[j] *= share;
        kl += (double)probability[j] * (log_probability[j] - log_prior[j]);
      }
      for (size_t j = 0; j < m; j++) {
        kl_slope[j] = probability[j] * (log_probability[j] - log_prior[j] - (float)kl);
      }
      p->kl_per_variable[v] += kl;
      for (size_t j = 0; j < m; j++) p->log_probability_sums[v * m + j] += log_probability[j];
      for (size_t j = 0; j < m; j++) p->probability_sums[v * m + j] += probability[j];
    }
  }
}

DISPATCHED void shoal_categorical_sample(
  size_t groups, size_t categories, const float *log_probability, const float *noise,
  float temperature, float *z
) {
  for (size_t g = 0; g < groups; g++) {
    size_t at = g * categories;
    double sum =
      exponentiate(categories, log_probability + at, noise + at, 1.0f / temperature, z + at);
    float share = (float)(1 / sum);
    for (size_t j = 0; j < categories; j++) z[at + j] *= share;
  }
}

DISPATCHED void shoal_categorical_choose(
  size_t groups, size_t categories, const float *log_probability, const float *noise, float *z
) {
  for (size_t g = 0; g < groups; g++) {
    size_t at = g * categories, best = 0;
    for (size_t j = 1; j < categories; j++) {
      if (log_probability[at + j] + noise[at + j] > log_probability[at + best] + noise[at + best]) {
        best = j;
      }
    }
    memset(z + at, 0, categories * sizeof(float));
    z[at + best] = 1;
  }
}

DISPATCHED void shoal_categorical_backward(
  size_t groups, size_t categories, const float *gradient, const float *weight, float scale,
  const float *kl_slope, float kl_weight, float *encoding_gradient
) {
  for (size_t g = 0; g < groups; g++) {
    size_t at = g * categories;
    const float *d = gradient + at, *w = weight + at;
    double mean = 0;
    for (size_t j = 0; j < categories; j++) mean += (double)w[j] * d[j];
    for (size_t j = 0; j < categories; j++) {
      encoding_gradient[at + j] =
        scale * w[j] * (d[j] - (float)mean) + kl_weight * kl_slope[at + j];
    }
  }
}
