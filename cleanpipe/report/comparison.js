// Two texts side by side: a table with the original on one side, the copy on the other, and the words told apart.

const KEPT = 0,
  REPLACED = 1,
  DROPPED = 2,
  ADDED = 3;
const RUN_CLASSES = { [REPLACED]: "replaced", [DROPPED]: "dropped", [ADDED]: "added" };
const LONG_PASSAGE = 900; // signs from which a passage on one side only is folded up

/** The comparison of one copy with one other article. `row` elements that were moved lead to each other. */
function comparison(story, copy, pair, names) {
  const own = story.articles[copy.article];
  const other = story.articles[pair.other];
  const [otherText, ownText] = [textOf(story, other), textOf(story, own)];
  const sides = [
    {
      key: "o",
      name: names[0],
      article: other,
      text: otherText,
      run: DROPPED,
      marks: [...marksOf(other, otherText), ...evidenceMarks(copy, "other", ["credit"], pair.other)],
    },
    {
      key: "c",
      name: names[1],
      article: own,
      text: ownText,
      run: ADDED,
      marks: [...marksOf(own, ownText), ...evidenceMarks(copy, "copy", ["credit"])],
    },
  ];
  const lines = pair.rows.map((row, place) => comparisonRow(row, place, sides));
  pair.rows.forEach((row, place) => {
    if (row.partner === undefined) return;
    const away = row.kind === "moved-away";
    const jump = h(
      "button",
      { type: "button", class: "jump", onclick: () => lines[row.partner].focus() },
      `${away ? "to" : "from"} row ${row.partner + 1}`,
    );
    lines[place].querySelector("th").append(" ", jump);
  });
  const table = h(
    "table",
    { class: "comparison", role: "table" },
    h("caption", { class: "hidden" }, `${names[0]} and ${names[1]}, sentence by sentence`),
    h(
      "thead",
      { role: "rowgroup" },
      h(
        "tr",
        { role: "row" },
        h("th", { scope: "col", role: "columnheader" }, "What happened"),
        sides.map((side) => h("th", { scope: "col", role: "columnheader" }, side.name)),
      ),
    ),
    h("tbody", { role: "rowgroup" }, lines),
  );
  const same = pair.rows.filter((row) => row.kept === 100 && row.kind === "aligned").length;
  const choices = [
    same ? ["only-changes", `Hide the ${counted(same, "sentence that is", "sentences that are")} the same`] : null,
    ...textSwitches([otherText, ownText], [other, own]),
  ].filter(Boolean);
  return h(
    "div",
    {},
    minimap(pair, sides, (place) => lines[place].focus()),
    legend(),
    choices.length ? switches(table, choices) : null,
    table,
  );
}

function comparisonRow(row, place, sides) {
  const same = row.kept === 100;
  const kind = same && row.kind === "aligned" ? "same" : row.kind;
  const share = row.kept !== undefined && !same ? h("span", { class: "share" }, `${row.kept} % of words kept`) : null;
  const cells = sides.map((side) => {
    const attributes = { role: "cell", ...speaking(side.article) };
    const span = row.kind === "title" ? null : row[side.key];
    if (!span && row.kind !== "title")
      return h("td", { role: "cell", class: "empty" }, hidden(`Not in the ${side.name}`));
    const content =
      row.kind === "title"
        ? runsOf(row, side, side.article.title, 0, side.article.title.length, [])
        : runsOf(row, side, side.text, ...span, side.marks);
    const long = (kind === "dropped" || kind === "added") && span[1] - span[0] > LONG_PASSAGE;
    return h(
      "td",
      attributes,
      h("span", { class: "side", lang: "en", dir: "ltr" }, side.name),
      long ? folded(side.text, span, content) : h("div", { class: "words" }, content),
    );
  });
  return h(
    "tr",
    { role: "row", class: `row ${kind}`, tabindex: "-1" },
    h(
      "th",
      { scope: "row", role: "rowheader" },
      h("span", { class: "place" }, String(place + 1)),
      " ",
      h("span", { class: "what" }, words.rows[kind]),
      share,
    ),
    cells,
  );
}

/** One side of a row: its words in runs, kept or changed. A passage without runs is kept, or on one side only. */
function runsOf(row, side, text, start, end, marks) {
  const only = { dropped: DROPPED, added: ADDED }[row.kind];
  if (!row.d) return wrapped(only ?? KEPT, marked(text, start, end, marks));
  const nodes = [];
  for (let place = 0, at = start; place < row.d.length; place += 3) {
    const length = row.d[place + (side.key === "o" ? 1 : 2)];
    if (length) nodes.push(...wrapped(row.d[place], marked(text, at, at + length, marks), side.run));
    at += length;
  }
  return nodes;
}

function wrapped(run, nodes, side = run) {
  if (run === KEPT) return nodes;
  return [h(side === DROPPED ? "del" : "ins", { class: RUN_CLASSES[run] }, nodes)];
}

function folded(text, [start, end], content) {
  const count = text.slice(start, end).split(/\s+/u).length;
  return h(
    "details",
    { class: "folded" },
    h("summary", {}, `${text.slice(start, start + 120).trim()} … (${counted(count, "word", "words")})`),
    h("div", { class: "words" }, content),
  );
}

function legend() {
  const item = (sample, says) => h("li", {}, sample, " ", h("span", {}, says));
  return h(
    "ul",
    { class: "legend", "aria-label": "Signs" },
    item(h("span", {}, "word"), "kept"),
    item(h("span", { class: "replaced" }, "word"), "replaced by another"),
    item(h("del", { class: "dropped" }, "word"), "dropped"),
    item(h("ins", { class: "added" }, "word"), "added"),
    item(h("span", { class: "furniture" }, "word"), "page furniture"),
    item(h("mark", { class: "credit" }, "word"), "credit"),
  );
}
