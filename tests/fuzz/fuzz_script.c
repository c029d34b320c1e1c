/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as what a call is told to do: refused, or verbs whose texts are
 * UTF-8 and whose times are bounded.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "sandbox/script.h"

#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    struct script script;
    if (script_read((const char *)data, size, arena, &script)) {
        if (script.count > SCRIPT_VERBS)
            PANIC("%zu verbs", script.count);
        for (size_t i = 0; i < script.count; i++) {
            const struct script_verb *verb = &script.verbs[i];
            if (!verb->text || !text_is_utf8(verb->text, strlen(verb->text)))
                PANIC("verb %zu says what is no text", i);
            if (verb->seconds < 0 || verb->seconds > 600)
                PANIC("verb %zu waits %d seconds", i, verb->seconds);
            if (verb->address && !verb->address[0])
                PANIC("verb %zu goes nowhere", i);
        }
    }
    arena_free(arena);
    return 0;
}
