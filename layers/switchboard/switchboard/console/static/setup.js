// Set-up: from nothing to a call that arrives, and everything that an account is made of.
import { all, del, get, patch, post, put } from "./api.js";
import { Action, Badge, Form, Head, Loading, Problem, Secret, Time, timeText, useLoaded } from "./parts.js";
import { html, useState } from "./preact.js";
import { NewSource, TestEvent } from "./sources.js";
import { SYSTEMS } from "./systems.js";
import { Listed, Single, Table } from "./tables.js";
import { t } from "./words.js";

const PLACES = ["start", "accounts", "tokens", "destinations", "connectors", "telephony", "extensions", "routing", "donotcall", "limits", "operators", "audit"];
const OUT = SYSTEMS.destinations;
const words = (text) => (text || "").split(/[\s,;]+/).filter(Boolean);
const options = (list, prefix) => list.map((one) => [one, prefix ? t(`${prefix}_${one}`) : one]);
const zones = () => ["Europe/Moscow", ...(Intl.supportedValuesOf?.("timeZone") || ["UTC"])].map((one) => [one, one]);

export function Setup(props) {
  const at = PLACES.includes(props.of) && props.account ? props.of : "start";
  const Place = { start: Start, accounts: Accounts, tokens: Tokens, destinations: Destinations, connectors: Connectors, telephony: Telephony, extensions: Extensions, routing: Routing, donotcall: DoNotCall, limits: Limits, operators: Operators, audit: Audit }[at];
  return html`<nav class="tabs" aria-label=${t("setup")}>${PLACES.map((one) => html`<a href="#/setup/${one}" aria-current=${one === at ? "page" : undefined}>${t(`setup_${one}`)}</a>`)}</nav><${Place} ...${props} />`;
}

const accountFields = () => [
  { name: "id", label: t("id"), required: true, placeholder: "acme", hint: t("id_hint") }, { name: "name", label: t("name"), required: true },
  { name: "timezone", label: t("timezone"), type: "select", options: zones(), value: "Europe/Moscow" },
];
const makeAccount = (refresh) => async (said) => { const made = await post("admin/accounts", { body: said }); await refresh(made.id); };

function Step({ nth, done, title, children }) {
  return html`<section class="panel step"><h2><span class="nth ${done ? "done" : ""}">${done ? "✓" : nth}</span> ${title} ${done && html`<span class="hidden">${t("done")}</span>`}</h2>${children}</section>`;
}

// The way from nothing to a call that arrives; each step shows whether it is done.
function Start({ account, refresh }) {
  const loaded = useLoaded(async () => {
    if (!account) return { sources: [], destinations: [], calls: [] };
    const query = { account: account.id };
    const [sources, destinations, calls] = await Promise.all([all("admin/sources", "sources", { ...query, activity: "false" }), all("admin/destinations", "destinations", query), get("admin/calls", { ...query, limit: 1 })]);
    return { sources, destinations, calls: calls.calls };
  }, [account?.id], 5);
  const { value, error } = loaded;
  return html`<${Head} title=${t("setup_start")} lead=${t("start_lead")} loaded=${loaded} />${error && html`<${Problem} error=${error} again=${loaded.reload} />`}${!value && !error && html`<${Loading} />`}
    <${Step} nth="1" done=${account} title=${t("start_account")}>${account ? html`<p class="quiet">${account.name} (${account.id})</p>` : html`<p class="quiet">${t("start_account_hint")}</p><${Form} fields=${accountFields()} button=${t("add_account")} act=${makeAccount(refresh)} />`}<//>
    ${account && value && html`
    <${Step} nth="2" done=${value.sources.length} title=${t("start_source")}><p class="quiet">${t("start_source_hint")}</p>${value.sources.length ? html`<ul class="plain">${value.sources.map((one) => html`<li>${one.name || one.id} <span class="quiet">${one.dialect}</span></li>`)}</ul>` : html`<${NewSource} account=${account} changed=${loaded.reload} />`}<//>
    <${Step} nth="3" done=${value.destinations.length} title=${t("start_destination")}><p class="quiet">${t("start_destination_hint")}</p>${value.destinations.length ? html`<ul class="plain">${value.destinations.map((one) => html`<li>${one.name || `#${one.id}`} <span class="address quiet">${one.url}</span></li>`)}</ul>` : html`<${NewDestination} account=${account} changed=${loaded.reload} />`}<//>
    <${Step} nth="4" done=${value.calls.length} title=${t("start_event")}><p class="quiet">${t("start_event_hint")}</p>${value.sources.map((one) => html`<div class="row" key=${one.id}><strong>${one.name || one.id.slice(0, 8)}</strong><${TestEvent} source=${one} changed=${loaded.reload} /></div>`)}<//>
    <${Step} nth="5" done=${value.calls.length && value.destinations.length} title=${t("start_look")}>${value.calls.length ? html`<p><a href="#/call/${encodeURIComponent(value.calls[0].id)}">${t("start_look_call")}</a></p>` : html`<p class="quiet">${t("start_look_hint")}</p>`}<//>`}`;
}

