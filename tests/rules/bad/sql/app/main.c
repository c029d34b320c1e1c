/* SPDX-License-Identifier: Apache-2.0 */
/* "SELECT id FROM patient" in a comment is fine */
static const char *fine = "Select a campaign, update it, delete from the list";
static const char *one = "SELECT id FROM patient";
static const char *split = "UPDATE "
                           "patient SET name = ?";
static const char *two = "x", *three = "\n DELETE FROM patient";
