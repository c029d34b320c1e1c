/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Words of inbound/lexicon_alarm.c and inbound/lexicon_near.c in which a slip
 * of the thumb is overlooked (inbound/slip.h), in their order of languages.
 * None of them is a letter away from a word of every day, but for those that
 * stand here too.
 */
#include "inbound/lexicon.h"

#include <stddef.h>

/* Many to a line, or nobody would read them. */
// clang-format off
const char *const lexicon_slip[] = {
    "heart", "chest", "pecho", "attack", "breath", "breathe", "breathing",
    "suicide", "suicidal", "unconscious", "unresponsive", "overdosed",
    "overdosing", "seizure", "seizures", "collapsed", "fainted", "fainting",
    "bleeding", "swelling", "swollen", "allergic", "reaction", "ambulance",
    "emergency", "choking", "poisoned", "convulsion", "convulsing", "vomiting",
    "coughing", "drowning", "consciousness", "paralyzed", "drooping", "slurred",
    "slurring", "gasping", "killing", "trouble", "cannot", "difficulty",
    "difficult", "struggling", "swallowed", "pressure", "crushing", "squeezing",
    "discomfort", "tightness", "shortness", "cardiac", "pregnant", "myself",
    "himself", "herself", "throat", "tongue", "heavily", "hardly", "profusely",
    "respirar", "respirando", "ataque", "corazon", "infarto", "sangrando",
    "sangrado", "sangre", "matarme", "suicidarme", "inconsciente", "emergencia",
    "pastillas", "demasiadas", "sobredosis", "ambulancia", "ahogando",
    "garganta", "hinchada", "hinchado", "quitarme", "dolores", "opresion",
    "dificultad", "despierta", "muriendo", "desmayo", "desmayado", "desmayada",
    "envenenado", "respirer", "respire", "poitrine", "cardiaque", "mourir",
    "suicider", "etouffe", "saigne", "saignement", "malaise", "douleur",
    "difficulte", "urgence", "allergique", "inconscient", "evanoui",
    "infarctus", "comprimes", "medicaments", "sangramento", "desmaiei",
    "desmaiou", "desmaiado", "convulsao", "comprimidos", "remedios", "socorro",
    "cardiaca", "cardiaco", "morrer", "consigo", "respira", "herzinfarkt",
    "herzanfall", "atemnot", "bewusstlos", "schlaganfall", "sterben",
    "umbringen", "brustschmerzen", "schmerzen", "ersticke", "selbstmord",
    "vergiftet", "ohnmachtig", "krankenwagen", "tabletten", "kriege", "bekomme",
    "respirare", "soffoco", "soffocando", "svenuto", "svenuta", "morire",
    "uccidermi", "ambulanza", "dolore", "incosciente", "pastiglie", "makahinga",
    "humihinga", "huminga", "dibdib", "magpakamatay", "mamatay", "hinimatay",
    "nahimatay", "masakit", "sumasakit", "pwatrin", "lestomak", NULL};

const char *const lexicon_slip_not[] = {
    "attach", "breach", "breadth", "cooking", "coking", "chowing", "blending",
    "breeding", "collapse", "collapses", "dropping", "drooling", "grasping",
    "gaping", "gassing", "overdoing", "smelling", "spelling", "selling",
    "shelling", "threat", "cannon", "hardy", "respite", "straggling", "feinted",
    "feinting", "contigo", "conmigo", "dolares", "sagrado", "sagrada",
    "despierto", "desierta", "soigne", "signe", "saine", "etoffe", "douceur",
    "epanoui", "morder", "mordre", "desmame", "desmamo", "desmamei", "desmamou",
    "desmamado", "desmamada", "scherzen", "schmelzen", "streben", "sollen",
    "stollen", "downing", "droning", "drowsing", "fainter", "gashing",
    "slurped", "slurping", "spurred", "spurring", "ambulante", "desmano",
    "desmanado", "desmanada", "socarro", "matarem", "svenato", "heard", "hears",
    "hearth", "hearty", "chess", "crest", "cheat", NULL};

const struct lexicon_spelt lexicon_spelt[] = {
    {"wanna", "want to"},      {"want 2", "want to"},
    {"gonna", "going to"},     {"gunna", "going to"},
    {"gona", "going to"},      {"going 2", "going to"},
    {"goin to", "going to"},   {"bout to", "about to"},
    {"about 2", "about to"},   {"finna", "going to"},
    {"do not", "dont"},        {"dnt", "dont"},
    {"does not", "doesnt"},    {"did not", "didnt"},
    {"can not", "cant"},       {"cannot", "cant"},
    {"could not", "couldnt"},  {"will not", "wont"},
    {"is not", "isnt"},        {"has not", "hasnt"},
    {"have not", "havent"},    {"i am", "im"},
    {"i will", "ill"},         {"i have", "ive"},
    {"he is", "hes"},          {"she is", "shes"},
    {"they are", "theyre"},    {"tryna", "trying to"},
    {"breathin", "breathing"}, {"hurtin", "hurting"},
    {"movin", "moving"},       {"bleedin", "bleeding"},
    {"my self", "myself"},     {"any more", "anymore"},
    {NULL, NULL},
};
