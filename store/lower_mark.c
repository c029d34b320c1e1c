/* SPDX-License-Identifier: Apache-2.0 */
/* The marks in the catalogue's SQL ($subject, $kinds, $on(x) ...), replaced by
 * parameters and by what a measure says. The list of marks is in catalogue.h.
 */
#include "store/lower_mark.h"

#include <string.h>

#include "base/error.h"
#include "base/text.h"

#include "store/catalogue_own.h"
#include "store/lower.h"
#include "store/lower_param.h"
#include "store/measure.h"

static void mark_id(const struct lowering *in)
{
    buf_format(&in->out->sql, "%s.id", lower_alias(in->anchor));
}

static void mark_kind(const struct lowering *in)
{
    buf_format(&in->out->sql, "%d", (int)in->anchor);
}

static void mark_occurrence(const struct lowering *in)
{
    buf_format(&in->out->sql, "%s.occurrence", lower_alias(in->anchor));
}

static void mark_subject(const struct lowering *in)
{
    lower_put_text(in->out, in->predicate->subject);
}

/* Whether the i-th is the first row of its kind of test. */
static bool begins_kind(const struct measure *measure, size_t i)
{
    return i == 0 || !text_equal(measure->satisfiers[i].kind,
                                 measure->satisfiers[i - 1].kind);
}

/* One of the measure's tests, or of the plain one that was named. No IN: for
 * more than two words SQLite fills a table of its own at every run, and the
 * plus keeps it from making an IN of this. */
static void put_kinds(const struct lowering *in, const char *column,
                      bool with_subject)
{
    const struct measure *measure = in->predicate->measure;
    const char *before = "(+";
    for (size_t i = 0; measure && i < measure->satisfier_count; i++) {
        if (!begins_kind(measure, i))
            continue;
        buf_format(&in->out->sql, "%s%s = ", before, column);
        lower_put_text(in->out, measure->satisfiers[i].kind);
        before = " OR +";
    }
    if (!measure || with_subject) {
        buf_format(&in->out->sql, "%s%s = ", before, column);
        mark_subject(in);
        before = " OR +";
    }
    lower_put(in->out, *before == '(' ? "0" : ")");
}

static void mark_kinds(const struct lowering *in)
{
    put_kinds(in, "s.kind", false);
}

static void mark_names(const struct lowering *in)
{
    put_kinds(in, "o.kind", true);
}

static void mark_accepted(const struct lowering *in)
{
    const struct measure *measure = in->predicate->measure;
    if (!measure || measure->only_result_count == 0) {
        lower_put(in->out, "1");
        return;
    }
    lower_put(in->out, "coalesce(s.result IN (");
    for (size_t i = 0; i < measure->only_result_count; i++) {
        lower_put(in->out, i ? ", " : "");
        lower_put_text(in->out, measure->only_results[i]);
    }
    lower_put(in->out, "), 1)");
}

/* A condition of the measure, asked of screening s. */
static void put_condition(const struct lowering *in,
                          const struct predicate *condition)
{
    lower_predicate(in->out, ANCHOR_RESULT, condition);
}

static void mark_abnormal(const struct lowering *in)
{
    const struct measure *measure = in->predicate->measure;
    if (!measure || !measure->abnormal_if) {
        lower_put(in->out, "(s.result IS 'abnormal')");
        return;
    }
    lower_put(in->out, "(CASE WHEN s.value IS NULL THEN s.result IS 'abnormal' "
                       "ELSE ");
    put_condition(in, measure->abnormal_if);
    lower_put(in->out, " END)");
}

/* The day behind which (with a season: from which on) a test was done when it
 * still lasts. */
static void put_since(const struct lowering *in,
                      const struct measure_satisfier *by)
{
    struct lower_param param = {.ahead = in->ahead};
    if (by->months == MEASURE_SEASON) {
        param.kind = PARAM_SEASON_DATE;
        param.text = in->predicate->measure->season.counts_from;
    } else {
        param.kind = PARAM_LASTING_DATE;
        param.distance = (struct duration){by->months, UNIT_MONTHS};
    }
    lower_put(in->out,
              by->months == MEASURE_SEASON ? "s.done_on >= " : "s.done_on > ");
    lower_put_param(in->out, param);
}

/* Whether a test of the kind that begins at row `i` still lasts: the first
 * rule that fits decides. */
