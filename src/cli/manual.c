#include "manual.h"

#include <string.h>

#include "json.h"
#include "wrap.h"

/* Of the texts below and in the rows; a page built twice is the same page. */
static const char manual_date[] = "2026-11-22";

/* Text as roff: its own signs lose their meaning. Newlines stay. */
static void add_roff(lyt_buf *out, lyt_str text)
{
    bool at_start = true;

    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        if (at_start && (c == '.' || c == '\''))
            lyt_buf_add_text(out, "\\&");
        if (c == '\\')
            lyt_buf_add_text(out, "\\e");
        else if (c == '-')
            lyt_buf_add_text(out, "\\-");
        else
            lyt_buf_add_char(out, c);
        at_start = c == '\n';
    }
}

static void add_roff_text(lyt_buf *out, const char *text)
{
    add_roff(out, lyt_str_of(text));
}

/* Sources of a page are short lines; what escaping adds must fit, too. */
enum { roff_width = 64 };

/* Sets text to short lines; a failure of either buffer is out's. */
static void set_lines(lyt_buf *set, lyt_str text, lyt_buf *out)
{
    lyt_buf_init(set, NULL);
    lyt_wrap(set, text, 0, roff_width);
    if (lyt_buf_status(set) && !out->status)
        out->status = set->status;
}

static void add_prose(lyt_buf *out, const lyt_buf *text)
{
    lyt_buf set;

    set_lines(&set, lyt_buf_str(text), out);
    if (lyt_buf_status(text) && !out->status)
        out->status = text->status;
    add_roff(out, lyt_str_trim(lyt_buf_str(&set)));
    lyt_buf_deinit(&set);
}

/* Paragraphs; lines that begin with a space are shown as they are. */
static void add_paragraphs(lyt_buf *out, lyt_str text)
{
    bool literal = false;

    for (size_t at = 0; at < text.len;) {
        size_t end = lyt_str_find(text, '\n', at);
        lyt_str line = lyt_str_slice(text, at, end);
        bool is_literal = line.len && line.ptr[0] == ' ';

        if (is_literal != literal)
            lyt_buf_add_text(out, is_literal ? ".nf\n" : ".fi\n");
        literal = is_literal;
        if (line.len == 0 && end + 1 < text.len) {
            lyt_buf_add_text(out, ".PP\n");
        } else if (line.len) {
            add_roff(out, line);
            lyt_buf_add_char(out, '\n');
        }
        at = end + 1;
    }
    if (literal)
        lyt_buf_add_text(out, ".fi\n");
}

static void add_option(const lyt_option *option, lyt_buf *out)
{
    lyt_buf meaning;

    lyt_buf_add_text(out, ".TP\n");
    if (option->letter)
        lyt_buf_addf(out, "\\fB\\-%c\\fR, ", option->letter);
    lyt_buf_add_text(out, "\\fB\\-\\-");
    add_roff_text(out, option->name);
    lyt_buf_add_text(out, "\\fR");
    if (option->type != LYT_OPT_FLAG)
        lyt_buf_addf(out, " \\fI%s\\fR", option->value ? option->value : "VALUE");
    lyt_buf_add_char(out, '\n');
    lyt_buf_init(&meaning, NULL);
    lyt_option_meaning(option, &meaning);
    if (option->fallback)
        lyt_buf_addf(&meaning, "; the default is %s", option->fallback);
    lyt_buf_add_char(&meaning, '.');
    add_prose(out, &meaning);
    lyt_buf_add_char(out, '\n');
    lyt_buf_deinit(&meaning);
}

static void add_title(const char *name, const char *version, lyt_buf *out)
{
    lyt_buf_add_text(out, ".TH LYT");
    if (name)
        lyt_buf_add_char(out, '-');
    for (const char *p = name; p && *p; p++)
        lyt_buf_add_char(out, *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p);
    lyt_buf_addf(out, " 1 %s \"Lyt %s\" \"Lyt\"\n", manual_date, version);
}

