/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IO_MLLP_H
#define IO_MLLP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct loop;

/* MLLP in, on the loop (F-2): frames of 0x0B .. 0x1C 0x0D, many a connection,
 * each answered before the next one is read, so that their order is kept. No
 * TLS: a proxy in front has it. Everything here belongs to the loop's thread.
 */
struct mllp;

/* In bytes. Of a longer one the first byte behind that comes too, and no more:
 * whoever hears it knows, and its sender gets the answer. */
#define MLLP_MESSAGE_MAX (4u << 20)
#define MLLP_CONNECTIONS 64
#define MLLP_IDLE_SECONDS (24 * 3600) /* without a byte */
#define MLLP_MESSAGE_SECONDS 60       /* for one that has begun */

/* A message that waits for its answer. Borrowed until then. */
struct mllp_message;
const char *mllp_bytes(const struct mllp_message *message, size_t *len);
/* Sends it back, framed; `len` 0: the connection is closed without a word. The
 * message is gone then. */
void mllp_answer(struct mllp_message *message, const char *bytes, size_t len);

/* It wants no answer: the next one is read. */
void mllp_pass(struct mllp_message *message);

/* Called for each; it must be answered once, from inside the call or later. A
 * peer that went away meanwhile makes the answer go nowhere. */
typedef void mllp_fn(void *arg, struct mllp_message *message);

/* `listen` as of listener_new(). NULL with the reason. */
struct mllp *mllp_new(struct loop *loop, const char *listen, mllp_fn *fn,
                      void *arg, struct error *err);
int mllp_port(const struct mllp *mllp);
size_t mllp_open(const struct mllp *mllp); /* connections */
/* Nothing new is read; what waits may still be answered. */
void mllp_leave(struct mllp *mllp);
void mllp_free(struct mllp *mllp); /* NULL is fine */

#endif
