/* Reads a calendar feed from standard input with libical and checks its restrictions.
 *
 * Prints one line per event: uid, a tab, seconds since 1970 (or YYYY-MM-DD of a whole day).
 * Says on standard error what is wrong and then ends with 1. With the argument "strict" a METHOD and an ORGANIZER are
 * added first, because libical looks at most restrictions only in feeds that have a METHOD. */

#include <libical/ical.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *read_all(FILE *in)
{
    size_t used = 0, room = 1 << 16, got;
    char *octets = malloc(room + 1);
    while (octets && (got = fread(octets + used, 1, room - used, in)) > 0) {
        used += got;
        if (used == room)
            octets = realloc(octets, (room *= 2) + 1);
    }
    if (octets)
        octets[used] = '\0';
    return octets;
}

static void make_strict(icalcomponent *calendar)
{
    icalcomponent *event = icalcomponent_get_first_component(calendar, ICAL_VEVENT_COMPONENT);
    icalcomponent_add_property(calendar, icalproperty_new_method(ICAL_METHOD_PUBLISH));
    for (; event; event = icalcomponent_get_next_component(calendar, ICAL_VEVENT_COMPONENT))
        icalcomponent_add_property(event, icalproperty_new_organizer("mailto:checker@example.org"));
}

/* How many errors the parser and the check of restrictions left in the component. */
static int errors_in(icalcomponent *component)
{
    int errors = 0;
    icalproperty *error = icalcomponent_get_first_property(component, ICAL_XLICERROR_PROPERTY);
    icalcomponent *inner;
    for (; error; error = icalcomponent_get_next_property(component, ICAL_XLICERROR_PROPERTY), errors++)
        fprintf(stderr, "%s\n", icalproperty_get_xlicerror(error));
    inner = icalcomponent_get_first_component(component, ICAL_ANY_COMPONENT);
    for (; inner; inner = icalcomponent_get_next_component(component, ICAL_ANY_COMPONENT))
        errors += errors_in(inner);
    return errors;
}

/* Prints when the event starts by the time zones of the feed; 1 where that cannot be told. */
static int print_start(icalcomponent *event)
{
    struct icaltimetype start = icalcomponent_get_dtstart(event);
    const char *uid = icalcomponent_get_uid(event);
    if (!uid || icaltime_is_null_time(start) || !(start.is_date || start.zone)) {
        fprintf(stderr, "an event without UID, start or time zone\n");
        return 1;
    }
    if (start.is_date)
        printf("%s\t%04d-%02d-%02d\n", uid, start.year, start.month, start.day);
    else
        printf("%s\t%lld\n", uid, (long long)icaltime_as_timet_with_zone(start, start.zone));
    return 0;
}

int main(int count, char **words)
{
    int strict = count > 1 && strcmp(words[1], "strict") == 0;
    char *feed = read_all(stdin);
    icalcomponent *calendar = feed ? icalparser_parse_string(feed) : NULL;
    icalcomponent *event;
    int wrong;
    if (!calendar || icalcomponent_isa(calendar) != ICAL_VCALENDAR_COMPONENT) {
        fprintf(stderr, "not one calendar\n");
        return 1;
    }
    if (strict)
        make_strict(calendar);
    wrong = !icalrestriction_check(calendar);
    wrong += errors_in(calendar);
    event = icalcomponent_get_first_component(calendar, ICAL_VEVENT_COMPONENT);
    for (; event; event = icalcomponent_get_next_component(calendar, ICAL_VEVENT_COMPONENT))
        wrong += print_start(event);
    if (wrong)
        fprintf(stderr, "restrictions broken or lines not understood\n");
    return wrong ? 1 : 0;
}
