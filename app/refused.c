/* SPDX-License-Identifier: Apache-2.0 */
/* A line a minute of each kind of what was refused, however often it comes. */
#include "app/refused.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"

struct kind {
    struct kind *next;
    enum log_level level;
    char *event, *text;
    int64_t count; /* that the log has not told yet */
    int64_t again; /* when it may tell of them */
};

struct refused {
    struct kind *kinds;
};

struct refused *refused_new(void)
{
    return memory_new(sizeof(struct refused));
}

static struct kind *kind_of(struct refused *refused, enum log_level level,
                            const char *event, const char *text)
{
    struct kind *kind = refused->kinds;
    while (kind &&
           !(text_equal(kind->event, event) && text_equal(kind->text, text)))
        kind = kind->next;
    if (kind)
        return kind;
    kind = memory_new(sizeof(*kind));
    *kind = (struct kind){.next = refused->kinds,
                          .level = level,
                          .event = memory_text(event),
                          .text = memory_text(text),
                          .again = INT64_MIN};
    refused->kinds = kind;
    return kind;
}

static void say(struct kind *kind, int64_t now)
{
    if (kind->count == 0 || now < kind->again)
        return;
    log_event(kind->level, kind->event, "%s count=%lld", kind->text,
              (long long)kind->count);
    kind->count = 0;
    kind->again = now + MINUTE_MS;
}

void refused_tell(struct refused *refused, enum log_level level,
                  const char *event, const char *text, int64_t now)
{
    struct kind *kind = kind_of(refused, level, event, text);
    kind->count++;
    say(kind, now);
}

void refused_step(struct refused *refused, int64_t now)
{
    for (struct kind *kind = refused->kinds; kind; kind = kind->next)
        say(kind, now);
}

void refused_free(struct refused *refused)
{
    struct kind *kind = refused ? refused->kinds : NULL;
    while (kind) {
        struct kind *next = kind->next;
        say(kind, INT64_MAX - MINUTE_MS);
        free(kind->event);
        free(kind->text);
        free(kind);
        kind = next;
    }
    free(refused);
}
