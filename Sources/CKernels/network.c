#include "CKernels.h"
#include "vector.h"

// Maps lie in memory as [batch, rows, columns, channels], so that neighbours in memory are the
// channels of one position.

// x·s(x) and its derivative s(x)·(1 + x·(1 − s(x))), with s the logistic function.
INLINE void swish_of(const f32v *argument, f32v *value, f32v *slope) {
  f32v x = *argument;
  f32v s = 1.0f / (1.0f + exponential(-x));
  *value = x * s;
  *slope = s * (1.0f + x * (1.0f - s));
}

DISPATCHED void shoal_swish(size_t count, const float *x, float *y) {
  for (size_t i = 0; i < count; i += lanes) {
    f32v a, value, slope;
    load(a, x + i, count - i);
    swish_of(&a, &value, &slope);
    store(y + i, value, count - i);
  }
}

DISPATCHED void shoal_swish_backward(
  size_t count, const float *x, const float *y_gradient, int adding, float *x_gradient
) {
  for (size_t i = 0; i < count; i += lanes) {
    size_t n = count - i;
    f32v a, value, slope, g, sum;
    load(a, x + i, n);
    load(g, y_gradient + i, n);
    swish_of(&a, &value, &slope);
    sum = g * slope;
    if (adding) {
      f32v old;
      load(old, x_gradient + i, n);
      sum += old;
    }
    store(x_gradient + i, sum, n);
  }
}

DISPATCHED void shoal_resize(
  const shoal_resizing *r, const float *restrict x, int adding, float *restrict y
) {
  for (size_t image = 0; image < r->batch; image++) {
    const float *source = x + image * r->height * r->width * r->channels;
    for (size_t row = 0; row < r->new_height; row++) {
      const float *line = source + row * r->height / r->new_height * r->width * r->channels;
      for (size_t column = 0; column < r->new_width; column++) {
        const float *from = line + column * r->width / r->new_width * r->channels;
        if (adding) {
          for (size_t c = 0; c < r->channels; c++) y[c] += from[c];
        } else {
          memcpy(y, from, r->channels * sizeof(float));
        }
        y += r->channels;
      }
    }
  }
}

DISPATCHED void shoal_resize_backward(
  const shoal_resizing *r, const float *restrict y_gradient, float *restrict x_gradient
) {
  memset(x_gradient, 0, r->batch * r->height * r->width * r->channels * sizeof(float));
  for (size_t image = 0; image < r->batch; image++) {
    float *target = x_gradient + image * r->height * r->width * r->channels;
    for (size_t row = 0; row < r->new_height; row++) {
      float *line = target + row * r->height / r->new_height * r->width * r->channels;
      for (size_t column = 0; column < r->new_width; column++) {
        float *to = line + column * r->width / r->new_width * r->channels;
        for (size_t c = 0; c < r->channels; c++) to[c] += y_gradient[c];
        y_gradient += r->channels;
      }
    }
  }
}

void shoal_gather_phases(
  size_t batch, size_t height, size_t width, size_t channels, const float *x, float *y
) {
  for (size_t image = 0; image < batch; image++) {
    for (size_t row = 0; row < height; row += 2) {
      for (size_t column = 0; column < width; column += 2) {
        for (size_t phase = 0; phase < 4; phase++) {
          size_t place = (row + phase / 2) * width + column + phase % 2;
          memcpy(y, x + place * channels, channels * sizeof(float));
          y += channels;
        }
      }
    }
    x += height * width * channels;
  }
}

DISPATCHED void shoal_scatter_phases(
  size_t batch, size_t height, size_t width, size_t channels, const float *restrict y_gradient,
  float *restrict x_gradient
) {
  for (size_t image = 0; image < batch; image++) {
    for (size_t row = 0; row < height; row += 2) {
      for (size_t column = 0; column < width; column += 2) {
        for (size_t phase = 0; phase < 4; phase++) {
          float *to = x_gradient
            + ((row + phase / 2) * width + column + phase % 2) * channels;
          for (size_t c = 0; c < channels; c++) to[c] += y_gradient[c];
          y_gradient += channels;
        }
      }
    }
    x_gradient += height * width * channels;
  }
}

DISPATCHED void shoal_channel_means(
  size_t batch, size_t positions, size_t channels, const float *x, float *mean
) {
  const float share = 1.0f / (float)positions;
  for (size_t image = 0; image < batch; image++) {
    for (size_t c = 0; c < channels; c += lanes) {
      f32v sum = {};
      for (size_t p = 0; p < positions; p++) {
        f32v v;
        load(v, x + p * channels + c, channels - c);
        sum += v;
      }
      sum = sum * share;
      store(mean + c, sum, channels - c);
    }
    x += positions * channels;
    mean += channels;
  }
}

