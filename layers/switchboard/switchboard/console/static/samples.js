// A short call as each kind of PBX tells it, for a test of a source.
import { send } from "./api.js";

// A time as the vendor writes it, on the clocks of a zone.
function written(at, zone) {
  const part = Object.fromEntries(new Intl.DateTimeFormat("en-GB", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }).formatToParts(at).map((one) => [one.type, one.value]));
  return `${part.year}-${part.month}-${part.day} ${part.hour}:${part.minute}:${part.second}`;
}

const MAKERS = {
  vpbx: (id, at, zone) => [["start.call", -20, { direction: 1, real_local_number: "" }], ["local.in.call", -18, { real_local_number: "101" }], ["start.talk", -12, { real_local_number: "101" }], ["end.call", 0, { disposition: "ANSWER", duration: 20, billsec: 12, wait_time: 8 }]]
    .map(([event_name, seconds, more]) => ({ type: "call_event", event_name, params: { call_id: id, event_date: written(new Date(at.getTime() + seconds * 1000), zone || "Asia/Yekaterinburg"), src_phone: "79000002211", dst_phone: "74950001200", ...more } })),
  callevents: (id, at, zone) => [{ SessionID: id, HookType: "CreateIncCall", StartTime: written(new Date(at.getTime() - 20000), zone || "Europe/Moscow"), CityNumber: "4950001200", Caller: "9000002211", Called: "4950001200" },
    { SessionID: id, HookType: "EndIncCall", EndTime: written(at, zone || "Europe/Moscow"), CityNumber: "4950001200", Caller: "9000002211", Called: "4950001200", Duration: 12, ResultCode: "200" }],
  sprecord: (id) => [["incoming_call", { call_id: id, number: "101", caller: "+79000002211" }], ["start_talk", { call_id: id, number: "101" }], ["call_end", { call_id: id, duration: 12, status: "success" }]]
    .map(([event_type, payload]) => ({ device_id: "dGVzdA==", event_type, payload })),
};
export const SAMPLED = Object.keys(MAKERS);

// Return the header of credentials, or nothing. `body` credentials stand in the event itself.
function credentials(auth, said) {
  if (auth.type === "basic") return `Basic ${btoa(unescape(encodeURIComponent(`${said.login || ""}:${said.password || ""}`)))}`;
  return auth.type === "bearer" ? `Bearer ${said.password || ""}` : "";
}

// Send a call of some seconds to a source, as its PBX would. Throws a Failure if the source refuses.
export async function sendSample(source, said = {}) {
  const path = source.webhook_url.slice(source.webhook_url.indexOf("/webhooks/") + 1);
  const id = `test-${Date.now().toString(36)}`;
  for (const event of MAKERS[source.dialect](id, new Date(), source.timezone)) {
    const body = source.auth.type === "body" ? { ...event, [source.auth.field]: said.password } : event;
    await send("POST", path, { body, auth: credentials(source.auth, said) });
  }
  return id;
}
