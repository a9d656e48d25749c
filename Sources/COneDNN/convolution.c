#include "COneDNN.h"

#include <dnnl.h>
#include <stdlib.h>
#include <string.h>

// Version 2 hands memory descriptions around as structures, version 3 as pointers.
#if DNNL_VERSION_MAJOR >= 3
typedef dnnl_memory_desc_t description;
typedef const_dnnl_memory_desc_t description_view;
#define VIEW(d) (d)
#define RELEASE(d) dnnl_memory_desc_destroy(d)
#else
typedef dnnl_memory_desc_t description;
typedef const dnnl_memory_desc_t *description_view;
#define VIEW(d) (&(d))
#define RELEASE(d) ((void)0)
#endif

#define TRY(call)                                \
  do {                                           \
    dnnl_status_t try_status = (call);           \
    if (try_status != dnnl_success) return (int)try_status; \
  } while (0)

enum {
  forward = shoal_forward, backward_data = shoal_backward_data,
  backward_kernel = shoal_backward_kernel, operations
};

// One of the three operations, with the kernel in the layout that it wants.
typedef struct {
  dnnl_primitive_desc_t description;
  dnnl_primitive_t primitive;
  dnnl_memory_t kernel;
  shoal_convolution_kernel layout;
  // To that layout, or from it for the gradient; only where the layout is no blocking.
  dnnl_primitive_t reorder;
} operation;

struct shoal_convolution {
  dnnl_engine_t engine;
  dnnl_stream_t stream;
  operation operation[operations];
  // Memory objects whose contents are given anew at each call.
  dnnl_memory_t input, output, bias, plain_kernel;
  int has_bias;
};

static int describe(description *d, int rank, const dnnl_dims_t extents, dnnl_format_tag_t tag) {
#if DNNL_VERSION_MAJOR >= 3
  return dnnl_memory_desc_create_with_tag(d, rank, extents, dnnl_f32, tag);
#else
  return dnnl_memory_desc_init_by_tag(d, rank, extents, dnnl_f32, tag);
#endif
}

#if DNNL_VERSION_MAJOR >= 3
static int layout_of(
  description_view d, const dnnl_dim_t **strides, int *count, const dnnl_dim_t **blocks,
  const dnnl_dim_t **indices
) {
  dnnl_format_kind_t kind;
  TRY(dnnl_memory_desc_query(d, dnnl_query_format_kind, &kind));
  if (kind != dnnl_blocked) return dnnl_unimplemented;
  TRY(dnnl_memory_desc_query(d, dnnl_query_strides, strides));
  TRY(dnnl_memory_desc_query(d, dnnl_query_inner_nblks_s32, count));
  TRY(dnnl_memory_desc_query(d, dnnl_query_inner_blks, blocks));
  return dnnl_memory_desc_query(d, dnnl_query_inner_idxs, indices);
}
#else
static int layout_of(
  description_view d, const dnnl_dim_t **strides, int *count, const dnnl_dim_t **blocks,
  const dnnl_dim_t **indices
) {
  if (d->format_kind != dnnl_blocked) return dnnl_unimplemented;
  const dnnl_blocking_desc_t *b = &d->format_desc.blocking;
  *strides = b->strides;
  *count = b->inner_nblks;
  *blocks = b->inner_blks;
  *indices = b->inner_idxs;
  return dnnl_success;
}
#endif

// Describes the layout of a kernel without groups, if it is a blocking.
static int describe_layout(
  description_view d, dnnl_memory_t memory, const shoal_convolution_shape *s,
  shoal_convolution_kernel *result
) {
  const dnnl_dim_t *strides, *blocks, *indices;
  int count;
  TRY(layout_of(d, &strides, &count, &blocks, &indices));
  if (s->kernel > 1 && strides[2] != s->kernel * strides[3]) return dnnl_unimplemented;
  // An extent without blocks is one block.
  size_t block[2] = {(size_t)s->outputs, (size_t)s->inputs}, span = 1;
  size_t inner[2] = {(size_t)strides[0], (size_t)strides[1]};
  int is_blocked[2] = {0, 0};
  for (int i = count - 1; i >= 0; i--) {
    if (indices[i] > 1 || is_blocked[indices[i]]) return dnnl_unimplemented;
    is_blocked[indices[i]] = 1;
    block[indices[i]] = (size_t)blocks[i];
    inner[indices[i]] = span;
    span *= (size_t)blocks[i];
  }
  void *values;
  TRY(dnnl_memory_get_data_handle(memory, &values));
  // Blocks that are not full must be filled up with zeros.
  memset(values, 0, dnnl_memory_desc_get_size(d));
  *result = (shoal_convolution_kernel){
    values, block[0], (size_t)strides[0], inner[0], block[1], (size_t)strides[1], inner[1],
    (size_t)strides[3]};
  return dnnl_success;
}

typedef struct {
  description x, kernel, bias, y;
  dnnl_dims_t strides, dilations, padding;
  int has_bias;
} convolution_description;

