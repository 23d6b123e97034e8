// Receivers: how each stands, what waits, what is dead, and what to do about it.
import { all, get, post } from "./api.js";
import { Action, Badge, Empty, Fact, Head, Loading, Problem, Time, useLoaded, useQuestion } from "./parts.js";
import { html, useState } from "./preact.js";
import { t } from "./words.js";

const TONES = { ok: "good", refusing: "bad", failing: "wait", down: "bad", paused: "paused", idle: "idle" };
const origin = (url) => { try { return new URL(url).origin; } catch { return url; } };

export function Receivers({ account }) {
  const query = { account: account.id };
  const loaded = useLoaded(async () => {
    const [endpoints, destinations] = await Promise.all([all("admin/endpoints", "endpoints", query), all("admin/destinations", "destinations", query)]);
    return { endpoints, destinations };
  }, [account.id], 30);
  const { value, error, busy } = loaded;
  return html`<${Head} title=${t("receivers")} lead=${t("receivers_lead")} loaded=${loaded} />
    ${error && html`<${Problem} error=${error} again=${loaded.reload} />`}
    ${busy && !value && html`<${Loading} />`}
    ${value && !value.endpoints.length && html`<${Empty} title=${t("no_receivers")}>${t("no_receivers_hint")}<//>`}
    ${value?.endpoints.map((one) => html`<${Receiver} key=${one.id} one=${one} account=${account} changed=${loaded.reload}
      destinations=${value.destinations.filter((other) => origin(other.url) === origin(one.receiver))} />`)}
    ${value && html`<${DeadLetters} account=${account} />`}`;
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
  const last = one.last_answer;
  return html`<article class="panel"><header class="row spread"><h2 class="address">${one.receiver}</h2><${Badge} tone=${TONES[one.state]}>${t(`receiver_${one.state}`)}<//></header>
    <p class="quiet">${destinations.map((other) => other.name || `#${other.id} ${other.dialect}`).join(", ") || t("no_destination_here")}</p>
    <dl class="facts"><${Fact} name=${t("waiting")}>${one.calls_waiting} ${t("of_calls")}, ${one.deliveries_waiting} ${t("of_deliveries")}<//>
      <${Fact} name=${t("dead")}>${one.deliveries_dead}<//>
      <${Fact} name=${t("last_success")}><${Time} at=${one.last_success_at} zone=${account.timezone} /><//>
      <${Fact} name=${t("last_answer")}>${last ? html`${last.status || last.error} · <${Time} at=${last.at} zone=${account.timezone} />` : t("no_attempt")}<//>
      ${one.paused_at && html`<${Fact} name=${t("paused_since")}><${Time} at=${one.paused_at} zone=${account.timezone} /><//>`}
      ${one.next_attempt_at && html`<${Fact} name=${t("next_attempt")}><${Time} at=${one.next_attempt_at} zone=${account.timezone} /><//>`}</dl>
    <div class="row">${one.paused_at
      ? html`<${Action} kind="primary" act=${steer("resume")}>${t("resume")}<//>`
      : html`<${Action} act=${steer("try")} done=${t("queued")}>${t("try_now")}<//><${Action} act=${pause}>${t("pause")}<//>`}
      ${one.deliveries_dead > 0 && destinations.length > 0 && html`<${Action} act=${replay} done=${t("queued")}>${t("replay_dead")}<//>`}
      ${destinations.filter((other) => other.state === "active").map((other) => html`<${Action} key=${other.id} done=${t("queued")} act=${() => post(`admin/destinations/${other.id}/test`, { query })}>${t("send_test")}${destinations.length > 1 ? ` · ${other.name || `#${other.id}`}` : ""}<//>`)}</div>${dialog}</article>`;
}

function DeadLetters({ account }) {
  const [cursor, go] = useState([""]);
  const query = { account: account.id, state: "dead", limit: 25, cursor: cursor[cursor.length - 1] };
  const loaded = useLoaded(() => get("admin/deliveries", query), [account.id, cursor.length]);
  const { value, error } = loaded;
  return html`<section class="panel"><div class="row spread"><h2>${t("dead_letters")}</h2></div>
    ${error && html`<${Problem} error=${error} again=${loaded.reload} />`}${!value && !error && html`<${Loading} />`}
    ${value && !value.deliveries.length && html`<p class="quiet">${t("no_dead_letters")}</p>`}
    ${value?.deliveries.length > 0 && html`<div class="scroll" tabindex="0" role="region" aria-label=${t("dead_letters")}><table><thead><tr><th scope="col">${t("died")}</th><th scope="col">${t("event")}</th><th scope="col">${t("receiver")}</th><th scope="col">${t("reason")}</th><th scope="col">${t("attempts")}</th><th scope="col"><span class="hidden">${t("replay")}</span></th></tr></thead>
      <tbody>${value.deliveries.map((one) => html`<tr key=${one.id}><td><${Time} at=${one.finished_at} zone=${account.timezone} /></td><td>${one.event_name}</td><td class="address">${one.url}</td><td>${t(`detail_${one.reason}`)}</td><td class="number">${one.attempts.length}</td>
        <td><${Action} done=${t("queued")} label=${`${t("replay")} ${one.event_name}`} act=${() => post(`admin/deliveries/${one.id}/replay`, { query: { account: account.id } })}>${t("replay")}<//></td></tr>`)}</tbody></table></div>`}
    ${value && (value.cursor || cursor.length > 1) && html`<div class="row end"><button type="button" disabled=${cursor.length < 2} onClick=${() => go(cursor.slice(0, -1))}>${t("newer")}</button><button type="button" disabled=${!value.cursor} onClick=${() => go([...cursor, value.cursor])}>${t("older")}</button></div>`}</section>`;
}
