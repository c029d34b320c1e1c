/* SPDX-License-Identifier: Apache-2.0 */
/* The fake driver's memory of what it was given: a bounded ring of copies.
 * It never forgets how many there were. */
#include "channels/fake_log.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

void fake_log_init(struct fake_log *log, size_t cap)
{
    *log = (struct fake_log){.cap = cap};
    log->entries = memory_new(cap * sizeof(*log->entries));
}

void fake_log_free(struct fake_log *log)
{
    for (size_t i = 0; i < log->cap; i++)
        free(log->entries[i].texts);
    free(log->entries);
}

void fake_log_add(struct fake_log *log, const struct outgoing *from,
                  const char *provider_id, const struct fake_rule *rule)
{
    const char *texts[] = {from->reference, provider_id,     from->to,
                           from->language,  from->subject,   from->text,
                           from->html,      from->voicemail, from->script,
                           from->calendar};
    const char *kept[sizeof(texts) / sizeof(texts[0])] = {0};
    struct fake_logged *entry = &log->entries[log->submitted++ % log->cap];
    size_t size = 1;
    char *at;

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        size += texts[i] ? strlen(texts[i]) + 1 : 0;
    free(entry->texts);
    at = entry->texts = memory_new(size);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (!texts[i])
            continue;
        kept[i] = memcpy(at, texts[i], strlen(texts[i]) + 1);
        at += strlen(at) + 1;
    }
    entry->rule = rule;
    entry->message = (struct fake_message){
        .attempt_id = from->attempt_id,
        .channel = from->channel,
        .invites_reply = from->invites_reply,
        .submitted_at = from->submitted_at,
        .valid_until = from->valid_until,
        .reference = kept[0],
        .provider_id = kept[1],
        .to = kept[2],
        .language = kept[3],
        .subject = kept[4],
        .text = kept[5],
        .html = kept[6],
        .voicemail = kept[7],
        .script = kept[8],
        .calendar = kept[9],
    };
}

const struct fake_logged *fake_log_at(const struct fake_log *log, size_t i)
{
    if (i >= log->submitted || log->submitted - i > log->cap)
        return NULL;
    return &log->entries[i % log->cap];
}

const struct fake_logged *fake_log_find(const struct fake_log *log,
                                        const char *reference)
{
    for (size_t i = log->submitted; i > 0; i--) {
        const struct fake_logged *entry = fake_log_at(log, i - 1);

        if (!entry)
            break;
        if (text_equal(entry->message.reference, reference))
            return entry;
    }
    return NULL;
}