static void add_synopsis(const lyt_command *command, lyt_buf *out)
{
    lyt_str rest = lyt_str_of(command->usage);
    const char *between = "";

    do {
        size_t end = lyt_str_find(rest, '\n', 0);

        lyt_buf_addf(out, "%s.B lyt %s\n", between, command->name);
        if (end) {
            add_roff(out, lyt_str_slice(rest, 0, end));
            lyt_buf_add_char(out, '\n');
        }
        between = ".br\n";
        rest = lyt_str_slice(rest, end + 1, rest.len);
    } while (rest.len);
}

static void add_common_end(lyt_buf *out)
{
    lyt_buf_add_text(out, ".SH EXIT STATUS\n"
                          "0: done.\n1: failed, wholly or in part; "
                          "what failed is said on the standard error.\n"
                          "2: misuse of the command line.\n"
                          ".SH ENVIRONMENT\n"
                          ".TP\n.B LYT_DATA\n"
                          "The folder that holds models/ and lexicons/,\nwhen it is not the one "
                          "that Lyt was built or installed with.\n"
                          ".TP\n.B NO_COLOR\n"
                          "When not empty, nothing is coloured on a terminal.\n");
}

static void add_command_page(const lyt_command *command, lyt_buf *out)
{
    lyt_buf set;

    lyt_buf_addf(out, ".SH NAME\nlyt\\-%s \\- ", command->name);
    add_roff_text(out, command->summary);
    lyt_buf_add_text(out, "\n.SH SYNOPSIS\n");
    add_synopsis(command, out);
    lyt_buf_add_text(out, ".SH DESCRIPTION\n");
    set_lines(&set, lyt_str_of(command->description), out);
    add_paragraphs(out, lyt_buf_str(&set));
    lyt_buf_deinit(&set);
    lyt_buf_add_text(out, ".SH OPTIONS\n");
    for (size_t i = 0; i < command->n_options; i++)
        add_option(&command->options[i], out);
    add_option(lyt_command_help_option(), out);
    add_common_end(out);
    if (command->n_samples)
        lyt_buf_add_text(out, ".SH EXAMPLES\n");
    for (size_t i = 0; i < command->n_samples; i++) {
        lyt_buf_add_text(out, ".TP\n.B ");
        add_roff_text(out, command->samples[i].line);
        lyt_buf_add_char(out, '\n');
        add_roff_text(out, command->samples[i].text);
        lyt_buf_add_text(out, ".\n");
    }
    lyt_buf_add_text(out, ".SH SEE ALSO\n.BR lyt (1)\n");
}

static void add_main_page(lyt_buf *out)
{
    lyt_buf_add_text(out, ".SH NAME\nlyt \\- hears what failed in a guest's own words\n"
                          ".SH SYNOPSIS\n.B lyt\n"
                          "\\fICOMMAND\\fR [\\fIOPTION\\fR...] [\\fIOPERAND\\fR...]\n.br\n"
                          ".B lyt\n\\-\\-help | \\-\\-version\n"
                          ".SH DESCRIPTION\n"
                          "Lyt hears failures of service in open text, in Danish and English,\n"
                          "and tells the team that mends them.\n"
                          ".SH COMMANDS\n");
    for (size_t i = 0; i < lyt_commands(); i++) {
        const lyt_command *command = lyt_command_at(i);

        lyt_buf_addf(out, ".TP\n.BR lyt\\-%s (1)\n", command->name);
        add_roff_text(out, command->summary);
        lyt_buf_add_text(out, ".\n");
    }
    add_common_end(out);
}

void lyt_manual_page(const lyt_command *command, const char *version, lyt_buf *out)
{
    add_title(command ? command->name : NULL, version, out);
    if (command)
        add_command_page(command, out);
    else
        add_main_page(out);
}

