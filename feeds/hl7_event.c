/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What kind of message this is, and what has happened: MSH-9, which not all
 * write as it is meant (siu^s15, SIU^^SIU_S15, SIU_S15). What may be one of
 * several events is none: a cancellation is not taken for a booking.
 */
#include <ctype.h>
#include <string.h>

#include "base/text.h"

#include "feeds/hl7_own.h"

/* HL7 table 0354: structures that one event gave its name to, and others that
 * are read here have as well. */
static const char *const shared[] = {"ADT_A01", "ADT_A02", "ADT_A05",
                                     "ADT_A06", "ADT_A09", "ADT_A21",
                                     "ADT_A30", "ADT_A39", "SIU_S12"};

static const char *upper(struct hl7_reading *it, const char *text)
{
    char out[32];
    text_copy(out, sizeof(out), text == hl7_deleted ? "" : text);
    for (char *c = out; *c; c++)
        *c = (char)toupper((unsigned char)*c);
    return facts_format(it->facts, "%s", out);
}

static bool is_event(const char *text)
{
    return strlen(text) == 3 && isupper((unsigned char)text[0]) &&
           isdigit((unsigned char)text[1]) && isdigit((unsigned char)text[2]);
}

/* S15, or SIU_S15 of a SIU. NULL: it names none. */
static const char *event_of(const struct hl7_reading *it, const char *text)
{
    size_t len = strlen(it->type);
    if (is_event(text))
        return text;
    for (size_t i = 0; i < sizeof(shared) / sizeof(shared[0]); i++)
        if (text_equal(text, shared[i]))
            return NULL;
    return strncmp(text, it->type, len) == 0 && text[len] == '_' &&
                   is_event(text + len + 1)
               ? text + len + 1
               : NULL;
}

void hl7_event(struct hl7_reading *it)
{
    const struct hl7_segment *head = hl7_at(it->message, 0);
    const struct hl7_segment *event = hl7_first(it->message, "EVN");
    const char *kind = upper(it, hl7_part(it->message, head, 9, 1));
    const char *said = upper(it, hl7_part(it->message, head, 9, 2));
    const char *const places[] = {
        said, upper(it, hl7_field(it->message, event, 1)), kind,
        upper(it, hl7_part(it->message, head, 9, 3))};
    const char *found = NULL;
    it->type = facts_format(it->facts, "%.*s", (int)strcspn(kind, "_"), kind);
    for (size_t i = 0; !found && i < sizeof(places) / sizeof(places[0]); i++)
        found = event_of(it, places[i]);
    it->event = found ? found : "";
}
