/* SPDX-License-Identifier: Apache-2.0 */
const char *fine = "SELECT count(*) FROM patient";