/* How bash finds what may follow an option, by what its help calls the value. */
static void add_value_case(const lyt_command *command, const lyt_option *option, lyt_buf *out)
{
    if (option->type == LYT_OPT_FLAG)
        return;
    lyt_buf_addf(out, "    %s:--%s", command->name, option->name);
    if (option->letter)
        lyt_buf_addf(out, "|%s:-%c", command->name, option->letter);
    lyt_buf_add_text(out, ")\n      ");
    if (option->choices) {
        lyt_buf_add_text(out, "COMPREPLY=($(compgen -W \"");
        for (size_t i = 0; option->choices[i]; i++)
            lyt_buf_addf(out, "%s%s", i ? " " : "", option->choices[i]);
        lyt_buf_add_text(out, "\" -- \"$word\"))\n");
    } else if (option->value && strcmp(option->value, "PACK") == 0) {
        lyt_buf_add_text(out, "COMPREPLY=($(compgen -d -W \"$(lyt pack list --names 2>/dev/null)\" "
                              "-- \"$word\"))\n");
    } else if (option->value && strcmp(option->value, "DIR") == 0) {
        lyt_buf_add_text(out, "COMPREPLY=($(compgen -d -- \"$word\"))\n");
    } else if (option->value &&
               (strcmp(option->value, "FILE") == 0 || strcmp(option->value, "MODEL") == 0)) {
        lyt_buf_add_text(out, "COMPREPLY=($(compgen -f -- \"$word\"))\n");
    } else {
        lyt_buf_add_text(out, "COMPREPLY=()\n");
    }
    lyt_buf_add_text(out, "      return ;;\n");
}

static void add_words_case(const lyt_command *command, lyt_buf *out)
{
    lyt_buf_addf(out, "    %s) options=\"", command->name);
    for (size_t i = 0; i < command->n_options; i++) {
        lyt_buf_addf(out, "--%s ", command->options[i].name);
        if (command->options[i].letter)
            lyt_buf_addf(out, "-%c ", command->options[i].letter);
    }
    lyt_buf_add_text(out, "--help -h\" verbs=\"");
    for (size_t i = 0; command->verbs && command->verbs[i]; i++)
        lyt_buf_addf(out, "%s%s", i ? " " : "", command->verbs[i]);
    if (strcmp(command->name, "help") == 0)
        for (size_t i = 0; i < lyt_commands(); i++)
            lyt_buf_addf(out, "%s%s", i ? " " : "", lyt_command_at(i)->name);
    lyt_buf_add_text(out, "\" ;;\n");
}

void lyt_manual_completion(lyt_buf *out)
{
    lyt_buf_add_text(out, "# bash completion for lyt; made by `lyt help --completion`\n"
                          "_lyt() {\n"
                          "  local word=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]}\n"
                          "  local before=${COMP_WORDS[COMP_CWORD-1]} options=\"\" verbs=\"\"\n"
                          "  COMPREPLY=()\n"
                          "  if ((COMP_CWORD == 1)); then\n"
                          "    COMPREPLY=($(compgen -W \"");
    for (size_t i = 0; i < lyt_commands(); i++)
        lyt_buf_addf(out, "%s ", lyt_command_at(i)->name);
    lyt_buf_add_text(out, "--help --version\" -- \"$word\"))\n    return\n  fi\n"
                          "  case $command:$before in\n");
    for (size_t i = 0; i < lyt_commands(); i++) {
        const lyt_command *command = lyt_command_at(i);

        for (size_t j = 0; j < command->n_options; j++)
            add_value_case(command, &command->options[j], out);
    }
    lyt_buf_add_text(out, "    none:none) ;;\n  esac\n  case $command in\n");
    for (size_t i = 0; i < lyt_commands(); i++)
        add_words_case(lyt_command_at(i), out);
    lyt_buf_add_text(out, "  esac\n"
                          "  if [[ $word == -* ]]; then\n"
                          "    COMPREPLY=($(compgen -W \"$options\" -- \"$word\"))\n"
                          "  elif [[ -n $verbs ]] && ((COMP_CWORD == 2)); then\n"
                          "    COMPREPLY=($(compgen -W \"$verbs\" -- \"$word\"))\n"
                          "  else\n"
                          "    COMPREPLY=($(compgen -f -- \"$word\"))\n"
                          "  fi\n"
                          "}\n"
                          "complete -o filenames -F _lyt lyt\n");
}

