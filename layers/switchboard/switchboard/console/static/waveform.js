// The waveform and the player of a sound. The browser decodes the sound; nothing leaves the machine.
import { html, useEffect, useRef, useState } from "./preact.js";
import { length } from "./parts.js";
import { t } from "./words.js";

const BARS = 160;

// Return the loudest sample of each part of a sound, from 0 to 1.
export function peaksOf(samples, count = BARS) {
  const size = Math.max(1, Math.floor(samples.length / count));
  const found = Array.from({ length: Math.min(count, samples.length) }, (_, part) => {
    let most = 0;
    for (let place = part * size; place < (part + 1) * size; place += 1) most = Math.max(most, Math.abs(samples[place] || 0));
    return most;
  });
  const top = Math.max(0.01, ...found);
  return found.map((one) => one / top);
}

export async function decode(blob) {
  const context = new (window.AudioContext || window.webkitAudioContext)();
  try {
    return await context.decodeAudioData(await blob.arrayBuffer());
  } finally {
    context.close();
  }
}

// Return a WAV of 16 bits in one channel at 16 kHz.
export async function wavOf(sound) {
  const rate = 16000;
  const offline = new OfflineAudioContext(1, Math.max(1, Math.ceil(sound.duration * rate)), rate);
  const source = offline.createBufferSource();
  source.buffer = sound;
  source.connect(offline.destination);
  source.start();
  const samples = (await offline.startRendering()).getChannelData(0);
  const view = new DataView(new ArrayBuffer(44 + samples.length * 2));
  const text = (place, words) => [...words].forEach((one, nth) => view.setUint8(place + nth, one.charCodeAt(0)));
  text(0, "RIFF"); view.setUint32(4, 36 + samples.length * 2, true); text(8, "WAVEfmt ");
  view.setUint32(16, 16, true); view.setUint16(20, 1, true); view.setUint16(22, 1, true); view.setUint32(24, rate, true);
  view.setUint32(28, rate * 2, true); view.setUint16(32, 2, true); view.setUint16(34, 16, true);
  text(36, "data"); view.setUint32(40, samples.length * 2, true);
  samples.forEach((one, nth) => view.setInt16(44 + nth * 2, Math.max(-1, Math.min(1, one)) * 32767, true));
  return new Blob([view], { type: "audio/wav" });
}

export function Player({ blob, name }) {
  const audio = useRef(null);
  const [peaks, draw] = useState([]);
  const [at, move] = useState({ now: 0, total: 0, playing: false });
  const [url, set] = useState("");
  useEffect(() => {
    const made = URL.createObjectURL(blob);
    set(made);
    decode(blob).then((sound) => { draw(peaksOf(sound.getChannelData(0))); move((old) => ({ ...old, total: sound.duration })); }, () => {});
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  const seek = (seconds) => { audio.current.currentTime = seconds; move((old) => ({ ...old, now: seconds })); };
  const toggle = () => (at.playing ? audio.current.pause() : audio.current.play());
  const place = at.total ? at.now / at.total : 0;
  return html`<div class="player"><button type="button" onClick=${toggle} aria-label=${`${at.playing ? t("stop_playing") : t("play")} ${name}`}>${at.playing ? "❚❚" : "▶"}</button>
    <div class="wave"><svg viewBox="0 0 ${BARS} 40" preserveAspectRatio="none" aria-hidden="true">${peaks.map((one, nth) => html`<rect class=${nth / peaks.length < place ? "played" : ""} x=${nth + 0.15} width="0.7" y=${20 - Math.max(0.6, one * 19)} height=${Math.max(1.2, one * 38)} />`)}</svg>
      <input type="range" min="0" max=${at.total || 1} step="0.1" value=${at.now} aria-label=${`${t("place_in")} ${name}`} onInput=${(event) => seek(Number(event.target.value))} /></div>
    <span class="number quiet">${length(Math.floor(at.now))} / ${length(Math.round(at.total))}</span>
    ${url && html`<audio ref=${audio} src=${url} onPlay=${() => move((old) => ({ ...old, playing: true }))} onPause=${() => move((old) => ({ ...old, playing: false }))}
      onTimeUpdate=${(event) => move((old) => ({ ...old, now: event.target.currentTime }))}></audio>`}</div>`;
}
