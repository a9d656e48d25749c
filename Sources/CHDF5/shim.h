#pragma once
#include <hdf5.h>

// HDF5's constants are macros that open the library on first use, which Swift cannot import: each
// comes back under its own name as a global variable that is read through an inline function.
#define CHDF5_CONSTANT(type, name)                                   \
  static inline type chdf5_##name(void)                              \
      __attribute__((swift_name("getter:" #name "()"))) {            \
    return name;                                                     \
  }

CHDF5_CONSTANT(MPI_Info _Nonnull, MPI_INFO_NULL)
CHDF5_CONSTANT(unsigned, H5F_ACC_RDONLY)
CHDF5_CONSTANT(unsigned, H5F_ACC_TRUNC)
CHDF5_CONSTANT(hid_t, H5P_FILE_ACCESS)
CHDF5_CONSTANT(hid_t, H5P_FILE_CREATE)
CHDF5_CONSTANT(hid_t, H5P_DATASET_XFER)
CHDF5_CONSTANT(hid_t, H5P_LINK_CREATE)

CHDF5_CONSTANT(size_t, H5T_VARIABLE)
CHDF5_CONSTANT(hid_t, H5T_C_S1)
CHDF5_CONSTANT(hid_t, H5T_IEEE_F32LE)
CHDF5_CONSTANT(hid_t, H5T_IEEE_F64LE)
CHDF5_CONSTANT(hid_t, H5T_STD_I64LE)
CHDF5_CONSTANT(hid_t, H5T_STD_U8LE)
CHDF5_CONSTANT(hid_t, H5T_NATIVE_FLOAT)
CHDF5_CONSTANT(hid_t, H5T_NATIVE_DOUBLE)
CHDF5_CONSTANT(hid_t, H5T_NATIVE_INT64)
CHDF5_CONSTANT(hid_t, H5T_NATIVE_UINT8)
