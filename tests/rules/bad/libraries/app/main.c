/* SPDX-License-Identifier: Apache-2.0 */
// #include <sqlite3.h>
#  include <sqlite3.h>
#include <unicode/udat.h>
#include <microhttpd.h>
#include <cmocka.h>
