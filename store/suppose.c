/* SPDX-License-Identifier: Apache-2.0 */
/* A part of a transaction that is taken back by itself. */
#include "store/statement.h"
#include "store/store.h"

bool store_suppose(struct store *store, struct error *err)
{
    return statement_run(statement(store, "SAVEPOINT supposed"), err);
}

bool store_unsuppose(struct store *store, struct error *err)
{
    return statement_run(statement(store, "ROLLBACK TO supposed"), err) &&
           statement_run(statement(store, "RELEASE supposed"), err);
}

bool store_suppose_true(struct store *store, struct error *err)
{
    return statement_run(statement(store, "RELEASE supposed"), err);
}
