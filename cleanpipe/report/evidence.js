// Why a copy is linked: what the link says, in plain words, the evidence with its places in the text, and the figures.

const CONTEXT = 60; // signs around a quoted place
const QUOTES = 12; // quoted places of one reason before the rest is only counted

/** Where to cut a text around a place: between words, as far as there are any. */
function around(text, start, end) {
  let from = Math.max(0, start - CONTEXT),
    to = Math.min(text.length, end + CONTEXT);
  if (from) {
    const space = text.slice(from - 1, start).search(/\s/);
    if (space >= 0) from += space;
    else if (/[\udc00-\udfff]/.test(text[from])) from -= 1;
  }
  if (to < text.length) {
    const space = text.slice(end, to + 1).search(/\s\S*$/);
    if (space >= 0) to = end + space;
    else if (/[\udc00-\udfff]/.test(text[to])) to += 1;
  }
  return [from, to];
}

/** A place of an article with some text around it. */
function quoted(story, article, [field, start, end], mark) {
  const text = field === "text" ? textOf(story, article) : (article[field] ?? "");
  if (!text) return null;
  const [from, to] = around(text, start, end);
  return h(
    "q",
    speaking(article),
    from ? "…" : "",
    marked(text, from, to, [{ start, end, tag: "mark", class: mark }]),
    to < text.length ? "…" : "",
  );
}

function evidence(story, copy) {
  const own = story.articles[copy.article];
  const labels = factLabels(copy);
  const items = copy.evidence.map((item) => {
    const other = item.other === null ? null : story.articles[item.other];
    const fact = item.kind === "facts" || item.kind === "headline";
    const spans = item.spans.filter((span) => span.copy || span.other || span.value);
    const quotes = spans.slice(0, QUOTES).map((span) =>
      h(
        "li",
        {},
        fact ? h("span", { class: "label" }, labels.get(span.value), " ") : null,
        item.kind === "credit"
          ? span.value
            ? h("span", { class: "muted" }, "rule ", h("code", {}, span.value))
            : null
          : span.value
            ? h("b", { dir: "auto" }, span.value)
            : null,
        [
          [span.copy, own, "copy"],
          [other && span.other, other, item.other === story.original ? "original" : "other"],
        ].map(([place, article, side]) =>
          place
            ? h(
                "p",
                {},
                h("span", { class: "muted" }, `in the ${side} `),
                quoted(story, article, place, fact ? "fact" : "credit"),
              )
            : null,
        ),
      ),
    );
    const about =
      other && item.other !== story.original
        ? h("span", { class: "muted" }, " (compared with ", h("cite", {}, titled(other)), ")")
        : null;
    return h(
      "li",
      {},
      h(
        "p",
        {},
        h("b", {}, item.kind === "hash" && item.count ? "Same text" : words.evidence[item.kind], ". "),
        h("span", { dir: "auto" }, item.says),
        about,
        item.kind === "sentences"
          ? h("span", { class: "muted" }, ` ${counted(item.count, "pair", "pairs")}, shown above.`)
          : null,
      ),
      quotes.length
        ? h(
            "details",
            {},
            h("summary", {}, counted(spans.length, "place", "places"), " in the text"),
            h("ul", { class: "quotes" }, quotes),
            spans.length > QUOTES
              ? h("p", { class: "muted" }, `And ${number(spans.length - QUOTES)} more in links.jsonl.`)
              : null,
          )
        : null,
    );
  });
  return [
    h("h4", {}, "Evidence"),
    items.length ? h("ol", { class: "evidence" }, items) : h("p", { class: "muted" }, "None is recorded."),
  ];
}

function figures(copy) {
  const scores = Object.entries(copy.scores);
  if (!scores.length) return null;
  return h(
    "details",
    {},
    h("summary", {}, "Figures behind the link"),
    h(
      "dl",
      { class: "facts" },
      scores.map(([name, value]) =>
        h("div", {}, h("dt", {}, words.scores[name] ?? name), h("dd", {}, Number(value).toFixed(2))),
      ),
    ),
  );
}

function explanation(story, copy) {
  const line = (term, name, says) =>
    h("div", {}, h("dt", {}, term), h("dd", {}, h("b", {}, name), says ? [" ", says] : null));
  const [relation, status, basis] = [
    words.relations[copy.relation],
    words.statuses[copy.status],
    words.bases[copy.basis],
  ];
  return h(
    "dl",
    { class: "facts" },
    line("Relation", `${relation[0]}.`, relation[1]),
    line("Status", `${status[0]}.`, status[1]),
    line("Basis", `${basis[0]}.`, basis[1]),
    line("Confidence", percent(copy.confidence), "The program's own estimate that this is a copy of that original."),
    copy.alternatives.length
      ? line(
          "It could also be a copy of",
          copy.alternatives.map((item) => `${item.canonical} (${percent(item.confidence)})`).join(", "),
        )
      : null,
  );
}
