/* SPDX-License-Identifier: Apache-2.0 */
/* Notices in the words of those who read them. */
#include "app/outlet_text.h"

#include <stdio.h>

#include "base/civil.h"
#include "base/json.h"
#include "base/text.h"

/* A store that was restored counts on from its backup: the moment tells the
 * second event of one number from the first. */
const char *outlet_key(const char *store, const struct notice *notice,
                       char out[OUTLET_KEY_MAX])
{
    snprintf(out, OUTLET_KEY_MAX, "%.64s-%012lld-%lld", store,
             (long long)notice->id, (long long)notice->at);
    return out;
}

static void write_some(struct json_writer *json, const char *name,
                       const char *text)
{
    if (text[0])
        json_write_text(json, name, text);
}

static void write_time(struct json_writer *json, const char *name, instant at)
{
    char text[CIVIL_TEXT_MAX];
    if (at != INSTANT_NEVER)
        json_write_text(json, name, civil_instant_text(at, 0, text));
}

void outlet_event(const struct notice *notice, const char *key, struct buf *out)
{
    struct json_writer json;
    json_write_init(&json, out);
    json_write_object(&json, NULL);
    json_write_text(&json, "id", key);
    json_write_text(&json, "event", notice->event);
    write_time(&json, "at", notice->at);
    write_some(&json, "patient", notice->patient);
    if (notice->anchor_kind) {
        json_write_object(&json, "anchor");
        json_write_text(&json, "kind", anchor_name(notice->anchor_kind));
        write_some(&json, "id", notice->anchor);
        json_write_integer(&json, "occurrence", notice->occurrence);
        json_write_end(&json, '}');
    }
    write_some(&json, "campaign", notice->campaign);
    write_some(&json, "intent", notice->intent);
    write_some(&json, "subject", notice->subject);
    write_some(&json, "channel", notice->channel);
    write_some(&json, "purpose", notice->purpose);
    write_time(&json, "until", notice->until);
    if (notice->reply_id)
        json_write_integer(&json, "reply", notice->reply_id);
    json_write_end(&json, '}');
}

/* Whether they come, in the words of ParticipationStatus; NULL: it says
 * nothing about that. */
static const char *status_of(const struct notice *notice)
{
    static const struct {
        const char *intent, *status;
    } rows[] = {
        {"confirm", "accepted"},
        {"reschedule", "tentative"},
        {"cancel", "declined"},
        {"decline", "declined"},
    };
    if (notice->anchor_kind != ANCHOR_APPOINTMENT || !notice->anchor[0] ||
        !text_equal(notice->event, "response"))
        return NULL;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (text_equal(rows[i].intent, notice->intent))
            return rows[i].status;
    return NULL;
}

static void write_reference(struct json_writer *json, const char *name,
                            const char *type, const char *key)
{
    json_write_object(json, name);
    json_write_text(json, "type", type);
    json_write_object(json, "identifier");
    json_write_text(json, "value", key);
    json_write_end(json, '}');
    json_write_end(json, '}');
}

static void write_concept(struct json_writer *json, const char *name,
                          const char *text)
{
    json_write_array(json, name);
    json_write_object(json, NULL);
    json_write_text(json, "text", text);
    json_write_end(json, '}');
    json_write_end(json, ']');
}

static void write_topic(struct json_writer *json, const char *text)
{
    json_write_object(json, "topic");
    json_write_text(json, "text", text);
    json_write_end(json, '}');
}

static void write_identifier(struct json_writer *json, const char *key)
{
    json_write_array(json, "identifier");
    json_write_object(json, NULL);
    json_write_text(json, "value", key);
    json_write_end(json, '}');
    json_write_end(json, ']');
}

static void write_response(struct json_writer *json,
                           const struct notice *notice, const char *status)
{
    write_reference(json, "appointment", "Appointment", notice->anchor);
    write_reference(json, "actor", "Patient", notice->patient);
    json_write_text(json, "participantStatus", status);
}

static void write_communication(struct json_writer *json,
                                const struct notice *notice)
{
    static const char *const types[] = {
        [ANCHOR_APPOINTMENT] = "Appointment",
        [ANCHOR_FILL] = "MedicationDispense",
        [ANCHOR_DISCHARGE] = "Encounter",
        [ANCHOR_PATIENT] = "Patient",
        [ANCHOR_RESULT] = "Observation",
    };
    json_write_text(json, "status", "completed");
    write_concept(json, "category", notice->event);
    if (notice->channel[0])
        write_concept(json, "medium", notice->channel);
    if (notice->patient[0])
        write_reference(json, "subject", "Patient", notice->patient);
    /* Without it a refusal of one thing would read as one of all. */
    if (notice->purpose[0] || notice->subject[0])
        write_topic(json,
                    notice->purpose[0] ? notice->purpose : notice->subject);
    if (notice->anchor[0]) {
        json_write_array(json, "about");
        write_reference(json, NULL, types[notice->anchor_kind], notice->anchor);
        json_write_end(json, ']');
    }
    write_time(json, "received", notice->at);
    if (notice->patient[0])
        write_reference(json, "sender", "Patient", notice->patient);
    if (notice->intent[0])
        write_concept(json, "reasonCode", notice->intent);
}

void outlet_fhir(const struct notice *notice, const char *key, struct buf *out)
{
    const char *status = status_of(notice);
    struct json_writer json;
    json_write_init(&json, out);
    json_write_object(&json, NULL);
    json_write_text(&json, "resourceType",
                    status ? "AppointmentResponse" : "Communication");
    write_identifier(&json, key);
    if (status)
        write_response(&json, notice, status);
    else
        write_communication(&json, notice);
    json_write_end(&json, '}');
}
