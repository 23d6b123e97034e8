// Find a call: by number and time, with what became of it at every destination.
import { get, post } from "./api.js";
import { Action, Badge, Empty, Fact, Head, Loading, Problem, Time, length, number, timeText } from "./parts.js";
import { html, useState } from "./preact.js";
import { t } from "./words.js";

const TONES = { delivered: "good", waiting: "wait", held: "wait", suspended: "paused", paused: "paused", dead: "bad" };
const WITHIN = [["30", "minutes_30"], ["60", "hour_1"], ["360", "hours_6"], ["1440", "day_1"], ["10080", "days_7"]];

export function Calls({ account }) {
  const [asked, ask] = useState({ number: "", at: "", within: "1440" });
  const [found, set] = useState({});
  const search = async (event) => {
    event?.preventDefault();
    set({ busy: true });
    try {
      set({ value: await get("admin/explain", { account: account.id, ...asked }) });
    } catch (error) {
      set({ error });
    }
  };
  const field = (name) => (event) => ask({ ...asked, [name]: event.target.value });
  return html`<${Head} title=${t("calls")} lead=${t("calls_lead")} />
    <form class="panel search" role="search" onSubmit=${search}>
      <label>${t("number")}<input type="tel" autocomplete="off" value=${asked.number} onInput=${field("number")} placeholder="8 (916) 123-45-67" /></label>
      <label><span>${t("at")} <span class="quiet">(${account.timezone})</span></span><input type="datetime-local" value=${asked.at} onInput=${field("at")} /></label>
      <label>${t("within")}<select value=${asked.within} onChange=${field("within")}>${WITHIN.map(([value, word]) => html`<option value=${value}>${t(word)}</option>`)}</select></label>
      <button type="submit" class="primary" disabled=${found.busy}>${t("find")}</button>
    </form>
    <div aria-live="polite">
    ${found.busy && html`<${Loading} />`}
    ${found.error && html`<${Problem} error=${found.error} again=${search} />`}
    ${found.value && html`<${Found} found=${found.value} account=${account} />`}
    ${!found.busy && !found.error && !found.value && html`<${Empty} title=${t("calls_first")}>${t("calls_hint")}<//>`}</div>`;
}

function Found({ found, account }) {
  const zone = found.timezone;
  return html`<p class="quiet">${t("looked_at")} ${timeText(found.since, zone)} – ${timeText(found.until, zone)}</p>
    ${!found.calls.length && html`<${Empty} title=${t("no_call")}>${found.sources.some((one) => one.last_refused) ? t("no_call_refused") : t("no_call_hint")}<//>`}
    ${found.calls.map((call) => html`<${Call} key=${call.id} call=${call} account=${account} zone=${zone} />`)}
    ${found.more && html`<p class="quiet">${t("more_calls")}</p>`}
    <section class="panel"><h2>${t("refused_then")}</h2>
    ${!found.sources.length && html`<p class="quiet">${t("no_sources")}</p>`}
    <ul class="lines">${found.sources.map((one) => html`<li key=${one.id}>
      <${Badge} tone=${one.last_refused ? "bad" : "good"}>${one.last_refused ? t("refused") : t("nothing_refused")}<//>
      <div><strong>${one.name || one.id.slice(0, 8)}</strong> <span class="quiet">${one.dialect}</span>
      ${one.last_refused && html`<p>${Object.entries(one.refused).map(([why, count]) => `${t(`why_${why}`)}: ${count}`).join(", ")} · ${timeText(one.last_refused.at, zone)}</p>`}</div></li>`)}</ul></section>`;
}

function Call({ call, account, zone }) {
  return html`<article class="panel call"><header class="row spread"><h2><a href="#/call/${encodeURIComponent(call.id)}">${number(call.caller)} <span aria-label=${t("calls_to")}>→</span> ${number(call.callee)}</a></h2>
      <${Badge} tone=${call.state === "ended" ? "idle" : "good"}>${t(`state_${call.state}`)}<//></header>
    <dl class="facts"><${Fact} name=${t("began")}><${Time} at=${call.started_at || call.first_event_at} zone=${zone} /><//>
      <${Fact} name=${t("direction")}>${call.direction ? t(`direction_${call.direction}`) : "—"}<//>
      <${Fact} name=${t("answered")}>${call.answered ? t("yes") : t("no")}<//>
      <${Fact} name=${t("talk")}>${length(call.talk_duration)}<//></dl>
    <h3>${t("destinations")}</h3>
    <${Lines} lines=${call.destinations} account=${account} zone=${zone} /></article>`;
}

export const Lines = ({ lines, account, zone }) => html`${!lines.length && html`<p class="quiet">${t("no_destinations")}</p>`}
  <ul class="lines">${lines.map((line) => html`<${Line} key=${line.destination.id} line=${line} account=${account} zone=${zone} />`)}</ul>`;

function Line({ line, account, zone }) {
  const query = { account: account.id };
  const answer = line.last_answer ? line.last_answer.status || line.last_answer.error : t("no_attempt");
  const says = t(`says_${line.result}`, { at: timeText(line.at, zone), since: timeText(line.since, zone), next: timeText(line.next_attempt_at, zone), answer, detail: t(`detail_${line.detail}`) });
  return html`<li><${Badge} tone=${TONES[line.result] || "idle"}>${t(`reach_${line.result}`)}<//>
    <div><strong>${line.destination.name || (line.destination.removed ? t("removed") : line.destination.url)}</strong> <span class="quiet">${line.destination.dialect}</span><p>${says}</p></div>
    <div class="row">
    ${line.result === "dead" && html`<${Action} done=${t("queued")} act=${() => post(`admin/deliveries/${line.delivery}/replay`, { query })}>${t("replay")}<//>`}
    ${line.result === "waiting" && html`<${Action} done=${t("queued")} act=${() => post(`admin/endpoints/${line.endpoint}/try`, { query })}>${t("try_now")}<//>`}
    ${line.result === "paused" && html`<${Action} act=${() => post(`admin/endpoints/${line.endpoint}/resume`, { query })}>${t("resume")}<//>`}</div></li>`;
}