static int describe_operation(
  dnnl_engine_t engine, int which, const convolution_description *c, dnnl_primitive_desc_t hint,
  dnnl_primitive_desc_t *result
) {
  const dnnl_alg_kind_t direct = dnnl_convolution_direct;
  description_view bias = c->has_bias ? VIEW(c->bias) : NULL;
#if DNNL_VERSION_MAJOR >= 3
  switch (which) {
    case forward:
      return dnnl_convolution_forward_primitive_desc_create(
        result, engine, dnnl_forward_training, direct, c->x, c->kernel, bias, c->y, c->strides,
        c->dilations, c->padding, c->padding, NULL);
    case backward_data:
      return dnnl_convolution_backward_data_primitive_desc_create(
        result, engine, direct, c->x, c->kernel, c->y, c->strides, c->dilations, c->padding,
        c->padding, hint, NULL);
    default:
      return dnnl_convolution_backward_weights_primitive_desc_create(
        result, engine, direct, c->x, c->kernel, NULL, c->y, c->strides, c->dilations,
        c->padding, c->padding, hint, NULL);
  }
#else
  dnnl_convolution_desc_t d;
  switch (which) {
    case forward:
      TRY(dnnl_dilated_convolution_forward_desc_init(
        &d, dnnl_forward_training, direct, &c->x, &c->kernel, bias, &c->y, c->strides,
        c->dilations, c->padding, c->padding));
      break;
    case backward_data:
      TRY(dnnl_dilated_convolution_backward_data_desc_init(
        &d, direct, &c->x, &c->kernel, &c->y, c->strides, c->dilations, c->padding, c->padding));
      break;
    default:
      TRY(dnnl_dilated_convolution_backward_weights_desc_init(
        &d, direct, &c->x, &c->kernel, NULL, &c->y, c->strides, c->dilations, c->padding,
        c->padding));
  }
  return dnnl_primitive_desc_create(result, &d, NULL, engine, hint);
#endif
}

// Completes an operation: its primitive, its kernel's memory, and what brings values there or back.
static int complete(
  shoal_convolution *c, int which, description_view plain, const shoal_convolution_shape *s
) {
  operation *o = &c->operation[which];
  TRY(dnnl_primitive_create(&o->primitive, o->description));
  dnnl_query_t query = which == backward_kernel ? dnnl_query_diff_weights_md : dnnl_query_weights_md;
  description_view layout = dnnl_primitive_desc_query_md(o->description, query, 0);
  TRY(dnnl_memory_create(&o->kernel, layout, c->engine, DNNL_MEMORY_ALLOCATE));
  if (s->groups == 1 && describe_layout(layout, o->kernel, s, &o->layout) == dnnl_success) {
    return dnnl_success;
  }
  description_view from = which == backward_kernel ? layout : plain;
  description_view to = which == backward_kernel ? plain : layout;
  dnnl_primitive_desc_t reorder;
  TRY(dnnl_reorder_primitive_desc_create(&reorder, from, c->engine, to, c->engine, NULL));
  int status = dnnl_primitive_create(&o->reorder, reorder);
  dnnl_primitive_desc_destroy(reorder);
  return status;
}

static int create(const shoal_convolution_shape *s, shoal_convolution *c) {
  TRY(dnnl_engine_create(&c->engine, dnnl_cpu, 0));
  TRY(dnnl_stream_create(&c->stream, c->engine, dnnl_stream_default_flags));
  long height = (s->height + 2 * s->padding - s->kernel) / s->stride + 1;
  long width = (s->width + 2 * s->padding - s->kernel) / s->stride + 1;
  dnnl_dims_t x = {s->batch, s->inputs, s->height, s->width};
  dnnl_dims_t y = {s->batch, s->outputs, height, width};
  dnnl_dims_t bias = {s->outputs};
  // Grouped kernels have the group as a first extent of their own.
  int grouped = s->groups > 1;
  c->has_bias = s->has_bias;
  dnnl_dims_t whole = {s->outputs, s->inputs, s->kernel, s->kernel};
  dnnl_dims_t parts = {
    s->groups, s->outputs / s->groups, s->inputs / s->groups, s->kernel, s->kernel};
  const dnnl_dim_t *kernel = grouped ? parts : whole;
  int rank = grouped ? 5 : 4;
  convolution_description d = {
    .has_bias = s->has_bias, .strides = {s->stride, s->stride}, .dilations = {0, 0},
    .padding = {s->padding, s->padding}};
  description plain;
  TRY(describe(&d.x, 4, x, dnnl_nhwc));
  TRY(describe(&d.y, 4, y, dnnl_nhwc));
  TRY(describe(&d.bias, 1, bias, dnnl_x));
  TRY(describe(&d.kernel, rank, kernel, dnnl_format_tag_any));
  TRY(describe(&plain, rank, kernel, grouped ? dnnl_goihw : dnnl_oihw));
  for (int which = 0; which < operations; which++) {
    dnnl_primitive_desc_t hint = which == forward ? NULL : c->operation[forward].description;
    TRY(describe_operation(c->engine, which, &d, hint, &c->operation[which].description));
    TRY(complete(c, which, VIEW(plain), s));
  }
  TRY(dnnl_memory_create(&c->input, VIEW(d.x), c->engine, DNNL_MEMORY_NONE));
  TRY(dnnl_memory_create(&c->output, VIEW(d.y), c->engine, DNNL_MEMORY_NONE));
  TRY(dnnl_memory_create(&c->bias, VIEW(d.bias), c->engine, DNNL_MEMORY_NONE));
  TRY(dnnl_memory_create(&c->plain_kernel, VIEW(plain), c->engine, DNNL_MEMORY_NONE));
  RELEASE(d.x);
  RELEASE(d.y);
  RELEASE(d.bias);
  RELEASE(d.kernel);
  RELEASE(plain);
  return dnnl_success;
}

