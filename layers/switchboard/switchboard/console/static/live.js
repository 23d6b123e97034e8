// Live calls: who rings, who talks, who has just hung up; and all calls before, however many.
import { follow, get, post } from "./api.js";
import { Action, Badge, Empty, Form, Head, Loading, Problem, Time, VirtualList, length, number, useLoaded, useQuestion } from "./parts.js";
import { html, useEffect, useRef, useState } from "./preact.js";
import { t } from "./words.js";

export const STATES = { new: "wait", ringing: "wait", voicemail: "paused", talking: "good", ended: "idle" };
const JUST = 120000; // milliseconds that an ended call stays among the live ones
const FEW = 100;

// Reload when the account's stream tells an event. Without a stream, every `seconds`. Returns "stream" or "poll".
function useBell(account, reload, seconds) {
  const [mode, set] = useState("poll");
  useEffect(() => {
    const stop = new AbortController();
    let due;
    const ring = () => { clearTimeout(due); due = setTimeout(() => reload(true), 120); };
    const listen = async () => {
      while (!stop.signal.aborted) {
        const began = Date.now();
        try {
          await follow(account.id, stop.signal, ring, () => set("stream"));
        } catch (problem) {
          if (stop.signal.aborted) return;
          if (problem.status === 401 || problem.status === 403 || problem.status === 404) return set("poll");
        }
        if (Date.now() - began < 2000) { set("poll"); await new Promise((go) => setTimeout(go, 5000)); }
      }
    };
    listen();
    return () => { stop.abort(); clearTimeout(due); };
  }, [account.id]);
  useEffect(() => {
    const timer = setInterval(() => { if (!document.hidden) reload(true); }, (mode === "stream" ? 15 : seconds) * 1000);
    return () => clearInterval(timer);
  }, [account.id, mode]);
  return mode;
}

export function Live({ account }) {
  const loaded = useLoaded(() => get("admin/calls", { account: account.id, limit: FEW }), [account.id]);
  const mode = useBell(account, loaded.reload, 3);
  const [now, tick] = useState(Date.now());
  useEffect(() => { const timer = setInterval(() => tick(Date.now()), 1000); return () => clearInterval(timer); }, []);
  const calls = loaded.value?.calls || [];
  const live = calls.filter((one) => one.state !== "ended");
  const just = calls.filter((one) => one.state === "ended" && now - new Date(one.ended_at || one.last_event_at) < JUST);
  return html`<${Head} title=${t("live")} lead=${t("live_lead")} loaded=${loaded}><${Badge} tone=${mode === "stream" ? "good" : "idle"}>${t(`mode_${mode}`)}<//><//>
    ${loaded.error && html`<${Problem} error=${loaded.error} again=${loaded.reload} />`}
    ${loaded.busy && !loaded.value && html`<${Loading} />`}
    <${Dial} account=${account} />
    ${loaded.value && html`<section aria-label=${t("live_now")}>
      ${!live.length && !just.length && html`<${Empty} title=${t("quiet_now")}>${calls.length ? t("quiet_now_hint") : html`${t("never_called")} <a href="#/setup/start">${t("setup_start")}</a>`}<//>`}
      <div class="cards">${[...live, ...just].map((one) => html`<${LiveCall} key=${one.id} call=${one} now=${now} account=${account} changed=${loaded.reload} />`)}</div></section>
      <${History} account=${account} />`}`;
}

// Seconds since the answer, or since the first ring.
const since = (call, now) => Math.max(0, Math.floor((now - new Date(call.answered_at || call.started_at || call.first_event_at)) / 1000));

function LiveCall({ call, now, account, changed }) {
  const over = call.state === "ended";
  return html`<article class="panel live ${call.state}"><header class="row spread"><${Badge} tone=${STATES[call.state]}>${t(`state_${call.state}`)}<//>
      <strong class="clock">${over ? length(call.talk_duration ?? call.duration) : length(since(call, now))}</strong></header>
    <h2><a href="#/call/${encodeURIComponent(call.id)}">${number(call.caller)} <span aria-label=${t("calls_to")}>→</span> ${number(call.callee)}</a></h2>
    <p class="quiet">${[call.direction && t(`direction_${call.direction}`), call.dialect].filter(Boolean).join(" · ")}</p>
    <ul class="legs">${call.legs.map((leg) => html`<li class=${leg.ended_at || over ? "over" : ""}><strong>${number(leg.extension)}</strong> <span class="quiet">${t(legState(leg, call))}</span></li>`)}</ul>
    ${!over && html`<${Controls} call=${call} account=${account} changed=${changed} />`}</article>`;
}

