// Which part of the desk is shown. The last part of the script: it starts the page.

const VIEWS = {
  queue: () => showQueue({ place: desk.selected, focus: started }),
  batches: () => at("batches-title").focus(),
  past: async () => {
    await showPast(0);
    at("past-title").focus();
  },
  conflicts: async () => {
    await showConflicts();
    at("conflicts-title").focus();
  },
};
const NAMES = { queue: "Queue", batches: "Accept many at once", past: "What was decided", conflicts: "Conflicts" };

let started = false; // until then nothing takes the focus away from the beginning of the page
const view = () => (location.hash.slice(1) in VIEWS ? location.hash.slice(1) : "queue");

async function showView() {
  if (location.hash === "#case") return; // the link that skips to the case
  const shown = view();
  for (const name of Object.keys(VIEWS)) at(`${name}-view`).hidden = name !== shown;
  for (const link of document.querySelectorAll(".views a"))
    if (link.getAttribute("href") === `#${shown}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  document.title = `${NAMES[shown]} · Review desk`;
  say("");
  try {
    await VIEWS[shown]();
  } catch (error) {
    say(error.message, true);
  }
}

/** Reads what is shown anew, after a change. */
async function showNow() {
  const shown = view();
  if (shown === "queue") return showQueue({ place: desk.selected });
  if (shown === "past") await showPast();
  if (shown === "conflicts") await showConflicts();
  if (shown === "batches") at("batch-found").replaceChildren();
  return showCounts();
}

const told = await askFor("/api/words");
page = { rules: told.rules };
words = told.words;
at("who").replaceChildren(h("span", { class: "hidden" }, "Deciding: "), h("bdi", {}, told.by));
for (const [relation, [name]] of Object.entries(words.relations)) {
  at("relation").append(h("option", { value: relation }, name));
  at("batch-relation").append(h("option", { value: relation, selected: relation === "spun" }, name));
}
listenToKeys();
for (const name of ["show", "relation"])
  at(name).addEventListener("change", () =>
    changing("Reading …", async () => {
      await showQueue({ first: 0, focus: false });
      say(counted(desk.found, "case", "cases"));
    }),
  );
at("choice").addEventListener("submit", (event) => event.preventDefault());
at("previous").addEventListener("click", () => showQueue({ first: desk.first - CASES_AT_ONCE }));
at("next").addEventListener("click", () => showQueue({ first: desk.first + CASES_AT_ONCE }));
at("past-previous").addEventListener("click", () => showPast(pastFirst - STEPS_AT_ONCE));
at("past-next").addEventListener("click", () => showPast(pastFirst + STEPS_AT_ONCE));
at("batch").addEventListener("submit", (event) => {
  event.preventDefault();
  preview();
});
at("import").addEventListener("submit", (event) => {
  event.preventDefault();
  takeOver(at("import-file").files[0]);
});
at("note-dialog").addEventListener("close", () => {
  if (at("note-dialog").returnValue === "save") decide("unsure", at("note").value);
});
at("finish").addEventListener("click", () => {
  at("finish-dialog").returnValue = "cancel";
  at("finish-dialog").showModal();
});
at("finish-dialog").addEventListener("close", () => {
  if (at("finish-dialog").returnValue !== "close") return;
  changing("Writing the files …", async () => {
    await send("/api/write", {});
    await send("/api/close", {});
    at("main").replaceChildren(
      h("h2", { tabindex: "-1", id: "end" }, "The desk is closed"),
      h("p", { class: "lead" }, "The files of the archive are written. You can close this page."),
    );
    at("end").focus();
  });
});
window.addEventListener("hashchange", showView);
await showView();
started = true;
