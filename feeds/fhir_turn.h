/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FEEDS_FHIR_TURN_H
#define FEEDS_FHIR_TURN_H

/* When a type of resource is taken, among others: what others name comes
 * first. Below FHIR_TURNS. */
#define FHIR_TURNS 4
int fhir_turn(const char *type);

#endif
