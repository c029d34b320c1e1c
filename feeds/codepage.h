/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FEEDS_CODEPAGE_H
#define FEEDS_CODEPAGE_H

#include "feeds/scratch.h"

/* A text in Windows-1252 as UTF-8; "" when the scratch is full. */
char *codepage_1252(struct scratch *scratch, const char *text);

#endif