int shoal_convolution_create(const shoal_convolution_shape *shape, shoal_convolution **convolution) {
  shoal_convolution *c = calloc(1, sizeof *c);
  if (!c) return dnnl_out_of_memory;
  int status = create(shape, c);
  if (status != dnnl_success) {
    shoal_convolution_destroy(c);
    c = NULL;
  }
  *convolution = c;
  return status;
}

void shoal_convolution_destroy(shoal_convolution *c) {
  if (!c) return;
  for (int which = 0; which < operations; which++) {
    operation *o = &c->operation[which];
    if (o->reorder) dnnl_primitive_destroy(o->reorder);
    if (o->kernel) dnnl_memory_destroy(o->kernel);
    if (o->primitive) dnnl_primitive_destroy(o->primitive);
    if (o->description) dnnl_primitive_desc_destroy(o->description);
  }
  dnnl_memory_t memories[] = {c->input, c->output, c->bias, c->plain_kernel};
  for (int i = 0; i < 4; i++) {
    if (memories[i]) dnnl_memory_destroy(memories[i]);
  }
  if (c->stream) dnnl_stream_destroy(c->stream);
  if (c->engine) dnnl_engine_destroy(c->engine);
  free(c);
}

int shoal_convolution_kernel_of(
  const shoal_convolution *c, int which, shoal_convolution_kernel *kernel
) {
  *kernel = c->operation[which].layout;
  return kernel->values != NULL;
}

int shoal_convolution_reorder(shoal_convolution *c, int which, float *plain) {
  operation *o = &c->operation[which];
  int is_gradient = which == backward_kernel;
  TRY(dnnl_memory_set_data_handle(c->plain_kernel, plain));
  dnnl_exec_arg_t arguments[] = {
    {DNNL_ARG_FROM, is_gradient ? o->kernel : c->plain_kernel},
    {DNNL_ARG_TO, is_gradient ? c->plain_kernel : o->kernel}};
  TRY(dnnl_primitive_execute(o->reorder, c->stream, 2, arguments));
  return dnnl_stream_wait(c->stream);
}

int shoal_convolution_forward(
  shoal_convolution *c, const float *x, const float *bias, float *y
) {
  TRY(dnnl_memory_set_data_handle(c->input, (void *)x));
  TRY(dnnl_memory_set_data_handle(c->bias, (void *)bias));
  TRY(dnnl_memory_set_data_handle(c->output, y));
  operation *o = &c->operation[forward];
  dnnl_exec_arg_t arguments[] = {
    {DNNL_ARG_SRC, c->input}, {DNNL_ARG_WEIGHTS, o->kernel}, {DNNL_ARG_DST, c->output},
    {DNNL_ARG_BIAS, c->bias}};
  TRY(dnnl_primitive_execute(o->primitive, c->stream, c->has_bias ? 4 : 3, arguments));
  return dnnl_stream_wait(c->stream);
}

int shoal_convolution_backward_data(
  shoal_convolution *c, const float *y_gradient, float *x_gradient
) {
  TRY(dnnl_memory_set_data_handle(c->output, (void *)y_gradient));
  TRY(dnnl_memory_set_data_handle(c->input, x_gradient));
  operation *o = &c->operation[backward_data];
  dnnl_exec_arg_t arguments[] = {
    {DNNL_ARG_DIFF_DST, c->output}, {DNNL_ARG_WEIGHTS, o->kernel}, {DNNL_ARG_DIFF_SRC, c->input}};
  TRY(dnnl_primitive_execute(o->primitive, c->stream, 3, arguments));
  return dnnl_stream_wait(c->stream);
}

int shoal_convolution_backward_kernel(
  shoal_convolution *c, const float *x, const float *y_gradient
) {
  TRY(dnnl_memory_set_data_handle(c->input, (void *)x));
  TRY(dnnl_memory_set_data_handle(c->output, (void *)y_gradient));
  operation *o = &c->operation[backward_kernel];
  dnnl_exec_arg_t arguments[] = {
    {DNNL_ARG_SRC, c->input}, {DNNL_ARG_DIFF_DST, c->output}, {DNNL_ARG_DIFF_WEIGHTS, o->kernel}};
  TRY(dnnl_primitive_execute(o->primitive, c->stream, 3, arguments));
  return dnnl_stream_wait(c->stream);
}