static void jw_option(lyt_jw *jw, const lyt_option *option)
{
    static const char *const types[] = {"flag", "int", "real", "text", "texts", "choice"};
    const char letter[2] = {option->letter, 0};

    lyt_jw_object(jw);
    lyt_jw_kstr(jw, "name", lyt_str_of(option->name));
    if (option->letter)
        lyt_jw_kstr(jw, "letter", lyt_str_of(letter));
    lyt_jw_kstr(jw, "type", lyt_str_of(types[option->type]));
    if (option->value)
        lyt_jw_kstr(jw, "value", lyt_str_of(option->value));
    if (option->unit)
        lyt_jw_kstr(jw, "unit", lyt_str_of(option->unit));
    if (option->min != 0 || option->max != 0) {
        lyt_jw_kreal(jw, "min", option->min, option->min < 1e6 ? 6 : 0);
        lyt_jw_kreal(jw, "max", option->max, option->max < 1e6 ? 6 : 0);
    }
    if (option->fallback)
        lyt_jw_kstr(jw, "default", lyt_str_of(option->fallback));
    if (option->choices) {
        lyt_jw_key(jw, "choices");
        lyt_jw_array(jw);
        for (size_t i = 0; option->choices[i]; i++)
            lyt_jw_str(jw, lyt_str_of(option->choices[i]));
        lyt_jw_array_end(jw);
    }
    lyt_jw_kstr(jw, "help", lyt_str_of(option->help));
    lyt_jw_object_end(jw);
}

static void jw_command(lyt_jw *jw, const lyt_command *command)
{
    lyt_jw_object(jw);
    lyt_jw_kstr(jw, "name", lyt_str_of(command->name));
    lyt_jw_kstr(jw, "summary", lyt_str_of(command->summary));
    lyt_jw_kstr(jw, "usage", lyt_str_of(command->usage));
    lyt_jw_kstr(jw, "description", lyt_str_of(command->description));
    lyt_jw_key(jw, "verbs");
    lyt_jw_array(jw);
    for (size_t i = 0; command->verbs && command->verbs[i]; i++)
        lyt_jw_str(jw, lyt_str_of(command->verbs[i]));
    lyt_jw_array_end(jw);
    lyt_jw_key(jw, "options");
    lyt_jw_array(jw);
    for (size_t i = 0; i < command->n_options; i++)
        jw_option(jw, &command->options[i]);
    jw_option(jw, lyt_command_help_option());
    lyt_jw_array_end(jw);
    lyt_jw_key(jw, "examples");
    lyt_jw_array(jw);
    for (size_t i = 0; i < command->n_samples; i++) {
        lyt_jw_object(jw);
        lyt_jw_kstr(jw, "line", lyt_str_of(command->samples[i].line));
        lyt_jw_kstr(jw, "text", lyt_str_of(command->samples[i].text));
        lyt_jw_object_end(jw);
    }
    lyt_jw_array_end(jw);
    lyt_jw_object_end(jw);
}

void lyt_manual_json(const lyt_command *command, const char *version, lyt_buf *out)
{
    lyt_jw jw;

    lyt_jw_init(&jw, out);
    if (command) {
        jw_command(&jw, command);
    } else {
        lyt_jw_object(&jw);
        lyt_jw_kstr(&jw, "version", lyt_str_of(version));
        lyt_jw_key(&jw, "commands");
        lyt_jw_array(&jw);
        for (size_t i = 0; i < lyt_commands(); i++)
            jw_command(&jw, lyt_command_at(i));
        lyt_jw_array_end(&jw);
        lyt_jw_object_end(&jw);
    }
    lyt_buf_add_char(out, '\n');
}