function Accounts({ account, accounts, refresh }) {
  const change = async (said) => { await patch(`admin/accounts/${account.id}`, { body: said }); await refresh(account.id); };
  const suspended = account.state === "suspended";
  return html`<${Head} title=${t("setup_accounts")} lead=${t("accounts_lead")} />
    <section class="panel"><${Table} label=${t("setup_accounts")} rows=${accounts} columns=${[[t("id"), (one) => one.id], [t("name"), (one) => one.name], [t("timezone"), (one) => one.timezone], [t("state"), (one) => html`<${Badge} tone=${one.state === "active" ? "good" : "paused"}>${t(`account_${one.state}`)}<//>`]]} /></section>
    <section class="panel" key=${account.id}><h2>${account.name}</h2><${Form} fields=${[{ name: "name", label: t("name"), value: account.name, required: true }, { name: "timezone", label: t("timezone"), type: "select", options: zones(), value: account.timezone },
      { name: "recording_days", label: t("recording_days"), type: "select", value: account.recording_days, options: [30, 90, 180, 365, 730, 1095, 1825].map((one) => [one, one]) }, { name: "callerid_num", label: t("callerid"), value: account.callerid_num }]} button=${t("save")} act=${(said) => change({ ...said, recording_days: Number(said.recording_days) })} />
      <div class="row"><${Action} act=${() => change({ state: suspended ? "active" : "suspended" })}>${t(suspended ? "resume_account" : "suspend_account")}<//></div></section>
    <section class="panel"><h2>${t("add_account")}</h2><${Form} fields=${accountFields()} button=${t("add_account")} act=${makeAccount(refresh)} /></section>`;
}

const KINDS = ["account", "vpbx", "cato", "sprecord", "kontur", "megafon"];
const SCOPES = ["read", "receive", "call", "campaign", "manage"];

function Tokens({ account }) {
  const [kind, choose] = useState("account");
  const make = async ({ days, ...said }) => {
    const expires = days ? { expires_at: new Date(Date.now() + days * 86400000).toISOString() } : {};
    const made = await post("admin/tokens", { body: { account: account.id, ...said, ...expires } });
    return html`<${Secret} name=${`${made.name || made.kind}`} text=${made.token} />`;
  };
  const revoke = (one, { ask, reload }) => async () => ((await ask(t("revoke_sure"), t("revoke"))) ? (await del(`admin/tokens/${one.id}`, { account: account.id }), reload(true)) : false);
  return html`<${Listed} title=${t("setup_tokens")} lead=${t("tokens_lead")} path="admin/tokens" name="tokens" query=${{ account: account.id }} empty=${t("no_tokens")} adds=${t("add_token")} make=${make}
    columns=${[[t("name"), (one) => one.name || one.id.slice(0, 8)], [t("kind"), (one) => one.kind], [t("scopes"), (one) => (one.scopes || []).join(", ") || "—"], [t("expires"), (one) => html`<${Time} at=${one.revoked_at || one.expires_at} zone=${account.timezone} />`]]}
    actions=${(one, tools) => (one.revoked_at ? html`<${Badge} tone="idle">${t("revoked")}<//>` : html`<${Action} label=${`${t("revoke")} ${one.name}`} act=${revoke(one, tools)}>${t("revoke")}<//>`)}
    fields=${[{ name: "kind", label: t("kind"), type: "select", value: kind, changed: choose, options: KINDS.map((one) => [one, t(`kind_${one}`)]) }, { name: "name", label: t("name"), required: true, hint: t("token_name_hint") }, { name: "days", label: t("days"), type: "number", min: 1, value: 365 },
      ...(kind === "account" ? [{ name: "scopes", label: t("scopes"), type: "checks", value: ["read"], options: options(SCOPES, "scope") }] : [])]} />`;
}

const authFields = (type, choose) => [
  { name: "type", label: t("auth"), type: "select", value: type, changed: choose, options: options(["none", "basic", "bearer"], "auth") },
  ...(type === "basic" ? [{ name: "login", label: t("login"), required: true }] : []),
  ...(type !== "none" ? [{ name: "secret", label: t(type === "basic" ? "password" : "token"), type: "password", required: true }] : []),
];
const authOf = ({ type, login, secret }) => (type === "basic" ? { type, login, password: secret } : type === "bearer" ? { type, token: secret } : { type: "none" });

function destinationFields(type, choose) {
  return [{ name: "name", label: t("name"), required: true }, { name: "dialect", label: t("dialect"), type: "select", value: "standard", options: options(OUT, "dialect") }, { name: "url", label: t("address"), type: "url", required: true, placeholder: "https://crm.example/calls", hint: t("address_hint") },
    { name: "direction", label: t("direction"), type: "select", value: "", options: [["", t("any")], ...["incoming", "outgoing"].map((one) => [one, t(`direction_${one}`)])] },
    { name: "events", label: t("events"), placeholder: "call.started call.ended", hint: t("events_hint") }, ...authFields(type, choose)];
}

async function makeDestination(account, { name, dialect, url, direction, events, ...auth }) {
  const made = await post("admin/destinations", { body: { account: account.id, name, dialect, url, auth: authOf(auth), events: words(events), filters: direction ? { direction } : {} } });
  return made.secret && html`<${Secret} name=${t("signing_secret")} text=${made.secret} />`;
}

export function NewDestination({ account, changed }) {
  const [type, choose] = useState("none");
  const [shown, show] = useState("");
  return html`<${Form} fields=${destinationFields(type, choose)} button=${t("add_destination")} act=${async (said) => { show((await makeDestination(account, said)) || ""); changed(true); }} />${shown}`;
}

function Destinations({ account }) {
  const [type, choose] = useState("none");
  const query = { account: account.id };
  const path = (one) => `admin/destinations/${one.id}`;
  const buttons = (one, { ask, reload, show }) => html`${one.state === "active" ? html`<${Action} key="test" done=${t("queued")} label=${`${t("send_test")} ${one.name}`} act=${() => post(`${path(one)}/test`, { query })}>${t("send_test")}<//>` : html`<${Action} key="on" act=${async () => { await patch(path(one), { query, body: { state: "active" } }); reload(true); }}>${t("enable")}<//>`}
    ${one.signed && html`<${Action} label=${`${t("new_secret")} ${one.name}`} act=${async () => { if (!(await ask(t("new_secret_sure"), t("new_secret")))) return false; const made = await post(`${path(one)}/secret`, { query }); return show(html`<${Secret} name=${one.name} text=${made.secret} />`); }}>${t("new_secret")}<//>`}
    <${Action} label=${`${t("remove")} ${one.name}`} act=${async () => ((await ask(t("remove_sure", { name: one.name || one.url }), t("remove"))) ? (await del(path(one), query), reload(true)) : false)}>${t("remove")}<//>`;
  return html`<${Listed} title=${t("setup_destinations")} lead=${t("destinations_lead")} path="admin/destinations" name="destinations" query=${query} empty=${t("no_receivers")} adds=${t("add_destination")} make=${(said) => makeDestination(account, said)} actions=${buttons} fields=${destinationFields(type, choose)}
    columns=${[[t("name"), (one) => one.name || `#${one.id}`], [t("dialect"), (one) => one.dialect], [t("address"), (one) => html`<span class="address">${one.url}</span>`], [t("filter"), (one) => [one.filters.direction && t(`direction_${one.filters.direction}`), ...one.filters.extensions, ...one.filters.numbers, ...one.events].filter(Boolean).join(", ") || "—"], [t("state"), (one) => html`<${Badge} tone=${one.state === "active" ? "good" : "bad"}>${t(`account_${one.state}`)}<//>`]]} />`;
}

