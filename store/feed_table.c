/* SPDX-License-Identifier: Apache-2.0 */
#include "store/feed_table.h"

#include <stddef.h>

#include "base/error.h"
#include "base/text.h"

#include "store/said.h"
#include "store/statement.h"

/* Most tables: a row is known by one key and marked when it left its source. */
#define SOURCED(key_) {key_}, .scope = "1", .sourced = true, .go = FEED_GONE

static const struct feed_table tables[] = {
    {"clinic", SOURCED("external_id")},
    /* A record that was merged into another one has ended already. */
    {"patient",
     {"mrn"},
     .scope = "t.merged_into IS NULL",
     .sourced = true,
     .go = FEED_GONE},
    {"contact_point",
     {"patient_id", "kind", "value"},
     .scope = "1",
     .sourced = true,
     .go = FEED_GONE},
    /* Evidence: that a file is silent about it says nothing (L-34). */
    {"consent", {"external_id"}, .fixed = true},
    /* An opt-out that stands is never weakened or repeated by a feed. */
    {"suppression",
     {"patient_id", "address", "channel", "purpose"},
     .found = "t.lifted_at IS NULL AND ((t.patient_id IS NOT NULL AND "
              "t.patient_id = :patient_id) OR (t.patient_id IS NULL AND "
              ":patient_id IS NULL AND t.address IS NOT NULL AND t.address = "
              ":address)) AND t.address IS :address AND t.channel IS :channel "
              "AND t.purpose IS :purpose",
     .first_wins = true},
    {"restriction",
     {"external_id"},
     .scope = "t.until_at IS NULL",
     .sourced = true,
     .go = "until_at = ?1"},
    /* What is past stays: extracts of a schedule hold the days to come. */
    {"appointment",
     {"external_id"},
     .scope = "t.start_at >= ?1",
     .weighs = "t.status IN ('booked', 'proposed', 'pending', 'waitlist')",
     .sourced = true,
     .go = FEED_GONE},
    {"prescription", SOURCED("external_id")},
    {"fill", SOURCED("external_id")},
    {"discharge", SOURCED("external_id")},
    {"condition", SOURCED("external_id")},
    {"procedure", SOURCED("external_id")},
    {"screening", SOURCED("external_id")},
    {"orders", SOURCED("external_id")},
    /* Whom a person of ours put there stays: such a row has no source. */
    {"list_member",
     {"list_id", "patient_id"},
     .prelude = "INSERT OR IGNORE INTO list(name) SELECT DISTINCT list_id "
                "FROM temp.stage ORDER BY list_id",
     .scope = "1",
     .sourced = true,
     .first_wins = true},
};

bool feed_table_joint(const char *column)
{
    static const char *const joint[] = {"start_at",
                                        "start_local",
                                        "discharged_at",
                                        "discharged_local",
                                        "filled_on",
                                        "filled_at",
                                        "filled_local",
                                        "resulted_at",
                                        "resulted_local",
                                        "zone",
                                        "zone_given",
                                        "zone_clinic_id",
                                        "has_offset",
                                        "street",
                                        "city",
                                        "state",
                                        "zip"};
    size_t i = 0;
    while (i < sizeof(joint) / sizeof(joint[0]) &&
           !text_equal(joint[i], column))
        i++;
    return i < sizeof(joint) / sizeof(joint[0]);
}

const struct feed_table *feed_table_find(const char *table)
{
    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
        if (text_equal(tables[i].table, table))
            return &tables[i];
    return NULL;
}

bool feed_table_aside(const struct feed_table *table, const char *column)
{
    return text_equal(table->table, "patient") &&
           (text_equal(column, "deceased_at") ||
            text_equal(column, "inpatient"));
}

bool feed_table_is_key(const struct feed_table *table, const char *column)
{
    for (size_t k = 0; k < FEED_KEYS && table->keys[k]; k++)
        if (text_equal(table->keys[k], column))
            return true;
    return false;
}

bool feed_table_written(const struct feed_table *table, const char *column)
{
    return !feed_table_is_key(table, column) &&
           !feed_table_aside(table, column);
}

bool feed_table_marks_gone(const struct feed_table *table)
{
    return table->go && text_equal(table->go, FEED_GONE);
}

bool feed_columns(struct store *store, const char *table,
                  const char *const *columns, size_t count,
                  struct feed_column *out, uint64_t *lacking, struct error *err)
{
    struct statement *query = statement(
        store, "SELECT name, cid, \"notnull\" AND dflt_value IS NULL AND pk = 0"
               " FROM pragma_table_info(?)");
    int step;
    *lacking = 0;
    bind_text(query, 1, table);
    while ((step = statement_step(query, err)) == 1) {
        bool needed = column_integer(query, 2) != 0;
        size_t i = 0;
        while (i < count && !text_equal(columns[i], column_text(query, 0)))
            i++;
        uint64_t bit = SAID_BIT(column_integer(query, 1));
        if (i < count)
            out[i] = (struct feed_column){bit, needed};
        else if (needed)
            *lacking |= bit;
    }
    return step == 0;
}

void feed_bind(struct statement *statement, int at, const struct value *value)
{
    switch (value->type) {
    case VALUE_MISSING:
        bind_null(statement, at);
        return;
    case VALUE_TEXT:
    case VALUE_DATE:
        bind_text_static(statement, at, value->text);
        return;
    case VALUE_NUMBER: /* whole, or in `number` */
        if (value->number != 0)
            bind_real(statement, at, value->number);
        else
            bind_integer(statement, at, value->integer);
        return;
    case VALUE_BOOL:
    case VALUE_INSTANT:
    case VALUE_DURATION:
        bind_integer(statement, at, value->integer);
        return;
    }
    PANIC("a value of type %d", (int)value->type);
}
