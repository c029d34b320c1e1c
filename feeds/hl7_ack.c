/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The answer goes back the way the message came: sender and receiver change
 * places, MSA-2 names the message. In the enhanced mode what is asked for is
 * that it was taken (CA); where only the application's own answer is, that.
 */
#include "feeds/hl7_ack.h"

#include <stdio.h>
#include <string.h>

#include "base/civil.h"
#include "base/text.h"

/* More of them no answer needs that anybody reads. */
enum { ERR_MAX = 100 };

/* Escaped for ours, the usual delimiters. Control characters are blanks. */
static void put(struct buf *out, const char *text)
{
    static const char delimiters[] = "|^&~\\";
    static const char *const escapes[] = {"\\F\\", "\\S\\", "\\T\\", "\\R\\",
                                          "\\E\\"};
    for (; text && *text; text++) {
        const char *found = strchr(delimiters, *text);
        if (found)
            buf_text(out, escapes[found - delimiters]);
        else
            buf_char(out, (unsigned char)*text < 0x20 ? ' ' : *text);
    }
}

/* A field of theirs as they sent it, in our delimiters. */
static void put_field(struct hl7 *message, struct buf *out, size_t field)
{
    const struct hl7_segment *head = message ? hl7_at(message, 0) : NULL;
    size_t last = 0;
    for (size_t c = 1; c <= 6; c++)
        if (hl7_part(message, head, field, c))
            last = c;
    for (size_t c = 1; c <= last; c++) {
        const char *part = hl7_part(message, head, field, c);
        if (c > 1)
            buf_char(out, '^');
        put(out, part == hl7_deleted ? NULL : part);
    }
}

/* HL7 table 0155: when such an answer is wanted. A word that is none of it is
 * answered: a sender that waits in vain sends nothing more. */
static bool is_wanted(const char *when, enum hl7_ack verdict)
{
    if (text_equal_nocase(when, "NE"))
        return false;
    if (text_equal_nocase(when, "ER"))
        return verdict != HL7_ACCEPT;
    return !text_equal_nocase(when, "SU") || verdict == HL7_ACCEPT;
}

static const char *code_of(struct hl7 *message, enum hl7_ack verdict)
{
    static const char *const original[] = {"AA", "AE", "AR"};
    static const char *const enhanced[] = {"CA", "CE", "CR"};
    const struct hl7_segment *head = message ? hl7_at(message, 0) : NULL;
    const char *accept = message ? hl7_field(message, head, 15) : NULL;
    const char *application = message ? hl7_field(message, head, 16) : NULL;
    if (!accept && !application)
        return original[verdict];
    if (accept && is_wanted(accept, verdict))
        return enhanced[verdict];
    return application && is_wanted(application, verdict) ? original[verdict]
                                                          : NULL;
}

static void put_head(struct hl7 *message, const struct hl7_ack_request *request,
                     struct buf *out)
{
    char text[CIVIL_TEXT_MAX];
    static const size_t places[] = {5, 6, 3, 4};
    const struct hl7_segment *head = message ? hl7_at(message, 0) : NULL;
    const char *event = message ? hl7_part(message, head, 9, 2) : NULL;
    buf_text(out, "MSH|^~\\&");
    for (size_t i = 0; i < 4; i++) {
        buf_char(out, '|');
        put_field(message, out, places[i]);
    }
    /* 2026-11-23T15:00:00.000Z */
    civil_utc_text(request->now, text);
    buf_format(out, "|%.4s%.2s%.2s%.2s%.2s%.2s+0000||ACK", text, text + 5,
               text + 8, text + 11, text + 14, text + 17);
    if (event && event != hl7_deleted) {
        buf_char(out, '^');
        put(out, event);
        buf_text(out, "^ACK");
    }
    buf_format(out, "|%s|", request->control_id);
    const char *mode = message ? hl7_field(message, head, 11) : NULL;
    const char *version = message ? hl7_field(message, head, 12) : NULL;
    put(out, mode && mode != hl7_deleted ? mode : "P");
    buf_char(out, '|');
    put(out, version && version != hl7_deleted ? version : "2.5");
    buf_text(out, "||||||UNICODE UTF-8\r");
}

/* "PID-11.5" as ERL: PID^1^11^^5. */
static void put_place(struct buf *out, const char *where)
{
    char segment[4];
    unsigned field = 0, component = 0;
    int count = sscanf(where, "%3[A-Z0-9]-%u.%u", segment, &field, &component);
    if (count < 2)
        return;
    buf_format(out, "%s^1^%u", segment, field);
    if (count == 3)
        buf_format(out, "^1^%u", component);
}

/* HL7 table 0357. */
static const char *code_for(const struct fact_fault *fault)
{
    static const struct {
        const char *where, *code;
    } heads[] = {{"MSH-11", "202^Unsupported processing id"},
                 {"MSH-12", "203^Unsupported version id"}};
    for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
        if (text_equal(fault->where, heads[i].where))
            return heads[i].code;
    return text_blank(fault->where)   ? "207^Application internal error"
           : text_blank(fault->value) ? "101^Required field missing"
                                      : "102^Data type error";
}

/* HL7 table 0516: an error for what was left out, a warning for a field of what
 * went in. */
static void put_faults(const struct facts *facts, bool errors, size_t *told,
                       struct buf *out)
{
    for (size_t i = 0; facts && i < facts->fault_count && *told < ERR_MAX;
         i++) {
        const struct fact_fault *fault = &facts->faults[i];
        if ((fault->fatal || fault->row) != errors)
            continue;
        ++*told;
        buf_text(out, "ERR||");
        put_place(out, fault->where);
        buf_format(out, "|%s^HL70357|%c||||", code_for(fault),
                   errors ? 'E' : 'W');
        put(out, fault->where);
        buf_text(out, text_blank(fault->where) ? "" : ": ");
        put(out, fault->reason);
        buf_char(out, '\r');
    }
}

bool hl7_ack(struct hl7 *message, const struct hl7_ack_request *request,
             struct buf *out)
{
    const struct hl7_segment *head = message ? hl7_at(message, 0) : NULL;
    const char *code = code_of(message, request->verdict);
    if (!code)
        return false;
    put_head(message, request, out);
    buf_format(out, "MSA|%s|", code);
    const char *theirs = message ? hl7_field(message, head, 10) : NULL;
    put(out, theirs && theirs != hl7_deleted ? theirs : NULL);
    if (request->reason) {
        buf_char(out, '|');
        put(out, request->reason);
    }
    buf_char(out, '\r');
    size_t told = 0;
    put_faults(request->facts, true, &told, out);
    put_faults(request->facts, false, &told, out);
    return true;
}
