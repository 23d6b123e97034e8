// A campaign that runs, or has run: progress, outcomes, channels in use, every person, and the report.
import { callAs, get, save } from "./api.js";
import { PHASES, Progress, download } from "./campaigns.js";
import { Action, Badge, Fact, Head, Loading, Problem, Time, VirtualList, useLoaded, useQuestion } from "./parts.js";
import { html, useEffect, useRef, useState } from "./preact.js";
import { t } from "./words.js";

const MOST = 1000;
const SAMPLES = 240;
const iso = (at) => (at ? new Date(at).toISOString() : null);

export function CampaignPage({ account, of }) {
  const path = `api/v1/task-execs/${encodeURIComponent(of)}`;
  const loaded = useLoaded(() => callAs(account.id, "cato", "GET", path, { query: { details: "true", limit: MOST } }), [account.id, of], 2);
  const limits = useLoaded(() => get(`admin/accounts/${account.id}/campaigns`), [account.id]);
  const samples = useRef([]);
  const { value: one, error } = loaded;
  useEffect(() => { if (one?.report.activePhase) samples.current = [...samples.current, { at: Date.now(), ringing: one.report.callsRinging, talking: one.report.callsTalking }].slice(-SAMPLES); }, [loaded.at]);
  if (!one) return html`<${Head} title=${t("campaign")} />${error ? html`<${Problem} error=${error} again=${loaded.reload} />` : html`<${Loading} />`}`;
  const { report } = one;
  return html`<p class="crumb"><a href="#/campaigns">← ${t("campaigns")}</a></p>
    <${Head} title=${report.name} lead=${html`<${Time} at=${iso(one.startedAt)} zone=${account.timezone} />${one.finishedAt ? html` – <${Time} at=${iso(one.finishedAt)} zone=${account.timezone} />` : ""}`} loaded=${loaded}><${Badge} tone=${PHASES[one.state]}>${t(`phase_${one.state}`)}<//><//>
    ${error && html`<${Problem} error=${error} />`}
    <section class="panel"><${Progress} report=${report} />
      ${one.waitingFor && html`<p class="breaker">${t(`waiting_${one.waitingFor}`)} ${one.waitingUntil ? html`(<${Time} at=${iso(one.waitingUntil)} zone=${account.timezone} />)` : ""}</p>`}
      ${one.reason && html`<p class="breaker">${one.reason}</p>`}
      <dl class="facts"><${Fact} name=${t("wave")}>${t("wave_of", { now: report.waveCurrent, all: report.waveTotal })}<//><${Fact} name=${t("calls_made")}>${report.callsTotal}<//>
        <${Fact} name=${t("calls_succeeded")}>${report.callsSucceeded}<//><${Fact} name=${t("calls_failed")}>${report.callsFailed}<//><${Fact} name=${t("calls_now")}>${report.callsRinging} ${t("ring_now")}, ${report.callsTalking} ${t("talk_now")}<//></dl>
      <${Steering} account=${account} path=${path} one=${one} changed=${loaded.reload} /></section>
    <div class="two"><section class="panel"><h2>${t("outcomes")}</h2><${Outcomes} people=${one.subscribers} /></section>
      <section class="panel"><h2>${t("waves")}</h2><${Waves} people=${one.subscribers} report=${report} /></section></div>
    ${report.activePhase && html`<section class="panel"><h2>${t("channels_used")}</h2><${Channels} samples=${samples.current} most=${limits.value?.channels || 0} /></section>`}
    <section class="panel"><div class="row spread"><h2>${t("people")} <span class="quiet">${one.subscribers.length}${one.cursor ? "+" : ""}</span></h2>
      <div class="row">${["csv", "xlsx"].map((kind) => html`<${Action} key=${kind} done=${t("downloaded")} act=${() => download(account, `${path}/report.${kind}`, `${report.name}.${kind}`, save)}>${t("report")} ${kind}<//>`)}</div></div>
      <${VirtualList} label=${t("people")} height=${44} rows=${one.subscribers.map((each, nth) => ({ id: nth, ...each }))} row=${Person} /></section>`;
}

const Person = (one) => html`<div class="call-row person"><span class="parties">${one.subscriber.fullName || "—"}</span><span class="number">${one.phones.map((each) => each.number).join(", ")}</span>
  <${Badge} tone=${one.notified ? "good" : one.reason ? "bad" : "idle"}>${one.notified ? t("notified") : one.reason ? t(`result_${one.reason}`) : t("not_yet")}<//><span class="number">${one.phones.reduce((sum, each) => sum + each.calls.length, 0)}</span></div>`;

function Steering({ account, path, one, changed }) {
  const [ask, dialog] = useQuestion();
  const steer = (what) => async () => { await callAs(account.id, "cato", "PUT", `${path}/${what}`); changed(true); };
  const stop = async () => ((await ask(t("stop_sure"), t("stop"))) ? steer("stop")() : false);
  if (!one.report.activePhase) return null;
  return html`<div class="row controls">${one.state === "paused" ? html`<${Action} key="resume" kind="primary" act=${steer("resume")}>${t("go_on")}<//>` : one.state !== "stopping" && html`<${Action} key="pause" act=${steer("pause")}>${t("pause")}<//>`}
    ${one.state !== "stopping" && html`<${Action} key="stop" act=${stop}>${t("stop")}<//>`}${dialog}</div>`;
}

// Bars of what calls and people came to; each has its number beside it.
function Counts({ counts }) {
  const most = Math.max(1, ...counts.map(([, , count]) => count));
  return html`<table class="counts"><tbody>${counts.map(([name, tone, count]) => html`<tr><th scope="row">${name}</th><td class="number">${count}</td><td class="bar"><svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect class=${tone} width=${(count / most) * 100} height="10" /></svg></td></tr>`)}</tbody></table>`;
}

function Outcomes({ people }) {
  const found = {};
  for (const one of people) {
    const word = one.notified ? "notified" : one.reason || "";
    found[word] = (found[word] || 0) + 1;
  }
  const counts = Object.entries(found).sort((one, other) => other[1] - one[1]).map(([word, count]) => [word ? t(`result_${word}`) : t("not_yet"), word === "notified" ? "good" : word ? "bad" : "rest", count]);
  return html`<${Counts} counts=${counts} />`;
}

function Waves({ people, report }) {
  const waves = Array.from({ length: Math.max(report.waveCurrent, 1) }, () => ({ calls: 0, good: 0 }));
  for (const call of people.flatMap((one) => one.phones.flatMap((each) => each.calls))) {
    const wave = waves[call.wave - 1];
    if (!wave) continue;
    wave.calls += 1;
    if (call.success) wave.good += 1;
  }
  return html`<${Counts} counts=${waves.flatMap((one, nth) => [[`${t("wave")} ${nth + 1}: ${t("calls_made")}`, "rest", one.calls], [`${t("wave")} ${nth + 1}: ${t("notified")}`, "good", one.good]])} />`;
}

function Channels({ samples, most }) {
  const top = Math.max(most, 1, ...samples.map((one) => one.ringing + one.talking));
  const line = (of) => samples.map((one, nth) => `${(nth / Math.max(1, SAMPLES - 1)) * 100},${40 - (of(one) / top) * 38}`).join(" ");
  const last = samples[samples.length - 1] || { ringing: 0, talking: 0 };
  return html`<figure class="lines-chart"><svg viewBox="0 0 100 40" preserveAspectRatio="none" role="img" aria-label=${t("channels_now", { used: last.ringing + last.talking, most })}>
    <polyline class="rest" points=${line((one) => one.ringing + one.talking)} /><polyline class="good" points=${line((one) => one.talking)} /></svg>
    <figcaption class="quiet">${t("channels_now", { used: last.ringing + last.talking, most })} · <span class="dot good" aria-hidden="true"></span>${t("talk_now")} ${last.talking} · <span class="dot rest" aria-hidden="true"></span>${t("ring_now")} ${last.ringing}</figcaption></figure>`;
}
