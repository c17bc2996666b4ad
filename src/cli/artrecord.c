#include "artrecord.h"

#include <stdint.h>
#include <string.h>

#include "clock.h"
#include "json.h"
#include "store_fields.h"

/* Beside the kinds of retention: no rule; what the settings say of messages to guests. */
enum { of_no_rule = LYT_KEEP_KIND_COUNT, of_replies, of_access };
static const int64_t day_us = (int64_t)86400 * 1000000;

/* No table: files of the state folder (web/webaudit.h). */
#define ACCESS_FILES "access-YYYY-MM.jsonl"

/* What a kind is: tables with blanks between. A table that no row names is told in the last. */
static const struct kept {
    int kind; /* a lyt_keep_kind */
    const char *tables;
    lyt_bi what, whom, purpose;
} kinds[] = {
    {LYT_KEEP_TEXT,
     "feedback",
     {"Messages: words, sender, time, place, score",
      "Beskeder: ord, afsender, tid, sted, karakter"},
     {"guests", "gæster"},
     {"to find what failed for a guest while it can be mended",
      "at finde det, der gik galt for en gæst, mens det kan rettes"}},
    {LYT_KEEP_VERDICTS,
     "verdict",
     {"What was heard in a message", "Det, der blev hørt i en besked"},
     {"guests", "gæster"},
     {"to raise alarms, and to measure how well that goes",
      "at slå alarm og måle, hvor godt det går"}},
    {LYT_KEEP_INCIDENTS,
     "incident history fact snapshot",
     {"Cases: what happened, who did what, what was given",
      "Sager: hvad der skete, hvem der gjorde hvad, hvad der blev givet"},
     {"guests, staff", "gæster, medarbejdere"},
     {"to mend failures, follow them up, and account for what was given",
      "at rette fejl, følge dem op og gøre rede for det, der blev givet"}},
    {LYT_KEEP_EVENTS,
     "event stream",
     {"The log of the bus: alarms with the words that told, corrections",
      "Bussens log: alarmer med de ord, der sagde det, og rettelser"},
     {"guests, staff", "gæster, medarbejdere"},
     {"to tell those who mend, also when they were away, and to learn",
      "at give besked til dem, der retter, også når de har været væk, og at lære"}},
    {LYT_KEEP_OUTBOX,
     "outbox outbox_gone",
     {"What was sent to whom by which way", "Hvad der blev sendt til hvem ad hvilken vej"},
     {"staff", "medarbejdere"},
     {"to tell staff until it has got through",
      "at give medarbejdere besked, til det er nået frem"}},
    {LYT_KEEP_BEHAVIOUR,
     "behaviour",
     {"What guests did (events)", "Hvad gæster gjorde (hændelser)"},
     {"guests", "gæster"},
     {"to see a failure that nobody tells of", "at se en fejl, som ingen fortæller om"}},
    {LYT_KEEP_NOTES,
     "note",
     {"What is known of guests: orders, likes, allergies",
      "Hvad man ved om gæster: bestillinger, ønsker, allergier"},
     {"guests", "gæster"},
     {"to choose a gesture that suits, and none that harms",
      "at vælge en opmærksomhed, der passer, og ingen, der skader"}},
    {LYT_KEEP_STAYS,
     "stay",
     {"Stays: guest, place, from, to", "Ophold: gæst, sted, fra, til"},
     {"guests", "gæster"},
     {"to know the room, and to mend before departure",
      "at kende værelset og rette det før afrejsen"}},
    {of_replies,
     "contact",
     {"Addresses of guests, sealed under a key of their own",
      "Gæsters adresser, forseglet med deres egen nøgle"},
     {"guests", "gæster"},
     {"to answer who has written", "at svare den, der har skrevet"}},
    {of_replies,
     "reply",
     {"What was written to guests, and on which ground",
      "Hvad der blev skrevet til gæster, og på hvilket grundlag"},
     {"guests, staff", "gæster, medarbejdere"},
     {"to answer once, and to show what was said", "at svare én gang og vise, hvad der blev sagt"}},
    {of_access,
     ACCESS_FILES,
     {"Who was shown what only some may see, and who let whom in",
      "Hvem der har set det, kun nogle må se, og hvem der lukkede hvem ind"},
     {"staff", "medarbejdere"},
     {"to show that nobody looked who had no cause to",
      "at vise, at ingen har set efter uden grund"}},
    {of_no_rule,
     "consent",
     {"What guests want: STOP, START", "Hvad gæster vil: STOP, START"},
     {"guests", "gæster"},
     {"to write to nobody who does not want it", "ikke at skrive til nogen, der ikke vil"}},
    {of_no_rule,
     "about cursor dead way tap",
     {"Names of subscribers and ways, counters of tags",
      "Navne på abonnenter og veje, tællere på tags"},
     {"nobody", "ingen"},
     {"to work after a restart", "at virke efter en genstart"}},
    {of_no_rule,
     "",
     {"Other tables", "Andre tabeller"},
     {"to be filled in", "skal udfyldes"},
     {"to be filled in", "skal udfyldes"}},
};
enum { n_kinds = sizeof kinds / sizeof *kinds };

