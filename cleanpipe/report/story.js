// One story: the original, or why it is not here; then each copy with its reasons, laid beside what it was made from.

function original(story) {
  if (story.original !== null) {
    const article = story.articles[story.original];
    return h(
      "section",
      { class: "original", "aria-labelledby": "original-title" },
      h("h3", { id: "original-title" }, "The original"),
      article.name === story.headline ? null : h("p", { class: "title" }, titled(article)),
      byline(article),
      h("details", { class: "whole" }, h("summary", {}, "Read the whole text"), reading(story, article)),
      repairs(article),
    );
  }
  const vias = [...new Set(story.copies.flatMap((copy) => copy.via))]
    .map((id) => story.articles.find((article) => article.id === id))
    .filter(Boolean);
  const credits = story.copies.flatMap((copy) =>
    copy.evidence
      .filter((item) => item.kind === "credit")
      .flatMap((item) => item.spans.filter((span) => span.copy).map((span) => ({ copy, span }))),
  );
  return h(
    "section",
    { class: "original absent", "aria-labelledby": "original-title" },
    h("h3", { id: "original-title" }, "The original is not in this archive"),
    h(
      "p",
      {},
      story.source ? ["It was published by ", h("b", {}, story.source), ", as far as its copies tell. "] : "",
      "The best headline known for it: ",
      h("cite", {}, h("bdi", {}, story.headline)),
      ".",
      story.published
        ? [
            " It appeared between ",
            h("time", { datetime: story.published.first }, story.published.first),
            " and ",
            h("time", { datetime: story.published.last }, story.published.last),
            ", by the dates of its copies.",
          ]
        : "",
    ),
    h(
      "p",
      { class: "muted" },
      "In this archive it is called ",
      h("code", {}, h("bdi", {}, story.canonical)),
      story.aliases.length
        ? [", earlier also ", story.aliases.map((alias, place) => [place ? ", " : "", h("code", {}, alias)])]
        : "",
      ".",
    ),
    credits.length
      ? [
          h("h4", {}, "How the copies credit it"),
          h(
            "ul",
            { class: "quotes" },
            credits.slice(0, QUOTES).map(({ copy, span }) => {
              const article = story.articles[copy.article];
              return h(
                "li",
                {},
                quoted(story, article, span.copy, "credit"),
                h(
                  "span",
                  { class: "muted" },
                  span.copy[0] === "text" ? " in " : ` as the ${span.copy[0]} of `,
                  published(article),
                ),
              );
            }),
          ),
        ]
      : null,
    vias.length
      ? h(
          "p",
          {},
          "Copies were compared with ",
          vias.map((article, place) => [place ? ", " : "", published(article)]),
          ", because the original itself can't be.",
        )
      : null,
  );
}

/** Opens the part of the page on a copy, and goes there. */
function openCopy(article) {
  const part = document.getElementById(`copy-${article}`);
  part.open = true;
  part.querySelector("summary").focus();
}

/** The texts of a copy: compared with the other, or said to be the same, or on their own with credits and facts marked. */
function texts(story, copy) {
  const own = story.articles[copy.article];
  const heading = h("h4", {}, "The texts");
  if (copy.sameAs !== null) {
    const isOriginal = copy.sameAs === story.original;
    return [
      heading,
      h(
        "p",
        { class: "same-note" },
        h("b", {}, "The same text"),
        " as ",
        isOriginal ? "the original" : [h("cite", {}, titled(story.articles[copy.sameAs])), ", another copy"],
        ": it is shown there.",
      ),
      isOriginal ? null : h("button", { type: "button", onclick: () => openCopy(copy.sameAs) }, "Go to that copy"),
    ];
  }
  if (copy.pairs.length) return [heading, pairs(story, copy)];
  const kinds = ["credit", "facts", "headline", "date"];
  const other =
    copy.evidence.find((item) => item.other !== null && item.spans.some((span) => span.other))?.other ?? null;
  const sides = [
    h(
      "div",
      {},
      h("h5", {}, "The copy"),
      h("p", { class: "title" }, titled(own)),
      reading(story, own, evidenceMarks(copy, "copy", kinds)),
    ),
  ];
  if (other !== null) {
    const article = story.articles[other];
    sides.unshift(
      h(
        "div",
        {},
        h("h5", {}, other === story.original ? "The original" : "Another copy"),
        h("p", { class: "title" }, titled(article)),
        reading(story, article, evidenceMarks(copy, "other", kinds, other)),
      ),
    );
  }
  return [
    heading,
    h(
      "p",
      { class: "muted" },
      "No sentences were matched for this link, so none are laid side by side. Credits and shared facts are marked in the text",
      factLabels(copy).size ? ", the facts with their number in the evidence." : ".",
    ),
    h(
      "ul",
      { class: "legend", "aria-label": "Signs" },
      h("li", {}, h("mark", { class: "credit" }, "words"), " credit"),
      h("li", {}, h("mark", { class: "fact" }, "words", h("sup", { class: "label" }, "1")), " shared fact"),
      h("li", {}, h("span", { class: "furniture" }, "words"), " page furniture"),
    ),
    h("div", { class: sides.length > 1 ? "two" : "" }, sides),
  ];
}

