// Reads a calendar feed from standard input with ical.js and prints {"starts": {uid: moment in UTC, or day}} as JSON.
// Time zones come from the feed alone: ical.js has none of its own.
import fs from "node:fs";
import ICAL from "ical.js";

const calendar = new ICAL.Component(ICAL.parse(fs.readFileSync(0, "utf8")));
if (calendar.name !== "vcalendar") throw new Error(`a ${calendar.name}, not a calendar`);
for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);

const starts = {};
for (const component of calendar.getAllSubcomponents("vevent")) {
  const event = new ICAL.Event(component);
  if (!event.uid) throw new Error("an event without UID");
  starts[event.uid] = moment(event.startDate);
}
console.log(JSON.stringify({ starts }));

function moment(time) {
  if (time.isDate) return time.toString();
  if (time.zone === ICAL.Timezone.localTimezone) throw new Error(`a floating time: ${time}`);
  return time.convertToZone(ICAL.Timezone.utcTimezone).toString();
}