typedef struct writing {
    const lyt_artrecord *record;
    lyt_buf *out;
    lyt_jw jw;
    size_t kind;     /* whose fields are walked */
    char table[64];  /* the last one told; empty: none */
    size_t n_tables; /* of this kind */
} writing;

static const char *say(const writing *w, const char *en, const char *da)
{
    return w->record->language == LYT_PAGE_DA ? da : en;
}

static lyt_str bi(const writing *w, lyt_bi text)
{
    return lyt_bi_in(text, w->record->json ? LYT_PAGE_EN : w->record->language);
}

static bool is_named(const char *tables, lyt_str table)
{
    lyt_str rest = lyt_str_of(tables);

    for (size_t at = 0; at < rest.len;) {
        size_t end = lyt_str_find(rest, ' ', at);

        if (lyt_str_equal(lyt_str_slice(rest, at, end), table))
            return true;
        at = end + 1;
    }
    return false;
}

static size_t kind_of(lyt_str table)
{
    for (size_t i = 0; i + 1 < n_kinds; i++)
        if (is_named(kinds[i].tables, table))
            return i;
    return n_kinds - 1;
}

static void end_table(writing *w)
{
    if (!*w->table)
        return;
    if (w->record->json) {
        lyt_jw_array_end(&w->jw);
        lyt_jw_object_end(&w->jw);
    } else {
        lyt_buf_add_char(w->out, ')');
    }
}

static lyt_status add_field(void *user, lyt_str table, lyt_str column)
{
    writing *w = user;
    bool is_new = !lyt_str_equal(table, lyt_str_of(w->table));

    if (kind_of(table) != w->kind || table.len >= sizeof w->table)
        return LYT_OK;
    if (is_new) {
        end_table(w);
        memcpy(w->table, table.ptr, table.len);
        w->table[table.len] = '\0';
        if (w->record->json) {
            lyt_jw_object(&w->jw);
            lyt_jw_kstr(&w->jw, "table", table);
            lyt_jw_key(&w->jw, "fields");
            lyt_jw_array(&w->jw);
        } else {
            lyt_buf_addf(w->out, "%s`%.*s` (", w->n_tables ? ", " : "", LYT_STR_ARG(table));
        }
        w->n_tables++;
    }
    if (w->record->json)
        lyt_jw_str(&w->jw, column);
    else
        lyt_buf_addf(w->out, "%s%.*s", is_new ? "" : ", ", LYT_STR_ARG(column));
    return lyt_buf_status(w->out);
}

static lyt_status add_access_fields(writing *w)
{
    static const char *const fields[] = {"at", "person", "what", "incidents", "messages", "request"};
    lyt_status status = LYT_OK;

    for (size_t i = 0; !status && i < sizeof fields / sizeof *fields; i++)
        status = add_field(w, LYT_STR(ACCESS_FILES), lyt_str_of(fields[i]));
    return status;
}

/* Tables with their columns, as they are in the database. */
static lyt_status add_fields(writing *w, size_t kind, lyt_error *err)
{
    lyt_status status;

    w->kind = kind;
    w->table[0] = '\0';
    w->n_tables = 0;
    if (kinds[kind].kind == of_access)
        status = add_access_fields(w);
    else
        status = lyt_store_each_field(w->record->store, add_field, w, err);
    end_table(w);
    return status;
}

/* Of all properties, or of one of the rules' rows; 0: for good. */
static int64_t days_of(const writing *w, int kind, size_t row)
{
    const lyt_artrecord *r = w->record;

    if (kind == of_replies)
        return r->settings ? r->settings->replies.keep_us / day_us : 0;
    if (kind == of_access)
        return r->rules ? r->rules->access_days : 0;
    return kind < LYT_KEEP_KIND_COUNT && r->rules ? r->rules->rows[row].days[kind] : 0;
}

