/* SPDX-License-Identifier: Apache-2.0 */
/* The words that every call has in common, by language. Nothing before key 1
 * says that somebody is a patient, or of what (L-32). */
#include "channels/call_words.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/text.h"

static const struct call_words languages[] = {
    {"en",
     "en-US",
     "Polly.Joanna",
     {
         [WORD_HELLO] = "Hello. This is an automated call from {from}, "
                        "telephone {phone}.",
         [WORD_WHO] = "If you are {name}, press 1. If {name} is not there, "
                      "press 2. For a wrong number, press 3. To stop these "
                      "calls, press 9.",
         [WORD_THANKS] = "Thank you. Goodbye.",
         [WORD_STOPPED] = "We will not contact you again. Goodbye.",
         [WORD_WRONG] = "Sorry. We have taken a note of it. Goodbye.",
         [WORD_AWAY] = "Thank you. Our number is {phone}. Goodbye.",
         [WORD_PERSON] = "One moment, please.",
         [WORD_BACK] = "Somebody will call you back. Goodbye.",
         [WORD_CHANGED] =
             "This has changed. Please call us at {phone}. Goodbye.",
         [WORD_GOODBYE] = "Please call us at {phone}. Goodbye.",
         [WORD_LOST] = "This is an automated call from {from}. Sorry, "
                       "something went wrong. Please call us at {phone}. To "
                       "stop these calls, press 9.",
         [WORD_INBOUND] = "Hello. This is the automated line of {from}. For "
                          "a call back, press 1. To stop our calls and "
                          "messages, press 9.",
         [WORD_HIDDEN] = "Hello. This is the automated line of {from}. Your "
                         "number is not shown. To stop our calls and messages,"
                         " press 9.",
         [WORD_UNSEEN] = "Your number is not shown, so we do not know which "
                         "number to stop. Please call again with your number "
                         "shown, or write to {from}. Goodbye.",
         [WORD_BYE] = "Goodbye.",
     }},
    {"es",
     "es-US",
     "Polly.Lupe",
     {
         [WORD_HELLO] = "Hola. Esta es una llamada automática de {from}, "
                        "teléfono {phone}.",
         [WORD_WHO] = "Si usted es {name}, oprima 1. Si {name} no está, "
                      "oprima 2. Si es un número equivocado, oprima 3. Para "
                      "no recibir más llamadas, oprima 9.",
         [WORD_THANKS] = "Gracias. Adiós.",
         [WORD_STOPPED] = "No volveremos a contactarle. Adiós.",
         [WORD_WRONG] = "Disculpe. Lo hemos anotado. Adiós.",
         [WORD_AWAY] = "Gracias. Nuestro número es {phone}. Adiós.",
         [WORD_PERSON] = "Un momento, por favor.",
         [WORD_BACK] = "Alguien le devolverá la llamada. Adiós.",
         [WORD_CHANGED] =
             "Esto ha cambiado. Por favor llámenos al {phone}. Adiós.",
         [WORD_GOODBYE] = "Por favor llámenos al {phone}. Adiós.",
         [WORD_LOST] = "Esta es una llamada automática de {from}. Disculpe, "
                       "algo salió mal. Por favor llámenos al {phone}. Para "
                       "no recibir más llamadas, oprima 9.",
         [WORD_INBOUND] = "Hola. Esta es la línea automática de {from}. Para "
                          "que le devolvamos la llamada, oprima 1. Para no "
                          "recibir más llamadas ni mensajes, oprima 9.",
         [WORD_HIDDEN] = "Hola. Esta es la línea automática de {from}. Su "
                         "número no aparece. Para no recibir más llamadas ni "
                         "mensajes, oprima 9.",
         [WORD_UNSEEN] = "Su número no aparece, y no sabemos a qué número "
                         "dejar de llamar. Por favor llame otra vez con su "
                         "número visible, o escriba a {from}. Adiós.",
         [WORD_BYE] = "Adiós.",
     }},
    {"fr",
     "fr-CA",
     "Polly.Chantal",
     {
         [WORD_HELLO] = "Bonjour. Ceci est un appel automatisé de {from}, "
                        "téléphone {phone}.",
         [WORD_WHO] = "Si vous êtes {name}, appuyez sur 1. Si {name} n'est "
                      "pas là, appuyez sur 2. Pour un faux numéro, appuyez "
                      "sur 3. Pour ne plus recevoir d'appels, appuyez sur 9.",
         [WORD_THANKS] = "Merci. Au revoir.",
         [WORD_STOPPED] = "Nous ne vous contacterons plus. Au revoir.",
         [WORD_WRONG] = "Désolé. Nous l'avons noté. Au revoir.",
         [WORD_AWAY] = "Merci. Notre numéro est le {phone}. Au revoir.",
         [WORD_PERSON] = "Un instant, s'il vous plaît.",
         [WORD_BACK] = "Quelqu'un vous rappellera. Au revoir.",
         [WORD_CHANGED] =
             "Ceci a changé. Veuillez nous appeler au {phone}. Au revoir.",
         [WORD_GOODBYE] = "Veuillez nous appeler au {phone}. Au revoir.",
         [WORD_LOST] = "Ceci est un appel automatisé de {from}. Désolé, un "
                       "problème est survenu. Veuillez nous appeler au "
                       "{phone}. Pour ne plus recevoir d'appels, appuyez sur "
                       "9.",
         [WORD_INBOUND] = "Bonjour. Ceci est la ligne automatisée de {from}. "
                          "Pour être rappelé, appuyez sur 1. Pour ne plus "
                          "recevoir d'appels ni de messages, appuyez sur 9.",
         [WORD_HIDDEN] = "Bonjour. Ceci est la ligne automatisée de {from}. "
                         "Votre numéro n'est pas affiché. Pour ne plus "
                         "recevoir d'appels ni de messages, appuyez sur 9.",
         [WORD_UNSEEN] = "Votre numéro n'est pas affiché, et nous ne savons "
                         "pas quel numéro ne plus appeler. Veuillez rappeler "
                         "avec votre numéro affiché, ou écrire à {from}. Au "
                         "revoir.",
         [WORD_BYE] = "Au revoir.",
     }},
    {"pt",
     "pt-BR",
     "Polly.Camila",
     {
         [WORD_HELLO] = "Olá. Esta é uma ligação automática de {from}, "
                        "telefone {phone}.",
         [WORD_WHO] = "Se você é {name}, aperte 1. Se {name} não está, aperte "
                      "2. Se é um número errado, aperte 3. Para não receber "
                      "mais ligações, aperte 9.",
         [WORD_THANKS] = "Obrigado. Tchau.",
         [WORD_STOPPED] = "Não entraremos mais em contato. Tchau.",
         [WORD_WRONG] = "Desculpe. Já anotamos. Tchau.",
         [WORD_AWAY] = "Obrigado. Nosso número é {phone}. Tchau.",
         [WORD_PERSON] = "Um momento, por favor.",
         [WORD_BACK] = "Alguém vai ligar de volta para você. Tchau.",
         [WORD_CHANGED] = "Isto mudou. Por favor, ligue para {phone}. Tchau.",
         [WORD_GOODBYE] = "Por favor, ligue para {phone}. Tchau.",
         [WORD_LOST] = "Esta é uma ligação automática de {from}. Desculpe, "
                       "algo deu errado. Por favor, ligue para {phone}. Para "
                       "não receber mais ligações, aperte 9.",
         [WORD_INBOUND] = "Olá. Esta é a linha automática de {from}. Para "
                          "receber uma ligação de volta, aperte 1. Para não "
                          "receber mais ligações nem mensagens, aperte 9.",
         [WORD_HIDDEN] = "Olá. Esta é a linha automática de {from}. O seu "
                         "número não aparece. Para não receber mais ligações "
                         "nem mensagens, aperte 9.",
         [WORD_UNSEEN] = "O seu número não aparece, e não sabemos para qual "
                         "número parar de ligar. Por favor, ligue de novo com "
                         "o número visível, ou escreva para {from}. Tchau.",
         [WORD_BYE] = "Tchau.",
     }},
    {"de",
     "de-DE",
     "Polly.Vicki",
     {
         [WORD_HELLO] = "Guten Tag. Dies ist ein automatischer Anruf von "
                        "{from}, Telefon {phone}.",
         [WORD_WHO] = "Sind Sie {name}, drücken Sie die 1. Ist {name} nicht "
                      "da, die 2. Bei einer falschen Nummer die 3. Wollen Sie "
                      "keine Anrufe mehr, drücken Sie die 9.",
         [WORD_THANKS] = "Vielen Dank. Auf Wiederhören.",
         [WORD_STOPPED] = "Wir melden uns nicht mehr. Auf Wiederhören.",
         [WORD_WRONG] = "Entschuldigung. Das ist notiert. Auf "
                        "Wiederhören.",
         [WORD_AWAY] = "Vielen Dank. Unsere Nummer ist {phone}. Auf "
                       "Wiederhören.",
         [WORD_PERSON] = "Einen Moment, bitte.",
         [WORD_BACK] = "Wir rufen Sie zurück. Auf Wiederhören.",
         [WORD_CHANGED] = "Das hat sich geändert. Bitte rufen Sie uns an unter "
                          "{phone}. Auf Wiederhören.",
         [WORD_GOODBYE] = "Bitte rufen Sie uns an unter {phone}. Auf "
                          "Wiederhören.",
         [WORD_LOST] = "Dies ist ein automatischer Anruf von {from}. "
                       "Entschuldigung, etwas ging schief. Bitte rufen Sie "
                       "uns an unter {phone}. Wollen Sie keine Anrufe mehr, "
                       "drücken Sie die 9.",
         [WORD_INBOUND] = "Guten Tag. Dies ist die automatische Leitung von "
                          "{from}. Für einen Rückruf drücken Sie die 1. "
                          "Wollen Sie keine Anrufe und Nachrichten mehr, "
                          "drücken Sie die 9.",
         [WORD_HIDDEN] = "Guten Tag. Dies ist die automatische Leitung von "
                         "{from}. Ihre Nummer wird nicht angezeigt. Wollen Sie"
                         " keine Anrufe und Nachrichten mehr, drücken Sie die "
                         "9.",
         [WORD_UNSEEN] = "Ihre Nummer wird nicht angezeigt, und wir wissen "
                         "nicht, welche Nummer wir nicht mehr anrufen sollen. "
                         "Bitte rufen Sie noch einmal mit sichtbarer Nummer "
                         "an, oder schreiben Sie an {from}. Auf Wiederhören.",
         [WORD_BYE] = "Auf Wiederhören.",
     }},
};
#define LANGUAGES (sizeof(languages) / sizeof(languages[0]))

