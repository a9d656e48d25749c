#include "CKernels.h"
#include "vector.h"

// Columns that are worked on together while rows go by: enough for whole pages of each row, few
// enough that their sums stay in registers and the first cache.
enum { tile = 8 };

// Up to sixteen elements of one row, from element `at` on.
INLINE void posterior_of(
  const shoal_poisson_posterior *p, int excitation_only, size_t at, size_t n, const f32v *prior,
  const f32v *cap, f64v *kl_sum, i32v *largest
) {
  const float ceiling = 4.5399930e-5f;  // e⁻¹⁰, for the soft bound of u at 10
  f32v a;
  load(a, p->encoding + at, n);
  a = smaller(larger(a, splat(-40.0f)), splat(40.0f));
  f32v raised, raised_less_one;
  exponentials_of(&a, &raised, &raised_less_one);
  // u = a − ln(1 + e^(a−10)); the last term restores what the sum 1 + x rounded away.
  f32v x = raised * ceiling;
  f32v y = 1.0f + x;
  f32v slope = 1.0f / y;
  f32v u = a - (logarithm(y) + (x - (y - 1.0f)) * slope);
  f32v delta = raised * slope;
  f32v growth = (raised_less_one - x) * slope;  // δ − 1
  if (excitation_only) {
    // band(a; 10, 0) = softplus(a) − softplus(a − 10): one more softplus replaces the a above.
    f32v decay = exponential(-a);
    f32v one = 1.0f + decay;
    f32v lifted = logarithm(one) + (decay - (one - 1.0f)) / one;  // softplus(a) − a
    u = u + lifted;
    exponentials_of(&u, &delta, &growth);
    slope = 1.0f / one - x * slope;
  }
  // λ = D/w with w = 1 + driven·cap and D = driven + 2⁻²³·w, and ∂ ln λ/∂u = driven/(w·D): one division for both.
  f32v driven = *prior * delta;
  f32v w = 1.0f + driven * *cap;
  f32v sum = driven + 1.1920929e-7f * w;
  f32v inverse = 1.0f / (w * sum);
  f32v rate = sum * sum * inverse;
  f32v rate_slope = driven * inverse;
  f32v kl = *prior * (u * delta - growth);
  f32v kl_slope = driven * u * slope;
  i32v rate_bits = bits_of(rate) & 0x7fffffff;
  *largest = larger_bits(rate_bits, *largest);
  *kl_sum += __builtin_convertvector(kl, f64v);
  store(p->rate + at, rate, n);
  store(p->rate_slope + at, rate_slope, n);
  store(p->excitation_slope + at, slope, n);
  store(p->kl_slope + at, kl_slope, n);
}

INLINE float rates_of(const shoal_poisson_posterior *p, int excitation_only) {
  const f32v cap = exponential(splat(-p->rate_clamp));
  i32v largest = {};
  for (size_t start = 0; start < p->latents; start += tile * lanes) {
    size_t end = start + tile * lanes < p->latents ? start + tile * lanes : p->latents;
    f32v prior[tile];
    f64v kl_sum[tile];
    for (size_t k = start, v = 0; k < end; k += lanes, v++) {
      f32v log_prior;
      load(log_prior, p->log_prior + k, end - k);
      prior[v] = exponential(log_prior);
      load(kl_sum[v], p->kl_per_latent + k, end - k);
    }
    size_t whole = (end - start) / lanes;
    for (size_t row = 0; row < p->rows; row++) {
      size_t at = row * p->latents + start;
      for (size_t v = 0; v < whole; v++) {
        posterior_of(
          p, excitation_only, at + v * lanes, lanes, &prior[v], &cap, &kl_sum[v], &largest);
      }
      if (start + whole * lanes < end) {
        posterior_of(
          p, excitation_only, at + whole * lanes, end - start - whole * lanes, &prior[whole], &cap,
          &kl_sum[whole], &largest);
      }
    }
    for (size_t k = start, v = 0; k < end; k += lanes, v++) {
      store(p->kl_per_latent + k, kl_sum[v], end - k);
    }
  }
  // Without their sign, bits are ordered as rates are, and those of no number come last.
  int32_t bits = largest_lane(&largest);
  float rate;
  memcpy(&rate, &bits, sizeof rate);
  return rate;
}

DISPATCHED float shoal_poisson_rates(const shoal_poisson_posterior *p) {
  return p->excitation_only ? rates_of(p, 1) : rates_of(p, 0);
}