/* Rows after the first that say something else of this kind; the first of them at or after row. */
static size_t next_row(const writing *w, int kind, size_t row)
{
    const lyt_keep_rules *rules = w->record->rules;

    if (!rules || kind >= LYT_KEEP_KIND_COUNT)
        return SIZE_MAX;
    while (row < rules->n && days_of(w, kind, row) == days_of(w, kind, 0))
        row++;
    return row < rules->n ? row : SIZE_MAX;
}

static void add_days_text(writing *w, int kind)
{
    int64_t days = days_of(w, kind, 0);

    if (days)
        lyt_buf_addf(w->out, say(w, "%lld days", "%lld dage"), (long long)days);
    else if (kind == of_replies)
        lyt_buf_add_text(
            w->out, say(w, "as the settings say (--desk)", "som indstillingerne siger (--desk)"));
    else
        lyt_buf_add_text(w->out, say(w, "for good: no rule", "altid: ingen regel"));
    for (size_t i = next_row(w, kind, 1); i != SIZE_MAX; i = next_row(w, kind, i + 1)) {
        lyt_buf_addf(w->out, "; %s: ", w->record->rules->rows[i].property);
        if (days_of(w, kind, i))
            lyt_buf_addf(w->out, "%lld", (long long)days_of(w, kind, i));
        else
            lyt_buf_add_text(w->out, say(w, "for good", "altid"));
    }
    if (kind == LYT_KEEP_TEXT && days_of(w, LYT_KEEP_SPECIAL, 0)) {
        lyt_buf_add_text(w->out, say(w, "; of health and the like ", "; om helbred og lignende "));
        add_days_text(w, LYT_KEEP_SPECIAL);
    }
}

static void add_days_json(writing *w, int kind)
{
    /* 0: for good, or not known without the settings */
    lyt_jw_kint(&w->jw, "days", days_of(w, kind, 0));
    if (kind == LYT_KEEP_TEXT)
        lyt_jw_kint(&w->jw, "special_days", days_of(w, LYT_KEEP_SPECIAL, 0));
    lyt_jw_key(&w->jw, "properties");
    lyt_jw_object(&w->jw);
    for (size_t i = next_row(w, kind, 1); i != SIZE_MAX; i = next_row(w, kind, i + 1))
        lyt_jw_kint(&w->jw, w->record->rules->rows[i].property, days_of(w, kind, i));
    lyt_jw_object_end(&w->jw);
}

static lyt_status add_kind_json(writing *w, size_t i, lyt_error *err)
{
    lyt_status status;

    lyt_jw_object(&w->jw);
    lyt_jw_kstr(&w->jw, "what", bi(w, kinds[i].what));
    lyt_jw_kstr(&w->jw, "of", bi(w, kinds[i].whom));
    lyt_jw_kstr(&w->jw, "purpose", bi(w, kinds[i].purpose));
    add_days_json(w, kinds[i].kind);
    lyt_jw_key(&w->jw, "tables");
    lyt_jw_array(&w->jw);
    status = add_fields(w, i, err);
    lyt_jw_array_end(&w->jw);
    lyt_jw_object_end(&w->jw);
    return status;
}

static lyt_status add_kind_text(writing *w, size_t i, lyt_error *err)
{
    size_t before = w->out->len;
    lyt_status status;

    lyt_buf_addf(w->out, "| %.*s | %.*s | %.*s | ", LYT_STR_ARG(bi(w, kinds[i].what)),
                 LYT_STR_ARG(bi(w, kinds[i].whom)), LYT_STR_ARG(bi(w, kinds[i].purpose)));
    add_days_text(w, kinds[i].kind);
    lyt_buf_add_text(w->out, " | ");
    status = add_fields(w, i, err);
    lyt_buf_add_text(w->out, " |\n");
    if (!status && !w->n_tables && !lyt_buf_status(w->out)) {
        w->out->len = before; /* this database has none of them */
        w->out->data[before] = '\0';
    }
    return status;
}

/* Scheme and host: paths and names in front of the host may be secrets. */
static lyt_str host_of(const char *url)
{
    lyt_str whole = lyt_str_of(url ? url : "");
    const char *body = url ? strstr(url, "://") : NULL;
    size_t from = body ? (size_t)(body - url) + 3 : 0;
    size_t end = lyt_str_find(whole, '/', from), at = lyt_str_find(whole, '@', from);

    return lyt_str_slice(whole, at < end ? at + 1 : from, end);
}

