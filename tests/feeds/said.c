/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/feeds/said.h"

#include "base/text.h"

static void say_person(struct buf *out, const struct fact_person *person)
{
    for (size_t i = 0; i < person->id_count; i++)
        buf_format(out, "%s%s%s%s", i ? "+" : "", person->ids[i].value,
                   *person->ids[i].authority ? "@" : "",
                   person->ids[i].authority);
}

static void say_fact(struct buf *out, const struct facts *facts,
                     const struct fact *fact)
{
    static const char *const verbs[] = {[FACT_SAY] = "",
                                        [FACT_END] = " END",
                                        [FACT_MERGE] = " MERGE",
                                        [FACT_PART] = " PART",
                                        [FACT_MOVE] = " MOVE"};
    buf_format(out, "%s%s:", fact->table->name, verbs[fact->verb]);
    for (size_t i = 0; i < fact->field_count; i++) {
        const struct fact_field *field = &fact->fields[i];
        buf_format(out, "%s %s%s=", i ? "," : "", field->column->name,
                   field->only_new ? "?" : "");
        if (field->person >= 0)
            say_person(out, &facts->people[field->person]);
        else
            buf_text(out, field->text);
    }
}

void said(struct buf *out, const struct facts *facts)
{
    for (size_t i = 0; i < facts->count; i++) {
        buf_text(out, i ? "; " : "");
        say_fact(out, facts, &facts->items[i]);
    }
    for (size_t i = 0; i < facts->fault_count; i++)
        buf_format(out, "%s%s %s: %s", out->len ? "; " : "",
                   facts->faults[i].fatal ? "!!" : "!", facts->faults[i].where,
                   facts->faults[i].reason);
}
