// Deliveries: how each receiver stands, what waits, what is dead, every attempt, and what to do about it.
import { all, get, patch, post } from "./api.js";
import { Action, Badge, Empty, Fact, Form, Head, Loading, Problem, Time, timeText, useLoaded, useQuestion } from "./parts.js";
import { html, useState } from "./preact.js";
import { t } from "./words.js";

const TONES = { ok: "good", refusing: "bad", failing: "wait", down: "bad", paused: "paused", idle: "idle" };
export const DELIVERY = { pending: "wait", parked: "wait", delivered: "good", dead: "bad", cancelled: "idle" };
const origin = (url) => { try { return new URL(url).origin; } catch { return url; } };

export function Deliveries({ account }) {
  const query = { account: account.id };
  const loaded = useLoaded(async () => {
    const [endpoints, destinations] = await Promise.all([all("admin/endpoints", "endpoints", query), all("admin/destinations", "destinations", query)]);
    return { endpoints, destinations };
  }, [account.id], 30);
  const { value, error, busy } = loaded;
  return html`<${Head} title=${t("deliveries")} lead=${t("receivers_lead")} loaded=${loaded} />
    ${error && html`<${Problem} error=${error} again=${loaded.reload} />`}
    ${busy && !value && html`<${Loading} />`}
    ${value && !value.endpoints.length && html`<${Empty} title=${t("no_receivers")}>${t("no_receivers_hint")} <a href="#/setup/destinations">${t("setup_destinations")}</a><//>`}
    ${value?.endpoints.length > 0 && html`<${Tally} endpoints=${value.endpoints} />`}
    ${value?.endpoints.map((one) => html`<${Receiver} key=${one.id} one=${one} account=${account} changed=${loaded.reload}
      destinations=${value.destinations.filter((other) => origin(other.url) === origin(one.receiver))} />`)}
    ${value && html`<${Bulk} account=${account} destinations=${value.destinations} changed=${loaded.reload} /><${List} account=${account} />`}`;
}

// The whole of it in one line: how many receivers are well, what waits, what is dead.
function Tally({ endpoints }) {
  const sum = (name) => endpoints.reduce((total, one) => total + (one[name] || 0), 0);
  const well = endpoints.filter((one) => one.state === "ok" || one.state === "idle").length;
  return html`<dl class="tally"><div class=${well < endpoints.length ? "bad" : ""}><dt>${t("receivers_well")}</dt><dd>${well} / ${endpoints.length}</dd></div>
    <div><dt>${t("waiting")}</dt><dd>${sum("deliveries_waiting")}</dd></div><div><dt>${t("calls_waiting")}</dt><dd>${sum("calls_waiting")}</dd></div>
    <div class=${sum("deliveries_dead") ? "bad" : ""}><dt>${t("dead")}</dt><dd>${sum("deliveries_dead")}</dd></div></dl>`;
}

function Receiver({ one, account, destinations, changed }) {
  const query = { account: account.id };
  const [ask, dialog] = useQuestion();
  const steer = (what) => async () => { await post(`admin/endpoints/${one.id}/${what}`, { query }); changed(true); };
  const pause = async () => ((await ask(t("pause_sure"), t("pause"))) ? steer("pause")() : false);
  const replay = async () => {
    const asks = destinations.map((other) => ({ account: account.id, subscription: other.id }));
    const counts = await Promise.all(asks.map((body) => post("admin/deliveries/replay", { body: { ...body, dry_run: true } })));
    const total = counts.reduce((sum, count) => sum + count.count, 0);
    if (!(await ask(t("replay_sure", { count: total }), t("replay")))) return false;
    for (const body of asks) await post("admin/deliveries/replay", { body });
    return changed(true);
  };
  const limit = async (values) => { await patch(`admin/endpoints/${one.id}`, { query, body: values }); changed(true); };
  const last = one.last_answer;
  return html`<article class="panel"><header class="row spread"><h2 class="address">${one.receiver}</h2><${Badge} tone=${TONES[one.state]}>${t(`receiver_${one.state}`)}<//></header>
    <p class="quiet">${destinations.map((other) => other.name || `#${other.id} ${other.dialect}`).join(", ") || t("no_destination_here")}</p>
    <dl class="facts"><${Fact} name=${t("waiting")}>${t("of_deliveries")} ${one.deliveries_waiting}, ${t("of_calls")} ${one.calls_waiting}<//>
      <${Fact} name=${t("dead")}>${one.deliveries_dead}<//>
      <${Fact} name=${t("last_success")}><${Time} at=${one.last_success_at} zone=${account.timezone} /><//>
      <${Fact} name=${t("last_answer")}>${last ? html`${last.status || last.error} · <${Time} at=${last.at} zone=${account.timezone} />` : t("no_attempt")}<//>
      ${one.paused_at && html`<${Fact} name=${t("paused_since")}><${Time} at=${one.paused_at} zone=${account.timezone} /><//>`}
      ${one.next_attempt_at && html`<${Fact} name=${t("next_attempt")}><${Time} at=${one.next_attempt_at} zone=${account.timezone} /><//>`}</dl>
    ${one.failing_since && html`<p class="breaker">${t(one.state === "down" ? "breaker_open" : "breaker_counting", { since: timeText(one.failing_since, account.timezone), next: timeText(one.next_attempt_at, account.timezone) })}</p>`}
    <div class="row">${one.paused_at
      ? html`<${Action} kind="primary" act=${steer("resume")}>${t("resume")}<//>`
      : html`<${Action} act=${steer("try")} done=${t("queued")}>${t("try_now")}<//><${Action} act=${pause}>${t("pause")}<//>`}
      ${one.deliveries_dead > 0 && destinations.length > 0 && html`<${Action} act=${replay} done=${t("queued")}>${t("replay_dead")}<//>`}
      ${destinations.filter((other) => other.state === "active").map((other) => html`<${Action} key=${other.id} done=${t("queued")} act=${() => post(`admin/destinations/${other.id}/test`, { query })}>${t("send_test")}${destinations.length > 1 ? ` · ${other.name || `#${other.id}`}` : ""}<//>`)}</div>
    <details><summary>${t("limits")}</summary><${Form} row fields=${[{ name: "max_in_flight", label: t("max_in_flight"), type: "number", min: 1, value: one.max_in_flight }, { name: "rate", label: t("rate"), type: "number", min: 0, step: "any", value: one.rate }]} button=${t("save")} kind="" act=${limit} /></details>${dialog}</article>`;
}

// Replay by a filter: count first, then send.
function Bulk({ account, destinations, changed }) {
  const [counted, set] = useState(null);
  const [run, follow] = useState(null);
  const count = async (values) => {
    const body = { account: account.id, ...values, ...(values.subscription ? { subscription: Number(values.subscription) } : {}) };
    for (const name of ["since", "until"]) if (body[name]) body[name] = new Date(body[name]).toISOString();
    const found = await post("admin/deliveries/replay", { body: { ...body, dry_run: true } });
    set({ body, ...found });
    return false;
  };
  const send = async () => {
    const found = await post("admin/deliveries/replay", { body: counted.body });
    set(null);
    follow(found.replay && found.more ? { id: found.replay } : null);
    changed(true);
  };
  const states = ["dead", "delivered", "cancelled"].map((one) => [one, t(`delivery_${one}`)]);
  const places = [["", t("all_of_them")], ...destinations.map((one) => [one.id, one.name || `#${one.id} ${one.url}`])];
  return html`<details class="panel fold"><summary>${t("replay_many")}</summary><p class="quiet">${t("replay_many_hint")}</p>
    <${Form} row kind="" fields=${[{ name: "state", label: t("state"), type: "select", options: states }, { name: "subscription", label: t("destination"), type: "select", options: places }, { name: "since", label: t("since"), type: "datetime-local" }, { name: "until", label: t("until"), type: "datetime-local" }]} button=${t("count_first")} act=${count} />
    ${counted && html`<div class="row counted" role="status"><strong>${t("counted", { count: counted.count, more: counted.more ? "+" : "" })}</strong>
      ${counted.count > 0 && html`<${Action} kind="primary" act=${send} done=${t("queued")}>${t("replay_these")}<//>`}</div>`}
    ${run && html`<${Run} run=${run} account=${account} />`}</details>`;
}

