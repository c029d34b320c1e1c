/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a campaign's message to what a driver sends: rendered texts within
 * the channel's size, and the visit as a calendar entry. Pure: reads only
 * what the view already gave.
 */
#include "scheduler/letter.h"

#include <stdio.h>

#include "channels/calendar.h"
#include "channels/sms.h"

/* Longer texts are refused: a carrier would cut them. */
#define SMS_PARTS_MAX 6
#define CALENDAR_MAX (64u << 10)
/* A visit that does not say how long it takes. */
#define VISIT_MS (30 * MINUTE_MS)

void letter_init(struct letter *letter)
{
    rendered_init(&letter->rendered);
    buf_init(&letter->calendar, CALENDAR_MAX);
}

void letter_free(struct letter *letter)
{
    rendered_free(&letter->rendered);
    buf_free(&letter->calendar);
}

static bool calendar_add(const struct render_input *input,
                         const struct roster_campaign *item,
                         const struct outreach *row,
                         const struct view_row *view, instant stamp,
                         struct letter *out, struct error *err)
{
    if (!input->message->calendar || item->calendar_at < 0)
        return true;
    const struct value *values = view->columns + item->calendar_at;
    const struct value *start = &values[ROSTER_CALENDAR_START];
    const struct value *end = &values[ROSTER_CALENDAR_END];
    if (start->type == VALUE_MISSING)
        return true;
    char uid[64];
    snprintf(uid, sizeof(uid), "visit-%lld@outreach",
             (long long)row->anchor_id);
    struct calendar_event event = {
        .method = CALENDAR_PUBLISH,
        .uid = uid,
        .sequence = (int)row->occurrence,
        .stamp = stamp,
        .start = start->integer,
        .end = end->type != VALUE_MISSING && end->integer > start->integer
                   ? end->integer
                   : start->integer + VISIT_MS,
        .summary = values[ROSTER_CALENDAR_NAME].text
                       ? values[ROSTER_CALENDAR_NAME].text
                       : out->rendered.subject.data,
        .location = values[ROSTER_CALENDAR_STREET].text};
    return calendar_write(&out->calendar, &event, err);
}

bool letter_write(const struct render_input *input,
                  const struct roster_campaign *item,
                  const struct outreach *row, const struct view_row *view,
                  instant stamp, struct letter *out, struct error *err)
{
    if (!input->message)
        return error_set(err, ERROR_INPUT, "the step has no message");
    if (!render(input, &out->rendered, err))
        return false;
    out->parts = 1;
    if (input->channel == CHANNEL_SMS)
        out->parts = (int)sms_measure(out->rendered.text.data).parts;
    if (out->parts > SMS_PARTS_MAX)
        return error_set(err, ERROR_INPUT, "longer than %d parts",
                         SMS_PARTS_MAX);
    if (input->channel == CHANNEL_EMAIL)
        return calendar_add(input, item, row, view, stamp, out, err);
    return true;
}

static const char *or_null(const struct buf *buf)
{
    return buf->len > 0 ? buf->data : NULL;
}

struct outgoing letter_message(const struct letter *letter,
                               enum channel channel)
{
    const struct rendered *rendered = &letter->rendered;
    return (struct outgoing){
        .channel = channel,
        .language = rendered->language,
        .subject = or_null(&rendered->subject),
        .text = or_null(&rendered->text),
        .html = or_null(&rendered->html),
        .voicemail = or_null(&rendered->voicemail),
        .script = or_null(&rendered->script),
        .calendar = or_null(&letter->calendar),
        .invites_reply = rendered->invites_reply,
    };
}