static void put_rules(const struct lowering *in, const struct measure *measure,
                      size_t i)
{
    const struct measure_satisfier *by = &measure->satisfiers[i];
    if (!by->when) {
        put_since(in, by);
        return;
    }
    lower_put(in->out, "CASE");
    for (; i < measure->satisfier_count &&
           (by == &measure->satisfiers[i] || !begins_kind(measure, i));
         i++) {
        lower_put(in->out, " WHEN ");
        if (measure->satisfiers[i].when)
            put_condition(in, measure->satisfiers[i].when);
        else
            lower_put(in->out, "1");
        lower_put(in->out, " THEN ");
        put_since(in, &measure->satisfiers[i]);
    }
    lower_put(in->out, " ELSE 0 END");
}

static void mark_lasting(const struct lowering *in)
{
    const struct measure *measure = in->predicate->measure;
    if (!measure) {
        lower_put(in->out, "1");
        return;
    }
    lower_put(in->out, "(0");
    for (size_t i = 0; i < measure->satisfier_count; i++) {
        if (!begins_kind(measure, i))
            continue;
        lower_put(in->out, " OR (s.kind = ");
        lower_put_text(in->out, measure->satisfiers[i].kind);
        lower_put(in->out, " AND ");
        put_rules(in, measure, i);
        lower_put(in->out, ")");
    }
    lower_put(in->out, ")");
}

/* A patient has something whose code begins like one of those put between
 * these two: one look at their rows, however many codes there are. */
static void begin_coded(const struct lowering *in, const char *table)
{
    buf_format(&in->out->sql,
               "EXISTS (SELECT 1 FROM %s k WHERE k.patient_id = p.id AND "
               "k.gone_at IS NULL AND (0",
               table);
}

static void put_code(const struct lowering *in, const char *code)
{
    lower_put(in->out, " OR " CODE_BEGINS);
    lower_put_text(in->out, code);
    lower_put(in->out, CODE_END);
}

static void end_coded(const struct lowering *in)
{
    lower_put(in->out, "))");
}

static void put_required(const struct lowering *in,
                         const struct measure *measure)
{
    static const char current[] = ") AND (coalesce(k.until_on > $today, 1)";
    if (measure->require_count == 0)
        return;
    lower_put(in->out, " AND ");
    begin_coded(in, "condition");
    for (size_t i = 0; i < measure->require_count; i++)
        put_code(in, measure->requires[i]);
    lower_expand(in, current, strlen(current));
    end_coded(in);
}

static void put_excluded(const struct lowering *in,
                         const struct measure *measure,
                         enum measure_exclusion_kind kind, const char *table)
{
    bool any = false;
    for (size_t i = 0; i < measure->exclusion_count; i++) {
        if (measure->exclusions[i].kind != kind)
            continue;
        if (!any) {
            lower_put(in->out, " AND NOT ");
            begin_coded(in, table);
        }
        put_code(in, measure->exclusions[i].code);
        any = true;
    }
    if (any)
        end_coded(in);
}

static void put_age(struct lowered *out, bool at_least, int months)
{
    lower_put(out, " AND coalesce(");
    lower_age(out, at_least, months);
    lower_put(out, ", 0)");
}

/* Today lies in the time of the measure, and in its season. */
static void put_time(const struct lowering *in, const struct measure *measure)
{
    const struct measure_season *season = &measure->season;
    const struct {
        const char *sql, *text;
    } bounds[] = {
        {" AND $today >= ", measure->effective_from},
        {" AND $today <= ", measure->effective_to},
    };
    for (size_t i = 0; i < sizeof(bounds) / sizeof(bounds[0]); i++) {
        if (!bounds[i].text)
            continue;
        lower_expand(in, bounds[i].sql, strlen(bounds[i].sql));
        lower_put_text(in->out, bounds[i].text);
    }
    if (!season->from)
        return;
    static const char since[] = " AND (substr($today, 6) >= ";
    static const char both[] = " AND substr($today, 6) <= ";
    static const char either[] = " OR substr($today, 6) <= ";
    bool turns = strcmp(season->from, season->to) > 0;
    lower_expand(in, since, strlen(since));
    lower_put_text(in->out, season->from);
    lower_expand(in, turns ? either : both, strlen(turns ? either : both));
    lower_put_text(in->out, season->to);
    lower_put(in->out, ")");
}