DISPATCHED void shoal_add_gated(
  size_t batch, size_t positions, size_t channels, const float *restrict x,
  const float *restrict gate, float *restrict y
) {
  for (size_t image = 0; image < batch; image++) {
    for (size_t p = 0; p < positions; p++) {
      for (size_t c = 0; c < channels; c++) y[c] += gate[c] * x[c];
      x += channels;
      y += channels;
    }
    gate += channels;
  }
}

DISPATCHED void shoal_gate_gradient(
  size_t batch, size_t positions, size_t channels, const float *x, const float *y_gradient,
  float *gate_gradient
) {
  for (size_t image = 0; image < batch; image++) {
    for (size_t c = 0; c < channels; c += lanes) {
      f32v sum = {};
      for (size_t p = 0; p < positions; p++) {
        f32v v, g;
        load(v, x + p * channels + c, channels - c);
        load(g, y_gradient + p * channels + c, channels - c);
        sum += v * g;
      }
      store(gate_gradient + c, sum, channels - c);
    }
    x += positions * channels;
    y_gradient += positions * channels;
    gate_gradient += channels;
  }
}

DISPATCHED void shoal_gated_gradient(
  size_t batch, size_t positions, size_t channels, const float *restrict y_gradient,
  const float *restrict gate, const float *restrict mean_gradient, float *restrict x_gradient
) {
  const float share = 1.0f / (float)positions;
  for (size_t image = 0; image < batch; image++) {
    for (size_t p = 0; p < positions; p++) {
      for (size_t c = 0; c < channels; c++) {
        x_gradient[c] = gate[c] * y_gradient[c] + share * mean_gradient[c];
      }
      y_gradient += channels;
      x_gradient += channels;
    }
    gate += channels;
    mean_gradient += channels;
  }
}

DISPATCHED void shoal_add_channel_means(
  size_t batch, size_t positions, size_t channels, const float *restrict mean_gradient,
  float *restrict x_gradient
) {
  const float share = 1.0f / (float)positions;
  for (size_t image = 0; image < batch; image++) {
    for (size_t p = 0; p < positions; p++) {
      for (size_t c = 0; c < channels; c++) x_gradient[c] += share * mean_gradient[c];
      x_gradient += channels;
    }
    mean_gradient += channels;
  }
}

DISPATCHED void shoal_channels_last(
  size_t batch, size_t positions, size_t channels, int inverse, const float *x, float *y
) {
  for (size_t image = 0; image < batch; image++) {
    for (size_t p = 0; p < positions; p++) {
      for (size_t c = 0; c < channels; c++) {
        size_t first = c * positions + p, last = p * channels + c;
        if (inverse) {
          y[first] = x[last];
        } else {
          y[last] = x[first];
        }
      }
    }
    x += positions * channels;
    y += positions * channels;
  }
}

DISPATCHED void shoal_sigmoid_of(size_t count, float *x) {
  for (size_t i = 0; i < count; i += lanes) {
    f32v a;
    load(a, x + i, count - i);
    a = 1.0f / (1.0f + exponential(-a));
    store(x + i, a, count - i);
  }
}

DISPATCHED void shoal_add(size_t count, const float *restrict x, float *restrict y) {
  for (size_t i = 0; i < count; i++) y[i] += x[i];
}

DISPATCHED void shoal_rectify(const shoal_dropout *d, float *x) {
  for (size_t row = 0; row < d->rows; row++) {
    float *values = x + row * d->columns;
    for (size_t k = 0; k < d->columns; k += 4 * lanes) {
      u32v c[4];
      if (d->samples) {
        for (int l = 0; l < lanes; l++) c[0][l] = (uint32_t)(k / 4) + (uint32_t)l;
        c[1] = d->layer - (u32v){};
        c[2] = d->samples[row] - (u32v){};
        c[3] = d->step - (u32v){};
        philox(c, d->key[0], d->key[1]);
      }
      for (int w = 0; w < 4; w++) {
        size_t at = k + (size_t)(w * lanes);
        if (at >= d->columns) break;
        f32v v;
        load(v, values + at, d->columns - at);
        v = choose(v > 0.0f, v, splat(0.0f));
        if (d->samples) {
          f32v u = __builtin_convertvector((i32v)(c[w] >> 9), f32v) * 0x1p-23f;
          v = choose(u < d->keep, v * (1.0f / d->keep), splat(0.0f));
        }
        store(values + at, v, d->columns - at);
      }
    }
  }
}

