// The parts that all views share: states, badges, times, buttons, dialogs.
import { html, useCallback, useEffect, useMemo, useRef, useState } from "./preact.js";
import { language, t } from "./words.js";

const ICONS = { good: "✓", wait: "◷", bad: "✕", idle: "–", paused: "Ⅱ" };
export const Badge = ({ tone, children }) =>
  html`<span class="badge ${tone}"><span aria-hidden="true">${ICONS[tone] || "•"}</span> ${children}</span>`;

export const number = (one) => (one ? (one.hidden ? t("hidden") : one.e164 || one.received) : "—");
export const length = (seconds) => (seconds == null ? "—" : `${seconds >= 3600 ? `${Math.floor(seconds / 3600)}:` : ""}${seconds >= 3600 ? String(Math.floor(seconds / 60) % 60).padStart(2, "0") : Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`);
export const saidOf = (error) => (error.status === 0 ? t("unreachable") : error.status === 403 && !error.message ? t("forbidden") : error.message || String(error));

export function Time({ at, zone }) {
  if (!at) return html`<span class="quiet">${t("never")}</span>`;
  const when = new Date(at);
  const text = when.toLocaleString(language, { dateStyle: "medium", timeStyle: "medium", timeZone: zone || undefined });
  return html`<time dateTime=${at}>${text}</time>`;
}

// The time of the day to the second.
export const Clock = ({ at, zone }) => html`<time dateTime=${at} title=${timeText(at, zone)}>${new Date(at).toLocaleTimeString(language, { timeZone: zone || undefined })}</time>`;

export const timeText = (at, zone) =>
  at ? new Date(at).toLocaleString(language, { dateStyle: "medium", timeStyle: "medium", timeZone: zone || undefined }) : t("not_planned");

export const Loading = () => html`<div class="state" role="status"><span class="spinner" aria-hidden="true"></span>${t("loading")}</div>`;
export const Empty = ({ title, children }) => html`<div class="state empty"><p><strong>${title}</strong></p><p>${children}</p></div>`;

export function Problem({ error, again }) {
  const text = saidOf(error);
  return html`<div class="state problem" role="alert"><p><strong>${t("failed")}</strong> ${text}</p>
    ${again && html`<button type="button" onClick=${again}>${t("again")}</button>`}</div>`;
}

// Load something, and again on demand; every `seconds` while the page is in view. A quiet reload waits for the one under way.
export function useLoaded(load, needs, seconds) {
  const [state, set] = useState({});
  const run = useRef({ now: 0, busy: false, again: false });
  const reload = useCallback(async (quiet) => {
    const here = run.current;
    if (quiet === true && here.busy) { here.again = true; return; }
    const mine = ++here.now;
    here.busy = true;
    if (quiet !== true) set((old) => ({ ...old, busy: true, error: null }));
    try {
      const value = await load();
      if (mine === here.now) set({ value, at: new Date() });
    } catch (error) {
      if (mine === here.now) set((old) => ({ value: quiet === true ? old.value : undefined, at: old.at, error }));
    }
    if (mine !== here.now) return;
    here.busy = false;
    if (here.again) { here.again = false; reload(true); }
  }, needs);
  useEffect(() => {
    reload();
    const timer = seconds && setInterval(() => { if (!document.hidden && !run.current.busy) reload(true); }, seconds * 1000);
    return () => { run.current.now += 1; run.current.busy = false; clearInterval(timer); };
  }, needs);
  return { ...state, reload };
}

// A button that says what became of it, and cannot be pressed twice.
export function Action({ act, children, kind = "", done, label }) {
  const [state, set] = useState("");
  const press = async () => {
    set("busy");
    try {
      const told = await act();
      set(told === false ? "" : "done");
    } catch (error) {
      set(saidOf(error));
    }
  };
  const failed = state && state !== "busy" && state !== "done";
  return html`<span class="action"><button type="button" class=${kind} disabled=${state === "busy"} aria-label=${label} onClick=${press}>
      ${state === "busy" ? t("working") : children}</button>
    <span role="status" class=${failed ? "said wrong" : "said"}>${failed ? state : state === "done" ? `✓ ${done || t("done")}` : ""}</span></span>`;
}

// A question before something that cannot be taken back. Returns a function that asks, and the dialog.
export function useQuestion() {
  const box = useRef(null);
  const [asked, set] = useState(null);
  const ask = (text, yes) => new Promise((answer) => {
    set({ text, yes, answer });
    box.current.showModal();
  });
  const close = (said) => {
    box.current.close();
    asked?.answer(said);
    set(null);
  };
  const dialog = html`<dialog ref=${box} onCancel=${(event) => { event.preventDefault(); close(false); }} aria-labelledby="question">
    <p id="question">${asked?.text}</p>
    <div class="row end"><button type="button" onClick=${() => close(false)}>${t("cancel")}</button>
    <button type="button" class="primary" onClick=${() => close(true)}>${asked?.yes}</button></div></dialog>`;
  return [ask, dialog];
}

export const Head = ({ title, lead, loaded, children }) => html`<header class="head"><div><h1 tabindex="-1">${title}</h1><p class="lead">${lead}</p></div>
  ${loaded && html`<div class="fresh">${children}<span class="quiet">${loaded.at ? `${t("as_of")} ${loaded.at.toLocaleTimeString(language)}` : ""}</span>
  <button type="button" onClick=${loaded.reload}>${t("refresh")}</button></div>`}</header>`;

export const Fact = ({ name, children }) => html`<div class="fact"><dt>${name}</dt><dd>${children}</dd></div>`;