export const legState = (leg, call) => (leg.ended_at || call.state === "ended" ? (leg.answered_at ? "leg_talked" : "leg_missed") : leg.answered_at ? "leg_talks" : "leg_rings");

export function Controls({ call, account, changed }) {
  const [ask, dialog] = useQuestion();
  const [open, set] = useState(false);
  const query = { account: account.id };
  const path = `admin/calls/${encodeURIComponent(call.id)}`;
  const hangUp = async () => ((await ask(t("hang_up_sure"), t("hang_up"))) ? (await post(`${path}/hangup`, { query }), changed(true)) : false);
  return html`<div class="row controls"><${Action} act=${hangUp} done=${t("sent")} label=${`${t("hang_up")} ${number(call.callee)}`}>${t("hang_up")}<//>
    <button type="button" aria-expanded=${open} onClick=${() => set(!open)}>${t("redirect")}</button>${dialog}</div>
    ${open && html`<${Form} fields=${[{ name: "to", label: t("redirect_to"), required: true, inputmode: "tel" }]} button=${t("redirect")} done=${t("sent")}
      act=${async ({ to }) => { await post(`${path}/redirect`, { query, body: { to } }); changed(true); }} />`}`;
}

function Dial({ account }) {
  const act = async ({ extension, number: to }) => {
    const { command } = await post("admin/calls", { body: { account: account.id, extension, number: to, idempotency_key: crypto.randomUUID?.() || String(Math.random()) } });
    return `${t("dialled")} (${command.state})`;
  };
  return html`<details class="panel fold"><summary>${t("dial")}</summary><p class="quiet">${t("dial_hint")}</p>
    <${Form} row fields=${[{ name: "extension", label: t("extension"), required: true, placeholder: "101", inputmode: "numeric" }, { name: "number", label: t("number"), required: true, placeholder: "8 (916) 123-45-67", inputmode: "tel" }]} button=${t("call")} act=${act} /></details>`;
}

// Every call that the hub keeps, newest first. Only the rows in view exist; further pages come while scrolling.
function History({ account }) {
  const [asked, ask] = useState({ state: "", number: "" });
  const [rows, set] = useState([]);
  const [error, fail] = useState(null);
  const at = useRef({ cursor: "", run: 0, busy: false });
  const more = async (fresh) => {
    const here = at.current;
    if (!fresh && (here.busy || !here.cursor)) return;
    const run = fresh ? ++here.run : here.run;
    here.busy = true;
    try {
      const page = await get("admin/calls", { account: account.id, limit: 200, ...asked, cursor: fresh ? "" : here.cursor });
      if (run !== here.run) return;
      here.cursor = page.cursor;
      set((old) => (fresh ? page.calls : [...old, ...page.calls]));
      fail(null);
    } catch (problem) {
      fail(problem);
    }
    here.busy = false;
  };
  useEffect(() => { more(true); }, [asked.state, asked.number, account.id]);
  const search = (event) => { event.preventDefault(); const form = new FormData(event.target); ask({ state: form.get("state"), number: form.get("number").trim() }); };
  const row = (one) => html`<a class="call-row" href="#/call/${encodeURIComponent(one.id)}"><${Time} at=${one.started_at || one.first_event_at} zone=${account.timezone} />
    <span class="parties">${number(one.caller)} → ${number(one.callee)}</span><span class="quiet wide">${one.direction ? t(`direction_${one.direction}`) : ""}</span>
    <${Badge} tone=${one.state === "ended" && one.answered ? "good" : one.state === "ended" ? "idle" : STATES[one.state]}>${one.state === "ended" ? (one.answered ? t("was_answered") : t("was_missed")) : t(`state_${one.state}`)}<//>
    <span class="number">${length(one.talk_duration)}</span></a>`;
  return html`<section class="panel"><div class="row spread"><h2>${t("all_calls")} <span class="quiet">${rows.length}${at.current.cursor ? "+" : ""}</span></h2></div>
    <form class="row filters" role="search" aria-label=${t("all_calls")} onSubmit=${search}><label>${t("number")}<input name="number" type="tel" autocomplete="off" /></label>
      <label>${t("state")}<select name="state"><option value="">${t("any")}</option>${Object.keys(STATES).map((one) => html`<option value=${one}>${t(`state_${one}`)}</option>`)}</select></label>
      <button type="submit">${t("find")}</button></form>
    ${error && html`<${Problem} error=${error} again=${() => more(true)} />`}
    ${rows.length ? html`<${VirtualList} label=${t("all_calls")} rows=${rows} height=${44} row=${row} more=${() => more(false)} />` : !error && html`<p class="quiet">${t("no_calls")}</p>`}</section>`;
}
