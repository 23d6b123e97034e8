// Campaigns: all of them with their progress, and the making of a new one.
import { callAs, get, put, sendAs } from "./api.js";
import { Action, Badge, Empty, Form, Head, Loading, Problem, Time, length, useLoaded } from "./parts.js";
import { html, useState } from "./preact.js";
import { People } from "./people.js";
import { Sound } from "./sound.js";
import { t } from "./words.js";

export const PHASES = { running: "good", waiting: "wait", paused: "paused", stopping: "wait", stopped: "idle", finished: "idle", handed_over: "good", failed: "bad" };

export function Campaigns({ account, of }) {
  return of === "new" ? html`<${Making} account=${account} />` : html`<${All} account=${account} />`;
}

function All({ account }) {
  const loaded = useLoaded(() => callAs(account.id, "cato", "GET", "api/v1/task-execs", { query: { limit: 100 } }), [account.id], 3);
  const { value, error } = loaded;
  return html`<${Head} title=${t("campaigns")} lead=${t("campaigns_lead")} loaded=${loaded}><a class="button primary" href="#/campaigns/new">${t("new_campaign")}</a><//>
    ${error && html`<${Problem} error=${error} again=${loaded.reload} />`}${!value && !error && html`<${Loading} />`}
    ${value && !value.length && html`<${Empty} title=${t("no_campaigns")}>${t("no_campaigns_hint")} <a href="#/campaigns/new">${t("new_campaign")}</a><//>`}
    ${value?.map((one) => html`<article class="panel" key=${one.id}><header class="row spread"><h2><a href="#/campaign/${encodeURIComponent(one.id)}">${one.report.name}</a></h2><${Badge} tone=${PHASES[one.state]}>${t(`phase_${one.state}`)}<//></header>
      <p class="quiet"><${Time} at=${one.startedAt && new Date(one.startedAt).toISOString()} zone=${account.timezone} /> · ${t("wave_of", { now: one.report.waveCurrent, all: one.report.waveTotal })}</p><${Progress} report=${one.report} /></article>`)}`;
}

// Who is notified, who is not to be reached, and who is yet to be called, as one bar with its numbers.
export function Progress({ report }) {
  const total = Math.max(1, report.subscriberCount);
  const parts = [["good", report.subscriberNotified, "notified"], ["bad", report.subscriberFailed, "not_notified"], ["rest", report.subscriberNotYetNotified, "not_yet"]];
  let from = 0;
  return html`<div class="progress"><svg viewBox="0 0 100 4" preserveAspectRatio="none" role="img" aria-label=${parts.map(([, count, word]) => `${t(word)} ${count}`).join(", ")}>
    ${parts.map(([tone, count]) => { const x = from; const width = (count / total) * 100; from += width; return html`<rect class=${tone} x=${x} y="0" width=${width} height="4" />`; })}</svg>
    <dl class="key">${parts.map(([tone, count, word]) => html`<div><dt><span class="dot ${tone}" aria-hidden="true"></span>${t(word)}</dt><dd>${count}</dd></div>`)}
      <div><dt>${t("of_all")}</dt><dd>${report.subscriberCount}</dd></div></dl></div>`;
}

const HOURS = (text) => text.split(":").map(Number);
const CONDITIONS = ["PICKUP_AND_LISTEN_SOME", "PICKUP_AND_LISTEN_FULL", "PICKUP_PHONE", "PICKUP_AND_CONFIRM"];

// Return the settings as the API takes them, out of what the form says.
export function settingsOf(name, said) {
  const [fromHour, fromMin] = HOURS(said.from || "00:00");
  const [tillHour, tillMin] = HOURS(said.till || "00:00");
  return {
    name, attemptCount: said.attempts, attemptDelayS: Math.round((said.delay || 0) * 60), successCondition: said.condition,
    successPlaybackDurationS: said.condition === "PICKUP_AND_LISTEN_SOME" ? said.listened || 0 : 0, maxCallDurationS: said.longest, maxAnswerDelayS: said.ringing,
    ...(said.condition === "PICKUP_AND_CONFIRM" ? { confirmCodes: (said.codes || "1").split(/[\s,;]+/).filter(Boolean) } : {}),
    ...(said.from || said.till ? { timeRestrictions: { fromHour, fromMin, tillHour, tillMin } } : {}),
  };
}

function Making({ account }) {
  const [sounds, hear] = useState([]);
  const [groups, add] = useState([]);
  const [checked, check] = useState(null);
  const limits = useLoaded(() => get(`admin/accounts/${account.id}/campaigns`), [account.id]);
  const [condition, choose] = useState(CONDITIONS[0]);
  const api = (method, path, body) => callAs(account.id, "cato", method, `api/v1/${path}`, body === undefined ? {} : { body });
  const prepare = async ({ name, ...said }) => {
    check(null);
    if (!sounds.length) throw new Error(t("need_sound"));
    if (!groups.length) throw new Error(t("need_people"));
    const settings = await api("POST", "notification-settings", settingsOf(name, { ...said, condition }));
    const task = await api("POST", "tasks", { name, settings: settings.id, files: sounds.map((one) => one.id), groups: groups.map((one) => one.id), priority: Number(said.priority) });
    const found = await api("POST", `tasks/${task.id}/dry-run`);
    check({ task, found });
    return false;
  };
  const start = async () => {
    const told = await api("PUT", `tasks/${checked.task.id}/start`);
    if (!told.taskExecId) throw new Error(t("no_channels_hint"));
    location.hash = `#/campaign/${encodeURIComponent(told.taskExecId)}`;
  };
  const hours = (name, label, value) => ({ name, label, type: "time", value });
  const fields = [
    { name: "name", label: t("name"), required: true, value: "" },
    { name: "condition", label: t("condition"), type: "select", value: condition, changed: choose, options: CONDITIONS.map((one) => [one, t(`condition_${one}`)]), hint: t(`condition_${condition}_hint`) },
    ...(condition === "PICKUP_AND_LISTEN_SOME" ? [{ name: "listened", label: t("listened"), type: "number", min: 0, value: 5, hint: t("listened_hint") }] : []),
    ...(condition === "PICKUP_AND_CONFIRM" ? [{ name: "codes", label: t("codes"), value: "1", hint: t("codes_hint") }] : []),
    { name: "attempts", label: t("attempt_count"), type: "number", min: 1, max: 100, value: 2, required: true, hint: t("attempt_count_hint") },
    { name: "delay", label: t("attempt_delay"), type: "number", min: 0, step: "any", value: 10, hint: t("attempt_delay_hint") },
    { name: "ringing", label: t("ringing"), type: "number", min: 1, max: 600, value: 30, required: true, hint: t("ringing_hint") },
    { name: "longest", label: t("longest"), type: "number", min: 1, max: 7200, value: 90, required: true, hint: t("longest_hint") },
    hours("from", t("from_hour"), "09:00"), { ...hours("till", t("till_hour"), "21:00"), hint: t("window_hint", { zone: account.timezone }) },
    { name: "priority", label: t("priority"), type: "select", value: "5", options: [["5", t("priority_usual")], ["9", t("priority_first")], ["1", t("priority_last")]], hint: t("priority_hint") },
  ];
  return html`<p class="crumb"><a href="#/campaigns">← ${t("campaigns")}</a></p><${Head} title=${t("new_campaign")} lead=${t("new_campaign_lead")} />
    ${limits.value && !limits.value.channels && html`<${Channels} account=${account} changed=${limits.reload} />`}
    <section class="panel step"><h2><span class="nth">1</span> ${t("step_sound")}</h2><${Sound} account=${account} sounds=${sounds} hear=${hear} /></section>
    <section class="panel step"><h2><span class="nth">2</span> ${t("step_people")}</h2><${People} account=${account} groups=${groups} add=${add} /></section>
    <section class="panel step"><h2><span class="nth">3</span> ${t("step_settings")}</h2><${Form} fields=${fields} button=${t("dry_run")} kind="" act=${prepare} /></section>
    <section class="panel step" aria-live="polite"><h2><span class="nth">4</span> ${t("step_start")}</h2>
      ${!checked && html`<p class="quiet">${t("step_start_hint")}</p>`}
      ${checked && html`<${DryRun} found=${checked.found} zone=${account.timezone} /><div class="row"><${Action} kind="primary" act=${start}>${t("start")}<//></div>`}</section>`;
}

