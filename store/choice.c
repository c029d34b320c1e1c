/* SPDX-License-Identifier: Apache-2.0 */
/* The numbers of a question, and what each stands for. */
#include "store/choice.h"

#include "base/text.h"

#include "store/statement.h"

bool choice_add(struct store *store, int64_t outreach_id, int number,
                const struct choice *choice, struct error *err)
{
    struct statement *add = statement(
        store, "INSERT INTO choice(outreach_id, number, about_id, reply_id,"
               " intent) VALUES (?1, ?2, ?3, ?4, ?5)");
    bind_integer(add, 1, outreach_id);
    bind_integer(add, 2, number);
    bind_integer(add, 3, choice->about_id);
    bind_integer(add, 4, choice->reply_id);
    bind_text(add, 5, choice->intent);
    return statement_run(add, err);
}

bool choice_list(struct store *store, int64_t outreach_id,
                 struct choice out[CHOICES_MAX], size_t *count,
                 struct error *err)
{
    struct statement *all =
        statement(store, "SELECT about_id, reply_id, intent FROM choice"
                         " WHERE outreach_id = ?1 ORDER BY number");
    bind_integer(all, 1, outreach_id);
    int got;
    *count = 0;
    while ((got = statement_step(all, err)) > 0 && *count < CHOICES_MAX) {
        struct choice *one = &out[(*count)++];
        one->about_id = column_integer(all, 0);
        one->reply_id = column_integer(all, 1);
        text_copy(one->intent, sizeof(one->intent), column_text(all, 2));
    }
    statement_reset(all);
    return got >= 0;
}