const UNTOLD = new Set(["", undefined]);

// Return what a form says: numbers as numbers, checks as booleans or lists, and nothing for a field left empty.
function valuesOf(form, fields) {
  const found = {};
  for (const one of fields) {
    const inputs = form.elements[one.name];
    if (one.type === "checks") found[one.name] = [...form.querySelectorAll(`[name="${one.name}"]:checked`)].map((box) => box.value);
    else if (one.type === "checkbox") found[one.name] = inputs.checked;
    else if (one.type === "number") found[one.name] = inputs.value === "" ? undefined : Number(inputs.value);
    else found[one.name] = one.type === "password" ? inputs.value : inputs.value.trim();
    if (UNTOLD.has(found[one.name])) delete found[one.name];
  }
  return found;
}

// A form out of a list of fields. `act` gets the values, and may return what to say; the form says errors beside the button.
export function Form({ fields, act, button, done, row, reset, children, kind = "primary" }) {
  const [state, set] = useState({});
  const form = useRef(null);
  const id = useMemo(() => `f${Math.random().toString(36).slice(2)}`, []);
  const submit = async (event) => {
    event.preventDefault();
    set({ busy: true });
    try {
      const said = await act(valuesOf(form.current, fields));
      set(said === false ? {} : { said: typeof said === "string" ? said : done || t("done") });
      if (reset && said !== false) form.current?.reset();
    } catch (error) {
      set({ wrong: saidOf(error) });
    }
  };
  return html`<form ref=${form} class=${row ? "row filters" : "fields"} onSubmit=${submit}>${fields.map((one) => html`<${Field} key=${one.name} one=${one} id=${`${id}-${one.name}`} />`)}${children}
    <div class="row submit"><button type="submit" class=${kind} disabled=${state.busy}>${state.busy ? t("working") : button}</button>
    <span role="status" class=${state.wrong ? "said wrong" : "said"}>${state.wrong || (state.said ? `✓ ${state.said}` : "")}</span></div></form>`;
}

function Field({ one, id }) {
  const hint = one.hint ? html`<span class="hint quiet" id=${`${id}-hint`}>${one.hint}</span>` : "";
  const rest = { name: one.name, id, required: one.required, placeholder: one.placeholder, "aria-describedby": one.hint ? `${id}-hint` : undefined };
  if (one.type === "checks") {
    return html`<fieldset><legend>${one.label}</legend><div class="row">${one.options.map(([value, text]) => html`<label class="check"><input type="checkbox" name=${one.name} value=${value} defaultChecked=${(one.value || []).includes(value)} />${text}</label>`)}</div>${hint}</fieldset>`;
  }
  if (one.type === "checkbox") return html`<div><label class="check" for=${id}><input type="checkbox" ...${rest} defaultChecked=${one.value} />${one.label}</label>${hint}</div>`;
  const input = one.type === "select"
    ? html`<select ...${rest} onChange=${one.changed && ((event) => one.changed(event.target.value))}>${one.options.map(([value, text]) => html`<option value=${value} selected=${String(value) === String(one.value ?? "")}>${text}</option>`)}</select>`
    : one.type === "textarea"
      ? html`<textarea ...${rest} rows=${one.rows || 4} spellcheck="false" defaultValue=${one.value ?? ""}></textarea>`
      : html`<input type=${one.type || "text"} ...${rest} min=${one.min} max=${one.max} step=${one.step} inputmode=${one.inputmode} defaultValue=${one.value ?? ""} autocomplete="off" spellcheck="false" />`;
  return html`<div class="field"><label for=${id}>${one.label}</label>${input}${hint}</div>`;
}

// A list of which only the rows in view exist. Calls `more` near its end. Arrow keys move between rows.
export function VirtualList({ rows, height, row, more, label, tall = 12 }) {
  const box = useRef(null);
  const [top, set] = useState(0);
  const shown = Math.min(rows.length, tall);
  const from = Math.max(0, Math.floor(top / height) - 6);
  const until = Math.min(rows.length, from + tall + 12);
  useEffect(() => { if (until >= rows.length - 20) more?.(); }, [until, rows.length]);
  const keys = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const items = [...box.current.querySelectorAll("li > a, li > button")];
    const here = items.indexOf(document.activeElement);
    if (!step || here < 0) return;
    event.preventDefault();
    items[here + step]?.focus();
  };
  return html`<div class="virtual" ref=${box} tabindex="0" role="region" aria-label=${label} style=${{ height: `${shown * height + 2}px` }} onScroll=${(event) => set(event.target.scrollTop)} onKeyDown=${keys}>
    <ul style=${{ height: `${rows.length * height}px` }}>${rows.slice(from, until).map((one, nth) => html`<li key=${one.id} aria-setsize=${rows.length} aria-posinset=${from + nth + 1} style=${{ transform: `translateY(${(from + nth) * height}px)`, height: `${height}px` }}>${row(one)}</li>`)}</ul></div>`;
}

// A text that is shown once, such as a token, with a button that copies it.
export function Secret({ name, text }) {
  const [copied, set] = useState(false);
  const copy = async () => { await navigator.clipboard.writeText(text); set(true); };
  return html`<div class="once" role="status"><strong>${name}</strong><p>${t("shown_once")}</p><div class="row"><code class="address">${text}</code>
    <button type="button" onClick=${copy}>${t("copy")}</button><span class="said">${copied ? `✓ ${t("copied")}` : ""}</span></div></div>`;
}
