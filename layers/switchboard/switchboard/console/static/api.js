// Requests to the hub's own API. The token is kept for this tab alone, and never stands in an address.
const BASE = new URL("../../", import.meta.url);
const TOKEN = "switchboard.token";

export const token = () => sessionStorage.getItem(TOKEN);
export const keepToken = (text) => sessionStorage.setItem(TOKEN, text);
export const forgetToken = () => sessionStorage.removeItem(TOKEN);

export class Failure extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

// Return the JSON of an answer. Throws a Failure: status 0 means that the hub was not reached.
export async function call(method, path, { query = {}, body } = {}) {
  const url = new URL(path, BASE);
  for (const [name, value] of Object.entries(query)) if (value !== "" && value != null) url.searchParams.set(name, value);
  const headers = { Authorization: `Bearer ${token() || ""}` };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(url, { method, headers, body: body === undefined ? undefined : JSON.stringify(body), cache: "no-store", credentials: "omit" });
  } catch {
    throw new Failure(0, "unreachable", "");
  }
  const json = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Failure(answer.status, json.error?.code || "", json.error?.message || answer.statusText);
  return json;
}

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
