// Sources: what each PBX sends, what was refused, and since when a PBX is silent.
import { all, del, get, post } from "./api.js";
import { Action, Badge, Empty, Fact, Form, Head, Loading, Problem, Secret, Time, useLoaded, useQuestion } from "./parts.js";
import { html, useState } from "./preact.js";
import { SAMPLED, sendSample } from "./samples.js";
import { SYSTEMS } from "./systems.js";
import { language, t } from "./words.js";

export function Sources({ account }) {
  const loaded = useLoaded(async () => ({ sources: await all("admin/sources", "sources", { account: account.id }) }), [account.id], 60);
  const { value, error, busy } = loaded;
  return html`<${Head} title=${t("sources")} lead=${t("sources_lead")} loaded=${loaded} />
    ${error && html`<${Problem} error=${error} again=${loaded.reload} />`}
    ${busy && !value && html`<${Loading} />`}
    ${value && !value.sources.length && html`<${Empty} title=${t("no_sources")}>${t("no_sources_hint")}<//>`}
    ${value?.sources.map((one) => html`<${Source} key=${one.id} one=${one} account=${account} changed=${loaded.reload} />`)}
    ${value && html`<section class="panel"><h2>${t("add_source")}</h2><${NewSource} account=${account} changed=${loaded.reload} /></section>`}`;
}

const DIALECTS = Object.keys(SYSTEMS.sources);

// The field `auth` of a new source: the keys of the vendor's own signature, or a scheme whose secret the hub makes.
const authOf = ({ auth, login, ...keys }) => (keys.secret ? { type: "signature", ...keys } : auth === "basic" ? { type: auth, login: login || "pbx" } : { type: auth });

// A form that adds a source; shows the address for the PBX, and the secret that the hub made, once.
export function NewSource({ account, changed }) {
  const [made, show] = useState(null);
  const [dialect, choose] = useState(DIALECTS[0]);
  const { keys, schemes } = SYSTEMS.sources[dialect];
  const act = async ({ auth, login, key, secret, ...said }) => {
    show(await post("admin/sources", { body: { account: account.id, ...said, auth: authOf({ auth, login, ...(key && { key }), ...(secret && { secret }) }) } }));
    changed(true);
  };
  const secrets = Object.entries(made?.secrets || {});
  return html`<${Form} fields=${[{ name: "name", label: t("name"), required: true, placeholder: t("source_name") }, { name: "dialect", label: t("dialect"), type: "select", value: dialect, changed: choose, options: DIALECTS.map((one) => [one, t(`dialect_${one}`)]) },
    ...(keys.length ? keys.map((one) => ({ name: one, label: t(`signature_${one}`), type: "password", required: true, hint: t("signature_hint") })) : [{ name: "auth", label: t("auth"), type: "select", value: schemes[0], options: schemes.map((one) => [one, t(`auth_${one}`)]), hint: t("source_auth_hint") }]), { name: "silent_after", label: t("silent_after"), type: "number", min: 0, hint: t("silent_after_hint") }]} button=${t("add_source")} act=${act} />
    ${made && html`<div class="once"><strong>${t("source_url")}</strong><${Address} url=${made.webhook_url} /></div>${secrets.map(([name, text]) => html`<${Secret} name=${`${name}${made.auth.login ? ` (${t("login")}: ${made.auth.login})` : ""}`} text=${text} />`)}`}`;
}

// A button that sends a call of some seconds to a source, as its PBX would. Asks for credentials, which the hub does not keep.
export function TestEvent({ source, changed }) {
  const [open, set] = useState(false);
  if (!SAMPLED.includes(source.dialect) || source.auth.hmac || source.auth.addresses?.length) return null;
  const act = async (said) => { await sendSample(source, said); changed?.(true); return t("accepted"); };
  if (source.auth.type === "none") return html`<${Action} act=${() => act()} done=${t("accepted")}>${t("test_event")}<//>`;
  return html`<button type="button" aria-expanded=${open} onClick=${() => set(!open)}>${t("test_event")}</button>
    ${open && html`<${Form} row kind="" fields=${[...(source.auth.type === "basic" ? [{ name: "login", label: t("login"), required: true, value: source.auth.login }] : []), { name: "password", label: t("password"), type: "password", required: true }]} button=${t("send")} act=${act} />`}`;
}

const total = (counts) => Object.values(counts || {}).reduce((sum, one) => sum + one, 0);

