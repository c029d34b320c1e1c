/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the fuzz targets share. Each is one function that libFuzzer, or
 * standalone.c where there is none, calls with any bytes. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the program: this input broke something. */
void expect(bool holds, const char *what);

/* A path in a folder that leaves with the program; into a buffer of
 * FUZZ_PATH_MAX. */
#define FUZZ_PATH_MAX 64
void fuzz_path(const char *name, char out[FUZZ_PATH_MAX]);
/* Without a sync: it is read back at once. */
void fuzz_write(const char *path, const void *data, size_t len);

/* An empty store, the same for the whole run. */
struct store;
struct store *fuzz_store(void);

#endif
