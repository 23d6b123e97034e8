// The set-up's lists: a table with its actions, and a form that adds a row.
import { all, get } from "./api.js";
import { Form, Head, Loading, Problem, useLoaded, useQuestion } from "./parts.js";
import { html, useState } from "./preact.js";
import { t } from "./words.js";

// `columns` are [heading, what of a row]; `actions` gives the buttons of a row.
export function Table({ label, rows, columns, actions }) {
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${label}><table><thead><tr>${columns.map(([name]) => html`<th scope="col">${name}</th>`)}${actions && html`<th scope="col"><span class="hidden">${t("actions")}</span></th>`}</tr></thead>
    <tbody>${rows.map((one) => html`<tr key=${one.id ?? one.number}>${columns.map(([, cell], nth) => (nth ? html`<td>${cell(one)}</td>` : html`<th scope="row">${cell(one)}</th>`))}${actions && html`<td><div class="row acts">${actions(one)}</div></td>`}</tr>`)}</tbody></table></div>`;
}

// A section of the set-up: what is there, what to do if nothing is, and a form that adds.
// `make` gets the form's values and returns what to show of the answer.
export function Listed({ title, lead, path, name, query, columns, actions, fields, make, empty, adds, children, needs = [] }) {
  const loaded = useLoaded(() => all(path, name, query), [path, JSON.stringify(query), ...needs]);
  const [shown, show] = useState("");
  const [ask, dialog] = useQuestion();
  const { value, error } = loaded;
  const act = async (values) => { const told = await make(values); show(told || ""); loaded.reload(true); };
  return html`<${Head} title=${title} lead=${lead} loaded=${loaded} />${error && html`<${Problem} error=${error} again=${loaded.reload} />`}${!value && !error && html`<${Loading} />`}
    ${value && html`<section class="panel">${value.length ? html`<${Table} label=${title} rows=${value} columns=${columns} actions=${actions && ((one) => actions(one, { reload: loaded.reload, ask, show }))} />` : html`<p class="quiet">${empty}</p>`}${shown}</section>`}
    ${fields && !error && html`<section class="panel"><h2>${adds}</h2><${Form} fields=${fields} button=${adds} act=${act} reset=${true} /></section>`}${children}${dialog}`;
}

// One object that a form shows and changes.
export function Single({ title, lead, path, fields, save, children }) {
  const loaded = useLoaded(() => get(path), [path]);
  const { value, error } = loaded;
  const act = async (said) => { await save(said); loaded.reload(true); };
  return html`<${Head} title=${title} lead=${lead} loaded=${loaded} />${error && error.status !== 404 && html`<${Problem} error=${error} again=${loaded.reload} />`}${!value && !error && html`<${Loading} />`}
    ${(value || error?.status === 404) && html`<section class="panel" key=${JSON.stringify(value)}><${Form} fields=${fields(value || {})} button=${t("save")} act=${act} />${children?.(value, loaded.reload)}</section>`}`;
}
