/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a campaign's message to what a driver sends: rendered texts within
 * the channel's size, and the visits as calendar entries. Pure: reads only
 * what the views already gave.
 */
#include "scheduler/letter.h"

#include <stdio.h>

#include "channels/calendar.h"
#include "channels/sms.h"

/* Longer texts are refused: a carrier would cut them. */
#define SMS_PARTS_MAX 6
#define CALENDAR_MAX (64u << 10)
#define UID_SIZE 64
/* A visit that does not say how long it takes. */
#define VISIT_MS (30 * MINUTE_MS)

void letter_init(struct letter *letter)
{
    rendered_init(&letter->rendered);
    buf_init(&letter->calendar, CALENDAR_MAX);
    buf_init(&letter->calendar_told, CALENDAR_MAX);
}

void letter_free(struct letter *letter)
{
    rendered_free(&letter->rendered);
    buf_free(&letter->calendar);
    buf_free(&letter->calendar_told);
}

/* False: that visit has no time. A calendar is seen by others: of a sensitive
 * clinic neither name nor place goes into it, only the subject (L-31). Its uid
 * is its own in all the world, and the same for as long as there is the visit:
 * a moved one takes the place of the former in the patient's calendar (RFC
 * 5545, 3.8.4.7 and 3.8.7.4). */
static bool event_of(const struct letter_input *input,
                     const struct letter_row *row, const char *subject,
                     char uid[UID_SIZE], struct calendar_event *out)
{
    const struct value *values = row->columns + input->item->calendar_at;
    const struct value *start = &values[ROSTER_CALENDAR_START];
    const struct value *end = &values[ROSTER_CALENDAR_END];
    bool sensitive = values[ROSTER_CALENDAR_SENSITIVE].type != VALUE_MISSING &&
                     values[ROSTER_CALENDAR_SENSITIVE].integer != 0;
    const char *name = sensitive ? NULL : values[ROSTER_CALENDAR_NAME].text;
    if (start->type == VALUE_MISSING)
        return false;
    snprintf(uid, UID_SIZE, "visit-%lld@%s.outreach",
             (long long)row->outreach->anchor_id, input->store_name);
    *out = (struct calendar_event){
        .method = CALENDAR_PUBLISH,
        .uid = uid,
        .sequence = (int)row->outreach->occurrence,
        .stamp = input->stamp,
        .start = start->integer,
        .end = end->type != VALUE_MISSING && end->integer > start->integer
                   ? end->integer
                   : start->integer + VISIT_MS,
        .summary = name ? name : subject,
        .location = sensitive ? NULL : values[ROSTER_CALENDAR_STREET].text};
    return true;
}

static bool calendar_add(const struct letter_input *input, struct letter *out,
                         struct error *err)
{
    struct calendar_event events[LETTER_ROWS_MAX];
    char uids[LETTER_ROWS_MAX][UID_SIZE];
    size_t count = 0;
    if (!input->message->calendar || input->item->calendar_at < 0)
        return true;
    for (size_t i = 0; i < input->row_count; i++) {
        if (!event_of(input, &input->rows[i], out->rendered.subject.data,
                      uids[count], &events[count]))
            continue;
        const char *place = events[count].location;
        buf_format(&out->calendar_told, "%s\n%s\n", events[count].summary,
                   place ? place : "");
        count++;
    }
    return count == 0 || calendar_write(&out->calendar, events, count, err);
}

bool letter_write(const struct letter_input *input, struct letter *out,
                  struct error *err)
{
    letter_free(out);
    letter_init(out);
    if (!input->message)
        return error_set(err, ERROR_INPUT, "the step has no message");
    struct template_row rows[LETTER_ROWS_MAX];
    for (size_t i = 0; i < input->row_count; i++)
        rows[i] = (struct template_row){.values = input->rows[i].columns +
                                                  input->item->render_at,
                                        .zone = input->rows[i].zone};
    struct render_input wanted = {.campaign = input->item->campaign,
                                  .message = input->message,
                                  .step = input->step,
                                  .channel = input->channel,
                                  .language = input->language,
                                  .country = input->country,
                                  .fields = &input->item->render,
                                  .rows = rows,
                                  .row_count = input->row_count};
    if (!render(&wanted, &out->rendered, err))
        return false;
    out->parts = 1;
    if (input->channel == CHANNEL_SMS)
        out->parts = (int)sms_measure(out->rendered.text.data).parts;
    if (out->parts > SMS_PARTS_MAX)
        return error_set(err, ERROR_INPUT, "longer than %d parts",
                         SMS_PARTS_MAX);
    if (input->channel == CHANNEL_EMAIL)
        return calendar_add(input, out, err);
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
