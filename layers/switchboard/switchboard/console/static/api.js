// Requests to the hub's own API. The token is kept for this tab alone, and never stands in an address.
const BASE = new URL("../../", import.meta.url);
const TOKEN = "switchboard.token";
const LENT = "switchboard.lent.";
const HOURS = 8;

export const token = () => sessionStorage.getItem(TOKEN);
export const keepToken = (text) => sessionStorage.setItem(TOKEN, text);

// Forget the tokens of this tab, and revoke those that the console made for itself.
export function forgetToken() {
  for (const key of Object.keys(sessionStorage).filter((one) => one.startsWith(LENT))) {
    const lent = JSON.parse(sessionStorage.getItem(key));
    if (lent.id) call("DELETE", `admin/tokens/${lent.id}`).catch(() => {});
    sessionStorage.removeItem(key);
  }
  sessionStorage.removeItem(TOKEN);
}

export class Failure extends Error {
  constructor(status, json) {
    super(json.error?.message || json.message || "");
    this.status = status;
    this.code = json.error?.code || "";
    this.answer = json;
  }
}

// Return the answer to a request. Throws a Failure: status 0 means that the hub was not reached.
export async function send(method, path, { query = {}, body, raw, type, auth, signal } = {}) {
  const url = new URL(path, BASE);
  for (const [name, value] of Object.entries(query)) if (value !== "" && value != null) url.searchParams.set(name, value);
  const headers = auth === "" ? {} : { Authorization: auth || `Bearer ${token() || ""}` };
  if (body !== undefined || type) headers["Content-Type"] = type || "application/json";
  let answer;
  try {
    answer = await fetch(url, { method, headers, body: raw ?? (body === undefined ? undefined : JSON.stringify(body)), cache: "no-store", credentials: "omit", signal });
  } catch (problem) {
    throw problem.name === "AbortError" ? problem : new Failure(0, {});
  }
  if (answer.ok) return answer;
  const told = await answer.json().catch(() => ({}));
  throw new Failure(answer.status, told.error?.message || told.message ? told : { message: answer.statusText });
}

const json = async (answer) => (answer.status === 204 ? {} : answer.json().catch(() => ({})));
export const call = async (...asked) => json(await send(...asked));

// Return the whole of a list, page by page; at most a thousand entries.
export async function all(path, name, query = {}) {
  const found = [];
  let cursor = "";
  do {
    const page = await get(path, { ...query, limit: 200, cursor });
    found.push(...page[name]);
    cursor = page.cursor;
  } while (cursor && found.length < 1000);
  return found;
}

export const get = (path, query) => call("GET", path, { query });
export const post = (path, { query, body } = {}) => call("POST", path, { query, body });
export const put = (path, { query, body } = {}) => call("PUT", path, { query, body });
export const patch = (path, { query, body } = {}) => call("PATCH", path, { query, body });
export const del = (path, query) => call("DELETE", path, { query });

// Return a token of an account for another of the hub's APIs. The console makes one that lives for some hours.
async function lend(account, kind) {
  const key = `${LENT}${account}.${kind}`;
  const kept = JSON.parse(sessionStorage.getItem(key) || "null");
  if (kept && kept.until > Date.now()) return kept.token;
  const until = Date.now() + HOURS * 3600000;
  const expires = new Date(until).toISOString();
  const scopes = kind === "account" ? { scopes: ["read"] } : {};
  const made = await post("admin/tokens", { body: { account, kind, name: "console", expires_at: expires, ...scopes } });
  sessionStorage.setItem(key, JSON.stringify({ id: made.id, token: made.token, until: until - 60000 }));
  return made.token;
}

const SCHEMES = { cato: "Bearer plain:", account: "Bearer ", sprecord: "Bearer " };

// Ask one of the account's other APIs: `cato` for campaigns, `account` for recordings, `sprecord` for the stream.
export async function sendAs(account, kind, method, path, asked = {}) {
  return send(method, path, { ...asked, auth: SCHEMES[kind] + (await lend(account, kind)) });
}
export const callAs = async (...asked) => json(await sendAs(...asked));

// Fetch a recording with a token of the account. A token that may make none opens recordings itself, or not at all.
export async function listen(account, path) {
  try {
    return await (await sendAs(account, "account", "GET", path)).blob();
  } catch (problem) {
    if (problem.status !== 403) throw problem;
    return (await send("GET", path)).blob();
  }
}

// Ring at each event of an account, until the signal aborts. Returns when the stream has ended.
export async function follow(account, signal, ring, opened) {
  const answer = await sendAs(account, "sprecord", "GET", "sys/events", { signal });
  if (!(answer.headers.get("Content-Type") || "").includes("event-stream")) return;
  opened();
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    if (/^data:/m.test(value)) ring();
  }
}

// Hand a text or a blob to the browser as a file.
export function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
