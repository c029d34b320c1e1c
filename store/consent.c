/* SPDX-License-Identifier: Apache-2.0 */
/* Opting out and in. It always errs towards silence: what is refused is
 * refused for the person and for the address; what is allowed again is only
 * what was named. It sends nothing; the confirmation text is the caller's. */
#include "store/consent.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/outcome.h"
#include "base/text.h"

#include "store/audit.h"
#include "store/consent_own.h"
#include "store/holder.h"
#include "store/ledger.h"
#include "store/outreach.h"
#include "store/statement.h"
#include "store/store.h"

static const char *reason_of(const struct opt *opt)
{
    return opt->reason ? opt->reason : "opt-out";
}

static instant said_at(const struct opt *opt, instant now)
{
    return opt->said_at && opt->said_at < now ? opt->said_at : now;
}

bool consent_add(struct store *store, const struct consent *consent,
                 struct error *err)
{
    struct statement *insert =
        statement(store, "INSERT INTO consent(patient_id, verdict, kind, "
                         "purpose, channel, at, evidence, actor, source, "
                         "narrow) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    bind_integer(insert, 1, consent->patient_id);
    bind_text_static(insert, 2, consent->granted ? "granted" : "revoked");
    bind_text(insert, 3, consent->kind ? consent->kind : "express");
    bind_text(insert, 4, consent->purpose);
    bind_text(insert, 5, consent->channel);
    bind_integer(insert, 6, consent->at);
    bind_text(insert, 7, consent->evidence);
    bind_text(insert, 8, consent->actor);
    bind_text(insert, 9, consent->source);
    bind_integer(insert, 10, consent->narrow);
    return statement_run(insert, err);
}

/* Channels --------------------------------------------------------------------
 */

static bool covers_phone(const struct consent_channels *channels)
{
    return channels->covers[CHANNEL_SMS] || channels->covers[CHANNEL_VOICE];
}

/* Whom and where --------------------------------------------------------------
 */

struct texts {
    char **items;
    size_t count, room;
};

static void texts_add(struct texts *texts, const char *text)
{
    if (texts->count == texts->room) {
        texts->room = texts->room ? 2 * texts->room : 8;
        texts->items =
            memory_grow(texts->items, texts->room, sizeof(*texts->items));
    }
    texts->items[texts->count++] = memory_text(text);
}

static void texts_free(struct texts *texts)
{
    for (size_t i = 0; i < texts->count; i++)
        free(texts->items[i]);
    free(texts->items);
}

/* The address that was named, and the patient's own that these channels
 * could use (old ones and those of merged records too: they may come back).
 */
static bool addresses_of(struct store *store, int64_t patient_id,
                         const char *address,
                         const struct consent_channels *channels,
                         struct texts *out, struct error *err)
{
    if (address)
        texts_add(out, address);
    struct statement *query =
        statement(store, "SELECT DISTINCT value FROM contact_point WHERE "
                         "patient_id IN " HOLDER_RECORDS
                         " AND value IS NOT ?2 AND ((kind = 'phone' AND ?3) "
                         "OR (kind = 'email' AND ?4))");
    bind_integer(query, 1, patient_id);
    bind_text(query, 2, address);
    bind_integer(query, 3, covers_phone(channels));
    bind_integer(query, 4, channels->covers[CHANNEL_EMAIL]);
    int step;
    while ((step = statement_step(query, err)) == 1)
        texts_add(out, column_text(query, 0));
    return step == 0;
}

/* Opting out
 * ------------------------------------------------------------------- */

static bool suppress(struct store *store, const struct opt *opt,
                     int64_t patient_id, const char *address,
                     const char *channel, instant now, struct error *err)
{
    struct statement *insert = statement(
        store, "INSERT INTO suppression(patient_id, address, channel, purpose,"
               " reason, since_at, evidence, actor) SELECT ?1, ?2, ?3, ?4, ?5,"
               " ?6, ?7, ?8 WHERE NOT EXISTS (SELECT 1 FROM suppression WHERE "
               "lifted_at IS NULL AND patient_id IS ?1 AND address IS ?2 AND "
               "channel IS ?3 AND purpose IS ?4 AND reason = ?5 AND since_at "
               ">= ?6)");
    if (patient_id)
        bind_integer(insert, 1, patient_id);
    bind_text(insert, 2, address);
    bind_text(insert, 3, channel);
    bind_text(insert, 4, opt->purpose);
    bind_text(insert, 5, reason_of(opt));
    bind_integer(insert, 6, said_at(opt, now));
    bind_text(insert, 7, opt->evidence);
    bind_text(insert, 8, opt->actor);
    return statement_run(insert, err);
}

static bool revoke(struct store *store, const struct opt *opt,
                   int64_t patient_id, const char *channel, instant now,
                   struct error *err)
{
    struct consent revoked = {.patient_id = patient_id,
                              .purpose = opt->purpose,
                              .channel = channel,
                              .narrow = opt->only,
                              .at = said_at(opt, now),
                              .evidence = opt->evidence,
                              .actor = opt->actor};
    return consent_add(store, &revoked, err) &&
           suppress(store, opt, patient_id, NULL, channel, now, err);
}

/* The row that says on what grounds: the words of a patient or of staff stay
 * there, since they may name people. */
static bool grounds_of(struct store *store, const struct opt *opt,
                       int64_t patient_id, char out[48], struct error *err)
{
    struct statement *query =
        patient_id ? statement(store, "SELECT max(id) FROM consent WHERE "
                                      "patient_id = ?")
                   : statement(store, "SELECT max(id) FROM suppression WHERE "
                                      "address = ?");
    if (patient_id)
        bind_integer(query, 1, patient_id);
    else
        bind_text(query, 1, opt->address);
    if (statement_step(query, err) != 1)
        return false;
    snprintf(out, 48, "%s %lld", patient_id ? "consent" : "suppression",
             (long long)column_integer(query, 0));
    statement_reset(query);
    return true;
}

/* `reason` NULL: nothing was refused. */
static bool opt_audit(struct store *store, const struct opt *opt,
                      int64_t patient_id, const char *action,
                      const char *reason, int64_t cancelled, instant now,
                      struct error *err)
{
    char subject[48] = "an address", detail[256], grounds[48];
    char refused[64] = "", ended[48] = "";
    if (!grounds_of(store, opt, patient_id, grounds, err))
        return false;
    if (patient_id)
        snprintf(subject, sizeof(subject), "patient %lld",
                 (long long)patient_id);
    if (reason) {
        snprintf(refused, sizeof(refused), " reason=%s", reason);
        snprintf(ended, sizeof(ended), " cancelled=%lld", (long long)cancelled);
    }
    snprintf(detail, sizeof(detail), "channel=%s%s purpose=%s%s grounds=%s%s",
             opt->channel && !opt->every ? opt->channel : "all",
             opt->channel && opt->only ? " only" : "",
             opt->purpose ? opt->purpose : "all", refused, grounds, ended);
    return audit_add(store, now, consent_actor(opt), action, subject, detail,
                     err);
}

/* A mailbox takes no calls. `channel` NULL: all. */
static bool takes(const char *address, const char *channel)
{
    bool mail = text_equal(channel, channel_name(CHANNEL_EMAIL));
    return !channel || mail == (strchr(address, '@') != NULL);
}

static bool opt_out_write(struct store *store, const struct opt *opt,
                          int64_t patient_id,
                          const struct consent_channels *channels,
                          const struct texts *addresses, instant now,
                          struct error *err)
{
    for (size_t i = 0; i < channels->count; i++) {
        const char *channel = channels->names[i];
        if (patient_id && !revoke(store, opt, patient_id, channel, now, err))
            return false;
        for (size_t k = 0; k < addresses->count; k++) {
            const char *address = addresses->items[k];
            if (takes(address, channel) &&
                !suppress(store, opt, 0, address, channel, now, err))
                return false;
        }
    }
    return true;
}

/* The person that an opt names or, by the address alone, means. */
static bool opt_person(struct store *store, const struct opt *opt,
                       int64_t *patient_id, struct error *err)
{
    *patient_id = opt->patient_id;
    if (opt->patient_id == 0 && !opt->address)
        PANIC("an opt of nobody");
    return opt->patient_id != 0 ||
           holder_one(store, opt->address, patient_id, err);
}

bool consent_opt_out(struct store *store, const struct opt *opt, instant now,
                     int64_t *cancelled, struct error *err)
{
    struct consent_channels channels;
    struct texts addresses = {0};
    int64_t patient_id = 0, count = 0;
    bool done = consent_channels_of(opt, &channels, err) &&
                opt_person(store, opt, &patient_id, err) &&
                addresses_of(store, patient_id, opt->address, &channels,
                             &addresses, err) &&
                opt_out_write(store, opt, patient_id, &channels, &addresses,
                              now, err) &&
                consent_turn(store, patient_id, true, &channels, opt, now,
                             &count, err) &&
                opt_audit(store, opt, patient_id, "opt-out", reason_of(opt),
                          count, now, err);
    texts_free(&addresses);
    if (done && cancelled)
        *cancelled = count;
    return done;
}

/* Opting in
 * -------------------------------------------------------------------- */

/* Live opt-outs of a person or address; at ?4 the purpose, NULL: any. */
#define LIVE                                                                   \
    " FROM suppression WHERE lifted_at IS NULL AND reason = 'opt-out' AND "    \
    "(patient_id = ?1 OR address = ?2) AND (channel IS NULL OR ?3 IS NULL OR " \
    "channel = ?3)"

static void live_bind(struct statement *to, int64_t patient_id,
                      const char *address, const char *channel)
{
    if (patient_id)
        bind_integer(to, 1, patient_id);
    bind_text(to, 2, address);
    bind_text(to, 3, channel);
}

/* At ?7 the address whose replies refused it; NULL: however that came. */
#define THERE                                                  \
    "(?7 IS NULL OR evidence IN (SELECT 'reply ' || r.id FROM" \
    " reply r WHERE r.address = ?7))"

static void there_bind(struct statement *to, const struct opt *opt)
{
    bind_text(to, 7, opt->there ? opt->address : NULL);
}

static bool purpose_allowed(struct store *store, const struct opt *opt,
                            int64_t patient_id, struct error *err)
{
    if (!opt->purpose)
        return true;
    struct statement *query =
        statement(store, "SELECT count(*)" LIVE " AND purpose IS NULL");
    live_bind(query, patient_id, opt->address, opt->channel);
    if (statement_step(query, err) != 1)
        return false;
    bool free_of = column_integer(query, 0) == 0;
    statement_reset(query);
    return free_of ||
           error_set(err, ERROR_INPUT,
                     "this patient refused messages of every purpose: opt in "
                     "without a purpose, then opt out of what they do not "
                     "want");
}

/* What was refused for every channel stays refused for the others. */
static bool narrow(struct store *store, const struct opt *opt,
                   int64_t patient_id, const char *address, struct error *err)
{
    if (!opt->channel)
        return true;
    struct statement *insert = statement(
        store, "INSERT INTO suppression(patient_id, address, channel, purpose,"
               " reason, since_at, evidence, actor) SELECT patient_id, "
               "address, other.value, purpose, reason, since_at, evidence, "
               "actor FROM suppression s JOIN (SELECT 'sms' AS value UNION "
               "SELECT 'email' UNION SELECT 'voice') other WHERE s.lifted_at "
               "IS NULL AND s.reason = 'opt-out' AND (s.patient_id = ?1 OR "
               "s.address = ?2) AND s.channel IS NULL AND other.value != ?3 "
               "AND (?4 IS NULL OR s.purpose = ?4) AND " THERE);
    live_bind(insert, patient_id, address, opt->channel);
    bind_text(insert, 4, opt->purpose);
    there_bind(insert, opt);
    return statement_run(insert, err);
}

static bool lift(struct store *store, const struct opt *opt, int64_t patient_id,
                 const char *address, instant now, struct error *err)
{
    if (!narrow(store, opt, patient_id, address, err))
        return false;
    struct statement *update = statement(
        store, "UPDATE suppression SET lifted_at = ?5 WHERE id IN "
               "(SELECT id" LIVE " AND (?4 IS NULL OR purpose = ?4) AND "
               "since_at <= ?6 AND " THERE ")");
    live_bind(update, patient_id, address, opt->channel);
    bind_text(update, 4, opt->purpose);
    there_bind(update, opt);
    bind_integer(update, 5, now);
    bind_integer(update, 6, said_at(opt, now));
    return statement_run(update, err);
}

/* Whether what stands against that person was all refused from there. */
static bool refused_there(struct store *store, const struct opt *opt,
                          int64_t patient_id, bool *all, struct error *err)
{
    *all = true;
    if (!opt->there)
        return true;
    struct statement *query = statement(
        store,
        "SELECT count(*) > 0 AND count(*) = sum(reason = 'opt-out' AND " THERE
        ") FROM suppression WHERE lifted_at IS NULL AND patient_id"
        " = ?1 AND (channel IS NULL OR ?3 IS NULL OR channel = ?3) AND"
        " purpose IS NULL AND NOT " CONSENT_NOT_THEIRS);
    bind_integer(query, 1, patient_id);
    bind_text(query, 3, opt->channel);
    there_bind(query, opt);
    if (statement_step(query, err) != 1)
        return false;
    *all = column_integer(query, 0) != 0;
    statement_reset(query);
    return true;
}

bool consent_opt_in(struct store *store, const struct opt *opt, instant now,
                    struct error *err)
{
    struct opt exact = *opt;
    struct consent_channels channels, ended; /* by a refusal of this one */
    struct texts addresses = {0};
    bool silenced = false, lifts;
    int64_t patient_id = 0, count = 0;
    exact.only = true;
    exact.reason = NULL;
    if (!consent_channels_of(&exact, &channels, err) ||
        !consent_channels_of(&(struct opt){.channel = exact.channel}, &ended,
                             err) ||
        !opt_person(store, &exact, &patient_id, err) ||
        !refused_there(store, &exact, patient_id, &lifts, err))
        return false;
    if (!lifts)
        return true;
    bool done =
        purpose_allowed(store, &exact, patient_id, err) &&
        addresses_of(store, patient_id, exact.address, &channels, &addresses,
                     err) &&
        (patient_id == 0 || lift(store, &exact, patient_id, NULL, now, err));
    for (size_t i = 0; done && i < addresses.count; i++)
        done = lift(store, &exact, 0, addresses.items[i], now, err);
    struct consent granted = {.patient_id = patient_id,
                              .granted = true,
                              .purpose = exact.purpose,
                              .channel = channels.names[0],
                              .at = said_at(opt, now),
                              .evidence = exact.evidence,
                              .actor = exact.actor};
    done = done && (patient_id == 0 || consent_add(store, &granted, err)) &&
           (!exact.channel ||
            consent_is_silenced(store, patient_id, exact.address, exact.channel,
                                &silenced, err)) &&
           (silenced || consent_turn(store, patient_id, false, &ended, &exact,
                                     now, &count, err)) &&
           opt_audit(store, &exact, patient_id, "opt-in", NULL, 0, now, err);
    texts_free(&addresses);
    return done;
}

bool consent_wrong_address(struct store *store, int64_t patient_id,
                           const char *address, const char *evidence,
                           const char *actor, instant now, struct error *err)
{
    struct opt wrong = {.address = address,
                        .reason = "wrong-number",
                        .evidence = evidence,
                        .actor = actor};
    return suppress(store, &wrong, patient_id, address, NULL, now, err) &&
           opt_audit(store, &wrong, patient_id, "wrong-number",
                     reason_of(&wrong), 0, now, err);
}
