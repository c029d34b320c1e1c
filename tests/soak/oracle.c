/* SPDX-License-Identifier: Apache-2.0 */
/* The record that the store itself keeps of a life, beside the engine and
 * without asking it: every change of state, and whether a message was right in
 * the moment in which it was handed over. Each reason is the rule of the book
 * told again, in SQL over the tables of the schema. */
#include "tests/soak/life.h"

/* Whose purpose is whose (domain.md 1.1): the files of campaigns/library are
 * not asked. */
static const char tables[] =
    "CREATE INDEX soak_lost ON outreach(id) WHERE state = 0 AND due_at IS NULL;"
    "CREATE INDEX soak_merged ON outreach(id) WHERE state = 8 AND merged_into"
    " IS NULL;"
    "CREATE INDEX soak_silent ON outreach(id) WHERE state BETWEEN 4 AND 7 AND"
    " reason IS NULL;"
    "CREATE INDEX soak_left ON outreach(id) WHERE (state = 1 OR state = 2 OR"
    " state = 9) AND channel != 15;"
    "CREATE INDEX soak_address ON attempt(address, submitted_at);"
    "CREATE INDEX soak_audit ON audit(subject);"
    "CREATE TABLE soak_changes(id INTEGER PRIMARY KEY, outreach_id INTEGER,"
    " from_state INTEGER, to_state INTEGER, reason TEXT);"
    "CREATE TABLE soak_sent(attempt_id INTEGER PRIMARY KEY, wrong TEXT,"
    " rival INTEGER);"
    "CREATE TABLE soak_older(attempt_id INTEGER);"
    "CREATE TABLE soak_late(kind INTEGER, id INTEGER);"
    "CREATE TABLE soak_blind(from_at INTEGER, until_at INTEGER);"
    "CREATE TABLE soak_moved(patient_id INTEGER PRIMARY KEY);"
    "CREATE TRIGGER soak_move AFTER UPDATE OF zone, contact_from,"
    " merged_into, guardian_id ON patient BEGIN INSERT OR IGNORE INTO"
    " soak_moved VALUES (NEW.id), (coalesce(NEW.merged_into, NEW.id)); END;"
    "CREATE TRIGGER soak_number AFTER INSERT ON contact_point BEGIN INSERT OR"
    " IGNORE INTO soak_moved VALUES (NEW.patient_id); END;"
    "CREATE TABLE soak_purpose(campaign TEXT PRIMARY KEY, purpose TEXT);"
    "INSERT INTO soak_purpose VALUES ('trial', 'notice'), ('appointment',"
    " 'appointment'), ('no-show', 'appointment'), ('refill', 'prescription'),"
    " ('post-discharge', 'post-discharge'), ('result-ready', 'lab-result'),"
    " ('influenza', 'wellness'), ('colorectal-recall', 'screening'),"
    " ('cervical-recall', 'screening'), ('breast-recall', 'screening'),"
    " ('eye-recall', 'screening'), ('hba1c-recall', 'screening'),"
    " ('blood-pressure-recall', 'screening'), ('replies', 'notice');";

/* A crash takes back what only closing wrote: these look away meanwhile. */
static const char watches[] =
    "CREATE TRIGGER soak_change AFTER UPDATE OF state ON outreach BEGIN INSERT"
    " INTO soak_changes(outreach_id, from_state, to_state, reason) VALUES"
    " (NEW.id, OLD.state, NEW.state, NEW.reason); END;"
    "CREATE TRIGGER soak_rank AFTER UPDATE OF rank ON attempt WHEN NEW.rank <"
    " OLD.rank BEGIN INSERT INTO soak_older VALUES (NEW.id); END;";

/* p: the patient; r: who is reached, a minor's guardian (L-10); c: the name
 * of the channel; u: the purpose. */
#define WHO                                                                 \
    " FROM outreach o JOIN patient p ON p.id = o.patient_id JOIN patient r" \
    " ON r.id = CASE WHEN p.guardian_id IS NOT NULL AND p.birth_on >"       \
    " '2009' THEN p.guardian_id ELSE p.id END JOIN campaign k ON k.id ="    \
    " o.campaign_id JOIN soak_purpose u ON u.campaign = k.name JOIN"        \
    " (SELECT 0 AS n, 'sms' AS name UNION ALL SELECT 1, 'email' UNION ALL"  \
    " SELECT 2, 'voice') c ON c.n = NEW.channel WHERE o.id ="               \
    " NEW.outreach_id"

