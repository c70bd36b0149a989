// The list of stories (search, filters, order, pages), and the way from it to a story and back.

const page = JSON.parse(document.getElementById("index").textContent);
const words = page.words;
const PAGE_SIZE = 50;
const COMBINING = /\p{M}+/gu;
const at = (id) => document.getElementById(id);
const foldedText = (text) => text.normalize("NFKD").replace(COMBINING, "").toLowerCase();
// encodeURIComponent refuses lone surrogates.
const address = (cluster) => `#story=${encodeURIComponent(cluster.replace(/\p{Surrogate}/gu, "\uFFFD"))}`;

const stories = page.stories.map(
  ([
    cluster,
    headline,
    lang,
    copies,
    relations,
    review,
    sources,
    confidence,
    date,
    virtual,
    titles,
    portion,
    place,
  ]) => ({
    cluster,
    headline,
    lang,
    copies,
    relations,
    review,
    sources,
    confidence,
    date,
    virtual,
    titles,
    portion,
    place,
    href: address(cluster),
  }),
);
const byAddress = new Map(stories.map((story) => [story.href, story]));
const orders = {
  copies: (a, b) => b.copies - a.copies,
  review: (a, b) => b.review - a.review,
  unsure: (a, b) => a.confidence - b.confidence,
  newest: (a, b) => (a.date < b.date ? 1 : a.date > b.date ? -1 : 0),
  oldest: (a, b) => !a.date - !b.date || (a.date < b.date ? -1 : a.date > b.date ? 1 : 0),
  headline: (a, b) => collator.compare(a.headline, b.headline),
};
const collator = new Intl.Collator("en", { numeric: true });
const controls = {
  search: at("search"),
  relation: at("relation"),
  status: at("status"),
  source: at("source"),
  order: at("order"),
};
let found = stories;
let shown = 0; // page of the list, from 0
let left = null; // the story last opened and where the list was scrolled to

function choose() {
  const terms = foldedText(controls.search.value).split(/\s+/u).filter(Boolean);
  const relation = controls.relation.value,
    status = controls.status.value,
    source = controls.source.value;
  found = stories.filter((story) => {
    if (relation && !story.relations.includes(Number(relation))) return false;
    if (status && (status === "review") !== story.review > 0) return false;
    if (source && !story.sources.includes(Number(source))) return false;
    if (!terms.length) return true;
    story.text ??= foldedText(
      [story.headline, ...story.titles, ...story.sources.map((number) => page.sources[number]), story.cluster].join(
        "\n",
      ),
    );
    return terms.every((term) => story.text.includes(term));
  });
  found.sort(orders[controls.order.value]);
  shown = 0;
  showList();
}

function listItem(story) {
  const facts = [
    counted(story.copies, "copy", "copies"),
    story.relations.map((relation) => words.relations[page.relations[relation]][0].toLowerCase()).join(", "),
    story.sources
      .slice(0, 3)
      .map((number) => page.sources[number])
      .join(", ") + (story.sources.length > 3 ? " and others" : ""),
    story.date,
  ].filter(Boolean);
  return h(
    "li",
    {},
    h("a", { href: story.href }, h("bdi", { lang: story.lang || null }, story.headline.trim() || story.cluster)),
    h(
      "p",
      { class: "muted" },
      facts.map((fact, place) => [place ? " · " : "", h("bdi", {}, fact)]),
      story.virtual ? " · original not in this archive" : null,
      story.review ? [" ", h("span", { class: "badge status-review" }, `${number(story.review)} to decide`)] : null,
    ),
  );
}

