// The parts that all views share: states, badges, times, buttons, dialogs.
import { html, useCallback, useEffect, useRef, useState } from "./preact.js";
import { language, t } from "./words.js";

const ICONS = { good: "✓", wait: "◷", bad: "✕", idle: "–", paused: "Ⅱ" };
export const Badge = ({ tone, children }) =>
  html`<span class="badge ${tone}"><span aria-hidden="true">${ICONS[tone] || "•"}</span> ${children}</span>`;

export function Time({ at, zone }) {
  if (!at) return html`<span class="quiet">${t("never")}</span>`;
  const when = new Date(at);
  const text = when.toLocaleString(language, { dateStyle: "medium", timeStyle: "medium", timeZone: zone || undefined });
  return html`<time dateTime=${at}>${text}</time>`;
}

export const timeText = (at, zone) =>
  at ? new Date(at).toLocaleString(language, { dateStyle: "medium", timeStyle: "medium", timeZone: zone || undefined }) : t("not_planned");

export const Loading = () => html`<div class="state" role="status"><span class="spinner" aria-hidden="true"></span>${t("loading")}</div>`;
export const Empty = ({ title, children }) => html`<div class="state empty"><p><strong>${title}</strong></p><p>${children}</p></div>`;

export function Problem({ error, again }) {
  const text = error.status === 0 ? t("unreachable") : error.status === 403 ? t("forbidden") : error.message || String(error);
  return html`<div class="state problem" role="alert"><p><strong>${t("failed")}</strong> ${text}</p>
    ${again && html`<button type="button" onClick=${again}>${t("again")}</button>`}</div>`;
}

// Load something, and again on demand; every `seconds` while the page is in view.
export function useLoaded(load, needs, seconds) {
  const [state, set] = useState({});
  const run = useRef(0);
  const reload = useCallback(async (quiet) => {
    const mine = ++run.current;
    if (quiet !== true) set((old) => ({ ...old, busy: true, error: null }));
    try {
      const value = await load();
      if (mine === run.current) set({ value, at: new Date() });
    } catch (error) {
      if (mine === run.current) set((old) => ({ value: quiet === true ? old.value : undefined, at: old.at, error }));
    }
  }, needs);
  useEffect(() => {
    reload();
    if (!seconds) return undefined;
    const timer = setInterval(() => { if (!document.hidden) reload(true); }, seconds * 1000);
    return () => clearInterval(timer);
  }, needs);
  return { ...state, reload };
}

// A button that says what became of it, and cannot be pressed twice.
export function Action({ act, children, kind = "", done, label }) {
  const [state, set] = useState("");
  const press = async () => {
    set("busy");
    try {
      const said = await act();
      set(said === false ? "" : "done");
    } catch (error) {
      set(error.status === 0 ? t("unreachable") : error.status === 403 ? t("forbidden") : error.message);
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

export const Head = ({ title, lead, loaded }) => html`<header class="head"><div><h1 tabindex="-1">${title}</h1><p class="lead">${lead}</p></div>
  ${loaded && html`<div class="fresh"><span class="quiet">${loaded.at ? `${t("as_of")} ${loaded.at.toLocaleTimeString(language)}` : ""}</span>
  <button type="button" onClick=${loaded.reload}>${t("refresh")}</button></div>`}</header>`;

export const Fact = ({ name, children }) => html`<div class="fact"><dt>${name}</dt><dd>${children}</dd></div>`;