// A replay that goes on in the background: how far it is, and a button that ends it.
function Run({ run, account }) {
  const query = { account: account.id };
  const path = `admin/replays/${encodeURIComponent(run.id)}`;
  const { value, error, reload } = useLoaded(() => get(path, query), [run.id], 2);
  if (error) return html`<${Problem} error=${error} />`;
  if (!value) return html`<${Loading} />`;
  return html`<div class="row counted" role="status"><span>${t(value.done ? "replay_over" : "replay_run", { replayed: value.replayed, found: value.found, skipped: value.skipped })}</span>
    ${!value.done && html`<${Action} act=${async () => { await post(`${path}/stop`, { query }); reload(true); }}>${t("stop")}<//>`}</div>`;
}

// Every attempt of a delivery, and the body that was sent.
export function Attempts({ one, zone }) {
  return html`<details class="attempts"><summary>${t("attempts")}: ${one.attempts.length}${one.reason ? ` · ${t(`detail_${one.reason}`)}` : ""}${one.next_attempt_at ? ` · ${t("next_attempt")} ${timeText(one.next_attempt_at, zone)}` : ""}</summary>
    ${one.attempts.length > 0 && html`<ol class="timeline">${one.attempts.map((each) => html`<li><${Time} at=${each.at} zone=${zone} /> <strong>${each.status || each.error || "—"}</strong> <span class="quiet">${[`${each.duration_ms} ms`, each.address, each.status && each.error].filter(Boolean).join(" · ")}</span>${each.answer && html`<pre tabindex="0">${each.answer}</pre>`}</li>`)}</ol>`}
    <h4>${t("body")}</h4><pre tabindex="0">${pretty(one.body)}</pre></details>`;
}