function pairs(story, copy) {
  const names = (pair) => [
    pair.other === story.original
      ? "Original"
      : `Copy of ${story.articles[pair.other].source ?? story.articles[pair.other].id}`,
    "This copy",
  ];
  const place = h("div", {});
  const show = (pair) =>
    place.replaceChildren(
      pair.other === story.original
        ? ""
        : h("p", { class: "muted" }, "Compared with ", h("cite", {}, titled(story.articles[pair.other])), "."),
      comparison(story, copy, pair, names(pair)),
    );
  show(copy.pairs[0]);
  if (copy.pairs.length === 1) return place;
  const choice = h(
    "label",
    { class: "choice" },
    "Compare with ",
    h(
      "select",
      { onchange: (event) => show(copy.pairs[Number(event.target.value)]) },
      copy.pairs.map((pair, number) => h("option", { value: String(number) }, story.articles[pair.other].name)),
    ),
  );
  return h("div", {}, choice, place);
}

function copyView(story, copy, open) {
  const own = story.articles[copy.article];
  const body = h("div", { class: "copy-body" });
  const slot = h("div", {
    class: "slot",
    "data-slot": "copy",
    "data-cluster": story.cluster,
    "data-copy": own.id,
    "data-canonical": story.canonical,
  });
  const fill = () => {
    if (body.childElementCount) return;
    body.append(
      slot,
      byline(own),
      ...texts(story, copy).filter(Boolean),
      h("h4", {}, "The link"),
      explanation(story, copy),
      ...evidence(story, copy),
      h("div", { class: "more" }, direction(copy), figures(copy)),
      h("h4", {}, "Repairs"),
      repairs(own),
    );
    tell("copy", { story, copy, slot, element });
  };
  const element = h(
    "details",
    { class: "copy", id: `copy-${copy.article}`, open, ontoggle: fill },
    h(
      "summary",
      {},
      h("h3", {}, titled(own)),
      h(
        "span",
        { class: "badges" },
        badge("relation", copy.relation),
        copy.status === "review" ? badge("status", copy.status) : null,
        h(
          "span",
          { class: "muted" },
          own.source ? h("bdi", {}, own.source) : null,
          own.source ? " · " : "",
          `${percent(copy.confidence)} sure`,
        ),
      ),
    ),
    body,
  );
  element.fill = fill;
  if (open) fill();
  return element;
}

/** The whole view of a story, to be put into its place in the page. */
function storyView(story) {
  const first = story.original === null ? story.articles[0] : story.articles[story.original];
  const linked = new Set(story.copies.map((copy) => copy.article));
  const waiting = story.copies.filter((copy) => copy.status === "review").length;
  const others = story.articles.filter((article, place) => !linked.has(place) && place !== story.original);
  return [
    h(
      "h2",
      { tabindex: "-1" },
      story.headline.trim()
        ? h("bdi", first ? { lang: first.lang || null } : {}, story.headline)
        : first
          ? titled(first)
          : story.cluster,
    ),
    h(
      "p",
      { class: "lead" },
      counted(story.copies.length, "copy", "copies"),
      " ",
      story.original === null ? "of an original that is not in this archive" : "of one original",
      waiting ? [", ", h("b", {}, counted(waiting, "waits", "wait"), " for a decision")] : "",
      ".",
    ),
    h(
      "p",
      { class: "sheet-head" },
      "Story ",
      h("code", {}, h("bdi", {}, story.cluster)),
      ", original ",
      h("code", {}, h("bdi", {}, story.canonical)),
    ),
    h("div", { class: "slot", "data-slot": "story", "data-cluster": story.cluster }),
    original(story),
    timeline(story),
    h(
      "section",
      { "aria-labelledby": "copies-title" },
      h("h3", { id: "copies-title", class: "overline" }, counted(story.copies.length, "copy", "copies")),
      story.copies.map((copy, place) => copyView(story, copy, place === 0)),
    ),
    others.length
      ? h(
          "section",
          {},
          h("h3", {}, "Also in this story"),
          others.map((article) => h("div", {}, h("p", { class: "title" }, titled(article)), byline(article))),
        )
      : null,
  ].filter(Boolean);
}