function Channels({ account, changed }) {
  const act = async (values) => { await put(`admin/accounts/${account.id}/campaigns`, { body: values }); changed(true); };
  return html`<section class="panel warn"><h2>${t("no_channels")}</h2><p>${t("no_channels_hint")}</p>
    <${Form} row fields=${[{ name: "channels", label: t("channels"), type: "number", min: 1, value: 5, required: true }, { name: "cps", label: t("cps"), type: "number", min: 1, value: 5 }]} button=${t("save")} act=${act} /></section>`;
}

function DryRun({ found, zone }) {
  if (found.result !== "SUCCESS") return html`<p class="state problem" role="alert">${t("no_channels_hint")} (${found.result})</p>`;
  const end = (one) => one && html`${t("calls_count", { count: one.calls })} · ${length(one.seconds)} · <${Time} at=${one.finishesAt && new Date(one.finishesAt).toISOString()} zone=${zone} />`;
  return html`<dl class="facts"><div class="fact"><dt>${t("would_call")}</dt><dd><strong>${found.wouldBeCalled}</strong> / ${found.subscriberCount}</dd></div>
    <div class="fact"><dt>${t("channels")}</dt><dd>${found.channels}</dd></div>
    <div class="fact"><dt>${t("starts_at")}</dt><dd><${Time} at=${found.startsAt && new Date(found.startsAt).toISOString()} zone=${zone} /></dd></div>
    <div class="fact"><dt>${t("if_all_answer")}</dt><dd>${end(found.ifAllAnswer)}</dd></div><div class="fact"><dt>${t("if_nobody_answers")}</dt><dd>${end(found.ifNobodyAnswers)}</dd></div></dl>
    ${found.skipped?.length > 0 && html`<p class="quiet">${t("skipped")}: ${found.skipped.map((one) => `${t(`result_${one.reason}`)} ${one.count}`).join(", ")}</p>`}`;
}

export const download = async (account, path, name, save) => save(await (await sendAs(account.id, "cato", "GET", path)).blob(), name);