static void mark_due(const struct lowering *in)
{
    const struct measure *measure = in->predicate->measure;
    lower_put(in->out, "(1");
    put_time(in, measure);
    if (measure->first_due_months > 0)
        put_age(in->out, true, measure->first_due_months);
    if (measure->due_before_months > 0)
        put_age(in->out, false, measure->due_before_months);
    if (measure->sex) {
        lower_put(in->out, " AND p.sex IS ");
        lower_put_text(in->out, measure->sex);
    }
    put_required(in, measure);
    put_excluded(in, measure, EXCLUDE_CONDITION, "condition");
    put_excluded(in, measure, EXCLUDE_PROCEDURE, "procedure");
    lower_put(in->out, ")");
}

static void mark_within(const struct lowering *in)
{
    lower_put(in->out, in->predicate->has_within ? "1" : "0");
}

static void put_simple(const struct lowering *in, enum lower_param_kind kind)
{
    lower_put_param(in->out, (struct lower_param){.kind = kind});
}

/* A measure's word, no plain test's. */
static void mark_measured(const struct lowering *in)
{
    lower_put(in->out, in->predicate->measure ? "1" : "0");
}

static void mark_now(const struct lowering *in)
{
    put_simple(in, PARAM_NOW);
}

static void mark_today(const struct lowering *in)
{
    put_simple(in, PARAM_TODAY);
}

static void mark_then(const struct lowering *in)
{
    lower_put_param(in->out, (struct lower_param){.kind = PARAM_TODAY,
                                                  .distance = in->ahead});
}

static void mark_horizon(const struct lowering *in)
{
    lower_put_param(in->out, (struct lower_param){.kind = PARAM_NOW,
                                                  .distance = in->ahead});
}

static void mark_entered(const struct lowering *in)
{
    put_simple(in, PARAM_ENTERED);
}

static const struct {
    const char *name;
    void (*put)(const struct lowering *in);
} marks[] = {
    {"id", mark_id},
    {"kind", mark_kind},
    {"occurrence", mark_occurrence},
    {"subject", mark_subject},
    {"kinds", mark_kinds},
    {"names", mark_names},
    {"accepted", mark_accepted},
    {"abnormal", mark_abnormal},
    {"lasting", mark_lasting},
    {"due", mark_due},
    {"within", mark_within},
    {"measured", mark_measured},
    {"now", mark_now},
    {"today", mark_today},
    {"then", mark_then},
    {"horizon", mark_horizon},
    {"entered", mark_entered},
};

/* $on(x) and $at(x): x lies in "within ..." */
static void put_window(const struct lowering *in, bool date, const char *sql,
                       size_t len)
{
    const struct predicate *p = in->predicate;
    if (!p->has_within) {
        lower_put(in->out, "1");
        return;
    }
    struct lower_param bound = {.distance = p->within, .of_entry = p->of_entry};
    lower_put(in->out, "coalesce(");
    buf_add(&in->out->sql, sql, len);
    lower_put(in->out, " >= ");
    bound.kind = date ? PARAM_SINCE_DATE : PARAM_SINCE_INSTANT;
    lower_put_param(in->out, bound);
    lower_put(in->out, " AND ");
    buf_add(&in->out->sql, sql, len);
    lower_put(in->out, " <= ");
    bound.kind = date ? PARAM_UNTIL_DATE : PARAM_UNTIL_INSTANT;
    lower_put_param(in->out, bound);
    lower_put(in->out, ", 0)");
}

/* One mark at `at` (behind its '$'); how many bytes it took. */
static size_t expand_mark(const struct lowering *in, const char *at)
{
    size_t len = strspn(at, "abcdefghijklmnopqrstuvwxyz");
    if (len == 2 && (memcmp(at, "on", 2) == 0 || memcmp(at, "at", 2) == 0)) {
        size_t inside = strcspn(at + 3, ")");
        put_window(in, at[0] == 'o', at + 3, inside);
        return 3 + inside + 1;
    }
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        if (strlen(marks[i].name) == len &&
            memcmp(marks[i].name, at, len) == 0) {
            marks[i].put(in);
            return len;
        }
    }
    PANIC("no mark like $%.*s", (int)len, at);
}

void lower_expand(const struct lowering *in, const char *sql, size_t len)
{
    const char *end = sql + len;
    while (sql < end) {
        const char *mark = memchr(sql, '$', (size_t)(end - sql));
        /* '$.name' is a path of JSON. */
        while (mark && mark[1] == '.')
            mark = memchr(mark + 1, '$', (size_t)(end - mark - 1));
        size_t plain = (size_t)((mark ? mark : end) - sql);
        buf_add(&in->out->sql, sql, plain);
        sql += plain;
        if (mark)
            sql += 1 + expand_mark(in, mark + 1);
    }
}