DISPATCHED void shoal_rectify_backward(
  size_t count, const float *restrict y, float scale, float *restrict gradient
) {
  for (size_t i = 0; i < count; i++) gradient[i] = y[i] > 0.0f ? gradient[i] * scale : 0.0f;
}

// The row's mean and the reciprocal of its deviation.
INLINE void moments_of(size_t columns, const float *x, double epsilon, float *mean, float *scale) {
  double sum = 0, squares = 0;
  for (size_t k = 0; k < columns; k++) sum += x[k];
  double m = sum / (double)columns;
  for (size_t k = 0; k < columns; k++) squares += (x[k] - m) * (x[k] - m);
  *mean = (float)m;
  *scale = (float)(1 / __builtin_sqrt(squares / (double)columns + epsilon));
}

DISPATCHED void shoal_layer_norm(
  size_t rows, size_t columns, const float *x, const float *weight, const float *bias,
  double epsilon, float *y
) {
  for (size_t row = 0; row < rows; row++) {
    float mean, scale;
    moments_of(columns, x, epsilon, &mean, &scale);
    for (size_t k = 0; k < columns; k++) y[k] = weight[k] * ((x[k] - mean) * scale) + bias[k];
    x += columns;
    y += columns;
  }
}

DISPATCHED void shoal_layer_norm_backward(
  size_t rows, size_t columns, const float *x, const float *weight, double epsilon,
  const float *y_gradient, float *x_gradient, float *weight_gradient, float *bias_gradient
) {
  for (size_t row = 0; row < rows; row++) {
    float mean, scale;
    moments_of(columns, x, epsilon, &mean, &scale);
    double sum = 0, product = 0;
    for (size_t k = 0; k < columns; k++) {
      float normalized = (x[k] - mean) * scale, g = y_gradient[k] * weight[k];
      weight_gradient[k] += y_gradient[k] * normalized;
      bias_gradient[k] += y_gradient[k];
      sum += g;
      product += g * normalized;
    }
    float mean_gradient = (float)(sum / (double)columns);
    float mean_product = (float)(product / (double)columns);
    for (size_t k = 0; k < columns; k++) {
      float normalized = (x[k] - mean) * scale;
      x_gradient[k] =
        scale * (y_gradient[k] * weight[k] - mean_gradient - normalized * mean_product);
    }
    x += columns;
    y_gradient += columns;
    x_gradient += columns;
  }
}

// Σ a·b of one row, in double.
INLINE double product_of(size_t count, const float *a, const float *b) {
  f64v sum = {};
  for (size_t i = 0; i < count; i += lanes) {
    f32v u, v;
    load(u, a + i, count - i);
    load(v, b + i, count - i);
    sum += __builtin_convertvector(u, f64v) * __builtin_convertvector(v, f64v);
  }
  return sum_of_lanes(&sum);
}

static const double norm_epsilon = 1.1920928955078125e-7;

DISPATCHED void shoal_normalize_kernel(
  size_t outputs, size_t count, const float *kernel, const float *log_gain, float *effective
) {
  for (size_t o = 0; o < outputs; o++) {
    const float *v = kernel + o * count;
    double norm = __builtin_sqrt(product_of(count, v, v));
    float factor = (float)(__builtin_exp((double)log_gain[o]) / (norm + norm_epsilon));
    for (size_t i = 0; i < count; i++) effective[o * count + i] = factor * v[i];
  }
}

DISPATCHED void shoal_normalize_kernel_backward(
  size_t outputs, size_t count, const float *kernel, const float *log_gain,
  const float *effective_gradient, int adding, float *kernel_gradient, float *log_gain_gradient
) {
  for (size_t o = 0; o < outputs; o++) {
    const float *v = kernel + o * count, *g = effective_gradient + o * count;
    float *to = kernel_gradient + o * count;
    double norm = __builtin_sqrt(product_of(count, v, v));
    double factor = __builtin_exp((double)log_gain[o]) / (norm + norm_epsilon);
    double product = product_of(count, v, g);
    log_gain_gradient[o] += (float)(factor * product);
    float along = (float)(factor * product / ((norm + norm_epsilon) * (norm > 0 ? norm : 1)));
    float across = (float)factor;
    if (adding) {
      for (size_t i = 0; i < count; i++) to[i] += across * g[i] - along * v[i];
    } else {
      for (size_t i = 0; i < count; i++) to[i] = across * g[i] - along * v[i];
    }
  }
}