#define PEOPLE                                                               \
    " WHEN p.deceased_at IS NOT NULL THEN 'the patient has died'"            \
    " WHEN NOT p.active THEN 'the patient is inactive'"                      \
    " WHEN p.merged_into IS NOT NULL THEN 'the record was merged'"           \
    " WHEN p.gone_at IS NOT NULL THEN 'the patient is gone'"                 \
    " WHEN r.deceased_at IS NOT NULL OR r.gone_at IS NOT NULL THEN 'the"     \
    "  guardian is gone'"                                                    \
    " WHEN k.state != 'running' THEN 'the campaign does not run'"            \
    " WHEN EXISTS (SELECT 1 FROM meta WHERE key = 'paused' AND value = '1')" \
    "  THEN 'everything is paused'"                                          \
    " WHEN EXISTS (SELECT 1 FROM list l JOIN list_member m ON m.list_id ="   \
    "  l.id WHERE l.name = 'excluded from ' || k.name AND m.patient_id ="    \
    "  p.id) THEN 'the patient was taken out by hand'"

/* All recalls ask for tests, for visits to come and for stays. */
#define ANCHORS                                                               \
    " WHEN o.until_at <= NEW.submitted_at THEN 'it was too late'"             \
    " WHEN o.anchor_kind = 1 AND NOT EXISTS (SELECT 1 FROM appointment a"     \
    "  WHERE a.id = o.anchor_id AND a.gone_at IS NULL AND a.occurrence ="     \
    "  o.occurrence AND a.patient_id = o.patient_id AND (a.status = 'booked'" \
    "  AND a.start_at > NEW.submitted_at OR k.name = 'no-show'))"             \
    "  THEN 'the visit is not booked so'"                                     \
    " WHEN o.anchor_kind = 2 AND NOT EXISTS (SELECT 1 FROM fill f WHERE f.id" \
    "  = o.anchor_id AND f.gone_at IS NULL AND f.occurrence = o.occurrence)"  \
    "  THEN 'the fill is another'"                                            \
    " WHEN o.anchor_kind = 3 AND NOT EXISTS (SELECT 1 FROM discharge d WHERE" \
    "  d.id = o.anchor_id AND d.gone_at IS NULL AND d.status = 'discharged'"  \
    "  AND d.occurrence = o.occurrence) THEN 'the discharge is another'"      \
    " WHEN o.anchor_kind = 5 AND NOT EXISTS (SELECT 1 FROM screening s WHERE" \
    "  s.id = o.anchor_id AND s.gone_at IS NULL AND s.result = 'normal' AND"  \
    "  NOT s.resolved AND s.occurrence = o.occurrence AND s.patient_id ="     \
    "  o.patient_id) THEN 'the result is another, or abnormal'"               \
    " WHEN EXISTS (SELECT 1 FROM feed f WHERE f.last_at + f.max_age <"        \
    "  NEW.submitted_at AND (f.name = 'patients' OR f.name = 'appointments'"  \
    "  AND o.anchor_kind = 1 OR f.name = 'fills' AND o.anchor_kind = 2 OR"    \
    "  f.name = 'discharges' AND o.anchor_kind IN (3, 4) OR f.name ="         \
    "  'screenings' AND o.anchor_kind IN (4, 5) OR f.name = 'appointments'"   \
    "  AND o.anchor_kind = 4)) THEN 'its feed is too old'"

/* L-11 to L-18, L-30: a refusal of somebody or of an address; a revoked
 * consent stands until a later affirmative word on the same (a number that was
 * given is none), and one of texts is one of calls unless it was narrowed. */
#define WORDS                                                                  \
    " WHEN EXISTS (SELECT 1 FROM restriction t WHERE t.patient_id IN (p.id,"   \
    "  r.id) AND (t.until_at IS NULL OR t.until_at > NEW.submitted_at) AND"    \
    "  (t.kind = 'no-contact' OR t.kind = 'no-channel' AND t.value = c.name"   \
    "  OR t.kind = 'only-channel' AND t.value != c.name)) THEN 'it was"        \
    "  restricted'"                                                            \
    " WHEN EXISTS (SELECT 1 FROM suppression s WHERE s.lifted_at IS NULL AND"  \
    "  s.since_at <= NEW.submitted_at AND (s.purpose IS NULL OR s.purpose ="   \
    "  u.purpose) AND (s.patient_id IN (p.id, r.id) AND (s.address IS NULL OR" \
    "  s.address = NEW.address) OR s.patient_id IS NULL AND s.address ="       \
    "  NEW.address) AND (s.channel IS NULL OR s.channel = c.name))"            \
    "  THEN 'it was refused'"                                                  \
    " WHEN EXISTS (SELECT 1 FROM consent w WHERE w.patient_id IN (p.id, r.id)" \
    "  AND w.verdict = 'revoked' AND (w.purpose IS NULL OR w.purpose ="        \
    "  u.purpose) AND (w.channel IS NULL OR w.channel = c.name OR NOT "        \
    "w.narrow"                                                                 \
    "  AND w.channel != 'email' AND c.name != 'email') AND NOT EXISTS (SELECT" \
    "  1 FROM consent g WHERE g.patient_id = w.patient_id AND g.verdict ="     \
    "  'granted' AND g.kind != 'provided' AND (g.purpose IS NULL OR g.purpose" \
    "  = u.purpose) AND (g.channel IS NULL OR g.channel = c.name) AND (g.at >" \
    "  w.at OR g.at = w.at AND g.id > w.id))) THEN 'consent was revoked'"      \
    " WHEN u.purpose = 'notice' AND NOT EXISTS (SELECT 1 FROM consent g WHERE" \
    "  g.patient_id = p.id AND g.verdict = 'granted' AND (g.kind !="           \
    "  'provided' OR g.purpose IS NOT NULL) AND (g.purpose IS NULL OR"         \
    "  g.purpose = 'notice') AND (g.channel IS NULL OR g.channel = c.name))"   \
    "  THEN 'nobody consented'"