const pretty = (text) => { try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text || "—"; } };

function List({ account }) {
  const [state, choose] = useState("dead");
  const [cursor, go] = useState([""]);
  const query = { account: account.id };
  const loaded = useLoaded(() => get("admin/deliveries", { ...query, state, limit: 25, cursor: cursor[cursor.length - 1] }), [account.id, state, cursor.length]);
  const { value, error } = loaded;
  return html`<section class="panel"><div class="row spread"><h2>${t("list_of_deliveries")}</h2>
      <label class="inline">${t("state")}<select value=${state} onChange=${(event) => { go([""]); choose(event.target.value); }}>${Object.keys(DELIVERY).map((one) => html`<option value=${one}>${t(`delivery_${one}`)}</option>`)}</select></label></div>
    ${error && html`<${Problem} error=${error} again=${loaded.reload} />`}${!value && !error && html`<${Loading} />`}
    ${value && !value.deliveries.length && html`<p class="quiet">${t(state === "dead" ? "no_dead_letters" : "no_deliveries")}</p>`}
    <ul class="lines">${value?.deliveries.map((one) => html`<li key=${one.id}><${Badge} tone=${DELIVERY[one.state]}>${t(`delivery_${one.state}`)}<//>
      <div><strong>${one.event_name}</strong> <${Time} at=${one.finished_at || one.created_at} zone=${account.timezone} /> ${one.call_id && html`<a href="#/call/${encodeURIComponent(one.call_id)}">${t("one_call")}</a>`}<p class="address quiet">${one.url}</p><${Attempts} one=${one} zone=${account.timezone} /></div>
      ${["dead", "delivered", "cancelled"].includes(one.state) && html`<${Action} done=${t("queued")} label=${`${t("replay")} ${one.event_name}`} act=${() => post(`admin/deliveries/${one.id}/replay`, { query })}>${t("replay")}<//>`}</li>`)}</ul>
    ${value && (value.cursor || cursor.length > 1) && html`<div class="row end"><button type="button" disabled=${cursor.length < 2} onClick=${() => go(cursor.slice(0, -1))}>${t("newer")}</button><button type="button" disabled=${!value.cursor} onClick=${() => go([...cursor, value.cursor])}>${t("older")}</button></div>`}</section>`;
}
