// Places in an article's text that are marked wherever it is shown: furniture, quotations, repairs, evidence.

const LONGEST_QUOTATION = 1500; // signs; a quotation mark without its partner must not swallow a text
const QUOTATION = new RegExp(
  [
    ["“", "”"],
    ["„", "“”"],
    ["«", "»"],
    ["»", "«"],
    ["「", "」"],
    ["『", "』"],
    ['"', '"'],
  ]
    .map(([open, close]) => `${open}[^${open}${close}]{2,${LONGEST_QUOTATION}}[${close}]`)
    .join("|"),
  "gu",
);

/** The text of an article; of one that repeats another's, the other's. */
const textOf = (story, article) => article.text ?? story.articles[article.same].text;

const furnitureOf = (article) =>
  article.furniture.map(([start, end]) => ({ start, end, class: "furniture", title: words.rows.furniture }));

/** Spans of a copy's evidence of some kinds, as marks on one side ("copy" or "other", there of the article `other`). */
function evidenceMarks(copy, side, kinds, other = null) {
  const marks = new Map(); // the same place can be a fact and a headline pair, or the credit of two rules
  const labels = factLabels(copy);
  for (const item of copy.evidence) {
    if (!kinds.includes(item.kind) || (side === "other" && item.other !== other)) continue;
    for (const span of item.spans) {
      const place = span[side];
      if (!place || place[0] !== "text") continue;
      const fact = item.kind === "facts" || item.kind === "headline";
      const label = fact ? labels.get(span.value) : null;
      const mark = {
        start: place[1],
        end: place[2],
        tag: "mark",
        class: fact ? "fact" : item.kind,
        title: words.evidence[item.kind],
        label,
      };
      marks.set([mark.start, mark.end, mark.class, label].join(), mark);
    }
  }
  return [...marks.values()];
}

/** A number for every fact that a copy shares with others, in the order of its evidence. */
function factLabels(copy) {
  const labels = new Map();
  for (const item of copy.evidence) {
    if (item.kind !== "facts" && item.kind !== "headline") continue;
    for (const span of item.spans) if (!labels.has(span.value)) labels.set(span.value, String(labels.size + 1));
  }
  return labels;
}

const quotationsOf = (text) =>
  [...text.matchAll(QUOTATION)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
    class: "quotation",
  }));

/** Where an article was repaired, each with what stood there before on hover and on focus. */
const repairsOf = (article) =>
  article.repairs
    .filter((repair) => repair.at)
    .map((repair) => ({
      start: repair.at[0],
      end: repair.at[1],
      class: "repaired",
      attributes: {
        role: "button",
        tabindex: "0",
        "data-tip": `Was ${spoken(repair.before)}, became ${spoken(repair.after)}. ${repair.rules.map((rule) => page.rules[rule] ?? rule).join(" ")}`,
      },
    }));

const spoken = (parts) =>
  parts.length ? `“${parts.map((part) => (typeof part === "string" ? part : `[${part.join(" ")}]`)).join("")}”` : "nothing";

/** All marks of an article that don't depend on what it is compared with. */
const marksOf = (article, text) => [...furnitureOf(article), ...quotationsOf(text), ...repairsOf(article)];

/** What marks mean, each switched on or off: `target` gets the class. */
function switches(target, choices) {
  return h(
    "fieldset",
    { class: "switches" },
    h("legend", { class: "hidden" }, "How the texts are shown"),
    choices.map(([name, says, on]) => {
      target.classList.toggle(name, on === true);
      return h(
        "label",
        { class: "toggle" },
        h("input", {
          type: "checkbox",
          checked: on === true,
          onchange: (event) => target.classList.toggle(name, event.target.checked),
        }),
        ` ${says}`,
      );
    }),
  );
}

/** The switches that any text can have. */
function textSwitches(texts, articles) {
  const has = (marks) => articles.some((article, place) => marks(article, texts[place]).length > 0);
  return [
    has((_, text) => quotationsOf(text)) ? ["dim-quotations", "Dim quotations"] : null,
    has((article) => article.furniture) ? ["dim-furniture", "Dim page furniture"] : null,
    has(repairsOf) ? ["show-repairs", "Mark repairs", true] : null,
  ].filter(Boolean);
}

// One note for all repairs. It stays while the pointer is on it, and Escape takes it away.
const tip = at("tip");

function showTip(mark) {
  tip.textContent = mark.dataset.tip;
  tip.hidden = false;
  mark.setAttribute("aria-describedby", "tip");
  const place = mark.getClientRects()[0];
  const below = place.bottom + tip.offsetHeight + 4 < window.innerHeight;
  tip.style.top = `${window.scrollY + (below ? place.bottom : place.top - tip.offsetHeight)}px`;
  tip.style.left = `${Math.max(8, Math.min(place.left, document.documentElement.clientWidth - tip.offsetWidth - 8))}px`;
}

function hideTip() {
  tip.hidden = true;
  for (const mark of document.querySelectorAll("[aria-describedby=tip]")) mark.removeAttribute("aria-describedby");
}

function onTip(event) {
  const mark = event.target.closest?.(".show-repairs [data-tip]");
  if (mark) showTip(mark);
  else if (!event.target.closest?.("#tip") && !document.activeElement?.matches("[data-tip]")) hideTip();
}

for (const kind of ["mouseover", "focusin", "click"]) document.addEventListener(kind, onTip);
document.addEventListener("focusout", hideTip);
window.addEventListener("hashchange", hideTip);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !tip.hidden) hideTip();
});
