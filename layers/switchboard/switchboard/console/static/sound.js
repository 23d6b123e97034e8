// The sound of a campaign: one that is stored, a file, the microphone, or a spoken text.
import { callAs, sendAs } from "./api.js";
import { Action, Form, Problem, length, saidOf, useLoaded } from "./parts.js";
import { html, useEffect, useRef, useState } from "./preact.js";
import { Player, decode, wavOf } from "./waveform.js";
import { t } from "./words.js";

const LARGEST = 4 * 1024 * 1024;

export function Sound({ account, sounds, hear }) {
  const stored = useLoaded(() => callAs(account.id, "cato", "GET", "api/v1/audio-files", { query: { limit: 100 } }), [account.id]);
  const take = async (made) => { hear((old) => [...old.filter((one) => one.id !== made.id), made]); stored.reload(true); };
  const upload = async (blob, name) => {
    if (blob.size > LARGEST) throw new Error(t("sound_large"));
    const quoted = encodeURIComponent(name.replace(/[/\\]/g, "_"));
    await take(await callAs(account.id, "cato", "PUT", `api/v1/audio-files/add/${quoted}`, { raw: blob, type: "application/octet-stream" }));
  };
  const speak = async ({ text, title }) => { await take(await callAs(account.id, "cato", "POST", "api/v1/audio-files/tts", { body: { text, name: title } })); };
  const left = (stored.value || []).filter((one) => !sounds.some((other) => other.id === one.id));
  return html`<ul class="lines chosen">${sounds.map((one) => html`<li key=${one.id}><${Listen} account=${account} file=${one} /><button type="button" aria-label=${`${t("take_out")} ${one.name}`} onClick=${() => hear(sounds.filter((other) => other.id !== one.id))}>✕</button></li>`)}</ul>
    ${stored.error && html`<${Problem} error=${stored.error} again=${stored.reload} />`}
    <div class="ways"><${Files} accept="audio/*,video/*" label=${t("sound_file")} hint=${t("sound_file_hint")} take=${(file) => upload(file, file.name)} />
      <${Record} take=${upload} />
      ${left.length > 0 && html`<label>${t("sound_stored")}<select value="" onChange=${(event) => { const one = left.find((other) => other.id === event.target.value); if (one) hear([...sounds, one]); }}><option value="">${t("choose_one")}</option>${left.map((one) => html`<option value=${one.id}>${one.name}</option>`)}</select></label>`}</div>
    <details><summary>${t("speak")}</summary><${Form} fields=${[{ name: "title", label: t("name"), required: true, value: t("message") }, { name: "text", label: t("speak_text"), type: "textarea", required: true, hint: t("speak_hint") }]} button=${t("speak")} kind="" act=${speak} /></details>`;
}

// A place for a file: press, or drop. Says what became of the file.
export function Files({ accept, label, hint, take }) {
  const [state, set] = useState({});
  const [over, hover] = useState(false);
  const use = async (files) => {
    if (!files?.length) return;
    set({ busy: true });
    try {
      await take(files[0]);
      set({});
    } catch (error) {
      set({ wrong: saidOf(error) });
    }
  };
  const drop = (event) => { event.preventDefault(); hover(false); use(event.dataTransfer.files); };
  return html`<div class="drop ${over ? "over" : ""}" onDragOver=${(event) => { event.preventDefault(); hover(true); }} onDragLeave=${() => hover(false)} onDrop=${drop}>
    <label>${label}<input type="file" accept=${accept} onChange=${(event) => { use([...event.target.files]); event.target.value = ""; }} /></label>
    <p class="quiet">${state.busy ? t("working") : hint}</p>${state.wrong && html`<p class="said wrong" role="alert">${state.wrong}</p>`}</div>`;
}

function Listen({ account, file }) {
  const [blob, set] = useState(null);
  const about = useLoaded(() => callAs(account.id, "cato", "GET", `api/v1/audio-files/${encodeURIComponent(file.id)}`), [file.id]);
  const open = async () => { set(await (await sendAs(account.id, "cato", "GET", `api/v1/audio-files/${encodeURIComponent(file.id)}/content`)).blob()); return false; };
  return html`<div><strong>${file.name}</strong> <span class="quiet">${about.value ? length(Math.round(about.value.durationS)) : ""}</span>
    ${about.value?.warnings?.length > 0 && html`<p class="breaker">${about.value.warnings.map((one) => one.message || one).join(" ")}</p>`}
    ${blob ? html`<${Player} blob=${blob} name=${file.name} />` : html`<div class="row"><${Action} act=${open}>${t("listen")}<//></div>`}</div>`;
}

function Record({ take }) {
  const [state, set] = useState({});
  const [now, tick] = useState(0);
  const kept = useRef(null);
  useEffect(() => { if (!state.on) return undefined; const timer = setInterval(() => tick((old) => old + 1), 1000); return () => clearInterval(timer); }, [state.on]);
  const begin = async () => {
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      const recorder = new MediaRecorder(stream);
      const parts = [];
      recorder.ondataavailable = (event) => parts.push(event.data);
      recorder.onstop = async () => {
        stream.getTracks().forEach((one) => one.stop());
        set({ sound: await wavOf(await decode(new Blob(parts, { type: recorder.mimeType }))) });
      };
      kept.current = recorder;
      tick(0);
      recorder.start();
      set({ on: true });
    } catch {
      set({ wrong: t("no_microphone") });
    }
  };
  const use = async () => { await take(state.sound, `${t("recorded")} ${new Date().toISOString().slice(0, 16).replace("T", " ")}`); set({}); return false; };
  return html`<div class="drop"><strong>${t("record")}</strong>
    <div class="row"><button type="button" aria-pressed=${Boolean(state.on)} onClick=${() => (state.on ? kept.current.stop() : begin())}>${state.on ? `■ ${t("stop_recording")} ${length(now)}` : `● ${t("record")}`}</button></div>
    ${state.sound && html`<${Player} blob=${state.sound} name=${t("recorded")} /><div class="row"><${Action} kind="primary" act=${use}>${t("use_this")}<//></div>`}
    ${state.wrong ? html`<p class="said wrong" role="alert">${state.wrong}</p>` : html`<p class="quiet">${t("record_hint")}</p>`}</div>`;
}
