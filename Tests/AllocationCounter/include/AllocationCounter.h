// Counts every allocation of the program that links this, by standing in for the C library's own
// functions (glibc).
#pragma once

/// The number of allocations since the program started, on all threads.
long allocation_count(void);
