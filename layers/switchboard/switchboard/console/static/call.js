// A call's page: what happened, what each destination got, and the recordings.
import { get, listen, post, save } from "./api.js";
import { Lines } from "./calls.js";
import { Attempts, DELIVERY } from "./deliveries.js";
import { Controls, STATES, legState } from "./live.js";
import { Action, Badge, Clock, Fact, Head, Loading, Problem, Time, length, number, useLoaded } from "./parts.js";
import { html, useState } from "./preact.js";
import { Player } from "./waveform.js";
import { t } from "./words.js";

export function CallPage({ account, of }) {
  const query = { account: account.id };
  const loaded = useLoaded(() => get(`admin/calls/${encodeURIComponent(of)}`, query), [account.id, of], 5);
  const told = useLoaded(() => get("admin/explain", { ...query, call: of }), [account.id, of]);
  const { value: call, error } = loaded;
  const zone = account.timezone;
  if (!call) return html`<${Head} title=${t("one_call")} />${error ? html`<${Problem} error=${error} again=${loaded.reload} />` : html`<${Loading} />`}`;
  const lines = told.value?.calls[0]?.destinations;
  return html`<p class="crumb"><a href="#/live">← ${t("live")}</a></p>
    <${Head} title=${html`${number(call.caller)} → ${number(call.callee)}`} lead=${[call.direction && t(`direction_${call.direction}`), call.dialect].filter(Boolean).join(" · ")} loaded=${loaded}><${Badge} tone=${STATES[call.state]}>${t(`state_${call.state}`)}<//><//>
    <section class="panel"><dl class="facts"><${Fact} name=${t("began")}><${Time} at=${call.started_at || call.first_event_at} zone=${zone} /><//>
      <${Fact} name=${t("answered")}>${call.answered_at ? html`<${Time} at=${call.answered_at} zone=${zone} />` : t("no")}<//>
      <${Fact} name=${t("ended")}>${call.ended_at ? html`<${Time} at=${call.ended_at} zone=${zone} />` : "—"}<//>
      <${Fact} name=${t("wait")}>${length(call.wait_duration)}<//><${Fact} name=${t("talk")}>${length(call.talk_duration)}<//>
      <${Fact} name=${t("disposition")}>${call.disposition || "—"}<//>
      <${Fact} name=${t("call_id")}><code>${call.id}</code><//></dl>
      ${call.state !== "ended" && html`<${Controls} call=${call} account=${account} changed=${loaded.reload} />`}</section>
    ${call.recordings.length > 0 && html`<section class="panel"><h2>${t("recordings")}</h2>${call.recordings.map((one) => html`<${Recording} key=${one.id} one=${one} account=${account} changed=${loaded.reload} />`)}</section>`}
    <section class="panel"><h2>${t("reached")}</h2>${told.error ? html`<${Problem} error=${told.error} />` : lines ? html`<${Lines} lines=${lines} account=${account} zone=${zone} />` : html`<${Loading} />`}</section>
    ${call.legs.length > 0 && html`<section class="panel"><h2>${t("legs")}</h2><div class="scroll" tabindex="0" role="region" aria-label=${t("legs")}><table><thead><tr><th scope="col">${t("extension")}</th><th scope="col">${t("state")}</th><th scope="col">${t("rung")}</th><th scope="col">${t("answered")}</th><th scope="col">${t("ended")}</th></tr></thead>
      <tbody>${call.legs.map((leg) => html`<tr><th scope="row">${number(leg.extension)}</th><td>${t(legState(leg, call))}</td>${[leg.rung_at, leg.answered_at, leg.ended_at].map((at) => html`<td>${at ? html`<${Time} at=${at} zone=${zone} />` : "—"}</td>`)}</tr>`)}</tbody></table></div></section>`}
    <section class="panel"><h2>${t("timeline")}</h2><ol class="timeline">${call.events.map((one) => html`<li key=${one.id}><details><summary><${Clock} at=${one.at} zone=${zone} /> <strong>${one.kind}</strong> <span class="quiet">${[one.name !== one.kind && one.name, one.extension && number(one.extension), one.outcome].filter(Boolean).join(" · ")}</span></summary>
      <h4>${t("raw")}</h4><pre tabindex="0">${JSON.stringify(one.raw, null, 2)}</pre></details></li>`)}</ol></section>
    <section class="panel"><h2>${t("deliveries")}</h2>${!call.deliveries.length && html`<p class="quiet">${t("no_deliveries")}</p>`}
      <ul class="lines">${call.deliveries.map((one) => html`<li key=${one.id}><${Badge} tone=${DELIVERY[one.state]}>${t(`delivery_${one.state}`)}<//>
        <div><strong>${one.event_name}</strong> <span class="address quiet">${one.url}</span><${Attempts} one=${one} zone=${zone} /></div>
        <${Action} done=${t("queued")} label=${`${t("replay")} ${one.event_name}`} act=${async () => { await post(`admin/deliveries/${one.id}/replay`, { query }); loaded.reload(true); }}>${t("replay")}<//></li>`)}</ul></section>`;
}

const KEPT = { available: "good", expected: "wait", dead: "bad", deleted: "idle" };

function Recording({ one, account, changed }) {
  const [sound, set] = useState(null);
  const name = t(`media_${one.media}`);
  const path = `api/v1/${one.media === "voicemail" ? "voicemail" : "record"}/${encodeURIComponent(one.call_id)}`;
  const open = async () => { set(await listen(account.id, path)); return false; };
  const again = async () => { await post(`admin/recordings/${encodeURIComponent(one.id)}/retry`, { query: { account: account.id } }); changed(true); };
  return html`<div class="recording"><div class="row"><${Badge} tone=${KEPT[one.state]}>${t(`kept_${one.state}`)}<//><strong>${name}</strong>
      <span class="quiet">${[one.duration != null && length(Math.round(one.duration)), one.content_type, one.bytes && `${Math.ceil(one.bytes / 1024)} KB`, one.reason].filter(Boolean).join(" · ")}</span></div>
    ${(one.state === "available" || (one.state === "expected" && one.bytes)) && (sound ? html`<${Player} blob=${sound} name=${name} /><button type="button" onClick=${() => save(sound, `${one.call_id}.${(one.content_type || "").includes("wav") ? "wav" : "mp3"}`)}>${t("download")}</button>` : html`<div class="row"><${Action} act=${open} kind="primary">${t("listen")}<//></div>`)}
    ${one.state === "dead" && html`<div class="row"><${Action} act=${again} done=${t("queued")}>${t("again")}<//></div>`}</div>`;
}