static void add_way(writing *w, const lyt_way *way)
{
    lyt_str host = host_of(way->url);

    if (w->record->json) {
        lyt_jw_object(&w->jw);
        lyt_jw_kstr(&w->jw, "way", lyt_str_of(way->id));
        lyt_jw_kstr(&w->jw, "kind", lyt_str_of(lyt_way_kind_name(way->kind)));
        lyt_jw_kstr(&w->jw, "host", host);
        lyt_jw_kint(&w->jw, "receivers", (int64_t)way->n_to);
        lyt_jw_kbool(&w->jw, "guests_words", way->is_internal);
        lyt_jw_object_end(&w->jw);
        return;
    }
    lyt_buf_addf(w->out, "- **%s** (%s%s%.*s): ", way->id, lyt_way_kind_name(way->kind),
                 host.len ? ", " : "", LYT_STR_ARG(host));
    if (way->n_to)
        lyt_buf_addf(
            w->out, say(w, "%zu of the house's people and teams; ", "%zu af husets folk og hold; "),
            way->n_to);
    lyt_buf_add_text(w->out, way->is_internal
                                 ? say(w, "also the guest's own words", "også gæstens egne ord")
                                 : say(w, "place, scenario, severity and the words that told",
                                       "sted, scenarie, alvor og de ord, der sagde det"));
    lyt_buf_add_char(w->out, '\n');
}

static void add_people(writing *w)
{
    const lyt_settings *s = w->record->settings;

    for (int role = 0; s && role < LYT_ROLE_COUNT; role++) {
        int64_t n = 0;

        for (size_t i = 0; i < s->n_people; i++)
            n += s->people[i].role == (lyt_role)role;
        if (!n)
            continue;
        if (w->record->json) {
            lyt_jw_object(&w->jw);
            lyt_jw_kstr(&w->jw, "role", lyt_str_of(lyt_role_name((lyt_role)role)));
            lyt_jw_kint(&w->jw, "people", n);
            lyt_jw_kbool(&w->jw, "restricted", s->may_see[role]);
            lyt_jw_object_end(&w->jw);
            continue;
        }
        lyt_buf_addf(w->out, "- %s **%s**: %lld%s\n",
                     say(w, "people of the role", "folk med rollen"), lyt_role_name((lyt_role)role),
                     (long long)n,
                     s->sensitive.n && s->may_see[role]
                         ? say(w, "; they see what is restricted", "; de ser det fortrolige")
                         : "");
    }
}

static lyt_status add_subscriber(void *user, const lyt_cursor_row *row)
{
    writing *w = user;

    if (w->record->json) {
        lyt_jw_object(&w->jw);
        lyt_jw_kstr(&w->jw, "subscriber", row->name);
        lyt_jw_kstr(&w->jw, "key", row->owner);
        lyt_jw_object_end(&w->jw);
    } else {
        lyt_buf_addf(w->out, "- %s **%.*s** (%s%.*s)\n",
                     say(w, "subscriber of the bus", "abonnent på bussen"), LYT_STR_ARG(row->name),
                     row->owner.len ? say(w, "key ", "nøgle ") : say(w, "no key", "ingen nøgle"),
                     LYT_STR_ARG(row->owner));
    }
    return lyt_buf_status(w->out);
}

static lyt_status add_recipients(writing *w, lyt_error *err)
{
    const lyt_settings *s = w->record->settings;

    if (!w->record->json)
        lyt_buf_addf(w->out, "\n## %s\n\n", say(w, "Who gets it", "Hvem får det"));
    add_people(w);
    for (size_t i = 0; s && i < s->n_ways; i++)
        add_way(w, &s->ways[i]);
    return lyt_store_each_cursor(w->record->store, add_subscriber, w, err);
}

static void add_sources(writing *w)
{
    const lyt_channels *c = w->record->channels;

    if (!w->record->json && c)
        lyt_buf_addf(w->out, "\n## %s\n\n", say(w, "Where it comes from", "Hvor det kommer fra"));
    for (size_t i = 0; c && i < c->n_gateways; i++) {
        lyt_str name = c->gateways[i].name;
        const char *kind = lyt_gateway_name(c->gateways[i].gateway);

        if (w->record->json) {
            lyt_jw_object(&w->jw);
            lyt_jw_kstr(&w->jw, "gateway", name);
            lyt_jw_kstr(&w->jw, "kind", lyt_str_of(kind));
            lyt_jw_object_end(&w->jw);
        } else {
            lyt_buf_addf(w->out, "- **%.*s** (%s)\n", LYT_STR_ARG(name), kind);
        }
    }
}

static bool has_pseudonyms(const lyt_artrecord *record)
{
    return record->channels && record->channels->book.pseudonyms.n > 0;
}

