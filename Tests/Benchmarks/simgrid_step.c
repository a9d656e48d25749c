// The communication of a training step, message by message, for SimGrid's MPI.
//
//   simgrid_step allreduce BYTES_PER_ELEMENT COUNT...   seconds of reductions of so many elements
//   simgrid_step step FILE                              seconds of a step described in a file
//
// The file holds numbers: steps, seconds to add a byte, elements of the agreement, bytes of an element,
// number of buckets and their lengths, then a rank's own times: the tail's share, start and mean excess,
// number of times and the times, ascending, in seconds.
#include <math.h>
#include <mpi.h>
#include <smpi/smpi.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int rank, ranks;
static double per_byte_added;
static char *sent, *received;

static void message(int partner, int out, int in) {
  MPI_Request requests[2];
  int count = 0;
  if (in >= 0) MPI_Irecv(received, in, MPI_BYTE, partner, 0, MPI_COMM_WORLD, &requests[count++]);
  if (out >= 0) MPI_Isend(sent, out, MPI_BYTE, partner, 0, MPI_COMM_WORLD, &requests[count++]);
  MPI_Waitall(count, requests, MPI_STATUSES_IGNORE);
}

static void add(int bytes) {
  if (per_byte_added > 0 && bytes > 0) smpi_execute(per_byte_added * bytes);
}

// Fewer elements than ranks: segments of one element or none go round.
static void ring(int count, int size) {
  int next = (rank + 1) % ranks, previous = (rank + ranks - 1) % ranks;
  for (int round = 0; round < 2 * ranks - 2; round++) {
    int out = (rank + 1 - round + 2 * ranks) % ranks < count ? size : 0;
    int in = (rank - round + 2 * ranks) % ranks < count ? size : 0;
    MPI_Request requests[2];
    MPI_Irecv(received, in, MPI_BYTE, previous, 0, MPI_COMM_WORLD, &requests[0]);
    MPI_Isend(sent, out, MPI_BYTE, next, 0, MPI_COMM_WORLD, &requests[1]);
    MPI_Waitall(2, requests, MPI_STATUSES_IGNORE);
    if (round < ranks - 1) add(in);
  }
}

// Rabenseifner's reduction, in the order of Open MPI's allred_sched_redscat_allgather.
static void all_reduce(int count, int size) {
  int power = 1;
  while (2 * power <= ranks) power *= 2;
  if (count < power) {
    ring(count, size);
    return;
  }
  int excess = ranks - power, virtual = rank - excess;
  int left = count / 2 * size, right = (count - count / 2) * size;
  if (rank < 2 * excess) {
    int partner = rank ^ 1, odd = rank % 2;
    message(partner, odd ? left : right, odd ? right : left);
    add(odd ? right : left);
    message(partner, odd ? right : -1, odd ? -1 : right);
    virtual = odd ? -1 : rank / 2;
  }
  if (virtual >= 0) {
    int kept[32], given[32], partners[32], steps = 0, window = count;
    for (int mask = 1; mask < power; mask *= 2, steps++) {
      int other = virtual ^ mask;
      partners[steps] = other < excess ? 2 * other : other + excess;
      int half = window / 2;
      kept[steps] = rank < partners[steps] ? half : window - half;
      given[steps] = window - kept[steps];
      message(partners[steps], given[steps] * size, kept[steps] * size);
      add(kept[steps] * size);
      window = kept[steps];
    }
    while (steps-- > 0) message(partners[steps], kept[steps] * size, given[steps] * size);
  }
  if (rank < 2 * excess) {
    int odd = rank % 2;
    message(rank ^ 1, odd ? -1 : count * size, odd ? count * size : -1);
  }
}

static void allocate(int bytes) {
  sent = SMPI_SHARED_MALLOC(bytes);
  received = SMPI_SHARED_MALLOC(bytes);
}

static double number(FILE *file) {
  double value;
  if (fscanf(file, "%lf", &value) != 1) MPI_Abort(MPI_COMM_WORLD, 65);
  return value;
}

// xorshift64*, Vigna 2016: in the open interval from 0 to 1.
static double uniform(uint64_t *state) {
  *state ^= *state >> 12;
  *state ^= *state << 25;
  *state ^= *state >> 27;
  return ((*state * 2685821657736338717ull >> 12) + 0.5) * 0x1p-52;
}

static void run_steps(const char *path) {
  FILE *file = fopen(path, "r");
  if (!file) MPI_Abort(MPI_COMM_WORLD, 66);
  int steps = number(file);
  per_byte_added = number(file);
  int agreement = number(file), size = number(file), buckets = number(file);
  int *lengths = malloc(buckets * sizeof *lengths), longest = agreement * 8;
  for (int i = 0; i < buckets; i++) {
    lengths[i] = number(file);
    if (lengths[i] * size > longest) longest = lengths[i] * size;
  }
  double share = number(file), start = number(file), excess = number(file);
  int count = number(file);
  double *times = malloc(count * sizeof *times);
  for (int i = 0; i < count; i++) times[i] = number(file);
  fclose(file);
  allocate(longest);
  uint64_t state = 0x9e3779b97f4a7c15ull * (rank + 1);
  for (int i = 0; i < 10; i++) uniform(&state);
  MPI_Barrier(MPI_COMM_WORLD);
  double begin = MPI_Wtime();
  for (int step = 0; step < steps; step++) {
    double u = uniform(&state);
    double own = 1 - u <= share ? start + excess * log(share / (1 - u)) : times[(int)(u * count)];
    if (own > 0) smpi_execute(own);
    all_reduce(agreement, 8);
    for (int i = 0; i < buckets; i++) all_reduce(lengths[i], size);
  }
  double own = (MPI_Wtime() - begin) / steps, slowest;
  MPI_Reduce(&own, &slowest, 1, MPI_DOUBLE, MPI_MAX, 0, MPI_COMM_WORLD);
  if (rank == 0) printf("%.9g\n", slowest);
}

static void run_reductions(int size, int lengths, char **words) {
  int longest = 0;
  for (int i = 0; i < lengths; i++) {
    if (atoi(words[i]) > longest) longest = atoi(words[i]);
  }
  allocate(longest * size);
  for (int i = 0; i < lengths; i++) {
    MPI_Barrier(MPI_COMM_WORLD);
    double begin = MPI_Wtime();
    for (int repetition = 0; repetition < 10; repetition++) all_reduce(atoi(words[i]), size);
    double own = (MPI_Wtime() - begin) / 10, slowest;
    MPI_Reduce(&own, &slowest, 1, MPI_DOUBLE, MPI_MAX, 0, MPI_COMM_WORLD);
    if (rank == 0) printf("%.9g\n", slowest);
  }
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &ranks);
  if (argc > 3 && strcmp(argv[1], "allreduce") == 0) {
    run_reductions(atoi(argv[2]), argc - 3, argv + 3);
  } else if (argc == 3 && strcmp(argv[1], "step") == 0) {
    run_steps(argv[2]);
  } else {
    MPI_Abort(MPI_COMM_WORLD, 64);
  }
  MPI_Finalize();
  return 0;
}
