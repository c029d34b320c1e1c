/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CAMPAIGNS_RENDER_H
#define CAMPAIGNS_RENDER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/outcome.h"
#include "base/zone.h"
#include "campaigns/campaign.h"
#include "store/view.h"

/* Mustache ({{x}}, {{x | format}}, {{x | else y}}, sections over booleans)
 * with the catalogue's names. Compiled once per launched version. */

/* All fields that a campaign's texts name, to be read with its conditions:
 * unique, in a fixed order. Columns live as long as the campaign. */
struct render_fields {
    struct view_column *columns;
    size_t count;
};
void render_fields_of(const struct campaign *campaign,
                      struct render_fields *out); /* in the arena */

struct render_input {
    const struct campaign *campaign;
    const struct message *message;
    enum channel channel;
    const char *language; /* the patient's; falls back (below) */
    const struct render_fields *fields;
    const struct value *values; /* one for each of fields */
    const struct zone *zone;    /* times are shown in the anchor's zone */
    size_t combined;            /* how many rows speak in this message */
};
struct rendered {
    const char *language; /* the one that was used */
    struct buf subject, text, html, voicemail;
    bool invites_reply;
};
void rendered_init(struct rendered *rendered);
void rendered_free(struct rendered *rendered);

/* Language fallback: exact, then its base ("es-MX" -> "es"), then the
 * campaign's default. A placeholder that renders empty, or a channel that is
 * not written, is a refusal: false, and `err` says which (for `reason`). No
 * unrendered {{...}} ever leaves. Escapes per channel: email html as HTML,
 * voice and sms as plain text without control characters. */
bool render(const struct render_input *input, struct rendered *out,
            struct error *err);

/* Checks one template's syntax and names; used by campaign_load. */
struct faults;
struct expression_place;
void template_check(const char *text, enum anchor_kind anchor,
                    const struct expression_place *place,
                    struct faults *faults);

#endif