// S(a) and S′(a); see the table of indicator functions in the documentation of the Models room.
INLINE void indicate(int indicator, const f32v *argument, f32v *value, f32v *slope) {
  f32v a = *argument;
  if (indicator == shoal_sigmoid) {
    f32v s = 1.0f / (1.0f + exponential(-a));
    *value = s;
    *slope = s * (1.0f - s);
    return;
  }
  f32v x = smaller(larger(a, splat(-1.0f)), splat(1.0f));
  f32v v = 0.5f * x + 0.5f;
  f32v w = 0.5f - 0.5f * x;
  f32v inside;
  switch (indicator) {
    case shoal_linear:
      *value = v;
      inside = splat(0.5f);
      break;
    case shoal_cubic:
      *value = v * v * (3.0f - 2.0f * v);
      inside = 3.0f * v * w;
      break;
    case shoal_quintic:
      *value = v * v * v * (v * (6.0f * v - 15.0f) + 10.0f);
      inside = 15.0f * (v * v) * (w * w);
      break;
    default: {
      // (1 + sin h)/2 and (π/4) cos h at h = πx/2.
      f32v h = 1.57079633f * x, sine, cosine;
      sine_cosine_of(&h, &sine, &cosine);
      *value = 0.5f + 0.5f * sine;
      inside = 0.785398163f * cosine;
    }
  }
  *slope = choose((a > -1.0f) & (a < 1.0f), inside, splat(0.0f));
}

// The elements of some rows whose arrivals still count, and how far each has come.
enum { chunk = 4096, column_bits = 20 };
typedef struct {
  uint32_t place[chunk + lanes];  // row in the chunk << column_bits | column
  float time[chunk + lanes];      // arrival time so far, in units of 1/λ
  size_t count;
} live_set;

// Random numbers are drawn for so many elements at once: a block of Philox gives four to each lane.
enum { block_width = 4 * lanes, blocks_at_once = 2 };

// Lists the elements of a row whose first arrival may count, with the random word that decides it.
INLINE void list_first_arrivals(
  const shoal_poisson_draw *d, float reach, size_t row, size_t chunk_row, size_t from, size_t to,
  live_set *live
) {
  const float *rate = d->rate + row * d->latents;
  size_t listed = live->count;
  for (size_t start = from; start < to; start += blocks_at_once * block_width) {
    u32v c[blocks_at_once][4];
    for (int b = 0; b < blocks_at_once; b++) {
      for (int l = 0; l < lanes; l++) c[b][0][l] = (uint32_t)(start / 4) + (uint32_t)(b * lanes + l);
      c[b][1] = (u32v){};
      c[b][2] = d->samples[row] - (u32v){};
      c[b][3] = d->step - (u32v){};
    }
    philox_blocks(blocks_at_once, c, d->key[0], d->key[1]);
    for (int b = 0; b < blocks_at_once; b++) {
      size_t k = start + (size_t)(b * block_width);
      if (k >= to) break;
      uint64_t bits = 0;
      for (int w = 0; w < 4; w++) {
        size_t base = k + (size_t)(w * lanes);
        if (base >= to) break;
        f32v rates;
        load(rates, rate + base, to - base);
        // −ln u is at least 1 − u, which spares most elements the logarithm; the factor outweighs its
        // rounding.
        i32v may_count = (1.0f - uniform(c[b][w])) * 0.999999f < rates * reach;
        bits |= (uint64_t)bits_of_mask(&may_count) << (w * lanes);
      }
      if (to - k < block_width) bits &= ((uint64_t)1 << (to - k)) - 1;
      uint32_t words[block_width];
      memcpy(words, c[b], sizeof words);
      uint32_t first = (uint32_t)(chunk_row << column_bits | k);
      for (; bits; bits &= bits - 1) {
        int at = __builtin_ctzll(bits);
        live->place[listed] = first + (uint32_t)at;
        memcpy(&live->time[listed], &words[at], sizeof words[at]);
        listed++;
      }
    }
  }
  live->count = listed;
}

// Turns the words of listed elements into times.
INLINE void draw_first_arrivals(live_set *live) {
  for (size_t i = 0; i < live->count; i += lanes) {
    u32v word;
    memcpy(&word, live->time + i, sizeof word);
    f32v time = waiting_time(word);
    memcpy(live->time + i, &time, sizeof time);
  }
}

