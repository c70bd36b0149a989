// One article: where it comes from, its text, what was repaired in it.

const safeUrl = (url) => (/^https?:\/\//iu.test(url ?? "") ? url : null);

function badge(kind, value) {
  return h(
    "span",
    { class: `badge ${kind}-${value}`, title: words[kind === "relation" ? "relations" : "statuses"][value][1] },
    words[kind === "relation" ? "relations" : "statuses"][value][0],
  );
}

/** Where an article comes from, in one line. */
function byline(article) {
  const address = safeUrl(article.url);
  return h(
    "p",
    { class: "byline" },
    [article.source, article.author, article.published?.slice(0, 10)]
      .filter(Boolean)
      .map((part) => [h("bdi", {}, part), " · "]),
    h("span", {}, "id ", h("code", {}, h("bdi", {}, article.id))),
    article.origin ? [" · ", h("span", {}, "read from ", h("bdi", {}, article.origin))] : null,
    article.url
      ? [
          " · ",
          address
            ? h("a", { href: address, rel: "noopener noreferrer" }, h("bdi", {}, article.url))
            : h("bdi", {}, article.url),
        ]
      : null,
  );
}

function repairs(article) {
  if (!article.repairs.length) return h("p", { class: "muted" }, "No repairs: the text stands as it was read.");
  const total = article.repairs.length + article.moreRepairs;
  return h(
    "details",
    { class: "repairs" },
    h("summary", {}, counted(total, "repair", "repairs"), " of this article"),
    h(
      "ol",
      {},
      article.repairs.map((repair) =>
        h(
          "li",
          {},
          h(
            "p",
            { class: "change", ...speaking(article) },
            h("span", { class: "context" }, repair.left),
            h("bdi", { class: "before" }, hidden("was "), named(repair.before)),
            h("span", { "aria-hidden": "true" }, article.rtl ? " ← " : " → "),
            h("bdi", { class: "after" }, hidden(" became "), named(repair.after)),
            h("span", { class: "context" }, repair.right),
          ),
          h(
            "p",
            { class: "muted" },
            repair.rules.map((rule, place) => [
              place ? "; " : "",
              page.rules[rule] ? `${page.rules[rule]} ` : "",
              h("code", {}, rule),
            ]),
            ` · ${percent(repair.confidence)} sure`,
            repair.field === "text" ? "" : ` · in the ${repair.field}`,
          ),
        ),
      ),
    ),
    article.moreRepairs ? h("p", { class: "muted" }, `And ${number(article.moreRepairs)} more in edits.jsonl.`) : null,
  );
}

/** A whole article to read, with marks. */
function reading(story, article, marks = []) {
  const text = textOf(story, article);
  const all = [...marksOf(article, text), ...marks];
  const paragraphs = [];
  const blank = /\n[^\S\n]*\n\s*|$/gu;
  for (let start = 0; start < text.length;) {
    blank.lastIndex = start;
    const match = blank.exec(text);
    if (text.slice(start, match.index).trim())
      paragraphs.push(h("p", speaking(article), marked(text, start, match.index, all)));
    start = match.index + Math.max(match[0].length, 1);
  }
  const place = h(
    "div",
    { class: "reading" },
    paragraphs.length ? paragraphs : h("p", { class: "muted" }, "This article has no text."),
  );
  const choices = textSwitches([text], [article]);
  return choices.length ? h("div", {}, switches(place, choices), place) : place;
}
