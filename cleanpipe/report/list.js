// The list of stories: search, filters, order, pages.

const PAGE_SIZE = 50;
const SOURCES_NAMED = 3;
const COMBINING = /\p{M}+/gu;
const collator = new Intl.Collator("en", { numeric: true });
const foldedText = (text) => text.normalize("NFKD").replace(COMBINING, "").toLowerCase();
// encodeURIComponent refuses lone surrogates.
const address = (cluster) => `#story=${encodeURIComponent(cluster.replace(/\p{Surrogate}/gu, "\uFFFD"))}`;

const COLUMNS = [
  ...["cluster", "headline", "lang", "copies", "relations", "review", "sources", "confidence", "date", "virtual"],
  ...["titles", "portion", "place"],
]; // of a row of the index

let stories = [];
let byAddress = new Map();
let found = [];
let shown = 0; // page of the list, from 0

/** Takes in an index, as the source gives it. */
function takeIndex(index) {
  page = index;
  words = index.words;
  stories = page.stories.map((row) => {
    const story = Object.fromEntries(COLUMNS.map((name, place) => [name, row[place]]));
    return { ...story, href: address(story.cluster) };
  });
  byAddress = new Map(stories.map((story) => [story.href, story]));
  fillChoices();
  foldAhead();
}

const orders = {
  copies: (a, b) => b.copies - a.copies,
  review: (a, b) => b.review - a.review,
  unsure: (a, b) => a.confidence - b.confidence,
  newest: (a, b) => (a.date < b.date ? 1 : a.date > b.date ? -1 : 0),
  oldest: (a, b) => !a.date - !b.date || (a.date < b.date ? -1 : a.date > b.date ? 1 : 0),
  headline: (a, b) => collator.compare(a.headline, b.headline),
};
const controls = {
  search: at("search"),
  relation: at("relation"),
  status: at("status"),
  source: at("source"),
  language: at("language"),
  from: at("from"),
  until: at("until"),
  order: at("order"),
};

/** The choices that the stories leave to make; one that was made is kept. */
function fillChoices() {
  const fill = (control, choices) => {
    const chosen = control.value;
    while (control.options.length > (control.id === "status" ? 3 : 1)) control.lastElementChild.remove();
    control.append(...choices.map(([value, name]) => h("option", { value: String(value) }, name)));
    control.value = chosen;
    if (control.selectedIndex < 0) control.selectedIndex = 0;
  };
  const used = (values) => [...new Set(stories.flatMap(values))];
  fill(
    controls.relation,
    used((story) => story.relations)
      .sort((a, b) => a - b)
      .map((relation) => [relation, words.relations[page.relations[relation]][0]]),
  );
  fill(
    controls.source,
    [...page.sources.entries()].sort((a, b) => collator.compare(a[1], b[1])),
  );
  fill(
    controls.language,
    used((story) => story.lang || [])
      .map((lang) => [lang, languageName(lang)])
      .sort((a, b) => collator.compare(a[1], b[1])),
  );
  const dates = stories.map((story) => story.date).filter(Boolean);
  const first = dates.reduce((a, b) => (a < b ? a : b), "9999-12-31");
  const last = dates.reduce((a, b) => (a > b ? a : b), "");
  for (const control of [controls.from, controls.until]) {
    control.parentElement.hidden = !dates.length;
    control.min = first;
    control.max = last;
  }
}

/** What a language is called; its tag where that says nothing to the browser. */
function languageName(tag) {
  try {
    return new Intl.DisplayNames("en", { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/** What the search looks through. */
function searched(story) {
  story.text ??= foldedText(
    [story.headline, ...story.titles, ...story.sources.map((number) => page.sources[number]), story.cluster].join("\n"),
  );
  return story.text;
}

const IDLE_MS = 8; // work at a time: less than a picture takes

/** Folds the texts of the list while nothing else is to be done, so that the first search is as quick as the next. */
function foldAhead(place = 0) {
  const idle = window.requestIdleCallback ?? ((work) => setTimeout(work, IDLE_MS));
  idle(() => {
    const until = performance.now() + IDLE_MS;
    let next = place;
    while (next < stories.length && performance.now() < until) searched(stories[next++]);
    if (next < stories.length) foldAhead(next);
  });
}

function choose() {
  const terms = foldedText(controls.search.value).split(/\s+/u).filter(Boolean);
  const relation = controls.relation.value,
    status = controls.status.value,
    source = controls.source.value,
    language = controls.language.value,
    from = controls.from.value,
    until = controls.until.value;
  at("clear").hidden = ![...terms, relation, status, source, language, from, until].some(Boolean);
  found = stories.filter((story) => {
    if (relation && !story.relations.includes(Number(relation))) return false;
    if (status && (status === "review") !== story.review > 0) return false;
    if (source && !story.sources.includes(Number(source))) return false;
    if (language && story.lang !== language) return false;
    if (from && !(story.date >= from)) return false;
    if (until && !(story.date && story.date <= until)) return false;
    if (!terms.length) return true;
    const text = searched(story);
    return terms.every((term) => text.includes(term));
  });
  found.sort(orders[controls.order.value]);
  shown = 0;
  showList();
}

/** Takes every filter away; the order stays. */
function clearFilters() {
  for (const [name, control] of Object.entries(controls)) if (name !== "order") control.value = "";
  choose();
  controls.search.focus();
}

function listItem(story) {
  const facts = [
    counted(story.copies, "copy", "copies"),
    story.relations.map((relation) => words.relations[page.relations[relation]][0].toLowerCase()).join(", "),
    story.sources.length
      ? [
          story.sources
            .slice(0, SOURCES_NAMED)
            .map((number, place) => [place ? ", " : "", h("bdi", {}, page.sources[number])]),
          story.sources.length > SOURCES_NAMED ? " and others" : "",
        ]
      : null,
    story.lang ? languageName(story.lang) : null,
    story.date,
  ].filter(Boolean);
  return h(
    "li",
    { "data-cluster": story.cluster },
    h("a", { href: story.href }, h("bdi", { lang: story.lang || null }, story.headline.trim() || story.cluster)),
    h(
      "p",
      { class: "muted" },
      facts.map((fact, place) => [place ? " · " : "", fact]),
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
  tell("list", { entries: found.slice(shown * PAGE_SIZE, (shown + 1) * PAGE_SIZE), element: at("list") });
}

function turn(by) {
  shown += by;
  showList();
  at("stories").focus({ preventScroll: true });
  at("stories-title").scrollIntoView();
}