function standing(activity) {
  if (activity.silent_since) return ["bad", "silent"];
  if (!activity.last_event_at) return total(activity.refused) ? ["bad", "only_refused"] : ["idle", "never_heard"];
  return total(activity.refused) ? ["wait", "some_refused"] : ["good", "heard"];
}

function Source({ one, account, changed }) {
  const [ask, dialog] = useQuestion();
  const remove = async () => ((await ask(t("remove_sure", { name: one.name || one.id }), t("remove"))) ? (await del(`admin/sources/${encodeURIComponent(one.id)}`), changed(true)) : false);
  const activity = one.activity || { events_by_hour: [] };
  const [tone, word] = standing(activity);
  const hours = [...activity.events_by_hour].reverse();
  return html`<article class="panel"><header class="row spread"><h2>${one.name || one.id.slice(0, 8)} <span class="quiet">${one.dialect}</span></h2><${Badge} tone=${tone}>${t(`source_${word}`)}<//></header>
    <${Bars} hours=${hours} zone=${account.timezone} />
    <dl class="facts"><${Fact} name=${t("last_event")}><${Time} at=${activity.last_event_at} zone=${account.timezone} /><//>
      <${Fact} name=${t("events_day")}>${hours.reduce((sum, hour) => sum + hour.events, 0)}<//>
      <${Fact} name=${t("refused_week")}>${total(activity.refused)}<//>
      <${Fact} name=${t("unknown_names")}>${Object.entries(activity.unknown_names || {}).map(([name, count]) => `${name} (${count})`).join(", ") || "—"}<//>
      ${activity.silent_since && html`<${Fact} name=${t("silent_since")}><${Time} at=${activity.silent_since} zone=${account.timezone} /><//>`}</dl>
    <${Address} url=${one.webhook_url} />
    <div class="row"><${TestEvent} source=${one} changed=${changed} /><${Action} label=${`${t("remove")} ${one.name}`} act=${remove}>${t("remove")}<//>${dialog}</div>
    ${total(activity.refused) > 0 && html`<${Refused} source=${one} account=${account} />`}</article>`;
}

function Bars({ hours, zone }) {
  const most = Math.max(1, ...hours.map((one) => one.events));
  const all = hours.reduce((sum, one) => sum + one.events, 0);
  const hour = (at) => new Date(at).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit", timeZone: zone });
  if (!hours.length) return null;
  return html`<figure class="bars"><svg viewBox="0 0 240 40" role="img" aria-label=${t("bars", { all, most })} preserveAspectRatio="none">
    ${hours.map((one, place) => html`<rect class=${one.events ? "" : "none"} x=${place * 10 + 1} width="8" y=${40 - Math.max(2, (one.events / most) * 40)} height=${Math.max(2, (one.events / most) * 40)}><title>${hour(one.hour)} · ${one.events}</title></rect>`)}</svg>
    <figcaption><span>${hour(hours[0].hour)}</span><span>${t("by_hour")}</span><span>${hour(hours[hours.length - 1].hour)}</span></figcaption></figure>`;
}

function Address({ url }) {
  const [shown, show] = useState(false);
  const [copied, set] = useState(false);
  const copy = async () => { await navigator.clipboard.writeText(url); set(true); };
  return html`<div class="row"><code class="address">${shown ? url : url.replace(/[^/]+$/, "••••••••")}</code>
    <button type="button" aria-pressed=${shown} onClick=${() => show(!shown)}>${shown ? t("hide") : t("show")}</button>
    <button type="button" onClick=${copy}>${t("copy")}</button><span role="status" class="said">${copied ? `✓ ${t("copied")}` : ""}</span></div>`;
}

function Refused({ source, account }) {
  const [shown, set] = useState({});
  const open = async (event) => {
    if (!event.target.open || shown.value) return;
    set({ busy: true });
    try {
      set({ value: await get(`admin/sources/${encodeURIComponent(source.id)}/refused`, { account: account.id }) });
    } catch (error) {
      set({ error });
    }
  };
  return html`<details onToggle=${open}><summary>${t("refused_requests")}</summary>
    ${shown.busy && html`<${Loading} />`}${shown.error && html`<${Problem} error=${shown.error} />`}
    <ul class="lines">${shown.value?.refused.map((one) => html`<li><${Badge} tone="bad">${one.status || "—"}<//><div><strong>${t(`why_${one.reason}`)}</strong> <${Time} at=${one.at} zone=${account.timezone} /><p class="quiet">${t(`mend_${one.reason}`)}</p>${one.body && html`<pre tabindex="0">${one.body}</pre>`}</div></li>`)}</ul></details>`;
}