function showList() {
  const pages = Math.max(1, Math.ceil(found.length / PAGE_SIZE));
  at("list").start = shown * PAGE_SIZE + 1;
  at("list").replaceChildren(...found.slice(shown * PAGE_SIZE, (shown + 1) * PAGE_SIZE).map(listItem));
  at("found").textContent = stories.length
    ? `${number(found.length)} of ${counted(stories.length, "story", "stories")}${found.length ? "" : ": nothing fits. Take a filter away."}`
    : "No copies were found: every article stands alone.";
  at("pages").hidden = pages === 1;
  at("page").textContent = `Page ${number(shown + 1)} of ${number(pages)}`;
  at("previous").disabled = shown === 0;
  at("next").disabled = shown === pages - 1;
}

function turn(by) {
  shown += by;
  showList();
  at("stories").focus({ preventScroll: true });
  at("stories-title").scrollIntoView();
}

const portions = new Map();

/** The stories of a portion, unpacked once. Waits for the rest of the page where it is still being read. */
function portion(number) {
  if (!portions.has(number)) portions.set(number, unpack(number));
  return portions.get(number);
}

async function unpack(number) {
  const id = `portion-${number}`;
  // The element may be there with half its text: only what follows it, or the end of the page, says that it is whole.
  if (document.readyState === "loading" && !at(id)?.nextElementSibling)
    await new Promise((done) => document.addEventListener("DOMContentLoaded", done, { once: true }));
  const element = at(id);
  if (element.type === "application/json") return JSON.parse(element.textContent);
  const bytes = Uint8Array.from(atob(element.textContent), (sign) => sign.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(stream).text());
}

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

async function showStory(story) {
  if (!at("overview").hidden) left = { story, top: window.scrollY };
  else if (left) left = { story, top: null };
  let content;
  if (story.portion < 0) {
    content = [
      h("h2", { tabindex: "-1" }, h("bdi", {}, story.headline)),
      h(
        "p",
        {},
        "The texts of this story did not fit into this page; ",
        h("code", {}, "cleanpipe explain"),
        " shows its articles and their evidence in a terminal.",
      ),
    ];
  } else if (
    typeof DecompressionStream === "undefined" &&
    at(`portion-${story.portion}`)?.type !== "application/json"
  ) {
    content = [
      h("h2", { tabindex: "-1" }, h("bdi", {}, story.headline)),
      h("p", {}, "This browser is too old to unpack the texts; any of the last years can."),
    ];
  } else content = storyView((await portion(story.portion))[story.place]);
  if (location.hash !== story.href) return; // the reader has gone on while it was unpacked
  at("story").replaceChildren(storyPages(story), ...content);
  at("overview").hidden = true;
  at("story").hidden = false;
  document.title = `${story.headline} · Archive report`;
  window.scrollTo(0, 0);
  at("story").querySelector("h2").focus({ preventScroll: true });
}

function showOverview() {
  if (at("story").hidden) return;
  at("story").hidden = true;
  at("story").replaceChildren();
  at("overview").hidden = false;
  document.title = "Archive report";
  const link = left && [...at("list").querySelectorAll("a")].find((a) => a.getAttribute("href") === left.story.href);
  (link ?? at("stories")).focus({ preventScroll: left?.top !== null });
  if (left?.top !== null && left) window.scrollTo(0, left.top);
}

function route() {
  const story = byAddress.get(location.hash);
  if (story) showStory(story);
  else showOverview();
}

page.relations.forEach((relation, number) => {
  if (stories.some((story) => story.relations.includes(number)))
    controls.relation.append(h("option", { value: String(number) }, words.relations[relation][0]));
});
[...page.sources.entries()]
  .sort((a, b) => collator.compare(a[1], b[1]))
  .forEach(([number, source]) => controls.source.append(h("option", { value: String(number) }, source)));
at("filters").hidden = stories.length === 0;
at("filters").addEventListener("submit", (event) => event.preventDefault());
for (const [name, control] of Object.entries(controls))
  control.addEventListener(name === "search" ? "input" : "change", choose);
at("previous").addEventListener("click", () => turn(-1));
at("next").addEventListener("click", () => turn(1));
window.addEventListener("hashchange", route);
choose();
route();
