/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a mail in the mailbox of bounces: no bounce, or one of a message
 * of ours with an outcome that a mail may have.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "channels/bounce.h"

#include "tests/fuzz/fuzz.h"

/* What the seeds are marked with. */
static const uint8_t key[] = "this key of a store has 32 bytes";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bounce bounce;
    if (!bounce_read((const char *)data, size, "clinic.example", key, &bounce))
        return 0;
    expect(bounce.reference[0] && !strpbrk(bounce.reference, "@ \r\n"),
           "it names a message");
    expect(bounce.word[0] && strlen(bounce.code) < sizeof(bounce.code),
           "it has a word");
    expect(bounce.ended || bounce.outcome == OUTCOME_NONE,
           "what goes on has no outcome");
    expect(!bounce.ended || bounce.outcome == OUTCOME_DELIVERED ||
               bounce.outcome == OUTCOME_BAD_ADDRESS ||
               bounce.outcome == OUTCOME_UNREACHABLE ||
               bounce.outcome == OUTCOME_BAD_CONTENT ||
               bounce.outcome == OUTCOME_BLOCKED,
           "it has an outcome that a mail may have");
    return 0;
}
