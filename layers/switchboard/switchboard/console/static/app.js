// The console: signing in, choosing an account, and the views.
import { all, forgetToken, get, keepToken, token } from "./api.js";
import { CallPage } from "./call.js";
import { Calls } from "./calls.js";
import { CampaignPage } from "./campaign.js";
import { Campaigns } from "./campaigns.js";
import { Deliveries } from "./deliveries.js";
import { Live } from "./live.js";
import { Loading, Problem } from "./parts.js";
import { html, render, useEffect, useState } from "./preact.js";
import { applySettings, choose, language, theme } from "./settings.js";
import { Setup } from "./setup.js";
import { Sources } from "./sources.js";
import { t } from "./words.js";

const VIEWS = { live: Live, calls: Calls, deliveries: Deliveries, campaigns: Campaigns, sources: Sources, setup: Setup };
const PAGES = { ...VIEWS, call: CallPage, campaign: CampaignPage };
const WITHIN = { call: "live", campaign: "campaigns" }; // the view that a page belongs to
const ACCOUNT = "switchboard.account";

// The address behind `#/`: a view, and what of it is shown.
function useView() {
  const read = () => { const [view, ...of] = location.hash.slice(2).split("/"); return view in PAGES ? [view, decodeURIComponent(of.join("/"))] : ["live", ""]; };
  const [at, set] = useState(read());
  useEffect(() => {
    const changed = () => { set(read()); scrollTo(0, 0); requestAnimationFrame(() => document.querySelector("main h1")?.focus()); };
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  useEffect(() => { document.title = `${t(WITHIN[at[0]] || at[0])} · Switchboard`; }, [at[0]]);
  return at;
}

function App() {
  const [accounts, set] = useState(null);
  const [error, fail] = useState(null);
  const enter = async () => {
    fail(null);
    try {
      set(await all("admin/accounts", "accounts"));
    } catch (problem) {
      if (problem.status === 401) forgetToken();
      fail(problem);
    }
  };
  useEffect(() => { if (token()) enter(); }, []);
  const leave = () => { forgetToken(); set(null); fail(null); };
  if (accounts) return html`<${Shell} accounts=${accounts} leave=${leave} again=${async () => set(await all("admin/accounts", "accounts"))} />`;
  if (token() && !error) return html`<main class="alone"><${Loading} /></main>`;
  return html`<${SignIn} enter=${enter} error=${error} />`;
}

function SignIn({ enter, error }) {
  const [busy, set] = useState(false);
  const submit = async (event) => {
    event.preventDefault();
    keepToken(new FormData(event.target).get("token").trim());
    set(true);
    await enter();
    set(false);
  };
  return html`<main class="alone"><form class="panel sign-in" onSubmit=${submit}><h1>Switchboard</h1><p class="lead">${t("sign_in_lead")}</p>
    <label>${t("token")}<input name="token" type="password" required autocomplete="off" spellcheck="false" autofocus aria-describedby="about-token" /></label>
    <p id="about-token" class="quiet">${t("token_hint")}</p>
    ${error && (error.status === 401 ? html`<p class="state problem" role="alert">${t("wrong_token")}</p>` : html`<${Problem} error=${error} />`)}
    <button type="submit" class="primary" disabled=${busy}>${busy ? t("working") : t("sign_in")}</button><${Choices} /></form></main>`;
}

const Choices = () => html`<div class="row choices"><label>${t("language")}<select value=${language} onChange=${(event) => choose("language", event.target.value)}><option value="en">English</option><option value="ru">Русский</option></select></label>
  <label>${t("theme")}<select value=${theme} onChange=${(event) => choose("theme", event.target.value)}>${["auto", "light", "dark"].map((one) => html`<option value=${one}>${t(`theme_${one}`)}</option>`)}</select></label></div>`;

function Shell({ accounts, leave, again }) {
  const [page, of] = useView();
  const view = WITHIN[page] || page;
  const kept = sessionStorage.getItem(ACCOUNT);
  const [id, set] = useState(accounts.some((one) => one.id === kept) ? kept : accounts[0]?.id);
  const [version, know] = useState(null);
  useEffect(() => { get("version").then(know, () => {}); }, []);
  const account = accounts.find((one) => one.id === id);
  const pick = (event) => { sessionStorage.setItem(ACCOUNT, event.target.value); set(event.target.value); };
  const refresh = async (chosen) => { await again(); sessionStorage.setItem(ACCOUNT, chosen); set(chosen); };
  const View = account ? PAGES[page] : Setup;
  return html`<a class="skip" href="#main" onClick=${(event) => { event.preventDefault(); document.querySelector("main h1, main")?.focus(); }}>${t("skip")}</a>
    <div class="shell"><aside><p class="brand">Switchboard</p>
      <label>${t("account")}<select value=${id} onChange=${pick}>${accounts.map((one) => html`<option value=${one.id}>${one.name === one.id ? one.id : `${one.name} (${one.id})`}</option>`)}</select></label>
      <nav aria-label=${t("views")}>${Object.keys(VIEWS).map((one) => html`<a href="#/${one}" aria-current=${one === view ? "page" : undefined}>${t(one)}</a>`)}</nav>
</aside>
      <footer class="foot"><${Choices} /><button type="button" onClick=${leave}>${t("sign_out")}</button>
      <p class="quiet">${version ? `${version.release}${version.commit ? ` · ${version.commit}` : ""}` : ""}</p></footer>
    <main id="main" tabindex="-1" data-view=${of ? `${page}/${of}` : page}><${View} key=${`${page}:${of}:${id}`} account=${account} accounts=${accounts} refresh=${refresh} of=${of} /></main></div>`;
}

applySettings();
const root = document.getElementById("app");
root.textContent = "";
render(html`<${App} />`, root);
