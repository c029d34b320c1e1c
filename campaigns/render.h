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
#include "campaigns/template.h"
#include "store/view.h"

struct template_entry;

/* A campaign's texts, compiled once per launched version, and all fields
 * that they name: unique, in a fixed order, to be read with its conditions.
 * Lives as long as the campaign (in its arena); read-only afterwards. */
struct render_fields {
    struct view_column *columns;
    size_t count;
    struct template_entry *templates; /* by the address of their text */
    size_t template_count;
};
void render_fields_of(const struct campaign *campaign,
                      struct render_fields *out);

struct render_input {
    const struct campaign *campaign;
    const struct message *message;
    /* Whose questions a call goes on with; NULL: the message stands alone. */
    const struct step *step;
    enum channel channel;
    const char *language; /* the patient's; falls back (below) */
    const char *country;  /* whose habit of writing dates it is; or NULL */
    const struct render_fields *fields;
    const struct template_row *rows; /* that speak in this message; a value
                                        for each of fields, and the zone of
                                        the anchor */
    size_t row_count;
};
/* The most private field that a text names (L-31). */
struct rendered_tier {
    int tier;
    const char *field; /* NULL: it names none */
};
struct rendered {
    const char *language; /* the one that was used */
    struct buf subject, text, html, voicemail;
    struct rendered_tier subject_tier, text_tier, voicemail_tier; /* text: of
                                                        html as well */
    struct buf script; /* voice: all that may be heard, and the keys, as JSON
                        */
    /* voice: what is heard behind `text` by whoever answers, all of it, and the
     * words of the longest way through it. Of text_tier. */
    struct buf further;
    int further_words;
    bool invites_reply;
    bool stop_key; /* voice: a key that ends all calls */
};
void rendered_init(struct rendered *rendered);
void rendered_free(struct rendered *rendered);

/* Language fallback: exact, then its base ("es-MX" -> "es"), then the
 * campaign's default. A placeholder that renders empty, or a channel that is
 * not written, is a refusal: false, `out` is empty and `err` says which (for
 * `reason`); so is a text of several rows that would not be true of all of
 * them (template_render). No unrendered {{...}} ever leaves. Escapes per
 * channel: email html as HTML, voice and sms as plain text without control
 * characters. An SMS is simplified to GSM-7 where that changes no letters; a
 * Spanish one loses its accents too when that saves a part (S-6). Pure; any
 * thread. */
bool render(const struct render_input *input, struct rendered *out,
            struct error *err);

#endif
