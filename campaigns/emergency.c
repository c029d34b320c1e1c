/* SPDX-License-Identifier: Apache-2.0 */
/* What a campaign has for danger: who hears of it, and what is answered. */
#include "campaigns/emergency.h"

#include <stddef.h>
#include <string.h>

#include "base/clock.h"
#include "campaigns/template.h"
#include "campaigns/timing.h"

/* How long it may take: nominally, since "same day" ten minutes before closing
 * time makes nobody a nurse on call. */
static int64_t task_time(const struct task_spec *spec)
{
    if (spec->due.given)
        return INT64_MAX;
    if (spec->same_day)
        return 24 * HOUR_MS;
    struct step_time within = {
        .given = true, .distance = spec->within, .sign = 1};
    return spec->has_within ? step_time_reach(&within) : INT64_MAX;
}

const struct urgency *campaign_most_urgent(const struct campaign *campaign)
{
    const struct urgency *most = NULL;
    for (size_t i = 0; i < campaign->urgency_count; i++) {
        const struct urgency *one = &campaign->urgencies[i];
        if (one->task &&
            (!most || task_time(one->task) < task_time(most->task)))
            most = one;
    }
    return most;
}

bool task_is_at_once(const struct task_spec *spec)
{
    return task_time(spec) <= EMERGENCY_MINUTES * MINUTE_MS;
}

struct task_spec task_at_once(const struct task_spec *spec)
{
    struct task_spec out = *spec;
    if (task_is_at_once(spec))
        return out;
    out.due = (struct step_time){.given = false};
    out.same_day = false;
    out.has_within = true;
    out.within = (struct duration){EMERGENCY_MINUTES, UNIT_MINUTES};
    return out;
}

/* All that stands for one of these numbers has three digits. */
static bool is_emergency(const char digits[3])
{
    static const char *const lines[] = {"911", "112", "999", "000"};
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
        if (memcmp(digits, lines[i], 3) == 0)
            return true;
    return false;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* A number of three digits, and no part of a longer one: "1-800-911-0000". */
bool emergency_told(const char *text)
{
    for (const char *at = text; *at;) {
        char digits[3];
        size_t count = 0;
        while (is_digit(*at)) {
            if (count < sizeof(digits))
                digits[count] = *at;
            count++;
            at++;
            if (strchr(" -.", *at) && *at && is_digit(at[1]))
                at++;
        }
        if (count == sizeof(digits) && is_emergency(digits))
            return true;
        at += *at && !is_digit(*at);
    }
    return false;
}

bool campaign_tells_emergency(const struct campaign *campaign, const char *name)
{
    const struct message *message =
        name ? campaign_message(campaign, name) : NULL;
    bool told = false;
    for (size_t i = 0; message && i < message->text_count; i++) {
        const char *sms = message->texts[i].sms;
        if (sms && !emergency_told(sms))
            return false;
        told |= sms != NULL;
    }
    return told;
}

bool campaign_names_nobody(const struct campaign *campaign, const char *name)
{
    const struct message *message = campaign_message(campaign, name);
    for (size_t i = 0; message && i < message->text_count; i++) {
        const char *sms = message->texts[i].sms;
        const struct field *field;
        if (sms && template_tier(sms, campaign->anchor, &field) > 0)
            return false;
    }
    return message != NULL;
}
