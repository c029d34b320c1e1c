/* SPDX-License-Identifier: Apache-2.0 */
const char *fine = "SELECT id FROM patient WHERE due <= ?";
const char *bad = "SELECT id FROM patient "
                  "WHERE due <= unixepoch('now')";
