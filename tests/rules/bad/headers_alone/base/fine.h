/* SPDX-License-Identifier: Apache-2.0 */
#ifndef A
#define A
#include <stddef.h>
size_t fine(void);
#endif
