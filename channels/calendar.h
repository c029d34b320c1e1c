/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHANNELS_CALENDAR_H
#define CHANNELS_CALENDAR_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/error.h"

/* Visits as an iCalendar text (RFC 5545), to go with an email. Published:
 * the patient may keep it. Requested: the mail program asks to accept, which
 * answers to the organizer by mail, so only where somebody reads that.
 * Cancelled: takes an earlier one with the same uid out of the calendar. */
enum calendar_method { CALENDAR_PUBLISH, CALENDAR_REQUEST, CALENDAR_CANCEL };

struct calendar_event {
    enum calendar_method method;
    const char *uid; /* the same for every version of this visit */
    int sequence;    /* rises when the time changes: the occurrence */
    instant stamp;   /* when this text was made */
    instant start;
    instant end;              /* after start */
    const char *summary;      /* no more than tier 1 says (domain.md 1.6) */
    const char *location;     /* or NULL */
    const char *description;  /* or NULL */
    const char *organizer;    /* email; NULL only when published */
    const char *organizer_as; /* name, or NULL */
    const char *attendee;     /* email; NULL only when published */
};

/* Adds the text of one or more events of one method to `out`: UTC times,
 * CRLF, lines folded at 75 bytes, marked private. False when something
 * required is missing, an address cannot be one, or a text is not UTF-8. */
bool calendar_write(struct buf *out, const struct calendar_event *events,
                    size_t count, struct error *err);

#endif
