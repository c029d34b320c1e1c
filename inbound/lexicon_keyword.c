/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What parts a STOP from what stands beside it without a mark, in the
 * languages of inbound/lexicon.c and in their order.
 */
#include "inbound/lexicon.h"

#include <stddef.h>

/* Many to a line, or nobody would read them. */
// clang-format off
/* Without "cancel", which is said of visits, and what other words begin with. */
const char *const lexicon_keyword[] = {
    "stop", "stopall", "unsubscribe", "end", "quit", "revoke", "optout", "alto",
    "basta", "arret", "arreter", "parem", "sair", "stopp", "abmelden", "ngung",
    "tigil", "hinto", "sispann", "kanpe", NULL};

/* Nobody stops an "I"; but in Italian it is an article. */
const char *const lexicon_anew[] = {
    "i have", "i had", "i moved", "i am", "i dont", "i do", "i did", "i didnt",
    "i never", "i already", "i got", "i get", "i go", "i went", "i was",
    "i wasnt", "i will", "i live", "i lost", "i feel", "i need", "i want",
    "i cant", "i cannot", "i changed", "i switched", "i found", "i no", "i now",
    "i just", "i see", "i work", "i told", "i said", "i asked", "i think",
    "i know", "i hate", "i use", "i wont", "i transferred", "i left", "i quit",
    "i found", "i retired", "i still", "i only", "i really", "i not", "i used",
    "i wish", "i would", "i should", "you text", "you keep", "you guys",
    "you people", "you are", "youre", "im", "ive", "id", "ill", "we", "weve", "were", "he", "she", "hes",
    "shes", "they", "yo", "ya no", "no soy", "ya tengo", "tengo otro",
    "tengo otra", "tengo un nuevo", "tengo una nueva", "me cambie", "me mude",
    "nos mudamos", "nos cambiamos", "soy otra persona", "je", "jai",
    "nous avons", "eu", "ja tenho", "me mudei", "mudei", "troquei", "ich",
    "wir", "lumipat na", "mwen", "ho cambiato", NULL};

/* Where capitals make it sure that the stop is ours. */
const char *const lexicon_anew_shouted[] = {
    "i", "this is", "its", "it is", "no longer", "not a", "not my", "not me",
    "not interested", "not your", "dont need", "dont want", "dont live",
    "do not need", "do not want", "never", "already", "you", "u", "your",
    "youre", "wrong", "who", "there is no", "moved", "have a new", "got a new",
    "new doctor", "new dr", "new pcp", "no estoy interesad*", "no vivo",
    "no quiero mas", "no quiero recibir", "no quiero nada", "ya me", "ya les",
    "no conozco", "numero equivocado", "se equivoco", "ustedes", "vous", "ce nest pas", "cest", "nao sou",
    "nao moro", "tenho", "sou", "voces", "sie", "das ist", "toi", "我", "hindi",
    "ako", "sono", "non sono", "у меня", "я", NULL};

/* Who begins so behind a stop waits for an answer of ours, or for us. */
const char *const lexicon_wanting[] = {
    "question", "questions", "to ask", "ask about", "ask you", "need to know",
    "want to know", "wanna know", "i need", "we need", "on my way",
    "on our way", "on the way", "im coming", "i am coming", "we are coming", "ill be there", "i will be there", "running late",
    "fever", "rash", "in pain", "have pain", "have a pain", "pain in", "more pain", "dizzy", "side effect", "side effects",
    "reaction", "pregunta", "preguntas", "preguntar", "yo necesito",
    "en camino", "fiebre", "dolor", "mareo", "mareada", "mareado", "fievre",
    "une question", "en route", "febre", "pergunta", "a caminho", "fieber",
    "eine frage", "unterwegs", "domanda", "febbre", NULL};

/* Who does harm, or is in danger: they may be told to stop, or not be us. */
const char *const lexicon_others[] = {
    "he", "she", "hes", "shes", "they", "theyre", "you", "your", "youre", "u",
    "dont", "it", "its", "el", "ella", "il", "elle", "er", "ele", "ela", "lui",
    "lei", NULL};

const char *const lexicon_possessive[] = {
    "my", "our", "mi", "mon", "ma", "meu", "minha", "mein", "meine", "mio",
    "mia", NULL};

const char *const lexicon_gone[] = {
    "passed", "died", "is dead", "is deceased", "moved", "retired", "changed",
    "switched", "fallecio", "murio", "se mudo", "cambio", "decede", "est mort",
    "demenage", "faleceu", "morreu", "mudou", "gestorben", "verstorben",
    "umgezogen", "da mat", "namatay", "mouri", "e morto", "e morta", NULL};

/* Right behind a stop that is none of ours. */
const char *const lexicon_governed[] = {
    "by", "at", "in", "on", "over", "off", "to", "for", "the", "a", "an",
    "these", "this", "that", "them", "it", "and", "or", "if", "when", "before",
    "after", "until", "de", "el", "la", "los", "las", "le", "les", "o", "os",
    "as", "die", "das", "den", "il", NULL};

/* What goes right before one. */
const char *const lexicon_governing[] = {
    "to", "will", "would", "should", "could", "can", "must", "may", "might",
    "did", "do", "does", "it", "that", "them", "they", "these", "ever", "even",
    "just", "never", "really", "the", "a", "an", "one", "my", "bus", "train",
    "first", "last", "next", "rest", "truck", "full", "pit", "non", "and", "or",
    "heart", "meds", "pills", "medicine", "medication",
    "symptoms", "said", "says", "told", "wrote", "then", "dijo", "dice", "word", "no", "el", "la", "un", "una", NULL};

/* "Make the pain stop" */
const char *const lexicon_causing[] = {
    "make", "makes", "making", "made", "let", "lets", "help", NULL};
