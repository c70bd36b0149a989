// The keyboard. Single keys act only where nobody types, and can be turned off (WCAG 2.1.4).

const KEYS = [
  { key: "j", name: "Next case", run: () => go(desk.selected + 1) },
  { key: "k", name: "Previous case", run: () => go(desk.selected - 1) },
  ...ACTIONS.map(({ key, name, says, verdict }) => ({
    key,
    name: `${name.replace(" …", "")}: ${says.charAt(0).toLowerCase()}${says.slice(1)}`,
    run: () => decide(verdict),
  })),
  { key: "z", name: "Undo your last step", run: () => undo(), everywhere: true },
  { key: "?", name: "These keys", run: () => at("help").showModal(), everywhere: true },
];
const KEYS_OFF = "cleanpipe-keys-off";

const typing = (element) => element.closest("input, textarea, select, [contenteditable]");

function onKey(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat) return;
  if (typing(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key !== "?" && !at("keys-on").checked) return;
  const found = KEYS.find(({ key }) => key === event.key);
  if (!found || (at("queue-view").hidden && !found.everywhere)) return;
  event.preventDefault();
  found.run();
}

function listenToKeys() {
  at("help-keys").replaceChildren(
    ...KEYS.map(({ key, name }) => h("div", {}, h("dt", {}, h("kbd", {}, key)), h("dd", {}, name))),
  );
  at("keys-on").checked = localStorage.getItem(KEYS_OFF) === null;
  at("keys-on").addEventListener("change", (event) => {
    if (event.target.checked) localStorage.removeItem(KEYS_OFF);
    else localStorage.setItem(KEYS_OFF, "1");
  });
  at("help-button").addEventListener("click", () => at("help").showModal());
  document.addEventListener("keydown", onKey);
  at("note").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) at("note-dialog").close("save");
  });
}
