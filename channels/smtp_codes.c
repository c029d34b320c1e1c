/* SPDX-License-Identifier: Apache-2.0 */
/* What SMTP replies mean, as a table read from the top (RFC 5321 4.2.3, RFC
 * 3463). The place comes first: the same 550 is a dead mailbox after RCPT TO
 * and a forbidden sender after MAIL FROM, where it would meet every message
 * and somebody must act. Then the enhanced status, which says more than the
 * code; then the code. Pure. */
#include "channels/smtp_codes.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

#include "base/text.h"

/* NULL or 0: whatever it is. A code of one or two digits is a beginning: 5
 * stands for 5xx. An enhanced status matches from its second number on
 * (".2.2" is 4.2.2 and 5.2.2), or whole; one that ends in '.' is a beginning.
 */
static const struct row {
    const char *stage;
    int code;
    const char *enhanced;
    enum outcome outcome;
} table[] = {
    {NULL, 2, NULL, OUTCOME_ACCEPTED},

    /* who we are, and whether we may */
    {NULL, 530, NULL, OUTCOME_MISCONFIGURED},
    {NULL, 534, NULL, OUTCOME_MISCONFIGURED},
    {NULL, 535, NULL, OUTCOME_MISCONFIGURED},
    {NULL, 538, NULL, OUTCOME_MISCONFIGURED},
    {NULL, 5, ".7.8", OUTCOME_MISCONFIGURED},
    {NULL, 5, ".7.9", OUTCOME_MISCONFIGURED},
    {NULL, 432, NULL, OUTCOME_MISCONFIGURED},
    {NULL, 454, NULL, OUTCOME_PROVIDER_DOWN},
    {NULL, 421, NULL, OUTCOME_THROTTLED},
    {"the connection", 4, NULL, OUTCOME_PROVIDER_DOWN},
    {"the connection", 5, NULL, OUTCOME_MISCONFIGURED},
    {"MAIL FROM", 552, NULL, OUTCOME_BAD_CONTENT},
    {"MAIL FROM", 5, NULL, OUTCOME_MISCONFIGURED},
    {"MAIL FROM", 4, NULL, OUTCOME_THROTTLED},

    /* the mailbox */
    {NULL, 5, "5.1.8", OUTCOME_MISCONFIGURED}, /* the sender's address */
    {NULL, 5, "5.1.7", OUTCOME_MISCONFIGURED},
    {NULL, 5, ".1.", OUTCOME_BAD_ADDRESS},
    {NULL, 5, ".2.1", OUTCOME_BAD_ADDRESS}, /* closed for good */
    {NULL, 4, ".2.1", OUTCOME_UNREACHABLE},
    {NULL, 4, ".2.2", OUTCOME_UNREACHABLE}, /* full */
    {NULL, 5, ".2.2", OUTCOME_UNREACHABLE},
    {NULL, 5, ".2.3", OUTCOME_BAD_CONTENT}, /* too long for it */

    /* the message */
    {NULL, 5, ".3.4", OUTCOME_BAD_CONTENT}, /* too big for the system */
    {NULL, 5, ".6.", OUTCOME_BAD_CONTENT},

    /* their policy: spam, block lists, unauthenticated mail */
    {NULL, 5, ".7.", OUTCOME_BLOCKED},
    {NULL, 4, ".7.", OUTCOME_THROTTLED}, /* grey-listed, rate */

    {NULL, 450, ".2.0", OUTCOME_THROTTLED}, /* grey-listed */
    {NULL, 450, NULL, OUTCOME_UNREACHABLE},
    {NULL, 451, NULL, OUTCOME_THROTTLED},
    {NULL, 452, NULL, OUTCOME_THROTTLED}, /* no room in the system */
    {NULL, 4, NULL, OUTCOME_THROTTLED},

    {"RCPT TO", 501, NULL, OUTCOME_BAD_ADDRESS},
    {NULL, 550, NULL, OUTCOME_BAD_ADDRESS},
    {NULL, 551, NULL, OUTCOME_BAD_ADDRESS},
    {NULL, 552, NULL, OUTCOME_UNREACHABLE},
    {NULL, 553, NULL, OUTCOME_BAD_ADDRESS},
    {NULL, 554, NULL, OUTCOME_BLOCKED},
    {NULL, 556, NULL, OUTCOME_BAD_ADDRESS}, /* the domain takes no mail */
    {NULL, 571, NULL, OUTCOME_BLOCKED},
    {NULL, 50, NULL, OUTCOME_MISCONFIGURED}, /* it speaks another SMTP */
    {NULL, 5, NULL, OUTCOME_BLOCKED},
};

void smtp_enhanced(const char *reply, char out[SMTP_ENHANCED_MAX])
{
    size_t len = 0;
    int dots = 0;

    out[0] = '\0';
    if (strlen(reply) < 9)
        return;
    for (reply += 4; isdigit((unsigned char)*reply) || *reply == '.'; reply++) {
        dots += *reply == '.';
        if (len + 1 < SMTP_ENHANCED_MAX)
            out[len++] = *reply;
    }
    out[len] = '\0';
    if (dots != 2 || out[1] != '.' || !strchr("245", out[0]))
        out[0] = '\0';
}

static bool code_matches(int code, int status)
{
    return code == status || code == status / 10 || code == status / 100;
}

static bool enhanced_matches(const char *wanted, const char *enhanced)
{
    size_t len = strlen(wanted);

    if (enhanced[0] == '\0')
        return false;
    if (wanted[0] == '.')
        enhanced++;
    if (wanted[len - 1] == '.')
        return strncmp(enhanced, wanted, len) == 0;
    return strcmp(enhanced, wanted) == 0;
}

enum outcome smtp_outcome(const char *stage, int status, const char *enhanced)
{
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        const struct row *row = &table[i];

        if ((!row->stage || (stage && text_equal(row->stage, stage))) &&
            code_matches(row->code, status) &&
            (!row->enhanced || enhanced_matches(row->enhanced, enhanced)))
            return row->outcome;
    }
    return OUTCOME_UNKNOWN; /* no SMTP reply at all */
}
