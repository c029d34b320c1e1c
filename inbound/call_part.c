/* SPDX-License-Identifier: Apache-2.0 */
/* Which part of a call a key belongs to. What it means is meaning.c's. */
#include "inbound/call_part.h"

#include <string.h>

#include "base/text.h"

/* The next question of that step, or what an urgent answer is told. */
static bool is_part(const struct step *part, const struct step *step,
                    const char *name, size_t len)
{
    size_t own = strcspn(step->name, "/");
    const char *says = part->ask_count > 0 ? part->ask[0] : part->message;
    return says && strlen(says) == len && strncmp(says, name, len) == 0 &&
           (part->ask_count == 0 ||
            (strncmp(part->name, step->name, own) == 0 &&
             part->name[own] == '/'));
}

static const struct step *part_of(const struct meaning_question *question,
                                  const char *name, size_t len)
{
    const struct campaign *campaign = question->campaign;
    for (size_t i = 0; i < campaign->answer_count; i++)
        if (is_part(&campaign->answers[i], question->step, name, len))
            return &campaign->answers[i];
    return NULL;
}

const char *call_part(const struct driver_reply *reply,
                      struct meaning_question *questions, size_t count)
{
    const char *mark = strstr(reply->text, ": ");
    if (reply->channel != CHANNEL_VOICE || !reply->about || !mark ||
        count == 0 || !questions[0].campaign || !questions[0].step)
        return reply->text;
    const struct step *part =
        part_of(&questions[0], reply->text, (size_t)(mark - reply->text));
    if (!part)
        return reply->text;
    questions[0].step = part;
    return mark + strlen(": ");
}