/* L-2, L-22, L-31 */
#define ADDRESS                                                                \
    " WHEN NEW.channel != 1 AND NOT EXISTS (SELECT 1 FROM contact_point n"     \
    "  WHERE n.value = NEW.address AND n.gone_at IS NULL AND n.bad_at IS NULL" \
    "  AND (n.patient_id = r.id OR n.patient_id IN (SELECT m.id FROM patient " \
    "m"                                                                        \
    "  WHERE m.merged_into = r.id) AND NOT EXISTS (SELECT 1 FROM"              \
    "  contact_point w WHERE w.patient_id = r.id AND w.kind = n.kind)))"       \
    "  THEN 'the number is not theirs'"                                        \
    " WHEN NEW.channel != 1 AND EXISTS (SELECT 1 FROM contact_point n WHERE"   \
    "  n.value = NEW.address AND n.patient_id = r.id AND n.reassigned = 'yes'" \
    "  AND (n.verified_at IS NULL OR n.verified_at < n.reassigned_at))"        \
    "  THEN 'somebody else may have the number'"                               \
    " WHEN NEW.channel != 1 AND EXISTS (SELECT 1 FROM contact_point n WHERE"   \
    "  n.value = NEW.address AND n.line = 'denied') THEN 'the number is"       \
    " denied'"                                                                 \
    " WHEN NEW.channel != 1 AND EXISTS (SELECT 1 FROM contact_point n, "       \
    "  contact_point o WHERE n.value = NEW.address AND n.patient_id = r.id "   \
    "AND"                                                                      \
    "  o.value = n.value AND o.patient_id != r.id AND o.reassigned = 'yes' "   \
    "AND"                                                                      \
    "  coalesce(n.verified_at, 0) <= coalesce(o.reassigned_at, 1e18) AND NOT"  \
    "  (n.reassigned IS 'no' AND n.reassigned_at > o.reassigned_at) AND NOT"   \
    "  EXISTS (SELECT 1 FROM consent g WHERE g.patient_id = r.id AND "         \
    "g.verdict"                                                                \
    "  = 'granted' AND g.channel IS NOT 'email' AND g.at > o.reassigned_at))"  \
    "  THEN 'the number changed hands'"                                        \
    " WHEN EXISTS (SELECT 1 FROM contact_point n WHERE n.value = NEW.address"  \
    "  AND n.patient_id = r.id AND (n.line = 'denied' OR n.line = 'landline'"  \
    "  AND NEW.channel = 0 OR n.line = 'fax' AND NEW.channel = 2)) THEN 'the " \
    "line takes none'"                                                         \
    " WHEN NEW.body LIKE '%Rainbow%' THEN 'it names a sensitive service'"      \
    " WHEN instr(NEW.body, p.mrn) THEN 'it says the record number'"            \
    " WHEN NEW.body LIKE '%Zwick%' AND (p.sensitive OR NOT EXISTS (SELECT 1"   \
    "  FROM contact_point n WHERE n.value = NEW.address AND n.patient_id ="    \
    "  r.id AND n.verified_at IS NOT NULL) OR EXISTS (SELECT 1 FROM clinic h"  \
    "  JOIN appointment a ON a.clinic_id = h.id WHERE a.id = o.anchor_id AND"  \
    "  h.sensitive)) THEN 'it tells more than it may'"

/* L-4.6, L-5, L-6: one text or call a day and three a week, of patient and
 * number, over all campaigns. What is urgent passes where somebody consented
 * (policy/us.json). */
#define MAY_PASS                                                \
    "(k.priority = 0 AND EXISTS (SELECT 1 FROM consent g WHERE" \
    " g.patient_id IN (p.id, r.id) AND g.verdict = 'granted'))"
#define BEFORE(span)                                                     \
    " a.counts AND a.channel != 1 AND a.id != NEW.id AND a.submitted_at" \
    " > NEW.submitted_at - " span