// Accounts for the arrival just drawn and, four times, the next; drops elements that are done.
INLINE void next_arrivals(
  const shoal_poisson_draw *d, float reach, size_t first_row, uint32_t draws, live_set *live
) {
  const float sharpness = 1.0f / d->temperature;
  size_t kept = 0;
  for (size_t i = 0; i < live->count; i += lanes) {
    u32v c[4], element;
    f32v rate, z, slope, time;
    load(time, live->time + i, lanes);
    size_t some = live->count - i < lanes ? live->count - i : lanes;
    size_t at[lanes];
    for (size_t l = 0; l < lanes; l++) {
      uint32_t place = live->place[i + (l < some ? l : 0)];
      size_t row = first_row + (place >> column_bits);
      size_t column = place & ((1u << column_bits) - 1);
      at[l] = row * d->latents + column;
      element[l] = (uint32_t)column;
      c[2][l] = d->samples[row];
      rate[l] = d->rate[at[l]];
    }
    if (draws == 1) {
      z = slope = splat(0.0f);
    } else {
      for (size_t l = 0; l < lanes; l++) {
        z[l] = d->z[at[l]];
        slope[l] = d->slope ? d->slope[at[l]] : 0;
      }
    }
    c[0] = element;
    c[1] = (1 + (draws - 1) / 4) - (u32v){};
    c[3] = d->step - (u32v){};
    philox(c, d->key[0], d->key[1]);
    f32v mean_wait = 1.0f / rate, limit = rate * reach;
    uint32_t bits = 0;
    for (int w = 0; w < 4 && draws + (uint32_t)w <= d->largest_count; w++) {
      i32v counts = time < limit;
      f32v t = time * mean_wait;
      f32v value, steepness;
      if (!d->hard || d->slope) {
        f32v a = (1.0f - t) * sharpness;
        indicate(d->indicator, &a, &value, &steepness);
        slope += choose(counts, steepness * t * sharpness, splat(0.0f));
      }
      if (d->hard) value = choose(t < 1.0f, splat(1.0f), splat(0.0f));
      z += choose(counts, value, splat(0.0f));
      time += waiting_time(c[w]);
      counts = time < limit;
      bits = bits_of_mask(&counts);
      if (bits == 0) break;
    }
    for (size_t l = 0; l < some; l++) {
      d->z[at[l]] = z[l];
      if (d->slope) d->slope[at[l]] = slope[l];
    }
    if (some < lanes) bits &= (1u << some) - 1;
    for (; bits; bits &= bits - 1) {
      int l = __builtin_ctz(bits);
      live->place[kept] = live->place[i + (size_t)l];
      live->time[kept] = time[l];
      kept++;
    }
  }
  live->count = kept;
}

DISPATCHED void shoal_poisson_sample(const shoal_poisson_draw *d) {
  // Arrivals later than this no longer count: what they would add is below 4e-8 for the sigmoid.
  float reach = 1.0f;
  if (!d->hard || d->slope) {
    reach += (d->indicator == shoal_sigmoid ? 17.0f : 1.0f) * d->temperature;
  }
  live_set live;
  size_t width = d->latents < chunk ? d->latents : chunk;
  size_t height = chunk / width;
  for (size_t row = 0; row < d->rows; row += height) {
    size_t end = row + height < d->rows ? row + height : d->rows;
    size_t first = row * d->latents, count = (end - row) * d->latents;
    memset(d->z + first, 0, count * sizeof(float));
    if (d->slope) memset(d->slope + first, 0, count * sizeof(float));
    if (d->largest_count == 0) continue;
    for (size_t from = 0; from < d->latents; from += chunk) {
      size_t to = from + chunk < d->latents ? from + chunk : d->latents;
      live.count = 0;
      for (size_t r = row; r < end; r++) {
        list_first_arrivals(d, reach, r, r - row, from, to, &live);
      }
      draw_first_arrivals(&live);
      for (uint32_t draws = 1; live.count > 0 && draws <= d->largest_count; draws += 4) {
        next_arrivals(d, reach, row, draws, &live);
      }
    }
  }
}

DISPATCHED void shoal_poisson_backward(
  size_t rows, size_t latents, float *gradient, const float *sample_slope, const float *rate_slope,
  const float *excitation_slope, const float *kl_slope, float kl_weight, double *log_prior_gradient
) {
  for (size_t start = 0; start < latents; start += tile * lanes) {
    size_t end = start + tile * lanes < latents ? start + tile * lanes : latents;
    f64v sum[tile];
    for (size_t k = start, v = 0; k < end; k += lanes, v++) {
      load(sum[v], log_prior_gradient + k, end - k);
    }
    for (size_t row = 0; row < rows; row++) {
      for (size_t k = start, v = 0; k < end; k += lanes, v++) {
        size_t at = row * latents + k, n = end - k;
        f32v g, s, r, e, kl;
        load(g, gradient + at, n);
        load(s, sample_slope + at, n);
        load(r, rate_slope + at, n);
        load(e, excitation_slope + at, n);
        load(kl, kl_slope + at, n);
        f32v through = g * s * r;
        g = through * e + kl_weight * kl;
        sum[v] += __builtin_convertvector(through, f64v);
        store(gradient + at, g, n);
      }
    }
    for (size_t k = start, v = 0; k < end; k += lanes, v++) {
      store(log_prior_gradient + k, sum[v], end - k);
    }
  }
}
