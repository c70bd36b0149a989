// When the articles of a story appeared: one line an article, the earliest first, with its place between first and last.

const TIMELINE_SHOWN = 40; // lines before the rest is folded up
const HOUR_MS = 3_600_000,
  DAY_MS = 24 * HOUR_MS;

// A time without its offset from UTC is taken for one in UTC, as a day without a time is.
const moment = ({ published }) => Date.parse(/T[\d:.]+$/u.test(published ?? "") ? `${published}Z` : (published ?? ""));
const hasTime = (article) => article.published.includes("T");

/** How long after the first: in minutes, hours or days; in days alone where a time of day isn't known of both. */
function later(begin, ms, exact) {
  if (ms === begin) return "first";
  const since = exact ? ms - begin : (Math.floor(ms / DAY_MS) - Math.floor(begin / DAY_MS)) * DAY_MS;
  if (since === 0) return "same day";
  if (since < 2 * HOUR_MS) return `+${counted(Math.max(1, Math.round(since / 60_000)), "minute", "minutes")}`;
  if (since < 2 * DAY_MS && exact) return `+${counted(Math.round(since / HOUR_MS), "hour", "hours")}`;
  return `+${counted(Math.round(since / DAY_MS), "day", "days")}`;
}

function timeline(story) {
  const copies = new Map(story.copies.map((copy) => [copy.article, copy]));
  const dated = story.articles
    .map((article, place) => ({ article, place, copy: copies.get(place), ms: moment(article) }))
    .filter((item) => !Number.isNaN(item.ms))
    .sort((a, b) => a.ms - b.ms || (b.place === story.original) - (a.place === story.original));
  const undated = story.articles.length - dated.length;
  if (dated.length < 2) return null;
  const begin = dated[0].ms,
    span = dated.at(-1).ms - begin || 1;
  const utc = dated.some((item) => hasTime(item.article)) ? ", in UTC" : "";
  const lines = dated.map((item) =>
    timelineItem(story, item, begin, span, hasTime(dated[0].article) && hasTime(item.article)),
  );
  return h(
    "section",
    { class: "timeline", "aria-labelledby": "timeline-title" },
    h("h3", { id: "timeline-title", class: "overline" }, `When they appeared${utc}`),
    h("ol", {}, lines.slice(0, TIMELINE_SHOWN)),
    lines.length > TIMELINE_SHOWN
      ? h(
          "details",
          { class: "folded" },
          h("summary", {}, `${number(lines.length - TIMELINE_SHOWN)} later ones`),
          h("ol", {}, lines.slice(TIMELINE_SHOWN)),
        )
      : null,
    undated ? h("p", { class: "muted" }, `${counted(undated, "article has", "articles have")} no date.`) : null,
  );
}

function timelineItem(story, { article, place, copy, ms }, begin, span, exact) {
  const original = place === story.original;
  const kind = original ? "original" : copy?.status === "review" ? "review" : "copy";
  const x = 3 + (94 * (ms - begin)) / span;
  // Told apart by shape: the original is a diamond, a copy a dot, one that waits for a decision a ring.
  const shape = original
    ? drawn("path", { class: `dot-${kind}`, d: "M0 -6L6 0L0 6L-6 0Z" })
    : drawn("circle", { class: `dot-${kind}`, r: kind === "review" ? 4 : 5 });
  const stamp = hasTime(article) ? new Date(ms).toISOString().slice(0, 16).replace("T", " ") : article.published;
  return h(
    "li",
    {},
    h("time", { datetime: article.published }, stamp),
    drawn(
      "svg",
      { "aria-hidden": "true", class: "track-line" },
      drawn("line", { x1: "3%", x2: "97%", y1: "50%", y2: "50%" }),
      drawn("svg", { x: `${x}%`, y: "50%", overflow: "visible" }, shape),
    ),
    h(
      "span",
      { class: "who" },
      original
        ? [h("b", {}, "Original"), " "]
        : copy
          ? h(
              "a",
              {
                href: `#copy-${place}`,
                onclick: (event) => {
                  event.preventDefault();
                  openCopy(place);
                },
              },
              words.relations[copy.relation][0],
              kind === "review" ? ", to decide" : "",
            )
          : "Also here",
      " ",
      h("bdi", {}, article.source ?? article.name),
      " ",
      h("span", { class: "muted" }, later(begin, ms, exact)),
    ),
  );
}