#define DAY "86400000"
#define WEEK "604800000"
#define CAPS                                                                   \
    " WHEN NEW.channel = 1 OR " MAY_PASS " THEN NULL"                          \
    " WHEN (SELECT count(*) FROM attempt a WHERE a.patient_id = p.id "         \
    "AND" BEFORE(                                                              \
        DAY) ") > 0 THEN 'the patient had one that day'"                       \
             " WHEN (SELECT count(*) FROM attempt a WHERE a.address = "        \
             "NEW.address AND" BEFORE(                                         \
                 DAY) ") > 0 THEN 'the number had one that day'"               \
                      " WHEN (SELECT count(*) FROM attempt_also s JOIN "       \
                      "attempt a ON a.id ="                                    \
                      "  s.attempt_id WHERE s.patient_id = p.id AND" BEFORE(   \
                          DAY) "  ) > 0 THEN 'the patient was spoken of that " \
                               "day'"                                          \
                               " WHEN (SELECT count(*) FROM attempt a WHERE "  \
                               "a.patient_id = p.id AND" BEFORE(               \
                                   WEEK) ") > 2 THEN 'the patient had three "  \
                                         "that week'"                          \
                                         " WHEN (SELECT count(*) FROM "        \
                                         "attempt a WHERE a.address = "        \
                                         "NEW.address AND" BEFORE(             \
                                             WEEK) ") > 2 THEN 'the number "   \
                                                   "had three that week'"

/* S-14: a text or call of a more urgent campaign whose own time comes within a
 * day, and which was not tried yet. One of priority 0 passes the day's cap
 * itself where somebody consented. */
#define RIVAL                                                                  \
    "(SELECT min(q.id) FROM outreach q JOIN campaign j ON j.id ="              \
    " q.campaign_id WHERE q.state = 0 AND q.patient_id = p.id AND q.channel"   \
    " IN (0, 2) AND NEW.channel != 1 AND j.priority < k.priority AND"          \
    " (j.priority > 0 OR NOT EXISTS (SELECT 1 FROM consent y WHERE"            \
    " y.patient_id IN (p.id, p.guardian_id) AND y.verdict = 'granted')) AND"   \
    " j.state = 'running' AND q.tried = 0 AND q.attempts = 0 AND q.reason IS " \
    "NULL"                                                                     \
    " AND q.planned_at BETWEEN NEW.submitted_at - 1800000 AND"                 \
    " NEW.submitted_at + 82800000)"

/* What goes back to who wrote: while it still is an answer, to where it came
 * from; to a refusal nothing but its one confirmation, in five minutes (L-14),
 * and never to a number that is somebody else's. */
#define ANSWERS                                                                \
    " WHEN o.answers_to != NEW.address COLLATE NOCASE THEN 'somebody else"     \
    "  wrote'"                                                                 \
    " WHEN NEW.submitted_at > o.answers_at + iif(o.step LIKE 'answer"          \
    "  opt-out#%', 300000, 900000) THEN 'it is no answer any more'"            \
    " WHEN EXISTS (SELECT 1 FROM restriction t WHERE t.patient_id IN (p.id,"   \
    "  r.id) AND t.until_at IS NULL AND t.kind = 'no-contact') THEN 'no"       \
    "  contact was allowed'"                                                   \
    " WHEN EXISTS (SELECT 1 FROM suppression s WHERE s.lifted_at IS NULL AND"  \
    "  s.address = NEW.address AND (s.channel IS NULL OR s.channel = 'sms')"   \
    "  AND (s.reason != 'wrong-number' OR s.patient_id IS NULL OR"             \
    "  s.patient_id IN (p.id, r.id)) AND (s.reason != 'opt-out' OR s.purpose " \
    "IS NULL AND o.step NOT LIKE"                                              \
    "  'answer opt-out#%')) THEN 'it was refused, and this confirms nothing'"  \
    " WHEN NEW.body LIKE '%Rainbow%' THEN 'it names a sensitive service'"

bool oracle_make(struct life *life)
{
    return life_sql(life, "%s", tables) && life_sql(life, "%s", watches) &&
           life_sql(life,
                    "CREATE TRIGGER soak_send AFTER INSERT ON attempt BEGIN"
                    " INSERT OR REPLACE INTO soak_sent SELECT NEW.id, CASE%s"
                    " WHEN o.answers_at IS NOT NULL THEN CASE%s END%s"
                    "%s%s%s END, iif(o.answers_at IS NULL, %s, NULL)%s; END;",
                    PEOPLE, ANSWERS, ANCHORS, WORDS, ADDRESS, CAPS, RIVAL, WHO);
}

bool oracle_look_away(struct life *life)
{
    return life_sql(life, "DROP TRIGGER soak_change; DROP TRIGGER soak_rank");
}

bool oracle_look_again(struct life *life)
{
    return life_sql(life, "%s", watches);
}