function Connectors({ account }) {
  const query = { account: account.id };
  const make = async ({ users, ...said }) => {
    const found = (users || "").split("\n").map((line) => line.trim().split(/[\s,;]+/)).filter((one) => one.length === 2);
    await post("admin/connectors", { body: { account: account.id, kind: "kontur", ...said, users: found.map(([crm_user, extension]) => ({ crm_user, extension })) } });
  };
  return html`<${Listed} title=${t("setup_connectors")} lead=${t("connectors_lead")} path="admin/connectors" name="connectors" query=${query} empty=${t("no_connectors")} adds=${t("add_connector")} make=${make}
    columns=${[[t("name"), (one) => one.name || one.workspace], [t("kind"), (one) => one.kind], [t("address"), (one) => html`<span class="address">${one.base_url}</span>`], [t("workspace"), (one) => one.workspace]]}
    actions=${(one, { ask, reload }) => html`<${Action} act=${async () => ((await ask(t("remove_sure", { name: one.name || one.workspace }), t("remove"))) ? (await del(`admin/connectors/${one.id}`, query), reload(true)) : false)}>${t("remove")}<//>`}
    fields=${[{ name: "name", label: t("name") }, { name: "base_url", label: t("address"), type: "url", required: true, placeholder: "https://crm.example" }, { name: "workspace", label: t("workspace"), required: true }, { name: "access_key", label: t("access_key"), type: "password", required: true, hint: t("access_key_hint") }, { name: "vats_phone", label: t("vats_phone") }, { name: "users", label: t("users"), type: "textarea", hint: t("users_hint") }]} />`;
}

const PBX = [["base_url", ""], ["token", "", true], ["source", ""]];
const PROVIDERS = {
  simulator: [["ring", 6], ["talk", 20], ["speed", 1], ["channels", 10], ["cps", 10]],
  asterisk: [["password", "", true], ["trunk", "PJSIP/{number}@trunk"]],
  ...Object.fromEntries(SYSTEMS.pbxs.map((one) => [one, PBX])),
  kontur: [["base_url", ""], ["workspace", ""], ["access_key", "", true]],
  cato: [["base_url", ""], ["token", "", true], ["user_id", ""]],
};

function Telephony({ account }) {
  const path = `admin/accounts/${account.id}/telephony`;
  const loaded = useLoaded(async () => { try { return await get(path); } catch (error) { if (error.status === 404) return {}; throw error; } }, [path]);
  const [provider, choose] = useState(null);
  const { value, error } = loaded;
  const chosen = provider || value?.provider || "simulator";
  const kept = value?.provider === chosen ? value.settings : {};
  const fields = [{ name: "provider", label: t("provider"), type: "select", value: chosen, changed: choose, options: options(Object.keys(PROVIDERS), "provider"), hint: t(SYSTEMS.pbxs.includes(chosen) ? "provider_vpbx_hint" : `provider_${chosen}_hint`) },
    ...PROVIDERS[chosen].map(([name, usual, secret]) => ({ name, label: name, type: secret ? "password" : typeof usual === "number" ? "number" : "text", step: "any", value: secret ? "" : kept[name] ?? usual }))];
  const save = async ({ provider: which, ...settings }) => { await put(path, { body: { provider: which, settings } }); loaded.reload(true); };
  return html`<${Head} title=${t("setup_telephony")} lead=${t("telephony_lead")} loaded=${loaded} />${error && html`<${Problem} error=${error} again=${loaded.reload} />`}${!value && !error && html`<${Loading} />`}
    ${value && html`<section class="panel"><p>${value.provider ? html`<${Badge} tone="good">${value.provider}<//>` : t("no_telephony")}</p><${Form} key=${`${chosen}:${JSON.stringify(kept)}`} fields=${fields} button=${t("save")} act=${save} />
      ${value.provider && html`<${Check} path=${path} />`}</section>`}`;
}

// The hub's own check of the telephony; absent where the hub has none.
function Check({ path }) {
  const [found, set] = useState(null);
  const act = async () => {
    try {
      set(await post(`${path}/check`, { body: {} }));
    } catch (error) {
      if (error.status !== 404 && error.status !== 405) throw error;
      throw new Error(t("no_check"));
    }
    return false;
  };
  return html`<div class="row"><${Action} act=${act}>${t("check")}<//></div>${found && html`<div class="counted" role="status"><${Badge} tone=${found.ok ? "good" : "bad"}>${t(found.ok ? "check_good" : "check_bad")}<//>
    <p class="quiet">${[found.reason, found.version, found.clock_difference != null && t("check_clock", { seconds: found.clock_difference })].filter(Boolean).join(" · ")}</p>
    <ul class="plain">${(found.endpoints || []).map((one) => html`<li><strong>${one.name}</strong> <span class="quiet">${one.state}</span></li>`)}</ul></div>`}`;
}

function Extensions({ account }) {
  const query = { account: account.id };
  return html`<${Listed} title=${t("setup_extensions")} lead=${t("extensions_lead")} path="admin/extensions" name="extensions" query=${query} empty=${t("no_extensions")} adds=${t("add_extension")} make=${async (said) => { await post("admin/extensions", { body: { account: account.id, ...said } }); }}
    columns=${[[t("extension"), (one) => one.number], [t("name"), (one) => one.name || "—"]]} fields=${[{ name: "number", label: t("extension"), required: true, inputmode: "numeric" }, { name: "name", label: t("name") }]}
    actions=${(one, { reload }) => html`<${Action} label=${`${t("remove")} ${one.number}`} act=${async () => { await del(`admin/extensions/${one.number}`, query); reload(true); }}>${t("remove")}<//>`} />`;
}

// Rules as lines: `+7916*, +7495* > 101`, `last employee 30`, `crm`.
const ruleLine = (one) => (one.numbers?.length ? `${one.numbers.join(", ")} > ${one.extension}` : one.last_employee ? `last employee ${one.last_employee.days}` : "crm");
export function ruleOf(line) {
  const last = line.match(/^last employee (\d+)$/i);
  if (last) return { last_employee: { days: Number(last[1]) } };
  if (/^crm$/i.test(line)) return { responsible_user: true };
  const [numbers, extension] = line.split(">");
  if (!extension) throw new Error(t("rule_wrong", { line }));
  return { numbers: numbers.split(",").map((one) => one.trim()).filter(Boolean), extension: extension.trim() };
}

function Routing({ account }) {
  const path = `admin/accounts/${account.id}/routing`;
  const save = (said) => put(path, { body: { rules: (said.rules || "").split("\n").map((one) => one.trim()).filter(Boolean).map(ruleOf), ...(said.default ? { default: said.default } : {}) } });
  return html`<${Single} title=${t("setup_routing")} lead=${t("routing_lead")} path=${path} save=${save} fields=${(value) => [{ name: "rules", label: t("rules"), type: "textarea", rows: 6, value: (value.rules || []).map(ruleLine).join("\n"), placeholder: "+7916*, +7495* > 101\nlast employee 30\ncrm", hint: t("rules_hint") }, { name: "default", label: t("default_extension"), value: value.default, inputmode: "numeric" }]} />`;
}

function DoNotCall({ account }) {
  const path = `admin/accounts/${account.id}/do-not-call`;
  const make = async ({ number: one, reason, until }) => { await put(`${path}/${encodeURIComponent(one)}`, { body: { ...(reason ? { reason } : {}), ...(until ? { until: new Date(until).toISOString() } : {}) } }); };
  return html`<${Listed} title=${t("setup_donotcall")} lead=${t("donotcall_lead")} path=${path} name="entries" query=${{}} empty=${t("no_donotcall")} adds=${t("add_number")} make=${make}
    columns=${[[t("number"), (one) => one.number], [t("reason"), (one) => one.reason || "—"], [t("until"), (one) => (one.until ? html`<${Time} at=${one.until} zone=${account.timezone} />` : t("for_ever"))]]}
    fields=${[{ name: "number", label: t("number"), required: true, hint: t("donotcall_hint") }, { name: "reason", label: t("reason") }, { name: "until", label: t("until"), type: "datetime-local" }]}
    actions=${(one, { reload }) => html`<${Action} label=${`${t("remove")} ${one.number}`} act=${async () => { await del(`${path}/${encodeURIComponent(one.number)}`); reload(true); }}>${t("remove")}<//>`} />`;
}

function Limits({ account, refresh }) {
  const path = `admin/accounts/${account.id}`;
  const { limits } = account;
  const save = async ({ daily_events, daily_deliveries, prefixes, email, ...said }) => { await patch(path, { body: { daily_events, daily_deliveries, limits: { ...said, prefixes: words(prefixes), email } } }); await refresh(account.id); };
  const count = (name, value) => ({ name, label: t(`limit_${name}`), type: "number", min: 0, value });
  return html`<${Single} title=${t("setup_limits")} lead=${t("limits_lead")} path=${`${path}/campaigns`} save=${(body) => put(`${path}/campaigns`, { body })} fields=${(value) => [{ name: "channels", label: t("channels"), type: "number", min: 0, max: 1000, value: value.channels, hint: t("channels_hint") }, { name: "cps", label: t("cps"), type: "number", min: 1, value: value.cps }, { name: "calls_per_number_per_day", label: t("daily_cap"), type: "number", min: 0, value: value.calls_per_number_per_day, hint: t("daily_cap_hint") }]} />
    <section class="panel"><h2>${t("limits_account")}</h2><${Form} fields=${[count("daily_events", account.daily_events), count("daily_deliveries", account.daily_deliveries), count("originates_per_day", limits.originates_per_day), count("requests_per_second", limits.requests_per_second), count("speech_characters_per_day", limits.speech_characters_per_day), count("storage_bytes", limits.storage_bytes),
      { name: "prefixes", label: t("limit_prefixes"), value: limits.prefixes.join(" "), hint: t("prefixes_hint") }, { name: "email", label: t("limit_email"), type: "checkbox", value: limits.email }]} button=${t("save")} act=${save} /></section>`;
}

function Operators() {
  const make = async ({ accounts, days, ...said }) => {
    const made = await post("admin/operators", { body: { ...said, ...(accounts ? { accounts: words(accounts) } : {}), ...(days ? { expires_at: new Date(Date.now() + days * 86400000).toISOString() } : {}) } });
    return html`<${Secret} name=${made.name} text=${made.token} />`;
  };
  return html`<${Listed} title=${t("setup_operators")} lead=${t("operators_lead")} path="admin/operators" name="operators" query=${{}} empty="—" adds=${t("add_operator")} make=${make}
    columns=${[[t("name"), (one) => one.name], [t("scopes"), (one) => one.scopes.join(", ")], [t("setup_accounts"), (one) => (one.accounts || []).join(", ") || t("all_of_them")], [t("expires"), (one) => (one.expires_at ? html`<${Time} at=${one.expires_at} />` : t("never"))]]}
    fields=${[{ name: "name", label: t("name"), required: true }, { name: "scopes", label: t("scopes"), type: "checks", value: ["read"], options: options(["read", "operate", "accounts", "tokens"], "operator") }, { name: "accounts", label: t("setup_accounts"), hint: t("operator_accounts_hint") }, { name: "days", label: t("days"), type: "number", min: 1 }]}
    actions=${(one, { ask, reload }) => html`<${Action} label=${`${t("remove")} ${one.name}`} act=${async () => ((await ask(t("remove_sure", { name: one.name }), t("remove"))) ? (await del(`admin/operators/${one.id}`), reload(true)) : false)}>${t("remove")}<//>`} />`;
}

function Audit({ account }) {
  const [cursors, go] = useState([""]);
  const loaded = useLoaded(() => get("admin/audit", { account: account.id, limit: 50, cursor: cursors[cursors.length - 1] }), [account.id, cursors.length]);
  const { value, error } = loaded;
  const shown = (one) => (one.before || one.after ? html`<details><summary>${t("change")}</summary><pre tabindex="0">${JSON.stringify({ before: one.before, after: one.after }, null, 2)}</pre></details>` : "—");
  return html`<${Head} title=${t("setup_audit")} lead=${t("audit_lead")} loaded=${loaded} />${error && html`<${Problem} error=${error} again=${loaded.reload} />`}${!value && !error && html`<${Loading} />`}
    ${value && html`<section class="panel">${value.records.length ? html`<${Table} label=${t("setup_audit")} rows=${value.records.map((one) => ({ ...one, id: one.request_id })).sort((one, other) => (one.at < other.at ? 1 : -1))} columns=${[[t("at"), (one) => timeText(one.at, account.timezone)], [t("actor"), (one) => one.actor], [t("action"), (one) => one.action], [t("answer"), (one) => one.status ?? "—"], [t("change"), shown]]} />` : html`<p class="quiet">${t("no_audit")}</p>`}
      <div class="row end"><button type="button" disabled=${cursors.length < 2} onClick=${() => go(cursors.slice(0, -1))}>${t("newer")}</button><button type="button" disabled=${!value.cursor} onClick=${() => go([...cursors, value.cursor])}>${t("older")}</button></div></section>`}`;
}
