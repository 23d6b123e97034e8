// The people of a campaign: a list that is stored, a file, or a pasted text, looked at before it is kept.
import { callAs } from "./api.js";
import { Action, Problem, saidOf, useLoaded } from "./parts.js";
import { html, useState } from "./preact.js";
import { Files } from "./sound.js";
import { t } from "./words.js";

const LARGEST = 4_000_000;
const FEW = 30;

// Return the text of a file, or null for a spreadsheet or another encoding: such rows are mended in the file.
async function textOf(file) {
  if (!/\.(csv|txt|tsv|json|vcf)$/i.test(file.name)) return null;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
  } catch {
    return null;
  }
}

export function People({ account, groups, add }) {
  const [list, set] = useState(null);
  const [pasted, paste] = useState("");
  const [wrong, fail] = useState("");
  const stored = useLoaded(() => callAs(account.id, "cato", "GET", "api/v1/subscriber-groups", { query: { limit: 100 } }), [account.id]);
  const ask = (path, method, found, query) => callAs(account.id, "cato", method, `api/v1/subscriber-groups/${path}`, { raw: found.text ?? found.bytes, type: found.text == null ? "application/octet-stream" : "text/csv; charset=utf-8", query });
  const look = async (found) => {
    fail("");
    try {
      set({ ...found, seen: await ask("preview", "POST", found) });
    } catch (error) {
      set(null);
      fail(saidOf(error));
    }
  };
  const read = async (file) => {
    if (file.size > LARGEST) throw new Error(t("list_large"));
    const text = await textOf(file);
    await look({ name: file.name.replace(/\.\w+$/, ""), text, bytes: text == null ? file : null });
  };
  const keep = async () => {
    const made = await ask(`add/${encodeURIComponent(list.name.replace(/[/\\]/g, "_"))}`, "PUT", list, list.seen.problems.length ? { skipInvalid: "true" } : {});
    add((old) => [...old.filter((one) => one.id !== made.id), made]);
    set(null);
    paste("");
    stored.reload(true);
    return false;
  };
  const left = (stored.value || []).filter((one) => !groups.some((other) => other.id === one.id));
  return html`<ul class="lines chosen">${groups.map((one) => html`<li key=${one.id}><div><strong>${one.name}</strong> <span class="quiet">${t("people_count", { count: one.subscriberCount })}</span></div><button type="button" aria-label=${`${t("take_out")} ${one.name}`} onClick=${() => add(groups.filter((other) => other.id !== one.id))}>✕</button></li>`)}</ul>
    ${stored.error && html`<${Problem} error=${stored.error} again=${stored.reload} />`}
    <div class="ways"><${Files} accept=".csv,.txt,.tsv,.xlsx,.xlsm,.xls,.ods,.json,.vcf" label=${t("list_file")} hint=${t("list_file_hint")} take=${read} />
      <div class="drop"><label>${t("list_paste")}<textarea rows="4" spellcheck="false" value=${pasted} placeholder=${t("list_sample")} onInput=${(event) => paste(event.target.value)}></textarea></label>
        <div class="row"><button type="button" disabled=${!pasted.trim()} onClick=${() => look({ name: t("list_pasted"), text: pasted })}>${t("look")}</button></div></div>
      ${left.length > 0 && html`<label>${t("list_stored")}<select value="" onChange=${(event) => { const one = left.find((other) => other.id === event.target.value); if (one) add([...groups, one]); }}><option value="">${t("choose_one")}</option>${left.map((one) => html`<option value=${one.id}>${one.name} (${one.subscriberCount})</option>`)}</select></label>`}</div>
    ${wrong && html`<p class="state problem" role="alert">${wrong}</p>`}
    ${list && html`<${Preview} list=${list} look=${look} keep=${keep} rename=${(name) => set({ ...list, name })} />`}`;
}

function Preview({ list, look, keep, rename }) {
  const { seen, text } = list;
  const lines = text == null ? [] : text.split(/\r?\n/);
  const mend = (line, value) => look({ ...list, text: [...lines.slice(0, line - 1), value, ...lines.slice(line)].join("\n") });
  const how = [seen.format, seen.encoding, seen.delimiter && `«${seen.delimiter}»`, seen.sheet].filter(Boolean).join(" · ");
  return html`<div class="preview"><div class="row spread"><label class="inline">${t("name")}<input value=${list.name} onInput=${(event) => rename(event.target.value)} /></label><span class="quiet">${t("read_as")} ${how}</span></div>
    <dl class="tally"><div><dt>${t("rows")}</dt><dd>${seen.rows}</dd></div><div><dt>${t("kept_people")}</dt><dd>${seen.kept}</dd></div><div><dt>${t("duplicates")}</dt><dd>${seen.duplicates}</dd></div><div class=${seen.problems.length ? "bad" : ""}><dt>${t("row_problems")}</dt><dd>${seen.problems.length}</dd></div></dl>
    <div class="scroll" tabindex="0" role="region" aria-label=${t("columns")}><table><thead><tr><th scope="col">${t("column")}</th><th scope="col">${t("read_as")}</th><th scope="col">${t("samples")}</th></tr></thead>
      <tbody>${(seen.columns || []).map((one) => html`<tr><th scope="row">${one.heading || one.position}</th><td>${t(`column_${one.readAs}`)}</td><td>${one.samples.join(" · ")}</td></tr>`)}</tbody></table></div>
    ${seen.problems.length > 0 && html`<h3>${t("row_problems")}</h3><p class="quiet">${text == null ? t("mend_in_file") : t("mend_here")}</p>
      <ul class="mend">${seen.problems.slice(0, FEW).map((one) => html`<li key=${`${one.row}:${one.field}:${lines[one.line - 1]}`}><span class="number quiet">${one.line ?? one.row}</span>
        <div>${text != null && one.line ? html`<input aria-label=${`${t("row")} ${one.line}`} defaultValue=${lines[one.line - 1]} onChange=${(event) => mend(one.line, event.target.value)} />` : ""}<span class="said wrong">${one.field}: ${one.message}</span></div></li>`)}</ul>
      ${seen.problems.length > FEW && html`<p class="quiet">… ${seen.problems.length - FEW}</p>`}`}
    <div class="row"><${Action} kind="primary" act=${keep}>${seen.problems.length ? t("keep_without", { count: seen.kept }) : t("keep_list", { count: seen.kept })}<//></div></div>`;
}
