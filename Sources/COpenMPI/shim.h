#pragma once
#include <mpi.h>

// MPI's constants are macros with casts, which Swift cannot import: each comes back under its own
// name as a global variable that is read through an inline function.
#define COPENMPI_CONSTANT(type, name)                                \
  static inline type copenmpi_##name(void)                           \
      __attribute__((swift_name("getter:" #name "()"))) {            \
    return name;                                                     \
  }

COPENMPI_CONSTANT(MPI_Comm _Nonnull, MPI_COMM_WORLD)
COPENMPI_CONSTANT(MPI_Comm _Nonnull, MPI_COMM_SELF)
COPENMPI_CONSTANT(MPI_Comm _Nonnull, MPI_COMM_NULL)
COPENMPI_CONSTANT(MPI_Request _Nonnull, MPI_REQUEST_NULL)
COPENMPI_CONSTANT(MPI_Info _Nonnull, MPI_INFO_NULL)
COPENMPI_CONSTANT(MPI_Errhandler _Nonnull, MPI_ERRORS_RETURN)
COPENMPI_CONSTANT(void *_Nullable, MPI_IN_PLACE)
COPENMPI_CONSTANT(MPI_Status *_Nullable, MPI_STATUS_IGNORE)

COPENMPI_CONSTANT(MPI_Op _Nonnull, MPI_SUM)
COPENMPI_CONSTANT(MPI_Op _Nonnull, MPI_MAX)
COPENMPI_CONSTANT(MPI_Op _Nonnull, MPI_MIN)
COPENMPI_CONSTANT(MPI_Op _Nonnull, MPI_BOR)

COPENMPI_CONSTANT(MPI_Datatype _Nonnull, MPI_FLOAT)
COPENMPI_CONSTANT(MPI_Datatype _Nonnull, MPI_DOUBLE)
COPENMPI_CONSTANT(MPI_Datatype _Nonnull, MPI_INT32_T)
COPENMPI_CONSTANT(MPI_Datatype _Nonnull, MPI_INT64_T)
COPENMPI_CONSTANT(MPI_Datatype _Nonnull, MPI_UINT8_T)
COPENMPI_CONSTANT(MPI_Datatype _Nonnull, MPI_UINT32_T)
COPENMPI_CONSTANT(MPI_Datatype _Nonnull, MPI_UINT64_T)

// Memory that ranks of one machine share; glibc (2.27) declares it for _GNU_SOURCE only, without which
// Swift reads its headers.
int memfd_create(const char *_Nonnull name, unsigned int flags);