const struct call_words *call_words_at(size_t i)
{
    return i < LANGUAGES ? &languages[i] : NULL;
}

const struct call_words *call_words_find(const char *language)
{
    size_t len = language ? strcspn(language, "-_") : 0;
    for (size_t i = 0; i < LANGUAGES; i++)
        if (strlen(languages[i].language) == len &&
            strncasecmp(languages[i].language, language, len) == 0)
            return &languages[i];
    return NULL;
}

#define MARKS 3

struct mark {
    const char *text, *value;
};

/* The one that stands there; NULL: none. */
static const struct mark *mark_at(const char *text, const struct mark *marks)
{
    for (int i = 0; i < MARKS; i++)
        if (text_starts(text, marks[i].text))
            return &marks[i];
    return NULL;
}

/* How long the sentence is, with the blank behind it; `*lacks` tells whether
 * it needs what nobody knows. */
static size_t sentence_of(const char *text, const struct mark *marks,
                          bool *lacks)
{
    size_t len = 0;
    *lacks = false;
    for (bool ended = false; text[len] && !ended; len++) {
        const struct mark *mark = mark_at(text + len, marks);
        *lacks |= mark && !mark->value;
        ended = text[len] == ' ' && len > 0 && strchr(".!?", text[len - 1]);
    }
    return len;
}

static void sentence_say(struct buf *out, const char *text, size_t len,
                         const struct mark *marks)
{
    for (const char *end = text + len; text < end;) {
        const struct mark *mark = mark_at(text, marks);
        if (mark)
            buf_text(out, mark->value);
        else
            buf_char(out, *text);
        text += mark ? strlen(mark->text) : 1;
    }
}

void call_words_say(struct buf *out, const char *text,
                    const struct call_names *names)
{
    const struct mark marks[MARKS] = {{"{from}", names->from},
                                      {"{phone}", names->phone},
                                      {"{name}", names->name}};
    for (size_t len; *text; text += len) {
        bool lacks;
        len = sentence_of(text, marks, &lacks);
        if (!lacks)
            sentence_say(out, text, len, marks);
    }
}
