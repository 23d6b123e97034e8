// What a person has chosen on this machine: language and theme. Neither is secret.
const pick = (name, known, fallback) => {
  const kept = localStorage.getItem(`switchboard.${name}`);
  return known.includes(kept) ? kept : fallback;
};
export const language = pick("language", ["en", "ru"], (navigator.language || "en").toLowerCase().startsWith("ru") ? "ru" : "en");
export const theme = pick("theme", ["auto", "light", "dark"], "auto");

export function choose(name, value) {
  localStorage.setItem(`switchboard.${name}`, value);
  location.reload();
}

export function applySettings() {
  document.documentElement.lang = language;
  if (theme !== "auto") document.documentElement.dataset.theme = theme;
}
