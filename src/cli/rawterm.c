#define _DEFAULT_SOURCE /* SIGWINCH and the size of a window are not in POSIX 2008 */
#include "rawterm.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "buf.h"

enum { escape_ms = 50 };

/* Signal handlers have no context but these. */
static struct termios before;
static int in = -1, out = -1;
static volatile sig_atomic_t is_raw, is_resized;

static const char enter[] = "\x1b[?1049h\x1b[?25l\x1b[2J";
static const char leave[] = "\x1b[?25h\x1b[?1049l";

/* A terminal that is gone cannot be told anything. */
static void put(const char *text, size_t len)
{
    while (len) {
        ssize_t n = write(out, text, len);

        if (n < 0 && errno != EINTR)
            return;
        if (n > 0) {
            text += n;
            len -= (size_t)n;
        }
    }
}

/* Also from a signal handler: only calls that are safe there. */
static void restore(void)
{
    if (!is_raw)
        return;
    is_raw = 0;
    put(leave, sizeof leave - 1);
    (void)tcsetattr(in, TCSADRAIN, &before);
}

static void make_raw(void)
{
    struct termios raw = before;

    raw.c_iflag &= ~(tcflag_t)(IXON | ICRNL | INLCR);
    /* ^C and ^Z stay what they are */
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | IEXTEN);
    raw.c_cc[VMIN] = 0;
    raw.c_cc[VTIME] = 0;
    (void)tcsetattr(in, TCSADRAIN, &raw);
    put(enter, sizeof enter - 1);
    is_raw = 1;
}

static void on_resize(int number)
{
    (void)number;
    is_resized = 1;
}

/* The terminal first, then what the signal does anyway. */
static void on_fatal(int number)
{
    restore();
    (void)signal(number, SIG_DFL);
    (void)raise(number);
}

static void on_stop(int number)
{
    int kept = errno;

    (void)number;
    restore();
    (void)raise(SIGSTOP);
    make_raw();
    is_resized = 1;
    errno = kept;
}

static void handle(int number, void (*handler)(int))
{
    struct sigaction action;

    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    sigemptyset(&action.sa_mask);
    (void)sigaction(number, &action, NULL);
}

lyt_status lyt_rawterm_begin(int in_fd, int out_fd, lyt_error *err)
{
    static const int fatal[] = {SIGHUP, SIGQUIT, SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGALRM};
    static bool is_registered;

    if (!isatty(in_fd) || !isatty(out_fd) || tcgetattr(in_fd, &before) != 0)
        return lyt_error_set(err, LYT_ESTATE, "this is no terminal; --once prints one picture");
    in = in_fd;
    out = out_fd;
    for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++)
        handle(fatal[i], on_fatal);
    handle(SIGWINCH, on_resize);
    handle(SIGTSTP, on_stop);
    if (!is_registered)
        is_registered = atexit(restore) == 0;
    make_raw();
    return LYT_OK;
}

void lyt_rawterm_end(void)
{
    restore();
}

void lyt_rawterm_size(int *rows, int *columns)
{
    struct winsize size;
    bool known = ioctl(out, TIOCGWINSZ, &size) == 0 && size.ws_row && size.ws_col;

    *rows = known ? size.ws_row : 24;
    *columns = known ? size.ws_col : 80;
}

void lyt_rawterm_show(lyt_str picture)
{
    lyt_buf text;

    lyt_buf_init(&text, NULL);
    lyt_buf_add_text(&text, "\x1b[H");
    for (size_t at = 0; at < picture.len;) {
        size_t end = lyt_str_find(picture, '\n', at);

        lyt_buf_add(&text, lyt_str_slice(picture, at, end));
        lyt_buf_add_text(&text, end + 1 < picture.len ? "\x1b[K\r\n" : "\x1b[K");
        at = end + 1;
    }
    lyt_buf_add_text(&text, "\x1b[J");
    if (!lyt_buf_status(&text))
        put(text.data, text.len);
    lyt_buf_deinit(&text);
}

/* A byte within the time; false: none. */
static bool next_byte(unsigned char *byte, int timeout_ms, bool *is_over)
{
    struct pollfd wait = {in, POLLIN, 0};
    int n = poll(&wait, 1, timeout_ms);
    ssize_t got;

    *is_over = false;
    if (n <= 0)
        return false;
    got = read(in, byte, 1);
    *is_over = got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN);
    return got == 1;
}

/* What follows an escape at once is a key with an arrow on it; alone it is itself. */
static lyt_key_kind after_escape(void)
{
    unsigned char byte;
    bool over;

    if (!next_byte(&byte, escape_ms, &over))
        return LYT_KEY_ESCAPE;
    if (byte != '[' && byte != 'O')
        return LYT_KEY_NONE;
    while (next_byte(&byte, escape_ms, &over))
        if (byte >= '@' && byte <= '~')
            return byte == 'A' ? LYT_KEY_UP : byte == 'B' ? LYT_KEY_DOWN : LYT_KEY_NONE;
    return LYT_KEY_NONE;
}

static lyt_key letter(unsigned char first)
{
    lyt_key key = {LYT_KEY_LETTER, {(char)first, 0, 0, 0, 0}};
    int more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc0 ? 1 : 0;
    bool over;

    for (int i = 1; i <= more; i++) {
        unsigned char byte;

        if (!next_byte(&byte, escape_ms, &over) || (byte & 0xc0) != 0x80)
            return (lyt_key){LYT_KEY_NONE, ""};
        key.bytes[i] = (char)byte;
    }
    /* the middle of a letter whose beginning was lost */
    if ((first & 0xc0) == 0x80)
        key.kind = LYT_KEY_NONE;
    return key;
}

lyt_key lyt_rawterm_key(int timeout_ms)
{
    unsigned char byte = 0;
    bool over = false, got = next_byte(&byte, timeout_ms, &over);

    if (is_resized) {
        is_resized = 0;
        return (lyt_key){LYT_KEY_RESIZED, ""};
    }
    if (!got)
        return (lyt_key){over ? LYT_KEY_END : LYT_KEY_NONE, ""};
    switch (byte) {
    case '\r':
    case '\n':
        return (lyt_key){LYT_KEY_ENTER, ""};
    case 0x7f:
    case 0x08:
        return (lyt_key){LYT_KEY_BACK, ""};
    case 0x1b:
        return (lyt_key){after_escape(), ""};
    default:
        return byte < ' ' ? (lyt_key){LYT_KEY_NONE, ""} : letter(byte);
    }
}
