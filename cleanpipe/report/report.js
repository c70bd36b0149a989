// The way from the list to a story and back. The last part of the script: it starts the page.

let left = null; // the story last opened and where the list was scrolled to
let current = null; // the texts of the story that is shown
let outdated = false; // whether the list has to be read anew before it is shown
const NAME = document.title;

function storyPages(story) {
  const place = found.indexOf(story);
  const link = (to, text) => (to ? h("a", { href: to.href }, text) : null);
  return h(
    "nav",
    { class: "story-pages", "aria-label": "Stories" },
    h("a", { href: "#stories" }, "All stories"),
    place > 0 ? link(found[place - 1], "Previous story") : null,
    place >= 0 ? link(found[place + 1], "Next story") : null,
  );
}

async function showStory(entry) {
  if (!at("overview").hidden) left = { story: entry, top: window.scrollY };
  else if (left) left = { story: entry, top: null };
  let story = null,
    why = null;
  try {
    story = await readStory(entry);
  } catch (error) {
    why = error.message;
  }
  const content = story
    ? storyView(story)
    : [h("h2", { tabindex: "-1" }, h("bdi", {}, entry.headline)), h("p", { class: "aside" }, why)];
  if (location.hash !== entry.href) return; // the reader has gone on while it was unpacked
  current = story;
  at("story").replaceChildren(storyPages(entry), ...content);
  at("overview").hidden = true;
  at("story").hidden = false;
  document.title = `${entry.headline} · ${NAME}`;
  window.scrollTo(0, 0);
  at("story").querySelector("h2").focus({ preventScroll: true });
  if (story) tell("story", { story, element: at("story") });
  return story !== null;
}

async function showOverview() {
  if (outdated) await takeList();
  if (at("story").hidden) return;
  current = null;
  at("story").hidden = true;
  at("story").replaceChildren();
  at("overview").hidden = false;
  document.title = NAME;
  const link = left && [...at("list").querySelectorAll("a")].find((a) => a.getAttribute("href") === left.story.href);
  (link ?? at("stories")).focus({ preventScroll: left?.top !== null });
  if (left?.top !== null && left) window.scrollTo(0, left.top);
}

/** The texts of the story that is shown, or null. */
function storyNow() {
  return current;
}

/** Goes to a story by the name of its cluster. */
function openStory(cluster) {
  location.hash = address(cluster);
}

function route() {
  const entry = byAddress.get(location.hash);
  return entry ? showStory(entry) : showOverview();
}

/** Reads the list anew: filters and page stay. */
async function takeList() {
  const was = shown;
  takeIndex(await readIndex());
  outdated = false;
  choose();
  shown = Math.min(was, Math.max(0, Math.ceil(found.length / PAGE_SIZE) - 1));
  showList();
}

/** Reads the story that is shown anew: opened copies, place and focus stay. The list is read when it is shown again, or
 * where there is no such story any more. */
async function reload() {
  const top = window.scrollY,
    open = [...at("story").querySelectorAll("details.copy[open]")].map((part) => part.id),
    focused = document.activeElement?.id;
  outdated = true;
  if ((await route()) === false) {
    await takeList();
    await route();
  }
  for (const part of open.map(at).filter(Boolean)) {
    part.open = true;
    part.fill();
  }
  window.scrollTo(0, top);
  if (focused) at(focused)?.focus({ preventScroll: true });
}

// A sheet of paper can't be unfolded: what is folded is printed open, and is folded again after that.
const UNFOLDED = "details:is(.folded, .weighing, .whole):not([open])";
let unfolded = [];
window.addEventListener("beforeprint", () => {
  if (at("story").hidden) return;
  for (const copy of at("story").querySelectorAll("details.copy:not([open])")) {
    copy.open = true;
    copy.fill();
    unfolded.push(copy);
  }
  for (const part of at("story").querySelectorAll(UNFOLDED)) {
    part.open = true;
    unfolded.push(part);
  }
});
window.addEventListener("afterprint", () => {
  for (const part of unfolded) part.open = false;
  unfolded = [];
});

takeIndex(await readIndex());
at("filters").hidden = stories.length === 0;
at("filters").addEventListener("submit", (event) => event.preventDefault());
for (const [name, control] of Object.entries(controls))
  control.addEventListener(name === "search" ? "input" : "change", choose);
at("clear").addEventListener("click", clearFilters);
at("previous").addEventListener("click", () => turn(-1));
at("next").addEventListener("click", () => turn(1));
window.addEventListener("hashchange", route);
choose();
await route();