static void add_safeguards_text(writing *w)
{
    const lyt_artrecord *r = w->record;

    lyt_buf_addf(w->out, "\n## %s\n\n", say(w, "Safeguards", "Sikkerhed"));
    lyt_buf_addf(
        w->out, "- %s\n",
        has_pseudonyms(r)
            ? say(w, "numbers are kept as pseudonyms; the key is a file of its own",
                  "numre gemmes som pseudonymer; nøglen er en fil for sig")
            : say(w, "no key for pseudonyms is set", "der er ingen nøgle til pseudonymer"));
    lyt_buf_addf(w->out, "- %s\n",
                 r->rules ? say(w, "a daily run lets go of what is older than the days above",
                                "hver dag slettes det, der er ældre end dagene ovenfor")
                          : say(w, "nothing is let go of by itself (lyt serve --retention)",
                                "intet slettes af sig selv (lyt serve --retention)"));
    lyt_buf_addf(w->out, "\n## %s\n\n- %s\n- %s\n- %s\n",
                 say(w, "To be filled in", "Skal udfyldes"),
                 say(w, "the grounds of each purpose (Articles 6 and 9)",
                     "grundlaget for hvert formål (artikel 6 og 9)"),
                 say(w, "agreements with those above who process for the house, and where they are",
                     "aftaler med dem ovenfor, der behandler for huset, og hvor de er"),
                 say(w, "copies, and the other files of the state folder (docs/formats.md)",
                     "kopier og de andre filer i tilstandsmappen (docs/formats.md)"));
}

static lyt_status write_text(writing *w, lyt_error *err)
{
    const lyt_artrecord *r = w->record;
    lyt_status status = LYT_OK;

    lyt_buf_addf(w->out, "# %s\n\n%s: %s  \n%s: ",
                 say(w, "Record of processing activities (GDPR, Article 30)",
                     "Fortegnelse over behandlingsaktiviteter (GDPR, artikel 30)"),
                 say(w, "Controller", "Dataansvarlig"),
                 r->controller
                     ? r->controller
                     : say(w, "to be filled in (--controller)", "skal udfyldes (--controller)"),
                 say(w, "Made", "Lavet"));
    lyt_clock_format(w->out, r->now_us);
    lyt_buf_addf(w->out, ", Lyt %s, `%s`\n\n## %s\n\n| %s |\n| --- | --- | --- | --- | --- |\n",
                 r->version, r->database, say(w, "What is kept", "Hvad der gemmes"),
                 say(w, "what | of whom | what for | how long | fields",
                     "hvad | om hvem | hvorfor | hvor længe | felter"));
    for (size_t i = 0; !status && i < n_kinds; i++)
        status = add_kind_text(w, i, err);
    if (!status)
        status = add_recipients(w, err);
    add_sources(w);
    add_safeguards_text(w);
    return status;
}

static lyt_status write_json(writing *w, lyt_error *err)
{
    const lyt_artrecord *r = w->record;
    lyt_status status = LYT_OK;
    lyt_buf at;

    lyt_buf_init(&at, NULL);
    lyt_clock_format(&at, r->now_us);
    lyt_jw_init(&w->jw, w->out);
    lyt_jw_object(&w->jw);
    lyt_jw_kstr(&w->jw, "controller", lyt_str_of(r->controller ? r->controller : ""));
    lyt_jw_kstr(&w->jw, "made_at", lyt_buf_str(&at));
    lyt_jw_kstr(&w->jw, "database", lyt_str_of(r->database));
    lyt_jw_key(&w->jw, "kept");
    lyt_jw_array(&w->jw);
    for (size_t i = 0; !status && i < n_kinds; i++)
        status = add_kind_json(w, i, err);
    lyt_jw_array_end(&w->jw);
    lyt_jw_key(&w->jw, "recipients");
    lyt_jw_array(&w->jw);
    if (!status)
        status = add_recipients(w, err);
    lyt_jw_array_end(&w->jw);
    lyt_jw_key(&w->jw, "sources");
    lyt_jw_array(&w->jw);
    add_sources(w);
    lyt_jw_array_end(&w->jw);
    lyt_jw_kbool(&w->jw, "pseudonyms", has_pseudonyms(r));
    lyt_jw_kbool(&w->jw, "retention", r->rules != NULL);
    lyt_jw_object_end(&w->jw);
    lyt_buf_add_char(w->out, '\n');
    lyt_buf_deinit(&at);
    return status;
}

lyt_status lyt_artrecord_write(const lyt_artrecord *record, lyt_buf *out, lyt_error *err)
{
    writing w = {.record = record, .out = out};
    lyt_status status = record->json ? write_json(&w, err) : write_text(&w, err);

    if (!status && lyt_buf_status(out))
        status = lyt_error_set(err, lyt_buf_status(out), "out of memory");
    return status;
}
